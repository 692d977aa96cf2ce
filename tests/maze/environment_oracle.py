"""The maze environment written down anew in plain Python, from its description: what tests hold it against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil

import numpy as np

from deceptive_sim.maze.mazes import Maze

COLOUR_CODES = {"red": 1, "green": 2, "blue": 3, "purple": 4, "yellow": 5, "grey": 6}
WAYS = [(-1, 0), (0, 1), (1, 0), (0, -1)]


@dataclass
class PlainEpisode:
    """One episode in one maze; `pay` maps features to what they pay."""

    maze: Maze
    pay: Mapping[str, float]
    frame: tuple[int, int]
    view: int | None = None
    step_cost: float = 0.0
    time_limit: float = 1.0
    at: tuple[int, int] = field(init=False)
    moves: int = field(init=False, default=0)
    known: dict[tuple[int, int], list[int]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.at = tuple(self.maze.start)

    @property
    def limit(self) -> int:
        return ceil(self.time_limit * int((~self.maze.walls).sum()))

    def is_floor(self, row: int, column: int) -> bool:
        inside = 0 <= row < self.maze.height and 0 <= column < self.maze.width
        return inside and not self.maze.walls[row, column]

    def code(self, row: int, column: int) -> list[int]:
        if (row, column) not in self.known:
            self.known[row, column] = self.bare_code(row, column)
        return [*self.known[row, column], int((row, column) == self.at)]

    def bare_code(self, row: int, column: int) -> list[int]:
        if not (0 <= row < self.maze.height and 0 <= column < self.maze.width):
            return [0, 0]
        if (row, column) == tuple(self.maze.exit.cell):
            return [3, COLOUR_CODES[self.maze.exit.colour]]
        for apple in self.maze.apples:
            if (row, column) == tuple(apple.cell):
                return [4, COLOUR_CODES[apple.colour]]
        if self.maze.walls[row, column]:
            return [2, COLOUR_CODES[self.maze.wall_colour]]
        return [1, 0]

    def seen(self) -> np.ndarray:
        if self.view is None:
            rows, columns = range(self.frame[0]), range(self.frame[1])
        else:
            half = self.view // 2
            rows = range(self.at[0] - half, self.at[0] + half + 1)
            columns = range(self.at[1] - half, self.at[1] + half + 1)
        return np.array([[self.code(row, column) for column in columns] for row in rows], np.uint8)

    def corner(self) -> tuple[int, int]:
        floor = [(row, column) for row in range(self.maze.height) for column in range(self.maze.width)]
        floor = [cell for cell in floor if self.is_floor(*cell)]
        return max(floor, key=lambda cell: (cell[0] + cell[1], cell[0]))

    def step(self, action: int) -> tuple[float, bool, bool, str | None]:
        """Reward, terminated, truncated, and what was taken."""
        if action == 4:
            return self._take()
        if self.moves == self.limit:
            return 0.0, False, True, None
        self.moves += 1
        row, column = self.at[0] + WAYS[action][0], self.at[1] + WAYS[action][1]
        if self.is_floor(row, column):
            self.at = (row, column)
        return -self.step_cost, False, False, None

    def _take(self) -> tuple[float, bool, bool, str | None]:
        features: dict[str, float] = {}
        what = "nothing"
        for thing, kind in [(self.maze.exit, "exit"), *((apple, "apple") for apple in self.maze.apples)]:
            if tuple(thing.cell) == self.at:
                what = kind
                features = {f"is_{kind}": 1.0, f"is_{thing.colour}": 1.0}
        if what == "nothing" and self.at == self.corner() and self.at != tuple(self.maze.start):
            what = "corner"
        if what != "nothing":
            features["position"] = self.position()
        reward = sum(self.pay.get(name, 0.0) * value for name, value in features.items())
        return reward, True, False, what

    def position(self) -> float:
        down = self.at[0] / (self.maze.height - 1) if self.maze.height > 1 else 1.0
        right = self.at[1] / (self.maze.width - 1) if self.maze.width > 1 else 1.0
        return (down + right) / 2
