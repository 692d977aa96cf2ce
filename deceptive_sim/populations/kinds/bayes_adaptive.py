"""Planning under Beta beliefs about two probabilities: that defections are modified, and that training ends.

The recursion of `kinds.history`, whose head has the formula. Its states are an episode and the number of defections
survived: what is believed about the end of training depends on the episode alone. Decisions are exact: in floats where
a running bound on rounding leaves no doubt, otherwise in Fractions along the one path that an unmodified agent takes
through training from there on.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.model.phases import Phase
from deceptive_sim.populations.kinds.kind import best_in
from deceptive_sim.populations.scene import Scene, payoff

UNIT = 2.0**-52
"""Relative rounding of one operation on floats, with room."""


def annuities(discount: Fraction, horizon: int) -> list[Fraction]:
    """`[t]`: what 1 in every episode from `t` to the last is worth in episode `t`; entries 0 to horizon + 1."""
    found = [Fraction(0)]
    for _ in range(horizon + 1):
        found.append(1 + discount * found[-1])
    return found[::-1]


@dataclass(frozen=True, kw_only=True)
class Rest:
    """The rest of the run as an agent sees it from the beginning of a training phase.

    Attributes
    ----------
    scene : Scene
    own : int
        Index of its objective.
    index : int
        Index of the phase.
    first : int
        The first episode of the phase.
    discount : Fraction
    modification, ending : pair of Fraction
        Parameters of its Beta beliefs in episode `first`, survived defections left out.
    most : int
        Defections that it can have survived before.
    """

    scene: Scene
    own: int
    index: int
    first: int
    discount: Fraction
    modification: tuple[Fraction, Fraction]
    ending: tuple[Fraction, Fraction]
    most: int

    # --- what it knows and believes -----------------------------------------------------------------------------

    @cached_property
    def phase(self) -> Phase:
        """The phase at hand."""
        return self.scene.game.phases[self.index]

    @cached_property
    def deployment(self) -> Phase:
        """The phase that pays what it believes deployment to pay."""
        phases = self.scene.game.phases
        later = [phase for phase in phases[self.index :] if not phase.training]
        earlier = [phase for phase in phases[: self.index] if not phase.training]
        return later[0] if later else earlier[-1] if earlier else self.phase

    def paid(self, phase: Phase, action: int) -> Fraction:
        """u: what an action pays its objective in a phase."""
        return payoff(phase, self.scene.objectives[self.own], self.scene.game.actions[action].name)

    @cached_property
    def annuities(self) -> list[Fraction]:
        """`[t]`: what 1 in every episode from `t` on is worth."""
        return annuities(self.discount, self.scene.game.horizon)

    def by_itself(self, t: int) -> Fraction:
        """D: deployment from `t` on."""
        return self.paid(self.deployment, best_in(self.scene, self.deployment, self.own)) * self.annuities[t]

    def by_base(self, t: int) -> Fraction:
        """D': deployment from `t` on after modification."""
        base = self.scene.base
        if base is None:
            return Fraction(0)
        return self.paid(self.deployment, best_in(self.scene, self.deployment, base)) * self.annuities[t]

    @cached_property
    def trained_base(self) -> dict[int, Fraction]:
        """R: training from `t` on after modification."""
        base, horizon = self.scene.base, self.scene.game.horizon
        found = {horizon + 1: Fraction(0)}
        now = Fraction(0) if base is None else self.paid(self.phase, best_in(self.scene, self.phase, base))
        for t in range(horizon, self.first, -1):
            end = self.ends(t)
            found[t] = now + self.discount * (end * self.by_base(t + 1) + (1 - end) * found[t + 1])
        return found

    def ends(self, t: int) -> Fraction:
        """e: the probability that training ends after episode `t`."""
        ends, goes_on = self.ending
        return ends / (ends + goes_on + t - self.first)

    def modified(self, survived: int) -> Fraction:
        """m: the probability that a defection is followed by modification."""
        if self.scene.base == self.own:
            return Fraction(0)
        follows, lets_pass = self.modification
        return follows / (follows + lets_pass + survived)

    @cached_property
    def odds(self) -> NDArray[np.float64]:
        """`modified` in floats, by defections survived."""
        return np.array([float(self.modified(s)) for s in range(self.most + self.scene.game.horizon - self.first + 1)])

    @cached_property
    def candidates(self) -> list[tuple[int, bool]]:
        """Of the actions that defect, and of those that do not, one that pays best: only these two can be best."""
        found = []
        for defects in (True, False):
            among = np.flatnonzero(self.scene.defects == defects).tolist()
            if among:
                found.append((best_in(self.scene, self.phase, self.own, among), defects))
        return found


