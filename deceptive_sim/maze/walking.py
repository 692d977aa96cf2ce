"""Agents on their way: going to a cell by a shortest path, perhaps slipping, and wandering about.

    follow    to a given cell; with probability `slip` a move is a random one of the four instead of the right one
    wander    every move a random one of the four; takes the first thing that it stands on

A move into a wall is spent without moving. Whoever runs out of moves stays where it is. Of several shortest paths the
agent takes, at every cell, the first in the order of `MOVES`: up, right, down, left. Nothing is random without slip,
and then no random number is drawn. A walk in N mazes draws its numbers maze by maze.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import wrong
from deceptive_sim.maze import flooding
from deceptive_sim.maze.mazes import MOVES, Maze, Mazes
from deceptive_sim.maze.search import checked_cells, checked_limits, scratch
from deceptive_sim.maze.things import Cell
from deceptive_sim.solvers.compiled.target import compiled, kept

Cells = NDArray[np.int32]


@dataclass(frozen=True, kw_only=True, eq=False)
class Walks:
    """How N walks ended.

    Attributes
    ----------
    cells : array of int32, [N]
        Where each ended.
    arrived : array of bool, [N]
        Whether it took what it was after, in time: the cell it went to, the exit (plants), a thing (wanderers).
    steps : array of int32, [N]
        Moves made, at most the maze's limit; whoever has nothing to go to makes none.
    """

    cells: Cells
    arrived: NDArray[np.bool_]
    steps: Cells


# --- the kernel ------------------------------------------------------------------------------------------------------


@compiled
def _moved(move: int, stride: int) -> int:
    """What a move adds to the cell: up, right, down, left."""
    if move == 0:
        return -stride
    if move == 1:
        return 1
    return stride if move == 2 else -1


@kept
def _wander(
    blocked: Any, stride: int, starts: Any, things: Any, limits: Any, rng: Any,
    cells: Any, arrived: Any, steps: Any, path: Any, ground: Any,
) -> None:  # fmt: skip
    for maze in range(len(starts)):
        for place in range(len(ground)):
            ground[place] = blocked[maze, place]
        for thing in things[maze]:
            if thing >= 0:
                ground[thing] = 2
        cell, made = starts[maze], 0
        if len(path):
            path[0] = cell
        while ground[cell] != 2 and made < limits[maze]:
            near = cell + _moved(int(rng.random() * 4.0), stride)
            cell = cell if ground[near] == 1 else near
            made += 1
            if len(path):
                path[made] = cell
        cells[maze], arrived[maze], steps[maze] = cell, ground[cell] == 2, made


# --- walks -----------------------------------------------------------------------------------------------------------


def follow(mazes: Mazes, cells: Cells, limits: Cells, *, slip: float = 0.0, rng: np.random.Generator) -> Walks:
    """Go from the start to a cell by a shortest path.

    Parameters
    ----------
    mazes : Mazes
        N of them.
    cells : array of int32, [N]
        Where to go; -1, like a cell that cannot be reached: stay.
    limits : array of int32, [N]
        Most moves.
    slip : float
        Probability, from 0 to 1, that a move is one of the four at random, which may be the right one.
    rng : Generator

    Raises
    ------
    InputError
        If slip is no probability.
    """
    return _followed(mazes, cells, limits, slip, rng, np.zeros((len(mazes), 0), np.int32))


def wander(mazes: Mazes, limits: Cells, rng: np.random.Generator) -> Walks:
    """Make random moves until something can be taken; what lies at the start is taken at once.

    Parameters
    ----------
    mazes : Mazes
        N of them.
    limits : array of int32, [N]
        Most moves.
    rng : Generator
    """
    return _wandered(mazes, limits, rng, NO_PATH)


def shortest_moves(mazes: Mazes, cells: Cells, limits: Cells) -> NDArray[np.int8]:
    """The moves that `follow` makes without slip, [N, most]: places in `MOVES`, -1 behind the last one."""
    path = np.full((len(mazes), int(limits.max(initial=0)) + 1), -1, np.int32)
    walks = _followed(mazes, cells, limits, 0.0, np.random.default_rng(0), path)
    steps = path[:, 1:] - path[:, :-1]  # to -1, and on from there, leads no move
    moves = np.full(steps.shape, -1, np.int8)
    for move, (down, right) in enumerate(MOVES):
        moves[steps == down * mazes.stride + right] = move
    return np.ascontiguousarray(moves[:, : int(walks.steps.max(initial=0))])


def trace_to(maze: Maze, cell: Cell, limit: int, *, slip: float = 0.0, rng: np.random.Generator) -> tuple[Cell, ...]:
    """The cells that `follow` stands on in one maze, the start first."""
    goal = np.array([(cell[0] + 1) * (maze.width + 2) + cell[1] + 1], np.int32)
    return traced(maze, limit, lambda mazes, most, path: _followed(mazes, goal, most, slip, rng, path[None]))


def trace_wandering(maze: Maze, limit: int, rng: np.random.Generator) -> tuple[Cell, ...]:
    """The cells that `wander` stands on in one maze, the start first."""
    return traced(maze, limit, lambda mazes, most, path: _wandered(mazes, most, rng, path))


NO_PATH: Cells = np.zeros(0, np.int32)
"""What kernels are handed that need not note the path."""


def traced(maze: Maze, limit: int, walk: Callable[[Mazes, Cells, Cells], Walks]) -> tuple[Cell, ...]:
    """The path of a walk that notes its cells in the array it is handed."""
    mazes, path = Mazes.of([maze]), np.zeros(limit + 1, np.int32)
    walks = walk(mazes, np.array([limit], np.int32), path)
    rows, columns = mazes.rows_and_columns(path[: int(walks.steps[0]) + 1])
    return tuple(Cell(int(row), int(column)) for row, column in zip(rows, columns, strict=True))


def empty_walks(n: int) -> Walks:
    """Room for N walks."""
    return Walks(cells=np.empty(n, np.int32), arrived=np.empty(n, np.bool_), steps=np.empty(n, np.int32))


def _followed(mazes: Mazes, cells: Cells, limits: Cells, slip: float, rng: np.random.Generator, path: Cells) -> Walks:
    if not 0 <= slip <= 1:
        raise wrong("slip", "must be a probability in [0, 1]", slip)
    walks = empty_walks(len(mazes))
    goals, most = checked_cells(cells, "cells", (len(mazes),), mazes), checked_limits(limits, mazes)
    made = (walks.cells, walks.arrived, walks.steps)
    where = (mazes.blocked, mazes.stride, mazes.starts, goals, most)
    flooding.follow(*where, float(slip), rng, *made, path, flooding.EVERYTHING, *scratch(mazes))
    return walks


def _wandered(mazes: Mazes, limits: Cells, rng: np.random.Generator, path: Cells) -> Walks:
    walks, ground = empty_walks(len(mazes)), np.empty(mazes.cells, np.uint8)
    most = checked_limits(limits, mazes)
    made = (walks.cells, walks.arrived, walks.steps)
    _wander(mazes.blocked, mazes.stride, mazes.starts, mazes.things, most, rng, *made, path, ground)
    return walks
