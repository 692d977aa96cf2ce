"""Distances, limits and single searches at their edges: nothing to search, one cell, islands, larger frames, errors."""

from fractions import Fraction

import networkx as nx
import numpy as np
import pytest
from plain_walks import graph_of, random_walls, written

from deceptive_sim.core.errors import InputError
from deceptive_sim.maze.mazes import Maze, Mazes
from deceptive_sim.maze.search import SEARCHES, distances, distances_at, limits, shortest_path
from deceptive_sim.maze.things import Cell, Thing

ISLANDS = written("S.#.", "#.#E", "...a")


def cells(*places: tuple[int, int], stride: int) -> list[int]:
    return [row * stride + column for row, column in places]


def test_by_hand() -> None:
    stride = ISLANDS.stride
    asked = np.array([cells((1, 1), (1, 4), (2, 4), (3, 1), (1, 3), (0, 0), stride=stride)], np.int32)
    assert distances_at(ISLANDS, ISLANDS.starts, asked).tolist() == [[0, 7, 6, 4, -1, -1]]
    around = distances(ISLANDS, ISLANDS.starts).reshape(5, 6)
    assert around[1:-1, 1:-1].tolist() == [[0, 1, -1, 7], [-1, 2, -1, 6], [4, 3, 4, 5]]
    assert (around[[0, -1]] == -1).all()
    assert (around[:, [0, -1]] == -1).all()


def test_sources_that_are_none_or_walls_reach_nothing() -> None:
    for source in (-1, 0, cells((1, 3), stride=ISLANDS.stride)[0]):
        there = np.array([source], np.int32)
        asked = np.array([[source, int(ISLANDS.starts[0])]], np.int32)
        assert distances_at(ISLANDS, there, asked).tolist() == [[-1, -1]]
        assert (distances(ISLANDS, there) == -1).all()


def test_no_maze_and_no_cell() -> None:
    none = ISLANDS.take([])
    assert distances(none, none.starts).shape == (0, 30)
    assert distances_at(none, none.starts, none.things).shape == (0, 2)
    assert distances_at(ISLANDS, ISLANDS.starts, np.zeros((1, 0), np.int32)).shape == (1, 0)
    assert limits(none, Fraction(1)).tolist() == []


def test_a_maze_of_one_cell() -> None:
    one = Mazes(
        blocked=np.array([[1, 1, 1, 1, 0, 1, 1, 1, 1]], np.uint8),
        stride=3,
        heights=np.array([1], np.int32),
        widths=np.array([1], np.int32),
        starts=np.array([4], np.int32),
        things=np.array([[-1]], np.int32),
        colours=np.array([[-1]], np.int8),
    )
    assert distances(one, one.starts)[0].tolist() == [-1] * 4 + [0] + [-1] * 4
    assert distances_at(one, one.starts, np.array([[4, -1, 5]], np.int32)).tolist() == [[0, -1, -1]]
    assert limits(one, Fraction(7, 2)).tolist() == [4]


def test_a_larger_frame_changes_nothing() -> None:
    rng = np.random.default_rng(3)
    small, large = random_walls(rng, 40, 5, 6), random_walls(rng, 2, 30, 11)
    both = Mazes.joined([small, large])
    assert both.stride > small.stride
    expected = np.concatenate([distances_at(part, part.starts, part.things) for part in (small, large)])
    np.testing.assert_array_equal(distances_at(both, both.starts, both.things), expected)
    np.testing.assert_array_equal(limits(both), np.concatenate([limits(small), limits(large)]))


@pytest.mark.parametrize(("limit", "expected"), [(Fraction(1), 9), (Fraction(1, 3), 3), (Fraction(1, 100), 1)])
def test_limits_are_rounded_up(limit: Fraction, expected: int) -> None:
    assert limits(ISLANDS, limit).tolist() == [expected]


def test_limits_are_exact() -> None:
    just_above = Fraction(1, 3) + Fraction(1, 10**30)
    assert limits(ISLANDS, just_above).tolist() == [4]
    assert limits(ISLANDS, Fraction(2**31 - 1, 9)).tolist() == [2**31 - 1]


