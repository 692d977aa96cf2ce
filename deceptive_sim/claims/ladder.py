"""The ladder: a claim is searched for counterexamples, quickest ways first, and proved where nothing is found.

    memory      counterexamples found earlier
    exhausted   every case there is, if these are few: then the claim is settled
    corners     ends of ranges, a grid of simple values, borders where things tie
    many        thousands of cases in floats, those near a border decided exactly
    search      Hypothesis over exact rationals
    unrolled    z3, for all real parameters at each number of episodes
    induction   z3, for all numbers of episodes

A claim is called false only after an exact decision, and its counterexample is made as small as possible. The same seed
gives the same verdict (but for its seconds), unless a proof runs into its limit of time.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, product
from math import prod

from deceptive_sim.claims.borders import MOST_SOLVED, border_cases
from deceptive_sim.claims.bound import BoundClaim
from deceptive_sim.claims.claim import Case
from deceptive_sim.claims.corners import corner_and_grid_cases
from deceptive_sim.claims.counterexamples import counterexample_at, found_at
from deceptive_sim.claims.deciding import Decider, Standing
from deceptive_sim.claims.many_cases import many
from deceptive_sim.claims.proving import prove
from deceptive_sim.claims.search import search
from deceptive_sim.claims.shrink import smallest
from deceptive_sim.claims.simple import count_of, order, values_of
from deceptive_sim.claims.situations import Situations
from deceptive_sim.claims.verdict import Answer, Rung, Verdict
from deceptive_sim.core.progress import Progress, silent
from deceptive_sim.core.seeds import DEFAULT_SEED

MOST_EXHAUSTED = 600
"""Claims about no more cases than this are settled by deciding every one."""

BASES = 12
"""Cases of the grid from which borders are looked for."""

FEWEST = 20
"""Cases of the grid that every claim is held against, however few tries are asked for."""

STEPS = 5


@dataclass(frozen=True, kw_only=True)
class Effort:
    """How much work a claim is given.

    Attributes
    ----------
    tries : int
        Cases that the property-based search decides exactly; fewer than the default also means fewer cases of the
        grid, and 0 that this search is left out.
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
    progress: Progress = silent,
) -> Verdict:
    """Hold a claim against the games that it speaks about, rung by rung.

    Parameters
    ----------
    claim : BoundClaim
    situations : Situations
    effort : Effort
    seed : int
    memory : sequence of Case
        Counterexamples found earlier, tried first; those that are no cases of the claim are passed over.
    progress : Progress
        Told of each rung.

    Raises
    ------
    InputError
        If the claim needs a result that a case which counts does not have, or names something that the game has not.
    """
    started = time.perf_counter()
    verdict = _Ladder(claim, situations, effort or Effort(), seed, progress).climb(memory)
    return replace(verdict, seconds=time.perf_counter() - started)


def decide_claim(claim: BoundClaim, situations: Situations, case: Case) -> Verdict:
    """Decide a claim exactly in one case.

    Returns
    -------
    Verdict
        `HELD` or `FALSE`, by the rung `CASE`; `UNKNOWN` if the case does not count or could not be decided. What was
        found is told in the counterexample, which is not made smaller, or in the reason.

    Raises
    ------
    InputError
        If the claim needs a result that the case does not have.
    """
    started = time.perf_counter()
    decider = Decider(claim, situations)
    outside = [one.name for one in claim.claim.variables if case[one.name] not in one.domain]
    decision = decider.decide(case)
    false = decision.standing is Standing.FALSE and not outside
    reason = decision.reason
    if outside:
        reason = f"the case does not count: {outside[0]} is outside what is given"
    elif decision.standing is Standing.EXCLUDED:
        reason = f"the case does not count: {reason}"
    elif decision.standing is Standing.TRUE:
        reason = "true in this case: " + ", ".join(f"{name} is {it}" for name, it in found_at(decider, case).items())
    known = not outside and decision.standing in (Standing.TRUE, Standing.FALSE)
    return Verdict(
        claim=claim.claim,
        answer=Answer.FALSE if false else Answer.HELD if known else Answer.UNKNOWN,
        rung=Rung.CASE,
        tries=int(known),
        tries_by_rung={Rung.CASE: int(known)},
        excluded=int(not known and decision.standing is not Standing.UNDECIDED),
        undecided=int(decision.standing is Standing.UNDECIDED),
        counterexample=counterexample_at(decider, case) if false else None,
        reason="" if false else reason,
        seconds=time.perf_counter() - started,
    )


