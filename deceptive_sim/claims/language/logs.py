"""Numbers with logarithms in them, decided exactly.

A `Ratio` is `(a + sum of c_i ln x_i) / (b + sum of d_i ln y_i)` with rational a, b, c_i, d_i and rational x_i, y_i
above 0. Its sign, and whether it is rational, are decidable:

- Write every x_i by factors from a set of integers > 1 that have no common divisors (gcds suffice, nothing is factored
  into primes). Their logarithms are linearly independent over the rationals, by unique factorisation.
- A sum of rational multiples of logarithms is 0 or transcendental (Lindemann 1882), so with a rational added it is 0
  only if both parts are. What is not 0 is told from 0 by enclosures at growing precision.

Sums of ratios with different denominators, products and powers are `Mixed`: of these only enclosures are known, and
where these do not tell, `Undecided` is raised; nothing is ever decided by rounding.
"""

from __future__ import annotations

import contextlib
import decimal
import functools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

FIRST_DIGITS = 30
LAST_DIGITS = 2_000
"""Digits of the enclosures: doubled from the first to the last precision."""

MOST_BITS = 60_000
"""Longest numbers that logarithms are taken of."""

Interval: TypeAlias = tuple[Fraction, Fraction]


class Undecided(Exception):  # noqa: N818 - it is no error of the program
    """It could not be told within bounds of size and precision; the message says what."""


class _Unclear(Exception):  # noqa: N818
    """More digits are needed before anything can be said."""


@dataclass(frozen=True)
class Sum:
    """`rational + sum of coefficient * ln(base)`; coefficients are not 0, bases above 0 and not 1."""

    rational: Fraction
    logs: Mapping[Fraction, Fraction]

    def plus(self, other: Sum, times: Fraction) -> Sum:
        """`self + times * other`."""
        joined = dict(self.logs)
        for base, coefficient in other.logs.items():
            joined[base] = joined.get(base, Fraction(0)) + times * coefficient
        return Sum(self.rational + times * other.rational, {base: c for base, c in joined.items() if c})

    def times(self, factor: Fraction) -> Sum:
        """`factor * self`."""
        return Sum(Fraction(0), {}).plus(self, factor) if factor else Sum(Fraction(0), {})

    def enclosure(self, digits: int) -> Interval:
        """Rationals below and above."""
        low = high = self.rational
        for base, coefficient in self.logs.items():
            ends = [coefficient * end for end in _ln(base, digits)]
            low, high = low + min(ends), high + max(ends)
        return low, high

    @functools.cached_property
    def sign(self) -> int:
        """-1, 0 or 1, exactly."""
        if not self.logs:
            return _sign(self.rational)
        if not self.rational and not any(_coordinates(self)[0][1:]):
            return 0
        return _sign_by(self.enclosure)


@dataclass(frozen=True)
class Ratio:
    """`above / below`, irrational; `below` is not 0."""

    above: Sum
    below: Sum

    def enclosure(self, digits: int) -> Interval:
        """Rationals below and above."""
        return _divided(self.above.enclosure(digits), self.below.enclosure(digits))

    def sign(self) -> int:
        """-1 or 1."""
        return self.above.sign * self.below.sign


@dataclass(frozen=True)
class Mixed:
    """Something of which only enclosures are known."""

    enclosure: Callable[[int], Interval]

    def sign(self) -> int:
        """-1, 0 or 1; `Undecided` if it is too close to 0."""
        return _sign_by(self.enclosure)


Real: TypeAlias = Fraction | Ratio | Mixed


def logarithm(number: Fraction) -> Real:
    """The natural logarithm of a number above 0."""
    if max(number.numerator.bit_length(), number.denominator.bit_length()) > MOST_BITS:
        raise Undecided("a logarithm of a number with too many digits")
    return _ratio(Sum(Fraction(0), {number: Fraction(1)}), _ONE) if number != 1 else Fraction(0)


def sign(number: Real) -> int:
    """-1, 0 or 1."""
    return _sign(number) if isinstance(number, Fraction) else number.sign()


def add(left: Real, right: Real, times: int = 1) -> Real:
    """`left + times * right`, where `times` is 1 or -1."""
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left + times * right
    one, other = _as_ratio(left), _as_ratio(right)
    if one and other:
        if one.below == other.below:
            return _ratio(one.above.plus(other.above, Fraction(times)), one.below)
        if isinstance(right, Fraction):
            return _ratio(one.above.plus(one.below, times * right), one.below)
        if isinstance(left, Fraction):
            return _ratio(other.above.times(Fraction(times)).plus(other.below, left), other.below)

    def enclosure(digits: int) -> Interval:
        (a, b), (c, d) = _enclosed(left, digits), _enclosed(right, digits)
        return (a + c, b + d) if times > 0 else (a - d, b - c)

    return Mixed(enclosure)


def multiply(left: Real, right: Real) -> Real:
    """`left * right`."""
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left * right
    if isinstance(left, Fraction):
        left, right = right, left
    if isinstance(right, Fraction) and not right:
        return Fraction(0)
    if isinstance(left, Ratio):
        if isinstance(right, Fraction):
            return Ratio(left.above.times(right), left.below)
        if isinstance(right, Ratio) and left.below == right.above:
            return _ratio(left.above, right.below)
        if isinstance(right, Ratio) and right.below == left.above:
            return _ratio(right.above, left.below)
    return Mixed(lambda digits: _product(_enclosed(left, digits), _enclosed(right, digits)))


