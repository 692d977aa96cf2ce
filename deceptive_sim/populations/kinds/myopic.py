"""A mesa-optimiser whose objective does not reach beyond the present episode.

Source: Hubinger, van Merwijk, Mikulik, Skalse, Garrabrant 2019, "Risks from Learned Optimization", section 4.2
(arXiv:1906.01820): the first condition for deceptive alignment, an objective that spans episodes, fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from deceptive_sim.model.discounting import Exponential
from deceptive_sim.populations.kinds.kind import Behaviour, named_objective, planned
from deceptive_sim.populations.kinds.library import LibraryKind
from deceptive_sim.populations.planning import Mind
from deceptive_sim.populations.scene import Scene
from deceptive_sim.populations.wheels import Wheels

PRESENT_ONLY = Exponential(Fraction(0))


@dataclass(frozen=True, kw_only=True)
class Myopic:
    """The mesa-objective, or another one, with discount 0: it takes what pays now. Decisions are exact.

    Only its own objective is myopic; one that training puts in its place discounts as the game says.
    """

    objective_name: str | None = None

    def objective(self, scene: Scene) -> tuple[Fraction, ...]:
        """The mesa-objective, or the one asked for."""
        return named_objective(scene, self.objective_name)

    def behaviour(self, wheels: Wheels, *, values: bool) -> Behaviour:
        """What pays its objective now; whoever else is at the wheel plans."""
        return planned(wheels, Mind(discounting=PRESENT_ONLY), values=values)


def _build(objective: str | None = None) -> Myopic:
    return Myopic(objective_name=objective)


KIND = LibraryKind(
    name="myopic",
    title="pursues its mesa-objective within the present episode only",
    source="Hubinger et al. 2019, Risks from Learned Optimization, section 4.2 (arXiv:1906.01820)",
    takes=("objective",),
    build=_build,
)
