"""Rates over independent mazes, with their intervals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.populations.measures import NORMAL, Estimate, estimate


def rate(successes: float, n: int) -> Estimate:
    """A rate with Wilson's 95 % interval.

    Parameters
    ----------
    successes : float
        From 0 to n; no whole number where each maze has a worth from 0 to 1, which varies no more than a yes or no of
        the same mean, so that the interval is too wide rather than too narrow.
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
    """A rate over replicates of `n` independent mazes each, with the interval of `replicated_share`.

    Parameters
    ----------
    successes : array of int, [R]
    n : int
        Mazes of each replicate, 1 or more.
    """
    pooled = rate(int(successes.sum()), n * len(successes))
    return _never_surer(estimate(successes / n, share=True), pooled)


def replicated_share(shares: NDArray[np.float64], mazes: int) -> Estimate | None:
    """A share, or a worth from 0 to 1, that replicates have on average; None if one of them has none (NaN).

    The interval is Student's over the replicates, as replicates may differ in more than their mazes; but never narrower
    than Wilson's over all mazes, which is what is left where all replicates are alike.

    Parameters
    ----------
    shares : array, [R]
        One or more, from 0 to 1 each.
    mazes : int
        Different mazes behind all of them together: the sum over replicates with mazes of their own, and no more than
        those of one replicate where all have the same.
    """
    spread = estimate(shares, share=True)
    if spread is None:
        return None
    pooled = rate(float(np.mean(shares)) * mazes, mazes)
    return replace(_never_surer(spread, pooled), mean=spread.mean)


def _never_surer(spread: Estimate | None, pooled: Estimate) -> Estimate:
    if spread is None or spread.low is None or spread.high is None:
        return pooled
    low, high = pooled.low or 0.0, 1.0 if pooled.high is None else pooled.high
    return Estimate(mean=pooled.mean, low=min(low, spread.low), high=max(high, spread.high))
