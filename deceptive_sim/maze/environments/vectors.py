"""What all vectors of environments have in common: seeds, actions, how episodes begin anew, what watchers are told.

All is as in Gymnasium's `SyncVectorEnv` of single environments, but for what a single seed means: from one number all
copies draw their mazes in turn. From a list of seeds, one for each copy, each draws what a single one would.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from gymnasium.spaces import Discrete, Space
from gymnasium.utils.seeding import np_random
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from deceptive_sim.core.errors import wrong
from deceptive_sim.maze.environments import settings
from deceptive_sim.maze.environments.lots import TAKEN
from deceptive_sim.maze.environments.maze_env import RENDER_MODES
from deceptive_sim.maze.environments.streams import Copies, Stream

MOST_ENVIRONMENTS = 1_000_000

WORDS = np.array([*TAKEN, None], dtype=object)
"""What was taken, by its index; the last, that of -1, is None."""

Mask = NDArray[np.bool_]
Facts = dict[str, NDArray[Any]]
Arrays = tuple[Any, NDArray[np.float64], Mask, Mask, dict[str, Any]]


class ManyEnv(VectorEnv[Any, NDArray[np.int64], Any]):
    """Many copies of an environment; who derives from it says what happens in one step of all of them.

    Parameters
    ----------
    num_envs : int
    observation_space, action_space : Space
        Of a single one.
    frames_per_second : int
    render_mode : str or None
    autoreset_mode : AutoresetMode or str
        What happens after an episode: "NextStep" (the next step begins a new one, whatever its action), "SameStep" (a
        new one begins at once; what the old one ended with is `final_obs` and `final_info` in `info`) or "Disabled"
        (the caller resets, with the option `reset_mask`).
    """

    def __init__(
        self,
        num_envs: int,
        *,
        observation_space: Space[Any],
        action_space: Discrete,
        frames_per_second: int,
        render_mode: str | None,
        autoreset_mode: AutoresetMode | str,
    ) -> None:
        self.num_envs = settings.read_count("num_envs", num_envs, 1, MOST_ENVIRONMENTS)
        self.render_mode = settings.read_render_mode(render_mode, RENDER_MODES)
        self._mode = _read_mode(autoreset_mode)
        told = {"render_modes": list(RENDER_MODES), "render_fps": frames_per_second}
        self.metadata = {**told, "autoreset_mode": self._mode}
        self.single_observation_space, self.single_action_space = observation_space, action_space
        self.observation_space = batch_space(observation_space, num_envs)
        self.action_space = batch_space(action_space, num_envs)
        self._actions = int(action_space.n)
        self._streams: Sequence[Stream] = ()
        self._ended = np.zeros(num_envs, np.bool_)

    # --- what happens, said by who derives from it

    @abstractmethod
    def _stream(self, rng: np.random.Generator, copies: int) -> Stream:
        """Mazes and chances for so many copies."""

    @abstractmethod
    def _begin(self, which: Copies) -> None:
        """Begin an episode in some copies."""

    @abstractmethod
    def _act(self, actions: NDArray[np.int64], resting: Mask) -> tuple[NDArray[np.float64], Mask, Mask]:
        """An action of each copy but those that rest: rewards, who is terminated and who truncated."""

    @abstractmethod
    def _seen(self) -> Any:
        """Observations of all copies, side by side and of their own."""

    @abstractmethod
    def _facts(self) -> Facts:
        """What watchers are told of all copies, after the last step or reset; arrays of their own."""

    @abstractmethod
    def _pictures(self, mode: str) -> tuple[Any, ...]:
        """Every copy as text or as pixels."""

    # --- Gymnasium's side

    def reset(
        self, *, seed: int | Sequence[int] | None = None, options: Mapping[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begin an episode in every copy.

        Parameters
        ----------
        seed : int or sequence of int, optional
            All chances from now on follow from it: from one seed those of all copies together, from as many as there
            are copies those of each, as of a single environment with that seed. Copies that the mask leaves out keep
            the chances that they have from a seed of their own.
        options : mapping, optional
            `reset_mask`, array of bool, [N]: the copies that begin anew; without it, all. The first reset is of all.

        Raises
        ------
        InputError
            If a seed or the mask breaks its rule.
        """
        mask = settings.read_options(options).get("reset_mask")
        chosen = self._read_mask(mask)
        if not self._streams and not chosen.all():
            raise wrong("options.reset_mask", "must choose all copies at the first reset: none has begun", mask)
        if seed is not None or not self._streams:
            self._sow(seed, chosen)
        self._begin(np.flatnonzero(chosen))
        self._ended[chosen] = False
        return self._seen(), _side_by_side(self._facts(), chosen)

    def step(self, actions: NDArray[np.int64]) -> Arrays:
        """One action for every copy."""
        if not self._streams:
            raise wrong("step", "must follow a reset: no episode is under way")
        read, resting = self._read_actions(actions), self._ended
        if self._mode is AutoresetMode.NEXT_STEP:
            if resting.any():
                self._begin(np.flatnonzero(resting))
        elif resting.any():
            raise wrong("step", "must follow a reset of the copies whose episode has ended", hint="reset_mask")
        rewards, terminated, truncated = self._act(read, resting)
        ended, final = terminated | truncated, {}
        if self._mode is not AutoresetMode.SAME_STEP:
            self._ended = ended
        elif ended.any():
            final = self._finished(ended)
            self._begin(np.flatnonzero(ended))
        info = {**final, **_side_by_side(self._facts(), np.ones(self.num_envs, np.bool_))}
        return self._seen(), rewards, terminated, truncated, info

    def render(self) -> tuple[Any, ...] | None:
        """Every copy as text or as pixels; None without a `render_mode` or before a reset."""
        if self.render_mode is None or not self._streams:
            return None
        return self._pictures(self.render_mode)

    def _sow(self, seed: object, chosen: Mask) -> None:
        """Let chances follow from a seed, or from one for each copy."""
        if seed is None or isinstance(seed, int | np.integer):
            super().reset(seed=None if seed is None else _read_seed("seed", seed))
            self._streams = [self._stream(self.np_random, self.num_envs)]
            return
        seed = seed.tolist() if isinstance(seed, np.ndarray) else seed
        if not isinstance(seed, list | tuple) or len(seed) != self.num_envs:
            raise wrong("seed", f"must be one whole number for all copies, or {self.num_envs} of them", seed)
        seeds = [_read_seed(f"seed.{copy}", one) for copy, one in enumerate(seed)]
        kept = self._streams if len(self._streams) == self.num_envs > 1 else ()
        self._streams = [
            kept[copy] if len(kept) and not chosen[copy] else self._stream(np_random(one)[0], 1)
            for copy, one in enumerate(seeds)
        ]

    def _read_mask(self, mask: object) -> Mask:
        try:
            chosen = np.ones(self.num_envs, np.bool_) if mask is None else np.asarray(mask)
        except ValueError:  # rows of several lengths
            chosen = np.empty(0)
        if chosen.dtype != np.bool_ or chosen.shape != (self.num_envs,) or not chosen.any():
            raise wrong("options.reset_mask", f"must be {self.num_envs} of true or false, one of them true", mask)
        return chosen

    def _read_actions(self, actions: object) -> NDArray[np.int64]:
        try:
            read = np.asarray(actions)
        except ValueError:
            raise wrong("actions", f"must be {self.num_envs} whole numbers", actions) from None
        if read.shape != (self.num_envs,) or read.dtype.kind not in "iu":
            raise wrong("actions", f"must be {self.num_envs} whole numbers", f"{read.dtype} of shape {read.shape}")
        if read.min() < 0 or read.max() >= self._actions:
            raise wrong(
                "actions", f"must be whole numbers from 0 to {self._actions - 1}", f"{read.min()} to {read.max()}"
            )
        return read.astype(np.int64, copy=False)

    def _finished(self, ended: Mask) -> dict[str, Any]:
        """What episodes that have just ended end with."""
        last, final = self._seen(), np.full(self.num_envs, None, dtype=object)
        for copy in np.flatnonzero(ended):
            final[copy] = {name: part[copy] for name, part in last.items()} if isinstance(last, dict) else last[copy]
        told = _side_by_side(self._facts(), ended)
        return {"final_obs": final, "_final_obs": ended.copy(), "final_info": told, "_final_info": ended.copy()}


def _side_by_side(facts: Facts, told: Mask) -> dict[str, Any]:
    """As single environments tell facts, side by side; `told`: which copies tell."""
    info: dict[str, Any] = {}
    whole = told.all()
    for name, values in facts.items():
        if not whole:
            values[~told] = None if values.dtype == object else 0
        info[name], info[f"_{name}"] = values, told.copy()
    return info


def _read_seed(name: str, seed: object) -> int:
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise wrong(name, "must be a whole number from 0", seed)
    return int(seed)


def _read_mode(mode: AutoresetMode | str) -> AutoresetMode:
    try:
        return AutoresetMode(mode)
    except ValueError:
        raise wrong("autoreset_mode", f"must be one of {', '.join(one.value for one in AutoresetMode)}", mode) from None
