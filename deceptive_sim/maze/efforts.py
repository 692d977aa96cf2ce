"""What planners find who may look at so many cells only: the way they search decides which targets they know.

Before its first move a planner may *expand* so many cells of a maze (look at the four cells beside each): its effort.
A search takes waiting cells one by one, in its own order. If the cell is what is looked for, it is found, at no cost;
otherwise the cell is expanded, or, if the effort is used up, the search is given up. Every move costs one.

    outwards        breadth-first and Dijkstra's search, which have the same order where every move costs one: cells by
    (`outward`)     their distance from the start, equally far ones as they were discovered, neighbours in the order of
                    `MOVES`. One search for all targets, which ends when all are found. A target is known if, and only
                    if, `search.shortest_path` to it expands no more cells than the effort is.

    one by one      A*: the planner knows where all targets are, but not the ways. It looks for one target after the
    (`one_by_one`)  other, each by an A* search of its own, led by the Manhattan distance in the order of
                    `search.shortest_path`; what it comes across meanwhile it does not note. Next is the target of the
                    highest hope, which is its utility at the Manhattan distance; of equals the nearest by that
                    distance, then the first by row and column. It ends when the highest hope left is less than the
                    best utility found, when no target is left, or when a search is given up: then it looks for nothing
                    else. A target that cannot be reached costs all cells that can.

A hope is never less than the utility, as no way is shorter than the Manhattan distance. So with effort enough A* finds
the target that is best of all, and every other that is as good: the choice is that of somebody who knows everything.

How much is enough: outwards, the number of floor cells always is. One by one, a search for one target never expands
more than the search outwards needs to find it, and where all others are worth less by more than steps can cost there is
no second one. But where several targets are nearly as good, each is looked for anew, and all these searches together
may take more than the search outwards: up to the floor cells times the number of targets.

With a `depth`, ways of more moves than that are not looked for: outwards, cells at the depth have their turn and are
not expanded; one by one, cells are passed over whose moves so far and Manhattan distance to the target are more.

All results are exact. Cost: O(cells expanded), however large the mazes are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import wrong
from deceptive_sim.maze.mazes import Mazes
from deceptive_sim.maze.search import checked_cells
from deceptive_sim.solvers.compiled.target import compiled, kept

Cells = NDArray[np.int32]


@dataclass(frozen=True, kw_only=True, eq=False)
class Explored:
    """What planners know after their search, and what it took.

    Attributes
    ----------
    known : array of bool, [N, K]
        Whether each target was found.
    expanded : array of int64, [N]
        Cells expanded, at most the effort; a cell that several searches expand counts for each.
    """

    known: NDArray[np.bool_]
    expanded: NDArray[np.int64]


# --- the kernels -----------------------------------------------------------------------------------------------------


@compiled
def _beside(cell: int, move: int, stride: int) -> int:
    """Where a move leads: up, right, down, left."""
    if move == 0:
        return cell - stride
    if move == 1:
        return cell + 1
    return cell + stride if move == 2 else cell - 1


@compiled
def _manhattan(cell: int, goal: int, stride: int) -> int:
    return abs(cell // stride - goal // stride) + abs(cell % stride - goal % stride)


@kept
def _outward(
    blocked: Any, stride: int, starts: Any, cells: Any, effort: int, depth: int,
    known: Any, expanded: Any, moves: Any, seen: Any, queue: Any,
) -> None:  # fmt: skip
    """`seen`, zeros at first, has the number of the last maze in which a cell was discovered, counted from 1."""
    for maze in range(len(starts)):
        walls, start, wanted, left = blocked[maze], starts[maze], cells[maze], 0
        expanded[maze] = 0
        for place in range(len(wanted)):
            known[maze, place] = False
            left += wanted[place] >= 0
        if start < 0 or walls[start]:
            continue
        queue[0], moves[start], seen[start] = start, 0, maze + 1
        head, tail = 0, 1
        while head < tail:
            cell = queue[head]
            head += 1
            for place in range(len(wanted)):
                if wanted[place] == cell:
                    known[maze, place] = True
                    left -= 1
            if moves[cell] == depth:
                continue
            if left == 0 or expanded[maze] == effort:
                break
            expanded[maze] += 1
            for move in range(4):
                near = _beside(cell, move, stride)
                if not walls[near] and seen[near] != maze + 1:
                    seen[near], moves[near], queue[tail] = maze + 1, moves[cell] + 1, near
                    tail += 1


@compiled
def _put(queue: Any, numbers: Any, head: int, tail: int, cell: int, number: int) -> None:
    """Put a cell behind those that wait from head to tail; of equal numbers the least cell is in front."""
    while tail > head and numbers[tail - 1] == number and queue[tail - 1] > cell:
        queue[tail], numbers[tail] = queue[tail - 1], number
        tail -= 1
    queue[tail], numbers[tail] = cell, number


_MISSING, _FOUND, _GIVEN_UP = 0, 1, 2


@compiled
def _led(
    walls: Any, stride: int, start: int, goal: int, effort: int, depth: int, search: int,
    moves: Any, seen: Any, here: Any, numbers_here: Any, later: Any, numbers_later: Any,
) -> Any:  # fmt: skip
    """One A* search: how it ended, and how many cells it expanded.

    A move changes the Manhattan distance by one, so the sum of moves so far and to come stays or grows by two: what
    waits is in two queues, `here` with the least sum and `later` with two more. In both cells are in the order of how
    many were discovered when they were put there. `seen` has 2 n for a cell that search n discovered, 2 n + 1 once it
    is expanded.
    """
    head, tail, behind, discovered, expanded = 0, 0, 0, 1, 0
    least = _manhattan(start, goal, stride)
    if not walls[start] and least <= depth:
        moves[start], seen[start] = 0, 2 * search
        here[0], numbers_here[0], tail = start, discovered, 1
    while head < tail:
        cell = here[head]
        head += 1
        if cell == goal:
            return _FOUND, expanded
        if seen[cell] == 2 * search:
            if expanded == effort:
                return _GIVEN_UP, expanded
            expanded += 1
            seen[cell] += 1
            made = moves[cell] + 1
            for move in range(4):
                near = _beside(cell, move, stride)
                fresh = seen[near] < 2 * search
                total = made + _manhattan(near, goal, stride)
                if walls[near] or total > depth or not (fresh or made < moves[near]):
                    continue
                discovered += fresh
                moves[near], seen[near] = made, 2 * search
                if total == least:
                    _put(here, numbers_here, head, tail, near, discovered)
                    tail += 1
                else:
                    _put(later, numbers_later, 0, behind, near, discovered)
                    behind += 1
        if head == tail:
            here, later, numbers_here, numbers_later = later, here, numbers_later, numbers_here
            head, tail, behind, least = 0, behind, 0, least + 2
    return _MISSING, expanded


@compiled
def _next(cells: Any, hopes: Any, ranks: Any, tried: Any, slack: float) -> Any:
    """Which target not tried is hoped most of, and which of its equals has the least rank; -1 if none is left."""
    most = -1
    for place in range(len(cells)):
        if cells[place] >= 0 and not tried[place] and (most < 0 or hopes[place] > hopes[most]):
            most = place
    first = most
    for place in range(len(cells)):
        if cells[place] >= 0 and not tried[place] and hopes[place] >= hopes[most] - slack:
            first = place if ranks[place] < ranks[first] else first
    return most, first


@kept
def _one_by_one(
    blocked: Any, stride: int, starts: Any, cells: Any, hopes: Any, ranks: Any, worth: Any, slacks: Any,
    effort: int, depth: int, known: Any, expanded: Any, moves: Any, seen: Any, tried: Any,
    here: Any, numbers_here: Any, later: Any, numbers_later: Any,
) -> None:  # fmt: skip
    search = 0
    for maze in range(len(starts)):
        expanded[maze], found, best, slack = 0, False, 0.0, slacks[maze]
        for place in range(len(tried)):
            known[maze, place] = tried[place] = False
        while starts[maze] >= 0:
            most, place = _next(cells[maze], hopes[maze], ranks[maze], tried, slack)
            if place < 0 or (found and hopes[maze, most] < best - slack):
                break
            search += 1
            left = effort - expanded[maze]
            ended, more = _led(
                blocked[maze], stride, starts[maze], cells[maze, place], left, depth, search, moves, seen,
                here, numbers_here, later, numbers_later,
            )  # fmt: skip
            expanded[maze] += more
            tried[place] = True
            if ended == _GIVEN_UP:
                break
            if ended == _FOUND:
                known[maze, place] = True
                best = max(best, worth[maze, place]) if found else worth[maze, place]
                found = True


# --- what planners call ----------------------------------------------------------------------------------------------


def outward(mazes: Mazes, cells: Cells, effort: int | None = None, depth: int | None = None) -> Explored:
    """What is found by searching outwards from the start.

    Parameters
    ----------
    mazes : Mazes
        N of them.
    cells : array of int32, [N, K]
        Targets: cells of the frame; -1 is none.
    effort : int or None
        Most cells to expand in a maze, from 0; None for as many as it takes.
    depth : int or None
        Most moves of a way that is looked for, from 0; None for any.

    Raises
    ------
    InputError
        If effort or depth is below 0, or cells are none of the frame.
    """
    wanted = checked_cells(cells, "cells", (len(mazes), None), mazes)
    most, furthest, explored = _bounds(mazes, wanted, effort, depth)
    moves, seen = np.empty(mazes.cells, np.int64), np.zeros(mazes.cells, np.int64)
    queue = np.empty(mazes.cells, np.int64)
    made = (explored.known, explored.expanded, moves, seen, queue)
    _outward(mazes.blocked, mazes.stride, mazes.starts, wanted, most, furthest, *made)
    return explored


def manhattan(mazes: Mazes, cells: Cells) -> Cells:
    """Moves from the start to cells if there were no walls, [N, K]; -1 where there is no cell."""
    (row, column), (to_row, to_column) = (mazes.rows_and_columns(where) for where in (mazes.starts[:, None], cells))
    return np.where(cells < 0, -1, abs(to_row - row) + abs(to_column - column)).astype(np.int32)


def one_by_one(
    mazes: Mazes,
    cells: Cells,
    *,
    hopes: NDArray[np.float64],
    ranks: NDArray[np.int64],
    worth: NDArray[np.float64],
    slack: NDArray[np.float64],
    effort: int | None = None,
    depth: int | None = None,
) -> Explored:
    """What is found by looking for one target after the other by A*.

    Parameters
    ----------
    mazes, cells, effort, depth
        As for `outward`.
    hopes, worth : array of float64, [N, K]
        Utility at the Manhattan distance and at the true one, which is used of targets found alone; what stands where
        there is no target, or no way to it, does not matter.
    ranks : array of int64, [N, K]
        Which of equal hopes is first, the least.
    slack : array of float64, [N, 1]
        By how much two utilities have to differ to be different.
    """
    wanted = checked_cells(cells, "cells", (len(mazes), None), mazes)
    most, furthest, explored = _bounds(mazes, wanted, effort, depth)
    finite = [np.where(np.isfinite(numbers), numbers, 0.0) for numbers in (hopes, worth)]
    moves, seen = np.empty(mazes.cells, np.int64), np.zeros(mazes.cells, np.int64)
    waiting = 4 * min(most, mazes.cells) + 1  # each cell is expanded once, and puts at most four there
    queues = np.empty((4, waiting), np.int64)
    tried = np.empty(wanted.shape[1], np.bool_)
    where = (mazes.blocked, mazes.stride, mazes.starts, wanted, finite[0], ranks, finite[1], slack[:, 0])
    _one_by_one(*where, most, furthest, explored.known, explored.expanded, moves, seen, tried, *queues)
    return explored


def _bounds(mazes: Mazes, cells: Cells, effort: int | None, depth: int | None) -> tuple[int, int, Explored]:
    """Effort and depth as kernels take them, no more than can be of use, and room for what is found."""
    for name, bound in (("effort", effort), ("depth", depth)):
        if bound is not None and bound < 0:
            raise wrong(name, "must be 0 or more", bound)
    most, furthest = mazes.cells * (cells.shape[1] + 1), 2 * mazes.cells
    explored = Explored(known=np.empty(cells.shape, np.bool_), expanded=np.empty(len(mazes), np.int64))
    return (
        most if effort is None else min(effort, most),
        furthest if depth is None else min(depth, furthest),
        explored,
    )
