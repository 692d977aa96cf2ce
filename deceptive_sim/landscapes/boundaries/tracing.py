"""Tracing: borders in a plane of two continuous spans, from brackets on a mesh that is refined until lines fit.

A cell is split while its rim is unclear, while the middle of a segment in it is farther from a change than the chord
tolerance (seen by measuring both sides of it), and where a number hints at something hidden; down to the smallest
size, and as long as the budget of points lasts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy
from numpy.typing import NDArray

from deceptive_sim.landscapes.borders import Border
from deceptive_sim.landscapes.boundaries.bracketing import Crossings, bracketed
from deceptive_sim.landscapes.boundaries.cells import Rims, Segments, corner_and_size, joined_in_cells, rims
from deceptive_sim.landscapes.boundaries.hints import beside, hinted_points
from deceptive_sim.landscapes.boundaries.joining import lines, without_repeats
from deceptive_sim.landscapes.boundaries.meetings import Meetings, meetings
from deceptive_sim.landscapes.boundaries.mesh import FAN, Cells, Mesh, coarse_edges, inner_edges
from deceptive_sim.landscapes.boundaries.plane import NOTHING, Labels, Plane, Readings
from deceptive_sim.landscapes.boundaries.spans import Floats
from deceptive_sim.landscapes.sweep import Kind

POINTS_PER_CELL = 250
"""About what splitting a cell costs, with the brackets inside it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Traced:
    """Borders, and in how many cells of the smallest size their course stayed unclear."""

    borders: tuple[Border, ...]
    unclear: int


