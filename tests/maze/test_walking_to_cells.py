"""Going to a cell: shortest without slip, in time or not at all, and slipping as often as it should."""

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from plain_mazes import ALARM
from plain_walks import WAYS, drawn_lots, graph_of, random_walls, written
from scipy.stats import binom, chi2

from deceptive_sim.core.errors import InputError
from deceptive_sim.maze.mazes import Mazes
from deceptive_sim.maze.search import limits
from deceptive_sim.maze.things import Cell
from deceptive_sim.maze.walking import follow, trace_to, trace_wandering, wander


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def plenty(mazes: Mazes) -> np.ndarray:
    return np.full(len(mazes), 10_000, np.int32)


@pytest.fixture(scope="module")
def lots() -> list[Mazes]:
    return [*drawn_lots(rng(5), 60), random_walls(rng(6), 40, 8, 8)]


def test_arrives_by_a_shortest_path_or_stays(lots: list[Mazes]) -> None:
    stayed = 0
    for mazes in lots:
        walks = follow(mazes, mazes.things[:, 0], plenty(mazes), rng=rng())
        for which in range(len(mazes)):
            start, goal = int(mazes.starts[which]), int(mazes.things[which, 0])
            graph = graph_of(mazes, which)
            got = (walks.cells[which], walks.arrived[which], walks.steps[which])
            if nx.has_path(graph, start, goal):
                assert got == (goal, True, nx.shortest_path_length(graph, start, goal))
            else:
                assert got == (start, False, 0)
                stayed += 1
    assert stayed


def test_out_of_time_on_the_way(lots: list[Mazes]) -> None:
    late = 0
    for mazes in lots:
        lengths = follow(mazes, mazes.things[:, 0], plenty(mazes), rng=rng()).steps
        short = np.arange(len(mazes), dtype=np.int32) % 12
        walks = follow(mazes, mazes.things[:, 0], short, rng=rng())
        np.testing.assert_array_equal(walks.steps, np.minimum(lengths, short))
        for which in np.flatnonzero(lengths > short):
            graph, goal = graph_of(mazes, which), int(mazes.things[which, 0])
            assert not walks.arrived[which]
            left = nx.shortest_path_length(graph, int(walks.cells[which]), goal)
            assert left == lengths[which] - short[which]
            late += 1
        exactly = follow(mazes, mazes.things[:, 0], lengths, rng=rng())
        np.testing.assert_array_equal(exactly.arrived, lengths > 0)
    assert late > 20


def test_of_equal_ways_it_goes_up_right_down_left() -> None:
    mazes = written("...", ".S.", "...", "E..")
    assert trace_to(mazes.maze(0), Cell(0, 2), 9, rng=rng()) == ((1, 1), (0, 1), (0, 2))
    assert trace_to(mazes.maze(0), Cell(3, 0), 9, rng=rng()) == ((1, 1), (2, 1), (3, 1), (3, 0))
    assert trace_to(mazes.maze(0), Cell(0, 0), 9, rng=rng()) == ((1, 1), (0, 1), (0, 0))
    assert trace_to(mazes.maze(0), Cell(3, 2), 9, rng=rng())[1] == (1, 2)


def test_without_slip_nothing_is_drawn(lots: list[Mazes]) -> None:
    used = rng(9)
    for mazes in lots:
        follow(mazes, mazes.things[:, 0], limits(mazes), rng=used)
    assert used.random() == rng(9).random()


def test_no_goal_no_move_and_a_goal_underfoot() -> None:
    mazes = written("S.E", ".a.")
    for slip in (0.0, 0.5):
        nowhere = follow(mazes, np.array([-1]), plenty(mazes), slip=slip, rng=rng())
        assert (nowhere.cells[0], nowhere.arrived[0], nowhere.steps[0]) == (mazes.starts[0], False, 0)
        here = follow(mazes, mazes.starts, plenty(mazes), slip=slip, rng=rng())
        assert (here.cells[0], here.arrived[0], here.steps[0]) == (mazes.starts[0], True, 0)
        wall = follow(mazes, np.array([0]), plenty(mazes), slip=slip, rng=rng())
        assert (wall.arrived[0], wall.steps[0]) == (False, 0)


