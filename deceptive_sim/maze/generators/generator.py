"""What a generator is.

Tree generators put passages on every other row and column, so that sides are odd: a maze of 5 x 5 cells has 3 x 3
passages, and a wall between two neighbouring passages is either there or not. What they draw is a *perfect* maze: the
passages and the openings between them are a spanning tree of the grid of passages, and there is exactly one way
between any two cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Carve(Protocol):
    """Draws floor into many mazes at once."""

    def __call__(
        self,
        blocked: NDArray[np.uint8],
        stride: int,
        heights: NDArray[np.int32],
        widths: NDArray[np.int32],
        rng: np.random.Generator,
    ) -> None:
        """Write floor (0) into frames that are all wall (1).

        Parameters
        ----------
        blocked : array of uint8, [N, cells]
            Frames as in `Mazes`; written in place, nothing else of that size is allocated.
        stride : int
        heights, widths : array of int32, [N]
            Sides from 1; odd if the generator asks for it.
        rng : numpy.random.Generator
        """


@dataclass(frozen=True, kw_only=True)
class Generator:
    """A way to draw walls.

    Attributes
    ----------
    name, title, source : str
    carve : Carve
        What it draws is connected: every floor cell can be reached from every other, and all four corners are floor.
    odd : bool
        Whether sides must be odd.
    perfect : bool
        Whether it draws spanning trees of the passages: 2 p - 1 floor cells for p passages.
    """

    name: str
    title: str
    source: str
    carve: Carve
    odd: bool = True
    perfect: bool = True


def passages(side: int) -> int:
    """How many passages lie along a side."""
    return (side + 1) // 2
