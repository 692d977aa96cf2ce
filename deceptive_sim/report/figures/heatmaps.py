"""Value and premium over a plane of two parameters: colours for the size, labelled lines of equal numbers."""

from __future__ import annotations

from dataclasses import dataclass

import contourpy
import numpy
from matplotlib import ticker
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deceptive_sim.report.figures import style
from deceptive_sim.report.figures.diagram import HEIGHT, MARGIN, WIDTH, left_room, write_title
from deceptive_sim.report.figures.lettering import Lettering, dense
from deceptive_sim.report.figures.plane import PREMIUM, draw_borders, inches, line_of, name_line, picture
from deceptive_sim.report.figures.sides import name_room, set_sides
from deceptive_sim.studies.phase import PhaseDiagram
from deceptive_sim.studies.result import RunResult

Floats = NDArray[numpy.float64]

RISING = LinearSegmentedColormap.from_list("rising", ["#f7fafc", "#bcd9ea", "#5a9fc6", "#0b5a8f", "#083a5e"])
SIGNED = LinearSegmentedColormap.from_list("signed", ["#0b5a8f", "#7fb4d4", "#f7f7f7", "#f0a875", "#b9470a"])
LEVELS = 64
"""Shades of a scale; few, so that files stay small."""

MISSING = (0.82, 0.84, 0.86)

# inches
BAR, BAR_GAP, BAR_ROOM = 0.16, 0.14, 0.62
MOST_LINES = 7
PIXELS = 360


@dataclass(frozen=True, kw_only=True, eq=False)
class Shades:
    """How numbers become colours: from `low` to `high`."""

    low: float
    high: float
    colours: Colormap

    def painted(self, numbers: Floats) -> NDArray[numpy.uint8]:
        """Numbers `[y, x]` as colours `[y, x, 3]`; what is no number is grey."""
        span = self.high - self.low or 1.0
        levels = numpy.floor((numbers - self.low) / span * LEVELS)
        levels = numpy.clip(numpy.nan_to_num(levels), 0, LEVELS - 1).astype(int)
        palette = self.colours((numpy.arange(LEVELS) + 0.5) / LEVELS)[:, :3]
        shades = numpy.where(numpy.isnan(numbers)[..., None], MISSING, palette[levels])
        painted: NDArray[numpy.uint8] = numpy.rint(255 * shades).astype(numpy.uint8)
        return painted


def draw_value(result: RunResult) -> Figure:
    """The map of the agent's value."""
    return _of_result(result, "value")


def draw_premium(result: RunResult) -> Figure:
    """The map of the premium of deception."""
    return _of_result(result, "premium")


def _of_result(result: RunResult, name: str) -> Figure:
    if result.landscape is None or result.landscape.diagram is None:
        return style.note_sheet("There are no two parameters to draw.")
    return draw_map(result.landscape.diagram, name)


def draw_map(diagram: PhaseDiagram, name: str) -> Figure:
    """The map of `value` or `premium`."""
    numbers = diagram.numbers[name]
    if not numpy.isfinite(numbers).any():
        return style.note_sheet("There is no premium of deception here: no training episode, or no choice.")
    with style.house_style():
        left = left_room(diagram)
        width = left + WIDTH + BAR_GAP + BAR + BAR_ROOM
        title = style.wrapped(title_of(diagram, name), style.LARGE, width - 2 * MARGIN, 3, True)
        head = 0.24 + 0.27 * (title.count("\n") + 1)
        foot = name_room(diagram.scales[0]) + 0.1
        height = head + HEIGHT + foot
        figure = style.sheet(width, height)
        write_title(figure, title)
        axes = figure.add_axes((left / width, foot / height, WIDTH / width, HEIGHT / height), gid="plane")
        set_sides(axes, diagram.scales, (WIDTH, HEIGHT))
        shades = shades_of(numbers, signed=name == "premium")
        picture(axes, shades.painted(numbers), name)
        draw_borders(axes, [border for border in diagram.borders.borders if border.variable == "premium"])
        _contours(axes, diagram, numbers, shades)
        box = ((left + WIDTH + BAR_GAP) / width, foot / height, BAR / width, HEIGHT / height)
        _bar(figure.add_axes(box, gid="scale"), shades)
        return figure


