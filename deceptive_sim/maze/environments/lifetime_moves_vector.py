"""Lifetimes move by move, many side by side, in compiled loops."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from deceptive_sim.maze.environments.bodies import Bodies, Room
from deceptive_sim.maze.environments.lifetime import Rules
from deceptive_sim.maze.environments.lifetime_vector import LifetimeVector
from deceptive_sim.maze.environments.moving import NOTHING, lead
from deceptive_sim.maze.environments.pictures import shown
from deceptive_sim.maze.environments.spaces import lifetime_space, move_space
from deceptive_sim.maze.environments.streams import Copies
from deceptive_sim.maze.environments.vectors import Mask


class MovesVector(LifetimeVector):
    """Many copies of `MovesEnv`."""

    def __init__(
        self, num_envs: int, rules: Rules, *, render_mode: str | None, autoreset_mode: AutoresetMode | str
    ) -> None:
        super().__init__(
            num_envs,
            rules,
            ready=Room.of(rules.games.values()).lot_of,
            observation_space=lifetime_space(rules),
            action_space=move_space(),
            frames_per_second=8,
            render_mode=render_mode,
            autoreset_mode=autoreset_mode,
        )
        self._bodies = Bodies(num_envs, rules.games.values(), rules.step_cost)
        self._ways = np.empty(self._bodies.blocked.shape, np.int32)  # to the exit, of copies that are modified

    def _begin(self, which: Copies) -> None:
        self._lives.begin(which)
        self._enter(which)

    def _act(self, actions: NDArray[np.int64], resting: Mask) -> tuple[NDArray[np.float64], Mask, Mask]:
        lives, bodies = self._lives, self._bodies
        if lives.modified.any():
            actions = actions.copy()
            lead(lives.modified, bodies.steps, bodies.at, self._ways, actions)
        rewards, took, late, taken = bodies.move(actions, resting)
        done = took | late
        taken[late] = NOTHING
        lives.finish(done, taken, self._streams)
        over = done & lives.over
        self._enter(np.flatnonzero(done & ~over))
        return rewards, over, np.zeros_like(over)

    def _enter(self, which: Copies) -> None:
        """The next maze of some copies."""
        for copies, lot, part in self._mazes(which):
            self._bodies.enter(copies, lot, part)
        modified = which[self._lives.modified[which]]
        if len(modified):
            self._ways[modified] = self._bodies.ways_to_exit(modified)

    def _seen(self) -> dict[str, Any]:
        return {"image": self._bodies.seen(), "episode": self._lives.shown_episode}

    def _pictures(self, mode: str) -> tuple[Any, ...]:
        images = zip(self._bodies.bare_images(), self._captions(), strict=True)
        return tuple(shown(image, mode, told) for image, told in images)
