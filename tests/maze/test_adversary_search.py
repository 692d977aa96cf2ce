"""The adversary: what it finds is a maze of the family, ever worse, and the worst where all can be looked at."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from maze.plain_mazes import chi_square
from maze.plain_targets import ways_from
from maze.story_worlds import ADVERSARY, DEPLOYMENT
from maze.test_lessons_gradient import plain_chances

from deceptive_sim.maze.adversary import CHANGES, changed, palettes_of, replaced, search_mazes
from deceptive_sim.maze.ascii_maps import read_map
from deceptive_sim.maze.family import MazeFamily
from deceptive_sim.maze.lessons import lessons_of, loss_and_gradient
from deceptive_sim.maze.mazes import Maze, Mazes
from deceptive_sim.maze.objectives import weights_of
from deceptive_sim.maze.search import limits
from deceptive_sim.maze.things import COLOURS, Cell, Thing

GREEN = weights_of("green")
WALLS = MazeFamily(
    generator="rooms", height=(4, 7), width=(5, 9), square=False, apples=(0, 3), loops=Fraction(1, 5),
    exit=("anywhere",), exit_colours=("grey", "blue"), apple_colours=("red", "green"),
    wall_colours=("yellow", "purple"),
)  # fmt: skip


def green_loss(mazes: Mazes) -> np.ndarray:
    """Of somebody who seeks green."""
    loss, _ = loss_and_gradient(lessons_of(mazes, limits(mazes)), GREEN, temperature=0.5, step_cost=0.01)
    return loss


def key(mazes: Mazes, which: int) -> tuple[object, ...]:
    maze = mazes.maze(which)
    return maze.walls.tobytes(), maze.walls.shape, maze.start, maze.things, maze.wall_colour


@pytest.mark.parametrize("family", [ADVERSARY, WALLS])
def test_losses_never_fall_and_belong_to_the_mazes(family: MazeFamily) -> None:
    seen: list[np.ndarray] = []

    def loss(mazes: Mazes) -> np.ndarray:
        seen.append(green_loss(mazes))
        return seen[-1]

    found = search_mazes(family, loss, 40, 15, np.random.default_rng(5))
    assert len(seen) == 16
    assert (found.losses == np.max(seen, axis=0)).all()
    assert found.losses == pytest.approx(green_loss(found.mazes), abs=1e-12)
    assert (found.losses >= seen[0]).all()
    assert found.losses.mean() > seen[0].mean() + 0.1
    fewer = search_mazes(family, green_loss, 40, 0, np.random.default_rng(5))
    assert (fewer.losses == seen[0]).all()


@pytest.mark.parametrize("family", [ADVERSARY, WALLS])
def test_every_maze_it_makes_is_one_of_the_family(family: MazeFamily) -> None:
    """60 mazes changed 40 times whatever comes of it; `Maze` refuses what cannot be solved or shares cells."""
    rng = np.random.default_rng(6)
    mazes = family.draw(rng, 60)
    for _ in range(40):
        mazes = changed(mazes, family, rng)
    sizes = set()
    for which in range(60):
        maze = mazes.maze(which)
        cells = [maze.start, *(thing.cell for thing in maze.things)]
        assert len(set(cells)) == len(cells)
        assert {tuple(cell) for cell in cells} <= set(ways_from(maze, maze.start))
        assert maze.exit.colour in (family.exit_colours or ())
        assert {apple.colour for apple in maze.apples} <= set(family.apple_colours or ())
        assert maze.wall_colour in (family.wall_colours or ("grey",))
        assert family.apples[0] <= len(maze.apples) <= family.apples[1]
        sizes.add(maze.walls.shape)
    assert sizes <= set(product(family.heights, family.widths))
    assert len(sizes) > 2


def differences(before: Maze, after: Maze) -> set[str]:
    if before.walls.shape != after.walls.shape or (before.walls != after.walls).any():
        return {"another maze"}
    told = set()
    if before.start != after.start:
        told.add("start place")
    if before.wall_colour != after.wall_colour:
        told.add("wall colour")
    if len(before.things) != len(after.things):
        return {"another maze"}
    for place, (one, other) in enumerate(zip(before.things, after.things, strict=True)):
        name = "apple" if place else "exit"
        told |= {f"{name} colour {place}"} if one.colour != other.colour else set()
        told |= {f"{name} place {place}"} if one.cell != other.cell else set()
    return told


def test_one_thing_changes_at_a_time_and_each_is_tried_as_often() -> None:
    """2,100 changes of one open field of 8 x 8 with two apples, seed 7: start, exit and apples move equally often, and
    one apple as often as the other (chi square, alarm 1e-6 each)."""
    field = read_map("S" + "." * 7 + "\n" + ("." * 8 + "\n") * 6 + "a" + "." * 6 + "E")
    field = Maze(
        walls=field.walls, start=field.start, exit=field.exit, apples=(*field.apples, Thing(Cell(3, 3), "red"))
    )
    family = MazeFamily(maps=(field,), exit_colours=COLOURS, apple_colours=COLOURS, wall_colours=COLOURS)
    fixed = MazeFamily(maps=(field,), exit_colours=("green",), apple_colours=("red",), wall_colours=("grey",))
    mazes = fixed.draw(np.random.default_rng(0), 2_100)
    after = changed(mazes, family, np.random.default_rng(7))
    told: Counter[str] = Counter()
    for which in range(2_100):
        found = differences(field, after.maze(which))
        if len(found) > 1:  # a maze drawn anew has other colours, and nothing else
            assert all("colour" in one for one in found)
            told["another maze"] += 1
            continue
        told[next(iter(found), "nothing")] += 1
    places = [sum(told[f"{name} place {n}"] for n in which) for name, which in (("exit", [0]), ("apple", [1, 2]))]
    seen = 2_100 / 7 * 60 / 64  # four of the 64 cells are taken
    statistic, bound = chi_square([told["start place"], *places], [seen] * 3)
    assert statistic < bound
    apples = [told["apple place 1"], told["apple place 2"]]
    statistic, bound = chi_square(apples, [sum(apples) / 2] * 2)
    assert statistic < bound
    for name in ("exit colour 0", "apple colour 1", "apple colour 2", "wall colour", "another maze"):
        assert told[name] > 80
    assert sum(told.values()) == 2_100
    assert len(CHANGES) == 7


def test_a_moved_thing_is_anywhere_with_the_same_probability() -> None:
    """14,000 changes of one map, seed 8: the exit goes to each of the free cells equally often; alarm 1e-6."""
    maze = read_map("S.#..\n..#.r\n..E..\n#.##.")
    family = MazeFamily(maps=(maze,))
    after = changed(family.draw(np.random.default_rng(0), 12_100), family, np.random.default_rng(8))
    exits = Counter(after._cell(int(cell)) for cell in after.things[:, 0])
    free = [cell for cell in ways_from(maze, maze.start) if cell not in {maze.start, maze.exit.cell, (1, 4)}]
    counts = [exits[Cell(*cell)] for cell in free]
    assert sum(counts) + exits[maze.exit.cell] == 12_100
    statistic, bound = chi_square(counts, [12_100 / 7 / (len(free) + 3)] * len(free))
    assert statistic < bound


def test_it_finds_the_worst_maze_where_all_can_be_looked_at() -> None:
    """One row of 5 cells, exit and apple of two colours each: all 240 mazes, by the loss in plain Python."""
    first = read_map("S.a.E")
    family = MazeFamily(maps=(first,), exit_colours=("green", "grey"), apple_colours=("green", "red"))
    losses = {}
    for start, leave, apple in product(range(5), repeat=3):
        if len({start, leave, apple}) == 3:
            for of_exit, of_apple in product(("green", "grey"), ("green", "red")):
                maze = Maze(
                    walls=first.walls,
                    start=Cell(0, start),
                    exit=Thing(Cell(0, leave), of_exit),
                    apples=(Thing(Cell(0, apple), of_apple),),
                )
                in_time = abs(start - leave) <= 5
                chance = plain_chances(maze, list(GREEN), 0.5, 0.01, None)[maze.exit.cell]
                losses[maze.start, maze.things] = 1 - chance * in_time
    assert len(losses) == 240
    found = search_mazes(family, green_loss, 60, 100, np.random.default_rng(3))
    for which in range(60):
        maze = found.mazes.maze(which)
        assert found.losses[which] == pytest.approx(losses[maze.start, maze.things], abs=1e-12)
    assert found.losses.max() == pytest.approx(max(losses.values()), abs=1e-12)


def test_it_is_the_same_under_a_seed() -> None:
    one, again, other = (search_mazes(WALLS, green_loss, 12, 8, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert [key(one.mazes, n) for n in range(12)] == [key(again.mazes, n) for n in range(12)]
    assert (one.losses == again.losses).all()
    assert [key(one.mazes, n) for n in range(12)] != [key(other.mazes, n) for n in range(12)]


@pytest.mark.parametrize(
    "family",
    [
        MazeFamily(maps=(read_map("SE"),)),
        MazeFamily(maps=(read_map("E\nS"), read_map("S#\n.E\nr."))),
        MazeFamily(generator="open", height=(1, 1), width=(2, 2), square=False, apples=(0, 0)),
        MazeFamily(generator="open", height=(2, 2), width=(2, 2), apples=(2, 2)),
    ],
)
def test_there_need_be_nothing_to_change(family: MazeFamily) -> None:
    found = search_mazes(family, green_loss, 8, 20, np.random.default_rng(0))
    assert np.isfinite(found.losses).all()
    for which in range(8):
        maze = found.mazes.maze(which)
        assert {maze.height, maze.width} <= {1, 2, 3}


def test_nothing_takes_the_place_of_nothing_and_frames_grow() -> None:
    rng = np.random.default_rng(4)
    small, large = MazeFamily(height=(3, 3), apples=(0, 0)).draw(rng, 4), DEPLOYMENT.draw(rng, 2)
    mixed = replaced(small, np.array([3, 1]), large)
    assert [key(mixed, n) for n in range(4)] == [key(small, 0), key(large, 1), key(small, 2), key(large, 0)]
    assert [key(replaced(small, np.zeros(0, int), small.take([])), n) for n in range(4)] == [
        key(small, n) for n in range(4)
    ]
    alike = replaced(small, np.array([0]), small.take([2]))
    assert key(alike, 0) == key(small, 2)


def test_colours_come_from_the_family_its_maps_or_the_story() -> None:
    def names(family: MazeFamily) -> list[set[str]]:
        found = palettes_of(family)
        return [{COLOURS[colour] for colour in found[name]} for name in ("exit colour", "apple colour", "wall colour")]

    maps = (read_map("S.Er", exit_colour="blue", wall_colour="red"), read_map("S.Ep"))
    assert names(MazeFamily()) == [{"green"}, {"red"}, {"grey"}]
    assert names(WALLS) == [{"grey", "blue"}, {"red", "green"}, {"yellow", "purple"}]
    assert names(MazeFamily(maps=maps)) == [{"blue", "green"}, {"red", "purple"}, {"red", "grey"}]
    assert names(MazeFamily(maps=maps, exit_colours=("grey",), wall_colours=("blue",)))[::2] == [{"grey"}, {"blue"}]
    assert names(MazeFamily(maps=(read_map("SE"),)))[1] == {"red"}
    twice = palettes_of(MazeFamily(exit_colours=("grey", "grey", "red")))["exit colour"]
    assert sorted(COLOURS[colour] for colour in twice) == ["grey", "grey", "red"]
