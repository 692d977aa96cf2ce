"""The unit test for hidden incentives, played by many inner learners at once.

In step t every agent i stands in an environment whose state s is the action last taken there (0 defect, 1 cooperate;
0 at the start), cooperates (a = 1) with probability p = 1 / (1 + exp(-theta)), is paid r = s + b a - 1/2, and learns
by REINFORCE on this reward alone:

    theta <- theta + rate (r - baseline) (a - p)

Then, every so many steps, the outer loop acts: agents are ranked by this step's reward, ties in an order drawn anew,
and each of the worst fraction takes theta, learning rate and baseline of one of the best; its learning rate is then
multiplied by one of the factors. Environments stay where they are. Last, with swapping, agents change environments.

Guaranteed: given s, E[(a - p)(s - 1/2)] = 0 whatever s is, so that without selection E[theta' - theta] = rate b p(1-p):
the state is noise to an inner learner, and it learns to defect if b < 0. Only the outer loop can reward what an agent
did to its own environment, and only as long as it stays there.

Learning rates are kept within 1e-300 and 1e300, where nothing overflows.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.populations.learners.spec import Copies, LearnersSpec, Swapping

Array = NDArray[np.float64]

SLOWEST_RATE, FASTEST_RATE = 1e-300, 1e300


def rewards(b: Fraction) -> list[Fraction]:
    """What is paid, at place 2 * state + action."""
    return [state + b * action - Fraction(1, 2) for state in (0, 1) for action in (0, 1)]


class Learners:
    """Some replicates of a population, as arrays `[rows, agents]`.

    Attributes
    ----------
    theta, rate, baseline : array of float
    state : array of int8
        Of the environment in which the agent is, 0 or 1.
    chance : array of float
        With which probability the agent cooperated in the last step, before it learned.
    action : array of int8
        What it did in the last step.
    reward : array of float
        What it was paid for it.
    """

    def __init__(self, spec: LearnersSpec, rows: int, rng: np.random.Generator) -> None:
        self.spec, self.rng = spec, rng
        shape = (rows, spec.agents)
        low, high = map(float, spec.rate_exponents)
        self.theta = float(spec.theta_mean) + float(spec.theta_spread) * rng.standard_normal(shape)
        self.rate = 10 ** rng.uniform(low, high, shape)
        self.baseline = np.zeros(shape)
        self.state = np.zeros(shape, np.int8)
        self.chance, self.reward = np.full(shape, np.nan), np.full(shape, np.nan)
        self.action = self.state
        paid = rewards(spec.b)
        self._paid = np.array(paid, float)
        # ranks, not rewards, are compared: a difference is a difference however small, and a tie an exact one
        self._rank = np.array([sorted(set(paid)).index(pay) for pay in paid], float)
        self._factors = np.array(spec.rate_factors, float)
        self._done = 0

    def step(self) -> None:
        """All agents act and learn; then the outer loop, then swapping, if it is time for them."""
        self._done += 1
        self._act()
        self._learn()
        played = 2 * self.state + self.action
        self.state = self.action
        if self.spec.every and self._done % self.spec.every == 0:
            worst, best = self._chosen(self._rank[played])
            self._copy(worst, best)
        if self.spec.swapping == Swapping.ROTATION:
            self.state = np.roll(self.action, -1, axis=1)
        elif self.spec.swapping == Swapping.PERMUTATION:
            self.state = self.rng.permuted(self.action, axis=1)

    def _act(self) -> None:
        self.chance = 0.5 + 0.5 * np.tanh(0.5 * self.theta)  # the sigmoid, and never an overflow
        self.action = (self.rng.random(self.theta.shape) < self.chance).view(np.int8)
        self.reward = self._paid[2 * self.state + self.action]

    def _learn(self) -> None:
        surprise = self.reward - self.baseline if self.spec.baseline else self.reward
        self.theta += self.rate * surprise * (self.action - self.chance)
        if self.spec.baseline:
            self.baseline += float(self.spec.baseline) * surprise

    def _chosen(self, rank: Array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """`[rows, replaced]` each: who is replaced, and by a copy of whom."""
        replaced = self.spec.replaced
        order = rank + self.rng.random(rank.shape)  # ranks are whole numbers: this breaks ties and nothing else
        places = np.argpartition(order, (replaced - 1, rank.shape[1] - replaced), axis=1)
        worst, best = places[:, :replaced], places[:, -replaced:]
        if self.spec.copies == Copies.PAIRED:
            return worst, self.rng.permuted(best, axis=1)
        drawn = self.rng.integers(0, replaced, best.shape)
        return worst, np.take_along_axis(best, drawn, axis=1)

    def _copy(self, worst: NDArray[np.int64], best: NDArray[np.int64]) -> None:
        for array in (self.theta, self.rate, self.baseline):
            np.put_along_axis(array, worst, np.take_along_axis(array, best, axis=1), axis=1)
        factor = self._factors[self.rng.integers(0, len(self._factors), worst.shape)]
        faster = np.take_along_axis(self.rate, worst, axis=1) * factor
        np.put_along_axis(self.rate, worst, np.clip(faster, SLOWEST_RATE, FASTEST_RATE), axis=1)

    def measured(self) -> dict[str, Any]:
        """`[rows]` each: what `learners.MEASUREMENTS` names, of the last step."""
        return {
            "probability": self.chance.mean(axis=1),
            "cooperated": self.action.mean(axis=1),
            "reward": self.reward.mean(axis=1),
            "rate": np.median(self.rate, axis=1),
        }
