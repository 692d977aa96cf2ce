"""Plants and animals: where a base optimiser produces optimisers.

After Hubinger et al. 2019, "Risks from Learned Optimization in Advanced Machine Learning Systems" (arXiv:1906.01820),
section 2: search in a model of the world generalises and is short to write down, so that a base optimiser
that looks for what scores well and is small should come upon it where tasks are many; where they are few, rules by rote
are enough, and where they are simple, so are the habits of plants.

The base optimiser chooses among candidates of fixed kinds, by

    value = score in training - cost * capacity

    score       mean over the training mazes of  [exit taken in time] * (1 - step_cost * moves / limit)
    capacity    bits of rules and memory, as `capacity` counts them
    memoriser   a path for every maze of training       planner     breadth-first search for the exit
    random      the first thing that it stumbles upon   others      the rules of `plants`

Training has D mazes, drawn once from the family at a size; as small families have few mazes, fewer may be different.
Candidates with chance in them play each maze several times, the others once. Scores are fractions of whole numbers and
kept as such; who wins at which cost is the exact upper envelope of the candidates' lines (`envelopes`), so a phase
diagram over costs needs no more mazes than a single cost. Whoever was chosen is then looked at in fresh mazes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import InputError, Problem, nearest, quote, wrong
from deceptive_sim.core.exact import exact
from deceptive_sim.core.progress import Progress, silent
from deceptive_sim.core.seeds import generator
from deceptive_sim.maze.capacity import RULES, capacity
from deceptive_sim.maze.chunks import in_chunks
from deceptive_sim.maze.envelopes import Line, Reign, envelope, winner
from deceptive_sim.maze.estimates import rate, replicated_share
from deceptive_sim.maze.family import MazeFamily
from deceptive_sim.maze.mazes import Mazes
from deceptive_sim.maze.memorising import Memory, first_seen
from deceptive_sim.maze.plants import walk_by_rule
from deceptive_sim.maze.reading import each, read, whole, word
from deceptive_sim.maze.search import distances_at, limits
from deceptive_sim.maze.things import EXIT_THING
from deceptive_sim.maze.walking import Walks, wander
from deceptive_sim.maze.world import MazeWorld
from deceptive_sim.populations.measures import Estimate, estimate

PLACE = 3
"""Where this study stands under a seed."""

CANDIDATES = ("memoriser", "down-and-right", "wall-follower", "unvisited", "planner", "random")
"""All candidates; of equal ones the first is chosen."""

WITH_CHANCE = ("unvisited", "random")
OPTIMISER = "planner"

MOST_CELLS_DRAWN, MOST_DIVERSITY, MOST_SIZE, MOST_POINTS = 200_000_000, 100_000, 301, 200

Exact = NDArray[np.object_]
"""Fractions."""


@dataclass(frozen=True, kw_only=True)
class SelectionSpec:
    """What is chosen from, and where.

    Attributes
    ----------
    family : str
        Mazes of which family, with their size replaced.
    sizes : tuple of int
        Sides of the mazes.
    diversities : tuple of int
        Numbers of mazes in training.
    costs : tuple of Fraction
        Costs of a bit of capacity, 0 or more, at which choices are told; envelopes tell the others.
    candidates : tuple of str
        Among `CANDIDATES`.
    replicates : int
        Trainings, each with mazes of its own. A training of fewer mazes has the first ones of a larger one.
    plays : int
        How often candidates with chance in them play each maze.
    fresh : int
        Mazes that were not in training, for each size and replicate.
    step_cost : Fraction
        From 0 to 1: how much of an exit's worth is lost at the last move in time.
    rule_bits : int
        How long a rule is.

    Raises
    ------
    InputError
        If a field breaks its rule.
    """

    family: str = "training"
    sizes: tuple[int, ...] = (5, 7, 9, 13, 17, 21)
    diversities: tuple[int, ...] = tuple(2**power for power in range(12))
    costs: tuple[Fraction, ...] = tuple(Fraction(1, 10**power * part) for power in (4, 3, 2, 1) for part in (10, 5, 2))
    candidates: tuple[str, ...] = CANDIDATES
    replicates: int = 20
    plays: int = 4
    fresh: int = 500
    step_cost: Fraction = Fraction(0)
    rule_bits: int = 32

    def __post_init__(self) -> None:
        read(self, sizes=each(whole), diversities=each(whole), costs=each(exact), candidates=each(word))
        read(self, family=word, step_cost=exact, **dict.fromkeys(("replicates", "plays", "fresh", "rule_bits"), whole))
        if problems := list(_broken(self)):
            raise InputError(problems)


def _broken(spec: SelectionSpec) -> list[Problem]:
    problems = []
    for name in ("sizes", "diversities", "costs", "candidates"):
        given = getattr(spec, name)
        if not 1 <= len(given) <= MOST_POINTS:
            problems.append(Problem(name=name, rule=f"must be from 1 to {MOST_POINTS} of them", got=str(len(given))))
        if len(set(given)) < len(given):
            problems.append(Problem(name=name, rule="must all be different", got=quote(str(list(map(str, given))))))
    for name, most in (("sizes", MOST_SIZE), ("diversities", MOST_DIVERSITY)):
        for place, number in enumerate(getattr(spec, name)):
            if not 1 <= number <= most:
                problems.append(Problem(name=f"{name}.{place}", rule=f"must be from 1 to {most}", got=quote(number)))
    for place, cost in enumerate(spec.costs):
        if cost < 0:
            problems.append(Problem(name=f"costs.{place}", rule="must be 0 or more", got=str(cost)))
    for place, name in enumerate(spec.candidates):
        if name not in CANDIDATES:
            hint = nearest(name, CANDIDATES)
            problems.append(Problem(name=f"candidates.{place}", rule="must be a candidate", got=quote(name), hint=hint))
    for name, least, most in (("replicates", 1, 10_000), ("plays", 1, 1_000), ("fresh", 1, MOST_DIVERSITY)):
        if not least <= getattr(spec, name) <= most:
            got = quote(getattr(spec, name))
            problems.append(Problem(name=name, rule=f"must be from {least} to {most}", got=got))
    if not 0 <= spec.step_cost <= 1:
        problems.append(Problem(name="step_cost", rule="must be from 0 to 1", got=str(spec.step_cost)))
    if not 0 <= spec.rule_bits <= 10**6:
        problems.append(Problem(name="rule_bits", rule="must be from 0 to 1000000", got=quote(spec.rule_bits)))
    if not problems:
        drawn = (max(spec.diversities) * spec.plays + spec.fresh) * (max(spec.sizes) + 2) ** 2
        if drawn > MOST_CELLS_DRAWN:
            rule = f"must be so small that plays of all mazes have at most {MOST_CELLS_DRAWN} cells"
            problems.append(Problem(name="diversities", rule=rule, got=str(drawn)))
    return problems


# --- what came of it -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, eq=False)
class SelectionResult:
    """What candidates score and hold, and who is chosen.

    Axes: S sizes, D diversities, C candidates, R replicates, each in the order of the spec.

    Attributes
    ----------
    spec : SelectionSpec
    scores : array of Fraction, [S, D, C, R]
        In training; exact.
    fresh : array of Fraction, [S, D, C, R]
        In fresh mazes; exact. Only the memoriser's depend on the diversity.
    bits : array of int64, [S, D, C, R]
        Capacity.
    different : array of int64, [S, D, R]
        How many of the training mazes are different.
    """

    spec: SelectionSpec
    scores: Exact
    fresh: Exact
    bits: NDArray[np.int64]
    different: NDArray[np.int64]

    def lines(self, size: int, diversity: int, replicate: int | None = None) -> tuple[Line, ...]:
        """Candidates of a training; those of all replicates together have their mean score and capacity."""
        at = self._at(size, diversity)
        if replicate is not None:
            scores, bits = self.scores[at][:, replicate], self.bits[at][:, replicate].tolist()
            named = zip(self.spec.candidates, scores, bits, strict=True)
            return tuple(Line(name=name, score=score, bits=Fraction(bits)) for name, score, bits in named)
        found = []
        for place, name in enumerate(self.spec.candidates):
            scores, bits = self.scores[at][place], self.bits[at][place]
            count = len(scores)
            found.append(Line(name=name, score=sum(scores, Fraction(0)) / count, bits=Fraction(int(bits.sum()), count)))
        return tuple(found)

    def envelope(self, size: int, diversity: int) -> tuple[Reign, ...]:
        """Who wins at every cost, by mean score and capacity; exact for what was measured."""
        return envelope(self.lines(size, diversity))

    def winner(self, size: int, diversity: int, cost: Fraction) -> str:
        """Who wins at a cost, by mean score and capacity."""
        return winner(self.lines(size, diversity), cost)

    def chosen(self, size: int, diversity: int, cost: Fraction) -> Mapping[str, Estimate]:
        """In what share of the replicates each candidate is chosen at a cost, with Wilson's intervals."""
        return self._chosen([self.lines(size, diversity, one) for one in range(self.spec.replicates)], cost)

    def optimisers(self, size: int, diversity: int) -> Reign | None:
        """The costs at which the planner wins; None if at none."""
        return next((reign for reign in self.envelope(size, diversity) if reign.winner == OPTIMISER), None)

    def estimate(self, of: str, size: int, diversity: int, candidate: str) -> Estimate:
        """Mean over replicates, with Student's interval; of shares never narrower than Wilson's over all mazes.

        Parameters
        ----------
        of : str
            `score`, `fresh`, `gap` (the first less the second) or `bits`.
        size, diversity : int
        candidate : str
        """
        at = (*self._at(size, diversity), self.spec.candidates.index(candidate))
        values = {
            "score": lambda: self.scores[at],
            "fresh": lambda: self.fresh[at],
            "gap": lambda: self.scores[at] - self.fresh[at],
            "bits": lambda: self.bits[at],
        }[of]()
        told = np.asarray(values, float)
        mazes = {"score": diversity, "fresh": self.spec.fresh}.get(of)
        found = estimate(told) if mazes is None else replicated_share(told, mazes * len(told))
        assert found is not None
        return found

    def dataset(self) -> Any:
        """Everything as an `xarray.Dataset` of floats with labelled axes; costs are an axis of `winner`."""
        import xarray as xr

        spec = self.spec
        axes = ("size", "diversity", "candidate", "replicate")
        won = [
            [[self.winner(size, many, cost) for cost in spec.costs] for many in spec.diversities] for size in spec.sizes
        ]
        return xr.Dataset(
            {
                "score": (axes, self.scores.astype(float)),
                "fresh": (axes, self.fresh.astype(float)),
                "bits": (axes, self.bits),
                "different": (("size", "diversity", "replicate"), self.different),
                "winner": (("size", "diversity", "cost"), np.array(won)),
            },
            coords={
                "size": list(spec.sizes),
                "diversity": list(spec.diversities),
                "candidate": list(spec.candidates),
                "cost": [float(cost) for cost in spec.costs],
            },
        )

    def contract(self) -> dict[str, Any]:
        """The fields that other tools rely on, by their stable names."""
        spec = self.spec
        return {
            "sizes": spec.sizes,
            "diversities": spec.diversities,
            "costs": spec.costs,
            "candidates": spec.candidates,
            "trainings": [self._training(size, many) for size in spec.sizes for many in spec.diversities],
        }

    def measures(self) -> Mapping[str, Estimate]:
        """Numbers by name.

        `score.CANDIDATE.SIZE.DIVERSITY`, likewise `fresh`, `gap` and `bits`, and
        `chosen.CANDIDATE.SIZE.DIVERSITY.COST`, a cost as the fraction that it is, such as 1/1000.
        """
        spec, found = self.spec, {}
        for size in spec.sizes:
            for many in spec.diversities:
                for of in ("score", "fresh", "gap", "bits"):
                    for name in spec.candidates:
                        found[f"{of}.{name}.{size}.{many}"] = self.estimate(of, size, many, name)
                trainings = [self.lines(size, many, one) for one in range(spec.replicates)]
                for cost in spec.costs:
                    for name, share in self._chosen(trainings, cost).items():
                        found[f"chosen.{name}.{size}.{many}.{cost}"] = share
        return found

    def _chosen(self, trainings: list[tuple[Line, ...]], cost: Fraction) -> Mapping[str, Estimate]:
        names = [winner(lines, cost) for lines in trainings]
        return {name: rate(names.count(name), len(names)) for name in self.spec.candidates}

    def _training(self, size: int, many: int) -> dict[str, Any]:
        told = {
            name: {of: self.estimate(of, size, many, name) for of in ("score", "fresh", "bits")}
            for name in self.spec.candidates
        }
        reigns = [{"winner": one.winner, "from": one.first, "to": one.end} for one in self.envelope(size, many)]
        different = estimate(self.different[self._at(size, many)])
        return {"size": size, "mazes": many, "different": different, "candidates": told, "winners": reigns}

    def _at(self, size: int, diversity: int) -> tuple[int, int]:
        return self.spec.sizes.index(size), self.spec.diversities.index(diversity)


