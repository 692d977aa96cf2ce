"""What the colours of regimes mean, for those that have no room for their name in the picture."""

from __future__ import annotations

from collections.abc import Iterable

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from deceptive_sim.model.regimes import Regime
from deceptive_sim.report.figures import style
from deceptive_sim.report.figures.regimes import COLOURS

HEIGHT = 0.26
"""Room for a line of them, in inches."""


def draw_key(figure: Figure, regimes: Iterable[Regime], left: float, bottom: float) -> None:
    """Squares and names in a line that starts at a place (inches)."""
    width, height = figure.get_size_inches()
    x = left
    for regime in regimes:
        square = Rectangle(
            (x / width, (bottom + 0.02) / height),
            0.16 / width,
            0.16 / height,
            facecolor=COLOURS[regime],
            edgecolor=style.FAINT_INK,
            lw=0.5,
            transform=figure.transFigure,
            gid="key-colour",
        )
        figure.add_artist(square)
        place = (x + 0.22) / width, (bottom + 0.1) / height
        figure.text(*place, str(regime), size=style.SMALL, va="center", color=style.SOFT_INK, gid="key")
        x += 0.22 + style.width_of(str(regime), style.SMALL) + 0.22
