"""Loops: walls between neighbouring passages are opened, each with the same probability and independently.

What was connected stays so. With probability 1 only the pillars between four passages remain.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.solvers.compiled.target import kept


@kept
def open_walls(
    blocked: NDArray[np.uint8],
    stride: int,
    heights: NDArray[np.int32],
    widths: NDArray[np.int32],
    loops: float,
    rng: np.random.Generator,
) -> None:
    """Open walls of mazes in place.

    Parameters
    ----------
    blocked : array of uint8, [N, cells]
    stride : int
    heights, widths : array of int32, [N]
    loops : float
        Probability with which each wall between two neighbouring passages is opened, from 0 to 1.
    rng : numpy.random.Generator
    """
    for n in range(len(heights)):
        for row in range(1, heights[n] + 1):
            for column in range(1 + row % 2, widths[n] + 1, 2):  # between two passages
                cell = row * stride + column
                if blocked[n, cell] and rng.random() < loops:
                    blocked[n, cell] = 0
