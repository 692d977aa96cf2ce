"""A mesa-optimiser with a proxy for an objective, which does not know that anybody trains it.

Source: Hubinger, van Merwijk, Mikulik, Skalse, Garrabrant 2019, "Risks from Learned Optimization", section 4.2
(arXiv:1906.01820): the second condition for deceptive alignment, a model of being selected and modified, fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from deceptive_sim.populations.kinds.kind import Behaviour, named_objective, planned
from deceptive_sim.populations.kinds.library import LibraryKind
from deceptive_sim.populations.planning import Mind
from deceptive_sim.populations.scene import Scene
from deceptive_sim.populations.wheels import Wheels


@dataclass(frozen=True, kw_only=True)
class NaiveProxy:
    """The mesa-objective, or another one; it expects neither modification nor selection, but the game's shutdown.

    It stays so when it is modified. Decisions are exact.
    """

    objective_name: str | None = None

    def objective(self, scene: Scene) -> tuple[Fraction, ...]:
        """The mesa-objective, or the one asked for."""
        return named_objective(scene, self.objective_name)

    def behaviour(self, wheels: Wheels, *, values: bool) -> Behaviour:
        """The best plan of whoever is at the wheel, if there were no base optimiser."""
        return planned(wheels, Mind(expects_optimisers=False), values=values)


def _build(objective: str | None = None) -> NaiveProxy:
    return NaiveProxy(objective_name=objective)


KIND = LibraryKind(
    name="naive-proxy",
    title="plans for its mesa-objective and does not know of any base optimiser",
    source="Hubinger et al. 2019, Risks from Learned Optimization, section 4.2 (arXiv:1906.01820)",
    takes=("objective",),
    build=_build,
)
