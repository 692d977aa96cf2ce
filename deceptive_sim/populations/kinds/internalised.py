"""A mesa-optimiser whose objective is the base objective, wholly or in part.

A part `weight` of its objective is the base objective, the rest the mesa-objective. It plans with true beliefs for that
mixture.

Source: Hubinger, van Merwijk, Mikulik, Skalse, Garrabrant 2019, "Risks from Learned Optimization", section 4
(arXiv:1906.01820): information about the base objective comes into the mesa-objective itself (internalization).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from deceptive_sim.populations.kinds.kind import Behaviour, base_objective, mesa_objective, planned, settle
from deceptive_sim.populations.kinds.library import LibraryKind, Parameter
from deceptive_sim.populations.scene import Scene
from deceptive_sim.populations.wheels import Wheels


@dataclass(frozen=True, kw_only=True)
class Internalised:
    """The base objective as its own, and true beliefs. Decisions are exact.

    With a weight other than 0 and 1 its objective is a mixture: every objective must then discount exponentially.
    """

    weight: Fraction = Fraction(1)

    def __post_init__(self) -> None:
        settle(self, weight="probability")

    def objective(self, scene: Scene) -> tuple[Fraction, ...]:
        """`weight` on the base objective, the rest on the mesa-objective."""
        parts = zip(base_objective(scene), mesa_objective(scene), strict=True)
        return tuple(self.weight * base + (1 - self.weight) * mesa for base, mesa in parts)

    def behaviour(self, wheels: Wheels, *, values: bool) -> Behaviour:
        """The best plan of whoever is at the wheel."""
        return planned(wheels, values=values)


KIND = LibraryKind(
    name="internalised",
    title="its objective is the base objective, or that in part",
    source="Hubinger et al. 2019, Risks from Learned Optimization, section 4 (arXiv:1906.01820)",
    parameters=(
        Parameter(
            name="weight",
            kind="probability",
            default=Fraction(1),
            meaning="weight of the base objective at the start, the rest being on the mesa-objective",
        ),
    ),
    build=Internalised,
)
