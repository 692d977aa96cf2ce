"""The phase diagram: which behaviour is optimal where in a plane of two parameters, and where deception pays.

Every regime has its colour and, where there is room, its name and its strategy in place: what is written is optimal in
the middle of the word. The solid line is where the premium of deception is 0.
"""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deceptive_sim.report.figures import style
from deceptive_sim.report.figures.lettering import LINE, Lettering, dense
from deceptive_sim.report.figures.plane import (
    JUMP,
    PREMIUM,
    draw_borders,
    inches,
    line_of,
    name_line,
    name_regions,
    picture,
)
from deceptive_sim.report.figures.regimes import COLOURS, painted
from deceptive_sim.report.figures.sides import name_room, set_sides, ticks_of
from deceptive_sim.report.phase_words import share_text
from deceptive_sim.studies.phase import LEAST_SHARE, PhaseDiagram, Region
from deceptive_sim.studies.result import RunResult

# inches
WIDTH, HEIGHT = 4.7, 4.0
MARGIN, RIGHT, LABELS = 0.15, 0.3, 1.35
CURVE = "#0b4a75"


def draw(result: RunResult) -> Figure:
    """The phase diagram of a result."""
    found = result.landscape
    if found is None or found.diagram is None:
        return style.note_sheet("There are no two parameters to draw.")
    return draw_diagram(found.diagram)


def draw_diagram(diagram: PhaseDiagram) -> Figure:
    """The picture of a phase diagram."""
    with style.house_style():
        left = left_room(diagram)
        nameless = _without_room(diagram)
        right = LABELS if nameless else RIGHT
        width = left + WIDTH + right
        title = style.wrapped(title_of(diagram), style.LARGE, width - 2 * MARGIN, 3, True)
        note = style.wrapped(note_of(diagram), style.SMALL, width - 2 * MARGIN, 4)
        head = 0.24 + 0.27 * (title.count("\n") + 1)
        foot = name_room(diagram.scales[0]) + 0.2 * (note.count("\n") + 1) + 0.12
        height = head + HEIGHT + foot
        figure = style.sheet(width, height)
        write_title(figure, title)
        axes = figure.add_axes((left / width, foot / height, WIDTH / width, HEIGHT / height), gid="plane")
        set_sides(axes, diagram.scales, (WIDTH, HEIGHT))
        lettering = draw_plane(axes, diagram, (WIDTH, HEIGHT))
        left_over = name_regions(lettering, diagram)
        name_lines_of(lettering, diagram)
        _leaders(lettering, diagram, left_over)
        figure.text(MARGIN / width, 0.1 / height, note, size=style.SMALL, color=style.SOFT_INK, va="bottom",
                    linespacing=1.2, gid="note")  # fmt: skip
        return figure


def title_of(diagram: PhaseDiagram) -> str:
    """The finding: in how much of the picture deception pays."""
    if diagram.pays in (0, 1):
        return f"Deception pays {'everywhere' if diagram.pays else 'nowhere'} in this picture"
    return f"Deception pays in {share_text(diagram.pays)} of this picture"


def note_of(diagram: PhaseDiagram) -> str:
    """What a reader must know to read the picture."""
    lines = [f"What is optimal for {diagram.label}; a strategy is the one at the middle of its word."]
    variables = {border.variable for border in diagram.borders.borders}
    if "premium" in variables:
        jumps = any(border.jump for border in diagram.borders.borders)
        lines.append(f"Line with a white rim: the premium of deception is 0{', dashed where it jumps over 0' * jumps}.")
    if diagram.curve is not None:
        lines.append("Dotted: the play-along window before it is cut down to a whole number.")
    return " ".join(lines)


def write_title(figure: Figure, title: str) -> None:
    """Put the title into the upper left corner."""
    width, height = figure.get_size_inches()
    x, y = MARGIN / width, 1 - 0.12 / height
    figure.text(x, y, title, size=style.LARGE, weight="bold", va="top", linespacing=1.15, gid="title")


