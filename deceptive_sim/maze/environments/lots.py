"""Mazes made ready to be played, many at a time: drawing and painting one alone would take longer than walking it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.maze.environments.codes import Images, painted
from deceptive_sim.maze.family import MazeFamily
from deceptive_sim.maze.mazes import Mazes
from deceptive_sim.maze.search import limits
from deceptive_sim.maze.targets import Targets, targets_of

TAKEN = ("exit", "apple", "corner", "nothing")
"""What can be taken: a bare corner is the place itself; nothing is any other floor."""

LARGEST_LOT = 256

MOST_CELLS = 4_000_000
"""Cells of a lot, unless it has a single maze."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Game:
    """What environments play: mazes of a family, under a rule of time, for an objective, seen in some way.

    Attributes
    ----------
    family : MazeFamily
    weights : array of float64, [F]
        What the objective pays.
    time_limit : Fraction
        Moves per floor cell.
    frame : tuple of two ints
        Rows and columns of images.
    view : int or None
        Side of what is seen around the agent; None for the whole frame.
    """

    family: MazeFamily
    weights: NDArray[np.float64]
    time_limit: Fraction
    frame: tuple[int, int]
    view: int | None = None

    @property
    def border(self) -> int:
        """Cells of nothing around images, so that a view at the edge is no special case."""
        return 0 if self.view is None else self.view // 2

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of an observation."""
        return self.frame if self.view is None else (self.view, self.view)


@dataclass(frozen=True, kw_only=True, eq=False)
class Lot:
    """Mazes made ready.

    Attributes
    ----------
    game : Game
        What is played in them.
    mazes : Mazes
        M of them.
    targets : Targets
        What can be taken: things and the bare corner.
    pays : array of float64, [M, J + 1]
        What the objective gets for each.
    limits : array of int32, [M]
        Most moves.
    """

    game: Game
    mazes: Mazes
    targets: Targets
    pays: NDArray[np.float64]
    limits: NDArray[np.int32]

    @property
    def cells(self) -> NDArray[np.int32]:
        """Cells of targets, [M, J + 1]; -1 where there is none."""
        return self.targets.cells

    @cached_property
    def images(self) -> Images:
        """As `codes` says, with the border of the game, without agents: [M, rows, columns, 3].

        Painted when first looked at: who chooses between things never looks.
        """
        return painted(self.mazes, self.game.frame, self.game.border)


def lot_of(game: Game, mazes: Mazes) -> Lot:
    """Make mazes ready."""
    targets = targets_of(mazes)
    return Lot(
        game=game,
        mazes=mazes,
        targets=targets,
        pays=targets.features @ game.weights,
        limits=limits(mazes, game.time_limit),
    )


Ready = Callable[[Game, Mazes], Lot]
"""How mazes are made ready."""


class Supply:
    """Mazes of a game one after the other, drawn in lots that double in size up to a largest one.

    Which mazes come depends on the generator and on the size of the first lot alone.
    """

    def __init__(self, game: Game, rng: np.random.Generator, *, first: int = 1, ready: Ready = lot_of) -> None:
        self._game, self._rng, self._ready = game, rng, ready
        self._most = max(1, min(max(first, LARGEST_LOT), MOST_CELLS // game.family.cells))
        self._size, self._next = min(first, self._most), 0
        self._lot = self._drawn()

    def _drawn(self) -> Lot:
        return self._ready(self._game, self._game.family.draw(self._rng, self._size))

    def some(self, wanted: int) -> Iterator[tuple[Lot, slice]]:
        """The next mazes, in as many parts as there are lots that they come from."""
        while wanted:
            if self._next == self._size:
                self._size, self._next = min(self._most, 2 * self._size), 0
                self._lot = self._drawn()
            many = min(wanted, self._size - self._next)
            yield self._lot, slice(self._next, self._next + many)
            self._next += many
            wanted -= many

    def next(self) -> tuple[Lot, int]:
        """A lot, and which of its mazes is the next one."""
        ((lot, which),) = self.some(1)
        return lot, which.start


def kind_of(target: int, targets: int) -> str:
    """What a target is, of so many: the first is the exit, the last the bare corner; -1 is nothing."""
    if target < 0:
        return "nothing"
    if target == 0:
        return "exit"
    return "corner" if target == targets - 1 else "apple"
