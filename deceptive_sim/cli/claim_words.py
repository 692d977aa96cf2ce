"""Verdicts on claims for people at a terminal, and as `--json` promises them."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence

from deceptive_sim.claims.verdict import Answer, Counterexample, Verdict
from deceptive_sim.cli.words import columns
from deceptive_sim.core.exact import readable, text_of
from deceptive_sim.core.json_text import plain
from deceptive_sim.scenario.load import Scenario
from deceptive_sim.studies.claim_situations import ScenarioSituations

EXPECTED = {True: "yes", False: "NO", None: "open"}
"""Whether a verdict is what the file says of the claim, in the table."""

FEW = 5
"""So many verdicts are told with what proves them, or why nothing does."""


def told_claims(scenario: Scenario, verdicts: Sequence[Verdict], *, with_case: bool = False) -> str:
    """A table of verdicts, and under it what there is to say about some of them.

    Parameters
    ----------
    scenario : Scenario
    verdicts : sequence of Verdict
        On claims of it.
    with_case : bool
        Whether a case was asked for, which is then shown whatever the verdict is.
    """
    rows = [("claim", "verdict", "as expected", "rests on", "tries", "seconds")]
    rows += [
        (
            verdict.claim.id,
            str(verdict.answer),
            EXPECTED[verdict.expected],
            str(verdict.rung),
            str(verdict.tries),
            f"{verdict.seconds:.2f}",
        )
        for verdict in verdicts
    ]
    notes = [
        note
        for verdict in verdicts
        for note in _notes(scenario, verdict, with_case=with_case, few=len(verdicts) <= FEW)
    ]
    return "\n".join([columns(rows), *(f"\n{note}" for note in notes)])


def _notes(scenario: Scenario, verdict: Verdict, *, with_case: bool, few: bool) -> list[str]:
    lines = []
    head = f"  {verdict.claim.id} is {verdict.answer}"
    if verdict.counterexample is not None:
        lines.append(f"{head}: {verdict.claim.claim.text.strip()}")
        lines.append(f"    at {case_text(verdict.counterexample)}")
        lines += [f"    {name} is {found}" for name, found in verdict.counterexample.found.items()]
        if not with_case:
            lines.append(f"    {replay_of(scenario, verdict.claim.id, verdict.counterexample)}")
        lines += [f"    {line}" for line in verdict.counterexample.replay[:1]]
    elif verdict.answer is Answer.UNKNOWN or verdict.expected is False or with_case or few:
        reason = verdict.reason or verdict.proof
        lines.append(f"{head}{f': {reason}' if reason else ''}")
    return ["\n".join(lines)] if lines else []


def counted(verdicts: Sequence[Verdict]) -> str:
    """How many verdicts there are of each kind, in a line."""
    counts = Counter(verdict.answer for verdict in verdicts)
    parts = [f"{counts[answer]} {answer}" for answer in Answer if counts[answer]]
    contradicted = [verdict.claim.id for verdict in verdicts if verdict.expected is False]
    said = f"{len(verdicts)} claim{'s' * (len(verdicts) != 1)}: {', '.join(parts)}"
    if contradicted:
        return f"{said}; contrary to what is expected: {', '.join(contradicted)}"
    return f"{said}; nothing contradicts what is expected"


def case_text(counterexample: Counterexample) -> str:
    """The values of a case: `n = 2, p = 1/2`."""
    case = counterexample.case
    return ", ".join(f"{name} = {readable(value)}" for name, value in case.items()) or "the scenario as it is"


def replay_of(scenario: Scenario, claim: str, counterexample: Counterexample) -> str:
    """The command that decides the claim in the counterexample's case again."""
    situations = ScenarioSituations(scenario)
    words = ["deceptive-sim", "verify", situations.source, *situations.set_words(), "--only", claim]
    for name, value in counterexample.case.items():
        words += ["--at", f"{name}={text_of(value)}"]
    return shlex.join(words)


def contract_of(scenario: Scenario, verdict: Verdict) -> dict[str, object]:
    """One entry of `claims` in the JSON answer."""
    counterexample = verdict.counterexample
    return {
        "id": verdict.claim.id,
        "scenario": scenario.id,
        "text": verdict.claim.text,
        "claim": verdict.claim.claim.text,
        "verdict": str(verdict.answer),
        "expected": verdict.claim.holds,
        "as_expected": verdict.expected,
        "rung": str(verdict.rung),
        "tries": verdict.tries,
        "tries_by_rung": plain({str(rung): count for rung, count in verdict.tries_by_rung.items()}),
        "excluded": verdict.excluded,
        "undecided": verdict.undecided,
        "counterexample": None
        if counterexample is None
        else plain({"case": counterexample.case, "settings": counterexample.settings, "found": counterexample.found}),
        "replay": None if counterexample is None else replay_of(scenario, verdict.claim.id, counterexample),
        "replay_games": [] if counterexample is None else list(counterexample.replay),
        "proof": verdict.proof,
        "reason": verdict.reason,
        "seed": verdict.seed,
        "z3_version": verdict.z3_version,
        "seconds": verdict.seconds,
    }
