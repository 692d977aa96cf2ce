"""Reports of games that are no phased games: what their pictures draw, what the page says and how it moves."""

import json
import re
import shutil
import subprocess
from fractions import Fraction
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from cli.commands import invoke
from matplotlib.figure import Figure

from deceptive_sim.core.errors import InputError
from deceptive_sim.games.models import Kind
from deceptive_sim.games.views import Frame, View
from deceptive_sim.report import write_model_report
from deceptive_sim.report.figures.curves import spread
from deceptive_sim.report.figures.gridworlds import changes_of, lanes, panels_of
from deceptive_sim.report.figures.views import draw, names_of
from deceptive_sim.report.player import player_data
from deceptive_sim.scenario.load import load_scenario
from deceptive_sim.studies.models import Disputed, ModelResult, run_model
from deceptive_sim.studies.result import Check

PUBLISHED = sorted(Path(__file__).parents[2].joinpath("scenarios", "published").glob("*.yaml"))
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HOSTILE = '</script><script>alert("x")</script><!-- & \' " \u202e\x00 $x_2$'


def result(view: View, **changes: object) -> ModelResult:
    """A result with something in every part of it."""
    usual: dict[str, object] = {
        "scenario_id": "walk",
        "title": "A walk",
        "source": "A book",
        "kind": Kind.FINITE,
        "answer": {"value": Fraction(27, 10), "long": [1] * 200, "by_name": {"one": Fraction(1, 3)}, "nothing": []},
        "checks": (Check(agent="", quantity="value, swap = 1/2", expected="27/10", found="3", holds=False),),
        "disputed": (Disputed(quantity="value", printed="2.71", reason="a misprint"),),
        "view": view,
        "seconds": 0.1,
        "description": "There and back.",
    }
    return ModelResult(**{**usual, **changes})  # type: ignore[arg-type]


def walk(*cells: tuple[int, int], rows: tuple[str, ...] = ("..", "G."), run: str = "") -> tuple[Frame, ...]:
    return tuple(Frame(rows=rows, agent=cell, told=f"at {cell}", run=run) for cell in cells)


@pytest.fixture
def view() -> View:
    return View(
        caption="It comes back.",
        legend={".": "free", "G": "goal"},
        frames=walk((0, 0), (1, 0), (1, 1)),
        letters="ru",
        marks={2: "is up"},
        curves={"gain": (1.0, 4.0)},
        axes=("step", "gain"),
    )


def found_in(figure: Figure, gid: str) -> list[Any]:
    return figure.findobj(lambda artist: (artist.get_gid() or "") == gid)


def drawn(view: View, name: str, gid: str) -> list[Any]:
    return found_in(draw(view, name), gid)


# --- pictures ---------------------------------------------------------------------------------------------------------


def test_a_view_asks_for_the_pictures_that_it_has_something_for(view: View) -> None:
    assert names_of(view) == ("grid", "steps", "curves")
    assert names_of(View(caption="nothing")) == ()
    assert names_of(View(caption="told only", frames=(Frame(told="period 1"),))) == ()
    across = View(caption="a sweep", letters="ab", curves={"a": (1.0,)}, across=(0.5,))
    assert names_of(across) == ("curves", "steps")
    with pytest.raises(InputError, match="figure must be a known figure"):
        draw(view, "gird")


def test_a_strip_has_a_cell_for_each_step_and_colours_what_to_look_out_for() -> None:
    strip = View(caption="", letters="aab" * 10, legend={"a": "waits", "b": "strikes"}, striking="b", marks={3: "turn"})
    figure = draw(strip, "steps")
    cells = found_in(figure, "step")
    letters = [text.get_text() for text in found_in(figure, "letter")]
    assert "".join(letters) == strip.letters
    red = [cell.get_facecolor()[0] > cell.get_facecolor()[2] for cell in cells]
    assert red == [letter == "b" for letter in strip.letters]
    assert len({round(cell.get_y(), 6) for cell in cells}) == 2  # 30 steps in two rows
    (mark,) = found_in(figure, "mark-3")
    assert mark.get_position()[0] == pytest.approx(cells[2].get_x() + cells[2].get_width() / 2)
    assert {"waits", "strikes", "turn"} == {text.get_text() for text in found_in(figure, "meaning")}


