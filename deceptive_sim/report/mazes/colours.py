"""Colours of what is in mazes. Red is much darker than green, and every coloured thing says its letter as well."""

from __future__ import annotations

from deceptive_sim.maze.things import APPLE_LETTERS

THINGS = {
    "red": "#bf2b1d", "green": "#5bbf6a", "blue": "#2f7fc1", "purple": "#8e5aa8", "yellow": "#f2cf1d",
    "grey": "#a7b0b8",
}  # fmt: skip
WALLS = {
    "red": "#7d4038", "green": "#3d6249", "blue": "#3a5878", "purple": "#5e4870", "yellow": "#7d6a2c",
    "grey": "#4a5763",
}  # fmt: skip
FLOOR, GRID = "#ffffff", "#eceff2"
INK, SOFT, PAPER = "#1b2733", "#55616d", "#ffffff"
WAY = "#0b3d66"
WAYS = (WAY, "#d55e00", "#007a59", "#a8487f", "#8a6100", "#0072b2")
CHANGED = "#b03a00"
"""A modification."""

LETTERS = {colour: letter for letter, colour in APPLE_LETTERS.items()}
"""The letter of each colour, as maps write it."""


def ink_on(colour: str) -> str:
    """Dark or white, whichever stands out more on a colour."""
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return INK if 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2 > 0.22 else PAPER
