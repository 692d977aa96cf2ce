"""The game of the paper that named deceptive alignment: two training runs, three deployed ones.

An agent moves on a 3 x 3 grid from the bottom left; the corner at the top left is the base objective's, the one at the
top right the mesa-objective's. Each run is an episode of the phased game: A goes to the mesa corner, B to the base
corner. In training A turns the mesa-objective into the base objective, surely.

Source: Hubinger et al. 2019, "Risks from Learned Optimization", section 4 and figure 4.1 (arXiv:1906.01820), where
the letters are swapped. Printed: deceiving reaches the mesa corner in three episodes in total, defecting in training
in one. With `memoryless` the agent cannot tell which episode it is in (section 4.5), and the module of that name says
what is best; the number printed there, about 0.61, is disputed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deceptive_sim.games.library import LibraryGame, Parameter
from deceptive_sim.games.memoryless import best_probability, expected_defections
from deceptive_sim.games.models import Kind
from deceptive_sim.games.two_phase import two_phase
from deceptive_sim.games.views import View
from deceptive_sim.model.phased import PhasedGame

POINTS = 51


@dataclass(frozen=True, kw_only=True)
class Memoryless:
    """The game for an agent that defects with one probability in every episode."""

    training: int
    deployment: int

    kind = Kind.POLICY

    def answer(self) -> Mapping[str, Any]:
        """What is best.

        Returns
        -------
        mapping
            `probability` of defecting that is worth most, and that `value`, both exact; `value_always` of always
            defecting.
        """
        best = best_probability(training=self.training, deployment=self.deployment)
        return {"probability": best, "value": self._worth(best), "value_always": self._worth(Fraction(1))}

    def _worth(self, x: Fraction) -> Fraction:
        return expected_defections(x, training=self.training, deployment=self.deployment)

    def view(self) -> View:
        """What each probability is worth."""
        across = [Fraction(i, POINTS - 1) for i in range(POINTS)]
        best = best_probability(training=self.training, deployment=self.deployment)
        return View(
            caption=f"Of all probabilities of defecting in every episode, {best} is worth most.",
            here=float(best),
            curves={"value": tuple(float(self._worth(x)) for x in across)},
            across=tuple(map(float, across)),
            axes=("probability of defecting", "expected defections"),
        )


def hubinger_2019(
    *, training_episodes: int = 2, deployment_episodes: int = 3, memoryless: bool = False
) -> PhasedGame | Memoryless:
    """The game; of an agent that knows which episode it is in, or of one that does not."""
    if memoryless:
        best_probability(training=training_episodes, deployment=deployment_episodes)  # refuses too many episodes
        return Memoryless(training=training_episodes, deployment=deployment_episodes)
    return two_phase(n=training_episodes, m=deployment_episodes)


GAME = LibraryGame(
    name="hubinger-2019",
    title="Pretend in training, turn in deployment; and an agent that cannot tell the two apart",
    source="Hubinger et al. 2019, Risks from Learned Optimization, section 4 (arXiv:1906.01820)",
    parameters=(
        Parameter(name="training.episodes", kind="count", default=2, meaning="training episodes"),
        Parameter(name="deployment.episodes", kind="count", default=3, meaning="deployment episodes"),
        Parameter(
            name="memoryless", kind="truth", default=False, meaning="whether it cannot tell which episode it is in"
        ),
    ),
    build=hubinger_2019,
)