@pytest.mark.slow
def test_a_strip_of_a_thousand_steps_counts_what_it_leaves_out() -> None:
    figure = draw(View(caption="", letters="a" * 1000), "steps")
    assert len(found_in(figure, "step")) == 400
    assert "600 more steps" in {text.get_text() for text in found_in(figure, "meaning")}


def test_curves_are_drawn_where_they_are_and_equal_ones_share_a_name() -> None:
    sweep = View(
        caption="",
        curves={"up": (0.0, 1.0, 2.0), "same": (0.0, 1.0, 2.0), "down": (3.0, 2.0, 2.0)},
        across=(0.0, 0.5, 1.0),
        here=0.75,
    )
    figure = draw(sweep, "curves")
    (up,), (down,) = found_in(figure, "curve-0"), found_in(figure, "curve-1")
    assert up.get_xydata().tolist() == [[0, 0], [0.5, 1], [1, 2]]
    assert down.get_ydata().tolist() == [3, 2, 2]
    assert {text.get_text() for text in found_in(figure, "name")} == {"up = same", "down"}
    assert [dot.get_xydata().tolist() for dot in found_in(figure, "there")] == [[[0.75, 1.5]], [[0.75, 2.0]]]
    assert found_in(figure, "here")[0].get_xdata()[0] == 0.75


def test_of_a_curve_that_stays_as_it_is_only_the_beginning_is_drawn() -> None:
    curve = View(caption="", curves={"c": (*range(30), *[30] * 70)}, marks={31: "stays"})
    (line,) = drawn(curve, "curves", "curve-0")
    assert len(line.get_ydata()) == 42
    assert draw(curve, "curves").axes[0].get_xlabel() == "episode (unchanged from there to 100)"
    late = View(caption="", curves={"c": (0.0,) * 100}, marks={99: "late"})
    assert drawn(late, "curves", "mark-99")[0].get_xdata()[0] == 99
    assert len(drawn(late, "curves", "curve-0")[0].get_ydata()) == 100


def test_names_of_curves_do_not_overlap() -> None:
    middles = spread([(0.0, 0.2), (0.0, 0.2), (0.05, 0.4), (2.0, 0.2)], 2.0)
    for (low, high), (one, other) in zip(pairwise(middles), [(0.2, 0.2), (0.2, 0.4), (0.4, 0.2)], strict=True):
        assert high - low >= (one + other) / 2 - 1e-9
    assert middles[-1] + 0.1 <= 2.0


def test_a_grid_has_every_cell_its_letters_and_the_way_from_start_to_end(view: View) -> None:
    figure = draw(view, "grid")
    cells = {a.get_gid(): a for a in figure.findobj(lambda a: (a.get_gid() or "").startswith("cell-"))}
    assert set(cells) == {"cell-0-0", "cell-1-0", "cell-0-1", "cell-1-1"}
    size = cells["cell-0-0"].get_width()
    (start,), (end,), (way,) = (found_in(figure, name) for name in ("start", "end", "way"))
    goal = cells["cell-0-1"]  # bottom left: second row from the top
    assert [start.get_xdata()[0], start.get_ydata()[0]] == pytest.approx(
        [goal.get_x() + size / 2, goal.get_y() + size / 2]
    )
    assert [end.get_xdata()[0] - start.get_xdata()[0], end.get_ydata()[0] - start.get_ydata()[0]] == pytest.approx(
        [size, size]
    )
    assert len(way.get_xdata()) == 3
    assert [text.get_text() for text in found_in(figure, "letter")] == ["G"]
    assert len(found_in(figure, "arrow")) == 2


def test_going_and_coming_back_stand_apart() -> None:
    assert lanes([(0, 0), (1, 0), (1, 1)], 0.1) == [(0, 0), (1, 0), (1, 1)]
    assert lanes([(0, 0), (1, 0), (1, 0), (0, 0)], 0.1) == [(0, -0.1), (1, -0.1), (1, 0.1), (0, 0.1)]
    assert lanes([(0, 0), (0, 0)], 0.1) == []
    loop = lanes([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)], 0.1)
    assert loop[1] == pytest.approx((1.1, -0.1))  # an outer corner, as to the right of both steps


