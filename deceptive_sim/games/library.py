"""How a game of the library is declared and found.

A game is a module of this package with a `GAME`: its name, title and source, its parameters (declared once, here and
nowhere else) and a function that builds it. `{name: two-phase, parameters: {m: 4}}` in a scenario asks for it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from deceptive_sim.core.errors import InputError, Problem, nearest, quote, wrong
from deceptive_sim.core.exact import NotANumber, count, discount_factor, exact, probability
from deceptive_sim.games.models import Kind, Model
from deceptive_sim.model.phased import PhasedGame

MODULES = {
    "two-phase": "two_phase",
    "hubinger-2019": "hubinger_2019",
    "holtman-2020": "holtman_2020",
    "restaurant": "restaurant",
    "odonoghue-rabin": "odonoghue_rabin",
    "krueger-2020": "krueger_2020",
    "button": "button",
    "absent-supervisor": "absent_supervisor",
    "simulation-oversight": "simulation_oversight",
    "treacherous-turn": "treacherous_turn",
    "moe-2023": "moe_2023",
}
"""Names of games, and the modules they live in (imported when asked for)."""


def truth(value: object) -> bool:
    """A yes or no, as a truth or in a word."""
    words = {"true": True, "yes": True, "false": False, "no": False}
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in words:
        return words[value.strip().lower()]
    raise NotANumber("must be true or false")


READERS: dict[str, Callable[[object], Any]] = {
    "truth": truth,
    "count": count,
    "probability": probability,
    "discount": discount_factor,
    "number": exact,
}


def setting(name: str, kind: str, value: object) -> Any:
    """A setting of a game, read as its kind asks; an `InputError` names the setting and the rule that it breaks."""
    try:
        return READERS[kind](value)
    except NotANumber as error:
        raise wrong(name, str(error), value) from None


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A parameter of a library game: `kind` is count, probability, discount, number, truth, or one of `options`."""

    name: str
    kind: str = "choice"
    default: Fraction | int | str | bool
    meaning: str
    options: tuple[str, ...] = ()

    @property
    def takes(self) -> str:
        """What it takes, in words."""
        return " or ".join(self.options) or self.kind

    def read(self, value: object) -> Any:
        """A value of it; raises `NotANumber` with the rule that is broken."""
        if not self.options:
            return READERS[self.kind](value)
        if value not in self.options:
            raise NotANumber(f"must be one of {', '.join(self.options)}")
        return value


@dataclass(frozen=True, kw_only=True)
class LibraryGame:
    """A game that can be asked for by name.

    `build` takes every parameter by its name, with `_` for dots: `training.episodes` as `training_episodes`.
    """

    name: str
    title: str
    source: str
    parameters: tuple[Parameter, ...]
    build: Callable[..., PhasedGame | Model]
    kind: Kind = Kind.PHASED


def library_game(name: str) -> LibraryGame:
    """The game of that name; an `InputError` names the nearest one."""
    if name not in MODULES:
        raise wrong("game.name", "must be a game of the library", name, nearest(name, MODULES))
    game = importlib.import_module(f"deceptive_sim.games.{MODULES[name]}").GAME
    assert isinstance(game, LibraryGame)
    return game


def read_settings(
    owner: str, parameters: Sequence[Parameter], settings: Mapping[str, object], prefix: str = "parameters"
) -> dict[str, object]:
    """The values of all declared parameters: as set, else at their defaults.

    Raises
    ------
    InputError
        With every setting that is no parameter of the owner, or breaks a parameter's rule, named after the prefix.
    """
    known = {parameter.name: parameter for parameter in parameters}
    problems: list[Problem] = []
    values: dict[str, object] = {parameter.name: parameter.default for parameter in parameters}
    for key, value in settings.items():
        if key not in known:
            hint = nearest(key, known)
            problems.append(Problem(name=f"{prefix}.{key}", rule=f"is no parameter of {owner}", hint=hint))
            continue
        try:
            values[key] = known[key].read(value)
        except NotANumber as error:
            problems.append(Problem(name=f"{prefix}.{key}", rule=str(error), got=quote(value)))
    if problems:
        raise InputError(problems)
    return values


def build_game(name: str, settings: Mapping[str, object]) -> PhasedGame | Model:
    """A library game with some parameters set and the others at their defaults."""
    game = library_game(name)
    known = {parameter.name: parameter for parameter in game.parameters}
    values = read_settings(name, game.parameters, settings)
    try:
        return game.build(**{key.replace(".", "_"): value for key, value in values.items()})
    except InputError as error:
        raise InputError(_of_parameter(problem, known) for problem in error.problems) from None


def _of_parameter(problem: Problem, known: Mapping[str, Parameter]) -> Problem:
    """A problem that a game has with one of its settings, named like all problems with parameters."""
    return replace(problem, name=f"parameters.{problem.name}") if problem.name in known else problem
