"""Steps: borders where one axis, or both, takes whole numbers only.

A column is one whole number. Along the other axis its changes are roots, one bracket each (or, if that axis has whole
numbers too, the edges halfway between neighbours). Every column then is a strip cut at its changes; borders run across
a strip at a change, and along the edge of two strips wherever they differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy

from deceptive_sim.landscapes.borders import Border
from deceptive_sim.landscapes.boundaries.bracketing import Crossings, Edges, bracketed
from deceptive_sim.landscapes.boundaries.hints import hinted_points
from deceptive_sim.landscapes.boundaries.joining import lines, without_repeats
from deceptive_sim.landscapes.boundaries.mesh import coarse_edges
from deceptive_sim.landscapes.boundaries.plane import NOTHING, Labels, Plane, Readings
from deceptive_sim.landscapes.boundaries.spans import Floats
from deceptive_sim.landscapes.sweep import Kind

CLOSER = 16
"""Parts into which an interval is cut where a number hints at something hidden."""


def traced_steps(plane: Plane, tolerance: float) -> tuple[Border, ...]:
    """Find the borders of a plane of which at least one axis is whole.

    Parameters
    ----------
    plane : Plane
    tolerance : float
        Of roots, as a share of the axis.
    """
    across = 0 if plane.spans[0].whole else 1
    read = plane.grid()
    changes = _changes(plane, read, across, tolerance)
    found: list[Border] = []
    for row, variable in enumerate(plane.variables):
        first = read.labels[row] if across == 0 else read.labels[row].T
        outline = _Outline(first[:, 0], _of(changes, row), _ends(plane, 1 - across))
        found += _borders(plane, across, variable.name, outline, variable.kind is Kind.NUMBER)
    return tuple(found)


def _changes(plane: Plane, read: Readings, across: int, tolerance: float) -> Crossings:
    """All changes along columns."""
    along = 1 - across
    span = plane.spans[along]
    edges = coarse_edges(read)
    edges = edges.taken(numpy.flatnonzero(edges.along == along))
    if span.whole:
        return Crossings(edges=edges, place=edges.low + 0.5, jump=numpy.zeros(len(edges), dtype=bool))
    hidden = _hidden(plane, read, across)
    if hidden is not None:
        edges = edges.joined(hidden)
    width = tolerance / float(numpy.diff(span.units).max())
    return bracketed(plane, edges, numpy.array([width, width]))


def _hidden(plane: Plane, read: Readings, across: int) -> Edges | None:
    """Changes in intervals whose ends agree, where a number hints at them and a closer look shows them."""
    along = 1 - across
    hints = numpy.zeros(read.labels.shape[1:], dtype=bool)
    for row, variable in enumerate(plane.variables):
        if variable.kind is Kind.NUMBER:
            turned = (read.numbers[row], read.labels[row]) if across == 0 else (read.numbers[row].T, read.labels[row].T)
            found = hinted_points(turned[0][:, None, :], turned[1][:, None, :])[:, 0, :]
            hints |= found if across == 0 else found.T
    hints = hints if across == 0 else hints.T
    column, low = numpy.nonzero(hints[:, :-1] | hints[:, 1:])
    if not len(column):
        return None
    places = low[:, None] + numpy.arange(CLOSER + 1) / CLOSER
    lines_ = numpy.broadcast_to(column[:, None].astype(float), places.shape)
    at = (lines_.ravel(), places.ravel()) if across == 0 else (places.ravel(), lines_.ravel())
    closer = plane.at(*at)
    shape = (len(plane.variables), *places.shape)
    labels, numbers = closer.labels.reshape(shape), closer.numbers.reshape(shape)
    agree = (labels[:, :, 0] == labels[:, :, -1])[:, :, None]  # others are bracketed as a whole
    rows, interval, part = numpy.nonzero(agree & (labels[:, :, 1:] != labels[:, :, :-1]))
    return Edges(
        variable=rows,
        along=numpy.full(len(rows), along, dtype=numpy.int64),
        line=column[interval].astype(float),
        low=places[interval, part],
        width=numpy.full(len(rows), 1 / CLOSER),
        labels=numpy.stack([labels[rows, interval, part], labels[rows, interval, part + 1]]),
        numbers=numpy.stack([numbers[rows, interval, part], numbers[rows, interval, part + 1]]),
    )


def _of(changes: Crossings, row: int) -> Crossings:
    """The changes of one variable, column by column, from low to high."""
    mine = numpy.flatnonzero(changes.edges.variable == row)
    mine = mine[numpy.lexsort((changes.edges.low[mine], changes.edges.line[mine]))]
    return Crossings(edges=changes.edges.taken(mine), place=changes.place[mine], jump=changes.jump[mine])


def _ends(plane: Plane, axis: int) -> tuple[float, float]:
    """Where strips begin and end."""
    span = plane.spans[axis]
    half = 0.5 if span.whole else 0.0
    return -half, span.last + half


class _Outline:
    """Borders of one variable as segments: each from a corner to a corner, with the labels on its sides.

    Attributes
    ----------
    starts, ends : array of float, `[segment, 2]`
        Places across the columns (halves between them) and along them.
    pairs : array of int, `[segment, 2]`
    jumps : array of bool, `[root]`
        Of the first segments, which run across a column at a root.
    """

    def __init__(self, first: Labels, changes: Crossings, ends: tuple[float, float]) -> None:
        column = numpy.rint(changes.edges.line).astype(numpy.int64)
        labels = changes.edges.labels
        self.starts = numpy.column_stack([column - 0.5, changes.place])
        self.ends = numpy.column_stack([column + 0.5, changes.place])
        self.pairs = numpy.sort(labels.T, axis=1)
        self.jumps = changes.jump
        self._sides(first, column, changes.place, labels[1], ends)

    def _sides(self, first: Labels, column: Labels, changed: Floats, behind: Labels, ends: tuple[float, float]) -> None:
        """Add the pieces of the edges between neighbouring columns that part different labels."""
        columns = numpy.arange(len(first))
        owner = numpy.concatenate([columns, column])
        place = numpy.concatenate([numpy.full(len(first), ends[0]), changed])
        label = numpy.concatenate([first, behind])
        turn = numpy.arange(len(owner))  # equal places in the order of the changes
        seam = numpy.concatenate([owner, owner - 1])
        left = numpy.concatenate([numpy.ones(len(owner), dtype=bool), numpy.zeros(len(owner), dtype=bool)])
        place, label, turn = (numpy.concatenate([values, values]) for values in (place, label, turn))
        kept = numpy.flatnonzero((seam >= 0) & (seam < len(first) - 1))
        kept = kept[numpy.lexsort((turn[kept], place[kept], seam[kept]))]
        seam, place, label, left = seam[kept], place[kept], label[kept], left[kept]
        sides = numpy.stack([_latest(label, left), _latest(label, ~left)])
        until = numpy.append(place[1:], ends[1])
        until[numpy.append(seam[1:] != seam[:-1], True)[: len(until)]] = ends[1]
        piece = numpy.flatnonzero((sides[0] != sides[1]) & (until > place))
        at = seam[piece] + 0.5
        self.starts = numpy.concatenate([self.starts, numpy.column_stack([at, place[piece]])])
        self.ends = numpy.concatenate([self.ends, numpy.column_stack([at, until[piece]])])
        self.pairs = numpy.concatenate([self.pairs, numpy.sort(sides[:, piece].T, axis=1)])


def _latest(values: Labels, mine: Labels) -> Labels:
    """At each entry the value of the last entry that is mine (each seam begins with one of either side)."""
    last = numpy.maximum.accumulate(numpy.where(mine, numpy.arange(len(mine)), 0))
    return values[last]


def _borders(plane: Plane, across: int, name: str, outline: _Outline, numeric: bool) -> Iterator[Border]:
    """Long lines in the units of the parameters."""
    corners, node = numpy.unique(numpy.concatenate([outline.starts, outline.ends]), axis=0, return_inverse=True)
    node = node.reshape(2, -1)
    columns, others = plane.spans[across], plane.spans[1 - across]
    along = others.outline(corners[:, 1]) if others.whole else others.values(corners[:, 1])[:, 0]
    vertices = numpy.column_stack([columns.outline(corners[:, 0]), along])
    if across == 1:
        vertices = vertices[:, ::-1]
    some = ~(numeric & (outline.pairs == NOTHING).any(axis=1))
    jumping = {frozenset(node[:, root].tolist()): jump for root, jump in enumerate(outline.jumps.tolist())}
    for low, high in numpy.unique(outline.pairs[some], axis=0).tolist():
        mine = numpy.flatnonzero(some & (outline.pairs == [low, high]).all(axis=1))
        for line, closed in lines(node[0, mine], node[1, mine]):
            places = without_repeats(vertices[line], closed=closed)
            roots = [jumping[step] for step in map(frozenset, pairwise([*line, *line[:1]])) if step in jumping]
            if len(places) > 1:
                jump = bool(roots) and all(roots)
                yield Border(variable=name, between=(low, high), vertices=places, jump=jump, steps=True, closed=closed)
