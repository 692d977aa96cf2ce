"""What generators draw is connected, perfect where it is said to be, and has as many loops as asked for."""

import numpy as np
import pytest
from maze.plain_mazes import adjacent_pairs, chi_square, component, counted, floor_cells
from scipy.stats import binom

from deceptive_sim.maze.generators.library import GENERATORS
from deceptive_sim.maze.generators.loops import open_walls

SIDES = [1, 2, 3, 4, 5, 8, 9, 10, 15, 22, 31, 40, 41]


def drawn(name: str, sizes: list[tuple[int, int]], loops: float = 0.0, seed: int = 3) -> tuple[np.ndarray, int]:
    """Mazes of several sizes in one frame, and its stride."""
    heights, widths = (np.array(sides, np.int32) for sides in zip(*sizes, strict=True))
    stride = int(widths.max()) + 2
    blocked = np.ones((len(sizes), (int(heights.max()) + 2) * stride), np.uint8)
    rng = np.random.default_rng(seed)
    GENERATORS[name].carve(blocked, stride, heights, widths, rng)
    open_walls(blocked, stride, heights, widths, loops, rng)
    return blocked, stride


def sizes_of(name: str) -> list[tuple[int, int]]:
    odd = GENERATORS[name].odd
    sizes = [(a, b) for a in SIDES for b in SIDES if not odd or a % 2 + b % 2 == 2]
    return [(41, 41), *(sizes[::3] if len(sizes) > 100 else sizes)]


