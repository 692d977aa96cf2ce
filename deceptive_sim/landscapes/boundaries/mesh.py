"""A mesh over the plane: the coarse grid's cells, some of them split into 4 x 4, some of those again.

Nothing is stored for a cell that is whole. Level 0 are the coarse cells; a cell of level k is `4^-k` places wide and
has a key, its number in C order among all cells that there would be at its level.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy
from numpy.typing import NDArray

from deceptive_sim.landscapes.boundaries.bracketing import Crossings, Edges
from deceptive_sim.landscapes.boundaries.plane import Labels, Plane, Readings
from deceptive_sim.landscapes.boundaries.spans import Floats

FAN = 4
"""A cell is split into FAN x FAN."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Cells:
    """Some cells, one array entry each.

    Attributes
    ----------
    level, key : array of int
    """

    level: Labels
    key: Labels

    def __len__(self) -> int:
        return len(self.key)

    def taken(self, which: NDArray[numpy.intp] | NDArray[numpy.bool_]) -> Cells:
        """Some of them."""
        return Cells(level=self.level[which], key=self.key[which])

    def first(self, count: int) -> Cells:
        """The first so many of them."""
        return Cells(level=self.level[:count], key=self.key[:count])

    @property
    def size(self) -> Floats:
        """How wide they are, in places."""
        return numpy.asarray(float(FAN) ** -self.level)


class Mesh:
    """Which cells are split.

    Attributes
    ----------
    shape : tuple of int
        Number of coarse cells along x and y.
    depth : int
        Deepest level there may be.
    """

    def __init__(self, shape: tuple[int, int], depth: int) -> None:
        self.shape = shape
        self.depth = depth
        self._split = [numpy.empty(0, dtype=numpy.int64) for _ in range(depth)]

    @property
    def smallest(self) -> float:
        """Width of the smallest cells there may be, in places."""
        return float(FAN) ** -self.depth

    def at(self, x: Floats, y: Floats) -> Cells:
        """The unsplit cells in which places lie; no place may lie on a grid line."""
        level = numpy.zeros(len(x), dtype=numpy.int64)
        key = self._key(0, x, y)
        for depth, split in enumerate(self._split):
            if not len(split):
                break
            inside = numpy.flatnonzero(level == depth)
            inside = inside[_contains(split, key[inside])]
            level[inside] = depth + 1
            key[inside] = self._key(depth + 1, x[inside], y[inside])
        return Cells(level=level, key=key)

    def origin(self, cells: Cells) -> tuple[Floats, Floats]:
        """Places of the corner with the lowest values."""
        rows = self.shape[1] * FAN**cells.level
        return cells.key // rows * cells.size, cells.key % rows * cells.size

    def identity(self, cells: Cells) -> Labels:
        """A number for each cell, different for different ones."""
        ahead = numpy.array([self.shape[0] * self.shape[1] * (FAN ** (2 * k) - 1) // (FAN**2 - 1) for k in range(32)])
        return numpy.asarray(ahead[cells.level] + cells.key)

    def split(self, cells: Cells) -> None:
        """Split cells that are whole and not of the deepest level."""
        for level in numpy.unique(cells.level):
            keys = cells.key[cells.level == level]
            self._split[level] = numpy.union1d(self._split[level], keys)

    def _key(self, level: int, x: Floats, y: Floats) -> Labels:
        fan = FAN**level
        return numpy.asarray((x * fan).astype(numpy.int64) * (self.shape[1] * fan) + (y * fan).astype(numpy.int64))


def coarse_edges(read: Readings) -> Edges:
    """The edges of the coarse grid whose ends differ."""
    variables, across, up = read.labels.shape
    variable = numpy.arange(variables)[:, None, None]
    x, y = numpy.arange(float(across))[:, None], numpy.arange(float(up))[None, :]
    return _edges(variable, (x[None], y[None]), 1.0, read.labels, read.numbers)


def inner_edges(
    plane: Plane, mesh: Mesh, cells: Cells, crossings: Crossings
) -> Iterator[tuple[Edges, Cells, Readings]]:
    """Measure the points that splitting adds; for each level the new edges whose ends differ, cells and readings.

    Readings have the shape `[variable, cell, FAN + 1, FAN + 1]`. On the rim of a cell an edge is new only if no change
    on it is known.
    """
    for level in numpy.unique(cells.level):
        some = cells.taken(cells.level == level)
        step = float(FAN) ** -(level + 1)
        x, y = mesh.origin(some)
        x = x[:, None, None] + numpy.arange(FAN + 1.0)[:, None] * step
        y = y[:, None, None] + numpy.arange(FAN + 1.0)[None, :] * step
        x, y = numpy.broadcast_arrays(x, y)
        read = plane.at(x.ravel(), y.ravel())
        shape = (len(plane.variables), *x.shape)
        read = Readings(labels=read.labels.reshape(shape), numbers=read.numbers.reshape(shape))
        variable = numpy.arange(shape[0])[:, None, None, None]
        edges = _edges(variable, (x[None], y[None]), step, read.labels, read.numbers)
        yield _unknown(edges, crossings, step, mesh), some, read


def _edges(variable: Labels, at: tuple[Floats, Floats], step: float, labels: Labels, numbers: Floats) -> Edges:
    """Edges between neighbours along the last two dimensions whose labels differ."""
    x, y = (numpy.broadcast_to(place, labels.shape) for place in at)
    rows = numpy.broadcast_to(variable, labels.shape)
    found = []
    for along, (low, high) in enumerate(
        [(numpy.s_[..., :-1, :], numpy.s_[..., 1:, :]), (numpy.s_[..., :-1], numpy.s_[..., 1:])]
    ):
        differ = numpy.nonzero(labels[low] != labels[high])
        found.append(
            Edges(
                variable=rows[low][differ],
                along=numpy.full(len(differ[0]), along, dtype=numpy.int64),
                line=(y if along == 0 else x)[low][differ],
                low=(x if along == 0 else y)[low][differ],
                width=numpy.full(len(differ[0]), step),
                labels=numpy.stack([labels[low][differ], labels[high][differ]]),
                numbers=numpy.stack([numbers[low][differ], numbers[high][differ]]),
            )
        )
    return found[0].joined(found[1])


def _unknown(edges: Edges, crossings: Crossings, step: float, mesh: Mesh) -> Edges:
    """Edges on which no change is known yet, each once."""
    keys, first = numpy.unique(_edge_keys(edges, edges.low, step, mesh), return_index=True)
    brackets = crossings.edges
    known = _edge_keys(brackets, brackets.low + brackets.width / 2, step, mesh)
    return edges.taken(first[~numpy.isin(keys, known)])


def _edge_keys(edges: Edges, places: Floats, step: float, mesh: Mesh) -> Labels:
    """One number per variable, direction, grid line and edge of that length on it."""
    most = (max(mesh.shape) + 1) * FAN**mesh.depth
    lines = numpy.rint(edges.line * FAN**mesh.depth).astype(numpy.int64)
    on_line = numpy.floor(places / step).astype(numpy.int64)
    return numpy.asarray(((edges.variable * 2 + edges.along) * most + lines) * most + on_line)


def _contains(ordered: Labels, keys: Labels) -> NDArray[numpy.bool_]:
    found = numpy.searchsorted(ordered, keys)
    return numpy.asarray(ordered[numpy.minimum(found, len(ordered) - 1)] == keys)
