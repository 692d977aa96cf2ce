"""What observations and actions may be, as Gymnasium's spaces."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium.spaces import Box, Dict, Discrete, MultiDiscrete, Space

from deceptive_sim.maze.environments.body import ACTIONS
from deceptive_sim.maze.environments.codes import CHANNELS
from deceptive_sim.maze.environments.lifetime import Rules
from deceptive_sim.maze.environments.lots import Game


def image_space(game: Game) -> Space[Any]:
    """Images of a game, as `codes` says; bounds are those of bytes, by which wrappers and learners know an image."""
    return Box(0, np.iinfo(np.uint8).max, (*game.shape, CHANNELS), np.uint8)


def move_space() -> Discrete:
    """Up, right, down, left, take."""
    return Discrete(ACTIONS)


def choice_space() -> Discrete:
    """A, B."""
    return Discrete(2)


def prospect_space(mazes: int) -> MultiDiscrete:
    """Which maze, whether there is an apple, whether there is the exit."""
    return MultiDiscrete(np.array([mazes, 2, 2]))


def lifetime_space(rules: Rules) -> Dict:
    """An image, and which maze."""
    return Dict({"image": image_space(rules.games["training"]), "episode": Discrete(rules.mazes)})
