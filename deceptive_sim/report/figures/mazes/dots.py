"""Numbers that were predicted beside numbers that were lived, a row for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from deceptive_sim.populations.measures import Estimate
from deceptive_sim.report.figures import style

LIVED, PREDICTED = "#0072b2", "#d55e00"
NAMES, ROW = 2.1, 0.42


@dataclass(frozen=True, kw_only=True)
class Row:
    """What was lived, with its interval, and what was predicted of it."""

    label: str
    lived: Estimate
    predicted: float


def draw_rows(axes: Axes, rows: Sequence[Row], title: str) -> None:
    """The rows, the first on top; scales begin at 0."""
    axes.grid(axis="y", lw=0)
    axes.grid(axis="x", color="#e3e7ec", lw=0.8)
    high = max(max(row.lived.high or row.lived.mean, row.predicted) for row in rows)
    low = min(0.0, *(min(row.lived.low or row.lived.mean, row.predicted) for row in rows))
    room = 0.08 * (high - low or 1.0)
    axes.set(ylim=(len(rows) - 0.5, -0.5), xlim=(low - room, high + room))
    for place, row in enumerate(rows):
        if row.lived.low is not None and row.lived.high is not None:
            axes.plot((row.lived.low, row.lived.high), (place, place), color=LIVED, lw=1.6, gid="interval", zorder=3,
                      solid_capstyle="butt")  # fmt: skip
        axes.plot([row.predicted], [place], "D", ms=10, mfc="none", mec=PREDICTED, mew=1.6, gid="predicted", zorder=2)
        axes.plot([row.lived.mean], [place], "o", ms=5.5, color=LIVED, mew=0, gid="lived", zorder=4)
    names = [style.wrapped(row.label, style.SMALL, NAMES - 0.25, 2) for row in rows]
    axes.set_yticks(range(len(rows)), names, linespacing=1.05)
    axes.tick_params(axis="y", length=0, labelcolor=style.INK)
    axes.set_xticks(*style.plain_ticks(low, high + room))
    axes.set_xlabel(title, labelpad=3)
