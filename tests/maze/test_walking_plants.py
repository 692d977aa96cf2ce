"""Plants against walkers written anew in plain Python, and what right-hand walkers are known for."""

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from plain_mazes import ALARM
from plain_walks import Ground, down_and_right, drawn_lots, graph_of, random_walls, right_hand, written
from scipy.stats import binom

from deceptive_sim.core.errors import InputError
from deceptive_sim.maze.family import MazeFamily
from deceptive_sim.maze.mazes import Mazes
from deceptive_sim.maze.plants import RULES, trace_by_rule, walk_by_rule
from deceptive_sim.maze.search import limits


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def lots() -> list[Mazes]:
    rows = [random_walls(rng(1), 60, 7, 9), random_walls(rng(2), 40, 4, 4, 0.2), random_walls(rng(3), 20, 1, 7, 0.3)]
    return [*drawn_lots(rng(4), 240), *rows, random_walls(rng(5), 30, 6, 6, 0.8)]


@pytest.mark.parametrize(("rule", "plain"), [("down-and-right", down_and_right), ("wall-follower", right_hand)])
@pytest.mark.parametrize("most", [0, 1, 7, 150])
def test_rules_without_chance_walk_as_written_anew(lots: list[Mazes], rule: str, plain: object, most: int) -> None:
    took = 0
    for mazes in lots:
        walks = walk_by_rule(rule, mazes, np.full(len(mazes), most, np.int32), rng())
        for which in range(len(mazes)):
            ground = Ground(mazes, which)
            path = plain(ground, most)  # type: ignore[operator]
            assert divmod(int(walks.cells[which]), mazes.stride) == path[-1]
            assert walks.steps[which] == len(path) - 1
            assert walks.arrived[which] == (path[-1] == ground.exit)
            took += path[-1] == ground.exit
    assert took > 50 or most < 150


def test_right_hand_visits_a_whole_maze_without_loops() -> None:
    """Within twice the floor cells less two moves: every exit of every perfect maze is found."""
    for generator in ("wilson", "depth-first"):
        for width in (1, 9, 15):
            places = {"start": ("anywhere",), "exit": ("anywhere",)}
            family = MazeFamily(generator=generator, height=(9, 15), width=(width, width), square=False, **places)
            mazes = family.draw(rng(width), 300)
            walks = walk_by_rule("wall-follower", mazes, (2 * (mazes.free - 1)).astype(np.int32), rng())
            assert walks.arrived.all()


def test_right_hand_goes_to_the_end_of_an_arm_and_back() -> None:
    """By hand: the arm on the right first."""
    mazes = written("....S....", "########.", "########E")
    mirrored = written("....S....", ".########", "E########")
    both = [walk_by_rule("wall-follower", maze, np.array([99], np.int32), rng()) for maze in (mazes, mirrored)]
    assert [int(walk.steps[0]) for walk in both] == [6, 14]


def test_right_hand_crosses_open_ground_to_a_wall() -> None:
    field = written(*["......."] * 3, "...S...", *["......."] * 2, "E......").maze(0)
    path = trace_by_rule("wall-follower", field, 50, rng())
    assert path[:5] == ((3, 3), (3, 4), (3, 5), (3, 6), (2, 6))
    assert path[-1] == (6, 0)
    assert {cell for cell in path if 0 < cell.row < 6 and 0 < cell.column < 6} == {(3, 3), (3, 4), (3, 5)}


def test_down_and_right_finds_the_corner_of_open_ground_by_a_shortest_path() -> None:
    mazes = MazeFamily(generator="open", height=(5, 9), start=("anywhere",)).draw(rng(), 50)
    walks = walk_by_rule("down-and-right", mazes, limits(mazes), rng())
    assert walks.arrived.all()
    for which in range(50):
        length = nx.shortest_path_length(graph_of(mazes, which), int(mazes.starts[which]), int(mazes.things[which, 0]))
        assert walks.steps[which] == length


def test_down_and_right_turns_back_only_at_a_dead_end() -> None:
    maze = written("S..E", "#.##", "#.##").maze(0)
    path = trace_by_rule("down-and-right", maze, 9, rng())
    assert path == ((0, 0), (0, 1), (1, 1), (2, 1), (1, 1), (0, 1), (0, 2), (0, 3))


# --- the one with chance ---------------------------------------------------------------------------------------------


