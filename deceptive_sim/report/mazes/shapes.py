"""Shapes that pictures of mazes are made of, and how they are written as SVG.

Lengths are in pixels, x to the right and y down. A picture lays its shapes one on the other in their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import pairwise
from math import hypot

Point = tuple[float, float]
NONE = "none"

FONT = "'DejaVu Sans', Verdana, 'Segoe UI', Roboto, Arial, sans-serif"
"""The first is the widest, and what room for words is measured with."""


@dataclass(frozen=True, kw_only=True)
class Curve:
    """A line or an area.

    Attributes
    ----------
    kind : str
        What it stands for; its class in SVG.
    steps : tuple of (str, tuple of Point)
        `M`, `L`, `Q` and `C` as in SVG, with one, one, two and three points.
    closed : bool
    fill, stroke : str
        Colours, or `none`.
    width : float
        Of the stroke.
    dashes : tuple of float
        Lengths of dashes and gaps; empty for a whole line.
    """

    kind: str
    steps: tuple[tuple[str, tuple[Point, ...]], ...]
    closed: bool = False
    fill: str = NONE
    stroke: str = NONE
    width: float = 0.0
    dashes: tuple[float, ...] = ()

    def moved(self, right: float, down: float) -> Curve:
        """The same elsewhere."""
        steps = tuple((name, tuple((x + right, y + down) for x, y in points)) for name, points in self.steps)
        return replace(self, steps=steps)

    def svg(self, more: str = "") -> str:
        """As an element."""
        path = "".join(name + " ".join(f"{_n(x)} {_n(y)}" for x, y in points) for name, points in self.steps)
        dashes = f' stroke-dasharray="{" ".join(map(_n, self.dashes))}"' if self.dashes else ""
        ends = "" if self.stroke == NONE else ' stroke-linecap="round" stroke-linejoin="round"'
        closing = "Z" if self.closed else ""
        return f'<path class="{self.kind}" d="{path}{closing}"{_paint(self)}{dashes}{ends}{more}/>'

    def pieces(self, fine: int = 8) -> list[list[Point]]:
        """The curve as straight lines, one for each `M`; every bend is cut into so many pieces."""
        found: list[list[Point]] = []
        for name, points in self.steps:
            if name == "M":
                found.append([points[0]])
            elif name == "L":
                found[-1].append(points[0])
            else:
                bend = (found[-1][-1], *points)
                found[-1] += [_along(bend, k / fine) for k in range(1, fine + 1)]
        return found


@dataclass(frozen=True, kw_only=True)
class Disc:
    """A circle."""

    kind: str
    at: Point
    radius: float
    fill: str = NONE
    stroke: str = NONE
    width: float = 0.0

    def moved(self, right: float, down: float) -> Disc:
        """The same elsewhere."""
        return replace(self, at=(self.at[0] + right, self.at[1] + down))

    def svg(self, more: str = "") -> str:
        """As an element."""
        x, y = self.at
        return f'<circle class="{self.kind}" cx="{_n(x)}" cy="{_n(y)}" r="{_n(self.radius)}"{_paint(self)}{more}/>'


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle, given by its upper left corner, with rounded corners if `round` is more than 0."""

    kind: str
    at: Point
    size: Point
    round: float = 0.0
    fill: str = NONE
    stroke: str = NONE
    width: float = 0.0

    def moved(self, right: float, down: float) -> Box:
        """The same elsewhere."""
        return replace(self, at=(self.at[0] + right, self.at[1] + down))

    def svg(self, more: str = "") -> str:
        """As an element."""
        x, y, wide, tall = map(_n, (*self.at, *self.size))
        bent = f' rx="{_n(self.round)}"' if self.round else ""
        place = f'x="{x}" y="{y}" width="{wide}" height="{tall}"'
        return f'<rect class="{self.kind}" {place}{bent}{_paint(self)}{more}/>'


@dataclass(frozen=True, kw_only=True)
class Words:
    """A line of text; `at` is on its middle line, at its left end, its middle or its right end (`side`)."""

    kind: str
    at: Point
    text: str
    size: float
    fill: str
    bold: bool = False
    side: str = "start"

    def moved(self, right: float, down: float) -> Words:
        """The same elsewhere."""
        return replace(self, at=(self.at[0] + right, self.at[1] + down))

    def svg(self, more: str = "") -> str:
        """As an element."""
        x, y = self.at[0], self.at[1] + 0.36 * self.size
        weight = ' font-weight="700"' if self.bold else ""
        side = "" if self.side == "start" else f' text-anchor="{self.side}"'
        place = f'class="{self.kind}" x="{_n(x)}" y="{_n(y)}" font-size="{_n(self.size)}"'
        return f'<text {place} fill="{self.fill}"{weight}{side}{more}>{escape(self.text)}</text>'


