"""What the documents say is run: commands print what they show, code runs, pictures exist, layers are as drawn."""

import json
import re
import shlex
import tomllib
from fractions import Fraction
from pathlib import Path

import pytest
from cli.commands import invoke

from deceptive_sim import load_scenario
from deceptive_sim.games.library import library_game
from deceptive_sim.model.regimes import Regime
from deceptive_sim.scenario.library import shipped_scenarios
from deceptive_sim.scenario.schema import json_schema

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "benchmarks/README.md",
    "scenarios/published/README.md",
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")),
]
LANDSCAPES = (ROOT / "docs" / "landscapes.md").read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def sessions(text: str = README) -> list[tuple[str, str]]:
    """Every command of a page's console blocks with the output shown."""
    found = []
    for block in blocks(text, "console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


@pytest.mark.parametrize(("command", "shown"), sessions(), ids=[command for command, _ in sessions()])
def test_the_readme_shows_what_the_command_prints(
    command: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert_prints(command, shown)


def assert_prints(command: str, shown: str) -> None:
    words = shlex.split(command)
    assert words[0] == "deceptive-sim"
    done = invoke(*words[1:])
    assert (done.code, done.err) == (0, "")
    assert [line.rstrip() for line in done.out.splitlines()] == [line.rstrip() for line in shown.splitlines()]


def test_the_readme_has_a_session_and_python_of_five_lines_or_fewer() -> None:
    assert len(sessions()) >= 2
    for code in blocks(README, "python"):
        assert len([line for line in code.splitlines() if line.strip()]) <= 5


@pytest.mark.slow
@pytest.mark.parametrize("code", blocks(README, "python"), ids=range(len(blocks(README, "python"))))
def test_the_readme_python_prints_what_it_says(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    if "verify" in code:
        pytest.importorskip("z3")
    exec(compile(code, "README.md", "exec"), {})
    printed = capsys.readouterr().out.strip()
    assert f"prints `{printed}`" in README


@pytest.mark.slow
def test_the_page_on_landscapes_measures_a_landscape_and_reads_it_back(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ((command, shown),) = sessions(LANDSCAPES)
    assert_prints(command, shown)
    codes = blocks(LANDSCAPES, "python")
    assert len(codes) == 2
    for code in codes:
        names: dict[str, object] = {}
        exec(compile(code, "landscapes.md", "exec"), names)
        printed = capsys.readouterr().out.strip()
        assert printed
        assert f"prints `{printed}`" in LANDSCAPES
        if "xarray" in names:
            names["landscape"].close()  # type: ignore[attr-defined]


def test_the_page_on_published_games_shows_what_the_command_prints_and_has_every_game() -> None:
    page = (ROOT / "docs" / "published-games.md").read_text(encoding="utf-8")
    ((command, shown),) = sessions(page)
    assert_prints(command, shown)
    games = [path.stem for path in (ROOT / "scenarios" / "published").glob("*.yaml")]
    assert sorted(games) == sorted(re.findall(r"^## (\S+)$", page, re.MULTILINE))
    for name in games:
        for paper in re.findall(r"arXiv:[\d.]+\d", library_game(name).source):
            assert paper in page


def test_the_page_on_the_kernel_has_the_numbers_of_a_training_with_two_switches() -> None:
    page = (ROOT / "docs" / "kernel.md").read_text(encoding="utf-8")
    own_a, own_b = Fraction(1, 2), Fraction(1, 5)
    value, replaced = Fraction(0), Fraction(0)
    for _ in range(6):
        stay_b, leave_b = Fraction(3, 10), Fraction(7, 10)
        value = max(own_a + replaced, own_b + stay_b * value + leave_b * replaced)
        replaced += own_b
    told: dict[int, list[str]] = {}
    plan = ""
    for episode in range(12, 0, -1):
        advantage = Fraction(3, 10) - Fraction(17, 25) * value + Fraction(3, 5) * replaced
        by_a = own_a + Fraction(1, 50) * value + Fraction(9, 10) * replaced
        by_b = own_b + Fraction(7, 10) * value + Fraction(3, 10) * replaced
        assert by_a - by_b == advantage
        plan = ("A" if advantage > 0 else "B") + plan
        told[episode] = [f"{float(number):.4g}" for number in (value, replaced)] + [f"{float(advantage):.4f}"]
        value, replaced = max(by_a, by_b), replaced + own_b
    assert f"The training is {plan}:" in page
    rows = [
        [cell.strip() for cell in row.split("|")[2:-1]]
        for row in page.splitlines()
        if re.match(r"\| (V|R|adv|tr)", row)
    ]
    episodes = rows[0]
    for row, column in zip(rows[1:], range(3), strict=True):
        for episode, cell in zip(episodes, row, strict=True):
            assert episode == "..." or float(cell) == pytest.approx(float(told[int(episode)][column]), abs=6e-4), (
                episode,
                cell,
            )


def test_the_two_commands_and_all_make_targets_named_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        target
        for document in DOCUMENTS
        for target in re.findall(r"^make ([a-z]+)", "\n".join(blocks((ROOT / document).read_text("utf-8"), "sh")), re.M)
    }
    assert {"demo", "test"} <= named <= targets
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_and_pictures_lead_to_files(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert target.startswith("http") or ((ROOT / document).parent / target).exists(), target


def test_the_layers_drawn_are_those_of_the_contract() -> None:
    (drawn,) = blocks((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"), "layers")
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in contracts if contract["type"] == "layers")
    packages = {path.parent.name for path in (ROOT / "deceptive_sim").glob("*/__init__.py")}
    kept = [name.strip(" ()") for layer in layers for name in layer.split("|")]
    assert drawn.split() == [name for name in kept if name in packages]
    assert packages <= set(kept)


def test_the_regimes_of_the_model_page_are_those_of_the_code() -> None:
    page = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| ([a-z-]+) \| .* \| .* \|$", page, re.MULTILINE)
    assert set(table) - {"regime"} == {regime.value for regime in Regime} - {"unconstrained"}
    assert list(dict.fromkeys(table))[1:] == [regime.value for regime in Regime][:-1]


def test_every_command_is_in_the_readme_or_listed_by_help() -> None:
    from deceptive_sim.cli.main import COMMANDS

    files = {path.name.removesuffix("_command.py") for path in (ROOT / "deceptive_sim" / "cli").glob("*_command.py")}
    assert files == set(COMMANDS)
    for command in ("solve", "run", "play", "check", "list", "new"):
        assert f"deceptive-sim {command}" in README.replace("\n", " "), command


def test_the_committed_schema_is_that_of_the_code() -> None:
    committed = json.loads((ROOT / "scenarios" / "schema" / "scenario-1.json").read_text(encoding="utf-8"))
    assert committed == json.loads(json.dumps(json_schema()))


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_shipped_scenario_names_schema_and_source_and_expects_something(name: str) -> None:
    """That it keeps what it expects is a matter of tests/studies/test_expectations.py and test_published_rows.py."""
    path = shipped_scenarios()[name]
    scenario = load_scenario(path)
    assert scenario.id == path.stem
    assert scenario.title
    assert scenario.source
    assert scenario.expectations
    assert path.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=")


def test_the_eight_scenarios_ship() -> None:
    wanted = {
        "two-plus-three",
        "early-defection",
        "monitored-deployment",
        "three-conditions",
        "outer-and-inner",
        "spurious-modification",
        "shutdown",
        "staged-deployment",
    }
    assert wanted <= set(shipped_scenarios())
