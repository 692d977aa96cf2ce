"""Whatever Python object is given where another is meant: an InputError that names the field, or a sound reading."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from deceptive_sim.core.errors import InputError
from deceptive_sim.maze.adversarial import AdversarySpec
from deceptive_sim.maze.family import MazeFamily
from deceptive_sim.maze.learning import LearningSpec
from deceptive_sim.maze.lifetime.spec import LifetimeSpec
from deceptive_sim.maze.objectives import Pointer, weights_of
from deceptive_sim.maze.planners import Planner
from deceptive_sim.maze.selection import SelectionSpec
from deceptive_sim.maze.shift import ShiftSpec
from deceptive_sim.maze.students import Student
from deceptive_sim.maze.walkers import Plant

EXIT = weights_of("exit")

KINDS: Mapping[str, tuple[Callable[..., Any], Mapping[str, Any]]] = {
    "family": (MazeFamily, {}),
    "planner": (Planner, {"weights": EXIT}),
    "plant": (Plant, {"rule": "unvisited"}),
    "pointer": (Pointer, {"examples": {}}),
    "student": (Student, {"weights": EXIT}),
    "shift": (ShiftSpec, {}),
    "learning": (LearningSpec, {}),
    "adversary": (AdversarySpec, {"students": {"one": Student(weights=EXIT)}}),
    "selection": (SelectionSpec, {}),
    "lifetime": (LifetimeSpec, {}),
}

ODD = [None, float("nan"), float("inf"), -1, "x", "3", 1.5, True, [], {}, (), [None], [[]], {"a": None}, {"a": []}]
ODD += [10**400, object(), np.int64(3), np.float64(2.0), Fraction(1, 3), 1j, b"x", np.zeros((2, 2)), len]


def refusal_of(make: Callable[..., Any], given: Mapping[str, Any]) -> str | None:
    """What is said of arguments that are refused; None if they are taken."""
    try:
        make(**given)
    except InputError as error:
        return str(error)
    return None


@pytest.mark.parametrize("kind", KINDS)
def test_no_object_ends_in_a_traceback(kind: str) -> None:
    """Each odd value in each field; what is refused is refused by its name."""
    make, sound = KINDS[kind]
    for name in make.__dataclass_fields__:  # type: ignore[attr-defined]
        if name == "names":
            continue
        for value in ODD:
            said = refusal_of(make, {**sound, name: value})
            assert said is None or name in said, (name, value, said)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("shift", {"mazes": 1.5}),
        ("shift", {"mazes": True}),
        ("shift", {"families": "training"}),
        ("learning", {"runs": 2.5}),
        ("learning", {"temperature": float("nan")}),
        ("learning", {"saliences": {"a": {"is_green": float("nan")}}}),
        ("learning", {"saliences": {"a": 1}}),
        ("adversary", {"students": {"one": "green"}}),
        ("adversary", {"temperatures": [Fraction(1, 4), 0.25]}),
        ("adversary", {"temperatures": Fraction(1, 4)}),
        ("adversary", {"spread": float("nan")}),
        ("selection", {"sizes": [5.5]}),
        ("selection", {"costs": "0"}),
        ("planner", {"depth": 1.5}),
        ("planner", {"slip": float("nan")}),
        ("planner", {"weights": "exit"}),
        ("student", {"mistaken": "often"}),
        ("pointer", {"examples": {"training": 1.5}}),
        ("family", {"generator": {}}),
        ("family", {"square": "no"}),
    ],
)
def test_what_means_nothing_is_refused(kind: str, given: dict[str, Any]) -> None:
    make, sound = KINDS[kind]
    (name,) = given
    with pytest.raises(InputError, match=name):
        make(**{**sound, **given})


def test_numbers_are_read_exactly() -> None:
    spec = LearningSpec(temperature=0.1, runs=np.int64(3), learning_rate="1/3", saliences={"a": {"is_green": 2}})  # type: ignore[arg-type]
    assert (spec.temperature, spec.runs, spec.learning_rate) == (Fraction(1, 10), 3, Fraction(1, 3))
    assert type(spec.runs) is int
    assert Planner(weights=EXIT, slip=Fraction(1, 4)).slip == 0.25  # type: ignore[arg-type]
