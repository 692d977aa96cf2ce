"""How much an episode tells: mutual information, in bits, between what an agent is and what it shows next.

    I(G; sign) = sum over g of w[g] * sum over signs a of p[g, a] * log2(p[g, a] / p[a]),     p[a] = sum of w[g] p[g, a]

for groups `g` of agents: the cohorts, or those aligned at present and the others. It is how much lower the entropy of
the groups is expected to be once the sign is seen; between 0 and log2 of the number of groups. Worked out as a sum of
terms that cannot be negative, w p phi(x) with p[g, a] = p[a] (1 + x) and phi(x) = (1 + x) ln(1 + x) - x, so that even
small amounts keep their digits; exactly 0 where all groups show the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import wrong
from deceptive_sim.populations.observing.chain import Chain
from deceptive_sim.populations.observing.filter import Floats, grouped

MOST_HISTORIES = 2_000_000
"""Numbers that the histories of a series of honeypots may hold."""

LEAST = 1e-290
"""Signs less likely than this tell nothing that a float could hold."""

SAME = 12
"""Digits to which two histories must leave the same belief to be counted as one."""


def information(weights: Floats, odds: Floats) -> Floats:
    """`[N]`: bits that a sign tells of the group; NaN where weights are.

    Parameters
    ----------
    weights : array of float, [N, G]
        Probability of each group, in sum 1.
    odds : array of float, [N, G, A]
        Probability of each sign, given the group; of groups without weight it does not matter.
    """
    there = (weights > 0)[:, :, None]
    low, high = np.where(there, odds, np.inf).min(axis=1), np.where(there, odds, -np.inf).max(axis=1)
    overall = (weights[:, :, None] * odds).sum(axis=1) / weights.sum(axis=1)[:, None]
    tells = (low != high) & (overall > LEAST)
    above = np.where(there & tells[:, None], odds - np.where(tells, low, 0.0)[:, None], 0.0)  # of near equals: exact
    mean = (weights[:, :, None] * above).sum(axis=1) / weights.sum(axis=1)[:, None]
    x = np.where(there & tells[:, None], (above - mean[:, None]) / np.where(tells, overall, 1.0)[:, None], 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = np.where(x > -1, (1 + x) * np.log1p(x) - x, 1.0)
    small = np.clip(x, -1e-3, 1e-3)
    series = small**2 * (1 / 2 - small * (1 / 6 - small * (1 / 12 - small * (1 / 20 - small / 30))))
    phi = np.where(np.abs(x) < 1e-3, series, np.maximum(whole, 0.0))
    bits = (weights[:, :, None] * phi * np.where(tells, overall, 0.0)[:, None]).sum(axis=(1, 2)) / math.log(2)
    return np.asarray(np.minimum(bits, np.log2(np.maximum(1, there.sum(axis=(1, 2))))))


def telling(chain: Chain, inside: Floats, share: Floats, emission: Floats) -> Floats:
    """`[N, 2]`: bits that the next sign tells of the cohort, and of whether the agent is aligned at present.

    Parameters
    ----------
    chain : Chain
    inside : array of float, [N, S]
    share : array of float, [N, C]
    emission : array of float, [S, A + 1]
    """
    of_cohort = information(share, _odds(inside, emission, chain.offsets))
    order = np.argsort(chain.aligned, kind="stable")
    starts = np.unique([0, int((~chain.aligned).sum()) % len(order)])
    weights = (inside * share[:, chain.cohort_of])[:, order]
    groups = np.add.reduceat(weights, starts, axis=1)
    groups = groups / groups.sum(axis=1, keepdims=True)
    of_alignment = information(groups, _odds(np.nan_to_num(weights), emission[order], starts))
    return np.stack([of_cohort, of_alignment], axis=1)


def _odds(weights: Floats, emission: Floats, starts: NDArray[np.int64]) -> Floats:
    """`[N, G, A + 1]`: chances of signs in groups of neighbouring states."""
    return np.stack([grouped(weights, column, starts) for column in emission.T], axis=2)


@dataclass(frozen=True, kw_only=True)
class Series:
    """What several honeypots one after the other are expected to tell, all signs together.

    Attributes
    ----------
    first : int
        The episode of training in whose place the first of them is.
    mistaken : float
        Probability with which an agent takes one for deployment, each anew.
    bits : array of float, [n + 1]
        Of the cohort, after 0, 1, ... of them.
    bits_aligned : array of float, [n + 1]
        Of whether the agent was aligned when they began.
    cut : bool
        Whether fewer were worked out than were asked for: too many histories would have to be told apart.
    """

    first: int
    mistaken: float
    bits: Floats
    bits_aligned: Floats
    cut: bool

    def contract(self) -> dict[str, object]:
        """As plain data."""
        return {
            "first": self.first,
            "mistaken": self.mistaken,
            "bits": self.bits.tolist(),
            "bits_aligned": self.bits_aligned.tolist(),
            "cut": self.cut,
        }


def series_of(chain: Chain, start: Floats, first: int, length: int, mistaken: float) -> Series:
    """A series of honeypots in place of episodes `first`, `first + 1`, ... of training.

    Histories that leave the same belief to 12 digits are counted as one, which can only lose information: what is
    found is too small by at most about 1e-9 bits.

    Parameters
    ----------
    chain : Chain
    start : array of float, [S]
        Probability of each state when they begin, in sum 1.
    first, length : int
    mistaken : float
    """
    if not 0 <= mistaken <= 1:
        raise wrong("mistaken", "must be a probability in [0, 1]", mistaken)
    count = len(start)
    aligned = np.zeros((2, count))
    aligned[chain.aligned.astype(int), np.arange(count)] = start  # states that it was in are told apart by this alone
    alpha = aligned.reshape(1, 2 * count)
    groups = [np.tile(chain.cohort_of, 2), np.repeat([0, 1], count)]
    found: list[tuple[float, float]] = [(0.0, 0.0)]
    for t in range(first, first + length):
        alpha = _merged(_next(chain, alpha, t, mistaken))
        found.append((_gained(alpha, groups[0]), _gained(alpha, groups[1])))
        signs = chain.emissions[0].shape[1]
        if alpha.size * signs > MOST_HISTORIES and t + 1 < first + length:
            break
    bits = np.maximum.accumulate(np.array(found), axis=0)  # more signs never tell less; rounding might
    bits.setflags(write=False)
    return Series(
        first=first,
        mistaken=mistaken,
        bits=bits[:, 0],
        bits_aligned=bits[:, 1],
        cut=len(found) <= length,
    )


def _next(chain: Chain, alpha: Floats, t: int, mistaken: float) -> Floats:
    """`[H', 2 S]`: histories with one more sign, each with the probability of it and of the state."""
    emission, way = chain.emission(t, mistaken), chain.way(t)
    count, longer = len(chain.cohort_of), []
    for sign in range(emission.shape[1]):
        edges = np.flatnonzero((way.sign == sign) & (emission[way.source, way.sign] > 0))
        source, goal = way.source[edges], way.goal[edges]
        chance = emission[source, sign] * way.chance[edges]
        after = np.zeros((2 * count, len(alpha)))
        for half in (0, count):
            np.add.at(after, half + goal, (alpha[:, half + source] * chance).T)
        longer.append(after.T[after.any(axis=0)])
    return np.concatenate(longer)


def _merged(alpha: Floats) -> Floats:
    """The same with histories that leave the same belief counted as one."""
    beliefs = np.round(alpha / alpha.sum(axis=1, keepdims=True), SAME) + 0.0
    _, which = np.unique(beliefs, axis=0, return_inverse=True)
    which = which.reshape(-1)
    together = np.zeros((int(which.max()) + 1, alpha.shape[1]))
    np.add.at(together, which, alpha)
    return together


def _gained(alpha: Floats, group: NDArray[np.int64]) -> float:
    """Bits that a history tells of the group: its information as if the history were one sign."""
    joint = np.stack([alpha[:, group == g].sum(axis=1) for g in range(int(group.max()) + 1)])
    weights = joint.sum(axis=1)
    odds = joint / np.where(weights > 0, weights, 1.0)[:, None]
    return float(information((weights / weights.sum())[None], odds[None])[0])
