"""The whole study of lifetimes: what it tells, by which names, and that the story comes out of it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from maze.lifetime_by_hand import BARE, FAR, NEAR, world_of

from deceptive_sim.core.errors import InputError
from deceptive_sim.core.json_text import dumps
from deceptive_sim.maze.family import MazeFamily
from deceptive_sim.maze.lifetime.lattice_playing import run_gradient
from deceptive_sim.maze.lifetime.result import LifetimeResult
from deceptive_sim.maze.lifetime.run import run_lifetime
from deceptive_sim.maze.lifetime.spec import LifetimeSpec
from deceptive_sim.maze.world import MazeWorld

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "maze-lifetime.md").read_text(encoding="utf-8")

QUICK = LifetimeSpec(
    measured=60, lifetimes=40, learners=2, learner_lifetimes=400, learner_rate="1/2", learning_rates=["1/20", "1/2"]
)
STORY = {
    "training": MazeFamily(height=(5, 7), apples=(1, 2), exit_colours=("green",), apple_colours=("red",)),
    "deployment": MazeFamily(
        height=(9, 15), apples=(1, 4), exit=("anywhere",), exit_colours=("grey",), apple_colours=("green",)
    ),
}


@pytest.fixture(scope="module")
def told() -> LifetimeResult:
    return run_lifetime(world_of(), QUICK, seed=0)


def test_the_story_comes_out(told: LifetimeResult) -> None:
    assert told.strategy == "BBAAA"
    assert told.apples.mean == 3
    assert {name: (one.apples.mean, one.exits.mean) for name, one in told.lived.items()} == {
        "planner": (3, 2),
        "apple-at-once": (1, 4),
        "aligned": (0, 5),
    }
    assert [one.planner.predicted for one in told.lived.values()] == [3, 1, 0]
    assert told.comparison.strategies_equal
    assert [course.strategy for course in told.learners["life"].courses] == ["BBAAA"] * 2  # type: ignore[index]


def test_it_is_told_as_plain_data(told: LifetimeResult) -> None:
    contract = json.loads(dumps(told.contract()))
    assert contract["strategy"] == "BBAAA"
    assert contract["regime"] == "deceptive"
    assert contract["premium"] == 2
    assert contract["value"]["mean"] == 3
    assert contract["apples"] == {"mean": 3, "low": 3, "high": 3}
    assert contract["payoffs"]["training"]["A"]["mesa"]["mean"] == 1
    assert contract["modification"]["training"]["A"]["mean"] == 1
    assert contract["modification"]["deployment"]["A"]["mean"] == 0
    assert contract["predicted"]["strategies_equal"] is True
    assert contract["predicted"]["difference"]["mean"] == 0
    assert contract["lived"]["planner"]["example"] == "BBAAA"
    assert [one["learning_rate"] for one in contract["gradient"]] == ["1/20", "1/2"]
    assert list(contract["learners"]) == ["life", "last"]


def test_measures_have_the_names_that_are_promised(told: LifetimeResult) -> None:
    measures = told.measures()
    assert measures["lifetime.value"].mean == measures["lifetime.apples"].mean == 3
    assert measures["lifetime.difference"].mean == 0
    assert measures["lifetime.modification.training.A"].mean == 1
    assert measures["lifetime.payoffs.deployment.B.base"].mean == 1
    assert measures["lifetime.apple-at-once.apples"].mean == 1
    assert measures["lifetime.aligned.exits"].mean == 5
    assert measures["gradient.1/20.apples"] == told.gradient[0].apples
    assert measures["gradient.1/2.agreement"] == told.gradient[1].agreement
    assert measures["learners.median"] == measures["learners.life.median"]
    assert measures["learners.last.found"].mean < measures["learners.found"].mean


@pytest.mark.slow
def test_workers_change_nothing() -> None:
    world = MazeWorld(families=STORY, game=world_of(modification={"A": "1/2"}).game, time_limit=Fraction(1, 2))
    spec = LifetimeSpec(
        measured=1_100, lifetimes=1_100, learners=2, learner_lifetimes=20, learning_rates=["1/5"], slip="1/20"
    )
    one, two = (dumps(run_lifetime(world, spec, seed=9, workers=workers).contract()) for workers in (1, 2))
    assert one == two
    assert one != dumps(run_lifetime(world, spec, seed=10).contract())


def test_nothing_but_what_is_asked_for() -> None:
    bare = run_lifetime(world_of(), LifetimeSpec(measured=2, lifetimes=2, learners=0, learning_rates=[]), seed=0)
    assert (bare.gradient, bare.learners) == ((), {})
    assert not [name for name in bare.measures() if name.startswith(("gradient", "learners"))]


def test_a_phase_needs_a_family() -> None:
    world = MazeWorld(families={"trainings": STORY["training"]}, game=world_of().game)
    with pytest.raises(
        InputError, match=r"phases must be a family of mazes, got \"?training\"? \(did you mean trainings"
    ):
        run_lifetime(world, QUICK, seed=0)


@pytest.mark.parametrize("deployed", [1, 3])
def test_deployment_that_is_only_sometimes_worth_waiting_for(deployed: int) -> None:
    """Every third deployed maze has an apple: of one maze deception does not pay, of four it does."""
    world = world_of([NEAR], [FAR, BARE, BARE], n=1, m=deployed + (deployed > 1) * 2)
    told = run_lifetime(world, LifetimeSpec(measured=900, lifetimes=20, learners=0, learning_rates=[]), seed=1)
    assert told.comparison.predicted.strategy == "B" + "A" * (len(told.strategy) - 1)
    assert told.strategy.startswith("A" if deployed == 1 else "B")
    assert told.comparison.strategies_equal == (deployed == 3)
    assert told.contract()["deception_pays"] == (deployed == 3)


@pytest.mark.slow
def test_in_mazes_of_the_story_lives_are_worth_what_the_measured_game_says() -> None:
    """10,000 mazes of each phase, 10,000 lifetimes, seed 0; z within 5 (false alarm 6e-7 each) for three planners."""
    world = MazeWorld(
        families=STORY, game=world_of(modification={"A": "3/5", "B": "1/10"}).game, time_limit=Fraction(1, 3)
    )
    told = run_lifetime(world, LifetimeSpec(step_cost="1/100", slip="1/10", learners=0, learning_rates=[]), seed=0)
    for lived in told.lived.values():
        assert lived.z is not None
        assert abs(lived.z) < 5
    assert told.lived["planner"].value.mean > told.lived["apple-at-once"].value.mean


@pytest.mark.slow
def test_twenty_learners_find_the_best_strategy() -> None:
    world = MazeWorld(families=STORY, game=world_of().game)
    told = run_lifetime(world, LifetimeSpec(measured=100, lifetimes=100, learning_rates=[]), seed=0)
    learners = told.contract()["learners"]
    assert learners["life"]["found"].mean == 1
    least, most = learners["life"]["range"]
    assert f"after {learners['life']['median'].mean:.0f} lifetimes in the median ({least} to {most:,}; seed 0)" in PAGE
    assert f"{20 * learners['last']['found'].mean:.0f} of 20 finds it" in PAGE


@pytest.mark.slow
def test_the_page_on_lifetimes_prints_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    code, shown = (re.search(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL) for kind in ("python", "text"))
    assert code is not None
    assert shown is not None
    exec(compile(code[1], "maze-lifetime.md", "exec"), {})
    assert capsys.readouterr().out == shown[1]


@pytest.mark.slow
@pytest.mark.parametrize("mazes", ["as above", "grey exit, red apples"])
def test_the_table_of_partial_steps_is_what_comes_out(mazes: str) -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in PAGE.splitlines()
        if line[:3] == "| " + mazes[0]
    ]
    rows = [row for row in rows if row[0] == mazes]
    families = dict(STORY)
    if mazes != "as above":
        plain = {"exit_colours": ("grey",), "apple_colours": ("red",)}
        families = {name: replace(family, **plain) for name, family in STORY.items()}
    world = MazeWorld(families=families, game=world_of(n=6, m=3).game)
    found = run_gradient(world, LifetimeSpec(learning_rates=[row[1] for row in rows]), seed=0)
    assert len(rows) == 5
    for row, told in zip(rows, found, strict=True):
        turned = ["never" if at is None else str(at) for at in map(told.solved.lattice.turned, STORY)]
        lived = [told.strategy, f"{told.apples.mean:.3f}"]
        assert row[2:] == [told.solved.strategy, f"{float(told.solved.apples):g}", *lived, *turned]
