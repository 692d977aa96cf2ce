"""Where in a scenario file the characters of a map stand.

A map is a value of several lines, mostly a block: `map: |` and the lines behind it, further in than the key. Reading
YAML takes the indentation away, so that a place within the map has to be found again in the file. Where that cannot be
(text in quotes with escapes, folded text, a map set at the command line), the problem has the place of the value, and
says line and column of the map.
"""

from __future__ import annotations

from dataclasses import replace

from deceptive_sim.core.errors import Position, Problem
from deceptive_sim.scenario.yaml_text import Document, Steps


def in_file(problem: Problem, name: str, text: str, steps: Steps, document: Document) -> Problem:
    """A problem of a map by its path in the file, with the place of its character there.

    Parameters
    ----------
    problem : Problem
        With line and column within the map, if it has a place.
    name : str
        The path of the map.
    text : str
        The map, as it was read.
    steps : tuple
        The map's place in the data.
    document : Document
    """
    value, within = document.place_of_value(steps), problem.position
    if within is None or value is None:
        return replace(problem, name=name, position=value)
    written = _written(within, text, value, document)
    if written is not None:
        return replace(problem, name=name, position=written)
    told = f"{name}: line {within.line}, column {within.column} of the map"
    return replace(problem, name=told, position=value)


def lines_are_lost(text: str, steps: Steps, document: Document) -> bool:
    """Whether a file has several lines for what was read as one, as YAML does where a map is not behind a bar."""
    value, row = document.place_of_value(steps), text.rstrip("\n")
    if value is None or "\n" in row or value.file != document.file or value.line > len(document.lines):
        return False
    written = document.lines[value.line - 1][value.column - 1 :]
    return not written.startswith("|") and _in_one_line(written, row) is None


def _written(within: Position, text: str, value: Position, document: Document) -> Position | None:
    """Where the file has a character of a map; None if the file does not have the map as it was read."""
    if value.file != document.file or value.line > len(document.lines):
        return None
    first = document.lines[value.line - 1]
    if "\n" not in text and (inside := _in_one_line(first[value.column - 1 :], text)) is not None:
        return replace(value, column=value.column + inside + within.column - 1)
    row = text.split("\n")[within.line - 1]
    number = value.line + within.line  # behind the line of the bar
    if not first[value.column - 1 :].startswith("|") or number > len(document.lines):
        return None
    source = document.lines[number - 1]
    before = source.removesuffix(row)
    if not source.endswith(row):
        return None
    return Position(file=value.file, line=number, column=len(before) + within.column, source=source)


def _in_one_line(written: str, text: str) -> int | None:
    """How many characters stand before a value that is written in one line: a quotation mark, or none."""
    for opening in ('"', "'", ""):
        if written.startswith(opening + text):
            return len(opening)
    return None
