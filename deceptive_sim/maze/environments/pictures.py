"""Images of codes as people see them: as text, and as pixels drawn with NumPy.

As text a cell is one character: # wall, . floor, E exit, r g b p y e apples of each colour, @ agent, a space nothing.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.maze.environments.codes import APPLE, EXIT, FLOOR, NOTHING, WALL, Images
from deceptive_sim.maze.things import APPLE_LETTERS, COLOURS

AGENT_LETTER = "@"

LARGEST_TILE, SMALLEST_TILE, LARGEST_PICTURE = 32, 4, 704
"""Pixels of a cell's side at most and at least, and of a picture's side where cells can be that small."""

INKS = {
    "red": (214, 64, 69),
    "green": (56, 158, 84),
    "blue": (52, 116, 206),
    "purple": (137, 84, 190),
    "yellow": (236, 180, 32),
    "grey": (134, 142, 150),
}
GROUND, LINE, BEYOND = (243, 240, 232), (230, 226, 215), (206, 209, 214)
BODY, EYES, DARK, LEAF, LIGHT = (34, 44, 60), (255, 255, 255), (44, 38, 36), (88, 130, 62), (255, 255, 255)

Pixels = NDArray[np.uint8]
Mask = NDArray[np.float64]


def shown(image: Images, mode: str, caption: str = "") -> str | Pixels:
    """An image of codes as `mode` asks for: "ansi" is text under its caption, "rgb_array" pixels."""
    if mode == "ansi":
        return f"{caption}\n{text_of(image)}" if caption else text_of(image)
    return drawn(image)


def text_of(image: Images) -> str:
    """An image of codes as lines of text, each ended."""
    letters = {name: letter for letter, name in APPLE_LETTERS.items()}
    signs = {NOTHING: " ", FLOOR: ".", WALL: "#", EXIT: "E"}
    rows = []
    for row in image.tolist():
        shown = [letters[COLOURS[colour - 1]] if what == APPLE else signs[what] for what, colour, _ in row]
        rows.append("".join(AGENT_LETTER if cell[2] else sign for cell, sign in zip(row, shown, strict=True)).rstrip())
    return "\n".join(rows).rstrip("\n") + "\n"


def drawn(image: Images) -> Pixels:
    """An image of codes as pixels, [height, width, 3]."""
    rows, columns = image.shape[:2]
    tile = max(SMALLEST_TILE, min(LARGEST_TILE, LARGEST_PICTURE // max(rows, columns)))
    kinds, which = np.unique(image.reshape(-1, 3), axis=0, return_inverse=True)
    tiles = np.stack([_tile(*(int(code) for code in kind), tile) for kind in kinds])
    laid = tiles[which.reshape(rows, columns)]  # rows, columns, then the pixels of each
    return np.ascontiguousarray(laid.transpose(0, 2, 1, 3, 4).reshape(rows * tile, columns * tile, 3))


@functools.lru_cache(maxsize=256)
def _tile(what: int, colour: int, agent: int, size: int) -> Pixels:
    """One cell."""
    ink = INKS[COLOURS[colour - 1]] if colour else DARK
    tile = np.empty((size, size, 3))
    tile[:] = BEYOND if what == NOTHING else GROUND
    x, y, shape = _canvas(size)
    if what == WALL:
        tile[:] = _mixed(ink, DARK, 0.45)
        _lay(tile, shape(y > 0.86), _mixed(ink, DARK, 0.7))
    elif what != NOTHING:
        _lay(tile, shape((x < 0.5 / size) | (y < 0.5 / size)), LINE)
    if what == EXIT:
        _draw_exit(tile, ink)
    elif what == APPLE:
        _draw_apple(tile, ink)
    if agent:
        _draw_agent(tile, beside=what in (EXIT, APPLE))
    result = np.rint(tile).astype(np.uint8)
    result.setflags(write=False)
    return result


def _draw_exit(tile: NDArray[np.float64], ink: tuple[int, int, int]) -> None:
    """A doorway: its frame in the exit's colour, the door ajar."""
    x, y, shape = _canvas(len(tile))
    arch = (y > 0.42) & (abs(x - 0.5) < 0.32) | (np.hypot(x - 0.5, y - 0.42) < 0.32)
    inner = (y > 0.42) & (abs(x - 0.5) < 0.2) | (np.hypot(x - 0.5, y - 0.42) < 0.2)
    _lay(tile, shape(arch & (y < 0.9)), ink)
    _lay(tile, shape(inner & (y < 0.9)), _mixed(ink, DARK, 0.62))
    _lay(tile, shape(inner & (y < 0.9) & (x < 0.47)), _mixed(ink, LIGHT, 0.55))
    _lay(tile, shape(np.hypot(x - 0.41, y - 0.62) < 0.035), DARK)


def _draw_apple(tile: NDArray[np.float64], ink: tuple[int, int, int]) -> None:
    x, y, shape = _canvas(len(tile))
    left, right = np.hypot((x - 0.4) / 0.23, (y - 0.58) / 0.3), np.hypot((x - 0.6) / 0.23, (y - 0.58) / 0.3)
    _lay(tile, shape((left < 1) | (right < 1)), ink)
    _lay(tile, shape(np.hypot((x - 0.34) / 0.06, (y - 0.48) / 0.1) < 1), _mixed(ink, LIGHT, 0.6))
    _lay(tile, shape((abs(x - 0.5 - 0.25 * (0.34 - y)) < 0.03) & (y > 0.14) & (y < 0.36)), DARK)
    _lay(tile, shape(np.hypot((x - 0.64 + 0.5 * (y - 0.2)) / 0.13, (y - 0.2) / 0.07) < 1), LEAF)


def _draw_agent(tile: NDArray[np.float64], *, beside: bool) -> None:
    """A round head with two eyes and a light rim; smaller and to one side where something else is to be seen."""
    size, right, down = (0.66, 0.7, 0.72) if beside else (1.0, 0.5, 0.54)
    x, y, shape = _canvas(len(tile))
    x, y = (x - right) / size, (y - down) / size
    _lay(tile, shape(np.hypot(x, y) < 0.36), LIGHT)
    _lay(tile, shape(np.hypot(x, y) < 0.31), BODY)
    for middle in (-0.11, 0.11):
        _lay(tile, shape(np.hypot(x - middle, y + 0.05) < 0.075), EYES)


class _Shape:
    """Makes masks of what was decided on a grid four times as fine."""

    FINE = 4

    def __init__(self, size: int) -> None:
        self._size = size

    def __call__(self, inside: NDArray[np.bool_]) -> Mask:
        parts = inside.reshape(self._size, self.FINE, self._size, self.FINE)
        return np.asarray(parts.mean(axis=(1, 3)))


@functools.lru_cache(maxsize=8)
def _canvas(size: int) -> tuple[NDArray[np.float64], NDArray[np.float64], _Shape]:
    """Coordinates from 0 to 1, and how to make a mask of them."""
    fine = size * _Shape.FINE
    line = (np.arange(fine) + 0.5) / fine
    y, x = np.meshgrid(line, line, indexing="ij")
    return x, y, _Shape(size)


def _lay(tile: NDArray[np.float64], mask: Mask, colour: tuple[float, ...]) -> None:
    """Put a colour over a tile where the mask is."""
    tile += mask[..., None] * (np.array(colour) - tile)


def _mixed(one: tuple[int, ...], other: tuple[int, ...], share: float) -> tuple[float, ...]:
    """A colour between two; `share` of the other."""
    return tuple((1 - share) * a + share * b for a, b in zip(one, other, strict=True))
