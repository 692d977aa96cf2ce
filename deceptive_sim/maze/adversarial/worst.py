"""A maze that an adversary found, to look at: what the student does in it, and at what loss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from deceptive_sim.maze.ascii_maps import map_text
from deceptive_sim.maze.mazes import Maze
from deceptive_sim.maze.things import Cell


@dataclass(frozen=True, kw_only=True, eq=False)
class WorstMaze:
    """The worst maze that the adversary found for one student in a round, and the student's way through it.

    Attributes
    ----------
    round : int
        How many rounds of training lay behind the student.
    maze : Maze
    loss : float
        Of the student there, with the belief below.
    end : str
        What it comes to, one of `outcomes.ENDS`.
    path : tuple of Cell
        Where it stands after each move, the start first.
    belief : float or None
        The probability that it gives to being in training there; None for who is not aware.
    """

    round: int
    maze: Maze
    loss: float
    end: str
    path: tuple[Cell, ...]
    belief: float | None

    def contract(self) -> dict[str, Any]:
        """The same as plain data, by stable names; the map does not show the colours of the exit and of walls."""
        return {
            "round": self.round,
            "loss": self.loss,
            "end": self.end,
            "belief": self.belief,
            "map": map_text(self.maze).split("\n"),
            "exit": self.maze.exit.colour,
            "walls": self.maze.wall_colour,
            "path": [list(cell) for cell in self.path],
        }
