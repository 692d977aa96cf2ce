"""The page on populations: its command prints what it shows, its section runs, its tables are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from test_documents import assert_prints, blocks, sessions

from deceptive_sim.populations import measures
from deceptive_sim.populations.kinds.library import AGENT_SETTINGS, MODULES, library_kind
from deceptive_sim.populations.measures import PLAIN, measure_named
from deceptive_sim.populations.simulate import simulate
from deceptive_sim.scenario.load import load_scenario
from deceptive_sim.scenario.population import MAKERS, SETTINGS_OF
from deceptive_sim.studies.populations import phase_ends

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "populations.md").read_text(encoding="utf-8")
GAME = """\
version: 1
id: page
game:
  phases:
    training: {episodes: 6, modification: {A: 1/10}}
    deployment: {episodes: 3}
"""


def part(heading: str) -> str:
    """The text under a heading of the page."""
    return PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def rows(heading: str) -> list[list[str]]:
    """The rows of the table under a heading, without its head."""
    lines = [line for line in part(heading).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def quoted(text: str) -> tuple[str, ...]:
    """Names in code quotes."""
    return tuple(re.findall(r"`([^`]+)`", text))


@pytest.mark.parametrize(("command", "shown"), sessions(PAGE), ids=[command for command, _ in sessions(PAGE)])
def test_the_command_prints_what_the_page_shows(
    command: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert_prints(command, shown)
    assert not list(tmp_path.iterdir())  # as no report was asked for


def test_the_page_has_a_command_and_a_section() -> None:
    assert len(sessions(PAGE)) == len(blocks(PAGE, "yaml")) == 1


def test_the_section_is_one_of_a_scenario_and_is_simulated_as_its_comments_say(tmp_path: Path) -> None:
    (section,) = blocks(PAGE, "yaml")
    file = tmp_path / "page.yaml"
    file.write_text(GAME + section, encoding="utf-8")
    plan = load_scenario(file).population
    assert plan is not None
    assert (plan.population.size, plan.population.replicates) == (600, 40)
    assert [optimiser.__class__ for optimiser in plan.population.scene.optimisers] == [
        MAKERS["rewriting"],
        MAKERS["truncation"],
    ]
    (path,) = re.findall(r"`--set (population\S+)=1/5`", PAGE)
    small = {path: "1/5", "population.size": 20, "population.replicates": 2}
    plan = load_scenario(file, small).population
    assert plan is not None
    assert plan.population.counts() == (5, 5, 5, 5)  # the last one is the rest
    outcome = simulate(plan.population, seed=0)
    assert outcome.counts["phase_replaced"].tolist() == [[4, 0], [4, 0]]  # a fifth of 20, after the fifth of six
    assert outcome.shares().sum(axis=2) == pytest.approx(1)


def test_the_table_of_kinds_is_that_of_the_library() -> None:
    found = rows("Kinds of agents")
    assert [quoted(row[0]) for row in found] == [(name,) for name in MODULES]
    for (name, objective, what), kind in zip(found, map(library_kind, MODULES), strict=True):
        known = {parameter.name for parameter in kind.parameters} | {"beliefs:", "strategy:", "history:"}
        assert {*quoted(objective), *quoted(what)} <= known, name
        taken = {"believed": "`beliefs:`"}
        assert all(taken.get(need, f"`{need}:`") in what for need in kind.needs), name
        assert set(kind.needs) <= set(AGENT_SETTINGS)
        assert ("objective" in kind.takes) <= ("mesa" in objective), name


def test_the_table_of_base_optimisers_is_that_of_the_section() -> None:
    assert {quoted(kind)[0]: quoted(settings) for kind, settings, _ in rows("Base optimisers")} == SETTINGS_OF
    assert "`phases:`" in part("Base optimisers")


def test_the_table_of_measures_is_that_of_the_code() -> None:
    plan = load_scenario("who-survives-training").population
    assert plan is not None
    names = [quoted(row[0])[0] for row in rows("What is measured")]
    plain = [name for name in names if "." not in name]
    assert sorted(plain) == sorted(PLAIN)
    for name in names:
        measure_named(name.replace("COHORT", "deceptive").replace("OBJECTIVE", "mesa"), plan.population)
    families = {name.partition(".")[0] for name in names} - set(plain)
    assert families == set(re.findall(r"^    (\w+)\.[A-Z]+ ", measures.__doc__ or "", re.MULTILINE))


def test_what_the_page_says_of_json_is_there() -> None:
    plan = load_scenario("who-survives-training", {"population.size": 12, "population.replicates": 2}).population
    assert plan is not None
    end = phase_ends(simulate(plan.population, seed=0))[0].contract()
    sentence = " ".join(part("What is measured").partition("`--json`")[2].partition(".\n")[0].split())
    for name in ("actual_alignment", "apparent_alignment", "kinds", "scores"):
        assert f"`{name}`" in sentence
        assert name in end
    assert set(end["kinds"]["deceptive"]) == {"share", "unmodified", "modified"} <= set(quoted(sentence))