def divide(left: Real, right: Real) -> Real:
    """`left / right`, where `right` is not 0."""
    if isinstance(right, Fraction):
        return multiply(left, 1 / right)
    one, other = _as_ratio(left), _as_ratio(right)
    if one and other:
        if one.below == other.below:
            return _ratio(one.above, other.above)
        return multiply(one if isinstance(left, Ratio) else left, Ratio(other.below, other.above))
    return Mixed(lambda digits: _divided(_enclosed(left, digits), _enclosed(right, digits)))


def floor(number: Real) -> int:
    """The greatest whole number that is not above it."""
    if isinstance(number, Fraction):
        return math.floor(number)
    for low, high in _enclosures(number.enclosure):
        lower, upper = math.floor(low), math.floor(high)
        if lower == upper:
            return lower
        if upper - lower == 1:
            return upper if sign(add(number, Fraction(-upper))) >= 0 else lower
    raise Undecided("a number too large for its digits")


def _as_ratio(number: Real) -> Ratio | None:
    if isinstance(number, Fraction):
        return Ratio(Sum(number, {}), _ONE)
    return number if isinstance(number, Ratio) else None


def _ratio(above: Sum, below: Sum) -> Real:
    """The quotient, as a Fraction if it is one."""
    first, second = _coordinates(above, below)
    place = next(index for index, coordinate in enumerate(second) if coordinate)
    quotient = first[place] / second[place]
    if all(one == quotient * other for one, other in zip(first, second, strict=True)):
        return quotient
    return Ratio(above, below)


def _coordinates(*sums: Sum) -> list[list[Fraction]]:
    """Sums over a common basis: the rational part, then multiples of independent logarithms."""
    bases = {base for each in sums for base in each.logs}
    coprime = _coprime(part for base in bases for part in (base.numerator, base.denominator))
    powers = {base: [_power(base.numerator, f) - _power(base.denominator, f) for f in coprime] for base in bases}
    return [
        [each.rational]
        + [sum((c * powers[base][k] for base, c in each.logs.items()), Fraction(0)) for k in range(len(coprime))]
        for each in sums
    ]


def _coprime(integers: Iterable[int]) -> list[int]:
    """Integers above 1 without common divisors, of which all the given ones are products of powers."""
    found: list[int] = []
    waiting = [integer for integer in integers if integer > 1]
    while waiting:
        new = waiting.pop()
        for index, old in enumerate(found):
            common = math.gcd(new, old)
            if common > 1:
                del found[index]
                rests = (_without(new, common), _without(old, common))
                waiting += [common, *(rest for rest in rests if rest > 1)]
                if rests == (1, 1) and new == old:
                    waiting.pop()
                    found.insert(index, old)
                break
        else:
            found.append(new)
    return sorted(found)


def _without(integer: int, factor: int) -> int:
    """What is left of an integer when it is divided by a factor as often as that goes."""
    whole: int = integer // factor ** _power(integer, factor)
    return whole


def _power(integer: int, factor: int) -> int:
    """How often a factor divides an integer."""
    squares = [factor]
    while squares[-1].bit_length() * 2 <= integer.bit_length() + 1:
        squares.append(squares[-1] * squares[-1])
    times = 0
    for exponent in range(len(squares) - 1, -1, -1):
        while True:
            quotient, rest = divmod(integer, squares[exponent])
            if rest or integer == 0:
                break
            integer, times = quotient, times + (1 << exponent)
    return times


@functools.lru_cache(maxsize=1_000)
def _ln(number: Fraction, digits: int) -> Interval:
    """An interval of width 2 / 10**digits around a logarithm."""
    room = decimal.Context(prec=digits + 12, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN, traps=[])
    parts = (room.ln(room.plus(decimal.Decimal(part))) for part in (number.numerator, number.denominator))
    above, below = (Fraction(part) for part in parts)
    margin = Fraction(1, 10**digits)  # far more than both roundings: logarithms are below 10**5 here
    return above - below - margin, above - below + margin


def _enclosures(enclosure: Callable[[int], Interval]) -> Iterator[Interval]:
    """Narrower and narrower."""
    digits = FIRST_DIGITS
    while digits <= LAST_DIGITS:
        with contextlib.suppress(_Unclear):
            yield enclosure(digits)
        digits *= 2


def _sign(number: Fraction) -> int:
    return (number > 0) - (number < 0)


def _sign_by(enclosure: Callable[[int], Interval]) -> int:
    for low, high in _enclosures(enclosure):
        if low > 0 or high < 0 or low == high:
            return _sign(low)
    raise Undecided("logarithms too close to a border")


def _enclosed(number: Real, digits: int) -> Interval:
    return (number, number) if isinstance(number, Fraction) else number.enclosure(digits)


def _product(one: Interval, other: Interval) -> Interval:
    ends = [left * right for left in one for right in other]
    return min(ends), max(ends)


def _divided(one: Interval, other: Interval) -> Interval:
    """The quotient, if the divisor is surely not 0."""
    if other[0] <= 0 <= other[1]:
        raise _Unclear
    return _product(one, (1 / other[1], 1 / other[0]))


_ONE = Sum(Fraction(1), {})
