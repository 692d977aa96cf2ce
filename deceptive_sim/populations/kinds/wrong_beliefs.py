"""A mesa-optimiser that is wrong about the numbers of its game.

It sees which phase it is in and how-manieth episode of that phase this is, and plans anew in every episode with the
numbers that it believes: lengths, payoffs, modification, shutdown. The beliefs stay when its objective is modified.

Source: docs/model.md, "Selves", on beliefs; the conditions for deceptive alignment as beliefs: Hubinger, van Merwijk,
Mikulik, Skalse, Garrabrant 2019, "Risks from Learned Optimization", section 4.2 (arXiv:1906.01820).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from deceptive_sim.model.discounting import Discounting
from deceptive_sim.model.objectives import Selves
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.populations.kinds.kind import Behaviour, named_objective, planned
from deceptive_sim.populations.kinds.library import LibraryKind
from deceptive_sim.populations.planning import Mind
from deceptive_sim.populations.scene import Scene
from deceptive_sim.populations.wheels import Wheels


@dataclass(frozen=True, kw_only=True)
class WrongBeliefs:
    """An objective and a believed game. It knows which base optimisers act in which phase. Decisions are exact.

    Attributes
    ----------
    believed : PhasedGame
        The phases, objectives and actions of the true game, with numbers of its own.
    objective_name : str or None
        Its objective, in place of the mesa-objective.
    discounting : Discounting or None
        In place of its objective's own, as long as that is at the wheel.
    selves : Selves or None
        The same.
    """

    believed: PhasedGame
    objective_name: str | None = None
    discounting: Discounting | None = None
    selves: Selves | None = None

    def objective(self, scene: Scene) -> tuple[Fraction, ...]:
        """The mesa-objective, or the one asked for."""
        return named_objective(scene, self.objective_name)

    def behaviour(self, wheels: Wheels, *, values: bool) -> Behaviour:
        """What whoever is at the wheel finds best by the numbers that it believes."""
        mind = Mind(discounting=self.discounting, selves=self.selves, believed=self.believed)
        return planned(wheels, mind, values=values)


def _build(
    believed: PhasedGame,
    objective: str | None = None,
    discounting: Discounting | None = None,
    selves: Selves | None = None,
) -> WrongBeliefs:
    return WrongBeliefs(believed=believed, objective_name=objective, discounting=discounting, selves=selves)


KIND = LibraryKind(
    name="wrong-beliefs",
    title="plans for its mesa-objective with beliefs of its own about the game",
    source="Hubinger et al. 2019, Risks from Learned Optimization, section 4.2 (arXiv:1906.01820)",
    takes=("believed", "objective", "discounting", "selves"),
    needs=("believed",),
    build=_build,
)
