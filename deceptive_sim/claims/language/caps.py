"""How large an expression may be, known before anything is computed with it.

Depth, number of nodes, degree in what is not known, and size of what is: every part made of numerals alone is worked
out here, so that `9**9**9` or `1/0` is refused where it stands. Works without recursion, on trees of any depth.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from deceptive_sim.claims.language.source import Source
from deceptive_sim.claims.language.tree import (
    Arithmetic,
    Call,
    Free,
    Name,
    Negative,
    Node,
    Number,
    Of,
    Parameter,
    children,
)
from deceptive_sim.core.exact import MAX_EXPONENT, NotANumber, exact, text_of

DEEPEST = 50
"""How deeply the parts of an expression may be nested."""

MOST_NODES = 1_000
"""How many parts an expression may have."""

LARGEST_EXPONENT = 64
"""Largest exponent that is a numeral."""

HIGHEST_DEGREE = 64
"""Highest degree of what stands between comparisons, as a product of unknowns."""

_FUNCTIONS: dict[str, Callable[[Sequence[Fraction]], Fraction | int]] = {
    "min": min,
    "max": max,
    "abs": lambda parts: abs(parts[0]),
    "floor": lambda parts: math.floor(parts[0]),
    "ceil": lambda parts: math.ceil(parts[0]),
}


@dataclass(frozen=True, kw_only=True)
class Caps:
    """Limits of a tree: those of a text, or the wider ones of a text with its definitions put in place."""

    depth: int = DEEPEST
    nodes: int = MOST_NODES
    hint: str = "give parts of it names under names:"


WITH_DEFINITIONS = Caps(depth=3 * DEEPEST, nodes=5 * MOST_NODES, hint="its definitions are put in their places")


class _Measure(NamedTuple):
    depth: int
    degree: int
    constant: Fraction | None


def keep_caps(tree: Node, source: Source, caps: Caps | None = None) -> None:
    """Raise an `InputError` at the first part, inner ones first, that is larger than may be, or divides by zero."""
    caps = caps or Caps()
    order: list[Node] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        order.append(node)
        waiting.extend(children(node))
        if len(order) > caps.nodes:
            source.refuse(tree.span, f"must have at most {caps.nodes:,} parts", None, caps.hint)
    measures: dict[int, _Measure] = {}
    for node in reversed(order):
        parts = [measures[id(part)] for part in children(node)]
        measure = _measure(node, parts, source)
        if measure.depth > caps.depth:
            source.refuse(node.span, f"must be nested at most {caps.depth} deep", None, caps.hint)
        if measure.degree > HIGHEST_DEGREE:
            source.refuse(node.span, f"must have a degree of at most {HIGHEST_DEGREE}", str(measure.degree))
        measures[id(node)] = measure


def _measure(node: Node, parts: Sequence[_Measure], source: Source) -> _Measure:
    depth = 1 + max((part.depth for part in parts), default=0)
    if isinstance(node, Arithmetic) and node.operator in {"/", "**"}:
        _sound(node, parts[0].constant, parts[1].constant, source)
    value = None
    known = [part.constant for part in parts if part.constant is not None]
    if len(known) == len(parts):
        value = _constant(node, known)
    if value is not None:
        try:
            exact(value)
        except NotANumber:
            rule = f"must have numbers that are 0 or between 1e-{MAX_EXPONENT} and 1e{MAX_EXPONENT} in size"
            source.refuse(node.span, rule, source.written(node.span))
        return _Measure(depth, 0, value)
    return _Measure(depth, _degree(node, parts), None)


def _sound(node: Arithmetic, left: Fraction | None, right: Fraction | None, source: Source) -> None:
    """Refuse what can be seen to divide by zero, or to be no power of the language."""
    if right is None:
        return
    if node.operator == "/":
        if right == 0:
            source.refuse(node.span, "must not divide by zero", source.written(node.span))
        return
    if right.denominator != 1:
        source.refuse(node.right.span, "must have whole numbers as exponents", text_of(right))
    if abs(right) > LARGEST_EXPONENT:
        source.refuse(node.right.span, f"must have exponents of at most {LARGEST_EXPONENT} in size", text_of(right))
    if left == 0 and right < 0:
        source.refuse(node.span, "must not divide by zero", source.written(node.span))


def _degree(node: Node, parts: Sequence[_Measure]) -> int:
    match node:
        case Name() | Free() | Parameter() | Of():
            return 1
        case Arithmetic(operator="*" | "/"):
            return parts[0].degree + parts[1].degree
        case Arithmetic(operator="**"):
            exponent = parts[1].constant
            return parts[0].degree * abs(int(exponent)) if exponent is not None else parts[0].degree + parts[1].degree
        case Arithmetic() | Negative() | Call():
            return max((part.degree for part in parts), default=1)
        case _:
            return 0


def _constant(node: Node, parts: Sequence[Fraction]) -> Fraction | None:
    """What a node comes to if all its parts are known numbers."""
    match node:
        case Number(value):
            return value
        case Negative():
            return -parts[0]
        case Arithmetic(operator):
            return _joined(operator, *parts)
        case Call(name) if name in _FUNCTIONS:
            return Fraction(_FUNCTIONS[name](parts))
        case _:
            return None


def _joined(operator: str, left: Fraction, right: Fraction) -> Fraction:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right
        case _:
            return left ** int(right)
