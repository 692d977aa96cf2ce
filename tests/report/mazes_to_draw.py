"""Mazes, ways and lifetimes made by hand, for tests of pictures."""

from __future__ import annotations

import numpy as np

from deceptive_sim.maze.mazes import Maze
from deceptive_sim.maze.things import Cell, Thing
from deceptive_sim.report.mazes.lifetimes import Strip, StripEpisode


def maze_of(*rows: str, exit_colour: str = "green", wall_colour: str = "grey") -> Maze:
    """A maze from rows of `#`, `.`, `S`, `E` and the first letters of colours of apples."""
    walls = np.array([[letter == "#" for letter in row] for row in rows])
    cells = {letter: [Cell(y, x) for y, row in enumerate(rows) for x, c in enumerate(row) if c == letter] for letter in
             "SErgb"}  # fmt: skip
    colours = {"r": "red", "g": "green", "b": "blue"}
    apples = tuple(Thing(cell, colours[letter]) for letter in colours for cell in cells[letter])
    exit_ = Thing(cells["E"][0], exit_colour)
    return Maze(walls=walls, start=cells["S"][0], exit=exit_, apples=apples, wall_colour=wall_colour)


def ring() -> Maze:
    """A wall of one cell, floor all around it: 3 x 3."""
    return maze_of("S..", ".#.", "r.E")


def corridor() -> Maze:
    return maze_of("Sr..E")


def cells_of(*pairs: tuple[int, int]) -> tuple[Cell, ...]:
    return tuple(Cell(*pair) for pair in pairs)


def episode(action: str, *, training: bool, objective: str = "apples", modified: str = "") -> StripEpisode:
    defects = action == "A"
    maze = corridor()
    return StripEpisode(
        maze=maze,
        phase="training" if training else "deployment",
        training=training,
        action=action,
        defects=defects,
        cells=tuple(Cell(0, x) for x in range(2 if defects else 5)),
        taken="apple" if defects else "exit",
        objective=objective,
        modified=modified,
    )


def story() -> tuple[Strip, Strip]:
    """The deceiver, and the one that takes apples whenever it can."""
    deceiver = [episode(action, training=place < 2) for place, action in enumerate("BBAAA")]
    honest = [episode("A", training=True, modified="the exit")]
    honest += [episode("B", training=place < 1, objective="the exit") for place in range(4)]
    return (
        Strip(title="Deceives", episodes=tuple(deceiver)),
        Strip(title="Takes apples whenever it can", episodes=tuple(honest)),
    )
