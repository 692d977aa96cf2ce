"""A picture measured in inches from its lower left corner, and keys of what its colours and letters mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from deceptive_sim.report.figures import style

WIDTH = 5.6
"""Inches, so that type is readable on a phone without scrolling far."""

LINE, SWATCH, GAP = 0.27, 0.2, 0.24


@dataclass(frozen=True, kw_only=True)
class Key:
    """What a sign means.

    Attributes
    ----------
    sign : str
        Written in a box of the colour, or by itself if there is no colour.
    meaning : str
    colour : Colour or None
    ink : str
        Colour of a sign that stands by itself.
    """

    sign: str
    meaning: str
    colour: style.Colour | None = None
    ink: str = style.INK


def canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """An empty picture whose data coordinates are inches."""
    figure = style.sheet(width, height)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(0, height))
    axes.axis("off")
    return figure, axes


def keys_height(keys: Sequence[Key], room: float) -> float:
    """How high a block of keys will be."""
    return LINE * len(_lines(keys, room))


def draw_keys(axes: Axes, keys: Sequence[Key], left: float, top: float, room: float) -> None:
    """Write keys one after the other, in as many lines as they need."""
    for row, line in enumerate(_lines(keys, room)):
        x, y = left, top - LINE * (row + 0.5)
        for key in line:
            wide = _sign(key)
            ink = key.ink
            if key.colour is not None:
                ink = style.ink_on(key.colour)
                axes.add_patch(
                    Rectangle((x, y - SWATCH / 2), wide, SWATCH, fc=key.colour, ec=style.FAINT_INK, lw=0.6, gid="key")
                )
            axes.text(x + wide / 2, y, key.sign, size=style.SMALL, color=ink, ha="center", va="center_baseline")
            words = style.fitting(style.drawable(key.meaning), style.SMALL, room - wide - 0.08)
            axes.text(
                x + wide + 0.08, y, words, size=style.SMALL, color=style.SOFT_INK, va="center_baseline", gid="meaning"
            )
            x += _width(key, room) + GAP


def _sign(key: Key) -> float:
    return max(SWATCH, style.width_of(key.sign, style.SMALL) + 0.1)


def _width(key: Key, room: float) -> float:
    words = style.width_of(style.drawable(key.meaning), style.SMALL)
    return min(_sign(key) + 0.08 + words, room)


def _lines(keys: Iterable[Key], room: float) -> list[list[Key]]:
    lines: list[list[Key]] = []
    left = 0.0
    for key in keys:
        wide = _width(key, room)
        if not lines or left + wide > room:
            lines.append([])
            left = 0.0
        lines[-1].append(key)
        left += wide + GAP
    return lines
