"""Plants: agents that follow a rule from cell to cell, with no picture of the maze and no goal in mind.

    down-and-right   down if it can, else right, else up, else left; but the way it just came only if there is no other
    unvisited        to the neighbour where it has been least often, of equals any with the same probability
    wall-follower    keeps its right hand on a wall: right if the wall turned away there, else ahead, else left, else
                     right, else back; begins facing right

A plant takes the exit when it stands on it, and nothing else. A rule moves only to floor cells; where there is none
around, the moves are spent. A wall follower turns right only where the wall was at its hand before, so that it
crosses open ground straight until it meets a wall. A maze without loops it visits whole within twice its floor cells
less two moves; an exit off the walls in a maze with loops it may never find.

Time is O(limit) per maze, memory that of one maze.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from deceptive_sim.core.errors import InputError, Problem, nearest, quote
from deceptive_sim.maze.mazes import Maze, Mazes
from deceptive_sim.maze.search import checked_limits
from deceptive_sim.maze.things import EXIT_THING, Cell
from deceptive_sim.maze.walking import NO_PATH, Cells, Walks, empty_walks, traced
from deceptive_sim.solvers.compiled.target import compiled, kept

RULES = ("down-and-right", "unvisited", "wall-follower")
"""Rules by name."""

DOWN_AND_RIGHT, UNVISITED, WALL_FOLLOWER = range(3)
_UP, _RIGHT, _DOWN, _LEFT = range(4)


@compiled
def _near(cell: Any, move: int, stride: int) -> Any:
    if move == 0:
        return cell - stride
    if move == 1:
        return cell + 1
    return cell + stride if move == 2 else cell - 1


@compiled
def _down_and_right(walls: Any, cell: Any, stride: int, last: int) -> int:
    """The next move; -1 if there is none. `last` is the move before, -1 at the start."""
    back = (last + 2) & 3 if last >= 0 else -1
    for move in (2, 1, 0, 3):
        if move != back and not walls[_near(cell, move, stride)]:
            return move
    return back if back >= 0 and not walls[_near(cell, back, stride)] else -1


@compiled
def _unvisited(walls: Any, cell: Any, stride: int, visits: Any, rng: Any) -> int:
    """The next move; -1 if there is none. Draws one random number."""
    fewest, equals = 0, 0
    for move in range(4):
        near = _near(cell, move, stride)
        if not walls[near]:
            if equals == 0 or visits[near] < fewest:
                fewest, equals = visits[near], 1
            elif visits[near] == fewest:
                equals += 1
    which = int(rng.random() * equals)
    for move in range(4):
        near = _near(cell, move, stride)
        if not walls[near] and visits[near] == fewest:
            if which == 0:
                return move
            which -= 1
    return -1


@compiled
def _wall_follower(walls: Any, cell: Any, stride: int, heading: int) -> int:
    """The next move; -1 if there is none."""
    right, left, back = (heading + 1) & 3, (heading + 3) & 3, (heading + 2) & 3
    beside = _near(cell, right, stride)
    if not walls[beside] and walls[_near(beside, back, stride)]:
        return right
    if not walls[_near(cell, heading, stride)]:
        return heading
    if not walls[_near(cell, left, stride)]:
        return left
    if not walls[beside]:
        return right
    return back if not walls[_near(cell, back, stride)] else -1


@kept
def _walk(
    rule: int, blocked: Any, stride: int, starts: Any, exits: Any, limits: Any, rng: Any,
    cells: Any, arrived: Any, steps: Any, path: Any, visits: Any,
) -> None:  # fmt: skip
    for maze in range(len(starts)):
        walls, cell, leave, made = blocked[maze], np.int64(starts[maze]), np.int64(exits[maze]), 0
        last = _RIGHT if rule == WALL_FOLLOWER else -1
        if rule == UNVISITED:
            visits[:] = 0
            visits[cell] = 1
        if len(path):
            path[0] = cell
        while cell != leave and made < limits[maze]:
            if rule == DOWN_AND_RIGHT:
                move = _down_and_right(walls, cell, stride, last)
            elif rule == UNVISITED:
                move = _unvisited(walls, cell, stride, visits, rng)
            else:
                move = _wall_follower(walls, cell, stride, last)
            if move >= 0:
                cell, last = _near(cell, move, stride), move
            if rule == UNVISITED:
                visits[cell] += 1
            made += 1
            if len(path):
                path[made] = cell
        cells[maze], arrived[maze], steps[maze] = cell, cell == leave, made


def walk_by_rule(rule: str, mazes: Mazes, limits: Cells, rng: np.random.Generator) -> Walks:
    """Walk from the start until the exit is taken or time is up.

    Parameters
    ----------
    rule : str
        A name in `RULES`.
    mazes : Mazes
        N of them.
    limits : array of int32, [N]
        Most moves.
    rng : Generator
        Only `unvisited` draws from it, one number per move.

    Returns
    -------
    Walks
        `arrived` where the exit was taken.

    Raises
    ------
    InputError
        If there is no such rule.
    """
    return _walked(rule, mazes, limits, rng, NO_PATH)


def trace_by_rule(rule: str, maze: Maze, limit: int, rng: np.random.Generator) -> tuple[Cell, ...]:
    """The cells that `walk_by_rule` stands on in one maze, the start first."""
    return traced(maze, limit, lambda mazes, most, path: _walked(rule, mazes, most, rng, path))


def _walked(rule: str, mazes: Mazes, limits: Cells, rng: np.random.Generator, path: Cells) -> Walks:
    if rule not in RULES:
        hint = nearest(rule, RULES)
        raise InputError(Problem(name="rule", rule="must be the rule of a plant", got=quote(rule), hint=hint))
    walks, visits = empty_walks(len(mazes)), np.empty(mazes.cells, np.int32)
    most = checked_limits(limits, mazes)
    exits = np.ascontiguousarray(mazes.things[:, EXIT_THING])
    made = (walks.cells, walks.arrived, walks.steps)
    _walk(RULES.index(rule), mazes.blocked, mazes.stride, mazes.starts, exits, most, rng, *made, path, visits)
    return walks
