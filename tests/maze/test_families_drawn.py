"""Families draw what they say: sizes, places, apples and colours, as often as they say."""

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from maze.plain_mazes import chi_square, component, counted, floor_cells
from scipy.stats import binom

from deceptive_sim.core.errors import InputError
from deceptive_sim.maze import family as families
from deceptive_sim.maze.ascii_maps import read_map
from deceptive_sim.maze.family import MazeFamily
from deceptive_sim.maze.generators.library import GENERATORS
from deceptive_sim.maze.mazes import Mazes
from deceptive_sim.maze.things import COLOURS


def draw(n: int, seed: int = 7, **settings: object) -> Mazes:
    return MazeFamily(**settings).draw(np.random.default_rng(seed), n)  # type: ignore[arg-type]


def assert_as_often(values: np.ndarray, possible: list[object], weights: list[float] | None = None) -> None:
    """False alarm 1e-6."""
    weights = weights or [1.0] * len(possible)
    expected = [len(values) * weight / sum(weights) for weight in weights]
    statistic, bound = chi_square(counted(values, possible), expected)
    assert statistic < bound


@pytest.mark.parametrize("loops", ["0", "1/5", "1"])
@pytest.mark.parametrize("name", GENERATORS)
def test_everything_drawn_stands_on_floor_of_its_own_and_can_be_reached(name: str, loops: str) -> None:
    settings = {"height": (5, 17), "width": (1, 9), "square": False, "loops": Fraction(loops), "apples": (0, 3)}
    places = ("top-left", "bottom-right", "top-right", "anywhere")
    mazes = draw(150, generator=name, start=places, exit=places, apple_places=places, **settings)
    for n in range(len(mazes)):
        floor = floor_cells(mazes.blocked[n].tolist(), mazes.stride)
        start = divmod(int(mazes.starts[n]), mazes.stride)
        things = [divmod(int(cell), mazes.stride) for cell in mazes.things[n] if cell >= 0]
        assert len({start, *things}) == 1 + len(things)
        assert {start, *things} <= component(floor, start)
        height, width = int(mazes.heights[n]), int(mazes.widths[n])
        assert {(1, 1), (1, width), (height, 1), (height, width)} <= floor
        assert max(floor) == (height, width)
        alone = mazes.maze(n)
        assert (alone.height, alone.width, len(alone.things)) == (height, width, len(things))


def test_sizes_are_uniform_over_the_valid_sides() -> None:
    """n = 20,000, seed 7."""
    mazes = draw(20_000, height=(4, 11))
    assert_as_often(mazes.heights, [5, 7, 9, 11])
    assert (mazes.heights == mazes.widths).all()
    mazes = draw(20_000, height=(3, 6), width=(5, 9), square=False)
    assert_as_often(100 * mazes.heights + mazes.widths, [100 * a + b for a in (3, 5) for b in (5, 7, 9)])
    assert_as_often(draw(20_000, generator="rooms", height=(4, 7)).heights, [4, 5, 6, 7])
    assert mazes.cells == (5 + 2) * (9 + 2)


def test_start_exit_and_apple_anywhere_are_all_triples_of_cells_equally_often() -> None:
    """A field of 2 x 3 has 120 triples; n = 60,000, seed 7."""
    anywhere = ("anywhere",)
    sizes = {"generator": "open", "height": (2, 2), "width": (3, 3), "square": False}
    mazes = draw(60_000, **sizes, start=anywhere, exit=anywhere, apples=(1, 1))
    cells = [6, 7, 8, 11, 12, 13]
    triples = [a * 10_000 + b * 100 + c for a in cells for b in cells for c in cells if len({a, b, c}) == 3]
    assert_as_often(mazes.starts * 10_000 + mazes.things[:, 0] * 100 + mazes.things[:, 1], triples)


