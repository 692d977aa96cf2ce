"""Slices: value, premium and behaviour along one parameter, with the places where they change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy
from numpy.typing import NDArray

from deceptive_sim.landscapes.axes import Axis, points
from deceptive_sim.landscapes.landscape import Landscape, measure
from deceptive_sim.model.actions import Action
from deceptive_sim.model.regimes import Regime
from deceptive_sim.model.strategies import Strategy
from deceptive_sim.scenario.load import Scenario
from deceptive_sim.solvers.measurements import REGIMES
from deceptive_sim.studies.phase import ascending, exact_near, plan_at, scale_for
from deceptive_sim.studies.phase_scale import Floats, Scale, other_values
from deceptive_sim.studies.sweeps import ScenarioSweep

MOST_STRETCHES = 9
"""If the number of training defections changes more often than this, only changes of the regime are told."""

JUMP = 1e-6
"""A number that differs by more than this share of its range across a change jumps there."""

HALVINGS = 50


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Values of a parameter over which the agent behaves alike; `plan` is what it does in the middle of them."""

    regime: Regime
    low: float
    high: float
    plan: Strategy | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Slice:
    """Numbers along one parameter.

    Attributes
    ----------
    scenario_id, agent, label : str
    actions : tuple of Action
    scale : Scale
    landscape : Landscape
        What was measured at the points of the axis.
    places : array of float, `[place]`
        The points of the axis and both sides of every change of behaviour, ascending.
    value, premium : array of float, `[place]`
        NaN between the two sides of a jump, so that lines are broken there, and where there is no number.
    stretches : tuple of Stretch
    roots : tuple of float
        Where the premium changes its sign.
    jumps : tuple of float
        Those of them at which it jumps over 0.
    """

    scenario_id: str
    agent: str
    label: str
    actions: tuple[Action, ...]
    scale: Scale
    landscape: Landscape
    places: Floats
    value: Floats
    premium: Floats
    stretches: tuple[Stretch, ...]
    roots: tuple[float, ...]
    jumps: tuple[float, ...]


def slice_along(scenario: Scenario, axis: Axis, *, agent: str | None = None) -> Slice:
    """Measure a scenario along one axis, everything else as the file says.

    Parameters
    ----------
    scenario : Scenario
    axis : Axis
    agent : str, optional

    Raises
    ------
    InputError
        As `phase.phase_diagram`.
    """
    chosen = scenario.agent_named(agent)
    axis = ascending(axis)
    scale = scale_for(scenario, axis)
    line = _Line(ScenarioSweep(scenario, chosen.name), axis, scale)
    landscape = measure(line.sweep, (axis,))
    behaviour = _behaviour if _stretches(_behaviour(landscape.arrays)) <= MOST_STRETCHES else _regimes
    turns = line.changes(landscape.arrays, behaviour)
    signs = line.changes(landscape.arrays, _signs)
    places, numbers = _lines(landscape, turns, scale)
    roots = tuple(float(numpy.mean(change.places)) for change in signs)
    across = numpy.nanmax(numpy.abs(landscape.arrays["premium"]), initial=0.0)
    jumps = tuple(
        root for root, change in zip(roots, signs, strict=True)
        if not scale.whole and numpy.abs(change.arrays["premium"]).max() > JUMP * across
    )  # fmt: skip
    edges = [scale.low, *(float(numpy.mean(change.places)) for change in turns), scale.high]
    stretches = []
    for low, high in pairwise(edges):
        settings = exact_near(axis, scale, float(scale.unit(numpy.array([low, high])).mean()))
        plan, regime = plan_at(scenario, chosen, settings)
        stretches.append((low, high, plan, regime))
    at_middle = line.codes_at(numpy.array([_middle(scale, low, high) for low, high, _, _ in stretches]))
    return Slice(
        scenario_id=scenario.id,
        agent=chosen.name,
        label=scenario.labels[chosen.name],
        actions=tuple(scenario.game.actions),
        scale=scale,
        landscape=landscape,
        places=places,
        value=numbers["value"],
        premium=numbers["premium"],
        stretches=tuple(
            Stretch(regime=REGIMES[code], low=low, high=high, plan=plan if regime is REGIMES[code] else None)
            for (low, high, plan, regime), code in zip(stretches, at_middle.tolist(), strict=True)
        ),
        roots=roots,
        jumps=jumps,
    )


