"""The cases that are looked at first: corners, and a grid of simple values.

*Corners*: every variable at an end of its domain (near the end where the end itself is left out). *Grid*: simple values
of every variable, cases with few and simple numbers first. What is tried depends on the claim alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice, product

from deceptive_sim.claims.bound import BoundClaim
from deceptive_sim.claims.claim import Case
from deceptive_sim.claims.domains import Domain
from deceptive_sim.claims.simple import values_of, whole_ends

MOST_CORNERS = 64
MOST_GRID = 100

LONGEST = 8
"""Whole numbers beyond this are left to the search: games grow with them."""

SIMPLE = 6
"""How many simple values of a variable the grid takes, ends not counted."""

NEAR = Fraction(1, 1000)
"""How near to an end that is left out a corner lies, as a share of the interval (or of 1)."""


def corner_and_grid_cases(claim: BoundClaim, most: int = MOST_GRID) -> Iterator[Case]:
    """Corners and grid, at most so many of each, in an order that depends on the claim alone; each case once."""
    variables = claim.claim.variables
    corners = islice(product(*(ends_of(one.domain) for one in variables)), min(most, MOST_CORNERS))
    grid = islice(_simplest_first([grid_values(one.domain) for one in variables]), min(most, MOST_GRID))
    seen = set()
    for values in (*corners, *grid):
        if values not in seen:
            seen.add(values)
            yield dict(zip((one.name for one in variables), values, strict=True))


def ends_of(domain: Domain) -> list[Fraction]:
    """The ends of a domain, or values near them; one value where it has but one."""
    if domain.values is not None:
        return sorted({domain.values[0], domain.values[-1]})
    if domain.whole:
        low, high = whole_ends(domain)
        first = next(values_of(domain), None)
        if first is None:
            return []
        last = first + 3 if high is None else Fraction(min(high, max(int(first), LONGEST)))
        return sorted({first if low is None else Fraction(low), last})
    return sorted(set(_real_ends(domain)))


def _real_ends(domain: Domain) -> Iterator[Fraction]:
    low, high = domain.low, domain.high
    step = NEAR * (high - low if low is not None and high is not None else 1)
    far = Fraction(10)
    if low is not None:
        yield low + step if domain.low_open else low
    else:
        yield min(-far, high - far if high is not None else -far)
    if high is not None:
        yield high - step if domain.high_open else high
    else:
        yield max(far, low + far if low is not None else far)


def grid_values(domain: Domain) -> list[Fraction]:
    """A few values of a domain, simplest first, then its ends."""
    if domain.values is not None:
        return list(domain.values) if len(domain.values) <= SIMPLE + 2 else [*domain.values[:SIMPLE], *ends_of(domain)]
    simple = list(islice(values_of(domain), SIMPLE))
    if domain.whole:
        simple = [value for value in simple if abs(value) <= LONGEST] or simple[:1]
    return list(dict.fromkeys([*simple, *ends_of(domain)]))


def _simplest_first(lists: Sequence[Sequence[Fraction]]) -> Iterator[tuple[Fraction, ...]]:
    """All combinations, those of early values first: by the sum of the places, then in the order of the lists."""
    if not all(lists):
        return
    for total in range(sum(len(values) - 1 for values in lists) + 1):
        for places in _places(total, [len(values) for values in lists]):
            yield tuple(values[place] for values, place in zip(lists, places, strict=True))


def _places(total: int, lengths: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Every way to write a number as a sum of places, each below its length."""
    if not lengths:
        if total == 0:
            yield ()
        return
    room = sum(length - 1 for length in lengths[1:])
    for first in range(max(0, total - room), min(total, lengths[0] - 1) + 1):
        for rest in _places(total - first, lengths[1:]):
            yield (first, *rest)
