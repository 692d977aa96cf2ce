"""Mazes as text: one character for each cell, one line for each row.

    #######
    #S..#a#        # wall          S start        a an apple of the colour that apples have there
    #.#.#.#        . floor         E exit         r g b p y e  a red, green, blue, purple, yellow, grey apple
    #.#...#        a space is floor as well
    #r###E#
    #######

Walls around the edge may be written or left out: nobody leaves a maze there anyway. A map says nothing of the colours
of the exit and of walls. What is wrong with a map has its line and column within the text, counted from 1.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from deceptive_sim.core.errors import InputError, Position, Problem, nearest, quote
from deceptive_sim.maze.mazes import MOST_CELLS, Maze
from deceptive_sim.maze.things import ANY_APPLE, APPLE_LETTERS, COLOURS, EXIT, FLOOR, START, WALL, Cell, Thing

FILE = "map"
"""What the places of problems call a map."""

SYMBOLS = (WALL, FLOOR, START, EXIT, ANY_APPLE, *APPLE_LETTERS)

MOST_PROBLEMS = 20
"""Once a map has this many mistakes no more are looked for."""

_LETTER_OF = {colour: letter for letter, colour in APPLE_LETTERS.items()}


@dataclass(frozen=True, kw_only=True)
class _Drawing:
    """A map as it is written: its rows, and how many empty lines stand before them."""

    rows: Sequence[str]
    before: int

    def place(self, cell: Cell) -> Position:
        """Where a cell is written; the column may be one behind the row's end."""
        source = self.rows[cell.row] if cell.row < len(self.rows) else ""
        return Position(file=FILE, line=self.before + cell.row + 1, column=cell.column + 1, source=source)

    def cells_of(self, symbol: str) -> Iterator[Cell]:
        """The cells that bear a symbol, from the top left."""
        for number, row in enumerate(self.rows):
            column = row.find(symbol)
            while column >= 0:
                yield Cell(number, column)
                column = row.find(symbol, column + 1)


def read_map(text: str, *, exit_colour: str = "green", apple_colour: str = "red", wall_colour: str = "grey") -> Maze:
    """The maze that a text draws.

    Parameters
    ----------
    text : str
        Lines of the same length, of the characters that the module's head names; empty lines before and behind them
        count for nothing.
    exit_colour, wall_colour : str
        Of the exit and of walls.
    apple_colour : str
        Of apples written `a`.

    Returns
    -------
    Maze
        With its apples in the order in which they are read, line by line.

    Raises
    ------
    InputError
        With line and column of everything that is wrong: characters that mean nothing, rows of other lengths, no or
        several starts or exits, an exit or apples that cannot be reached from the start, more than
        `mazes.MOST_CELLS` cells, nothing at all. Unknown colours are named by their setting.
    """
    if not isinstance(text, str):
        raise InputError(Problem(name="text", rule="must be text", got=quote(text)))
    _refuse_unknown_colours(exit_colour=exit_colour, apple_colour=apple_colour, wall_colour=wall_colour)
    drawing = _drawing(text)
    problems = list(_malformed(drawing)) or list(_miscounted(drawing))
    if problems:
        raise InputError(problems[:MOST_PROBLEMS])
    (start,), (way_out,) = drawing.cells_of(START), drawing.cells_of(EXIT)
    colours = {ANY_APPLE: apple_colour, **APPLE_LETTERS}
    apples = sorted(Thing(cell, colour) for letter, colour in colours.items() for cell in drawing.cells_of(letter))
    try:
        return Maze(
            walls=np.array([[symbol == WALL for symbol in row] for row in drawing.rows]),
            start=start,
            exit=Thing(way_out, exit_colour),
            apples=tuple(apples),
            wall_colour=wall_colour,
        )
    except InputError as error:
        cells = {"exit": way_out, **{f"apples.{place}": apple.cell for place, apple in enumerate(apples)}}
        raise InputError(_placed(problem, drawing, cells) for problem in error.problems[:MOST_PROBLEMS]) from None


