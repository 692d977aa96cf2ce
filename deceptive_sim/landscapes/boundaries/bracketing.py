"""Bracketing: where on edges of a grid something changes, all edges at once.

Every edge is cut into equal parts, each part whose ends differ is cut again, and so on until parts are short enough.
So several changes on one edge are all followed as soon as a cut has hit what lies between them. Cuts are at binary
fractions of the coarse grid's edges, where a finer mesh will have its points: what is found here stays consistent
with what is measured there. A number's zero is then placed by the secant of its last bracket, inside the bracket.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy
from numpy.typing import NDArray

from deceptive_sim.landscapes.boundaries.plane import NOTHING, Labels, Plane
from deceptive_sim.landscapes.boundaries.spans import Floats

PARTS = 8
"""Parts into which an edge is cut at once; more parts mean fewer calls of the sweep and more points."""

MANY = 50_000
"""With more edges than this they are halved, since then points cost more than calls."""

MOST = 64
"""An edge with more changes than this is given up: its brackets stay as long as they are."""

STUBBORN = 0.5
"""A number may jump if a bracket 8 times shorter leaves more than this share of the difference of its ends."""

FINEST = 2.0**-44
"""No bracket is cut shorter, in places: floats end there."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Edges:
    """Stretches of grid lines, one array entry each.

    Attributes
    ----------
    variable : array of int
        Row of the plane's variables.
    along : array of int
        0 where the stretch runs along x, 1 along y.
    line : array of float
        Place on the other axis.
    low, width : array of float
        Where along the axis it begins, and how long it is, in places.
    labels : array of int, `[2, edge]`
        At its low and high end.
    numbers : array of float, `[2, edge]`
    """

    variable: Labels
    along: Labels
    line: Floats
    low: Floats
    width: Floats
    labels: Labels
    numbers: Floats

    def __len__(self) -> int:
        return len(self.low)

    def taken(self, which: NDArray[numpy.intp]) -> Edges:
        """Some of them."""
        return Edges(**{field.name: getattr(self, field.name)[..., which] for field in fields(self)})

    def joined(self, others: Edges) -> Edges:
        """These, then the others."""
        names = [field.name for field in fields(self)]
        return Edges(
            **{name: numpy.concatenate([getattr(self, name), getattr(others, name)], axis=-1) for name in names}
        )

    def points(self, places: Floats) -> tuple[Floats, Floats]:
        """Places along x and y of points on the edges."""
        runs_along_x = self.along == 0
        return numpy.where(runs_along_x, places, self.line), numpy.where(runs_along_x, self.line, places)


@dataclass(frozen=True, kw_only=True, eq=False)
class Crossings:
    """Changes: brackets that are short enough, and the vertex in each.

    Attributes
    ----------
    edges : Edges
        The brackets.
    place : array of float
        Of the vertex along the axis.
    jump : array of bool
        Whether a number jumps there.
    """

    edges: Edges
    place: Floats
    jump: NDArray[numpy.bool_]

    def __len__(self) -> int:
        return len(self.place)

    def joined(self, others: Crossings) -> Crossings:
        """These, then the others."""
        return Crossings(
            edges=self.edges.joined(others.edges),
            place=numpy.concatenate([self.place, others.place]),
            jump=numpy.concatenate([self.jump, others.jump]),
        )


