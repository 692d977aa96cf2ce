"""Parameters that are set on top of a file: what `--set path=value` and Python say, and where in the file it goes.

What stood at a parameter's place gives way altogether, and so do the places that errors would have named in it: they
name the setting instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from deceptive_sim.core.errors import InputError, Position, Problem, quote
from deceptive_sim.core.exact import NotANumber, exact
from deceptive_sim.scenario.paths import resolve, with_value
from deceptive_sim.scenario.together import all_of
from deceptive_sim.scenario.yaml_text import Data, Document, Steps, read_text

SET = "--set"
"""What errors about parameters that are set call their file."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A parameter that is set: its path, its value as text and as data, and where the two stand."""

    path: str
    text: str
    value: Data
    key: Position | None
    place: Position | None


def parsed(text: str) -> Setting:
    """What `--set path=value` says."""
    path, equals, value = text.partition("=")
    start = Position(file=SET, line=1, column=1, source=text)
    if not equals or not path.strip():
        rule = "must be path=value, such as training.modification.A=1/2"
        raise InputError(Problem(name="setting", rule=rule, position=start))
    place = replace(start, column=len(path) + 2)
    try:
        data = read_text(value, SET).data
    except InputError as error:
        raise InputError(replace(problem, position=place) for problem in error.problems) from None
    return Setting(path=path.strip(), text=value, value=data, key=start, place=place)


def valued(path: str, value: object) -> Setting:
    """A parameter set from Python: text stays text, numbers are exact."""
    text = text_of_value(value)
    key = Position(file=SET, line=1, column=1, source=f"{path}={text}")
    place = replace(key, column=len(path) + 2)
    if not isinstance(value, str | bool | dict | list):
        try:
            value = exact(value)
        except NotANumber as error:
            raise InputError(Problem(name=path, rule=str(error), got=quote(value), position=place)) from None
    return Setting(path=path, text=text, value=value, key=key, place=place)


def text_of_value(value: object) -> str:
    """A parameter's value as it could stand after `--set path=`."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def with_settings(document: Document, settings: Sequence[Setting]) -> Document:
    """The document with parameters set; an `InputError` names every setting whose path leads nowhere."""
    if not isinstance(document.data, dict):
        return document
    places = all_of([partial(_resolved, document.data, setting) for setting in settings])
    data, keys, values = document.data, dict(document.keys), dict(document.values)
    for setting, place in zip(settings, places, strict=True):
        data = with_value(data, place, setting.value)
        keys, values = _others(keys, place), _others(values, place)
        if setting.key is not None and setting.place is not None:
            keys[place], values[place] = setting.key, setting.place
    return replace(document, data=data, keys=keys, values=values)


def _resolved(data: Data, setting: Setting) -> Steps:
    try:
        return resolve(data, setting.path)
    except InputError as error:
        raise InputError(replace(problem, position=setting.key) for problem in error.problems) from None


def _others(positions: Mapping[Steps, Position], place: Steps) -> dict[Steps, Position]:
    return {steps: position for steps, position in positions.items() if steps[: len(place)] != place}
