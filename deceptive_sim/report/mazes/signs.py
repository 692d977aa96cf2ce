"""What stands in cells: the door of the exit, apples, where a way starts and ends. Told apart by shape, then colour."""

from __future__ import annotations

from math import atan2, cos, pi, sin

from deceptive_sim.report.mazes.colours import INK, LETTERS, PAPER, THINGS, ink_on
from deceptive_sim.report.mazes.shapes import Box, Curve, Disc, Point, Shape, Words

LEAST_FOR_LETTERS = 15.0
"""Cells that are smaller hold no letters."""

LEAST = 13.0
"""In mazes of smaller cells signs are drawn larger than their cells."""

APPLE = (
    ("M", ((0.0, -0.2),)),
    ("C", ((0.1, -0.35), (0.43, -0.33), (0.43, 0.02))),
    ("C", ((0.43, 0.28), (0.22, 0.44), (0.1, 0.44))),
    ("C", ((0.05, 0.44), (0.03, 0.41), (0.0, 0.41))),
    ("C", ((-0.03, 0.41), (-0.05, 0.44), (-0.1, 0.44))),
    ("C", ((-0.22, 0.44), (-0.43, 0.28), (-0.43, 0.02))),
    ("C", ((-0.43, -0.33), (-0.1, -0.35), (0.0, -0.2))),
)
STALK = (("M", ((0.0, -0.2),)), ("Q", ((0.0, -0.36), (0.08, -0.45))))
LEAF = (("M", ((0.05, -0.29),)), ("Q", ((0.16, -0.5), (0.37, -0.43))), ("Q", ((0.27, -0.22), (0.05, -0.29))))


def apple(at: Point, size: float, colour: str) -> list[Shape]:
    """An apple of a colour, `size` being the side of its cell."""
    fill, edge = THINGS[colour], max(0.8, 0.045 * size)
    return [
        _scaled("apple", APPLE, at, size, fill=fill, stroke=INK, width=edge, closed=True),
        _scaled("stalk", STALK, at, size, stroke=INK, width=1.6 * edge),
        _scaled("leaf", LEAF, at, size, fill=INK, closed=True),
        *_letter(at, size, 0.1, colour),
    ]


def door(at: Point, size: float, colour: str) -> list[Shape]:
    """The exit: a door of a colour in a dark frame, with a panel and a sill."""
    fill = THINGS[colour]
    (x, y), edge = at, max(0.8, 0.07 * size)
    corner, leaf = (x - 0.3 * size, y - 0.44 * size), (0.6 * size, 0.88 * size)
    sill = Box(kind="sill", at=(x - 0.46 * size, y + 0.4 * size), size=(0.92 * size, 0.1 * size), fill=INK)
    shapes: list[Shape] = [
        Box(kind="exit", at=corner, size=leaf, round=0.03 * size, fill=fill, stroke=INK, width=edge),
        sill,
        *_letter((x, y - 0.15 * size), size, 0.0, colour),
    ]
    if size >= LEAST_FOR_LETTERS:
        panel = ((x - 0.16 * size, y + 0.15 * size), (0.32 * size, 0.15 * size))
        shapes.append(Box(kind="panel", at=panel[0], size=panel[1], stroke=INK, width=0.035 * size))
    return shapes


def start(at: Point, size: float, colour: str = INK) -> list[Shape]:
    """Where an agent starts: a ring."""
    return [Disc(kind="start", at=at, radius=0.21 * size, fill=PAPER, stroke=colour, width=max(1.2, 0.085 * size))]


def agent(at: Point, size: float, colour: str) -> list[Shape]:
    """Where an agent is."""
    return [Disc(kind="agent", at=at, radius=0.27 * size, fill=colour, stroke=PAPER, width=max(1.0, 0.07 * size))]


def stopped(at: Point, size: float, colour: str) -> list[Shape]:
    """Where a way ends without anything being taken: a square."""
    side = 0.34 * size
    corner = (at[0] - side / 2, at[1] - side / 2)
    return [Box(kind="stopped", at=corner, size=(side, side), fill=colour, stroke=PAPER, width=max(0.8, 0.05 * size))]


def ring(at: Point, size: float, colour: str) -> list[Shape]:
    """Around what is taken."""
    side = 0.94 * size
    corner = (at[0] - side / 2, at[1] - side / 2)
    width = max(1.2, 0.075 * size)
    return [Box(kind="taken", at=corner, size=(side, side), round=0.24 * size, stroke=colour, width=width)]


def bolt(at: Point, size: float, colour: str) -> list[Shape]:
    """A flash of lightning: a modification."""
    zigzag = ((0.1, -0.5), (-0.28, 0.08), (-0.04, 0.08), (-0.1, 0.5), (0.28, -0.1), (0.04, -0.1))
    steps = tuple(("L" if place else "M", (corner,)) for place, corner in enumerate(zigzag))
    return [_scaled("bolt", steps, at, size, closed=True, fill=colour, stroke=PAPER, width=1.2)]


def arrow(tip: Point, tail: Point, size: float, colour: str) -> list[Shape]:
    """The head of an arrow that comes from `tail`."""
    turn = atan2(tip[1] - tail[1], tip[0] - tail[0])
    corners = [tip] + [
        (tip[0] + size * cos(turn + side), tip[1] + size * sin(turn + side)) for side in (pi - 0.5, pi + 0.5)
    ]
    steps = tuple(("L" if place else "M", (corner,)) for place, corner in enumerate(corners))
    return [Curve(kind="arrow", steps=steps, closed=True, fill=colour, stroke=colour, width=0.12 * size)]


def _letter(at: Point, size: float, down: float, colour: str) -> list[Shape]:
    if size < LEAST_FOR_LETTERS:
        return []
    place, fill = (at[0], at[1] + down * size), ink_on(THINGS[colour])
    return [Words(kind="letter", at=place, text=LETTERS[colour], size=0.46 * size, fill=fill, bold=True, side="middle")]


def _scaled(
    kind: str, steps: tuple[tuple[str, tuple[Point, ...]], ...], at: Point, size: float, *, closed: bool = False,
    fill: str = "none", stroke: str = "none", width: float = 0.0,
) -> Curve:  # fmt: skip
    placed = tuple((name, tuple((at[0] + size * x, at[1] + size * y) for x, y in points)) for name, points in steps)
    return Curve(kind=kind, steps=placed, closed=closed, fill=fill, stroke=stroke, width=width)
