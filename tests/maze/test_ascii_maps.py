"""Maps of mazes: read as they are meant, written so that they are read back, refused with the very character."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deceptive_sim.core.errors import InputError
from deceptive_sim.maze.ascii_maps import map_text, read_map
from deceptive_sim.maze.mazes import Maze
from deceptive_sim.maze.things import COLOURS, Cell, Thing

MAP = """
#######
#S..#a#
#.#.#.#
#.# ..#
#r###E#
#######
"""


def test_a_map_means_what_it_shows() -> None:
    maze = read_map(MAP, exit_colour="purple", apple_colour="yellow", wall_colour="blue")
    assert (maze.height, maze.width) == (6, 7)
    assert maze.start == (1, 1)
    assert maze.exit == ((4, 5), "purple")
    assert maze.apples == (((1, 5), "yellow"), ((4, 1), "red"))
    assert maze.wall_colour == "blue"
    free = {(row, column) for row in range(6) for column in range(7) if not maze.walls[row, column]}
    assert free == {(1, 1), (1, 2), (1, 3), (1, 5), (2, 1), (2, 3), (2, 5), (3, 1), (3, 3), (3, 4), (3, 5)} | {
        (4, 1),
        (4, 5),
    }


@pytest.mark.parametrize(
    ("letter", "colour"),
    [("r", "red"), ("g", "green"), ("b", "blue"), ("p", "purple"), ("y", "yellow"), ("e", "grey"), ("a", "purple")],
)
def test_letters_of_apples(letter: str, colour: str) -> None:
    maze = read_map(f"S{letter}E", apple_colour="purple")
    assert maze.apples == (((0, 1), colour),)
    assert map_text(maze) == ("SpE" if letter == "a" else f"S{letter}E")


def test_apples_are_in_the_order_in_which_they_are_read() -> None:
    apples = read_map("Srag\nyraE").apples
    assert [apple.cell for apple in apples] == [(0, 1), (0, 2), (0, 3), (1, 0), (1, 1), (1, 2)]


def test_colours_where_none_are_asked_for() -> None:
    maze = read_map("SaE")
    assert (maze.exit.colour, maze.apples[0].colour, maze.wall_colour) == ("green", "red", "grey")


def test_walls_around_may_be_left_out_and_lines_may_end_in_any_way() -> None:
    for text in ("S.\n#E", "S.\n#E\n", "\n\nS.\n#E\n\n", "S.\r\n#E\r\n"):
        assert map_text(read_map(text)) == "S.\n#E"


@st.composite
def sound_maps(draw: st.DrawFn) -> list[str]:
    """Rows of a maze, grown from the start so that all its floor can be reached; other cells are walls."""
    height, width = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    cells = [(row, column) for row in range(height) for column in range(width)]
    if len(cells) == 1:
        cells, width = [(0, 0), (0, 1)], 2
    floor = [draw(st.sampled_from(cells))]
    for _ in range(draw(st.integers(1, len(cells)))):
        near = [(row, column) for row, column in cells if any(abs(row - a) + abs(column - b) == 1 for a, b in floor)]
        floor.append(draw(st.sampled_from(sorted(set(near) - set(floor)) or floor)))
    reached = list(dict.fromkeys(floor))
    rows = [["#"] * width for _ in range(height)]
    for row, column in reached:
        rows[row][column] = draw(st.sampled_from("...rgbpye"))
    start, way_out = draw(st.permutations(reached))[:2]
    rows[start[0]][start[1]], rows[way_out[0]][way_out[1]] = "S", "E"
    return ["".join(row) for row in rows]


@settings(max_examples=150, deadline=None)
@given(sound_maps(), st.sampled_from(COLOURS), st.sampled_from(COLOURS))
def test_what_is_read_is_written_back(rows: list[str], of_exit: str, of_walls: str) -> None:
    maze = read_map("\n".join(rows), exit_colour=of_exit, wall_colour=of_walls)
    assert map_text(maze).split("\n") == rows
    again = read_map(map_text(maze), exit_colour=maze.exit.colour, wall_colour=maze.wall_colour)
    assert np.array_equal(again.walls, maze.walls)
    assert (again.start, again.things, again.wall_colour) == (maze.start, maze.things, maze.wall_colour)


def test_an_apple_under_the_start_is_not_shown() -> None:
    start, apple, way_out = Cell(0, 0), Thing(Cell(0, 0), "red"), Thing(Cell(0, 1), "grey")
    assert map_text(Maze(walls=np.zeros((1, 2), bool), start=start, exit=way_out, apples=(apple,))) == "SE"


REACHED = "must have {} that can be reached from the start: no way leads here"
SYMBOL = "must not have this character, got "
KNOWN = "(one of #, ., S, E, a, r, g, b, p, y, e)"
ROWS = "must have rows of one length, {} as the first one has, got one of {}"
BROKEN = [
    ("^", "must have a start and an exit, it is empty"),
    ("^\n\n", "must have a start and an exit, it is empty"),
    ("^   \n   ", "must have a start and an exit, it is empty"),
    ("^S..\n...", "must have an exit, written E, got none"),
    ("^E..\n...", "must have a start, written S, got none"),
    ("S.E\n..^E", "must have one exit, line 1, column 3 of the map has it, got 2 of them"),
    ("\n#S\n^SE", "must have one start, line 2, column 2 of the map has it, got 2 of them"),
    ("S#^E", REACHED.format("an exit")),
    ("S.#\n.##\n##^E", REACHED.format("an exit")),
    ("SE#^a", REACHED.format("apples")),
    ("SE..\n####\n..^g.", REACHED.format("apples")),
    ("S.E\n..^", ROWS.format(3, 2)),
    ("S.E\n...^.", ROWS.format(3, 4)),
    ("S.E\n^\n...", ROWS.format(3, 0)),
    ("S.^xE", SYMBOL + f'"x" {KNOWN}'),
    ("S.^AE", SYMBOL + '"A" (did you mean a?)'),
    ("^sE", SYMBOL + '"s" (did you mean S?)'),
    ("S^\tE", SYMBOL + '"\\u0009" (it is a tab: write a dot or a space for each cell of floor)'),
    ("S^\uff03E", SYMBOL + '"\uff03" (did you mean #?)'),
    ("S^\u200bE", SYMBOL + f'"\\u200b" {KNOWN}'),
    ("S^\U0001f34eE", SYMBOL + f'"\U0001f34e" {KNOWN}'),
    ("S^\x00E", SYMBOL + f'"\\u0000" {KNOWN}'),
]


@pytest.mark.parametrize(("text", "told"), BROKEN)
def test_what_is_wrong_is_said_where_it_stands(text: str, told: str) -> None:
    before, after = text.split("^")
    with pytest.raises(InputError) as caught:
        read_map(before + after)
    (problem,) = caught.value.problems
    assert problem.position is not None
    lines = before.split("\n")
    assert (problem.position.line, problem.position.column) == (len(lines), len(lines[-1]) + 1)
    assert problem.sentence() == f"map {told}"
    assert problem.position.source == (before + after).split("\n")[problem.position.line - 1]


def test_every_mistake_of_a_kind_is_told_up_to_a_limit() -> None:
    with pytest.raises(InputError) as caught:
        read_map("S?E\n!..\n.#*.")
    places = [(problem.position.line, problem.position.column) for problem in caught.value.problems if problem.position]
    assert places == [(1, 2), (2, 1), (3, 3), (3, 4)]
    with pytest.raises(InputError) as caught:
        read_map("S" + "?" * 5_000 + "E")
    assert len(caught.value.problems) == 20


@pytest.mark.parametrize("setting", ["exit_colour", "apple_colour", "wall_colour"])
def test_colours_that_are_none_are_named(setting: str) -> None:
    with pytest.raises(InputError, match=f'{setting} must be a colour, got "gren" .did you mean green'):
        read_map("SE", **{setting: "gren"})


@pytest.mark.slow
def test_a_map_may_have_a_million_cells_and_no_more() -> None:
    rows = ["." * 1_000 for _ in range(1_000)]
    rows[0], rows[-1] = "S" + rows[0][1:], rows[-1][1:] + "E"
    assert read_map("\n".join(rows)).exit.cell == (999, 999)
    start = time.process_time()
    with pytest.raises(InputError, match="at most 1000000 cells, got 1001 rows of up to 1000"):
        read_map("\n".join([*rows, rows[1]]))
    assert time.process_time() - start < 2  # nothing is searched: it takes milliseconds
