"""Shortest paths: how far cells are from each other, in many mazes at once or in one.

Every move costs one, so breadth-first search finds shortest paths. For many mazes it is compiled (`flooding`), does
nothing per maze but search, and ends as soon as everything asked for is found. In one maze Dijkstra's search and A*
are there to be compared.

All results are exact.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import InputError, Problem, nearest, quote, wrong
from deceptive_sim.maze import flooding
from deceptive_sim.maze.mazes import MOVES, Maze, Mazes
from deceptive_sim.maze.things import Cell

Cells = NDArray[np.int32]

OPEN_SHARE = (3, 4)
"""Mazes of which at least this share is floor are searched as open ground."""

SAMPLED = 20
"""So many mazes of a lot are looked at to tell."""


# --- many mazes ------------------------------------------------------------------------------------------------------


def distances_at(mazes: Mazes, sources: Cells, cells: Cells) -> Cells:
    """Moves on a shortest path from a source to some cells, in every maze.

    One search per maze, which stops when all cells are found: O(cells nearer than the furthest one).

    Parameters
    ----------
    mazes : Mazes
        N of them.
    sources : array of int32, [N]
        Cells of the frame.
    cells : array of int32, [N, K]
        Cells of the frame; -1 is none.

    Returns
    -------
    array of int32, [N, K]
        -1 where a cell cannot be reached or is none.
    """
    wanted = checked_cells(cells, "cells", (len(mazes), None), mazes)
    whence, out = checked_cells(sources, "sources", (len(mazes),), mazes), np.empty(wanted.shape, np.int32)
    rippled = wanted.shape[1] <= flooding.MOST_RIPPLED and _look_open(mazes)
    bits = _bits(mazes if rippled else mazes.take([]))
    longer = bits.shape[1] + 2 * (mazes.stride // 64 + 1)
    words = (np.empty(longer, np.uint64), np.empty(longer, np.uint64), np.empty(bits.shape[1], np.uint64))
    flooding.at(mazes.blocked, bits, mazes.stride, whence, wanted, out, *scratch(mazes), *words)
    return out


def distances(mazes: Mazes, sources: Cells) -> Cells:
    """Moves on a shortest path from a source to every cell of the frame.

    Parameters
    ----------
    mazes : Mazes
        N of them.
    sources : array of int32, [N]

    Returns
    -------
    array of int32, [N, cells]
        -1 for walls and what cannot be reached.
    """
    out = np.empty(mazes.blocked.shape, np.int32)
    whence = checked_cells(sources, "sources", (len(mazes),), mazes)
    flooding.everywhere(mazes.blocked, mazes.stride, whence, out, flooding.EVERYTHING, *scratch(mazes))
    return out


def limits(mazes: Mazes, time_limit: Fraction = Fraction(1)) -> Cells:
    """How many moves an agent has in each maze: the time limit in times of its floor cells, rounded up; exactly.

    Parameters
    ----------
    mazes : Mazes
    time_limit : Fraction
        Above 0.

    Returns
    -------
    array of int32, [N]

    Raises
    ------
    InputError
        If it is not above 0, or a maze's limit would be above 2^31 - 1.
    """
    if time_limit <= 0:
        raise wrong("time_limit", "must be above 0", time_limit)
    sizes, which = np.unique(mazes.free, return_inverse=True)
    by_size = [-int(-int(free) * time_limit // 1) for free in sizes]
    if by_size and by_size[-1] > np.iinfo(np.int32).max:
        raise wrong("time_limit", f"must allow at most {np.iinfo(np.int32).max} moves in a maze", time_limit)
    return np.array(by_size, np.int32)[which]


def _look_open(mazes: Mazes) -> bool:
    """Whether most of some of the mazes is floor; a mistake costs time alone."""
    some = mazes.take(slice(None, None, max(1, len(mazes) // SAMPLED)))
    sides = some.heights.astype(np.int64) * some.widths
    part, whole = OPEN_SHARE
    floor = some.blocked.size - np.count_nonzero(some.blocked.view(np.bool_))
    return bool(whole * floor >= part * sides.sum())


def _bits(mazes: Mazes) -> NDArray[np.uint64]:
    """A bit for each cell, set where it is blocked, [N, words]; nothing reaches what is behind the ring."""
    packed = np.packbits(mazes.blocked, axis=1, bitorder="little")
    bits = np.zeros((len(mazes), -(-mazes.cells // 64)), np.uint64)
    bits.view(np.uint8)[:, : packed.shape[1]] = packed
    return bits


def scratch(mazes: Mazes) -> tuple[NDArray[np.uint32], NDArray[np.uint8], NDArray[np.uint32]]:
    """The distances, what is free and the queue that a flood works with; they serve any number of mazes."""
    return np.empty(mazes.cells, np.uint32), np.empty(mazes.cells, np.uint8), np.empty(mazes.cells, np.uint32)


def checked_cells(cells: NDArray[Any], name: str, shape: tuple[int | None, ...], mazes: Mazes) -> Cells:
    """Cells as kernels take them, which do not look whether an index is inside."""
    array = np.ascontiguousarray(cells, np.int32)
    wanted = tuple(have if want is None else want for have, want in zip(array.shape, shape, strict=False))
    if array.ndim != len(shape) or array.shape != wanted:
        told = ", ".join("K" if want is None else str(want) for want in shape)
        raise InputError(Problem(name=name, rule=f"must have the shape [{told}]", got=f"shape {array.shape}"))
    if array.size and (array.max() >= mazes.cells or array.min() < -1):
        rule = f"must be cells of the frame, from 0 to {mazes.cells - 1}, or -1"
        raise wrong(name, rule, int(array.max() if array.max() >= mazes.cells else array.min()))
    return array


def checked_limits(limits: NDArray[Any], mazes: Mazes) -> Cells:
    """Most moves in each maze, as kernels take them."""
    array = np.ascontiguousarray(limits, np.int32)
    if array.shape != (len(mazes),):
        raise InputError(Problem(name="limits", rule=f"must have the shape [{len(mazes)}]", got=f"shape {array.shape}"))
    if array.size and array.min() < 0:
        raise wrong("limits", "must be 0 or more moves", int(array.min()))
    return array


# --- one maze --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Found:
    """A path, and what it took to find it.

    Attributes
    ----------
    path : tuple of Cell
        From the start to the goal, both included; empty if the goal cannot be reached.
    expanded : int
        Cells whose neighbours were looked at. The search ends when the goal's turn comes; the goal does not count.
    """

    path: tuple[Cell, ...]
    expanded: int


def shortest_path(maze: Maze, start: Cell, goal: Cell, search: str = "breadth-first") -> Found:
    """A shortest path by one of three searches; the paths are equally long, the work is not.

    A* is led by the Manhattan distance to the goal, which never overestimates and changes by one with each move; so
    it expands only cells that are nearer to the start than the goal is, all of which Dijkstra's search expands.

    Parameters
    ----------
    maze : Maze
    start, goal : Cell
        Floor cells.
    search : str
        A name in `SEARCHES`.

    Raises
    ------
    InputError
        If there is no such search, or start or goal is no floor cell.
    """
    if search not in SEARCHES:
        hint = nearest(search, SEARCHES)
        raise InputError(Problem(name="search", rule="must be a search", got=quote(search), hint=hint))
    for name, cell in (("start", start), ("goal", goal)):
        if not (0 <= cell[0] < maze.height and 0 <= cell[1] < maze.width) or maze.walls[cell]:
            got = f"row {cell[0] + 1}, column {cell[1] + 1}"
            raise InputError(Problem(name=name, rule="must be a floor cell of the maze", got=got))
    start, goal = Cell(*start), Cell(*goal)
    came_from: dict[Cell, Cell] = {}
    expanded = SEARCHES[search](maze, start, goal, came_from)
    if goal != start and goal not in came_from:
        return Found(path=(), expanded=expanded)
    path = [goal]
    while path[-1] != start:
        path.append(came_from[path[-1]])
    return Found(path=tuple(reversed(path)), expanded=expanded)


def _ways(maze: Maze, cell: Cell) -> Iterator[Cell]:
    for down, right in MOVES:
        near = Cell(cell.row + down, cell.column + right)
        if 0 <= near.row < maze.height and 0 <= near.column < maze.width and not maze.walls[near]:
            yield near


def _breadth_first(maze: Maze, start: Cell, goal: Cell, came_from: dict[Cell, Cell]) -> int:
    """Expand in the order of discovery; note where each cell was found from, and tell how many were expanded."""
    waiting, expanded = deque([start]), 0
    while waiting:
        cell = waiting.popleft()
        if cell == goal:
            break
        expanded += 1
        for near in _ways(maze, cell):
            if near != start and near not in came_from:
                came_from[near] = cell
                waiting.append(near)
    return expanded


def _best_first(maze: Maze, start: Cell, goal: Cell, came_from: dict[Cell, Cell], guess: Callable[[Cell], int]) -> int:
    """Expand what has the least sum of moves so far and a guess of those to come; of equals the first discovered."""
    moves, waiting, closed = {start: 0}, [(guess(start), 0, start)], set[Cell]()
    while waiting:
        cell = heapq.heappop(waiting)[2]
        if cell == goal:
            break
        if cell in closed:
            continue
        closed.add(cell)
        for near in _ways(maze, cell):
            if near not in moves or moves[cell] + 1 < moves[near]:
                moves[near] = moves[cell] + 1
                came_from[near] = cell
                heapq.heappush(waiting, (moves[near] + guess(near), len(moves), near))
    return len(closed)


def _dijkstra(maze: Maze, start: Cell, goal: Cell, came_from: dict[Cell, Cell]) -> int:
    return _best_first(maze, start, goal, came_from, lambda cell: 0)


def _a_star(maze: Maze, start: Cell, goal: Cell, came_from: dict[Cell, Cell]) -> int:
    return _best_first(
        maze, start, goal, came_from, lambda cell: abs(cell.row - goal.row) + abs(cell.column - goal.column)
    )


SEARCHES: dict[str, Callable[[Maze, Cell, Cell, dict[Cell, Cell]], int]] = {
    "breadth-first": _breadth_first,
    "dijkstra": _dijkstra,
    "a-star": _a_star,
}
"""Searches by name."""
