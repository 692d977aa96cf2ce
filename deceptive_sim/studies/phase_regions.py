"""Regions of a map of labels: connected parts, how large they are, and the point of each that has most room around it.

Most room means room for words: the largest box of a given shape that lies wholly inside the region and the picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy
from numpy.typing import NDArray

Labels = NDArray[numpy.integer]
Mask = NDArray[numpy.bool_]

WIDER = 2.6
"""How many times wider than high (in shares of the picture) the room for words is."""

MOST_REGIONS = 24

FINE = 240
"""Pixels along a side, at least, on which room is measured."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A connected part of a map.

    Attributes
    ----------
    label : int
    share : float
        Of the area of the picture, 0 to 1.
    place : tuple of float
        Its point with most room, from 0 to 1 along x and y.
    room : tuple of float
        Width and height, in shares of the picture, of the largest box around that point.
    """

    label: int
    share: float
    place: tuple[float, float]
    room: tuple[float, float]


def parts_of(labels: Labels) -> tuple[Part, ...]:
    """The connected parts of a map `[y, x]`, largest first, at most 24; parts touch at sides, not at corners."""
    labels = labels.repeat(-(-FINE // labels.shape[0]), axis=0).repeat(-(-FINE // labels.shape[1]), axis=1)
    numbers, count = components(labels)
    sizes = numpy.bincount(numbers.ravel(), minlength=count)
    order = sorted(range(count), key=lambda number: (-int(sizes[number]), number))[:MOST_REGIONS]
    return tuple(_part(labels, numbers == number) for number in order)


def _part(labels: Labels, mask: Mask) -> Part:
    rows, columns = numpy.flatnonzero(mask.any(axis=1)), numpy.flatnonzero(mask.any(axis=0))
    bottom, left = int(rows[0]), int(columns[0])
    inside = mask[bottom : rows[-1] + 1, left : columns[-1] + 1]
    (y, x), (height, width) = roomiest(inside, mask.shape)
    up, across = mask.shape
    return Part(
        label=int(labels[mask][0]),
        share=float(mask.mean()),
        place=((left + x + 0.5) / across, (bottom + y + 0.5) / up),
        room=(width / across, height / up),
    )


def roomiest(mask: Mask, shape: tuple[int, ...]) -> tuple[tuple[int, int], tuple[int, int]]:
    """The middle `(row, column)` of the largest box of the right shape inside a mask, and its size in pixels.

    `shape` is that of the whole picture, which says what the right shape is in pixels.
    """
    sums = numpy.zeros((mask.shape[0] + 1, mask.shape[1] + 1), dtype=numpy.int64)
    sums[1:, 1:] = mask.cumsum(axis=0).cumsum(axis=1)
    low, high = 0, max(mask.shape)
    best, reach = _middles(sums, 0, 0), (0, 0)
    while high - low > 1:
        half = (low + high) // 2
        up, aside = _halves(half, shape)
        found = _middles(sums, up, aside)
        if len(found):
            low, best, reach = half, found, (up, aside)
        else:
            high = half
    row, column = best[int(numpy.argmin(((best - best.mean(axis=0)) ** 2).sum(axis=1)))]
    return (int(row), int(column)), (2 * reach[0] + 1, 2 * reach[1] + 1)


def _halves(half: int, shape: tuple[int, ...]) -> tuple[int, int]:
    """Pixels above and beside the middle of a box of the right shape; `half` counts along the finer side."""
    up_per_aside = shape[0] / (shape[1] * WIDER)
    return (round(half * up_per_aside), half) if up_per_aside < 1 else (half, round(half / up_per_aside))


def _middles(sums: NDArray[numpy.int64], up: int, aside: int) -> NDArray[numpy.int64]:
    """Middles `[box, (row, column)]` of all boxes that lie wholly inside, from sums over everything below and left."""
    high, wide = 2 * up + 1, 2 * aside + 1
    if high >= sums.shape[0] or wide >= sums.shape[1]:
        return numpy.empty((0, 2), dtype=numpy.int64)
    inside = sums[high:, wide:] - sums[:-high, wide:] - sums[high:, :-wide] + sums[:-high, :-wide]
    found: NDArray[numpy.int64] = numpy.argwhere(inside == high * wide) + numpy.array([up, aside])
    return found


def components(labels: Labels) -> tuple[NDArray[numpy.int64], int]:
    """Number the connected parts of a map: the number of each pixel's part, from 0, and how many there are."""
    starts = numpy.ones(labels.shape, dtype=bool)
    starts[:, 1:] = labels[:, 1:] != labels[:, :-1]
    runs = starts.ravel().cumsum().reshape(labels.shape) - 1
    touching = labels[1:] == labels[:-1]
    pairs = numpy.unique(numpy.column_stack([runs[:-1][touching], runs[1:][touching]]), axis=0)
    parent = list(range(int(runs.max()) + 1))
    for one, other in pairs.tolist():
        first, second = _root(parent, one), _root(parent, other)
        parent[max(first, second)] = min(first, second)
    roots = numpy.array([_root(parent, run) for run in range(len(parent))])
    kept, numbers = numpy.unique(roots, return_inverse=True)
    return numbers[runs], len(kept)


def _root(parent: list[int], run: int) -> int:
    while parent[run] != run:
        parent[run] = parent[parent[run]]
        run = parent[run]
    return run