def test_no_mazes_no_walks(lots: list[Mazes]) -> None:
    none = lots[0].take([])
    assert len(follow(none, none.things[:, 0], limits(none), slip=0.3, rng=rng()).cells) == 0
    assert len(wander(none, limits(none), rng()).steps) == 0


@pytest.mark.parametrize("slip", [-0.1, 1.5, float("nan")])
def test_slip_is_a_probability(slip: float, lots: list[Mazes]) -> None:
    with pytest.raises(InputError, match=r"slip must be a probability in \[0, 1\]"):
        follow(lots[0], lots[0].things[:, 0], limits(lots[0]), slip=slip, rng=rng())


@pytest.mark.parametrize(
    ("goals", "most", "said"),
    [
        ([99], [5], "cells must be cells of the frame"),
        ([1, 2], [5], r"cells must have the shape \[1\]"),
        ([1], [5, 5], r"limits must have the shape \[1\]"),
        ([1], [-1], "limits must be 0 or more"),
    ],
)
def test_what_does_not_fit_is_refused(goals: list[int], most: list[int], said: str) -> None:
    with pytest.raises(InputError, match=said):
        follow(written("S.E"), np.array(goals, np.int32), np.array(most, np.int32), rng=rng())


CORRIDOR = "S" + "." * 60 + "E"


@pytest.mark.parametrize(("slip", "seed"), [(0.2, 11), (0.7, 12)])
def test_slips_are_as_frequent_as_asked(slip: float, seed: int) -> None:
    """In a corridor a move goes back with slip / 4, stays with slip / 2, and else goes on. 40,000 first moves from a
    cell in its middle; two-sided binomial bounds, false-alarm rate 1e-6 each."""
    middle = written("." * 3 + "S" + "." * 3 + "E")
    n = 40_000
    many = middle.take(np.zeros(n, int))
    ends = follow(many, many.things[:, 0], np.ones(n, np.int32), slip=slip, rng=rng(seed)).cells - many.starts
    for step, chance in ((-1, slip / 4), (0, slip / 2), (1, 1 - 3 * slip / 4)):
        seen = int((ends == step).sum())
        assert binom.ppf(ALARM / 2, n, chance) <= seen <= binom.isf(ALARM / 2, n, chance)


def test_slipping_always_is_wandering_that_stops_at_the_goal() -> None:
    """With slip 1 all four moves are equally likely: chi-square over 40,000 first moves on open ground, alarm 1e-6."""
    mazes = written("...", ".S.", "..E").take(np.zeros(40_000, int))
    ends = follow(mazes, mazes.things[:, 0], np.ones(len(mazes), np.int32), slip=1.0, rng=rng(4)).cells - mazes.starts
    seen = [int((ends == row * mazes.stride + column).sum()) for row, column in WAYS]
    assert sum(seen) == len(mazes)
    assert sum((each - 10_000) ** 2 / 10_000 for each in seen) < chi2.isf(ALARM, 3)


def test_after_a_slip_it_finds_back() -> None:
    """Everyone arrives if there is time, and the mean number of moves is that of the chain: a corridor of 62 cells,
    whose first end bounces; 4,000 walks, a normal bound of 6 standard errors (false alarms below 1e-8)."""
    slip, length = 0.4, 61
    back, stay = slip / 4, slip / 2
    onward = 1 - back - stay
    expected, climb = 0.0, 0.0  # climb: moves to get one cell further, from each cell on
    for cell in range(length):
        climb = 1 / onward if cell == 0 else (1 + back * climb) / onward
        expected += climb
    mazes = written(CORRIDOR).take(np.zeros(4_000, int))
    walks = follow(mazes, mazes.things[:, 0], plenty(mazes), slip=slip, rng=rng(8))
    assert walks.arrived.all()
    assert abs(walks.steps.mean() - expected) < 6 * walks.steps.std() / len(mazes) ** 0.5