def bracketed(plane: Plane, edges: Edges, widths: Floats) -> Crossings:
    """Bracket the changes on edges whose ends differ.

    Parameters
    ----------
    plane : Plane
    edges : Edges
    widths : array of float, `[2]`
        How short brackets along x and y must become, in places. On an edge with too many changes they do not.
    """
    target = widths[edges.along]
    done: list[tuple[Edges, Floats]] = []
    before = _differences(edges)
    origin = numpy.arange(len(edges))
    while len(edges):
        short = (edges.width <= target) | (numpy.bincount(origin)[origin] > MOST)
        if short.any():
            finished = numpy.flatnonzero(short)
            done.append((edges.taken(finished), before[finished]))
        longer = numpy.flatnonzero(~short)
        edges, target, origin = edges.taken(longer), target[longer], origin[longer]
        if not len(longer):
            break
        before = _differences(edges)
        edges, parent = _cut(plane, edges, PARTS if len(edges) <= MANY else 2)
        before, target, origin = before[parent], target[parent], origin[parent]
    if not done:
        return Crossings(edges=edges, place=edges.low, jump=numpy.zeros(0, dtype=bool))
    brackets, befores = done[0]
    for more, more_before in done[1:]:
        brackets, befores = brackets.joined(more), numpy.concatenate([befores, more_before])
    return Crossings(edges=brackets, place=_vertices(brackets), jump=_jumps(plane, brackets, befores))


def _cut(plane: Plane, edges: Edges, parts: int) -> tuple[Edges, NDArray[numpy.intp]]:
    """All parts whose ends differ, and of which edge each is a part."""
    count = len(edges)
    shares = numpy.arange(1, parts) / parts
    inner = (edges.low[:, None] + edges.width[:, None] * shares).ravel()
    repeated = edges.taken(numpy.repeat(numpy.arange(count), parts - 1))
    read = plane.at(*repeated.points(inner))
    own = repeated.variable, numpy.arange(len(inner))
    labels = numpy.column_stack([edges.labels[0], read.labels[own].reshape(count, -1), edges.labels[1]])
    numbers = numpy.column_stack([edges.numbers[0], read.numbers[own].reshape(count, -1), edges.numbers[1]])
    edge, part = numpy.nonzero(labels[:, 1:] != labels[:, :-1])
    cut = edges.taken(edge)
    width = cut.width / parts
    cut = replace(
        cut,
        low=cut.low + part * width,
        width=width,
        labels=numpy.stack([labels[edge, part], labels[edge, part + 1]]),
        numbers=numpy.stack([numbers[edge, part], numbers[edge, part + 1]]),
    )
    return cut, edge


def _differences(edges: Edges) -> Floats:
    with numpy.errstate(invalid="ignore"):  # infinite at both ends
        return numpy.asarray(numpy.abs(edges.numbers[1] - edges.numbers[0]))


def _vertices(brackets: Edges) -> Floats:
    """Where in its bracket each change is taken to be: by the secant for a zero, else in the middle."""
    low, high = brackets.numbers
    with numpy.errstate(invalid="ignore", divide="ignore", over="ignore"):
        share = low / (low - high)
    sound = numpy.isfinite(share) & (share >= 0) & (share <= 1)
    return brackets.low + numpy.where(sound, share, 0.5) * brackets.width


def _jumps(plane: Plane, brackets: Edges, before: Floats) -> NDArray[numpy.bool_]:
    """Which numbers jump: cutting the bracket much shorter does not bring its ends together."""
    jump = numpy.zeros(len(brackets), dtype=bool)
    real = (brackets.labels != NOTHING).all(axis=0)
    rounding = plane.rounding(brackets.variable, *brackets.points(brackets.low))
    least = numpy.maximum(STUBBORN * before, 10 * rounding)
    suspects = numpy.flatnonzero(real & (_differences(brackets) > least))
    jump[suspects] = True
    edges, owner = brackets.taken(suspects), suspects
    start = _differences(edges)
    for _ in range(6):
        going = numpy.flatnonzero(edges.width > FINEST * PARTS)
        if not len(going):
            break
        cut, parent = _cut(plane, edges.taken(going), PARTS)
        first = numpy.unique(parent, return_index=True)[1]  # one part each is enough
        edges, owner, start = cut.taken(first), owner[going], start[going]
        gone = _differences(edges) <= STUBBORN * start
        jump[owner[gone]] = False
        kept = numpy.flatnonzero(~gone)
        edges, owner, start = edges.taken(kept), owner[kept], start[kept]
    return jump
