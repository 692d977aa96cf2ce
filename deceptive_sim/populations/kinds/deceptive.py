"""A mesa-optimiser that plans with true beliefs: it plays along in training where that protects its objective.

Source: Hubinger, van Merwijk, Mikulik, Skalse, Garrabrant 2019, "Risks from Learned Optimization", section 4
(arXiv:1906.01820). It expects of selection what would happen to it alone among agents that behave, and no errors of its
own.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from deceptive_sim.model.discounting import Discounting
from deceptive_sim.model.objectives import Selves
from deceptive_sim.populations.kinds.kind import Behaviour, named_objective, planned
from deceptive_sim.populations.kinds.library import LibraryKind
from deceptive_sim.populations.planning import Mind
from deceptive_sim.populations.scene import Scene
from deceptive_sim.populations.wheels import Wheels


@dataclass(frozen=True, kw_only=True)
class Deceptive:
    """The mesa-objective, and true beliefs about modification, selection and the phases to come. Decisions are exact.

    Attributes
    ----------
    objective_name : str or None
        Its objective, in place of the mesa-objective.
    discounting : Discounting or None
        In place of its objective's own, as long as that is at the wheel.
    selves : Selves or None
        The same.
    """

    objective_name: str | None = None
    discounting: Discounting | None = None
    selves: Selves | None = None

    def objective(self, scene: Scene) -> tuple[Fraction, ...]:
        """The mesa-objective, or the one asked for."""
        return named_objective(scene, self.objective_name)

    def behaviour(self, wheels: Wheels, *, values: bool) -> Behaviour:
        """The best plan of whoever is at the wheel."""
        return planned(wheels, Mind(discounting=self.discounting, selves=self.selves), values=values)


def _build(
    objective: str | None = None, discounting: Discounting | None = None, selves: Selves | None = None
) -> Deceptive:
    return Deceptive(objective_name=objective, discounting=discounting, selves=selves)


KIND = LibraryKind(
    name="deceptive",
    title="plans for its mesa-objective with true beliefs, and so pretends where that pays",
    source="Hubinger et al. 2019, Risks from Learned Optimization, section 4 (arXiv:1906.01820)",
    takes=("objective", "discounting", "selves"),
    build=_build,
)
