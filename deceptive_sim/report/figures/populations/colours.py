"""Colours of cohorts: warm for those that start with an objective of their own, cold for those with the base objective.

Habits are yellow and brown, what is joined is grey. What has been modified is hatched, on a tint of the same colour.
"""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.colors import to_rgb

from deceptive_sim.report.figures.style import Colour
from deceptive_sim.report.populations.numbers import ALIGNED, HABIT, MIXED, OWN, Group

PALETTE = {
    OWN: ("#d55e00", "#cc79a7", "#f3a266", "#8f3f71", "#e9c0d6", "#7a3a0c", "#f6d3b8"),
    ALIGNED: ("#0072b2", "#56b4e9", "#009e73", "#12507a", "#a5d6f2", "#7cc9ae", "#00614a"),
    HABIT: ("#e6c229", "#8a7331", "#f4e6a3", "#c3a24a", "#5e4d1c", "#d9c98b", "#f0e442"),
    MIXED: ("#aab4be",),
}
"""Warm and cold ones after Okabe and Ito; lighter and darker ones follow, which lie beside others of their kind."""

OFF = "#c9cfd6"
HATCH = "////"


def colours_of(groups: Sequence[Group]) -> tuple[Colour, ...]:
    """A colour for each group."""
    used = dict.fromkeys(PALETTE, 0)
    colours = []
    for group in groups:
        sort = MIXED if len(group.places) > 1 else group.starts
        colours.append(to_rgb(PALETTE[sort][used[sort] % len(PALETTE[sort])]))
        used[sort] += 1
    return tuple(colours)


def tint(colour: Colour, strength: float = 0.3) -> Colour:
    """A colour thinned with white."""
    red, green, blue = (1 - strength * (1 - part) for part in colour)
    return red, green, blue
