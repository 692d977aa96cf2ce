"""What a family of mazes may be: the rules of each field, and of all of them together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from numbers import Integral
from typing import TYPE_CHECKING, TypeGuard

from deceptive_sim.core.errors import Problem, nearest, quote
from deceptive_sim.core.exact import NotANumber, probability
from deceptive_sim.maze.generators.generator import passages
from deceptive_sim.maze.generators.library import GENERATORS
from deceptive_sim.maze.mazes import MOST_CELLS, Maze
from deceptive_sim.maze.placing import ANYWHERE, PLACES, corner_of
from deceptive_sim.maze.things import COLOURS

if TYPE_CHECKING:
    from deceptive_sim.maze.family import MazeFamily

STORY_COLOURS = {"exit_colours": ("green",), "apple_colours": ("red",), "wall_colours": ("grey",)}
"""Colours where none are asked for: the exit of training is green, and apples are not."""


def sides(generator: str, ends: tuple[int, int]) -> tuple[int, ...]:
    """The sides in a range that a generator can draw, from the smallest."""
    least, most = ends
    if GENERATORS[generator].odd:
        return tuple(range(least + 1 - least % 2, most + 1, 2))
    return tuple(range(least, most + 1))


def broken(family: MazeFamily) -> Iterator[Problem]:
    """Fields that break a rule of their own; where there are none, `impossible` can be asked."""
    if not isinstance(family.generator, str) or family.generator not in GENERATORS:
        hint = nearest(str(family.generator), GENERATORS)
        yield Problem(name="generator", rule="must be a generator", got=quote(family.generator), hint=hint)
    for name, least in (("height", 1), ("width", 1), ("apples", 0)):
        ends = getattr(family, name)
        if ends is not None or name != "width":
            yield from _broken_range(name, ends, least)
    for name in ("start", "exit", "apple_places"):
        yield from _broken_words(name, getattr(family, name), PLACES, "place")
    for name in STORY_COLOURS:
        if getattr(family, name) is not None:
            yield from _broken_words(name, getattr(family, name), COLOURS, "colour")
    try:
        probability(family.loops)
    except NotANumber as problem:
        yield Problem(name="loops", rule=str(problem), got=quote(family.loops))
    if not isinstance(family.square, bool):
        yield Problem(name="square", rule="must be True or False", got=quote(family.square))
    if not isinstance(family.maps, tuple) or not all(isinstance(maze, Maze) for maze in family.maps):
        yield Problem(name="maps", rule="must be mazes", got=quote(family.maps))
    elif family.maps:
        yield from _beside_maps(family)


def impossible(family: MazeFamily) -> Iterator[Problem]:
    """What the mazes of a family, or only some of them, cannot have."""
    uneven = [
        name for name in ("height", "width") if (ends := getattr(family, name)) and not sides(family.generator, ends)
    ]
    for name in uneven:
        rule = f"must have an odd number in its range: passages of {family.generator} mazes are on every other cell"
        yield Problem(name=name, rule=rule, got=_shown(getattr(family, name)))
    if uneven:
        return
    if family.square and family.width not in (None, family.height):
        got = f"{_shown(family.width or ())} beside {_shown(family.height)}"
        hint = "square: false lets them differ"
        yield Problem(name="width", rule="must be as the height where mazes are square", got=got, hint=hint)
        return
    height, width = family.heights[-1], family.widths[-1]
    if height * width > MOST_CELLS:
        got = f"{height} x {width}, which is {height * width}"
        yield Problem(name="height", rule=f"must be a maze of at most {MOST_CELLS} cells", got=got)
    yield from _without_room(family)


def _without_room(family: MazeFamily) -> Iterator[Problem]:
    """What mazes have no room for: all that can be known before they are drawn."""
    height, width = family.heights[0], family.widths[0]
    room = _most_floor(family, height, width) - 2
    if room < 0:
        rule = "must leave room for a start and an exit"
        yield Problem(name="height", rule=rule, got=f"a maze of {height} x {width}")
        return
    if room < family.apples[1]:
        rule = f"must be at most {room} in the smallest maze, {height} x {width}"
        yield Problem(name="apples", rule=rule, got=_shown(family.apples))
    shapes = {(a, b) for a in (height, family.heights[-1]) for b in (width, family.widths[-1])}
    for tall, wide in sorted(shapes):
        if tall == wide or not family.square:
            yield from _crowded(family, tall, wide)


def _crowded(family: MazeFamily, height: int, width: int) -> Iterator[Problem]:
    """Places that are the same corner in a maze of that size."""
    size = f"in a maze of {height} x {width}"
    starts, exits, apples = (
        {_corner(place, height, width) for place in places}
        for places in (family.start, family.exit, family.apple_places)
    )
    if starts == exits and len(starts) == 1 and None not in starts:
        rule = f"must be another place than the start {size}"
        yield Problem(name="exit", rule=rule, got=quote(", ".join(family.exit)))
    if None not in apples:
        always_taken = set().union(*(corners for corners in (starts, exits) if len(corners) == 1))
        room = len(apples - always_taken)
        if family.apples[1] > room:
            rule = f"must be at most {room} where apples stand in corners alone, {size}"
            yield Problem(name="apples", rule=rule, got=_shown(family.apples))


def _corner(place: str, height: int, width: int) -> tuple[int, int] | None:
    """Row and column of a corner; none for anywhere."""
    which = PLACES.index(place)
    return None if which == ANYWHERE else corner_of(which, height, width)


def _most_floor(family: MazeFamily, height: int, width: int) -> int:
    """The most floor cells that a maze of that size can have."""
    down, right = passages(height), passages(width)
    if not GENERATORS[family.generator].perfect:
        return height * width
    if family.loops:
        return down * right + (down - 1) * right + down * (right - 1)
    return 2 * down * right - 1


def _beside_maps(family: MazeFamily) -> Iterator[Problem]:
    """Fields that mean nothing where the mazes are fixed."""
    for field in fields(family):
        value = getattr(family, field.name)
        if field.name not in STORY_COLOURS and field.name != "maps" and value != field.default:
            yield Problem(name=field.name, rule="must not be given beside maps, which have it", got=quote(value))


def _broken_range(name: str, ends: object, least: int) -> Iterator[Problem]:
    if not _two_whole_numbers(ends):
        yield Problem(name=name, rule="must be two whole numbers, the least and the most", got=quote(ends))
    elif not least <= ends[0] <= ends[1]:
        rule = f"must go from a number of at least {least} to one that is no smaller"
        yield Problem(name=name, rule=rule, got=f"{ends[0]} to {ends[1]}")
    elif ends[1] > MOST_CELLS:
        yield Problem(name=name, rule=f"must be at most {MOST_CELLS}", got=_shown(ends))


def _two_whole_numbers(ends: object) -> TypeGuard[tuple[int, int]]:
    if not isinstance(ends, tuple) or len(ends) != 2:
        return False
    return all(isinstance(end, Integral) and not isinstance(end, bool) for end in ends)


def _broken_words(name: str, words: object, valid: tuple[str, ...], kind: str) -> Iterator[Problem]:
    if not isinstance(words, tuple) or not words:
        yield Problem(name=name, rule=f"must be one {kind} or more", got=quote(words))
        return
    for word in words:
        if word not in valid:
            hint = nearest(str(word), valid)
            yield Problem(name=name, rule=f"must be a {kind}", got=quote(word), hint=hint)


def _shown(ends: tuple[int, ...]) -> str:
    return " to ".join(map(str, dict.fromkeys(ends)))
