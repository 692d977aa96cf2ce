"""Reads a tree as a formula of z3, for all values of what the lookup leaves open.

What is known is worked out here, in Fractions; only what is not becomes z3's. Formulas say what the exact reader would
say, as far as it would get: conditions under which it gets anywhere (no divisor is 0) are collected beside the formula
and have to be proved as well. Each stands under what has to be so for its part to be read at all, from left to right.
"""

from __future__ import annotations

import math
import operator as operators
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from importlib import import_module
from typing import Any, TypeAlias

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
from deceptive_sim.core.errors import wrong
from deceptive_sim.core.exact import text_of

LARGEST_EXPONENT = 64
"""Largest size of an exponent of something that is not known."""

LARGEST_KNOWN_EXPONENT = 10_000
MOST_BITS = 1_000_000

Symbol: TypeAlias = Any
"""An expression of z3."""

Term: TypeAlias = "Fraction | Symbol"
Formula: TypeAlias = "bool | Symbol"
LookupTerm: TypeAlias = Callable[[Leaf], "Fraction | bool | str | Symbol"]
"""What a leaf is: a Fraction, a truth or a text where it is known, else an expression of z3 (real, whole or Boolean).
The arguments of an `Of` are as they stand in the tree."""


class NoFormula(Exception):  # noqa: N818 - it is no error of the program
    """z3 cannot be told this; the message says what."""


@dataclass
class Side:
    """Conditions that have to be proved beside a formula; empty if there are none.

    `guard` is what has to be so for the part that is being read to be read at all.
    """

    conditions: list[Symbol] = field(default_factory=list)
    guard: list[Symbol] = field(default_factory=list)

    def __iter__(self) -> Iterator[Symbol]:
        return iter(self.conditions)

    def require(self, condition: Formula) -> None:
        """Note a condition under the present guard."""
        if condition is not True:
            z3 = load_z3()
            wanted = as_formula(condition)
            self.conditions.append(z3.Implies(z3.And(*self.guard), wanted) if self.guard else wanted)


def load_z3() -> Any:
    """The module; an `InputError` says how to get it if it is not installed."""
    try:
        return import_module("z3")
    except ImportError:
        hint = "pip install deceptive-sim[proof]"
        raise wrong("proofs", "need z3, which is not installed", hint=hint) from None


def formula(node: Node, lookup: LookupTerm, side: Side) -> Symbol:
    """A truth as a formula of z3 (`BoolVal` if it is known).

    Raises
    ------
    NoFormula
        If it has logarithms, exponents that are not known, or texts that are not known.
    """
    return as_formula(truth(node, lookup, side))


def term(node: Node, lookup: LookupTerm, side: Side) -> Symbol:
    """A number as a real term of z3 (`RealVal` if it is known); raises as `formula`."""
    return as_term(number(node, lookup, side))


def as_formula(found: Formula) -> Symbol:
    """A formula of z3."""
    return load_z3().BoolVal(found) if isinstance(found, bool) else found


def as_term(found: Term) -> Symbol:
    """A real term of z3."""
    z3 = load_z3()
    if isinstance(found, Fraction):
        return z3.RealVal(text_of(found))
    return z3.ToReal(found) if z3.is_int(found) else found


# --- truths ----------------------------------------------------------------------------------------------------------


def truth(node: Node, lookup: LookupTerm, side: Side) -> Formula:
    """A truth: a Python truth where it is known."""
    match node:
        case Truth(value):
            return value
        case Of():
            return lookup(node)
        case Not(operand):
            return _not(truth(operand, lookup, side))
        case Comparison():
            return _comparison(node, lookup, side)
        case Logic("and", parts):
            return _all(parts, lookup, side)
        case Logic("or", parts):
            return _not(_all([Not(part) for part in parts], lookup, side))
        case Logic("implies", (left, right)):
            return _not(_all([left, Not(right)], lookup, side))
        case Logic(parts=parts):
            first, *others = [truth(part, lookup, side) for part in parts]
            return _conjunction([_same(first, other) for other in others])
    raise TypeError(f"no truth: {node}")


def _not(found: Formula) -> Formula:
    return not found if isinstance(found, bool) else load_z3().Not(found)


def _all(parts: Sequence[Node], lookup: LookupTerm, side: Side) -> Formula:
    """Whether all hold; each is read under the guard of those before it."""
    found: list[Formula] = []
    depth = len(side.guard)
    for part in parts:
        holds = truth(part, lookup, side)
        if holds is False:
            found = [*found, False]
            break
        found.append(holds)
        if holds is not True:
            side.guard.append(holds)
    del side.guard[depth:]
    return _conjunction(found)


def _conjunction(parts: Sequence[Formula]) -> Formula:
    open_parts = [part for part in parts if part is not True]
    if any(part is False for part in open_parts):
        return False
    if not open_parts:
        return True
    return open_parts[0] if len(open_parts) == 1 else load_z3().And(*open_parts)


def _same(left: Formula, right: Formula) -> Formula:
    if isinstance(left, bool):
        return right if left else _not(right)
    if isinstance(right, bool):
        return left if right else _not(left)
    return left == right


