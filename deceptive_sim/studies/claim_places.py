"""From what is wrong with a claim to its place in the scenario file.

Errors of claims are named `claims.ID.given.p`; those of expressions also know their place in the expression's text,
under a file named `<claims.ID.claim>`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from deceptive_sim.core.errors import Position, Problem
from deceptive_sim.scenario.problems import in_order
from deceptive_sim.scenario.yaml_text import Data, Document, Steps


def located(problems: Iterable[Problem], row: int, claim: str, document: Document) -> list[Problem]:
    """Problems of one claim with their places in the file, in its order.

    Parameters
    ----------
    problems : iterable of Problem
    row : int
        Which claim of the file it is, from 0.
    claim : str
        Its id.
    document : Document
    """
    return in_order(_located(problem, row, claim, document) for problem in problems)


def _located(problem: Problem, row: int, claim: str, document: Document) -> Problem:
    inner = problem.position
    if inner is not None and not (inner.file.startswith("<") and inner.file.endswith(">")):
        return replace(problem, position=document.place_of_value(("claims", row)))  # of a value that a case sets
    name = problem.name if inner is None else inner.file[1:-1]
    steps, known = _steps(name.removeprefix(f"claims.{claim}."), ("claims", row), document.data)
    if inner is None or not isinstance(known, str):
        value = document.place_of_value(steps)
        named_key = problem.got is None and isinstance(steps[-1], str) and steps[-1] not in {"claim", "assume", "agent"}
        return replace(problem, position=document.place_of_key(steps) if named_key else value)
    outer = document.place_of_value(steps)
    return replace(problem, position=outer and (_within(document, outer, known, inner) or outer))


def _steps(rest: str, steps: Steps, data: Data) -> tuple[Steps, Data]:
    """The deepest place of the file that a name leads to, and what stands there. Keys may have dots themselves."""
    for step in steps:
        data = data[step]
    while rest:
        keys = [
            str(key) for key in (data if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ())
        ]
        fitting = [key for key in keys if rest == key or rest.startswith(f"{key}.")]
        if not fitting:
            break
        key = max(fitting, key=len)
        step = int(key) if isinstance(data, list) else key
        data, steps, rest = data[step], (*steps, step), rest[len(key) + 1 :]
    return steps, data


def _within(document: Document, outer: Position, text: str, inner: Position) -> Position | None:
    """The place in a file of something within a text that stands there, folded or not; None if it has escapes.

    YAML changes blanks and line breaks when it reads a text, and nothing else in plain and block text; so the place is
    found by counting the other characters.
    """
    lines = document.lines[outer.line - 1 :] if outer.file == document.file else [outer.source]
    inner_lines = text.split("\n")
    before = "".join(inner_lines[: inner.line - 1]) + inner_lines[inner.line - 1][: inner.column - 1]
    wanted, count = _characters(text), len(_characters(before))
    found = list(islice(_places(lines, outer), len(wanted)))
    if not wanted or [character for character, _, _ in found] != list(wanted):
        return None
    _, row, column = found[min(count, len(wanted) - 1)]
    return replace(
        outer, line=outer.line + row, column=column + 1 + (count >= len(wanted)), source=lines[row].rstrip("\r")
    )


def _characters(text: str) -> str:
    return "".join(text.split())


def _places(lines: Sequence[str], outer: Position) -> Iterator[tuple[str, int, int]]:
    """The characters of a text in a file that are no blanks, each with its line and column, counted from 0."""
    for row, line in enumerate(lines):
        start = outer.column - 1 if row == 0 else 0
        start += len(_opening(line[start:])) if row == 0 else 0
        for column, character in enumerate(line[start:], start):
            if not character.isspace():
                yield character, row, column


def _opening(text: str) -> str:
    """What begins a text without belonging to it: a quote, or the mark of a block (`>-`), with a comment."""
    block = re.match(r"[|>][0-9+-]*(\s.*)?$", text)
    return block[0] if block else text[:1] if text[:1] in {"'", '"'} else ""
