"""Reads a tree for many cases at once, in floats with bounds on their errors: surely true, surely false, or in doubt.

Every number is an array `x` and an array `e` with `|true value - x| <= e`. A lookup's plain floats are assumed to be
within `RELATIVE` of the truth. Sums, products, quotients and powers add what they round (at most `ROUNDING` of
the result), and comparisons closer than the errors are in doubt. What does not exist (nan, a quotient whose divisor may
be 0) is in doubt too. Whole numbers up to 2**53 are exact.

Guaranteed: what is said to be surely so is so exactly, as far as the lookup's bounds hold. Parts are read from left to
right: behind a part in doubt everything is in doubt, as the exact reader might stop there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

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
from deceptive_sim.core.exact import to_float

RELATIVE = 1e-9
"""Assumed bound on the relative error of plain floats, and near 0 on the absolute error."""

ROUNDING = 4 * float(np.finfo(float).eps)
"""More than what one operation in floats loses."""

EXACTLY_WHOLE = 2.0**53
LARGEST_EXPONENT = 10_000
TINY = float(np.finfo(float).tiny)

FALSE, TRUE, DOUBT = 0, 1, -1
"""What `decide_many` says of a case."""

Floats: TypeAlias = NDArray[np.float64]
States: TypeAlias = NDArray[np.int8]


@dataclass(frozen=True)
class Many:
    """Numbers `values` with bounds `errors` on how far the truth may be; both of the same shape."""

    values: Floats
    errors: Floats

    @classmethod
    def measured(cls, values: NDArray[Any], relative: float = RELATIVE) -> Many:
        """Floats with a relative error; whole numbers of an integer type are exact."""
        floats = np.asarray(values, dtype=float)
        if np.asarray(values).dtype.kind in "iub":
            return cls(floats, np.zeros_like(floats))
        return cls(floats, relative * np.maximum(np.abs(floats), 1.0))

    @classmethod
    def of(cls, numbers: Sequence[Fraction]) -> Many:
        """Exact numbers, as the nearest floats."""
        known = [_known(number) for number in numbers]
        return cls(np.array([float(each.values) for each in known]), np.array([float(each.errors) for each in known]))


LookupMany: TypeAlias = Callable[[Leaf], "Many | NDArray[Any] | Fraction | bool | str"]
"""What a leaf is in every case: `Many`, floats (within `RELATIVE`, relatively, or near 0 absolutely), integers (exact),
booleans, `int8` states with -1 for what is not known, texts (or objects, None for what does not exist), or one value
for all cases. The arguments of an `Of` are as they stand in the tree."""

Value: TypeAlias = "Many | NDArray[Any]"


def decide_many(node: Node, lookup: LookupMany) -> States:
    """Whether a truth holds, in every case.

    Returns
    -------
    numpy.ndarray
        `int8`: 1 surely true, 0 surely false, -1 in doubt; of the shape of what is looked up (a single value if
        everything is).
    """
    with np.errstate(all="ignore"):
        return _truth(node, lookup)


def numbers_many(node: Node, lookup: LookupMany) -> Many:
    """What a number is in every case, with bounds on its errors; nan for what does not exist."""
    with np.errstate(all="ignore"):
        return _number(node, lookup)


# --- truths ----------------------------------------------------------------------------------------------------------


def _truth(node: Node, lookup: LookupMany) -> States:
    match node:
        case Truth(value):
            return np.array(value, dtype=np.int8)
        case Of():
            return _states(lookup(node))
        case Not(operand):
            return _not(_truth(operand, lookup))
        case Comparison():
            return _comparison(node, lookup)
        case Logic("and", parts):
            return reduce(_and, (_truth(part, lookup) for part in parts))
        case Logic("or", parts):
            return _not(reduce(_and, (_not(_truth(part, lookup)) for part in parts)))
        case Logic("implies", (left, right)):
            return _not(_and(_truth(left, lookup), _not(_truth(right, lookup))))
        case Logic(parts=parts):
            first, *others = (_truth(part, lookup) for part in parts)
            return reduce(_and, (_alike(first, other) for other in others))
    raise TypeError(f"no truth: {node}")


def _states(found: object) -> States:
    return np.asarray(found).astype(np.int8)


def _not(states: States) -> States:
    return np.where(states == DOUBT, DOUBT, 1 - states).astype(np.int8)


def _and(left: States, right: States) -> States:
    """False or in doubt as soon as the left one is."""
    return np.where(left == TRUE, right, left).astype(np.int8)


def _alike(left: States, right: States) -> States:
    doubt = (left == DOUBT) | (right == DOUBT)
    return np.where(doubt, DOUBT, left == right).astype(np.int8)


def _comparison(node: Comparison, lookup: LookupMany) -> States:
    values = [_value(operand, lookup) for operand in node.operands]
    steps = zip(values, node.operators, values[1:], strict=False)
    return reduce(_and, (_compared(left, operator, right) for left, operator, right in steps))


def _compared(left: Value, operator: str, right: Value) -> States:
    if isinstance(left, Many) and isinstance(right, Many):
        return _ordered(left, operator, right)
    one, other = np.asarray(left), np.asarray(right)
    if one.dtype.kind in "iub":
        equal = _alike(one.astype(np.int8), other.astype(np.int8))
    else:
        known = _known_texts(one) & _known_texts(other)
        equal = np.where(known, one == other, DOUBT).astype(np.int8)
    return equal if operator == "==" else _not(equal)


def _known_texts(texts: NDArray[Any]) -> NDArray[np.bool_]:
    return np.asarray(texts != np.array(None, dtype=object), dtype=bool)


def _ordered(left: Many, operator: str, right: Many) -> States:
    if operator in {">", ">="}:
        return _ordered(right, {">": "<", ">=": "<="}[operator], left)
    gap = right.values - left.values
    margin = (left.errors + right.errors) * (1 + ROUNDING)
    below, above = gap > margin, gap < -margin
    equal = (gap == 0) & (margin == 0)
    match operator:
        case "<":
            surely, never = below, above | equal
        case "<=":
            surely, never = below | equal, above
        case "==":
            surely, never = equal, below | above
        case _:
            surely, never = below | above, equal
    return np.where(surely, TRUE, np.where(never, FALSE, DOUBT)).astype(np.int8)


# --- numbers and texts -----------------------------------------------------------------------------------------------


def _value(node: Node, lookup: LookupMany) -> Value:
    match node:
        case Truth() | Comparison() | Not() | Logic():
            return _truth(node, lookup)
        case Text(value):
            return np.array(value, dtype=object)
        case Of():
            found = lookup(node)
            if isinstance(found, Many | Fraction):
                return _leaf(found)
            array = np.asarray(found)
            if array.dtype.kind == "b" or array.dtype == np.int8:
                return array.astype(np.int8)
            return array.astype(object) if array.dtype.kind in "UO" else _leaf(array)
        case _:
            return _number(node, lookup)


def _leaf(found: object) -> Many:
    if isinstance(found, Many):
        return found
    if isinstance(found, Fraction):
        return _known(found)
    return Many.measured(np.asarray(found))


def _known(number: Fraction) -> Many:
    value = to_float(number)
    error = 0.0 if Fraction(value) == number else abs(value) * ROUNDING + TINY
    return Many(np.array(value), np.array(error))


def _number(node: Node, lookup: LookupMany) -> Many:
    match node:
        case Number(value):
            return _known(value)
        case Free() | Parameter() | Of():
            return _leaf(lookup(node))
        case Negative(operand):
            inner = _number(operand, lookup)
            return Many(-inner.values, inner.errors)
        case Arithmetic(operator, left, right):
            return _JOINED[operator](_number(left, lookup), _number(right, lookup))
        case Call(name, arguments):
            return _called(name, [_number(argument, lookup) for argument in arguments])
    raise TypeError(f"no number: {node}")


def _rounding(values: Floats, exact: NDArray[np.bool_] | bool = True) -> Floats:
    """What a result may have lost by rounding; nothing if it is whole and made of exact whole numbers."""
    whole = exact & (np.abs(values) < EXACTLY_WHOLE) & (values == np.floor(values))
    return np.where(whole, 0.0, np.abs(values) * ROUNDING + TINY)


def _whole(*numbers: Many) -> NDArray[np.bool_]:
    return cast(
        "NDArray[np.bool_]",
        reduce(np.logical_and, ((each.errors == 0) & (each.values == np.floor(each.values)) for each in numbers)),
    )


def _sum(left: Many, right: Many) -> Many:
    values = left.values + right.values
    return Many(values, (left.errors + right.errors) * (1 + ROUNDING) + _rounding(values, _whole(left, right)))


def _difference(left: Many, right: Many) -> Many:
    return _sum(left, Many(-right.values, right.errors))


def _product(left: Many, right: Many) -> Many:
    values = left.values * right.values
    carried = np.abs(left.values) * right.errors + np.abs(right.values) * left.errors + left.errors * right.errors
    return Many(values, carried * (1 + 4 * ROUNDING) + _rounding(values, _whole(left, right)))


def _quotient(left: Many, right: Many) -> Many:
    """Not a number where the divisor may be 0."""
    least = (np.abs(right.values) - right.errors) * (1 - ROUNDING)
    divisor = np.where(least > 0, right.values, np.nan)
    values = left.values / divisor
    carried = (left.errors + np.abs(values) * right.errors) / least
    return Many(values, carried * (1 + 8 * ROUNDING) + np.abs(values) * ROUNDING + TINY)


def _power(base: Many, exponent: Many) -> Many:
    """Not a number where the exponent is not surely whole and at most 10,000 in size, or 0 may be divided by."""
    times = np.where(_whole(exponent) & (np.abs(exponent.values) <= LARGEST_EXPONENT), exponent.values, np.nan)
    size = np.abs(times)
    values = np.where(np.isnan(base.values), np.nan, base.values**size)  # numpy takes anything to the power 0 as 1
    rounded = np.where(size <= 1, 0.0, (np.abs(values) * ROUNDING + TINY) * (size + 2))
    steepest = np.where(size == 0, 0.0, size * (np.abs(base.values) + base.errors) ** np.maximum(size - 1, 0.0))
    moved = np.where(base.errors == 0, 0.0, base.errors * steepest * (1 + ROUNDING * (size + 4)))
    power = Many(values, moved + rounded)
    inverse = _quotient(Many(np.array(1.0), np.array(0.0)), power)
    negative = times < 0
    return Many(np.where(negative, inverse.values, power.values), np.where(negative, inverse.errors, power.errors))


def _called(name: str, arguments: list[Many]) -> Many:
    match name:
        case "min":
            return reduce(lambda one, other: _extreme(np.minimum, one, other), arguments)
        case "max":
            return reduce(lambda one, other: _extreme(np.maximum, one, other), arguments)
        case "abs":
            return Many(np.abs(arguments[0].values), arguments[0].errors)
        case "floor":
            return _stepped(np.floor, arguments[0])
        case "ceil":
            return _stepped(np.ceil, arguments[0])
        case _:
            return _log(arguments[0])


def _extreme(choose: np.ufunc, one: Many, other: Many) -> Many:
    """The lesser or the greater of two; its error is that of the one that is surely chosen, else the greater one."""
    values = choose(one.values, other.values)
    apart = np.abs(one.values - other.values) > (one.errors + other.errors) * (1 + ROUNDING)
    chosen = np.where(values == one.values, one.errors, other.errors)
    return Many(values, np.where(apart, chosen, np.maximum(one.errors, other.errors)))


def _stepped(step: np.ufunc, number: Many) -> Many:
    """Whole numbers; nan where the error reaches over a step."""
    margin = np.where(number.errors == 0, 0.0, number.errors + np.abs(number.values) * ROUNDING + TINY)
    low, high = step(number.values - margin), step(number.values + margin)
    values = np.where((low == high) & (np.abs(number.values) < EXACTLY_WHOLE / 2), low, np.nan)
    return Many(values, np.zeros_like(values))


def _log(number: Many) -> Many:
    """Not a number where the number may not be above 0."""
    least = number.values - number.errors
    values = np.log(np.where(least > 0, number.values, np.nan))
    return Many(values, number.errors / least * (1 + 8 * ROUNDING) + np.abs(values) * ROUNDING + TINY)


_JOINED: dict[str, Callable[[Many, Many], Many]] = {
    "+": _sum,
    "-": _difference,
    "*": _product,
    "/": _quotient,
    "**": _power,
}
