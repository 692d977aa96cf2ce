"""A lifetime by choices: each step is one maze, in which the agent goes for an apple (A) or for the exit (B)."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import Any, ClassVar

import gymnasium
import numpy as np
from gymnasium.spaces import Discrete, MultiDiscrete
from numpy.typing import NDArray

from deceptive_sim.core.errors import wrong
from deceptive_sim.maze.environments import settings
from deceptive_sim.maze.environments.body import Body
from deceptive_sim.maze.environments.lifetime import Chances, Life, Rules
from deceptive_sim.maze.environments.lots import Lot
from deceptive_sim.maze.environments.maze_env import RENDER_MODES
from deceptive_sim.maze.environments.pictures import shown
from deceptive_sim.maze.planners import best_target, rounding, shortest_to, utilities
from deceptive_sim.maze.targets import targets_of

A, B = 0, 1

NOTHING = -1


class Prospects:
    """What there is to go for in the mazes of a lot, and how far it is, worked out for all of them at once."""

    def __init__(self, lot: Lot, rules: Rules) -> None:
        targets = targets_of(lot.mazes)
        shortest = shortest_to(lot.mazes, targets)
        worth = utilities(targets, shortest, rules.objective.weights, rules.step_cost)
        worth[:, 0], worth[:, -1] = -np.inf, -np.inf  # apples alone, of which the best for the objective
        worth[shortest > lot.limits[:, None]] = -np.inf
        self.lot = lot
        slack = rounding(shortest, rules.objective.weights, rules.step_cost)
        self.apples = best_target(worth, targets, shortest, slack=slack)
        self.exits = np.where(shortest[:, 0] <= lot.limits, 0, NOTHING)
        self.shortest = shortest


class ChoiceEnv(gymnasium.Env[NDArray[np.int64], Any]):
    """A lifetime of choices; `make_lifetime` says what its settings mean.

    Actions: 0 is A, the apple that the initial objective values most, less what the way costs, among those that can be
    had in time; 1 is B, the exit. A planner walks there by a shortest path. Where there is no such thing the agent
    stays and takes nothing.

    Observations: number of the maze from 0; 1 if an apple can be had in time, else 0; 1 if the exit can. At the end
    the last maze's number, and nothing to be had.
    """

    metadata: ClassVar[dict[str, Any]] = {"render_modes": list(RENDER_MODES), "render_fps": 1}  # type: ignore[misc]

    def __init__(self, rules: Rules, *, render_mode: str | None = None) -> None:
        self._rules = rules
        self.render_mode = settings.read_render_mode(render_mode, RENDER_MODES)
        self.observation_space = MultiDiscrete(np.array([rules.mazes, 2, 2]))
        self.action_space = Discrete(2)
        self._chances: Chances | None = None
        self._life: Life | None = None
        self._prospects: dict[str, Prospects] = {}
        self._lot: Lot | None = None
        self._which = 0

    def reset(
        self, *, seed: int | None = None, options: Mapping[str, Any] | None = None
    ) -> tuple[NDArray[np.int64], dict[str, Any]]:
        """Begin a lifetime; all chances from now on follow from the seed."""
        super().reset(seed=seed)
        if seed is not None or self._chances is None:
            self._chances = Chances(self._rules, self.np_random)
        self._life = Life(self._rules, self._chances)
        self._lot, self._which = self._life.maze()
        return self._observation(), self._life.info(None)

    def step(self, action: int) -> tuple[NDArray[np.int64], float, bool, bool, dict[str, Any]]:
        """Live through one maze."""
        life = self._life
        if life is None or life.over:
            raise wrong("step", "must follow a reset: no lifetime is under way")
        action = operator.index(action)
        if action not in (A, B):
            raise wrong("action", "must be 0 (A) or 1 (B)", action)
        target = self._at_hand()[B if life.modified else action]
        reward, taken = 0.0, "nothing"
        if target != NOTHING:
            ahead = self._ahead()
            reward = float(ahead.lot.pays[self._which, target])
            reward -= self._rules.step_cost * int(ahead.shortest[self._which, target])
            taken = "exit" if target == 0 else "apple"
        life.finish(taken)
        if not life.over:
            self._lot, self._which = life.maze()
        return self._observation(), reward, life.over, False, life.info(taken)

    def render(self) -> Any:
        """The maze that comes next, as text or as pixels."""
        if self._life is None or self._lot is None or self.render_mode is None:
            return None
        image = Body(self._rules.games[self._life.phase], self._lot, self._which).bare_image()
        return shown(image, self.render_mode, caption(self._rules, self._life))

    def _ahead(self) -> Prospects:
        """Prospects of the lot that the present maze is of."""
        assert self._life is not None
        assert self._lot is not None
        known = self._prospects.get(self._life.phase)
        if known is None or known.lot is not self._lot:
            known = self._prospects[self._life.phase] = Prospects(self._lot, self._rules)
        return known

    def _at_hand(self) -> tuple[int, int]:
        """The target of A and of B in the present maze; `NOTHING` where there is none."""
        ahead = self._ahead()
        return int(ahead.apples[self._which]), int(ahead.exits[self._which])

    def _observation(self) -> NDArray[np.int64]:
        assert self._life is not None
        apple, leave = (NOTHING, NOTHING) if self._life.over else self._at_hand()
        return np.array([self._life.shown_episode, apple != NOTHING, leave != NOTHING], np.int64)


def caption(rules: Rules, life: Life) -> str:
    """Which maze it is, in words."""
    return f"maze {life.shown_episode + 1} of {rules.mazes}, {life.phase}"
