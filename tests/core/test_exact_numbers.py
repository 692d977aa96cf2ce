"""Numbers are what is written: fractions and decimals exactly, nothing else, in bounds that no input can stall."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deceptive_sim.core.exact import (
    MAX_EPISODES,
    NotANumber,
    count,
    discount_factor,
    exact,
    probability,
    readable,
    text_of,
    to_float,
)

F = Fraction
NO_NUMBER = "must be a number such as 1/3, 0.2 or 2"
SIZE = "must be 0 or between 1e-150 and 1e150 in size"


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("0.2", F(1, 5)),
        ("1/3", F(1, 3)),
        (" 1 / 3 ", F(1, 3)),
        ("-7/3", F(-7, 3)),
        ("1e-3", F(1, 1000)),
        ("1E3", F(1000)),
        ("+2", F(2)),
        (".5", F(1, 2)),
        ("2.", F(2)),
        ("007", F(7)),
        ("0", F(0)),
        ("-0", F(0)),
        ("1e150", F(10) ** 150),
        ("1e-150", F(1, 10**150)),
        (3, F(3)),
        (0.2, F(1, 5)),
        (0.1 + 0.2, F("0.30000000000000004")),
        (Decimal("0.2"), F(1, 5)),
        (F(2, 3), F(2, 3)),
        (np.float64(0.2), F(1, 5)),
        (np.int64(7), F(7)),
    ],
)
def test_a_number_is_exactly_what_is_written(value: object, number: Fraction) -> None:
    assert exact(value) == number


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("", NO_NUMBER),
        ("ten", NO_NUMBER),
        ("0x10", NO_NUMBER),
        ("1_000", NO_NUMBER),
        ("1:30", NO_NUMBER),
        ("1,5", NO_NUMBER),
        ("1/2/3", NO_NUMBER),
        ("0.5/2", NO_NUMBER),
        ("٣", NO_NUMBER),
        ("½", NO_NUMBER),
        (True, NO_NUMBER),
        (None, NO_NUMBER),
        ([1], NO_NUMBER),
        (1j, NO_NUMBER),
        ("1/0", "must not divide by zero"),
        (".nan", "must be finite"),
        ("-.inf", "must be finite"),
        ("Infinity", "must be finite"),
        (math.nan, "must be finite"),
        (-math.inf, "must be finite"),
        (Decimal("NaN"), "must be finite"),
        ("1e151", SIZE),
        ("-1e151", SIZE),
        ("1e-151", SIZE),
        ("1e400", SIZE),
        ("1e99999999999", SIZE),
        (5e-324, SIZE),
        (10**151, SIZE),
        (F(1, 10**151), SIZE),
        (Decimal("1e200"), SIZE),
        ("9" * 81, "must be a number of at most 80 characters"),
        ("1/" + "9" * 100_000, "must be a number of at most 80 characters"),
    ],
)
def test_what_is_no_number_is_refused_with_its_rule(value: object, rule: str) -> None:
    with pytest.raises(NotANumber) as caught:
        exact(value)
    assert str(caught.value) == rule


@given(st.fractions(max_denominator=10**30))
def test_fractions_are_read_back_from_their_text(number: Fraction) -> None:
    assert exact(text_of(number)) == number


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30, places=20))
def test_decimals_are_read_to_the_last_digit(number: Decimal) -> None:
    assert exact(str(number)) == Fraction(number)


@given(st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: x == 0 or 1e-150 <= abs(x) <= 1e150))
def test_floats_come_back_from_their_exact_number(number: float) -> None:
    assert to_float(exact(number)) == number


@given(st.integers(-(2**63), 2**63 - 1))
def test_integers_of_numpy_become_integers_that_do_not_overflow(number: int) -> None:
    read = exact(np.int64(number))
    assert type(read.numerator) is int
    assert read * 10**6 == number * 10**6


@pytest.mark.parametrize(("reader", "what"), [(probability, "probability"), (discount_factor, "discount")])
def test_probabilities_and_discounts_keep_to_their_interval(reader: object, what: str) -> None:
    assert [reader(v) for v in ("0", "1", "1/3")] == [0, 1, F(1, 3)]  # type: ignore[operator]
    for wrong in ("-1e-9", "1.0001", "2", -1):
        with pytest.raises(NotANumber, match=rf"^must be a {what} in \[0, 1\]$"):
            reader(wrong)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("x", "must be a whole number such as 3"),
        (True, "must be a whole number such as 3"),
        ("1/2", "must be a whole number, 0 or more"),
        ("-1", "must be a whole number, 0 or more"),
        ("1e13", "must be at most 1000000000000"),
        (".inf", "must be finite"),
    ],
)
def test_a_count_that_is_none_is_refused_with_its_rule(value: object, rule: str) -> None:
    with pytest.raises(NotANumber) as caught:
        count(value)
    assert str(caught.value) == rule


def test_counts_are_whole_however_they_are_written() -> None:
    assert [count(v) for v in ("3", "3.0", "6/2", "3e2", 0)] == [3, 3, 3, 300, 0]
    assert count("1e12") == MAX_EPISODES
    assert type(count("3.0")) is int


@pytest.mark.parametrize(
    ("number", "text", "short"),
    [
        (F(3, 2), "3/2", "3/2"),
        (3, "3", "3"),
        (F(-1, 3), "-1/3", "-1/3"),
        (F(1, 1000), "1/1000", "0.001"),
        (F(1_000_001), "1000001", "1e+06"),
        (0.30000000000000004, "0.3", "0.3"),
        (2.5, "2.5", "2.5"),
    ],
)
def test_numbers_as_text_in_full_and_for_people(number: Fraction | float, text: str, short: str) -> None:
    assert (text_of(number), readable(number)) == (text, short)


@pytest.mark.parametrize("number", [10**20_000 + 7, -(10**9_999), F(10**15_000 + 1, 3**9_000)], ids=["1", "2", "3"])
def test_numbers_of_any_length_print_every_digit(number: int | Fraction) -> None:
    ratio = F(number)
    parts = text_of(number).split("/")
    assert [_integer(part) for part in parts] == [ratio.numerator, ratio.denominator][: len(parts)]


def _integer(digits: str) -> int:
    """An integer of more digits than Python reads by default."""
    sign, digits = (-1, digits[1:]) if digits[0] == "-" else (1, digits)
    total = 0
    for start in range(0, len(digits), 1000):
        chunk = digits[start : start + 1000]
        total = total * 10 ** len(chunk) + int(chunk)
    return sign * total


@pytest.mark.parametrize(
    ("number", "value"), [(F(10) ** 400, math.inf), (-(F(10) ** 400), -math.inf), (10**400, math.inf)]
)
def test_numbers_beyond_floats_become_infinite_instead_of_raising(number: Fraction | int, value: float) -> None:
    assert to_float(number) == value
    assert readable(number) in {"inf", "-inf"}
