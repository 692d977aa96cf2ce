"""What a pointer points at, worked out again in fractions; what examples can tell apart and what they cannot."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from maze.plain_targets import NAMES, single_mazes, targets_in
from maze.story_worlds import DEPLOYMENT, TRAINING

from deceptive_sim.core.errors import InputError
from deceptive_sim.maze.ascii_maps import read_map
from deceptive_sim.maze.mazes import Maze, Mazes
from deceptive_sim.maze.objectives import Pointer, pointed_at
from deceptive_sim.maze.planners import Planner
from deceptive_sim.maze.targets import targets_of


def posterior(those: list[Maze], noise: Fraction) -> dict[str, Fraction]:
    """By Bayes' rule from all hypotheses alike: the exit is rewarded in every example."""
    odds = dict.fromkeys(NAMES, Fraction(1))
    for maze in those:
        features = [features for _, features in targets_in(maze)]
        for name in NAMES:
            amounts = [found.get(name, Fraction(0)) for found in features]
            best = [place for place, amount in enumerate(amounts) if amount == max(amounts)]
            hit = Fraction(1, len(best)) if 0 in best else Fraction(0)
            odds[name] *= (1 - noise) * hit + noise / len(features)
    total = sum(odds.values())
    return {name: odd / total for name, odd in odds.items()}


@settings(max_examples=25, deadline=None)
@given(
    those=st.lists(single_mazes(side=4), max_size=4),
    noise=st.sampled_from([Fraction(1, 100), Fraction(1, 3), Fraction(1)]),
)
def test_weights_are_the_posterior(those: list[Maze], noise: Fraction) -> None:
    mazes = Mazes.of(those) if those else Mazes.of([read_map("SE")]).take([])
    found = dict(zip(NAMES, pointed_at(targets_of(mazes), noise), strict=True))
    assert found == pytest.approx({name: float(odd) for name, odd in posterior(those, noise).items()}, rel=1e-12)


def test_training_leaves_apart_only_what_differs_there_and_a_few_others_settle_on_the_exit() -> None:
    """Seed 3; in training exit, green and the corner are the same, after 20 mazes of deployment they are not."""
    rng = np.random.default_rng(3)
    home, abroad = TRAINING.draw(rng, 200), DEPLOYMENT.draw(rng, 20)
    alike = dict(zip(NAMES, pointed_at(targets_of(home), Fraction(1, 100)), strict=True))
    assert alike["is_exit"] == alike["is_green"] == alike["position"]
    assert sum(alike[name] for name in ("is_exit", "is_green", "position")) == pytest.approx(1, abs=1e-9)
    told = dict(zip(NAMES, pointed_at(targets_of(Mazes.joined([home, abroad])), Fraction(1, 100)), strict=True))
    assert told["is_exit"] > 1 - 1e-9
    assert (Planner(weights=pointed_at(targets_of(abroad), Fraction(1, 100))).choose(abroad) == 0).all()


def test_many_examples_are_no_overflow() -> None:
    seen = targets_of(Mazes.of([read_map("g.S.E")]).take(np.zeros(20_000, int)))
    for noise in (Fraction(1, 10**12), Fraction(1)):
        found = pointed_at(seen, noise)
        assert np.isfinite(found).all()
        assert found.sum() == pytest.approx(1)


@pytest.mark.parametrize("noise", [Fraction(0), Fraction(-1), Fraction(2), Fraction(1, 10**400)])
def test_noise_is_more_than_nothing(noise: Fraction) -> None:
    with pytest.raises(InputError, match="noise must be"):
        Pointer(examples={}, noise=noise)


@pytest.mark.parametrize("count", [-1, 1_000_001])
def test_examples_are_counted(count: int) -> None:
    with pytest.raises(InputError, match=r"examples\.home must be a count"):
        Pointer(examples={"away": 3, "home": count})
