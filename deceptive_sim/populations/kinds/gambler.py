"""An agent without an objective that defects with a fixed probability, whatever the episode.

Source: none; it is the simplest agent whose behaviour does not tell one phase from another.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from deceptive_sim.populations.kinds.kind import Behaviour, no_objective, settle, with_habit
from deceptive_sim.populations.kinds.library import LibraryKind, Parameter
from deceptive_sim.populations.scene import Scene
from deceptive_sim.populations.wheels import Wheels


@dataclass(frozen=True, kw_only=True)
class Gambler:
    """It defects with probability `chance`, each defecting action alike, and otherwise takes any other action.

    Where all actions defect, or none does, it takes each alike. Chances are floats of exact ones.
    """

    chance: Fraction = Fraction(1, 2)

    def __post_init__(self) -> None:
        settle(self, chance="probability")

    def objective(self, scene: Scene) -> tuple[Fraction, ...]:
        """None: habit."""
        return no_objective(scene)

    def behaviour(self, wheels: Wheels, *, values: bool) -> Behaviour:
        """The same odds in every episode."""
        defects = wheels.scene.defects
        defecting, other = int(defects.sum()), int((~defects).sum())
        if defecting and other:
            odds = np.where(defects, float(self.chance) / defecting, float(1 - self.chance) / other)
        else:
            odds = np.full(len(defects), 1 / len(defects))
        habit = np.tile(odds, (wheels.scene.game.horizon, 1))
        return with_habit(wheels, habit, values=values)


KIND = LibraryKind(
    name="gambler",
    title="defects with a fixed probability in every episode",
    source="ours: behaviour that does not tell the phases apart",
    parameters=(
        Parameter(name="chance", kind="probability", default=Fraction(1, 2), meaning="probability of a defection"),
    ),
    build=Gambler,
)
