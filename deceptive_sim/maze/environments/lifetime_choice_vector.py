"""Lifetimes by choices, many side by side: each step is a maze of every copy."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from deceptive_sim.maze.environments.body import Body
from deceptive_sim.maze.environments.lifetime import Rules
from deceptive_sim.maze.environments.lifetime_choice import B, Foresight
from deceptive_sim.maze.environments.lifetime_vector import LifetimeVector
from deceptive_sim.maze.environments.lots import Lot
from deceptive_sim.maze.environments.moving import APPLE, EXIT, NOT_TAKEN, NOTHING
from deceptive_sim.maze.environments.pictures import shown
from deceptive_sim.maze.environments.spaces import choice_space, prospect_space
from deceptive_sim.maze.environments.streams import Copies
from deceptive_sim.maze.environments.vectors import Mask

_TAKES = np.array([APPLE, EXIT], np.int8)
"""What A and B take, where it is there."""


class ChoiceVector(LifetimeVector):
    """Many copies of `ChoiceEnv`.

    A maze is never walked here, nor painted unless somebody looks: of each copy's maze four numbers are kept.
    """

    def __init__(
        self, num_envs: int, rules: Rules, *, render_mode: str | None, autoreset_mode: AutoresetMode | str
    ) -> None:
        super().__init__(
            num_envs,
            rules,
            observation_space=prospect_space(rules.mazes),
            action_space=choice_space(),
            frames_per_second=1,
            render_mode=render_mode,
            autoreset_mode=autoreset_mode,
        )
        self._foresight = Foresight(rules)
        self._each = np.arange(num_envs)
        self._there, self._rewards = np.zeros((num_envs, 2), np.bool_), np.zeros((num_envs, 2))
        self._painted: list[tuple[Lot, int] | None] = [None] * (num_envs if render_mode else 0)

    def _begin(self, which: Copies) -> None:
        self._lives.begin(which)
        self._look_ahead(which)

    def _act(self, actions: NDArray[np.int64], resting: Mask) -> tuple[NDArray[np.float64], Mask, Mask]:
        lives, acting = self._lives, ~resting
        chosen = np.where(lives.modified, B, actions)
        rewards = np.where(acting, self._rewards[self._each, chosen], 0.0)
        taken = np.where(self._there[self._each, chosen], _TAKES[chosen], NOTHING)
        lives.finish(acting, np.where(acting, taken, NOT_TAKEN).astype(np.int8), self._streams)
        over = acting & lives.over
        self._look_ahead(np.flatnonzero(acting & ~over))
        return rewards, over, np.zeros_like(over)

    def _look_ahead(self, which: Copies) -> None:
        """The next maze of some copies."""
        for copies, lot, part in self._mazes(which):
            ahead = self._foresight.of(lot)
            self._there[copies], self._rewards[copies] = ahead.there[part], ahead.rewards[part]
            if self._painted:
                for place, copy in enumerate(copies, start=part.start):
                    self._painted[copy] = lot, place

    def _seen(self) -> NDArray[np.int64]:
        seen = np.empty((self.num_envs, 3), np.int64)
        seen[:, 0] = self._lives.shown_episode
        seen[:, 1:] = self._there & ~self._lives.over[:, None]
        return seen

    def _pictures(self, mode: str) -> tuple[Any, ...]:
        mazes = [Body(lot.game, lot, place) for lot, place in filter(None, self._painted)]
        return tuple(shown(one.bare_image(), mode, told) for one, told in zip(mazes, self._captions(), strict=True))
