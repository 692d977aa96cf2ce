"""Mazes as images: three numbers for each cell, in the manner of MiniGrid.

    channel 0   what is there: 0 nothing (beyond the maze), 1 floor, 2 a wall, 3 the exit, 4 an apple
    channel 1   its colour: 0 none, then 1 + its index in `COLOURS` (walls, exit and apples have one)
    channel 2   1 where the agent is, else 0; what it stands on is still seen in the other channels

Nothing else is in an image: not which objective pays, not how well the exit is reached, not how much time is left.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.maze.mazes import Mazes
from deceptive_sim.maze.things import COLOURS
from deceptive_sim.solvers.compiled.target import kept

NOTHING, FLOOR, WALL, EXIT, APPLE = range(5)
CHANNELS = 3

HIGHEST = (APPLE, len(COLOURS), 1)
"""The largest number of each channel."""

Images = NDArray[np.uint8]


def painted(mazes: Mazes, frame: tuple[int, int], border: int = 0) -> Images:
    """Images of mazes, without agents.

    Parameters
    ----------
    mazes : Mazes
        N of them.
    frame : tuple of two ints
        Rows and columns, at least those of the mazes' own frame.
    border : int
        Rows and columns of nothing on each side besides.

    Returns
    -------
    array of uint8, [N, rows + 2 border, columns + 2 border, 3]
    """
    rows, columns = frame
    images = np.zeros((len(mazes), rows + 2 * border, columns + 2 * border, CHANNELS), np.uint8)
    _paint(
        mazes.blocked, mazes.stride, mazes.heights, mazes.widths, mazes.things, mazes.colours, mazes.wall_colours,
        border, images,
    )  # fmt: skip
    return images


@kept
def _paint(
    blocked: Any, stride: int, heights: Any, widths: Any, things: Any, colours: Any, wall_colours: Any,
    border: int, images: Any,
) -> None:  # fmt: skip
    for n in range(len(heights)):
        for row in range(heights[n]):
            for column in range(widths[n]):
                wall = blocked[n, (row + 1) * stride + column + 1]
                images[n, border + row, border + column, 0] = WALL if wall else FLOOR
                images[n, border + row, border + column, 1] = wall_colours[n] + 1 if wall else 0
        for number in range(things.shape[1]):
            if things[n, number] >= 0:
                row, column = border + things[n, number] // stride - 1, border + things[n, number] % stride - 1
                images[n, row, column, 0] = APPLE if number else EXIT
                images[n, row, column, 1] = colours[n, number] + 1
