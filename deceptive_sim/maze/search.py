"""Shortest paths: how far cells are from each other, in many mazes at once or in one.

Every move costs one, so breadth-first search finds shortest paths. For many mazes it is compiled: a queue of cells,
layer by layer, and a mark for each cell that is still free; nothing is allocated per maze, and the search ends as soon
as everything asked for is found. No branch depends on a wall: what a neighbour is decides only how far the end of the
queue moves, so that winding corridors, whose turns no processor predicts, cost little more than open rooms.

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
from deceptive_sim.maze.mazes import MOVES, Maze, Mazes
from deceptive_sim.maze.things import Cell
from deceptive_sim.solvers.compiled.target import compiled, kept

Cells = NDArray[np.int32]

UNREACHED = np.uint32(2**32 - 1)
"""What `flood` writes for floor cells that it did not reach."""

EVERYTHING: Cells = np.zeros(1, np.int32)
"""What to want of `flood` so that it reaches all that it can."""

EVERYTHING.setflags(write=False)

_ZERO, _ONE = np.uint64(0), np.uint64(1)  # indices without a sign: numba need not look whether they count from the end


# --- many mazes ------------------------------------------------------------------------------------------------------


@compiled
def flood(blocked: Any, stride: int, source: int, wanted: Any, distance: Any, free: Any, queue: Any) -> None:
    """Distances from a source to all cells that are nearer than the furthest one wanted, and to those wanted.

    `distance` is uint32 [cells], `UNREACHED` in walls and where the search did not come; `free`, uint8, and `queue`,
    uint32, are to work with. Wanted cells below 0 are passed over; with none wanted nothing is searched, with one
    that cannot be reached everything is. Cell 0, a corner of the ring, counts as such.
    """
    for place in range(len(distance)):
        distance[place] = UNREACHED
        free[place] = blocked[place] ^ 1
    if source < 0 or blocked[source]:
        return
    along, layer = np.uint64(stride), np.uint32(0)
    head, tail = _ZERO, _ONE
    queue[0] = source
    free[source] = 0
    free[0] = 1
    for goal in wanted:
        while goal >= 0 and free[goal] and head < tail:
            end = tail
            for place in range(head, end):
                cell = np.uint64(queue[place])
                distance[cell] = layer
                up, right, down, left = cell - along, cell + _ONE, cell + along, cell - _ONE
                after_up = tail + np.uint64(free[up])
                after_right = after_up + np.uint64(free[right])
                after_down = after_right + np.uint64(free[down])
                queue[tail], queue[after_up], queue[after_right], queue[after_down] = up, right, down, left
                tail = after_down + np.uint64(free[left])
                free[up], free[right], free[down], free[left] = 0, 0, 0, 0
            head = end
            layer = np.uint32(layer + _ONE)
    for place in range(head, tail):
        distance[queue[place]] = layer


@kept
def _at(blocked: Any, stride: int, sources: Any, cells: Any, out: Any, distance: Any, free: Any, queue: Any) -> None:
    for maze in range(len(sources)):
        flood(blocked[maze], stride, sources[maze], cells[maze], distance, free, queue)
        for place in range(cells.shape[1]):
            cell = cells[maze, place]
            out[maze, place] = distance[cell] if cell >= 0 and distance[cell] != UNREACHED else -1


@kept
def _everywhere(
    blocked: Any, stride: int, sources: Any, wanted: Any, out: Any, distance: Any, free: Any, queue: Any
) -> None:
    for maze in range(len(sources)):
        flood(blocked[maze], stride, sources[maze], wanted, distance, free, queue)
        for cell in range(len(distance)):
            out[maze, cell] = distance[cell] if distance[cell] != UNREACHED else -1


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
    out = np.empty(wanted.shape, np.int32)
    _at(
        mazes.blocked,
        mazes.stride,
        checked_cells(sources, "sources", (len(mazes),), mazes),
        wanted,
        out,
        *scratch(mazes),
    )
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
    _everywhere(mazes.blocked, mazes.stride, whence, EVERYTHING, out, *scratch(mazes))
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
    by_cells = {int(free): -int(-free * time_limit // 1) for free in np.unique(mazes.free)}
    if by_cells and max(by_cells.values()) > np.iinfo(np.int32).max:
        raise wrong("time_limit", f"must allow at most {np.iinfo(np.int32).max} moves in a maze", time_limit)
    return np.array([by_cells[int(free)] for free in mazes.free], np.int32)


def scratch(mazes: Mazes) -> tuple[NDArray[np.uint32], NDArray[np.uint8], NDArray[np.uint32]]:
    """The distances, what is free and the queue that `flood` works with; they serve any number of mazes."""
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
