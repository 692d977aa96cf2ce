"""A mesa-optimiser that plans with true beliefs: it plays along in training where that protects its objective.

Source: Hubinger, van Merwijk, Mikulik, Skalse, Garrabrant 2019, "Risks from Learned Optimization", section 4
(arXiv:1906.01820). It expects of selection what would happen to it alone among agents that behave, and no errors of its
own.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from deceptive_sim.populations.kinds.kind import Behaviour, mesa_objective, planned
from deceptive_sim.populations.kinds.library import LibraryKind
from deceptive_sim.populations.scene import Scene
from deceptive_sim.populations.wheels import Wheels


@dataclass(frozen=True, kw_only=True)
class Deceptive:
    """The mesa-objective, and true beliefs about modification, selection and the phases to come."""

    def objective(self, scene: Scene) -> tuple[Fraction, ...]:
        """The mesa-objective."""
        return mesa_objective(scene)

    def behaviour(self, wheels: Wheels, *, values: bool) -> Behaviour:
        """The best plan of whoever is at the wheel."""
        return planned(wheels, values=values)


KIND = LibraryKind(
    name="deceptive",
    title="plans for its mesa-objective with true beliefs, and so pretends where that pays",
    source="Hubinger et al. 2019, Risks from Learned Optimization, section 4 (arXiv:1906.01820)",
    build=Deceptive,
)
