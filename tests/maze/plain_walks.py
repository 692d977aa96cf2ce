"""Walks in plain Python, cell by cell, and lots of mazes to walk in: what tests hold kernels against."""

from __future__ import annotations

from fractions import Fraction

import networkx as nx
import numpy as np

from deceptive_sim.maze.family import MazeFamily
from deceptive_sim.maze.generators.library import GENERATORS
from deceptive_sim.maze.mazes import Mazes

WAYS = ((-1, 0), (0, 1), (1, 0), (0, -1))
"""Up, right, down, left."""


def drawn_lots(rng: np.random.Generator, n: int) -> list[Mazes]:
    """Lots of mazes: every generator, small and larger, with and without loops; n altogether, or a few more."""
    lots = [
        {"generator": name, "height": height, "width": width, "square": False, "loops": loops}
        for name in GENERATORS
        for height, width, loops in (
            ((3, 9), (3, 15), Fraction(0)),
            ((5, 13), (1, 13), Fraction(1, 5)),
            ((9, 21), (9, 21), Fraction(1, 50)),
        )
    ]
    places = {"start": ("anywhere",), "exit": ("anywhere",)}
    return [MazeFamily(**lot, **places).draw(rng, -(-n // len(lots))) for lot in lots]


def random_walls(rng: np.random.Generator, n: int, height: int, width: int, share: float = 0.35) -> Mazes:
    """Mazes whose cells are walls at random, so that much cannot be reached; start and exit are floor."""
    walls = np.ones((n, height + 2, width + 2), np.uint8)
    walls[:, 1:-1, 1:-1] = rng.random((n, height, width)) < share
    blocked = walls.reshape(n, -1)
    inside = np.flatnonzero(np.pad(np.zeros((height, width)), 1, constant_values=1).ravel() == 0)
    places = np.array([rng.choice(inside, 2, replace=False) for _ in range(n)], np.int32).reshape(n, 2)
    np.put_along_axis(blocked, places.astype(np.int64), 0, axis=1)
    return Mazes(
        blocked=blocked,
        stride=width + 2,
        heights=np.full(n, height, np.int32),
        widths=np.full(n, width, np.int32),
        starts=places[:, 0],
        things=places[:, 1:],
        colours=np.ones((n, 1), np.int8),
    )


def written(*rows: str) -> Mazes:
    """One maze from its rows: `#` wall, `S` start, `E` exit, `a` an apple."""
    cells = {(row, column): what for row, line in enumerate(rows, 1) for column, what in enumerate(line, 1)}
    stride = max(map(len, rows)) + 2
    blocked = np.ones((1, (len(rows) + 2) * stride), np.uint8)
    for (row, column), what in cells.items():
        blocked[0, row * stride + column] = what == "#"
    where = {what: [row * stride + column for (row, column), it in cells.items() if it == what] for what in "SEa"}
    things = np.array([where["E"] + where["a"]], np.int32)
    return Mazes(
        blocked=blocked,
        stride=stride,
        heights=np.array([len(rows)], np.int32),
        widths=np.array([stride - 2], np.int32),
        starts=np.array(where["S"], np.int32),
        things=things,
        colours=np.ones(things.shape, np.int8),
    )


def graph_of(mazes: Mazes, which: int) -> nx.Graph:
    """A maze as networkx has it; nodes are floor cells."""
    floor = set(np.flatnonzero(mazes.blocked[which] == 0).tolist())
    graph = nx.Graph()
    graph.add_nodes_from(floor)
    graph.add_edges_from((cell, near) for cell in floor for near in (cell + 1, cell + mazes.stride) if near in floor)
    return graph


class Ground:
    """One maze as a set of floor cells, with start and exit."""

    def __init__(self, mazes: Mazes, which: int) -> None:
        self.floor = {divmod(int(cell), mazes.stride) for cell in np.flatnonzero(mazes.blocked[which] == 0)}
        self.start = divmod(int(mazes.starts[which]), mazes.stride)
        self.exit = divmod(int(mazes.things[which, 0]), mazes.stride)

    def next_to(self, cell: tuple[int, int], way: tuple[int, int]) -> tuple[int, int]:
        return cell[0] + way[0], cell[1] + way[1]

    def is_floor(self, cell: tuple[int, int], way: tuple[int, int]) -> bool:
        return self.next_to(cell, way) in self.floor


UP, RIGHT, DOWN, LEFT = WAYS


def opposite(way: tuple[int, int]) -> tuple[int, int]:
    return -way[0], -way[1]


def down_and_right(ground: Ground, moves: int) -> list[tuple[int, int]]:
    """The path of the plant that goes down, else right, else up, else left, and back only if it must."""
    path, came = [ground.start], None
    while path[-1] != ground.exit and len(path) <= moves:
        ways = [way for way in (DOWN, RIGHT, UP, LEFT) if ground.is_floor(path[-1], way)]
        onward = [way for way in ways if came is None or way != opposite(came)] or ways
        if onward:
            came = onward[0]
            path.append(ground.next_to(path[-1], came))
        else:
            path.append(path[-1])
    return path


def right_hand(ground: Ground, moves: int) -> list[tuple[int, int]]:
    """The path of the plant that keeps its right hand on the wall."""
    path, facing = [ground.start], RIGHT
    while path[-1] != ground.exit and len(path) <= moves:
        cell = path[-1]
        hand = (facing[1], -facing[0])  # a quarter turn clockwise
        behind_hand = ground.next_to(ground.next_to(cell, hand), opposite(facing))
        order = [facing, opposite(hand), hand, opposite(facing)]
        if behind_hand not in ground.floor:
            order.insert(0, hand)
        ways = [way for way in order if ground.is_floor(cell, way)]
        if ways:
            facing = ways[0]
            path.append(ground.next_to(cell, facing))
        else:
            path.append(cell)
    return path
