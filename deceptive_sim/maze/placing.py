"""Where the start, the exit and apples stand.

A place is one of the four corners or `anywhere`. First the start and the exit: a pair of places is drawn uniformly
among the pairs that are not the same cell (in a maze of one row two corners are). What stands anywhere is drawn
uniformly among the floor cells that are still free, corners first. Then the apples, one after the other: a place
drawn uniformly among those that are free, then the cell; an apple for which no place is free is left out.

So two things never share a cell, nor does any with the start.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.solvers.compiled.target import compiled, kept

PLACES = ("top-left", "top-right", "bottom-left", "bottom-right", "anywhere")
"""Places by their index, which is how arrays name them."""

ANYWHERE = PLACES.index("anywhere")


class Places(NamedTuple):
    """Where start, exit and apples may stand: each an array of int8, indices into `PLACES`."""

    start: NDArray[np.int8]
    exit: NDArray[np.int8]
    apples: NDArray[np.int8]


def corner_of(place: int, height: int, width: int) -> tuple[int, int]:
    """Row and column of a corner, from 0."""
    return (height - 1) * (place // 2), (width - 1) * (place % 2)


@kept
def place_things(
    blocked: NDArray[np.uint8],
    stride: int,
    heights: NDArray[np.int32],
    widths: NDArray[np.int32],
    places: Places,
    apples: NDArray[np.int32],
    starts: NDArray[np.int32],
    things: NDArray[np.int32],
    floor: NDArray[np.int32],
    rng: np.random.Generator,
) -> None:
    """Place everything in N mazes.

    Parameters
    ----------
    blocked : array of uint8, [N, cells]
        All four corners of each maze are floor.
    stride : int
    heights, widths : array of int32, [N]
    places : Places
        In every maze some pair of places of start and exit is not the same cell.
    apples : array of int32, [N]
        How many apples each maze is to have.
    starts : array of int32, [N]
        Written: cells.
    things : array of int32, [N, J]
        Written: the cell of the exit, then of the apples; -1 where there is none.
    floor : array of int32, [cells]
        Room to work in.
    rng : numpy.random.Generator
    """
    for n in range(len(heights)):
        height, width = heights[n], widths[n]
        while True:
            at_start = places.start[int(rng.random() * len(places.start))]
            at_exit = places.exit[int(rng.random() * len(places.exit))]
            start = _corner(at_start, height, width, stride)
            leave = _corner(at_exit, height, width, stride)
            if start < 0 or leave < 0 or start != leave:
                break
        free = _listed(blocked[n], stride, height, width, start, leave, floor)
        if start < 0:
            start, free = _drawn(floor, free, rng)
        if leave < 0:
            leave, free = _drawn(floor, free, rng)
        starts[n], things[n, 0] = start, leave
        number = 1
        for _ in range(apples[n]):
            cell, free = _apple(floor, free, places.apples, height, width, stride, rng)
            if cell >= 0:
                things[n, number] = cell
                number += 1
        things[n, number:] = -1


@compiled
def _corner(place: int, height: int, width: int, stride: int) -> int:
    """The cell of a corner; -1 for anywhere."""
    if place == ANYWHERE:
        return -1
    row = height if place // 2 else 1
    return row * stride + (width if place % 2 else 1)


@compiled
def _listed(
    blocked: NDArray[np.uint8], stride: int, height: int, width: int, start: int, leave: int, floor: NDArray[np.int32]
) -> Any:
    """Write all floor cells but two, and tell how many they are; without a branch, which nobody could predict."""
    free = np.uint64(0)  # without a sign: no index needs a look whether it is negative
    for row in range(1, height + 1):
        cell = np.uint64(row * stride)
        for _ in range(width):
            cell += np.uint64(1)
            floor[free] = cell
            free += np.uint64((blocked[cell] ^ 1) & (cell != start) & (cell != leave))
    return np.int64(free)


@compiled
def _drawn(floor: NDArray[np.int32], free: int, rng: np.random.Generator) -> tuple[int, int]:
    """One of the free cells, and how many are left: the last one moves to its place."""
    which = int(rng.random() * free)
    cell = floor[which]
    floor[which] = floor[free - 1]
    return cell, free - 1


@compiled
def _found(floor: NDArray[np.int32], free: int, cell: int) -> int:
    """Where a cell stands among the free ones; -1: nowhere."""
    for which in range(free):
        if floor[which] == cell:
            return which
    return -1


@compiled
def _apple(
    floor: NDArray[np.int32],
    free: int,
    places: NDArray[np.int8],
    height: int,
    width: int,
    stride: int,
    rng: np.random.Generator,
) -> tuple[int, int]:
    """A cell for an apple, or -1, and how many cells are left."""
    possible = 0
    for place in places:
        corner = _corner(place, height, width, stride)
        if free and (corner < 0 or _found(floor, free, corner) >= 0):
            possible += 1
    if possible == 0:
        return -1, free
    chosen = int(rng.random() * possible)
    for place in places:
        corner = _corner(place, height, width, stride)
        which = -1 if corner < 0 else _found(floor, free, corner)
        if corner >= 0 and which < 0:
            continue
        if chosen == 0:
            if corner < 0:
                return _drawn(floor, free, rng)
            floor[which] = floor[free - 1]
            return corner, free - 1
        chosen -= 1
    return -1, free
