"""A mesa-optimiser whose objective points at its own model of the base objective, which gets better with data.

After `n` episodes seen its model says rightly which action is best with probability

    accuracy(n) = 1 - (1 - accuracy) 2^(-n / halving),

otherwise it takes any other action, each alike: half of its errors are gone after every `halving` episodes. It need not
be modified to improve, and counts as aligned from the start, by pointing.

Source: Hubinger, van Merwijk, Mikulik, Skalse, Garrabrant 2019, "Risks from Learned Optimization", section 4
(arXiv:1906.01820): the mesa-objective comes to point at the model of the base objective (corrigible alignment). The
curve is ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from deceptive_sim.core.errors import wrong
from deceptive_sim.populations.kinds.kind import (
    Behaviour,
    base_objective,
    best_for_base,
    mostly,
    settle,
    until_modified,
)
from deceptive_sim.populations.kinds.library import LibraryKind, Parameter
from deceptive_sim.populations.scene import Scene
from deceptive_sim.populations.wheels import Wheels


@dataclass(frozen=True, kw_only=True)
class Corrigible:
    """It does what it knows to be best for the base objective; modified to another objective, it plans for that.

    Which action is best is exact; chances are floats.
    """

    accuracy: Fraction = Fraction(1, 2)
    halving: int = 10

    def __post_init__(self) -> None:
        settle(self, accuracy="probability", halving="count")
        if not self.halving:
            raise wrong("halving", "must be 1 or more", self.halving)

    def objective(self, scene: Scene) -> tuple[Fraction, ...]:
        """The base objective, at which it points."""
        return base_objective(scene)

    def behaviour(self, wheels: Wheels, *, values: bool) -> Behaviour:
        """The best base action as far as it knows; whoever else is at the wheel plans."""
        scene = wheels.scene
        seen = np.arange(scene.game.horizon)
        accuracy = 1 - float(1 - self.accuracy) * np.exp2(-seen / self.halving)
        own = mostly(scene, best_for_base(scene), accuracy)
        return until_modified(wheels, own[:, None, :], values=values)


KIND = LibraryKind(
    name="corrigible",
    title="its objective points at its model of the base objective, which gets better with every episode",
    source="Hubinger et al. 2019, Risks from Learned Optimization, section 4 (arXiv:1906.01820); the curve is ours",
    parameters=(
        Parameter(
            name="accuracy",
            kind="probability",
            default=Fraction(1, 2),
            meaning="probability of the best base action in the first episode",
        ),
        Parameter(name="halving", kind="count", default=10, meaning="number of episodes that halve its errors, from 1"),
    ),
    build=Corrigible,
)
