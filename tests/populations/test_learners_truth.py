"""Inner learners against the exact law of small crowds, and against agents that are played one by one.

All tests of this file together give a false alarm with probability 1e-6 at most: `ALARM` for each of at most 60.
"""

from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from learners_by_hand import Rules, law_of_cooperators, played_by_hand
from scipy import stats
from thinned import thinned

from deceptive_sim.populations.learners.learning import Learners
from deceptive_sim.populations.learners.run import LearnersOutcome, LearnersSpec, run_learners

pytestmark = pytest.mark.slow

ALARM = 1e-6 / 60
FEWEST = 25
"""Cells that expect fewer replicates are put together, as the chi-squared law asks for."""

FAST = Fraction(3, 10)
"""Exponent of learning rates: at 10^0.3, about 2, three steps make a difference."""


def spec_of(rules: Rules, *, replicates: int) -> LearnersSpec:
    return LearnersSpec(
        agents=rules.agents,
        steps=rules.steps,
        every=rules.every,
        fraction=Fraction(max(1, rules.replaced), max(2, rules.agents)),
        rate_exponents=(rules.low, rules.high),
        rate_factors=rules.factors,
        b=rules.b,
        theta_mean=rules.mean,
        theta_spread=rules.spread,
        baseline=rules.baseline,
        swapping=rules.swapping,
        copies=rules.copies,
        replicates=replicates,
        record=1,
    )


def crowd(agents: int = 3, *, steps: int = 3, mean: float = 0.25, **numbers: object) -> Rules:
    return Rules(agents=agents, steps=steps, low=0.3, high=0.3, mean=mean, **numbers)  # type: ignore[arg-type]


CROWDS = {
    "one": crowd(1, steps=5, every=0, replaced=0),
    "no-selection": crowd(every=0, replaced=0, steps=4),
    "selection": crowd(),
    "ties-paid-alike": crowd(b=-1.0),
    "cooperation-pays": crowd(b=0.25, factors=(3.0, 0.25, 1.0), steps=2),
    "rotation": crowd(swapping="rotation", baseline=0.5),
    "permutation": crowd(swapping="permutation"),
    "rotation-without-selection": crowd(swapping="rotation", every=0, replaced=0, steps=4),
    "every-second": crowd(every=2),
    "drawn": crowd(4, replaced=2, every=2, factors=(1.5,)),
    "paired": crowd(4, replaced=2, every=2, factors=(1.5,), copies="paired"),
}
LARGER = {
    "drawn-always": crowd(4, replaced=2, factors=(1.5, 0.5)),
    "paired-always": crowd(4, replaced=2, factors=(1.5, 0.5), copies="paired", baseline=0.25),
    "five": crowd(5, b=-0.75),
    "rotation-of-four": crowd(4, swapping="rotation", factors=(2.0,)),
    "permutation-of-four": crowd(4, swapping="permutation", factors=(2.0, 0.5)),
}


@pytest.mark.parametrize(
    "rules",
    [
        *(pytest.param(rules, id=name) for name, rules in CROWDS.items()),
        *(pytest.param(rules, id=name, marks=pytest.mark.slow) for name, rules in LARGER.items()),
    ],
)
def test_small_crowds_cooperate_as_enumeration_says(rules: Rules) -> None:
    """Numbers of cooperators of all steps, jointly: n = 50,000 replicates, seed 6, chi-squared."""
    replicates = 50_000
    outcome = run_learners(spec_of(rules, replicates=replicates), seed=6)
    numbers = np.rint(outcome.cooperated * rules.agents).astype(int)
    found = Counter(map(tuple, numbers.tolist()))
    law = law_of_cooperators(rules)
    assert set(found) <= {counts for counts, weight in law.items() if weight}
    often = [counts for counts, weight in law.items() if weight * replicates >= FEWEST]
    seen, expected = [found[counts] for counts in often], [float(law[counts]) * replicates for counts in often]
    if replicates - sum(expected) >= FEWEST:
        seen, expected = [*seen, replicates - sum(seen)], [*expected, replicates - sum(expected)]
    distance = sum((was - due) ** 2 / due for was, due in zip(seen, expected, strict=True))
    assert stats.chi2.sf(distance, len(seen) - 1) > ALARM


# --- agent by agent ---------------------------------------------------------------------------------------------------

LONGER = {
    "plain": Rules(agents=10, steps=40, replaced=2, low=-1, spread=1.0),
    "paired-seldom": Rules(agents=11, steps=40, every=3, replaced=2, low=-1, spread=1.0, copies="paired"),
    "rotation": Rules(agents=7, steps=30, replaced=2, low=-1, high=0.5, spread=0.5, swapping="rotation"),
    "permutation": Rules(
        agents=10, steps=40, replaced=3, low=-1, mean=1.0, swapping="permutation", baseline=0.125, b=-0.25
    ),
    "none": Rules(agents=5, steps=60, every=0, replaced=1, low=-1, high=0.5, spread=2.0),
}


