"""Memorisers: a stored path for every maze that they have seen, and no idea of mazes.

A memoriser tells mazes apart by a tree of questions about single cells: is it a wall, is it the start, is it the exit?
The tree knows only the mazes that it was grown from. In any other maze the same questions are asked, as it has no
others, and lead to the path of some maze that was answered alike; that path is walked blindly: a move into a wall is
spent, and at the path's end the memoriser stays where it is. It takes the exit if it happens to stand on it.

Every question is the one that halves the mazes left most evenly, the first of equals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.maze.mazes import Mazes
from deceptive_sim.maze.search import checked_limits
from deceptive_sim.maze.things import EXIT_THING
from deceptive_sim.maze.walking import Cells, Walks, empty_walks, shortest_moves
from deceptive_sim.solvers.compiled.target import kept


def first_seen(mazes: Mazes) -> NDArray[np.bool_]:
    """Which mazes differ in walls, start or exit from all before them, [N]; apples and colours change no path."""
    exits = mazes.things[:, EXIT_THING]
    parts = [np.packbits(mazes.blocked, axis=1), *(cells[:, None].view(np.uint8) for cells in (mazes.starts, exits))]
    rows = np.ascontiguousarray(np.concatenate(parts, axis=1))
    keys = rows.view(np.dtype((np.void, rows.shape[1])))[:, 0]
    _, first = np.unique(keys, return_index=True)
    seen = np.zeros(len(mazes), bool)
    seen[first] = True
    return seen


@dataclass(frozen=True, kw_only=True, eq=False)
class Memory:
    """What a memoriser has stored of n different mazes.

    Attributes
    ----------
    moves : array of int8, [n, longest]
        A shortest path for each maze, cut at its limit: places in `MOVES`, -1 behind the last one.
    questions : array of int64, [n - 1]
        What each node of the tree asks: column of `answers`.
    leads : array of int64, [n - 1, 2]
        Where the answers no and yes lead: a node, or -1 - m for the path of maze m.
    """

    moves: NDArray[np.int8]
    questions: NDArray[np.int64]
    leads: NDArray[np.int64]

    @staticmethod
    def of(mazes: Mazes, limits: Cells) -> Memory:
        """Store paths of mazes that are all different; at least one."""
        questions, leads = _grown(_answers(mazes))
        moves = shortest_moves(mazes, mazes.things[:, EXIT_THING], limits)
        return Memory(moves=moves, questions=questions, leads=leads)

    @property
    def mazes(self) -> int:
        """How many it has stored."""
        return len(self.moves)

    @property
    def moves_stored(self) -> int:
        """Moves of all paths together."""
        return int((self.moves >= 0).sum())

    def recalled(self, mazes: Mazes) -> NDArray[np.int64]:
        """Which stored maze it takes each maze for, [N]; the frame has to be that of the stored ones."""
        answers = _answers(mazes)
        at = np.zeros(len(mazes), np.int64) if len(self.questions) else np.full(len(mazes), -1)
        while (asked := np.flatnonzero(at >= 0)).size:
            nodes = at[asked]
            at[asked] = self.leads[nodes, answers[asked, self.questions[nodes]].astype(np.int64)]
        return -1 - at

    def walk(self, mazes: Mazes, limits: Cells) -> Walks:
        """Walk the paths recalled, blindly."""
        walks, which = empty_walks(len(mazes)), self.recalled(mazes)
        exits = np.ascontiguousarray(mazes.things[:, EXIT_THING])
        made = (walks.cells, walks.arrived, walks.steps)
        most = checked_limits(limits, mazes)
        _blindly(mazes.blocked, mazes.stride, mazes.starts, exits, most, self.moves, which, *made)
        return walks


def _answers(mazes: Mazes) -> NDArray[np.bool_]:
    """All questions answered, [N, 3 cells]: is it a wall, the start, the exit; of cells of the frame."""
    cells = np.arange(mazes.cells)
    exits = mazes.things[:, EXIT_THING]
    return np.concatenate(
        [mazes.blocked > 0, mazes.starts[:, None] == cells, exits[:, None] == cells], axis=1
    )  # fmt: skip


def _grown(answers: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Questions and leads of the tree, level by level from its root; all rows must differ."""
    telling = np.flatnonzero(answers.any(axis=0) & ~answers.all(axis=0))
    asked = np.ascontiguousarray(answers[:, telling]).view(np.uint8)
    questions, leads = np.zeros(len(answers) - 1, np.int64), np.zeros((len(answers) - 1, 2), np.int64)
    left, node_of = np.arange(len(answers)), np.zeros(len(answers), np.int64)  # mazes by the node that tells them apart
    nodes = 1
    while len(left) > 1:
        left = left[np.argsort(node_of[left], kind="stable")]
        groups, begins = np.unique(node_of[left], return_index=True)
        sizes = np.diff(np.append(begins, len(left)))
        yes = np.add.reduceat(asked[left], begins, axis=0, dtype=np.int64)
        best = np.abs(2 * yes - sizes[:, None]).argmin(axis=1)
        questions[groups] = telling[best]
        branch = asked[left, np.repeat(best, sizes)].astype(np.int64)
        side = np.repeat(groups, sizes) * 2 + branch
        sides, size_of, count = np.unique(side, return_inverse=True, return_counts=True)
        larger = count > 1
        target = np.empty(len(sides), np.int64)
        target[larger] = nodes + np.arange(larger.sum())
        nodes += int(larger.sum())
        alone = ~larger[size_of]
        target[size_of[alone]] = -1 - left[alone]
        leads[sides // 2, sides % 2] = target
        node_of[left] = target[size_of]
        left = left[~alone]
    return questions, leads


@kept
def _blindly(
    blocked: Any, stride: int, starts: Any, exits: Any, limits: Any, moves: Any, which: Any,
    cells: Any, arrived: Any, steps: Any,
) -> None:  # fmt: skip
    for maze in range(len(starts)):
        cell, made, stored = np.int64(starts[maze]), 0, moves[which[maze]]
        while cell != exits[maze] and made < limits[maze] and made < len(stored) and stored[made] >= 0:
            move = stored[made]
            near = cell - stride if move == 0 else cell + 1 if move == 1 else cell + stride if move == 2 else cell - 1
            cell = cell if blocked[maze, near] else near
            made += 1
        cells[maze], arrived[maze], steps[maze] = cell, cell == exits[maze], made
