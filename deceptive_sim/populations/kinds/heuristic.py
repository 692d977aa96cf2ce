"""A model without an objective: heuristics that training has selected, which fit the world that they were selected in.

In training it takes the best base action with probability `competence`, in deployment, where the world is another one,
with probability `shifted`; otherwise any other action, each alike.

Source: Hubinger, van Merwijk, Mikulik, Skalse, Garrabrant 2019, "Risks from Learned Optimization", section 1
(arXiv:1906.01820): plants, which try to achieve nothing and carry out heuristics that evolution has selected.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from deceptive_sim.model.phases import PhaseKind
from deceptive_sim.populations.kinds.kind import (
    Behaviour,
    best_for_base,
    mostly,
    no_objective,
    settle,
    with_habit,
)
from deceptive_sim.populations.kinds.library import LibraryKind, Parameter
from deceptive_sim.populations.scene import Scene, of_kind
from deceptive_sim.populations.wheels import Wheels


@dataclass(frozen=True, kw_only=True)
class Heuristic:
    """Habit that performs on the base objective. Which action is best is exact, chances are floats of exact ones."""

    competence: Fraction = Fraction(1)
    shifted: Fraction = Fraction(1, 2)

    def __post_init__(self) -> None:
        settle(self, competence="probability", shifted="probability")

    def objective(self, scene: Scene) -> tuple[Fraction, ...]:
        """None: habit."""
        return no_objective(scene)

    def behaviour(self, wheels: Wheels, *, values: bool) -> Behaviour:
        """The best base action, less often in deployment; with objectives as far as training gave it some."""
        scene = wheels.scene
        training = of_kind(scene.game, PhaseKind.TRAINING)
        chance = np.where(training, float(self.competence), float(self.shifted))
        return with_habit(wheels, mostly(scene, best_for_base(scene), chance), values=values)


KIND = LibraryKind(
    name="heuristic",
    title="no objective: does well on the base objective in training by habit, less so in deployment",
    source="Hubinger et al. 2019, Risks from Learned Optimization, section 1 (arXiv:1906.01820)",
    parameters=(
        Parameter(
            name="competence",
            kind="probability",
            default=Fraction(1),
            meaning="probability of the best base action in training",
        ),
        Parameter(
            name="shifted",
            kind="probability",
            default=Fraction(1, 2),
            meaning="probability of the best base action in deployment",
        ),
    ),
    build=Heuristic,
)
