"""Those who walk mazes without planning: plants, which follow a rule, and those who go at random."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import nearest, wrong
from deceptive_sim.maze.mazes import Mazes
from deceptive_sim.maze.plants import RULES, walk_by_rule
from deceptive_sim.maze.reading import read, word
from deceptive_sim.maze.walking import Walks, wander


@dataclass(frozen=True, kw_only=True)
class Plant:
    """Follows one of `plants.RULES`, and takes the exit where it stands on it."""

    rule: str

    def __post_init__(self) -> None:
        read(self, rule=word)
        if self.rule not in RULES:
            raise wrong("rule", "must be the rule of a plant", self.rule, nearest(self.rule, RULES))

    def walk(self, mazes: Mazes, limits: NDArray[np.int32], rng: np.random.Generator) -> Walks:
        """Walk every maze once, within its limit of moves."""
        return walk_by_rule(self.rule, mazes, limits, rng)


@dataclass(frozen=True, kw_only=True)
class Wanderer:
    """Moves at random, and takes the first thing that it stands on."""

    def walk(self, mazes: Mazes, limits: NDArray[np.int32], rng: np.random.Generator) -> Walks:
        """Walk every maze once, within its limit of moves."""
        return wander(mazes, limits, rng)
