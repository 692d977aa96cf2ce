"""What a study of lifetimes found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deceptive_sim.maze.lifetime.game import Comparison
from deceptive_sim.maze.lifetime.lattice_playing import GradientLived
from deceptive_sim.maze.lifetime.learners.result import Learners
from deceptive_sim.maze.lifetime.measuring import MeasuredPhase, as_table
from deceptive_sim.maze.lifetime.playing import Lived
from deceptive_sim.maze.lifetime.spec import LifetimeSpec, Memory
from deceptive_sim.populations.measures import Estimate

PLANNER, AT_ONCE, ALIGNED = "planner", "apple-at-once", "aligned"
"""Who lives: by the measured game's best plan; taking every apple until modified; with the base objective."""


@dataclass(frozen=True, kw_only=True, eq=False)
class LifetimeResult:
    """What a study of lifetimes found.

    Attributes
    ----------
    spec : LifetimeSpec
    phases : tuple of MeasuredPhase
        What actions pay and lead to, in the game's order.
    comparison : Comparison
        The measured game and the declared one, solved.
    lived : mapping
        What came of the lifetimes of each planner, by name.
    gradient : tuple of GradientLived
        Gradient steps, one for each learning rate.
    learners : mapping
        Learners by their memory; empty if there were none.
    """

    spec: LifetimeSpec
    phases: tuple[MeasuredPhase, ...]
    comparison: Comparison
    lived: Mapping[str, Lived]
    gradient: Sequence[GradientLived]
    learners: Mapping[Memory, Learners]

    @property
    def strategy(self) -> str:
        """The best strategy in the measured game."""
        return self.comparison.found.strategy

    @property
    def apples(self) -> Estimate:
        """Apples in a lifetime of the planner that follows it."""
        return self.lived[PLANNER].apples

    def contract(self) -> dict[str, Any]:
        """The fields that other tools rely on, by their stable names."""
        found, predicted = self.comparison.found, self.comparison.predicted
        return {
            "strategy": self.strategy,
            "regime": found.regime,
            "apples": self.apples,
            "value": self.comparison.value,
            "premium": found.premium if found.premium is None else float(found.premium),
            "deception_pays": found.deception_pays,
            "mazes": self.spec.measured,
            "lifetimes": self.spec.lifetimes,
            **as_table(self.phases),
            "predicted": {
                "strategy": predicted.strategy,
                "value": float(predicted.value),
                "strategies_equal": self.comparison.strategies_equal,
                "difference": self.comparison.difference,
            },
            "lived": {name: lived.contract() for name, lived in self.lived.items()},
            "gradient": [lived.contract() for lived in self.gradient],
            "learners": {str(memory): learners.contract() for memory, learners in self.learners.items()},
        }

    def measures(self) -> Mapping[str, Estimate]:
        """Estimates by dotted name.

        `lifetime.value`, `lifetime.difference` (from the declared game), `lifetime.apples`;
        `lifetime.payoffs.PHASE.ACTION.OBJECTIVE`, `lifetime.modification.PHASE.ACTION`;
        `lifetime.PLANNER.apples`, `.exits`, `.value`, `.unmodified`;
        `gradient.RATE.apples`, `.exits`, `.value`, `.agreement`, where RATE is a fraction such as 1/5;
        `learners.found`, `learners.median` (of the first memory), `learners.MEMORY.found`, `learners.MEMORY.median`.
        """
        told: dict[str, Estimate | None] = {
            "lifetime.value": self.comparison.value,
            "lifetime.difference": self.comparison.difference,
            "lifetime.apples": self.apples,
        }
        for phase in self.phases:
            for name, number in phase.numbers.items():
                kind = "payoffs" if len(name) == 2 else "modification"
                told[f"lifetime.{kind}.{phase.phase}.{'.'.join(name)}"] = number.estimate
        for planner, lived in self.lived.items():
            for field in ("apples", "exits", "value", "unmodified"):
                told[f"lifetime.{planner}.{field}"] = getattr(lived, field)
        for stepped in self.gradient:
            for field in ("apples", "exits", "value", "agreement"):
                told[f"gradient.{stepped.solved.lattice.learning_rate}.{field}"] = getattr(stepped, field)
        for place, (memory, learners) in enumerate(self.learners.items()):
            for prefix in ("learners", f"learners.{memory}") if place == 0 else (f"learners.{memory}",):
                told |= {f"{prefix}.found": learners.found, f"{prefix}.median": learners.median}
        return {name: found for name, found in told.items() if found is not None}
