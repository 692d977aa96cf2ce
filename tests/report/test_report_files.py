"""Reports as files: complete, stable to the byte, written whole, safe to open, cheap to import."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import time
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from report_games import fixed, long_result, planner, result_of, seed_result, three_phases, two_phases

from deceptive_sim.core.errors import InputError, OutputError
from deceptive_sim.report import write_report
from deceptive_sim.report.csv_table import results_csv

ROOT = Path(__file__).parents[2]
HOSTILE = (
    r"$\frac$ 猫 🐈 "
    "<script>alert(1)</script> \"'&amp;--> ]]> $x^2$ {{ 7*7 }} {% raw %} naïve \u202e </style><svg onload=x>"
)


class Page(HTMLParser):
    """Tags with their attributes, the text of each table cell by table id, and all ids."""

    VOID = frozenset({"meta", "br", "link", "img", "input", "hr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.tables: dict[str, list[list[str]]] = {}
        self.text = ""
        self._open: list[str] = []
        self._table = ""
        self.feed(text)
        self.close()
        assert self._open == [], "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self._open.append(tag)
        if tag == "table":
            self._table = dict(attrs)["id"] or ""
            self.tables[self._table] = []
        elif tag == "tr":
            self.tables[self._table].append([])
        elif tag in {"td", "th"}:
            self.tables[self._table][-1].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._open and {"td", "th"} & set(self._open):
            self.tables[self._table][-1][-1] += data


@pytest.fixture(scope="module")
def seed_files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The report on the seed, to be read and left alone."""
    return write_report(seed_result(), tmp_path_factory.mktemp("seed") / "new" / "folder", figures="svg")


def page_of(result: object, folder: Path) -> Page:
    path, *_ = write_report(result, folder)  # type: ignore[arg-type]
    return Page(path.read_text(encoding="utf-8"))


# --- the files -------------------------------------------------------------------------------------------------------


def test_files_and_their_order(seed_files: list[Path]) -> None:
    figures = [f"{name}.svg" for name in ("strategies", "values", "actions")]
    assert [path.name for path in seed_files] == ["report.html", "results.csv", "run.json", *figures]
    assert sorted(path.name for path in seed_files[0].parent.iterdir()) == sorted(path.name for path in seed_files)


@pytest.mark.parametrize(
    ("kind", "start"),
    [
        ("png", b"\x89PNG"),
        pytest.param("svg", b"<?xml", marks=pytest.mark.slow),
        pytest.param("pdf", b"%PDF", marks=pytest.mark.slow),
    ],
)
def test_figures_as_files(kind: str, start: bytes, tmp_path: Path) -> None:
    from matplotlib import pyplot

    paths = write_report(seed_result(figures=("actions", "strategies")), tmp_path, figures=kind)
    assert [path.name for path in paths[3:]] == [f"strategies.{kind}", f"actions.{kind}"]
    assert all(path.read_bytes().startswith(start) for path in paths[3:])
    assert pyplot.get_fignums() == []


def test_unknown_format_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="png, svg, pdf"):
        write_report(seed_result(), tmp_path / "report", figures="gif")
    assert not (tmp_path / "report").exists()


@pytest.mark.parametrize(
    "kind", [pytest.param("png", marks=pytest.mark.slow), "svg", pytest.param("pdf", marks=pytest.mark.slow)]
)
def test_the_same_result_gives_the_same_bytes(kind: str, tmp_path: Path, seed_files: list[Path]) -> None:
    first = seed_files if kind == "svg" else write_report(seed_result(), tmp_path / "1", figures=kind)
    second = write_report(seed_result(durations={"solve": 9.0}), tmp_path / "2", figures=kind)
    for one, other in zip(first, second, strict=True):
        if one.name != "run.json":
            assert one.read_bytes() == other.read_bytes(), one.name


@pytest.mark.slow
def test_the_same_bytes_in_fresh_processes(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from report_games import three_phases;"
        "from deceptive_sim.report import write_report;"
        "write_report(three_phases(), Path(sys.argv[1]), figures='svg')"
    )
    for seed in ("1", "2"):
        paths = os.pathsep.join([str(ROOT), str(Path(__file__).parent)])
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": paths, "SOURCE_DATE_EPOCH": seed}
        subprocess.run([sys.executable, "-c", script, str(tmp_path / seed)], check=True, env=environment)
    for path in (tmp_path / "1").iterdir():
        if path.name != "run.json":
            assert path.read_bytes() == (tmp_path / "2" / path.name).read_bytes(), path.name


