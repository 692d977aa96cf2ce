"""Every finite game of the library against the conformance suite, at many small settings; new games without a word."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from deceptive_sim.core.errors import InputError
from deceptive_sim.games.finite import FiniteGame
from deceptive_sim.games.krueger_2020 import FiniteUnitTest, Krueger2020
from deceptive_sim.games.library import MODULES, Parameter, build_game, library_game
from deceptive_sim.games.models import Kind
from deceptive_sim.games.treacherous_turn import TreacherousTurn
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.testing import ConformanceError, check_game

F = Fraction
FEW = 3
VALUES: dict[str, tuple[Any, ...]] = {
    "count": (0, 1, 5),
    "probability": (F(0), F(1, 3), F(1)),
    "discount": (F(0), F(2, 3), F(1)),
    "number": (F(0), F(1, 2), F(3)),
    "truth": (True, False),
}


def game_in(built: Any) -> Any | None:
    """What the solvers are given; None if it is of another kind."""
    if isinstance(built, FiniteGame | PhasedGame):
        return built
    if isinstance(built, TreacherousTurn):
        return built.village
    if isinstance(built, Krueger2020):
        return FiniteUnitTest(built.discount, built.b, built.episodes)
    return None


def small(parameter: Parameter) -> Any:
    return min(int(parameter.default), FEW) if parameter.kind == "count" else parameter.default


def settings() -> Iterator[tuple[str, dict[str, Any]]]:
    """For every game its defaults with small counts, and one parameter after another at several values."""
    for name in MODULES:
        parameters = library_game(name).parameters
        basis = {parameter.name: small(parameter) for parameter in parameters}
        yield name, basis
        for parameter in parameters:
            for value in parameter.options or VALUES[parameter.kind]:
                if value != basis[parameter.name]:
                    yield name, {**basis, parameter.name: value}


def built(name: str, parameters: dict[str, Any]) -> Any | None:
    try:
        return game_in(build_game(name, parameters))
    except InputError:
        return None


GAMES = [(name, parameters) for name, parameters in settings() if built(name, parameters) is not None]


def said(name: str, parameters: dict[str, Any]) -> str:
    return name + "".join(f" {key}={value}" for key, value in parameters.items())


HEAVY = ("absent-supervisor", "treacherous-turn")
"""Of these, only the first settings are tested each time; of others, the first and every third one."""


def case(name: str, parameters: dict[str, Any]) -> Any:
    place = [settings for game, settings in GAMES if game == name].index(parameters)
    marks = [pytest.mark.slow] if place and (name in HEAVY or place % 3) else []
    return pytest.param(name, parameters, id=said(name, parameters), marks=marks)


@pytest.mark.parametrize(("name", "parameters"), [case(*game) for game in GAMES])
def test_every_finite_game_of_the_library_keeps_the_rules(name: str, parameters: dict[str, Any]) -> None:
    game = built(name, parameters)
    report = check_game(game, episodes=4, states=120)
    assert {"transitions", "payoff", "repeatable", "solver", "floats", "worlds", "selves"} <= set(report.rules)
    if game.horizon:
        assert report.states


@pytest.mark.slow
@pytest.mark.parametrize("name", dict.fromkeys(name for name, _ in GAMES))
def test_every_finite_game_of_the_library_keeps_the_rules_as_published(name: str) -> None:
    report = check_game(game_in(build_game(name, {})), episodes=13, states=800)
    assert report.states


def test_no_finite_game_is_left_out() -> None:
    finite = {name for name in MODULES if library_game(name).kind in (Kind.FINITE, Kind.PHASED)}
    assert finite <= {name for name, _ in GAMES}
    assert len(GAMES) > 5 * len(finite)


@pytest.mark.parametrize(
    ("name", "method", "wrong", "rule"),
    [
        ("button", "moves", lambda self, t, world, action: ((F(3, 2), False),), "transitions"),
        ("holtman-2020", "payoff", lambda self, t, world, action, judge: float("nan"), "payoff"),
        ("absent-supervisor", "available", lambda self, t, objective, world: (), "available"),
        ("button", "payoff", lambda self, t, world, action, judge: t, "labels"),
        ("treacherous-turn", "observation", lambda self, t, objective, world: [], "observation"),
    ],
)
def test_a_game_of_the_library_that_is_broken_is_caught(
    monkeypatch: pytest.MonkeyPatch, name: str, method: str, wrong: Any, rule: str
) -> None:
    game = game_in(build_game(name, {}))
    monkeypatch.setattr(type(game), method, wrong)
    with pytest.raises(ConformanceError) as caught:
        check_game(game, episodes=3, states=300)
    assert rule in {finding.rule for finding in caught.value.broken}
