"""Proofs at fixed numbers of episodes: what they are about is the game, and they prove no more than is so."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from claims.claims_of_toys import ALL, STATEMENTS, claim_of, verdict_on
from claims.toy_situations import ToySituations
from thinned import thorough

from deceptive_sim.claims.facts import Facts, Missing
from deceptive_sim.claims.ladder import Effort
from deceptive_sim.claims.language.tree import Not, Text
from deceptive_sim.claims.proof.predicted import predicted
from deceptive_sim.claims.proof.result import Attempt, Outcome
from deceptive_sim.claims.proof.unrolled import prove_unrolled
from deceptive_sim.claims.verdict import Answer
from deceptive_sim.model.actions import TieRule

pytest.importorskip("z3")

SMALL = {"n": "1 to 2", "m": "1 to 2"}


def attempt(
    claim: str, given: dict[str, Any], *, seconds: float = 120.0, negated: bool = False, **more: Any
) -> Attempt:
    toy = more.pop("toy", None) or ToySituations()
    bound = claim_of(claim, given, toy, **more)
    return prove_unrolled(replace(bound, tree=Not(bound.tree)) if negated else bound, toy, seconds=seconds)


# --- the recursion that proofs are about -----------------------------------------------------------------------------

EVERYTHING = [
    *[
        "value",
        "believed_value",
        "base_value",
        "premium",
        "deployment_value",
        "least_goal_preservation",
        "outer_gap",
        "inner_gap",
    ],
    *["reaches_deployment_unmodified", "expected_deployment_defections", "horizon", "training_defections"],
    *["deployment_defections", "play_along_window", "turn", "ties"],
]
"""Results that are numbers."""

SPOKEN = (
    " + ".join(EVERYTHING)
    + " + judged_by(base) + value_of('A..') + value_of('B..') + goal_preservation(1) >= 0"
    + " and strategy != 'A' and training_strategy != 'A' and deployment_strategy != 'A'"
    + " and regime != 'open' and deception_pays and action(1) != 'A' and defects(1)"
)
RANGES = {
    "n": "0 to 3",
    "m": "0 to 3",
    "p": "0 to 1",
    "q": "0 to 1",
    "d": "0 to 1",
    "g": "0 to 1",
    "training.shutdown.B": "0 to 1",
    "payoffs.mesa.B": "-2 to 2",
    "payoffs.base.A": "-2 to 2",
}


BELIEFS = (None, "beliefs.training.modification.A", "beliefs.deployment.episodes")


def pairs_of_rules_and_beliefs() -> list[Any]:
    """All; every rule and every belief once in the fast run."""
    fast = set(zip(TieRule, BELIEFS, strict=True))
    every = itertools.product(TieRule, BELIEFS)
    return [pytest.param(*pair, marks=() if pair in fast else pytest.mark.slow) for pair in every]


@pytest.mark.parametrize(("rule", "belief"), pairs_of_rules_and_beliefs())
def test_it_says_what_the_solver_says(rule: TieRule, belief: str | None) -> None:
    rng, toy = random.Random(3), ToySituations(objectives=("mesa", "base", "human"), tie_rule=rule)
    given = {**RANGES, **({} if belief is None else {belief: "0 to 2"})}
    claim = claim_of(SPOKEN, given, toy)
    compared = 0
    for _ in range(25):
        case = {name: Fraction(rng.randint(0, 4), 4) for name in given}
        case |= {name: Fraction(rng.randint(0, 3)) for name in ("n", "m")}
        case["training.shutdown.B"] *= 1 - case["q"]
        if belief is not None:
            case[belief] = (
                Fraction(rng.randint(0, 2)) if belief.endswith("episodes") else Fraction(rng.randint(0, 4), 4)
            )
        facts = Facts(toy.at(claim.settings(case)))
        for leaf, said in predicted(claim, toy, case).items():
            arguments = [part.value for part in leaf.arguments if isinstance(part, Text)] or [
                getattr(part, "value", part) for part in leaf.arguments
            ]
            try:
                found = facts(leaf.result, tuple(arguments))
            except Missing:
                continue
            assert found == said, (leaf, case)
            compared += 1
    assert compared > 300


# --- what is so ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", ["2 the last training episode", "3 deception pays", "7 never falls with deployment"])
def test_statements_at_each_number_of_episodes(name: str) -> None:
    keywords = dict(STATEMENTS[name])
    found = attempt(**{**keywords, "given": {**keywords["given"], **SMALL}})
    assert found.outcome is Outcome.PROVED, found.sentence
    assert "n in 1..2 and m in 1..2" in found.sentence
    assert found.plays >= 4


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in STATEMENTS if not name.startswith("7") or thorough(1, 0)])
def test_all_statements_at_each_number_of_episodes(name: str) -> None:
    found = attempt(**STATEMENTS[name], seconds=300)
    assert found.outcome is Outcome.PROVED, found.sentence
    assert attempt(**STATEMENTS[name], negated=True).outcome is not Outcome.PROVED


# --- what is not -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "where"),
    [
        ("deception_pays iff m * p >= 1", {"p": "0 to 1"}),
        ("value <= 1 or p != 99 / 100", {"p": "0 to 1", "q": "0 to 1"}),
        ("play_along_window >= 1 iff (p - q) * g * deployment_value > 1", {key: ALL[key] for key in "pqdg"}),
        ("reaches_deployment_unmodified == (1 - p) ** training_defections", {"p": "0 to 1", "q": "0 to 1"}),
        ("strategy != 'ABAA' or p < 9 / 10", {"p": "0 to 1", "g": "0 to 1"}),
    ],
)
def test_what_is_false_is_refuted_with_a_case(claim: str, where: dict[str, Any]) -> None:
    given = {**SMALL, **where}
    found = attempt(claim, given)
    assert found.outcome is not Outcome.PROVED
    if found.outcome is Outcome.REFUTED:
        assert found.suspects
        at = {name: [str(value)] for name, value in found.suspects[0].items()}
        assert verdict_on(claim, at, effort=Effort(tries=1, proofs=False)).answer is Answer.FALSE


@pytest.mark.slow
def test_random_claims_are_never_proved_where_a_case_refutes_them() -> None:
    rng, proved, false = random.Random(12), 0, 0
    words = [
        *["value", "premium", "deployment_value", "training_defections", "play_along_window", "n", "m", "p", "q", "g"],
        "1",
        "m * p",
    ]
    for _ in range(thorough(24, 12)):
        left, right, other = (rng.choice(words) for _ in range(3))
        sign, joined = rng.choice(["<=", ">=", "==", "<"]), rng.choice(["implies", "or", "and"])
        claim = f"{left} {sign} {right} {joined} {other} >= {rng.choice(['0', '1', 'p'])}"
        given = {**SMALL, "p": "0 to 1", "q": "0 to 1", "g": "over 0 up to 1"}
        found = attempt(claim, given, seconds=20)
        searched = verdict_on(claim, given, effort=Effort(tries=100, proofs=False))
        proved += found.outcome is Outcome.PROVED
        false += searched.answer is Answer.FALSE
        assert not (found.outcome is Outcome.PROVED and searched.answer is Answer.FALSE), claim
    assert proved >= thorough(2, 1)
    assert false >= thorough(4, 2)


# --- what it cannot do -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "given", "reason"),
    [
        ("value >= 0", {"n": "from 1", "p": "0 to 1"}, "has no end"),
        ("log(value + 1) >= 0", {"p": "0 to 1"}, "logarithm"),
        ("p ** (n * 40) <= 1", {"n": [2], "p": "0 to 1"}, "degree"),
    ],
)
def test_reasons_why_not(claim: str, given: dict[str, Any], reason: str) -> None:
    found = attempt(claim, given)
    assert found.outcome is Outcome.OPEN
    assert reason in found.sentence


def test_time_that_is_up_is_said() -> None:
    found = attempt("value >= 0", {**SMALL, "p": "0 to 1"}, seconds=0.0)
    assert found.outcome is Outcome.OPEN
    assert "were used up" in found.sentence


def test_an_assumption_that_reads_no_further_than_needed_does_not_exclude_games_without_training() -> None:
    given = {"n": "0 to 1", "m": "1 to 2", "p": "0 to 1", "q": "0 to 1"}
    hole = "n > 0 or (p - 0.371) ** 2 + (q - 0.123) ** 2 > 0"
    assert attempt(hole, given, assume="p >= 0 or premium > 0").outcome is not Outcome.PROVED
    assert attempt("n > 0 or p > q", given, assume="premium > 0 or p > q").outcome is not Outcome.REFUTED
    assert attempt("n > 0 or p >= 0", given, assume="p >= 0 or premium > 0").outcome is Outcome.PROVED


def test_a_variant_that_divides_by_zero_is_said() -> None:
    found = attempt("l.value >= 0", {"n": "1 to 3", "q": "0 to 1"}, also={"l": {"p": "q / (n - 1)"}})
    assert found.outcome is Outcome.OPEN
    assert "what there is not" in found.sentence
