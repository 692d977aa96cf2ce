"""Defecting with one probability: the formula against all histories, its maximum against counting roots exactly."""

from __future__ import annotations

import itertools
from fractions import Fraction
from math import comb

import pytest
from adapters import quick
from hypothesis import given
from hypothesis import strategies as st

from deceptive_sim.core.errors import InputError
from deceptive_sim.games.memoryless import PRINTED, best_probability, expected_defections

F = Fraction
Polynomial = list[Fraction]
"""Coefficients, lowest power first."""


def test_the_literal_rules_give_five_ninths_and_not_the_disputed_printed_number() -> None:
    assert best_probability(training=2, deployment=3) == F(5, 9)
    for x in (F(0), F(1, 3), F(5, 9), F(61, 100), F(1)):
        assert expected_defections(x, training=2, deployment=3) == x + (1 - x) * x + 3 * x * (1 - x) ** 2
    assert F("0.61") == PRINTED
    at_best = expected_defections(F(5, 9), training=2, deployment=3)
    assert expected_defections(PRINTED, training=2, deployment=3) < at_best == F(275, 243)


@given(st.fractions(0, 1, max_denominator=8), st.integers(0, 4), st.integers(0, 4))
@quick(60)
def test_all_histories_add_up_to_it(x: Fraction, training: int, deployment: int) -> None:
    total = F(0)
    for defects in itertools.product((True, False), repeat=training + deployment):
        chance = F(1)
        for defect in defects:
            chance *= x if defect else 1 - x
        if any(defects[:training]):
            total += chance  # the first defection pays; what the modified agent does is nothing to the old objective
        else:
            total += chance * sum(defects)
    assert expected_defections(x, training=training, deployment=deployment) == total


def at(polynomial: Polynomial, x: Fraction) -> Fraction:
    return sum((c * x**power for power, c in enumerate(polynomial)), F(0))


def derivative(polynomial: Polynomial) -> Polynomial:
    return [power * c for power, c in enumerate(polynomial)][1:]


def remainder(upper: Polynomial, lower: Polynomial) -> Polynomial:
    upper = list(upper)
    while len(upper) >= len(lower):
        share, shift = upper[-1] / lower[-1], len(upper) - len(lower)
        upper = [c - share * (lower[i - shift] if i >= shift else 0) for i, c in enumerate(upper)][:-1]
    while upper and upper[-1] == 0:
        upper.pop()
    return upper


def roots_between(polynomial: Polynomial, low: Fraction, high: Fraction) -> int:
    """Distinct roots in (low, high], by Sturm's theorem; neither end may be a multiple root."""
    chain = [polynomial, derivative(polynomial)]
    while rest := remainder(chain[-2], chain[-1]):
        chain.append([-c for c in rest])

    def changes(x: Fraction) -> int:
        signs = [value > 0 for value in (at(p, x) for p in chain) if value]
        return sum(a != b for a, b in itertools.pairwise(signs))

    return changes(low) - changes(high)


def as_polynomial(training: int, deployment: int) -> Polynomial:
    """E(x) = sum of x (1-x)^(t-1), and D x (1-x)^T, multiplied out."""
    coefficients = [F(0)] * (training + 2)
    for times, power in [(1, t) for t in range(training)] + [(deployment, training)]:
        for k in range(power + 1):
            coefficients[k + 1] += times * comb(power, k) * (-1) ** k
    while coefficients[-1] == 0:
        coefficients.pop()
    return coefficients


@pytest.mark.parametrize("training", range(1, 6))
@pytest.mark.parametrize("deployment", range(2, 7))
def test_it_is_the_only_maximum(training: int, deployment: int) -> None:
    best = best_probability(training=training, deployment=deployment)
    slope = derivative(as_polynomial(training, deployment))
    assert 0 < best < 1
    assert at(slope, best) == 0
    nearly_one = (1 + best) / 2
    assert roots_between(slope, F(0), nearly_one) == 1
    assert at(slope, F(0)) > 0 > at(slope, nearly_one)
    assert roots_between(slope, best, F(999, 1000)) == 0  # falls from there on


@pytest.mark.parametrize(("training", "deployment"), [(0, 1), (0, 5), (1, 0), (4, 0), (1, 1), (3, 1)])
def test_where_nothing_is_gained_by_waiting_it_always_defects(training: int, deployment: int) -> None:
    assert best_probability(training=training, deployment=deployment) == 1
    values = [expected_defections(F(i, 50), training=training, deployment=deployment) for i in range(51)]
    assert values == sorted(values)
    assert values[-2] < values[-1]


def test_no_episodes_are_worth_nothing() -> None:
    assert best_probability(training=0, deployment=0) == 1
    assert expected_defections(F(1, 3), training=0, deployment=0) == 0


def test_wrong_settings_are_refused() -> None:
    with pytest.raises(InputError, match="probability must be a probability"):
        expected_defections(F(2), training=1, deployment=1)
    with pytest.raises(InputError, match=r"training\.episodes must be at most 1000"):
        best_probability(training=1001, deployment=1)
    with pytest.raises(InputError, match=r"deployment\.episodes must be a whole number"):
        best_probability(training=1, deployment=-1)
