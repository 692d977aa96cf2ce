"""Wilson's algorithm: every spanning tree of the passages is equally likely.

From a passage that is not yet in the tree, walk at random until the tree is met; of the walk keep what remains when
its loops are erased, in the order in which they arise, and add that to the tree. The walk need not be stored: if each
passage remembers the direction in which it was last left, following these from the beginning erases the loops.

Guaranteed: exactly uniform over spanning trees, whichever passage the tree begins with and in whichever order the
others are taken; so the number of mazes of p x q passages, all equally likely, is the number of spanning trees of the
grid (192 for 3 x 3). Expected steps of the walks: the mean hitting time of the grid, about p q log(p q).

Source: D. B. Wilson, "Generating random spanning trees more quickly than the cover time", STOC 1996, pp. 296-303.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.maze.generators.generator import Generator
from deceptive_sim.solvers.compiled.target import compiled, kept

DRAWS = 24
"""Directions taken out of one random number: 2 of its 53 bits each."""


def carve(
    blocked: NDArray[np.uint8],
    stride: int,
    heights: NDArray[np.int32],
    widths: NDArray[np.int32],
    rng: np.random.Generator,
) -> None:
    """See `generator.Carve`; sides are odd."""
    _carve(blocked, stride, heights, widths, np.empty(blocked.shape[1], np.uint8), rng)


@kept
def _carve(
    blocked: NDArray[np.uint8],
    stride: int,
    heights: NDArray[np.int32],
    widths: NDArray[np.int32],
    way: NDArray[np.uint8],
    rng: np.random.Generator,
) -> None:
    for n in range(len(heights)):
        _tree(blocked[n], stride, heights[n], widths[n], way, rng)


@compiled
def _tree(
    blocked: NDArray[np.uint8], stride: int, height: int, width: int, way: NDArray[np.uint8], rng: np.random.Generator
) -> None:
    blocked[height * stride + width] = 0  # the tree begins in the bottom right
    bits, left = 0, 0
    for first_row in range(1, height + 1, 2):
        for first_column in range(1, width + 1, 2):
            row, column = first_row, first_column
            while blocked[row * stride + column]:
                if left == 0:
                    bits, left = int(rng.random() * 4.0**DRAWS), DRAWS
                move = bits & 3
                bits >>= 2
                left -= 1
                down, right = _step(move)
                if 1 <= row + 2 * down <= height and 1 <= column + 2 * right <= width:
                    way[row * stride + column] = move
                    row += 2 * down
                    column += 2 * right
            cell = first_row * stride + first_column
            while blocked[cell]:
                down, right = _step(np.int64(way[cell]))
                step = down * stride + right
                blocked[cell] = 0
                blocked[cell + step] = 0
                cell += 2 * step


@compiled
def _step(move: Any) -> tuple[Any, Any]:
    """Rows and columns of a move: up, right, down, left."""
    odd = move & 1
    towards = 1 - (move & 2)  # up and right first
    return -towards * (1 - odd), towards * odd


GENERATOR = Generator(
    name="wilson",
    title="perfect mazes, all equally likely",
    source='D. B. Wilson, "Generating random spanning trees more quickly than the cover time", STOC 1996',
    carve=carve,
)