@pytest.mark.parametrize("loops", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("name", GENERATORS)
def test_every_floor_cell_is_reached_corners_are_floor_and_nothing_lies_beyond(name: str, loops: float) -> None:
    sizes = sizes_of(name)
    blocked, stride = drawn(name, sizes, loops)
    for walls, (height, width) in zip(blocked.tolist(), sizes, strict=True):
        floor = floor_cells(walls, stride)
        assert floor == component(floor, (1, 1))
        assert {(1, 1), (1, width), (height, 1), (height, width)} <= floor
        assert all(1 <= row <= height and 1 <= column <= width for row, column in floor)
        for row in range(1, height + 1, 2):  # passages
            assert all((row, column) in floor for column in range(1, width + 1, 2))


@pytest.mark.parametrize("name", [name for name, generator in GENERATORS.items() if generator.perfect])
def test_perfect_mazes_are_trees(name: str) -> None:
    sizes = sizes_of(name)
    blocked, stride = drawn(name, sizes)
    for walls, (height, width) in zip(blocked.tolist(), sizes, strict=True):
        floor = floor_cells(walls, stride)
        assert len(floor) == 2 * ((height + 1) // 2) * ((width + 1) // 2) - 1
        assert adjacent_pairs(floor) == len(floor) - 1


def test_an_open_field_has_no_walls() -> None:
    for sizes in ([(4, 7)] * 3, [(4, 7), (9, 2), (4, 7)]):
        blocked, _ = drawn("open", sizes)
        assert [int((walls == 0).sum()) for walls in blocked] == [height * width for height, width in sizes]


def rooms_of(floor: set[tuple[int, int]], height: int, width: int) -> list[set[tuple[int, int]]]:
    """Components once every opening in a wall is closed: floor with walls on both sides, at an even row or column."""
    doors = {
        (row, column)
        for row, column in floor
        if (row % 2 == 0 and row < height and not {(row, column - 1), (row, column + 1)} & floor)
        or (column % 2 == 0 and column < width and not {(row - 1, column), (row + 1, column)} & floor)
    }
    rooms, left = [], floor - doors
    while left:
        room = component(left, next(iter(left)))
        rooms.append(room)
        left = left - room
    return rooms


def test_rooms_are_rectangles_of_two_or_three_passages_a_side_with_one_way_from_each_to_each() -> None:
    sizes = [(height, width) for height in range(7, 26) for width in range(7, 26, 2)]
    blocked, stride = drawn("rooms", sizes)
    seen = set()
    for walls, (height, width) in zip(blocked.tolist(), sizes, strict=True):
        floor = floor_cells(walls, stride)
        rooms = rooms_of(floor, height, width)
        for room in rooms:
            rows, columns = {row for row, _ in room}, {column for _, column in room}
            assert len(room) == len(rows) * len(columns)
            seen |= {len(rows), len(columns)}
        assert len(floor) - sum(map(len, rooms)) == len(rooms) - 1  # doors
    assert seen == {3, 4, 5, 6}


def test_walls_of_rooms_stand_anywhere_they_may() -> None:
    """One wall in mazes of 7 x 3 and 3 x 7, in the middle; of 9 x 3, in two places; n = 4,000, seed 3, 1e-6."""
    for height, width, places in ((7, 3, (4,)), (9, 3, (4, 6)), (3, 9, (4, 6))):
        blocked, stride = drawn("rooms", [(height, width)] * 4000)
        frames = blocked.reshape(4000, height + 2, stride)[:, 1:-1, 1:-1]
        lines = frames.sum(axis=2 if height > width else 1)
        where = lines.argmax(axis=1) + 1
        statistic, bound = chi_square(counted(where, places), [4000 / len(places)] * len(places))
        assert statistic < bound or len(places) == 1
        openings = [int((walls == 0).argmax()) for walls in _walls(frames, where, down=height > width)]
        statistic, bound = chi_square(counted(np.array(openings), (0, 2)), [2000.0, 2000.0])
        assert statistic < bound


def _walls(frames: np.ndarray, where: np.ndarray, *, down: bool) -> list[np.ndarray]:
    pairs = zip(frames, where, strict=True)
    return [frame[line - 1] if down else frame[:, line - 1] for frame, line in pairs]


def test_a_square_of_rooms_is_split_either_way_equally_often() -> None:
    """7 x 7: the first wall runs from edge to edge, the others end at it; n = 4,000, seed 3, false alarm 1e-6."""
    blocked, _ = drawn("rooms", [(7, 7)] * 4000)
    middle = blocked.reshape(4000, 9, 9)[:, 4, 1:-1]
    across = int(((middle == 0).sum(axis=1) == 1).sum())
    assert binom.ppf(5e-7, 4000, 0.5) <= across <= binom.isf(5e-7, 4000, 0.5)


@pytest.mark.parametrize("loops", [0.05, 0.3, 1.0])
def test_each_remaining_wall_is_opened_with_the_probability_of_loops(loops: float) -> None:
    """16 walls remain in 5 x 5 passages: how many are opened is binomial. n = 20,000, seed 3, false alarm 1e-6."""
    n = 20_000
    blocked, _ = drawn("wilson", [(9, 9)] * n, loops)
    opened = (blocked == 0).sum(axis=1) - 25 - 24
    numbers = [k for k in range(17) if n * binom.pmf(k, 16, loops) >= 5]
    shares = [n * float(binom.pmf(k, 16, loops)) for k in numbers]
    seen = [int((opened == k).sum()) for k in numbers]
    assert opened.min() >= 0
    if loops == 1:
        assert seen == [n]
        return
    statistic, bound = chi_square([*seen, n - sum(seen)], [*shares, n - sum(shares)])
    assert statistic < bound


@pytest.mark.parametrize("name", GENERATORS)
def test_the_same_seed_draws_the_same_bytes_and_another_seed_others(name: str) -> None:
    first, again, other = (drawn(name, [(21, 21)] * 5, 0.1, seed)[0] for seed in (1, 1, 2))
    assert first.tobytes() == again.tobytes()
    assert name == "open" or first.tobytes() != other.tobytes()


def test_a_maze_does_not_depend_on_its_frame() -> None:
    small, stride = drawn("depth-first", [(5, 7)])
    large, wide = drawn("depth-first", [(5, 7), (11, 15)])
    assert floor_cells(small[0].tolist(), stride) == floor_cells(large[0].tolist(), wide)


def test_mazes_of_the_largest_size_are_drawn() -> None:
    for name in GENERATORS:
        blocked, _ = drawn(name, [(999, 999)])
        if GENERATORS[name].perfect:
            assert int((blocked == 0).sum()) == 2 * 500 * 500 - 1
