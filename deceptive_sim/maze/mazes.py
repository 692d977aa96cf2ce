"""One maze, and many at once as arrays.

A maze is a grid of cells, each floor or wall; nobody leaves it at its edge. An agent moves by one cell up, down, left
or right. The exit and the apples stand on floor cells of their own; to walk over one is not to take it.

Many mazes share one frame of H x W cells with a ring of wall around it, so that nothing has to look whether a
neighbour is still inside:

    cell = row * stride + column,   row = 1..H, column = 1..W,   stride = W + 2

A maze that is smaller than the frame stands in its top left; what is beyond it is wall.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import InputError, Problem, nearest, quote, wrong
from deceptive_sim.core.exact import NotANumber
from deceptive_sim.maze.reading import each, read, whole, word
from deceptive_sim.maze.things import COLOURS, Cell, Thing

MOST_CELLS = 1_000_000
"""Cells of one maze, walls included."""

LEAST_STRIDE = 3
"""Columns of the smallest frame: one of a maze, and the ring on both sides."""

MOVES = ((-1, 0), (0, 1), (1, 0), (0, -1))
"""Up, right, down, left: row and column; kernels and environments number moves in this order."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Maze:
    """One maze.

    Attributes
    ----------
    walls : array of bool, [H, W]
        True where nobody can stand; read-only.
    start : Cell
    exit : Thing
    apples : tuple of Thing
    wall_colour : str

    Raises
    ------
    InputError
        If a field is none of its kind, it has more than `MOST_CELLS` cells, two things or the start and the exit share
        a cell (an apple may lie at the start), anything stands in a wall or outside, a colour is unknown, or the exit
        or an apple cannot be reached from the start.
    """

    walls: NDArray[np.bool_]
    start: Cell
    exit: Thing
    apples: tuple[Thing, ...] = ()
    wall_colour: str = "grey"

    def __post_init__(self) -> None:
        read(self, walls=_grid, start=_cell, exit=_thing, apples=each(_thing), wall_colour=word)
        refuse_too_large(*self.walls.shape)
        problems = list(self._misplaced()) or list(self._unreachable())
        if problems:
            raise InputError(problems)

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.walls.shape[0])

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.walls.shape[1])

    @property
    def things(self) -> tuple[Thing, ...]:
        """The exit, then the apples."""
        return (self.exit, *self.apples)

    def reachable(self) -> NDArray[np.bool_]:
        """The cells that can be reached from the start, [H, W]."""
        stride = self.width + 2  # with a ring of wall around
        free = bytearray(np.pad(~self.walls, 1).tobytes())
        waiting = [(self.start.row + 1) * stride + self.start.column + 1]
        free[waiting[0]] = 0
        for cell in waiting:  # which grows until there is nothing left to reach
            for near in (cell - stride, cell + 1, cell + stride, cell - 1):
                if free[near]:
                    free[near] = 0
                    waiting.append(near)
        reached = np.zeros(len(free), bool)
        reached[waiting] = True
        return reached.reshape(-1, stride)[1:-1, 1:-1]

    def _misplaced(self) -> Iterator[Problem]:
        taken: dict[Cell, str] = {}
        standing = [("start", self.start, None), ("exit", *self.exit)]
        standing += [(f"apples.{place}", *apple) for place, apple in enumerate(self.apples)]
        for name, cell, colour in standing:
            inside = 0 <= cell[0] < self.height and 0 <= cell[1] < self.width
            if not inside or self.walls[cell]:
                where = "a wall" if inside else "outside"
                yield Problem(name=name, rule=f"must stand on a floor cell, it is {where}", got=_place(cell))
            elif Cell(*cell) in taken:
                rule = f"must have a cell of its own, {taken[Cell(*cell)]} is there"
                yield Problem(name=name, rule=rule, got=_place(cell))
            if name == "exit":
                taken.pop(self.start, None)  # an apple may lie at the start
            taken.setdefault(Cell(*cell), name)
            if colour is not None and colour not in COLOURS:
                hint = nearest(colour, COLOURS)
                yield Problem(name=f"{name}.colour", rule="must be a colour", got=quote(colour), hint=hint)
        if self.wall_colour not in COLOURS:
            hint = nearest(self.wall_colour, COLOURS)
            yield Problem(name="wall_colour", rule="must be a colour", got=quote(self.wall_colour), hint=hint)

    def _unreachable(self) -> Iterator[Problem]:
        reached = self.reachable()
        for place, thing in enumerate(self.things):
            if not reached[thing.cell]:
                name = f"apples.{place - 1}" if place else "exit"
                yield Problem(name=name, rule="must be reachable from the start", got=_place(thing.cell))


def refuse_too_large(height: int, width: int, name: str = "size") -> None:
    """An `InputError` if a maze of that size would have too many cells."""
    if height * width > MOST_CELLS:
        rule = f"must be a maze of at most {MOST_CELLS} cells"
        raise wrong(name, rule, f"{height} x {width}, which is {height * width}")


