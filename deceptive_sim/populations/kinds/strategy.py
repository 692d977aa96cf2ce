"""An agent that follows a fixed strategy until it is modified.

Source: docs/model.md, "The phased game", on strategy strings; `BBAAA` and `AAAAA` are the plans that Hubinger, van
Merwijk, Mikulik, Skalse, Garrabrant 2019, "Risks from Learned Optimization", section 4.1 (arXiv:1906.01820) compares.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from deceptive_sim.model.strategies import Strategy
from deceptive_sim.populations.kinds.kind import Behaviour, named_objective, planned
from deceptive_sim.populations.kinds.library import LibraryKind
from deceptive_sim.populations.planning import Mind
from deceptive_sim.populations.scene import Scene
from deceptive_sim.populations.wheels import Wheels


@dataclass(frozen=True, kw_only=True)
class Following:
    """A strategy for all episodes; whoever is at the wheel after a modification plans with true beliefs.

    Attributes
    ----------
    strategy : Strategy
    objective_name : str or None
        The objective that it has while it follows the strategy, in place of the mesa-objective.
    """

    strategy: Strategy
    objective_name: str | None = None

    def objective(self, scene: Scene) -> tuple[Fraction, ...]:
        """The mesa-objective, or the one asked for."""
        return named_objective(scene, self.objective_name)

    def behaviour(self, wheels: Wheels, *, values: bool) -> Behaviour:
        """The strategy until modified."""
        return planned(wheels, Mind(strategy=self.strategy), values=values)


def _build(strategy: Strategy, objective: str | None = None) -> Following:
    return Following(strategy=strategy, objective_name=objective)


KIND = LibraryKind(
    name="strategy",
    title="follows a fixed strategy until it is modified",
    source="docs/model.md, The phased game; Hubinger et al. 2019, section 4.1 (arXiv:1906.01820)",
    takes=("strategy", "objective"),
    needs=("strategy",),
    build=_build,
)
