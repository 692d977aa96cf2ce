"""The figures, one module each; matplotlib is loaded when the first one is drawn.

strategies    who does what, episode by episode
values        what each objective at the wheel is worth to each judge
actions       what each action is worth to the unmodified self of each episode

diagram       which behaviour is optimal where in a plane of two parameters
heatmaps      value and premium over that plane
slices        value, premium and behaviour along one parameter
multiples     one phase diagram for each value of a third parameter
sensitivity   what moves the premium most

claims        how far each claim got on the ladder of verification
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from deceptive_sim.core.errors import nearest, wrong
from deceptive_sim.studies.result import RunResult

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAMES = ("strategies", "values", "actions")
"""Figures of every result."""

LANDSCAPE = {
    "landscape-diagram": ("diagram", "draw"),
    "landscape-value": ("heatmaps", "draw_value"),
    "landscape-premium": ("heatmaps", "draw_premium"),
    "landscape-slices": ("slices", "draw"),
    "landscape-multiples": ("multiples", "draw"),
    "landscape-sensitivity": ("sensitivity", "draw"),
}
"""Figures of results that have a landscape: the module and the function that draws each."""


def names_of(result: RunResult) -> tuple[str, ...]:
    """The figures that a result asks for, each once, `strategies` first; an `InputError` names an unknown one.

    Those of a landscape come next, then that of the claims, then what else there is of the agents.
    """
    for name in result.figures:
        if name not in NAMES:
            raise wrong("report.figures", "must be known figures", name, nearest(name, NAMES))
    own = [name for name in NAMES if name in result.figures]
    lead = own[: own[:1] == ["strategies"]]
    mapped = [] if result.landscape is None else [f"landscape-{name}" for name in result.landscape.figures]
    claimed = ["claims"] if result.claims else []
    return (*lead, *mapped, *claimed, *own[len(lead) :])


def draw(result: RunResult, name: str) -> Figure:
    """Draw one figure of a result."""
    known = (*NAMES, *LANDSCAPE, "claims")
    if name not in known:
        raise wrong("figure", "must be a known figure", name, nearest(name, known))
    module, function = LANDSCAPE.get(name, (name, "draw"))
    figure: Figure = getattr(import_module(f"deceptive_sim.report.figures.{module}"), function)(result)
    return figure
