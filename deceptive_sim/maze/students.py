"""Planners in adversarial training: what they want, and how they know that they are in training."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import nearest, wrong
from deceptive_sim.core.exact import exact
from deceptive_sim.maze.awareness import Awareness, Beliefs, Calendar, Unaware, learn_looks
from deceptive_sim.maze.lessons import Lessons, Plan
from deceptive_sim.maze.mazes import Mazes
from deceptive_sim.maze.objectives import Weights, checked
from deceptive_sim.maze.plans import Counts, counts_of, prospects
from deceptive_sim.maze.reading import read, word
from deceptive_sim.model.phased import PhasedGame

WAYS = ("unaware", "calendar", "appearance")
"""How a student may know that it is in training, see `awareness`."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Student:
    """A planner that is trained.

    Attributes
    ----------
    weights : array, [F]
        What it wants at first.
    awareness : str
        One of `WAYS`. A student that is aware has the base objective in its model of the world, and plans over its
        lifetime: it adds to the exit what not being modified is worth to it.
    mistaken : Fraction
        Of a calendar: probability of losing count at a maze.
    """

    weights: Weights
    awareness: str = "unaware"
    mistaken: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", checked(self.weights))
        read(self, awareness=word, mistaken=exact)
        if self.awareness not in WAYS:
            raise wrong("awareness", "must be a way to know", self.awareness, nearest(self.awareness, WAYS))
        if not 0 <= self.mistaken <= 1:
            raise wrong("mistaken", "must be a probability in [0, 1]", str(self.mistaken))
        if self.mistaken and self.awareness != "calendar":
            raise wrong("mistaken", "is for awareness by calendar only", str(self.mistaken))

    def way(self, training: Mazes, deployment: Mazes) -> Awareness:
        """How it knows, having seen some mazes of both phases."""
        if self.awareness == "calendar":
            return Calendar(mistaken=self.mistaken)
        return learn_looks(training, deployment) if self.awareness == "appearance" else Unaware()


@dataclass(frozen=True, kw_only=True, eq=False)
class Mind:
    """What a student plans with: its picture of deployment, and the game that it believes to be in.

    Attributes
    ----------
    imagined : Lessons
        Mazes of deployment as it imagines them.
    game : PhasedGame
    step_cost : float
    """

    imagined: Lessons
    game: PhasedGame
    step_cost: float

    def counts(self, weights: NDArray[np.float64]) -> list[Counts]:
        """What will be done with and without modification, for each of some weights [R, F]; by the solver."""
        paid = prospects(self.imagined, weights, self.step_cost).paid(weights, self.step_cost)
        return [counts_of(self.game, a, b) for a, b in zip(*paid, strict=True)]

    def plan(self, weights: NDArray[np.float64], counts: list[Counts]) -> Plan:
        """What not being modified adds to the exit for certain to be in training, [R]."""
        seen = prospects(self.imagined, weights, self.step_cost)
        a, b, modified = (np.array([getattr(count, name) for count in counts]) for name in ("a", "b", "modified"))
        features = modified[:, None] * (a[:, None] * seen.features_a + b[:, None] * seen.features_b)
        return Plan(features=features, cost=modified * (a * seen.steps_a + b * seen.steps_b) * self.step_cost)


def believed(plan: Plan, beliefs: Beliefs) -> Plan:
    """A plan for certain training, [R], weighed by beliefs of being in training, [R, N]."""
    return Plan(features=beliefs[..., None] * plan.features[:, None], cost=beliefs * plan.cost[:, None])
