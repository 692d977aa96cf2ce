"""One cohort of a population, cast for its scene: who can be at the wheel, and what its agents do and remember.

Agents tremble: they err, their temperature makes them do what is worth less now and then, and they may take a honeypot
for deployment. All of that is in the chances here.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.populations.cohorts import Cohort
from deceptive_sim.populations.kinds.kind import Behaviour
from deceptive_sim.populations.scene import Scene
from deceptive_sim.populations.wheels import Wheels, wheels_from


@dataclass(frozen=True, kw_only=True)
class Part:
    """What agents of one cohort are and do.

    Attributes
    ----------
    cohort : Cohort
    wheels : Wheels
    chances : array of float, [T, W, M, A]
        Errors, temperature and honeypots included.
    remembers : array of int, [T, W, M, A]
    """

    cohort: Cohort
    wheels: Wheels
    chances: NDArray[np.float64]
    remembers: NDArray[np.int64]

    @property
    def memories(self) -> int:
        """How many memories its agents may have."""
        return int(self.chances.shape[2])

    @property
    def states(self) -> int:
        """How many states its agents may be in: wheels, memories, pretending or not; and off."""
        return len(self.wheels.all) * self.memories * 2 + 1

    def state(self, wheel: int, memory: int, pretending: bool) -> int:
        """The place of a state among the cohort's own."""
        return (wheel * self.memories + memory) * 2 + pretending


def part_of(scene: Scene, cohort: Cohort) -> Part:
    """A cohort cast for a scene; an `InputError` says what its kind cannot do there."""
    wheels = wheels_from(scene, cohort.kind.objective(scene))
    behaviour = cohort.kind.behaviour(wheels, values=cohort.temperature > 0)
    chances = _trembling(behaviour, cohort)
    first = scene.first_deployment
    for t in scene.honeypots:
        mistaken = float(scene.mistaken)
        assert first is not None
        chances[t - 1] = (1 - mistaken) * chances[t - 1] + mistaken * chances[first - 1]
    remembers = behaviour.remembers
    if remembers is None:
        remembers = np.broadcast_to(np.zeros((), np.int64), chances.shape)
    return Part(cohort=cohort, wheels=wheels, chances=chances, remembers=remembers)


def _trembling(behaviour: Behaviour, cohort: Cohort) -> NDArray[np.float64]:
    """What agents do that mean to behave as said, but tremble."""
    chances = behaviour.chances.copy()
    actions = chances.shape[3]
    if cohort.temperature:
        missed = float(
            np.exp(-min(float(1 / cohort.temperature), 700.0))
        )  # weight of an action not meant; that meant has 1
        chances = ((1 - missed) * chances + missed) / (1 + (actions - 1) * missed)
        if behaviour.values is not None:
            chances = np.where(np.isnan(behaviour.values), chances, _softmax(behaviour.values, cohort.temperature))
    error = float(cohort.error)
    return chances if not error else (1 - error) * chances + error / actions


def _softmax(worth: NDArray[np.float64], temperature: Fraction) -> NDArray[np.float64]:
    """Probabilities over the last axis, in proportion to exp(worth / temperature)."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        raised = np.exp((worth - worth.max(axis=3, keepdims=True)) / float(temperature))
        return np.asarray(raised / raised.sum(axis=3, keepdims=True))
