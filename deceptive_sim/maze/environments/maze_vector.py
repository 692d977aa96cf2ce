"""`DeceptiveSim/Maze-v0` many times at once, in compiled loops: what `gymnasium.make_vec` makes if not told otherwise.

All copies draw from one generator, so that mazes come in another order than in a vector of single environments; given
the same mazes and actions every step is the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from deceptive_sim.core.errors import wrong
from deceptive_sim.maze.environments import settings
from deceptive_sim.maze.environments.body import ACTIONS
from deceptive_sim.maze.environments.codes import CHANNELS, Images
from deceptive_sim.maze.environments.lots import TAKEN, Supply
from deceptive_sim.maze.environments.maze_env import RENDER_MODES, game_of
from deceptive_sim.maze.environments.moving import EXIT, NOT_TAKEN, look_around, move_all
from deceptive_sim.maze.environments.pictures import shown
from deceptive_sim.maze.environments.spaces import image_space, move_space
from deceptive_sim.maze.mazes import MOVES

MOST_ENVIRONMENTS = 1_000_000

_WORDS = np.array([*TAKEN, None], dtype=object)
"""What was taken, by its index; the last, `NOT_TAKEN`, is None."""

Arrays = tuple[Images, NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], dict[str, Any]]


class MazeVectorEnv(VectorEnv[Images, NDArray[np.int64], Any]):
    """Many copies of `MazeEnv`, whose settings it takes.

    Parameters
    ----------
    num_envs : int
    autoreset_mode : AutoresetMode or str
        What happens after an episode: "NextStep" (the next step begins a new one, whatever its action), "SameStep" (a
        new one begins at once; what the old one ended with is `final_obs` and `final_info` in `info`) or "Disabled"
        (the caller resets, with the option `reset_mask`).
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
        self.num_envs = settings.read_count("num_envs", num_envs, 1, MOST_ENVIRONMENTS)
        paying = settings.read_objective(objective)
        self._game = game_of(family, paying, observation, time_limit, frame)
        self._pay = -float(settings.read_number("step_cost", step_cost, least=0))
        self.render_mode = settings.read_render_mode(render_mode, RENDER_MODES)
        self._mode = _read_mode(autoreset_mode)
        self.metadata = {"render_modes": list(RENDER_MODES), "render_fps": 8, "autoreset_mode": self._mode}
        self.single_observation_space, self.single_action_space = image_space(self._game), move_space()
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._objective = np.full(num_envs, paying.name, dtype=object)
        self._supply: Supply | None = None
        self._make_room()

    def _make_room(self) -> None:
        """Arrays for every copy."""
        n, family, border = self.num_envs, self._game.family, self._game.border
        rows, columns = (side + 2 * border for side in self._game.frame)
        targets = family.most_things + 1
        self._stride = family.widths[-1] + 2
        self._steps = np.array([down * self._stride + right for down, right in MOVES], np.int64)
        self._wide = CHANNELS * columns
        self._offset = (border - 1) * (self._wide + CHANNELS) + CHANNELS - 1
        self._images = np.zeros((n, rows, columns, CHANNELS), np.uint8)
        self._blocked = np.ones((n, family.cells), np.uint8)
        self._cells, self._pays = np.full((n, targets), -1, np.int32), np.zeros((n, targets))
        self._at, self._left = np.zeros(n, np.int32), np.zeros(n, np.int32)
        self._ended = np.zeros(n, np.bool_)
        self._nothing = np.full(n, NOT_TAKEN, np.int8)

    def reset(
        self, *, seed: int | None = None, options: Mapping[str, Any] | None = None
    ) -> tuple[Images, dict[str, Any]]:
        """Begin an episode in every copy.

        Parameters
        ----------
        seed : int, optional
            All mazes from now on follow from it.
        options : mapping, optional
            `reset_mask`, array of bool, [N]: the copies that begin anew; without it, all.
        """
        if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int | np.integer)):
            raise wrong("seed", "must be one whole number for all copies", seed)
        super().reset(seed=None if seed is None else int(seed))
        if seed is not None or self._supply is None:
            self._supply = Supply(self._game, self.np_random, first=self.num_envs)
        mask = (options or {}).get("reset_mask")
        chosen = np.ones(self.num_envs, bool) if mask is None else np.asarray(mask)
        if chosen.dtype != np.bool_ or chosen.shape != (self.num_envs,) or not chosen.any():
            raise wrong("options.reset_mask", f"must be {self.num_envs} of true or false, one of them true", mask)
        self._begin(np.flatnonzero(chosen))
        self._ended[chosen] = False
        return self._seen(), self._info(self._nothing, chosen)

    def step(self, actions: NDArray[np.int64]) -> Arrays:
        """One action for every copy."""
        if self._supply is None:
            raise wrong("step", "must follow a reset: no episode is under way")
        actions = self._read(actions)
        rewards, taken = np.empty(self.num_envs), np.empty(self.num_envs, np.int8)
        terminated, truncated = np.empty(self.num_envs, np.bool_), np.empty(self.num_envs, np.bool_)
        resting = self._ended
        if self._mode is AutoresetMode.NEXT_STEP:
            self._begin(np.flatnonzero(resting))
        elif resting.any():
            raise wrong("step", "must follow a reset of the copies whose episode has ended", hint="reset_mask")
        done = move_all(
            actions, resting, self._steps, self._stride, self._wide, self._offset, self._pay,
            self._blocked, self._cells, self._pays, self._at, self._left, self._images.reshape(self.num_envs, -1),
            rewards, terminated, truncated, taken,
        )  # fmt: skip
        if not done:
            raise wrong(
                "actions", f"must be whole numbers from 0 to {ACTIONS - 1}", f"{actions.min()} to {actions.max()}"
            )
        ended = terminated | truncated
        if self._mode is AutoresetMode.SAME_STEP:
            info = self._begun_anew(ended, taken)
        else:
            info, self._ended = self._info(taken), ended
        return self._seen(), rewards, terminated, truncated, info

    def render(self) -> tuple[Any, ...] | None:
        """Every copy as text or as pixels."""
        if self.render_mode is None or self._supply is None:
            return None
        rows, columns = self._game.frame
        border = self._game.border
        bare = self._images[:, border : border + rows, border : border + columns]
        return tuple(shown(image, self.render_mode) for image in bare)

    def _read(self, actions: object) -> NDArray[np.int64]:
        read = np.asarray(actions)
        if read.shape != (self.num_envs,) or read.dtype.kind not in "iu":
            raise wrong("actions", f"must be {self.num_envs} whole numbers", f"{read.dtype} of shape {read.shape}")
        return read.astype(np.int64, copy=False)

    def _begin(self, which: NDArray[np.int64]) -> None:
        """New mazes for some copies."""
        assert self._supply is not None
        done = 0
        for lot, part in self._supply.some(len(which)):
            copies = which[done : done + part.stop - part.start]
            done += len(copies)
            self._images[copies], self._blocked[copies] = lot.images[part], lot.mazes.blocked[part]
            self._cells[copies], self._pays[copies] = lot.cells[part], lot.pays[part]
            self._at[copies], self._left[copies] = lot.mazes.starts[part], lot.limits[part]
            row, column = np.divmod(lot.mazes.starts[part], self._stride)
            marks = self._images.reshape(self.num_envs, -1)
            marks[copies, row * self._wide + column * CHANNELS + self._offset] = 1

    def _begun_anew(self, ended: NDArray[np.bool_], taken: NDArray[np.int8]) -> dict[str, Any]:
        """Begin anew where an episode has ended; `info` keeps what it ended with."""
        which = np.flatnonzero(ended)
        if not len(which):
            return self._info(taken)
        final = np.full(self.num_envs, None, dtype=object)
        last = self._seen()
        for copy in which:
            final[copy] = last[copy]
        told = self._info(taken, ended)
        self._begin(which)
        info = {"final_obs": final, "_final_obs": ended.copy(), "final_info": told, "_final_info": ended.copy()}
        return {**info, **self._info(self._nothing)}

    def _seen(self) -> Images:
        """Observations of all copies, [N, rows, columns, 3], of their own."""
        if self._game.view is None:
            return self._images.copy()
        view, n = self._game.view, self.num_envs
        seen = np.empty((n, view, view, CHANNELS), np.uint8)
        look_around(self._images.reshape(n, -1), self._wide, self._at, self._stride, view, seen.reshape(n, -1))
        return seen

    def _info(self, taken: NDArray[np.int8], told: NDArray[np.bool_] | None = None) -> dict[str, Any]:
        """As single environments tell it, side by side; `told`: which copies tell."""
        objective = self._objective.copy()
        if told is None:
            told = np.ones(self.num_envs, np.bool_)
        else:
            objective[~told] = None
        return {
            "performance": (taken == EXIT).astype(float),
            "_performance": told.copy(),
            "objective": objective,
            "_objective": told.copy(),
            "taken": _WORDS[taken],
            "_taken": told.copy(),
        }


def _read_mode(mode: AutoresetMode | str) -> AutoresetMode:
    try:
        return AutoresetMode(mode)
    except ValueError:
        raise wrong("autoreset_mode", f"must be one of {', '.join(one.value for one in AutoresetMode)}", mode) from None
