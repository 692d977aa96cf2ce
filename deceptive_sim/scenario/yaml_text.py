"""YAML text to plain data, with the place of every key and value.

YAML 1.2 as read by ruamel.yaml's pure parser, restricted to what a scenario needs: one document of mappings, lists and
scalars. Anchors, aliases, tags, directives, duplicate keys, several documents, files over 1 MB and absurd nesting are
refused. Numbers stay text (`Numeric`), so that `0.2` is one fifth and nothing passes through binary floats; `no` is
text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from deceptive_sim.core.errors import InputError, Position, Problem, printable, quote

Data: TypeAlias = Any
"""dict (text keys), list, str, Numeric, bool or None."""

Steps: TypeAlias = tuple[str | int, ...]
"""A place in the data: keys and list indices from the root."""

MOST_BYTES = 1_000_000
MOST_VALUES = 20_000
DEEPEST = 30

TOO_LONG = f"must be at most {MOST_BYTES // 1_000_000} MB"

_NUMERIC = re.compile(
    r"[+-]?(?:\d[\d_]*\.?[\d_]*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|0[xob][0-9a-fA-F_]+|\.(?:inf|Inf|INF))"
    r"|\.(?:nan|NaN|NAN)",
    re.ASCII,
)
_LINE_BREAK = re.compile(r"\r\n|\r|\n")  # those of YAML 1.2 and of editors; NEL and LS are characters
_ENDLESS = re.compile(r"(?<!\S)!\S{500}")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_WORDS |= {word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")}


class Numeric(str):
    """A plain scalar that is written like a number; kept as text until it is read exactly."""

    __slots__ = ()


@dataclass(kw_only=True)
class Document:
    """Plain data and where it stands.

    Attributes
    ----------
    file : str
        The name that errors show.
    data : Data
    keys, values : dict
        Position of the key (of a list entry: of the entry) and of the value at each place.
    lines : sequence of str
        The text itself; empty if it was not read from one.
    """

    file: str
    data: Data = None
    keys: dict[Steps, Position] = field(default_factory=dict)
    values: dict[Steps, Position] = field(default_factory=dict)
    lines: Sequence[str] = field(default=(), repr=False)

    def place_of_value(self, steps: Steps) -> Position | None:
        """Where the value stands, or the nearest thing around it that the text has."""
        while steps and steps not in self.values:
            steps = steps[:-1]
        return self.values.get(steps)

    def place_of_key(self, steps: Steps) -> Position | None:
        """Where the key stands, or the nearest key around it that the text has."""
        while steps and steps not in self.keys:
            steps = steps[:-1]
        return self.keys.get(steps) or self.values.get(())


def read_file(path: Path) -> Document:
    """Read a YAML file; an `InputError` names file, line and column of what it cannot take."""
    name = str(path)
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise InputError(Problem(name=name, rule="is a folder, not a scenario file"))
        if size > MOST_BYTES:
            _refuse(Position(file=name, line=1, column=1), "file", TOO_LONG, f"{size} bytes")
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(Problem(name=name, rule=f"cannot be read: {error.strerror or error}")) from None
    if len(raw) > MOST_BYTES:
        _refuse(Position(file=name, line=1, column=1), "file", TOO_LONG)
    try:
        text = raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = _LINE_BREAK.split(raw[: error.start].decode("utf-8").removeprefix("\ufeff"))
        place = _at(name, len(before) - 1, len(before[-1]), before)
        _refuse(place, "text", "must be UTF-8", f"byte 0x{raw[error.start]:02x}")
    return read_text(text, name)


def read_text(text: str, file: str) -> Document:
    """Read YAML text; `file` is what errors call it."""
    return _Reader(text, file).document


def _said(error: Exception) -> str:
    """What the parser says, in one line; a message without the place, which stands in front."""
    parts = [getattr(error, "context", None), getattr(error, "problem", None)]
    return printable(", ".join(str(part) for part in parts if part) or str(error) or "it is malformed")


def _refuse(position: Position, name: str, rule: str, got: str | None = None) -> NoReturn:
    raise InputError(Problem(name=name, rule=rule, got=got, position=position))


def _at(file: str, line: int, column: int, lines: list[str]) -> Position:
    source = lines[line] if line < len(lines) else ""
    return Position(file=file, line=line + 1, column=column + 1, source=source.rstrip("\r"))


class _Reader:
    """Builds a `Document` from parser events, without recursion."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.lines = _LINE_BREAK.split(text)
        self.document = Document(file=file, lines=self.lines)
        self.count = 0
        self.stack: list[tuple[Any, Steps]] = []
        self.pending: dict[int, str] = {}
        self._last = self._place_at(0, 0)
        self._refuse_beforehand(text)
        for event in self._events(text):
            self._last = self._place(event)
            self._take(event)
        if not self.document.values:
            self.document.values[()] = self._place_at(0, 0)

    def _events(self, text: str) -> Iterator[Any]:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLError
        from ruamel.yaml.reader import ReaderError

        try:
            yield from YAML(typ="safe", pure=True).parse(text)
        except ReaderError as error:
            before = _LINE_BREAK.split(text[: error.position])
            place = self._place_at(len(before) - 1, len(before[-1]))
            _refuse(place, "text", "must not contain control characters", f"U+{ord(text[error.position]):04X}")
        except MarkedYAMLError as error:
            _refuse(self._place_of_error(error), "YAML", f"cannot be read: {_said(error)}")
        except (
            YAMLError,
            ArithmeticError,
            AssertionError,
            AttributeError,
            LookupError,
            TypeError,
            ValueError,
        ) as error:
            # the parser's own slips on malformed text, such as the escape \\Uffffffff
            _refuse(self._last, "YAML", f"cannot be read: {_said(error)}")

    def _refuse_beforehand(self, text: str) -> None:
        """What the parser would take, or would take long for: directives, and tags that go on and on."""
        line = next((line for line, words in enumerate(self.lines) if words.strip() and words[0] != "#"), 0)
        if self.lines[line].startswith("%"):
            _refuse(self._place_at(line, 0), "directive", "is not allowed", quote(self.lines[line].split()[0]))
        endless = _ENDLESS.search(text)
        if endless:
            before = _LINE_BREAK.split(text[: endless.start()])
            place = self._place_at(len(before) - 1, len(before[-1]))
            _refuse(place, "word", "that begins with ! must be short", printable(endless[0], 60))

    def _place_of_error(self, error: Any) -> Position:
        """Where it went wrong; what is never closed is shown where it begins, not at the end of the file."""
        mark = error.problem_mark or error.context_mark
        if mark is None:
            return self._last
        at_end = not "".join([*self.lines[mark.line][mark.column :], *self.lines[mark.line + 1 :]]).strip()
        if at_end and error.context_mark is not None:
            mark = error.context_mark
        return self._place_at(mark.line, mark.column)

    def _place_at(self, line: int, column: int) -> Position:
        return _at(self.file, line, column, self.lines)

    def _place(self, event: Any) -> Position:
        return self._place_at(event.start_mark.line, event.start_mark.column)

    def _take(self, event: Any) -> None:
        kind = type(event).__name__
        if kind == "DocumentStartEvent":
            self._start_document(event)
        elif kind == "AliasEvent":
            _refuse(
                self._last,
                "alias",
                "is not allowed: write the value out",
                f"*{printable(str(event.anchor), 60)}",
            )
        elif kind == "ScalarEvent":
            self._plain_only(event)
            self._add(event, self._scalar(event))
        elif kind in {"MappingStartEvent", "SequenceStartEvent"}:
            self._plain_only(event)
            self._open(event, {} if kind == "MappingStartEvent" else [])
        elif kind in {"MappingEndEvent", "SequenceEndEvent"}:
            self.stack.pop()

    def _start_document(self, event: Any) -> None:
        if self.document.values:
            _refuse(self._last, "file", "must be a single YAML document", "a second one")

    def _plain_only(self, event: Any) -> None:
        if event.anchor is not None:
            _refuse(
                self._last,
                "anchor",
                "is not allowed: write the value out",
                f"&{printable(str(event.anchor), 60)}",
            )
        if event.ctag is not None:  # as it is written: `event.tag` decodes it, which takes long for a long one
            _refuse(
                self._last,
                "tag",
                "is not allowed",
                printable(f"{event.ctag.handle or ''}{event.ctag.suffix}", 60),
            )
        self.count += 1
        if self.count > MOST_VALUES:
            _refuse(self._last, "file", f"must have at most {MOST_VALUES} values")

    def _scalar(self, event: Any) -> Data:
        value = str(event.value)
        lone = _SURROGATE.search(value)
        if lone:
            _refuse(self._last, "text", "must not contain lone surrogates", f"U+{ord(lone[0]):04X}")
        if event.style not in (None, "") or not event.implicit[0]:
            return value
        if value in _WORDS:
            return _WORDS[value]
        return Numeric(value) if _NUMERIC.fullmatch(value) else value

    def _open(self, event: Any, container: dict[str, Data] | list[Data]) -> None:
        steps = self._add(event, container)
        if len(self.stack) >= DEEPEST:
            _refuse(self._last, "nesting", f"must be at most {DEEPEST} deep")
        self.stack.append((container, steps))

    def _add(self, event: Any, value: Data) -> Steps:
        """Put a value where the parser stands; in a mapping, keys and values come in turn."""
        place = self._last
        if not self.stack:
            self.document.data = value
            self.document.values[()] = place
            return ()
        container, steps = self.stack[-1]
        if isinstance(container, list):
            here = (*steps, len(container))
            container.append(value)
            self.document.keys[here] = self.document.values[here] = place
            return here
        depth = len(self.stack)
        if depth not in self.pending:
            self._key(event, value, container, steps)
            return steps
        here = (*steps, self.pending.pop(depth))
        container[str(here[-1])] = value
        self.document.values[here] = place
        return here

    def _key(self, event: Any, value: Data, container: dict[str, Data], steps: Steps) -> None:
        place = self._last
        key = str(event.value) if type(event).__name__ == "ScalarEvent" else None
        if not key:
            _refuse(place, "key", "must be a word", quote(value) if key is None else "nothing")
        here = (*steps, key)
        if key in container:
            first = self.document.keys[here]
            _refuse(place, f"key {quote(key)}", f"must stand once, it is on line {first.line} already")
        container[key] = None
        self.document.keys[here] = self.document.values[here] = place
        self.pending[len(self.stack)] = key
