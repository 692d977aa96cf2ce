"""Bugs planted in the solver make claims about the model fail, with a counterexample that shows the bug."""

from __future__ import annotations

from typing import Any

import pytest
from claims.claims_of_toys import STATEMENTS, verdict_on
from claims.planted import BUGS

from deceptive_sim.claims.ladder import Effort
from deceptive_sim.claims.verdict import Answer, Rung

STRIPPED = {"seconds", "claim"}

CAUGHT = {
    "wrong_tie_rule": ("2 the last training episode", {"n": 1, "m": 1, "p": 1, "q": 0, "d": 0, "g": 1}),
    "last_training_episode_lost": ("3 deception pays", {"n": 1, "m": 2, "p": 1}),
    "judged_by_another": ("5 a B that protects nothing", {"n": 1, "m": 1, "p": 0, "q": 0, "d": 0, "g": 1}),
    "valued_by_another": ("1 value of deployment", {"n": 1, "m": 1, "p": 0, "q": 0, "d": 0, "g": "1/2"}),
}
"""By bug, a statement that it breaks, and the smallest case in which one sees that."""


def each_statement() -> list[Any]:
    """All; those that no planted bug is held against only in the slow run."""
    wanted = {statement for statement, _ in CAUGHT.values()}
    return [pytest.param(name, marks=() if name in wanted else pytest.mark.slow) for name in STATEMENTS]


@pytest.mark.slow
@pytest.mark.parametrize("statement", each_statement())
def test_without_a_bug_every_statement_holds(statement: str) -> None:
    verdict = verdict_on(**STATEMENTS[statement])
    assert verdict.answer is Answer.HELD, verdict.counterexample


@pytest.mark.parametrize("bug", CAUGHT)
def test_a_planted_bug_is_seen(bug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    statement, smallest = CAUGHT[bug]
    BUGS[bug](monkeypatch)
    verdict = verdict_on(**STATEMENTS[statement])
    assert verdict.answer is Answer.FALSE
    assert verdict.counterexample is not None
    assert {name: str(value) for name, value in verdict.counterexample.case.items()} == {
        name: str(value) for name, value in smallest.items()
    }


@pytest.mark.slow
def test_a_bug_that_shows_in_a_thin_strip_takes_a_search_of_the_usual_length(monkeypatch: pytest.MonkeyPatch) -> None:
    BUGS["discount_counted_twice"](monkeypatch)
    verdict = verdict_on(**STATEMENTS["2 the last training episode"], effort=Effort(proofs=False))
    assert verdict.answer is Answer.FALSE
    assert verdict.counterexample is not None
    assert verdict.counterexample.found == {
        "play_along_window": "0", "p": "1", "q": "0", "g": "2/3", "deployment_value": "5/3",
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("bug", ["discount_counted_twice", "valued_by_another"])
def test_a_proof_about_another_solver_does_not_count(bug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What search lets pass and the prover proves is compared with the solver, case by case."""
    BUGS[bug](monkeypatch)
    claim = "value > -1"
    given = {"n": "1 to 2", "m": "1 to 2", "p": "0 to 1", "g": "over 0 up to 1"}
    assert verdict_on(claim, given).answer is Answer.HELD
    verdict = verdict_on(claim, given, effort=Effort(tries=20))
    assert (verdict.answer, verdict.rung) == (Answer.UNKNOWN, Rung.SEARCH)
    assert "its recursion says that value is" in verdict.reason


@pytest.mark.slow
def test_a_bug_at_an_end_of_one_range_is_met_by_one_of_a_few_searches(monkeypatch: pytest.MonkeyPatch) -> None:
    BUGS["judged_by_another"](monkeypatch)
    statement = STATEMENTS["2 what is not pretence is open"]  # few of its cases break: q has to be 1
    verdicts = [verdict_on(**statement, effort=Effort(proofs=False), seed=seed) for seed in range(3)]
    found = [verdict.counterexample for verdict in verdicts if verdict.counterexample is not None]
    assert found
    assert all(one.case["q"] == 1 for one in found)
