"""What a dotted path means in a scenario: one grammar for `--set`, axes, claims and beliefs.

A path is tried from the file's root (`game.phases.training.episodes`), as a game parameter (`payoffs.mesa.A`,
`discount`), from a phase name (`training.modification.A`) and from the first agent (`beliefs.deployment.episodes`). A
path that stands in the file at one of these places means that place; if it stands at none, it means the first at which
the format allows it. A path that stands at more than one place is ambiguous, which is an error. What comes after
`beliefs`, `with`, `axes` or `given` is a path itself.
"""

from __future__ import annotations

import copy
import types
import typing
from collections.abc import Iterator
from fractions import Fraction
from numbers import Real
from typing import Any

from pydantic import BaseModel

from deceptive_sim.core.errors import InputError, Problem, nearest
from deceptive_sim.core.paths import join_path, parse_path
from deceptive_sim.games.library import library_game
from deceptive_sim.model.objectives import BASE
from deceptive_sim.scenario.schema import LibrarySection, PhasedSection, ScenarioFile
from deceptive_sim.scenario.yaml_text import Data, Steps

PATH_MAPPINGS = {
    ("agents", "beliefs"),
    ("expect", "with"),
    ("landscape", "axes"),
    ("claims", "given"),
    ("population", "beliefs"),
    ("population", "settings"),
    ("population", "axes"),
}
"""Mappings whose keys are paths, and the sections that they stand in."""

DEFAULT_AGENT = "agent"

STANDING_NAMES: dict[str, dict[str, Data]] = {
    "phases": {},
    "agents": {DEFAULT_AGENT: {}},
    "cohorts": {},
    "base_optimisers": {"rewriting": {}},
    "families": {},
}
"""Mappings whose names must stand in the file, and those that they have if the file is silent."""

BELIEVABLE = {("phases",), ("payoffs",), ("parameters",)}


def first_agent(data: Data) -> str:
    """The name of the first agent of a file (as far as it has any)."""
    agents = data.get("agents") if isinstance(data, dict) else None
    return next(iter(agents), DEFAULT_AGENT) if isinstance(agents, dict) else DEFAULT_AGENT


def short_name(steps: Steps) -> str:
    """How people name a place: phases and game parameters without what leads to them."""
    if steps[:2] in {("game", "phases"), ("game", "parameters")} and len(steps) > 2:
        return join_path(steps[2:])
    if steps[:1] == ("game",) and len(steps) > 1:
        return join_path(steps[1:])
    return join_path(steps) or "file"


def resolve(data: Data, text: str, *, within_game: bool = False) -> Steps:
    """The place in a file's data that a path means.

    Parameters
    ----------
    data : Data
        The file's data; places that stand in it and places that the format allows are told apart.
    text : str
        The path.
    within_game : bool
        Whether only game parameters and phases are meant (beliefs).

    Raises
    ------
    InputError
        If it means nothing (the nearest path is named) or more than one place.
    """
    steps = tuple(int(step) if step.isdecimal() else step for step in parse_path(text))
    allowed: list[Steps] = []
    for prefix in _prefixes(data, within_game):
        place = _as_place((*prefix, *steps), data)
        if place not in allowed and _allows(ScenarioFile, data, place):
            allowed.append(place)
    if within_game:
        allowed = [place for place in allowed if place[0] == "game"]
    if not allowed:
        asked = text.removeprefix("game.").removeprefix("parameters.")
        hint = nearest(asked, _known_paths(data, within_game)) or _parameters_hint(data)
        raise InputError(Problem(name=text, rule="is no parameter of this scenario", hint=hint))
    present = [place for place in allowed if _stands(data, place)]
    if len(present) > 1:
        meant = " or ".join(join_path(place) for place in present)
        raise InputError(Problem(name=text, rule="is ambiguous: write it from the root", hint=meant))
    return (present or allowed)[0]


