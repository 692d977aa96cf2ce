"""The outline of the floor of a maze: closed lines around floor, and around walls that floor surrounds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Corner = tuple[int, int]


def outlines(floor: NDArray[np.bool_]) -> list[list[Corner]]:
    """The outlines of the cells that are True in `[H, W]`, as corners (x, y) of cells, the longest first.

    Floor lies to the right of an outline, seen along it with y down: outlines around floor turn clockwise and have a
    positive `area`, those around walls inside it a negative one. Floor cells that touch at a corner only are apart.
    """
    ahead = _edges(floor)
    found = []
    while ahead:
        first = next(iter(ahead))
        loop, here, came = [], first, None
        while True:
            choices = ahead[here]
            there = choices[0] if came is None or len(choices) == 1 else _sharpest(came, here, choices)
            choices.remove(there)
            if not choices:
                del ahead[here]
            loop.append(here)
            came, here = here, there
            if here == first:
                break
        found.append(loop)
    return sorted(found, key=lambda loop: -abs(area(loop)))


def area(loop: list[Corner]) -> float:
    """The area inside an outline in cells, negative if it turns counterclockwise."""
    return sum(x * v - u * y for (x, y), (u, v) in zip(loop, [*loop[1:], loop[0]], strict=True)) / 2


def _edges(floor: NDArray[np.bool_]) -> dict[Corner, list[Corner]]:
    """From each corner, to which corners an edge leads that has floor to its right alone."""
    framed = np.pad(floor, 1)
    inside = framed[1:-1, 1:-1]
    ahead: dict[Corner, list[Corner]] = {}
    sides = (
        (framed[:-2, 1:-1], (0, 0), (1, 0)),
        (framed[1:-1, 2:], (1, 0), (1, 1)),
        (framed[2:, 1:-1], (1, 1), (0, 1)),
        (framed[1:-1, :-2], (0, 1), (0, 0)),
    )
    for beyond, (a, b), (c, d) in sides:
        for y, x in zip(*map(np.ndarray.tolist, np.nonzero(inside & ~beyond)), strict=True):
            ahead.setdefault((x + a, y + b), []).append((x + c, y + d))
    return ahead


def _sharpest(came: Corner, here: Corner, choices: list[Corner]) -> Corner:
    """Of two ways on where floor cells touch at a corner, the one around the cell that was followed: the right turn."""
    right = (here[0] - (here[1] - came[1]), here[1] + (here[0] - came[0]))
    return right if right in choices else choices[0]
