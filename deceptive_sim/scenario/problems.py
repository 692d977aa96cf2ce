"""From what pydantic found wrong to one line that names the thing, the rule, the value and the place."""

from __future__ import annotations

import typing
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ValidationError

from deceptive_sim.core.errors import Problem, nearest, quote
from deceptive_sim.scenario.maze_sections import PointedSection
from deceptive_sim.scenario.paths import first_agent, short_name
from deceptive_sim.scenario.population_sections import HistorySection
from deceptive_sim.scenario.schema import LibrarySection, PhasedSection, ScenarioFile
from deceptive_sim.scenario.sections import HyperbolicSection, QuasiHyperbolicSection
from deceptive_sim.scenario.yaml_text import Data, Document, Steps

RULES = {
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "dict_type": "must be a mapping",
    "model_type": "must be a mapping",
    "model_attributes_type": "must be a mapping",
    "list_type": "must be a list",
}

TAGGED = {
    "=phased": PhasedSection,
    "=library": LibrarySection,
    "=quasi": QuasiHyperbolicSection,
    "=hyperbolic": HyperbolicSection,
    "=history": HistorySection,
    "=pointed": PointedSection,
}

NOTHING = "nothing"

NULL_ALLOWED = {"turn", "premium", "goal_preservation", "outer_gap", "inner_gap"}


def from_validation(error: ValidationError, document: Document) -> list[Problem]:
    """Every problem of a file's structure, in its order; `empty_values` tells of the keys without a value."""
    problems = [_problem(detail, document) for detail in error.errors(include_url=False)]
    return in_order(problem for problem in problems if problem.got != NOTHING)


def locate(problem: Problem, document: Document) -> Problem:
    """A problem named by a path, with the place of the deepest part of that path that the file has."""
    if problem.position is not None:
        return problem
    path = tuple(problem.name.split("."))
    steps = tuple(int(step) if step.isdecimal() else step for step in path)
    candidates: list[Steps] = []
    for prefix in (("game", "phases"), ("game",), (), ("agents", first_agent(document.data))):
        whole: Steps = (*prefix, *steps)
        known = [whole[:depth] for depth in range(len(whole) + 1) if whole[:depth] in document.values]
        candidates.append(known[-1] if known and len(known[-1]) > len(prefix) else ())
        keyed = {"beliefs", "settings"}.intersection(whole[:-1]) if whole[0] in ("agents", "population") else ()
        for word in keyed:
            at = whole.index(word) + 1
            dotted = (*whole[:at], ".".join(str(step) for step in whole[at:]))
            candidates.append(dotted if dotted in document.values else ())
    if steps[:1] == ("parameters",):
        dotted = ("game", "parameters", problem.name.partition(".")[2])
        candidates.append(dotted if dotted in document.values else ())
    best = max(candidates, key=len) or ("game",)
    position = document.values.get(best) or document.values.get(())
    return replace(problem, position=position)


def empty_values(document: Document) -> list[Problem]:
    """A problem for every key without a value."""
    found: list[Problem] = []
    stack: list[tuple[Data, Steps]] = [(document.data, ())]
    while stack:
        value, steps = stack.pop()
        if isinstance(value, dict | list):
            stack += [
                (inner, (*steps, step))
                for step, inner in (value.items() if isinstance(value, dict) else enumerate(value))
            ]
        elif value is None and not (steps[:1] == ("expect",) and steps[-1] in NULL_ALLOWED):
            place = document.place_of_key(steps) if steps else document.place_of_value(steps)
            found.append(Problem(name=short_name(steps), rule="must have a value", got=NOTHING, position=place))
    return in_order(found)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems in the order of the file; those of `--set` come first, those without a place before all."""
    return sorted(problems, key=_order)


def _order(problem: Problem) -> tuple[str, int, int]:
    where = problem.position
    return (where.file, where.line, where.column) if where else ("", 0, 0)


def _place(location: Steps, data: Data) -> Steps:
    """The place in the file: the location without the tags of unions (`=...`), which no key of the file bears."""
    steps: list[str | int] = []
    for step in location:
        stands = step in data if isinstance(data, dict) else isinstance(data, list) and isinstance(step, int)
        if stands or not str(step).startswith("="):
            steps.append(step)
            data = data[step] if stands else None
    return tuple(steps)


def _problem(detail: Any, document: Document) -> Problem:
    steps = _place(detail["loc"], document.data)
    kind, context = detail["type"], detail.get("ctx", {})
    on_key = steps[-1:] == ("[key]",)
    steps = steps[:-1] if on_key else steps
    name = short_name(steps)
    value = document.place_of_value(steps)
    got = quote(detail["input"]) if detail["input"] is not None else NOTHING
    if kind == "missing":
        return Problem(name=name, rule="is required", position=document.place_of_value(steps[:-1]))
    if kind == "extra_forbidden":
        hint = nearest(str(steps[-1]), _keys_at(detail["loc"][:-1]))
        return Problem(
            name=name, rule="is not a key that is known here", hint=hint, position=document.place_of_key(steps)
        )
    if kind in {"literal_error", "enum"}:
        valid = [word.strip().strip("'") for word in context["expected"].replace(" or ", ", ").split(",")]
        return Problem(
            name=name, rule=f"must be {' or '.join(valid)}", got=got, hint=_near_only(got, valid), position=value
        )
    if on_key:
        return Problem(
            name=name, rule=f"is not a good name: it {_reason(detail)}", position=document.place_of_key(steps)
        )
    return Problem(name=name, rule=RULES.get(kind) or _reason(detail), got=got, position=value)


def _near_only(got: str, valid: list[str]) -> str | None:
    hint = nearest(got.strip('"'), valid)
    return hint if hint and hint.startswith("did you mean") else None


def _reason(detail: Any) -> str:
    context = detail.get("ctx", {})
    kind = detail["type"]
    if kind == "value_error":
        return str(context["error"])
    if kind in {"too_short", "string_too_short"}:
        return f"must have at least {context['min_length']} {'entry' if context['min_length'] == 1 else 'entries'}"
    if kind in {"too_long", "string_too_long"}:
        unit = "characters" if isinstance(detail["input"], str) else "entries"
        return f"must have at most {context['max_length']} {unit}"
    if kind == "greater_than_equal":
        return f"must be {context['ge']} or more"
    return str(detail["msg"][:1].lower() + detail["msg"][1:])


def _keys_at(location: tuple[str | int, ...]) -> list[str]:
    """The keys that the format knows at a place of a validation error (which includes the tags of unions)."""
    kinds: list[Any] = [ScenarioFile]
    for step in location:
        following: list[Any] = []
        for kind in kinds:
            following += _step_into(kind, step)
        kinds = following
    return [field.alias or name for kind in kinds if _is_model(kind) for name, field in kind.model_fields.items()]


def _step_into(kind: Any, step: str | int) -> list[Any]:
    if str(step).startswith("="):
        return [kind] if TAGGED.get(str(step), kind) is kind else []
    if _is_model(kind):
        return [
            option
            for name, field in kind.model_fields.items()
            if step == (field.alias or name)
            for option in _flat(field.annotation)
        ]
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in {dict, list}:
        return list(_flat(arguments[-1]))
    return []


def _flat(kind: Any) -> list[Any]:
    if _is_model(kind) or typing.get_origin(kind) in {dict, list}:
        return [kind]
    return [option for argument in typing.get_args(kind) if argument is not type(None) for option in _flat(argument)]


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
