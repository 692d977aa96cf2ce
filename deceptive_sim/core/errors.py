"""Errors that name the thing, the rule and the value, and for files the line and column.

A `Problem` is one broken rule. An `InputError` carries one or more of them, so that a file with several mistakes is
reported in one go. Everything a user can get wrong ends in an `InputError`; any other exception is a bug of ours.
"""

from __future__ import annotations

import difflib
import functools
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

SHOWN_CHARACTERS = 160
"""Longest piece of a user's text that an error quotes."""

LONGEST_SENTENCE = 1000
"""Longest error line; it may list several words, each of which may be long."""

COMPARED = 50
"""How many words are compared in full to find the nearest one."""

MOST_LISTED = 13
"""How many valid words an error lists, where none is near."""

LONGEST_QUOTE = 60
"""Longest value that an error quotes."""


class DeceptiveSimError(Exception):
    """Base of every error that the package raises on purpose."""


@dataclass(frozen=True, kw_only=True)
class Position:
    """Where in a text something stands. `line` and `column` count characters from 1."""

    file: str
    line: int
    column: int
    source: str = ""

    def caret(self) -> str:
        """The source line with a caret under the column, cut to a window around it; empty if there is no source."""
        if not self.source.strip():
            return ""
        start = max(0, self.column - 1 - SHOWN_CHARACTERS // 2)
        window = self.source[start : start + SHOWN_CHARACTERS]
        shown = "".join(c if c.isprintable() else " " for c in window)
        before = shown[: self.column - 1 - start]
        return f"    {shown}\n    {' ' * sum(map(_width, before))}^"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One broken rule: `name` is the dotted path of the thing, `rule` reads on from it ("must be ...").

    `got` is the offending value as the user wrote it, `hint` the nearest valid word or a way out.
    """

    name: str
    rule: str
    got: str | None = None
    hint: str | None = None
    position: Position | None = None

    def sentence(self) -> str:
        """Name, rule and value in one line, whatever characters the user's words have."""
        got = "" if self.got is None else f", got {self.got}"
        hint = "" if self.hint is None else f" ({self.hint})"
        name = printable(self.name, SHOWN_CHARACTERS)
        return printable(f"{name} {self.rule}{got}{hint}", LONGEST_SENTENCE)

    def text(self) -> str:
        """The sentence, led by `file:line:column: error:` and followed by the source line where known."""
        if self.position is None:
            return f"error: {self.sentence()}"
        where = self.position
        head = f"{printable(where.file, LONGEST_SENTENCE)}:{where.line}:{where.column}: error: {self.sentence()}"
        caret = where.caret()
        return f"{head}\n{caret}" if caret else head

    def within(self, prefix: str) -> Problem:
        """The same problem, named from one level further out."""
        return replace(self, name=f"{prefix}.{self.name}") if prefix else self


class InputError(DeceptiveSimError, ValueError):
    """What was asked for breaks at least one rule.

    Attributes
    ----------
    problems : tuple of Problem
        Every rule found broken, in the order of the input.
    """

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(problem.sentence() for problem in self.problems))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Problem, ...]]]:
        """How it travels between processes: as its problems, not as their text."""
        return type(self), (self.problems,)


class OutputError(DeceptiveSimError):
    """A result could not be written; what stood there before is untouched."""


def wrong(name: str, rule: str, got: object = None, hint: str | None = None) -> InputError:
    """An `InputError` with one problem; `got` is quoted and cut to a readable length."""
    return InputError(Problem(name=name, rule=rule, got=None if got is None else quote(got), hint=hint))


def quote(value: object) -> str:
    """A value as it is shown in an error: text without control characters, never longer than a line."""
    if isinstance(value, dict):
        return f"a mapping of {len(value)}" if value else "an empty mapping"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}" if value else "an empty list"
    if isinstance(value, bool):
        return "true" if value else "false"
    try:
        shown = printable(value if isinstance(value, str) else str(value), LONGEST_QUOTE)
    except ValueError:  # more digits than the interpreter converts by default
        shown = "a number too long to print"
    return f'"{shown}"' if isinstance(value, str) and not _number_like(shown) else shown


def printable(text: str, longest: int = SHOWN_CHARACTERS) -> str:
    """Text without control characters, line breaks and marks of direction, cut to a length."""
    shown = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[: longest + 1])
    return shown if len(shown) <= longest else shown[: longest - 3] + "..."


def nearest(word: object, valid: Iterable[str]) -> str | None:
    """A hint that names the nearest valid word, or lists the valid words if there are few; None if nothing helps.

    What is no text, as happens in Python, is near to none.
    """
    words = list(dict.fromkeys(valid))
    folded = {candidate.lower(): candidate for candidate in reversed(words)}
    asked = word.lower()[:SHOWN_CHARACTERS] if isinstance(word, str) else ""
    close = difflib.get_close_matches(asked, _alike(asked, folded), n=1, cutoff=0.6)
    if close:
        return f"did you mean {folded[close[0]]}?"
    if 0 < len(words) <= MOST_LISTED:
        return f"one of {', '.join(words)}"
    return None


def _alike(word: str, candidates: Iterable[str]) -> list[str]:
    """The few candidates that share most pairs of letters with a word; to compare all in full would take long."""
    pairs = _pairs(word)
    return sorted(candidates, key=lambda candidate: -len(pairs & _pairs(candidate)))[:COMPARED]


@functools.lru_cache(maxsize=20_000)
def _pairs(word: str) -> frozenset[str]:
    return frozenset(word[place : place + 2] for place in range(min(len(word), SHOWN_CHARACTERS)))


def _width(character: str) -> int:
    """How many columns of a terminal a character takes."""
    if unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _number_like(text: str) -> bool:
    return bool(text) and all(c in "0123456789+-./eE" for c in text)
