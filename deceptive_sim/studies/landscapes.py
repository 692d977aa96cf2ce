"""What a landscape of a scenario is about: its agent and its axes, from the file or from the command line."""

from __future__ import annotations

from collections.abc import Sequence

from deceptive_sim.core.errors import InputError, Problem, wrong
from deceptive_sim.landscapes.axes import Axis
from deceptive_sim.landscapes.courses import DEFAULT_POINTS
from deceptive_sim.scenario.axes import axes_of_section, axes_of_texts, check_axes, distinct_axes
from deceptive_sim.scenario.load import Scenario
from deceptive_sim.scenario.paths import places_overlap, resolve
from deceptive_sim.scenario.yaml_text import Steps


def agent_for(scenario: Scenario, agent: str | None = None) -> str:
    """The agent that a landscape measures: the one named, else that of the `landscape:` section, else the first one.

    Raises
    ------
    InputError
        If the scenario has no such agent.
    """
    if agent is None and scenario.landscape:
        agent = scenario.landscape.agent
    return scenario.agent_named(agent).name


def axes_for(
    scenario: Scenario,
    texts: Sequence[str] | None = None,
    *,
    points: int = DEFAULT_POINTS,
    agent: str | None = None,
) -> tuple[Axis, ...]:
    """The axes of a landscape, every value of which the scenario's rules allow.

    Parameters
    ----------
    scenario : Scenario
    texts : sequence of str, optional
        Axes such as `training.modification.A=0:1@101` (`landscapes.ranges` has the grammar). None: the axes of the
        scenario's `landscape:` section.
    points : int
        Points of an axis that does not say how many it has.
    agent : str, optional
        Who is measured, as `agent_for`: what rules the strategies and beliefs of others break does not matter.

    Raises
    ------
    InputError
        Naming the axis, the rule and the value; of a value that the scenario's rules forbid, the point of the grid.
    """
    if texts is None:
        if scenario.landscape is None:
            hint = "such as training.modification.A=0:1"
            raise InputError(
                Problem(name="axes", rule="are required: the scenario has no landscape: section", hint=hint)
            )
        axes = axes_of_section(scenario, points=points)
    elif not texts:
        raise wrong("axes", "must be at least one")
    else:
        axes = axes_of_texts(scenario, texts, points=points)
    return sound_axes(scenario, axes, agent=agent)


def sound_axes(scenario: Scenario, axes: Sequence[Axis], *, agent: str | None = None) -> tuple[Axis, ...]:
    """The axes, if together they make a grid that `axes_for` would allow; axes read apart have to pass here.

    Raises
    ------
    InputError
        As `axes_for`.
    """
    together = distinct_axes(scenario, tuple(axes))
    check_axes(scenario.measuring(agent_for(scenario, agent)), together)
    return together


def axes_besides(scenario: Scenario, chosen: Sequence[Axis], axes: Sequence[Axis]) -> tuple[Axis, ...]:
    """Those of some axes that move no place that a chosen one moves, however either is written."""

    def places(axis: Axis) -> list[Steps]:
        return [resolve(scenario.document.data, path) for path in axis.paths]

    taken = [place for axis in chosen for place in places(axis)]
    return tuple(
        axis for axis in axes if not any(places_overlap(place, other) for place in places(axis) for other in taken)
    )
