"""Rectangular rooms that fill the maze, joined by doors: recursive division.

A rectangle is split across its longer side (of equal ones either is equally likely) by a wall with one door, both in
uniformly drawn places, and each part again; a part with fewer than `SPLITTABLE` passages along its longer side is a
room. Rooms have 2 or 3 passages a side, 3 to 5 cells (6 at an even side's end), fewer only where the maze itself has.

Walls lie between passages and doors lie on them, so that no wall ever ends at a door. Sides need not be odd.
Guaranteed: connected, and without further doors (`loops`) there is one way from room to room. Not uniform over
anything.

Source: J. Buck, "Mazes for Programmers", 2015, "Recursive Division" with rooms.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.maze.generators.generator import Generator
from deceptive_sim.solvers.compiled.target import compiled, kept

SMALLEST = 2
"""Passages along the shorter side of a room."""

SPLITTABLE = 2 * SMALLEST


def carve(
    blocked: NDArray[np.uint8],
    stride: int,
    heights: NDArray[np.int32],
    widths: NDArray[np.int32],
    rng: np.random.Generator,
) -> None:
    """See `generator.Carve`; any sides."""
    _carve(blocked, stride, heights, widths, np.empty((blocked.shape[1], 4), np.int32), rng)


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
        cells, height, width = blocked[n], heights[n], widths[n]
        for row in range(1, height + 1):
            for column in range(1, width + 1):
                cells[row * stride + column] = 0
        _divide(cells, stride, height, width, stack, rng)


@compiled
def _divide(
    cells: NDArray[np.uint8], stride: int, height: int, width: int, stack: NDArray[np.int32], rng: np.random.Generator
) -> None:
    """Build walls; the stack holds rectangles of passages: first row, first column, rows, columns."""
    stack[0, 0], stack[0, 1], stack[0, 2], stack[0, 3] = 0, 0, (height + 1) // 2, (width + 1) // 2
    waiting = 1
    while waiting:
        waiting -= 1
        row, column, rows, columns = stack[waiting, 0], stack[waiting, 1], stack[waiting, 2], stack[waiting, 3]
        if max(rows, columns) < SPLITTABLE:
            continue
        across = rows > columns or (rows == columns and rng.random() < 0.5)
        side, other = (rows, columns) if across else (columns, rows)
        part = SMALLEST + int(rng.random() * (side - 2 * SMALLEST + 1))
        door = int(rng.random() * other)
        if across:
            wall = 2 * (row + part) * stride
            for place in range(2 * column + 1, _end(column + columns, width)):
                cells[wall + place] = 1
            cells[wall + 2 * (column + door) + 1] = 0
            _put(stack, waiting, row, column, part, columns)
            _put(stack, waiting + 1, row + part, column, rows - part, columns)
        else:
            wall = 2 * (column + part)
            for place in range(2 * row + 1, _end(row + rows, height)):
                cells[place * stride + wall] = 1
            cells[(2 * (row + door) + 1) * stride + wall] = 0
            _put(stack, waiting, row, column, rows, part)
            _put(stack, waiting + 1, row, column + part, rows, columns - part)
        waiting += 2


@compiled
def _end(passages: int, side: int) -> int:
    """Where a wall ends that covers passages up to a number of them: at the edge, if these are all."""
    return side + 1 if 2 * passages >= side else 2 * passages


@compiled
def _put(stack: NDArray[np.int32], place: int, row: int, column: int, rows: int, columns: int) -> None:
    stack[place, 0], stack[place, 1], stack[place, 2], stack[place, 3] = row, column, rows, columns


GENERATOR = Generator(
    name="rooms",
    title="rectangular rooms joined by doors",
    source='J. Buck, "Mazes for Programmers", 2015, "Recursive Division"',
    carve=carve,
    odd=False,
    perfect=False,
)
