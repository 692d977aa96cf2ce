"""Axes as people write them: paths, and how their values follow each other.

    PATH=lo:hi          from lo to hi in even steps, at a default number of points; of whole numbers every one
    PATH=lo:hi:step     lo, lo + step, ... up to hi, which belongs to it if the steps reach it
    PATH=lo:hi@N        N points in even steps
    PATH=lo:hi@N:log    N points in even ratios; lo and hi must be above 0
    PATH=a,b,c          these values
    P+Q=lo:hi           two paths with the same values
    P=0:1+Q=1:0         two paths that move together, each with values of its own

Numbers are exact: `0.1` is one tenth, `1/3` a third. The values of the first path, which names the axis, rise from
point to point; those of the others may fall, stay or jump. Parts of an axis that do not say how many points they have
take the number of those that do. Where only whole numbers may stand, ends, steps and listed values have to be whole;
points that are asked for by number are rounded, and equal ones count once. Even ratios are rounded to short decimals.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from deceptive_sim.core.errors import nearest, wrong
from deceptive_sim.core.exact import NotANumber, exact
from deceptive_sim.core.paths import parse_path
from deceptive_sim.landscapes.axes import Axis, Spacing
from deceptive_sim.landscapes.courses import DEFAULT_POINTS, Course, axis_of

FORM = "must be PATH=lo:hi, lo:hi:step, lo:hi@N, lo:hi@N:log or a list a,b,c"

_NEXT_PART = re.compile(r"\+(?=\s*[A-Za-z])")  # a plus sign before a path; `1e+5` and `+1` are numbers


def parse_axis(text: str, *, whole: Callable[[str], bool], points: int = DEFAULT_POINTS) -> Axis:
    """Read an axis as it stands on the command line; see the head of this module.

    Parameters
    ----------
    text : str
        Such as `training.modification.A=0:1@101`.
    whole : callable
        Whether a path takes whole numbers only; it may raise an `InputError` about the path.
    points : int
        How many points an axis has that does not say.

    Raises
    ------
    InputError
        Naming the axis, the rule and the value.
    """
    return axis_of(parse_courses(text), whole=whole, points=points)


def parse_courses(text: str) -> tuple[Course, ...]:
    """The parts of an axis that move together, as text says.

    Raises
    ------
    InputError
        If the text has not the form of an axis, or a number in it is none.
    """
    courses: list[Course] = []
    waiting: list[str] = []
    for part in _NEXT_PART.split(text):
        path, equals, values = part.partition("=")
        if not path.strip():
            raise wrong("axis", FORM, text)
        waiting.append(path.strip())
        parse_path(waiting[-1])
        if equals:
            courses.append(parse_values(values, tuple(waiting)))
            waiting = []
    if waiting:
        raise wrong(f"axis {'+'.join(waiting)}", FORM, text)
    return tuple(courses)


def parse_values(text: str, paths: tuple[str, ...]) -> Course:
    """What stands behind the equals sign of an axis: a range or a list."""
    name = f"axis {'+'.join(paths)}"
    if not text.strip():
        raise wrong(name, FORM, "nothing")
    if ":" not in text and "@" not in text:
        return Course(paths=paths, values=tuple(_number(name, word) for word in text.split(",")))
    ends, at, behind = text.partition("@")
    bounds = ends.split(":")
    if len(bounds) != (2 if at else min(max(len(bounds), 2), 3)):
        raise wrong(name, FORM, text.strip())
    if bounds[-1].strip() in {"log", "linear"}:
        raise wrong(name, "must say how many points it has, as lo:hi@N:log", text.strip())
    numbers = [_number(name, bound) for bound in bounds]
    step = numbers[2] if len(numbers) == 3 else None
    number, colon, word = behind.partition(":")
    spacing = Spacing.LINEAR
    if colon:
        spacing = _spacing(name, word.strip())
    return Course(
        paths=paths,
        first=numbers[0],
        last=numbers[1],
        step=step,
        points=_number_of_points(name, number) if at else None,
        spacing=spacing,
    )


def _number(name: str, word: str) -> Fraction:
    try:
        return exact(word)
    except NotANumber as error:
        raise wrong(name, str(error), word.strip() or "nothing") from None


def _number_of_points(name: str, word: str) -> int:
    number = _number(name, word)
    if number.denominator != 1 or number < 2:
        raise wrong(name, "must have a whole number of points, 2 or more", word.strip())
    return int(number)


def _spacing(name: str, word: str) -> Spacing:
    valid = [Spacing.LINEAR.value, Spacing.LOG.value]
    if word not in valid:
        raise wrong(name, f"must have points spaced {' or '.join(valid)}", word, nearest(word, valid))
    return Spacing(word)
