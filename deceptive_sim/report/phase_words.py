"""A phase diagram in words: shares, where the premium changes its sign, and what is guaranteed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy

from deceptive_sim.landscapes.borders import Border
from deceptive_sim.studies.phase import PhaseDiagram
from deceptive_sim.studies.phase_scale import Floats


def share_text(share: float) -> str:
    """A share of a picture in percent, never rounded to nothing or to everything."""
    percent = 100 * share
    if percent in (0, 100):
        return f"{percent:.0f}%"
    if percent < 0.1:
        return "<0.1%"
    if percent > 99.9:
        return ">99.9%"
    return f"{percent:.1f}%" if percent < 9.95 or percent > 99 else f"{percent:.0f}%"


def border_lines(diagram: PhaseDiagram, most: int) -> Iterator[str]:
    """Where the premium changes its sign, a line for each border: at most so many of its points."""
    found = [border for border in diagram.borders.borders if border.variable == "premium"]
    if not found:
        yield "the premium of deception does not change its sign"
    for border in sorted(found, key=lambda border: -len(border.vertices))[:3]:
        verb = "jumps over 0" if border.jump else "is 0"
        yield f"the premium of deception {verb} at {', '.join(_points(diagram, border, most))}"
    if len(found) > 3:
        yield f"... and along {len(found) - 3} more lines"


def _points(diagram: PhaseDiagram, border: Border, most: int) -> list[str]:
    """A few points of a border, evenly spread; on steps, roots at whole numbers rather than corners."""
    vertices = numpy.asarray(border.vertices, dtype=numpy.float64)
    if border.steps:
        vertices = _roots(diagram, vertices)
    places = numpy.unique(numpy.linspace(0, len(vertices) - 1, most).round().astype(int))
    return [f"({x:.6g}, {y:.6g})" for x, y in vertices[places].tolist()]


def _roots(diagram: PhaseDiagram, corners: Floats) -> Floats:
    """The middles of the straight pieces that cross a whole number's cell; the corners if there are none."""
    across = 0 if diagram.scales[0].whole else 1
    scale = diagram.scales[across]
    crossing = corners[1:, 1 - across] == corners[:-1, 1 - across]
    middles: Floats = (corners[1:] + corners[:-1])[crossing] / 2
    if not len(middles):
        return corners
    middles[:, across] = scale.values[scale.cell(middles[:, across])]
    return middles


def guarantee(diagram: PhaseDiagram) -> str:
    """How exact the borders are, and what may have been missed."""
    borders = diagram.borders
    missed = [
        f"{spacing:.3g} along {scale.path}"
        for spacing, scale in zip(borders.spacing, diagram.scales, strict=True)
        if spacing
    ]
    told = f"Borders are exact to {borders.tolerance:g} of an axis"
    return f"{told}; what is narrower than {' and '.join(missed)} may be missing." if missed else f"{told}."
