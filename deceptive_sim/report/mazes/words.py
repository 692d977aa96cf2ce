"""What pictures of mazes show, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from deceptive_sim.maze.mazes import Maze
from deceptive_sim.maze.things import Cell
from deceptive_sim.report.mazes.ways import Way
from deceptive_sim.report.words import shortened


def maze_told(maze: Maze, ways: Sequence[Way] = ()) -> str:
    """What a picture of a maze shows."""
    told = [
        f"{counted(maze.height, 'row')} and {counted(maze.width, 'column')}",
        f"start in {place(maze.start)}",
        f"{maze.exit.colour} exit in {place(maze.exit.cell)}",
    ]
    apples = Counter(apple.colour for apple in maze.apples)
    told += [counted(number, f"{colour} apple") for colour, number in apples.items()] or ["no apples"]
    return f"{', '.join(told)}. {' '.join(_way_told(maze, way) for way in ways)}".strip()


def counted(number: int, what: str) -> str:
    """`1 apple`, `3 apples`, `no apples`."""
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"


def place(cell: Cell) -> str:
    """`row 1, column 2`, counted from 1."""
    return f"row {cell[0] + 1}, column {cell[1] + 1}"


def ending(maze: Maze, way: Way) -> str:
    """`the green exit`, `a red apple` or the cell in which a way ends."""
    last = way.cells[-1]
    if way.takes and last == maze.exit.cell:
        return f"the {maze.exit.colour} exit"
    colours = [apple.colour for apple in maze.apples if way.takes and apple.cell == last]
    return f"a {colours[0]} apple" if colours else place(last)


def _way_told(maze: Maze, way: Way) -> str:
    if not way.cells:
        return ""
    moves = counted(len(way.cells) - 1, "move")
    return f"{shortened(way.label, 80) or 'A way'}: {moves}, to {ending(maze, way)}."