def places_overlap(one: Steps, other: Steps) -> bool:
    """Whether two places of a file's data are the same, or one lies in the other."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def believable(place: Steps) -> bool:
    """Whether beliefs may be about a place: a number of a phase, a payoff or a game parameter."""
    return place[:1] == ("game",) and place[1:2] in BELIEVABLE and place[3:] != ("kind",)


def number_type(data: Data, place: Steps) -> type[int | Fraction] | None:
    """What numbers a place of the game or of an agent takes.

    Returns
    -------
    type or None
        `int` where only whole numbers may stand, `Fraction` where any number may, None where no number may.

    Raises
    ------
    InputError
        If a belief is about no parameter of the game.
    """
    if place[:1] == ("agents",) and place[2:3] == ("beliefs",) and len(place) == 4:
        believed = resolve(data, str(place[3]), within_game=True)
        return number_type(data, believed) if believable(believed) else None
    if place[:2] == ("population", "cohorts") and place[3:4] == ("beliefs",) and len(place) == 5:
        believed = resolve(data, str(place[4]), within_game=True)
        return number_type(data, believed) if believable(believed) else None
    if place[:2] == ("game", "parameters") and len(place) == 3:
        return _parameter_type(data["game"], str(place[2]))
    if place[:2] == ("population", "cohorts") and place[3:4] == ("settings",) and len(place) == 5:
        return _setting_type(data, str(place[2]), str(place[4]))
    if place[:1] not in {("game",), ("agents",), ("population",)}:
        return None
    options = [option for kind in _kinds_at(ScenarioFile, data, place) for option in _options(kind, None)]
    return int if int in options else Fraction if Fraction in options else None


def _parameter_type(game: Data, name: str) -> type[int | Fraction] | None:
    """The same for a parameter of a library game, as it declares."""
    kinds = {parameter.name: parameter.kind for parameter in library_game(str(game.get("name"))).parameters}
    return int if kinds.get(name) == "count" else Fraction if name in kinds else None


def _setting_type(data: Data, cohort: str, name: str) -> type[int | Fraction] | None:
    """The same for a setting of a cohort's kind, as that declares."""
    from deceptive_sim.populations.kinds.library import library_kind

    section = data["population"]["cohorts"][cohort]
    kinds = {parameter.name: parameter.kind for parameter in library_kind(str(section.get("kind", cohort))).parameters}
    return int if kinds.get(name) == "count" else Fraction if name in kinds else None


def with_value(data: Data, place: Steps, value: Data) -> Data:
    """The data with one value set; everything else is shared or copied, never changed."""
    changed: Any = copy.copy(data)
    here = changed
    step: Any
    for depth, step in enumerate(place[:-1]):
        inner = here[step] if isinstance(here, list) or step in here else _default(place[: depth + 1])
        if not isinstance(inner, list if isinstance(place[depth + 1], int) else dict):
            single = isinstance(inner, str | Real) and place[max(depth - 1, 0)] == "modification"
            inner = {base_objective(data): inner} if single else {}  # `{A: 1/2}` on the way to `modification.A.human`
        here[step] = inner = copy.copy(inner)
        here = inner
    here[place[-1]] = value
    return changed


def _default(place: Steps) -> Data:
    """What the format takes where a file is silent, so that setting one payoff keeps the others."""
    if place in {("game", "payoffs"), ("game", "actions")}:
        return copy.deepcopy(PhasedSection.model_fields[str(place[1])].default)
    if place == ("population", "base_optimisers"):
        return copy.deepcopy(STANDING_NAMES["base_optimisers"])
    return {}


def base_objective(data: Data) -> str:
    """What a probability of modification leads to, as far as a file's data tell."""
    game = data.get("game")
    return str((game.get("base_objective") if isinstance(game, dict) else None) or BASE)


def _as_place(steps: Steps, data: Data) -> Steps:
    """Join what is a single key: what follows `beliefs`, `with`, `axes` or `given`, and parameters with dots."""
    if steps[:2] == ("game", "parameters") and len(steps) > 3:
        name = join_path(steps[2:])
        return ("game", "parameters", name) if name in (_declared(data.get("game")) or ()) else steps
    for depth, step in enumerate(steps[:-1]):
        if (steps[0], step) in PATH_MAPPINGS:
            return (*steps[: depth + 1], join_path(steps[depth + 1 :]))
    return steps


def _prefixes(data: Data, within_game: bool) -> Iterator[Steps]:
    yield ()
    yield ("game",)
    yield ("game", "parameters")
    yield ("game", "phases")
    if not within_game:
        yield ("agents", first_agent(data))


def _stands(data: Data, place: Steps) -> bool:
    for step in place:
        known = range(len(data)) if isinstance(data, list) else data
        if not isinstance(data, dict | list) or step not in known:
            return False
        data = data[step]  # type: ignore[index]
    return True


