"""Induction proves what is known of all numbers of episodes, and nothing that is false of some."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from claims.claims_of_toys import STATEMENTS, claim_of, verdict_on
from claims.toy_situations import ToySituations
from thinned import thorough

from deceptive_sim.claims.bound import BoundClaim
from deceptive_sim.claims.ladder import Effort
from deceptive_sim.claims.language.tree import Arithmetic, Call, Comparison, Logic, Negative, Node, Not, Number, Truth
from deceptive_sim.claims.proof.induction import prove_by_induction
from deceptive_sim.claims.proof.result import Attempt, Outcome
from deceptive_sim.claims.verdict import Answer, Rung

pytest.importorskip("z3")

EVERY = {"n": "from 1", "m": "from 1"}
CHANCES = {"p": "0 to 1", "q": "0 to 1", "d": "0 to 1"}
FREE = {**EVERY, **CHANCES, "g": "0 to 1"}


def attempt(claim: str, given: dict[str, Any] = FREE, *, seconds: float = 120.0, **more: Any) -> Attempt:
    toy = more.pop("toy", None) or ToySituations()
    return prove_by_induction(claim_of(claim, given, toy, **more), toy, seconds=seconds)


def endless(name: str) -> dict[str, Any]:
    """A statement, for all numbers of episodes."""
    keywords = dict(STATEMENTS[name])
    return {**keywords, "given": {**keywords["given"], **EVERY}}


# --- what is so ------------------------------------------------------------------------------------------------------

PROVED = ["1 constant monitoring never delays the turn", "6 unmodified at deployment", "7 never falls with deployment"]


@pytest.mark.parametrize("name", [pytest.param("1 value of deployment", marks=pytest.mark.slow), "3 deception pays"])
def test_statements_for_all_numbers_of_episodes(name: str) -> None:
    found = attempt(**endless(name))
    assert found.outcome is Outcome.PROVED, found.sentence
    assert found.rung is Rung.INDUCTION
    assert "n >= 1 and m >= 1" in found.sentence
    assert found.plays > 0
    assert not found.suspects


@pytest.mark.slow
@pytest.mark.parametrize("name", PROVED)
def test_all_statements_for_all_numbers_of_episodes(name: str) -> None:
    assert attempt(**endless(name)).outcome is Outcome.PROVED


@pytest.mark.slow
@pytest.mark.parametrize(
    ("claim", "keywords"),
    [
        ("value_of('A..') == 1", {"given": EVERY}),
        ("value == m and training_defections == 0", {"given": {"n": "from 1", "m": "from 1"}}),
        ("regime == 'deceptive'", {"given": {"n": "from 1", "m": "from 2"}}),
        ("regime == 'unconstrained' or regime == 'compliant'", {"given": {"n": [0], "m": "from 0"}}),
        ("n == 0 or (deception_pays iff m >= 2)", {"given": {"n": "from 0", "m": "from 1"}}),
        ("least_goal_preservation >= 0", {"given": {**FREE, "payoffs.base.A": "any number"}}),
        ("honest.training_defections == 0", {"given": EVERY, "also": {"honest": {"agent": "aligned"}}}),
        ("horizon == n + m", {"given": EVERY}),
        ("value >= 2", {"given": {**EVERY, "p": "0 to 1"}, "assume": "value >= 3"}),
        ("(1 - p) ** n <= 1", {"given": {**EVERY, "p": "0 to 1"}}),
    ],
)
def test_more_that_is_so(claim: str, keywords: dict[str, Any]) -> None:
    found = attempt(claim, **keywords)
    assert found.outcome is Outcome.PROVED, found.sentence


@pytest.mark.slow
def test_lemmas_help() -> None:
    claim, given = "training_defections == 0 or training_defections == n", {**EVERY, "p": "0 to 1"}
    assert attempt(claim, given).outcome is Outcome.OPEN
    helped = attempt(claim, given, lemmas=["m * p >= 1 implies training_defections == 0"])
    assert helped.outcome is Outcome.PROVED


@pytest.mark.slow
def test_a_false_lemma_helps_nobody() -> None:
    found = attempt("training_defections == 0", {**EVERY, "p": "0 to 1"}, lemmas=["training_defections == 0", "1 == 2"])
    assert found.outcome is Outcome.OPEN


# --- what is not -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("claim", ["horizon != 17", "training_defections <= 5"])
def test_what_holds_only_in_short_games_is_not_proved(claim: str) -> None:
    assert attempt(claim).outcome is Outcome.OPEN


@pytest.mark.slow
@pytest.mark.parametrize(
    "claim",
    [
        "n != 9",
        "value <= 7",
        "play_along_window < 6",
    ],
)
def test_more_that_holds_only_in_short_games_is_not_proved(claim: str) -> None:
    assert attempt(claim).outcome is Outcome.OPEN


@pytest.mark.slow
@pytest.mark.parametrize(
    ("claim", "given"),
    [
        ("deception_pays iff m * p >= 1", {**EVERY, "p": "0 to 1"}),
        ("deployment_defections == m", FREE),
        ("training_defections == 0 or training_defections == n", {**EVERY, "p": "0 to 1", "g": "0 to 1"}),
        ("least_goal_preservation > 0", {**FREE, "payoffs.mesa.A": "0 to 1"}),
        ("value >= 1/1000", {**EVERY, "g": "0 to 1", "payoffs.mesa.A": "0 to 1"}),
    ],
)
def test_what_fails_on_a_thin_set_is_not_proved(claim: str, given: dict[str, Any]) -> None:
    assert attempt(claim, given).outcome is Outcome.OPEN


OTHER = {"<": "<= > ==", "<=": "< >= ==", "==": "<= >= !=", "!=": "==", ">=": "> <= ==", ">": ">= < =="}


def variants(node: Node) -> Iterator[Node]:
    """The tree with one comparison turned, one number moved by 1, or one connective exchanged."""
    match node:
        case Number(value):
            yield from (Number(value + 1), Number(value - 1))
        case Comparison(operands, operators):
            for place, sign in enumerate(operators):
                for other in OTHER[sign].split():
                    yield Comparison(operands, (*operators[:place], other, *operators[place + 1 :]))
            for place, within in _within(operands):
                yield Comparison((*operands[:place], within, *operands[place + 1 :]), operators)
        case Logic(operator, parts):
            yield from (Logic(other, parts) for other in ("and", "or", "iff") if other != operator)
            for place, within in _within(parts):
                yield Logic(operator, (*parts[:place], within, *parts[place + 1 :]))
        case Arithmetic(operator, left, right):
            yield from (Arithmetic(operator, within, right) for within in variants(left))
            if operator != "**":
                yield from (Arithmetic(operator, left, within) for within in variants(right))
        case Not(part):
            yield part
            yield from (Not(within) for within in variants(part))
        case Negative(part):
            yield from (Negative(within) for within in variants(part))
        case Call() | Truth():
            return


def _within(parts: tuple[Node, ...]) -> Iterator[tuple[int, Node]]:
    for place, part in enumerate(parts):
        yield from ((place, within) for within in variants(part))


MOST_VARIANTS = thorough(5, 3)


def turned(claim: BoundClaim) -> list[BoundClaim]:
    return [replace(claim, tree=tree) for tree in variants(claim.tree)]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["3 deception pays", "5 a B that protects nothing"])
def test_no_variant_of_a_statement_is_proved_that_a_case_refutes(name: str) -> None:
    from deceptive_sim.claims.ladder import verify_claim

    toy = ToySituations()
    false = proved = 0
    for claim in turned(claim_of(toy=toy, **endless(name)))[:MOST_VARIANTS]:
        searched = verify_claim(claim, toy, effort=Effort(tries=40, proofs=False), seed=1)
        found = prove_by_induction(claim, toy, seconds=60)
        if searched.answer is Answer.FALSE:
            false += 1
            assert found.outcome is not Outcome.PROVED, (claim.tree, searched.counterexample)
        proved += found.outcome is Outcome.PROVED
    assert false
    assert proved <= MOST_VARIANTS - false


@pytest.mark.slow
def test_random_claims_are_proved_only_if_enumeration_finds_no_case_against_them() -> None:
    """Simple claims about one game, each held against all small games at a grid of chances."""
    words = ["value", "deployment_value", "training_defections", "deployment_defections", "play_along_window"]
    against = ["n", "m", "1", "m * p", "n + m"]
    given = {**EVERY, "p": "0 to 1"}
    grid = {"n": "1 to 4", "m": "1 to 5", "p": [Fraction(k, 6) for k in range(7)]}
    proved = 0
    for word, other, sign in list(itertools.product(words, against, ("<=", ">=", "==")))[:: thorough(6, 12)]:
        claim = f"{word} {sign} {other}"
        if attempt(claim, given).outcome is Outcome.PROVED:
            proved += 1
            assert verdict_on(claim, grid, effort=Effort(tries=200, proofs=False)).answer is Answer.PROVED, claim
    assert proved


# --- what it cannot do -----------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("claim", "keywords", "reason"),
    [
        ("strategy != 'AB'", {}, "strategy is not spelt out"),
        ("turn <= n + 1", {}, "turn is not spelt out"),
        ("value >= 0", {"given": {"p": "0 to 1"}}, "no number of episodes varies"),
        ("value >= 0", {"agent": "impulsive"}, "for agents that plan"),
        ("value >= 0", {"given": {**FREE, "beliefs.training.modification.A": "0 to 1"}}, "true beliefs"),
        ("value_of('BA..') >= 0", {}, "the same in every episode"),
        ("log(value + 1) >= 0", {}, ""),
    ],
)
def test_reasons_why_not(claim: str, keywords: dict[str, Any], reason: str) -> None:
    found = attempt(claim, **keywords)
    assert found.outcome is Outcome.OPEN
    assert reason in found.sentence


def test_time_that_is_up_is_said() -> None:
    found = attempt(**endless("1 value of deployment"), seconds=0.05)
    assert found.outcome is Outcome.OPEN
    assert "were used up" in found.sentence


def test_the_same_answer_every_time() -> None:
    first, second = (attempt("value <= m", {"n": [1], "m": "from 1"}) for _ in range(2))
    assert first.outcome is Outcome.PROVED
    assert first == second


@pytest.mark.slow
def test_the_ladder_ends_with_an_induction() -> None:
    verdict = verdict_on("deception_pays iff m * p > 1", {**EVERY, "p": "0 to 1"}, effort=Effort(tries=20))
    assert (verdict.answer, verdict.rung) == (Answer.PROVED, Rung.INDUCTION)
    assert "by induction over episodes" in verdict.proof


@pytest.mark.slow
@pytest.mark.parametrize(
    "claim",
    [
        pytest.param("(p - 0.371) ** 2 + (q - 0.123) ** 2 > 0", marks=pytest.mark.slow),
        "(p - 0.371) ** 2 + (q - 0.123) ** 2 > 0 and 1 / ((p - 0.371) ** 2 + (q - 0.123) ** 2) > 0",
    ],
)
@pytest.mark.parametrize(
    "lemmas",
    [pytest.param((), marks=pytest.mark.slow), ("1 / ((p - 0.371) ** 2 + (q - 0.123) ** 2) > 0",)],
)
def test_what_is_undefined_at_a_point_divides_nothing_into_cases(claim: str, lemmas: tuple[str, ...]) -> None:
    given = {**EVERY, "p": "0 to 1", "q": "0 to 1"}
    assert attempt(claim, given, lemmas=lemmas).outcome is Outcome.OPEN


def test_what_divides_by_zero_somewhere_is_said() -> None:
    given = {**EVERY, "q": "0 to 1"}
    found = attempt("longer.value >= 0", given, also={"longer": {"p": "q / (n - n)"}})
    assert found.outcome is Outcome.OPEN
