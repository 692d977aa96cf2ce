"""Meetings: points at which three or more regions touch.

The cell that has one is sampled on a grid, the part around whose corners most labels come is sampled again, and so on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy
from numpy.typing import NDArray

from deceptive_sim.landscapes.boundaries.plane import Labels, Plane
from deceptive_sim.landscapes.boundaries.spans import Floats

PARTS = 8
"""Parts along each side of a cell at every sampling."""


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
        distinct = _distinct(read[variable[going], numpy.arange(len(going))]).reshape(len(going), -1)
        best = distinct.argmax(axis=1)
        there = distinct[numpy.arange(len(going)), best] >= 3
        found[going[~there]] = False
        going, best = going[there], best[there]
        size[going] /= PARTS
        x[going] += best // PARTS * size[going]
        y[going] += best % PARTS * size[going]
    return Meetings(x=x + size / 2, y=y + size / 2, found=found)


def _distinct(labels: Labels) -> Labels:
    """Number of different labels at the four corners of each part."""
    corners = numpy.stack([labels[:, :-1, :-1], labels[:, 1:, :-1], labels[:, :-1, 1:], labels[:, 1:, 1:]])
    corners.sort(axis=0)
    return numpy.asarray(1 + (numpy.diff(corners, axis=0) != 0).sum(axis=0))
