"""The two sides of a picture of parameters: scales in the user's units, ticks at round numbers, names in words."""

from __future__ import annotations

import math

from matplotlib import ticker
from matplotlib.axes import Axes
from matplotlib.axis import XAxis, YAxis

from deceptive_sim.report.figures import style
from deceptive_sim.studies.phase_scale import Scale

MOST_TICKS = 6


def ticks_of(scale: Scale, most: int = MOST_TICKS) -> tuple[list[float], list[str]]:
    """Values of ticks, round and within the scale, and how they are written."""
    if scale.whole:
        return _whole_ticks(scale, most)
    if scale.log and scale.high >= 9.99 * scale.low:
        values = _log_ticks(scale.low, scale.high, most)
        return values, [_short(value) for value in values]
    locator = ticker.MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10])
    found = locator.tick_values(scale.low, scale.high)
    slack = 1e-9 * (scale.high - scale.low)
    inside = [float(value) for value in found if scale.low - slack <= value <= scale.high + slack]
    return inside, [_short(value) for value in inside]


def _whole_ticks(scale: Scale, most: int) -> tuple[list[float], list[str]]:
    values = [int(value) for value in scale.values]
    first, last = values[0], values[-1]
    if len(values) > most and scale.log and last >= 10 * max(1, first):
        values = [int(value) for value in _log_ticks(max(1, first), last, most)]
    elif len(values) > most:
        steps = (factor * 10**power for power in range(13) for factor in (1, 2, 5))
        step = next(step for step in steps if (last - first) / step <= most)
        values = list(range(-(-first // step) * step, last + 1, step))
        if values[0] - first >= 0.6 * step:
            values = [first, *values]
    return [float(value) for value in values], [_short(value) for value in values]


def _log_ticks(low: float, high: float, most: int) -> list[float]:
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    for factors in ((1, 2, 5), (1, 3), (1,)):
        found = [factor * 10.0**power for power in range(first, last + 1) for factor in factors]
        inside = [value for value in found if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)]
        if len(inside) <= most:
            return inside
    return inside[:: math.ceil(len(inside) / most)]


def _short(value: float) -> str:
    if value and (abs(value) >= 1e6 or abs(value) < 1e-4):
        mantissa, exponent = f"{value:.3e}".split("e")
        return f"{float(mantissa):g}e{int(exponent)}"
    return f"{value:.6g}"


def name_lines(scale: Scale, room: float) -> tuple[str, str]:
    """What an axis is called, in words, and by path; each cut to the room in inches."""
    others = f", with {', '.join(scale.others)}" if scale.others else ""
    words = scale.title if scale.title != scale.path else ""
    path = style.fitting(style.drawable(scale.path + others), style.SMALL, room)
    return style.fitting(style.drawable(words), style.SMALL, room), path


def name_room(scale: Scale) -> float:
    """Room for numbers and name under a picture, in inches."""
    return 0.72 if scale.title != scale.path else 0.54


def set_sides(
    axes: Axes, scales: tuple[Scale, Scale], size: tuple[float, float], *, named: tuple[bool, bool] = (True, True)
) -> None:
    """Give a picture of that size (inches) its limits, ticks and names."""
    sides: tuple[XAxis | YAxis, ...] = (axes.xaxis, axes.yaxis)
    for scale, axis, room, wanted in zip(scales, sides, size, named, strict=True):
        put_scale(axis, scale, room)
        lines = [line for line in name_lines(scale, room + 0.7) if line] if wanted else []
        axis.set_label_text("\n".join(lines))
        axis.get_label().set_linespacing(1.2)
        axis.labelpad = 4
    axes.tick_params(length=4, pad=3)


def put_scale(axis: XAxis | YAxis, scale: Scale, room: float) -> None:
    """Give a side its scale, limits and ticks; `room` is its length in inches."""
    set_scale, set_limits = (
        (axis.axes.set_xscale, axis.axes.set_xlim)
        if axis.axis_name == "x"
        else (axis.axes.set_yscale, axis.axes.set_ylim)
    )
    set_scale("log" if scale.log else "linear")
    set_limits(scale.low, scale.high)
    values, texts = ticks_of(scale, max(2, min(MOST_TICKS, int(room / 0.6))))
    axis.set_ticks(values, texts)
    axis.set_minor_locator(ticker.NullLocator())
