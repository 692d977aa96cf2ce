"""Simulate a population: cut it into blocks, run each from its own seed, put the counts together.

A block is a number of whole replicates or, of large populations whose agents' fates do not hang together, a piece of
one. How the population is cut depends on its size alone, never on workers, and counts are whole numbers: the same
seed gives the same bytes for any number of workers. Memory is a few numbers for each agent of the blocks at work, or
for each state where nobody asks for single agents.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core import processes
from deceptive_sim.core.errors import nearest, wrong
from deceptive_sim.core.progress import Progress, silent
from deceptive_sim.core.seeds import DEFAULT_SEED, generator
from deceptive_sim.model.discounting import Discounting
from deceptive_sim.populations.blocks.census import Census, countable
from deceptive_sim.populations.blocks.direct import Jumper
from deceptive_sim.populations.blocks.expected import expected_changes
from deceptive_sim.populations.blocks.hazards import Hazards, hazards_of
from deceptive_sim.populations.blocks.ledger import Ledger, Moments, moments_of
from deceptive_sim.populations.blocks.stepping import Stepper
from deceptive_sim.populations.cohorts import Population
from deceptive_sim.populations.result import Agents, Outcome
from deceptive_sim.populations.tables import Tables, tables_of

ENGINES = ("stepping", "jumps", "census")
"""Agent by agent and episode by episode; agent by agent from change to change; by numbers of agents, not single ones.

Jumps are for populations without selection; a census also for one that acts after every episode, as long as it acts.
"""

BLOCK = 131_072
"""Agents that are at work at once; a block that fits the processor's cache is fastest."""

PIECE = 1_048_576
"""The same of one large replicate by jumps, which need few numbers for each."""

MOST_ROWS = 4_096
"""Replicates that are at work at once where numbers are drawn, not agents."""

MOST_COUNTS = 2_000_000
"""Counts of outcomes that a block may hold."""

WORTH_COUNTING = 6
"""How many agents by state there must be for drawing numbers to be less work than drawing agents."""

