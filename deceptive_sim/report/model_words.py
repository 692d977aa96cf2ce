"""The answer of a game that is no phased game, and its pictures, in words. They are escaped where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import groupby, pairwise
from typing import Any

from deceptive_sim.core.exact import readable, text_of, to_float
from deceptive_sim.games.models import Kind
from deceptive_sim.games.views import View
from deceptive_sim.report.words import shortened
from deceptive_sim.studies.expectations import shown

LONGEST_EXACT, LONGEST_CELL, MOST_LINES = 40, 110, 40

KINDS = {
    Kind.PHASED: "A game of phases, solved by backward induction over its selves.",
    Kind.FINITE: (
        "A finite game: what every self does is found by backward induction, from the last step to the first, in every "
        "state that can be reached."
    ),
    Kind.POLICY: (
        "The policy itself is what is chosen: all policies, or all probabilities, are compared by what they are worth."
    ),
    Kind.CONTINUOUS: (
        "Outputs are real numbers: the best one of every episode follows from the later ones, by a recursion from the "
        "last episode to the first."
    ),
}
"""How games of each kind are solved."""


def answer_rows(answer: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Each field of an answer: its name and lines of text."""
    return [(name.replace("_", " "), _lines(value)) for name, value in answer.items()]


def _lines(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        entries = [f"{key}: {_line(entry)}" for key, entry in value.items()]
        more = [f"… and {len(entries) - MOST_LINES} more"] if len(entries) > MOST_LINES else []
        return entries[:MOST_LINES] + more or ["none"]
    if isinstance(value, list | tuple) and not value:
        return ["none"]
    return [_line(value)]


def _line(value: Any) -> str:
    """A value; of a fraction both the exact number and a decimal one."""
    if not isinstance(value, Fraction) or value.denominator == 1:
        return shown(value)
    exact = text_of(value)
    decimal = f"{to_float(value):.8g}"
    return f"{exact} ({decimal})" if len(exact) <= LONGEST_EXACT else readable(value)


def cut(text: str) -> tuple[str, str]:
    """A text as it is shown at first, and all of it if that is more (else nothing)."""
    short = shortened(text, LONGEST_CELL)
    return (short, text) if short.endswith("…") and not text.endswith("…") else (short, "")


def heading(view: View, name: str) -> str:
    """What stands above a picture."""
    if name != "curves":
        return {"grid": "Where it goes", "steps": "What is done, step by step"}[name]
    across, up = view.axes
    told = up or shortened(", ".join(view.curves), 60)
    return f"{told[:1].upper()}{told[1:]} by {across}"


def caption(view: View, name: str, *, headed: bool = False) -> str:
    """What a picture shows, which under a heading of its own need not be said again."""
    if name == "grid":
        moving = any(one.rows != other.rows for one, other in pairwise(view.frames))
        return f"The way that is taken{', on the grid as it is when a stretch of it begins' if moving else ''}."
    if name == "steps":
        return f"One cell for each step, in the game of {len(view.letters)} steps."
    said = "" if headed else f"{heading(view, name)}. "
    asked = "The dotted line is the game that was asked for. " if view.here is not None else ""
    same = "Curves that are the same share a line." if len(set(view.curves.values())) < len(view.curves) else ""
    return (said + asked + same).strip()


def alt_text(view: View, name: str) -> str:
    """A picture in a sentence or two, for readers who do not see it."""
    if name == "grid":
        return f"Ways in a grid: {'; '.join(_ways(view))}."
    if name == "steps":
        marks = [f"step {step}: {text}" for step, text in sorted(view.marks.items())[:8]]
        noted = f" Marks: {'; '.join(marks)}{' and so on' if len(view.marks) > 8 else ''}." if marks else ""
        return f"What is done, step by step: {shortened(view.letters, 200)}.{noted}"
    told = [
        f"{shortened(key, 60)} from {readable(numbers[0])} to {readable(numbers[-1])}"
        for key, numbers in list(view.curves.items())[:12]
        if numbers
    ]
    return f"{heading(view, name)}: {'; '.join(told)}."


def _ways(view: View) -> list[str]:
    ways = []
    for run, inside in groupby((*view.frames, *view.beside), key=lambda frame: frame.run):
        stops = [frame.agent for frame in inside if frame.agent is not None]
        if stops:
            named = f"{shortened(run, 60)}: " if run else ""
            ways.append(f"{named}from {stops[0]} to {stops[-1]} in {len(stops) - 1} steps")
    return ways
