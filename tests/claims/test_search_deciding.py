"""One case of a claim: true, false, not counting, undecided, or a mistake of the claim."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from claims.claims_of_toys import claim_of
from claims.toy_situations import ToySituations

from deceptive_sim.claims.counterexamples import counterexample_at, found_at
from deceptive_sim.claims.deciding import Decider, Standing
from deceptive_sim.core.errors import InputError
from deceptive_sim.solvers import solve

RANGES = {"n": "0 to 6", "m": "0 to 6", "p": "0 to 1"}
TOY = ToySituations()


def at(n: int, m: int, p: str | int) -> dict[str, Fraction]:
    return {"n": Fraction(n), "m": Fraction(m), "p": Fraction(p)}


def decider_of(claim: str, given: dict[str, Any] = RANGES, **more: Any) -> Decider:
    return Decider(claim_of(claim, given, TOY, **more), TOY)


@pytest.mark.parametrize(
    ("claim", "more", "case", "standing"),
    [
        ("deception_pays iff m * p > 1", {}, at(2, 3, "1/3"), Standing.TRUE),
        ("deception_pays iff m * p >= 1", {}, at(2, 3, "1/3"), Standing.FALSE),
        ("value == 0.37", {"assume": "p < 1/3"}, at(2, 3, "1/3"), Standing.EXCLUDED),
        ("value == 0.37", {}, at(2, 3, "3/2"), Standing.EXCLUDED),  # no probability: outside, but not a crash
        ("value == 0.37", {"also": {"more": {"p": "p + 1/2"}}}, at(2, 3, "2/3"), Standing.EXCLUDED),
        ("value == 0.37", {"also": {"more": {"p": "1 / p"}}}, at(2, 3, 0), Standing.EXCLUDED),
        ("value == 0.37", {"assume": "premium > 0"}, at(0, 3, 1), Standing.EXCLUDED),
        ("p ** (10 ** 4 * n) > 0", {}, at(2, 3, "1/3"), Standing.UNDECIDED),
        ("more.value == value + 1", {"also": {"more": {"m": "m + 1"}}}, at(2, 3, 1), Standing.TRUE),
        ("more.n == n + 1 and more.p == p", {"also": {"more": {"n": "n + 1"}}}, at(2, 3, 1), Standing.TRUE),
        ("honest.strategy == 'BBBBB'", {"also": {"honest": {"agent": "aligned"}}}, at(2, 3, 1), Standing.TRUE),
        ("strategy == 'AAAAA'", {"agent": "impulsive"}, at(2, 3, 1), Standing.TRUE),
    ],
)
def test_how_a_claim_stands(claim: str, more: dict[str, Any], case: dict[str, Fraction], standing: Standing) -> None:
    decision = decider_of(claim, **more).decide(case)
    assert decision.standing is standing
    assert bool(decision.reason) is (standing in (Standing.EXCLUDED, Standing.UNDECIDED))


def test_what_is_missing_in_a_case_that_counts_is_said_with_the_way_out() -> None:
    with pytest.raises(InputError) as raised:
        decider_of("premium > 0").decide(at(0, 3, "1/2"))
    problem = raised.value.problems[0]
    assert problem.name == "claims.toy.claim"
    assert "no premium without a training episode" in problem.rule
    assert "at n = 0, m = 3, p = 1/2" in problem.rule
    assert problem.hint is not None
    assert "given" in problem.hint
    assert "implies" in problem.hint
    assert decider_of("n > 0 implies premium > 0").standing(at(0, 3, 1)) is Standing.TRUE


def test_a_strategy_that_does_not_fit_makes_no_case_and_one_without_sense_is_a_mistake() -> None:
    with pytest.raises(InputError, match="must be made of the game's actions"):
        decider_of("value_of('BXA') > 0").decide(at(1, 2, 1))
    with pytest.raises(InputError, match="does not have"):
        decider_of("value_of('BBB') > 0").decide(at(1, 1, 1))


def test_long_games_are_undecided() -> None:
    decider = decider_of("value > 0", {"n": "from 1", "m": "from 1"})
    decision = decider.decide({"n": Fraction(10**7), "m": Fraction(1)})
    assert decision.standing is Standing.UNDECIDED
    assert "steps" in decision.reason


def test_every_case_is_decided_once(monkeypatch: pytest.MonkeyPatch) -> None:
    decider = decider_of("value > 0")
    decider.decide(at(1, 2, 1))
    monkeypatch.setattr(solve, "solve_game", None)
    monkeypatch.setattr(type(decider), "_decide", None)
    assert decider.standing(at(1, 2, 1)) is Standing.TRUE
    assert decider.counted == 1


def test_what_is_found_reads_as_the_claim_does() -> None:
    decider = decider_of(
        "value_of('B*') <= longer.value and goal_preservation(n) >= bonus and premium > -5",
        {**RANGES, "bonus": "0 to 1"},
        assume="discount == 1",
        also={"longer": {"m": "m + 1", "p": "p / 2"}},
    )
    case = {**at(2, 3, 1), "bonus": Fraction(1, 2)}
    assert found_at(decider, case) == {
        'value_of("B*")': "0",
        "longer.value": "4",
        "goal_preservation(2)": "3",
        "n": "2",
        "bonus": "1/2",
        "premium": "2",
        "discount": "1",
        "longer.m": "4",
        "longer.p": "1/2",
    }
    shown = counterexample_at(decider, case)
    assert shown.settings == {
        "training.episodes": 2, "deployment.episodes": 3, "training.modification.A": 1,
    }  # fmt: skip
    assert shown.replay == (
        "toy planner training.episodes=2 deployment.episodes=3 training.modification.A=1",
        "toy planner training.episodes=2 deployment.episodes=4 training.modification.A=1/2",
    )


def test_what_a_case_does_not_have_is_none() -> None:
    assert found_at(decider_of("n > 0 implies premium > 0"), at(0, 3, 1)) == {"n": "0", "premium": "none"}
