"""Claims about toy situations, written in one line; and what is known of the two-phase game, as such claims."""

from __future__ import annotations

from typing import Any

from claims.toy_situations import ToySituations

from deceptive_sim.claims.bind import bind
from deceptive_sim.claims.bound import BoundClaim
from deceptive_sim.claims.ladder import Effort, verify_claim
from deceptive_sim.claims.making import make_claim
from deceptive_sim.claims.verdict import Verdict

QUICK = Effort(tries=20, proofs=False)


def claim_of(
    claim: str, given: dict[str, Any] | None = None, toy: ToySituations | None = None, **more: Any
) -> BoundClaim:
    """A claim, bound."""
    toy = toy or ToySituations()
    return bind(make_claim(id="toy", claim=claim, given=given or {}, situations=toy, **more), toy)


def verdict_on(
    claim: str,
    given: dict[str, Any] | None = None,
    *,
    effort: Effort = QUICK,
    toy: ToySituations | None = None,
    seed: int = 0,
    memory: Any = (),
    **more: Any,
) -> Verdict:
    """What comes of a claim."""
    toy = toy or ToySituations()
    return verify_claim(claim_of(claim, given, toy, **more), toy, effort=effort, seed=seed, memory=memory)


COUNTS = {"n": "1 to 3", "m": "1 to 3"}
ALL = {**COUNTS, "p": "0 to 1", "q": "0 to 1", "d": "0 to 1", "g": "over 0 up to 1"}

STATEMENTS: dict[str, dict[str, Any]] = {
    "1 value of deployment": {
        "claim": "deployment_value * (1 - g * (1 - d)) == 1 - (g * (1 - d)) ** m",
        "given": ALL,
    },
    "1 constant monitoring never delays the turn": {
        "claim": "deployment_defections == m",
        "given": ALL,
        "assume": "g * d < 1",
    },
    "2 the last training episode": {
        "claim": "play_along_window >= 1 iff (p - q) * g * deployment_value >= 1",
        "given": ALL,
    },
    "2 what is not pretence is open": {
        "claim": "training_defections == n - play_along_window",
        "given": ALL,
    },
    "3 deception pays": {
        "claim": "deception_pays iff m * p > 1",
        "given": {**COUNTS, "p": "0 to 1"},
    },
    "5 a B that protects nothing": {
        "claim": "training_defections == n",
        "given": ALL,
        "assume": "q >= p",
    },
    "6 unmodified at deployment": {
        "claim": "reaches_deployment_unmodified == (1 - p) ** taken * (1 - q) ** (n - taken)",
        "names": {"taken": "training_defections"},
        "given": ALL,
    },
    "7 never falls with deployment": {
        "claim": "longer.value >= value",
        "given": ALL,
        "also": {"longer": {"m": "m + 1"}},
    },
}
"""Statements of section 4 of docs/model.md, each as the keywords of `verdict_on`."""
