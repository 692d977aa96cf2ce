"""What can be asked of borders without knowing how they were found: are they where labels change, is none missing?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy
from numpy.typing import NDArray

from deceptive_sim.landscapes.borders import Border

Labels = Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]]


def strays(border: Border, labels: Labels, reach: float, lengths: tuple[float, float] = (1.0, 1.0)) -> list[Any]:
    """Vertices from which no change between the border's two labels is within reach, as a share of either axis.

    Vertices at which lines end are left out if both labels are met diagonally: several regions touch there.
    """
    x, y = border.vertices.T
    found = numpy.zeros(len(x), dtype=bool)
    for right, up in ((1, 0), (0, 1), (1, 1), (1, -1)):
        step = reach * right * lengths[0], reach * up * lengths[1]
        sides = numpy.sort([labels(x - step[0], y - step[1]), labels(x + step[0], y + step[1])], axis=0)
        found |= (sides == numpy.array(border.between)[:, None]).all(axis=0)
    return border.vertices[~found].tolist()


def pieces(borders: Iterable[Border]) -> NDArray[Any]:
    """All straight pieces, `[piece, end, (x, y)]`."""
    found = [numpy.empty((0, 2, 2))]
    for border in borders:
        line = border.vertices if not border.closed else numpy.vstack([border.vertices, border.vertices[:1]])
        found.append(numpy.stack([line[:-1], line[1:]], axis=1))
    return numpy.concatenate(found)


def crossings(first: NDArray[Any], second: NDArray[Any], lines: NDArray[Any]) -> NDArray[Any]:
    """How many of the lines' pieces the way from each first to each second point crosses."""

    def side(a: NDArray[Any], b: NDArray[Any], c: NDArray[Any]) -> NDArray[Any]:
        return (b[..., 0] - a[..., 0]) * (c[..., 1] - a[..., 1]) - (b[..., 1] - a[..., 1]) * (c[..., 0] - a[..., 0]) > 0

    a, b = first[:, None], second[:, None]
    c, d = lines[None, :, 0], lines[None, :, 1]
    return ((side(a, b, c) != side(a, b, d)) & (side(c, d, a) != side(c, d, b))).sum(axis=1)


def wrong_ways(
    borders: Sequence[Border], labels: Labels, box: tuple[float, float, float, float], margin: float, count: int = 500
) -> list[Any]:
    """Ways between random points that cross a region's outline an even number of times though they leave it, or the
    other way round. Points nearer than the margin (a share of the box) to another label are left out.
    """
    rng = numpy.random.default_rng(20)
    low, high = numpy.array(box[::2]), numpy.array(box[1::2])
    points = rng.uniform(low, high, size=(4 * count, 2))
    around = numpy.linspace(0, 2 * numpy.pi, 16, endpoint=False)
    inside = numpy.ones(len(points), dtype=bool)
    here = labels(points[:, 0], points[:, 1])
    for angle in around:
        beside = points + margin * (high - low) * [numpy.cos(angle), numpy.sin(angle)]
        inside &= labels(*numpy.clip(beside, low, high).T) == here
    points, here = points[inside][: 2 * count], here[inside][: 2 * count]
    half = len(points) // 2
    found = []
    for label in numpy.unique(here):
        outline = pieces(border for border in borders if label in border.between)
        times = crossings(points[:half], points[half : 2 * half], outline)
        leaves = (here[:half] == label) != (here[half : 2 * half] == label)
        bad = numpy.flatnonzero((times % 2 == 1) != leaves)
        found += [(int(label), points[place].tolist(), points[half + place].tolist()) for place in bad]
    return found
