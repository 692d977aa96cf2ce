"""What stands in a maze: the exit and apples, each of a colour."""

from __future__ import annotations

from typing import NamedTuple

COLOURS = ("red", "green", "blue", "purple", "yellow", "grey")
"""Colours by their index, which is how arrays name them."""

APPLE_LETTERS = {"r": "red", "g": "green", "b": "blue", "p": "purple", "y": "yellow", "e": "grey"}
"""How maps write an apple of each colour; `e` is grey, as g is taken."""

WALL, FLOOR, START, EXIT, ANY_APPLE = "#", ".", "S", "E", "a"
"""How maps write what has no colour in them; `a` is an apple of the colour that apples have there, a space is floor."""

EXIT_THING = 0
"""Which thing of a maze is the exit; the others are apples."""


class Cell(NamedTuple):
    """A cell of a maze: row and column from 0, from the top left."""

    row: int
    column: int


class Thing(NamedTuple):
    """The exit or an apple: its cell and the name of its colour."""

    cell: Cell
    colour: str
