"""Slices: value and premium along one parameter at a time, with the behaviour under the axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from deceptive_sim.model.regimes import Regime
from deceptive_sim.report.figures import keys, style
from deceptive_sim.report.figures.diagram import MARGIN, write_title
from deceptive_sim.report.figures.plane import strategy_words
from deceptive_sim.report.figures.regimes import COLOURS
from deceptive_sim.report.figures.sides import name_room, put_scale
from deceptive_sim.solvers.measurements import REGIMES
from deceptive_sim.studies.phase_scale import Scale
from deceptive_sim.studies.phase_slices import Slice, Stretch
from deceptive_sim.studies.result import RunResult

# inches
LINE_WIDTH, PANEL, BAND, GAP, ABOVE = 4.7, 1.75, 0.46, 0.18, 0.24
RIGHT = 1.05
MOST_POINTS = 60
SIZE = 9.5
VALUE, PREMIUM = "#0b5a8f", "#b9470a"


def draw(result: RunResult) -> Figure:
    """The slices of a result."""
    if result.landscape is None or not result.landscape.slices:
        return style.note_sheet("There is no parameter to draw.")
    return draw_slices(result.landscape.slices)


def draw_slices(slices: Sequence[Slice]) -> Figure:
    """One panel for each slice."""
    with style.house_style():
        left = max(_left(slice_) for slice_ in slices)
        width = left + LINE_WIDTH + RIGHT
        title = style.wrapped(title_of(slices), style.LARGE, width - 2 * MARGIN, 3, True)
        note = style.wrapped(note_of(slices), style.SMALL, width - 2 * MARGIN, 3)
        head = 0.24 + 0.27 * (title.count("\n") + 1)
        nameless = _nameless(slices)
        key = keys.HEIGHT if nameless else 0.0
        foot = key + 0.2 * (note.count("\n") + 1) + 0.16
        each = [ABOVE + PANEL + BAND + name_room(slice_.scale) for slice_ in slices]
        height = head + sum(each) + GAP * (len(slices) - 1) + foot
        figure = style.sheet(width, height)
        write_title(figure, title)
        top = height - head
        for slice_, tall in zip(slices, each, strict=True):
            bottom = top - ABOVE - PANEL
            upper = figure.add_axes((left / width, bottom / height, LINE_WIDTH / width, PANEL / height), gid="lines")
            lower = figure.add_axes(
                (left / width, (bottom - BAND) / height, LINE_WIDTH / width, BAND / height), gid="band"
            )
            _lines(upper, slice_)
            _band(lower, slice_)
            top -= tall + GAP
        keys.draw_key(figure, nameless, left, 0.2 * (note.count("\n") + 1) + 0.14)
        figure.text(MARGIN / width, 0.1 / height, note, size=style.SMALL, color=style.SOFT_INK, va="bottom",
                    linespacing=1.2, gid="note")  # fmt: skip
        return figure


def title_of(slices: Sequence[Slice]) -> str:
    """Where the premium changes its sign along the first parameter."""
    first = slices[0]
    if len(slices) > 1:
        return f"What {first.label} gains and does, one parameter at a time"
    if not first.roots:
        pays = bool((numpy.nan_to_num(first.premium) > 0).any())
        return f"The premium of deception is {'positive' if pays else 'nowhere positive'} along {first.scale.title}"
    told = " and ".join(root_text(first.scale, root) for root in first.roots[:3])
    return f"The premium of deception changes its sign at {first.scale.title} {told}"


def root_text(scale: Scale, root: float) -> str:
    """Where a sign changes: a number, or between which two whole numbers."""
    if not scale.whole:
        return f"{root:.4g}"
    after = int(numpy.searchsorted(scale.values, root))
    return f"{scale.values[after - 1]:g} to {scale.values[after]:g}"


def note_of(slices: Sequence[Slice]) -> str:
    """What a reader must know."""
    also = " Everything else is as the scenario says." if len(slices) > 1 else ""
    return f"In payoff units. Below: the optimal behaviour; a strategy is the one in the middle of its stretch.{also}"


def _left(slice_: Slice) -> float:
    low, high = _limits(slice_)
    widest = max(style.width_of(text, style.SMALL) for text in style.plain_ticks(low, high)[1])
    return MARGIN + widest + 0.3


def _limits(slice_: Slice) -> tuple[float, float]:
    numbers = numpy.concatenate([slice_.value, slice_.premium, [0.0]])
    low, high = float(numpy.nanmin(numbers)), float(numpy.nanmax(numbers))
    room = 0.07 * (high - low) or 1.0
    return low - room, high + room


def _lines(axes: Axes, slice_: Slice) -> None:
    low, high = _limits(slice_)
    put_scale(axes.xaxis, slice_.scale, LINE_WIDTH)
    axes.set_ylim(low, high)
    axes.set_yticks(*style.plain_ticks(low, high))
    axes.tick_params(axis="x", labelbottom=False, length=0)
    axes.axhline(0, color=style.FAINT_INK, lw=0.8, zorder=1, gid="zero")
    points = "o" if slice_.scale.whole and len(slice_.places) <= MOST_POINTS else ""
    for numbers, colour, name in ((slice_.value, VALUE, "value"), (slice_.premium, PREMIUM, "premium")):
        axes.plot(slice_.places, numbers, color=colour, lw=1.9 if not points else 0.8, marker=points, ms=4.5, gid=name,
                  zorder=4, scalex=False, scaley=False)  # fmt: skip
    _end_names(axes, slice_, low, high)
    for root in slice_.roots:
        jumps = root in slice_.jumps
        axes.axvline(root, color=style.INK, lw=1.2, ls=(0, (3.2, 1.6)) if jumps else "-", zorder=3, gid="root")
    if len(slice_.roots) <= 3:
        _root_names(axes, slice_)


def _root_names(axes: Axes, slice_: Slice) -> None:
    """Where the premium changes its sign, above the panel, where there is room."""
    ends = -1.0
    for root in slice_.roots:
        text = f"premium {'jumps' if root in slice_.jumps else '0'} at {root_text(slice_.scale, root)}"
        width = style.width_of(text, style.SMALL) / LINE_WIDTH
        place = float(slice_.scale.unit(numpy.array([root]))[0])
        start = min(max(0.0, place - width / 2), 1 - width)
        if start < ends + 0.02:
            continue
        ends = start + width
        axes.text(start, 1.02, text, transform=axes.transAxes, va="bottom", size=style.SMALL, gid="root-name")


def _end_names(axes: Axes, slice_: Slice, low: float, high: float) -> None:
    """`value` and `premium` at the right ends of their lines."""
    least = 0.2 * (high - low) / PANEL
    ends = {}
    for name, numbers in (("value", slice_.value), ("premium", slice_.premium)):
        finite = numbers[numpy.isfinite(numbers)]
        if len(finite):
            ends[name] = float(finite[-1])
    if len(ends) == 2 and abs(ends["value"] - ends["premium"]) < least:
        sign = 1 if ends["value"] >= ends["premium"] else -1
        middle = (ends["value"] + ends["premium"]) / 2
        middle = min(max(middle, low + least / 2), high - least / 2)
        ends = {"value": middle + sign * least / 2, "premium": middle - sign * least / 2}
    for name, y in ends.items():
        place = 1 + 0.06 / LINE_WIDTH, (y - low) / (high - low)
        colour = VALUE if name == "value" else PREMIUM
        axes.text(*place, name, transform=axes.transAxes, va="center", size=style.NORMAL, weight="bold", color=colour,
                  gid="line-name")  # fmt: skip


def _band(axes: Axes, slice_: Slice) -> None:
    """The behaviour as a strip of colours, each stretch with its name and its strategy if they fit."""
    put_scale(axes.xaxis, slice_.scale, LINE_WIDTH)
    axes.set(ylim=(0, 1), yticks=[])
    axes.spines["left"].set_visible(False)
    for stretch in slice_.stretches:
        axes.add_patch(
            Rectangle(
                (stretch.low, 0), stretch.high - stretch.low, 1, facecolor=COLOURS[stretch.regime],
                edgecolor=style.PAPER, lw=0.8, gid="stretch",
            )
        )  # fmt: skip
        _stretch_words(axes, slice_, stretch)
    lines = (
        slice_.scale.path if slice_.scale.title == slice_.scale.path else f"{slice_.scale.title}\n{slice_.scale.path}"
    )
    axes.set_xlabel(lines, labelpad=3, linespacing=1.2)


def _stretch_words(axes: Axes, slice_: Slice, stretch: Stretch) -> None:
    low, high = (float(place) for place in slice_.scale.unit(numpy.array([stretch.low, stretch.high])))
    room, middle, ink = (high - low) * LINE_WIDTH - 0.08, (low + high) / 2, style.ink_on(COLOURS[stretch.regime])
    plan = "" if stretch.plan is None else strategy_words(stretch.plan, slice_.actions)
    lines = [(str(stretch.regime), True, "stretch-name"), (plan, False, "stretch-strategy")]
    fits = [line for line in lines if line[0] and style.width_of(line[0], SIZE, line[1]) <= room]
    for place, (text, bold, gid) in enumerate(fits):
        y = 0.5 if len(fits) == 1 else 0.72 - 0.44 * place
        look: dict[str, Any] = {"weight": "bold"} if bold else {"family": style.MONO}
        axes.text(middle, y, text, transform=axes.transAxes, ha="center", va="center", size=SIZE, color=ink, gid=gid,
                  **look)  # fmt: skip


def _nameless(slices: Sequence[Slice]) -> list[Regime]:
    """Regimes that are nowhere in the strips written by name."""
    there, named = set(), set()
    for slice_ in slices:
        for stretch in slice_.stretches:
            low, high = slice_.scale.unit(numpy.array([stretch.low, stretch.high]))
            there.add(stretch.regime)
            if style.width_of(str(stretch.regime), SIZE, True) <= float(high - low) * LINE_WIDTH - 0.08:
                named.add(stretch.regime)
    return [regime for regime in REGIMES if regime in there - named]