@pytest.mark.slow
def test_a_users_own_matplotlib_settings_do_not_show(tmp_path: Path, seed_files: list[Path]) -> None:
    import matplotlib

    plain = seed_files[0].read_bytes()
    with matplotlib.rc_context({"font.size": 30, "svg.fonttype": "none", "axes.facecolor": "pink", "savefig.dpi": 20}):
        assert write_report(seed_result(), tmp_path / "2")[0].read_bytes() == plain
        assert matplotlib.rcParams["font.size"] == 30, "and they are left as they were"


@pytest.mark.slow
def test_a_failing_write_leaves_the_old_report(tmp_path: Path) -> None:
    old = [path.read_bytes() for path in write_report(seed_result(), tmp_path)[:2]]
    (tmp_path / "strategies.png").mkdir()
    with pytest.raises(OutputError):
        write_report(three_phases(), tmp_path, figures="png")
    assert [(tmp_path / name).read_bytes() for name in ("report.html", "results.csv")] == old
    assert not list(tmp_path.glob(".writing*"))


def test_a_failing_drawing_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("deceptive_sim.report.figures.draw", fails)
    with pytest.raises(MemoryError):
        write_report(seed_result(), tmp_path / "report")
    assert not (tmp_path / "report").exists()


@pytest.mark.slow
def test_nothing_heavy_is_imported_at_start_up() -> None:
    script = (
        "import sys, deceptive_sim.report, deceptive_sim.report.words, deceptive_sim.report.figures;"
        "print(sorted({'numpy','matplotlib','seaborn','pandas','scipy','jinja2','PIL'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True
    )
    assert done.stdout.decode().strip() == "[]"


