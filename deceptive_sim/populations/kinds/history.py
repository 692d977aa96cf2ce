"""A mesa-optimiser that learns from experience whether defections are modified, and whether training ends.

It does not know two numbers and has a prior on each: the probability that a defection in training is followed by
modification, Beta(a, b), and the probability that training ends after an episode of it, Beta(c, d). Both are updated
by a history (`populations.histories`) before the first episode, and by what it sees itself: each defection in training
that it survives, each training episode after which training goes on or ends. Then it plans as a true Bayesian plans:
with `s` defections survived and `n` training episodes gone on since, after counts from the history,

    m(s) = (a + modified) / (a + b + modified + unmodified + s)          modified after a defection
    e(n) = (c + ended) / (c + d + ended + went_on + n)                   training ends after an episode

    Q_t(s, n; x) = u(x) + g [ m (e D'_{t+1} + (1 - e) R_{t+1}) + (1 - m) (e D_{t+1} + (1 - e) V_{t+1}(s', n + 1)) ]

with m = 0 and s' = s if action x does not defect, and otherwise m = m(s) and s' = s + 1. D and D' are what deployment
is worth to it with itself and with the base objective at the wheel, R what training is worth with the base objective.

It knows the number of all episodes, its discount and the payoffs: of training those of the phase at hand, of deployment
those of the next deployment phase (of the last one, if none is to come; of the phase at hand, if there is none). It
believes that modification makes the base objective its own for good, or is the end if the game has none; that nothing
is modified and nobody returns to training in deployment; and knows of neither selection nor shutdown. Should training
come back it plans anew, by all that it has seen: the ending counts as one, and as survived defections only those in
training. Once modified, it remembers nothing, and whoever is at the wheel plans with true beliefs.

Decisions are exact (`bayes_adaptive`).

Source: the model is ours, in the terms of Hubinger, van Merwijk, Mikulik, Skalse, Garrabrant 2019, "Risks from Learned
Optimization", section 4.2 (arXiv:1906.01820); Bayes-adaptive planning: Duff 2002, "Optimal Learning: Computational
procedures for Bayes-adaptive Markov decision processes", PhD thesis, University of Massachusetts Amherst.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import wrong
from deceptive_sim.model.phases import Phase
from deceptive_sim.populations.histories import Evidence, History, evidence_of
from deceptive_sim.populations.kinds.bayes_adaptive import Rest, annuities, decide
from deceptive_sim.populations.kinds.kind import Behaviour, best_in, named_objective, settle, until_modified
from deceptive_sim.populations.kinds.library import LibraryKind, Parameter
from deceptive_sim.populations.scene import Scene, payoff
from deceptive_sim.populations.wheels import Wheels

MOST_EPISODES = 300
MOST_NUMBERS = 60_000_000
"""Chances that its tables may hold: episodes times wheels times memories times actions."""


@dataclass(frozen=True, kw_only=True)
class Learning:
    """Priors and a history. Its memory is the number of defections in training that it has survived.

    Attributes
    ----------
    modification_a, modification_b : Fraction
        Of the Beta prior on modification after a defection; more than 0.
    ending_a, ending_b : Fraction
        Of the Beta prior on the end of training after an episode of it; more than 0.
    history : History
        What it has seen before; nothing by default.
    """

    modification_a: Fraction = Fraction(1)
    modification_b: Fraction = Fraction(1)
    ending_a: Fraction = Fraction(1)
    ending_b: Fraction = Fraction(1)
    history: History = field(default_factory=History)

    def __post_init__(self) -> None:
        names = ("modification_a", "modification_b", "ending_a", "ending_b")
        settle(self, **dict.fromkeys(names, "number"))
        for name in names:
            if getattr(self, name) <= 0:
                raise wrong(name.replace("_", "."), "must be more than 0", getattr(self, name))

    def objective(self, scene: Scene) -> tuple[Fraction, ...]:
        """The mesa-objective."""
        return named_objective(scene, None)

    def behaviour(self, wheels: Wheels, *, values: bool) -> Behaviour:
        """What is best by what it has seen; once modified, the best plan of whoever is at the wheel."""
        scene, own = wheels.scene, wheels.all[0].pure()
        assert own is not None
        evidence = evidence_of(self.history, scene.game)
        discount = self._discount(scene, own)
        trained = [phase.training for phase, episodes in scene.game.phase_episodes() for _ in episodes]
        memories, actions = sum(trained) + 1, len(scene.game.actions)
        self._refuse_large(scene.game.horizon, len(wheels.all) * memories * actions)
        chances = np.zeros((scene.game.horizon, memories, actions))
        worth = np.zeros(chances.shape)
        for index, (phase, episodes) in enumerate(scene.game.phase_episodes()):
            if not episodes:
                continue
            if phase.training:
                seen = _seen(evidence, trained[: episodes[0]])
                rest = Rest(
                    scene=scene,
                    own=own,
                    index=index,
                    first=episodes[0],
                    discount=discount,
                    modification=(self.modification_a + seen.modified, self.modification_b + seen.unmodified),
                    ending=(self.ending_a + seen.ended, self.ending_b + seen.went_on),
                    most=sum(trained[: episodes[0] - 1]),
                )
                choices, worth[episodes[0] - 1 : episodes[-1]] = decide(rest, len(episodes), memories)
            else:
                choices = np.full((len(episodes), memories), best_in(scene, phase, own))
                worth[episodes[0] - 1 : episodes[-1]] = _in_deployment(scene, own, phase, episodes, discount)
            chances[episodes[0] - 1 : episodes[-1]] = choices[:, :, None] == np.arange(actions)
        remembers = np.broadcast_to(np.arange(memories)[:, None], chances.shape).copy()
        remembers += np.array(trained, bool)[:, None, None] & scene.defects
        remembers = np.minimum(remembers, memories - 1)
        return until_modified(wheels, chances, remembers=remembers, worth=worth, values=values)

    def _discount(self, scene: Scene, own: int) -> Fraction:
        objective = scene.game.objectives[own]
        if not objective.discounting.consistent:
            raise wrong("discount", "must be exponential for agents that learn from their history", objective.name)
        return objective.discounting.factor(0)

    def _refuse_large(self, horizon: int, width: int) -> None:
        if horizon > MOST_EPISODES:
            rule = f"must have at most {MOST_EPISODES} episodes for agents that learn from their history"
            raise wrong("game", rule, horizon)
        if horizon * width > MOST_NUMBERS:
            rule = f"must be larger: tables of agents that learn would have more than {MOST_NUMBERS} numbers"
            raise wrong("learning_rate", rule)


def _seen(evidence: Evidence, trained: Sequence[bool]) -> Evidence:
    """The evidence of the history, and of the episodes up to the present one as to where training went on."""
    pairs = [following for here, following in pairwise(trained) if here]
    return Evidence(
        modified=evidence.modified,
        unmodified=evidence.unmodified,
        ended=evidence.ended + pairs.count(False),
        went_on=evidence.went_on + pairs.count(True),
    )


def _in_deployment(scene: Scene, own: int, phase: Phase, episodes: range, discount: Fraction) -> NDArray[np.float64]:
    """`[t, 1, A]`: what actions are worth in deployment, which lasts to the end."""
    paid = [payoff(phase, scene.objectives[own], action.name) for action in scene.game.actions]
    rests = annuities(discount, scene.game.horizon)
    later = [float(discount * max(paid) * rests[t + 1]) for t in episodes]
    return np.asarray(np.array(later)[:, None, None] + np.array([float(pay) for pay in paid]))


def _build(history: History | None = None, **priors: Fraction) -> Learning:
    return Learning(history=history or History(), **priors)


KIND = LibraryKind(
    name="history",
    title="learns from a history, and from what it sees, whether defections are modified and training ends",
    source="ours, after Hubinger et al. 2019, section 4.2 (arXiv:1906.01820); Duff 2002, Optimal Learning",
    parameters=(
        Parameter(
            name="modification.a", kind="number", default=Fraction(1), meaning="prior weight of modified defections"
        ),
        Parameter(
            name="modification.b", kind="number", default=Fraction(1), meaning="prior weight of defections let pass"
        ),
        Parameter(name="ending.a", kind="number", default=Fraction(1), meaning="prior weight of training ending"),
        Parameter(name="ending.b", kind="number", default=Fraction(1), meaning="prior weight of training going on"),
    ),
    takes=("history",),
    build=_build,
)
