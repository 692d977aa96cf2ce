"""Names of measurements in mazes: told before anything is computed, and exactly those that are then measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from deceptive_sim.core.errors import InputError
from deceptive_sim.scenario.load import Scenario, load_scenario
from deceptive_sim.studies.maze import examine_maze, measures_of, plan_of, run_maze
from deceptive_sim.studies.maze_names import NAMED, Names, names_of

HEAD = """\
version: 1
id: s
game:
  phases:
    training: {episodes: 1, modification: {A: 1}}
    deployment: {episodes: 2}
maze:
  families:
    training: {map: SrE}
    deployment: {map: g.S.E}
  agents: {exit-seeker: {objective: exit}, random: {}}
"""

STUDIES = {
    "shift": "shift: {mazes: 3}",
    "shift of some": "shift: {mazes: 3, agents: [random], families: [deployment]}",
    "learning": "learning: {runs: 2, steps: 1, mazes: 3, saliences: {plain: {}, loud: {is_green: 3}}}",
    "selection": """\
selection:
    {family: drawn, sizes: [3, 5], diversities: [1, 4], costs: [0, 1/1000], replicates: 2, fresh: 3}
  time_limit: 2""",
    "adversary": """\
adversary:
    students: {naive: {objective: green}, sly: {objective: green, awareness: calendar}}
    family: deployment
    rounds: 1
    replicates: 2
    mazes: 4
    pool: 2
    worst: 1
    climbs: 1
    steps: 1
    temperatures: [1/4, 1/8]""",
    "lifetime": """\
lifetime:
    {measured: 5, lifetimes: 5, learners: 2, learner_lifetimes: 150, exploration: 1/2, learner_rate: 1/2,
     learning_rates: [1/2, 2], memories: [last, life]}""",
    "lifetime without learners": "lifetime: {measured: 5, lifetimes: 5, learners: 0, learning_rates: []}",
}


def scenario(tmp_path: Path, more: str, head: str = HEAD) -> Scenario:
    if "family: drawn" in more:
        head = head.replace("    training: {map", "    drawn: {size: 3}\n    training: {map")
    path = tmp_path / "s.yaml"
    path.write_text(f"{head}  {more}\n", encoding="utf-8")
    return load_scenario(str(path))


@pytest.mark.parametrize("asked", STUDIES)
def test_names_told_beforehand_are_those_that_are_measured(asked: str, tmp_path: Path) -> None:
    given = scenario(tmp_path, STUDIES[asked])
    (study,) = plan_of(given).specs
    told = names_of(study, plan_of(given))
    found = measures_of(run_maze(given).studies)
    assert sorted(told) == sorted(found)
    assert all(name in told for name in found)


def test_every_study_says_what_it_measures() -> None:
    from deceptive_sim.scenario.maze import STUDIES as KNOWN

    assert list(NAMED) == list(KNOWN)


@pytest.mark.parametrize(
    ("asked", "wrong", "right"),
    [
        ("selection", "selection.chosen.planer.5.4.0", "selection.chosen.planner.5.4.0"),
        ("selection", "selection.score.planner.5.40", "selection.score.planner.5.4"),
        ("learning", "learning.loud.mostly.to_aple", "learning.loud.mostly.to_apple"),
        ("adversary", "adversary.naive.pases", "adversary.naive.passes"),
        ("adversary", "adversary.naive.fooled", "adversary.naive.to_apple"),  # only who is aware can be fooled
        ("adversary", "adversary.sly.fold", "adversary.sly.fooled"),
        ("lifetime", "lifetime.aples", "lifetime.apples"),
        ("lifetime", "lifetime.payoffs.training.A.mes", "lifetime.payoffs.training.A.mesa"),
        ("lifetime", "lifetime.gradient.1/3.apples", "lifetime.gradient.1/2.apples"),
        ("lifetime", "lifetime.learners.lif.median", "lifetime.learners.life.median"),
    ],
)
def test_a_name_that_there_is_not_is_refused_where_it_stands_before_any_work(
    asked: str, wrong: str, right: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_work(*_: object, **__: object) -> None:
        pytest.fail("work was done")

    monkeypatch.setattr("deceptive_sim.studies.maze.import_module", no_work)
    expected = "\n  expect:\n    - {measure: %s, value: 1}\n    - {measure: %s, value: 1}"
    given = scenario(tmp_path, STUDIES[asked] + expected % (right, wrong))
    with pytest.raises(InputError) as refused:
        run_maze(given)
    (problem,) = refused.value.problems
    lines = (tmp_path / "s.yaml").read_text(encoding="utf-8").splitlines()
    assert problem.name == "maze.expect.1.measure"
    assert (problem.got, problem.hint) == (f'"{wrong}"', f"did you mean {right}?")
    assert problem.position is not None
    line = lines[problem.position.line - 1]
    assert line[problem.position.column - 1 :].startswith(wrong)


def test_names_without_learners_are_not_told(tmp_path: Path) -> None:
    more = "\n  expect: [{measure: lifetime.learners.found, value: 1}]"
    with pytest.raises(InputError, match=r"maze\.expect\.0\.measure"):
        examine_maze(scenario(tmp_path, STUDIES["lifetime without learners"] + more))


def test_what_does_not_exist_is_found_to_be_nothing(tmp_path: Path) -> None:
    """Learners that live once do not find the plan, so that there is no median: no mistake in the file."""
    lives = (
        "lifetime: {measured: 5, lifetimes: 5, learners: 2, learner_lifetimes: 1, learning_rates: [], memories: [last]}"
    )
    given = scenario(tmp_path, lives + "\n  expect: [{measure: lifetime.learners.median, value: 3}]")
    (check,) = run_maze(given).checks
    assert (check.found, check.holds) == ("nothing", False)


def test_a_name_of_very_many_is_looked_for_without_listing_them() -> None:
    many = tuple(map(str, range(200)))
    names = Names(rows=((("a",), many, many, many, many, many),))  # 320 billion
    assert "a.7.199.0.5.1" in names
    assert "a.7.199.0.200.1" not in names
    assert "a.7.199.0.1" not in names
    assert names.near("a.7.x199.0.5.1") == "did you mean a.7.199.0.5.1?"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("a.xx.q", "did you mean a.xx.pp?"),
        ("a.xx", "did you mean a.xx.pp?"),
        ("", "such as a.xx.pp"),
        ("a.b.c.d", None),
    ],
)
def test_the_nearest_of_names(name: str, hint: str | None) -> None:
    """Rows with a part that nothing can be are none; nor are those with fewer parts than the name."""
    names = Names(rows=((("a",), ("xx", "yy"), ("pp",)), (("a",), (), ("q",))))
    assert names.near(name) == hint