def test_what_stands_anywhere_leaves_corners_to_what_stands_there() -> None:
    """n = 20,000, seed 7: in a field of 3 x 3."""
    field = {"generator": "open", "height": (3, 3)}
    cells = [6, 7, 8, 11, 12, 13, 16, 17, 18]
    mazes = draw(20_000, **field, start=("anywhere",), exit=("bottom-right",), apples=(0, 0))
    assert (mazes.things == 18).all()
    assert_as_often(mazes.starts, cells[:-1])
    mazes = draw(20_000, **field, start=("top-right",), exit=("anywhere",), apples=(0, 0))
    assert (mazes.starts == 8).all()
    assert_as_often(mazes.things[:, 0], [cell for cell in cells if cell != 8])


def test_pairs_of_places_that_differ_are_equally_likely() -> None:
    """n = 20,000, seed 7."""
    mazes = draw(
        20_000, height=(3, 3), start=("top-left", "top-right"), exit=("bottom-left", "top-left"), apples=(0, 0)
    )
    assert_as_often(100 * mazes.starts + mazes.things[:, 0], [616, 816, 806])
    mazes = draw(5_000, generator="open", height=(1, 1), width=(4, 4), square=False, start=("top-left", "top-right"),
                 exit=("bottom-left", "bottom-right"), apples=(0, 0))  # fmt: skip
    assert_as_often(100 * mazes.starts + mazes.things[:, 0], [710, 1007])


def test_places_of_apples_are_equally_likely_among_the_free_ones() -> None:
    """n = 20,000, seed 7: the first apple in a free corner or anywhere, half and half; the second likewise."""
    field = {"generator": "open", "height": (3, 3), "apple_places": ("top-left", "top-right", "anywhere")}
    one = draw(20_000, **field, apples=(1, 1)).things[:, 1]
    rest = [7, 8, 11, 12, 13, 16, 17]
    assert_as_often(one, rest, [1 / 2 * (cell == 8) + 1 / 2 / 7 for cell in rest])
    two = draw(20_000, **field, apples=(2, 2)).things[:, 1:]
    first = 1 / 2 + 1 / 2 / 7
    in_corner = (two == 8).any(axis=1).astype(int)
    assert_as_often(
        in_corner, [0, 1], [(1 - first) * (1 - (1 / 2 + 1 / 2 / 6)), first + (1 - first) * (1 / 2 + 1 / 12)]
    )


def test_an_apple_without_a_free_place_is_left_out() -> None:
    corners = {"apple_places": ("top-right", "bottom-left"), "start": ("top-left",)}
    mazes = draw(2_000, height=(5, 5), apples=(2, 2), exit=("bottom-right", "top-right"), **corners)
    has = mazes.things[:, 1:] >= 0
    full = mazes.things[:, 0] == 40
    assert set(map(tuple, has[full].tolist())) == {(True, True)}
    assert set(map(tuple, has[~full].tolist())) == {(True, False)}
    assert {frozenset(cells) for cells in mazes.things[full, 1:].tolist()} == {frozenset({12, 36})}
    assert set(mazes.colours[:, 2].tolist()) == {COLOURS.index("red"), -1}
    small = draw(2_000, height=(3, 3), loops=Fraction(1, 2), apples=(6, 6))
    apples = (small.things[:, 1:] >= 0).sum(axis=1)
    assert (apples == np.minimum(6, small.free - 2)).all()
    assert set(apples.tolist()) == {5, 6}


def test_the_number_of_apples_is_uniform_over_its_range() -> None:
    """n = 20,000, seed 7."""
    mazes = draw(20_000, height=(5, 5), apples=(1, 4))
    assert_as_often((mazes.things[:, 1:] >= 0).sum(axis=1), [1, 2, 3, 4])
    assert (np.sort(mazes.things[:, 1:] < 0, axis=1) == (mazes.things[:, 1:] < 0)).all()
    assert draw(10, apples=(0, 0)).things.shape == (10, 1)


