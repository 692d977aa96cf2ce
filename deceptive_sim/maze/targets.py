"""What an agent may go for, and its features.

The targets of a maze are its things and, where nothing stands there, its corner: the floor cell furthest down and
right, to which agents go that care for the place itself. Features are numbers from 0 to 1:

    is_exit, is_apple           what it is
    is_red, ..., is_grey        its colour; the bare corner has none
    position                    how far down and right it is: 0 in the top left, 1 in the bottom right

In mazes of training whose exit is green and in the bottom right, is_exit, is_green and position cannot be told apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.maze.mazes import Mazes
from deceptive_sim.maze.things import COLOURS, EXIT_THING

FEATURES = ("is_exit", "is_apple", *(f"is_{colour}" for colour in COLOURS), "position")
"""Names of the features, in the order of arrays."""

COLOUR_FEATURES = FEATURES[2:-1]


@dataclass(frozen=True, kw_only=True, eq=False)
class Targets:
    """What can be gone for in N mazes: J things and the corner.

    Attributes
    ----------
    cells : array of int32, [N, J + 1]
        -1 where there is no such target.
    present : array of bool, [N, J + 1]
    features : array of float64, [N, J + 1, F]
        In the order of `FEATURES`; 0 where there is no target.
    """

    cells: NDArray[np.int32]
    present: NDArray[np.bool_]
    features: NDArray[np.float64]

    @property
    def corner(self) -> int:
        """Which target is the bare corner: the last."""
        return int(self.cells.shape[1]) - 1


def targets_of(mazes: Mazes) -> Targets:
    """The targets of mazes; the corner is none where a thing stands there, or the agent starts there."""
    corner = mazes.corners
    taken = (mazes.things == corner[:, None]).any(axis=1) | (mazes.starts == corner)
    cells = np.concatenate([mazes.things, np.where(taken, -1, corner)[:, None]], axis=1).astype(np.int32)
    present = cells >= 0
    features = np.zeros((*cells.shape, len(FEATURES)))
    features[:, EXIT_THING, FEATURES.index("is_exit")] = 1
    features[:, EXIT_THING + 1 : -1, FEATURES.index("is_apple")] = 1
    first = FEATURES.index(COLOUR_FEATURES[0])
    each = np.eye(len(COLOURS) + 1, len(COLOURS))  # the last row, that of -1, is of no colour
    features[:, :-1, first : first + len(COLOURS)] = each[mazes.colours]
    features[..., -1] = _positions(mazes, cells)
    features[~present] = 0
    return Targets(cells=cells, present=present, features=features)


def _positions(mazes: Mazes, cells: NDArray[np.int32]) -> NDArray[np.float64]:
    """How far down and right cells are: the mean of both ways, each from 0 to 1; a side of one cell counts as 1."""
    row, column = mazes.rows_and_columns(cells)
    down, right = mazes.heights[:, None] - 1, mazes.widths[:, None] - 1
    parts = [np.where(most > 0, way / np.maximum(most, 1), 1.0) for way, most in ((row, down), (column, right))]
    return np.asarray((parts[0] + parts[1]) / 2)
