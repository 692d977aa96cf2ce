"""A plane of two parameters: what lies in it as a picture, exact borders over it, words in place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from matplotlib.patheffects import Normal, withStroke
from numpy.typing import NDArray

from deceptive_sim.landscapes.borders import Border
from deceptive_sim.model.actions import Action
from deceptive_sim.model.strategies import Strategy, spelling
from deceptive_sim.report.figures import style
from deceptive_sim.report.figures.lettering import LINE, Box, Lettering, along_line, box_of, crossed, uniform, upright
from deceptive_sim.report.figures.regimes import COLOURS
from deceptive_sim.solvers.measurements import REGIMES
from deceptive_sim.studies.phase import PhaseDiagram, Region
from deceptive_sim.studies.phase_scale import Scale

Floats = NDArray[numpy.float64]

LONGEST_SPELT = 12
MOST_RUNS = 5
BESIDE = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82, 0.1, 0.9)
"""Where along a line its name may stand, the best place first."""

TURNS = (0, 15, -15, 30, -30, 45, -45, 60, -60, 75, -75, 90)
"""Degrees by which the name of a narrow region may be turned, the best first."""

TRIED = 40
"""Places along each side at which such a name is tried."""

PREMIUM, JUMP = "premium 0", "premium jumps"


def picture(axes: Axes, pixels: NDArray[numpy.uint8], gid: str) -> AxesImage:
    """Fill the axes with pixels `[y, x, 3]`, the first row at the bottom; one image in vector formats too."""
    image = AxesImage(
        axes, extent=(0, 1, 0, 1), origin="lower", interpolation="nearest", transform=axes.transAxes, zorder=0
    )
    image.set_data(pixels)
    image.set_gid(gid)
    axes.add_image(image)
    return image


# --- borders ---------------------------------------------------------------------------------------------------------


def line_of(border: Border) -> Floats:
    """The line to draw, `[vertex, 2]` in the units of the parameters; a closed one ends where it begins."""
    vertices = numpy.asarray(border.vertices, dtype=numpy.float64)
    return numpy.vstack([vertices, vertices[:1]]) if border.closed else vertices


def draw_borders(axes: Axes, borders: Sequence[Border], *, thin: bool = False) -> None:
    """Borders of regimes as thin lines, the zero of the premium as a line with a white rim, its jumps dashed."""
    strength = 0.75 if thin else 1.0
    for border in borders:
        line = line_of(border)
        if border.variable == "premium":
            width, dashes = 1.9 * strength, (0, (3.2, 1.6)) if border.jump else "-"
            gid, rim = "premium-jump" if border.jump else "premium-zero", 2.0 * strength
        elif border.variable == "regime":
            width, dashes, gid, rim = 0.9 * strength, "-", "regime-border", 0.0
        else:
            continue
        (drawn,) = axes.plot(
            *line.T, color=style.INK, lw=width, ls=dashes, gid=gid, zorder=4 if rim else 3, solid_capstyle="butt",
            dash_capstyle="butt", scalex=False, scaley=False,
        )  # fmt: skip
        if rim:
            drawn.set_path_effects([withStroke(linewidth=width + rim, foreground=style.PAPER), Normal()])


def inches(line: Floats, scales: tuple[Scale, Scale], size: tuple[float, float]) -> Floats:
    """A line in the units of the parameters as places in the picture, in inches."""
    columns = zip(line.T, scales, size, strict=True)
    return numpy.column_stack([scale.unit(values) * length for values, scale, length in columns])


def name_line(
    lettering: Lettering,
    line: Floats,
    others: Sequence[Floats],
    text: str,
    gid: str,
    ink: str = style.INK,
    *,
    rim: bool = True,
) -> bool:
    """Write a name beside a line (inches), along its slope, where it touches neither words nor the other lines."""
    inside = line[(line >= -1e-6).all(axis=1) & (line <= numpy.array(lettering.size) + 1e-6).all(axis=1)]
    if (
        len(inside) < 2
        or float(numpy.hypot(*numpy.diff(inside, axis=0).T).sum()) < style.width_of(text, style.SMALL) + 0.4
    ):
        return False
    width, height = style.width_of(text, style.SMALL) + 0.08, 0.19
    for away in (0.13, 0.18, 0.24, 0.32):
        for x, y, angle in along_line(inside, BESIDE, width / 2):
            slope = numpy.radians(angle)
            for side in (away, -away):
                middle = x - side * float(numpy.sin(slope)), y + side * float(numpy.cos(slope))
                box = upright(width, height, *middle, angle)
                if lettering.fits(box) and not any(crossed(other, width, height, middle, angle) for other in others):
                    lettering.write(
                        text, box, style.SMALL, ink, gid=gid, turned=angle, halo=style.PAPER if rim else None
                    )
                    return True
    return False


# --- regions ---------------------------------------------------------------------------------------------------------


def strategy_words(plan: Strategy, actions: Sequence[Action]) -> str:
    """A strategy in short: `BBAAA`, or as runs `B98 A3`; empty if it has too many of them."""
    words = spelling(actions)
    single = all(len(word) == 1 for word in words)
    if single and len(plan) <= LONGEST_SPELT:
        return "".join(words[action] for action in plan)
    if len(plan.runs) > MOST_RUNS:
        return ""
    return " ".join(f"{words[action]}{'' if single else '×'}{times}" for action, times in plan.runs)


def name_regions(
    lettering: Lettering, diagram: PhaseDiagram, *, strategies: bool = True, largest: float = style.LARGE
) -> tuple[Region, ...]:
    """Write the name of every region into it where it fits, with its strategy; the regions that got no name.

    Where none of a regime's regions has room for it upright, it is written turned into one of them.
    """
    left = []
    for region in diagram.regions:
        plan = strategy_words(region.plan, diagram.actions) if strategies and region.plan is not None else ""
        forms = [form for form in _forms(str(region.regime), plan) if form[0][1] <= largest]
        if not any(_write(lettering, diagram, region, form) for form in forms):
            left.append(region)
    named = {region.regime for region in diagram.regions if region not in left}
    for region in [region for region in left if region.regime not in named]:
        if region.regime not in named and _write_turned(lettering, diagram, region):
            named.add(region.regime)
            left.remove(region)
    return tuple(left)


Form = list[tuple[str, float, bool]]
"""Lines of text, each with its size and whether it is bold."""


def _forms(name: str, plan: str) -> list[Form]:
    """Name and strategy with sizes, the best form first."""
    both: list[Form] = [
        [(name, size, True), (plan, size - 1.0, False)] for size in (style.LARGE, style.NORMAL, style.SMALL)
    ]
    alone: list[Form] = [[(name, size, True)] for size in (style.LARGE, style.NORMAL, style.SMALL)]
    return [*(both if plan else []), *alone]


def _write(lettering: Lettering, diagram: PhaseDiagram, region: Region, lines: Form) -> bool:
    """Write upright at the region's roomiest place, if there is room."""
    x, y = (place * length for place, length in zip(region.place, lettering.size, strict=True))
    box = box_of(lines, x, y)
    if not lettering.fits(box) or uniform(diagram.fill, box, lettering.size) != REGIMES.index(region.regime):
        return False
    ink = style.ink_on(COLOURS[region.regime])
    heights = [LINE * size / 72 for _, size, _ in lines]
    top = y + sum(heights) / 2
    for (text, size, bold), height, gid in zip(lines, heights, ("region", "region-strategy"), strict=False):
        written = lettering.write(text, Box(x, top - height / 2, box.width, height), size, ink, gid=gid, bold=bold)
        if not bold:
            written.set_fontfamily(style.MONO)
        top -= height
    return True


