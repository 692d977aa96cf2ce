"""Dotted parameter paths: `training.modification.A`, `agents.mesa-optimiser.discount`.

One grammar for `--set`, axes, claims and beliefs: names joined by dots; a name starts with a letter and goes on with
letters, digits, `_` and `-`; whole numbers stand for places in a list. What a path means in a scenario is decided by
`deceptive_sim.scenario.paths`.
"""

from __future__ import annotations

import re

from deceptive_sim.core.errors import wrong

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
NAME_RULE = "must start with a letter and go on with letters, digits, _ or - (64 at most)"
_STEP = re.compile(rf"{NAME.pattern}|[0-9]{{1,6}}")


def parse_path(text: str) -> tuple[str, ...]:
    """Split a dotted path into its steps; an `InputError` names the path if it is not one."""
    steps = tuple(text.strip().split("."))
    if len(text) > 500 or len(steps) > 20 or not all(_STEP.fullmatch(step) for step in steps):
        raise wrong("path", "must be names joined by dots, such as training.modification.A", text)
    return steps


def join_path(steps: tuple[str | int, ...]) -> str:
    """The dotted text of a path."""
    return ".".join(str(step) for step in steps)
