"""`DeceptiveSim/Maze-v0` many times at once, in compiled loops: what `gymnasium.make_vec` makes if not told otherwise.

All copies draw from one generator, so that mazes come in another order than in a vector of single environments, unless
each copy is given a seed of its own; given the same mazes and actions every step is the same.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from deceptive_sim.maze.environments import settings
from deceptive_sim.maze.environments.bodies import Bodies
from deceptive_sim.maze.environments.codes import Images
from deceptive_sim.maze.environments.lots import Supply
from deceptive_sim.maze.environments.maze_env import game_of
from deceptive_sim.maze.environments.moving import EXIT, NOT_TAKEN
from deceptive_sim.maze.environments.pictures import shown
from deceptive_sim.maze.environments.spaces import image_space, move_space
from deceptive_sim.maze.environments.streams import Copies, MazesAlone, Stream, handed_out
from deceptive_sim.maze.environments.vectors import WORDS, Facts, ManyEnv, Mask


class MazeVectorEnv(ManyEnv):
    """Many copies of `MazeEnv`, whose settings it takes.

    Parameters
    ----------
    num_envs : int
    autoreset_mode : AutoresetMode or str
        As in `ManyEnv`.
    family, objective, observation, step_cost, time_limit, frame, render_mode
        As in `MazeEnv`.
    """

    def __init__(
        self,
        num_envs: int = 1,
        *,
        family: settings.Family = "training",
        objective: settings.Goal = "green",
        observation: str | int = "full",
        step_cost: float = 0.0,
        time_limit: float = 1,
        frame: tuple[int, int] | None = None,
        render_mode: str | None = None,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
    ) -> None:
        paying = settings.read_objective(objective)
        self._game = game_of(family, paying, observation, time_limit, frame)
        cost = float(settings.read_number("step_cost", step_cost, least=0))
        super().__init__(
            num_envs,
            observation_space=image_space(self._game),
            action_space=move_space(),
            frames_per_second=8,
            render_mode=render_mode,
            autoreset_mode=autoreset_mode,
        )
        self._objective = np.full(num_envs, paying.name, dtype=object)
        self._bodies = Bodies(num_envs, [self._game], cost)
        self._taken = np.full(num_envs, NOT_TAKEN, np.int8)

    def _stream(self, rng: np.random.Generator, copies: int) -> Stream:
        return MazesAlone(Supply(self._game, rng, first=copies))

    def _begin(self, which: Copies) -> None:
        for copies, lot, part in handed_out(self._streams, "", which):
            self._bodies.enter(copies, lot, part)
        self._taken[which] = NOT_TAKEN

    def _act(self, actions: NDArray[np.int64], resting: Mask) -> tuple[NDArray[np.float64], Mask, Mask]:
        rewards, terminated, truncated, self._taken = self._bodies.move(actions, resting)
        return rewards, terminated, truncated

    def _seen(self) -> Images:
        return self._bodies.seen()

    def _facts(self) -> Facts:
        performance = (self._taken == EXIT).astype(float)
        return {"performance": performance, "objective": self._objective.copy(), "taken": WORDS[self._taken]}

    def _pictures(self, mode: str) -> tuple[Any, ...]:
        return tuple(shown(image, mode) for image in self._bodies.bare_images())
