"""Many phased games at once: numbers on a grid go in, measurements come out.

A grid of games has one template; each of its numbers may depend on some of the grid's axes. Phases are worked off
from the last to the first. As long as a phase and all later ones depend on some axes only, they are worked off on
those axes alone and not once for every game.
"""

from __future__ import annotations

import enum
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from threading import Timer, local
from typing import Any

import numpy
from numpy.typing import NDArray

from deceptive_sim.solvers.compiled import blocks
from deceptive_sim.solvers.compiled.jumps import LEVEL
from deceptive_sim.solvers.compiled.layout import (
    BACK_A,
    EPISODES,
    KEEP_A,
    LANES,
    MOST_LEVELS,
    N_STATES,
    REACHES,
    SIZE,
    STATE,
)

Floats = NDArray[numpy.float64]

LOG = logging.getLogger(__name__)

PATIENCE = 1.5
"""Seconds after which it is said that the kernel is being compiled."""

CACHE_LINE = 64
"""Bytes."""

SMALLEST_SHARE = 16
"""Blocks that are worth a thread of their own."""

CHUNKS = 16
"""Parts per thread, so that none waits long for another."""

ALL = (
    "value",
    "base_value",
    "premium",
    "deception_pays",
    "regime",
    "training_defections",
    "turn",
    "reaches_deployment_unmodified",
    "expected_deployment_defections",
)
FLOATS = ("value", "base_value", "premium", "reaches_deployment_unmodified", "expected_deployment_defections")
WHOLE = ("training_defections", "turn")
CODES = ("regime", "deception_pays", "doubtful")
"""The kernel's results, in the order of `blocks`."""

SIMPLE = frozenset({"value", "regime", "training_defections", "turn"})
"""What follows from own's decisions alone, and costs less."""

SHORT = frozenset({"value", "training_defections"})
"""What the shortest recursion gives, where being modified leaves nothing; it does not notice doubtful decisions."""


class Base(enum.Enum):
    """Whose objective the base objective is."""

    OWN = "own"
    OTHER = "other"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class PhaseNumbers:
    """A phase on a grid. `numbers[row]` broadcasts to the grid's shape; rows as in `layout`, from EPISODES on."""

    training: bool
    numbers: Sequence[Floats]


@dataclass(frozen=True, kw_only=True)
class GameNumbers:
    """Games on a grid.

    Attributes
    ----------
    shape : tuple of int
    phases : sequence of PhaseNumbers
        In order.
    discount, discount_other : float arrays
        Of own and other; they broadcast to the shape.
    base : int
        Whose objective the base objective is.
    prefers_defecting : bool
        What ties go to.
    """

    shape: tuple[int, ...]
    phases: Sequence[PhaseNumbers]
    discount: Floats
    discount_other: Floats
    base: Base
    prefers_defecting: bool


@dataclass(frozen=True, kw_only=True)
class Measurements:
    """What the kernel measured: arrays of the grid's shape by name, and where decisions are in doubt."""

    arrays: Mapping[str, NDArray[Any]]
    doubtful: NDArray[numpy.bool_]


def available_threads() -> int:
    """Threads to use: the processors this process may run on, at most OMP_NUM_THREADS if that is set."""
    told = os.environ.get("OMP_NUM_THREADS", "")
    mine = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(mine, int(told))) if told.isdecimal() and int(told) > 0 else mine


def measure_games(
    games: GameNumbers, *, wanted: Sequence[str] = ALL, jump: bool = True, threads: int | None = None
) -> Measurements:
    """Measure every game of a grid.

    Parameters
    ----------
    games : GameNumbers
    wanted : sequence of str
        Of `ALL`; if all are of `SIMPLE`, less is computed.
    jump : bool
        Whether phases are worked off in closed form where that is possible.
    threads : int, optional
        Results do not depend on it, to the last bit. Default: `available_threads()`.

    Returns
    -------
    Measurements
        Floats, within rounding; `doubtful` where a decision is too close to a tie for floats.
    """
    setting = _setting(games, jump, wanted)
    results = _Results(games, wanted)
    state: Sequence[Floats] = _initial(len(games.shape))
    for first, stop, last in _stages(games):
        state = _run(games, first, stop, last, state, setting, results, threads)
    return results.named()


def _setting(games: GameNumbers, jump: bool, wanted: Sequence[str]) -> NDArray[numpy.int64]:
    returns = any(array.any() for phase in games.phases for array in phase.numbers[BACK_ROW : BACK_ROW + 2])
    moves = any((phase.numbers[KEEP_ROW] != phase.numbers[KEEP_ROW + 1]).any() for phase in games.phases)
    way = blocks.JUMPS if jump else blocks.EPISODE_BY_EPISODE
    if way != blocks.JUMPS and SHORT.issuperset(wanted) and not returns and not moves and _idle(games):
        way = blocks.SHORT
    return numpy.array([way, not SIMPLE.issuperset(wanted), 0, games.prefers_defecting, moves], numpy.int64)


