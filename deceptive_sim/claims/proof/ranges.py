"""Where quantities lie: domains of variables as comparisons, intervals of payoffs, and points to try."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

from deceptive_sim.claims.bound import BoundClaim
from deceptive_sim.claims.claim import Case, Variable
from deceptive_sim.claims.domains import Domain
from deceptive_sim.claims.proof.boards import Board, Unsupported
from deceptive_sim.claims.proof.casts import Cast, Run
from deceptive_sim.claims.proof.paths import Sign
from deceptive_sim.claims.proof.polynomials import Polynomial, Quantity

Interval: TypeAlias = tuple[Fraction | None, Fraction | None]
"""Least and greatest value, None where there is none."""

SIMPLE = sorted({Fraction(a, b) for b in (1, 2, 3, 4, 5, 7, 10) for a in range(b + 1)})
"""Fractions from 0 to 1 that points are made of."""

MOST_COMBINATIONS = 20_000
"""How many combinations of known values are gone through."""


def signs_of(name: str, domain: Domain) -> Iterator[Sign]:
    """A domain of numbers as comparisons of the variable with 0."""
    variable = Polynomial.variable(name)
    if domain.low is not None:
        yield Sign(variable - domain.low, domain.low_open)
    if domain.high is not None:
        yield Sign(domain.high - variable, domain.high_open)


def rules_of(variables: Sequence[Variable], casts: Iterable[Cast]) -> tuple[Sign, ...]:
    """What holds throughout: domains of variables, and the rules of all games, each once."""
    domains = [sign for variable in variables for sign in signs_of(variable.name, variable.domain)]
    games = [quantity for cast in casts for run in cast.runs for quantity in run.board.sound()]
    rules = dict.fromkeys(quantity for quantity in games if isinstance(quantity, Polynomial))
    return (*domains, *(Sign(quantity, False) for quantity in rules))


def combinations(variables: Sequence[Variable]) -> list[dict[str, Fraction]]:
    """All values of variables that are gone through one by one, small ones first.

    Raises
    ------
    Unsupported
        If there are endless or too many of them.
    """
    columns = []
    for variable in variables:
        if not variable.domain.bounded:
            raise Unsupported(f"{variable.name} has no end: only induction can prove it for all of them")
        columns.append(_values(variable.domain))
    size = 1
    for column in columns:
        size *= len(column)
    if size > MOST_COMBINATIONS:
        raise Unsupported(
            f"there are {size} combinations of known values, at most {MOST_COMBINATIONS} are gone through"
        )
    names = [variable.name for variable in variables]
    found = [dict(zip(names, values, strict=True)) for values in itertools.product(*columns)]
    return sorted(found, key=lambda known: (sum(known.values()), tuple(known.values())))


def _values(domain: Domain) -> list[Fraction]:
    if domain.values is not None:
        return list(domain.values)
    assert domain.low is not None
    assert domain.high is not None
    first, last = -(-domain.low // 1), domain.high // 1
    every = (Fraction(number) for number in range(int(first), int(last) + 1))
    return [number for number in every if number in domain]


def points(variables: Sequence[Variable], count: int) -> list[Case]:
    """Points in the domains of some variables, always the same ones: simple fractions first, then finer ones."""
    chooser = random.Random(0)
    columns = {variable.name: variable.domain for variable in variables}
    found: list[Case] = [{name: _inner(domain) for name, domain in columns.items()}]
    for index in range(count - 1):
        fine = index % 2 == 1
        found.append({name: _some(domain, chooser, fine=fine) for name, domain in columns.items()})
    return found


def _inner(domain: Domain) -> Fraction:
    if domain.low is not None and domain.high is not None:
        return (domain.low + domain.high) / 2
    if domain.low is not None:
        return domain.low + 1
    return domain.high - 1 if domain.high is not None else Fraction(1)


def _some(domain: Domain, chooser: random.Random, *, fine: bool) -> Fraction:
    share = Fraction(chooser.randrange(1, 997), 997) if fine else chooser.choice(SIMPLE)
    if domain.low is not None and domain.high is not None:
        number = domain.low + share * (domain.high - domain.low)
    else:
        size = share * chooser.choice((1, 1, 2, 5, 20))
        away = size if domain.low is not None or (domain.high is None and chooser.random() < 0.5) else -size
        number = (domain.low if domain.low is not None else domain.high or Fraction(0)) + away
    return number if number in domain else _inner(domain)


def interval(quantity: Quantity, ranges: Mapping[str, Interval]) -> Interval:
    """An interval that a quantity lies in."""
    if isinstance(quantity, Fraction):
        return quantity, quantity
    low: Fraction | None = Fraction(0)
    high: Fraction | None = Fraction(0)
    for monomial, factor in quantity.terms.items():
        part: Interval = (factor, factor)
        for name in monomial:
            part = _times(part, ranges.get(name, (None, None)))
        low = None if low is None or part[0] is None else low + part[0]
        high = None if high is None or part[1] is None else high + part[1]
    return low, high


def _times(one: Interval, two: Interval) -> Interval:
    zero = (Fraction(0), Fraction(0))
    if zero in (one, two):
        return zero
    (a, b), (c, d) = one, two
    if a is None or b is None or c is None or d is None:
        both = a is not None and a >= 0 and c is not None and c >= 0
        return (a * c, None) if both and a is not None and c is not None else (None, None)
    corners = [a * c, a * d, b * c, b * d]
    return min(corners), max(corners)


class Spread:
    """Bounds of everything that a run names: no value is beyond what all payoffs left can come to.

    Probabilities sum to at most 1 and discounts are at most 1, so a value with `r` episodes left lies between `r` times
    the least payoff, if that is negative, and `r` times the greatest, if that is positive.
    """

    def __init__(self, run: Run, ranges: Mapping[str, Interval]) -> None:
        self.board = run.board
        self.payoffs = [self._judge(run.board, k, ranges) for k in range(len(run.board.objectives))]

    @staticmethod
    def _judge(board: Board, k: int, ranges: Mapping[str, Interval]) -> Interval:
        parts = [interval(payoff, ranges) for stage in board.stages for payoff in stage.payoffs[k]]
        lows, highs = [part[0] for part in parts], [part[1] for part in parts]
        low = None if None in lows else min([Fraction(0), *(one for one in lows if one is not None)])
        high = None if None in highs else max([Fraction(0), *(one for one in highs if one is not None)])
        return low, high

    def of(self, key: str, left: int | None) -> Interval:
        """Bounds of a quantity of a position with so many episodes left; None for any number of them."""
        kind, *rest = key.split()
        if kind in ("V", "X"):
            return self._values(int(rest[-1]), left)
        if kind in ("clean", "marked"):
            return self._values(self.board.own, left)
        if kind == "unmodified":
            return Fraction(0), Fraction(1)
        if kind == "D":
            return Fraction(0), None if left is None else Fraction(left)
        return None, None

    def _values(self, k: int, left: int | None) -> Interval:
        low, high = self.payoffs[k]
        return _repeated(low, left), _repeated(high, left)


def _repeated(bound: Fraction | None, times: int | None) -> Fraction | None:
    if bound is None or bound == 0:
        return bound
    return None if times is None else bound * times


def ranges_of(claim: BoundClaim) -> dict[str, Interval]:
    """The interval of every variable of a claim."""
    found: dict[str, Interval] = {}
    for variable in claim.claim.variables:
        domain = variable.domain
        found[variable.name] = (
            (domain.low, domain.high) if domain.values is None else (min(domain.values), max(domain.values))
        )
    return found
