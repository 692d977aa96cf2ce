"""Reads a tree in exact numbers: one case, every name looked up, nothing rounded.

Comparisons of fractions are exact, and so are those of sums and quotients of logarithms (see `logs`). What cannot be
told raises `Undecided`, what does not exist raises `Missing`; nothing is ever guessed.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from typing import TypeAlias, cast

from deceptive_sim.claims.facts import Fact, Missing
from deceptive_sim.claims.language.logs import (
    Mixed,
    Ratio,
    Real,
    Undecided,
    add,
    divide,
    floor,
    logarithm,
    multiply,
    sign,
)
from deceptive_sim.claims.language.text import tree_text
from deceptive_sim.claims.language.tree import (
    Arithmetic,
    Call,
    Comparison,
    Free,
    Leaf,
    Logic,
    Negative,
    Node,
    Not,
    Number,
    Of,
    Parameter,
    Text,
    Truth,
)

__all__ = ["LARGEST_EXPONENT", "Lookup", "Undecided", "decide", "number", "read"]

LARGEST_EXPONENT = 10_000
"""Largest size of an exponent once it is known."""

MOST_BITS = 1_000_000
"""Longest number that a power may come to."""

HIGHEST_POWER = 64
"""Largest exponent of something with logarithms."""

Lookup: TypeAlias = Callable[[Leaf], Fact]
"""What a leaf is; the arguments of an `Of` are `Number`, `Truth` and `Text`. May raise `Missing`."""

Value: TypeAlias = Fact | Ratio | Mixed


def decide(node: Node, lookup: Lookup) -> bool:
    """Whether a truth holds.

    Parts are read from left to right, no further than needed.

    Raises
    ------
    Missing
        If it needs something that does not exist: a result that the case lacks, a quotient by zero, a logarithm of
        zero, a power with a broken exponent.
    Undecided
        If numbers get too long, or logarithms come too close to a border.
    """
    return cast(bool, _value(node, lookup))


def number(node: Node, lookup: Lookup) -> Fraction:
    """What a number is; raises as `decide`, and `Undecided` if it is no fraction."""
    found = _value(node, lookup)
    if isinstance(found, Ratio | Mixed):
        raise Undecided(f"{tree_text(node)} is no fraction")
    return cast(Fraction, found)


def read(node: Node, lookup: Lookup) -> Fact:
    """What a number, a truth or a text is; raises as `number`."""
    found = _value(node, lookup)
    if isinstance(found, Ratio | Mixed):
        raise Undecided(f"{tree_text(node)} is no fraction")
    return found


def _value(node: Node, lookup: Lookup) -> Value:
    match node:
        case Number(value) | Truth(value) | Text(value):
            return value
        case Free() | Parameter():
            return lookup(node)
        case Of(variant, result, arguments):
            known = tuple(_literal(read(argument, lookup)) for argument in arguments)
            return lookup(Of(variant, result, known))
        case Comparison() | Not() | Logic():
            return _truth(node, lookup)
        case _:
            return _number(node, lookup)


def _literal(fact: Fact) -> Number | Truth | Text:
    if isinstance(fact, bool):
        return Truth(fact)
    return Text(fact) if isinstance(fact, str) else Number(Fraction(fact))


def _real(node: Node, lookup: Lookup) -> Real:
    return cast(Real, _value(node, lookup))


def _truth(node: Comparison | Not | Logic, lookup: Lookup) -> bool:
    match node:
        case Not(operand):
            return not decide(operand, lookup)
        case Comparison():
            return _comparison(node, lookup)
        case Logic("and", parts):
            return all(decide(part, lookup) for part in parts)
        case Logic("or", parts):
            return any(decide(part, lookup) for part in parts)
        case Logic("implies", (left, right)):
            return not decide(left, lookup) or decide(right, lookup)
        case Logic(parts=parts):
            return len({decide(part, lookup) for part in parts}) == 1


def _comparison(node: Comparison, lookup: Lookup) -> bool:
    left = _value(node.operands[0], lookup)
    for operator, operand in zip(node.operators, node.operands[1:], strict=True):
        right = _value(operand, lookup)
        if not _compared(left, operator, right):
            return False
        left = right
    return True


def _compared(left: Value, operator: str, right: Value) -> bool:
    if isinstance(left, bool | str):
        return (left == right) is (operator == "==")
    order = sign(add(left, cast(Real, right), -1))
    match operator:
        case "<":
            return order < 0
        case "<=":
            return order <= 0
        case "==":
            return order == 0
        case "!=":
            return order != 0
        case ">=":
            return order >= 0
        case _:
            return order > 0


def _number(node: Node, lookup: Lookup) -> Real:
    match node:
        case Negative(operand):
            return multiply(Fraction(-1), _real(operand, lookup))
        case Arithmetic():
            return _joined(node, _real(node.left, lookup), _real(node.right, lookup))
        case Call(name, arguments):
            return _called(node, name, [_real(argument, lookup) for argument in arguments])
        case _:
            raise AssertionError(f"not a bound tree: {node}")


def _joined(node: Arithmetic, left: Real, right: Real) -> Real:
    match node.operator:
        case "+":
            return add(left, right)
        case "-":
            return add(left, right, -1)
        case "*":
            return multiply(left, right)
        case "/":
            if not sign(right):
                raise Missing(f"{tree_text(node)} divides by zero")
            return divide(left, right)
        case _:
            return _power(node, left, right)


def _power(node: Arithmetic, base: Real, exponent: Real) -> Real:
    if not isinstance(exponent, Fraction) or exponent.denominator != 1:
        shown = f", which is {exponent}" if isinstance(exponent, Fraction) else ""
        raise Missing(f"{tree_text(node)} has an exponent that is no whole number{shown}")
    if abs(exponent) > LARGEST_EXPONENT:
        raise Undecided(f"{tree_text(node)} has an exponent above {LARGEST_EXPONENT} in size")
    times = int(exponent)
    if times < 0 and not sign(base):
        raise Missing(f"{tree_text(node)} divides by zero")
    if isinstance(base, Fraction):
        if max(base.numerator.bit_length(), base.denominator.bit_length()) * abs(times) > MOST_BITS:
            raise Undecided(f"{tree_text(node)} has too many digits")
        return Fraction(base**times)
    if abs(times) > HIGHEST_POWER:
        raise Undecided(f"{tree_text(node)} is too high a power of a logarithm")
    power: Real = Fraction(1)
    for _ in range(abs(times)):
        power = multiply(power, base)
    return divide(Fraction(1), power) if times < 0 else power


def _called(node: Call, name: str, arguments: list[Real]) -> Real:
    first = arguments[0]
    match name:
        case "min":
            return reduce(lambda one, other: other if sign(add(other, one, -1)) < 0 else one, arguments)
        case "max":
            return reduce(lambda one, other: other if sign(add(other, one, -1)) > 0 else one, arguments)
        case "abs":
            return first if sign(first) >= 0 else multiply(Fraction(-1), first)
        case "floor":
            return Fraction(floor(first))
        case "ceil":
            return Fraction(-floor(multiply(Fraction(-1), first)))
        case _:
            return _log(node, first)


def _log(node: Call, argument: Real) -> Real:
    if sign(argument) <= 0:
        raise Missing(f"{tree_text(node)} is the logarithm of a number that is not above 0")
    if not isinstance(argument, Fraction):
        raise Undecided(f"{tree_text(node)} is a logarithm of a logarithm")
    return logarithm(argument)