def title_of(diagram: PhaseDiagram, name: str) -> str:
    """What is drawn, and from where to where it goes."""
    numbers = numpy.asarray(diagram.landscape.arrays[name], dtype=numpy.float64)
    ends = f"from {_number(float(numpy.nanmin(numbers)))} to {_number(float(numpy.nanmax(numbers)))}"
    return f"Premium of deception: {ends}" if name == "premium" else f"Value to the agent: {ends}"


def _number(value: float) -> str:
    return f"{value:.3g}"


def shades_of(numbers: Floats, *, signed: bool) -> Shades:
    """A scale from the least to the largest number; a signed one is as wide below 0 as above."""
    low, high = float(numpy.nanmin(numbers)), float(numpy.nanmax(numbers))
    if signed:
        reach = max(abs(low), abs(high)) or 1.0
        return Shades(low=-reach, high=reach, colours=SIGNED)
    return Shades(low=low, high=high if high > low else low + 1.0, colours=RISING)


def _contours(axes: Axes, diagram: PhaseDiagram, numbers: Floats, shades: Shades) -> None:
    """Lines of equal numbers at round levels, each labelled once, besides the premium's zero."""
    scales, size = diagram.scales, (WIDTH, HEIGHT)
    lettering = Lettering(axes, size)
    zero = [inches(line_of(b), scales, size) for b in diagram.borders.borders if b.variable == "premium" and not b.jump]
    lines = {level: _lines_at(numbers, level, size) for level in levels_of(numbers)}
    others = [dense(line) for line in [*zero, *(line for found in lines.values() for line in found)]]
    for line in sorted(zero, key=lambda line: -len(line)):
        if name_line(lettering, line, others, PREMIUM, "line-label"):
            break
    if shades.colours is SIGNED:
        lines.pop(0.0, None)  # the exact line is there
    for level, found in lines.items():
        middle = (level - shades.low) / (shades.high - shades.low)
        ink = style.ink_on(to_rgb(shades.colours(middle)))
        for line in found:
            places = line / numpy.array(size)
            axes.plot(*places.T, transform=axes.transAxes, color=ink, lw=0.7, alpha=0.75, gid="contour", zorder=2,
                      scalex=False, scaley=False)  # fmt: skip
        for line in sorted(found, key=lambda line: -len(line))[:1]:
            name_line(lettering, line, others, _number(level), "contour-label", ink, rim=False)


def levels_of(numbers: Floats) -> list[float]:
    """Round levels strictly between the least and the largest number."""
    low, high = float(numpy.nanmin(numbers)), float(numpy.nanmax(numbers))
    found = ticker.MaxNLocator(nbins=MOST_LINES, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    slack = 1e-6 * (high - low)
    return [float(level) + 0.0 for level in found if low + slack < level < high - slack]


def _lines_at(numbers: Floats, level: float, size: tuple[float, float]) -> list[Floats]:
    """Lines at a level in inches; across whole numbers they are steps, as the map is."""
    repeats = [-(-PIXELS // count) for count in numbers.shape]
    fine = numbers.repeat(repeats[0], axis=0).repeat(repeats[1], axis=1)
    up, across = ((numpy.arange(count) + 0.5) / count for count in fine.shape)
    generator = contourpy.contour_generator(across * size[0], up * size[1], numpy.ma.masked_invalid(fine))
    lines: list[Floats] = [numpy.asarray(line) for line in generator.lines(level)]
    return [line for line in lines if len(line) > 8]


def _bar(axes: Axes, shades: Shades) -> None:
    """The scale beside the picture."""
    ramp = numpy.linspace(shades.low, shades.high, 2 * LEVELS)[:, None]
    picture(axes, shades.painted(ramp), "ramp")
    axes.set(xlim=(0, 1), ylim=(shades.low, shades.high), xticks=[])
    values, texts = style.plain_ticks(shades.low, shades.high)
    axes.set_yticks(values, texts)
    axes.yaxis.tick_right()
    axes.tick_params(length=3, pad=3)
    axes.spines[["left", "right", "top", "bottom"]].set_visible(False)
    axes.set_title("payoff", size=style.SMALL, color=style.SOFT_INK, pad=5, loc="left", fontweight="normal")