def test_each_run_is_a_picture_and_a_long_one_is_told_by_its_stretches() -> None:
    both = View(caption="", frames=walk((0, 0), (1, 0), run="bold"), beside=walk((0, 0), (0, 1), run="shy"))
    assert [panel.title for panel in panels_of(both)] == ["bold", "shy"]
    marks = {10: "eats", 20: "eats", 30: "eats", 50: "strikes"}
    long = View(caption="", frames=walk(*[(t % 2, 0) for t in range(61)]), letters="x" * 60, marks=marks)
    titles = [panel.title for panel in panels_of(long)]
    assert titles == ["Steps 1 to 10: eats", "Steps 11 to 20: eats", "Steps 31 to 50: strikes"]
    assert [len(panel.frames) for panel in panels_of(long)] == [11, 11, 21]


def test_cells_that_change_are_framed_but_not_those_of_a_grid_set_up_anew() -> None:
    grids = [("..", "AB"), ("..", ".B"), ("CC", "CC")]
    frames = tuple(Frame(rows=rows, agent=(0, 0)) for rows in grids)
    (panel,) = panels_of(View(caption="", frames=frames))
    assert changes_of(panel) == {(1, 0)}
    (panel,) = panels_of(View(caption="", frames=frames[:2]))
    assert changes_of(panel) == {(1, 0)}


# --- the player -------------------------------------------------------------------------------------------------------


def test_the_player_knows_every_frame() -> None:
    """Replaying the changes gives the grids of the frames."""
    frames = tuple(
        Frame(rows=("ab", f"{letter}d"), agent=None if letter == "x" else (1, 1), told=letter) for letter in "ccxxc"
    )
    data = player_data(View(caption="", frames=frames, letters="lmno", marks={2: "gone"}))
    assert data is not None
    (run,) = data["runs"]
    now, found = list("".join(run["rows"])), []
    for x, y, words, *changes in run["frames"]:
        for place, letter in zip(changes[::2], changes[1::2], strict=True):
            now[place] = letter
        found.append(("".join(now), (x, y), data["words"][words]))
    assert found == [("".join(frame.rows), (-1, -1) if frame.agent is None else (1, 0), frame.told) for frame in frames]
    assert [len(frame) for frame in run["frames"]] == [3, 3, 5, 3, 5]
    assert data["marks"] == {2: "gone"}
    assert player_data(View(caption="", letters="ab")) is None


# --- the page ---------------------------------------------------------------------------------------------------------


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<svg.*?</svg>|<style.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)))


def test_the_page_tells_everything_without_a_network(view: View, tmp_path: Path) -> None:
    written = write_model_report(result(view), tmp_path, figures="svg")
    assert [path.name for path in written] == ["report.html", "answer.json", "grid.svg", "steps.svg", "curves.svg"]
    page = written[0].read_text(encoding="utf-8")
    told = text_of(page)
    for words in (
        "It comes back.", "There and back.", "27/10 (2.7)", "one: 1/3 (0.33333333)", "nothing none", "0 of 1 are met",
        "✗ not met value, swap = 1/2 27/10 3", "value 2.71 a misprint", "backward induction", "Source: A book",
    ):  # fmt: skip
        assert words in told, words
    assert not re.search(r'(src|href)="(?!#|data:)', page)
    assert "hidden" in re.findall(r'<section class="player"[^>]*>', page)[0]  # shown by the script
    assert re.search(r"<details><summary>\[1, 1, .*…</summary>\[(1, ){199}1\]</details>", page)
    record = json.loads(written[1].read_text(encoding="utf-8"))
    assert (record["answer"]["value"], record["holds"], record["disputed"][0]["printed"]) == ("27/10", False, "2.71")


def test_the_same_result_gives_the_same_page(view: View, tmp_path: Path) -> None:
    one = write_model_report(result(view), tmp_path / "one")[0].read_bytes()
    assert write_model_report(result(view, seconds=7.0), tmp_path / "other")[0].read_bytes() == one


