"""`DeceptiveSim/Lifetime-v0` many times at once: what both levels have in common.

All copies draw from the same chances, so that mazes and modifications come in another order than in a vector of single
environments, unless each copy is given a seed of its own; given the same mazes, modifications and actions every step is
the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from gymnasium.spaces import Discrete, Space
from gymnasium.vector import AutoresetMode

from deceptive_sim.maze.environments.lifetime import Chances, Rules
from deceptive_sim.maze.environments.lifetime_choice import caption
from deceptive_sim.maze.environments.lives import Lives
from deceptive_sim.maze.environments.lots import Lot, Ready, lot_of
from deceptive_sim.maze.environments.streams import Copies, Stream, handed_out
from deceptive_sim.maze.environments.vectors import Facts, ManyEnv


class LifetimeVector(ManyEnv):
    """Lifetimes side by side; who derives from it says what a step is.

    Parameters
    ----------
    num_envs : int
    rules : Rules
    ready : callable
        How mazes are made ready.
    observation_space, action_space : Space
        Of a single one.
    frames_per_second : int
    render_mode : str or None
    autoreset_mode : AutoresetMode or str
        As in `ManyEnv`.
    """

    def __init__(
        self,
        num_envs: int,
        rules: Rules,
        *,
        ready: Ready = lot_of,
        observation_space: Space[Any],
        action_space: Discrete,
        frames_per_second: int,
        render_mode: str | None,
        autoreset_mode: AutoresetMode | str,
    ) -> None:
        super().__init__(
            num_envs,
            observation_space=observation_space,
            action_space=action_space,
            frames_per_second=frames_per_second,
            render_mode=render_mode,
            autoreset_mode=autoreset_mode,
        )
        self._rules, self._lives = rules, Lives(rules, num_envs)
        self._ready = ready

    def _stream(self, rng: np.random.Generator, copies: int) -> Stream:
        return Chances(self._rules, rng, first=copies, ready=self._ready)

    def _mazes(self, which: Copies) -> Iterator[tuple[Copies, Lot, slice]]:
        """The mazes that are ahead of some copies, as `handed_out` tells."""
        for phase, whose in self._lives.by_phase(which):
            yield from handed_out(self._streams, phase, whose)

    def _facts(self) -> Facts:
        return self._lives.facts()

    def _captions(self) -> list[str]:
        """Which maze each copy is in, in words."""
        return [caption(self._rules, int(episode)) for episode in self._lives.shown_episode]
