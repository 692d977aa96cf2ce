"""Ways through a maze: what is known of one, and the line that is drawn for it.

Several ways keep apart by a little to the lower right of each other; where a way goes through a cell twice, each step
keeps to its right, so that going and coming back can be told apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from math import hypot

from deceptive_sim.maze.things import Cell
from deceptive_sim.report.mazes import signs
from deceptive_sim.report.mazes.shapes import Curve, Point, Shape, rounded

LANE = 0.14
"""How far a way keeps to its right, as a share of a cell."""

APART, LINE = 0.17, 0.13
"""How far ways are apart, and how wide one is, as shares of a cell."""

LEAST_LINE = 2.0

DASHES: tuple[tuple[float, ...], ...] = ((), (0.32, 0.24), (0.02, 0.24), (0.5, 0.2, 0.02, 0.2))


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way through a maze.

    Attributes
    ----------
    cells : tuple of Cell
        From the first to the last; standing still repeats a cell.
    label : str
        Whose way, or where to; shown in the key.
    colour : str
        `#rrggbb`; empty: the next one of the palette.
    takes : bool
        Whether what stands in the last cell is taken.
    """

    cells: tuple[Cell, ...]
    label: str = ""
    colour: str = ""
    takes: bool = True


def middle(cell: Cell, size: float) -> Point:
    """The middle of a cell."""
    return (cell[1] + 0.5) * size, (cell[0] + 0.5) * size


def aside(place: int, count: int) -> float:
    """By how much of a cell the way at that place among several is moved to the lower right."""
    return (place - (count - 1) / 2) * min(APART, 0.5 / max(1, count - 1))


def stops(way: Way, size: float, shift: float = 0.0) -> list[Point]:
    """The places that the line of a way joins, one for each cell unless it keeps to a lane."""
    cells = [cell for cell, _ in groupby(way.cells)]
    places = [(x + shift * size, y + shift * size) for x, y in (middle(cell, size) for cell in cells)]
    if len(set(cells)) == len(cells):
        return places
    return lanes(places, LANE * size)


def lanes(places: Sequence[Point], offset: float) -> list[Point]:
    """The way through places with every step moved to its right."""
    rights = []
    for (x, y), (u, v) in pairwise(places):
        long = abs(u - x) + abs(v - y)
        rights.append(((y - v) / long * offset, (u - x) / long * offset))
    way = [_moved(places[0], rights[0])]
    for place, before, after in zip(places[1:], rights, rights[1:], strict=False):
        if abs(before[0] * after[0] + before[1] * after[1]) < offset**2 / 2:
            way.append(_moved(place, (before[0] + after[0], before[1] + after[1])))
        elif before == after:
            way.append(_moved(place, before))
        else:
            way += [_moved(place, before), _moved(place, after)]
    return [*way, _moved(places[-1], rights[-1])]


def line_of(way: Way, size: float, colour: str, shift: float = 0.0, dashes: int = 0) -> Curve | None:
    """The line of a way without its ends; None if it goes nowhere."""
    places = stops(way, size, shift)
    if len(places) < 2:
        return None
    return Curve(
        kind="way",
        steps=rounded(places, 0.36 * size),
        stroke=colour,
        width=max(LEAST_LINE, LINE * size),
        dashes=tuple(length * size for length in DASHES[dashes % len(DASHES)]),
    )


def ends_of(way: Way, size: float, colour: str, taken: bool, shift: float = 0.0) -> list[Shape]:
    """Where a way starts, and where it ends: a ring around what is taken, or a square."""
    places, large = stops(way, size, shift), max(size, signs.LEAST)
    if not places:
        return []
    shapes = signs.start(places[0], large * (0.7 if shift else 1.0), colour)
    if taken:
        shapes += signs.ring(middle(way.cells[-1], size), large, colour)
    elif len(places) > 1:
        shapes += signs.stopped(places[-1], large, colour)
    return shapes


def arrow_along(curve: Curve, size: float, colour: str) -> list[Shape]:
    """The line of a way with an arrow, which ends before what stands in the last cell."""
    (x, y), tail = curve.steps[-1][1][-1], curve.steps[-2][1][-1]
    long = hypot(x - tail[0], y - tail[1]) or 1.0
    share = min(0.9, 0.5 * max(size, signs.LEAST) / long)
    tip = (x + share * (tail[0] - x), y + share * (tail[1] - y))
    short = replace(curve, steps=(*curve.steps[:-1], ("L", (tip,))))
    return [short, *signs.arrow(tip, tail, 0.34 * max(size, signs.LEAST), colour)]


def _moved(place: Point, by: Point) -> Point:
    return place[0] + by[0], place[1] + by[1]