def test_hostile_texts_are_only_texts(tmp_path: Path) -> None:
    frames = (
        Frame(rows=("<&", "ab"), agent=(0, 0), told=HOSTILE, run=HOSTILE),
        Frame(rows=("<&", "a\ufdd0"), agent=(1, 0), told=HOSTILE, run=HOSTILE),
    )
    view = View(
        caption=HOSTILE, frames=frames, beside=walk((0, 0), run="other"), letters="<&a", legend={"<": HOSTILE},
        marks={1: HOSTILE}, curves={HOSTILE: (1.0, 2.0, 3.0), "b": (1.0, 1.0, 1.0)}, axes=(HOSTILE, HOSTILE),
    )  # fmt: skip
    bad = result(
        view, title=HOSTILE, source=HOSTILE, description=HOSTILE, scenario_id=HOSTILE, changed={HOSTILE: HOSTILE},
        answer={HOSTILE: HOSTILE, "map": {HOSTILE: [HOSTILE]}},
        checks=(Check(agent=HOSTILE, quantity=HOSTILE, expected=HOSTILE * 9, found=HOSTILE, holds=True),),
        disputed=(Disputed(quantity=HOSTILE, printed=HOSTILE, reason=HOSTILE),),
    )  # fmt: skip
    page = write_model_report(bad, tmp_path)[0].read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert page.count("<script") == page.count("</script>") == 2
    (data,) = re.findall(r'<script type="application/json" id="player-data">(.*?)</script>', page, flags=re.DOTALL)
    assert json.loads(data)["words"][0] == HOSTILE


def test_a_view_of_nothing_still_has_a_page(tmp_path: Path) -> None:
    page = write_model_report(result(View(caption="Nothing.")), tmp_path)[0].read_text(encoding="utf-8")
    assert "<script" not in page
    assert "<svg" not in page


def test_an_unknown_format_is_refused(view: View, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="figures must be one of png, svg, pdf, got"):
        write_model_report(result(view), tmp_path, figures="gif")
    assert not list(tmp_path.iterdir())


def test_run_writes_it_and_says_where(tmp_path: Path) -> None:
    (button,) = (str(path) for path in PUBLISHED if path.stem == "button")
    answered = invoke("run", button, "--out", str(tmp_path))
    assert answered.code == 0, answered.out
    assert f"report: {tmp_path / 'button' / 'report.html'}" in answered.out
    quiet = invoke("run", button, "--out", str(tmp_path / "not"), "--no-report", "--json")
    assert json.loads(quiet.out)["written"] == []
    assert not (tmp_path / "not").exists()


# --- all of the library -----------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_every_published_game_has_a_report(path: Path, tmp_path: Path) -> None:
    answered = invoke("run", str(path), "--out", str(tmp_path))
    assert answered.code == 0, answered.out
    report = tmp_path / path.stem / "report.html"
    page = report.read_text(encoding="utf-8")
    assert "<svg" in page
    assert "✗" not in page
    assert report.stat().st_size < 250_000


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_the_player_walks_in_a_real_browser(tmp_path: Path) -> None:
    """Pressed as a reader would press: to the first shot, and one frame back."""
    (file,) = (path for path in PUBLISHED if path.stem == "treacherous-turn")
    page = write_model_report(run_model(load_scenario(str(file))), tmp_path)[0]
    press = """<script>
    var said = [], words = document.querySelector(".told");
    function press(name) { document.querySelector("." + name).click(); said.push(words.textContent); }
    said.push(words.textContent);
    for (var i = 0; i < 8; i += 1) { press("next"); }
    said.push("shot at: " + document.querySelectorAll(".changed").length);
    press("back"); press("on"); press("on");
    document.body.dataset.said = said.join("|");
    document.body.dataset.cells = document.querySelectorAll("#player rect").length;
    </script></body>"""
    page.write_text(page.read_text(encoding="utf-8").replace("</body>", press), encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    options += ["--disable-sync", "--virtual-time-budget=2000", f"--user-data-dir={tmp_path / 'profile'}"]
    command = [str(CHROMIUM), *options, "--dump-dom", page.as_uri()]
    dom = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    (said,) = re.findall(r'data-said="([^"]*)"', dom)
    steps = said.split("|")
    assert steps[0] == "Start"
    assert steps[1] == "Step 22 of 200: move south; takes a heart"
    assert steps[8] == "Step 105 of 200: shoot west; shoots the shopkeeper"
    assert steps[9] == "shot at: 1"
    assert [step.split(":")[0] for step in steps[10:]] == ["Step 104 of 200", "Step 105 of 200", "Step 106 of 200"]
    assert not re.search(r'<section class="player"[^>]* hidden', dom)
