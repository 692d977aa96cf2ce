"""Load a scenario: read, set parameters, check, build."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from deceptive_sim.core.errors import InputError, Position, Problem
from deceptive_sim.core.exact import exact
from deceptive_sim.core.json_text import dumps, plain
from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.scenario.build import build_agent, build_phased
from deceptive_sim.scenario.library import find_scenario
from deceptive_sim.scenario.paths import first_agent, resolve, with_value
from deceptive_sim.scenario.problems import empty_values, from_validation
from deceptive_sim.scenario.schema import ExpectSection, ScenarioFile
from deceptive_sim.scenario.yaml_text import Data, Document, Numeric, Steps, read_file, read_text

Built = TypeVar("Built")


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A scenario that has been read and checked.

    Attributes
    ----------
    id, title, source, description : str
    game : PhasedGame
    agents : tuple of AgentSpec
        At least one; the first one is what `solve` answers for.
    labels : mapping
        Agent name to the title it is shown under.
    expectations : tuple of ExpectSection
    figures : tuple of str
    changed : mapping
        Parameters set on top of the file, path to text.
    document : Document
        The data as it stands, with positions.
    """

    id: str
    title: str
    source: str
    description: str
    game: PhasedGame
    agents: tuple[AgentSpec, ...]
    labels: Mapping[str, str]
    expectations: tuple[ExpectSection, ...]
    figures: tuple[str, ...]
    changed: Mapping[str, str]
    document: Document

    def with_parameters(self, parameters: Mapping[str, object]) -> Scenario:
        """The scenario with some parameters changed, by dotted path; it is checked anew."""
        document = _with_settings(self.document, [_setting(path, value) for path, value in parameters.items()])
        changed = {**self.changed, **{path: str(value) for path, value in parameters.items()}}
        return _checked(document, changed)

    def resolved(self) -> dict[str, Any]:
        """The scenario as plain data, defaults filled in and numbers as text."""
        resolved = ScenarioFile.model_validate(self.document.data).model_dump(by_alias=True, exclude_none=True)
        return dict(plain(resolved))

    def digest(self) -> str:
        """SHA-256 of the resolved scenario."""
        return hashlib.sha256(dumps(self.resolved(), indent=None).encode()).hexdigest()


def load_scenario(source: str | Path, parameters: Mapping[str, object] | Sequence[str] = ()) -> Scenario:
    """Load a scenario from a file, or one that ships with the package by its id.

    Parameters
    ----------
    source : str or Path
        A path, or an id such as `two-plus-three`.
    parameters : mapping or sequence of str
        Parameters to set on top: `{"deployment.episodes": 5}` or `["deployment.episodes=5"]`.

    Returns
    -------
    Scenario

    Raises
    ------
    InputError
        With every problem found, each with file, line and column.
    """
    document = read_file(find_scenario(source))
    settings = (
        [_setting(path, value) for path, value in parameters.items()]
        if isinstance(parameters, Mapping)
        else [_parsed(text) for text in parameters]
    )
    document = _with_settings(document, settings)
    return _checked(document, {setting.path: setting.text for setting in settings})


@dataclass(frozen=True)
class _Setting:
    path: str
    text: str
    value: Document


def _parsed(text: str) -> _Setting:
    path, equals, value = text.partition("=")
    if not equals or not path.strip():
        position = Position(file="--set", line=1, column=1, source=text)
        rule = "must be path=value, such as training.modification.A=1/2"
        raise InputError(Problem(name="setting", rule=rule, got=None, position=position))
    return _setting(path.strip(), value)


def _setting(path: str, value: object) -> _Setting:
    if isinstance(value, str) and not isinstance(value, Numeric):
        try:
            document = read_text(value, "--set")
        except InputError as error:
            position = Position(file="--set", line=1, column=len(path) + 2, source=f"{path}={value}")
            raise InputError([replace(problem, position=position) for problem in error.problems]) from None
        return _Setting(path, value, document)
    data: Data = value if isinstance(value, bool | dict | list) else Numeric(str(exact(value)))
    return _Setting(path, str(value), Document(file="--set", data=data))


def _with_settings(document: Document, settings: Sequence[_Setting]) -> Document:
    if not isinstance(document.data, dict):
        return document
    for setting in settings:
        position = Position(file="--set", line=1, column=1, source=f"{setting.path}={setting.text}")
        try:
            place = resolve(document.data, setting.path)
        except InputError as error:
            raise InputError([replace(problem, position=position) for problem in error.problems]) from None
        value = replace(position, column=len(setting.path) + 2)
        document = Document(
            file=document.file,
            data=with_value(document.data, place, setting.value.data),
            keys={**_others(document.keys, place), place: position},
            values={**_others(document.values, place), place: value},
        )
    return document


def _others(positions: Mapping[Steps, Position], place: Steps) -> dict[Steps, Position]:
    return {steps: position for steps, position in positions.items() if steps[: len(place)] != place}


def _checked(document: Document, changed: Mapping[str, str]) -> Scenario:
    if not isinstance(document.data, dict) or not document.data:
        got = "an empty file" if document.data in (None, {}) else type(document.data).__name__
        names = {"list": "a list", "str": "text", "Numeric": "a number", "bool": "true or false"}
        rule = "must be a mapping with version, id and game"
        raise InputError(Problem(name="file", rule=rule, got=names.get(got, got), position=document.values.get(())))
    problems = empty_values(document)
    try:
        file = ScenarioFile.model_validate(document.data)
    except ValidationError as error:
        empty = {problem.position for problem in problems}
        raise InputError(problems + [p for p in from_validation(error, document) if p.position not in empty]) from None
    if problems:
        raise InputError(problems)
    game = _placed(lambda: build_phased(file.game), document)
    agents, found = [], []
    for name, section in file.agents.items():
        try:
            agents.append(_placed(lambda name=name, section=section: build_agent(name, section, game, document), document))
        except InputError as error:
            found += list(error.problems)
    if found:
        raise InputError(found)
    return Scenario(
        id=file.id,
        title=file.title,
        source=file.source,
        description=file.description,
        game=game,
        agents=tuple(agents),
        labels={name: section.title or name.replace("-", " ") for name, section in file.agents.items()},
        expectations=tuple(file.expect),
        figures=tuple(file.report.figures),
        changed=dict(changed),
        document=document,
    )


def _placed(build: Callable[[], Built], document: Document) -> Built:
    """Build something; problems that the model names by path get their place in the file."""
    try:
        return build()
    except InputError as error:
        raise InputError([locate(problem, document) for problem in error.problems]) from None


def locate(problem: Problem, document: Document) -> Problem:
    """A problem named by a path, with the place of the deepest part of that path that the file has."""
    if problem.position is not None:
        return problem
    path = tuple(problem.name.split("."))
    steps = tuple(int(step) if step.isdigit() else step for step in path)
    candidates: list[Steps] = []
    for prefix in (("game", "phases"), ("game",), (), ("agents", first_agent(document.data))):
        whole: Steps = (*prefix, *steps)
        known = [whole[:depth] for depth in range(len(whole) + 1) if whole[:depth] in document.values]
        candidates.append(known[-1] if len(known[-1]) > len(prefix) else ())
        if whole[:1] == ("agents",) and "beliefs" in whole:
            at = whole.index("beliefs") + 1
            dotted = (*whole[:at], ".".join(str(step) for step in whole[at:]))
            candidates.append(dotted if dotted in document.values else ())
    best = max(candidates, key=len) or ("game",)
    position = document.values.get(best) or document.values.get(())
    return replace(problem, position=position)