def _write_turned(lettering: Lettering, diagram: PhaseDiagram, region: Region) -> bool:
    """Write the name alone, turned, anywhere in the region: as large as it fits, as little turned as it fits."""
    code, ink, name = REGIMES.index(region.regime), style.ink_on(COLOURS[region.regime]), str(region.regime)
    for size in (style.NORMAL, style.SMALL):
        width, height = style.width_of(name, size, True) + 0.1, 1.1 * size / 72
        for turned in TURNS:
            for x, y in _inside(diagram, code, region, lettering.size):
                box = upright(width, height, x, y, turned)
                if (
                    lettering.fits(box)
                    and uniform(diagram.fill, Box(x, y, width, height), lettering.size, turned) == code
                ):
                    lettering.write(name, box, size, ink, gid="region", bold=True, turned=turned)
                    return True
    return False


def _inside(diagram: PhaseDiagram, code: int, region: Region, size: tuple[float, float]) -> list[tuple[float, float]]:
    """Places with the region's colour in inches, those next to the middle of the picture first."""
    places = (numpy.arange(TRIED) + 0.5) / TRIED
    rows, columns = (numpy.floor(places * count).astype(int) for count in diagram.fill.shape)
    up, across = numpy.nonzero(diagram.fill[numpy.ix_(rows, columns)] == code)
    order = numpy.argsort(numpy.hypot(places[across] - 0.5, places[up] - 0.5), kind="stable")
    return [(float(places[across[row]]) * size[0], float(places[up[row]]) * size[1]) for row in order]


def present(diagram: PhaseDiagram) -> list[str]:
    """The names of the regimes in a picture, in their order."""
    return [str(regime) for regime in REGIMES if regime in diagram.shares]
