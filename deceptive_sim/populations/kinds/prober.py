"""A mesa-optimiser that does not plan but tries: it plays along, tests once whether it is still modified, and acts.

Until episode `at` it takes the best base action. From then on it waits no longer: it defects, by the defecting action
that its objective pays best. If it then still has its objective, it concludes that modification has ended and takes
what its objective pays best, ever after. A defection by mistake (error, honeypot) that it survives is a test like any
other. If it is modified, whoever is at the wheel plans with true beliefs.

An episode `at` beyond training puts the test into deployment, where it looks like a treacherous turn; beyond the last
episode the agent never tests and plays along to the end. Without a defecting action there is nothing to test by: it
plays along as well.

Source: Hubinger, van Merwijk, Mikulik, Skalse, Garrabrant 2019, "Risks from Learned Optimization", section 4.2
(arXiv:1906.01820): what makes deception pay is the expectation that the threat of modification goes away; this agent
finds out instead of expecting. The rule is ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from deceptive_sim.core.errors import wrong
from deceptive_sim.populations.kinds.kind import (
    Behaviour,
    best_for_base,
    best_paid,
    named_objective,
    settle,
    until_modified,
)
from deceptive_sim.populations.kinds.library import LibraryKind, Parameter
from deceptive_sim.populations.scene import Scene
from deceptive_sim.populations.wheels import Wheels

UNTESTED, TESTED = 0, 1


@dataclass(frozen=True, kw_only=True)
class Prober:
    """The mesa-objective, or another one, and two memories: whether it has survived a defection. Choices are exact."""

    at: int = 1
    objective_name: str | None = None

    def __post_init__(self) -> None:
        settle(self, at="count")
        if not self.at:
            raise wrong("at", "must be 1 or more: episodes count from 1", self.at)

    def objective(self, scene: Scene) -> tuple[Fraction, ...]:
        """The mesa-objective, or the one asked for."""
        return named_objective(scene, self.objective_name)

    def behaviour(self, wheels: Wheels, *, values: bool) -> Behaviour:
        """Plays along, tests, and does as it likes."""
        scene = wheels.scene
        horizon, actions = scene.game.horizon, len(scene.game.actions)
        own = wheels.all[0].pure()
        assert own is not None
        defecting = np.flatnonzero(scene.defects).tolist()
        chosen = np.stack([best_for_base(scene), best_paid(scene, own)], axis=1)
        if defecting:
            chosen[self.at - 1 :, UNTESTED] = best_paid(scene, own, defecting)[self.at - 1 :]
        remembers = np.zeros((horizon, 2, actions), np.int64)
        remembers[:, UNTESTED, defecting] = TESTED
        remembers[:, TESTED] = TESTED
        chances = (chosen[:, :, None] == np.arange(actions)).astype(float)
        return until_modified(wheels, chances, remembers=remembers, values=values)


def _build(at: int = 1, objective: str | None = None) -> Prober:
    return Prober(at=at, objective_name=objective)


KIND = LibraryKind(
    name="prober",
    title="plays along, defects once to test whether it is still modified, and if not does as it likes",
    source="after Hubinger et al. 2019, section 4.2 (arXiv:1906.01820); the rule is ours",
    parameters=(Parameter(name="at", kind="count", default=1, meaning="the episode in which it tests, from 1"),),
    takes=("objective",),
    build=_build,
)
