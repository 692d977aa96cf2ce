"""Simple values in order, held against lists of all small fractions."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice

import pytest
from adapters import quick
from hypothesis import given
from hypothesis import strategies as st

from deceptive_sim.claims.claim import Variable
from deceptive_sim.claims.domains import Domain
from deceptive_sim.claims.simple import count_of, order, simplest_between, size, values_of

SMALL = sorted({Fraction(a, b) for b in range(1, 13) for a in range(-30, 31)})


def within(number: Fraction, domain: Domain) -> bool:
    """Plainly whether an interval holds a number."""
    if domain.whole and number != int(number):
        return False
    if domain.low is not None and (number < domain.low or (domain.low_open and number == domain.low)):
        return False
    return not (domain.high is not None and (number > domain.high or (domain.high_open and number == domain.high)))


@st.composite
def intervals(draw: st.DrawFn) -> Domain:
    """Intervals with small ends, some open, some without end, some of a single point."""
    low, high = sorted(draw(st.lists(st.sampled_from(SMALL), min_size=2, max_size=2)))
    no_low, no_high = draw(st.booleans()), draw(st.booleans())
    return Domain(
        low=None if no_low else low,
        high=None if no_high else high,
        low_open=not no_low and draw(st.booleans()),
        high_open=not no_high and draw(st.booleans()),
        whole=draw(st.booleans()),
    )


@pytest.mark.slow
@given(intervals())
@quick(200)
def test_values_come_in_order_once_and_none_is_left_out(domain: Domain) -> None:
    found = list(islice(values_of(domain), 60))
    weighed = [(abs(int(x)) if domain.whole else abs(x.numerator) + x.denominator, x) for x in found]
    assert weighed == sorted(set(weighed))
    assert all(within(x, domain) and x in domain for x in found)
    largest = weighed[-1][0] if len(found) == 60 else 10**9
    for x in SMALL:
        if within(x, domain) and (abs(x) if domain.whole else abs(x.numerator) + x.denominator) < largest:
            assert x in found


@given(st.sampled_from(SMALL), st.sampled_from(SMALL))
@quick(200)
def test_the_simplest_fraction_in_between(one: Fraction, other: Fraction) -> None:
    low, high = sorted((one, other))
    if low == high:
        return
    found = simplest_between(low, high)
    assert low < found < high
    for b in range(1, found.denominator + 1):
        for a in range(-abs(found.numerator), abs(found.numerator) + 1):
            if size(Fraction(a, b)) < size(found):
                assert not low < Fraction(a, b) < high


def test_a_narrow_interval_is_not_searched() -> None:
    narrow = Domain(low=Fraction("0.700000000000001"), high=Fraction("0.700000000000002"))
    first = next(values_of(narrow))
    assert first in narrow
    assert size(first) < size(Fraction("0.700000000000001"))


@pytest.mark.parametrize(
    ("domain", "count"),
    [
        (Domain(values=(Fraction(1, 2), Fraction(2))), 2),
        (Domain(low=Fraction(1), high=Fraction(6), whole=True), 6),
        (Domain(low=Fraction(0), high=Fraction(3), low_open=True, high_open=True, whole=True), 2),
        (Domain(low=Fraction(1, 2), high=Fraction(5, 2), whole=True), 2),
        (Domain(low=Fraction(0), high=Fraction(1)), None),
        (Domain(low=Fraction(1), whole=True), None),
        (Domain(low=Fraction(1, 3), high=Fraction(1, 3)), 1),
    ],
)
def test_how_many_values(domain: Domain, count: int | None) -> None:
    assert count_of(domain) == count
    if count is not None:
        assert len(list(values_of(domain))) == count


def test_cases_are_ordered_by_whole_numbers_then_sizes_then_values() -> None:
    variables = (
        Variable(name="p", path=None, domain=Domain(low=Fraction(0), high=Fraction(1))),
        Variable(name="n", path=None, domain=Domain(low=Fraction(1), whole=True)),
    )
    cases = [
        {"n": Fraction(n), "p": p} for n in (2, 1) for p in (Fraction(2, 3), Fraction(1), Fraction(1, 3), Fraction(0))
    ]
    ordered = sorted(cases, key=lambda case: order(case, variables))
    assert [(int(case["n"]), str(case["p"])) for case in ordered] == [
        (1, "0"), (1, "1"), (1, "1/3"), (1, "2/3"), (2, "0"), (2, "1"), (2, "1/3"), (2, "2/3"),
    ]  # fmt: skip
