"""Tiles: a grid cut into pieces of bounded size, each named by everything that determines its content.

Where the cuts are depends on the axes alone. Every tile is a run of neighbouring points in C order (last axis
fastest), so in a file it is one stretch of every variable.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.exact import text_of
from deceptive_sim.core.json_text import plain
from deceptive_sim.landscapes import provenance
from deceptive_sim.landscapes.axes import Axis, Row
from deceptive_sim.landscapes.sweep import Sweep, Variable

FORMAT = 1
"""Raised when tiles, manifest or the landscape's file change their form."""

MOST_POINTS = 2**18
LEAST_POINTS = 2**6
TILES_WANTED = 64
"""A tile holds one share of so many, within the two bounds: small enough to lose, large enough not to be felt."""


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One piece of the grid.

    Attributes
    ----------
    number : int
        From 0, in C order.
    name : str
        64 hexadecimal digits: a digest of everything that determines the content.
    starts, stops : tuple of int
        Along each axis, the first point and the one behind the last.
    position : int
        Place of its first point among all points of the grid, in C order; the others follow without a gap.
    """

    number: int
    name: str
    starts: tuple[int, ...]
    stops: tuple[int, ...]
    position: int

    @property
    def shape(self) -> tuple[int, ...]:
        """Points along each axis."""
        return tuple(stop - start for start, stop in zip(self.starts, self.stops, strict=True))

    @property
    def points(self) -> int:
        """Points in all."""
        return math.prod(self.shape)

    def axes_of(self, plan: Plan) -> tuple[Axis, ...]:
        """Its parts of the axes."""
        return tuple(
            axis.part(start, stop) for axis, start, stop in zip(plan.axes, self.starts, self.stops, strict=True)
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Plan:
    """A landscape to be: what is measured, where, and in which tiles.

    Attributes
    ----------
    axes : tuple of Axis
    variables : tuple of Variable
    identity : mapping
        What the sweep says of itself, as plain JSON data.
    most_points : int
        No tile has more points, unless it is a single one.
    """

    axes: tuple[Axis, ...]
    variables: tuple[Variable, ...]
    identity: Mapping[str, Any]
    most_points: int

    @property
    def shape(self) -> tuple[int, ...]:
        """Points along each axis."""
        return tuple(len(axis) for axis in self.axes)

    @property
    def points(self) -> int:
        """Points in all."""
        return math.prod(self.shape)

    @property
    def bytes_per_point(self) -> int:
        """Size of all variables at one point."""
        return sum(variable.dtype.itemsize for variable in self.variables)

    @cached_property
    def block(self) -> tuple[int, ...]:
        """Points of a tile along each axis: whole last axes, one axis cut, single points of the axes before it."""
        block, behind = [1] * len(self.shape), 1
        for place in reversed(range(len(self.shape))):
            length = self.shape[place]
            pieces = math.ceil(length / max(1, self.most_points // behind))
            block[place] = math.ceil(length / pieces)
            behind *= block[place]
            if pieces > 1:
                break
        return tuple(block)

    @cached_property
    def _tiles_along(self) -> tuple[int, ...]:
        return tuple(math.ceil(length / size) for length, size in zip(self.shape, self.block, strict=True))

    def __len__(self) -> int:
        """How many tiles there are."""
        return math.prod(self._tiles_along)

    def __iter__(self) -> Iterator[Tile]:
        return (self.tile(number) for number in range(len(self)))

    def tile(self, number: int) -> Tile:
        """The tile of that number."""
        rest, starts = number, [0] * len(self.shape)
        for place in reversed(range(len(self.shape))):
            rest, block = divmod(rest, self._tiles_along[place])
            starts[place] = block * self.block[place]
        stops = [min(start + size, end) for start, size, end in zip(starts, self.block, self.shape, strict=True)]
        position = 0
        for start, length in zip(starts, self.shape, strict=True):
            position = position * length + start
        name = _digest([self._origin, [self._part(*cut) for cut in enumerate(zip(starts, stops, strict=True))]])
        return Tile(number=number, name=name, starts=tuple(starts), stops=tuple(stops), position=position)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Everything that determines the landscape's file, as plain JSON data."""
        return {
            "what": "a landscape of deceptive-sim",
            "format": FORMAT,
            "version": provenance.package_version(),
            "code": provenance.code_digest(),
            "identity": self.identity,
            "axes": [_axis_data(axis) for axis in self.axes],
            "variables": plain(self.variables),
            "tiles": {"count": len(self), "shape": list(self.block)},
        }

    @cached_property
    def _origin(self) -> str:
        """Digest of what determines every tile alike."""
        variables = [(variable.name, variable.kind, variable.labels) for variable in self.variables]
        return _digest(
            [FORMAT, provenance.package_version(), provenance.code_digest(), self.identity, plain(variables)]
        )

    @cached_property
    def _parts(self) -> dict[tuple[int, tuple[int, int]], str]:
        return {}

    def _part(self, place: int, ends: tuple[int, int]) -> str:
        """Digest of a part of an axis, remembered, since many tiles share it."""
        if (place, ends) not in self._parts:
            self._parts[place, ends] = digest_of(self.axes[place].part(*ends))
        return self._parts[place, ends]


def plan_for(sweep: Sweep, axes: Sequence[Axis], *, most_points: int | None = None) -> Plan:
    """Cut a grid into tiles.

    Parameters
    ----------
    sweep : Sweep
    axes : sequence of Axis
    most_points : int, optional
        Most points of a tile; by default it follows from the size of the grid.

    Raises
    ------
    InputError
        If there is no axis, an axis has no point, or a path stands on two axes.
    """
    if not axes:
        raise wrong("axes", "must be at least one")
    seen: set[str] = set()
    for axis in axes:
        if not len(axis):
            raise wrong(f"axis {axis.name}", "must have at least one point")
        for path in axis.paths:
            if path in seen:
                raise wrong(f"axis {path}", "must be given once")
            seen.add(path)
    total = math.prod(len(axis) for axis in axes)
    share = min(MOST_POINTS, max(LEAST_POINTS, math.ceil(total / TILES_WANTED)))
    return Plan(
        axes=tuple(axes),
        variables=tuple(sweep.variables),
        identity=plain(sweep.identity),
        most_points=share if most_points is None else most_points,
    )


def digest_of(axis: Axis) -> str:
    """SHA-256 of an axis's paths and exact values."""
    digest = hashlib.sha256("\n".join(axis.paths).encode())
    for row in axis:
        digest.update(f"\n{row_text(row)}".encode())
    return digest.hexdigest()


def row_text(row: Row) -> str:
    """The exact values of a point of an axis, such as `1/3 2`."""
    return " ".join(text_of(value) for value in row)


def _axis_data(axis: Axis) -> dict[str, Any]:
    return {
        "paths": list(axis.paths),
        "points": len(axis),
        "first": row_text(axis.rows[0]),
        "last": row_text(axis.rows[len(axis) - 1]),
        "spacing": str(axis.spacing),
        "values": digest_of(axis),
    }


def _digest(data: object) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
