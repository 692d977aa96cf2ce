"""Axes as people write them: which exact values a text means, and what is said of a text that means none."""
# ruff: noqa: E501 - tables: a text and what it means, one line each

from __future__ import annotations

import contextlib
import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deceptive_sim.core.errors import InputError
from deceptive_sim.landscapes.axes import Axis, Spacing
from deceptive_sim.landscapes.courses import DEFAULT_POINTS, MOST_POINTS, shown
from deceptive_sim.landscapes.ranges import parse_axis

F = Fraction


def whole(path: str) -> bool:
    """In these tests paths that begin with n take whole numbers only."""
    if path == "unknown":
        raise InputError([])
    return path.startswith("n")


def axis(text: str, points: int = 5) -> Axis:
    return parse_axis(text, whole=whole, points=points)


def columns(text: str, points: int = 5) -> dict[str, list[Fraction]]:
    read = axis(text, points)
    return {path: [row[place] for row in read.rows] for place, path in enumerate(read.paths)}


# --- what a text means -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("p=0:1", "0 1/4 1/2 3/4 1"),
        ("p = 0 : 1", "0 1/4 1/2 3/4 1"),
        ("p=0.1:0.3@3", "1/10 1/5 3/10"),
        ("p=1/3:1@3", "1/3 2/3 1"),
        ("p=-1:1@2", "-1 1"),
        ("p=0:1@3:linear", "0 1/2 1"),
        ("p=0:1:0.25", "0 1/4 1/2 3/4 1"),
        ("p=0:1:0.3", "0 3/10 3/5 9/10"),
        ("p=0:0.3:0.1", "0 1/10 1/5 3/10"),
        ("p=1/3:1:1/3", "1/3 2/3 1"),
        ("p=-1e1:1e+1:+5", "-10 -5 0 5 10"),
        ("p=1/10,1/2,9/10", "1/10 1/2 9/10"),
        ("p=-2, .5 ,3e0", "-2 1/2 3"),
        ("n=3:7", "3 4 5 6 7"),
        ("n=0:1", "0 1"),
        ("n=1:10:4", "1 5 9"),
        ("n=1:100@4", "1 34 67 100"),
        ("n=0:10@5", "0 3 5 8 10"),
        ("n=1:5@100", "1 2 3 4 5"),
        ("n=1:1000@4:log", "1 10 100 1000"),
        ("n=1:8@7:log", "1 2 3 4 6 8"),
        ("n=1,10,1e3", "1 10 1000"),
        ("p=0.01:100@5:log", "1/100 1/10 1 10 100"),
        ("p=1:2@3:log", "1 1.414 2"),
        ("p=1/3:3@3:log", "1/3 1 3"),
        ("p=1:1.001@3:log", "1 1.0005 1.001"),
    ],
)
def test_the_values_of_one_path(text: str, values: str) -> None:
    assert list(columns(text).values()) == [[F(word) for word in values.split()]]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("p+q=0:1@3", {"p": "0 1/2 1", "q": "0 1/2 1"}),
        ("p=0:1@3+q=1:0@3", {"p": "0 1/2 1", "q": "1 1/2 0"}),
        ("p=0:1+q=1:0", {"p": "0 1/4 1/2 3/4 1", "q": "1 3/4 1/2 1/4 0"}),
        ("p=0:1@2+q=1:0", {"p": "0 1", "q": "1 0"}),
        ("p=0:1+q=1:0:-1/2", {"p": "0 1/2 1", "q": "1 1/2 0"}),
        ("p=0:1+q=5,5,7", {"p": "0 1/2 1", "q": "5 5 7"}),
        ("n=2:4+p=0:1", {"n": "2 3 4", "p": "0 1/2 1"}),
        ("p=0:1+n=4:2", {"p": "0 1/2 1", "n": "4 3 2"}),
        ("p=0:1@3+n=1:100", {"p": "0 1/2 1", "n": "1 51 100"}),
        ("p=1:4@3:log+q=4:1@3:log", {"p": "1 2 4", "q": "4 2 1"}),
        ("p+q=0:1@2+r=3:4", {"p": "0 1", "q": "0 1", "r": "3 4"}),
        ("p=1e-1:1e+1@2+q=+1:+2", {"p": "1/10 10", "q": "1 2"}),
        ("n+p=1:3", {"n": "1 2 3", "p": "1 2 3"}),
        ("p+n=1:3", {"p": "1 2 3", "n": "1 2 3"}),
        ("p=0:1@3+n=1,1,2", {"p": "0 1/2 1", "n": "1 1 2"}),
    ],
)
def test_paths_that_move_together(text: str, values: dict[str, str]) -> None:
    found = columns(text)
    assert list(found) == list(values)
    assert found == {path: [F(word) for word in words.split()] for path, words in values.items()}


@pytest.mark.parametrize(
    ("text", "spacing"),
    [
        ("p=0:1", Spacing.LINEAR),
        ("p=0:1:1/2", Spacing.LINEAR),
        ("p=1:2@3:log", Spacing.LOG),
        ("p=1,2", Spacing.LISTED),
        ("p=1:2@2:log+q=0:1", Spacing.LOG),
        ("p=0:1+q=1:2@2:log", Spacing.LINEAR),
    ],
)
def test_the_spacing_is_that_of_the_first_path(text: str, spacing: Spacing) -> None:
    assert axis(text).spacing is spacing