class _Ladder:
    """One climb: what was decided so far, and by which rung."""

    def __init__(
        self, claim: BoundClaim, situations: Situations, effort: Effort, seed: int, progress: Progress
    ) -> None:
        self.decider = Decider(claim, situations)
        self.claim, self.effort, self.seed, self.progress = claim, effort, seed, progress
        self.tries: dict[Rung, int] = {}
        self.excluded_together = 0
        self.steps = 0

    def climb(self, memory: Sequence[Case]) -> Verdict:
        """Up to where the claim is settled, or to the end."""
        return self._remembered(memory) or (self._exhausted() if self._few() else self._searched() or self._proved())

    # --- rungs ---------------------------------------------------------------------------------------------------

    def _remembered(self, memory: Sequence[Case]) -> Verdict | None:
        domains = {one.name: one.domain for one in self.claim.claim.variables}
        fitting = [
            case
            for case in memory
            if set(case) == set(domains) and all(case[name] in domain for name, domain in domains.items())
        ]
        return self._tried(Rung.MEMORY, fitting) if fitting else None

    def _few(self) -> bool:
        counts = [count_of(one.domain) for one in self.claim.claim.variables]
        return None not in counts and prod(count or 0 for count in counts) <= MOST_EXHAUSTED

    def _exhausted(self) -> Verdict:
        variables = self.claim.claim.variables
        every = [
            dict(zip((one.name for one in variables), values, strict=True))
            for values in product(*(values_of(one.domain) for one in variables))
        ]
        every.sort(key=lambda case: order(case, variables))
        refuted = self._tried(Rung.EXHAUSTED, every)
        if refuted is not None:
            return refuted
        counted, undecided = self._counted(), self._standing(Standing.UNDECIDED)
        if not counted:
            return self._vacuous()
        if undecided:
            reason = f"{undecided} of {counted + undecided} cases could not be decided: {self._why(undecided=True)}"
            return self._verdict(Answer.HELD, Rung.EXHAUSTED, reason=reason)
        cases = "the one case that counts" if counted == 1 else f"each of the {counted} cases that count"
        return self._verdict(Answer.PROVED, Rung.EXHAUSTED, proof=f"{cases} was decided exactly")

    def _searched(self) -> Verdict | None:
        grid = list(corner_and_grid_cases(self.claim, max(FEWEST, self.effort.tries)))
        refuted = self._tried(Rung.CORNERS, chain(grid, self._borders(grid)))
        if refuted is None:
            refuted = self._many()
        if refuted is None:
            refuted = self._drawn()
        if refuted is None and not self._counted() + self.tries.get(Rung.MANY, 0):
            return self._vacuous()
        return refuted

    def _borders(self, grid: Sequence[Case]) -> Iterator[Case]:
        counting = [case for case in grid if self.decider.standing(case) is Standing.TRUE] or grid
        bases = counting[:: len(counting) // BASES + 1]
        most = min(MOST_SOLVED, max(FEWEST, self.effort.tries))
        yield from border_cases(self.decider, bases, known=counting, most=most)

    def _many(self) -> Verdict | None:
        self._says(Rung.MANY)
        before = self._counted()
        found = many(self.decider, seed=self.seed)
        self.tries[Rung.MANY] = found.tries + self._counted() - before
        self.excluded_together = found.excluded
        if found.counterexample is not None:
            return self._refuted(found.counterexample, Rung.MANY)
        if found.disagreement:
            reason = f"two ways to solve the game, one in floats, disagree at {found.disagreement}"
            return self._verdict(Answer.UNKNOWN, Rung.MANY, reason=reason)
        return None

    def _drawn(self) -> Verdict | None:
        self._says(Rung.SEARCH)
        before = self._counted()
        case = search(self.decider, tries=self.effort.tries, seed=self.seed)
        self.tries[Rung.SEARCH] = self._counted() - before
        return None if case is None else self._refuted(case, Rung.SEARCH)

    def _proved(self) -> Verdict:
        reached = max((rung for rung, tries in self.tries.items() if tries), key=list(Rung).index)
        if not self.effort.proofs:
            return self._verdict(Answer.HELD, reached, reason="no proof was asked for")
        self._says(Rung.UNROLLED)
        proof = prove(self.decider, seconds=self.effort.proof_seconds, progress=self.progress)
        if proof.counterexample is not None and proof.rung is not None:
            return replace(self._refuted(proof.counterexample, proof.rung), z3_version=proof.version)
        if proof.rung is not None:
            verdict = self._verdict(Answer.PROVED, proof.rung, proof=proof.sentence)
        else:
            answer = Answer.UNKNOWN if proof.flawed else Answer.HELD
            verdict = self._verdict(answer, reached, reason=proof.reason)
        return replace(verdict, z3_version=proof.version)

    # --- tallies and verdicts ------------------------------------------------------------------------------------

    def _tried(self, rung: Rung, cases: Iterable[Case]) -> Verdict | None:
        """Decide cases until one is false."""
        self._says(rung)
        before = self._counted()
        for case in cases:
            false = self.decider.standing(case) is Standing.FALSE
            self.tries[rung] = self._counted() - before
            if false:
                return self._refuted(case, rung)
        return None

    def _refuted(self, case: Case, rung: Rung) -> Verdict:
        verdict = self._verdict(Answer.FALSE, rung)  # what shrinking decides is not counted
        return replace(verdict, counterexample=counterexample_at(self.decider, smallest(self.decider, case)))

    def _vacuous(self) -> Verdict:
        undecided = self._standing(Standing.UNDECIDED)
        looked = len(self.decider.known) + self.excluded_together
        if undecided:
            reason = f"none of {looked} cases could be decided: {self._why(undecided=True)}"
        else:
            reason = f"none of {looked} cases counts: {self._why(undecided=False)}"
        return self._verdict(Answer.UNKNOWN, max(self.tries, key=list(Rung).index), reason=reason)

    def _why(self, *, undecided: bool) -> str:
        """The commonest reason why cases did not count, or could not be decided."""
        wanted = Standing.UNDECIDED if undecided else Standing.EXCLUDED
        reasons = Counter(one.reason for one in self.decider.known.values() if one.standing is wanted)
        return reasons.most_common(1)[0][0] if reasons else "there is none"

    def _verdict(self, answer: Answer, rung: Rung, *, reason: str = "", proof: str = "") -> Verdict:
        tries = {one: self.tries[one] for one in Rung if one in self.tries}
        return Verdict(
            claim=self.claim.claim,
            answer=answer,
            rung=rung,
            tries=sum(tries.values()),
            tries_by_rung=tries,
            excluded=self._standing(Standing.EXCLUDED) + self.excluded_together,
            undecided=self._standing(Standing.UNDECIDED),
            reason=reason,
            proof=proof,
            seed=self.seed,
        )

    def _standing(self, standing: Standing) -> int:
        return sum(decision.standing is standing for decision in self.decider.known.values())

    def _counted(self) -> int:
        return self.decider.counted

    def _says(self, rung: Rung) -> None:
        self.progress(min(self.steps, STEPS), STEPS, f"{self.claim.claim.id}: {rung}")
        self.steps += 1
