"""The whole study of lifetimes: what it tells, by which names, and that the story comes out of it."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from maze.lifetime_by_hand import BARE, FAR, NEAR, world_of

from deceptive_sim.core.errors import InputError
from deceptive_sim.core.json_text import dumps
from deceptive_sim.maze.family import MazeFamily
from deceptive_sim.maze.lifetime.result import LifetimeResult
from deceptive_sim.maze.lifetime.run import run_lifetime
from deceptive_sim.maze.lifetime.spec import LifetimeSpec
from deceptive_sim.maze.world import MazeWorld

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
    assert learners["last"]["found"].mean < 0.5
