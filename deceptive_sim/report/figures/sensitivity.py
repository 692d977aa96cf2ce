"""What moves the premium most: each parameter alone as a tornado, all at once as shares of the variance."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deceptive_sim.core.exact import readable
from deceptive_sim.landscapes.sensitivity import Bar, Sobol, Tornado
from deceptive_sim.report.figures import style
from deceptive_sim.report.figures.diagram import MARGIN, write_title
from deceptive_sim.studies.phase_drivers import Drivers
from deceptive_sim.studies.result import RunResult

# inches
ROW, NAME_ROOM, BARS, GAP, RIGHT, HEAD, FOOT = 0.5, 1.9, 2.6, 0.3, 0.3, 0.36, 0.62
MOST_ROWS = 8
LOW, HIGH, FIRST = "#7fb4d4", "#0b5a8f", "#b87a00"


def draw(result: RunResult) -> Figure:
    """The sensitivity of a result."""
    if result.landscape is None or result.landscape.drivers is None:
        return style.note_sheet("There is nothing that could move the premium.")
    return draw_drivers(result.landscape.drivers)


def draw_drivers(drivers: Drivers) -> Figure:
    """Bars for every parameter: the premium at the ends of its range, and its share of the variance."""
    with style.house_style():
        bars = drivers.tornado.bars[:MOST_ROWS]
        panels = 1 if drivers.sobol is None else 2
        width = MARGIN + NAME_ROOM + panels * BARS + (panels - 1) * GAP + RIGHT
        title = style.wrapped(title_of(drivers), style.LARGE, width - 2 * MARGIN, 3, True)
        note = style.wrapped(note_of(drivers), style.SMALL, width - 2 * MARGIN, 5)
        head = 0.24 + 0.27 * (title.count("\n") + 1) + (HEAD if panels > 1 else 0.1)
        foot = FOOT + 0.2 * (note.count("\n") + 1)
        height = head + ROW * len(bars) + foot
        figure = style.sheet(width, height)
        write_title(figure, title)
        boxes = [
            ((MARGIN + NAME_ROOM + place * (BARS + GAP)) / width, foot / height, BARS / width, ROW * len(bars) / height)
            for place in range(panels)
        ]
        left = figure.add_axes(boxes[0], gid="tornado")
        _tornado(left, drivers.tornado, bars)
        _names(left, drivers, bars)
        if drivers.sobol is not None:
            _shares(figure.add_axes(boxes[1], gid="sobol"), drivers.sobol, bars)
        figure.text(MARGIN / width, 0.1 / height, note, size=style.SMALL, color=style.SOFT_INK, va="bottom",
                    linespacing=1.2, gid="note")  # fmt: skip
        return figure


def title_of(drivers: Drivers) -> str:
    """Which parameter moves the premium most."""
    if drivers.sobol is not None and drivers.sobol.variance > 0:
        return f"What moves the premium most: {_words(drivers, drivers.sobol.shares[0].path)}"
    bars = [bar for bar in drivers.tornado.bars if bar.swing > 0]
    return f"What moves the premium most: {_words(drivers, bars[0].path)}" if bars else "Nothing here moves the premium"


def note_of(drivers: Drivers) -> str:
    """What the bars mean."""
    told = "Left: the premium at both ends of one range, all else as the scenario says (line)."
    if drivers.sobol is None:
        return told.replace("Left: the", "The") + (
            f" No shares of variance: {drivers.missing}." if drivers.missing else ""
        )
    return f"{told} Right: how much of the premium's variance over all ranges is due to it, with 95% intervals."


def _words(drivers: Drivers, path: str) -> str:
    return drivers.titles.get(path, path)


def _tornado(axes: Axes, tornado: Tornado, bars: tuple[Bar, ...]) -> None:
    numbers = [end for bar in bars for end in (bar.at_low, bar.at_high)] + [tornado.at_base]
    finite = [number for number in numbers if math.isfinite(number)] or [0.0]
    low, high = min(finite), max(finite)
    room = 0.22 * (high - low) or 1.0
    axes.set(xlim=(low - room, high + room), ylim=(len(bars) - 0.5, -0.5), yticks=[])
    for row, bar in enumerate(bars):
        if not math.isfinite(bar.swing):
            axes.text(0.5, row, "no premium", transform=axes.get_yaxis_transform(), ha="center", va="center",
                      size=style.SMALL, color=style.SOFT_INK, gid="none")  # fmt: skip
            continue
        middle = tornado.at_base if math.isfinite(tornado.at_base) else (bar.at_low + bar.at_high) / 2
        for end, colour, gid in ((bar.at_low, LOW, "low"), (bar.at_high, HIGH, "high")):
            axes.barh(row, end - middle, left=middle, height=0.5, color=colour, edgecolor="none", gid=gid, zorder=3)
        _end_texts(axes, row, bar, high - low)
    if math.isfinite(tornado.at_base):
        axes.axvline(tornado.at_base, color=style.INK, lw=1.2, zorder=4, gid="base")
    if low < 0 < high:
        axes.axvline(0, color=style.FAINT_INK, lw=0.8, ls=(0, (3, 2)), zorder=2, gid="zero")
    axes.set_xticks(*style.plain_ticks(low - room, high + room))
    axes.set_xlabel("premium of deception", labelpad=3)
    axes.spines["left"].set_visible(False)


def _end_texts(axes: Axes, row: int, bar: Bar, span: float) -> None:
    """The values of the parameter at the ends of its bar."""
    ends = sorted([(bar.at_low, readable(bar.low)), (bar.at_high, readable(bar.high))], key=lambda end: end[0])
    gap = 0.02 * span
    for (at, text), align, step in zip(ends, ("right", "left"), (-gap, gap), strict=True):
        axes.text(at + step, row, text, ha=align, va="center", size=9.5, color=style.INK, gid="end", zorder=5)


def _names(axes: Axes, drivers: Drivers, bars: tuple[Bar, ...]) -> None:
    """Each parameter in words at the left of its row."""
    for row, bar in enumerate(bars):
        text = style.wrapped(_words(drivers, bar.path), style.SMALL, NAME_ROOM - 0.15, 3)
        size = style.SMALL if text.count("\n") < 2 else 9.0
        axes.text(-0.1 / BARS, row, text, transform=axes.get_yaxis_transform(), ha="right", va="center", size=size,
                  linespacing=1.05, gid="parameter")  # fmt: skip


def _shares(axes: Axes, sobol: Sobol, bars: tuple[Bar, ...]) -> None:
    """Total shares as bars, first-order ones as thin bars in them, both with their intervals."""
    found = {share.path: share for share in sobol.shares}
    top = max([1.0, *(share.total_interval[1] for share in sobol.shares)])
    axes.set(xlim=(0, 1.04 * top), ylim=(len(bars) - 0.5, -0.5), yticks=[])
    for row, bar in enumerate(bars):
        share = found[bar.path]
        for size, interval, height, colour, shift, gid in (
            (share.total, share.total_interval, 0.26, HIGH, -0.14, "total"),
            (share.first, share.first_interval, 0.26, FIRST, 0.14, "first"),
        ):
            axes.barh(row + shift, max(0.0, size), height=height, color=colour, edgecolor="none", gid=gid, zorder=3)
            ends = [max(0.0, end) for end in interval]
            axes.plot(ends, [row + shift] * 2, color=style.INK, lw=1.2, zorder=4, gid=f"{gid}-interval")
    places, texts = style.plain_ticks(0, top)
    axes.set_xticks(places, texts)
    axes.set_xlabel("share of the variance", labelpad=3)
    for x, name, colour in ((0.0, "with interactions", HIGH), (0.56, "alone", FIRST)):
        axes.text(x, 1.02, f"■ {name}", transform=axes.transAxes, va="bottom", size=9.5, color=colour, gid="share-key")
