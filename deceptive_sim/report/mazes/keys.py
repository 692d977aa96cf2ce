"""What the signs in a picture of a maze mean, in lines below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deceptive_sim.maze.mazes import Maze
from deceptive_sim.report.mazes import signs
from deceptive_sim.report.mazes.colours import INK, SOFT
from deceptive_sim.report.mazes.shapes import Curve, Shape, Words, line
from deceptive_sim.report.mazes.ways import DASHES, Way
from deceptive_sim.report.words import shortened

SIZE, TALL, SIGN, GAP, LEFT = 12.5, 22.0, 18.0, 16.0, 10.0
LEAST_ROOM = 240.0
LONGEST = 60


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A sign and its meaning, and where they end."""

    shapes: tuple[Shape, ...]
    right: float
    bottom: float


def key_of(maze: Maze, ways: Sequence[Way], room: float) -> tuple[Placed, ...]:
    """The key of a picture, in lines as wide as it; narrow pictures get some more room for it."""
    left, top, found = LEFT, 0.0, []
    for sign, wide, words in _entries(maze, ways):
        long = wide + 6 + text_width(words, SIZE)
        if left > LEFT and left + long > max(room, LEAST_ROOM) - LEFT:
            left, top = LEFT, top + TALL
        middle = top + TALL / 2
        meaning = Words(kind="meaning", at=(left + wide + 6, middle), text=words, size=SIZE, fill=SOFT)
        placed = tuple(shape.moved(left, middle) for shape in sign)
        found.append(Placed(shapes=(*placed, meaning), right=left + long, bottom=top + TALL))
        left += long + GAP
    return tuple(found)


def text_width(text: str, size: float, bold: bool = False) -> float:
    """The width of a line of text, by the widest of the fonts that it may be shown in."""
    from deceptive_sim.report.figures.style import width_of

    return 72 * width_of(text, size, bold)


def fitted(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """The text on one line, cut with an ellipsis so that it is at most so wide."""
    from deceptive_sim.report.figures.style import drawable, fitting

    return fitting(drawable(text), size, room / 72, bold)


def _entries(maze: Maze, ways: Sequence[Way]) -> Iterator[tuple[list[Shape], float, str]]:
    """Signs around (0, 0) at their left ends, how wide they are, and what they mean."""
    at = (SIGN / 2, 0.0)
    if not ways:
        yield signs.start(at, SIGN * 1.2, SOFT), SIGN, "start"
    for place, way in enumerate(ways):
        if way.label:
            dashes = tuple(length * SIGN * 1.2 for length in DASHES[place % len(DASHES)])
            stroke = Curve(kind="way-key", steps=line([(2.0, 0.0), (26.0, 0.0)]), stroke=way.colour or INK, width=3.0,
                           dashes=dashes)  # fmt: skip
            yield [stroke], 28.0, shortened(way.label, LONGEST)
    yield signs.door(at, SIGN, maze.exit.colour), SIGN, f"exit, {maze.exit.colour}"
    for colour in dict.fromkeys(apple.colour for apple in maze.apples):
        yield signs.apple(at, SIGN, colour), SIGN, f"apple, {colour}"
