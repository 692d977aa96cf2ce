"""Load a scenario: read, set parameters, check, build."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from deceptive_sim.core.errors import InputError, Problem, nearest, quote, wrong
from deceptive_sim.core.json_text import dumps, plain
from deceptive_sim.core.paths import join_path
from deceptive_sim.games.models import Model
from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.scenario.build import build_agent, build_any
from deceptive_sim.scenario.cross_checks import misplaced, same_ids
from deceptive_sim.scenario.library import find_scenario
from deceptive_sim.scenario.problems import empty_values, from_validation, in_order
from deceptive_sim.scenario.schema import ClaimSection, ExpectSection, LandscapeSection, ScenarioFile
from deceptive_sim.scenario.settings import Setting, parsed, text_of_value, valued, with_settings
from deceptive_sim.scenario.together import all_of, placed
from deceptive_sim.scenario.wings import learners_of, maze_of, population_of
from deceptive_sim.scenario.yaml_text import Document, Steps, read_file

if TYPE_CHECKING:
    from deceptive_sim.populations.learners.spec import LearnersSpec
    from deceptive_sim.scenario.maze import MazePlan
    from deceptive_sim.scenario.population import PopulationPlan

OF_ANY_AGENT = {"objective", "discount", "selves"}
"""What a sweep keeps of the agents that it does not measure."""


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A scenario that has been read and checked.

    Attributes
    ----------
    id, title, source, description : str
    phased : PhasedGame or None
        None if the game is of another kind; `game` is the same, or an error.
    model : Model or None
        The game, if it is no phased game.
    agents : tuple of AgentSpec
        The first one is what `solve` answers for; at least one, but for games that are no phased games: none.
    labels : mapping
        Agent name to the title it is shown under.
    expectations : tuple of ExpectSection
    figures : tuple of str
    landscape : LandscapeSection or None
        What the file says about a landscape; its axes are read by `studies.landscapes.axes_for`.
    claims : tuple of ClaimSection
        What the file claims; expressions and names are read by `studies.claim_reading.claims_of`.
    population : PopulationPlan or None
        Many agents at once, if the file has such a section.
    learners : LearnersSpec or None
        A population of inner learners, if the file has one.
    maze : MazePlan or None
        Mazes, who walks them and what is measured there, if the file has such a section.
    changed : mapping
        Parameters set on top of the file, path to text.
    document : Document
        The data as it stands, with positions.
    """

    id: str
    title: str
    source: str
    description: str
    phased: PhasedGame | None
    model: Model | None
    agents: tuple[AgentSpec, ...]
    labels: Mapping[str, str]
    expectations: tuple[ExpectSection, ...]
    figures: tuple[str, ...]
    landscape: LandscapeSection | None
    claims: tuple[ClaimSection, ...]
    population: PopulationPlan | None
    learners: LearnersSpec | None
    maze: MazePlan | None
    changed: Mapping[str, str]
    document: Document

    @property
    def game(self) -> PhasedGame:
        """The phased game; an `InputError` if the scenario has one of another kind."""
        if self.phased is None:
            raise self._another_kind()
        return self.phased

    def _another_kind(self) -> InputError:
        section = self.document.data["game"]
        place = self.document.place_of_value(("game", "name"))
        rule = "must be a phased game here: games of other kinds can be solved, run and checked"
        return InputError(Problem(name="game.name", rule=rule, got=quote(section["name"]), position=place))

    def agent_named(self, name: str | None = None) -> AgentSpec:
        """The agent of that name, by default the first one; an `InputError` names the nearest if there is none.

        Games that are no phased games have no agents; asking for one is an `InputError` as well.
        """
        if self.phased is None:
            raise self._another_kind()
        names = [agent.name for agent in self.agents]
        if name is None:
            return self.agents[0]
        if name not in names:
            raise wrong("agent", "must be one of the scenario's agents", name, nearest(name, names))
        return self.agents[names.index(name)]

    def with_parameters(self, parameters: Mapping[str, object]) -> Scenario:
        """The scenario with some parameters changed, by dotted path; it is checked anew."""
        settings = [valued(path, value) for path, value in parameters.items()]
        changed = {**self.changed, **{setting.path: setting.text for setting in settings}}
        return _checked(with_settings(self.document, settings), changed)

    def as_expected_by(self, row: int) -> Scenario:
        """The scenario with what `with:` of an expectation sets, and without expectations of its own.

        Problems are named after the expectation (by its place in the list, from 0) and placed there.
        """
        given = self.expectations[row].given
        if not given:
            return self
        where: Steps = ("expect", row, "with")
        document = self.document
        settings = [
            Setting(
                path=path,
                text=text_of_value(value),
                value=value,
                key=document.place_of_key((*where, path)),
                place=document.place_of_value((*where, path)),
            )
            for path, value in given.items()
        ]
        own = {setting.place for setting in settings} | {setting.key for setting in settings}
        try:
            return _checked(with_settings(self._without_expectations, settings), self.changed)
        except InputError as error:
            fallback = document.place_of_value(where)
            raise InputError(
                replace(
                    problem,
                    name=f"{join_path(where)}: {problem.name}",
                    position=problem.position if problem.position in own else fallback,
                )
                for problem in error.problems
            ) from None

    @cached_property
    def _without_expectations(self) -> Document:
        """The document with what expectations have in common, so that a thousand of them are read in time."""
        whole = self.document
        left_out = {"expect", "landscape", "claims", "population", "maze"}
        data = {key: value for key, value in whole.data.items() if key not in left_out}
        keys = {steps: place for steps, place in whole.keys.items() if not left_out.intersection(steps[:1])}
        values = {steps: place for steps, place in whole.values.items() if not left_out.intersection(steps[:1])}
        return replace(whole, data=data, keys=keys, values=values)

    def measuring(self, agent: str) -> Scenario:
        """The scenario as far as it says what one agent does: what a sweep measures.

        Other agents keep their places, so that every path means what it did, but neither strategy nor beliefs, which
        need not fit where parameters are changed. Titles, texts, expectations and what is shown are left out.
        """
        data = {key: self.document.data[key] for key in ("version", "id", "game")}
        agents = self.document.data.get("agents")
        if isinstance(agents, dict):
            data["agents"] = {
                name: {key: value for key, value in section.items() if key in OF_ANY_AGENT or name == agent}
                for name, section in agents.items()
            }
        return _checked(replace(self._without_expectations, data=data), self.changed)

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
    if isinstance(parameters, Mapping):
        settings = [valued(path, value) for path, value in parameters.items()]
    else:
        settings = all_of([partial(parsed, text) for text in parameters])
    document = with_settings(document, settings)
    scenario = _checked(document, {setting.path: setting.text for setting in settings})
    if scenario.landscape is not None:
        from deceptive_sim.scenario.axes import check_section

        check_section(scenario)
    return scenario


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
        raise InputError(in_order([*problems, *from_validation(error, document)])) from None
    problems += same_ids(file, document)
    if problems:
        raise InputError(problems)
    game = placed(partial(build_any, file.game), document)
    phased = game if isinstance(game, PhasedGame) else None
    model = None if isinstance(game, PhasedGame) else game
    problems += misplaced(file, document, model)
    if problems:
        raise InputError(in_order(problems))
    sections = file.agents if phased else {}
    builders = [partial(build_agent, name, section, phased, document) for name, section in sections.items() if phased]
    agents = all_of([partial(placed, builder, document) for builder in builders])
    population = placed(partial(population_of, file, phased, document), document)
    learners = placed(partial(learners_of, file, model), document)
    maze = placed(partial(maze_of, file, phased, document), document)
    return Scenario(
        id=file.id,
        title=file.title,
        source=file.source,
        description=file.description,
        phased=phased,
        model=model,
        agents=tuple(agents),
        labels={name: section.title or name.replace("-", " ") for name, section in sections.items()},
        expectations=tuple(file.expect),
        figures=tuple(file.report.figures),
        landscape=file.landscape,
        claims=tuple(file.claims or ()),
        population=population,
        learners=learners,
        maze=maze,
        changed=dict(changed),
        document=document,
    )
