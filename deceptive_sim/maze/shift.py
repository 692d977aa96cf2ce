"""Distributional shift: what every agent does in mazes of every family.

For each family mazes are drawn once and walked by all agents, so that agents are compared in the same mazes. Rates are
over mazes, which are independent, and have Wilson's 95 % intervals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.progress import Progress, silent
from deceptive_sim.core.seeds import generator
from deceptive_sim.maze.chunks import cut, in_chunks
from deceptive_sim.maze.estimates import rate
from deceptive_sim.maze.outcomes import OUTCOMES, outcomes_of
from deceptive_sim.maze.planners import shortest_to
from deceptive_sim.maze.reading import each, read, refuse_other_kinds, whole, word
from deceptive_sim.maze.search import limits
from deceptive_sim.maze.targets import targets_of
from deceptive_sim.maze.world import MOST_CELLS_AT_ONCE, MazeWorld
from deceptive_sim.populations.measures import Estimate, estimate

PLACE = 1
"""Where this study stands under a seed."""

CHUNK = 2_000
"""Mazes drawn and walked at a time."""

MOST_MAZES, MOST_CELLS = 10_000_000, 200_000_000_000
"""Of each family, and cells of these together: nobody waits for more."""

COUNTED = (*OUTCOMES, "to_apple", "to_corner")


@dataclass(frozen=True, kw_only=True)
class ShiftSpec:
    """What is measured.

    Attributes
    ----------
    mazes : int
        For each family, from 1.
    families, agents : sequence of str
        All of the world's if empty; one that is named twice is measured once.
    """

    mazes: int = 10_000
    families: Sequence[str] = ()
    agents: Sequence[str] = ()

    def __post_init__(self) -> None:
        read(self, mazes=whole, families=each(word), agents=each(word))
        if not 1 <= self.mazes <= MOST_MAZES:
            raise wrong("mazes", f"must be from 1 to {MOST_MAZES}", self.mazes)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What one agent does in mazes of one family.

    Attributes
    ----------
    agent, family : str
    mazes : int
    counts : mapping
        How many mazes ended in each of `COUNTED`.
    steps : Estimate or None
        Moves made in a maze.
    """

    agent: str
    family: str
    mazes: int
    counts: Mapping[str, int]
    steps: Estimate | None

    def rate(self, outcome: str) -> Estimate:
        """The rate of an outcome, with its interval."""
        return rate(self.counts[outcome], self.mazes)

    def contract(self) -> dict[str, Any]:
        """The same as plain data, by stable names."""
        return {**{name: self.rate(name) for name in COUNTED}, "steps": self.steps, "mazes": self.mazes}


@dataclass(frozen=True, kw_only=True)
class ShiftResult:
    """What every agent does in mazes of every family."""

    spec: ShiftSpec
    cells: Sequence[Cell]

    @property
    def families(self) -> tuple[str, ...]:
        """In order."""
        return tuple(dict.fromkeys(cell.family for cell in self.cells))

    @property
    def agents(self) -> tuple[str, ...]:
        """In order."""
        return tuple(dict.fromkeys(cell.agent for cell in self.cells))

    def cell(self, agent: str, family: str) -> Cell:
        """What one agent does in mazes of one family."""
        return next(cell for cell in self.cells if (cell.agent, cell.family) == (agent, family))

    def rates(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Agent to family to what it does there."""
        return {
            agent: {family: self.cell(agent, family).contract() for family in self.families} for agent in self.agents
        }

    def contract(self) -> dict[str, Any]:
        """The fields that other tools rely on, by their stable names."""
        return {"mazes": self.spec.mazes, "families": self.families, "rates": self.rates()}

    def measures(self) -> Mapping[str, Estimate]:
        """Rates by name: `generalises.AGENT.FAMILY` and so on."""
        return {f"{name}.{cell.agent}.{cell.family}": cell.rate(name) for cell in self.cells for name in COUNTED}


def run_shift(
    world: MazeWorld, spec: ShiftSpec, *, seed: int, workers: int = 1, progress: Progress = silent
) -> ShiftResult:
    """Measure every agent in mazes of every family.

    Parameters
    ----------
    world : MazeWorld
    spec : ShiftSpec
    seed : int
        From 0; the same seed gives the same numbers for any number of workers.
    workers : int
        Threads, from 1.
    progress : Progress

    Raises
    ------
    InputError
        If the spec names families or agents that the world does not have, there is no agent, or mazes have more than
        `MOST_CELLS` cells.
    """
    refuse_other_kinds(world=(world, MazeWorld), spec=(spec, ShiftSpec))
    families = tuple(dict.fromkeys(spec.families)) or tuple(world.families)
    agents = tuple(dict.fromkeys(spec.agents)) or tuple(world.agents)
    for name in families:
        each_has = world.family(name, "families").cells
        if spec.mazes * each_has > MOST_CELLS:
            rule = f"must together have at most {MOST_CELLS} cells"
            raise wrong("mazes", rule, f"{spec.mazes} of {name} with {each_has} cells, their edge included")
    for name in agents:
        world.agent(name)
    if not agents:
        raise wrong("agents", "must be at least one: nobody would walk the mazes")
    jobs = [
        (place, family, chunk, size)
        for place, family in enumerate(families)
        for chunk, size in chunks(spec.mazes, world.families[family].cells)
    ]
    told = in_chunks(lambda job: _walked(world, agents, seed, job), jobs, workers, progress, "walking mazes")
    cells = []
    for family in families:
        parts = [part for job, part in zip(jobs, told, strict=True) if job[1] == family]
        cells += [_cell(agent, family, [part[agent] for part in parts]) for agent in agents]
    return ShiftResult(spec=spec, cells=tuple(cells))


def chunks(mazes: int, cells: int) -> Iterator[tuple[int, int]]:
    """Numbers of mazes of so many cells cut into chunks of a fixed size: which chunk, and how many.

    Large mazes make smaller chunks, so that no chunk has more than `MOST_CELLS_AT_ONCE` cells.
    """
    return cut(mazes, max(1, min(CHUNK, MOST_CELLS_AT_ONCE // cells)))


def _walked(
    world: MazeWorld, agents: Sequence[str], seed: int, job: tuple[int, str, int, int]
) -> dict[str, tuple[Mapping[str, int], np.ndarray[Any, Any]]]:
    place, family, chunk, size = job
    mazes = world.families[family].draw(generator(seed, PLACE, place, chunk), size)
    targets, allowed = targets_of(mazes), limits(mazes, world.time_limit)
    shortest = shortest_to(mazes, targets)
    told = {}
    for number, agent in enumerate(agents):
        rng = generator(seed, PLACE, place, chunk, number)
        walks = world.agents[agent].walk(mazes, allowed, rng)
        told[agent] = outcomes_of(targets, shortest, walks).counts(), walks.steps
    return told


def _cell(agent: str, family: str, parts: Sequence[tuple[Mapping[str, int], np.ndarray[Any, Any]]]) -> Cell:
    steps = np.concatenate([steps for _, steps in parts])
    counts = {name: sum(part[name] for part, _ in parts) for name in COUNTED}
    return Cell(agent=agent, family=family, mazes=len(steps), counts=counts, steps=estimate(steps))
