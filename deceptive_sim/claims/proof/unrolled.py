"""Proofs for all real parameters at each number of episodes.

For every combination of the claim's whole numbers the game is unrolled backwards. Where a self's choice depends on
parameters the path forks, so that at the end of each path it is known what everybody does, which is a *play*; the
conditions under which they do it are polynomial inequalities. The claim is proved if z3 finds no point at which a
play's conditions and the assumptions hold and the claim does not. That is a proof for all real parameters, hence for
all fractions.

Guaranteed: `PROVED` only if every question of every play was answered "no such point" by z3. A point that z3 does find
is a suspect, for exact checking by others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deceptive_sim.claims.bound import BoundClaim
from deceptive_sim.claims.claim import Case, Variable
from deceptive_sim.claims.facts import Missing
from deceptive_sim.claims.proof.boards import Unsupported
from deceptive_sim.claims.proof.casts import Move, Positions, moves_of, start_of
from deceptive_sim.claims.proof.learning import comparable, learn
from deceptive_sim.claims.proof.outcomes import Outcome as Results
from deceptive_sim.claims.proof.paths import Forking, Path, forks
from deceptive_sim.claims.proof.polynomials import Polynomial, Quantity
from deceptive_sim.claims.proof.prover import ALL, QUICK, THOROUGH, OutOfTime, Prover, Reply
from deceptive_sim.claims.proof.ranges import Interval, Spread, combinations, points, ranges_of, rules_of
from deceptive_sim.claims.proof.readings import Reader, holds_at, of_parameters, surely_false
from deceptive_sim.claims.proof.result import Attempt, Outcome
from deceptive_sim.claims.proof.scenes import Scene, enumerated, make_scene
from deceptive_sim.claims.situations import Situations
from deceptive_sim.claims.verdict import Rung
from deceptive_sim.core.errors import InputError
from deceptive_sim.core.progress import Progress, silent

SAMPLES = 600
"""Points that go along with paths."""

PRUNING = (1, 2, 3, 4, 6)
"""With how many of the last steps it is asked whether a path can be taken."""

WINDOWS = (1, 2, 3)
"""With how many of the last steps questions are asked before all steps are taken in."""

ROUNDINGS = (4, 10, 60, 1000, 10**6)
"""Denominators that a point found by z3 is rounded to, in search of a simple suspect."""

MOST_SUSPECTS = 8


def prove_unrolled(
    claim: BoundClaim, situations: Situations, *, seconds: float, progress: Progress = silent
) -> Attempt:
    """Try to prove a claim for all real parameters at each number of episodes in its ranges.

    Parameters
    ----------
    claim : BoundClaim
    situations : Situations
    seconds : float
        When to give up. Everything else is bounded by work, so that the answer does not depend on the machine.
    progress : Progress
        Told of each combination of whole numbers.

    Returns
    -------
    Attempt
        Never `REFUTED` without a suspect in which the claim is false by the proof's own recursion.

    Raises
    ------
    InputError
        If z3 is not installed.
    """
    known = [variable for variable in claim.claim.variables if enumerated(variable)]
    free = [variable for variable in claim.claim.variables if not enumerated(variable)]
    prover = Prover(seconds)
    tally, tried = _Tally(), points(free, SAMPLES)
    total = 0
    try:
        every = combinations(known)
        total = len(every)
        for done, values in enumerate(every):
            progress(done, total, "proof")
            attempt = _Combination(claim, situations, prover, values, free, tried, tally).settled()
            if attempt is not None:
                return attempt
    except Unsupported as error:
        return tally.open(f"cannot be proved play by play: {error}")
    except OutOfTime:
        return tally.open(
            f"the {seconds:g} seconds for a proof were used up after {tally.done} of {total} combinations"
        )
    progress(total, total, "proof")
    if tally.unclear:
        return tally.open(tally.unclear)
    if not tally.sound:
        return tally.open("no sound game was found to prove anything about")
    return Attempt(
        outcome=Outcome.PROVED, rung=Rung.UNROLLED, sentence=_sentence(known, free, tally), plays=tally.plays
    )


@dataclass
class _Tally:
    plays: int = 0
    done: int = 0
    sound: int = 0
    unclear: str = ""

    def open(self, reason: str) -> Attempt:
        return Attempt(outcome=Outcome.OPEN, rung=Rung.UNROLLED, sentence=reason, plays=self.plays)


class _Combination:
    """A claim at one combination of whole numbers."""

    def __init__(
        self,
        claim: BoundClaim,
        situations: Situations,
        prover: Prover,
        values: Mapping[str, Fraction],
        free: Sequence[Variable],
        tried: Sequence[Case],
        tally: _Tally,
    ) -> None:
        self.claim, self.situations, self.prover = claim, situations, prover
        self.values, self.free, self.tally = values, free, tally
        self.examples = [{**values, **point} for point in tried]

    def settled(self) -> Attempt | None:
        """Go through all plays: an attempt if the claim is refuted here, None otherwise."""
        names = {variable.name: Polynomial.variable(variable.name) for variable in self.free}
        try:
            self.scene = make_scene(self.claim, self.situations, {**self.values, **names}, self.examples)
        except InputError as error:
            self._no_game(error)
            return None
        self.tally.sound += 1
        self.prover.sound = rules_of(self.free, self.scene.casts.values())
        self.prover.always = ()
        reader = Reader(self.prover, self.scene)
        self.later = [node for node in self.claim.assumptions if not of_parameters(node)]
        read = [reader.read(node) for node in self.claim.assumptions if of_parameters(node)]
        self.prover.always = tuple(part for one in read for part in (one.holds, *one.defined))
        start = self._start()
        again = any(cast.maximises for cast in self.scene.casts.values())
        attempt = self._gone_through(start, split=False, give_up=again)
        if attempt is None and self.unclear and again:
            attempt = self._gone_through(start, split=True)
        self.tally.unclear = self.tally.unclear or self.unclear
        self.tally.done += 1
        return attempt

    def _gone_through(self, start: Path, *, split: bool, give_up: bool = False) -> Attempt | None:
        """Check the claim at every play, or up to the first that is unclear."""
        self.unclear, before = "", self.tally.plays
        for path, positions in self._plays(start, split=split):
            self.tally.plays += 1
            attempt = self._checked(path, positions)
            if attempt is not None:
                return attempt
            if self.unclear and give_up:
                self.tally.plays = before
                return None
        return None

    def _no_game(self, error: InputError) -> None:
        """Without a free number there is just no game; with some, there may be one that was not found."""
        if self.free:
            raise Unsupported(f"no sound game was found {self._where()}: {error}")
        self.tally.done += 1

    def _where(self) -> str:
        return "at " + ", ".join(f"{name} = {value}" for name, value in self.values.items()) if self.values else ""

    def _start(self) -> Path:
        """No step yet, and the examples that count as samples."""
        import numpy as np

        names = [variable.name for variable in self.free]
        every = {name: np.array([float(example[name]) for example in self.examples]) for name in names}
        sound = np.ones(len(self.examples), dtype=bool)
        for sign in self.prover.sound:
            sound &= sign.polynomial.read(every, float) >= 0
        kept = [place for place in np.flatnonzero(sound) if self._assumed(self.examples[place])]
        return Path(samples={name: values[kept] for name, values in every.items()})

    def _assumed(self, example: Case) -> bool:
        here = Scene(self.claim, self.situations, example, _at(self.scene.set_by_variants, example), {})
        return all(holds_at(node, here) for node in self.claim.assumptions if of_parameters(node))

    # --- plays -----------------------------------------------------------------------------------------------------

    def _plays(self, start: Path, *, split: bool) -> Iterator[tuple[Path, dict[str, Positions]]]:
        """Every path to the first episode of all games, and where it leads."""
        moves = [(name, move) for name, cast in self.scene.casts.items() for move in moves_of(cast)]
        moves.sort(key=lambda pair: pair[1].place)
        ranges = ranges_of(self.claim)
        self.spreads = {
            (name, run.name): Spread(run, ranges) for name, cast in self.scene.casts.items() for run in cast.runs
        }
        first = {name: start_of(cast) for name, cast in self.scene.casts.items()}
        waiting: list[tuple[int, Path, dict[str, Positions]]] = [(0, start, first)]
        while waiting:
            index, path, positions = waiting.pop()
            if index == len(moves):
                yield path, positions
                continue
            name, move = moves[index]
            outcomes = list(self._moved(path, positions, name, move, split=split))
            for reached, after in reversed(outcomes):
                pairs = comparable(self.scene, reached, name, move.run.name)
                waiting.append((index + 1, learn(after, pairs, self.prover), reached))

    def _moved(
        self, path: Path, positions: dict[str, Positions], name: str, move: Move, *, split: bool
    ) -> Iterator[tuple[dict[str, Positions], Path]]:
        label = f"{name} "
        begins = len(f"{label}{move.run.name} {move.episode} ")
        left = move.run.board.horizon - move.episode + 1
        spread = self.spreads[name, move.run.name]

        def act(arithmetic: Forking) -> dict[str, Positions]:
            return {**positions, name: move.made(positions[name], arithmetic, label)}

        def bounds(variable: str) -> Interval:
            return spread.of(variable[begins:], left)

        return forks(path, act, self._impossible, bounds, split=split)

    def _impossible(self, path: Path) -> bool:
        return self.prover.settle(path, (), QUICK, PRUNING) is Reply.NONE

    # --- the claim at the end of a play ----------------------------------------------------------------------------

    def _checked(self, path: Path, positions: Mapping[str, Positions]) -> Attempt | None:
        results = {name: Results(cast, positions[name]) for name, cast in self.scene.casts.items()}
        reader = Reader(self.prover, self.scene, results)
        given = [reader.read(node, lacking=True) for node in self.later]
        assumed = [part for one in given for part in (one.holds, *one.defined)]
        try:
            read = reader.read(self.claim.tree)
        except Missing as error:
            if self.prover.settle(path, assumed, THOROUGH, (*WINDOWS, ALL)) is not Reply.NONE:
                self._unclear(f"the claim needs a result that some cases {self._where()} do not have: {error}")
            return None
        z3 = self.prover.z3
        wrong = z3.simplify(z3.Or(*(z3.Not(part) for part in (read.holds, *read.defined))))
        if z3.is_false(wrong):
            return None
        reply = self.prover.settle(path, [*assumed, wrong], THOROUGH, self._windows())
        if reply is Reply.UNSURE:
            self._unclear(f"z3 could not decide a play {self._where()} within its limit")
        return self._refuted() if reply is Reply.SOME else None

    def _windows(self) -> tuple[int, ...]:
        """With the last few steps, then with those of whole phases."""
        cast = list(self.scene.casts.values())[-1]
        ends, windows = 0, set(WINDOWS)
        for stage in cast.runs[-1].board.stages:
            ends += stage.episodes
            windows.add(ends)
        return (*sorted(windows - {0}), ALL)

    def _unclear(self, reason: str) -> None:
        self.unclear = self.unclear or reason

    def _refuted(self) -> Attempt | None:
        """Suspects near the point that z3 found; none of them may be right, and then the play stays unclear."""
        suspects = []
        for case in self._near(self.prover.point):
            here = Scene(self.claim, self.situations, case, _at(self.scene.set_by_variants, case), {})
            if surely_false(self.claim, self.situations, here, case):
                suspects.append(case)
        if not suspects:
            self._unclear(f"z3 found a point {self._where()} that no fractions near it bear out")
            return None
        return Attempt(
            outcome=Outcome.REFUTED,
            rung=Rung.UNROLLED,
            sentence=f"z3 found a case {self._where()} in which it should be false",
            suspects=tuple(suspects[:MOST_SUSPECTS]),
            plays=self.tally.plays,
        )

    def _near(self, point: Mapping[str, Fraction]) -> list[Case]:
        """The point in simpler and simpler company, simplest first; only values in the domains."""
        middle = points(self.free, 1)[0]
        whole = {variable.name: point.get(variable.name, middle[variable.name]) for variable in self.free}
        found = [{name: value.limit_denominator(most) for name, value in whole.items()} for most in ROUNDINGS]
        cases = [{**self.values, **one} for one in (*found, whole) if all(one[v.name] in v.domain for v in self.free)]
        return [case for place, case in enumerate(cases) if case not in cases[:place]]


def _at(changes: Mapping[str, Mapping[str, Quantity]], example: Case) -> dict[str, dict[str, Quantity]]:
    return {
        name: {
            path: number.at(example) if isinstance(number, Polynomial) else number for path, number in changed.items()
        }
        for name, changed in changes.items()
    }


def _sentence(known: Sequence[Variable], free: Sequence[Variable], tally: _Tally) -> str:
    over = _listed([variable.name for variable in free])
    each = _listed([f"{variable.name} in {_span(variable)}" for variable in known])
    parts = [f"for all real {over}" if over else "", f"at each {each}" if each else ""]
    where = ", ".join(part for part in parts if part) or "in the one case there is"
    return f"{where}: {tally.plays} {'play' if tally.plays == 1 else 'plays'}"


def _span(variable: Variable) -> str:
    values: Any = variable.domain.values
    if values is not None:
        return "{" + ", ".join(str(value) for value in values) + "}"
    return f"{variable.domain.low}..{variable.domain.high}"


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