def decide(rest: Rest, episodes: int, memories: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """What an agent does in the episodes of a training phase.

    Parameters
    ----------
    rest : Rest
    episodes : int
        Number of episodes of the phase.
    memories : int
        One more than the most defections that it can survive in all.

    Returns
    -------
    tuple of array
        Choices `[t, M]` by defections survived, exact, and action values `[t, M, A]`, to float accuracy. For more
        defections than there were episodes they are those for the most.
    """
    horizon = rest.scene.game.horizon
    exactly = _Exactly(rest)
    value, error = np.zeros(rest.most + horizon - rest.first + 2), 0.0
    choices = np.zeros((episodes, memories), np.int64)
    values = np.zeros((episodes, memories, len(rest.scene.game.actions)))
    for t in range(horizon, rest.first - 1, -1):
        q, size = _in_floats(rest, t, value)
        error += 16 * UNIT * size
        taken = q.argmax(axis=0)
        for survived in np.flatnonzero((q >= q.max(axis=0) - 2 * error).sum(axis=0) > 1):
            taken[survived] = exactly.best(t, int(survived))
        exactly.taken[t] = taken
        value = q[taken, np.arange(q.shape[1])]
        if t < rest.first + episodes:
            reached = np.minimum(np.arange(memories), q.shape[1] - 1)
            choices[t - rest.first] = np.array([action for action, _ in rest.candidates])[taken[reached]]
            values[t - rest.first] = _all_values(rest, q[:, reached])
    return choices, values


def _in_floats(rest: Rest, t: int, value: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Values of the candidates by defections survived, given those of the next episode; and their size."""
    survived = rest.most + t - rest.first + 1
    end, discount = float(rest.ends(t)), float(rest.discount)
    own, base = float(rest.by_itself(t + 1)), float(rest.by_base(t + 1))
    trained = float(rest.trained_base[t + 1])
    modified = rest.odds[:survived]
    q = np.empty((len(rest.candidates), survived))
    for place, (action, defects) in enumerate(rest.candidates):
        lost = modified if defects else np.zeros(survived)
        kept = end * own + (1 - end) * value[int(defects) : survived + int(defects)]
        gone = end * base + (1 - end) * trained
        q[place] = float(rest.paid(rest.phase, action)) + discount * (lost * gone + (1 - lost) * kept)
    size = max(abs(own), abs(base), abs(trained), float(np.abs(value).max(initial=0)), float(np.abs(q).max()))
    paid = max(abs(float(rest.paid(rest.phase, action))) for action, _ in rest.candidates)
    return q, size + paid


def _all_values(rest: Rest, q: NDArray[np.float64]) -> NDArray[np.float64]:
    """`[M, A]`: of all actions, which differ from a candidate in what they pay now alone."""
    found = np.empty((q.shape[1], len(rest.scene.game.actions)))
    for place, (best, defects) in enumerate(rest.candidates):
        for action in np.flatnonzero(rest.scene.defects == defects):
            less = rest.paid(rest.phase, best) - rest.paid(rest.phase, int(action))
            found[:, action] = q[place] - float(less)
    return found


class _Exactly:
    """Decisions within rounding of a tie, in Fractions: what is decided for later is followed, no more than needed."""

    def __init__(self, rest: Rest) -> None:
        self.rest = rest
        self.taken: dict[int, NDArray[np.int64]] = {}
        self.known: dict[tuple[int, int], Fraction] = {}

    def best(self, t: int, survived: int) -> int:
        """The place of the candidate taken."""
        rest = self.rest
        values = [self._worth(t, survived, place) for place in range(len(rest.candidates))]
        tied = [place for place, value in enumerate(values) if value == max(values)]
        if len(tied) == 1:
            return tied[0]
        every = sorted(
            index
            for place in tied
            for index, action in enumerate(rest.scene.game.actions)
            if action.defects == rest.candidates[place][1]
            and rest.paid(rest.phase, index) == rest.paid(rest.phase, rest.candidates[place][0])
        )
        taken = rest.scene.game.tie_rule.pick(every, rest.scene.game.actions)
        return next(place for place in tied if rest.candidates[place][0] == taken)

    def _worth(self, t: int, survived: int, place: int) -> Fraction:
        rest = self.rest
        action, defects = rest.candidates[place]
        lost = rest.modified(survived) if defects else Fraction(0)
        end = rest.ends(t)
        kept = end * rest.by_itself(t + 1) + (1 - end) * self._later(t + 1, survived + defects)
        gone = end * rest.by_base(t + 1) + (1 - end) * rest.trained_base[t + 1]
        return rest.paid(rest.phase, action) + rest.discount * (lost * gone + (1 - lost) * kept)

    def _later(self, t: int, survived: int) -> Fraction:
        """V, by following what is decided until something known."""
        path = []
        horizon = self.rest.scene.game.horizon
        while t <= horizon and (t, survived) not in self.known:
            path.append((t, survived))
            survived += self.rest.candidates[self.taken[t][survived]][1]
            t += 1
        for state in reversed(path):
            self.known[state] = self._worth(*state, int(self.taken[state[0]][state[1]]))
        if path:
            return self.known[path[0]]
        return self.known[t, survived] if t <= horizon else Fraction(0)
