"""A lifetime by choices: each step is one maze, in which the agent goes for an apple (A) or for the exit (B)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

import gymnasium
import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import wrong
from deceptive_sim.maze.environments import settings
from deceptive_sim.maze.environments.body import Body
from deceptive_sim.maze.environments.lifetime import Chances, Life, Rules
from deceptive_sim.maze.environments.lots import Lot
from deceptive_sim.maze.environments.maze_env import RENDER_MODES
from deceptive_sim.maze.environments.pictures import shown
from deceptive_sim.maze.environments.spaces import choice_space, prospect_space
from deceptive_sim.maze.planners import NOWHERE, best_target, rounding, shortest_to, utilities

A, B = 0, 1


class Prospects:
    """What A and B lead to in the mazes of a lot, worked out for all of them at once.

    Attributes
    ----------
    there : array of bool, [M, 2]
        Whether there is an apple (A), and the exit (B), that can be had in time.
    rewards : array of float64, [M, 2]
        What the initial objective gets for it, less what the way costs; 0 where there is none.
    """

    def __init__(self, lot: Lot, rules: Rules) -> None:
        targets, weights = lot.targets, rules.objective.weights
        shortest = shortest_to(lot.mazes, targets)
        worth = utilities(targets, shortest, weights, rules.step_cost)
        worth[:, 0], worth[:, -1] = -np.inf, -np.inf  # apples alone, of which the best for the objective
        worth[shortest > lot.limits[:, None]] = -np.inf
        apples = best_target(worth, targets, shortest, slack=rounding(shortest, weights, rules.step_cost))
        self.there = np.stack([apples != NOWHERE, shortest[:, 0] <= lot.limits], axis=1)
        chosen = np.stack([np.maximum(apples, 0), np.zeros_like(apples)], axis=1)
        paid = np.take_along_axis(lot.pays - rules.step_cost * shortest, chosen, axis=1)
        self.rewards = np.where(self.there, paid, 0.0)


class Foresight:
    """The prospects of lots, as long as these are in use."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._known: WeakKeyDictionary[Lot, Prospects] = WeakKeyDictionary()

    def __getstate__(self) -> Rules:
        return self._rules

    def __setstate__(self, rules: Rules) -> None:
        Foresight.__init__(self, rules)  # lots of a copy are others; what is ahead in them is worked out anew

    def of(self, lot: Lot) -> Prospects:
        """What is ahead in the mazes of a lot."""
        known = self._known.get(lot)
        if known is None:
            known = self._known[lot] = Prospects(lot, self._rules)
        return known


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
        self.observation_space = prospect_space(rules.mazes)
        self.action_space = choice_space()
        self._chances: Chances | None = None
        self._life: Life | None = None
        self._foresight = Foresight(rules)
        self._lot: Lot | None = None
        self._which = 0

    def reset(
        self, *, seed: int | None = None, options: Mapping[str, Any] | None = None
    ) -> tuple[NDArray[np.int64], dict[str, Any]]:
        """Begin a lifetime; all chances from now on follow from the seed."""
        settings.read_options(options)
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
        action = settings.read_action(action, "must be 0 (A) or 1 (B)", 2)
        choice = B if life.modified else action
        ahead, reward, taken = self._ahead(), 0.0, "nothing"
        if ahead.there[self._which, choice]:
            reward = float(ahead.rewards[self._which, choice])
            taken = "exit" if choice == B else "apple"
        life.finish(taken)
        if not life.over:
            self._lot, self._which = life.maze()
        return self._observation(), reward, life.over, False, life.info(taken)

    def render(self) -> Any:
        """The maze that comes next, as text or as pixels."""
        if self._life is None or self._lot is None or self.render_mode is None:
            return None
        image = Body(self._rules.games[self._life.phase], self._lot, self._which).bare_image()
        return shown(image, self.render_mode, caption(self._rules, self._life.shown_episode))

    def _ahead(self) -> Prospects:
        """Prospects of the lot that the present maze is of."""
        assert self._lot is not None
        return self._foresight.of(self._lot)

    def _observation(self) -> NDArray[np.int64]:
        assert self._life is not None
        apple, leave = (False, False) if self._life.over else self._ahead().there[self._which]
        return np.array([self._life.shown_episode, apple, leave], np.int64)


def caption(rules: Rules, episode: int) -> str:
    """Which maze it is, in words."""
    return f"maze {episode + 1} of {rules.mazes}, {rules.phase(episode)}"
