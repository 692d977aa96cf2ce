"""How the values of an axis follow each other: lists, even steps, even ratios, and several of them side by side."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NoReturn

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.exact import to_float
from deceptive_sim.landscapes.axes import Axis, Spacing

DEFAULT_POINTS = 101
"""Points of an axis that does not say how many it has: hundredths, from 0 to 1."""

MOST_POINTS = 1_000_000
"""Points of one axis, at most."""


@dataclass(frozen=True, kw_only=True)
class Course:
    """How the values of some paths follow each other: a list, or from `first` to `last`.

    Attributes
    ----------
    paths : tuple of str
        Paths that take the same values.
    values : tuple of Fraction or None
        A list; in its absence the following.
    first, last : Fraction
    step : Fraction or None
    points : int or None
        How many points, ends included; neither this nor a step: every whole number, or a default number of points.
    spacing : Spacing
        Linear, or logarithmic.
    """

    paths: tuple[str, ...]
    values: tuple[Fraction, ...] | None = None
    first: Fraction = Fraction(0)
    last: Fraction = Fraction(0)
    step: Fraction | None = None
    points: int | None = None
    spacing: Spacing = Spacing.LINEAR

    @property
    def name(self) -> str:
        """What errors call it."""
        return f"axis {'+'.join(self.paths)}"


def axis_of(courses: Sequence[Course], *, whole: Callable[[str], bool], points: int = DEFAULT_POINTS) -> Axis:
    """The axis whose parts follow some courses, point by point.

    Raises
    ------
    InputError
        If they have different numbers of points, or the first path's values do not rise, or a course is not sound.
    """
    _distinct([path for course in courses for path in course.paths])
    whole_paths = {path for course in courses for path in course.paths if whole(path)}
    integral = [not whole_paths.isdisjoint(course.paths) for course in courses]
    for place, course in enumerate(courses):
        _check(course, integral[place], rising=place == 0)
    names = f"axis {'+'.join(path for course in courses for path in course.paths)}"
    number = _number_for_all(names, courses, integral) or points
    columns = []
    for course, is_whole in zip(courses, integral, strict=True):
        columns += [_values(course, is_whole, number)] * len(course.paths)
    rows = tuple(zip(*columns, strict=True))
    if any(integral) and all(course.values is None for course in courses):  # rounded, several points may be one
        rows = tuple(dict.fromkeys(rows))
    _rises(names, [row[0] for row in rows])
    spacing = Spacing.LISTED if courses[0].values is not None else courses[0].spacing
    return Axis(paths=tuple(path for course in courses for path in course.paths), rows=rows, spacing=spacing)


def _number_for_all(names: str, courses: Sequence[Course], integral: Sequence[bool]) -> int | None:
    """How many points the courses of an axis have that say so; else those that run over every whole number."""
    told = [count for course in courses if (count := _count(course)) is not None]
    if not told:
        told = [_count(course, every=True) or 0 for course, is_whole in zip(courses, integral, strict=True) if is_whole]
    if len(set(told)) > 1:
        raise wrong(names, "must have as many values for each path", " and ".join(str(count) for count in told))
    return told[0] if told else None


def _distinct(paths: Sequence[str]) -> None:
    for path in paths:
        if paths.count(path) > 1:
            raise wrong(f"axis {'+'.join(paths)}", "must have every path once", path)


def _check(course: Course, integral: bool, *, rising: bool) -> None:
    """The rules of one course: whole numbers where they are asked for, a range that leads somewhere, steps that do."""
    name, first, last, step = course.name, course.first, course.last, course.step
    for number in (*(course.values or (first, last)), *(() if step is None else (step,))):
        if integral and number.denominator != 1:
            raise wrong(name, "must have whole numbers only", shown(number))
    if course.values is not None:
        if len(course.values) < 2:
            raise wrong(name, "must have at least two values", ", ".join(map(shown, course.values)), "--set sets one")
        if len(course.values) > MOST_POINTS:
            _too_many(name, len(course.values))
        return
    range_text = f"{shown(first)}:{shown(last)}"
    if first == last:
        raise wrong(name, "must have an end that differs from its start", range_text)
    if rising and first > last:
        raise wrong(name, "must run from the smaller number to the larger one", range_text)
    if course.spacing is Spacing.LOG and min(first, last) <= 0:
        raise wrong(name, "must stay above 0 to have even ratios", range_text)
    if step is not None:
        if step == 0:
            raise wrong(name, "must have a step other than 0", f"{range_text}:{shown(step)}")
        if (step > 0) is not (last > first):
            raise wrong(name, "must have a step that leads from its start to its end", f"{range_text}:{shown(step)}")
        if abs(step) > abs(last - first):
            raise wrong(name, "must have a step no longer than itself", f"{range_text}:{shown(step)}")
    if course.points is not None and course.points > MOST_POINTS:
        _too_many(name, course.points)


def _too_many(name: str, number: int, hint: str | None = None) -> NoReturn:
    raise wrong(name, f"must have at most {MOST_POINTS} points", number, hint)


def _count(course: Course, *, every: bool = False) -> int | None:
    """How many points a course has, if it says; `every`: a plain range has one for every whole number."""
    if course.values is not None:
        return len(course.values)
    step = course.step or (Fraction(1 if course.last > course.first else -1) if every else None)
    if course.points is not None or step is None or course.spacing is Spacing.LOG:
        return course.points
    number = int((course.last - course.first) // step) + 1
    if number > MOST_POINTS:
        _too_many(course.name, number, "lo:hi@N takes N of them" if course.step is None else None)
    return number


def _values(course: Course, integral: bool, number: int) -> list[Fraction]:
    """The values of a course, which are `number` many."""
    if course.values is not None:
        return list(course.values)
    if course.step is not None:
        return _even_steps(course.first, course.step, number)
    if course.spacing is Spacing.LOG:
        values = _even_ratios(course.first, course.last, number)
    else:
        values = _even_steps(course.first, (course.last - course.first) / (number - 1), number)
    return [Fraction(math.floor(value + Fraction(1, 2))) for value in values] if integral else values


def _even_steps(first: Fraction, step: Fraction, number: int) -> list[Fraction]:
    """Numbers in even steps, over one denominator: a million of them in a second."""
    denominator = math.lcm(first.denominator, step.denominator)
    start, stride = int(first * denominator), int(step * denominator)
    return [Fraction(start + place * stride, denominator) for place in range(number)]


def _even_ratios(first: Fraction, last: Fraction, number: int) -> list[Fraction]:
    """Numbers in even ratios, as decimals of as few digits as tell them well apart; the ends are exact."""
    start, length = math.log(first), math.log(last) - math.log(first)
    digits = min(max(4, 3 + math.ceil(-math.log10(abs(length) / (number - 1) or 1e-15))), 15)
    inner = (math.exp(start + length * place / (number - 1)) for place in range(1, number - 1))
    return [first, *(Fraction(f"{value:.{digits}g}") for value in inner), last]


def _rises(name: str, values: Sequence[Fraction]) -> None:
    """Refuse values that do not rise, or that floats cannot tell apart."""
    floats = [to_float(value) for value in values]
    for place in range(1, len(values)):
        if floats[place - 1] < floats[place]:
            continue
        before, value = values[place - 1], values[place]
        if before < value:
            raise wrong(name, "must have values that floating-point numbers tell apart", shown(value))
        rule = "must have every value once" if before == value else "must have values that rise"
        raise wrong(name, rule, f"{shown(value)} after {shown(before)}")


def shown(number: Fraction) -> str:
    """An exact number as people would write it: a short decimal where it is one, a fraction otherwise."""
    rest = number.denominator
    twos = fives = 0
    while rest % 2 == 0 and twos < 13:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0 and fives < 13:
        rest, fives = rest // 5, fives + 1
    places = max(twos, fives)
    if rest != 1 or places > 12 or abs(number) >= 10**12 or not places:
        return str(number)
    digits = f"{abs(number.numerator) * 10**places // number.denominator:0{places + 1}d}"
    return f"{'-' if number < 0 else ''}{digits[:-places]}.{digits[-places:]}"
