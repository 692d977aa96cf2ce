"""The axes of a population's diagram: read from the file or from texts, and held against the rules of the scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from math import prod

from deceptive_sim.core.errors import InputError, Problem, wrong
from deceptive_sim.landscapes.axes import Axis
from deceptive_sim.scenario.axes import axes_at, axes_of_texts, check_axes, distinct_axes
from deceptive_sim.scenario.load import Scenario
from deceptive_sim.studies.binding import scenario_at, settings_at

DEFAULT_POINTS = 21
MOST_POINTS = 100_000
MOST_AXES = 2

WHERE = ("population", "diagram", "axes")


def diagram_axes(scenario: Scenario, texts: Sequence[str] = (), points: int = DEFAULT_POINTS) -> tuple[Axis, ...]:
    """The axes that are asked for by texts, or those of the scenario's `diagram:` section.

    Parameters
    ----------
    scenario : Scenario
        With a population.
    texts : sequence of str
        Axes such as `training.episodes=0:20`; none for those of the file.
    points : int
        Of an axis that does not say how many it has.

    Returns
    -------
    tuple of Axis
        One or two, of paths that mean different places.

    Raises
    ------
    InputError
        If there is no axis, there are too many axes or points, or the ends of an axis or a corner of the grid break a
        rule of the scenario. With the place in the file if the axes are from there.
    """
    if texts:
        return _sound(scenario, axes_of_texts(scenario, texts, points=points, population=True))
    section = scenario.population.section.diagram if scenario.population is not None else None
    if section is None:
        raise InputError(Problem(name="axes", rule="are required: the population has no diagram: section"))
    axes = axes_at(scenario, WHERE, section.axes, points)
    try:
        return _sound(scenario, axes)
    except InputError as error:
        place = scenario.document.place_of_value(WHERE)
        raise InputError(replace(problem, position=place) for problem in error.problems) from None


def _sound(scenario: Scenario, axes: tuple[Axis, ...]) -> tuple[Axis, ...]:
    """The same axes, held against the rules."""
    if len(axes) > MOST_AXES:
        raise wrong("axes", f"must be at most {MOST_AXES}", len(axes))
    number = prod(len(axis) for axis in axes)
    if number > MOST_POINTS:
        raise wrong("axes", f"must have at most {MOST_POINTS} points together", number)
    axes = distinct_axes(scenario, axes)
    check_axes(scenario, axes)
    for corner in product(*({0, len(axis) - 1} for axis in axes)):
        scenario_at(scenario, settings_at(axes, corner))
    return axes
