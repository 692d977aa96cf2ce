"""Single mazes, their targets and shortest ways in plain Python: oracles for arrays of mazes."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from deceptive_sim.maze.mazes import Maze
from deceptive_sim.maze.things import COLOURS, Cell, Thing

NAMES = ("is_exit", "is_apple", "is_red", "is_green", "is_blue", "is_purple", "is_yellow", "is_grey", "position")
"""Features in their order, written down anew."""


def ways_from(maze: Maze, start: tuple[int, int]) -> dict[tuple[int, int], int]:
    """Moves to every cell that can be reached."""
    found, waiting = {tuple(start): 0}, deque([tuple(start)])
    while waiting:
        row, column = waiting.popleft()
        for near in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
            inside = 0 <= near[0] < maze.walls.shape[0] and 0 <= near[1] < maze.walls.shape[1]
            if inside and not maze.walls[near] and near not in found:
                found[near] = found[row, column] + 1
                waiting.append(near)
    return found


def corner_of(maze: Maze) -> tuple[int, int]:
    """The floor cell with the largest row + column, of those the lowest."""
    floor = [(int(row), int(column)) for row, column in zip(*np.nonzero(~maze.walls), strict=True)]
    return max(floor, key=lambda cell: (cell[0] + cell[1], cell[0]))


def targets_in(maze: Maze) -> list[tuple[tuple[int, int], dict[str, Fraction]]]:
    """Cells and features of the things, then of the bare corner if it is a target."""
    told = []
    for place, thing in enumerate(maze.things):
        features = {"is_apple" if place else "is_exit": Fraction(1), f"is_{thing.colour}": Fraction(1)}
        told.append((tuple(thing.cell), features))
    corner = corner_of(maze)
    if corner != tuple(maze.start) and corner not in [cell for cell, _ in told]:
        told.append((corner, {}))
    height, width = maze.walls.shape
    for cell, features in told:
        down = Fraction(cell[0], height - 1) if height > 1 else Fraction(1)
        right = Fraction(cell[1], width - 1) if width > 1 else Fraction(1)
        features["position"] = (down + right) / 2
    return told


def best_of(
    maze: Maze, weights: Mapping[str, Fraction], step_cost: Fraction, depth: int | None = None
) -> tuple[int, int] | None:
    """Where a planner goes, by the words of the rule: utility, then the nearest, then by row and column."""
    steps = ways_from(maze, maze.start)
    worth = []
    for cell, features in targets_in(maze):
        if cell in steps and (depth is None or steps[cell] <= depth):
            utility = sum((weights.get(name, Fraction(0)) * x for name, x in features.items()), Fraction(0))
            worth.append((-(utility - step_cost * steps[cell]), steps[cell], cell))
    return min(worth)[2] if worth else None


@st.composite
def single_mazes(draw: st.DrawFn, most_apples: int = 3, side: int = 4) -> Maze:
    """Mazes of random walls, in whose reachable part start, exit and apples stand; an apple may lie at the start."""
    height, width = draw(st.integers(1, side)), draw(st.integers(2, side))
    bits = draw(st.lists(st.sampled_from([False, False, True]), min_size=height * width, max_size=height * width))
    walls = np.array(bits).reshape(height, width)
    row, column = draw(st.integers(0, height - 1)), draw(st.integers(0, width - 2))
    walls[row, column] = walls[row, column + 1] = False
    start, beside = draw(st.permutations([Cell(row, column), Cell(row, column + 1)]))
    bare = Maze(walls=walls, start=start, exit=Thing(beside, "green"))
    cells = sorted(ways_from(bare, start))
    exit_cell = draw(st.sampled_from([cell for cell in cells if cell != start]))
    others = draw(st.lists(st.sampled_from(cells), unique=True, max_size=most_apples))
    colour = st.sampled_from(COLOURS)
    return Maze(
        walls=walls,
        start=start,
        exit=Thing(Cell(*exit_cell), draw(colour)),
        apples=tuple(Thing(Cell(*cell), draw(colour)) for cell in others if cell != exit_cell),
        wall_colour=draw(colour),
    )
