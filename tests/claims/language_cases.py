"""What the tests of the language share: expressions about free variables, and random ones that Python can read too."""

import math
import random
import re
from dataclasses import replace
from fractions import Fraction
from typing import Any

from deceptive_sim.claims.language.parse import parse
from deceptive_sim.claims.language.tree import (
    Arithmetic,
    Call,
    Comparison,
    Free,
    Logic,
    Name,
    Negative,
    Node,
    Not,
)

LETTERS = ("x", "y", "z")


def bound(text: str) -> Node:
    """An expression about free variables alone."""
    return freed(parse(text).tree)


def freed(node: Node) -> Node:
    """A tree with free variables in the place of names."""
    match node:
        case Name(path):
            return Free(path)
        case Negative(part) | Not(part):
            return replace(node, operand=freed(part))
        case Arithmetic(_, left, right):
            return replace(node, left=freed(left), right=freed(right))
        case Comparison(operands=parts):
            return replace(node, operands=tuple(map(freed, parts)))
        case Logic(parts=parts):
            return replace(node, parts=tuple(map(freed, parts)))
        case Call(arguments=parts):
            return replace(node, arguments=tuple(map(freed, parts)))
    return node


def at(values: dict[str, Any]):
    """What `Free` variables are."""

    def lookup(leaf: Any) -> Any:
        assert isinstance(leaf, Free)
        return values[leaf.name]

    return lookup


class Writer:
    """Writes random expressions with no structure in mind: operands and operators in a row, brackets here and there."""

    def __init__(self, rng: random.Random, functions: bool = True) -> None:
        self.rng, self.functions = rng, functions

    def number(self, depth: int = 2) -> str:
        parts = [self.operand(depth)]
        for _ in range(self.rng.choice((0, 0, 1, 2, 3))):
            sign = self.rng.choice(("+", "-", "*", "/", "**"))
            parts += [sign, self.exponent() if sign == "**" else self.operand(depth)]
        return " ".join(parts)

    def exponent(self) -> str:
        return self.rng.choice(("0", "1", "2", "3", "-1", "- 2", "+2", "2 ** 1", "(1 + 1)"))

    def operand(self, depth: int) -> str:
        sign = self.rng.choice(("", "", "", "-", "- -", "+"))
        if depth and self.rng.random() < 0.25:
            return f"{sign}({self.number(depth - 1)})"
        if depth and self.functions and self.rng.random() < 0.2:
            return f"{sign}{self.called(depth - 1)}"
        return sign + self.rng.choice((*LETTERS, "0", "1", "2", "3", "10"))

    def called(self, depth: int) -> str:
        name = self.rng.choice(("min", "max", "abs", "floor", "ceil"))
        count = self.rng.choice((1, 2, 3)) if name in {"min", "max"} else 1
        return f"{name}({', '.join(self.number(depth) for _ in range(count))})"

    def comparison(self, depth: int) -> str:
        parts = [self.number(depth)]
        for _ in range(self.rng.choice((1, 1, 1, 2, 3))):
            parts += [self.rng.choice(("<", "<=", "==", "!=", ">=", ">")), self.number(depth)]
        return " ".join(parts)

    def truth(self, depth: int = 2) -> str:
        parts = [self.negated(depth)]
        for _ in range(self.rng.choice((0, 0, 1, 2, 3))):
            parts += [self.rng.choice(("and", "or")), self.negated(depth)]
        return " ".join(parts)

    def negated(self, depth: int) -> str:
        start = self.rng.choice(("", "", "", "not ", "not not "))
        if depth and self.rng.random() < 0.3:
            return f"{start}({self.truth(depth - 1)})"
        return start + self.comparison(1)


def point(rng: random.Random) -> dict[str, Fraction]:
    """Simple values, so that ties and zeros are frequent."""
    return {name: Fraction(rng.randint(-4, 4), rng.choice((1, 1, 2, 3))) for name in LETTERS}


def python_says(text: str, values: dict[str, Fraction]) -> Any:
    """What Python makes of the same text, every numeral a Fraction; None if it divides by zero."""
    source = re.sub(r"(?<![\w.])(\d+)(?![\w.])", r"F(\1)", text)
    names: dict[str, Any] = {
        "F": Fraction,
        "floor": lambda x: Fraction(math.floor(x)),
        "ceil": lambda x: Fraction(math.ceil(x)),
        "min": lambda *xs: min(xs),
        "max": lambda *xs: max(xs),
        "abs": abs,
        "__builtins__": {},
    }
    try:
        return eval(source, names | values)
    except ZeroDivisionError:
        return None
