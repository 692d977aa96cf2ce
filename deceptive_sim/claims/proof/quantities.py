"""Expressions over parameters as quantities: what variants set, and exponents and arguments that are known numbers."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce

from deceptive_sim.claims.facts import Missing
from deceptive_sim.claims.language.tree import Arithmetic, Call, Free, Leaf, Negative, Node, Number, Of, Parameter
from deceptive_sim.claims.proof.boards import Unsupported
from deceptive_sim.claims.proof.polynomials import Polynomial, Quantity, settled

Lookup = Callable[[Leaf], Quantity]
"""What a leaf of an expression is."""


def quantity(node: Node, lookup: Lookup) -> Quantity:
    """What an expression is; raises `Unsupported` if it is no polynomial, `Missing` if it divides by zero."""
    match node:
        case Number(value=value):
            return value
        case Free() | Parameter() | Of():
            return lookup(node)
        case Negative(operand=part):
            return settled(-quantity(part, lookup))
        case Arithmetic(operator=operator, left=left, right=right):
            return settled(_joined(operator, quantity(left, lookup), quantity(right, lookup)))
        case Call(name="min" | "max" | "abs" as name, arguments=parts):
            numbers = [known(quantity(part, lookup)) for part in parts]
            return abs(numbers[0]) if name == "abs" else min(numbers) if name == "min" else max(numbers)
    raise Unsupported("a variant sets a parameter to what is no polynomial of the others")


def known(number: Quantity) -> Fraction:
    """A quantity that has to be a known number."""
    if isinstance(number, Polynomial):
        raise Unsupported("a number has to be known where the claim uses one that varies")
    return number


def _joined(operator: str, left: Quantity, right: Quantity) -> Quantity:
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    if operator == "*":
        return left * right
    if operator == "/":
        divisor = known(right)
        if not divisor:
            raise Missing("it divides by zero")
        return left * (1 / divisor)
    return _power(left, known(right))


def _power(base: Quantity, exponent: Fraction) -> Quantity:
    if exponent.denominator != 1 or abs(exponent) > 10_000:
        raise Unsupported("an exponent is no whole number")
    if isinstance(base, Fraction):
        if base == 0 and exponent < 0:
            raise Missing("it divides by zero")
        return base**exponent.numerator
    if exponent < 0 or exponent > 64:
        raise Unsupported("a power is too high, or negative")
    return reduce(lambda power, _: power * base, range(exponent.numerator), Fraction(1))  # type: ignore[arg-type, return-value]
