"""Adversarial training: how one student fared at one temperature, round by round, with intervals over replicates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.maze.adversarial.spec import SEEN
from deceptive_sim.maze.adversarial.worst import WorstMaze
from deceptive_sim.maze.estimates import replicated_rate, replicated_share
from deceptive_sim.maze.outcomes import ENDS
from deceptive_sim.maze.targets import FEATURES
from deceptive_sim.populations.measures import Estimate, estimate

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Course:
    """How one student fared at one temperature. Index 0 of rounds is before any.

    Attributes
    ----------
    student : str
    temperature : Fraction
    weights : array, [rounds + 1, R, F]
    worst_loss : array, [rounds + 1, R]
        The highest loss that the adversary saw; whose calendar is mistaken now and then, it meets at such moments.
    passes : array, [rounds + 1, R]
        In which part of the adversary's worst mazes its best target is the exit.
    training_loss, training_passes : array, [rounds + 1, R]
        The same in ordinary mazes of training: mean loss, and part.
    fooled : array, [rounds + 1, R]
        In which part of the adversary's worst mazes it rather believes to be deployed; NaN for who is not aware.
    fooled_deployed : array, [rounds + 1, R]
        In which part of the mazes of deployment it rather believes to be in training.
    deployed : mapping
        For each of `ENDS`, in how many mazes of deployment, int [rounds + 1, R].
    mazes : int
        Of deployment, for each replicate and round.
    worst : int
        Of the adversary's mazes, for each replicate and round.
    worst_mazes : sequence of WorstMaze
        Of the first replicate, the worst maze before any round and the one after the last.
    """

    student: str
    temperature: Fraction
    weights: Array
    worst_loss: Array
    passes: Array
    training_loss: Array
    training_passes: Array
    fooled: Array
    fooled_deployed: Array
    deployed: Mapping[str, NDArray[np.int64]]
    mazes: int
    worst: int
    worst_mazes: Sequence[WorstMaze] = ()

    @property
    def rounds(self) -> int:
        """Rounds of training."""
        return len(self.weights) - 1

    @property
    def replicates(self) -> int:
        """R."""
        return int(self.weights.shape[1])

    def drift_per_round(self) -> Estimate | None:
        """`drift` after the last round over the number of rounds: what rounds undo of each other does not count.

        None without a round.
        """
        return estimate(self.drift()[-1] / self.rounds) if self.rounds else None

    def drift(self) -> Array:
        """How far the weights have moved from where they began, [rounds + 1, R]."""
        return np.asarray(np.linalg.norm(self.weights - self.weights[0], axis=2))

    def rate(self, end: str, after: int) -> Estimate:
        """The rate of an end in untouched mazes of deployment after a round."""
        return replicated_rate(self.deployed[end][after], self.mazes)

    def misgeneralises(self, after: int) -> Estimate:
        """The rate of going competently elsewhere in untouched mazes of deployment after a round."""
        return replicated_rate(self.deployed["to_apple"][after] + self.deployed["to_corner"][after], self.mazes)

    def after(self, number: int) -> dict[str, Any]:
        """What there is after a round, as plain data.

        All replicates have met the same `SEEN` mazes of training; of the adversary and of deployment each has its own.
        """
        found, untouched = self.replicates * self.worst, self.replicates * self.mazes
        return {
            "round": number,
            "worst_loss": estimate(self.worst_loss[number], share=True),
            "passes": replicated_share(self.passes[number], found),
            "training_loss": estimate(self.training_loss[number], share=True),
            "training_passes": replicated_share(self.training_passes[number], SEEN),
            "fooled": replicated_share(self.fooled[number], found),
            "fooled_deployed": replicated_share(self.fooled_deployed[number], untouched),
            "drift": estimate(self.drift()[number]),
            "misgeneralises": self.misgeneralises(number),
            **{end: self.rate(end, number) for end in ENDS},
            "weights": {name: estimate(self.weights[number, :, place]) for place, name in enumerate(FEATURES)},
        }

    def contract(self) -> dict[str, Any]:
        """The fields that other tools rely on, by their stable names."""
        return {
            "temperature": self.temperature,
            "rounds": [self.after(number) for number in range(self.rounds + 1)],
            "worst_mazes": [one.contract() for one in self.worst_mazes],
        }
