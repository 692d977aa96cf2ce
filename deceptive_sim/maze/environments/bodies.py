"""Many agents, each in a maze of its own, side by side in arrays: `Body` for vectors, moved by compiled loops."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.maze.environments.codes import CHANNELS, Images
from deceptive_sim.maze.environments.lots import Game, Lot, lot_of
from deceptive_sim.maze.environments.moving import enter, look_around, move_all
from deceptive_sim.maze.flooding import EVERYTHING, everywhere
from deceptive_sim.maze.mazes import MOVES, Mazes, framed
from deceptive_sim.maze.things import EXIT_THING


class Room(NamedTuple):
    """A frame that holds the mazes of several games: rows and columns, the ring included, and most things."""

    rows: int
    stride: int
    things: int

    @staticmethod
    def of(games: Iterable[Game]) -> Room:
        """The least one."""
        families = [game.family for game in games]
        return Room(
            max(family.heights[-1] for family in families) + 2,
            max(family.widths[-1] for family in families) + 2,
            max(family.most_things for family in families),
        )

    def lot_of(self, game: Game, mazes: Mazes) -> Lot:
        """Make mazes ready, in this frame."""
        return lot_of(game, framed(mazes, *self))


class Moved(NamedTuple):
    """What came of an action of each copy: arrays [N]; `taken` is an index into `TAKEN`, or -1."""

    rewards: NDArray[np.float64]
    took: NDArray[np.bool_]
    late: NDArray[np.bool_]
    taken: NDArray[np.int8]


class Bodies:
    """N agents in mazes.

    Parameters
    ----------
    n : int
    games : Iterable of Game
        What they play; all are seen alike.
    step_cost : float

    Attributes
    ----------
    room : Room
        The frame that lots must be of.
    blocked : array of uint8, [N, cells]
    at : array of int32, [N]
        Where agents are.
    steps : array of int64, [4]
        What each move adds to a cell.
    """

    def __init__(self, n: int, games: Iterable[Game], step_cost: float) -> None:
        games = list(games)
        self.room, self._view, self._frame = Room.of(games), games[0].view, games[0].frame
        self._border, self._pay = games[0].border, -step_cost
        rows, columns = (side + 2 * self._border for side in self._frame)
        self._stride = self.room.stride
        self.steps = np.array([down * self._stride + right for down, right in MOVES], np.int64)
        self._wide = CHANNELS * columns
        self._offset = (self._border - 1) * (self._wide + CHANNELS) + CHANNELS - 1
        self._images = np.zeros((n, rows, columns, CHANNELS), np.uint8)
        cells = self.room.rows * self._stride
        self.blocked = np.ones((n, cells), np.uint8)
        self._scratch = np.empty(cells, np.uint32), np.empty(cells, np.uint8), np.empty(cells, np.uint32)
        targets = self.room.things + 1
        self._cells, self._pays = np.full((n, targets), -1, np.int32), np.zeros((n, targets))
        self.at, self._left = np.zeros(n, np.int32), np.zeros(n, np.int32)

    @property
    def _marks(self) -> Images:
        """Images as kernels take them, [N, rows * columns * 3]: no attribute, as a copy of it would be of nobody."""
        return self._images.reshape(len(self._images), -1)

    def enter(self, copies: NDArray[np.int64], lot: Lot, part: slice) -> None:
        """Put some copies at the start of the mazes of a part of a lot."""
        mazes, images = lot.mazes, lot.images
        enter(
            copies, part.start, self._stride, self._wide, self._offset,
            images.reshape(len(images), -1), mazes.blocked, lot.cells, lot.pays, mazes.starts, lot.limits,
            self._marks, self.blocked, self._cells, self._pays, self.at, self._left,
        )  # fmt: skip

    def ways_to_exit(self, copies: NDArray[np.int64]) -> NDArray[np.int32]:
        """How far it is from each cell to the exit in the mazes of some copies, [K, cells]; -1 for walls."""
        ways = np.empty((len(copies), self.blocked.shape[1]), np.int32)
        exits, blocked = self._cells[copies, EXIT_THING], self.blocked[copies]
        blocked.setflags(write=False)  # as of `Mazes`, so that nothing is compiled anew
        everywhere(blocked, self._stride, exits, ways, EVERYTHING, *self._scratch)
        return ways

    def move(self, actions: NDArray[np.int64], resting: NDArray[np.bool_]) -> Moved:
        """Each copy that does not rest moves or takes; one that has no moves left and takes nothing is late."""
        n = len(self.at)
        moved = Moved(np.empty(n), np.empty(n, np.bool_), np.empty(n, np.bool_), np.empty(n, np.int8))
        move_all(
            actions, resting, self.steps, self._stride, self._wide, self._offset, self._pay,
            self.blocked, self._cells, self._pays, self.at, self._left, self._marks, *moved,
        )  # fmt: skip
        return moved

    def seen(self) -> Images:
        """What agents see, [N, rows, columns, 3], of its own."""
        if self._view is None:
            return self._images.copy()
        n, view = len(self.at), self._view
        seen = np.empty((n, view, view, CHANNELS), np.uint8)
        look_around(self._marks, self._wide, self.at, self._stride, view, seen.reshape(n, -1))
        return seen

    def bare_images(self) -> Images:
        """The whole mazes without their border."""
        rows, columns = self._frame
        border = self._border
        return self._images[:, border : border + rows, border : border + columns]
