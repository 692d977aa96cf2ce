"""From the `maze:` section of a file to families of mazes, agents, and what is to be measured.

Imported only for files that have the section: what mazes need takes a while to import.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from typing import Any, TypeVar

from deceptive_sim.core.errors import InputError, Problem, nearest, quote
from deceptive_sim.maze.family import MazeFamily
from deceptive_sim.maze.world import MOST_CELLS_AT_ONCE, MazeWorld
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.scenario.maze_agents import AgentPlan, build_agent
from deceptive_sim.scenario.maze_families import build_family
from deceptive_sim.scenario.maze_sections import MazeSection
from deceptive_sim.scenario.maze_study_sections import AdversarySection
from deceptive_sim.scenario.sections import Section
from deceptive_sim.scenario.yaml_text import Document

Part = TypeVar("Part")
Built = TypeVar("Built")

AT = "maze"


@dataclass(frozen=True, kw_only=True)
class StudyKind:
    """Something that can be measured in mazes.

    Attributes
    ----------
    module : str
        Which has `run_NAME`.
    spec : str
        The class there that says what is measured; its fields are those of the file's subsection.
    families, agents : tuple of str
        Fields of the spec that name families and agents.
    every_phase : bool
        Whether it plays the phases of the game, each in mazes of the family of its name.
    """

    module: str
    spec: str
    families: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    every_phase: bool = False


STUDIES: Mapping[str, StudyKind] = {
    "shift": StudyKind(module="deceptive_sim.maze.shift", spec="ShiftSpec", families=("families",), agents=("agents",)),
    "selection": StudyKind(module="deceptive_sim.maze.selection", spec="SelectionSpec", families=("family",)),
    "learning": StudyKind(module="deceptive_sim.maze.learning", spec="LearningSpec", families=("family", "deployed")),
    "adversary": StudyKind(
        module="deceptive_sim.maze.adversarial", spec="AdversarySpec", families=("training", "deployed", "family")
    ),
    "lifetime": StudyKind(module="deceptive_sim.maze.lifetime.run", spec="LifetimeSpec", every_phase=True),
}
"""Everything that can be measured, by its name in files, in the order in which it is."""


@dataclass(frozen=True, kw_only=True)
class MazePlan:
    """Mazes as a file describes them.

    Attributes
    ----------
    families : mapping
    agents : mapping
        Name to what the agent is to be; pointers look at mazes before they know what they want, so that agents are
        made for a seed.
    specs : mapping
        What is measured: name of the study to its specification.
    section : MazeSection
    game : PhasedGame
    labels : mapping
        Agent name to the title it is shown under.
    """

    families: Mapping[str, MazeFamily]
    agents: Mapping[str, AgentPlan]
    specs: Mapping[str, Any]
    section: MazeSection
    game: PhasedGame
    labels: Mapping[str, str]

    def world(self, seed: int) -> MazeWorld:
        """The world with all of its agents, as it is under a seed."""
        empty = _world(self.section, self.families, self.game)
        agents = {name: plan.made(empty, seed, place) for place, (name, plan) in enumerate(self.agents.items())}
        return replace(empty, agents=agents)


def build_maze(section: MazeSection, game: PhasedGame, document: Document) -> MazePlan:
    """The mazes that a section describes; nothing is drawn, and no kernel is compiled.

    Raises
    ------
    InputError
        With every broken rule, named by its path from the file's root.
    """
    problems: list[Problem] = []
    if not section.families:
        rule = "is required: say from which mazes are drawn"
        problems.append(Problem(name=f"{AT}.families", rule=rule))
    families = _each(
        lambda name, part: build_family(f"{AT}.families.{name}", part, document), section.families, problems
    )
    agents = _each(lambda name, part: build_agent(name, part, list(section.families)), section.agents, problems)
    world = _one(partial(_world, section, families, game), problems)
    if world is not None:
        problems += _too_much_pointed_at(agents, world)
    specs = {name: _one(partial(_spec, name, section, game), problems) for name in STUDIES if _asked(section, name)}
    if problems:
        raise InputError(problems)
    titles = {name: part.title or name.replace("-", " ") for name, part in section.agents.items()}
    return MazePlan(families=families, agents=agents, specs=specs, section=section, game=game, labels=titles)


def named_in_file(at: str, problem: Problem) -> Problem:
    """A problem of a part by its path in the file, where its place is found; problems of the game have theirs."""
    return problem if problem.name.partition(".")[0] == "game" else replace(problem, name=f"{at}.{problem.name}")


def _asked(section: MazeSection, name: str) -> bool:
    return getattr(section, name) is not None


def _each(build: Callable[[str, Part], Built], parts: Mapping[str, Part], problems: list[Problem]) -> dict[str, Built]:
    """What comes of those parts that are sound."""
    built = {name: _one(partial(build, name, part), problems) for name, part in parts.items()}
    return {name: one for name, one in built.items() if one is not None}


def _one(step: Callable[[], Built], problems: list[Problem]) -> Built | None:
    try:
        return step()
    except InputError as error:
        problems += error.problems
        return None


def _world(section: MazeSection, families: Mapping[str, MazeFamily], game: PhasedGame) -> MazeWorld:
    limit = MazeWorld.time_limit if section.time_limit is None else section.time_limit
    try:
        return MazeWorld(families=families, game=game, time_limit=limit)
    except InputError as error:
        raise InputError(named_in_file(AT, problem) for problem in error.problems) from None


def _spec(name: str, section: MazeSection, game: PhasedGame) -> Any:
    """What a study is to measure; its names are looked at as well."""
    kind, part, at = STUDIES[name], getattr(section, name), f"{AT}.{name}"
    if kind.every_phase:
        _refuse_other_games(game)
    try:
        spec = getattr(import_module(kind.module), kind.spec)(**given_of(part))
    except InputError as error:
        raise InputError(named_in_file(at, problem) for problem in error.problems) from None
    problems = [*_unknown_names(at, kind, spec, section)]
    if kind.every_phase:
        problems += _homeless_phases(at, section, game)
    if problems:
        raise InputError(problems)
    return spec


def _refuse_other_games(game: PhasedGame) -> None:
    """An `InputError`, named by the game's own paths, unless mazes can be the game."""
    from deceptive_sim.maze.lifetime.game import refuse_what_mazes_cannot_be

    refuse_what_mazes_cannot_be(game)


