"""Plants and animals: every candidate in trainings of every size and diversity, side by side and from one seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import InputError, Problem, wrong
from deceptive_sim.core.progress import Progress, silent
from deceptive_sim.core.seeds import generator
from deceptive_sim.maze.capacity import capacity
from deceptive_sim.maze.chunks import in_chunks
from deceptive_sim.maze.family import MazeFamily
from deceptive_sim.maze.memorising import Memory, first_seen
from deceptive_sim.maze.reading import refuse_other_kinds
from deceptive_sim.maze.search import limits
from deceptive_sim.maze.selection.plays import exits, played, score
from deceptive_sim.maze.selection.result import Exact, SelectionResult
from deceptive_sim.maze.selection.spec import CANDIDATES, SelectionSpec
from deceptive_sim.maze.world import MazeWorld

PLACE = 3
"""Where this study stands under a seed."""

WITH_CHANCE = ("unvisited", "random")


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
    refuse_other_kinds(world=(world, MazeWorld), spec=(spec, SelectionSpec))
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
        won = played(name, trained, allowed, plays, generator(*place, 2, code))
        there = None
        if name != "memoriser":
            there = played(name, others, allowed_there, 1, generator(*place, 3, code))
        for row, many in enumerate(spec.diversities):
            known = np.flatnonzero(new[:many])
            stored, moves = 0, 0
            if name == "memoriser":
                memory = Memory.of(trained.take(known), allowed[known])
                stored, moves = memory.mazes, memory.moves_stored
                there = exits(memory.walk(others, allowed_there), others, 1)
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