def test_unvisited_goes_where_it_has_been_least(lots: list[Mazes]) -> None:
    """Every move of its paths, looked at one by one."""
    choices = 0
    for mazes in drawn_lots(rng(6), 24):
        for which in range(len(mazes)):
            ground = Ground(mazes, which)
            traced = trace_by_rule("unvisited", mazes.maze(which), 200, rng(which))
            path = [(cell.row + 1, cell.column + 1) for cell in traced]
            visits = dict.fromkeys(ground.floor, 0)
            for cell, after in pairwise(path):
                visits[cell] += 1
                near = [ground.next_to(cell, way) for way in ((-1, 0), (0, 1), (1, 0), (0, -1))]
                fewest = min(visits[other] for other in near if other in ground.floor)
                assert after in near
                assert visits[after] == fewest
                choices += sum(visits.get(other, -1) == fewest for other in near) > 1
            assert ground.exit not in path[:-1]
            walk = walk_by_rule("unvisited", mazes.take([which]), np.array([200], np.int32), rng(which))
            assert walk.steps[0] == len(path) - 1
            assert walk.arrived[0] == (path[-1] == ground.exit)
    assert choices > 200


def test_unvisited_breaks_ties_evenly() -> None:
    """Four ways from the middle of a cross: 30,000 first moves, two-sided binomial bounds,
    false-alarm rate 1e-6 each."""
    mazes = written("#.#", ".S.", "#.#", "#E#").take(np.zeros(30_000, int))
    ends = walk_by_rule("unvisited", mazes, np.ones(len(mazes), np.int32), rng(17)).cells - mazes.starts
    for step in (-mazes.stride, 1, mazes.stride, -1):
        seen = int((ends == step).sum())
        assert binom.ppf(ALARM / 2, len(mazes), 0.25) <= seen <= binom.isf(ALARM / 2, len(mazes), 0.25)


def test_unvisited_finds_every_exit_in_time_enough(lots: list[Mazes]) -> None:
    for mazes in drawn_lots(rng(8), 120):
        assert walk_by_rule("unvisited", mazes, np.full(len(mazes), 10**6, np.int32), rng()).arrived.all()


# --- all of them -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES)
def test_apples_are_walked_over(rule: str) -> None:
    walks = walk_by_rule(rule, written("SaaE"), np.array([9], np.int32), rng())
    assert (walks.arrived[0], walks.steps[0]) == (True, 3)


@pytest.mark.parametrize("rule", RULES)
def test_walled_in_it_stays(rule: str) -> None:
    walks = walk_by_rule(rule, written("S#E"), np.array([5], np.int32), rng())
    assert (walks.cells[0], walks.arrived[0], walks.steps[0]) == (6, False, 5)


@pytest.mark.parametrize("rule", RULES)
def test_limits_are_kept_and_paths_are_walks(rule: str) -> None:
    for mazes in drawn_lots(rng(9), 12):
        for which in range(len(mazes)):
            maze, one = mazes.maze(which), mazes.take([which])
            for most in (0, 6, 90):
                path = trace_by_rule(rule, maze, most, rng(which))
                walk = walk_by_rule(rule, one, np.array([most], np.int32), rng(which))
                assert len(path) == walk.steps[0] + 1 <= most + 1
                assert (path[0], path[-1] == maze.exit.cell) == (maze.start, bool(walk.arrived[0]))
                assert walk.arrived[0] or walk.steps[0] == most


@pytest.mark.parametrize("rule", RULES)
def test_no_mazes_no_plants(rule: str, lots: list[Mazes]) -> None:
    none = lots[0].take([])
    assert len(walk_by_rule(rule, none, limits(none), rng()).cells) == 0


def test_only_unvisited_draws_numbers(lots: list[Mazes]) -> None:
    for rule in RULES:
        used = rng(1)
        walk_by_rule(rule, lots[0], limits(lots[0]), used)
        assert (used.random() == rng(1).random()) == (rule != "unvisited")


def test_a_rule_that_is_none() -> None:
    with pytest.raises(InputError, match=r"rule must be the rule of a plant, got \"left-hand\""):
        walk_by_rule("left-hand", written("SE"), np.array([5], np.int32), rng())
    with pytest.raises(InputError, match=r"limits must have the shape \[1\]"):
        walk_by_rule("unvisited", written("SE"), np.array([5, 5], np.int32), rng())