def given_of(part: Section) -> dict[str, Any]:
    """What a subsection says, as keywords; what it leaves out has the default of whom it is for."""
    given = {name: getattr(part, name) for name in part.model_fields_set}
    if isinstance(part, AdversarySection):
        given["students"] = _students(part)
    return {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}


def _students(part: AdversarySection) -> dict[str, Any]:
    """Planners in adversarial training, by name."""
    from deceptive_sim.maze.objectives import weights_of
    from deceptive_sim.maze.students import Student

    students, problems = {}, []
    for name, student in part.students.items():
        given = {key: getattr(student, key) for key in student.model_fields_set - {"objective"}}
        try:
            students[name] = Student(weights=weights_of(student.objective), **given)
        except InputError as error:
            problems += [named_in_file(f"students.{name}", problem) for problem in error.problems]
    if problems:
        raise InputError(problems)
    return students


def _too_much_pointed_at(agents: Mapping[str, AgentPlan], world: MazeWorld) -> Iterator[Problem]:
    """Pointers whose examples are more than can be held at a time."""
    for name, plan in agents.items():
        for family, count in plan.pointer.examples.items() if plan.pointer else ():
            if family in world.families and count * world.families[family].cells > MOST_CELLS_AT_ONCE:
                rule = f"must be at most {MOST_CELLS_AT_ONCE // world.families[family].cells} of such large mazes"
                yield Problem(name=f"{AT}.agents.{name}.objective.pointer.examples.{family}", rule=rule, got=str(count))


def _unknown_names(at: str, kind: StudyKind, spec: Any, section: MazeSection) -> Iterator[Problem]:
    """Families and agents that the file does not have, named or meant by default."""
    known: Mapping[str, tuple[tuple[str, ...], Collection[str]]] = {
        "a family of mazes": (kind.families, section.families),
        "an agent of the maze": (kind.agents, section.agents),
    }
    for what, (fields, names) in known.items():
        for field in fields:
            value = getattr(spec, field)
            for place, name in enumerate((value,) if isinstance(value, str) else value):
                if name not in names:
                    path = f"{at}.{field}" if isinstance(value, str) else f"{at}.{field}.{place}"
                    yield Problem(name=path, rule=f"must be {what}", got=quote(name), hint=nearest(name, names))


def _homeless_phases(at: str, section: MazeSection, game: PhasedGame) -> Iterator[Problem]:
    """Phases of the game whose mazes nobody has said anything of."""
    for phase in game.phases:
        if phase.name not in section.families:  # mazes are measured for phases without episodes as well
            rule = f"needs mazes for every phase of the game, a family named {phase.name}"
            yield Problem(name=at, rule=rule, hint=nearest(phase.name, section.families))
