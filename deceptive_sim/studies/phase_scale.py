"""Where the values of an axis stand in a picture: places from 0 to 1, linear or logarithmic.

Whole numbers have a cell each, centred on the number; the picture then begins half a cell before the first one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy
from numpy.typing import NDArray

from deceptive_sim.landscapes.axes import Axis, Spacing

Floats = NDArray[numpy.float64]

EVEN = 1e-9
"""Values whose distances differ by no more than this share are evenly spaced."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Scale:
    """One side of a picture.

    Attributes
    ----------
    path : str
        The first parameter of the axis, as it was asked for.
    others : tuple of str
        Parameters that move together with it.
    title : str
        The parameter in words.
    values : array of float, `[point]`
        The values of the first parameter that were measured, ascending.
    whole : bool
        Whether it takes whole numbers only.
    log : bool
    """

    path: str
    others: tuple[str, ...]
    title: str
    values: Floats
    whole: bool
    log: bool

    @cached_property
    def edges(self) -> Floats:
        """Borders of the cells, `[point + 1]`; the first and the last are the ends of the picture."""
        bent = numpy.log(self.values) if self.log else self.values
        middles = (bent[1:] + bent[:-1]) / 2
        first, last = bent[0], bent[-1]
        if self.whole:
            ahead, behind = (middles[0] - first, last - middles[-1]) if len(bent) > 1 else (0.5, 0.5)
            first, last = first - ahead, last + behind
        ends = numpy.concatenate([[first], middles, [last]])
        return numpy.exp(ends) if self.log else ends

    @property
    def low(self) -> float:
        """Where the picture begins."""
        return float(self.edges[0])

    @property
    def high(self) -> float:
        """Where the picture ends."""
        return float(self.edges[-1])

    def unit(self, values: Floats) -> Floats:
        """Places in the picture, 0 to 1, of values."""
        low, high = self._bent(self.low), self._bent(self.high)
        return numpy.asarray((self._bent(values) - low) / (high - low), dtype=float)

    def at(self, places: Floats) -> Floats:
        """Values at places in the picture."""
        low, high = self._bent(self.low), self._bent(self.high)
        bent = low + numpy.asarray(places) * (high - low)
        return numpy.asarray(numpy.exp(bent) if self.log else bent, dtype=float)

    def middles(self, count: int) -> Floats:
        """Values in the middles of so many equal parts of the picture."""
        return self.at((numpy.arange(count) + 0.5) / count)

    def cell(self, values: Floats) -> NDArray[numpy.intp]:
        """For whole numbers: which measured value's cell holds each value."""
        return numpy.clip(numpy.searchsorted(self.edges, values, side="right") - 1, 0, len(self.values) - 1)

    def _bent(self, values: Floats | float) -> Floats:
        return numpy.asarray(numpy.log(values) if self.log else values, dtype=float)


def scale_of(axis: Axis, title: str, *, whole: bool) -> Scale:
    """The side of a picture that an axis makes; its values must ascend and be at least two, or one whole number."""
    values = numpy.asarray(axis.floats[:, 0], dtype=numpy.float64)
    return Scale(
        path=axis.name,
        others=axis.paths[1:],
        title=title,
        values=values,
        whole=whole,
        log=axis.spacing is Spacing.LOG and bool(values[0] > 0),
    )


def other_values(axis: Axis, firsts: Floats) -> Floats:
    """All parameters of an axis, `[point, path]`, where its first one has the values given (between its own points)."""
    columns = numpy.asarray(axis.floats, dtype=numpy.float64)
    return numpy.column_stack([numpy.interp(firsts, columns[:, 0], column) for column in columns.T])