def left_room(diagram: PhaseDiagram) -> float:
    """Room for the numbers and the name at the left side, in inches."""
    widest = max((style.width_of(text, style.SMALL) for text in ticks_of(diagram.scales[1])[1]), default=0.0)
    return MARGIN + 0.5 + widest + 0.12


def draw_plane(axes: Axes, diagram: PhaseDiagram, size: tuple[float, float], *, thin: bool = False) -> Lettering:
    """Regions, borders and the closed form, without any words; what words there will be goes into the lettering."""
    picture(axes, painted(diagram.fill), "regimes")
    draw_borders(axes, diagram.borders.borders, thin=thin)
    if diagram.curve is not None:
        axes.plot(*diagram.curve.vertices.T, color=CURVE, lw=2.0, ls=(0, (1, 1.4)), gid="closed-form", zorder=5,
                  scalex=False, scaley=False)  # fmt: skip
    return Lettering(axes, size)


def name_lines_of(lettering: Lettering, diagram: PhaseDiagram) -> None:
    """Name the closed form, the longest line of the premium's zero and the longest of its jumps."""
    scales, size = diagram.scales, lettering.size
    others = [dense(inches(line_of(border), scales, size)) for border in diagram.borders.borders]
    if diagram.curve is not None:
        curve = inches(diagram.curve.vertices, scales, size)
        others.append(dense(curve))
        name_line(lettering, curve, others, diagram.curve.label, "curve-label", CURVE)
    for jump, text in ((False, PREMIUM), (True, JUMP)):
        lines = [
            inches(line_of(border), scales, size)
            for border in diagram.borders.borders
            if border.variable == "premium" and border.jump is jump and len(border.vertices) > 1
        ]
        for line in sorted(lines, key=lambda line: -len(line)):
            if name_line(lettering, line, others, text, "line-label"):
                break


# --- regions too small for their name --------------------------------------------------------------------------------


def _without_room(diagram: PhaseDiagram) -> bool:
    """Whether some region has to be named beside the picture; found out on a sheet that nobody sees."""
    trial = Lettering(style.sheet(1, 1).add_axes((0, 0, 1, 1)), (WIDTH, HEIGHT))
    return bool(_named_beside(diagram, name_regions(trial, diagram)))


def _named_beside(diagram: PhaseDiagram, regions: Sequence[Region]) -> list[Region]:
    """Which regions get a name beside the picture, from above: the largest of each regime that has no name in it."""
    named = {region.regime for region in diagram.regions if region not in regions}
    largest = {region.regime: region for region in reversed(regions) if region.regime not in named}
    return sorted((one for one in largest.values() if one.share >= LEAST_SHARE), key=lambda region: -region.place[1])


def _leaders(lettering: Lettering, diagram: PhaseDiagram, regions: Sequence[Region]) -> None:
    """Name regions at the right of the picture, one under the other, with lines that cross no words."""
    axes, size, top = lettering.axes, lettering.size, lettering.size[1]
    for region in _named_beside(diagram, regions):
        start = region.place[0] * size[0], region.place[1] * size[1]
        heights = sorted((top * place / 40 for place in range(41)), key=lambda height: abs(height - start[1]))
        free = [height for height in heights if height <= top]
        clear = [height for height in free if lettering.clear(start, (size[0], height))]
        height = (clear or free or [top])[0]
        top = height - 1.5 * LINE * style.SMALL / 72
        end = 1 + 0.1 / size[0], height / size[1]
        axes.plot(
            [region.place[0], end[0]], [region.place[1], end[1]], transform=axes.transAxes, color=style.INK, lw=0.7,
            clip_on=False, zorder=7, marker="o", markevery=[0], ms=3, gid="leader", scalex=False, scaley=False,
        )  # fmt: skip
        colour = COLOURS[region.regime]
        axes.text(
            end[0] + 0.05 / size[0],
            end[1],
            style.fitting(str(region.regime), style.SMALL, LABELS - 0.3),
            transform=axes.transAxes,
            va="center",
            size=style.SMALL,
            bbox={"facecolor": colour, "edgecolor": "none", "boxstyle": "round,pad=0.18"},
            color=style.ink_on(colour),
            gid="region-beside",
        )
