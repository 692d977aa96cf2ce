"""A span: the stretch of parameters that one side of a plane covers, and the places on it.

Places count the span's knots: 0 is the first knot, 2.5 lies halfway between the third and the fourth. Units are
shares of the span's length, 0 to 1, measured by its first path (on a logarithmic span, by the logarithm).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy
from numpy.typing import NDArray

from deceptive_sim.core.errors import InputError, wrong
from deceptive_sim.core.exact import exact, to_float
from deceptive_sim.landscapes.axes import Axis, Spacing

Floats = NDArray[numpy.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Span:
    """One side of a plane.

    Attributes
    ----------
    paths : tuple of str
        Parameters that move together; the first one, which must rise, measures the span.
    knots : array of float, `[knot, path]`
        Values at which the coarse grid has its points; between two knots the values move evenly.
    log : bool
        Whether they move by equal ratios instead (paths that are positive throughout).
    whole : bool
        Whether only the knots themselves are possible, as for numbers of episodes.
    """

    paths: tuple[str, ...]
    knots: Floats
    log: bool = False
    whole: bool = False

    def __post_init__(self) -> None:
        """Check that the first path rises, and that logarithms exist."""
        first = self.knots[:, 0]
        least = 1 if self.whole else 2
        if len(first) < least:
            raise wrong(f"axis {self.paths[0]}", f"must have at least {least} values to look for borders", len(first))
        if not numpy.isfinite(self.knots).all():
            raise wrong(f"axis {self.paths[0]}", "must have finite values")
        if (falls := numpy.flatnonzero(~(numpy.diff(first) > 0))).size:
            raise wrong(f"axis {self.paths[0]}", "must rise to look for borders", float(first[falls[0] + 1]))
        if self.log and first[0] <= 0:
            raise wrong(f"axis {self.paths[0]}", "must be positive to be logarithmic", float(first[0]))

    @classmethod
    def between(cls, path: str | tuple[str, ...], low: object, high: object, *, log: bool = False) -> Span:
        """Real numbers from `low` to `high`; several paths take the same values.

        Raises
        ------
        InputError
            If an end is no number, or the range is empty or reversed.
        """
        paths = (path,) if isinstance(path, str) else path
        ends = [_float(paths[0], end) for end in (low, high)]
        return cls(paths=paths, knots=numpy.repeat([[end] for end in ends], len(paths), axis=1), log=log)

    @classmethod
    def of_whole_numbers(cls, path: str, values: Iterable[int]) -> Span:
        """Whole numbers, in rising order: borders lie between neighbours."""
        return cls(paths=(path,), knots=numpy.array([[float(value)] for value in values]).reshape(-1, 1), whole=True)

    @classmethod
    def of(cls, side: Span | Axis, *, whole: bool = False) -> Span:
        """The span of an axis: its points are the knots."""
        if isinstance(side, Span):
            return side
        knots = numpy.asarray(side.floats, dtype=float)
        return cls(paths=side.paths, knots=knots, log=side.spacing is Spacing.LOG, whole=whole)

    def resampled(self, count: int) -> Span:
        """The same span with so many knots, evenly over its places; whole numbers stay what they are."""
        if self.whole:
            return self
        places: Floats = numpy.arange(float(count)) * ((len(self.knots) - 1) / (count - 1))
        places[-1] = len(self.knots) - 1
        return Span(paths=self.paths, knots=self.values(places), log=self.log)

    @property
    def name(self) -> str:
        """The first path."""
        return self.paths[0]

    @property
    def last(self) -> int:
        """Place of the last knot."""
        return len(self.knots) - 1

    @property
    def spacing(self) -> float:
        """Largest distance of neighbouring knots of the first path; 0 if there is one knot only."""
        return float(numpy.diff(self.knots[:, 0]).max(initial=0.0))

    @cached_property
    def units(self) -> Floats:
        """Share of the length at each knot, from 0 to 1."""
        if self.last == 0:
            return numpy.zeros(1)
        bent = self._bent
        return numpy.asarray((bent - bent[0]) / (bent[-1] - bent[0]))

    @cached_property
    def _bent(self) -> Floats:
        first = self.knots[:, 0]
        return numpy.asarray(numpy.log(first) if self.log else first)

    def unit_of(self, places: Floats) -> Floats:
        """Shares of the length at places."""
        return numpy.interp(places, numpy.arange(len(self.knots)), self.units)

    def place_of(self, units: Floats) -> Floats:
        """Places at shares of the length; shares outside [0, 1] are cut to the ends."""
        return numpy.interp(units, self.units, numpy.arange(len(self.knots)))

    def values(self, places: Floats) -> Floats:
        """Values of all paths, `[place, path]`: knots exactly, and never outside of the two knots around."""
        if self.last == 0:
            return numpy.repeat(self.knots, len(places), axis=0)
        before = numpy.clip(places.astype(numpy.int64), 0, self.last - 1)
        share = (places - before)[:, None]
        low, high = self.knots[before], self.knots[before + 1]
        mixed = low + share * (high - low)
        if self.log:
            positive = (self.knots > 0).all(axis=0)
            low_, high_ = low[:, positive], high[:, positive]
            mixed[:, positive] = low_ * (high_ / low_) ** share
        mixed = numpy.clip(mixed, numpy.minimum(low, high), numpy.maximum(low, high))
        return numpy.asarray(numpy.where(share == 1, high, mixed))

    def outline(self, places: Floats) -> Floats:
        """Values of the first path, also half a cell before the first and behind the last knot (of whole numbers)."""
        if self.last == 0:
            return numpy.asarray(self.knots[0, 0] + places)
        before = numpy.clip(places.astype(numpy.int64), 0, self.last - 1)
        low, high = self._bent[before], self._bent[before + 1]
        mixed = low + (places - before) * (high - low)
        values = numpy.where(places == before, self.knots[before, 0], numpy.exp(mixed) if self.log else mixed)
        return numpy.asarray(numpy.where(places == before + 1, self.knots[before + 1, 0], values))


def _float(path: str, number: object) -> float:
    try:
        return float(to_float(exact(number)))
    except InputError:
        raise
    except ValueError as error:
        raise wrong(f"axis {path}", str(error), number) from None
