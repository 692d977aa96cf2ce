"""What an attempt at a proof comes to."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from deceptive_sim.claims.claim import Case
from deceptive_sim.claims.verdict import Rung


class Outcome(enum.StrEnum):
    """How an attempt ended."""

    PROVED = "proved"
    REFUTED = "refuted"
    OPEN = "open"


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """An attempt at a proof.

    Attributes
    ----------
    outcome : Outcome
    rung : Rung
        `UNROLLED` or `INDUCTION`.
    sentence : str
        What was proved ("for all real p and g, at each n in 1..4 and m in 1..4: 37 plays"), or
        why not ("z3 could not decide n = 4, m = 3 within its limit").
    suspects : tuple of Case
        Cases in which the claim should be false, for exact checking; of a refuted claim.
    plays : int
        How many different plays of all selves were told apart.
    """

    outcome: Outcome
    rung: Rung
    sentence: str
    suspects: tuple[Case, ...] = ()
    plays: int = 0