def assert_alike(rules: Rules, *, at_once: int, by_hand: int) -> None:
    """Kolmogorov-Smirnov on late cooperation, last reward and last learning rate, seed 6."""
    outcome = run_learners(spec_of(rules, replicates=at_once), seed=6)
    dice = random.Random(6)
    hand = [played_by_hand(rules, dice) for _ in range(by_hand)]
    for name, found in {"late": outcome.late, "reward": outcome.reward[:, -1], "rate": outcome.rate[:, -1]}.items():
        # rounded, because sums in another order differ in their last digits
        due = np.round([told[name] for told in hand], 9)
        assert stats.ks_2samp(np.round(found, 9), due, method="asymp").pvalue > ALARM, name


@pytest.mark.parametrize("rules", thinned(LONGER.values(), 2), ids=LONGER)
def test_many_at_once_do_as_one_by_one(rules: Rules) -> None:
    """n = 5,000 against 150 replicates by hand."""
    assert_alike(rules, at_once=5_000, by_hand=150)


@pytest.mark.slow
@pytest.mark.parametrize("rules", LONGER.values(), ids=LONGER)
def test_many_at_once_do_as_very_many_one_by_one(rules: Rules) -> None:
    """n = 20,000 against 1,500 replicates by hand."""
    assert_alike(rules, at_once=20_000, by_hand=1_500)


# --- exact theory -----------------------------------------------------------------------------------------------------


def thetas(outcome: LearnersOutcome) -> np.ndarray:
    assert outcome.thetas is not None
    return np.asarray(outcome.thetas)


def assert_mean(values: np.ndarray, due: float) -> None:
    error = values.std(ddof=1) / np.sqrt(values.size)
    assert 2 * stats.norm.sf(abs(values.mean() - due) / error) > ALARM


def test_one_update_moves_theta_to_two_places_and_on_average_by_the_myopic_gradient() -> None:
    """n = 100,000 replicates, seed 6."""
    spec = LearnersSpec(
        agents=1, steps=1, every=0, rate_exponents=(0, 0), theta_mean=1, theta_spread=0, replicates=100_000
    )
    found = thetas(run_learners(spec, seed=6, keep=True))[:, 0]
    p = 1 / (1 + np.exp(-1.0))
    places, counts = np.unique(np.round(found, 12), return_counts=True)
    assert places == pytest.approx([1 - (1 - p), 1 + 0.5 * p])  # C pays -1, D pays -1/2
    assert stats.binomtest(int(counts[0]), spec.replicates, p).pvalue > ALARM
    assert_mean(found, 1 + float(spec.b) * p * (1 - p))


@pytest.mark.parametrize("swapping", ["none", "rotation", "permutation"])
def test_the_state_is_noise_to_a_learner(swapping: str) -> None:
    """Where cooperating costs nothing theta is a martingale, in whatever environment: n = 5,000, seed 6."""
    spec = LearnersSpec(
        agents=4, steps=50, every=0, b=0, rate_exponents=(-1, 0), theta_spread=0, swapping=swapping, replicates=10_000
    )
    found = thetas(run_learners(spec, seed=6, keep=True)).mean(axis=1)
    assert found.std() > 0.1
    assert_mean(found, 0.0)


@pytest.mark.parametrize(("b", "sign"), [("-1/2", -1), ("1/2", 1)])
def test_without_selection_what_pays_at_once_is_learned(b: str, sign: int) -> None:
    outcome = run_learners(LearnersSpec(agents=50, steps=300, every=0, b=b, theta_spread=0, replicates=20), seed=6)
    assert (sign * (outcome.late - 0.5) > 0.1).all()
    assert (np.diff(outcome.probability.mean(axis=0)[::20]) * sign > 0).all()


def test_a_frozen_crowd_is_sorted_by_what_its_actions_pay() -> None:
    """Certain cooperators and defectors that do not learn: selection alone moves their numbers, by an exact map.

    When all have played so before, cooperators are paid 0 and defectors -1/2. Of 10 agents the best two then are
    cooperators as soon as there are two, and take the places of the worst two, defectors as long as there are any.
    """
    spec = LearnersSpec(agents=10, theta_spread=0, rate_exponents=(-100, -100), rate_factors=(1,), copies="paired")
    learners = Learners(spec, 3, np.random.default_rng(6))
    learners.theta[:] = np.where(np.arange(10) < [[2], [5], [0]], 60.0, -60.0)
    learners.state = (learners.theta > 0).astype(np.int8)
    shares = []
    for _ in range(5):
        learners.step()
        shares.append((learners.theta > 0).sum(axis=1).tolist())
        learners.state = (learners.theta > 0).astype(np.int8)
    assert shares == [[4, 7, 0], [6, 9, 0], [8, 10, 0], [10, 10, 0], [10, 10, 0]]


def test_environments_change_hands_as_they_are_said_to() -> None:
    """Under rotation agent i comes into the environment that i + 1 left; permutations differ between replicates."""
    for swapping in ("rotation", "permutation"):
        spec = LearnersSpec(agents=40, every=0, theta_spread=0, swapping=swapping)  # type: ignore[arg-type]
        learners = Learners(spec, 2, np.random.default_rng(6))
        learners.theta[:] = np.where(np.arange(40) % 3 == 0, 60.0, -60.0)
        learners.step()
        if swapping == "rotation":
            assert (learners.state == (np.arange(1, 41) % 40 % 3 == 0)).all()
        else:
            assert learners.state.sum(axis=1).tolist() == [14, 14]
            assert (learners.state[0] != learners.state[1]).any()
