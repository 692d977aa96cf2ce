"""Phase diagrams: when deception pays, as a function of two parameters of a scenario.

A grid is measured; borders are found to a stated tolerance (`landscapes.borders`); between them every region is solved
once, at the point with most room around it. What the grid does not see may be missed: its spacing is the guarantee.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy
from numpy.typing import NDArray

from deceptive_sim.core.errors import InputError, wrong
from deceptive_sim.core.progress import Progress, silent
from deceptive_sim.landscapes.axes import Axis
from deceptive_sim.landscapes.landscape import Landscape, measure
from deceptive_sim.model.actions import Action
from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.regimes import Regime
from deceptive_sim.model.strategies import Strategy
from deceptive_sim.scenario.load import Scenario
from deceptive_sim.scenario.paths import number_type, resolve
from deceptive_sim.solvers.measurements import REGIMES
from deceptive_sim.solvers.solve import solve_game
from deceptive_sim.studies.phase_names import title_of
from deceptive_sim.studies.phase_raster import fine_map
from deceptive_sim.studies.phase_regions import parts_of
from deceptive_sim.studies.phase_scale import Scale, other_values, scale_of
from deceptive_sim.studies.sweeps import ScenarioSweep

if TYPE_CHECKING:
    from deceptive_sim.landscapes.borders import Borders
    from deceptive_sim.studies.phase_curve import Curve

LEAST_SHARE = 0.0015
"""Regions smaller than this share of the picture are drawn, but not named where their regime has a larger one."""

MOST_POINTS = 20_000_000
"""Points of a grid, at most: the picture shows no more, and borders are exact between fewer."""

MOST_ALONG = 10_000
"""Points of one axis, at most: a border is searched at each whole number, and no picture has so many pixels."""

LONGEST_SOLVED = 5000
"""Episodes up to which the strategy of a region is looked up."""

EFFORT, SLOW_EFFORT = (5e-5, 3), (2e-3, 1)
"""How closely lines follow borders, as `find_borders` has it; less closely if every point is solved by itself."""

FINER = 200
"""The place of a region is rounded to a decimal of at most this small a part of the axis."""


@dataclass(frozen=True, kw_only=True)
class Region:
    """A connected part of a phase diagram.

    Attributes
    ----------
    regime : Regime
    share : float
        Of the area of the picture, 0 to 1.
    place : tuple of float
        The point with most room around it, in shares of the picture from its lower left corner.
    settings : mapping
        The exact parameters at that point.
    plan : Strategy or None
        The optimal strategy there; None where it is not to be had, as in very long games.
    """

    regime: Regime
    share: float
    place: tuple[float, float]
    settings: Mapping[str, Fraction]
    plan: Strategy | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class PhaseDiagram:
    """Everything that a picture of two parameters needs.

    Attributes
    ----------
    scenario_id : str
    agent, label : str
        Name and title of the agent that is measured.
    actions : tuple of Action
    landscape : Landscape
        The grid, x first.
    scales : tuple of Scale
        Along x and y.
    borders : Borders
    fill : array of int, `[y pixel, x pixel]`
        Codes of regimes (`solvers.measurements.REGIMES`), fine enough to be drawn; the first row is at the bottom.
    numbers : mapping
        `value` and `premium` to their maps, as fine as `fill`.
    pays : float
        Share of the picture in which deception pays.
    regions : tuple of Region
        Largest first; slivers only where their regime has nothing larger.
    curve : Curve or None
        A closed form to be drawn over the picture.
    """

    scenario_id: str
    agent: str
    label: str
    actions: tuple[Action, ...]
    landscape: Landscape
    scales: tuple[Scale, Scale]
    borders: Borders
    fill: NDArray[Any]
    numbers: Mapping[str, NDArray[Any]]
    pays: float
    regions: tuple[Region, ...]
    curve: Curve | None = None

    @cached_property
    def shares(self) -> dict[Regime, float]:
        """Share of the picture of each regime in it, largest first."""
        counted = numpy.bincount(self.fill.ravel(), minlength=len(REGIMES)) / self.fill.size
        order = numpy.argsort(-counted, kind="stable")
        return {REGIMES[code]: float(counted[code]) for code in order if counted[code] > 0}


def phase_diagram(
    scenario: Scenario,
    x_axis: Axis,
    y_axis: Axis,
    *,
    agent: str | None = None,
    tolerance: float = 1e-6,
    progress: Progress = silent,
) -> PhaseDiagram:
    """Measure a plane of two parameters, and find the borders in it.

    Parameters
    ----------
    scenario : Scenario
    x_axis, y_axis : Axis
        Sound axes of the scenario; at least two points each.
    agent : str, optional
        Whose game it is; by default the first agent's.
    tolerance : float
        How far a border's vertex may be off, as a share of an axis.
    progress : Progress

    Raises
    ------
    InputError
        If there is no such agent, an axis has only one point or too many, the grid is too large, or a point is no sound
        set of parameters.
    """
    from deceptive_sim.landscapes.borders import find_borders
    from deceptive_sim.landscapes.estimates import estimate, require_room
    from deceptive_sim.landscapes.tiles import plan_for
    from deceptive_sim.studies.phase_curve import play_along_curve

    chosen = scenario.agent_named(agent)
    axes = (ascending(x_axis), ascending(y_axis))
    scales = (scale_for(scenario, axes[0]), scale_for(scenario, axes[1]))
    sweep = ScenarioSweep(scenario, chosen.name)
    require_room(estimate(plan_for(sweep, axes), in_memory=True), most=MOST_POINTS)
    progress(0, 4, "measuring the grid")
    landscape = measure(sweep, axes)
    progress(1, 4, "finding borders")
    whole = (scales[0].whole, scales[1].whole)
    slow = not sweep.quick(axes)
    chord, depth = SLOW_EFFORT if slow else EFFORT
    borders = find_borders(
        sweep, *axes, variables=("regime", "premium"), whole=whole, tolerance=tolerance, chord=chord, depth=depth
    )
    progress(2, 4, "filling regions")
    fine = fine_map(sweep, axes, scales, landscape.arrays, _codes, ("value", "premium"), slow)
    fill = fine.labels // 2
    progress(3, 4, "solving each region")
    regions = _regions(scenario, chosen, axes, scales, fill)
    progress(4, 4, "done")
    return PhaseDiagram(
        scenario_id=scenario.id,
        agent=chosen.name,
        label=scenario.labels[chosen.name],
        actions=tuple(scenario.game.actions),
        landscape=landscape,
        scales=scales,
        borders=borders,
        fill=fill,
        numbers=fine.numbers,
        pays=float((fine.labels % 2).mean()),
        regions=regions,
        curve=play_along_curve(scenario, chosen, scales),
    )


def _codes(arrays: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
    """Regime and whether deception pays, as one number."""
    codes: NDArray[Any] = arrays["regime"].astype(numpy.int16) * 2 + arrays["deception_pays"]
    return codes


def scale_for(scenario: Scenario, axis: Axis) -> Scale:
    """The side of a picture that an axis of a scenario makes."""
    data = scenario.document.data
    whole = number_type(data, resolve(data, axis.name)) is int
    return scale_of(axis, title_of(scenario, axis.name), whole=whole)


def ascending(axis: Axis) -> Axis:
    """The axis with the values of its first parameter in ascending order.

    Raises
    ------
    InputError
        If there are fewer than two, or more than a picture can show.
    """
    if len(axis) < 2:
        raise wrong(f"axis {axis.name}", "must have at least two values to be drawn", len(axis))
    if len(axis) > MOST_ALONG:
        rule = f"must have at most {MOST_ALONG} points to be drawn"
        raise wrong(f"axis {axis.name}", rule, len(axis), "lo:hi@N takes N of them")
    if bool((numpy.diff(numpy.asarray(axis.floats[:, 0], dtype=numpy.float64)) > 0).all()):
        return axis
    return replace(axis, rows=tuple(sorted(axis.rows)))


# --- regions ---------------------------------------------------------------------------------------------------------


def _regions(
    scenario: Scenario, agent: AgentSpec, axes: tuple[Axis, Axis], scales: tuple[Scale, Scale], fill: NDArray[Any]
) -> tuple[Region, ...]:
    found: list[Region] = []
    for part in parts_of(fill):
        if part.share < LEAST_SHARE and any(region.regime is REGIMES[part.label] for region in found):
            continue
        settings = {}
        for axis, scale, place in zip(axes, scales, part.place, strict=True):
            settings.update(exact_near(axis, scale, place))
        plan, regime = plan_at(scenario, agent, settings)
        if regime is not REGIMES[part.label]:
            plan = None
        found.append(
            Region(regime=REGIMES[part.label], share=part.share, place=part.place, settings=settings, plan=plan)
        )
    return tuple(found)


def exact_near(axis: Axis, scale: Scale, place: float) -> dict[str, Fraction]:
    """Exact parameters of an axis at a place of the picture: a measured value if whole, else a short decimal."""
    value = scale.at(numpy.array([place]))
    if scale.whole:
        return dict(zip(axis.paths, axis.rows[int(scale.cell(value)[0])], strict=True))
    width = abs(float(value[0])) if scale.log else scale.high - scale.low
    step = Decimal(1).scaleb((Decimal(width) / FINER).adjusted())
    first = Fraction(Decimal(float(value[0])).quantize(step))
    others = other_values(axis, numpy.array([float(first)]))[0, 1:]
    return {axis.name: first, **dict(zip(scale.others, map(_decimal, others), strict=True))}


def _decimal(number: float) -> Fraction:
    return Fraction(repr(float(number)))


def plan_at(
    scenario: Scenario, agent: AgentSpec, settings: Mapping[str, Fraction]
) -> tuple[Strategy | None, Regime | None]:
    """What the agent does under some parameters, and which regime that is; None where it is not to be had."""
    try:
        there = scenario.measuring(agent.name).with_parameters(settings)
        if there.game.horizon > LONGEST_SOLVED:
            return None, None
        solution = solve_game(there.game, there.agent_named(agent.name))
    except InputError:  # such as a rounded place that is no sound set of parameters
        return None, None
    return solution.plan, solution.regime