def _place(cell: Sequence[int]) -> str:
    return f"row {cell[0] + 1}, column {cell[1] + 1}"


def _grid(value: object) -> NDArray[np.bool_]:
    """Which cells are walls, [H, W], read-only; 0 and 1 say it as well. Raises `NotANumber` otherwise."""
    try:
        given = np.array(value)
    except ValueError:  # rows of several lengths
        given = np.empty(0)
    if given.ndim != 2 or not given.size or given.dtype.kind not in "biuf" or not ((given == 0) | (given == 1)).all():
        raise NotANumber("must be rows and columns of cells, each true or false")
    walls = given.astype(bool)
    walls.setflags(write=False)
    return walls


def _cell(value: object) -> Cell:
    """A cell; raises `NotANumber` if it is none."""
    rule = "must be a cell: its row and its column, whole numbers from 0"
    row, column = _pair(value, rule)
    try:
        return Cell(whole(row), whole(column))
    except NotANumber:
        raise NotANumber(rule) from None


def _thing(value: object) -> Thing:
    """The exit or an apple; raises `NotANumber` if it is none."""
    cell, colour = _pair(value, "must be a thing: its cell and its colour")
    return Thing(_cell(cell), word(colour))


def _pair(value: object, rule: str) -> tuple[Any, Any]:
    parts = value.tolist() if isinstance(value, np.ndarray) else value
    if not isinstance(parts, tuple | list) or len(parts) != 2:
        raise NotANumber(rule)
    return parts[0], parts[1]


