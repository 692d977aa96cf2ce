"""The words of a text, one after another: numbers, names, texts in quotes and signs.

Guaranteed: linear time; every character of the text is part of a word, is white space, or is refused at its place.
Nothing is evaluated, and no name is looked up.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from typing import NamedTuple

from deceptive_sim.claims.language.source import Source
from deceptive_sim.claims.language.tree import Span
from deceptive_sim.core.errors import InputError
from deceptive_sim.core.paths import parse_path

LONGEST_TEXT = 4_000
"""Characters of an expression."""

LONGEST_QUOTED = 400
"""Characters between quotes."""

LONGEST_NAME = 500
"""Characters of a dotted name."""


class Sort(enum.Enum):
    """What a word is."""

    NUMBER = enum.auto()
    NAME = enum.auto()
    QUOTED = enum.auto()
    SIGN = enum.auto()
    END = enum.auto()


class Token(NamedTuple):
    """A word: for names in backquotes and texts in quotes, `text` is what stands between these.

    `bare` is whether a name stands without backquotes, so that it can be a keyword.
    """

    sort: Sort
    text: str
    span: Span
    bare: bool = True


SIGNS = ("**", "<=", ">=", "==", "!=", "+", "-", "*", "/", "<", ">", "(", ")", ",")

REFUSED = {
    "<=>": "write iff",
    "<->": "write iff",
    "==>": "write implies",
    "===": "did you mean ==?",
    "...": "write the whole text in quotes",
    ":=": "names are defined under names:",
    "//": "write floor(a / b)",
    "=>": "write >= or implies",
    "->": "write implies",
    "=<": "did you mean <=?",
    "<<": "did you mean <?",
    ">>": "did you mean >?",
    "<>": "did you mean !=?",
    "&&": "write and",
    "||": "write or",
    "=": "did you mean ==?",
    "&": "write and",
    "|": "write or",
    "^": "powers are written **",
    "!": "write not",
    "~": "write not",
    "%": "write a - b * floor(a / b)",
    "@": None,
    "[": "there are no lists and no subscripts; action(2) is the action in episode 2",
    "]": "there are no lists and no subscripts",
    "{": "there are no sets and no mappings",
    "}": "there are no sets and no mappings",
    ";": "write one expression; truths are joined by and",
    ":": "ranges stand under given:",
    "#": "comments stand outside the text",
    "?": "write implies",
    "$": None,
    "\\": None,
    "_": "names start with a letter",
    ".": "names are joined by dots without spaces",
}
"""Signs that are known from elsewhere, and what to write in their place."""

ALIKE = {
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "×": "*",
    "·": "*",
    "÷": "/",
    "−": "-",
    "–": "-",
    "—": "-",
    "∧": "and",
    "∨": "or",
    "¬": "not",
    "⇒": "implies",
    "→": "implies",
    "⇔": "iff",
    "↔": "iff",
    "²": "** 2",
    "³": "** 3",
    "½": "1/2",
    "“": '"',
    "”": '"',
    "„": '"',
    "‘": "'",
    "’": "'",
    "\u00a0": "a plain space",
}
"""Characters that look like words of the language."""

_SPACE = re.compile(r"[ \t\r\n]+")
_NUMBER = re.compile(r"(?:[0-9]+(?:\.(?!\.)[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\.(?:[A-Za-z][A-Za-z0-9_]*|[0-9]{1,6}(?![0-9A-Za-z_])))*")
_SIGN = re.compile("|".join(re.escape(sign) for sign in sorted((*SIGNS, *REFUSED), key=len, reverse=True)))
_WORD = re.compile(r"\w{1,40}")


def tokens(source: Source) -> tuple[Token, ...]:
    """The words of a text, with one of sort `END` behind them; an `InputError` is about the first that is none."""
    if len(source.text) > LONGEST_TEXT:
        rule = f"must have at most {LONGEST_TEXT:,} characters"
        source.refuse(Span(0, 0), rule, str(len(source.text)), "give parts of it names under names:")
    return tuple(_tokens(source))


def _tokens(source: Source) -> Iterator[Token]:
    text, place = source.text, 0
    while place < len(text):
        space = _SPACE.match(text, place)
        if space:
            place = space.end()
            continue
        token = _token(source, place)
        yield token
        place = token.span.end
    yield Token(Sort.END, "", Span(len(text), len(text)))


def _token(source: Source, place: int) -> Token:
    text = source.text
    if text[place] in "'\"":
        return _quoted(source, place)
    if text[place] == "`":
        return _backquoted(source, place)
    if number := _NUMBER.match(text, place):
        return _number(source, Span(*number.span()))
    if name := _NAME.match(text, place):
        return _name(source, Span(*name.span()))
    if sign := _SIGN.match(text, place):
        span = Span(*sign.span())
        if sign[0] in REFUSED:
            source.refuse(span, f"cannot have {sign[0]} here", None, REFUSED[sign[0]])
        return Token(Sort.SIGN, sign[0], span)
    return _foreign(source, place)


def _number(source: Source, span: Span) -> Token:
    behind = source.text[span.end : span.end + 1]
    word = _WORD.match(source.text, span.end)
    if word:
        whole = Span(span.start, word.end())
        hint = (
            f"{source.written(span)} * {word[0]}" if _NAME.fullmatch(word[0]) and whole.end - whole.start < 40 else None
        )
        source.refuse(span, "must have an operator between a number and what follows", source.written(whole), hint)
    if behind == ".":
        whole = Span(span.start, span.end + 1)
        source.refuse(span, "must have numbers such as 1/3, 0.2 or 2", source.written(whole))
    return Token(Sort.NUMBER, source.written(span), span)


def _name(source: Source, span: Span) -> Token:
    behind = source.text[span.end : span.end + 1]
    if behind in {"'", '"'}:
        rule = "must have nothing right before quotes"
        source.refuse(span, rule, source.written(Span(span.start, span.end + 1)))
    if behind.isalnum():
        _foreign(source, span.end)
    if span.end - span.start > LONGEST_NAME:
        source.refuse(span, f"must have names of at most {LONGEST_NAME} characters", source.written(span))
    return Token(Sort.NAME, source.written(span), span)


def _quoted(source: Source, place: int) -> Token:
    inner, span = _between(source, place)
    if len(inner) > LONGEST_QUOTED:
        source.refuse(span, f"must have at most {LONGEST_QUOTED} characters between quotes", str(len(inner)))
    odd = next((offset for offset, c in enumerate(inner) if not c.isprintable() or c == "\\"), None)
    if odd is not None:
        rule = "must have plain characters between quotes, no backslash, line break or control character"
        source.refuse(Span(place + 1 + odd, place + 2 + odd), rule)
    return Token(Sort.QUOTED, inner, span)


def _backquoted(source: Source, place: int) -> Token:
    inner, span = _between(source, place)
    try:
        steps = parse_path(inner)
    except InputError:
        steps = ()
    if not steps or inner != inner.strip() or not inner[0].isalpha():
        rule = "must have a dotted path between backquotes, such as `late-training.episodes`"
        source.refuse(span, rule, inner)
    return Token(Sort.NAME, inner, span, bare=False)


def _between(source: Source, place: int) -> tuple[str, Span]:
    """What stands between a quote sign and the next one like it."""
    quote = source.text[place]
    end = source.text.find(quote, place + 1)
    if end < 0:
        source.refuse(Span(place, place + 1), f"must close the quotes opened here: {quote}")
    return source.text[place + 1 : end], Span(place, end + 1)


def _foreign(source: Source, place: int) -> Token:
    character, span = source.text[place], Span(place, place + 1)
    if character in ALIKE:
        source.refuse(span, f"cannot have {character} here", None, f"write {ALIKE[character]}")
    if character.isalpha():
        source.refuse(span, "must have names of the letters a to z, A to Z", character)
    source.refuse(span, "has a character that is not in the language", character)
