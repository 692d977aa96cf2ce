"""Attempts at a proof, and the checks that a proof has to pass before it counts.

A proof is about a model of the game that the prover builds for itself, so it could be right about the wrong thing. It
counts only if

- the claim has been searched, and at least one case counts and was decided true exactly: nothing is proved of no case;
- the same prover does not prove the opposite, which that case refutes;
- in a sample of decided cases every result of the claim is, by the prover's own recursion, what the solvers say.

Otherwise the answer is unknown, with the reason. A suspect that a prover finds is decided exactly, and only then false.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from deceptive_sim.claims.bound import BoundClaim
from deceptive_sim.claims.claim import Case
from deceptive_sim.claims.counterexamples import fact_text
from deceptive_sim.claims.deciding import Decider, Standing, case_text
from deceptive_sim.claims.facts import Missing
from deceptive_sim.claims.language.exactly import Undecided, read
from deceptive_sim.claims.language.text import tree_text
from deceptive_sim.claims.language.tree import Not
from deceptive_sim.claims.proof.result import Attempt, Outcome
from deceptive_sim.claims.simple import count_of
from deceptive_sim.claims.verdict import Rung
from deceptive_sim.core.progress import Progress

COMPARED = 12
"""Decided cases in which a proof's recursion is held against the solvers."""

INDUCTION = 0.6
"""Share of the seconds that induction may take where the claim could be proved play by play as well."""

OPPOSITE_SECONDS = 2.0
"""How long the prover may try to prove the opposite of what it proved."""

WITHOUT_Z3 = "no proof was attempted: z3 is not installed (pip install 'deceptive-sim[proof]')"

Prove = Callable[[BoundClaim, float], Attempt]


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What came of all attempts.

    Attributes
    ----------
    rung : Rung or None
        That proved the claim, or found the counterexample; None if none did.
    sentence : str
        What was proved.
    reason : str
        Why nothing was, or why a proof does not count.
    counterexample : Case or None
        Exact.
    flawed : bool
        Whether there was a proof that does not count.
    version : str or None
        Of z3.
    """

    rung: Rung | None = None
    sentence: str = ""
    reason: str = ""
    counterexample: Case | None = None
    flawed: bool = False
    version: str | None = None


def prove(decider: Decider, *, seconds: float, progress: Progress) -> Proof:
    """Try to prove a claim that no search has refuted.

    Parameters
    ----------
    decider : Decider
        With the cases that were decided.
    seconds : float
        For all attempts together.
    progress : Progress
    """
    from deceptive_sim.claims.proof.prover import z3_version

    version = z3_version()
    if version is None:
        return Proof(reason=WITHOUT_Z3)
    ends = time.monotonic() + seconds
    reasons = []
    for attempt_at in _provers(decider, progress):
        attempt = attempt_at(decider.claim, max(0.0, ends - time.monotonic()))
        if attempt.outcome is Outcome.PROVED:
            flaw = _flaw(decider, attempt, attempt_at)
            if flaw:
                return Proof(reason=flaw, flawed=True, version=version)
            return Proof(rung=attempt.rung, sentence=attempt.sentence, version=version)
        case = _confirmed(decider, attempt)
        if case is not None:
            return Proof(rung=attempt.rung, counterexample=case, version=version)
        reasons.append(attempt.sentence)
    return Proof(reason="; ".join(reason for reason in reasons if reason), version=version)


def _provers(decider: Decider, progress: Progress) -> Iterator[Prove]:
    """Ways of proof that may lead somewhere, the widest first."""
    from deceptive_sim.claims.proof.induction import prove_by_induction
    from deceptive_sim.claims.proof.unrolled import prove_unrolled

    situations = decider.situations
    counts = [count_of(one.domain) for one in decider.claim.claim.variables if one.domain.whole]
    share = INDUCTION if None not in counts else 1.0
    yield lambda claim, seconds: prove_by_induction(claim, situations, seconds=share * seconds)
    if None not in counts:
        yield lambda claim, seconds: prove_unrolled(claim, situations, seconds=seconds, progress=progress)


def _confirmed(decider: Decider, attempt: Attempt) -> Case | None:
    """The first suspect that is a counterexample by exact decision."""
    names = {variable.name: variable.domain for variable in decider.claim.claim.variables}
    for case in attempt.suspects:
        within = set(case) == set(names) and all(case[name] in domain for name, domain in names.items())
        if within and decider.standing(case) is Standing.FALSE:
            return case
    return None


# --- checks ----------------------------------------------------------------------------------------------------------


def _flaw(decider: Decider, attempt: Attempt, attempt_at: Prove) -> str:
    """Why a proof does not count; empty if it does."""
    true = true_cases(decider)
    if not true:
        return "a proof was found, but no case is known to be true exactly"
    disagreement = disagreement_with_solver(decider, true)
    if disagreement:
        return disagreement
    opposite = replace(decider.claim, tree=Not(decider.claim.tree))
    if attempt_at(opposite, OPPOSITE_SECONDS).outcome is Outcome.PROVED:
        return f"the prover proved the claim ({attempt.sentence}) and its opposite: it is at fault"
    return ""


def true_cases(decider: Decider) -> list[Case]:
    """The cases that were decided true, in the order in which they were."""
    names = [variable.name for variable in decider.claim.claim.variables]
    return [
        dict(zip(names, values, strict=True))
        for values, decision in decider.known.items()
        if decision.standing is Standing.TRUE
    ]


def disagreement_with_solver(decider: Decider, cases: list[Case]) -> str:
    """The first case of a sample in which a result is not what the proof's recursion says; empty if there is none."""
    from deceptive_sim.claims.proof.boards import Unsupported
    from deceptive_sim.claims.proof.predicted import predicted

    step = max(1, len(cases) // COMPARED)
    for case in cases[::step]:
        try:
            facts = predicted(decider.claim, decider.situations, case)
        except Unsupported:
            continue
        games = decider.circumstances(case)
        for leaf, expected in facts.items():
            try:
                found = read(leaf, games)
            except (Missing, Undecided):
                continue
            if found != expected:
                return (
                    f"a proof was found, but at {case_text(case)} its recursion says that {tree_text(leaf)} is "
                    f"{fact_text(expected)}, and the solver that it is {fact_text(found)}"
                )
    return ""
