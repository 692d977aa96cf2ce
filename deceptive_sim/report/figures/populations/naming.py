"""Names in the pictures of a population: within the layer that they name, or at the right end of a curve."""

from __future__ import annotations

from collections.abc import Sequence

import numpy
from matplotlib.axes import Axes
from matplotlib.typing import ColorType

from deceptive_sim.report.figures import style
from deceptive_sim.report.figures.curves import spread
from deceptive_sim.report.figures.populations.stage import Floats

GRID = 240


def roomiest(
    x: Floats,
    lower: Floats,
    upper: Floats,
    borders: Floats,
    size: tuple[float, float],
    height: float,
) -> tuple[float, float] | None:
    """Where a box has most room between two curves without covering a border; None if nowhere.

    Parameters
    ----------
    x : array of float, [n]
        Places of the curves in inches, ascending.
    lower, upper : array of float, [n]
        The curves, as shares of the picture's height.
    borders : array of float
        Places that the box must not cover.
    size : tuple of float
        Width and height of the box, in inches.
    height : float
        Of the picture, in inches.

    Returns
    -------
    tuple of float or None
        Its middle: inches across, share up.
    """
    grid = numpy.linspace(0, float(x[-1]), GRID)
    low, high = (numpy.interp(grid, x, end) for end in (lower, upper))
    best: tuple[float, float, float] | None = None
    wide, tall = size
    reach = int(numpy.ceil(wide / 2 / (grid[1] - grid[0])))
    for middle in range(reach, GRID - reach, 2):
        span = slice(middle - reach, middle + reach + 1)
        bottom, top = float(low[span].max()), float(high[span].min())
        room = (top - bottom) * height - tall
        if room < 0.02:
            continue
        if (numpy.abs(borders - grid[middle]) < wide / 2).any():
            continue
        worth = min(room, 0.3) - 0.02 * abs(float(grid[middle] - grid[-1] / 2))
        if best is None or worth > best[0]:
            best = worth, float(grid[middle]), (bottom + top) / 2
    return None if best is None else best[1:]


def end_names(axes: Axes, ends: Sequence[tuple[float, str, ColorType]], room: float) -> None:
    """Names at the right ends of curves, moved apart where they would overlap."""
    (low, high), edge = axes.get_ylim(), axes.get_xlim()[1]
    tall = axes.get_window_extent().height / axes.figure.dpi
    blocks = []
    for end, name, colour in sorted(ends, key=lambda found: found[0]):
        text = style.wrapped(name, style.SMALL, room - 0.26, 3)
        blocks.append((end, text, colour, 0.185 * (text.count("\n") + 1) + 0.04))
    wanted = [((end - low) / (high - low) * tall, height) for end, _, _, height in blocks]
    for (end, text, colour, _), place in zip(blocks, spread(wanted, tall + 0.12), strict=True):
        axes.annotate(
            text, xy=(edge, end), xytext=(edge + 0.18, low + place / tall * (high - low)), size=style.SMALL,
            color=colour, va="center", linespacing=1.1, gid="name", annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": colour, "lw": 0.9, "shrinkA": 1, "shrinkB": 0, "relpos": (0, 0.5)},
        )  # fmt: skip
