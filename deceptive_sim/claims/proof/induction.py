"""Proofs for all numbers of episodes, by induction over episodes from behind.

Within a phase all episodes are alike, so that what holds after one of them and survives one more holds after all.
Facts to try are gathered (`keeping`), those that fail in samples are dropped, then those that do not hold after the
first episode, then, again and again, those that do not follow one episode on from the ones left. What is left are
lemmas, proved by one another; at the end of the phase they are all that is known of the games. The claim is proved if
it follows from those of the first phase.

Comparisons between parameters in the claim, such as `m * p > 1`, divide the proof into cases.

Guaranteed: `PROVED` only if every lemma and the claim itself were answered "no such point" by z3, with numbers of
episodes as any reals of at least 1, which is more than is claimed.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from deceptive_sim.claims.bound import BoundClaim
from deceptive_sim.claims.claim import Case, Variable
from deceptive_sim.claims.language.tree import Comparison, Free, Node, Not, Parameter, walk
from deceptive_sim.claims.proof.boards import Unsupported
from deceptive_sim.claims.proof.keeping import Candidate, Moment, Stated, candidates
from deceptive_sim.claims.proof.long_outcomes import Power, regrown
from deceptive_sim.claims.proof.paths import Forking, Path, forks
from deceptive_sim.claims.proof.polynomials import Polynomial, Quantity, settled
from deceptive_sim.claims.proof.prover import OutOfTime, Prover, Reply
from deceptive_sim.claims.proof.ranges import combinations, interval, ranges_of, rules_of
from deceptive_sim.claims.proof.readings import Reader, holds_at, of_parameters
from deceptive_sim.claims.proof.result import Attempt, Outcome
from deceptive_sim.claims.proof.samples import Sample, examples_of, number_at, sampled
from deceptive_sim.claims.proof.scenes import enumerated, make_scene
from deceptive_sim.claims.proof.walks import Leg, Phases, State, View, Walk, phases_of
from deceptive_sim.claims.situations import Situations
from deceptive_sim.claims.verdict import Rung
from deceptive_sim.core.errors import InputError

WORK = 400_000
"""Work that one lemma may cost."""

CLAIM_WORK = 3_000_000
"""Work that the claim itself may cost."""

MOST_SPLITS = 3
"""Comparisons of parameters by which a proof is divided."""


def prove_by_induction(claim: BoundClaim, situations: Situations, *, seconds: float) -> Attempt:
    """Try to prove a claim for all real parameters and all numbers of episodes in its ranges.

    Parameters
    ----------
    claim : BoundClaim
    situations : Situations
    seconds : float
        When to give up. Everything else is bounded by work, so that the answer does not depend on the machine.

    Returns
    -------
    Attempt
        Never `REFUTED`.

    Raises
    ------
    InputError
        If z3 is not installed.
    """
    prover = Prover(seconds)
    tally = _Tally()
    try:
        phases = phases_of(claim, situations)
        listed = {one.name for one in claim.claim.variables if one.domain.values is not None}
        counts = frozenset(name for name, path in claim.paths.items() if path in phases.paths) - listed
        known = [one for one in claim.claim.variables if enumerated(one) and one.name not in counts]
        free = [one for one in claim.claim.variables if one not in known]
        if not any(one.name in counts for one in free):
            raise Unsupported("no number of episodes varies")
        for values in combinations(known):
            reason = _Induction(claim, situations, phases, prover, values, free, counts, tally).open_at()
            if reason:
                return Attempt(outcome=Outcome.OPEN, rung=Rung.INDUCTION, sentence=f"by induction: {reason}")
    except (Unsupported, InputError) as error:
        return Attempt(outcome=Outcome.OPEN, rung=Rung.INDUCTION, sentence=f"by induction: {error}")
    except OutOfTime:
        sentence = f"the {seconds:g} seconds for a proof were used up in an induction"
        return Attempt(outcome=Outcome.OPEN, rung=Rung.INDUCTION, sentence=sentence)
    return Attempt(
        outcome=Outcome.PROVED, rung=Rung.INDUCTION, sentence=_sentence(free, known, counts, tally), plays=tally.plays
    )


@dataclass
class _Tally:
    plays: int = 0
    lemmas: int = 0


@dataclass
class _Front:
    """Where the games may stand between legs: one state for each path.

    `before` is the last state that was alone, and `taken` how many steps ago that was.
    """

    ends: list[tuple[Path, State]]
    before: State
    taken: int = 0
    stepped: Mapping[str, tuple[bool, ...]] = field(default_factory=dict)

    @property
    def plain(self) -> bool:
        """Whether there is a single state that nothing but the lemmas is known of."""
        return len(self.ends) == 1 and not any(self.ends[0][0].steps)


class _Induction:
    """A claim with the whole numbers known that are no numbers of episodes."""

    def __init__(
        self,
        claim: BoundClaim,
        situations: Situations,
        phases: Phases,
        prover: Prover,
        values: Mapping[str, Fraction],
        free: Sequence[Variable],
        counts: frozenset[str],
        tally: _Tally,
    ) -> None:
        self.claim, self.situations, self.phases, self.prover = claim, situations, phases, prover
        self.values, self.free, self.counts, self.tally = values, free, counts, tally

    def open_at(self) -> str:
        """Why there is no proof; empty if there is one."""
        names = {one.name: Polynomial.variable(one.name) for one in self.free}
        examples = examples_of(self.free, self.counts, self.values)
        self.scene = make_scene(self.claim, self.situations, {**self.values, **names}, examples)
        self.early = [node for node in self.claim.assumptions if _early(node)]
        self.late = [node for node in self.claim.assumptions if not _early(node)]
        self.walk = Walk(self.scene, self.phases, (self.claim.tree, *self.claim.lemmas), self.late)
        self.prover.sound = rules_of(self.free, self.scene.casts.values())
        last, first = (self.walk.legs(longer_last=longer) for longer in (True, False))
        reason = ""
        for self.legs in (last, first) if last != first else (last,):
            reason = self._by_legs(examples)
            if not reason:
                break
        return reason

    def _by_legs(self, examples: Sequence[Case]) -> str:
        """Why there is no proof by the present legs; empty if there is one."""
        splits = [node for node in _comparisons(self.walk) if self._divides(node)][:MOST_SPLITS]
        for shape in self._shapes():
            taken = [sampled(self.walk, self.legs, example) for example in examples if self._in_shape(example, shape)]
            samples = [sample for sample in taken if sample is not None]
            for truths in itertools.product((True, False), repeat=len(splits)):
                given = [node if truth else Not(node) for node, truth in zip(splits, truths, strict=True)]
                mine = [one for one in samples if all(holds_at(node, one.scene) for node in given)]
                reason = self._case(shape, [*self.early, *given], mine)
                if reason:
                    return reason
        return ""

    # --- cases -----------------------------------------------------------------------------------------------------

    def _shapes(self) -> Iterator[frozenset[int]]:
        """Which phases are empty that may be."""
        ranges = ranges_of(self.claim)
        may_be = []
        for place, leg in enumerate(self.legs):
            low, _ = interval(leg.count, ranges)
            if low is None or low < 0:
                raise Unsupported("a number of episodes has no least value")
            if low < 1:
                may_be.append(place)
        for size in range(len(may_be) + 1):
            yield from (frozenset(empty) for empty in itertools.combinations(may_be, size))

    def _divides(self, node: Node) -> bool:
        """Whether a comparison is true or false everywhere, so that the two cases are all there are."""
        try:
            return not Reader(self.prover, self.scene).read(node).defined
        except Unsupported:
            return False

    def _in_shape(self, example: Case, shape: frozenset[int]) -> bool:
        empty = {place for place, leg in enumerate(self.legs) if number_at(leg.count, example) == 0}
        return empty == shape

    def _case(self, shape: frozenset[int], given: Sequence[Node], samples: Sequence[Sample]) -> str:
        """Why one case of the proof stays open; empty if it does not."""
        self.prover.always = ()
        reader = Reader(self.prover, self.scene)
        read = [reader.read(node) for node in given]
        facts = [part for one in read for part in (one.holds, *one.defined)]
        for place, leg in enumerate(self.legs):
            count = self.prover.expression(leg.count)
            facts.append(count == 0 if place in shape else count >= 1)
        if self.prover.ask([*map(self.prover.sign, self.prover.sound), *facts], WORK) is Reply.NONE:
            return ""  # there is no such case
        self.facts = facts
        start = self.walk.start()
        front = _Front([(Path(), start)], start)
        for place, leg in enumerate(self.legs):
            if place not in shape:
                front = self._through(place, leg, front, [one.met[place] for one in samples])
        return self._concluded(front)

    def _concluded(self, front: _Front) -> str:
        """Whether the claim follows at the first episode."""
        claim = Stated(self.walk.trees[0])
        for path, state in front.ends:
            moment = Moment(View(self.walk, state, front.stepped), {}, Fraction(0))
            formula = claim.formula(self.prover, moment)
            if formula is None:
                return "the claim needs a result that some cases do not have, or that induction does not express"
            assumed = [Stated(node).formula(self.prover, moment) for node in self.walk.late]
            known = self._known(path, [one for one in assumed if one is not None])
            if not self._follows(known, formula, CLAIM_WORK):
                return "no lemmas were found that it follows from"
        return ""

    # --- legs ------------------------------------------------------------------------------------------------------

    def _through(self, place: int, leg: Leg, front: _Front, met: Sequence[Sequence[Moment]]) -> _Front:
        """Where the games may stand after a leg."""
        if leg.short:
            assert isinstance(leg.count, Fraction)
            for episode in range(int(leg.count)):
                front = self._stepped(leg, front, f"leg {place} first {episode}")
            self.short = leg, [moment for one in met for moment in one[-1:]]
            return front
        if not front.plain:
            front = self._joined(place, front)
        return self._looped(place, leg, front, [moment for one in met for moment in one])

    def _joined(self, place: int, front: _Front) -> _Front:
        """One state for all, of which is known what holds at the end of every path."""
        leg, met = self.short
        first = front.ends[0][1]
        ends = [
            (path, self._moment(state, front.before, Fraction(front.taken), front.stepped))
            for path, state in front.ends
        ]
        lemmas = self._strongest(candidates(self.walk, leg, first), met, ends)
        self.tally.lemmas += len(lemmas)
        state = self._any(f"before leg {place}", first)
        end = self._moment(state, front.before, Fraction(front.taken), front.stepped)
        self.facts = [*self.facts, *self._written(lemmas, end)]
        return _Front([(Path(), state)], state, stepped=front.stepped)

    def _looped(self, place: int, leg: Leg, front: _Front, met: Sequence[Moment]) -> _Front:
        before = front.ends[0][1]
        first = self._stepped(leg, front, f"leg {place} first")
        base = [(path, self._moment(state, before, Fraction(1), first.stepped)) for path, state in first.ends]
        lemmas = self._strongest(candidates(self.walk, leg, first.ends[0][1]), met, base)
        taken = Polynomial.variable(f"leg {place} taken")
        sample = first.ends[0][1]
        state = self._any(f"leg {place}", _counted(sample, leg, before, taken))
        here = self._moment(state, before, taken, first.stepped)
        again = self._stepped(leg, _Front([(Path(), state)], state, stepped=first.stepped), f"leg {place} next")
        there = [(path, self._moment(one, before, taken + 1, first.stepped)) for path, one in again.ends]
        within = [self.prover.expression(taken) >= 1, self.prover.expression(leg.count - taken) >= 1]
        lemmas = self._kept(lemmas, lambda weaker: self._strongest(weaker, met, base), here, there, within)
        self.tally.lemmas += len(lemmas)
        after = self._any(f"leg {place}", _counted(sample, leg, before, leg.count))
        end = self._moment(after, before, leg.count, first.stepped)
        self.facts = [*self.facts, *self._written(lemmas, end)]
        return _Front([(Path(), after)], after, stepped=first.stepped)

    def _strongest(
        self, candidates: Sequence[Candidate], met: Sequence[Moment], ends: Sequence[tuple[Path, Moment]]
    ) -> list[Candidate]:
        """Those that no sample speaks against and that hold after every path, weaker ones in place of others."""
        known = [(self._known(path), moment) for path, moment in ends]
        kept, waiting = [], list(candidates)
        while waiting:
            one = waiting.pop()
            if _survives(one, met) and all(self._holds(base, one, moment) for base, moment in known):
                kept.append(one)
            else:
                waiting += one.weaker
        return kept

    def _kept(
        self,
        lemmas: list[Candidate],
        weaken: Callable[[Sequence[Candidate]], list[Candidate]],
        here: Moment,
        there: Sequence[tuple[Path, Moment]],
        within: Sequence[Any],
    ) -> list[Candidate]:
        """Those that follow one episode on from one another; weaker ones in place of those that do not."""
        while True:
            given = [*within, *self._written(lemmas, here)]
            known = [(self._known(path, given), moment) for path, moment in there]
            possible = [(base, moment) for base, moment in known if not self._impossible(base)]
            kept: list[Candidate] = []
            lost: list[Candidate] = []
            for one in lemmas:
                (kept if all(self._holds(base, one, moment) for base, moment in possible) else lost).append(one)
            if not lost:
                self.tally.plays += len(possible)
                return kept
            lemmas = kept + weaken([weaker for one in lost for weaker in one.weaker])

    def _written(self, lemmas: Sequence[Candidate], moment: Moment) -> list[Any]:
        return [formula for one in lemmas if (formula := one.formula(self.prover, moment)) is not None]

    def _known(self, path: Path, given: Sequence[Any] = ()) -> Any:
        """All that is known at the end of a path, as one formula."""
        return self.prover.z3.And(*self.prover.everything(path), *self.facts, *given)

    def _holds(self, known: Any, candidate: Candidate, moment: Moment) -> bool:
        formula = candidate.formula(self.prover, moment)
        return formula is not None and self._follows(known, formula, WORK)

    def _follows(self, known: Any, formula: Any, work: int) -> bool:
        wrong = self.prover.z3.simplify(self.prover.z3.Not(formula))
        return self.prover.z3.is_false(wrong) or self.prover.ask([known, wrong], work) is Reply.NONE

    def _impossible(self, known: Any) -> bool:
        return self.prover.ask([known], WORK) is Reply.NONE

    # --- steps -----------------------------------------------------------------------------------------------------

    def _stepped(self, leg: Leg, front: _Front, label: str) -> _Front:
        """One episode on, on every path that may be taken."""
        stepped = {name: front.stepped.get(name, (False,) * self.phases.count) for name in self.walk.casts}
        for name in leg.games:
            stepped[name] = tuple(was or f == leg.stage for f, was in enumerate(stepped[name]))
        ends = []
        for path, state in front.ends:

            def act(arithmetic: Forking, state: State = state) -> State:
                return self.walk.step(state, leg, stepped, arithmetic, label)

            ends += [
                (reached, after)
                for after, reached in forks(
                    path, act, lambda one: self._impossible(self._known(one)), _boundless, split=True
                )
            ]
        return _Front(ends, front.before, front.taken + 1, stepped)

    def _any(self, label: str, state: State) -> State:
        """Any state with the quantities of one, and as many episodes behind it."""
        return replace(
            state,
            numbers={key: Polynomial.variable(f"{label} {key[0]} {key[1]}") for key in state.numbers},
            powers=tuple(
                None if one is None else Polynomial.variable(f"{label} power {place}")
                for place, one in enumerate(state.powers)
            ),
        )

    def _moment(self, state: State, before: State, taken: Quantity, stepped: Mapping[str, tuple[bool, ...]]) -> Moment:
        return Moment(View(self.walk, state, stepped), before.numbers, taken)


def _counted(state: State, leg: Leg, before: State, taken: Quantity) -> State:
    """A state after so many episodes of a leg."""
    taken_then = {
        name: tuple(
            settled(count + taken) if name in leg.games and f == leg.stage else count for f, count in enumerate(row)
        )
        for name, row in before.taken.items()
    }
    return replace(state, taken=taken_then)


def _early(node: Node) -> bool:
    """Whether an assumption can be read before any step: it has no results, and no powers that grow."""
    powers: list[Power] = []
    return of_parameters(regrown(node, powers)) and not powers


def _boundless(name: str) -> tuple[None, None]:
    return None, None


def _survives(candidate: Candidate, met: Sequence[Moment]) -> bool:
    """Whether no sample speaks against it."""
    return not any(candidate.holds(moment) is False for moment in met)


def _comparisons(walk_: Walk) -> list[Node]:
    """Comparisons of parameters in the claim and its lemmas."""
    found: dict[Node, None] = {}
    for tree in walk_.trees:
        for node in walk(tree):
            varies = any(isinstance(part, Free | Parameter) for part in walk(node))
            if isinstance(node, Comparison) and of_parameters(node) and varies:
                found[node] = None
    return list(found)


def _sentence(free: Sequence[Variable], known: Sequence[Variable], counts: frozenset[str], tally: _Tally) -> str:
    real = [one.name for one in free if one.name not in counts]
    long = [f"{one.name} {_span(one)}" for one in free if one.name in counts]
    parts = [f"real {', '.join(real)}" if real else "", " and ".join(long)]
    each = f", at each {', '.join(one.name for one in known)}" if known else ""
    said = " and all ".join(part for part in parts if part)
    return f"for all {said}{each}, by induction over episodes with {tally.lemmas} lemmas"


def _span(variable: Variable) -> str:
    domain = variable.domain
    return f">= {domain.low}" if domain.high is None else f"in {domain.low}..{domain.high}"
