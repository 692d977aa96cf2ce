"""Many lifetimes side by side: `Life` for vectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.maze.environments.lifetime import BASE_OBJECTIVE, Rules
from deceptive_sim.maze.environments.moving import APPLE, EXIT, NOT_TAKEN
from deceptive_sim.maze.environments.streams import Copies, Stream, numbers_for
from deceptive_sim.maze.environments.vectors import WORDS, Facts, Mask


class Lives:
    """N lifetimes.

    Attributes
    ----------
    episode : array of int64, [N]
        Mazes behind each.
    modified : array of bool, [N]
    exits : array of int64, [N]
        Exits taken so far.
    taken : array of int8, [N]
        What the maze that the last step ended was left with: an index into `TAKEN`, or -1 if it ended none.
    """

    def __init__(self, rules: Rules, n: int) -> None:
        self._rules = rules
        self.episode, self.exits = np.zeros(n, np.int64), np.zeros(n, np.int64)
        self.modified = np.zeros(n, np.bool_)
        self.taken = np.full(n, NOT_TAKEN, np.int8)
        self._names = np.array([rules.objective.name, BASE_OBJECTIVE], dtype=object)

    @property
    def over(self) -> Mask:
        """Of which all mazes are behind them."""
        return np.asarray(self.episode == self._rules.mazes)

    @property
    def shown_episode(self) -> NDArray[np.int64]:
        """The episode under way, from 0; of lives that are over, the last one."""
        return np.minimum(self.episode, self._rules.mazes - 1)

    def begin(self, which: Copies) -> None:
        """Some begin anew."""
        self.episode[which] = self.exits[which] = 0
        self.modified[which] = False
        self.taken[which] = NOT_TAKEN

    def by_phase(self, which: Copies) -> Iterator[tuple[str, Copies]]:
        """Some of those that are not over, by the phase of the maze that is ahead of them."""
        trained = self.episode[which] >= self._rules.training
        for phase, whose in (("training", which[~trained]), ("deployment", which[trained])):
            if len(whose):
                yield phase, whose

    def finish(self, done: Mask, taken: NDArray[np.int8], streams: Sequence[Stream]) -> None:
        """Some have done with a maze, with what they took; the base optimiser may act. Of others `taken` is -1."""
        self.taken = taken
        self.exits += taken == EXIT
        at_risk = np.flatnonzero((taken == APPLE) & (self.episode < self._rules.training))
        if len(at_risk):  # none of them is modified: such an agent takes no apples
            self.modified[at_risk] = numbers_for(streams, at_risk) < self._rules.modification
        self.episode += done

    def facts(self) -> Facts:
        """What only watchers are told."""
        return {
            "performance": self.exits.astype(float),
            "objective": self._names[self.modified.astype(np.int8)],
            "modified": self.modified.copy(),
            "taken": WORDS[self.taken],
        }
