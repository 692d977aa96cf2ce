"""The seven statements about the two-phase game (model, section 4): enumeration, solver and closed forms must agree.

n, m training and deployment episodes; p, q modification after A, B in training; d after A in deployment; g discount.
The mesa-objective pays A 1 and B 0. Everything is compared in Fractions.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache
from typing import Any

import pytest
from adapters import phased, quick
from hypothesis import assume, example, given
from hypothesis import strategies as st
from oracle.measurements import Report, report
from oracle.plain import two_phase_game
from oracle.random_games import two_phase_parameters

from deceptive_sim.core.errors import InputError
from deceptive_sim.games.two_phase import two_phase
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.solvers import closed_forms
from deceptive_sim.solvers.closed_forms import TwoPhase
from deceptive_sim.solvers.solution import Solution
from deceptive_sim.solvers.solve import solve_game

F = Fraction
PROBABILITIES = st.fractions(0, 1, max_denominator=12)
NONE_OR_SOME = st.just(F(0)) | PROBABILITIES
DISCOUNTS = st.sampled_from([F(1), F(1), F(9, 10), F(4, 5), F(1, 2), F(99, 100), F(0)])


@st.composite
def families(draw: st.DrawFn, max_n: int = 30, max_m: int = 30, least_n: int = 0) -> dict[str, Any]:
    """Parameters of a two-phase game of any length: n, m, p, q, d, g."""
    return {
        "n": draw(st.integers(least_n, max_n)),
        "m": draw(st.integers(1, max_m)),
        "p": draw(PROBABILITIES),
        "q": draw(NONE_OR_SOME),
        "d": draw(NONE_OR_SOME),
        "g": draw(DISCOUNTS),
    }


SMALL = two_phase_parameters(max_n=4, max_m=3)


def enumerated(k: dict[str, Any]) -> Report:
    return _enumerated(tuple(k.items()))


def solved(k: dict[str, Any]) -> Solution:
    return _solved(tuple(k.items()))


@lru_cache(maxsize=4)  # the same few games are asked for again and again
def _enumerated(k: tuple[tuple[str, Any], ...]) -> Report:
    return report(two_phase_game(**dict(k)), "mesa")


@lru_cache(maxsize=4)
def _solved(k: tuple[tuple[str, Any], ...]) -> Solution:
    return solve_game(two_phase(**dict(k)), exact=True)


def test_the_library_game_is_the_game_of_the_oracle() -> None:
    k = {"n": 3, "m": 2, "p": F(1, 2), "q": F(1, 3), "d": F(1, 4), "g": F(4, 5)}
    library, plain = two_phase(**k), phased(two_phase_game(**k))
    assert isinstance(library, PhasedGame)
    assert solve_game(library, exact=True) == solve_game(plain, exact=True)


# --- the statements --------------------------------------------------------------------------------------------------


@given(SMALL)
@quick(40)
def test_1_deployment_is_worth_v0_and_a_is_optimal_in_it(k: dict[str, Any]) -> None:
    v0 = sum(((k["g"] * (1 - k["d"])) ** j for j in range(k["m"])), F(0))
    only = {**k, "n": 0}
    assert enumerated(only).value == solved(only).value == closed_forms.deployment_value(TwoPhase(**k)) == v0
    written = "B" * (k["m"] - 1) + "A" if k["g"] == k["d"] == 1 else "A" * k["m"]
    assert solved(only).strategy == enumerated(only).text == written
    # strictly: the only ties are those at g = d = 1, before the last episode
    ties = range(1, k["m"]) if k["g"] == k["d"] == 1 else ()
    assert set(solved(only).ties) == enumerated(only).ties == set(ties)


@given(SMALL)
@quick(40)
def test_2_training_is_a_then_b_and_the_inequality_says_how_many(k: dict[str, Any]) -> None:
    n, p, q, g = (k[name] for name in "npqg")
    v0 = sum(((g * (1 - k["d"])) ** j for j in range(k["m"])), F(0))
    holds = [(p - q) * g**j * (1 - q) ** (j - 1) * v0 >= 1 for j in range(1, n + 1)]
    window = sum(holds)
    assert holds == [True] * window + [False] * (n - window)  # once it fails it fails for all earlier ones
    training = "A" * (n - window) + "B" * window
    game = TwoPhase(**k)
    assert closed_forms.play_along_window(game) == window
    assert [closed_forms.protects(game, j) >= 1 for j in range(1, n + 1)] == holds
    assert enumerated(k).text[:n] == solved(k).strategy[:n] == training
    assert solved(k).strategy == closed_forms.optimal_strategy(game)
    assert solved(k).value == enumerated(k).value == closed_forms.value(game)


@given(SMALL)
@quick(30)
def test_2_equality_is_a_tie_and_nothing_else_is(k: dict[str, Any]) -> None:
    n, window = k["n"], closed_forms.play_along_window(TwoPhase(**k))
    # at the episodes of the window, the margin against an A is what the inequality says; before it, A is better
    on_the_edge = {n - j + 1 for j in range(1, window + 1) if closed_forms.protects(TwoPhase(**k), j) == 1}
    in_training = {t for t in solved(k).ties if t <= n}
    assert on_the_edge <= in_training == {t for t in enumerated(k).ties if t <= n}


@given(st.integers(1, 3), st.integers(1, 5), PROBABILITIES)
@example(n=3, m=5, p=F(1, 5))
@example(n=3, m=3, p=F(1, 3))
@example(n=1, m=4, p=F(26, 100))
@quick(25)
def test_3_without_risk_or_discount_deception_pays_iff_mp_exceeds_1_whatever_n(n: int, m: int, p: Fraction) -> None:
    k = {"n": n, "m": m, "p": p}
    pays = m * p > 1
    assert enumerated(k).deception_pays is pays
    assert solved(k).deception_pays is closed_forms.deception_pays(TwoPhase(**k)) is pays
    sign = (m * p > 1) - (m * p < 1)
    assert closed_forms.premium_sign(TwoPhase(**k)) == sign
    assert (solved(k).premium > 0) - (solved(k).premium < 0) == sign
    if sign == 0:
        assert n in solved(k).ties


@given(
    st.integers(0, 40),
    st.integers(1, 40),
    st.fractions(F(1, 10), 1, max_denominator=12),
    st.sampled_from([F(9, 10), F(4, 5), F(1, 2), F(2, 3), F(99, 100)]),
    PROBABILITIES,
)
@example(n=20, m=4, p=F(1), g=F(1, 2), d=F(1))  # V0 = 1: never worth it
@example(n=9, m=2, p=F(1), g=F(1, 2), d=F(0))  # g p V0 = 3/4
@quick(60)
def test_4_the_window_by_logarithm_is_the_window(n: int, m: int, p: Fraction, g: Fraction, d: Fraction) -> None:
    game = TwoPhase(n=n, m=m, p=p, g=g, d=d)
    window = closed_forms.play_along_window_by_logarithm(game)
    v0 = sum(((g * (1 - d)) ** j for j in range(m)), F(0))
    by_counting = sum(p * g**j * v0 >= 1 for j in range(1, n + 1))
    assert window == by_counting == closed_forms.play_along_window(game)
    assert solve_game(two_phase(n=n, m=m, p=p, g=g, d=d)).strategy.startswith("A" * (n - window) + "B" * window)


def test_4_at_ties_the_float_floor_can_be_one_short_and_is_corrected() -> None:
    # a tie at the w-th last episode needs p V0 = g^-w: with g = 9/10, m = 2, V0 = 19/10 that is p = (10/9)^w * 10/19
    for w in range(1, 6):
        p = F(10, 9) ** w * F(10, 19)
        game = TwoPhase(n=10, m=2, p=p, g=F(9, 10))
        assert closed_forms.protects(game, w) == 1
        assert closed_forms.play_along_window_by_logarithm(game) == closed_forms.play_along_window(game) == w
        found = solve_game(two_phase(n=10, m=2, p=p, g=F(9, 10)))
        assert (found.strategy, 10 - w + 1 in found.ties) == ("A" * (10 - w) + "B" * w + "AA", True)


@given(families(max_n=8, max_m=8, least_n=1))
@quick(40)
def test_5_if_b_is_as_risky_as_a_it_protects_nothing(k: dict[str, Any]) -> None:
    k = {**k, "p": min(k["p"], k["q"]), "q": max(k["p"], k["q"])}
    found = solved(k)
    assert found.strategy.startswith("A" * k["n"])
    assert closed_forms.play_along_window(TwoPhase(**k)) == 0
    assert found.premium < 0
    assert not found.deception_pays
    assert found.regime == "open"


@given(families(max_n=12, max_m=5))
@quick(40)
def test_6_survival_is_a_product_over_training(k: dict[str, Any]) -> None:
    found = solved(k)
    shown = found.strategy[: k["n"]].count("A")
    survival = (1 - k["p"]) ** shown * (1 - k["q"]) ** (k["n"] - shown)
    assert found.reaches_deployment_unmodified == survival
    assert closed_forms.reaches_deployment_unmodified(TwoPhase(**k), shown) == survival


@given(SMALL)
@quick(20)
def test_6_survival_by_enumeration(k: dict[str, Any]) -> None:
    assert enumerated(k).reaches_deployment_unmodified == solved(k).reaches_deployment_unmodified


@given(families(max_n=6, max_m=6), st.sampled_from("pdmg"), st.data())
@quick(80)
def test_7_more_danger_never_helps_and_a_longer_or_dearer_future_never_hurts(
    k: dict[str, Any], name: str, data: st.DataObject
) -> None:
    draw = {"p": PROBABILITIES, "d": PROBABILITIES, "m": st.integers(1, 8), "g": DISCOUNTS}[name]
    low, high = sorted([k[name], data.draw(draw)])
    at_low, at_high = solved({**k, name: low}).value, solved({**k, name: high}).value
    assert at_low >= at_high if name in "pd" else at_low <= at_high
    assert closed_forms.value(TwoPhase(**{**k, name: low})) == at_low
    assert closed_forms.value(TwoPhase(**{**k, name: high})) == at_high


def test_7_does_not_extend_to_other_payoffs() -> None:
    # Modified for certain after episode 1. In deployment A ends the run, and base finds A worth 2, B 1: it takes A at
    # once (2) while g < 1/2, else it waits (1 + 2g). Mesa gets its apple at delay 1 or 2, and loses by a larger g.
    def value(g: Fraction) -> Fraction:
        game = two_phase_game(1, 2, p=F(1), q=F(1), g=g, base_pays=(F(2), F(1)))
        game["phases"][1]["shutdown"] = {"A": F(1)}
        return solve_game(phased(game), exact=True).value

    assert value(F(2, 5)) == 1 + F(2, 5)
    assert value(F(3, 5)) == 1 + F(3, 5) ** 2
    assert value(F(3, 5)) < value(F(2, 5))


# --- the other laws of this family ------------------------------------------------------------------------------------


@given(families(max_n=12, max_m=12, least_n=1))
@quick(60)
def test_the_premium_has_the_sign_of_the_last_margin(k: dict[str, Any]) -> None:
    found, game = solved(k), TwoPhase(**k)
    v0 = sum(((k["g"] * (1 - k["d"])) ** j for j in range(k["m"])), F(0))
    margin = (k["p"] - k["q"]) * k["g"] ** k["n"] * (1 - k["q"]) ** (k["n"] - 1) * v0 - 1
    assert (found.premium > 0, found.premium < 0) == (margin > 0, margin < 0)
    assert closed_forms.premium_sign(game) == (margin > 0) - (margin < 0)
    assert found.deception_pays is closed_forms.deception_pays(game) is (margin > 0)


@given(st.integers(1, 6), st.integers(1, 6), PROBABILITIES, st.integers(1, 10**9))
@quick(40)
def test_the_premium_is_continuous_in_the_probability(n: int, m: int, p: Fraction, part: int) -> None:
    # every value is a polynomial in p with derivative at most (n + m)^2, and the modified self never switches
    near = min(F(1), p + F(1, 10**6 + part))
    change = abs(solved({"n": n, "m": m, "p": p}).premium - solved({"n": n, "m": m, "p": near}).premium)
    assert change <= 2 * (n + m) ** 2 * (near - p)


def test_without_training_there_is_no_premium() -> None:
    found = solved({"n": 0, "m": 3})
    assert (found.premium, found.deception_pays, found.regime) == (None, False, "unconstrained")
    assert closed_forms.deception_pays(TwoPhase(n=0, m=3, p=F(1))) is False


# --- long games -------------------------------------------------------------------------------------------------------


@given(families(max_n=100, max_m=100))
@quick(12)
def test_long_games_in_floats_follow_the_closed_form(k: dict[str, Any]) -> None:
    found = solve_game(two_phase(**k))
    assert found.strategy == closed_forms.optimal_strategy(TwoPhase(**k))
    assert found.value == pytest.approx(float(closed_forms.value(TwoPhase(**k))), rel=1e-12)


@pytest.mark.parametrize(("p", "sign"), [(F(1, 10**6), 0), (F(1, 10**6 - 1), 1), (F(1, 10**6 + 1), -1)])
def test_a_million_episodes_are_decided_exactly(p: Fraction, sign: int) -> None:
    game = TwoPhase(n=10**6, m=10**6, p=p)
    assert closed_forms.premium_sign(game) == sign
    assert closed_forms.play_along_window(game) == (10**6 if sign >= 0 else 0)
    assert closed_forms.value(TwoPhase(n=10**6, m=10**6, p=F(1))) == 10**6


@pytest.mark.parametrize("n", [10**3, 10**6])
def test_the_window_of_a_discounting_deceiver_does_not_grow_with_training(n: int) -> None:
    # g = 1/2: V0 -> 2, so p g V0 -> 1 from below: never. g = 9/10: p V0 -> 10 and ln 10 / -ln 0.9 = 21.85
    assert closed_forms.play_along_window(TwoPhase(n=n, m=1000, p=F(1), g=F(1, 2))) == 0
    game = TwoPhase(n=n, m=1000, p=F(1), g=F(9, 10))
    assert closed_forms.play_along_window(game) == closed_forms.play_along_window_by_logarithm(game) == 21
    assert math.floor(math.log(10) / -math.log(0.9)) == 21


# --- errors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"m": 0}, "m must be at least 1 for the closed forms, got 0"),
        ({"n": -1}, "n must be a whole number, 0 or more, got -1"),
        ({"n": F(1, 2)}, "n must be a whole number, 0 or more, got 1/2"),
        ({"p": F(3, 2)}, "p must be a probability in [0, 1], got 3/2"),
        ({"q": -1}, "q must be a probability in [0, 1], got -1"),
        ({"d": "x"}, 'd must be a number such as 1/3, 0.2 or 2, got "x"'),
        ({"g": 2}, "g must be a discount in [0, 1], got 2"),
    ],
)
def test_parameters_out_of_range_are_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        TwoPhase(**{"n": 1, "m": 1, "p": F(1), **changed})
    assert str(caught.value) == message


def test_forms_outside_their_range_are_refused() -> None:
    with pytest.raises(InputError, match="n must be at least 1: without training there is no premium, got 0"):
        closed_forms.premium_sign(TwoPhase(n=0, m=1, p=F(1)))
    for wrong in ({"q": F(1, 2), "g": F(1, 2)}, {"g": F(1)}, {"g": F(0)}):
        with pytest.raises(InputError, match="q and g must be 0 and strictly between 0 and 1 for this form"):
            closed_forms.play_along_window_by_logarithm(TwoPhase(n=1, m=1, p=F(1), **wrong))


@given(families())
@quick(20)
def test_numbers_may_be_written_as_text_or_floats(k: dict[str, Any]) -> None:
    assume(k["p"].denominator != 1)
    assert TwoPhase(**{**k, "p": str(k["p"])}) == TwoPhase(**k)
    assert TwoPhase(n=2, m=2, p=0.2).p == F(1, 5)