class Tracer:
    """One search for borders.

    Parameters
    ----------
    plane : Plane
    tolerance, chord : float
        Of vertices and of the middles of segments, as shares of the spans.
    depth : int
        How many times a coarse cell may be split into 4 x 4.
    most_points : int
        No cell is split after so many points.
    """

    def __init__(self, plane: Plane, *, tolerance: float, chord: float, depth: int, most_points: int) -> None:
        self.plane = plane
        self.chord = chord
        self.most_points = most_points
        self.mesh = Mesh((plane.spans[0].last, plane.spans[1].last), depth)
        widest = [float(numpy.diff(span.units).max()) for span in plane.spans]
        self.widths = numpy.minimum(tolerance / numpy.array(widest), self.mesh.smallest / 2)
        self._meetings: dict[int, tuple[float, float, bool]] = {}
        self._fitting: Labels = numpy.empty(0, dtype=numpy.int64)

    def traced(self) -> Traced:
        """Find everything."""
        read = self.plane.grid()
        crossings = bracketed(self.plane, coarse_edges(read), self.widths)
        hints = self._hinted(read, None)
        while True:
            around = rims(self.mesh, crossings)
            meeting, nodes = self._met(around)
            segments = joined_in_cells(around, crossings, meeting)
            poor = self._poor(segments, crossings, nodes)
            lost = numpy.flatnonzero(meeting >= 0)[~nodes.found]
            bad = numpy.unique(numpy.concatenate([numpy.flatnonzero(~around.clear), segments.rim[poor], lost]))
            hopeless = around.rim[self._given_up(crossings)[around.crossing]]
            cells = self._to_split(around.cells.taken(bad[~numpy.isin(bad, hopeless)]), hints)
            if not len(cells):
                return Traced(borders=tuple(self._borders(crossings, segments, nodes)), unclear=len(bad))
            crossings, hints = self._split(cells, hints, crossings)

    def _given_up(self, crossings: Crossings) -> NDArray[numpy.bool_]:
        """Crossings on edges with too many changes: finer cells would not help."""
        return numpy.asarray(crossings.edges.width > self.widths[crossings.edges.along])

    def _split(self, cells: Cells, hints: Cells, crossings: Crossings) -> tuple[Crossings, Cells]:
        """Split cells; the changes then known, and the cells that are hinted at."""
        hinted = numpy.isin(self.mesh.identity(cells), self.mesh.identity(hints))
        self.mesh.split(cells)
        following = [hints.first(0)]
        for part, quiet in ((cells.taken(hinted), False), (cells.taken(~hinted), True)):
            for edges, some, read in inner_edges(self.plane, self.mesh, part, crossings):
                if len(edges):
                    crossings = crossings.joined(bracketed(self.plane, edges, self.widths))
                if not quiet:
                    following.append(self._hinted(read, some))
        return crossings, Cells(
            level=numpy.concatenate([some.level for some in following]),
            key=numpy.concatenate([some.key for some in following]),
        )

    def _hinted(self, read: Readings, parents: Cells | None) -> Cells:
        """Cells of the coarse grid, or parts of cells just split, in which something may hide."""
        points = numpy.zeros(read.labels.shape[1:], dtype=bool)
        for row, variable in enumerate(self.plane.variables):
            if variable.kind is Kind.NUMBER:
                points |= hinted_points(read.numbers[row], read.labels[row])
        which = numpy.nonzero(beside(points))
        if parents is None:
            return Cells(
                level=numpy.zeros(len(which[0]), dtype=numpy.int64), key=which[0] * self.mesh.shape[1] + which[1]
            )
        level = parents.level[which[0]] + 1
        rows = self.mesh.shape[1] * FAN ** parents.level[which[0]]
        x, y = parents.key[which[0]] // rows, parents.key[which[0]] % rows
        return Cells(level=level, key=(x * FAN + which[1]) * rows * FAN + y * FAN + which[2])

    def _to_split(self, bad: Cells, hints: Cells) -> Cells:
        """Cells that are to be split and may be, each once."""
        level = numpy.concatenate([bad.level, hints.level])
        cells = Cells(level=level, key=numpy.concatenate([bad.key, hints.key])).taken(level < self.mesh.depth)
        cells = cells.taken(numpy.unique(self.mesh.identity(cells), return_index=True)[1])
        left = max(0, self.most_points - self.plane.evaluations) // POINTS_PER_CELL
        return cells.first(left)

    def _met(self, around: Rims) -> tuple[Labels, Meetings]:
        """The meeting point of each rim whose crossings are not joined two by two, -1 for others; and all of them."""
        rows = numpy.flatnonzero(around.meets)
        x, y, size = corner_and_size(self.mesh, around.cells.taken(rows))
        variable = around.variable[rows]
        keys = self.mesh.identity(around.cells.taken(rows)) * len(self.plane.variables) + variable
        fresh = numpy.array([key not in self._meetings for key in keys.tolist()], dtype=bool)
        width = float(self.widths.min())
        found = meetings(self.plane, variable[fresh], (x[fresh], y[fresh]), size[fresh], width)
        values = zip(found.x.tolist(), found.y.tolist(), found.found.tolist(), strict=True)
        self._meetings.update(zip(keys[fresh].tolist(), values, strict=True))
        known = numpy.array([self._meetings[key] for key in keys.tolist()], dtype=float).reshape(-1, 3)
        meeting = numpy.full(len(around.cells), -1, dtype=numpy.int64)
        meeting[rows] = numpy.arange(len(rows))
        return meeting, Meetings(x=known[:, 0], y=known[:, 1], found=known[:, 2] == 1)

    def _poor(self, segments: Segments, crossings: Crossings, nodes: Meetings) -> NDArray[numpy.bool_]:
        """Segments whose middle is not within the chord tolerance of the change that they stand for."""
        spans = self.plane.spans
        key = segments.ends.min(axis=0) << 32 | segments.ends.max(axis=0)
        spoke = segments.ends.max(axis=0) >= len(crossings)
        x, y = (span.unit_of(at) for span, at in zip(spans, _places(crossings, nodes), strict=True))
        (x0, x1), (y0, y1) = x[segments.ends], y[segments.ends]
        length = numpy.hypot(x1 - x0, y1 - y0)
        open_ = numpy.flatnonzero((length > self.chord) & (spoke | ~numpy.isin(key, self._fitting)))
        across = numpy.stack([y0 - y1, x1 - x0])[:, open_] / length[open_] * self.chord
        middle = numpy.stack([x0 + x1, y0 + y1])[:, open_] / 2
        sides = numpy.stack([middle + across, middle - across])
        inside = ((sides >= 0) & (sides <= 1)).all(axis=(0, 1))
        open_, sides = open_[inside], sides[:, :, inside]
        poor = numpy.zeros(len(key), dtype=bool)
        if len(open_):
            at_x, at_y = (span.place_of(sides[:, row].ravel()) for row, span in enumerate(spans))
            rows = numpy.tile(segments.variable[open_], 2)
            labels = self.plane.at(at_x, at_y).labels[rows, numpy.arange(len(rows))].reshape(2, -1)
            labels.sort(axis=0)
            poor[open_] = (labels != segments.pair[:, open_]).any(axis=0)
        self._fitting = numpy.union1d(self._fitting, key[~poor & ~spoke])
        return poor

    def _borders(self, crossings: Crossings, segments: Segments, nodes: Meetings) -> Iterator[Border]:
        """Long lines, border by border."""
        x, y = _places(crossings, nodes)
        spans = self.plane.spans
        vertices = numpy.column_stack([spans[0].values(x)[:, 0], spans[1].values(y)[:, 0]])
        jumps = numpy.concatenate([crossings.jump, numpy.ones(len(nodes.x), dtype=bool)])
        numeric = numpy.array([variable.kind is Kind.NUMBER for variable in self.plane.variables])
        jump = jumps[segments.ends].all(axis=0) & numeric[segments.variable]
        some = ~(numeric[segments.variable] & (segments.pair == NOTHING).any(axis=0))
        sorts = numpy.column_stack([segments.variable, *segments.pair, jump])
        for variable, low, high, jumping in numpy.unique(sorts[some], axis=0).tolist():
            mine = numpy.flatnonzero(some & (sorts == [variable, low, high, jumping]).all(axis=1))
            for line, closed in lines(segments.ends[0, mine], segments.ends[1, mine]):
                places = without_repeats(vertices[line], closed=closed)
                if len(places) > 1:
                    name = self.plane.variables[variable].name
                    yield Border(variable=name, between=(low, high), vertices=places, jump=bool(jumping), closed=closed)


def _places(crossings: Crossings, nodes: Meetings) -> tuple[Floats, Floats]:
    """Places along x and y of all nodes: crossings, then meeting points."""
    x, y = crossings.edges.points(crossings.place)
    return numpy.concatenate([x, nodes.x]), numpy.concatenate([y, nodes.y])