def test_the_default_number_of_points_gives_hundredths() -> None:
    assert DEFAULT_POINTS == 101
    read = parse_axis("p=0:1", whole=whole)
    assert [row[0] for row in read.rows] == [F(place, 100) for place in range(101)]


numbers = st.fractions(min_value=-50, max_value=50, max_denominator=40)


@given(numbers, numbers, st.integers(2, 60))
def test_even_steps_are_even_and_exact(first: Fraction, last: Fraction, points: int) -> None:
    if first >= last:
        first, last = last - 1, first
    values = columns(f"p={first}:{last}@{points}")["p"]
    assert (values[0], values[-1], len(values)) == (first, last, points)
    assert len({after - before for before, after in itertools.pairwise(values)}) == 1


@given(numbers, st.fractions(min_value=F(1, 40), max_value=5, max_denominator=40), st.integers(1, 50), st.booleans())
def test_the_end_belongs_to_it_if_the_steps_reach_it(first: Fraction, step: Fraction, steps: int, past: bool) -> None:
    last = first + steps * step
    end = last + step / 3 if past else last
    expected, value = [], first
    while value <= end:
        expected.append(value)
        value += step
    assert columns(f"p={first}:{end}:{step}")["p"] == expected
    assert (expected[-1] == end) is not past


@pytest.mark.slow
@given(st.integers(1, 10**6), st.integers(2, 10**6), st.integers(3, 300))
def test_even_ratios_are_even_up_to_their_rounding(first: int, times: int, points: int) -> None:
    values = columns(f"p={first}/1000:{first * times}/1000@{points}:log")["p"]
    assert (values[0], values[-1], len(values)) == (F(first, 1000), F(first * times, 1000), points)
    ratio = math.log(times) / (points - 1)
    for before, after in itertools.pairwise(values):
        assert math.log(after / before) == pytest.approx(ratio, rel=0.01)
    for value in values[1:-1]:
        assert len(f"{float(value):.15g}".replace(".", "").strip("0")) <= 8 + math.ceil(-math.log10(ratio))


@pytest.mark.slow
@given(st.integers(1, 1000), st.integers(1, 10**9), st.integers(2, 500))
def test_ratios_of_whole_numbers_are_whole_and_each_is_there_once(first: int, more: int, points: int) -> None:
    values = columns(f"n={first}:{first + more}@{points}:log")["n"]
    assert (values[0], values[-1]) == (first, first + more)
    assert all(value.denominator == 1 for value in values)
    assert values == sorted(set(values))
    assert len(values) <= points


@given(st.fractions() | numbers | st.decimals(-1000, 1000, places=7).map(Fraction))
def test_shown_numbers_are_the_same_numbers(number: Fraction) -> None:
    assert F(shown(number)) == number


@pytest.mark.parametrize(("number", "text"), [(F(21, 20), "1.05"), (F(-1, 8), "-0.125"), (F(1, 3), "1/3"), (F(7), "7")])
def test_numbers_are_shown_as_people_write_them(number: Fraction, text: str) -> None:
    assert shown(number) == text


@pytest.mark.slow
def test_a_million_points_are_read() -> None:
    number = 1_000_000
    read = axis(f"p=0:1@{number}")
    assert MOST_POINTS == len(read) == number
    assert read.floats[-1, 0] == 1
    assert read.rows[1][0] == F(1, number - 1)


# --- what is said of a text that means nothing -----------------------------------------------------------------------