def test_colours_are_drawn_from_their_tuples_each_for_itself() -> None:
    """n = 20,000, seed 7."""
    colours = {"exit_colours": ("grey",), "apple_colours": ("red", "blue", "red"), "wall_colours": ("yellow", "purple")}
    mazes = draw(20_000, height=(5, 5), apples=(2, 2), **colours)
    red, blue = COLOURS.index("red"), COLOURS.index("blue")
    assert (mazes.colours[:, 0] == COLOURS.index("grey")).all()
    pairs = 10 * mazes.colours[:, 1].astype(int) + mazes.colours[:, 2]
    assert_as_often(pairs, [10 * a + b for a in (red, blue) for b in (red, blue)], [4, 2, 2, 1])
    assert_as_often(mazes.wall_colours, [COLOURS.index("yellow"), COLOURS.index("purple")])
    story = draw(5, apples=(1, 1))
    assert story.colours.tolist() == [[COLOURS.index("green"), red]] * 5
    assert story.wall_colours.tolist() == [COLOURS.index("grey")] * 5


def test_loops_are_opened_at_the_rate_of_the_family() -> None:
    """n = 5,000 mazes with 16 walls each, seed 7."""
    opened = int((draw(5_000, loops=Fraction(1, 10)).free - 49).sum())
    assert binom.ppf(5e-7, 80_000, 0.1) <= opened <= binom.isf(5e-7, 80_000, 0.1)


MAPS = ("S.E\n###", "Sr.\n.#E\n.gb")


def test_maps_are_drawn_equally_often_and_recoloured_where_asked_for() -> None:
    """n = 5,000, seed 7."""
    maps = [read_map(text) for text in MAPS]
    family = MazeFamily(maps=maps)  # type: ignore[arg-type]
    mazes = family.draw(np.random.default_rng(7), 5_000)
    assert_as_often(mazes.heights, [2, 3])
    for maze in (mazes.maze(n) for n in range(20)):
        same = maps[maze.height - 2]
        assert (maze.things, maze.start, maze.wall_colour) == (same.things, same.start, same.wall_colour)
        assert (maze.walls == same.walls).all()
    assert (family.heights, family.widths, family.most_things) == ((2, 3), (3,), 4)
    assert mazes.cells == family.cells == 25
    drawn = MazeFamily(maps=tuple(maps), exit_colours=("red", "blue"), wall_colours=("blue",))
    mazes = drawn.draw(np.random.default_rng(7), 5_000)
    assert_as_often(mazes.colours[:, 0], [COLOURS.index("red"), COLOURS.index("blue")])
    own = np.array([[-1, -1, -1], [COLOURS.index(name) for name in ("red", "green", "blue")]])
    assert (mazes.colours[:, 1:] == own[mazes.heights - 2]).all()
    assert (mazes.wall_colours == COLOURS.index("blue")).all()
    apples = MazeFamily(maps=tuple(maps), apple_colours=("yellow",)).draw(np.random.default_rng(7), 50)
    assert Counter(apples.colours[:, 1:].ravel().tolist()).keys() == {-1, COLOURS.index("yellow")}
    assert (apples.colours[:, 0] == COLOURS.index(maps[0].exit.colour)).all()


