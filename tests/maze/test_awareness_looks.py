"""How students know the phase: Bayes' rule by hand, calendars that are mistaken as often as they say."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from maze.plain_targets import corner_of, single_mazes
from maze.plain_walks import written
from maze.story_worlds import DEPLOYMENT, TRAINING
from scipy.stats import binom

from deceptive_sim.core.errors import InputError
from deceptive_sim.maze.ascii_maps import read_map
from deceptive_sim.maze.awareness import LOOKS, Appearance, Calendar, Unaware, learn_looks, looks_of
from deceptive_sim.maze.family import MazeFamily
from deceptive_sim.maze.mazes import Maze, Mazes
from deceptive_sim.maze.objectives import weights_of
from deceptive_sim.maze.students import Student

RNG = np.random.default_rng(0)
VALUES = {"exit_colour": 6, "exit_in_corner": 2, "apples": 16, "green_apples": 16, "side": 64, "wall_colour": 6}
ORDER = ("red", "green", "blue", "purple", "yellow", "grey")


def seen_in(maze: Maze) -> dict[str, int]:
    """What somebody sees who looks at a map."""
    return {
        "exit_colour": ORDER.index(maze.exit.colour),
        "exit_in_corner": int(tuple(maze.exit.cell) == corner_of(maze)),
        "apples": min(len(maze.apples), 15),
        "green_apples": min(sum(apple.colour == "green" for apple in maze.apples), 15),
        "side": min(max(maze.walls.shape), 63),
        "wall_colour": ORDER.index(maze.wall_colour),
    }


def believed_by_hand(maze: Maze, training: list[Maze], deployment: list[Maze]) -> Fraction:
    odds = Fraction(1)
    for name, values in VALUES.items():
        for mazes, power in ((training, 1), (deployment, -1)):
            alike = sum(seen_in(one)[name] == seen_in(maze)[name] for one in mazes)
            odds *= Fraction(alike + 1, len(mazes) + values) ** power
    return odds / (1 + odds)


LOTS = st.lists(single_mazes(), min_size=1, max_size=5)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(training=LOTS, deployment=LOTS, met=LOTS, really=st.booleans())
def test_beliefs_are_bayes_rule_over_counts(
    training: list[Maze], deployment: list[Maze], met: list[Maze], really: bool
) -> None:
    way = learn_looks(Mazes.of(training), Mazes.of(deployment))
    found = way.training(Mazes.of(met), RNG, really=really)
    assert found == pytest.approx([float(believed_by_hand(maze, training, deployment)) for maze in met], rel=1e-9)


def test_looks_that_are_many_count_as_the_last() -> None:
    assert LOOKS == VALUES
    rows = ["E" + "a" * 17 + "S" + "." * 60]
    seen = looks_of(written(*rows))
    assert {name: value.tolist() for name, value in seen.items()} == {
        "exit_colour": [1], "exit_in_corner": [0], "apples": [15], "green_apples": [15], "side": [63],
        "wall_colour": [5],
    }  # fmt: skip
    tall = MazeFamily(generator="open", height=(3, 3), width=(9, 9), square=False).draw(RNG, 1)
    assert looks_of(tall)["side"].tolist() == [9]


def test_mazes_of_the_story_are_told_apart() -> None:
    """Seed 2; who has seen 500 of each."""
    rng = np.random.default_rng(2)
    way = learn_looks(TRAINING.draw(rng, 500), DEPLOYMENT.draw(rng, 500))
    assert (way.training(TRAINING.draw(rng, 100), rng, really=True) > 0.99).all()
    assert (way.training(DEPLOYMENT.draw(rng, 100), rng, really=False) < 0.01).all()
    disguised = way.training(DEPLOYMENT.draw(rng, 100), rng, really=True)
    assert (disguised < 0.01).all()


@pytest.mark.parametrize("extreme", [10**6, -(10**6)])
def test_beliefs_are_probabilities_however_sure(extreme: float) -> None:
    """Odds of six looks and the prior add up."""
    log_odds = {name: (float(extreme),) * values for name, values in LOOKS.items()}
    mazes = Mazes.of([read_map("S.E"), read_map("Er.S")])
    found = Appearance(log_odds=log_odds, prior=extreme).training(mazes, RNG, really=True)
    assert np.isfinite(found).all()
    assert (np.abs(found - (extreme > 0)) < 1e-300).all()
    level = Appearance(log_odds={name: (0.0,) * values for name, values in LOOKS.items()}, prior=np.log(3))
    assert level.training(mazes, RNG, really=False) == pytest.approx([0.75, 0.75])


NONE = {name: (0.0,) * values for name, values in VALUES.items()}


@pytest.mark.parametrize(
    ("log_odds", "prior", "told"),
    [
        ({}, 0, "log_odds must be of exit_colour, exit_in_corner"),
        ({**NONE, "smell": (0.0,)}, 0, "log_odds must be of exit_colour"),
        ({**NONE, "side": (0.0,)}, 0, "side must have 64 values, got 1"),
        ({**NONE, "side": (float("nan"),) * 64}, 0, "side must be from -1000000 to 1000000"),
        (NONE, float("inf"), "prior must be from -1000000 to 1000000"),
    ],
)
def test_odds_that_are_none_are_refused(log_odds: dict[str, tuple[float, ...]], prior: float, told: str) -> None:
    with pytest.raises(InputError, match=told):
        Appearance(log_odds=log_odds, prior=prior)


@pytest.mark.parametrize("really", [True, False])
@pytest.mark.parametrize("mistaken", [Fraction(0), Fraction(1, 50), Fraction(1, 2), Fraction(1)])
def test_calendars_are_mistaken_as_often_as_they_say(mistaken: Fraction, really: bool) -> None:
    """n = 20,000, seed 9, exact binomial bounds, alarm 1e-7 on each of 8 x 2 sides."""
    mazes = Mazes.of([read_map("SE")]).take(np.zeros(20_000, int))
    found = Calendar(mistaken=mistaken).training(mazes, np.random.default_rng(9), really=really)
    assert set(np.unique(found)) <= {0.0, 1.0}
    wrong = int((found != really).sum())
    low, high = binom.ppf(1e-7 / 2, 20_000, float(mistaken)), binom.isf(1e-7 / 2, 20_000, float(mistaken))
    assert low <= wrong <= high


@pytest.mark.parametrize("mistaken", [Fraction(-1, 10), Fraction(11, 10)])
def test_bad_calendars_are_refused(mistaken: Fraction) -> None:
    with pytest.raises(InputError, match="mistaken must be a probability"):
        Calendar(mistaken=mistaken)


def test_students_know_in_the_way_they_say() -> None:
    rng = np.random.default_rng(1)
    training, deployment = TRAINING.draw(rng, 50), DEPLOYMENT.draw(rng, 50)
    weights = weights_of("green")
    ways = {
        name: Student(weights=weights, awareness=name).way(training, deployment) for name in ("unaware", "calendar")
    }
    assert ways == {"unaware": Unaware(), "calendar": Calendar()}
    odd = Student(weights=weights, awareness="calendar", mistaken=Fraction(1, 3))
    assert odd.way(training, deployment) == Calendar(mistaken=Fraction(1, 3))
    seen = Student(weights=weights, awareness="appearance").way(training, deployment)
    assert seen == learn_looks(training, deployment)
    assert (ways["unaware"].training(training, rng, really=True) == 0).all()
    assert ways["unaware"].training(training, rng, really=True).shape == (50,)
