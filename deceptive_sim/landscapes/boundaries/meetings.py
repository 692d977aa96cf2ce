"""Meetings: points at which three or more regions touch.

The cell that has one is sampled on a grid; the window of it in which most labels come is sampled again, and so on. The
windows overlap, and of several the middle one is taken, so that the point stays away from the rim. What meets at an
angle of less than some 20 degrees can be lost.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy
from numpy.typing import NDArray

from deceptive_sim.landscapes.boundaries.plane import Labels, Plane
from deceptive_sim.landscapes.boundaries.spans import Floats

PARTS = 16
"""Parts along each side of a cell at every sampling."""

WINDOW = 4
"""Parts along each side of a window."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Meetings:
    """Points where regions touch.

    Attributes
    ----------
    x, y : array of float
        Their places.
    found : array of bool
        Whether it was followed down to the width asked for; otherwise only the rim tells that it is in the cell.
    """

    x: Floats
    y: Floats
    found: NDArray[numpy.bool_]


def meetings(plane: Plane, variable: Labels, corner: tuple[Floats, Floats], size: Floats, width: float) -> Meetings:
    """Look for one meeting point in each of some cells, down to a width in places."""
    x, y, size = corner[0].copy(), corner[1].copy(), size.copy()
    found = numpy.ones(len(x), dtype=bool)
    steps = numpy.arange(PARTS + 1.0) / PARTS
    while (going := numpy.flatnonzero(found & (size > width))).size:
        shape = (len(going), PARTS + 1, PARTS + 1)
        at_x = numpy.broadcast_to((x[going, None] + size[going, None] * steps)[:, :, None], shape)
        at_y = numpy.broadcast_to((y[going, None] + size[going, None] * steps)[:, None, :], shape)
        read = plane.at(at_x.ravel(), at_y.ravel()).labels.reshape(-1, *shape)
        across, up, most = _windows(read[variable[going], numpy.arange(len(going))])
        there = most >= 3
        found[going[~there]] = False
        going = going[there]
        x[going] += across[there] / PARTS * size[going]
        y[going] += up[there] / PARTS * size[going]
        size[going] *= WINDOW / PARTS
    return Meetings(x=x + size / 2, y=y + size / 2, found=found)


def _windows(labels: Labels) -> tuple[Labels, Labels, Labels]:
    """The first part along x and y of the window with most labels of each sample `[sample, x, y]`, and how many."""
    within = numpy.lib.stride_tricks.sliding_window_view(labels, (WINDOW + 1, WINDOW + 1), axis=(1, 2))
    side = within.shape[1]
    ordered = numpy.sort(within.reshape(len(labels), side * side, -1), axis=-1)
    distinct = 1 + (numpy.diff(ordered, axis=-1) != 0).sum(axis=-1)
    most = distinct.max(axis=1)
    best = distinct == most[:, None]
    places = numpy.stack(numpy.divmod(numpy.arange(side * side), side), axis=1)
    middle = best @ places / best.sum(axis=1)[:, None]
    away = ((places[None] - middle[:, None]) ** 2).sum(axis=-1)
    chosen = places[numpy.where(best, away, numpy.inf).argmin(axis=1)]
    return chosen[:, 0], chosen[:, 1], most
