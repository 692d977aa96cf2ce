"""The axes of a scenario's landscape: read from its section or from text, and held against its rules.

An axis may run over any number of the game or of an agent. Its rules are known before the first point is measured: they
allow an interval, so the ends of an axis tell; what several numbers must keep together (modification and shutdown after
one action sum to at most 1) is tried where it is hardest to keep.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from deceptive_sim.core.errors import InputError, Position, Problem, nearest, quote, wrong
from deceptive_sim.core.paths import join_path
from deceptive_sim.landscapes.axes import Axis, Spacing
from deceptive_sim.landscapes.courses import DEFAULT_POINTS, Course, axis_of, shown
from deceptive_sim.landscapes.ranges import parse_axis, parse_values
from deceptive_sim.scenario.paths import number_type, places_overlap, resolve
from deceptive_sim.scenario.schema import AXES_OF_FIGURE, MOST_AXES
from deceptive_sim.scenario.sections import AxisSection, CourseSection
from deceptive_sim.scenario.yaml_text import Data, Steps

if TYPE_CHECKING:
    from deceptive_sim.scenario.load import Scenario

Cell: TypeAlias = Mapping[str, Fraction]
"""A point of a grid: the value of every path."""

SET = "--set"
"""What `Scenario.with_parameters` calls the place of a parameter that it sets."""

LONGEST_TEXT = 60
"""Numbers of up to so many characters are checked as people write them, so that errors quote them so."""


def axes_of_section(scenario: Scenario, *, points: int = DEFAULT_POINTS) -> tuple[Axis, ...]:
    """The axes of a scenario's `landscape:` section, read but not yet held against the scenario's rules.

    Raises
    ------
    InputError
        With the place of every axis that is wrong, or else of the agent and the figures that do not fit.
    """
    section = scenario.landscape
    assert section is not None
    axes = axes_at(scenario, ("landscape", "axes"), section.axes, points)
    problems = list(_wrong_words(scenario, len(axes)))
    if problems:
        raise InputError(problems)
    return axes


def axes_at(scenario: Scenario, where: Steps, settings: Mapping[str, object], points: int) -> tuple[Axis, ...]:
    """The axes that stand at a place of the file, read but not yet held against the scenario's rules.

    Raises
    ------
    InputError
        With the place of every axis that is wrong, or of all if two mean the same place.
    """
    steps = [partial(axis_at, scenario, where, path, setting, points) for path, setting in settings.items()]
    return distinct_axes(scenario, _all(steps), scenario.document.place_of_key(where))


def axes_of_texts(
    scenario: Scenario, texts: Sequence[str], *, points: int = DEFAULT_POINTS, population: bool = False
) -> tuple[Axis, ...]:
    """Axes as they stand on the command line, read but not yet held against the scenario's rules.

    Numbers of the population may be axes only where told.

    Raises
    ------
    InputError
        Naming every axis that is wrong; or if there are too many, or two mean the same place.
    """
    if len(texts) > MOST_AXES:
        raise wrong("axes", f"must be at most {MOST_AXES}", len(texts))
    whole = partial(_whole, scenario.document.data, population)
    return distinct_axes(scenario, _all(partial(parse_axis, text, whole=whole, points=points) for text in texts))


def check_section(scenario: Scenario) -> None:
    """Read and check a scenario's `landscape:` section.

    Raises
    ------
    InputError
        With the place of what is wrong.
    """
    axes = axes_of_section(scenario)
    section = scenario.landscape
    agent = (section.agent if section else None) or scenario.agents[0].name
    try:
        check_axes(scenario.measuring(agent), axes)
    except InputError as error:
        raise InputError(replace(p, position=_place_named(scenario, axes, p)) for p in error.problems) from None


def _wrong_words(scenario: Scenario, number_of_axes: int) -> Iterator[Problem]:
    """What is wrong with the agent and the figures that a section names."""
    section, places = scenario.landscape, scenario.document.place_of_value
    assert section is not None
    names = [agent.name for agent in scenario.agents]
    if section.agent is not None and section.agent not in names:
        rule, hint, position = (
            "must be one of the agents",
            nearest(section.agent, names),
            places(("landscape", "agent")),
        )
        yield Problem(name="landscape.agent", rule=rule, got=quote(section.agent), hint=hint, position=position)
    for row, figure in enumerate(section.figures or ()):
        needed, position = AXES_OF_FIGURE.get(figure, 1), places(("landscape", "figures", row))
        if number_of_axes < needed:
            rule = f"must be drawn from the axes there are: {figure} needs {needed}"
            yield Problem(name=f"landscape.figures.{row}", rule=rule, got=str(number_of_axes), position=position)


def check_axes(scenario: Scenario, axes: Sequence[Axis]) -> None:
    """Hold the values of axes against a scenario's rules, at the few points of their grid that can break one first.

    Raises
    ------
    InputError
        Naming rule, value and the point of the grid.
    """
    found: dict[str, Problem] = {}
    for cell, group in _telling_cells(scenario, axes):
        texts = {path: shown(value) for path, value in cell.items()}
        settings = {path: text if len(text) <= LONGEST_TEXT else cell[path] for path, text in texts.items()}
        try:
            scenario.with_parameters(settings)
        except InputError as error:
            for problem in error.problems:
                where = ", ".join(f"{path} = {texts[path]}" for path in _concerned(problem, texts, group))
                found.setdefault(problem.name, replace(problem, hint=f"at {where}", position=None))
    if found:
        raise InputError(found.values())


def _concerned(problem: Problem, texts: Mapping[str, str], group: Sequence[str]) -> Sequence[str]:
    """The paths of a point that a problem is about: one value, a group that must keep something together, or all."""
    path = problem.position.source.partition("=")[0] if problem.position and problem.position.file == SET else ""
    if path in texts and problem.got == quote(texts[path]):
        return (path,)
    return group if path in group else tuple(texts)


# --- reading ---------------------------------------------------------------------------------------------------------


def _whole(data: Data, population: bool, path: str) -> bool:
    """Whether a path takes whole numbers only; raises an `InputError` if it is no number of the scenario."""
    place = resolve(data, path)
    kind = number_type(data, place) if population or place[:1] != ("population",) else None
    if kind is None:
        whose = "of the game, of an agent or of the population" if population else "of the game or of an agent"
        raise InputError(Problem(name=f"axis {path}", rule=f"must be a number {whose}"))
    return kind is int


def axis_at(scenario: Scenario, where: Steps, path: str, setting: object, points: int) -> Axis:
    """An axis of the `axes:` at a place of the file; its problems have places."""
    steps: Steps = (*where, path)
    try:
        courses = [_course(path, setting)]
        if isinstance(setting, AxisSection):
            courses += [_course(other, values) for other, values in setting.along.items()]
        return axis_of(courses, whole=partial(_whole, scenario.document.data, where[0] == "population"), points=points)
    except InputError as error:
        place = scenario.document.place_of_value(steps)
        raise InputError(replace(problem, position=place) for problem in error.problems) from None


def _course(path: str, setting: object) -> Course:
    if isinstance(setting, list):
        return Course(paths=(path,), values=tuple(setting))
    if not isinstance(setting, CourseSection):
        return parse_values(str(setting), (path,))
    if setting.values is not None:
        return Course(paths=(path,), values=tuple(setting.values))
    assert setting.first is not None
    assert setting.last is not None
    return Course(
        paths=(path,),
        first=setting.first,
        last=setting.last,
        step=setting.step,
        points=setting.points,
        spacing=Spacing(setting.spacing),
    )


def _all(steps: Iterable[Callable[[], Axis]]) -> tuple[Axis, ...]:
    """Read all axes; their problems are raised together."""
    axes: list[Axis] = []
    problems: list[Problem] = []
    for step in steps:
        try:
            axes.append(step())
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return tuple(axes)


def distinct_axes(scenario: Scenario, axes: tuple[Axis, ...], position: Position | None = None) -> tuple[Axis, ...]:
    """The axes, whose paths must mean different places.

    Raises
    ------
    InputError
        If two mean the same place, or one lies in the other; `position` is where it points.
    """
    taken: dict[Steps, str] = {}
    for path in (path for axis in axes for path in axis.paths):
        place = resolve(scenario.document.data, path)
        for other, name in taken.items():
            if places_overlap(place, other):
                rule = "must mean another place than every other path"
                hint = None if name == path else f"{name} means {join_path(other)} as well"
                raise InputError(Problem(name=f"axis {path}", rule=rule, got=name, hint=hint, position=position))
        taken[place] = path
    return axes


def _place_named(scenario: Scenario, axes: Sequence[Axis], problem: Problem) -> Position | None:
    """Where the axis stands that a problem's point names first."""
    named = (problem.hint or "").removeprefix("at ").partition(" = ")[0]
    axis = next((axis for axis in axes if named in axis.paths), axes[0])
    return scenario.document.place_of_value(("landscape", "axes", axis.name))


