"""Recursive backtracking: a depth-first search that goes to a random unvisited neighbour, and back where there is none.

The first passage is drawn uniformly. Trees with long corridors and few branches are likelier than others; the
distribution is not uniform over spanning trees, though every one that a depth-first search can find has a chance.

Source: the randomised depth-first search of folklore; J. Buck, "Mazes for Programmers", 2015, "Recursive Backtracker".
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.maze.generators.generator import Generator
from deceptive_sim.solvers.compiled.target import compiled, kept


def carve(
    blocked: NDArray[np.uint8],
    stride: int,
    heights: NDArray[np.int32],
    widths: NDArray[np.int32],
    rng: np.random.Generator,
) -> None:
    """See `generator.Carve`; sides are odd."""
    _carve(blocked, stride, heights, widths, np.empty(blocked.shape[1], np.int32), rng)


@kept
def _carve(
    blocked: NDArray[np.uint8],
    stride: int,
    heights: NDArray[np.int32],
    widths: NDArray[np.int32],
    stack: NDArray[np.int32],
    rng: np.random.Generator,
) -> None:
    for n in range(len(heights)):
        _tree(blocked[n], stride, heights[n], widths[n], stack, rng)


@compiled
def _tree(
    blocked: NDArray[np.uint8],
    stride: int,
    height: int,
    width: int,
    stack: NDArray[np.int32],
    rng: np.random.Generator,
) -> None:
    row = 1 + 2 * int(rng.random() * ((height + 1) // 2))
    column = 1 + 2 * int(rng.random() * ((width + 1) // 2))
    cell, depth = row * stride + column, 0
    blocked[cell] = 0
    while True:
        row, column = cell // stride, cell % stride
        up = row > 2 and blocked[cell - 2 * stride] > 0
        right = column + 2 <= width and blocked[cell + 2] > 0
        down = row + 2 <= height and blocked[cell + 2 * stride] > 0
        left = column > 2 and blocked[cell - 2] > 0
        ways = int(up) + int(right) + int(down) + int(left)
        if ways == 0:
            if depth == 0:
                return
            depth -= 1
            cell = stack[depth]
            continue
        stack[depth] = cell
        depth += 1
        step = _chosen(int(rng.random() * ways), stride, up, right, down)
        blocked[cell + step] = 0
        cell += 2 * step
        blocked[cell] = 0


@compiled
def _chosen(which: int, stride: int, up: bool, right: bool, down: bool) -> int:
    """The step of one of the ways that are open, by its number among them."""
    if up:
        if which == 0:
            return -stride
        which -= 1
    if right:
        if which == 0:
            return 1
        which -= 1
    if down and which == 0:
        return stride
    return -1


GENERATOR = Generator(
    name="depth-first",
    title="perfect mazes with long corridors",
    source='J. Buck, "Mazes for Programmers", 2015, "Recursive Backtracker"',
    carve=carve,
)
