"""Polynomials with exact coefficients over named variables: what values of games are made of in proofs.

They are kept expanded, so that equal ones are alike, and what cancels is gone. A number of a game is a `Fraction` where
it is known and a `Polynomial` where it is not; `+`, `-` and `*` join the two, and `settled` makes Fractions of
polynomials in which no variable is left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import prod
from typing import Any, TypeAlias

Monomial: TypeAlias = tuple[str, ...]
"""Names of variables, sorted, as often as their power says; () is 1."""


class Polynomial:
    """A polynomial; never changed once made."""

    __slots__ = ("_key", "terms")

    def __init__(self, terms: Mapping[Monomial, Fraction]) -> None:
        self.terms = {monomial: c for monomial, c in sorted(terms.items()) if c}
        self._key = tuple(self.terms.items())

    @classmethod
    def variable(cls, name: str) -> Polynomial:
        """A variable by itself."""
        return cls({(name,): Fraction(1)})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Polynomial) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __repr__(self) -> str:
        return " + ".join("*".join([str(c), *monomial]) for monomial, c in self.terms.items()) or "0"

    @property
    def variables(self) -> frozenset[str]:
        """Names of all variables."""
        return frozenset(name for monomial in self.terms for name in monomial)

    @property
    def constant(self) -> Fraction | None:
        """The number that it is, None if there are variables."""
        if not self.terms:
            return Fraction(0)
        return self.terms.get(()) if len(self.terms) == 1 else None

    @property
    def short(self) -> bool:
        """Whether it is no longer than a name for it would be: a multiple of a variable."""
        return len(self.terms) <= 1 and all(len(monomial) <= 1 for monomial in self.terms)

    def __add__(self, other: Quantity | int) -> Polynomial:
        terms = dict(self.terms)
        for monomial, c in _terms(other).items():
            terms[monomial] = terms.get(monomial, Fraction(0)) + c
        return Polynomial(terms)

    def __neg__(self) -> Polynomial:
        return Polynomial({monomial: -c for monomial, c in self.terms.items()})

    def __sub__(self, other: Quantity | int) -> Polynomial:
        return self + -other

    def __rsub__(self, other: Quantity | int) -> Polynomial:
        return -self + other

    def __mul__(self, other: Quantity | int) -> Polynomial:
        terms: dict[Monomial, Fraction] = {}
        for one, c in self.terms.items():
            for two, d in _terms(other).items():
                monomial = tuple(sorted(one + two)) if one and two else one or two
                terms[monomial] = terms.get(monomial, Fraction(0)) + c * d
        return Polynomial(terms)

    __radd__ = __add__
    __rmul__ = __mul__

    def at(self, values: Mapping[str, Fraction]) -> Fraction:
        """What it is where variables have values."""
        return sum((prod((values[name] for name in one), start=c) for one, c in self.terms.items()), Fraction(0))

    def read(self, values: Mapping[str, Any], number: Callable[[Fraction], Any]) -> Any:
        """The same in numbers of another kind: arrays, or expressions of a prover."""
        total: Any = None
        for monomial, c in self.terms.items():
            product: Any = None if c == 1 and monomial else number(c)
            for name in monomial:
                product = values[name] if product is None else product * values[name]
            total = product if total is None else total + product
        return number(Fraction(0)) if total is None else total


Quantity: TypeAlias = Fraction | Polynomial
"""A number of a game: known, or in terms of variables."""


def _terms(number: Quantity | int) -> Mapping[Monomial, Fraction]:
    return number.terms if isinstance(number, Polynomial) else {(): Fraction(number)}


def settled(number: Quantity) -> Quantity:
    """The same, as a Fraction if no variable is left in it."""
    if isinstance(number, Polynomial):
        constant = number.constant
        return number if constant is None else constant
    return number


def variables_of(number: Quantity) -> frozenset[str]:
    """Names of the variables in a number."""
    return number.variables if isinstance(number, Polynomial) else frozenset()