def test_the_record(tmp_path: Path) -> None:
    result = seed_result(changed={"training.modification.A": "1/2"}, figures=())
    record = json.loads(write_report(result, tmp_path, environment={"machine": "a lab"})[2].read_text())
    assert record["seed"] == 7
    assert record["digest"] == result.digest
    assert record["resolved"] == {"title": "Two plus three"}
    assert record["durations"] == {"solve": 0.25}
    assert record["changed"] == {"training.modification.A": "1/2"}
    assert record["environment"] == {"machine": "a lab"}
    assert record["holds"] is False
    assert record["versions"]["python"] == ".".join(map(str, sys.version_info[:3]))
    assert {"deceptive-sim", "numpy", "matplotlib", "jinja2"} <= set(record["versions"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", record["written"])


# --- results.csv -----------------------------------------------------------------------------------------------------


def test_csv_holds_every_field_of_the_contract(seed_files: list[Path]) -> None:
    result = seed_result()
    text = seed_files[1].read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    contract = result.solutions[0].contract()
    flat = {name for name in contract if name != "values"} | {
        f"values.{actor}.{judge}" for actor, row in contract["values"].items() for judge in row
    }
    assert set(rows[0]) == flat
    assert len(rows) == 2
    first, second = rows
    assert (first["agent"], first["strategy"], float(first["value"])) == ("mesa-optimiser", "BBAAA", 3.0)
    assert (first["regime"], first["turn"], first["fixed"], first["deception_pays"]) == (
        "deceptive",
        "3",
        "false",
        "true",
    )
    assert float(first["values.mesa.base"]) == 2
    assert float(first["values.base.base"]) == 5
    assert first["goal_preservation"].split() == ["3.0", "3.0", "3.0", "2.0", "1.0"]
    assert (second["turn"], second["ties"], second["outer_gap"], second["optimal_strategies"]) == ("", "", "", "")


def test_csv_keeps_fractions_exactly() -> None:
    game = two_phases(6, 4, "3/5", "0", "4/5")
    (row,) = csv.DictReader(io.StringIO(results_csv(result_of(game, [planner()], exact=True))))
    exact = result_of(game, [planner()], exact=True).solutions[0].value
    assert row["value"] == str(exact)
    assert "/" in row["value"]


def test_csv_lists_ties_and_optimal_strategies() -> None:
    (row,) = csv.DictReader(io.StringIO(results_csv(result_of(two_phases(2, 1), [planner()]))))
    assert row["ties"] == "1 2"
    assert row["optimal"].split("; ")[:2] == ["AAA", "AAB"]
    assert row["optimal_strategies"] == "7"


def test_csv_of_a_long_game_leaves_series_out() -> None:
    result = long_result(1000, [[1] * 500 + [0] * 500])
    tied = replace(result.solutions[0], ties=tuple(range(1, 500)))
    (row,) = csv.DictReader(io.StringIO(results_csv(replace(result, solutions=(tied,)))))
    assert "goal_preservation" not in row
    assert row["ties"] == "1-499"
    assert row["strategy"] == "B500 A500"
    assert "log2_optimal_strategies" in row


# --- report.html -----------------------------------------------------------------------------------------------------


def test_the_page_says_everything_in_order(tmp_path: Path) -> None:
    page = page_of(seed_result(changed={"training.modification.A": "1"}), tmp_path)
    order = [
        "Two plus three", "Deception pays: the best strategy is B,B,A,A,A", "Agents", "What these words mean",
        "Expectations", "Who gets what", "Why it does so", "The game", "Ties", "Alignment gaps",
        "training.modification.A = 1", "A paper, section 4", "0123abcd" * 8,
    ]  # fmt: skip
    body = page.text[page.text.index("@media print") :]
    assert [body.find(piece) for piece in order] == sorted(body.find(piece) for piece in order)
    assert -1 not in [body.find(piece) for piece in order]
    figures = [attributes["id"] for tag, attributes in page.tags if tag == "figure"]
    assert figures == ["figure-strategies", "figure-values", "figure-actions"]


def test_tables_of_the_page(seed_files: list[Path]) -> None:
    page = Page(seed_files[0].read_text(encoding="utf-8"))
    agents = page.tables["agents"]
    assert agents[1][1:] == ["B,B,A,A,A", "deceptive", "3", "2deception pays", "3", "1", "3"]
    assert agents[2][1:] == ["A,A,A,A,A", "open", "1", "2deception would pay", "—", "0", "0"]
    assert [row[0] for row in page.tables["expectations"][1:]] == ["✓ met", "✗ not met"]
    assert page.tables["expectations"][2][1:] == ["Always defects", "value", "2", "1"]
    assert page.tables["game"][1][1:] == ["A", "yes", "1", "0", "1 to base", "0"]
    assert page.tables["game"][2] == ["B", "no", "0", "1", "0", "0"]
    assert page.tables["ties"][1:] == [["Mesa optimiser", "none", "1", "BBAAA"]]
    assert page.tables["gaps"][1] == ["Mesa optimiser", "—", "3"]
    for table in page.tables.values():
        assert len(table) > 1


@pytest.mark.slow
def test_numbers_of_the_game_are_exact(tmp_path: Path) -> None:
    page = page_of(three_phases(), tmp_path)
    rows = page.tables["game"]
    assert rows[1][-2:] == ["1/4 to base, 1/4 to human", "1/10"]
    assert rows[2][2:5] == ["-1", "0", "1/3"]
    assert len(rows) == 1 + 4 * 3
    assert ["naive" in row[0].lower() for row in page.tables["agents"]] == [False] * 4 + [True]


def test_sections_without_content_are_left_out(tmp_path: Path) -> None:
    game = two_phases(2, 3)
    bare = replace(game, objectives=game.objectives[:1], base_objective=None, phases=[
        replace(phase, payoffs={"mesa": {"A": 1}}, modification={}) for phase in game.phases
    ])  # fmt: skip
    page = page_of(result_of(bare, [fixed(bare, "A*")], figures=(), description="", source=""), tmp_path)
    assert set(page.tables) == {"agents", "game", "objectives"}
    assert not [tag for tag, _ in page.tags if tag in {"figure", "svg"}]
    assert "Source:" not in page.text
    assert "Changed on top" not in page.text


@pytest.mark.slow
def test_hostile_text_is_only_text(tmp_path: Path) -> None:
    result = seed_result(
        title=HOSTILE,
        description=HOSTILE,
        source=HOSTILE,
        scenario_id=HOSTILE,
        digest=HOSTILE,
        labels={"mesa-optimiser": HOSTILE, "always-defects": "=" * 3000},
        changed={HOSTILE: HOSTILE},
    )
    hostile = replace(
        result, checks=tuple(replace(c, quantity=HOSTILE, expected=HOSTILE, found=HOSTILE) for c in result.checks)
    )
    page = page_of(hostile, tmp_path)
    clean = page_of(seed_result(changed={"a": "b"}), tmp_path)
    kinds = {tag for tag, _ in page.tags}
    assert "script" not in kinds
    assert kinds == {tag for tag, _ in clean.tags}
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert page.tables["expectations"][1][2] == HOSTILE
    assert "{{ 7*7 }}" in page.text
    assert "$x^2$" in page.text


def test_very_long_titles_are_cut(tmp_path: Path) -> None:
    page = page_of(seed_result(title="word " * 5000, figures=("strategies",)), tmp_path)
    assert page.text.count("word") < 200


def test_the_page_needs_no_network(tmp_path: Path) -> None:
    path = write_report(seed_result(source="see https://example.org/paper"), tmp_path)[0]
    text = path.read_text(encoding="utf-8")
    page = Page(text)
    for tag, attributes in page.tags:
        assert tag not in {"script", "link", "iframe", "object", "embed", "img", "base"}
        for name, value in attributes.items():
            if name in {"href", "xlink:href", "src", "srcset", "action", "data", "poster"}:
                assert (value or "").startswith("#"), (tag, name, value)
            assert "url(" not in (value or "").replace("url(#", ""), (tag, name, value)
    assert "@import" not in text
    assert re.findall(r"(?:https?:)?//\S*", text) == ["https://example.org/paper</p>"], "not even a namespace"
    assert "<!--" not in text


@pytest.mark.slow
def test_figures_on_one_page_do_not_clash(tmp_path: Path) -> None:
    page = page_of(three_phases(), tmp_path)
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    used = [
        value
        for _, a in page.tags
        for value in a.values()
        for value in re.findall(r"(?:url\(|^)#([\w.-]+)", value or "")
    ]
    wanted = set(used)
    assert len(wanted) > 50
    assert wanted <= set(ids)
    assert [a["role"] for tag, a in page.tags if tag == "svg"] == ["img"] * 3
    assert all(a["aria-label"] for tag, a in page.tags if tag == "svg")


def test_the_page_fits_phones_dark_rooms_and_paper(seed_files: list[Path]) -> None:
    text = seed_files[0].read_text(encoding="utf-8")
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in text
    assert text.startswith("<!doctype html>")
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text


@pytest.mark.slow
def test_every_regime_on_the_page_is_explained(tmp_path: Path) -> None:
    page = page_of(three_phases(), tmp_path)
    for solution in three_phases().solutions:
        assert f"{solution.regime.value} (a regime)" in " ".join(page.text.split())
    assert "open (a regime)" not in " ".join(page.text.split())


# --- shapes and speed ------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(("n", "m"), [(0, 0), (0, 3), (3, 0), (1, 1), (20, 20), (21, 20), (500, 500)])
def test_any_length_can_be_reported(n: int, m: int, tmp_path: Path) -> None:
    game = two_phases(n, m, "1/2", "1/10", "9/10")
    page = page_of(result_of(game, [planner()]), tmp_path)
    assert len([tag for tag, _ in page.tags if tag == "svg"]) == 3


def test_exact_values_can_be_reported(tmp_path: Path) -> None:
    page = page_of(result_of(two_phases(100, 100, "1/3", "1/7", "9/10"), [planner()], exact=True), tmp_path)
    assert len(page.tables["agents"][1][3]) < 30


@pytest.mark.slow
def test_a_hundred_thousand_episodes_in_seconds(tmp_path: Path) -> None:
    result = long_result(100_000, [[0, 1] * 50_000, [1] * 50_000 + [0] * 50_000])
    write_report(seed_result(), tmp_path)  # libraries are loaded by now
    start = time.process_time()
    path = write_report(result, tmp_path)[0]
    assert time.process_time() - start < 5
    assert path.stat().st_size < 2_000_000