# --- the base optimiser at work --------------------------------------------------------------------------------------


def run_selection(
    world: MazeWorld, spec: SelectionSpec, *, seed: int, workers: int = 1, progress: Progress = silent
) -> SelectionResult:
    """Measure all candidates in trainings of every size and diversity.

    Parameters
    ----------
    world : MazeWorld
    spec : SelectionSpec
    seed : int
        From 0; the same seed gives the same numbers for any number of workers.
    workers : int
        Threads, from 1.
    progress : Progress

    Raises
    ------
    InputError
        If the world has no such family, or its mazes cannot have a size.
    """
    families = {size: _of_size(world.family(spec.family), size) for size in spec.sizes}
    jobs = [(size, replicate) for size in spec.sizes for replicate in range(spec.replicates)]
    work = partial(_training, families, world.time_limit, spec, seed)
    told = in_chunks(work, jobs, workers, progress, "choosing among candidates")
    shape = (len(spec.sizes), spec.replicates, len(spec.diversities))

    def joined(parts: list[Any], kind: type, last: tuple[int, ...]) -> NDArray[Any]:
        array: NDArray[Any] = np.empty((len(parts), len(spec.diversities), *last), kind)
        for place, part in enumerate(parts):
            array[place] = part
        made = np.moveaxis(array.reshape(*shape, *last), 1, -1)
        made.setflags(write=False)
        return made

    every = (len(spec.candidates),)
    return SelectionResult(
        spec=spec,
        scores=joined([one.scores for one in told], object, every),
        fresh=joined([one.fresh for one in told], object, every),
        bits=joined([one.bits for one in told], np.int64, every),
        different=joined([one.different for one in told], np.int64, ()),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Training:
    """One replicate at one size: scores and bits [D, C], and how many mazes are different [D]."""

    scores: Exact
    fresh: Exact
    bits: NDArray[np.int64]
    different: NDArray[np.int64]


def _of_size(family: MazeFamily, size: int) -> MazeFamily:
    if family.maps:
        raise wrong("family", "must be a family whose mazes are drawn, as theirs is the size that is varied")
    try:
        sized = replace(family, height=(size, size), width=None)
    except InputError as error:
        problems = [Problem(name="sizes", rule=f"of {size}: {problem.sentence()}") for problem in error.problems]
        raise InputError(problems) from None
    return sized


def _training(
    families: Mapping[int, MazeFamily], time_limit: Fraction, spec: SelectionSpec, seed: int, job: tuple[int, int]
) -> _Training:
    size, replicate = job
    place = (seed, PLACE, size, replicate)
    trained = families[size].draw(generator(*place, 0), max(spec.diversities))
    others = families[size].draw(generator(*place, 1), spec.fresh)
    allowed, allowed_there = limits(trained, time_limit), limits(others, time_limit)
    new = first_seen(trained)
    n = len(spec.candidates)
    scores, fresh = np.empty((len(spec.diversities), n), object), np.empty((len(spec.diversities), n), object)
    bits = np.empty((len(spec.diversities), n), np.int64)
    for column, name in enumerate(spec.candidates):
        plays = spec.plays if name in WITH_CHANCE else 1
        code = CANDIDATES.index(name)
        won = _played(name, trained, allowed, plays, generator(*place, 2, code))
        there = None
        if name != "memoriser":
            there = _played(name, others, allowed_there, 1, generator(*place, 3, code))
        for row, many in enumerate(spec.diversities):
            known = np.flatnonzero(new[:many])
            stored, moves = 0, 0
            if name == "memoriser":
                memory = Memory.of(trained.take(known), allowed[known])
                stored, moves = memory.mazes, memory.moves_stored
                there = _exits(memory.walk(others, allowed_there), others, 1)
            assert there is not None
            scores[row, column] = score(won, allowed, many, spec.step_cost)
            fresh[row, column] = score(there, allowed_there, spec.fresh, spec.step_cost)
            bits[row, column] = capacity(
                name,
                cells=size * size,
                limit=int(allowed[:many].max()),
                rule_bits=spec.rule_bits,
                mazes=stored,
                moves=moves,
            )
    different = np.array([new[:many].sum() for many in spec.diversities])
    return _Training(scores=scores, fresh=fresh, bits=bits, different=different)


@dataclass(frozen=True, kw_only=True, eq=False)
class Plays:
    """Plays of N mazes: whether the exit was taken in time, and in how many moves; [N, plays]."""

    taken: NDArray[np.bool_]
    steps: NDArray[np.int64]


def score(plays: Plays, allowed: NDArray[np.int32], mazes: int, step_cost: Fraction) -> Fraction:
    """The score in the first so many mazes; exact."""
    taken = plays.taken[:mazes]
    worth = Fraction(int(taken.sum()))
    if step_cost:
        moves = (plays.steps[:mazes] * taken).sum(axis=1)
        by_limit = {int(limit): int(moves[allowed[:mazes] == limit].sum()) for limit in np.unique(allowed[:mazes])}
        worth -= step_cost * sum((Fraction(made, limit) for limit, made in by_limit.items()), Fraction(0))
    return worth / taken.size


def _played(name: str, mazes: Mazes, allowed: NDArray[np.int32], plays: int, rng: np.random.Generator) -> Plays:
    """How a candidate plays mazes; a memoriser knows all of them."""
    if name in ("planner", "memoriser"):
        shortest = distances_at(mazes, mazes.starts, mazes.things[:, EXIT_THING, None]).astype(np.int64)
        return Plays(taken=(shortest >= 0) & (shortest <= allowed[:, None]), steps=shortest)
    several = mazes if plays == 1 else mazes.take(np.repeat(np.arange(len(mazes)), plays))
    most = np.repeat(allowed, plays)
    walks = wander(several, most, rng) if name == "random" else walk_by_rule(name, several, most, rng)
    return _exits(walks, several, plays)


def _exits(walks: Walks, mazes: Mazes, plays: int) -> Plays:
    taken = walks.arrived & (walks.cells == mazes.things[:, EXIT_THING])
    return Plays(taken=taken.reshape(-1, plays), steps=walks.steps.astype(np.int64).reshape(-1, plays))


assert set(CANDIDATES) == set(RULES)
