"""Axes: parameters, by dotted path, and the exact values they take.

An axis usually moves one parameter. Several paths on one axis move together, row by row.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from numpy.typing import NDArray

Row = tuple[Fraction, ...]


class Spacing(enum.StrEnum):
    """How the values of an axis follow each other."""

    LINEAR = "linear"
    LOG = "log"
    LISTED = "listed"


class FloatRows(Sequence[Row]):
    """Rows that are floats, exactly: what a search for a boundary visits. Fractions are made when asked for."""

    def __init__(self, floats: NDArray[float]) -> None:  # type: ignore[type-var]
        self.floats = floats

    def __len__(self) -> int:
        return len(self.floats)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> FloatRows: ...
    def __getitem__(self, place: int | slice) -> Row | FloatRows:
        if isinstance(place, slice):
            return FloatRows(self.floats[place])
        return tuple(Fraction(float(number)) for number in self.floats[place])


@dataclass(frozen=True, kw_only=True, eq=False)
class Axis:
    """Parameters that move together, and the values they take.

    Attributes
    ----------
    paths : tuple of str
        The parameters' dotted paths; the first one names the axis.
    rows : sequence of tuple of Fraction
        `rows[i][j]`: the exact value of path `j` at the axis's point `i`.
    spacing : Spacing
    """

    paths: tuple[str, ...]
    rows: Sequence[Row]
    spacing: Spacing = Spacing.LINEAR

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    @property
    def name(self) -> str:
        """The first path."""
        return self.paths[0]

    @cached_property
    def floats(self) -> NDArray[float]:  # type: ignore[type-var]
        """The values as floats, `[point, path]`."""
        import numpy

        if isinstance(self.rows, FloatRows):
            return self.rows.floats
        return numpy.array([[float(number) for number in row] for row in self.rows], dtype=float).reshape(
            len(self.rows), len(self.paths)
        )

    def part(self, start: int, stop: int) -> Axis:
        """The points from `start` up to, not including, `stop`."""
        return Axis(paths=self.paths, rows=self.rows[start:stop], spacing=self.spacing)


def listed(path: str, values: Iterable[object]) -> Axis:
    """An axis of one path with the values given, each read exactly."""
    from deceptive_sim.core.exact import exact

    return Axis(paths=(path,), rows=tuple((exact(value),) for value in values), spacing=Spacing.LISTED)


def points(paths: Sequence[str], floats: NDArray[float]) -> Axis:  # type: ignore[type-var]
    """Any points, as one axis along which all paths move together: `floats[point, path]`, taken as they are."""
    return Axis(paths=tuple(paths), rows=FloatRows(floats), spacing=Spacing.LISTED)