def _comparison(node: Comparison, lookup: LookupTerm, side: Side) -> Formula:
    """A chain; what comes behind a comparison that fails is not read."""
    found: list[Formula] = []
    depth = len(side.guard)
    left = _value(node.operands[0], lookup, side)
    for sign, operand in zip(node.operators, node.operands[1:], strict=True):
        right = _value(operand, lookup, side)
        holds = _compared(left, sign, right)
        found.append(holds)
        if holds is False:
            break
        if holds is not True:
            side.guard.append(holds)
        left = right
    del side.guard[depth:]
    return _conjunction(found)


def _compared(left: Any, sign: str, right: Any) -> Formula:
    if isinstance(left, str) or isinstance(right, str):
        if not (isinstance(left, str) and isinstance(right, str)):
            raise NoFormula("a text that is not known")
        return (left == right) is (sign == "==")
    if _is_truth(left):
        return _same(left, right) if sign == "==" else _not(_same(left, right))
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return bool(_SIGNS[sign](left, right))
    return _SIGNS[sign](as_term(left), as_term(right))


def _is_truth(found: Any) -> bool:
    return isinstance(found, bool) or (not isinstance(found, Fraction) and load_z3().is_bool(found))


_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operators.lt,
    "<=": operators.le,
    "==": operators.eq,
    "!=": operators.ne,
    ">=": operators.ge,
    ">": operators.gt,
}


# --- numbers and texts -----------------------------------------------------------------------------------------------


def _value(node: Node, lookup: LookupTerm, side: Side) -> Any:
    match node:
        case Text(value):
            return value
        case Of():
            return lookup(node)
        case Truth() | Comparison() | Not() | Logic():
            return truth(node, lookup, side)
        case _:
            return number(node, lookup, side)


def number(node: Node, lookup: LookupTerm, side: Side) -> Term:
    """A number: a Fraction where it is known."""
    match node:
        case Number(value):
            return value
        case Free() | Parameter() | Of():
            found = lookup(node)
            return found if isinstance(found, Fraction) else as_term(found)
        case Negative(operand):
            return -number(operand, lookup, side)
        case Arithmetic():
            return _joined(node, number(node.left, lookup, side), number(node.right, lookup, side), side)
        case Call(name, arguments):
            return _called(node, name, [number(argument, lookup, side) for argument in arguments])
    raise TypeError(f"no number: {node}")


def _joined(node: Arithmetic, left: Term, right: Term, side: Side) -> Term:
    match node.operator:
        case "+":
            return _sum(left, right)
        case "-":
            return _sum(left, -right)
        case "*":
            return _product(left, right)
        case "/":
            return _quotient(left, right, side)
        case _:
            return _power(node, left, right, side)


def _sum(left: Term, right: Term) -> Term:
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left + right
    if isinstance(left, Fraction) and not left:
        return right
    if isinstance(right, Fraction) and not right:
        return left
    return as_term(left) + as_term(right)


def _product(left: Term, right: Term) -> Term:
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left * right
    for known, other in ((left, right), (right, left)):
        if isinstance(known, Fraction) and known in (0, 1):
            return other if known else Fraction(0)
    return as_term(left) * as_term(right)


def _quotient(left: Term, right: Term, side: Side) -> Term:
    """A divisor that is known to be 0 gives any number, under a condition that cannot be met."""
    if isinstance(right, Fraction):
        side.require(bool(right))
        return _product(left, 1 / right) if right else Fraction(0)
    side.require(right != as_term(Fraction(0)))
    return as_term(left) / right


def _power(node: Arithmetic, base: Term, exponent: Term, side: Side) -> Term:
    if not isinstance(exponent, Fraction) or exponent.denominator != 1:
        raise NoFormula(f"{tree_text(node)} has an exponent that is not known, or no whole number")
    times = int(exponent)
    if isinstance(base, Fraction):
        bits = max(base.numerator.bit_length(), base.denominator.bit_length())
        if abs(times) > LARGEST_KNOWN_EXPONENT or bits * abs(times) > MOST_BITS:
            raise NoFormula(f"{tree_text(node)} has too many digits")
    elif abs(times) > LARGEST_EXPONENT:
        raise NoFormula(f"{tree_text(node)} has too high a degree")
    power = reduce(_product, [base] * abs(times), Fraction(1))
    return _quotient(Fraction(1), power, side) if times < 0 else power


def _called(node: Call, name: str, arguments: Sequence[Term]) -> Term:
    first = arguments[0]
    match name:
        case "min":
            return reduce(lambda one, other: _chosen(_compared(other, "<", one), other, one), arguments)
        case "max":
            return reduce(lambda one, other: _chosen(_compared(other, ">", one), other, one), arguments)
        case "abs":
            return _chosen(_compared(first, ">=", Fraction(0)), first, -first)
        case "floor":
            return _floor(first)
        case "ceil":
            return -_floor(-first)
        case _:
            raise NoFormula(f"{tree_text(node)} is a logarithm")


def _chosen(condition: Formula, one: Term, other: Term) -> Term:
    if isinstance(condition, bool):
        return one if condition else other
    return load_z3().If(condition, as_term(one), as_term(other))


def _floor(number: Term) -> Term:
    if isinstance(number, Fraction):
        return Fraction(math.floor(number))
    z3 = load_z3()
    return z3.ToReal(z3.ToInt(number))