Shape = Curve | Disc | Box | Words


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Shapes on a sheet of paper.

    Attributes
    ----------
    width, height : float
    shapes : tuple of Shape
    title, description : str
        For readers who do not see it: what it is, and what it shows.
    """

    width: float
    height: float
    shapes: tuple[Shape, ...]
    title: str = ""
    description: str = ""

    def svg(self, *, alone: bool = True, more: str = "") -> str:
        """As an SVG document, or as an element of a page (not `alone`); `more` is attributes of its own.

        It has no ids, styles or references, so that any number fit on one page.
        """
        space = ' xmlns="http://www.w3.org/2000/svg"' if alone else ""
        size = f'width="{_n(self.width)}" height="{_n(self.height)}"'
        box = f'viewBox="0 0 {_n(self.width)} {_n(self.height)}"'
        lines = [f'<svg{space} role="img" {box} {size} font-family="{FONT}"{more}>']
        lines += [f"<title>{escape(self.title)}</title>"] * bool(self.title)
        lines += [f"<desc>{escape(self.description)}</desc>"] * bool(self.description)
        return "\n".join([*lines, *(shape.svg() for shape in self.shapes), "</svg>"]) + "\n" * alone


def line(points: Sequence[Point]) -> tuple[tuple[str, tuple[Point, ...]], ...]:
    """Straight from point to point."""
    return tuple(("L" if place else "M", (point,)) for place, point in enumerate(points))


def rounded(
    points: Sequence[Point], radius: float, *, closed: bool = False
) -> tuple[tuple[str, tuple[Point, ...]], ...]:
    """From point to point with rounded corners; a corner takes at most half of each piece that meets in it."""
    corners = straightened(points, closed=closed)
    count = len(corners)
    if count < 3:
        return line(corners)
    steps: list[tuple[str, tuple[Point, ...]]] = []
    for place, corner in enumerate(corners):
        if not closed and place in (0, count - 1):
            steps.append(("L" if steps else "M", (corner,)))
            continue
        before, after = corners[place - 1], corners[(place + 1) % count]
        reach = min(radius, *(hypot(x - corner[0], y - corner[1]) / 2 for x, y in (before, after)))
        steps.append(("L" if steps else "M", (_toward(corner, before, reach),)))
        steps.append(("Q", (corner, _toward(corner, after, reach))))
    return tuple(steps)


def straightened(points: Iterable[Point], *, closed: bool = False) -> list[Point]:
    """The corners alone: points at which nothing turns, and repeated ones, left out."""
    found: list[Point] = []
    for point in points:
        if found and _same(found[-1], point):
            continue
        if len(found) > 1 and _straight(found[-2], found[-1], point):
            found.pop()
        found.append(point)
    while closed and len(found) > 3 and _straight(found[-1], found[0], found[1]):
        found.pop(0)
    while closed and len(found) > 3 and _straight(found[-2], found[-1], found[0]):
        found.pop()
    return found


def length(points: Sequence[Point]) -> float:
    """How long a line of straight pieces is."""
    return sum(hypot(x - u, y - v) for (u, v), (x, y) in pairwise(points))


def _straight(a: Point, b: Point, c: Point) -> bool:
    """Whether the way goes on in b as it came: back where it came from is a turn."""
    u, v, x, y = b[0] - a[0], b[1] - a[1], c[0] - b[0], c[1] - b[1]
    return abs(u * y - v * x) < 1e-9 and u * x + v * y > 0


def _same(a: Point, b: Point) -> bool:
    return abs(a[0] - b[0]) < 1e-9 and abs(a[1] - b[1]) < 1e-9


def _toward(a: Point, b: Point, reach: float) -> Point:
    share = reach / (hypot(b[0] - a[0], b[1] - a[1]) or 1.0)
    return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])


def _along(points: Sequence[Point], share: float) -> Point:
    """A place on the curve of Bézier with these control points."""
    while len(points) > 1:
        points = [(u + share * (x - u), v + share * (y - v)) for (u, v), (x, y) in pairwise(points)]
    return points[0]


def _paint(shape: Curve | Disc | Box) -> str:
    stroke = "" if shape.stroke == NONE else f' stroke="{shape.stroke}" stroke-width="{_n(shape.width)}"'
    return f' fill="{shape.fill}"{stroke}'


def _n(value: float) -> str:
    """A length with at most two decimals."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
