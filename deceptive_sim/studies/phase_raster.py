"""A fine map of labels, to be drawn under exact borders.

Where a cell of the coarse grid has one label at its corners it has it inside; everywhere else the sweep is asked again.
What the coarse grid does not see stays unseen: its spacing is the guarantee.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy
from numpy.typing import NDArray

from deceptive_sim.landscapes.axes import Axis, points
from deceptive_sim.landscapes.sweep import Sweep
from deceptive_sim.studies.phase_scale import Floats, Scale, other_values

FINE = 480
"""Pixels along a side of continuous values, unless that would take too long."""

LEAST_ASKED = 10_000
"""So many points are asked for in any case; beyond that, no more than twice the points of the grid."""


def fine_labels(
    sweep: Sweep,
    axes: tuple[Axis, Axis],
    scales: tuple[Scale, Scale],
    coarse: Mapping[str, NDArray[Any]],
    labels: Callable[[Mapping[str, NDArray[Any]]], NDArray[Any]],
) -> NDArray[Any]:
    """Labels in the middles of the pixels of a picture.

    Parameters
    ----------
    sweep : Sweep
    axes, scales : pair
        Along x and along y.
    coarse : mapping
        What the sweep measured on the grid: arrays `[x point, y point]`.
    labels : function
        From what was measured to labels, one per point.

    Returns
    -------
    array, `[y pixel, x pixel]`
        The first row is at the bottom. A side of whole numbers has at least a pixel for each of them.
    """
    known = labels(coarse)
    most = max(LEAST_ASKED, 2 * known.size)
    sides, fine, (across, up) = _spread(scales, known, FINE)
    if len(across) > most:
        sides, fine, (across, up) = _spread(scales, known, int(FINE * math.sqrt(most / len(across))))
    if len(across):
        places = [
            other_values(axis, side.samples[which]) for axis, side, which in zip(axes, sides, (across, up), strict=True)
        ]
        where = points((*axes[0].paths, *axes[1].paths), numpy.hstack(places))
        fine[across, up] = labels(sweep([where]))
    return numpy.ascontiguousarray(fine[numpy.ix_(sides[0].pixels, sides[1].pixels)].T)


def _spread(
    scales: tuple[Scale, Scale], known: NDArray[Any], count: int
) -> tuple[list[_Side], NDArray[Any], tuple[NDArray[Any], ...]]:
    """Labels of the grid carried over to samples `[x, y]`, and the samples where the corners around do not agree."""
    sides = [_Side(scale, count) for scale in scales]
    (left, right), (below, above) = sides[0].between, sides[1].between
    corners = [known[numpy.ix_(one, other)] for one in (left, right) for other in (below, above)]
    mixed = numpy.logical_or.reduce([corner != corners[0] for corner in corners[1:]])
    return sides, corners[0].copy(), numpy.nonzero(mixed)


def smooth_numbers(scales: tuple[Scale, Scale], coarse: Floats) -> Floats:
    """Numbers in the middles of the pixels, `[y pixel, x pixel]`; NaN next to a point without a number.

    They are linear between the points of the grid, and constant in the cell of a whole number.
    """
    sides = [_Side(scale) for scale in scales]
    numbers = coarse
    for place, (scale, side) in enumerate(zip(scales, sides, strict=True)):
        low, high = side.between
        bent = scale.unit(scale.values)
        width = bent[high] - bent[low]
        share = numpy.where(width > 0, (scale.unit(side.samples) - bent[low]) / numpy.where(width > 0, width, 1), 0.0)
        share = share.reshape((-1, 1) if place == 0 else (1, -1))
        one, other = numbers.take(low, axis=place), numbers.take(high, axis=place)
        numbers = numpy.where(share == 0, one, one + share * (other - one))
    return numpy.ascontiguousarray(numbers[numpy.ix_(sides[0].pixels, sides[1].pixels)].T)


class _Side:
    """The samples along one side, the coarse points around each, and which sample each pixel shows."""

    def __init__(self, scale: Scale, fine: int = FINE) -> None:
        count = len(scale.values)
        if scale.whole:
            pixels = count if _even(scale) else max(fine, count)
            self.samples = scale.values
            self.between = numpy.arange(count), numpy.arange(count)
            self.pixels = scale.cell(scale.middles(pixels))
            return
        self.samples = scale.middles(max(fine, count))
        low = numpy.clip(numpy.searchsorted(scale.values, self.samples, side="right") - 1, 0, max(0, count - 2))
        self.between = low, numpy.minimum(low + 1, count - 1)
        self.pixels = numpy.arange(len(self.samples))


def _even(scale: Scale) -> bool:
    """Whether all cells of a side are equally wide on paper."""
    widths = numpy.diff(scale.unit(scale.edges))
    return bool(numpy.ptp(widths) < 1e-6 * widths.mean())
