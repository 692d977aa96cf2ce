"""Mazes of whatever Python objects: an InputError that names the field, the rule and the value, or a maze."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from deceptive_sim.core.errors import InputError
from deceptive_sim.maze.mazes import Maze, Mazes
from deceptive_sim.maze.reading import each, read, whole
from deceptive_sim.maze.things import Cell, Thing

SOUND: Mapping[str, Any] = {"walls": [[0, 0, 0]], "start": (0, 0), "exit": ((0, 2), "green")}

GRID = "must be rows and columns of cells, each true or false"
CELL = "must be a cell: its row and its column, whole numbers from 0"
THING = "must be a thing: its cell and its colour"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("walls", None, GRID),
        ("walls", [], GRID),
        ("walls", [[]], GRID),
        ("walls", 5, GRID),
        ("walls", [[0, 0], [0]], GRID),
        ("walls", [["#", "."]], GRID),
        ("walls", [[0, 2]], f"{GRID}, got a list of 1"),
        ("walls", [[0, float("nan")]], GRID),
        ("walls", np.zeros((1, 2, 3)), GRID),
        ("start", None, CELL),
        ("start", (0,), CELL),
        ("start", (0, 1.5), f"{CELL}, got a list of 2"),
        ("start", (0, True), CELL),
        ("start", "00", f"{CELL}, got 00"),
        ("start", np.array(0), f"{CELL}, got 0"),
        ("start", (0, 10**40), "must stand on a floor cell, it is outside"),
        ("exit", None, THING),
        ("exit", (0, 2), CELL),
        ("exit", ((0, 2), 3), "must be text"),
        ("exit", ((0, 2), "grue"), 'exit.colour must be a colour, got "grue"'),
        ("exit", {"cell": (0, 2), "colour": "green"}, f"{THING}, got a mapping of 2"),
        ("apples", None, "must be a list"),
        ("apples", np.array(5), "must be a list, got 5"),
        ("apples", [(0, 1)], CELL),
        ("apples", ((0, 1), "red"), CELL),  # a thing itself, not in a list
        ("wall_colour", None, "must be text"),
        ("wall_colour", ["red"], "must be text, got a list of 1"),
    ],
)
def test_a_field_of_another_kind_is_named(field: str, value: object, told: str) -> None:
    with pytest.raises(InputError) as refused:
        Maze(**{**SOUND, field: value})
    assert str(refused.value).startswith(field)
    assert told in str(refused.value)


def test_what_means_a_maze_is_one() -> None:
    maze = Maze(
        walls=np.zeros((1, 3)), start=np.array([0, 0]), exit=[[0, "2"], "green"], apples=iter([((0, 1), "red")])
    )  # type: ignore[arg-type]
    assert maze.walls.dtype == bool
    assert not maze.walls.flags.writeable
    assert (maze.start, maze.exit) == (Cell(0, 0), Thing(Cell(0, 2), "green"))
    assert type(maze.start.row) is int
    assert maze.apples == (Thing(Cell(0, 1), "red"),)


def test_no_mazes_make_no_frame() -> None:
    for make in (Mazes.of, Mazes.joined):
        with pytest.raises(InputError, match="must be at least one"):
            make([])


@pytest.mark.parametrize(
    ("field", "array"),
    [
        ("heights", np.ones(2)),
        ("widths", np.ones((1, 1))),
        ("things", np.ones(3)),
        ("things", np.ones((2, 3))),
        ("colours", np.ones((1, 7))),
        ("blocked", np.ones((2, 15))),
        ("blocked", np.ones((1, 16))),
        ("wall_colours", np.ones((1, 1))),
        ("wall_colours", np.ones(2)),
        ("starts", np.ones((1, 1))),
    ],
)
def test_arrays_that_do_not_fit_each_other_are_named(field: str, array: np.ndarray[Any, Any]) -> None:
    mazes = Mazes.of([Maze(**SOUND)])
    names = ("blocked", "stride", "heights", "widths", "starts", "things", "colours", "wall_colours")
    sound = {name: getattr(mazes, name) for name in names}
    with pytest.raises(InputError, match=f"{field} must fit 1 of the mazes in one frame, got shape"):
        Mazes(**{**sound, field: array})


@pytest.mark.parametrize("stride", [0, -3, 2, 3.0, "3", True, None])
def test_a_frame_has_columns(stride: Any) -> None:
    with pytest.raises(InputError, match=r"^stride must be a whole number from 3, got ."):
        replace(Mazes.of([Maze(**SOUND)]), stride=stride)


def test_an_array_without_axes_is_no_list() -> None:
    class Spec:
        several = np.array(5)

    with pytest.raises(InputError, match="several must be a list, got 5"):
        read(Spec(), several=each(whole))
