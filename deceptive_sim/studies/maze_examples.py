"""Mazes to look at: one of each family, with the way that every agent takes through it.

An agent's way is found by walking the maze again and again with the same random numbers and one more move each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from deceptive_sim.core.seeds import generator
from deceptive_sim.maze.mazes import Maze, Mazes
from deceptive_sim.maze.outcomes import judge
from deceptive_sim.maze.planners import Walker
from deceptive_sim.maze.search import limits
from deceptive_sim.maze.things import Cell
from deceptive_sim.maze.world import MazeWorld
from deceptive_sim.studies.maze import DRAWN

WALKED = 103
"""Where walks that are only looked at stand under a seed."""

MOST_CELLS, MOST_AGENTS = 2_500, 16


@dataclass(frozen=True, kw_only=True)
class Example:
    """One agent in one maze.

    Attributes
    ----------
    family, agent : str
    maze : Maze
    path : tuple of Cell
        Where it stands after each move, the start first.
    outcome : str
        One of `outcomes.OUTCOMES`, or empty.
    arrived : bool
        Whether it took what it was after.
    """

    family: str
    agent: str
    maze: Maze
    path: tuple[Cell, ...]
    outcome: str
    arrived: bool


def examples_of(world: MazeWorld, seed: int) -> tuple[Example, ...]:
    """For each family the first maze that is drawn under a seed, walked by every agent; none where it is too large.

    In a world without agents the maze stands alone: its agent and outcome are empty, its path is the start.
    """
    found = []
    for family, distribution in world.families.items():
        mazes = distribution.draw(generator(seed, DRAWN), 1)
        if mazes.cells > MOST_CELLS:
            continue
        if world.agents:
            found += list(_walked(world, family, mazes, seed))
        else:
            maze = mazes.maze(0)
            alone = Example(family=family, agent="", maze=maze, path=(maze.start,), outcome="", arrived=False)
            found.append(alone)
    return tuple(found)


def _walked(world: MazeWorld, family: str, mazes: Mazes, seed: int) -> Iterator[Example]:
    most = int(limits(mazes, world.time_limit)[0])
    for place, (name, agent) in enumerate(list(world.agents.items())[:MOST_AGENTS]):
        outcome, arrived, path = _way(agent, mazes, most, seed, place)
        yield Example(family=family, agent=name, maze=mazes.maze(0), path=path, outcome=outcome, arrived=arrived)


def _way(agent: Walker, mazes: Mazes, most: int, seed: int, place: int) -> tuple[str, bool, tuple[Cell, ...]]:
    """What became of a walk, whether the agent took what it was after, and where it stood after each move."""

    def walk(moves: int) -> tuple[int, int, bool, str]:
        walks = agent.walk(mazes, np.array([moves], np.int32), generator(seed, WALKED, place))
        outcome = next(name for name, mask in judge(mazes, walks).masks.items() if mask[0])
        return int(walks.cells[0]), int(walks.steps[0]), bool(walks.arrived[0]), outcome

    _, steps, arrived, outcome = walk(most)
    cells = np.array([walk(moves)[0] for moves in range(steps + 1)])
    rows, columns = mazes.rows_and_columns(cells)
    path = tuple(Cell(int(row), int(column)) for row, column in zip(rows, columns, strict=True))
    return outcome, arrived, path