def _idle(games: GameNumbers) -> bool:
    """Whether being modified leaves nothing in any game, and all games are equally long."""
    for phase in games.phases:
        episodes, own_a, own_b, other_a, other_b = phase.numbers[:5]
        leaves_a, leaves_b = (other_a >= other_b) & (own_a != 0.0), (other_a <= other_b) & (own_b != 0.0)
        if episodes.size > 1 or leaves_a.any() or leaves_b.any():
            return False
    return True


def episodes_one_by_one(games: GameNumbers) -> int:
    """Episodes of the longest game that are worked off one by one, because other may be modified back into own."""
    back = [phase for phase in games.phases if any(row.any() for row in phase.numbers[BACK_ROW : BACK_ROW + 2])]
    return int(sum(phase.numbers[0].max(initial=0.0) for phase in back))


BACK_ROW, KEEP_ROW = (BACK_A - EPISODES) // LANES, (KEEP_A - EPISODES) // LANES


def _initial(n_axes: int) -> list[Floats]:
    state = [numpy.zeros((1,) * n_axes) for _ in range(N_STATES)]
    state[(REACHES - STATE) // LANES] = numpy.ones((1,) * n_axes)
    return state


def _stages(games: GameNumbers) -> list[tuple[int, int, bool]]:
    """Which phases are worked off together: `(first, stop, whether it is the last stage)`, last phases first."""
    shared = _spans([games.discount, games.discount_other])
    dims, marks = shared, [len(games.phases)]
    previous: tuple[bool, ...] | None = None
    for f in range(len(games.phases) - 1, -1, -1):
        own = _spans(games.phases[f].numbers)
        dims = tuple(a or b for a, b in zip(dims, own, strict=True))
        if previous is not None and dims != previous:
            marks.append(f + 1)
        previous = dims
    marks.append(0)
    stages = [(first, stop, False) for stop, first in pairwise(marks)]
    return [*stages[:-1], (*stages[-1][:2], True)]


def _spans(arrays: Sequence[Floats]) -> tuple[bool, ...]:
    return tuple(
        any(length > 1 for length in lengths) for lengths in zip(*(array.shape for array in arrays), strict=True)
    )


def _run(
    games: GameNumbers,
    first: int,
    stop: int,
    last: bool,
    state: Sequence[Floats],
    setting: NDArray[numpy.int64],
    results: _Results,
    threads: int | None,
) -> list[Floats]:
    phases = games.phases[first:stop][::-1]
    rows = [games.discount, games.discount_other, *state, *(array for phase in phases for array in phase.numbers)]
    shape = games.shape if last else numpy.broadcast_shapes(*(row.shape for row in rows))
    lane_axis = _lane_axis(shape)
    pool, starts, steps = _pooled(rows, shape, lane_axis)
    n_lanes = shape[lane_axis]
    size = int(numpy.prod(shape))
    states = numpy.empty((N_STATES, 0 if last else size))
    places, place_step = _places(shape, lane_axis)
    setting = setting.copy()
    setting[2] = last
    trainings = numpy.array([phase.training for phase in phases], numpy.int64)
    run = blocks.stage()
    n_blocks = len(starts) * -(-n_lanes // LANES)

    mine = local()

    def part(begin: int, end: int) -> None:
        if not hasattr(mine, "spaces"):  # once for each thread
            sizes = (SIZE, LEVEL * MOST_LEVELS, 4 * SIZE, len(rows) * LANES)
            mine.spaces = tuple(aligned(size) for size in sizes)
        run(
            *mine.spaces,
            pool,
            starts,
            steps,
            n_lanes,
            trainings,
            setting,
            begin,
            end,
            states,
            places,
            place_step,
            *results.out,
        )

    if not getattr(run, "signatures", True):  # no such thing where compiling is switched off
        with _told_if_it_takes_long():
            part(0, 0)  # loads the compiled code, or compiles
    _shared(part, n_blocks, threads or available_threads())
    if last:
        return []
    moved = [length for axis, length in enumerate(shape) if axis != lane_axis]
    return [numpy.moveaxis(row.reshape(*moved, n_lanes), -1, lane_axis) for row in states]


def aligned(size: int) -> Floats:
    """Numbers that start where a line of the cache starts: vectors that straddle two lines cost twice."""
    room = numpy.empty(size + CACHE_LINE // 8)
    start = -room.ctypes.data % CACHE_LINE // 8
    return room[start : start + size]


@contextmanager
def _told_if_it_takes_long() -> Iterator[None]:
    """Log that the kernel is being compiled if it is: loading it takes no time."""
    timer = Timer(PATIENCE, LOG.info, ["compiling the kernel, once on this machine: this takes up to a minute"])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _shared(part: Any, n_blocks: int, threads: int) -> None:
    """Work off blocks in parts; which thread takes which makes no difference to any of them."""
    threads = min(threads, n_blocks // SMALLEST_SHARE)
    if threads <= 1:
        part(0, n_blocks)
        return
    marks = [n_blocks * chunk // (threads * CHUNKS) for chunk in range(threads * CHUNKS + 1)]
    parts = iter(list(pairwise(marks)))

    def work() -> None:
        for begin, end in parts:
            part(begin, end)

    with ThreadPoolExecutor(threads - 1) as pool:
        helping = [pool.submit(work) for _ in range(threads - 1)]
        work()
        for done in helping:
            done.result()


def _lane_axis(shape: Sequence[int]) -> int:
    """The axis along which neighbours stand side by side: the last one if it is long, else the longest."""
    return len(shape) - 1 if shape[-1] >= LANES // 2 else int(numpy.argmax(shape))


def _pooled(
    rows: Sequence[Floats], shape: tuple[int, ...], lane_axis: int
) -> tuple[Floats, NDArray[numpy.int64], NDArray[numpy.int64]]:
    """All rows in one array, where each row's numbers start for each line of the grid, and its step along the line."""
    line = (*shape[:lane_axis], *shape[lane_axis + 1 :], shape[lane_axis])
    starts = numpy.empty((int(numpy.prod(line[:-1])), len(rows)), numpy.int64)
    steps = numpy.zeros(len(rows), numpy.int64)
    constants = numpy.array([row.item() if row.size == 1 else 0.0 for row in rows])
    starts[:] = numpy.arange(len(rows))
    parts, offset = [constants], len(rows)
    for column, row in enumerate(rows):
        if row.size > 1:
            moved = numpy.ascontiguousarray(numpy.moveaxis(row, lane_axis, -1))
            places = numpy.arange(offset, offset + row.size).reshape(moved.shape)
            starts[:, column] = numpy.broadcast_to(places[..., 0], line[:-1]).reshape(-1)
            steps[column] = moved.shape[-1] > 1
            parts.append(moved.reshape(-1))
            offset += row.size
    pool = numpy.concatenate(parts)
    return pool, starts, steps


def _places(shape: tuple[int, ...], lane_axis: int) -> tuple[NDArray[numpy.int64], int]:
    """Where each line starts in the flat results, and the step from one game of it to the next."""
    places = numpy.moveaxis(numpy.arange(int(numpy.prod(shape))).reshape(shape), lane_axis, -1)
    step = int(numpy.prod(shape[lane_axis + 1 :]))
    return numpy.ascontiguousarray(places[..., 0].reshape(-1)), step


class _Results:
    """Arrays that the kernel writes; those of measurements that nobody wants are empty."""

    def __init__(self, games: GameNumbers, wanted: Sequence[str]) -> None:
        self.games, self.wanted = games, wanted
        size = int(numpy.prod(games.shape))
        needed = {*wanted, "doubtful"}
        if "base_value" in needed and games.base is Base.OWN:
            needed.add("value")

        wide = [name for name in (*FLOATS, *WHOLE) if name in needed]
        block = aligned(len(wide) * size).reshape(len(wide), size)  # one piece: the system hands it out faster
        rows = dict(zip(wide, block, strict=True))
        nothing = numpy.empty(0)
        self.out = (
            tuple(rows.get(name, nothing) for name in FLOATS),
            tuple(rows.get(name, nothing).view(numpy.int64) for name in WHOLE),
            tuple(numpy.empty(size if name in needed else 0, numpy.int8) for name in CODES),
        )

    def named(self) -> Measurements:
        """The arrays by name, in the shape of the grid; NaN where a number does not exist."""
        games, shape = self.games, self.games.shape
        every = (array for arrays in self.out for array in arrays)
        found: dict[str, NDArray[Any]] = dict(zip((*FLOATS, *WHOLE, *CODES), every, strict=True))
        for name in ("deception_pays", "doubtful"):
            found[name] = found[name].view(numpy.bool_)
        if games.base is not Base.OTHER and "base_value" in self.wanted:
            found["base_value"] = (
                found["value"].copy() if games.base is Base.OWN else numpy.full(found["base_value"].shape, numpy.nan)
            )
        if "premium" in self.wanted:
            untrained = sum((p.numbers[0] for p in games.phases if p.training), numpy.zeros((1,) * len(shape))) == 0
            if untrained.any():
                found["premium"][numpy.broadcast_to(untrained, shape).reshape(-1)] = numpy.nan
        arrays = {name: found[name].reshape(shape) for name in self.wanted}
        return Measurements(arrays=arrays, doubtful=found["doubtful"].reshape(shape))
