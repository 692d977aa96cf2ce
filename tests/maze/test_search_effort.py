"""What planners know whose effort is bounded, held against searches in plain Python that follow the rule in words."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from typing import Any

import numpy as np
import pytest
from maze.plain_targets import NAMES

from deceptive_sim import load_scenario
from deceptive_sim.core.errors import InputError
from deceptive_sim.maze.ascii_maps import read_map
from deceptive_sim.maze.efforts import manhattan, one_by_one, outward
from deceptive_sim.maze.family import MazeFamily
from deceptive_sim.maze.generators.library import GENERATORS
from deceptive_sim.maze.mazes import Mazes
from deceptive_sim.maze.objectives import weights_of
from deceptive_sim.maze.planners import NOWHERE, Planner, cells_of
from deceptive_sim.maze.search import SEARCHES, limits, shortest_path
from deceptive_sim.maze.targets import targets_of
from deceptive_sim.maze.things import COLOURS, Cell

Place = tuple[int, int]
TENTH = Fraction(1, 10)
WEIGHINGS: Sequence[Mapping[str, Fraction]] = (
    {"is_exit": Fraction(1)},
    {"is_exit": 3 * TENTH, "is_apple": 2 * TENTH, "is_red": TENTH, "is_green": -TENTH},  # in floats 0.2 + 0.1 > 0.3
    {"is_apple": 4 * TENTH, "position": TENTH},
    {"is_exit": -TENTH, "is_green": TENTH, "is_blue": TENTH},
    {},
)
STEP_COSTS = (Fraction(0), TENTH, Fraction(1, 100))


# --- the rule, in plain Python ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ground:
    """One maze: its floor, where the agent starts, and the targets with their features, in the order of arrays."""

    floor: frozenset[Place]
    start: Place
    targets: tuple[tuple[Place, Mapping[str, Fraction]] | None, ...]

    def near(self, cell: Place) -> list[Place]:
        row, column = cell
        around = ((row - 1, column), (row, column + 1), (row + 1, column), (row, column - 1))
        return [place for place in around if place in self.floor]


def ground(mazes: Mazes, which: int) -> Ground:
    """A maze read off the arrays; rows and columns from 1."""
    floor = [divmod(cell, mazes.stride) for cell in np.flatnonzero(mazes.blocked[which] == 0).tolist()]
    start = divmod(int(mazes.starts[which]), mazes.stride)
    targets: list[Any] = []
    for place, (cell, colour) in enumerate(
        zip(mazes.things[which].tolist(), mazes.colours[which].tolist(), strict=True)
    ):
        features = {"is_apple" if place else "is_exit": Fraction(1), f"is_{COLOURS[colour]}": Fraction(1)}
        targets.append(None if cell < 0 else (divmod(cell, mazes.stride), features))
    corner = max(floor, key=lambda cell: (sum(cell), cell[0]))
    free = corner != start and corner not in [target[0] for target in targets if target]
    targets.append((corner, {}) if free else None)
    for target in targets:
        if target:
            sides = (int(mazes.heights[which]), int(mazes.widths[which]))
            parts = [
                Fraction(at - 1, side - 1) if side > 1 else Fraction(1)
                for at, side in zip(target[0], sides, strict=True)
            ]
            target[1]["position"] = sum(parts) / 2
    return Ground(frozenset(floor), start, tuple(targets))


def straight(one: Place, other: Place) -> int:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def outwards(there: Ground, effort: float, depth: float) -> tuple[dict[Place, int], int]:
    """The distances of the targets whose turn comes, and the cells expanded, in the order of discovery."""
    wanted = {target[0] for target in there.targets if target}
    distance, waiting, known, expanded = {there.start: 0}, deque([there.start]), dict[Place, int](), 0
    while waiting:
        cell = waiting.popleft()
        if cell in wanted:
            known[cell] = distance[cell]
        if distance[cell] >= depth:
            continue  # what is further is not looked for, and its equals are still to come
        if len(known) == len(wanted) or expanded >= effort:
            break
        expanded += 1
        for near in there.near(cell):
            if near not in distance:
                distance[near] = distance[cell] + 1
                waiting.append(near)
    return known, expanded


def led(there: Ground, goal: Place, effort: float, depth: float) -> tuple[int | None, int, bool]:
    """One A* search: the distance found, the cells expanded, and whether it was given up."""
    moves, waiting, closed = {there.start: 0}, [(straight(there.start, goal), 0, there.start)], set[Place]()
    if straight(there.start, goal) > depth:
        return None, 0, False
    while waiting:
        least = min(waiting)
        waiting.remove(least)
        cell = least[2]
        if cell == goal:
            return moves[cell], len(closed), False
        if cell in closed:
            continue
        if len(closed) >= effort:
            return None, len(closed), True
        closed.add(cell)
        for near in there.near(cell):
            made = moves[cell] + 1
            if made < moves.get(near, inf) and made + straight(near, goal) <= depth:
                moves[near] = made
                waiting.append((made + straight(near, goal), len(moves), near))
    return None, len(closed), False


def one_after_the_other(
    there: Ground, weights: Mapping[str, Fraction], step_cost: Fraction, effort: float, depth: float
) -> tuple[dict[Place, int], int]:
    """The distances of the targets that A* finds, the most promising first, and the cells expanded."""
    left = {cell: worth_of(features, weights) for cell, features in filter(None, there.targets)}
    known, expanded, given_up = dict[Place, int](), 0, False
    found: list[Fraction] = []

    def hope(cell: Place) -> Fraction:
        return left[cell] - step_cost * straight(there.start, cell)

    while left and not given_up:
        cell = min(left, key=lambda cell: (-hope(cell), straight(there.start, cell), cell))
        if found and hope(cell) < max(found):
            break
        distance, more, given_up = led(there, cell, effort - expanded, depth)
        expanded += more
        worth = left.pop(cell)
        if distance is not None:
            known[cell] = distance
            found.append(worth - step_cost * distance)
    return known, expanded


def worth_of(features: Mapping[str, Fraction], weights: Mapping[str, Fraction]) -> Fraction:
    return sum((weights.get(name, Fraction(0)) * x for name, x in features.items()), Fraction(0))


def goes_to(
    there: Ground, known: Mapping[Place, int], weights: Mapping[str, Fraction], step_cost: Fraction
) -> Place | None:
    """The best target known: the highest utility, then the nearest, then by row and column."""
    features = dict(filter(None, there.targets))
    ranked = [(step_cost * far - worth_of(features[cell], weights), far, cell) for cell, far in known.items()]
    return min(ranked)[2] if ranked else None


# --- mazes -----------------------------------------------------------------------------------------------------------


def with_islands(rng: np.random.Generator, n: int, height: int, width: int, things: int, share: float) -> Mazes:
    """Walls at random, so that there are many ways, and none to some targets; an apple may lie at the start."""
    walls = np.ones((n, height + 2, width + 2), np.uint8)
    walls[:, 1:-1, 1:-1] = rng.random((n, height, width)) < share
    blocked = walls.reshape(n, -1)
    inside = [row * (width + 2) + column for row in range(1, height + 1) for column in range(1, width + 1)]
    placed = np.array([rng.choice(inside, things + 1, replace=False) for _ in range(n)], np.int32)
    starts = np.where(rng.random(n) < 0.2, placed[:, 1 if things > 1 else -1], placed[:, -1])
    np.put_along_axis(blocked, placed.astype(np.int64), 0, axis=1)
    missing = (rng.random((n, things)) < 0.2) & (np.arange(things) > 0)
    return Mazes(
        blocked=blocked,
        stride=width + 2,
        heights=np.full(n, height, np.int32),
        widths=np.full(n, width, np.int32),
        starts=starts,
        things=np.where(missing, -1, placed[:, :-1]),
        colours=np.where(missing, -1, rng.integers(0, 3, (n, things))).astype(np.int8),
    )


def lots(seed: int, scale: int) -> list[Mazes]:
    """Mazes of every generator, with loops, and of random walls."""
    rng = np.random.default_rng(seed)
    drawn = [
        MazeFamily(
            generator=name, height=(5, 15), square=False, loops=loops, start=("anywhere",), exit=("anywhere",),
            apples=(0, 4), apple_colours=("red", "green", "blue"),
        ).draw(rng, 4 * scale)
        for name in GENERATORS
        for loops in (Fraction(0), Fraction(1, 4))
    ]  # fmt: skip
    walls = [(6, 9, 4, 0.3), (9, 9, 5, 0.1), (1, 7, 2, 0.1), (12, 5, 3, 0.45)]
    return [*drawn, *(with_islands(rng, 10 * scale, *size) for size in walls)]


def compared(mazes: Mazes, rng: np.random.Generator) -> int:
    """Hold planners of every search, with bounds at random, against the rule; how many went for nothing."""
    weights, step_cost = WEIGHINGS[rng.integers(len(WEIGHINGS))], STEP_COSTS[rng.integers(len(STEP_COSTS))]
    effort = [0, 1, 3, 10, 30, 60, 100, None][rng.integers(8)]
    depth = [None, None, 0, 1, 4, 12][rng.integers(6)]
    bounds = [inf if bound is None else bound for bound in (effort, depth)]
    grounds, nowhere = [ground(mazes, which) for which in range(len(mazes))], 0
    for search in SEARCHES:
        planner = Planner(
            weights=weights_of(weights), step_cost=float(step_cost), search=search, effort=effort, depth=depth
        )
        explored, targets = planner.explored(mazes), targets_of(mazes)
        chosen = cells_of(targets, planner.choose(mazes))
        for which, there in enumerate(grounds):
            if search == "a-star":
                known, expanded = one_after_the_other(there, weights, step_cost, *bounds)
            else:
                known, expanded = outwards(there, *bounds)
            expected = [target is not None and target[0] in known for target in there.targets]
            assert explored.known[which].tolist() == expected
            assert explored.expanded[which] == expanded
            if effort is None:  # the choice of everybody who sees so far
                known = {cell: far for cell, far in outwards(there, inf, inf)[0].items() if far <= bounds[1]}
            goal = goes_to(there, known, weights, step_cost)
            assert chosen[which] == (-1 if goal is None else goal[0] * mazes.stride + goal[1])
            nowhere += goal is None
    return nowhere


def test_planners_know_and_choose_what_the_rule_says() -> None:
    rng = np.random.default_rng(71)
    assert sum(compared(mazes, rng) for mazes in lots(72, 1) for _ in range(3)) > 100


@pytest.mark.slow
def test_planners_know_and_choose_what_the_rule_says_with_many_bounds() -> None:
    rng = np.random.default_rng(73)
    assert sum(compared(mazes, rng) for mazes in lots(74, 6) for _ in range(12)) > 3_000


# --- laws ------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_with_effort_enough_all_searches_choose_alike() -> None:
    """In 2,160 mazes, by six objectives, three costs of steps and two depths: as without any bound on effort."""
    mazes = Mazes.joined(lots(75, 30))
    assert len(mazes) == 2_160
    more = {"is_exit": Fraction(1, 3), "is_apple": Fraction(1, 3) + Fraction(1, 2**60), "is_red": Fraction(0)}
    different = set[bytes]()
    for weights in (*WEIGHINGS, more):
        for step_cost in STEP_COSTS:
            for depth in (None, 6):
                settings = {"weights": weights_of(weights), "step_cost": float(step_cost), "depth": depth}
                plain = Planner(**settings).choose(mazes)
                different.add(plain.tobytes())
                for search in ("breadth-first", "a-star"):
                    enough = mazes.cells * targets_of(mazes).cells.shape[1]
                    assert (Planner(**settings, search=search, effort=enough).choose(mazes) == plain).all()
    assert len(different) > 20


def test_found_is_what_a_single_search_finds_with_that_effort() -> None:
    rng = np.random.default_rng(76)
    family = MazeFamily(height=(5, 13), loops=Fraction(1, 3), start=("anywhere",), exit=("anywhere",), apples=(3, 3))
    mazes = family.draw(rng, 40)
    cells = targets_of(mazes).cells
    alone = {name: np.zeros((len(mazes), 1)) for name in ("hopes", "worth", "slack")}
    for place in range(cells.shape[1]):
        goals = cells[:, [place]]
        led_there = one_by_one(mazes, goals, ranks=np.zeros(goals.shape, np.int64), **alone)
        for which in np.flatnonzero(goals[:, 0] >= 0):
            maze = mazes.maze(which)
            row, column = mazes.rows_and_columns(goals[which])
            ways = {name: shortest_path(maze, maze.start, Cell(int(row[0]), int(column[0])), name) for name in SEARCHES}
            needed = ways["breadth-first"].expanded
            assert ways["dijkstra"].expanded == needed
            assert led_there.expanded[which] == ways["a-star"].expanded <= needed
            one = mazes.take([which])
            for effort in (needed - 1, needed):
                assert outward(one, cells[[which]], effort).known[0, place] == (effort == needed)


def test_more_effort_never_hides_anything() -> None:
    mazes = Mazes.joined(lots(77, 4))
    for search in SEARCHES:
        before = np.zeros(targets_of(mazes).cells.shape, bool)
        for effort in range(0, 120, 7):
            planner = Planner(weights=weights_of("apple"), step_cost=0.01, search=search, effort=effort)
            explored = planner.explored(mazes)
            assert (explored.known >= before).all()
            assert (explored.expanded <= effort).all()
            before = explored.known


# --- by hand ---------------------------------------------------------------------------------------------------------


def choice(text: str, objective: str | Mapping[str, Fraction] = "exit", **settings: Any) -> tuple[int, int]:
    """Which target is gone for, and how many cells are expanded."""
    mazes = Mazes.of([read_map(text)])
    planner = Planner(weights=weights_of(objective), **settings)
    return int(planner.choose(mazes)[0]), int(planner.explored(mazes).expanded[0])


def test_the_same_objective_takes_an_apple_or_the_exit_by_how_it_searches() -> None:
    text = ".....\nr.S.E\n....."
    assert choice(text, search="breadth-first", effort=4) == (NOWHERE, 4)
    assert choice(text, search="breadth-first", effort=7) == (0, 7)
    assert choice(text, search="a-star", effort=1) == (NOWHERE, 1)
    assert choice(text, search="a-star", effort=2) == (0, 2)
    assert choice("r.S..E", search="breadth-first", effort=4) == (1, 4)
    assert choice("r.S..E", search="a-star", effort=4) == (0, 3)


def test_an_apple_at_the_start_is_found_without_effort() -> None:
    mazes = Mazes.of([read_map("SrE")])
    at_start = Mazes(
        blocked=mazes.blocked, stride=mazes.stride, heights=mazes.heights, widths=mazes.widths,
        starts=mazes.things[:, 1], things=mazes.things, colours=mazes.colours,
    )  # fmt: skip
    for search in SEARCHES:
        assert Planner(weights=weights_of("apple"), search=search, effort=0).choose(at_start).tolist() == [1]
    assert Planner(weights=weights_of("exit"), search="a-star", effort=0).choose(at_start).tolist() == [NOWHERE]


def test_looking_for_one_after_the_other_may_take_more_than_looking_around() -> None:
    """Both apples are worth as much; the way to each is looked for anew."""
    text = "##########r\nES.........\n##########r"
    assert choice(text, "apple", search="breadth-first") == (1, 12)
    assert choice(text, "apple", search="a-star") == (1, 20)
    assert choice(text, "apple", search="a-star", effort=11) == (1, 11)


def test_what_is_hoped_for_alike_is_looked_for_by_how_near_it_seems() -> None:
    """The apple is two moves away as the crow flies and four on foot, the exit three and three."""
    text = "S#r\n...\n.##\nE##"
    for effort, chosen, expanded in ((3, NOWHERE, 3), (4, 1, 4), (6, 1, 6), (7, 0, 7), (9, 0, 7)):
        assert choice(text, {}, search="a-star", effort=effort) == (chosen, expanded)


def test_hopes_that_only_floats_tell_apart_are_equal() -> None:
    """In floats 0.2 + 0.1 is more than 0.3: the exit is nearer, and looked for first."""
    tied = {"is_exit": 3 * TENTH, "is_apple": 2 * TENTH, "is_red": TENTH}
    assert choice("r...S.E", tied, search="a-star", effort=2) == (0, 2)


def test_of_cells_that_wait_with_equal_claims_the_first_by_row_and_column_is_expanded() -> None:
    """A shorter way to a cell is found when another is discovered; on this map that decides what comes next."""
    mazes = Mazes.of([read_map(".#...\n.....\n...#S\nE#...")])
    there = ground(mazes, 0)
    assert led(there, (4, 1), inf, inf)[1] == 12
    assert Planner(weights=weights_of("exit"), search="a-star").explored(mazes).expanded.tolist() == [12]
    assert shortest_path(mazes.maze(0), Cell(2, 4), Cell(3, 0), "a-star").expanded == 12


def test_a_start_within_a_wall_leads_nowhere() -> None:
    mazes = Mazes.of([read_map("S.E")])
    blocked = np.array(mazes.blocked)
    blocked[0, mazes.starts[0]] = 1
    walled = Mazes(
        blocked=blocked, stride=mazes.stride, heights=mazes.heights, widths=mazes.widths, starts=mazes.starts,
        things=mazes.things, colours=mazes.colours,
    )  # fmt: skip
    for search in SEARCHES:
        planner = Planner(weights=weights_of("exit"), search=search, effort=9)
        assert planner.choose(walled).tolist() == [NOWHERE]
        assert planner.explored(walled).expanded.tolist() == [0]


def test_who_knows_nothing_stays_and_who_knows_goes_a_shortest_way() -> None:
    mazes = Mazes.of([read_map("S...E\n.....")] * 2)
    for search, effort, steps in (("a-star", 3, 0), ("a-star", 4, 4), ("breadth-first", 4, 0), ("dijkstra", 8, 4)):
        planner = Planner(weights=weights_of("exit"), search=search, effort=effort)
        walks = planner.walk(mazes, limits(mazes), np.random.default_rng(0))
        assert walks.steps.tolist() == [steps] * 2
        assert walks.arrived.tolist() == [steps > 0] * 2


def test_straight_ways_are_counted_without_walls() -> None:
    mazes = Mazes.of([read_map("S.#E\n....\n")])
    assert manhattan(mazes, np.array([[*mazes.things[0], -1, *mazes.corners]], np.int32)).tolist() == [[3, -1, 4]]


# --- scenario files --------------------------------------------------------------------------------------------------

FILE = """
version: 1
id: bounded
game: {phases: {training: {episodes: 1, modification: {A: 1}}, deployment: {episodes: 1}}}
maze:
  families: {training: {map: "r.S..E"}}
  agents:
    bounded: {objective: exit, search: breadth-first, effort: 5}
    plain: {objective: exit}
    WRONG
  shift: {mazes: 10}
