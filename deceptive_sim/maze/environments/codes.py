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
from deceptive_sim.solvers.compiled.target import kept

NOTHING, FLOOR, WALL, EXIT, APPLE = range(5)
CHANNELS = 3

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
        border, CHANNELS * images.shape[2], images.reshape(len(mazes), -1),
    )  # fmt: skip
    return images


@kept
def _paint(
    blocked: Any, stride: int, heights: Any, widths: Any, things: Any, colours: Any, wall_colours: Any,
    border: int, wide: int, images: Any,
) -> None:  # fmt: skip
    one, cell_wide = np.uint64(1), np.uint64(CHANNELS)  # without a sign: no index needs a look whether it is negative
    for n in range(len(heights)):
        own = np.uint8(wall_colours[n] + 1)
        for row in range(heights[n]):
            cell, place = np.uint64((row + 1) * stride + 1), np.uint64((border + row) * wide + border * CHANNELS)
            for _ in range(widths[n]):
                wall = blocked[n, cell]
                images[n, place] = FLOOR + wall
                images[n, place + one] = own * wall
                cell += one
                place += cell_wide
        for number in range(things.shape[1]):
            if things[n, number] >= 0:
                row, column = border + things[n, number] // stride - 1, border + things[n, number] % stride - 1
                place = np.uint64(row * wide + column * CHANNELS)
                images[n, place] = APPLE if number else EXIT
                images[n, place + one] = colours[n, number] + 1
