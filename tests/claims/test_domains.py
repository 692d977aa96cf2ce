"""Domains as people write them, against membership that is worked out from the words here; and mistakes in them."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from deceptive_sim.claims.domains import Domain, describe, parse_domain
from deceptive_sim.core.errors import InputError

F = Fraction
POINTS = [F(k, 12) for k in range(-40, 100)]

# text, truth about a number, the same as it is described, described of whole numbers (None: nothing in it)
RANGES: list[Any] = [
    ("1 to 6", lambda x: 1 <= x <= 6, "1 to 6", "1 to 6"),
    ("1..6", lambda x: 1 <= x <= 6, "1 to 6", "1 to 6"),
    (" 1  ..  6 ", lambda x: 1 <= x <= 6, "1 to 6", "1 to 6"),
    ("0:1", lambda x: 0 <= x <= 1, "0 to 1", "0 to 1"),
    ("from 0 to 1", lambda x: 0 <= x <= 1, "0 to 1", "0 to 1"),
    ("from 0 up to 1", lambda x: 0 <= x <= 1, "0 to 1", "0 to 1"),
    ("over 0 up to 1", lambda x: 0 < x <= 1, "over 0 up to 1", "1"),
    ("over 0 to 1", lambda x: 0 < x <= 1, "over 0 up to 1", "1"),
    ("(0, 1]", lambda x: 0 < x <= 1, "over 0 up to 1", "1"),
    ("(0,1)", lambda x: 0 < x < 1, "over 0 below 1", None),
    ("over 0 below 1", lambda x: 0 < x < 1, "over 0 below 1", None),
    ("[ 0 , 1 )", lambda x: 0 <= x < 1, "from 0 below 1", "0"),
    ("from 0 below 1", lambda x: 0 <= x < 1, "from 0 below 1", "0"),
    ("over 0", lambda x: x > 0, "over 0", "from 1"),
    ("from 1", lambda x: x >= 1, "from 1", "from 1"),
    ("from 1/2", lambda x: x >= F(1, 2), "from 1/2", "from 1"),
    ("below 1", lambda x: x < 1, "below 1", "up to 0"),
    ("up to 1", lambda x: x <= 1, "up to 1", "up to 1"),
    ("up to 2.5", lambda x: x <= F(5, 2), "up to 5/2", "up to 2"),
    ("any number", lambda x: True, "any number", "any whole number"),
    ("any whole number", lambda x: True, "any number", "any whole number"),
    ("-1.5 to 1e0", lambda x: F(-3, 2) <= x <= 1, "-3/2 to 1", "-1 to 1"),
    ("1/3 .. 2/3", lambda x: F(1, 3) <= x <= F(2, 3), "1/3 to 2/3", None),
    ("3 to 3", lambda x: x == 3, "3", "3"),
    ("3", lambda x: x == 3, "3", "3"),
    ("2, 1,2", lambda x: x in (1, 2), "1, 2", "1, 2"),
    ("0:2:1/2", lambda x: x in (0, F(1, 2), 1, F(3, 2), 2), "0, 1/2, 1, 3/2, 2", "whole"),
    ("1:6:2", lambda x: x in (1, 3, 5), "1, 3, 5", "1, 3, 5"),
    ("0:1@5", lambda x: x in (0, F(1, 4), F(1, 2), F(3, 4), 1), "0, 1/4, 1/2, 3/4, 1", "0, 1"),
]


@pytest.mark.parametrize(("text", "inside", "described", "described_whole"), RANGES, ids=[row[0] for row in RANGES])
def test_ranges_hold_the_numbers_that_their_words_say(
    text: str, inside: Any, described: str, described_whole: str | None
) -> None:
    domain = parse_domain(text, "p")
    assert [x for x in POINTS if x in domain] == [x for x in POINTS if inside(x)]
    assert describe(domain) == described
    assert parse_domain(described, "p") == domain
    if described_whole is None:
        with pytest.raises(InputError, match="must have a whole number between its ends"):
            parse_domain(text, "p", whole=True)
    elif described_whole == "whole":
        with pytest.raises(InputError, match="must have whole numbers, got 1/2"):
            parse_domain(text, "p", whole=True)
    else:
        counts = parse_domain(text, "p", whole=True)
        assert counts.whole
        assert describe(counts) == described_whole
        assert parse_domain(described_whole, "p", whole=True) == counts
        if "@" not in text:
            assert [x for x in POINTS if x in counts] == [x for x in POINTS if inside(x) and x.denominator == 1]


def test_numbers_and_lists_are_exact() -> None:
    assert parse_domain(0.2, "p").values == (F(1, 5),)
    assert parse_domain(Decimal("0.1"), "p").values == (F(1, 10),)  # type: ignore[arg-type]
    assert parse_domain([3, "1/3", 0.1, "1/3"], "p").values == (F(1, 10), F(1, 3), 3)
    assert parse_domain((1, 2), "n", whole=True) == Domain(values=(F(1), F(2)), whole=True)


def test_many_values_are_described_in_short() -> None:
    domain = parse_domain("0:1@101", "p")
    assert describe(domain) == "0, 1/100, 1/50, 3/100, 1/25, 1/20, 3/50, 7/100, 2/25, 9/100, ..., 1 (101 values)"
    assert describe(parse_domain(list(range(12)), "p")) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11"


@pytest.mark.parametrize(("bounded", "text"), [(True, "1 to 2"), (True, "1"), (False, "from 1"), (False, "below 1")])
def test_a_range_is_bounded_if_it_ends_on_both_sides(bounded: bool, text: str) -> None:
    assert parse_domain(text, "p").bounded is bounded


MISTAKES = [
    ("", 'must say where it ranges, in at most 4000 characters, got "nothing"'),
    ("x" * 5_000, "must say where it ranges, in at most 4000 characters"),
    ("x", 'must say where it ranges, got "x" (such as 1 to 6'),
    ("frm 1", 'must say where it ranges, got "frm 1" (did you mean from?)'),
    ("1 upto 2", 'must say where it ranges, got "1 upto 2" (did you mean up?)'),
    ("1 to", 'must say where it ranges, got "1 to"'),
    ("from 1 from 2", "must say where it ranges"),
    ("0 < p <= 1", "must say in words where it ranges"),
    (">= 1", "must say in words where it ranges"),
    ("above 0", 'cannot say above, got "above 0" (write over)'),
    ("at least 3", 'cannot say least, got "at least 3" (write from)'),
    ("at most 3", "cannot say most"),
    ("under 3", "cannot say under"),
    ("between 0 and 1", "cannot say between"),
    (
        "1 to infinity",
        'ranges over numbers, each of which must be finite, got "infinity" (write from 1 for no end above)',
    ),
    ("[0, 1]", 'could be a range or two values, got "[0, 1]" (write 0 to 1, or 0, 1)'),
    ("6 to 1", 'must range from the lower number to the higher, got "6 and 1"'),
    ("6:1:1", "must range from the lower number to the higher"),
    ("over 1 below 1", 'must leave some number between its ends, got "1 and 1"'),
    ("(1, 1]", "must leave some number between its ends"),
    ("0:1:0", "must have a step above 0"),
    ("0:1:-1", "must have a step above 0"),
    ("0:1@1", "must have a whole number of values, 2 or more, got 1"),
    ("0:1@2.5", "must have a whole number of values, 2 or more, got 2.5"),
    ("0:1@99999", "must have at most 10000 values, got 99999"),
    ("0:1:1e-9", "must have at most 10000 values, got 1000000001"),
    ("a:b", 'ranges over numbers, each of which must be a number such as 1/3, 0.2 or 2, got "a"'),
    ("0:1:x", "ranges over numbers"),
    ("1e400", "ranges over numbers, each of which must be 0 or between 1e-150 and 1e150 in size, got 1e400"),
    ("1,,2", "ranges over numbers"),
    ("1/0", "ranges over numbers, each of which must not divide by zero"),
    ([], "must have at least one value, got an empty list"),
    (["x"], "ranges over numbers"),
    ([[1]], "ranges over numbers"),
    ([1] * 10_001, "must have at most 10000 values, got 10001"),
    (True, "ranges over numbers, each of which must be a number such as 1/3, 0.2 or 2, got true"),
    (None, 'ranges over numbers, each of which must be a number such as 1/3, 0.2 or 2, got "nothing"'),
    (float("nan"), "ranges over numbers, each of which must be finite"),
    ({"from": 1}, "ranges over numbers, each of which must be a number such as 1/3, 0.2 or 2, got a mapping of 1"),
    ("0:1:2:3", "ranges over numbers"),
    ("0\u20071", "ranges over numbers"),
]


@pytest.mark.parametrize(("value", "message"), MISTAKES, ids=[repr(value)[:30] for value, _ in MISTAKES])
def test_mistakes_in_ranges_are_named(value: Any, message: str) -> None:
    for whole in (False, True):
        with pytest.raises(InputError) as caught:
            parse_domain(value, "claims.a.given.p", whole=whole)
        assert str(caught.value).startswith(f"claims.a.given.p {message}")


def test_counts_must_be_whole() -> None:
    for value in ("1/2", [1, 0.5], "1:2:1/2"):
        with pytest.raises(InputError, match="must have whole numbers, got"):
            parse_domain(value, "n", whole=True)  # type: ignore[arg-type]