def test_slipping_leads_out_of_the_way_and_back() -> None:
    """Mazes with branches: with time enough every walk arrives, by whole moves, and never sooner than the shortest."""
    for mazes in drawn_lots(rng(21), 24):
        straight = follow(mazes, mazes.things[:, 0], plenty(mazes), rng=rng())
        slipped = follow(mazes, mazes.things[:, 0], np.full(len(mazes), 10**6, np.int32), slip=0.5, rng=rng(3))
        assert slipped.arrived.all()
        assert (slipped.steps >= straight.steps).all()
        assert slipped.steps.sum() > 1.3 * straight.steps.sum()


@pytest.mark.parametrize("slip", [0.0, 0.5])
def test_the_trace_is_the_walk(slip: float) -> None:
    for mazes in drawn_lots(rng(2), 12):
        for which in range(len(mazes)):
            maze, one = mazes.maze(which), mazes.take([which])
            for limit in (0, 5, 300):
                path = trace_to(maze, maze.exit.cell, limit, slip=slip, rng=rng(which))
                most = np.array([limit], np.int32)
                walk = follow(one, one.things[:, 0], most, slip=slip, rng=rng(which))
                assert len(path) == walk.steps[0] + 1
                assert path[0] == maze.start
                assert (path[-1] == maze.exit.cell) == bool(walk.arrived[0])
                assert not any(maze.walls[cell] for cell in path)
                for cell, after in pairwise(path):
                    far = abs(cell.row - after.row) + abs(cell.column - after.column)
                    assert far == 1 or (far == 0 and slip)


# --- wandering -------------------------------------------------------------------------------------------------------


def test_wanderers_make_every_move_equally_often() -> None:
    """40,000 first moves from below a wall: chi-square over right, down, left and staying, alarm 1e-6."""
    walled = written("..#..", "..S..", "....E").take(np.zeros(40_000, int))
    ends = wander(walled, np.ones(len(walled), np.int32), rng(31)).cells - walled.starts
    seen = [int((ends == step).sum()) for step in (1, walled.stride, -1, 0)]
    assert sum(seen) == len(walled)
    assert sum((each - 10_000) ** 2 / 10_000 for each in seen) < chi2.isf(ALARM, 3)


def test_wanderers_take_the_first_thing_they_stand_on() -> None:
    mazes = written("a.S.E", "#####").take(np.zeros(4_000, int))
    walks = wander(mazes, plenty(mazes), rng(1))
    assert walks.arrived.all()
    exits = int((walks.cells == mazes.things[0, 0]).sum())
    assert exits + int((walks.cells == mazes.things[0, 1]).sum()) == 4_000
    assert binom.ppf(ALARM / 2, 4_000, 0.5) <= exits <= binom.isf(ALARM / 2, 4_000, 0.5)


def test_wanderers_run_out_of_time_and_take_what_is_underfoot() -> None:
    mazes = written("S....E")
    walks = wander(mazes, np.array([3], np.int32), rng())
    assert (walks.arrived[0], walks.steps[0]) == (False, 3)
    underfoot = Mazes(
        blocked=mazes.blocked,
        stride=mazes.stride,
        heights=mazes.heights,
        widths=mazes.widths,
        starts=mazes.starts,
        things=np.array([[mazes.things[0, 0], mazes.starts[0]]], np.int32),
        colours=np.ones((1, 2), np.int8),
    )
    walks = wander(underfoot, np.array([3], np.int32), rng())
    assert (walks.cells[0], walks.arrived[0], walks.steps[0]) == (mazes.starts[0], True, 0)


def test_a_wanderer_is_traced() -> None:
    mazes = written("S..", "...", "..E")
    for seed in range(20):
        path = trace_wandering(mazes.maze(0), 30, rng(seed))
        walk = wander(mazes, np.array([30], np.int32), rng(seed))
        assert len(path) == walk.steps[0] + 1
        assert (path[-1] == (2, 2)) == bool(walk.arrived[0])
        assert (2, 2) not in path[:-1]
