"""Simple numbers first: the size of a fraction, and the values of a domain in the order of their size.

The size of `a/b` in lowest terms is `|a| + b`: 0 comes first, then 1 and -1, then 1/2, 2, ... In an open interval there
is one simplest fraction (smallest numerator and smallest denominator of all, Stern 1858, Brocot 1861); what is
left of it and right of it are open intervals again, which have theirs. A queue of intervals by the size of their
simplest fraction therefore yields every fraction of the interval once, in the order of size, without searching.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import islice

from deceptive_sim.claims.claim import Case, Variable
from deceptive_sim.claims.domains import Domain

Order = tuple[int, int, tuple[Fraction, ...]]
"""By which cases are compared: whole numbers first, then the size of fractions, then the values themselves."""


def size(number: Fraction) -> int:
    """`|a| + b` of the fraction `a/b` in lowest terms."""
    return abs(number.numerator) + number.denominator


def weight(number: Fraction, domain: Domain) -> int:
    """How much a value counts in its domain: of whole numbers the number itself, of fractions their size."""
    return abs(int(number)) if domain.whole else size(number)


def order(case: Case, variables: tuple[Variable, ...]) -> Order:
    """Where a case stands among all cases: the smallest counterexample is the least in this order."""
    whole = sum(weight(case[one.name], one.domain) for one in variables if one.domain.whole)
    sizes = sum(weight(case[one.name], one.domain) for one in variables if not one.domain.whole)
    return whole, sizes, tuple(case[one.name] for one in variables)


def simplest_between(low: Fraction | None, high: Fraction | None) -> Fraction:
    """The simplest fraction strictly between two numbers; None for an end that lies at infinity."""
    if (low is None or low < 0) and (high is None or high > 0):
        return Fraction(0)
    if low is None or low < 0:
        return -_simplest_positive(-high if high else Fraction(0), None if low is None else -low)
    return _simplest_positive(low, high)


def _simplest_positive(low: Fraction, high: Fraction | None) -> Fraction:
    """By continued fractions: the least whole number in between, or the common whole part and the rest turned over."""
    parts: list[int] = []
    while True:
        whole = math.floor(low)
        if high is None or whole + 1 < high:
            found = Fraction(whole + 1)
            break
        parts.append(whole)
        low, high = 1 / (high - whole), None if low == whole else 1 / (low - whole)
    for whole in reversed(parts):
        found = whole + 1 / found
    return found


def values_of(domain: Domain) -> Iterator[Fraction]:
    """All values of a domain in the order of their weight, smaller ones first among equals; may go on for ever."""
    if domain.values is not None:
        yield from sorted(domain.values, key=lambda number: (weight(number, domain), number))
    elif domain.whole:
        yield from _whole_numbers(domain)
    else:
        yield from _fractions(domain)


@lru_cache(maxsize=1024)
def simplest(domain: Domain, count: int) -> tuple[Fraction, ...]:
    """The first values of a domain in the order of their weight, as many as there are up to a count."""
    return tuple(islice(values_of(domain), count))


def _whole_numbers(domain: Domain) -> Iterator[Fraction]:
    low, high = whole_ends(domain)
    nearest = max(0, -high if high is not None else 0, low if low is not None else 0)
    furthest = None if low is None or high is None else max(abs(low), abs(high))
    distance = nearest
    while furthest is None or distance <= furthest:
        for number in sorted({-distance, distance}):
            if Fraction(number) in domain:
                yield Fraction(number)
        distance += 1


def whole_ends(domain: Domain) -> tuple[int | None, int | None]:
    """The least and the greatest whole number of an interval, None where it has none."""
    low = high = None
    if domain.low is not None:
        low = math.floor(domain.low) + 1 if domain.low_open else math.ceil(domain.low)
    if domain.high is not None:
        high = math.ceil(domain.high) - 1 if domain.high_open else math.floor(domain.high)
    return low, high


def _fractions(domain: Domain) -> Iterator[Fraction]:
    queue: list[tuple[int, Fraction, tuple[Fraction | None, Fraction | None] | None]] = []
    ends = ((domain.low, domain.low_open), (domain.high, domain.high_open))
    for end in {end for end, left_out in ends if end is not None and not left_out}:
        if end in domain:
            heapq.heappush(queue, (size(end), end, None))
    _push(queue, domain.low, domain.high)
    while queue:
        _, number, interval = heapq.heappop(queue)
        yield number
        if interval is not None:
            _push(queue, interval[0], number)
            _push(queue, number, interval[1])


def _push(
    queue: list[tuple[int, Fraction, tuple[Fraction | None, Fraction | None] | None]],
    low: Fraction | None,
    high: Fraction | None,
) -> None:
    if low is None or high is None or low < high:
        number = simplest_between(low, high)
        heapq.heappush(queue, (size(number), number, (low, high)))


def count_of(domain: Domain) -> int | None:
    """How many values a domain has, None if there is no end of them."""
    if domain.values is not None:
        return len(domain.values)
    if domain.whole:
        low, high = whole_ends(domain)
        return None if low is None or high is None else max(0, high - low + 1)
    if domain.low is not None and domain.low == domain.high:
        return 1
    return None
