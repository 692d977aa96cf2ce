"""A fine map of labels, to be drawn under exact borders.

Where a cell of the coarse grid has one label at its corners it has it inside; everywhere else the sweep is asked again.
What the coarse grid does not see stays unseen: its spacing is the guarantee.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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

SLOWLY_ASKED = 1_000
"""So many at most if each is solved by itself."""


@dataclass(frozen=True, kw_only=True, eq=False)
class FineMap:
    """What is drawn, in the middles of pixels; the first row is at the bottom.

    A side of whole numbers has at least a pixel for each of them.

    Attributes
    ----------
    labels : array of int, `[y pixel, x pixel]`
    numbers : mapping
        Variable to array of float, `[y pixel, x pixel]`: linear between points of the grid where these have one label,
        measured elsewhere, so that jumps stay sharp. NaN where there is no number, or next to a point without one.
    """

    labels: NDArray[Any]
    numbers: Mapping[str, Floats]


def fine_map(
    sweep: Sweep,
    axes: tuple[Axis, Axis],
    scales: tuple[Scale, Scale],
    coarse: Mapping[str, NDArray[Any]],
    labels: Callable[[Mapping[str, NDArray[Any]]], NDArray[Any]],
    numbers: Sequence[str] = (),
    slow: bool = False,
) -> FineMap:
    """Labels, and some numbers, in the middles of the pixels of a picture.

    Parameters
    ----------
    sweep : Sweep
    axes, scales : pair
        Along x and along y.
    coarse : mapping
        What the sweep measured on the grid: arrays `[x point, y point]`.
    labels : function
        From what was measured to labels, one per point.
    numbers : sequence of str
        Names of variables.
    slow : bool
        Whether the sweep takes long for each point; the picture is then coarser beside borders.
    """
    known = labels(coarse)
    most = SLOWLY_ASKED if slow else max(LEAST_ASKED, 2 * known.size)
    sides, fine, (across, up) = _spread(scales, known, FINE)
    if len(across) > most:
        sides, fine, (across, up) = _spread(scales, known, int(FINE * math.sqrt(most / len(across))))
    smooth = {name: _between(scales, sides, numpy.asarray(coarse[name], dtype=numpy.float64)) for name in numbers}
    if len(across):
        places = [
            other_values(axis, side.samples[which]) for axis, side, which in zip(axes, sides, (across, up), strict=True)
        ]
        measured = sweep([points((*axes[0].paths, *axes[1].paths), numpy.hstack(places))])
        fine[across, up] = labels(measured)
        for name in numbers:
            smooth[name][across, up] = measured[name]
    return FineMap(labels=_pixels(sides, fine), numbers={name: _pixels(sides, smooth[name]) for name in numbers})


def _pixels(sides: Sequence[_Side], samples: NDArray[Any]) -> NDArray[Any]:
    return numpy.ascontiguousarray(samples[numpy.ix_(sides[0].pixels, sides[1].pixels)].T)


def _spread(
    scales: tuple[Scale, Scale], known: NDArray[Any], count: int
) -> tuple[list[_Side], NDArray[Any], tuple[NDArray[Any], ...]]:
    """Labels of the grid carried over to samples `[x, y]`, and the samples where the corners around do not agree."""
    sides = [_Side(scale, count) for scale in scales]
    (left, right), (below, above) = sides[0].between, sides[1].between
    corners = [known[numpy.ix_(one, other)] for one in (left, right) for other in (below, above)]
    mixed = numpy.logical_or.reduce([corner != corners[0] for corner in corners[1:]])
    return sides, corners[0].copy(), numpy.nonzero(mixed)


def _between(scales: tuple[Scale, Scale], sides: Sequence[_Side], numbers: Floats) -> Floats:
    """Numbers of the grid carried over to samples `[x, y]`, linear between points."""
    for place, (scale, side) in enumerate(zip(scales, sides, strict=True)):
        low, high = side.between
        bent = scale.unit(scale.values)
        width = bent[high] - bent[low]
        share = numpy.where(width > 0, (scale.unit(side.samples) - bent[low]) / numpy.where(width > 0, width, 1), 0.0)
        share = share.reshape((-1, 1) if place == 0 else (1, -1))
        one, other = numbers.take(low, axis=place), numbers.take(high, axis=place)
        numbers = numpy.where(share == 0, one, one + share * (other - one))
    return numbers


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
