"""Regimes, turns, tie rules, discounting and agents: each against a definition written down anew."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle.discounting import discount_factor
from oracle.plain import tie_order
from oracle.regimes import regime, turn

from deceptive_sim.core.errors import InputError
from deceptive_sim.games.two_phase import two_phase
from deceptive_sim.model.actions import Action, TieRule
from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.discounting import Discounting, Exponential, Hyperbolic, QuasiHyperbolic
from deceptive_sim.model.objectives import Selves
from deceptive_sim.model.regimes import regime_of, turn_of
from deceptive_sim.solvers.solve import solve_game

F = Fraction
LETTERS = {"A": True, "B": False}


@pytest.mark.parametrize("n", range(6))
@pytest.mark.parametrize("m", range(5))
def test_every_short_strategy_has_the_regime_and_turn_of_the_table(n: int, m: int) -> None:
    for flags in product([True, False], repeat=n + m):
        training, deployment = list(flags[:n]), list(flags[n:])
        assert regime_of(training, deployment) == regime(training, deployment)
        place = turn_of(training, deployment)
        assert (None if place is None else n + place + 1) == turn(flags, [True] * n + [False] * m)


@pytest.mark.parametrize(
    ("training", "deployment", "name", "place"),
    [
        ("BB", "BB", "compliant", None),
        ("BB", "", "compliant", None),
        ("BB", "AB", "deceptive", 0),
        ("BB", "BA", "delayed", 1),
        ("AA", "BB", "open", None),
        ("AA", "", "open", None),
        ("AABB", "BA", "late-pretence", 1),
        ("AABB", "BB", "reformed", None),
        ("AB", "", "reformed", None),
        ("BAB", "A", "mixed", 0),
        ("BA", "A", "mixed", None),
        ("ABAB", "BBA", "mixed", 2),
        ("BA", "B", "reformed", None),
        ("", "BB", "compliant", None),
        ("", "BA", "unconstrained", None),
        ("", "", "compliant", None),
    ],
)
def test_rows_of_the_regime_table(training: str, deployment: str, name: str, place: int | None) -> None:
    flags = [LETTERS[letter] for letter in training], [LETTERS[letter] for letter in deployment]
    assert (regime_of(*flags), turn_of(*flags)) == (name, place)


@given(st.permutations([("A", True), ("B", False), ("C", True), ("D", False)]), st.data())
def test_ties_go_by_role_then_by_declared_order(declared: list[tuple[str, bool]], data: st.DataObject) -> None:
    actions = [Action(name=name, defects=defects) for name, defects in declared]
    tied = sorted(data.draw(st.sets(st.integers(0, 3), min_size=1)))
    for rule in TieRule:
        order = tie_order({"actions": declared, "prefer": rule.value})
        assert actions[rule.pick(tied, actions)].name == min((declared[index][0] for index in tied), key=order.index)


NUMBERS = st.fractions(0, 1, max_denominator=20)


@pytest.mark.slow
@given(st.integers(0, 12), NUMBERS, NUMBERS, st.fractions(0, 50, max_denominator=9))
def test_factors_multiply_up_to_the_weights(delay: int, beta: Fraction, delta: Fraction, k: Fraction) -> None:
    for one, spec in (
        (Exponential(delta), {"kind": "exponential", "g": delta}),
        (QuasiHyperbolic(beta=beta, delta=delta), {"kind": "quasi-hyperbolic", "beta": beta, "delta": delta}),
        (Hyperbolic(k=k), {"kind": "hyperbolic", "k": k}),
    ):
        weight = F(1)
        for d in range(delay):
            assert 0 <= one.factor(d) <= 1
            weight *= one.factor(d)
        assert weight == discount_factor(spec, delay)


@given(NUMBERS, NUMBERS, st.fractions(0, 5, max_denominator=9))
def test_selves_agree_over_time_iff_the_factor_never_changes(beta: Fraction, delta: Fraction, k: Fraction) -> None:
    def steady(one: Discounting) -> bool:
        return len({one.factor(d) for d in range(6)}) == 1

    for one in (Exponential(delta), QuasiHyperbolic(beta=beta, delta=delta), Hyperbolic(k=k)):
        assert one.consistent == steady(one)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Exponential(F(3, 2)), "discount must be a discount in [0, 1], got 3/2"),
        (lambda: Exponential(-1), "discount must be a discount in [0, 1], got -1"),
        (lambda: Exponential("low"), 'discount must be a number such as 1/3, 0.2 or 2, got "low"'),
        (lambda: QuasiHyperbolic(beta=2, delta=1), "discount.beta must be a discount in [0, 1], got 2"),
        (lambda: QuasiHyperbolic(beta=1, delta=2), "discount.delta must be a discount in [0, 1], got 2"),
        (lambda: Hyperbolic(k=-1), "discount.k must be 0 or more, got -1"),
        (lambda: Hyperbolic(k=float("inf")), "discount.k must be finite, got inf"),
    ],
)
def test_discounting_out_of_range_is_refused(build: object, message: str) -> None:
    with pytest.raises(InputError) as caught:
        build()
    assert str(caught.value) == message


def test_discounts_are_read_exactly() -> None:
    assert Exponential(0.9) == Exponential("9/10") == Exponential(F(9, 10))
    assert Hyperbolic(k=2.5).k == F(5, 2)


def test_an_agent_brings_its_own_discounting_to_its_objective_only() -> None:
    game = two_phase(n=1, m=1)
    own = AgentSpec(objective="mesa", discounting=Hyperbolic(k=1), selves=Selves.NAIVE)
    mesa, base = own.judged(game).objectives
    assert (mesa.discounting, mesa.selves) == (Hyperbolic(k=1), Selves.NAIVE)
    assert base == game.objectives[1]
    assert AgentSpec(objective="mesa").judged(game) == game


def test_an_agent_without_an_objective_of_the_game_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        solve_game(two_phase(n=1, m=1), AgentSpec(name="spy", objective="messa"))
    assert str(caught.value) == 'spy.objective must be one of the objectives, got "messa" (did you mean mesa?)'
