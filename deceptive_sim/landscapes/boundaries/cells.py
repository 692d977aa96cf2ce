"""Cells: what crosses the rim of each, and how that is joined inside.

Going around a cell, labels change at its crossings and come back to the first. Two crossings are the ends of one
border, and four those of two borders if each pair of labels comes twice, as where a narrow region passes through. If
every label comes once, three or more regions meet inside, and each crossing is joined to the point where they meet. Any
other rim can be joined in several ways: the cell is unclear, and to be split.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy
from numpy.typing import NDArray

from deceptive_sim.landscapes.boundaries.bracketing import Crossings
from deceptive_sim.landscapes.boundaries.mesh import Cells, Mesh
from deceptive_sim.landscapes.boundaries.plane import Labels
from deceptive_sim.landscapes.boundaries.spans import Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Rims:
    """Crossings on the rims of cells, anticlockwise, rim after rim.

    Attributes
    ----------
    crossing : array of int, `[entry]`
        Each crossing stands on the rims of the two cells beside it.
    rim : array of int, `[entry]`
    cells : Cells
        The cell of each rim; there is one rim per variable and cell.
    variable, start, count : array of int, `[rim]`
        `start` is the rim's first entry.
    clear : array of bool, `[rim]`
        Whether there is one way to join its crossings.
    meets : array of bool, `[rim]`
        Whether they are joined to one point, rather than the first to the second, the third to the fourth, ...
    """

    crossing: Labels
    rim: Labels
    cells: Cells
    variable: Labels
    start: Labels
    count: Labels
    clear: NDArray[numpy.bool_]
    meets: NDArray[numpy.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Segments:
    """Straight pieces of borders.

    Attributes
    ----------
    ends : array of int, `[2, segment]`
        Nodes: first all crossings, then all meeting points.
    variable : array of int, `[segment]`
    pair : array of int, `[2, segment]`
        Labels on its sides, the smaller one first.
    rim : array of int, `[segment]`
    """

    ends: Labels
    variable: Labels
    pair: Labels
    rim: Labels


def rims(mesh: Mesh, crossings: Crossings) -> Rims:
    """Collect what crosses the rims of unsplit cells."""
    edges = crossings.edges
    middle = edges.low + edges.width / 2
    nudge, last = mesh.smallest / 4, numpy.array(mesh.shape[::-1], dtype=float)[edges.along]
    parts = []
    for after in (False, True):  # the cell before the line and the cell behind it
        beside = edges.line + (nudge if after else -nudge)
        inside = numpy.flatnonzero((beside > 0) & (beside < last))
        x, y = edges.points(middle)
        x, y = numpy.where(edges.along == 0, x, beside)[inside], numpy.where(edges.along == 0, beside, y)[inside]
        horizontal = edges.along[inside] == 0
        side = numpy.where(horizontal, 0 if after else 2, 3 if after else 1)
        rising = side < 2
        parts.append(
            (
                inside,
                mesh.at(x, y),
                side,
                numpy.where(rising, 1, -1) * middle[inside],
                numpy.where(rising, edges.labels[1, inside], edges.labels[0, inside]),
            )
        )
    (one, before_cells, *one_rest), (other, behind_cells, *other_rest) = parts
    side, place, ahead = (numpy.concatenate(both) for both in zip(one_rest, other_rest, strict=True))
    crossing = numpy.concatenate([one, other])
    cells = Cells(
        level=numpy.concatenate([before_cells.level, behind_cells.level]),
        key=numpy.concatenate([before_cells.key, behind_cells.key]),
    )
    variable = edges.variable[crossing]
    group = mesh.identity(cells) * (int(variable.max(initial=0)) + 1) + variable
    order = numpy.lexsort((place, side, group))
    crossing, ahead, group, cells = crossing[order], ahead[order], group[order], cells.taken(order)
    start = numpy.flatnonzero(numpy.diff(group, prepend=-1))
    count = numpy.diff(start, append=len(group))
    rim = numpy.repeat(numpy.arange(len(start)), count)
    by_label = numpy.lexsort((ahead, rim))
    fresh = (numpy.diff(rim[by_label], prepend=-1) != 0) | (numpy.diff(ahead[by_label], prepend=0) != 0)
    distinct = numpy.bincount(rim[by_label][fresh], minlength=len(start))
    once = (count > 2) & (distinct == count)
    paired = _paired(edges.labels[:, crossing], crossing, start, count)
    clear = (count == 2) | once | paired
    return Rims(
        crossing=crossing,
        rim=rim,
        cells=cells.taken(start),
        variable=variable[order][start],
        start=start,
        count=count,
        clear=clear,
        meets=once | ~clear & ((distinct > 2) | (count % 2 == 1)),
    )


def _paired(labels: Labels, crossing: Labels, start: Labels, count: Labels) -> NDArray[numpy.bool_]:
    """Rims of two pairs of labels, each twice; their crossings are moved around until equal ones are neighbours."""
    lower, upper = labels.min(axis=0), labels.max(axis=0)
    paired = numpy.zeros(len(start), dtype=bool)
    fours = numpy.flatnonzero(count == 4)
    entry = start[fours] + numpy.arange(4)[:, None]
    one, other = lower[entry], upper[entry]
    equal = (one == numpy.roll(one, -1, axis=0)) & (other == numpy.roll(other, -1, axis=0))  # to the next one
    straight = equal[0] & ~equal[1] & equal[2] & ~equal[3]
    turned = ~equal[0] & equal[1] & ~equal[2] & equal[3]
    paired[fours[straight | turned]] = True
    crossing[entry[:, turned]] = numpy.roll(crossing[entry[:, turned]], -1, axis=0)
    return paired


def joined_in_cells(around: Rims, crossings: Crossings, meeting: Labels) -> Segments:
    """Join the crossings of every rim.

    Parameters
    ----------
    around : Rims
    crossings : Crossings
    meeting : array of int, `[rim]`
        Which meeting point the crossings of a rim are joined to, -1 for none: then they are joined two by two.
    """
    alone = meeting[around.rim] < 0
    place = numpy.arange(len(around.rim)) - around.start[around.rim]
    first = numpy.flatnonzero(alone & (place % 2 == 0))
    spoke = numpy.flatnonzero(~alone)
    start = around.crossing[numpy.concatenate([first, spoke])]
    end = numpy.concatenate([around.crossing[first + 1], len(crossings) + meeting[around.rim[spoke]]])
    labels = crossings.edges.labels[:, start]
    return Segments(
        ends=numpy.stack([start, end]),
        variable=crossings.edges.variable[start],
        pair=numpy.stack([labels.min(axis=0), labels.max(axis=0)]),
        rim=around.rim[numpy.concatenate([first, spoke])],
    )


def corner_and_size(mesh: Mesh, cells: Cells) -> tuple[Floats, Floats, Floats]:
    """Places of the lowest corners along x and y, and widths, of cells."""
    x, y = mesh.origin(cells)
    return x, y, cells.size
