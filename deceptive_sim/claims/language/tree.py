"""What the text of a claim is once it has been read: a tree of frozen nodes.

Nodes say what is written, not what it means in a game: names are looked up by `words` and by the claim they stand in.
Every node knows where it stands in the text; two trees are equal if they say the same, wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, NamedTuple, TypeAlias


class Span(NamedTuple):
    """Where something stands in a text: characters from `start` up to, not including, `end`, counted from 0."""

    start: int
    end: int


NOWHERE = Span(0, 0)


@dataclass(frozen=True)
class _Placed:
    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True)
class Number(_Placed):
    """A number as written, exact: `0.2` is one fifth."""

    value: Fraction


@dataclass(frozen=True)
class Truth(_Placed):
    """`true` or `false`."""

    value: bool


@dataclass(frozen=True)
class Text(_Placed):
    """A strategy, a regime, an action or an objective in quotes."""

    value: str


@dataclass(frozen=True)
class Name(_Placed):
    """A dotted name: a variable, an alias, a parameter path, or a result, which may be that of a variant."""

    path: str


@dataclass(frozen=True)
class Call(_Placed):
    """A function of numbers (`min`, `abs`, ...) or a result that takes arguments (`value_of("BBA*")`)."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Negative(_Placed):
    """`-x`."""

    operand: Node


@dataclass(frozen=True)
class Arithmetic(_Placed):
    """Two numbers joined."""

    operator: Literal["+", "-", "*", "/", "**"]
    left: Node
    right: Node


@dataclass(frozen=True)
class Comparison(_Placed):
    """A chain such as `0 < p <= 1`: neighbouring operands are compared, and all comparisons have to hold."""

    operands: tuple[Node, ...]
    operators: tuple[Literal["<", "<=", "==", "!=", ">=", ">"], ...]


@dataclass(frozen=True)
class Not(_Placed):
    """`not x`."""

    operand: Node


@dataclass(frozen=True)
class Logic(_Placed):
    """Truths joined. `and`, `or` and `iff` may join more than two; `implies` joins two, and groups to the right.

    Parts are looked at from left to right, and no further than needed: what stands behind a false part of `and`, a true
    part of `or`, or a false left side of `implies` may speak of things that do not exist.
    """

    operator: Literal["and", "or", "implies", "iff"]
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Free(_Placed):
    """A variable that is no parameter. Only in bound trees, as are the next two, where `Name` no longer stands."""

    name: str


@dataclass(frozen=True)
class Parameter(_Placed):
    """A parameter of the claim's game, or of one of its variants, by its canonical path."""

    variant: str | None
    path: str


@dataclass(frozen=True)
class Of(_Placed):
    """A result of the claim's game, or of one of its variants; in its arguments objectives are `Text`."""

    variant: str | None
    result: str
    arguments: tuple[Node, ...] = ()


Leaf: TypeAlias = Free | Parameter | Of
"""What a reader has to look up."""

Node: TypeAlias = Number | Truth | Text | Name | Call | Negative | Arithmetic | Comparison | Not | Logic | Leaf


def children(node: Node) -> tuple[Node, ...]:
    """The parts of a node, in the order of the text."""
    match node:
        case Call(arguments=parts) | Of(arguments=parts) | Comparison(operands=parts) | Logic(parts=parts):
            return parts
        case Negative(operand=part) | Not(operand=part):
            return (part,)
        case Arithmetic(left=left, right=right):
            return (left, right)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and all nodes within it, outer ones first, in the order of the text."""
    yield node
    for part in children(node):
        yield from walk(part)


@dataclass(frozen=True)
class Expression:
    """A text and what it says."""

    text: str
    tree: Node = field(repr=False)

    def __str__(self) -> str:
        return self.text
