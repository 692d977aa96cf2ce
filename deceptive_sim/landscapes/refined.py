"""A fine map of labels from few measurements: squares whose corners agree are filled, the others are quartered.

A square is quartered if its corners disagree, or if those of a neighbour do: a border that enters and leaves a square
through one side shows in the square beyond that side. A region that holds no point of the first grid, and is no part of
what the quartering reaches from others, may stay unseen. What was measured is never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy
from numpy.typing import NDArray

from deceptive_sim.core.errors import wrong
from deceptive_sim.landscapes.axes import Axis, points
from deceptive_sim.landscapes.boundaries.search import variable_named
from deceptive_sim.landscapes.sweep import Kind, Sweep

Labels = NDArray[numpy.int64]

MOST_POINTS = 1_000_000
"""Points measured in one call."""

LEAST_SQUARES = 32
"""Squares of the first grid along either axis, if it has as many points."""


@dataclass(frozen=True, kw_only=True, eq=False)
class RefinedLabels:
    """A map of labels.

    Attributes
    ----------
    labels : array, `[x point, y point]`
        Values of a category, flag or count; of a number the sign, as int8, and 2 where there is no number.
    evaluations : int
        How many points were measured; the others were filled.
    """

    labels: NDArray[Any]
    evaluations: int

    @property
    def share(self) -> float:
        """Share of the points that were measured."""
        return self.evaluations / self.labels.size


def refined_labels(sweep: Sweep, x: Axis, y: Axis, variable: str, *, stride: int = 32) -> RefinedLabels:
    """Fill a fine grid with labels and measure only near borders.

    Parameters
    ----------
    sweep : Sweep
    x, y : Axis
        The fine grid.
    variable : str
    stride : int
        Distance of the points of the first grid, a power of 2; less if that leaves fewer than 32 squares along an axis.

    Raises
    ------
    InputError
        If the variable is unknown or the stride is no power of 2.
    """
    if stride < 1 or stride & (stride - 1):
        raise wrong("stride", "must be a power of 2", stride)
    while stride > 1 and min(len(x), len(y)) <= LEAST_SQUARES * stride:
        stride //= 2
    return _Filling(sweep, x, y, variable, stride).filled(stride)


class _Filling:
    """A map being filled.

    Attributes
    ----------
    labels : array, `[x point, y point]`
    measured : array of bool, of the same shape
    """

    def __init__(self, sweep: Sweep, x: Axis, y: Axis, variable: str, stride: int) -> None:
        self.sweep, self.axes = sweep, (x, y)
        self.variable = variable_named(sweep, variable)
        self.ends = len(x) - 1, len(y) - 1
        self.squares = tuple(max(1, -(-end // stride)) for end in self.ends)
        dtype = numpy.dtype("int8") if self.variable.kind is Kind.NUMBER else self.variable.dtype
        self.labels = numpy.zeros((len(x), len(y)), dtype=dtype)
        self.measured = numpy.zeros(self.labels.shape, dtype=bool)
        self.evaluations = 0

    def filled(self, stride: int) -> RefinedLabels:
        """Fill everything."""
        across, up = numpy.indices(self.squares).reshape(2, -1)
        self._measure(*self._corners(across, up, stride))
        self._paint_all(stride)
        mixed = self._mixed(across, up, stride)
        while len(mixed[0]) and stride > 1:
            across, up = self._with_neighbours(*mixed, stride)
            stride //= 2
            across, up = _quarters(across, up)
            inside = (across * stride < max(1, self.ends[0])) & (up * stride < max(1, self.ends[1]))
            across, up = across[inside], up[inside]
            self._measure(*self._corners(across, up, stride))
            mixed = self._mixed(across, up, stride)
            if stride > 1:
                self._paint(across, up, stride)
        return RefinedLabels(labels=self.labels, evaluations=self.evaluations)

    def _corners(self, across: Labels, up: Labels, stride: int) -> tuple[Labels, Labels]:
        """Points at the corners of squares, `[corner, square]` along x and y; the last squares may be cut short."""
        x = numpy.minimum(numpy.stack([across, across + 1, across, across + 1]) * stride, self.ends[0])
        y = numpy.minimum(numpy.stack([up, up, up + 1, up + 1]) * stride, self.ends[1])
        return x, y

    def _measure(self, x: Labels, y: Labels) -> None:
        """Measure those points that were not measured yet."""
        flat = (x * self.labels.shape[1] + y).ravel()
        flat = numpy.sort(flat[~self.measured.ravel()[flat]])
        flat = flat[numpy.diff(flat, prepend=-1) > 0]
        for start in range(0, len(flat), MOST_POINTS):
            some = flat[start : start + MOST_POINTS]
            at = numpy.divmod(some, self.labels.shape[1])
            floats = numpy.hstack([axis.floats[place] for axis, place in zip(self.axes, at, strict=True)])
            values = self.sweep([points(self.axes[0].paths + self.axes[1].paths, floats)])[self.variable.name]
            self.labels.ravel()[some] = self._labels_of(values)
            self.measured.ravel()[some] = True
            self.evaluations += len(some)

    def _labels_of(self, values: NDArray[Any]) -> NDArray[Any]:
        if self.variable.kind is not Kind.NUMBER:
            return values
        return numpy.where(numpy.isnan(values), 2, numpy.sign(values)).astype(numpy.int8)

    def _mixed(self, across: Labels, up: Labels, stride: int) -> tuple[Labels, Labels]:
        """Squares whose corners do not agree."""
        corners = self.labels[self._corners(across, up, stride)]
        mixed = (corners != corners[0]).any(axis=0)
        return across[mixed], up[mixed]

    def _paint_all(self, stride: int) -> None:
        """Give every point the label of its square's first corner, but nothing that was measured."""
        x, y = (
            numpy.minimum(numpy.arange(end + 1) // stride, squares - 1) * stride
            for end, squares in zip(self.ends, self.squares, strict=True)
        )
        grid = [numpy.unique(numpy.minimum(numpy.arange(0, end + stride, stride), end)) for end in self.ends]
        known = self.labels[numpy.ix_(*grid)]
        self.labels = self.labels[numpy.ix_(numpy.unique(x), y)][x // stride]
        self.labels[numpy.ix_(*grid)] = known

    def _paint(self, across: Labels, up: Labels, stride: int) -> None:
        """Give the points of squares the label of the first corner, but nothing that was measured."""
        x, y = (corners[0] for corners in self._corners(across, up, stride))
        offsets = numpy.arange(stride + 1)
        labels, measured = self.labels.ravel(), self.measured.ravel()
        together = max(1, MOST_POINTS // (stride + 1) ** 2)
        for start in range(0, len(x), together):
            some = slice(start, start + together)
            at_x = numpy.minimum(x[some, None, None] + offsets[:, None], self.ends[0])
            at_y = numpy.minimum(y[some, None, None] + offsets[None, :], self.ends[1])
            flat = at_x * self.labels.shape[1] + at_y
            free = ~measured[flat]
            first = numpy.broadcast_to(flat[:, :1, :1], flat.shape)
            labels[flat[free]] = labels[first[free]]

    def _with_neighbours(self, across: Labels, up: Labels, stride: int) -> tuple[Labels, Labels]:
        """Squares and the eight around each."""
        rows = max(1, -(-self.ends[1] // stride))
        columns = max(1, -(-self.ends[0] // stride))
        shifts = numpy.array([-1, 0, 1])
        wide = (across[:, None, None] + shifts[:, None], up[:, None, None] + shifts[None, :])
        wide_across, wide_up = (side.ravel() for side in numpy.broadcast_arrays(*wide))
        inside = (wide_across >= 0) & (wide_across < columns) & (wide_up >= 0) & (wide_up < rows)
        both = numpy.sort(wide_across[inside] * rows + wide_up[inside])
        across, up = numpy.divmod(both[numpy.diff(both, prepend=-1) > 0], rows)
        return across, up


def _quarters(across: Labels, up: Labels) -> tuple[Labels, Labels]:
    x = numpy.stack([2 * across, 2 * across + 1, 2 * across, 2 * across + 1])
    y = numpy.stack([2 * up, 2 * up, 2 * up + 1, 2 * up + 1])
    return x.ravel(), y.ravel()