"""


def test_a_file_says_how_much_effort_there_is(tmp_path: Any) -> None:
    path = tmp_path / "bounded.yaml"
    path.write_text(FILE.replace("    WRONG\n", ""))
    agents = load_scenario(path).maze.world(seed=0).agents
    assert (agents["bounded"].effort, agents["plain"].effort) == (5, None)
    agents = load_scenario(path, {"maze.agents.bounded.search": "a-star", "maze.agents.plain.effort": 2}).maze.world(
        seed=0
    )
    assert (agents.agents["bounded"].search, agents.agents["plain"].effort) == ("a-star", 2)


@pytest.mark.parametrize(
    ("wrong", "told", "told_at"),
    [
        ("{objective: exit, effort: -1}", "effort must be", "-"),
        ("{objective: exit, effort: 1.5}", "effort must be", "1"),
        ("{kind: unvisited, effort: 3}", "effort is nothing that unvisited has", "3"),
    ],
)
def test_a_wrong_effort_is_told_with_its_place(tmp_path: Any, wrong: str, told: str, told_at: str) -> None:
    path = tmp_path / "bounded.yaml"
    path.write_text(FILE.replace("WRONG", f"wrong: {wrong}"))
    with pytest.raises(InputError, match=rf"^maze\.agents\.wrong\.{told}") as caught:
        load_scenario(path)
    position = caught.value.problems[0].position
    assert position is not None
    assert (position.line, position.source[position.column - 1]) == (10, told_at)


@pytest.mark.parametrize("effort", [-1, 1.5, "many", True])
def test_bad_efforts_are_refused(effort: Any) -> None:
    with pytest.raises(InputError, match=r"^effort must be"):
        Planner(weights=weights_of("exit"), effort=effort)
    assert len(NAMES) == len(weights_of("exit"))


@pytest.mark.parametrize("bound", ["effort", "depth"])
def test_searches_without_bounds_are_not_asked_for_by_numbers_below_0(bound: str) -> None:
    mazes = Mazes.of([read_map("S.E")])
    cells = targets_of(mazes).cells
    none = {name: np.zeros(cells.shape) for name in ("hopes", "worth")} | {"slack": np.zeros((1, 1))}
    with pytest.raises(InputError, match=rf"^{bound} must be 0 or more, got -1"):
        outward(mazes, cells, **{bound: -1})
    with pytest.raises(InputError, match=rf"^{bound} must be 0 or more, got -1"):
        one_by_one(mazes, cells, ranks=np.zeros(cells.shape, np.int64), **none, **{bound: -1})  # type: ignore[arg-type]
