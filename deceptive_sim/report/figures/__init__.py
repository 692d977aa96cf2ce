"""The figures, one module each; matplotlib is loaded when the first one is drawn.

strategies    who does what, episode by episode
values        what each objective at the wheel is worth to each judge
actions       what each action is worth to the unmodified self of each episode
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from deceptive_sim.core.errors import nearest, wrong
from deceptive_sim.studies.result import RunResult

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAMES = ("strategies", "values", "actions")


def names_of(result: RunResult) -> tuple[str, ...]:
    """The figures that a result asks for, each once, `strategies` first; an `InputError` names an unknown one."""
    for name in result.figures:
        if name not in NAMES:
            raise wrong("report.figures", "must be known figures", name, nearest(name, NAMES))
    return tuple(name for name in NAMES if name in result.figures)


def draw(result: RunResult, name: str) -> Figure:
    """Draw one figure of a result."""
    if name not in NAMES:
        raise wrong("figure", "must be a known figure", name, nearest(name, NAMES))
    figure: Figure = import_module(f"deceptive_sim.report.figures.{name}").draw(result)
    return figure
