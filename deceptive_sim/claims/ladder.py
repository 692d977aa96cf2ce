"""The ladder: a claim is searched for counterexamples, quickest ways first, and proved where nothing is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deceptive_sim.claims.bound import BoundClaim
from deceptive_sim.claims.claim import Case
from deceptive_sim.claims.situations import Situations
from deceptive_sim.claims.verdict import Verdict
from deceptive_sim.core.seeds import DEFAULT_SEED


@dataclass(frozen=True, kw_only=True)
class Effort:
    """How much work a claim is given.

    Attributes
    ----------
    tries : int
        Cases that the property-based search decides exactly.
    proofs : bool
        Whether proofs are attempted.
    proof_seconds : float
        How long a proof may take; steps are bounded by work, not by the clock, so that answers do not depend on the
        machine unless this bound is reached.
    """

    tries: int = 200
    proofs: bool = True
    proof_seconds: float = 30.0


def verify_claim(
    claim: BoundClaim,
    situations: Situations,
    *,
    effort: Effort | None = None,
    seed: int = DEFAULT_SEED,
    memory: Sequence[Case] = (),
) -> Verdict:
    """Hold a claim against the games that it speaks about, rung by rung.

    Parameters
    ----------
    claim : BoundClaim
    situations : Situations
    effort : Effort
    seed : int
    memory : sequence of Case
        Counterexamples found earlier, tried first.
    """
    raise NotImplementedError
