"""A plane of two parameters in which points are measured and labelled: what is on this side, what on that one.

A category, flag or count is its own label. The label of a number is its sign. Exact zeros need care: along a border the
sign 0 is met by chance (or on every grid line that happens to lie on the border), and means nothing; on a whole region
(the premium at discount 0, say) it is a third side. So a number no farther from 0 than rounding is looked at again a
quarter of the tolerance away in four directions: 0 all around means a region of zeros; otherwise it takes the
sign of what is around it. The label of a point so depends on nothing but the point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy
from numpy.typing import NDArray

from deceptive_sim.landscapes.axes import points
from deceptive_sim.landscapes.boundaries.spans import Floats, Span
from deceptive_sim.landscapes.sweep import Kind, Sweep, Variable

Labels = NDArray[numpy.int64]

NOTHING = 2
"""Label of a number that does not exist (NaN); signs are -1, 0 and 1."""

ROUNDING = 1e-13
"""Numbers that are a smaller share of the largest one at the corners of their coarse cell count as 0."""

ROUNDING_ANYWHERE = 1e-16
"""So do those that are a smaller share of the largest one measured."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Readings:
    """What was measured at points.

    Attributes
    ----------
    labels : array of int, `[variable, point]`
    numbers : array of float, `[variable, point]`
        Values of numbers; NaN for what is no number.
    """

    labels: Labels
    numbers: Floats


class Plane:
    """A sweep over two spans, for some of its variables.

    Attributes
    ----------
    evaluations, calls : int
        How many points were measured so far, and in how many calls of the sweep.
    """

    def __init__(self, sweep: Sweep, spans: tuple[Span, Span], variables: Sequence[Variable], nudge: float) -> None:
        self.sweep = sweep
        self.spans = spans
        self.variables = tuple(variables)
        self.nudge = nudge
        self.evaluations = 0
        self.calls = 0
        self._rounding = numpy.zeros((len(self.variables), 1, 1))

    def grid(self) -> Readings:
        """Measure all knots, `[variable, x knot, y knot]`; to be done first, for it tells how large numbers are."""
        x, y = self.spans
        values = self._measured(self.sweep([points(x.paths, x.knots), points(y.paths, y.knots)]))
        self._rounding = _rounding(numpy.where(numpy.isfinite(values), numpy.abs(values), 0.0))
        at_x, at_y = numpy.meshgrid(numpy.arange(x.last + 1.0), numpy.arange(y.last + 1.0), indexing="ij")
        found = self._read(values.reshape(len(values), -1), at_x.ravel(), at_y.ravel())
        return Readings(labels=found.labels.reshape(values.shape), numbers=found.numbers.reshape(values.shape))

    def at(self, x: Floats, y: Floats) -> Readings:
        """Measure points at places along x and y."""
        return self._read(self._values(x, y), x, y)

    def rounding(self, row: Labels | int, x: Floats, y: Floats) -> Floats:
        """How far from 0 a variable may be at places and still count as 0; known once the grid is measured."""
        cells = numpy.array(self._rounding.shape[1:]) - 1
        across, up = (numpy.minimum(at.astype(numpy.int64), most) for at, most in zip((x, y), cells, strict=True))
        return numpy.asarray(self._rounding[row, across, up])

    def _values(self, x: Floats, y: Floats) -> Floats:
        spans = self.spans
        where = points(spans[0].paths + spans[1].paths, numpy.hstack([spans[0].values(x), spans[1].values(y)]))
        return self._measured(self.sweep([where]))

    def _measured(self, arrays: Mapping[str, NDArray[Any]]) -> Floats:
        values = numpy.array([arrays[variable.name] for variable in self.variables], dtype=float)
        self.evaluations += values[0].size
        self.calls += 1
        return values

    def _read(self, values: Floats, x: Floats, y: Floats) -> Readings:
        labels = numpy.empty(values.shape, dtype=numpy.int64)
        numbers = numpy.full(values.shape, numpy.nan)
        for row, variable in enumerate(self.variables):
            if variable.kind is Kind.NUMBER:
                labels[row], numbers[row] = self._signs(row, values[row], x, y), values[row]
            else:
                labels[row] = values[row]
        return Readings(labels=labels, numbers=numbers)

    def _signs(self, row: int, numbers: Floats, x: Floats, y: Floats) -> Labels:
        signs = numpy.where(numpy.isnan(numbers), NOTHING, numpy.sign(numbers)).astype(numpy.int64)
        near = numpy.flatnonzero(numpy.abs(numbers) <= self.rounding(row, x, y))
        if not len(near):
            return signs
        around = self._around(row, x[near], y[near])
        negative, positive = (around == -1).any(axis=0), (around == 1).any(axis=0)
        mixed = numpy.where(numbers[near] > 0, 1, -1)
        signs[near] = numpy.where(positive & negative, mixed, positive.astype(numpy.int64) - negative)
        return signs

    def _around(self, row: int, x: Floats, y: Floats) -> Labels:
        """Signs close by in four directions, `[direction, point]`, with 0 for what is within rounding of 0."""
        found = []
        for shifts in product((-self.nudge, self.nudge), repeat=2):
            where = [
                place if span.whole else span.place_of(numpy.clip(span.unit_of(place) + shift, 0, 1))
                for span, place, shift in zip(self.spans, (x, y), shifts, strict=True)
            ]
            numbers = self._values(*where)[row]
            found.append(numpy.where(numpy.abs(numbers) <= self.rounding(row, *where), 0, numpy.sign(numbers)))
        signs: Labels = numpy.nan_to_num(numpy.array(found)).astype(numpy.int64)
        return signs


def _rounding(sizes: Floats) -> Floats:
    """How far from 0 numbers count as 0 in each coarse cell, from their sizes at its corners."""
    largest = sizes
    for axis in (1, 2):
        if largest.shape[axis] > 1:
            low, high = numpy.delete(largest, -1, axis=axis), numpy.delete(largest, 0, axis=axis)
            largest = numpy.maximum(low, high)
    anywhere = sizes.max(axis=(1, 2), keepdims=True)
    return numpy.asarray(numpy.maximum(ROUNDING * largest, ROUNDING_ANYWHERE * anywhere))
