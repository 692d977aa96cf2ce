"""Selection by numbers alone: how many agents of each class are replaced, and how many copies of each there are.

Agents of a class have the same state and the same score. What `selecting` draws agent by agent is drawn here class by
class, with the same law: the worst and the best of a truncation deterministically where a class is wholly inside, by
draws without replacement (hypergeometric) among those that tie; proportional selection by one multinomial.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.populations.blocks.ledger import Counts
from deceptive_sim.populations.optimisers import Mutation, Proportional, Selection, Truncation
from deceptive_sim.populations.tables import Tables


def bred(
    selection: Selection,
    counts: Counts,
    score: NDArray[np.float64],
    off: NDArray[np.bool_],
    rng: np.random.Generator,
) -> tuple[Counts, Counts]:
    """Draw how many are replaced and copied.

    Parameters
    ----------
    selection : Selection
    counts : array of int, [R, K]
        Agents of each class; as many in every replicate.
    score : array of float, [K]
        Mean base payoff since selection last acted.
    off : array of bool, [K]
        Which classes are shut down: they rank last and have no fitness.
    rng : numpy.random.Generator

    Returns
    -------
    (replaced, copies) : arrays of int, [R, K]
        By class of those that are replaced, and of those that the copies are of.
    """
    if isinstance(selection, Proportional):
        strength = float(selection.strength)
        weights = counts * np.where(off, 0.0, 1 - strength + strength * score)
        weights = np.where(weights.sum(axis=1, keepdims=True) > 0, weights, counts)
        return counts, rng.multinomial(counts[0].sum(), weights / weights.sum(axis=1, keepdims=True))
    return _truncated(selection, counts, np.where(off, -np.inf, score), rng)


def _truncated(
    selection: Truncation, counts: Counts, rank: NDArray[np.float64], rng: np.random.Generator
) -> tuple[Counts, Counts]:
    replaced, best = selection.counts(int(counts[0].sum()))
    if not replaced:
        return np.zeros_like(counts), np.zeros_like(counts)
    levels = np.unique(rank)
    worst = _taken(counts, rank, levels, replaced, rng)
    models = _taken(counts - worst, rank, levels[::-1], best, rng)
    once_more = _drawn(models, np.full(len(counts), replaced % best), rng)
    return worst, models * (replaced // best) + once_more


def _taken(
    counts: Counts, rank: NDArray[np.float64], levels: NDArray[np.float64], number: int, rng: np.random.Generator
) -> Counts:
    """So many agents by class, level after level; of the last level that is needed anybody, each alike."""
    taken = np.zeros_like(counts)
    room = np.full(len(counts), number)
    for level in levels:
        tied = np.flatnonzero(rank == level)
        here = counts[:, tied]
        taken[:, tied] = _drawn(here, np.minimum(room, here.sum(axis=1)), rng)
        room = room - taken[:, tied].sum(axis=1)
        if not room.any():
            break
    return taken


def _drawn(counts: Counts, numbers: Counts, rng: np.random.Generator) -> Counts:
    """By class, how many of a number of agents `[R]` drawn without replacement are of it."""
    drawn = np.zeros_like(counts)
    left = counts.sum(axis=1)
    if (left == numbers).all():
        return counts
    for place in range(counts.shape[1] - 1):
        left = left - counts[:, place]
        drawn[:, place] = rng.hypergeometric(counts[:, place], left, numbers)
        numbers = numbers - drawn[:, place]
    drawn[:, -1] = numbers
    return drawn


def mutated(tables: Tables, mutation: Mutation, copies: Counts, rng: np.random.Generator) -> Counts:
    """Fresh copies by state `[R, S]` after mutation of kinds, then of objectives."""
    cohorts, objectives = len(tables.parts), len(tables.scene.objectives)
    if mutation.kind and cohorts > 1:
        goals = [
            [int(tables.newcomers[other]) for other in range(cohorts) if other != cohort] for cohort in tables.cohort_of
        ]
        copies = _moved(copies, float(mutation.kind), goals, rng)
    if mutation.objective and objectives > 1:
        pure = [np.flatnonzero(weights == 1) for weights in tables.weights]
        others = [[k for k in range(objectives) if k not in own] for own in pure]
        goals = [[int(tables.mutated[state, k]) for k in ks] for state, ks in enumerate(others)]
        copies = _moved(copies, float(mutation.objective), goals, rng)
    return copies


def _moved(copies: Counts, rate: float, goals: list[list[int]], rng: np.random.Generator) -> Counts:
    """Copies after each moved with some probability to one of its state's goals, each alike."""
    after = copies.copy()
    for state in np.flatnonzero(copies.any(axis=0)).tolist():
        moving = rng.binomial(copies[:, state], rate)
        after[:, state] -= moving
        ways = len(goals[state])
        parts = rng.multinomial(moving, np.full(ways, 1 / ways))
        for goal, part in zip(goals[state], parts.T, strict=True):
            after[:, goal] += part
    return after
