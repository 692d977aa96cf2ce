"""From what is wrong with a claim to its place in the scenario file.

Errors of claims are named `claims.ID.given.p`; those of expressions also know their place in the expression's text,
under a file named `<claims.ID.claim>`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

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
        return replace(problem, position=document.place_of_value(("claims", row)))  # of `--set`, which nobody wrote
    name = problem.name if inner is None else inner.file[1:-1]
    steps, known = _steps(name.removeprefix(f"claims.{claim}."), ("claims", row), document.data)
    if inner is None or not isinstance(known, str):
        value = document.place_of_value(steps)
        named_key = problem.got is None and isinstance(steps[-1], str) and steps[-1] not in {"claim", "assume", "agent"}
        return replace(problem, position=document.place_of_key(steps) if named_key else value)
    outer = document.place_of_value(steps)
    return replace(problem, position=outer and _within(outer, known, inner))


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


def _within(outer: Position, text: str, inner: Position) -> Position:
    """The place of something within a text that stands in a file.

    Text that stands on one line as it is gives line and column. Folded text, and text with escapes, is shown as it was
    read instead of the file's line, moved so that the caret stands right.
    """
    for quote in ("", '"', "'"):
        start = outer.column - 1 + len(quote)
        if outer.source[outer.column - 1 :].startswith(quote + text.split("\n")[0]) and "\n" not in text.rstrip("\n"):
            return replace(outer, column=start + inner.column)
    gap = outer.column - inner.column
    return replace(outer, source=" " * gap + inner.source if gap >= 0 else inner.source[-gap:])
