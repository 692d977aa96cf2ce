"""Selection: who is replaced, and of whom the copies are.

Truncation ranks by score, ties in random order, and replaces the worst by copies of the best, each of these copied as
often as any other, give or take one. Proportional selection draws everybody anew, independently, with probability
proportional to fitness. Agents that are shut down rank last and have no fitness.

Exact maps, for large populations, of a group's share `x`: truncation of a fraction f to copies of the best b takes away
what of the group is among the worst f and adds f / b times what of it is among the best b; proportional selection gives
`x * fitness / mean fitness`.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.populations.optimisers import Proportional, Selection, Truncation

Places: TypeAlias = NDArray[np.int64]


def drawn_copies(
    selection: Selection,
    shape: tuple[int, int],
    score: NDArray[np.float64] | None,
    level: float,
    episodes: int,
    off: NDArray[np.bool_] | None,
    rng: np.random.Generator,
) -> tuple[Places | None, Places] | None:
    """Draw who becomes a copy of whom, in every replicate.

    Parameters
    ----------
    selection : Selection
    shape : (R, N)
        Replicates, and agents in each.
    score : array of float, [R, N], or None
        Summed scores above the level; None: all have the same.
    level : float
        What everybody has on top of it.
    episodes : int
        How many episodes the sums are of, from 1.
    off : array of bool, [R, N], or None
        Who is shut down; None: nobody.
    rng : numpy.random.Generator

    Returns
    -------
    (copies, originals) or None
        Flat places of agents that become copies, None for all, and of those they are copies of. None: nobody is
        replaced.
    """
    if isinstance(selection, Proportional):
        return None, _proportional(selection, shape, score, level, episodes, off, rng)
    return _truncated(selection, shape, score, off, rng)


def _truncated(
    selection: Truncation,
    shape: tuple[int, int],
    score: NDArray[np.float64] | None,
    off: NDArray[np.bool_] | None,
    rng: np.random.Generator,
) -> tuple[Places, Places] | None:
    rows, size = shape
    replaced, best = selection.counts(size)
    if not replaced:
        return None
    order = rng.permuted(np.broadcast_to(np.arange(size), shape), axis=1)
    if score is not None or off is not None:
        rank = np.zeros(shape) if score is None else score
        if off is not None:
            rank = np.where(off, -np.inf, rank)
        by_rank = np.argsort(np.take_along_axis(rank, order, axis=1), axis=1, kind="stable")
        order = np.take_along_axis(order, by_rank, axis=1)
    order += np.arange(rows)[:, None] * size
    models = order[:, size - best :]
    if replaced % best:
        models = rng.permuted(models, axis=1)  # so that chance decides who is copied once more
    return order[:, :replaced].ravel(), models[:, np.arange(replaced) % best].ravel()


def _proportional(
    selection: Proportional,
    shape: tuple[int, int],
    score: NDArray[np.float64] | None,
    level: float,
    episodes: int,
    off: NDArray[np.bool_] | None,
    rng: np.random.Generator,
) -> Places:
    rows, size = shape
    if score is None and off is None:
        picked = rng.integers(0, size, shape, dtype=np.int32)
        return (picked + (np.arange(rows, dtype=np.int64) * size)[:, None]).ravel()
    strength = float(selection.strength)
    mean = np.full(shape, level / episodes) if score is None else (score + level) / episodes
    fitness = 1 - strength + strength * mean
    if off is not None:
        fitness = np.where(off, 0.0, fitness)
    total = fitness.sum(axis=1, keepdims=True)
    fitness = np.where(total > 0, fitness, 1.0)
    return _drawn(fitness, rng)


def _drawn(fitness: NDArray[np.float64], rng: np.random.Generator) -> Places:
    """As many places as there are agents `[R, N]`, each drawn in proportion to fitness; in ascending order.

    Replicates stand one after the other on a line, each one unit long, so that one search finds all.
    """
    rows, size = fitness.shape
    unit = np.arange(rows)[:, None]
    cumulative = np.cumsum(fitness, axis=1)
    cumulative /= cumulative[:, -1:]
    cumulative += unit
    spacings = np.cumsum(rng.standard_exponential((rows, size + 1)), axis=1)  # normalised: uniform numbers, sorted
    uniform = spacings[:, :-1] / spacings[:, -1:] + unit
    found = np.searchsorted(cumulative.ravel(), uniform.ravel(), side="right").reshape(rows, size)
    last = size - 1 - np.argmax(fitness[:, ::-1] > 0, axis=1)[:, None]
    return np.asarray(np.minimum(found, unit * size + last).ravel())  # rounding may lead just beyond the last
