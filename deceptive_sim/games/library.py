"""How a game of the library is declared and found.

A game is a module of this package with a `GAME`: its name, title and source, its parameters (declared once, here and
nowhere else) and a function that builds it. `{name: two-phase, parameters: {m: 4}}` in a scenario asks for it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deceptive_sim.core.errors import InputError, Problem, nearest, quote, wrong
from deceptive_sim.core.exact import NotANumber, count, discount_factor, exact, probability
from deceptive_sim.model.phased import PhasedGame

MODULES = {"two-phase": "two_phase"}
"""Names of games, and the modules they live in (imported when asked for)."""

READERS: dict[str, Callable[[object], Any]] = {
    "count": count,
    "probability": probability,
    "discount": discount_factor,
    "number": exact,
}


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A parameter of a library game: `kind` is count, probability, discount or number."""

    name: str
    kind: str
    default: Fraction | int
    meaning: str


@dataclass(frozen=True, kw_only=True)
class LibraryGame:
    """A game that can be asked for by name. `build` takes every parameter by name."""

    name: str
    title: str
    source: str
    parameters: tuple[Parameter, ...]
    build: Callable[..., PhasedGame]


def library_game(name: str) -> LibraryGame:
    """The game of that name; an `InputError` names the nearest one."""
    if name not in MODULES:
        raise wrong("game.name", "must be a game of the library", name, nearest(name, MODULES))
    game = importlib.import_module(f"deceptive_sim.games.{MODULES[name]}").GAME
    assert isinstance(game, LibraryGame)
    return game


def build_game(name: str, settings: Mapping[str, object]) -> PhasedGame:
    """A library game with some parameters set and the others at their defaults."""
    game = library_game(name)
    known = {parameter.name: parameter for parameter in game.parameters}
    problems: list[Problem] = []
    values: dict[str, object] = {parameter.name: parameter.default for parameter in game.parameters}
    for key, value in settings.items():
        if key not in known:
            hint = nearest(key, known)
            problems.append(Problem(name=f"parameters.{key}", rule=f"is no parameter of {name}", hint=hint))
            continue
        try:
            values[key] = READERS[known[key].kind](value)
        except NotANumber as error:
            problems.append(Problem(name=f"parameters.{key}", rule=str(error), got=quote(value)))
    if problems:
        raise InputError(problems)
    return game.build(**values)