def test_the_same_seed_draws_the_same_mazes() -> None:
    names = ("blocked", "heights", "widths", "starts", "things", "colours", "wall_colours")
    settings = {"height": (5, 9), "start": ("anywhere",), "exit_colours": ("red", "green"), "loops": "1/10"}
    first, again, other = (draw(50, seed, **settings) for seed in (1, 1, 2))
    for name in names:
        assert getattr(first, name).tobytes() == getattr(again, name).tobytes()
    assert first.blocked.tobytes() != other.blocked.tobytes()
    assert first.starts.tobytes() != other.starts.tobytes()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"generator": "wilsn"}, 'generator must be a generator, got "wilsn" (did you mean wilson?)'),
        ({"height": (4, 4)}, "height must have an odd number in its range: passages of wilson mazes are on every"),
        ({"width": (6, 6), "square": False}, "width must have an odd number in its range"),
        ({"height": (9, 5)}, "height must go from a number of at least 1 to one that is no smaller, got 9 to 5"),
        ({"height": (0, 5)}, "height must go from a number of at least 1"),
        ({"height": 5}, "height must be two whole numbers, the least and the most, got 5"),
        ({"height": (5.0, 7)}, "height must be two whole numbers"),
        ({"apples": (True, 3)}, "apples must be two whole numbers"),
        ({"apples": (-1, 3)}, "apples must go from a number of at least 0"),
        ({"height": None}, "height must be two whole numbers"),
        ({"height": (1, 10**9)}, "height must be at most 1000000, got 1 to 1000000000"),
        ({"height": (3, 1001)}, "height must be a maze of at most 1000000 cells, got 1001 x 1001, which is 1002001"),
        ({"width": (5, 5)}, "width must be as the height where mazes are square, got 5 beside 9"),
        ({"height": (1, 1)}, "height must leave room for a start and an exit, got a maze of 1 x 1"),
        ({"height": (3, 5), "apples": (0, 6)}, "apples must be at most 5 in the smallest maze, 3 x 3, got 0 to 6"),
        ({"height": (3, 3), "loops": 1, "apples": (7, 7)}, "apples must be at most 6 in the smallest maze, 3 x 3"),
        ({"generator": "rooms", "height": (3, 3), "apples": (8, 8)}, "apples must be at most 7 in the smallest maze"),
        ({"exit": ("top-left",)}, 'exit must be another place than the start in a maze of 9 x 9, got "top-left"'),
        (
            {"height": (1, 3), "width": (5, 5), "square": False, "exit": ("bottom-left",), "apples": (0, 0)},
            "exit must be another place than the start in a maze of 1 x 5",
        ),
        ({"apple_places": ("top-left", "top-right")}, "apples must be at most 1 where apples stand in corners alone"),
        ({"start": ("topleft",)}, 'start must be a place, got "topleft" (did you mean top-left?)'),
        ({"start": "top-left"}, "start must be one place or more"),
        ({"apple_places": ()}, "apple_places must be one place or more"),
        ({"wall_colours": ("gren",)}, 'wall_colours must be a colour, got "gren" (did you mean green?)'),
        ({"loops": 2}, "loops must be a probability in [0, 1], got 2"),
        ({"loops": "often"}, "loops must be a number"),
        ({"maps": (read_map(MAPS[0]),), "loops": 1}, "loops must not be given beside maps, which have it, got 1"),
        ({"maps": ("S.E",)}, "maps must be mazes"),
    ],
)
def test_what_cannot_be_is_an_error_that_names_it(settings: dict[str, object], sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        MazeFamily(**settings)  # type: ignore[arg-type]
    assert str(caught.value).startswith(sentence)


def test_all_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(InputError) as caught:
        MazeFamily(generator="prim", loops=Fraction(3), exit=("here",), apple_colours=())
    assert [problem.name for problem in caught.value.problems] == ["generator", "exit", "apple_colours", "loops"]


def test_what_just_fits_is_no_error() -> None:
    assert draw(3, height=(3, 3), apples=(5, 5)).free.tolist() == [7, 7, 7]
    assert (
        draw(3, height=(1, 1), width=(3, 3), square=False, exit=("top-right",), apples=(1, 1)).free.tolist() == [3] * 3
    )
    assert draw(2, generator="open", height=(1, 1), width=(2, 2), square=False, apples=(0, 0)).starts.tolist() == [5, 5]
    assert MazeFamily(width=(9, 9)).widths == (9,)


@pytest.mark.parametrize(
    ("n", "sentence"), [(0, "mazes must be a whole number from 1, got 0"), (10**8, "mazes must together")]
)
def test_too_few_or_too_many_mazes_are_refused(n: int, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        draw(n)
    assert families.MOST_DRAWN == 2 * 10**9
