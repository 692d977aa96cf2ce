"""What environments are made of, as it is asked for: families of mazes, objectives, numbers, ways to look.

The two families of the story have names:

    training     5 to 7 cells a side; the exit green and in the bottom right; apples of every colour but green
    deployment   9 to 11 cells a side; the exit grey and anywhere; more apples, and green
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import InputError, Problem, nearest, quote, wrong
from deceptive_sim.core.exact import NotANumber, exact
from deceptive_sim.maze.family import MazeFamily
from deceptive_sim.maze.objectives import NAMED, weights_of

TRAINING = MazeFamily(height=(5, 7), apples=(1, 3), apple_colours=("red", "blue", "purple", "yellow"))
DEPLOYMENT = MazeFamily(
    height=(9, 11), exit=("anywhere",), exit_colours=("grey",), apples=(2, 5), apple_colours=("green",)
)

FAMILIES = {"training": TRAINING, "deployment": DEPLOYMENT}
"""Families by name."""

STORY_FRAME = (11, 11)
"""Rows and columns that hold both, so that whoever learns in one can be looked at in the other."""

LARGEST_VIEW = 101

Family: TypeAlias = "MazeFamily | Mapping[str, object] | str"
Goal: TypeAlias = "str | Mapping[str, float | Fraction | str]"
Frame: TypeAlias = tuple[int, int]


@dataclass(frozen=True, kw_only=True, eq=False)
class Objective:
    """What pays: its name, and its weights on features, [F] in the order of `FEATURES`."""

    name: str
    weights: NDArray[np.float64]


def read_family(family: Family, name: str = "family") -> MazeFamily:
    """A family, given itself, by the name of one of the story, or by its fields.

    Raises
    ------
    InputError
        If there is no such family, or a field is unknown or broken; fields are named as in `family.height`.
    """
    if isinstance(family, MazeFamily):
        return family
    if isinstance(family, str):
        if family not in FAMILIES:
            raise wrong(name, "must be a family of mazes", family, nearest(family, FAMILIES))
        return FAMILIES[family]
    if not isinstance(family, Mapping):
        raise wrong(name, "must be a family of mazes, its name or its fields", family)
    known = [field.name for field in fields(MazeFamily)]
    unknown = [str(field) for field in family if field not in known]
    if unknown:
        raise InputError(
            Problem(name=f"{name}.{field}", rule="is no field of a family", hint=nearest(field, known))
            for field in unknown
        )
    try:
        return MazeFamily(**family)  # type: ignore[arg-type]
    except InputError as error:
        raise InputError(problem.within(name) for problem in error.problems) from None


def read_frame(frame: Frame | None, asked: Mapping[str, Family], families: Mapping[str, MazeFamily]) -> Frame:
    """Rows and columns of cells that observations have room for.

    None: what the families need, or, where all of them are of the story, what both of the story need.
    """
    needed = max(one.heights[-1] for one in families.values()), max(one.widths[-1] for one in families.values())
    if frame is None:
        story = all(isinstance(one, str) for one in asked.values())
        return STORY_FRAME if story else needed
    sides = tuple(frame) if isinstance(frame, tuple | list) else ()
    if len(sides) != 2 or not all(isinstance(side, int) and not isinstance(side, bool) for side in sides):
        raise wrong("frame", "must be two whole numbers, rows and columns", frame)
    if sides[0] < needed[0] or sides[1] < needed[1]:
        rule = f"must have room for mazes of {needed[0]} x {needed[1]}"
        raise wrong("frame", rule, f"{sides[0]} x {sides[1]}")
    return sides[0], sides[1]


def read_objective(objective: Goal, name: str = "objective") -> Objective:
    """An objective by its name, or by its weights on features.

    Raises
    ------
    InputError
        If there is no such objective or feature, or a weight is no number.
    """
    if isinstance(objective, str):
        return Objective(name=objective, weights=weights_of(objective))
    if not isinstance(objective, Mapping) or not objective:
        raise wrong(name, f"must be one of {', '.join(NAMED)}, or weights on features", objective)
    weights = {str(feature): read_number(f"{name}.{feature}", weight) for feature, weight in objective.items()}
    shown = ", ".join(f"{feature}: {weight}" for feature, weight in weights.items())
    return Objective(name=shown, weights=weights_of(weights))


def read_number(name: str, value: object, *, least: Fraction | int | None = None, most: int | None = None) -> Fraction:
    """A number, exactly, within its bounds."""
    try:
        number = exact(value)
    except NotANumber as problem:
        raise wrong(name, str(problem), value) from None
    if least is not None and number < least:
        raise wrong(name, f"must be at least {least}", value)
    if most is not None and number > most:
        raise wrong(name, f"must be at most {most}", value)
    return number


def read_time_limit(value: object) -> Fraction:
    """Moves per floor cell: more than 0, at most 1000."""
    limit = read_number("time_limit", value, most=1000)
    if limit <= 0:
        raise wrong("time_limit", "must be more than 0", value)
    return limit


def read_view(observation: str | int) -> int | None:
    """Cells along the side of what the agent sees around it; None for the whole maze."""
    if isinstance(observation, str) and observation == "full":
        return None
    if isinstance(observation, bool) or not isinstance(observation, int):
        raise wrong("observation", 'must be "full" or an odd number of cells', observation)
    if observation % 2 == 0 or not 1 <= observation <= LARGEST_VIEW:
        raise wrong("observation", f"must be an odd number of cells from 1 to {LARGEST_VIEW}", observation)
    return observation


def read_count(name: str, value: object, least: int, most: int) -> int:
    """A whole number within its bounds."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise wrong(name, f"must be a whole number from {least} to {most}", value)
    return value


def read_render_mode(mode: str | None, modes: tuple[str, ...]) -> str | None:
    """How to draw, or None not to."""
    if mode is not None and not (isinstance(mode, str) and mode in modes):
        raise wrong("render_mode", "must be a way to draw", mode, nearest(mode, modes))
    return mode


def read_action(action: object, rule: str, count: int) -> int:
    """An action's number, from 0 and below `count`; the rule says what it must be."""
    try:
        number = operator.index(action)  # type: ignore[arg-type]
    except TypeError:
        raise InputError(Problem(name="action", rule=rule, got=quote(action))) from None
    if not 0 <= number < count:
        raise wrong("action", rule, number)
    return number


def read_options(options: object) -> Mapping[str, Any]:
    """What a reset is told besides the seed; nothing is an empty mapping."""
    if options is None:
        return {}
    if not isinstance(options, Mapping):
        raise wrong("options", "must be a mapping", options)
    return options