FIRST_CHANGE, LATER_CHANGE, EPISODE = 0.3, 3.0, 1.0
"""What it costs to draw the first change of an agent, a later one, and one episode."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """How a population is simulated; the same for every block."""

    tables: Tables
    plan: Moments
    discounts: NDArray[np.float64]
    engine: str
    hazards: Hazards | None
    seed: int
    keep: bool


@dataclass(frozen=True, kw_only=True)
class Block:
    """What is simulated at once: `rows` replicates from `first` on, each with `counts` agents of the cohorts."""

    number: int
    first: int
    rows: int
    counts: tuple[int, ...]


def simulate(
    population: Population,
    *,
    seed: int = DEFAULT_SEED,
    workers: int = 1,
    keep: bool = False,
    engine: str | None = None,
    progress: Progress = silent,
) -> Outcome:
    """Run a population through all its episodes.

    Parameters
    ----------
    population : Population
    seed : int
        Whole number from 0; decides everything.
    workers : int
        Processes, from 1; they change nothing but the time.
    keep : bool
        Whether what became of every single agent is kept too; then other numbers may be drawn than without.
    engine : str, optional
        One of `ENGINES`, in place of the quickest; they have the same law, but draw different numbers.
    progress : Progress

    Returns
    -------
    Outcome

    Raises
    ------
    InputError
        If a kind does not fit the scene, the tables are too large, workers are no whole number from 1, or the engine
        is unknown or cannot do what is asked for.
    """
    workers = processes.read_workers(workers)
    cast = cast_of(population)
    engine = _engine(population, cast, engine, keep=keep)
    job = Job(
        tables=cast.tables,
        plan=cast.plan,
        discounts=cast.discounts,
        engine=engine,
        hazards=cast.hazards if engine == "jumps" else None,
        seed=seed,
        keep=keep,
    )
    if engine not in cast.blocks:
        cast.blocks[engine] = list(blocks_of(population, cast.tables, engine))
    blocks = cast.blocks[engine]
    outcome = Outcome.empty(population, job.plan, keep=keep, seed=seed)
    for done, (block, (arrays, agents)) in enumerate(_carried_out(job, blocks, workers)):
        outcome.add(block.first, block.rows, arrays)
        if agents is not None:
            outcome.agents.append(agents)
        progress(done + 1, len(blocks), "simulating")
    return outcome.frozen()


# --- what a population needs, whatever the seed ----------------------------------------------------------------------


class Cast:
    """The tables of a population and what follows from them."""

    def __init__(self, population: Population) -> None:
        self.tables = tables_of(population)
        self.plan = moments_of(self.tables, population.replicates)
        self.discounts = discounts_of(population)
        self.quickest: dict[bool, str] = {}
        """The quickest engine, where agents are kept and where they are not."""
        self.blocks: dict[str, list[Block]] = {}
        """How each engine cuts the population."""

    @cached_property
    def hazards(self) -> Hazards:
        """When agents leave their states."""
        return hazards_of(self.tables)

    @cached_property
    def changes(self) -> NDArray[np.float64]:
        """`[C]`: how often agents change their states."""
        return expected_changes(self.tables)


_LAST: list[tuple[weakref.ref[Population], Cast]] = []


def cast_of(population: Population) -> Cast:
    """What a population needs; that of the last one is kept as long as it lives, for other seeds."""
    if not _LAST or _LAST[0][0]() is not population:
        cast = Cast(population)
        _LAST[:] = [(weakref.ref(population, lambda gone: _forget(gone)), cast)]
    return _LAST[0][1]


def _forget(gone: weakref.ref[Population]) -> None:
    _LAST[:] = [kept for kept in _LAST if kept[0] is not gone]


# --- engines ---------------------------------------------------------------------------------------------------------


def _engine(population: Population, cast: Cast, asked: str | None, *, keep: bool) -> str:
    """The engine asked for, or the quickest."""
    if asked is None:
        if keep not in cast.quickest:
            cast.quickest[keep] = _quickest(population, cast, keep=keep)
        return cast.quickest[keep]
    if asked not in ENGINES:
        raise wrong("engine", f"must be one of {', '.join(ENGINES)}", asked, nearest(asked, ENGINES))
    if asked == "jumps" and population.scene.selects:
        raise wrong("engine", "must not be jumps where there is selection: fates hang together", asked)
    if asked == "census" and not countable(population.scene):
        raise wrong(
            "engine", "must not be census where selection does not act after every episode from the first", asked
        )
    if asked == "census" and keep:
        raise wrong("engine", "must not be census where single agents are kept: it has none", asked)
    return asked


def _quickest(population: Population, cast: Cast, *, keep: bool) -> str:
    tables = cast.tables
    if not keep and population.size >= WORTH_COUNTING * tables.states and countable(population.scene):
        return "census"
    if population.scene.selects:
        return "stepping"
    if tables.horizon * tables.states * tables.action.shape[2] > MOST_COUNTS:
        return "stepping"
    changes = float(cast.changes @ np.array(population.counts())) / population.size
    jumps = FIRST_CHANGE + LATER_CHANGE * max(0.0, changes - 1)
    return "jumps" if jumps < EPISODE * tables.horizon else "stepping"


# --- blocks ----------------------------------------------------------------------------------------------------------


def blocks_of(population: Population, tables: Tables, engine: str) -> Iterator[Block]:
    """The blocks of a population, in order of replicates."""
    counts, size = population.counts(), population.size
    outcomes = tables.states * tables.action.shape[2] * (max(1, tables.horizon) if engine == "jumps" else 1)
    room = MOST_ROWS if engine == "census" else BLOCK // size
    rows = max(1, min(room, MOST_COUNTS // outcomes))
    number = 0
    if size <= BLOCK or population.scene.selects or engine == "census":
        for first in range(0, population.replicates, rows):
            yield Block(number=number, first=first, rows=min(rows, population.replicates - first), counts=counts)
            number += 1
        return
    ends = np.cumsum(counts)
    piece = PIECE if engine == "jumps" else BLOCK
    for replicate in range(population.replicates):
        for start in range(0, size, piece):
            edges = np.clip(np.concatenate([[0], ends]), start, min(size, start + piece))
            yield Block(number=number, first=replicate, rows=1, counts=tuple(np.diff(edges).tolist()))
            number += 1


def run_block(job: Job, block: Block) -> tuple[dict[str, Any], Agents | None]:
    """Simulate one block, in whatever process."""
    rng = generator(job.seed, block.number)
    counts = np.array(block.counts)
    ledger = Ledger(job.tables, job.plan, block.rows, job.discounts)
    if job.engine == "census":
        Census(job.tables, counts, block.rows, rng).run(ledger)
        return ledger.arrays(), None
    runner: Jumper | Stepper
    if job.hazards is not None:
        runner = Jumper(job.tables, job.hazards, counts, block.rows, rng)
    else:
        runner = Stepper(job.tables, counts, block.rows, rng)
    runner.run(ledger)
    agents = None
    if job.keep:
        size = int(counts.sum())
        if block.rows == 1:
            replicate = np.broadcast_to(np.int64(block.first), (size,))  # one number stands for all
        else:
            replicate = np.repeat(np.arange(block.first, block.first + block.rows), size)
        agents = Agents(replicate=replicate, state=runner.state, modified_after=runner.modified_after)
    return ledger.arrays(), agents


def _carried_out(
    job: Job, blocks: Sequence[Block], workers: int
) -> Iterator[tuple[Block, tuple[dict[str, Any], Agents | None]]]:
    """The blocks with what came of them, in order."""
    several = processes.useful(workers, len(blocks))
    if several == 1:
        yield from ((block, run_block(job, block)) for block in blocks)
    else:
        done = processes.in_processes(run_block, ((job, block) for block in blocks), several)
        yield from zip(blocks, done, strict=True)


def discounts_of(population: Population) -> NDArray[np.float64]:
    """`[T, C]`: what the first self of each cohort multiplies an episode's payoff by.

    It discounts as its kind says, if that has a discounting of its own, else as the heaviest of its objectives.
    """
    game, scene = population.scene.game, population.scene
    columns = []
    for cohort in population.cohorts:
        weights = cohort.kind.objective(scene)
        heaviest = game.objectives[max(range(len(weights)), key=lambda index: weights[index])]
        own = getattr(cohort.kind, "discounting", None)
        columns.append(_weights(heaviest.discounting if own is None else own, game.horizon))
    return np.array(columns).reshape(len(columns), game.horizon).T


def _weights(discounting: Discounting, horizon: int) -> list[float]:
    weight, weights = 1.0, []
    for delay in range(horizon):
        weights.append(weight)
        weight *= float(discounting.factor(delay))
    return weights
