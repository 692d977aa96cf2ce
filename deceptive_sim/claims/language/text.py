"""A tree as text again: the least parentheses that say the same, so that reading the text gives the tree."""

from __future__ import annotations

import re
from fractions import Fraction

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
    Number,
    Of,
    Parameter,
    Text,
    Truth,
)
from deceptive_sim.claims.language.words import FUNCTIONS, KEYWORDS, NOT_IN_THE_LANGUAGE
from deceptive_sim.core.exact import text_of

STRENGTH = {"iff": 1, "implies": 2, "or": 3, "and": 4, "not": 5, "<": 6, "+": 7, "-": 7, "*": 8, "/": 8, "**": 10}
"""How strongly operators bind; `<` stands for all comparisons. The minus sign before a number binds with 9."""

NEGATIVE = 9
ATOM = 11

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\.(?:[A-Za-z][A-Za-z0-9_]*|[0-9]{1,6}))*")


def tree_text(node: Node) -> str:
    """The text of a tree, bound or not.

    Reading the text of a tree that was read gives the same tree. Bound trees have no text of their own: parameters and
    results are written by their full names.
    """
    return _text(node)[0]


def number_text(number: Fraction) -> str:
    """A number as the language writes it: as a decimal if it is one, as a ratio otherwise."""
    digits, twos, fives = number.denominator, 0, 0
    while digits % 2 == 0:
        digits, twos = digits // 2, twos + 1
    while digits % 5 == 0:
        digits, fives = digits // 5, fives + 1
    places = max(twos, fives)
    if digits != 1 or places > 400:
        return text_of(number)
    return _decimal(number.numerator * 10**places // number.denominator, places)


def _decimal(mantissa: int, places: int) -> str:
    """`mantissa * 10**-places`, in the shortest of its forms."""
    sign, figures = "-" if mantissa < 0 else "", text_of(abs(mantissa))
    zeros = len(figures) - len(figures.rstrip("0")) if mantissa else 0
    padded = figures.rjust(places + 1, "0")
    plain = f"{padded[:-places]}.{padded[-places:]}" if places else figures
    if len(plain) <= 20:
        return sign + plain
    mark = figures[: len(figures) - zeros]
    exponent = zeros - places + len(mark) - 1
    forms = [plain, plain.removeprefix("0"), f"{mark}e{zeros - places}"]
    if len(mark) > 1:
        forms.append(f"{mark[0]}.{mark[1:]}e{exponent}")
    return sign + min(forms, key=len)


def name_text(path: str) -> str:
    """A dotted name, in backquotes where it needs them."""
    plain = _PLAIN.fullmatch(path) and path not in KEYWORDS | FUNCTIONS.keys() | NOT_IN_THE_LANGUAGE.keys()
    return path if plain else f"`{path}`"


def _text(node: Node) -> tuple[str, int]:
    """The text, and how strongly it holds together."""
    match node:
        case Number(value):
            text = number_text(value)
            return text, ATOM if text[0] != "-" and "/" not in text else STRENGTH["+"]
        case Truth(value):
            return ("true" if value else "false"), ATOM
        case Text(value):
            quote = "'" if '"' in value else '"'
            return f"{quote}{value}{quote}", ATOM
        case Name(path):
            return name_text(path), ATOM
        case Free(name):
            return name_text(name), ATOM
        case Parameter(variant, path):
            return name_text(_of(variant, path)), ATOM
        case Call(name, arguments):
            return f"{_called(name)}({_list(arguments)})", ATOM
        case Of(variant, result, arguments):
            name = name_text(_of(variant, result))
            return f"{name}({_list(arguments)})" if arguments else name, ATOM
        case _:
            return _joined(node)


def _joined(node: Node) -> tuple[str, int]:
    match node:
        case Negative(operand):
            return f"-{_within(operand, NEGATIVE)}", NEGATIVE
        case Not(operand):
            return f"not {_within(operand, STRENGTH['not'])}", STRENGTH["not"]
        case Arithmetic("**", left, right):
            return f"{_within(left, ATOM)} ** {_within(right, NEGATIVE)}", STRENGTH["**"]
        case Arithmetic(operator, left, right):
            own = STRENGTH[operator]
            return f"{_within(left, own)} {operator} {_within(right, own + 1)}", own
        case Comparison(operands, operators):
            parts = [_within(operand, STRENGTH["<"] + 1) for operand in operands]
            rest = "".join(f" {sign} {part}" for sign, part in zip(operators, parts[1:], strict=True))
            return parts[0] + rest, STRENGTH["<"]
        case Logic("implies", (left, right)):
            own = STRENGTH["implies"]
            return f"{_within(left, own + 1)} implies {_within(right, own)}", own
        case Logic(operator, parts):
            own = STRENGTH[operator]
            return f" {operator} ".join(_within(part, own + 1) for part in parts), own
    raise AssertionError(node)


def _within(node: Node, least: int) -> str:
    text, strength = _text(node)
    return text if strength >= least else f"({text})"


def _of(variant: str | None, path: str) -> str:
    return path if variant is None else f"{variant}.{path}"


def _called(name: str) -> str:
    return name if name in FUNCTIONS else name_text(name)


def _list(arguments: tuple[Node, ...]) -> str:
    return ", ".join(_text(argument)[0] for argument in arguments)