FORM = "must be PATH=lo:hi, lo:hi:step, lo:hi@N, lo:hi@N:log or a list a,b,c"
NUMBER = "must be a number such as 1/3, 0.2 or 2"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", f'axis {FORM}, got ""'),
        ("p", f'axis p {FORM}, got "p"'),
        ("=0:1", f'axis {FORM}, got "=0:1"'),
        ("p=", f'axis p {FORM}, got "nothing"'),
        ("p=0:1:2:3", f'axis p {FORM}, got "0:1:2:3"'),
        ("p=0:1:2@3", f'axis p {FORM}, got "0:1:2@3"'),
        ("p=1@3", f'axis p {FORM}, got "1@3"'),
        ("p=0:1+q", f'axis q {FORM}, got "p=0:1+q"'),
        ("p q=0:1", 'path must be names joined by dots, such as training.modification.A, got "p q"'),
        ("p..A=0:1", 'path must be names joined by dots, such as training.modification.A, got "p..A"'),
        ("p=0:x", f'axis p {NUMBER}, got "x"'),
        ("p=0:", f'axis p {NUMBER}, got "nothing"'),
        ("p=:", f'axis p {NUMBER}, got "nothing"'),
        ("p=a,b", f'axis p {NUMBER}, got "a"'),
        ("p=0,,1", f'axis p {NUMBER}, got "nothing"'),
        ("p=0:1@", f'axis p {NUMBER}, got "nothing"'),
        ("p=0:1@2@3", f'axis p {NUMBER}, got "2@3"'),
        ("p=0:1/0", "axis p must not divide by zero, got 1/0"),
        ("p=0:nan", 'axis p must be finite, got "nan"'),
        ("p=0:1e999", "axis p must be 0 or between 1e-150 and 1e150 in size, got 1e999"),
        ("p=1:0", 'axis p must run from the smaller number to the larger one, got "1:0"'),
        ("p=1:0+q=0:1", 'axis p must run from the smaller number to the larger one, got "1:0"'),
        ("n=7:3", 'axis n must run from the smaller number to the larger one, got "7:3"'),
        ("p=1/2:0.5", 'axis p must have an end that differs from its start, got "0.5:0.5"'),
        ("p=0:1@2+q=1:1", 'axis q must have an end that differs from its start, got "1:1"'),
        ("p=0:1:0", 'axis p must have a step other than 0, got "0:1:0"'),
        ("p=0:1:-0.5", 'axis p must have a step that leads from its start to its end, got "0:1:-0.5"'),
        ("p=0:1@3+q=1:0:1/2", 'axis q must have a step that leads from its start to its end, got "1:0:0.5"'),
        ("p=0:1:2", 'axis p must have a step no longer than itself, got "0:1:2"'),
        ("p=0:1@1", "axis p must have a whole number of points, 2 or more, got 1"),
        ("p=0:1@2.5", "axis p must have a whole number of points, 2 or more, got 2.5"),
        ("p=0:1@-3", "axis p must have a whole number of points, 2 or more, got -3"),
        ("p=0:1@1000001", "axis p must have at most 1000000 points, got 1000001"),
        ("p=0:1@1e150", "axis p must have at most 1000000 points, got 1" + "0" * 56 + "..."),
        ("p=0:1:1e-9", "axis p must have at most 1000000 points, got 1000000001"),
        ("n=1:1e9", "axis n must have at most 1000000 points, got 1000000000 (lo:hi@N takes N of them)"),
        ("p=0:1@3:lg", 'axis p must have points spaced linear or log, got "lg" (did you mean log?)'),
        ("p=0:1:log", 'axis p must say how many points it has, as lo:hi@N:log, got "0:1:log"'),
        ("p=0:1@3:log", 'axis p must stay above 0 to have even ratios, got "0:1"'),
        ("p=-2:-1@3:log", 'axis p must stay above 0 to have even ratios, got "-2:-1"'),
        ("n=0.5:2", "axis n must have whole numbers only, got 0.5"),
        ("n=1:2.5@2", "axis n must have whole numbers only, got 2.5"),
        ("n=1:4:1/2", "axis n must have whole numbers only, got 0.5"),
        ("n=1,3/2,2", "axis n must have whole numbers only, got 1.5"),
        ("p+n=0:1:1/3", "axis p+n must have whole numbers only, got 1/3"),
        ("p=1", "axis p must have at least two values, got 1 (--set sets one)"),
        ("p=0,0,1", 'axis p must have every value once, got "0 after 0"'),
        ("n=1,1,2", 'axis n must have every value once, got "1 after 1"'),
        ("p=0,1/2,0.5", 'axis p must have every value once, got "0.5 after 0.5"'),
        ("p=0,1,1/2", 'axis p must have values that rise, got "0.5 after 1"'),
        ("n=1:3@9+p=0:1", 'axis n+p must have every value once, got "1 after 1"'),
        ("p=0:1@3+q=0:1@4", 'axis p+q must have as many values for each path, got "3 and 4"'),
        ("p=0:1@3+q=0:1+r=0:1@4", 'axis p+q+r must have as many values for each path, got "3 and 4"'),
        ("p=0,1+q=1,2,3", 'axis p+q must have as many values for each path, got "2 and 3"'),
        ("n=1:3+n2=1:4", 'axis n+n2 must have as many values for each path, got "3 and 4"'),
        ("p=0:1+p=1:0", 'axis p+p must have every path once, got "p"'),
        ("p+q+p=0:1", 'axis p+q+p must have every path once, got "p"'),
        (
            "p=1:1.00000000000000000001@3",
            "axis p must have values that floating-point numbers tell apart, got 200000000000000000001/200000000000000000000",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_line(text: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        axis(text)
    (problem,) = caught.value.problems
    assert problem.sentence() == sentence


@pytest.mark.parametrize("text", ["unknown=0:1", "p+unknown=0:1", "p=0:1+unknown=1:0", "n+unknown=1:2"])
def test_what_is_known_of_each_path_is_asked(text: str) -> None:
    with pytest.raises(InputError):
        axis(text)


@given(st.text("pn=:,@+-0123456789./elog ", max_size=20))
def test_any_text_is_an_axis_or_refused(text: str) -> None:
    read: Axis | None = None
    with contextlib.suppress(InputError):
        read = axis(f"p={text}")
    if read is not None:
        firsts = [row[0] for row in read.rows]
        assert len(firsts) >= 2
        assert firsts == sorted(set(firsts))