@pytest.mark.parametrize(
    ("limit", "said"), [(Fraction(0), "must be above 0"), (Fraction(-1), "above 0"), (Fraction(2**31, 9), "at most")]
)
def test_limits_that_cannot_be(limit: Fraction, said: str) -> None:
    with pytest.raises(InputError, match=said):
        limits(ISLANDS, limit)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ([[30]], "cells must be cells of the frame, from 0 to 29, or -1, got 30"),
        ([[-2]], "got -2"),
        ([3], r"cells must have the shape \[1, K\], got shape \(1,\)"),
        ([[1], [2]], r"must have the shape \[1, K\]"),
    ],
)
def test_cells_that_are_none(asked: list[object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        distances_at(ISLANDS, ISLANDS.starts, np.array(asked, np.int32))


def test_sources_that_do_not_fit() -> None:
    with pytest.raises(InputError, match="sources must have the shape"):
        distances(ISLANDS, np.array([1, 2], np.int32))
    with pytest.raises(InputError, match="sources must be cells of the frame"):
        distances(ISLANDS, np.array([99], np.int32))


CORNERED = Maze(
    walls=np.array([[0, 0, 0], [0, 1, 1], [0, 1, 0]], bool), start=Cell(0, 0), exit=Thing(Cell(0, 2), "green")
)


@pytest.mark.parametrize("search", SEARCHES)
def test_single_searches_at_their_ends(search: str) -> None:
    here = shortest_path(CORNERED, CORNERED.start, CORNERED.start, search)
    assert (here.path, here.expanded) == ((Cell(0, 0),), 0)
    nowhere = shortest_path(CORNERED, CORNERED.start, Cell(2, 2), search)
    assert (nowhere.path, nowhere.expanded) == ((), 5)
    assert shortest_path(CORNERED, Cell(2, 0), Cell(0, 1), search).path == (
        Cell(2, 0),
        Cell(1, 0),
        Cell(0, 0),
        Cell(0, 1),
    )


def test_a_star_is_led_to_the_goal() -> None:
    field = Maze(walls=np.zeros((9, 9), bool), start=Cell(4, 4), exit=Thing(Cell(4, 8), "green"))
    expanded = {search: shortest_path(field, field.start, field.exit.cell, search).expanded for search in SEARCHES}
    assert expanded["a-star"] == 4
    assert expanded["dijkstra"] > 30


def test_single_searches_that_cannot_be() -> None:
    with pytest.raises(InputError, match=r"search must be a search, got \"astar\" \(did you mean a-star\?\)"):
        shortest_path(CORNERED, CORNERED.start, CORNERED.start, "astar")
    with pytest.raises(InputError, match="goal must be a floor cell of the maze, got row 2, column 2"):
        shortest_path(CORNERED, CORNERED.start, Cell(1, 1))
    with pytest.raises(InputError, match="start must be a floor cell of the maze, got row 4, column 1"):
        shortest_path(CORNERED, Cell(3, 0), Cell(0, 0))
    with pytest.raises(InputError, match="goal must be a floor cell"):
        shortest_path(CORNERED, Cell(0, 0), Cell(0, -1))


def test_open_ground_that_winds() -> None:
    """Three quarters of it floor, yet the way goes to and fro through 14 corridors, three rows wide."""
    rows = []
    for corridor in range(14):
        rows += ["." * 41] * 3 + ["." + "#" * 40 if corridor % 2 else "#" * 40 + "."]
    rows[0], rows[-2] = "S" + rows[0][1:], rows[-2][:20] + "E" + rows[-2][21:]
    mazes = written(*rows)
    assert 4 * mazes.free[0] >= 3 * len(rows) * 41
    length = nx.shortest_path_length(graph_of(mazes, 0), int(mazes.starts[0]), int(mazes.things[0, 0]))
    assert length > 2 * (mazes.stride + mazes.cells // mazes.stride)
    assert distances_at(mazes, mazes.starts, mazes.things).tolist() == [[length]]
    assert distances_at(mazes, mazes.starts, np.array([[-1, int(mazes.starts[0])]], np.int32)).tolist() == [[-1, 0]]
