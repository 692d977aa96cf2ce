"""Mazes as arrays are the mazes that they were made of, in any frame and order; targets are what a reader finds."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from maze.plain_targets import NAMES, corner_of, single_mazes, targets_in, ways_from

from deceptive_sim.core.errors import InputError
from deceptive_sim.maze.ascii_maps import read_map
from deceptive_sim.maze.mazes import Maze, Mazes
from deceptive_sim.maze.targets import FEATURES, targets_of
from deceptive_sim.maze.things import Cell, Thing

LOTS = st.lists(single_mazes(), min_size=1, max_size=4)


def plain(maze: Maze) -> tuple[object, ...]:
    walls = [[bool(wall) for wall in row] for row in maze.walls]
    return walls, maze.start, maze.exit, maze.apples, maze.wall_colour


def same(mazes: Mazes, those: list[Maze]) -> None:
    assert len(mazes) == len(those)
    assert [plain(mazes.maze(which)) for which in range(len(mazes))] == [plain(maze) for maze in those]
    for which, maze in enumerate(those):
        grid = mazes.blocked[which].reshape(-1, mazes.stride)
        assert (grid == 0).sum() == (~maze.walls).sum()
        assert (grid[1 : maze.height + 1, 1 : maze.width + 1] == maze.walls).all()


@settings(max_examples=25, deadline=None)
@given(first=LOTS, second=LOTS, data=st.data())
def test_mazes_come_back_as_they_were(first: list[Maze], second: list[Maze], data: st.DataObject) -> None:
    one, other = Mazes.of(first), Mazes.of(second)
    same(one, first)
    both = Mazes.joined([one, other])
    same(both, first + second)
    assert both.stride == max(one.stride, other.stride)
    assert ((both.things == -1) == (both.colours == -1)).all()
    assert both.things.min() >= -1
    assert both.most_things == max(len(maze.things) for maze in first + second)
    assert both.cells == both.stride * (2 + max(maze.height for maze in first + second))
    order = data.draw(st.lists(st.integers(0, len(both) - 1), max_size=5))
    same(both.take(order), [(first + second)[which] for which in order])
    same(both.take(slice(1, None)), (first + second)[1:])
    assert both.free.tolist() == [int((~maze.walls).sum()) for maze in first + second]


@settings(max_examples=30, deadline=None)
@given(those=LOTS)
def test_targets_are_things_and_the_bare_corner(those: list[Maze]) -> None:
    assert FEATURES == NAMES
    mazes = Mazes.of(those)
    targets = targets_of(mazes)
    assert targets.corner == mazes.most_things
    rows, columns = mazes.rows_and_columns(targets.cells)
    corners = list(zip(*(part.tolist() for part in mazes.rows_and_columns(mazes.corners)), strict=True))
    for which, maze in enumerate(those):
        assert corners[which] == corner_of(maze)
        wanted = targets_in(maze)
        there = np.flatnonzero(targets.present[which])
        assert [(rows[which, j], columns[which, j]) for j in there] == [cell for cell, _ in wanted]
        bare = len(wanted) > len(maze.things)
        assert bare == (targets.corner in there)
        assert (targets.features[which, ~targets.present[which]] == 0).all()
        assert (targets.cells[which, ~targets.present[which]] == -1).all()
        for j, (_, features) in zip(there, wanted, strict=True):
            found = dict(zip(FEATURES, targets.features[which, j], strict=True))
            assert found == pytest.approx({name: float(features.get(name, 0)) for name in NAMES}, abs=1e-15)


@settings(max_examples=30, deadline=None)
@given(maze=single_mazes())
def test_what_can_be_reached(maze: Maze) -> None:
    found = {(int(row), int(column)) for row, column in zip(*np.nonzero(maze.reachable()), strict=True)}
    assert found == set(ways_from(maze, maze.start))


def test_arrays_are_read_only_and_wall_colours_are_grey_unless_given() -> None:
    mazes = Mazes.of([read_map("S.E")])
    bare = Mazes(
        blocked=mazes.blocked, stride=5, heights=mazes.heights, widths=mazes.widths, starts=mazes.starts,
        things=mazes.things, colours=mazes.colours,
    )  # fmt: skip
    assert bare.maze(0).wall_colour == "grey"
    for array in (bare.blocked, bare.starts, bare.things, bare.colours, bare.wall_colours, bare.maze(0).walls):
        with pytest.raises(ValueError, match="read-only"):
            array[:] = 0
    nothing = bare.take([])
    assert len(nothing) == 0
    assert targets_of(nothing).cells.shape == (0, 2)
    assert nothing.corners.shape == nothing.free.shape == (0,)


OPEN = np.zeros((2, 3), bool)
WALLED = np.array([[False, True, False], [False, False, True]])
EXIT = Thing(Cell(1, 1), "green")


@pytest.mark.parametrize(
    ("settings_", "told"),
    [
        ({"walls": np.zeros(4, bool)}, "walls must be rows and columns"),
        ({"walls": np.zeros((0, 3), bool)}, "walls must be rows and columns"),
        ({"walls": np.zeros((1001, 1000), bool)}, "size must be a maze of at most 1000000 cells"),
        ({"start": Cell(-1, 0)}, "start must stand on a floor cell, it is outside"),
        ({"start": Cell(0, 3)}, "start must stand on a floor cell, it is outside, got row 1, column 4"),
        ({"start": Cell(1, 1)}, "exit must have a cell of its own, start is there, got row 2, column 2"),
        ({"walls": WALLED, "start": Cell(0, 1)}, "start must stand on a floor cell, it is a wall"),
        ({"walls": WALLED, "apples": (Thing(Cell(0, 2), "red"),)}, "apples.0 must be reachable from the start"),
        ({"walls": WALLED, "exit": Thing(Cell(0, 2), "red")}, "exit must be reachable from the start"),
        ({"apples": (Thing(Cell(1, 1), "red"),)}, "apples.0 must have a cell of its own, exit is there"),
        ({"apples": (Thing(Cell(0, 1), "red"), Thing(Cell(0, 1), "red"))}, "apples.1 must have a cell of its own"),
        ({"exit": Thing(Cell(1, 1), "gren")}, 'exit.colour must be a colour, got "gren"'),
        ({"apples": (Thing(Cell(0, 1), "pink"),)}, "apples.0.colour must be a colour"),
        ({"wall_colour": "gray"}, 'wall_colour must be a colour, got "gray"'),
    ],
)
def test_bad_mazes_are_refused(settings_: dict[str, object], told: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(InputError) as caught:
            Maze(**{"walls": OPEN, "start": Cell(0, 0), "exit": EXIT, **settings_})  # type: ignore[arg-type]
    assert told in str(caught.value)


def test_an_apple_may_lie_at_the_start_beside_which_others_may_not() -> None:
    apple = Thing(Cell(0, 0), "red")
    maze = Maze(walls=OPEN, start=Cell(0, 0), exit=EXIT, apples=(apple,))
    assert Mazes.of([maze]).maze(0).apples == (apple,)
    with pytest.raises(InputError, match=r"apples\.1 must have a cell of its own"):
        Maze(walls=OPEN, start=Cell(0, 0), exit=EXIT, apples=(apple, apple))
