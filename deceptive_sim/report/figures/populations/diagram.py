"""One measurement of a population over one parameter, as a curve with its interval, or over two, as a map.

Every point was simulated; nothing is drawn between points of a map but lines of equal measurements, which are straight
from point to point. Where cells have room for it, each says what was measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import contourpy
import numpy
from matplotlib import ticker
from matplotlib.axes import Axes
from matplotlib.axis import XAxis, YAxis
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deceptive_sim.landscapes.axes import Axis, Spacing
from deceptive_sim.populations.measures import is_share
from deceptive_sim.report.figures import style
from deceptive_sim.report.figures.heatmaps import RISING, Shades
from deceptive_sim.report.figures.lettering import Lettering, dense
from deceptive_sim.report.figures.plane import name_line, picture
from deceptive_sim.report.figures.populations.stage import sheet
from deceptive_sim.report.figures.sides import name_lines, name_room, ticks_of
from deceptive_sim.report.populations.diagram_words import axis_title, diagram_title, measure_title
from deceptive_sim.report.populations.numbers import percent
from deceptive_sim.studies.phase_scale import Scale
from deceptive_sim.studies.population_diagram import PopulationDiagram
from deceptive_sim.studies.populations import PopulationResult

Floats = NDArray[numpy.float64]

# inches
WIDTH, HEIGHT, MAP_HEIGHT = 4.7, 2.9, 4.0
LEFT, RIGHT, BAR, BAR_GAP, BAR_ROOM = 0.95, 0.35, 0.16, 0.14, 0.72
PIXELS = 360
MOST_DOTS, MOST_TICKS = 81, 7
CURVE = "#0b5a8f"
SMALLEST = 8.0
MOST_LEVELS = 7


class Cells(Scale):
    """A side on which every value has a cell of its own, centred on it, or half of one at the ends of a logarithm."""

    @cached_property
    def edges(self) -> Floats:
        """Borders of the cells, `[point + 1]`."""
        bent = numpy.log(self.values) if self.log else self.values
        if len(bent) < 2:
            return numpy.array([self.values[0] - 0.5, self.values[0] + 0.5])
        middles = (bent[1:] + bent[:-1]) / 2
        ends = numpy.concatenate([[2 * bent[0] - middles[0]], middles, [2 * bent[-1] - middles[-1]]])
        return numpy.asarray(numpy.exp(ends) if self.log else ends)


@dataclass(frozen=True, kw_only=True, eq=False)
class Measured:
    """What is drawn.

    Attributes
    ----------
    scales : tuple of Scale
        One or two; the first lies across.
    mean, low, high : array of float
        `[x]`, or `[y, x]`.
    """

    scales: tuple[Scale, ...]
    mean: Floats
    low: Floats
    high: Floats


def measured_of(result: PopulationResult, diagram: PopulationDiagram) -> Measured:
    """The numbers of a diagram, its first axis across."""
    landscape = diagram.landscape
    arrays = {name: numpy.asarray(landscape.arrays[name], dtype=float) for name in ("mean", "low", "high")}
    scales = tuple(_scale(result, axis, cells=len(landscape.axes) > 1) for axis in landscape.axes)
    if len(scales) > 1:
        arrays = {name: array.T for name, array in arrays.items()}
    return Measured(scales=scales, **arrays)


def _scale(result: PopulationResult, axis: Axis, *, cells: bool) -> Scale:
    values = numpy.asarray(axis.floats[:, 0], dtype=float)
    title = axis_title(result, axis.name)
    log = axis.spacing is Spacing.LOG and bool(values[0] > 0) and len(values) > 1
    whole = bool((values == numpy.rint(values)).all()) or len(values) < 2
    kind = Cells if cells else Scale
    return kind(path=axis.name, others=axis.paths[1:], title=title, values=values, whole=whole, log=log)


def draw(result: PopulationResult, diagram: PopulationDiagram) -> Figure:
    """The picture of a diagram; of which population, the result says."""
    measured = measured_of(result, diagram)
    if not numpy.isfinite(measured.mean).any():
        return style.note_sheet(f"There is nothing to measure anywhere: {measure_title(result, diagram.measure)}.")
    with style.house_style():
        return _curve(result, diagram, measured) if len(measured.scales) == 1 else _map(result, diagram, measured)


def _sheet(title: str, width: float, tall: float, foot: float) -> tuple[Figure, Axes]:
    """A sheet with its title, and the axes of the picture."""
    figure, height = sheet(title, width, 0.1 + tall + foot)
    return figure, figure.add_axes((LEFT / width, foot / height, WIDTH / width, tall / height), gid="plane")


def _side(axis: XAxis | YAxis, scale: Scale, room: float) -> None:
    """Limits, ticks and name of a side: few values have a tick each."""
    horizontal = axis.axis_name == "x"
    axes = axis.axes
    (axes.set_xscale if horizontal else axes.set_yscale)("log" if scale.log else "linear")
    (axes.set_xlim if horizontal else axes.set_ylim)(scale.low, scale.high)
    if len(scale.values) <= MOST_TICKS:
        values = scale.values.tolist()
        texts = [f"{value:.4g}" for value in values]
    else:
        found = zip(*ticks_of(scale), strict=True)
        inside = [(value, text) for value, text in found if scale.values[0] <= value <= scale.values[-1] * (1 + 1e-9)]
        values, texts = [value for value, _ in inside], [text for _, text in inside]
    axis.set_ticks(values, texts)
    axis.set_tick_params(which="minor", length=0, labelsize=0)
    axis.set_ticks([], minor=True)
    axis.set_label_text("\n".join(line for line in name_lines(scale, room + 0.5) if line))
    axis.get_label().set_linespacing(1.2)


# --- over one parameter ----------------------------------------------------------------------------------------------


def _curve(result: PopulationResult, diagram: PopulationDiagram, measured: Measured) -> Figure:
    scale, width = measured.scales[0], LEFT + WIDTH + RIGHT
    figure, axes = _sheet(diagram_title(result, diagram), width, HEIGHT, name_room(scale) + 0.1)
    _side(axes.xaxis, scale, WIDTH)
    share = is_share(diagram.measure)
    ends = numpy.concatenate([array[numpy.isfinite(array)] for array in (measured.mean, measured.low, measured.high)])
    low, high = float(ends.min()), float(ends.max())
    low, high = min(low, 0.0), max(high, 0.0)
    high = min(1.0, high * 1.08) if share and high else high + 0.06 * (high - low) or 1.0
    axes.set_ylim(low - 0.06 * (high - low) * (low < 0), high)
    values, texts = style.plain_ticks(*axes.get_ylim())
    axes.set_yticks(values, [f"{100 * value:.4g} %" for value in values] if share else texts)
    axes.set_ylabel(style.fitting(style.drawable(measure_title(result, diagram.measure)), style.SMALL, HEIGHT + 0.5))
    axes.grid(axis="y", color="#e3e7ec", lw=0.8)
    axes.fill_between(scale.values, measured.low, measured.high, facecolor=CURVE, edgecolor="none", alpha=0.2, lw=0,
                      zorder=2, gid="interval")  # fmt: skip
    dots = "o" if len(scale.values) <= MOST_DOTS else ""
    axes.plot(scale.values, measured.mean, color=CURVE, lw=1.2 if dots and scale.whole else 2.0, marker=dots, ms=4.5,
              zorder=4, gid="mean", clip_on=False, scalex=False, scaley=False)  # fmt: skip
    return figure


# --- over two --------------------------------------------------------------------------------------------------------


def _map(result: PopulationResult, diagram: PopulationDiagram, measured: Measured) -> Figure:
    across, up = measured.scales
    width = LEFT + WIDTH + BAR_GAP + BAR + BAR_ROOM
    figure, axes = _sheet(diagram_title(result, diagram), width, MAP_HEIGHT, name_room(across) + 0.1)
    height = figure.get_figheight()
    _side(axes.xaxis, across, WIDTH)
    _side(axes.yaxis, up, MAP_HEIGHT)
    low, high = float(numpy.nanmin(measured.mean)), float(numpy.nanmax(measured.mean))
    if is_share(diagram.measure) and high - low > 0.25:
        low, high = 0.0, 1.0
    shades = Shades(low=low, high=high if high > low else low + 1.0, colours=RISING)
    rows, columns = (scale.cell(scale.middles(PIXELS)) for scale in (up, across))
    picture(axes, shades.painted(measured.mean[numpy.ix_(rows, columns)]), "map")
    if not _numbers(axes, diagram.measure, measured, shades):
        _contours(axes, diagram.measure, measured, shades)
    foot = axes.get_position().y0
    bar = figure.add_axes(((LEFT + WIDTH + BAR_GAP) / width, foot, BAR / width, MAP_HEIGHT / height), gid="scale")
    _bar(bar, shades, diagram.measure)
    return figure


def _text(value: float, *, share: bool) -> str:
    """A number in a cell; of shares the percents."""
    return percent(value).removesuffix(" %") if share else f"{value:.3g}"


def _numbers(axes: Axes, measure: str, measured: Measured, shades: Shades) -> bool:
    """Write into each cell what was measured there, if every cell has room for that."""
    texts = [["" if numpy.isnan(value) else _text(value, share=is_share(measure)) for value in row]
             for row in measured.mean.tolist()]  # fmt: skip
    scales, sides = measured.scales, (WIDTH, MAP_HEIGHT)
    ends = [scale.unit(scale.edges) * side for scale, side in zip(scales, sides, strict=True)]
    cell = [float(numpy.diff(end).min()) for end in ends]
    longest = max((text for row in texts for text in row), key=lambda text: style.width_of(text, style.SMALL))
    sizes = [
        size
        for size in (style.SMALL, 9.5, SMALLEST)
        if style.width_of(longest, size) + 0.06 <= cell[0] and 1.35 * size / 72 <= cell[1]
    ]
    if not sizes:
        return False
    x, y = ((end[1:] + end[:-1]) / 2 / side for end, side in zip(ends, sides, strict=True))
    for row, words in enumerate(texts):
        for column, text in enumerate(words):
            value = float(measured.mean[row, column])
            colour = to_rgb(shades.colours((value - shades.low) / (shades.high - shades.low)) if text else "#d1d6db")
            axes.text(x[column], y[row], text or "–", transform=axes.transAxes, ha="center", va="center_baseline",
                      size=sizes[0], color=style.ink_on(colour), gid="cell")  # fmt: skip
    return True


def _contours(axes: Axes, measure: str, measured: Measured, shades: Shades) -> None:
    """Lines of equal measurements at round levels, each labelled once where there is room."""
    size = (WIDTH, MAP_HEIGHT)
    if min(measured.mean.shape) < 2:
        return
    x, y = (scale.unit(scale.values) * side for scale, side in zip(measured.scales, size, strict=True))
    generator = contourpy.contour_generator(x, y, numpy.ma.masked_invalid(measured.mean))
    lettering = Lettering(axes, size)
    levels = levels_beyond_chance(measured)
    lines = {level: [numpy.asarray(line) for line in generator.lines(level) if len(line) > 2] for level in levels}
    others = [dense(line) for found in lines.values() for line in found]
    for level, found in lines.items():
        ink = style.ink_on(to_rgb(shades.colours((level - shades.low) / (shades.high - shades.low))))
        for line in found:
            axes.plot(*(line / numpy.array(size)).T, transform=axes.transAxes, color=ink, lw=0.8, alpha=0.8,
                      gid="contour", zorder=2, scalex=False, scaley=False)  # fmt: skip
        told = f"{100 * level:.4g} %" if is_share(measure) else f"{level:.4g}"
        for line in sorted(found, key=lambda line: -len(line))[:2]:
            if name_line(lettering, line, others, told, "contour-label", ink, rim=False):
                break


def levels_beyond_chance(measured: Measured) -> list[float]:
    """Round levels, so far apart that chance draws no lines: by two intervals of the mean, as these mostly are."""
    low, high = float(numpy.nanmin(measured.mean)), float(numpy.nanmax(measured.mean))
    widths = (measured.high - measured.low)[numpy.isfinite(measured.low)]
    apart = 2 * float(numpy.median(widths)) if len(widths) else 0.0
    count = min(MOST_LEVELS, int((high - low) / apart)) if apart else MOST_LEVELS
    if count < 1 or high <= low:
        return []
    found = ticker.MaxNLocator(nbins=count, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    return [float(level) for level in found if low < level < high]


def _bar(axes: Axes, shades: Shades, measure: str) -> None:
    """The scale beside the picture."""
    picture(axes, shades.painted(numpy.linspace(shades.low, shades.high, 128)[:, None]), "ramp")
    axes.set(xlim=(0, 1), ylim=(shades.low, shades.high), xticks=[])
    values, texts = style.plain_ticks(shades.low, shades.high)
    axes.set_yticks(values, [f"{100 * value:.4g} %" for value in values] if is_share(measure) else texts)
    axes.yaxis.tick_right()
    axes.tick_params(length=3, pad=3)
    axes.spines[["left", "right", "top", "bottom"]].set_visible(False)
    if measure.partition(".")[0] in {"score", "value"}:
        axes.set_title("payoff", size=style.SMALL, color=style.SOFT_INK, pad=5, loc="left", fontweight="normal")
