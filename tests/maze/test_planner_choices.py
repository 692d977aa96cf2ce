"""Planners choose what somebody finds who looks at every target in turn, and go there."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from maze.plain_targets import NAMES, best_of, single_mazes, ways_from

from deceptive_sim.core.errors import InputError
from deceptive_sim.maze.ascii_maps import read_map
from deceptive_sim.maze.mazes import Maze, Mazes
from deceptive_sim.maze.objectives import weights_of
from deceptive_sim.maze.planners import NOWHERE, Planner, cells_of, choose, shortest_to
from deceptive_sim.maze.search import limits
from deceptive_sim.maze.targets import FEATURES, targets_of

Weighing = dict[str, Fraction]
SMALL = st.sampled_from([Fraction(n, 10) for n in (-10, -3, 0, 0, 1, 2, 3, 10)])  # no floats, and they tie
WEIGHINGS = st.dictionaries(st.sampled_from(NAMES[:-1]), SMALL, max_size=4)


def without_passage(maze: Maze, gone: tuple[int, int]) -> Mazes:
    """The same maze with one more wall, so that some targets may be out of reach."""
    mazes = Mazes.of([maze])
    blocked = np.array(mazes.blocked)
    blocked[0, (gone[0] + 1) * mazes.stride + gone[1] + 1] = 1
    return Mazes(
        blocked=blocked, stride=mazes.stride, heights=mazes.heights, widths=mazes.widths, starts=mazes.starts,
        things=mazes.things, colours=mazes.colours, wall_colours=mazes.wall_colours,
    )  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(
    those=st.lists(single_mazes(), min_size=1, max_size=3),
    weights=WEIGHINGS,
    step_cost=st.sampled_from([Fraction(0), Fraction(1, 10), Fraction(1)]),
    depth=st.sampled_from([None, 0, 1, 3]),
)
def test_choices_are_those_of_brute_force(
    those: list[Maze], weights: Weighing, step_cost: Fraction, depth: int | None
) -> None:
    mazes = Mazes.of(those)
    targets = targets_of(mazes)
    planner = Planner(weights=weights_of(weights), step_cost=float(step_cost), depth=depth)
    chosen = planner.choose(mazes)
    rows, columns = mazes.rows_and_columns(cells_of(targets, chosen))
    walks = planner.walk(mazes, limits(mazes), np.random.default_rng(0))
    ended = list(zip(*(part.tolist() for part in mazes.rows_and_columns(walks.cells)), strict=True))
    for which, maze in enumerate(those):
        wanted = best_of(maze, weights, step_cost, depth)
        if wanted is None:
            assert chosen[which] == NOWHERE
            assert not walks.arrived[which]
            assert (walks.steps[which], ended[which]) == (0, maze.start)
            continue
        assert (rows[which], columns[which]) == wanted
        assert ended[which] == wanted
        assert walks.arrived[which]
        assert walks.steps[which] == ways_from(maze, maze.start)[wanted]


@settings(max_examples=25, deadline=None)
@given(maze=single_mazes(), weights=WEIGHINGS, data=st.data())
def test_nobody_goes_for_what_cannot_be_reached(maze: Maze, weights: Weighing, data: st.DataObject) -> None:
    taken = {maze.start, *(thing.cell for thing in maze.things)}
    floor = [(int(row), int(column)) for row, column in zip(*np.nonzero(~maze.walls), strict=True)]
    bare = [cell for cell in floor if cell not in taken]
    if not bare:
        return
    mazes = without_passage(maze, data.draw(st.sampled_from(bare)))
    targets = targets_of(mazes)
    shortest = shortest_to(mazes, targets)
    chosen = choose(targets, shortest, weights_of(weights), step_cost=0.125)[0]
    reached = np.flatnonzero(targets.present[0] & (shortest[0] >= 0))
    if not len(reached):
        assert chosen == NOWHERE
        return

    def key(j: int) -> tuple[float, int, int]:
        worth = sum(float(w) * targets.features[0, j, FEATURES.index(name)] for name, w in weights.items())
        return -(worth - shortest[0, j] / 8), int(shortest[0, j]), int(targets.cells[0, j])

    assert chosen == min(reached.tolist(), key=key)


def test_nothing_at_all_can_be_reached() -> None:
    mazes = without_passage(read_map("S.E"), (0, 1))
    assert Planner(weights=weights_of("exit")).choose(mazes).tolist() == [NOWHERE]
    walks = Planner(weights=weights_of("exit")).walk(mazes, limits(mazes), np.random.default_rng(0))
    assert (walks.arrived[0], walks.steps[0]) == (False, 0)


def test_ties_go_to_the_nearest_then_up_then_left_whatever_kind_it_is() -> None:
    def goes_to(text: str, **settings_: object) -> tuple[int, int]:
        mazes = Mazes.of([read_map(text)])
        planner = Planner(weights=weights_of({}), **settings_)  # type: ignore[arg-type]
        row, column = mazes.rows_and_columns(cells_of(targets_of(mazes), planner.choose(mazes)))
        return int(row[0]), int(column[0])

    assert goes_to("E..Sr\n#####") == (0, 4)
    assert goes_to("E.S.r\n#####") == (0, 0)
    assert goes_to("r.S.E\n#####") == (0, 0)
    assert goes_to("#E#\n.S.\n#r#") == (0, 1)
    assert goes_to("#r#\n.S.\n#E#") == (0, 1)
    assert goes_to("..S.E\nr####") == (0, 4)
    assert goes_to("E...S") == (0, 0)
    assert goes_to("E.S..") == (0, 0)
    assert goes_to("E..S.") == (0, 4)


def test_what_is_worth_the_same_ties_although_floats_differ() -> None:
    """In floats 0.2 + 0.1 is more than 0.3, and 0.3 - 0.1 less than 0.4 - 2 * 0.1; what really differs is no tie."""

    def chosen(text: str, step_cost: float = 0.0, **weighing: Fraction) -> int:
        planner = Planner(weights=weights_of(weighing), step_cost=step_cost)
        return int(planner.choose(Mazes.of([read_map(text)]))[0])

    one, two, three, four = (Fraction(n, 10) for n in (1, 2, 3, 4))
    assert chosen("r...S.E", is_exit=three, is_apple=two, is_red=one) == 0
    assert chosen("E...S.r", is_apple=three, is_exit=two, is_green=one) == 1
    assert chosen("E.Sr", 0.1, is_exit=four, is_apple=three) == 1
    assert chosen("r.SE", 0.1, is_apple=four, is_exit=three) == 0
    assert chosen("E...Sr", is_exit=three + Fraction(1, 10**12), is_apple=three) == 0


def test_weights_may_differ_from_maze_to_maze() -> None:
    mazes = Mazes.of([read_map("r.S.E")] * 2)
    targets = targets_of(mazes)
    weights = np.array([weights_of("exit"), weights_of("apple")])
    assert choose(targets, shortest_to(mazes, targets), weights).tolist() == [0, 1]


def test_what_the_depth_hides_is_not_gone_for() -> None:
    mazes = Mazes.of([read_map("E...Sr")])
    for depth, found in ((0, NOWHERE), (1, 1), (3, 1), (4, 0), (None, 0)):
        assert Planner(weights=weights_of("exit"), depth=depth).choose(mazes).tolist() == [found]


@pytest.mark.parametrize(
    "bad",
    [
        {"search": "breadth"}, {"step_cost": -0.1}, {"step_cost": float("inf")}, {"step_cost": float("nan")},
        {"depth": -1}, {"slip": -0.1}, {"slip": 1.1}, {"slip": float("nan")},
    ],
)  # fmt: skip
def test_bad_planners_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(InputError, match=f"^{next(iter(bad))} must be"):
        Planner(weights=weights_of("exit"), **bad)  # type: ignore[arg-type]


@pytest.mark.parametrize("weights", [np.zeros(3), np.full(len(NAMES), np.nan), np.full(len(NAMES), np.inf)])
def test_weights_are_a_finite_number_for_each_feature(weights: np.ndarray) -> None:
    with pytest.raises(InputError, match=r"^weights(\.is_exit)? must be"):
        Planner(weights=weights)


def test_objectives_by_name_and_by_weights() -> None:
    assert weights_of("exit").tolist() == [1, 0, 0, 0, 0, 0, 0, 0, 0]
    assert weights_of("apple").tolist() == [0, 1, 0, 0, 0, 0, 0, 0, 0]
    assert weights_of("green").tolist() == [0, 0, 0, 1, 0, 0, 0, 0, 0]
    assert weights_of("place").tolist() == [0, 0, 0, 0, 0, 0, 0, 0, 1]
    assert weights_of({"is_grey": Fraction(1, 2), "is_red": Fraction(-3)}).tolist() == [0, 0, -3, 0, 0, 0, 0, 0.5, 0]
    with pytest.raises(InputError, match=r"objective must be a named objective or weights, got \"exi\" .*exit"):
        weights_of("exi")
    with pytest.raises(InputError, match=r"objective\.is_gren must be a feature .*is_green|is_green"):
        weights_of({"is_gren": Fraction(1)})
    with pytest.raises(InputError, match=r"objective\.is_exit must be from -1000000000 to 1000000000"):
        weights_of({"is_exit": Fraction(10) ** 10})
    with pytest.raises(InputError, match=r"objective\.is_exit must be 0 or between 1e-150 and 1e150 in size"):
        weights_of({"is_exit": Fraction(10) ** 400})
