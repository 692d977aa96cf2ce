"""Which numbers of a game the axes of a sweep move: found out by trying, so that every path is understood.

An axis is bound if each number that changes along it equals one of its paths' values. Whoever binds may then write
whole columns of values into the games instead of building a scenario for each point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from deceptive_sim.core.errors import InputError, Problem
from deceptive_sim.core.exact import text_of
from deceptive_sim.landscapes.axes import Axis
from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.numbers import Place, numbers_of, shape_of
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.scenario.load import Scenario

TRIED_ROWS = 5
TRIED_POINTS = 8

Settings = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Binding:
    """A game as its agent judges it at the first point of a grid, and the places that each path moves."""

    game: PhasedGame
    agent: AgentSpec
    places: Mapping[str, tuple[Place, ...]]


def settings_at(axes: Sequence[Axis], point: Sequence[int]) -> Settings:
    """What the scenario's parameters are at a point of the grid, exactly."""
    settings: Settings = {}
    for axis, row in zip(axes, point, strict=True):
        settings.update(zip(axis.paths, axis.rows[row], strict=True))
    return settings


def at_point(problem: Problem, settings: Mapping[str, object]) -> Problem:
    """A problem of one point of a grid, which it then names."""
    where = ", ".join(f"{path} = {text_of(value)}" for path, value in settings.items())  # type: ignore[arg-type]
    return replace(problem, rule=f"{problem.rule}, at {where}", position=None)


def scenario_at(scenario: Scenario, settings: Mapping[str, object]) -> Scenario:
    """The scenario at a point of a grid; an `InputError` names the point."""
    try:
        return scenario.with_parameters(settings)
    except InputError as error:
        raise InputError(at_point(problem, settings) for problem in error.problems) from None


def bind(scenario: Scenario, agent: str, axes: Sequence[Axis]) -> Binding | None:
    """Bind axes to a scenario's game, or None if some number is no plain copy of a path's value.

    Raises
    ------
    InputError
        If a point that is tried is no sound scenario.
    """
    origin = [0] * len(axes)
    base = _seen(scenario, agent, settings_at(axes, origin))
    places: dict[str, tuple[Place, ...]] = {}
    for number, axis in enumerate(axes):
        moved = _moved(scenario, agent, axes, number, base)
        if moved is None:
            return None
        for path in axis.paths:
            places[path] = tuple(place for place, mover in moved.items() if mover == path)
    moving = [place for found in places.values() for place in found]
    if len(moving) != len(set(moving)):
        return None
    binding = Binding(game=base[0], agent=base[1], places=places)
    return binding if _holds(scenario, agent, axes, binding) else None


def _seen(scenario: Scenario, name: str, settings: Settings) -> tuple[PhasedGame, AgentSpec]:
    changed = scenario_at(scenario, settings)
    agent = changed.agent_named(name)
    return agent.judged(changed.game), agent


def _moved(
    scenario: Scenario, agent: str, axes: Sequence[Axis], number: int, base: tuple[PhasedGame, AgentSpec]
) -> dict[Place, str] | None:
    """Which path of an axis moves which place."""
    axis = axes[number]
    rows = _spread(len(axis), TRIED_ROWS)
    point = [0] * len(axes)
    tries: list[tuple[dict[Place, Fraction], tuple[Fraction, ...]]] = []
    for row in rows:
        point[number] = row
        game, spec = _seen(scenario, agent, settings_at(axes, point))
        if shape_of(game) != shape_of(base[0]) or _mind(spec) != _mind(base[1]):
            return None
        tries.append((numbers_of(game), axis.rows[row]))
    moved: dict[Place, str] = {}
    first = tries[0][0]
    for place in first:
        if all(numbers[place] == first[place] for numbers, _ in tries):
            continue
        movers = [
            path
            for column, path in enumerate(axis.paths)
            if all(numbers[place] == values[column] for numbers, values in tries)
        ]
        if not movers:
            return None
        moved[place] = movers[0]
    return moved


def _mind(agent: AgentSpec) -> tuple[object, ...]:
    return agent.objective, agent.strategy, agent.believed, agent.selves


def _spread(length: int, most: int) -> list[int]:
    """Up to so many places from 0 to the last one."""
    return sorted({round(i * (length - 1) / (most - 1)) for i in range(most)})


def _holds(scenario: Scenario, agent: str, axes: Sequence[Axis], binding: Binding) -> bool:
    """Whether the numbers come out as bound at points off the axes' first values, too."""
    constant = numbers_of(binding.game)
    for i in range(1, TRIED_POINTS + 1):
        point = [
            (i * (len(axis) - 1) * (place + 3) // (place + 2 + TRIED_POINTS)) % len(axis)
            for place, axis in enumerate(axes)
        ]
        settings = settings_at(axes, point)
        game, _ = _seen(scenario, agent, settings)
        expected = dict(constant)
        for path, places in binding.places.items():
            expected.update(dict.fromkeys(places, settings[path]))  # type: ignore[arg-type]
        if numbers_of(game) != expected:
            return False
    return True