# --- the points that tell --------------------------------------------------------------------------------------------


def _telling_cells(scenario: Scenario, axes: Sequence[Axis]) -> Iterator[tuple[Cell, Sequence[str]]]:
    """Points of the grid that break a rule if any does, each with the paths whose sum is largest there, if any."""
    for group in _groups(scenario, [path for axis in axes for path in axis.paths]):
        yield _cell(axes, {axis.name: _largest(axis, group) for axis in axes}), group
    start = {axis.name: 0 for axis in axes}
    for axis in axes:
        for values in zip(*axis.rows, strict=True):
            for extreme in (min(values), max(values)):
                yield _cell(axes, {**start, axis.name: values.index(extreme)}), ()


def _cell(axes: Sequence[Axis], rows: Mapping[str, int]) -> Cell:
    return {path: value for axis in axes for path, value in zip(axis.paths, axis.rows[rows[axis.name]], strict=True)}


def _largest(axis: Axis, group: Sequence[str]) -> int:
    """The point of an axis at which the values of some paths have the largest sum."""
    places = [place for place, path in enumerate(axis.paths) if path in group]
    return max(range(len(axis)), key=lambda row: sum(axis.rows[row][place] for place in places)) if places else 0


def _groups(scenario: Scenario, paths: Sequence[str]) -> list[tuple[str, ...]]:
    """Paths whose values must not sum to more than 1, in the true game and in the believed ones."""
    data = scenario.document.data
    places = {path: resolve(data, path) for path in paths}
    groups: dict[tuple[object, ...], list[str]] = {}
    for agent in (None, *(agent.name for agent in scenario.agents)):
        for path, place in _within_game(data, places, agent).items():
            if place[:2] == ("game", "phases") and place[3:4] in {("modification",), ("shutdown",)}:
                groups.setdefault((agent, place[2], place[4:5]), []).append(path)
    return [tuple(group) for group in groups.values() if len(group) > 1]


def _within_game(data: Data, places: Mapping[str, Steps], agent: str | None) -> dict[str, Steps]:
    """The places that paths have in the true game, or in the game that an agent believes in."""
    found = {path: place for path, place in places.items() if place[0] == "game"}
    if agent is None:
        return found
    section = data.get("agents", {}).get(agent, {})
    believed = {resolve(data, path, within_game=True) for path in section.get("beliefs", {})}
    own = {
        path: resolve(data, str(place[3]), within_game=True)
        for path, place in places.items()
        if place[:3] == ("agents", agent, "beliefs")
    }
    hidden = believed | set(own.values())
    return {path: place for path, place in found.items() if place not in hidden} | own
