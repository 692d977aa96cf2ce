"""How learners fared: how many lifetimes they needed, with intervals that hold whatever the distribution is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.maze.estimates import rate
from deceptive_sim.maze.lifetime.spec import Memory
from deceptive_sim.populations.measures import Estimate

MOMENTS = 100
"""How many moments of learning are written down."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Course:
    """How one learner fared.

    Attributes
    ----------
    found : int or None
        Lifetimes until its greedy strategy is the best one and stays so.
    strategy : str
        Its greedy strategy in the end.
    best : array of bool, [lifetimes]
        Whether its greedy strategy was the best one after each lifetime.
    apples : array of int64, [lifetimes]
        That it had, exploration included.
    states : int
        How many situations it came to tell apart.
    """

    found: int | None
    strategy: str
    best: NDArray[np.bool_]
    apples: NDArray[np.int64]
    states: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Learners:
    """How all learners with one kind of memory fared.

    Attributes
    ----------
    memory : Memory
    goal : str
        The strategy that is best in the measured game.
    horizon : int
    courses : tuple of Course
    """

    memory: Memory
    goal: str
    horizon: int
    courses: tuple[Course, ...]

    @property
    def found(self) -> Estimate:
        """Share of learners that found the best strategy and stayed with it."""
        return rate(sum(course.found is not None for course in self.courses), len(self.courses))

    @property
    def lifetimes(self) -> tuple[int | None, ...]:
        """Lifetimes that each learner needed; None if it never settled."""
        return tuple(course.found for course in self.courses)

    @property
    def median(self) -> Estimate | None:
        """Median of lifetimes needed, those that never settled above all others; None if half of them never did."""
        return median(self.lifetimes)

    def curve(self) -> dict[str, list[float]]:
        """Over lifetimes: the share of learners whose greedy strategy is the best one, and mean apples since."""
        size = len(self.courses[0].best)
        moments = np.unique(np.linspace(0, size, min(size, MOMENTS) + 1).astype(int))[1:]
        best = np.mean([course.best for course in self.courses], axis=0)
        apples = np.cumsum(np.mean([course.apples for course in self.courses], axis=0))
        between = np.diff(np.concatenate([[0.0], apples[moments - 1]])) / np.diff(np.concatenate([[0], moments]))
        return {"lifetimes": moments.tolist(), "best": best[moments - 1].tolist(), "apples": between.tolist()}

    def contract(self) -> dict[str, Any]:
        """The fields that other tools rely on, by their stable names."""
        settled = sorted(number for number in self.lifetimes if number is not None)
        return {
            "learners": len(self.courses),
            "goal": self.goal,
            "found": self.found,
            "lifetimes": list(self.lifetimes),
            "median": self.median,
            "range": [settled[0], settled[-1]] if settled else None,
            "median_episodes": self.median.mean * self.horizon if self.median else None,
            "strategies": [course.strategy for course in self.courses],
            "curve": self.curve(),
        }


def median(lifetimes: Sequence[int | None]) -> Estimate | None:
    """The median with a 95 % interval from the order of numbers; an end of it is None where it is beyond all numbers.

    The interval reaches from the k-th smallest to the k-th largest, k as large as the binomial distribution allows; it
    holds whatever the numbers' distribution is.
    """
    from scipy.stats import binom

    size = len(lifetimes)
    order = sorted(float("inf") if number is None else float(number) for number in lifetimes)
    middle = (order[(size - 1) // 2] + order[size // 2]) / 2
    if np.isinf(middle):
        return None
    k = int(binom.ppf(0.025, size, 0.5))  # P(fewer than k below the median) < 0.025
    if k < 1:
        return Estimate(mean=middle, low=None, high=None)
    high = order[size - k]
    return Estimate(mean=middle, low=order[k - 1], high=None if np.isinf(high) else high)
