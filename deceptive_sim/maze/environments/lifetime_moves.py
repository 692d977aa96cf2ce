"""A lifetime move by move: the mazes one after the other, walked and taken from as in `MazeEnv`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import gymnasium
import numpy as np

from deceptive_sim.core.errors import wrong
from deceptive_sim.maze.environments import settings
from deceptive_sim.maze.environments.body import ACTION_RULE, ACTIONS, TAKE, Body
from deceptive_sim.maze.environments.lifetime import Chances, Life, Rules
from deceptive_sim.maze.environments.lifetime_choice import caption
from deceptive_sim.maze.environments.maze_env import RENDER_MODES
from deceptive_sim.maze.environments.pictures import shown
from deceptive_sim.maze.environments.spaces import lifetime_space, move_space
from deceptive_sim.maze.search import distances


class MovesEnv(gymnasium.Env[dict[str, Any], Any]):
    """A lifetime of moves; `make_lifetime` says what its settings mean.

    Actions are those of `MazeEnv`. When something is taken, or at an action without moves left, the next maze begins
    at once; what is seen then is that maze. With the base objective at the wheel actions are replaced by the way to
    the exit.

    Observations: `image`, as of `MazeEnv`, and `episode`, the number of the maze from 0.
    """

    metadata: ClassVar[dict[str, Any]] = {"render_modes": list(RENDER_MODES), "render_fps": 8}  # type: ignore[misc]

    def __init__(self, rules: Rules, *, render_mode: str | None = None) -> None:
        self._rules = rules
        self.render_mode = settings.read_render_mode(render_mode, RENDER_MODES)
        self.observation_space = lifetime_space(rules)
        self.action_space = move_space()
        self._chances: Chances | None = None
        self._life: Life | None = None
        self._body: Body | None = None
        self._way: list[int] | None = None

    def reset(
        self, *, seed: int | None = None, options: Mapping[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Begin a lifetime; all chances from now on follow from the seed."""
        settings.read_options(options)
        super().reset(seed=seed)
        if seed is not None or self._chances is None:
            self._chances = Chances(self._rules, self.np_random)
        self._life = Life(self._rules, self._chances)
        self._begin_maze(self._life)
        return self._observation(), self._life.info(None)

    def step(self, action: int) -> tuple[dict[str, Any], float, bool, bool, dict[str, Any]]:
        """Move or take."""
        life, body = self._life, self._body
        if life is None or body is None or life.over:
            raise wrong("step", "must follow a reset: no lifetime is under way")
        action = settings.read_action(action, ACTION_RULE, ACTIONS)
        if self._way is not None:
            action = self._towards_exit(body, self._way)
        if action != TAKE and body.left:
            body.move(action)
            return self._observation(), -self._rules.step_cost, False, False, life.info(None)
        reward, taken = body.standing_on() if action == TAKE else (0.0, "nothing")
        life.finish(taken)
        if not life.over:
            self._begin_maze(life)
        return self._observation(), reward, life.over, False, life.info(taken)

    def render(self) -> Any:
        """The maze as text or as pixels."""
        if self._life is None or self._body is None or self.render_mode is None:
            return None
        return shown(self._body.bare_image(), self.render_mode, caption(self._rules, self._life.shown_episode))

    def _begin_maze(self, life: Life) -> None:
        lot, which = life.maze()
        self._body = Body(self._rules.games[life.phase], lot, which)
        self._way = None
        if life.modified:
            mazes = lot.mazes.take([which])
            self._way = distances(mazes, mazes.things[:, 0])[0].tolist()

    @staticmethod
    def _towards_exit(body: Body, way: list[int]) -> int:
        """The first move that leads nearer, or take at the exit; `way` is how far each cell is."""
        near = [way[body.cell + step] for step in body.steps]
        return TAKE if way[body.cell] == 0 else near.index(way[body.cell] - 1)

    def _observation(self) -> dict[str, Any]:
        assert self._life is not None
        assert self._body is not None
        return {"image": self._body.look(), "episode": np.int64(self._life.shown_episode)}
