"""A maze as a picture: walls, floor, what stands there, and ways through it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from deceptive_sim.core.errors import quote, wrong
from deceptive_sim.core.files import write_together
from deceptive_sim.maze.mazes import Maze
from deceptive_sim.report.mazes import signs
from deceptive_sim.report.mazes.colours import FLOOR, GRID, PAPER, SOFT, WALLS, WAYS
from deceptive_sim.report.mazes.keys import key_of
from deceptive_sim.report.mazes.outlines import area, outlines
from deceptive_sim.report.mazes.raster import png
from deceptive_sim.report.mazes.shapes import Box, Curve, Picture, Point, Shape, line, rounded
from deceptive_sim.report.mazes.ways import Way, arrow_along, aside, ends_of, line_of, middle
from deceptive_sim.report.mazes.words import maze_told

MOST_CELLS = 40_000
"""Cells of the largest maze that is drawn."""

RIM, MARGIN = 0.3, 8.0
"""How far the wall around a maze reaches, in cells, and how wide the paper's margin is."""

SMALLEST, LARGEST, USUAL = 4.0, 30.0, 560.0
"""The side of a cell, and about how large a picture is."""


def cell_size(height: int, width: int) -> float:
    """The side of a cell at which a maze of so many rows and columns is neither tiny nor huge."""
    return float(min(LARGEST, max(SMALLEST, USUAL / max(height, width))))


def maze_picture(
    maze: Maze, ways: Sequence[Way] = (), *, title: str = "Maze", cell: float | None = None, key: bool = True
) -> Picture:
    """The picture of a maze.

    Parameters
    ----------
    maze : Maze
        Of at most `MOST_CELLS` cells.
    ways : sequence of Way
        Drawn in their order.
    title : str
        For readers who do not see the picture; a description is added.
    cell : float, optional
        The side of a cell in pixels.
    key : bool
        Whether to say below what the signs mean.

    Raises
    ------
    InputError
        If the maze has too many cells.
    """
    cells = maze.height * maze.width
    if cells > MOST_CELLS:
        raise wrong("maze", f"must have at most {MOST_CELLS} cells to be drawn", f"{cells} cells")
    size = cell or cell_size(maze.height, maze.width)
    edge = MARGIN + RIM * size
    wide, tall = maze.width * size + 2 * edge, maze.height * size + 2 * edge
    ways = coloured(ways)
    inside = [shape.moved(edge, edge) for shape in (*ground(maze, size), *on_ground(maze, ways, size))]
    below = key_of(maze, ways, wide if key else 0.0) if key else ()
    wide = max([wide, *(one.right + MARGIN for one in below)])
    floor = tall + max([0.0, *(one.bottom + MARGIN for one in below)])
    sheet = Box(kind="paper", at=(0, 0), size=(wide, floor), round=6.0, fill=PAPER)
    keys = [shape.moved(0, tall) for one in below for shape in one.shapes]
    return Picture(
        width=wide, height=floor, shapes=(sheet, *inside, *keys), title=title, description=maze_told(maze, ways)
    )


def write_maze_picture(
    maze: Maze, path: Path, ways: Sequence[Way] = (), *, title: str = "Maze", scale: float = 2.0
) -> Path:
    """Write the picture of a maze as a file, whole or not at all.

    Parameters
    ----------
    maze, ways, title
        As for `maze_picture`.
    path : Path
        Ends in `.svg` or `.png`.
    scale : float
        Pixels of a PNG to the pixel.

    Raises
    ------
    InputError
        If the ending is another, or the maze too large.
    OutputError
        If it could not be written.
    """
    kind = path.suffix.lower()
    if kind not in (".svg", ".png"):
        raise wrong("path", "must end in .svg or .png", quote(path.name))
    picture = maze_picture(maze, ways, title=title)
    content = picture.svg().encode() if kind == ".svg" else png(picture, scale)
    return write_together(path.parent, {path.name: content})[0]


def coloured(ways: Sequence[Way]) -> tuple[Way, ...]:
    """The ways, each with a colour."""
    return tuple(way if way.colour else replace(way, colour=WAYS[place % len(WAYS)]) for place, way in enumerate(ways))


def ground(maze: Maze, size: float) -> Iterator[Shape]:
    """Walls and floor, the upper left corner of the first cell at (0, 0)."""
    wall, rim = WALLS[maze.wall_colour], RIM * size
    around = (maze.width * size + 2 * rim, maze.height * size + 2 * rim)
    yield Box(kind="walls", at=(-rim, -rim), size=around, round=rim, fill=wall)
    for loop in outlines(~maze.walls):
        steps = rounded([(x * size, y * size) for x, y in loop], 0.18 * size, closed=True)
        floor = area(loop) > 0
        yield Curve(kind="floor" if floor else "wall", steps=steps, closed=True, fill=FLOOR if floor else wall)
    yield from _seams(maze, size)


def _seams(maze: Maze, size: float) -> Iterator[Shape]:
    """A faint line between floor cells, so that steps can be counted."""
    if size < signs.LEAST_FOR_LETTERS:
        return
    floor = ~maze.walls
    steps: list[tuple[str, tuple[Point, ...]]] = []
    for y, x in np.argwhere(floor[:, :-1] & floor[:, 1:]).tolist():
        steps += line([((x + 1) * size, (y + 0.14) * size), ((x + 1) * size, (y + 0.86) * size)])
    for y, x in np.argwhere(floor[:-1] & floor[1:]).tolist():
        steps += line([((x + 0.14) * size, (y + 1) * size), ((x + 0.86) * size, (y + 1) * size)])
    if steps:
        yield Curve(kind="seams", steps=tuple(steps), stroke=GRID, width=1.0)


def on_ground(maze: Maze, ways: Sequence[Way], size: float) -> Iterator[Shape]:
    """The start, the lines of the ways, the things, the ends of the ways."""
    if not ways:
        yield from signs.start(middle(maze.start, size), max(size, signs.LEAST), SOFT)
    shifts = [aside(place, len(ways)) for place in range(len(ways))]
    for place, (way, shift) in enumerate(zip(ways, shifts, strict=True)):
        curve = line_of(way, size, way.colour, shift, place)
        if curve is None:
            continue
        if takes(maze, way):
            yield from arrow_along(curve, size, way.colour)
        else:
            yield curve
    yield from things(maze, size)
    for way, shift in zip(ways, shifts, strict=True):
        yield from ends_of(way, size, way.colour, takes(maze, way), shift)


def things(maze: Maze, size: float) -> Iterator[Shape]:
    """The door of the exit and the apples."""
    large = 0.86 * max(size, signs.LEAST)
    yield from signs.door(middle(maze.exit.cell, size), large, maze.exit.colour)
    for apple in maze.apples:
        yield from signs.apple(middle(apple.cell, size), large, apple.colour)


def takes(maze: Maze, way: Way) -> bool:
    """Whether a way ends by taking something."""
    return way.takes and bool(way.cells) and any(thing.cell == way.cells[-1] for thing in maze.things)