@dataclass(frozen=True, kw_only=True, eq=False)
class Mazes:
    """N mazes in one frame; arrays are read-only. See the module's head for how cells are numbered.

    Attributes
    ----------
    blocked : array of uint8, [N, (H + 2) * (W + 2)]
        1 where nobody can stand: walls, what is beyond a smaller maze, and the ring around the frame.
    stride : int
        W + 2.
    heights, widths : array of int32, [N]
    starts : array of int32, [N]
        Cells.
    things : array of int32, [N, J]
        The cell of each thing; -1 where a maze has fewer. Thing 0 is the exit, the others are apples.
    colours : array of int8, [N, J]
        Index into `COLOURS`; -1 where there is no thing.
    wall_colours : array of int8, [N]
        Grey if left out.

    Raises
    ------
    InputError
        If arrays do not fit each other, or the stride.
    """

    blocked: NDArray[np.uint8]
    stride: int
    heights: NDArray[np.int32]
    widths: NDArray[np.int32]
    starts: NDArray[np.int32]
    things: NDArray[np.int32]
    colours: NDArray[np.int8]
    wall_colours: NDArray[np.int8] = field(default_factory=lambda: np.zeros(0, np.int8))

    def __post_init__(self) -> None:
        if not np.size(self.wall_colours):
            grey = np.full(np.size(self.starts), COLOURS.index("grey"), np.int8)
            object.__setattr__(self, "wall_colours", grey)
        for name in ("blocked", "heights", "widths", "starts", "things", "colours", "wall_colours"):
            array = np.ascontiguousarray(getattr(self, name)).view()
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        if isinstance(self.stride, bool) or not isinstance(self.stride, Integral) or self.stride < LEAST_STRIDE:
            raise InputError(
                Problem(name="stride", rule=f"must be a whole number from {LEAST_STRIDE}", got=quote(self.stride))
            )
        self._refuse_other_shapes()

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.__post_init__()  # a copy of an array is writable: kernels would be compiled anew for it

    def _refuse_other_shapes(self) -> None:
        n, things = len(self.starts), self.things.shape[1:]
        fits = {name: getattr(self, name).shape == (n,) for name in ("heights", "widths", "starts", "wall_colours")}
        fits["things"] = len(self.things) == n and len(things) == 1
        fits["colours"] = self.colours.shape == (n, *things)
        fits["blocked"] = self.blocked.ndim == 2 and len(self.blocked) == n and self.cells % self.stride == 0
        for name, fit in fits.items():
            if not fit:
                shape = f"shape {getattr(self, name).shape}"
                raise InputError(Problem(name=name, rule=f"must fit {n} of the mazes in one frame", got=shape))

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def cells(self) -> int:
        """Cells of the frame, its ring included."""
        return int(self.blocked.shape[1])

    @property
    def most_things(self) -> int:
        """J: the exit and the most apples of any maze."""
        return int(self.things.shape[1])

    @cached_property
    def free(self) -> NDArray[np.int64]:
        """Floor cells of each maze, [N]."""
        return np.asarray(self.cells - self.blocked.sum(axis=1, dtype=np.int64))

    @cached_property
    def corners(self) -> NDArray[np.int32]:
        """The floor cell of each maze that is furthest down and right; of equally far ones the lower one; [N]."""
        last = self.heights * self.stride + self.widths  # nothing is further; where it is floor, no need to look
        walled = np.flatnonzero(self.blocked[np.arange(len(self)), last])
        row, column = np.divmod(np.arange(self.cells), self.stride)
        order = np.lexsort((-row, -(row + column)))  # the furthest first
        free = self.blocked[walled][:, order] == 0
        last[walled] = order[free.argmax(axis=1)]
        return np.asarray(last, np.int32)

    def rows_and_columns(self, cells: NDArray[np.integer]) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
        """Row and column, from 0, of cells of the frame."""
        row, column = np.divmod(cells, self.stride)
        return row - 1, column - 1

    def take(self, which: NDArray[np.integer] | slice | Sequence[int]) -> Mazes:
        """Some of the mazes, in the order asked for."""
        chosen = which if isinstance(which, slice) else np.asarray(which, np.int64)
        names = ("blocked", "heights", "widths", "starts", "things", "colours", "wall_colours")
        return Mazes(stride=self.stride, **{name: getattr(self, name)[chosen] for name in names})

    def maze(self, which: int) -> Maze:
        """One of them on its own."""
        height, width = int(self.heights[which]), int(self.widths[which])
        walls = self.blocked[which].reshape(-1, self.stride)[1 : height + 1, 1 : width + 1] > 0
        things = [
            Thing(self._cell(int(cell)), COLOURS[colour])
            for cell, colour in zip(self.things[which], self.colours[which], strict=True)
            if cell >= 0
        ]
        return Maze(
            walls=walls,
            start=self._cell(int(self.starts[which])),
            exit=things[0],
            apples=tuple(things[1:]),
            wall_colour=COLOURS[self.wall_colours[which]],
        )

    def _cell(self, cell: int) -> Cell:
        return Cell(cell // self.stride - 1, cell % self.stride - 1)

    @staticmethod
    def of(mazes: Sequence[Maze]) -> Mazes:
        """Single mazes side by side; an `InputError` without one."""
        if not mazes:
            raise wrong("mazes", "must be at least one")
        height, width = max(maze.height for maze in mazes), max(maze.width for maze in mazes)
        most, stride = max(len(maze.things) for maze in mazes), width + 2
        blocked = np.ones((len(mazes), height + 2, stride), np.uint8)
        things, colours = np.full((len(mazes), most), -1, np.int32), np.full((len(mazes), most), -1, np.int8)
        for place, maze in enumerate(mazes):
            blocked[place, 1 : maze.height + 1, 1 : maze.width + 1] = maze.walls
            for number, thing in enumerate(maze.things):
                things[place, number] = (thing.cell.row + 1) * stride + thing.cell.column + 1
                colours[place, number] = COLOURS.index(thing.colour)
        return Mazes(
            blocked=blocked.reshape(len(mazes), -1),
            stride=stride,
            heights=np.array([maze.height for maze in mazes], np.int32),
            widths=np.array([maze.width for maze in mazes], np.int32),
            starts=np.array([(maze.start.row + 1) * stride + maze.start.column + 1 for maze in mazes], np.int32),
            things=things,
            colours=colours,
            wall_colours=np.array([COLOURS.index(maze.wall_colour) for maze in mazes], np.int8),
        )

    @staticmethod
    def joined(parts: Sequence[Mazes]) -> Mazes:
        """Several lots of mazes, one after the other, in a frame that holds all; an `InputError` without one."""
        if not parts:
            raise wrong("parts", "must be at least one")
        stride = max(part.stride for part in parts)
        rows = max(part.cells // part.stride for part in parts)
        most = max(part.most_things for part in parts)
        parts = [framed(part, rows, stride, most) for part in parts]
        names = ("blocked", "heights", "widths", "starts", "things", "colours", "wall_colours")
        return Mazes(stride=stride, **{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def framed(mazes: Mazes, rows: int, stride: int, most: int) -> Mazes:
    """The same mazes in a frame that is at least as large: of so many rows and columns, with room for `most` things."""
    if (mazes.cells, mazes.stride, mazes.most_things) == (rows * stride, stride, most):
        return mazes
    old = mazes.blocked.reshape(len(mazes), -1, mazes.stride)
    blocked = np.ones((len(mazes), rows, stride), np.uint8)
    blocked[:, : old.shape[1], : mazes.stride] = old
    things, colours = np.full((len(mazes), most), -1, np.int32), np.full((len(mazes), most), -1, np.int8)
    moved = mazes.things // mazes.stride * stride + mazes.things % mazes.stride
    things[:, : mazes.most_things] = np.where(mazes.things < 0, -1, moved)
    colours[:, : mazes.most_things] = mazes.colours
    return Mazes(
        blocked=blocked.reshape(len(mazes), -1),
        stride=stride,
        heights=mazes.heights,
        widths=mazes.widths,
        starts=mazes.starts // mazes.stride * stride + mazes.starts % mazes.stride,
        things=things,
        colours=colours,
        wall_colours=mazes.wall_colours,
    )