Arrays = Mapping[str, NDArray[Any]]


def _regimes(arrays: Arrays) -> NDArray[numpy.int64]:
    return arrays["regime"].astype(numpy.int64)


def _behaviour(arrays: Arrays) -> NDArray[numpy.int64]:
    """Regime, and how often the agent defects in training, as one number."""
    return arrays["regime"].astype(numpy.int64) + len(REGIMES) * arrays["training_defections"].astype(numpy.int64)


def _signs(arrays: Arrays) -> NDArray[numpy.int64]:
    """Whether the premium is positive; a premium that does not exist is not."""
    positive: NDArray[numpy.int64] = (arrays["premium"] > 0).astype(numpy.int64)
    return positive


def _stretches(codes: NDArray[numpy.int64]) -> int:
    return 1 + int(numpy.count_nonzero(numpy.diff(codes)))


def _middle(scale: Scale, low: float, high: float) -> float:
    value = scale.at(scale.unit(numpy.array([low, high])).mean(keepdims=True))
    return float(scale.values[scale.cell(value)][0] if scale.whole else value[0])


@dataclass(frozen=True, kw_only=True, eq=False)
class _Change:
    """The two sides of a change, `[2]`: places, and what was measured there."""

    places: Floats
    arrays: Arrays


@dataclass(frozen=True)
class _Line:
    """A sweep along one axis."""

    sweep: ScenarioSweep
    axis: Axis
    scale: Scale

    def at(self, firsts: Floats) -> Arrays:
        """What is measured where the axis's first parameter has these values."""
        return self.sweep([points(self.axis.paths, other_values(self.axis, firsts))])

    def codes_at(self, firsts: Floats) -> NDArray[numpy.int64]:
        """Codes of regimes."""
        return _regimes(self.at(firsts))

    def changes(self, arrays: Arrays, label: Callable[[Arrays], NDArray[numpy.int64]]) -> list[_Change]:
        """One change between any two neighbouring points whose labels differ, halved down to the last bits."""
        labels = label(arrays)
        (before,) = numpy.nonzero(numpy.diff(labels))
        if not len(before):
            return []
        values = self.scale.values
        low, high = values[before], values[before + 1]
        if not self.scale.whole:
            start = labels[before]
            for _ in range(HALVINGS):
                middle = (low + high) / 2
                same = label(self.at(middle)) == start
                low, high = numpy.where(same, middle, low), numpy.where(same, high, middle)
        below, above = self.at(low), self.at(high)
        return [
            _Change(
                places=numpy.array([low[row], high[row]]),
                arrays={name: numpy.array([below[name][row], above[name][row]]) for name in below},
            )
            for row in range(len(before))
        ]


def _lines(landscape: Landscape, changes: list[_Change], scale: Scale) -> tuple[Floats, dict[str, Floats]]:
    """Places along the axis and what is drawn there: NaN inside a jump."""
    inserted = [] if scale.whole else changes
    sides = numpy.array([change.places for change in inserted]).reshape(-1, 2)
    places = numpy.concatenate([scale.values, sides[:, 0], sides.mean(axis=1), sides[:, 1]])
    order = numpy.argsort(places, kind="stable")
    numbers = {}
    for name in ("value", "premium"):
        measured = numpy.asarray(landscape.arrays[name], dtype=float)
        pairs = numpy.array([change.arrays[name] for change in inserted], dtype=float).reshape(-1, 2)
        span = numpy.nanmax(measured, initial=-numpy.inf) - numpy.nanmin(measured, initial=numpy.inf)
        jumps = numpy.abs(pairs[:, 1] - pairs[:, 0]) > JUMP * max(float(span), 0.0)
        between = numpy.where(jumps, numpy.nan, pairs.mean(axis=1))
        numbers[name] = numpy.concatenate([measured, pairs[:, 0], between, pairs[:, 1]])[order]
    return places[order], numbers
