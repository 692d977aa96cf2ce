"""The pictures of a view, in the order in which they are shown.

grid      runs in a grid, with the way that is taken
steps     what is done, step by step
curves    what is worth how much, or grows and shrinks
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from deceptive_sim.core.errors import nearest, wrong
from deceptive_sim.games.views import View

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MODULES = {"grid": "gridworlds", "steps": "letter_strips", "curves": "curves"}


def names_of(view: View) -> tuple[str, ...]:
    """The pictures that a view asks for."""
    there = {
        "grid": any(row for frame in (*view.frames, *view.beside) for row in frame.rows),
        "steps": bool(view.letters),
        "curves": any(view.curves.values()),
    }
    order = ("grid", "curves", "steps") if view.across else tuple(MODULES)  # curves over steps go below the steps
    return tuple(name for name in order if there[name])


def draw(view: View, name: str) -> Figure:
    """Draw one picture of a view."""
    if name not in MODULES:
        raise wrong("figure", "must be a known figure", name, nearest(name, tuple(MODULES)))
    figure: Figure = import_module(f"deceptive_sim.report.figures.{MODULES[name]}").draw(view)
    return figure
