"""The ladder: which rung a verdict rests on, what it says, and that it is the same every time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from importlib import import_module
from typing import Any

import pytest
from claims.claims_of_toys import QUICK, claim_of, verdict_on
from claims.toy_situations import ToySituations

from deceptive_sim.claims import proving
from deceptive_sim.claims.ladder import Effort, decide_claim, verify_claim
from deceptive_sim.claims.proof.result import Attempt, Outcome
from deceptive_sim.claims.verdict import Answer, Rung, Verdict
from deceptive_sim.core.errors import InputError

TOY = ToySituations()
RANGES = {"n": "1 to 6", "m": "1 to 6", "p": "over 0 up to 1"}
PAYS, ALMOST = "deception_pays iff m * p > 1", "deception_pays iff m * p >= 1"
SMALLEST = {"n": 1, "m": 1, "p": 1}


def timeless(verdict: Verdict) -> Verdict:
    return replace(verdict, seconds=0.0)


# --- rungs -----------------------------------------------------------------------------------------------------------


def test_every_case_there_is() -> None:
    verdict = verdict_on(PAYS, {"n": "1 to 2", "m": [1, 3], "p": ["1/4", "1/3", "1"]})
    assert (verdict.answer, verdict.rung) == (Answer.PROVED, Rung.EXHAUSTED)
    assert verdict.tries == 12
    assert verdict.tries_by_rung == {Rung.EXHAUSTED: 12}
    assert verdict.reason == ""
    assert "12 cases" in verdict.proof
    assert verdict.expected is True


def test_the_first_false_of_every_case_is_the_smallest() -> None:
    verdict = verdict_on("n + m != 7", {"n": "1 to 6", "m": "1 to 6"})
    assert (verdict.answer, verdict.rung) == (Answer.FALSE, Rung.EXHAUSTED)
    assert verdict.counterexample is not None
    assert verdict.counterexample.case == {"n": 1, "m": 6}


def test_one_case_alone() -> None:
    assert verdict_on("strategy == 'BBAAA'").answer is Answer.PROVED
    assert verdict_on("strategy == 'BBAAB'").counterexample is not None


def test_some_of_few_cases_undecided_is_no_proof() -> None:
    verdict = verdict_on("x ** (10 ** 3 * n) > 0", {"n": [1, 20], "x": [2]})
    assert (verdict.answer, verdict.rung) == (Answer.HELD, Rung.EXHAUSTED)
    assert (verdict.tries, verdict.undecided) == (1, 1)
    assert "1 of 2 cases could not be decided" in verdict.reason
    assert verdict_on("x ** (10 ** 5 * n) > 0", {"n": [1, 20], "x": [2]}).answer is Answer.UNKNOWN


def test_a_false_claim_has_the_smallest_counterexample() -> None:
    verdict = verdict_on(ALMOST, RANGES)
    assert (verdict.answer, verdict.rung) == (Answer.FALSE, Rung.CORNERS)
    assert verdict.counterexample is not None
    assert verdict.counterexample.case == SMALLEST
    assert verdict.counterexample.found == {"deception_pays": "false", "m": "1", "p": "1"}
    assert verdict.counterexample.replay == (
        "toy planner training.episodes=1 deployment.episodes=1 training.modification.A=1",
    )
    assert verdict.expected is False
    assert verdict_on(ALMOST, RANGES, holds=False).expected is True


def test_what_was_found_before_comes_first_and_what_is_no_case_is_passed_over() -> None:
    unfit = [{"n": Fraction(2)}, {"n": Fraction(2), "m": Fraction(2), "p": Fraction(7)}, {"x": Fraction(1)}]
    known = {"n": Fraction(5), "m": Fraction(4), "p": Fraction(1, 4)}
    verdict = verdict_on(ALMOST, RANGES, memory=[*unfit, known])
    assert (verdict.answer, verdict.rung, verdict.tries) == (Answer.FALSE, Rung.MEMORY, 1)
    assert verdict.counterexample is not None
    assert verdict.counterexample.case == SMALLEST
    held = verdict_on(PAYS, RANGES, memory=[known])
    assert held.answer is Answer.HELD
    assert held.tries_by_rung[Rung.MEMORY] == 1


def test_a_claim_that_holds_names_its_rungs() -> None:
    verdict = verdict_on(PAYS, RANGES)
    assert (verdict.answer, verdict.rung) == (Answer.HELD, Rung.SEARCH)
    assert list(verdict.tries_by_rung) == [Rung.CORNERS, Rung.MANY, Rung.SEARCH]
    assert verdict.tries == sum(verdict.tries_by_rung.values()) > 1000
    assert verdict.reason == "no proof was asked for"
    assert verdict.proof == ""


@pytest.mark.slow
def test_rungs_find_what_lies_between() -> None:
    strip = "(p - 0.485) ** 2 > 0.005 ** 2"  # from 0.48 to 0.49; no line whose root one could work out
    many = verdict_on(f"{strip} or not deception_pays", {"m": "3 to 5", "p": "0 to 1"})
    assert (many.answer, many.rung) == (Answer.FALSE, Rung.MANY)
    assert many.counterexample is not None
    assert many.counterexample.case == {"m": 3, "p": Fraction(12, 25)}
    believed = {"m": "1 to 3", "beliefs.training.modification.A": "0 to 1"}
    named = {"b": "beliefs.training.modification.A"}
    drawn = verdict_on(
        "(b - 0.62) ** 2 > 0.02 ** 2 or value < 2 + 0 * m",
        believed,
        names=named,
        effort=Effort(tries=300, proofs=False),
    )
    assert (drawn.answer, drawn.rung) == (Answer.FALSE, Rung.SEARCH)
    assert Rung.MANY not in {rung for rung, tries in drawn.tries_by_rung.items() if tries}


def test_no_case_counts() -> None:
    for claim, given, assume in ((PAYS, RANGES, "p > 2"), ("deception_pays iff m > 1", {"n": "1 to 2"}, "n > 2")):
        verdict = verdict_on(claim, given, assume=assume)
        assert verdict.answer is Answer.UNKNOWN
        assert verdict.tries == 0
        assert verdict.excluded > 0
        assert f"it is assumed that {assume}" in verdict.reason
        assert verdict.expected is None


def test_mistakes_of_the_claim_are_raised_whatever_the_rung() -> None:
    with pytest.raises(InputError, match="no premium without a training episode"):
        verdict_on("premium > -100", {"n": "0 to 3", "p": "0 to 1"})
    with pytest.raises(InputError, match="no premium without a training episode"):
        verdict_on("premium > -100", {"n": "0 to 3"})


@pytest.mark.slow
def test_the_same_seed_gives_the_same_verdict() -> None:
    def false(seed: int) -> Verdict:
        claim = "longer.value >= value or n > 5"
        return verdict_on(claim, {**RANGES, "g": "0 to 1"}, also={"longer": {"n": "n + 1"}}, seed=seed)

    first = false(3)
    held = verdict_on(PAYS, RANGES, seed=1)
    assert timeless(first) == timeless(false(3))
    assert first.answer is Answer.FALSE
    assert timeless(held) == timeless(verdict_on(PAYS, RANGES, seed=1))


def test_progress_tells_the_rungs() -> None:
    said: list[str] = []
    claim = claim_of(PAYS, RANGES, TOY)
    verify_claim(claim, TOY, effort=QUICK, progress=lambda done, total, what: said.append(f"{done}/{total} {what}"))
    assert said == ["0/5 toy: corners", "1/5 toy: many", "2/5 toy: search"]


# --- one case --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "answer", "says"),
    [
        ({"n": 2, "m": 3, "p": 1}, Answer.HELD, "deception_pays is true, m is 3, p is 1"),
        ({"n": 2, "m": 2, "p": "1/2"}, Answer.FALSE, ""),
        ({"n": 2, "m": 3, "p": "1/8"}, Answer.UNKNOWN, "it is assumed that p > 1/8"),
        ({"n": 7, "m": 3, "p": 1}, Answer.UNKNOWN, "n is outside"),
    ],
)
def test_one_case_that_was_asked_for(case: dict[str, Any], answer: Answer, says: str) -> None:
    asked = {name: Fraction(value) for name, value in case.items()}
    verdict = decide_claim(claim_of(ALMOST, RANGES, TOY, assume="p > 1/8"), TOY, asked)
    assert (verdict.answer, verdict.rung) == (answer, Rung.CASE)
    assert says in verdict.reason
    assert (verdict.counterexample is not None) is (answer is Answer.FALSE)
    assert verdict.tries == int(answer is not Answer.UNKNOWN)
    if verdict.counterexample is not None:
        assert verdict.counterexample.case == asked  # as asked, not made smaller


# --- proofs ----------------------------------------------------------------------------------------------------------

THOROUGH = Effort(tries=20, proofs=True)


def prover(monkeypatch: pytest.MonkeyPatch, *attempts: Attempt, opposite: Outcome = Outcome.REFUTED) -> list[str]:
    """Provers that answer as they are told; what they were asked is noted."""
    asked: list[str] = []

    def provers(decider: Any, progress: Any) -> Iterator[proving.Prove]:
        for attempt in attempts:

            def one(claim: Any, seconds: float, attempt: Attempt = attempt) -> Attempt:
                negated = claim.tree != decider.claim.tree
                asked.append("opposite" if negated else "claim")
                return replace(attempt, outcome=opposite, suspects=()) if negated else attempt

            yield one

    monkeypatch.setattr(proving, "_provers", provers)
    return asked


def attempt(outcome: Outcome, rung: Rung = Rung.UNROLLED, sentence: str = "so it is", **more: Any) -> Attempt:
    return Attempt(outcome=outcome, rung=rung, sentence=sentence, **more)


def test_a_proof_counts_after_its_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = prover(monkeypatch, attempt(Outcome.PROVED))
    verdict = verdict_on(PAYS, RANGES, effort=THOROUGH)
    assert (verdict.answer, verdict.rung, verdict.proof) == (Answer.PROVED, Rung.UNROLLED, "so it is")
    assert verdict.reason == ""
    assert verdict.z3_version
    assert asked == ["claim", "opposite"]


def test_what_stays_open_is_held_with_every_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    prover(monkeypatch, attempt(Outcome.OPEN, sentence="too hard"), attempt(Outcome.OPEN, sentence="no invariant"))
    verdict = verdict_on(PAYS, RANGES, effort=THOROUGH)
    assert (verdict.answer, verdict.rung, verdict.reason) == (Answer.HELD, Rung.SEARCH, "too hard; no invariant")


def test_the_second_way_of_proof_may_succeed(monkeypatch: pytest.MonkeyPatch) -> None:
    prover(monkeypatch, attempt(Outcome.OPEN), attempt(Outcome.PROVED, Rung.INDUCTION))
    assert verdict_on(PAYS, RANGES, effort=THOROUGH).rung is Rung.INDUCTION


@pytest.mark.slow
def test_suspects_are_false_only_if_they_are_so_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    claim = "(p - 0.48715) ** 2 > 0.00005 ** 2 or not deception_pays"  # too thin for the search
    good = {"n": Fraction(2), "m": Fraction(3), "p": Fraction(1, 2)}
    outside = {**good, "p": Fraction("0.48715"), "n": Fraction(9)}
    bad = {**good, "p": Fraction("0.48715")}
    prover(monkeypatch, attempt(Outcome.REFUTED, suspects=(good, outside, {"n": Fraction(1)}), sentence="no luck"))
    verdict = verdict_on(claim, RANGES, effort=THOROUGH)
    assert (verdict.answer, verdict.reason) == (Answer.HELD, "no luck")
    prover(monkeypatch, attempt(Outcome.REFUTED, suspects=(good, bad)))
    verdict = verdict_on(claim, RANGES, effort=THOROUGH)
    assert (verdict.answer, verdict.rung) == (Answer.FALSE, Rung.UNROLLED)
    assert verdict.counterexample is not None
    assert Fraction("0.4871") <= verdict.counterexample.case["p"] <= Fraction("0.4872")
    assert verdict.counterexample.case["n"] == 1
    assert verdict.z3_version


def test_a_prover_that_proves_the_opposite_too_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    prover(monkeypatch, attempt(Outcome.PROVED), opposite=Outcome.PROVED)
    verdict = verdict_on(PAYS, RANGES, effort=THOROUGH)
    assert (verdict.answer, verdict.rung) == (Answer.UNKNOWN, Rung.SEARCH)
    assert "its opposite" in verdict.reason
    assert verdict.proof == ""


def test_a_proof_of_another_game_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    predicted = import_module("deceptive_sim.claims.proof.predicted")  # the package has a function of that name
    right = predicted.predicted
    prover(monkeypatch, attempt(Outcome.PROVED))
    monkeypatch.setattr(
        predicted, "predicted", lambda *case: {leaf: Fraction(fact) + 1 for leaf, fact in right(*case).items()}
    )
    verdict = verdict_on("value >= 1", RANGES, effort=THOROUGH)
    assert verdict.answer is Answer.UNKNOWN
    assert "its recursion says that value is" in verdict.reason
    assert "and the solver that it is" in verdict.reason


def test_nothing_is_proved_of_no_case(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = prover(monkeypatch, attempt(Outcome.PROVED))
    assert verdict_on(PAYS, RANGES, assume="p > 2", effort=THOROUGH).answer is Answer.UNKNOWN
    assert asked == []


def test_without_z3_a_claim_is_held_and_the_way_out_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from deceptive_sim.claims.proof import prover as asking

    monkeypatch.setattr(asking, "z3_version", lambda: None)
    verdict = verdict_on(PAYS, RANGES, effort=THOROUGH)
    assert (verdict.answer, verdict.rung, verdict.z3_version) == (Answer.HELD, Rung.SEARCH, None)
    assert "pip install" in verdict.reason


def test_ways_of_proof() -> None:
    from deceptive_sim.claims.deciding import Decider
    from deceptive_sim.core.progress import silent

    bounded, endless = ({"n": n, "p": "over 0 up to 1"} for n in ("1 to 3", "from 1"))
    ways = [
        len(list(proving._provers(Decider(claim_of("value > 0", given, TOY), TOY), silent)))
        for given in (bounded, endless)
    ]
    assert ways == [2, 1]


@pytest.mark.slow
def test_a_real_proof_goes_all_the_way_up() -> None:
    verdict = verdict_on(
        "premium > 0 iff m * p > 1", {"n": "1 to 2", "m": "1 to 2", "p": "over 0 up to 1"}, effort=THOROUGH
    )
    assert verdict.answer is Answer.PROVED
    assert verdict.rung in (Rung.UNROLLED, Rung.INDUCTION)  # whichever is tried first proves it
    assert verdict.tries > 500
