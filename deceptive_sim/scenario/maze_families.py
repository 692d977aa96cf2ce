"""From a family in a file to a distribution of mazes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from deceptive_sim.core.errors import InputError, Problem, quote
from deceptive_sim.maze.ascii_maps import read_map
from deceptive_sim.maze.family import MazeFamily
from deceptive_sim.maze.family_rules import STORY_COLOURS
from deceptive_sim.maze.mazes import Maze
from deceptive_sim.maze.things import APPLE_LETTERS
from deceptive_sim.scenario.maze_maps import in_file, lines_are_lost
from deceptive_sim.scenario.maze_sections import FamilySection
from deceptive_sim.scenario.yaml_text import Document, Steps

FIELDS = {
    "generator": ("generator",),
    "height": ("height",),
    "width": ("width",),
    "square": ("square",),
    "loops": ("loops",),
    "start": ("start",),
    "exit": ("exit", "place"),
    "exit_colours": ("exit", "colours"),
    "apples": ("apples", "count"),
    "apple_places": ("apples", "place"),
    "apple_colours": ("apples", "colours"),
    "wall_colours": ("walls",),
}
"""Fields of a family, and where a file says them."""


def build_family(at: str, section: FamilySection, document: Document) -> MazeFamily:
    """The family that a section at a path describes.

    Raises
    ------
    InputError
        With every broken rule by its path; what is wrong with a map has the place of its character in the file.
    """
    problems = list(_misfits(at, section))
    if problems:
        raise InputError(problems)
    given = {field: value for field, steps in FIELDS.items() if (value := _value(section, steps)) is not None}
    if section.size is not None:
        given["height"] = section.size
    if section.square is None and given.get("width", given.get("height")) != given.get("height"):
        given["square"] = False
    if section.map is not None or section.maps is not None:
        given["maps"] = _maps(at, section, document)
        given |= _colours_beside_maps(section)
    try:
        return MazeFamily(**given)
    except InputError as error:
        raise InputError(_in_words_of_the_file(at, section, problem) for problem in error.problems) from None


def _value(section: FamilySection, steps: tuple[str, ...]) -> Any:
    value: Any = section
    for step in steps:
        value = None if value is None else getattr(value, step)
    return tuple(value) if isinstance(value, list) else value


def _misfits(at: str, section: FamilySection) -> Iterator[Problem]:
    """Settings that exclude or need each other."""
    if section.size is not None:
        for side in ("height", "width"):
            if getattr(section, side) is not None:
                yield Problem(name=f"{at}.{side}", rule="and size exclude each other")
    elif section.width is not None and section.height is None:
        yield Problem(name=f"{at}.height", rule="is required besides the width")
    if section.map is not None and section.maps is not None:
        yield Problem(name=f"{at}.maps", rule="and map exclude each other")
    colours = _value(section, ("apples", "colours")) or ()
    lettered = any(letter in text for text in _texts(section).values() for letter in APPLE_LETTERS)
    if len(set(colours)) > 1 and lettered:
        rule = "must be one colour, which apples written a have: the map says the colours of others"
        yield Problem(name=f"{at}.apples.colours", rule=rule, got=", ".join(colours))


def _texts(section: FamilySection) -> dict[tuple[str | int, ...], str]:
    """The maps of a section by where they stand in it."""
    if section.map is not None:
        return {("map",): section.map}
    return {("maps", place): text for place, text in enumerate(section.maps or ())}


def _maps(at: str, section: FamilySection, document: Document) -> tuple[Maze, ...]:
    """The mazes that maps draw, in the first of the colours asked for."""
    asked = {
        "exit_colour": _value(section, FIELDS["exit_colours"]) or STORY_COLOURS["exit_colours"],
        "apple_colour": _value(section, FIELDS["apple_colours"]) or STORY_COLOURS["apple_colours"],
        "wall_colour": _value(section, FIELDS["wall_colours"]) or STORY_COLOURS["wall_colours"],
    }
    mazes, problems = [], []
    for place, text in _texts(section).items():
        name = ".".join([at, *map(str, place)])
        steps: Steps = (*at.split("."), *place)
        if lines_are_lost(text, steps, document):
            rule = "must be written in one line, or line by line behind map: |"
            problems.append(Problem(name=name, rule=rule, got=quote(text)))
            continue
        try:
            mazes.append(read_map(text, **{name: colours[0] for name, colours in asked.items()}))
        except InputError as error:
            problems += [in_file(problem, name, text, steps, document) for problem in error.problems]
    if problems:
        raise InputError(problems)
    return tuple(mazes)


def _colours_beside_maps(section: FamilySection) -> dict[str, None]:
    """Colours that maps have taken over: one alone, so that apples whose colour the map says keep theirs."""
    single = [field for field in STORY_COLOURS if len(set(_value(section, FIELDS[field]) or ())) == 1]
    return dict.fromkeys(single)


def _in_words_of_the_file(at: str, section: FamilySection, problem: Problem) -> Problem:
    """A problem of a family by its path in the file."""
    field, *rest = problem.name.split(".")
    steps = FIELDS.get(field, (field,))
    if field in ("height", "width") and section.size is not None:
        steps = ("size",)
    return replace(problem, name=".".join([at, *steps, *rest]))