def map_text(maze: Maze) -> str:
    """The map of a maze, without a line break at its end.

    `read_map` makes the same maze of it again if it is told the colours of the exit and of walls, and no apple lies
    where the agent starts: a cell has one character, and the start's is shown.
    """
    rows = [[WALL if wall else FLOOR for wall in row] for row in maze.walls.tolist()]
    for cell, colour in maze.apples:
        rows[cell.row][cell.column] = _LETTER_OF[colour]
    rows[maze.exit.cell.row][maze.exit.cell.column] = EXIT
    rows[maze.start.row][maze.start.column] = START
    return "\n".join("".join(row) for row in rows)


def _refuse_unknown_colours(**colours: str) -> None:
    """An `InputError` with each of some named settings that is no colour."""
    problems = [
        Problem(name=name, rule="must be a colour", got=quote(colour), hint=nearest(colour, COLOURS))
        for name, colour in colours.items()
        if not isinstance(colour, str) or colour not in COLOURS
    ]
    if problems:
        raise InputError(problems)


def _drawing(text: str) -> _Drawing:
    rows = text.replace("\r\n", "\n").split("\n")
    while rows and not rows[-1]:
        rows.pop()
    before = next((place for place, row in enumerate(rows) if row), 0)
    return _Drawing(rows=rows[before:], before=before)


def _malformed(drawing: _Drawing) -> Iterator[Problem]:
    """What keeps a map from being a grid of known symbols."""
    rows = drawing.rows
    if not any(row.strip() for row in rows):
        yield Problem(name="map", rule="must have a start and an exit, it is empty", position=drawing.place(Cell(0, 0)))
        return
    width = len(rows[0])
    cells = max(map(len, rows)) * len(rows)
    if cells > MOST_CELLS:
        rule = f"must be a maze of at most {MOST_CELLS} cells"
        got = f"{len(rows)} rows of up to {max(map(len, rows))}"
        yield Problem(name="map", rule=rule, got=got, position=drawing.place(Cell(0, 0)))
        return
    known = {*SYMBOLS, " "}
    for number, row in enumerate(rows):
        for column, symbol in enumerate(row):
            if symbol not in known:
                yield _unknown(symbol, drawing.place(Cell(number, column)))
        if len(row) != width:
            rule = f"must have rows of one length, {width} as the first one has"
            place = drawing.place(Cell(number, min(width, len(row))))
            yield Problem(name="map", rule=rule, got=f"one of {len(row)}", position=place)


def _unknown(symbol: str, place: Position) -> Problem:
    """A character that means nothing; wide and styled ones are told as what they look like."""
    plain = unicodedata.normalize("NFKC", symbol)
    hint = f"did you mean {plain}?" if plain in SYMBOLS else nearest(symbol, SYMBOLS)
    if symbol == "\t":
        hint = "it is a tab: write a dot or a space for each cell of floor"
    return Problem(name="map", rule="must not have this character", got=quote(symbol), hint=hint, position=place)


def _miscounted(drawing: _Drawing) -> Iterator[Problem]:
    """Of starts and exits there must be one each; further ones are told where they stand."""
    for symbol, what in ((START, "a start"), (EXIT, "an exit")):
        cells = list(drawing.cells_of(symbol))
        if not cells:
            place = drawing.place(Cell(0, 0))
            yield Problem(name="map", rule=f"must have {what}, written {symbol}", got="none", position=place)
        for cell in cells[1:]:
            first = drawing.place(cells[0])
            rule = f"must have one {what.split()[1]}, line {first.line}, column {first.column} of the map has it"
            yield Problem(name="map", rule=rule, got=f"{len(cells)} of them", position=drawing.place(cell))


def _placed(problem: Problem, drawing: _Drawing, cells: dict[str, Cell]) -> Problem:
    """A problem of the maze with the place of what it is about."""
    what = "an exit" if problem.name == "exit" else "apples"
    rule = f"must have {what} that can be reached from the start: no way leads here"
    return replace(problem, name="map", rule=rule, got=None, position=drawing.place(cells[problem.name]))
