"""Families of mazes: distributions that mazes are drawn from.

A maze of a family has, each drawn independently of the others unless said otherwise:

    size        height uniform among the valid numbers of its range, width likewise or the same (`square`)
    walls       by the generator, then each wall between two passages opened with probability `loops`
    places      of start, exit and apples as `placing` says
    apples      how many: uniform over its range
    colours     of the exit, of each apple and of the walls: one of a tuple, uniformly; a colour that stands there
                twice is twice as likely

With `maps` a family is a few fixed mazes instead, of which each is equally likely; only colours may be drawn anew.

Which walls are uniform is the generator's affair: `wilson` draws every perfect maze of a size with the same
probability, the others do not. Sizes are uniform, not mazes of all sizes together.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from fractions import Fraction
from numbers import Integral

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import InputError, Problem, quote, wrong
from deceptive_sim.core.exact import probability
from deceptive_sim.maze.family_rules import STORY_COLOURS, broken, impossible, sides
from deceptive_sim.maze.generators.library import GENERATORS
from deceptive_sim.maze.generators.loops import open_walls
from deceptive_sim.maze.mazes import Maze, Mazes
from deceptive_sim.maze.placing import PLACES, Places, place_things
from deceptive_sim.maze.things import COLOURS

MOST_DRAWN = 2 * 10**9
"""Cells of all mazes of one draw, the rings of their frames included."""


@dataclass(frozen=True, kw_only=True)
class MazeFamily:
    """A distribution of mazes.

    Attributes
    ----------
    generator : str
        Name of a generator, see `generators.library`.
    height, width : tuple of two ints
        Least and most cells of a side, walls between passages included; odd sides alone are drawn where the generator
        asks for it. No width: as the height.
    square : bool
        Width and height of a maze are the same number; otherwise each is drawn for itself.
    loops : Fraction
        Probability in [0, 1] with which each wall between two neighbouring passages is opened.
    start, exit, apple_places : tuple of str
        Places, of `PLACES`.
    apples : tuple of two ints
        Least and most apples. A maze that has too little room has fewer.
    exit_colours, apple_colours, wall_colours : tuple of str or None
        None: those of the maps, and green, red, grey where there are none.
    maps : tuple of Maze
        Fixed mazes in place of all but the colours.

    Raises
    ------
    InputError
        If a field breaks its rule, or no maze can have what is asked for; all that is wrong is named.
    """

    generator: str = "wilson"
    height: tuple[int, int] = (9, 9)
    width: tuple[int, int] | None = None
    square: bool = True
    loops: Fraction = Fraction(0)
    start: tuple[str, ...] = ("top-left",)
    exit: tuple[str, ...] = ("bottom-right",)
    exit_colours: tuple[str, ...] | None = None
    apples: tuple[int, int] = (0, 3)
    apple_places: tuple[str, ...] = ("anywhere",)
    apple_colours: tuple[str, ...] | None = None
    wall_colours: tuple[str, ...] | None = None
    maps: tuple[Maze, ...] = ()

    def __post_init__(self) -> None:
        for name in (field.name for field in fields(self) if isinstance(getattr(self, field.name), list)):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        if problems := list(broken(self)):
            raise InputError(problems)
        object.__setattr__(self, "loops", probability(self.loops))
        if not self.maps and (problems := list(impossible(self))):
            raise InputError(problems)

    @property
    def heights(self) -> tuple[int, ...]:
        """Heights that are drawn, each equally likely."""
        return tuple(sorted({maze.height for maze in self.maps})) or sides(self.generator, self.height)

    @property
    def widths(self) -> tuple[int, ...]:
        """Widths that are drawn."""
        return tuple(sorted({maze.width for maze in self.maps})) or sides(self.generator, self.width or self.height)

    @property
    def cells(self) -> int:
        """Cells of the frame that all mazes of the family share, its ring included."""
        return (self.heights[-1] + 2) * (self.widths[-1] + 2)

    @property
    def most_things(self) -> int:
        """The exit and the most apples that a maze of the family has."""
        return max((len(maze.things) for maze in self.maps), default=1 + self.apples[1])

    def draw(self, rng: np.random.Generator, n: int) -> Mazes:
        """N mazes; all lots of a family have the same frame.

        Parameters
        ----------
        rng : numpy.random.Generator
        n : int
            From 1.

        Raises
        ------
        InputError
            If the mazes together have more than `MOST_DRAWN` cells, or are no whole number.
        """
        if isinstance(n, bool) or not isinstance(n, Integral) or n < 1:
            raise InputError(Problem(name="mazes", rule="must be a whole number from 1", got=quote(n)))
        if not isinstance(rng, np.random.Generator):
            raise InputError(Problem(name="rng", rule="must be a numpy.random.Generator", got=quote(rng)))
        if n * self.cells > MOST_DRAWN:
            rule = f"must together have at most {MOST_DRAWN} cells"
            raise wrong("mazes", rule, f"{n} of {self.cells} cells, their edge included", "draw them in parts")
        return self._of_maps(rng, n) if self.maps else self._generated(rng, n)

    def _generated(self, rng: np.random.Generator, n: int) -> Mazes:
        heights = rng.choice(np.array(self.heights, np.int32), n)
        widths = heights if self.square else rng.choice(np.array(self.widths, np.int32), n)
        stride = self.widths[-1] + 2
        blocked = np.ones((n, self.cells), np.uint8)
        GENERATORS[self.generator].carve(blocked, stride, heights, widths, rng)
        if self.loops:
            open_walls(blocked, stride, heights, widths, float(self.loops), rng)
        starts, things = np.empty(n, np.int32), np.empty((n, self.most_things), np.int32)
        places = Places(*(_indices(names, PLACES) for names in (self.start, self.exit, self.apple_places)))
        apples = rng.integers(self.apples[0], self.apples[1], n, dtype=np.int32, endpoint=True)
        floor = np.empty(self.cells, np.int32)
        place_things(blocked, stride, heights, widths, places, apples, starts, things, floor, rng)
        colours = self._coloured(rng, things, np.zeros(things.shape, np.int8))
        return Mazes(
            blocked=blocked,
            stride=stride,
            heights=heights,
            widths=widths,
            starts=starts,
            things=things,
            colours=colours,
            wall_colours=_drawn(rng, self.wall_colours or STORY_COLOURS["wall_colours"], (n,)),
        )

    def _of_maps(self, rng: np.random.Generator, n: int) -> Mazes:
        drawn = Mazes.of(self.maps).take(rng.integers(len(self.maps), size=n))
        return Mazes(
            blocked=drawn.blocked,
            stride=drawn.stride,
            heights=drawn.heights,
            widths=drawn.widths,
            starts=drawn.starts,
            things=drawn.things,
            colours=self._coloured(rng, drawn.things, drawn.colours),
            wall_colours=_drawn(rng, self.wall_colours, (n,)) if self.wall_colours else drawn.wall_colours,
        )

    def _coloured(self, rng: np.random.Generator, things: NDArray[np.int32], own: NDArray[np.int8]) -> NDArray[np.int8]:
        """Colours of all things, [N, J]; `own` where the family leaves them to the maps."""
        colours = own.copy()
        story = STORY_COLOURS if not self.maps else {}
        of_exit = self.exit_colours or story.get("exit_colours")
        of_apples = self.apple_colours or story.get("apple_colours")
        if of_exit:
            colours[:, 0] = _drawn(rng, of_exit, (len(own),))
        if of_apples:
            colours[:, 1:] = _drawn(rng, of_apples, (len(own), own.shape[1] - 1))
        colours[things < 0] = -1
        return colours


def _indices(names: tuple[str, ...], among: tuple[str, ...]) -> NDArray[np.int8]:
    return np.array([among.index(name) for name in names], np.int8)


def _drawn(rng: np.random.Generator, colours: tuple[str, ...], shape: tuple[int, ...]) -> NDArray[np.int8]:
    """Colours by their index, each one of a tuple."""
    return _indices(colours, COLOURS)[rng.integers(len(colours), size=shape)]
