"""Hints: where a number that has one sign at all points of a grid may yet have another one between them.

A valley of the number's size between neighbours is a hint if its floor at the point is no higher than the number
changes within a step: then a parabola, or a crease, through the points may dip below 0 between them.
"""

from __future__ import annotations

from typing import Any

import numpy
from numpy.typing import NDArray

from deceptive_sim.landscapes.boundaries.plane import Labels
from deceptive_sim.landscapes.boundaries.spans import Floats

STEEPNESS = 0.5
"""How much of the second difference the size of the number may be."""


def hinted_points(numbers: Floats, labels: Labels) -> NDArray[numpy.bool_]:
    """Points that hint at something hidden beside them.

    Parameters
    ----------
    numbers, labels : array, `[..., x, y]`
        Numbers and their signs on grids; a dimension with fewer than three points hints at nothing.
    """
    hints = numpy.zeros(numbers.shape, dtype=bool)
    for axis in (-1, -2):
        size = numpy.moveaxis(numpy.abs(numbers), axis, -1)
        signs = numpy.moveaxis(labels, axis, -1)
        if size.shape[-1] < 3:
            continue
        with numpy.errstate(invalid="ignore"):  # infinities
            ahead, behind = _reflected(size, 1) - size, _reflected(size, -1) - size
            depth = STEEPNESS * (ahead + behind)
            valley = (ahead >= 0) & (behind >= 0) & (size <= depth) & (depth > 0) & (size < numpy.inf)
        same = (signs == _reflected(signs, 1)) & (signs == _reflected(signs, -1)) & (numpy.abs(signs) == 1)
        hints |= numpy.moveaxis(valley & same, -1, axis)
    return hints


def beside(points: NDArray[numpy.bool_]) -> NDArray[numpy.bool_]:
    """Cells, `[..., x - 1, y - 1]`, at whose corners one of some points lies."""
    return points[..., :-1, :-1] | points[..., 1:, :-1] | points[..., :-1, 1:] | points[..., 1:, 1:]


def _reflected(values: NDArray[Any], shift: int) -> NDArray[Any]:
    """The neighbour of each value along the last dimension, that on the other side at the ends."""
    moved = numpy.roll(values, -shift, axis=-1)
    if shift > 0:
        moved[..., -1] = values[..., -2]
    else:
        moved[..., 0] = values[..., 1]
    return moved
