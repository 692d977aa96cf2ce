"""A verdict as `run.json` tells it: everything, also how long it took and with which prover."""

from __future__ import annotations

from typing import Any

from deceptive_sim.claims.verdict import Verdict
from deceptive_sim.report.claim_words import ranges


def claim_record(verdict: Verdict) -> dict[str, Any]:
    """One verdict as plain data; Fractions become text when it is written."""
    claim, found = verdict.claim, verdict.counterexample
    return {
        "id": claim.id,
        "text": claim.text,
        "claim": claim.claim.text,
        "given": {name: domain for name, _, domain in ranges(claim)},
        "assume": [assumption.text for assumption in claim.assumptions],
        "verdict": verdict.answer,
        "expected": claim.holds,
        "as_expected": verdict.expected,
        "rung": verdict.rung,
        "tries": verdict.tries,
        "tries_by_rung": {str(rung): times for rung, times in verdict.tries_by_rung.items()},
        "excluded": verdict.excluded,
        "undecided": verdict.undecided,
        "counterexample": None
        if found is None
        else {"case": found.case, "settings": found.settings, "found": found.found},
        "replay_games": [] if found is None else list(found.replay),
        "proof": verdict.proof,
        "reason": verdict.reason,
        "evidence": claim.evidence,
        "seconds": verdict.seconds,
        "seed": verdict.seed,
        "z3_version": verdict.z3_version,
    }
