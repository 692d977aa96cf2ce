"""A sweep by the compiled kernel: values of axes become numbers of games, doubtful points are decided exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy
from numpy.typing import NDArray

from deceptive_sim.core.errors import InputError, Problem
from deceptive_sim.core.exact import MAX_EPISODES
from deceptive_sim.landscapes.axes import Axis
from deceptive_sim.model.numbers import Place, numbers_of
from deceptive_sim.solvers.compiled.grids import Roles, games_on_grid, roles_in
from deceptive_sim.solvers.compiled.kernel import Floats, GameNumbers, episodes_one_by_one, measure_games
from deceptive_sim.studies.binding import Binding, scenario_at, settings_at

if TYPE_CHECKING:
    from deceptive_sim.studies.sweeps import ScenarioSweep

MOST_ONE_BY_ONE = 10**7
"""Episodes of one game that the kernel works off one by one; all others are jumped over."""

SLACK = 1e-9
"""Probabilities in floats that exceed their bounds by less are looked at exactly."""


def can_measure(binding: Binding, axes: Sequence[Axis]) -> bool:
    """Whether the kernel can do the games of a grid."""
    return roles_in(binding.game, binding.agent, _columns(binding, axes)) is not None


def measured_by_kernel(
    binding: Binding, axes: Sequence[Axis], sweep: ScenarioSweep
) -> Mapping[str, NDArray[Any]] | None:
    """Measure a grid, or None if the kernel cannot do these games.

    Raises
    ------
    InputError
        If a point is no sound scenario; the error names the point.
    """
    varying = _columns(binding, axes)
    roles = roles_in(binding.game, binding.agent, varying)
    if roles is None:
        return None
    shape = tuple(len(axis) for axis in axes)
    for place in _suspects(binding, varying, shape):
        scenario_at(sweep.scenario, settings_at(axes, place))
    games = games_on_grid(binding.game, roles, varying, shape)
    _refuse_too_long(games, roles)
    found = measure_games(games)
    arrays = dict(found.arrays)
    arrays["undecided"] = numpy.zeros(shape, bool)
    for place in zip(*found.doubtful.nonzero(), strict=True):
        settings = settings_at(axes, place)
        if sweep.too_long(settings):
            arrays["undecided"][place] = True
            continue
        for name, value in asdict(sweep.at(settings)).items():
            arrays[name][place] = value
    return {variable.name: arrays[variable.name] for variable in sweep.variables}


def _refuse_too_long(games: GameNumbers, roles: Roles) -> None:
    longest = episodes_one_by_one(games)
    if longest > MOST_ONE_BY_ONE:
        rule = f"must have at most {MOST_ONE_BY_ONE} episodes where {roles.other} may be modified back into {roles.own}"
        raise InputError(Problem(name="phases", rule=rule, got=f"{longest} episodes"))


def _columns(binding: Binding, axes: Sequence[Axis]) -> dict[Place, Floats]:
    """What every moved number is along its axis, broadcastable to the grid."""
    columns: dict[Place, Floats] = {}
    for number, axis in enumerate(axes):
        along = [1] * len(axes)
        along[number] = len(axis)
        for column, path in enumerate(axis.paths):
            values = numpy.ascontiguousarray(axis.floats[:, column]).reshape(along)
            columns.update(dict.fromkeys(binding.places[path], values))
    return columns


def _suspects(binding: Binding, varying: Mapping[Place, Floats], shape: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Points whose numbers break a rule, or might; nothing if all is well."""
    constant = numbers_of(binding.game)
    for place, values in varying.items():
        top = {"episodes": float(MAX_EPISODES), "payoff": numpy.inf}.get(place.kind, 1.0)
        low = -numpy.inf if place.kind == "payoff" else 0.0
        bad = (values < low) | (values > top)
        if place.kind == "episodes":
            bad |= values != numpy.floor(values)
        yield from _first(bad, shape)
    chances = {place for place in varying if place.kind in {"modification", "shutdown"}}
    for phase, action in {(place.phase, place.first) for place in chances}:
        total: Floats = numpy.zeros((1,) * len(shape))
        for place, number in constant.items():
            if place.kind in {"modification", "shutdown"} and place[1:3] == (phase, action):
                total = total + varying.get(place, numpy.full((1,) * len(shape), float(number)))
        yield from _first(total > 1.0 + SLACK, shape)
        yield from _all((total > 1.0) & (total <= 1.0 + SLACK), shape)


def _first(bad: NDArray[numpy.bool_], shape: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    if bad.any():
        yield tuple(int(i) for i in numpy.unravel_index(numpy.argmax(numpy.broadcast_to(bad, shape)), shape))


def _all(bad: NDArray[numpy.bool_], shape: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """One point of the grid for each combination of the values that matter."""
    for place in zip(*bad.nonzero(), strict=True):
        yield tuple(int(i) for i in place)
