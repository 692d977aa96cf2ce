"""Pictures of mazes: floor where the maze has floor, every thing by its sign, ways where they went."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from mazes_to_draw import cells_of, corridor, maze_of, ring
from PIL import Image

from deceptive_sim.core.errors import InputError
from deceptive_sim.maze.mazes import Maze
from deceptive_sim.maze.things import Cell, Thing
from deceptive_sim.report.mazes.drawing import maze_picture, write_maze_picture
from deceptive_sim.report.mazes.outlines import area, outlines
from deceptive_sim.report.mazes.raster import painted
from deceptive_sim.report.mazes.shapes import Box, Curve, Disc, Picture, Words, line, rounded, straightened
from deceptive_sim.report.mazes.ways import Way, stops

SVG = "{http://www.w3.org/2000/svg}"


def drawn(maze: Maze, *ways: Way, **options: object) -> ET.Element:
    return ET.fromstring(maze_picture(maze, ways, **options).svg())  # type: ignore[arg-type]


def of_kind(root: ET.Element, kind: str) -> list[ET.Element]:
    return [element for element in root.iter() if element.get("class") == kind]


# --- outlines --------------------------------------------------------------------------------------------------------


def test_the_outlines_of_random_floors_hold_exactly_their_floor() -> None:
    rng = np.random.default_rng(3)
    for _ in range(60):
        floor = rng.random(rng.integers(1, 8, size=2)) < 0.6
        found = outlines(floor)
        assert sum(map(area, found)) == floor.sum()
        painted_floor = np.zeros_like(floor)
        for y, x in np.ndindex(*floor.shape):  # even or odd number of sides to the right of the middle of the cell
            sides = sum(
                a[0] == b[0] and a[0] > x and min(a[1], b[1]) <= y < max(a[1], b[1])
                for loop in found
                for a, b in zip(loop, [*loop[1:], loop[0]], strict=True)
            )
            painted_floor[y, x] = sides % 2
        assert (painted_floor == floor).all()


def test_outlines_come_largest_first_and_turn_the_other_way_around_walls() -> None:
    found = outlines(~ring().walls)
    assert [area(loop) for loop in found] == [9, -1]


def test_floor_cells_that_touch_at_a_corner_are_apart() -> None:
    assert sorted(len(loop) for loop in outlines(np.array([[1, 0], [0, 1]], bool))) == [4, 4]


# --- the picture -----------------------------------------------------------------------------------------------------


def test_walls_floor_and_things_stand_in_the_picture() -> None:
    root = drawn(ring(), cell=30.0)
    assert len(of_kind(root, "walls")) == len(of_kind(root, "floor")) == len(of_kind(root, "wall")) == 1
    assert of_kind(root, "walls")[0].get("fill") == of_kind(root, "wall")[0].get("fill") == "#4a5763"
    exits, apples = of_kind(root, "exit"), of_kind(root, "apple")
    assert len(exits) == len(apples) == 2  # each once in the maze and once in the key
    assert {one.get("fill") for one in exits} == {"#5bbf6a"}
    assert {one.get("fill") for one in apples} == {"#bf2b1d"}
    assert sorted(str(one.text) for one in of_kind(root, "letter")) == ["g", "g", "r", "r"]


@pytest.mark.parametrize(
    ("colour", "letter"),
    [("red", "r"), ("green", "g"), ("blue", "b"), ("purple", "p"), ("yellow", "y"), ("grey", "e")],
)
def test_every_colour_has_its_letter_as_in_maps(colour: str, letter: str) -> None:
    maze = maze_of("S.E", exit_colour=colour, wall_colour=colour)
    root = drawn(maze, key=False)
    assert [one.text for one in of_kind(root, "letter")] == [letter]
    assert of_kind(root, "walls")[0].get("fill") != of_kind(root, "exit")[0].get("fill")


def test_things_stand_in_the_middles_of_their_cells() -> None:
    picture = maze_picture(maze_of("S..", "..E"), cell=30.0, key=False)
    (door,) = [shape for shape in picture.shapes if isinstance(shape, Box) and shape.kind == "exit"]
    x, y = (at + size / 2 for at, size in zip(door.at, door.size, strict=True))
    edge = 8 + 0.3 * 30
    assert (x, y) == pytest.approx((edge + 75, edge + 45))


def test_small_cells_hold_no_letters_but_signs_that_can_be_seen() -> None:
    root = drawn(ring(), cell=5.0, key=False)
    assert not of_kind(root, "letter")
    assert not of_kind(root, "seams")
    assert float(of_kind(root, "exit")[0].get("height", 0)) > 8


def test_the_key_names_what_is_in_the_picture_and_fits_on_the_paper() -> None:
    picture = maze_picture(
        maze_of("Srgr.E", exit_colour="grey"), [Way(cells=cells_of((0, 0), (0, 1)), label="wanders")]
    )
    words = [shape for shape in picture.shapes if isinstance(shape, Words) and shape.kind == "meaning"]
    assert [one.text for one in words] == ["wanders", "exit, grey", "apple, red", "apple, green"]
    assert all(one.at[1] < picture.height - 8 for one in words)
    assert all(one.at[0] + 7 * len(one.text) < picture.width + 20 for one in words)


def test_a_narrow_picture_has_its_key_in_several_lines_and_room_for_long_labels() -> None:
    ways = [Way(cells=cells_of((0, 0), (0, 1)), label=f"a way with a long name {k}") for k in range(3)]
    ways.append(Way(cells=cells_of((0, 0), (0, 1)), label="w" * 50))
    picture = maze_picture(corridor(), ways)
    words = [shape for shape in picture.shapes if isinstance(shape, Words) and shape.kind == "meaning"]
    lines = {one.at[1] for one in words}
    assert len(lines) >= 4
    assert picture.width < 700
    assert max(one.at[0] + 8.5 * len(one.text) for one in words if one.text.startswith("w")) < picture.width


def test_readers_who_do_not_see_it_are_told_what_is_there() -> None:
    way = Way(cells=cells_of((0, 0), (1, 0), (2, 0)), label="wants apples")
    root = drawn(ring(), way, title="A ring")
    title, told = root.findtext(f"{SVG}title"), root.findtext(f"{SVG}desc")
    assert title == "A ring"
    assert told == (
        "3 rows and 3 columns, start in row 1, column 1, green exit in row 3, column 3, 1 red apple. "
        "wants apples: 2 moves, to a red apple."
    )
    assert "no apples" in str(drawn(maze_of("SE")).findtext(f"{SVG}desc"))
    assert not list(root.iter(f"{SVG}style"))
    assert not [one for one in root.iter() if one.get("id")]


def test_texts_are_escaped() -> None:
    way = Way(cells=cells_of((0, 0), (0, 1)), label='<b>&"')
    root = drawn(corridor(), way, title="</title><script>")
    assert root.findtext(f"{SVG}title") == "</title><script>"
    assert '<b>&"' in [one.text for one in of_kind(root, "meaning")]


def test_huge_mazes_are_refused() -> None:
    walls = np.zeros((300, 200), bool)
    maze = Maze(walls=walls, start=Cell(0, 0), exit=Thing(Cell(1, 1), "red"))
    with pytest.raises(InputError, match=r"at most 40000 cells to be drawn, got .60000 cells"):
        maze_picture(maze)


# --- ways ------------------------------------------------------------------------------------------------------------


def test_a_way_to_a_thing_ends_in_an_arrow_and_a_ring() -> None:
    root = drawn(ring(), Way(cells=cells_of((0, 0), (1, 0), (2, 0))), key=False)
    assert [len(of_kind(root, kind)) for kind in ("way", "start", "arrow", "taken", "stopped")] == [1, 1, 1, 1, 0]


@pytest.mark.parametrize("way", [
    Way(cells=cells_of((0, 0), (1, 0))),
    Way(cells=cells_of((0, 0), (1, 0), (2, 0)), takes=False),
])  # fmt: skip
def test_a_way_that_takes_nothing_ends_in_a_square(way: Way) -> None:
    root = drawn(ring(), way, key=False)
    assert [len(of_kind(root, kind)) for kind in ("way", "start", "arrow", "taken", "stopped")] == [1, 1, 0, 0, 1]


def test_standing_still_is_a_start_alone() -> None:
    for cells in (cells_of((0, 0)), cells_of((0, 0), (0, 0))):
        root = drawn(ring(), Way(cells=cells), key=False)
        assert [len(of_kind(root, kind)) for kind in ("way", "start", "arrow", "stopped")] == [0, 1, 0, 0]


def test_a_way_goes_through_the_middles_of_its_cells() -> None:
    way = Way(cells=cells_of((0, 0), (0, 1), (0, 1), (1, 1)))
    assert stops(way, 10.0) == [(5, 5), (15, 5), (15, 15)]


def test_going_and_coming_back_keep_apart() -> None:
    there, back = cells_of((0, 0), (0, 1), (0, 2)), cells_of((0, 1), (0, 0))
    places = stops(Way(cells=there + back), 10.0)
    down, up = 5 + 1.4, 5 - 1.4  # each keeps to its right, y being down
    assert [round(y, 6) for _, y in places] == [down, down, down, up, up, up]


def test_several_ways_have_colours_dashes_and_places_of_their_own() -> None:
    cells = cells_of((0, 0), (0, 1), (0, 2), (0, 3))
    ways = [Way(cells=cells, label=f"{k}") for k in range(3)]
    root = drawn(corridor(), *ways, key=False)
    lines = of_kind(root, "way")
    assert len({one.get("stroke") for one in lines}) == 3
    assert len({one.get("stroke-dasharray") for one in lines}) == 3
    assert len({str(one.get("d")).split("L")[0] for one in lines}) == 3


def test_a_colour_that_is_given_is_kept() -> None:
    ways = [Way(cells=cells_of((0, 0), (0, 1)), colour="#123456"), Way(cells=cells_of((0, 0), (0, 1)))]
    root = drawn(corridor(), *ways, key=False)
    assert [one.get("stroke") for one in of_kind(root, "way")] == ["#123456", "#d55e00"]


# --- shapes ----------------------------------------------------------------------------------------------------------


def test_corners_are_rounded_by_at_most_half_of_what_meets_there() -> None:
    steps = rounded([(0, 0), (10, 0), (10, 4)], 3)
    assert steps == (("M", ((0, 0),)), ("L", ((8, 0),)), ("Q", ((10, 0), (10, 2))), ("L", ((10, 4),)))
    closed = rounded([(0, 0), (10, 0), (10, 10), (0, 10)], 1, closed=True)
    assert [name for name, _ in closed] == ["M", "Q", "L", "Q", "L", "Q", "L", "Q"]


def test_points_on_the_way_are_left_out_but_turning_back_is_a_corner() -> None:
    assert straightened([(0, 0), (1, 0), (1, 0), (2, 0), (1, 0)]) == [(0, 0), (2, 0), (1, 0)]
    assert straightened([(1, 0), (2, 0), (2, 2), (0, 2), (0, 0)], closed=True) == [(2, 0), (2, 2), (0, 2), (0, 0)]


def test_shapes_move() -> None:
    shapes = [
        Curve(kind="a", steps=line([(0, 0), (1, 0)]), stroke="#000000", width=1),
        Disc(kind="b", at=(0, 0), radius=1, fill="#000000"),
        Box(kind="c", at=(0, 0), size=(1, 1), fill="#000000"),
        Words(kind="d", at=(0, 0), text="x", size=10, fill="#000000"),
    ]
    found = [shape.moved(2, 3).svg() for shape in shapes]
    assert 'd="M2 3L3 3"' in found[0]
    assert 'cx="2" cy="3"' in found[1]
    assert 'x="2" y="3"' in found[2]
    assert 'x="2" y="6.6"' in found[3]


def test_numbers_are_short_and_none_is_minus_nought() -> None:
    disc = Disc(kind="d", at=(-0.001, 1.2345), radius=2, fill="#000000").svg()
    assert 'cx="0" cy="1.23" r="2"' in disc


# --- painting --------------------------------------------------------------------------------------------------------


def test_what_is_painted_is_what_the_shapes_say() -> None:
    shapes = (
        Box(kind="box", at=(0, 0), size=(40, 40), fill="#ffffff"),
        Curve(kind="area", steps=line([(0, 0), (20, 0), (20, 20), (0, 20)]), closed=True, fill="#ff0000"),
        Disc(kind="disc", at=(30, 10), radius=6, fill="#00ff00", stroke="#0000ff", width=4),
        Curve(kind="line", steps=line([(2, 30), (38, 30)]), stroke="#000000", width=4, dashes=(10.0, 6.0)),
        Curve(kind="two", steps=(*line([(2, 36), (8, 36)]), *line([(30, 36), (38, 36)])), stroke="#808000", width=4),
    )
    image = painted(Picture(width=40, height=40, shapes=shapes), 2.0)
    assert image.size == (80, 80)
    seen = {at: image.getpixel((2 * at[0], 2 * at[1])) for at in ((10, 10), (30, 10), (30, 3), (6, 30), (15, 30),
            (22, 30), (5, 36), (20, 36), (34, 36))}  # fmt: skip
    assert seen == {
        (10, 10): (255, 0, 0), (30, 10): (0, 255, 0), (30, 3): (0, 0, 255), (6, 30): (0, 0, 0),
        (15, 30): (255, 255, 255), (22, 30): (0, 0, 0), (5, 36): (128, 128, 0), (20, 36): (255, 255, 255),
        (34, 36): (128, 128, 0),
    }  # fmt: skip


@pytest.mark.parametrize("scale", [1.0, 2.5])
def test_pictures_are_written_as_svg_and_png(tmp_path: Path, scale: float) -> None:
    way = Way(cells=cells_of((0, 0), (1, 0), (2, 0)), label="wants apples")
    paths = [
        write_maze_picture(ring(), tmp_path / "new" / f"ring.{kind}", [way], scale=scale) for kind in ("svg", "png")
    ]
    picture = maze_picture(ring(), [way])
    assert paths[0].read_text().startswith('<svg xmlns="http://www.w3.org/2000/svg" role="img"')
    size = Image.open(BytesIO(paths[1].read_bytes())).size
    assert size == (round(picture.width * scale), round(picture.height * scale))
    again = write_maze_picture(ring(), tmp_path / "again.png", [way], scale=scale)
    assert again.read_bytes() == paths[1].read_bytes()
    assert re.search(r"<svg [^>]*viewBox", paths[0].read_text())


def test_other_endings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"path must end in \.svg or \.png, got .*ring.jpg"):
        write_maze_picture(ring(), tmp_path / "ring.jpg")
