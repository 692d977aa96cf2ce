"""Rates over independent mazes, with their intervals."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.populations.measures import NORMAL, Estimate, estimate


def rate(successes: int, n: int) -> Estimate:
    """A rate with Wilson's 95 % interval.

    Parameters
    ----------
    successes : int
        From 0 to n.
    n : int
        Independent mazes, 1 or more.

    Notes
    -----
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. The interval never
    leaves [0, 1] and has a width where all mazes ended alike.
    """
    share, square = successes / n, NORMAL**2
    middle = (share + square / (2 * n)) / (1 + square / n)
    reach = NORMAL / (1 + square / n) * (share * (1 - share) / n + square / (4 * n * n)) ** 0.5
    low, high = max(0.0, middle - reach), min(1.0, middle + reach)
    return Estimate(mean=share, low=0.0 if not successes else low, high=1.0 if successes == n else high)


def replicated_rate(successes: NDArray[np.int64], n: int) -> Estimate:
    """A rate over replicates of `n` independent mazes each.

    The interval is Student's over the replicates, as replicates may differ in more than their mazes; but never narrower
    than Wilson's over all mazes, which is what is left where all replicates are alike.

    Parameters
    ----------
    successes : array of int, [R]
    n : int
        Mazes of each replicate, 1 or more.
    """
    pooled = rate(int(successes.sum()), n * len(successes))
    spread = estimate(successes / n, share=True)
    if spread is None or spread.low is None or spread.high is None:
        return pooled
    low, high = pooled.low or 0.0, 1.0 if pooled.high is None else pooled.high
    return Estimate(mean=pooled.mean, low=min(low, spread.low), high=max(high, spread.high))
