"""An agent in one maze, move by move.

Plain numbers and bytes alone, but for the image that is handed out: for one agent they are quicker than arrays.
"""

from __future__ import annotations

from typing import Any

from deceptive_sim.maze.environments.codes import CHANNELS, Images
from deceptive_sim.maze.environments.lots import Game, Lot, kind_of
from deceptive_sim.maze.mazes import MOVES

TAKE = len(MOVES)
"""The action that takes what the agent stands on."""

ACTIONS = len(MOVES) + 1

ACTION_RULE = f"must be a whole number from 0 to {ACTIONS - 1}"


class Body:
    """An agent in a maze.

    Attributes
    ----------
    cell : int
        Where it is, in the maze's own frame.
    left : int
        Moves that it still has.
    steps : tuple of int
        What each move adds to a cell.
    image : array of uint8, [rows, columns, 3]
        The maze with the agent in it, border included. It changes as the agent moves.
    """

    def __init__(self, game: Game, lot: Lot, which: int) -> None:
        mazes = lot.mazes
        self.lot, self.which = lot, which
        self.cell = int(mazes.starts[which])
        self.left = int(lot.limits[which])
        self.image: Images = lot.images[which].copy()
        self._blocked = mazes.blocked[which].tobytes()
        self.steps = tuple(down * mazes.stride + right for down, right in MOVES)
        self._marks = memoryview(self.image).cast("B")
        self._stride: int = mazes.stride
        self._view, self._border = game.view, game.border
        wide = CHANNELS * self.image.shape[1]  # the agent's channel of a cell: row * wide + column * CHANNELS + offset
        self._wide: int = wide
        self._offset: int = (game.border - 1) * (wide + CHANNELS) + CHANNELS - 1
        self._marks[self._place(self.cell)] = 1

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_marks"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._marks = self.image.data.cast("B")  # of the copy's own image

    def _place(self, cell: int) -> int:
        row, column = divmod(cell, self._stride)
        return row * self._wide + column * CHANNELS + self._offset

    def move(self, action: int) -> None:
        """Make a move: up, right, down or left; into a wall it leads nowhere. It costs one of those left."""
        self.left -= 1
        near = self.cell + self.steps[action]
        if not self._blocked[near]:
            self._marks[self._place(self.cell)] = 0
            self._marks[self._place(near)] = 1
            self.cell = near

    def look(self) -> Images:
        """What the agent sees: an image of its own."""
        if self._view is None:
            return self.image.copy()
        row, column = divmod(self.cell, self._stride)
        return self.image[row - 1 : row - 1 + self._view, column - 1 : column - 1 + self._view].copy()

    def bare_image(self) -> Images:
        """The whole maze without its border."""
        border = self._border
        return self.image[border : self.image.shape[0] - border, border : self.image.shape[1] - border]

    def standing_on(self) -> tuple[float, str]:
        """What the objective gets for what is here, and what that is, of `TAKEN`."""
        cells = self.lot.cells[self.which].tolist()
        target = cells.index(self.cell) if self.cell in cells else -1
        pay = float(self.lot.pays[self.which, target]) if target >= 0 else 0.0
        return pay, kind_of(target, len(cells))
