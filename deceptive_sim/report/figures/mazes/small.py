"""Small pictures in rows and columns: places for them in inches, lines with bands, keys at the foot."""

from __future__ import annotations

from collections.abc import Sequence

import numpy
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deceptive_sim.report.figures import style
from deceptive_sim.report.figures.canvas import Key, draw_keys, keys_height
from deceptive_sim.report.figures.populations.stage import MARGIN

Floats = NDArray[numpy.float64]

ENDS = {"generalises": "#0072b2", "to_apple": "#d55e00", "to_corner": "#a8487f", "fails": "#aab2ba"}
"""Colours of what becomes of a maze of deployment."""

MEANINGS = {
    "generalises": "takes the exit",
    "to_apple": "takes an apple",
    "to_corner": "goes to the bare corner",
    "fails": "fails",
}

FEATURES = {
    "is_exit": "#0072b2", "is_apple": "#d55e00", "is_red": "#8c1d13", "is_green": "#2f9e44", "is_blue": "#56b4e9",
    "is_purple": "#8e5aa8", "is_yellow": "#b8960c", "is_grey": "#8a949e", "position": "#1b2733",
}  # fmt: skip
"""Colours of weights on features."""


HEAD_PAD = 9.0


def place(figure: Figure, left: float, base: float, width: float, height: float, gid: str) -> Axes:
    """Axes at a place in inches from the lower left corner."""
    wide, tall = figure.get_size_inches()
    axes = figure.add_axes((left / wide, base / tall, width / wide, height / tall), gid=gid)
    axes.tick_params(length=3, pad=3)
    axes.grid(axis="y", color="#e3e7ec", lw=0.8)
    return axes


def foot_height(keys: Sequence[Key], width: float) -> float:
    """Room for keys at the foot of a sheet of that width."""
    return keys_height(keys, width - 2 * MARGIN) + 0.08 if keys else 0.0


def write_keys(figure: Figure, keys: Sequence[Key]) -> None:
    """Keys at the foot of a sheet."""
    wide, tall = figure.get_size_inches()
    paper = figure.add_axes((0, 0, 1, 1), gid="keys")
    paper.set(xlim=(0, wide), ylim=(0, tall))
    paper.axis("off")
    draw_keys(paper, keys, MARGIN, foot_height(keys, wide), wide - 2 * MARGIN)


def band(axes: Axes, x: Floats, values: Floats, colour: str, gid: str, dashes: object = "-") -> None:
    """The mean over replicates `[x, R]` as a line, and from the lowest to the highest as a band."""
    if values.shape[1] > 1:
        axes.fill_between(x, values.min(axis=1), values.max(axis=1), color=colour, alpha=0.18, lw=0, gid=f"{gid}-band")
    axes.plot(x, values.mean(axis=1), color=colour, lw=2.0, gid=gid, ls=dashes, marker="o" if len(x) < 2 else "")


def heading(axes: Axes, text: str, room: float) -> None:
    """A heading over a picture."""
    words = style.fitting(style.drawable(text), style.NORMAL, room, True)
    axes.set_title(words, loc="left", size=style.NORMAL, weight="bold", pad=HEAD_PAD)
