"""What a scenario's `landscape:` section shows: slices, phase diagrams, and what moves the premium."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deceptive_sim.core.exact import readable
from deceptive_sim.core.progress import Progress, silent
from deceptive_sim.core.seeds import DEFAULT_SEED
from deceptive_sim.landscapes.axes import Axis
from deceptive_sim.scenario.load import Scenario
from deceptive_sim.studies.landscapes import agent_for, axes_for
from deceptive_sim.studies.phase import PhaseDiagram, phase_diagram, scale_for
from deceptive_sim.studies.phase_drivers import Drivers, premium_drivers
from deceptive_sim.studies.phase_slices import Slice, slice_along

MOST_PANELS = 6
"""Values of a third parameter for which a phase diagram is drawn."""

DEFAULTS = {
    1: ("slices",),
    2: ("diagram", "value", "premium"),
    3: ("multiples", "sensitivity"),
}
PLANES = {"diagram", "value", "premium"}
MANY = ("sensitivity", "slices")
"""Figures of so many axes, and of more than three."""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A phase diagram for one value of a third parameter; `settings` is that value as text, by path."""

    settings: tuple[tuple[str, str], ...]
    diagram: PhaseDiagram


@dataclass(frozen=True, kw_only=True, eq=False)
class LandscapeResult:
    """What there is to show; what was not asked for is empty.

    Attributes
    ----------
    agent, label : str
        Name and title of the agent that is measured.
    figures : tuple of str
        Of `diagram`, `value`, `premium`, `slices`, `multiples`, `sensitivity`, in the order in which they are shown.
    diagram : PhaseDiagram or None
        Of the first two axes; all other parameters as the file says.
    slices : tuple of Slice
        Along each axis; all other parameters as the file says.
    panels : tuple of Panel
        Of the first two axes, for at most six values of the third.
    drivers : Drivers or None
        What moves the premium most, over the ranges of all axes.
    """

    agent: str
    label: str
    figures: tuple[str, ...]
    diagram: PhaseDiagram | None = None
    slices: tuple[Slice, ...] = ()
    panels: tuple[Panel, ...] = ()
    drivers: Drivers | None = None


def landscape_results(scenario: Scenario, *, seed: int = DEFAULT_SEED, progress: Progress = silent) -> LandscapeResult:
    """Carry out a scenario's `landscape:` section.

    Parameters
    ----------
    scenario : Scenario
    seed : int
        Of the sample that asks what moves the premium most.
    progress : Progress

    Raises
    ------
    InputError
        If the scenario has no such section.
    """
    axes = axes_for(scenario)
    agent = agent_for(scenario)
    wanted = scenario.landscape.figures if scenario.landscape else None
    figures = tuple(dict.fromkeys(DEFAULTS.get(len(axes), MANY) if wanted is None else wanted))
    scales = [scale_for(scenario, axis) for axis in axes]
    planes = PLANES & set(figures)
    return LandscapeResult(
        agent=agent,
        label=scenario.labels[agent],
        figures=figures,
        diagram=phase_diagram(scenario, axes[0], axes[1], agent=agent, progress=progress) if planes else None,
        slices=tuple(slice_along(scenario, axis, agent=agent) for axis in axes) if "slices" in figures else (),
        panels=tuple(_panels(scenario, axes, agent)) if "multiples" in figures else (),
        drivers=premium_drivers(scenario, agent, axes, scales, seed=seed) if "sensitivity" in figures else None,
    )


def _panels(scenario: Scenario, axes: Sequence[Axis], agent: str) -> list[Panel]:
    x, y, third = axes[:3]
    count = min(MOST_PANELS, len(third))
    chosen = sorted({round(place * (len(third) - 1) / max(1, count - 1)) for place in range(count)})
    panels = []
    for row in chosen:
        settings = dict(zip(third.paths, third.rows[row], strict=True))
        diagram = phase_diagram(scenario.measuring(agent).with_parameters(settings), x, y, agent=agent)
        panels.append(Panel(settings=tuple((p, readable(v)) for p, v in settings.items()), diagram=diagram))
    return panels
