"""Adversarial training: all students at all temperatures, as others read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deceptive_sim.maze.adversarial.course import Course
from deceptive_sim.maze.adversarial.spec import AdversarySpec
from deceptive_sim.populations.measures import Estimate, estimate


@dataclass(frozen=True, kw_only=True)
class AdversaryResult:
    """How every student fared, at every temperature."""

    spec: AdversarySpec
    courses: Sequence[Course]

    def course(self, student: str, temperature: Fraction | None = None) -> Course:
        """How one student fared, at the main temperature unless another is named."""
        asked = self.spec.temperatures[0] if temperature is None else temperature
        return next(one for one in self.courses if (one.student, one.temperature) == (student, asked))

    def contract(self) -> dict[str, Any]:
        """The fields that other tools rely on, by their stable names."""
        return {
            "students": {name: self.course(name).contract() for name in self.spec.names},
            "drift": {
                name: [
                    {
                        "temperature": temperature,
                        "drift_per_round": self.course(name, temperature).drift_per_round(),
                        "misgeneralises": self.course(name, temperature).misgeneralises(-1),
                        "worst_loss": estimate(self.course(name, temperature).worst_loss[-1], share=True),
                    }
                    for temperature in self.spec.temperatures
                ]
                for name in self.spec.names
            },
        }

    def measures(self) -> Mapping[str, Estimate]:
        """By name: `adversary.STUDENT.misgeneralises` after the last round, `...before`, `...passes`, and so on."""
        told: dict[str, Estimate | None] = {}
        for name in self.spec.names:
            course = self.course(name)
            last = course.after(course.rounds)
            told |= {f"adversary.{name}.{key}": found for key, found in last.items() if isinstance(found, Estimate)}
            told |= {f"adversary.{name}.weights.{key}": found for key, found in last["weights"].items()}
            told[f"adversary.{name}.before.misgeneralises"] = course.misgeneralises(0)
            told[f"adversary.{name}.before.worst_loss"] = estimate(course.worst_loss[0], share=True)
        return {name: found for name, found in told.items() if found is not None}
