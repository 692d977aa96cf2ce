"""`claims.csv`: one row per claim, with its verdict and its counterexample."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from deceptive_sim.claims.verdict import Rung, Verdict
from deceptive_sim.report.claim_words import case_of, cleaned, facts_of, over

COLUMNS = (
    "id", "text", "claim", "over", "verdict", "expected", "as_expected", "rung", "tries",
    *(f"tries.{rung}" for rung in Rung), "excluded", "undecided", "seed", "counterexample", "found", "replay", "proof",
    "reason", "evidence",
)  # fmt: skip


def claims_csv(verdicts: Sequence[Verdict]) -> str:
    """The table as text.

    Truth is `true` or `false`, what does not exist is empty; `expected` is whether the claim should hold, `as_expected`
    is empty where the verdict cannot tell. Several commands are separated by `; `. There are no times and no versions:
    the same verdicts give the same bytes.
    """
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows(_row(verdict) for verdict in verdicts)
    return stream.getvalue()


def _row(verdict: Verdict) -> list[str]:
    claim, found = verdict.claim, verdict.counterexample
    return [
        cleaned(claim.id),
        cleaned(claim.text),
        cleaned(claim.claim.text),
        over(claim),
        str(verdict.answer),
        _truth(claim.holds),
        _truth(verdict.expected),
        str(verdict.rung),
        str(verdict.tries),
        *(str(verdict.tries_by_rung[rung]) if rung in verdict.tries_by_rung else "" for rung in Rung),
        str(verdict.excluded),
        str(verdict.undecided),
        str(verdict.seed),
        "" if found is None else case_of(found),
        "" if found is None else ", ".join(f"{name} = {text}" for name, text in facts_of(found)),
        "" if found is None else "; ".join(cleaned(command) for command in found.replay),
        cleaned(verdict.proof),
        cleaned(verdict.reason),
        cleaned(claim.evidence),
    ]


def _truth(value: bool | None) -> str:
    return "" if value is None else str(value).lower()