def _allows(kind: Any, data: Data, place: Steps) -> bool:
    """Whether the format has such a place. Phases and agents must stand in the file, other names are free."""
    return next(_kinds_at(kind, data, place), None) is not None


def _kinds_at(kind: Any, data: Data, place: Steps) -> Iterator[Any]:
    """The types that the format has at a place."""
    if not place:
        yield kind
        return
    step, rest = place[0], place[1:]
    inner = data.get(step) if isinstance(data, dict) else None
    for option in _options(kind, data):
        if isinstance(option, type) and issubclass(option, BaseModel):
            for name, field in option.model_fields.items():
                if option is LibrarySection and step == "parameters" and not _declares(data, rest):
                    return
                if step == (field.alias or name):
                    yield from _kinds_at_field(str(step), field.annotation, inner, rest)
                    return
        origin, arguments = typing.get_origin(option), typing.get_args(option)
        if origin is dict and isinstance(step, str):
            yield from _kinds_at(arguments[1], inner, rest)
        if origin is list and isinstance(data, list) and isinstance(step, int) and step < len(data):
            yield from _kinds_at(arguments[0], data[step], rest)


def _declares(game: Data, rest: Steps) -> bool:
    """Whether a game of the library has a parameter; of an unknown game, whose name is the mistake, any may be."""
    declared = _declared(game)
    return not rest or declared is None or rest[0] in declared


def _kinds_at_field(field: str, kind: Any, data: Data, rest: Steps) -> Iterator[Any]:
    if rest and field in STANDING_NAMES and isinstance(rest[0], str):
        names = data if isinstance(data, dict) else STANDING_NAMES[field]
        if rest[0] in names:
            yield from _kinds_at(kind, names, rest)
        return
    yield from _kinds_at(kind, data, rest)


def _options(kind: Any, data: Data) -> Iterator[Any]:
    """The types that a union or annotated type stands for; a game is what its keys say."""
    origin = typing.get_origin(kind)
    if origin is typing.Annotated:
        yield from _options(typing.get_args(kind)[0], data)
    elif origin in {typing.Union, types.UnionType}:
        arguments = typing.get_args(kind)
        for argument in arguments:
            for option in _options(argument, data):
                library = isinstance(data, dict) and "name" in data and "phases" not in data
                if option in {PhasedSection, LibrarySection} and (option is LibrarySection) is not library:
                    continue
                yield option
    else:
        yield kind


def _known_paths(data: Data, within_game: bool) -> Iterator[str]:
    """The paths that a hint may name: of what stands in the file, and of what is often set without standing there."""
    agent = ("agents", first_agent(data))
    for place in (*_standing(data), *_often_set(data, agent)):
        if place[0] in {"landscape", "claims"} or (within_game and not believable(place)):
            continue
        yield short_name(place)
        if place[:2] == agent and len(place) > 2:
            yield join_path(place[2:])


def _standing(data: Data, steps: Steps = ()) -> Iterator[Steps]:
    """The places of all single values of a file."""
    if isinstance(data, dict | list):
        for step, inner in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _standing(inner, (*steps, step))
    else:
        yield steps


def _often_set(data: Data, agent: Steps) -> Iterator[Steps]:
    game = data.get("game") if isinstance(data, dict) else None
    if not isinstance(game, dict):
        return
    declared = _declared(game)
    if declared is not None:
        yield from (("game", "parameters", name) for name in declared)
    else:
        phases, actions = game.get("phases"), game.get("actions")
        for phase in phases if isinstance(phases, dict) else ():
            yield ("game", "phases", phase, "episodes")
            for action in actions if isinstance(actions, dict) else ("A", "B"):
                yield ("game", "phases", phase, "modification", action)
                yield ("game", "phases", phase, "shutdown", action)
        yield from (("game", "discount"), ("game", "ties"))
    yield from ((*agent, setting) for setting in ("objective", "strategy", "discount"))


def _parameters_hint(data: Data) -> str | None:
    declared = _declared(data.get("game") if isinstance(data, dict) else None)
    return f"the game's parameters are {', '.join(declared)}" if declared else None


def _declared(game: Data) -> tuple[str, ...] | None:
    """The parameters of a game of the library; None if it is none, or an unknown one."""
    name = game.get("name") if isinstance(game, dict) and "phases" not in game else None
    if not isinstance(name, str):
        return None
    try:
        return tuple(parameter.name for parameter in library_game(name).parameters)
    except InputError:
        return None
