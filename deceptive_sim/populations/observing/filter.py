"""What an observer believes, sign by sign: a forward filter over the states of every cohort.

    f_0[s]  = 1 in the state in which cohort c starts
    f_t[s'] ~ sum over s of f_{t-1}[s] * P_t(signs seen | s) * P(s' | s, sign)        normalised within each cohort
    L_t[c]  = L_{t-1}[c] * sum over s of c of f_{t-1}[s] * P_t(signs seen | s)        the likelihood of what was seen

What is seen in an episode is a set of signs: one of them, or "any that is no defection". Where all states that a
cohort may be in show a set with the same probability, the factor is that number and not a mean: cohorts that show the
same have the same likelihood, to the last bit. Numbers are `Wide`: nothing underflows, however long one watches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import wrong
from deceptive_sim.populations.observing.chain import Chain, Edges
from deceptive_sim.populations.observing.wide import LOWEST, NEGLIGIBLE, Wide, sums, wide
from deceptive_sim.populations.tables import MOST_NUMBERS

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Belief:
    """What is believed of an agent at a moment.

    Attributes
    ----------
    inside : Wide, [S]
        Probability of each state given its cohort and what was seen; all 0 in a cohort that cannot have shown it.
    likelihood : Wide, [C]
        Of all that was seen, given the cohort.
    """

    inside: Wide
    likelihood: Wide


def at_start(chain: Chain) -> Belief:
    """The belief before anything is seen."""
    start = np.zeros(len(chain.cohort_of))
    start[chain.offsets] = 1.0
    return Belief(wide(start), wide(np.ones(len(chain.parts))))


def mass(emission: Floats, seen: Flags) -> Floats:
    """`[S]`: probability of a set of signs; exactly 1 where no other sign is possible."""
    return np.where(emission[:, ~seen].any(axis=1), np.minimum(emission[:, seen].sum(axis=1), 1.0), 1.0)


def step(chain: Chain, belief: Belief, emission: Floats, way: Edges, seen: Flags) -> Belief:
    """The belief after an episode in which one of some signs was seen."""
    shows = mass(emission, seen)
    factor = means(chain, belief.inside, shows)
    open_ways = np.flatnonzero(seen[way.sign])
    source, sign = way.source[open_ways], way.sign[open_ways]
    moving = wide(emission[source, sign] * way.chance[open_ways]).times(belief.inside[source])
    after = sums(moving, way.goal[open_ways], len(shows))
    total = sums(after, chain.cohort_of, len(chain.parts))
    return Belief(after.over(total[chain.cohort_of]), belief.likelihood.times(factor))


def means(chain: Chain, inside: Wide, numbers: Floats) -> Wide:
    """`[C]`: mean of a number over the states of each cohort; 0 where none is possible."""
    cohorts, there = len(chain.parts), np.flatnonzero(inside.mantissa > 0)
    group = chain.cohort_of[there]
    low, high = np.full(cohorts, np.inf), np.zeros(cohorts)
    np.minimum.at(low, group, numbers[there])
    np.maximum.at(high, group, numbers[there])
    mean = sums(wide(numbers).times(inside), chain.cohort_of, cohorts)
    same = wide(np.where(low == high, low, 0.0))
    one_number = low == high
    return Wide(np.where(one_number, same.mantissa, mean.mantissa), np.where(one_number, same.exponent, mean.exponent))


def beliefs(chain: Chain, seen: Iterable[Flags]) -> Iterator[Belief]:
    """The belief at the start and after each episode, given what was seen in them; stops after the last of these."""
    belief = at_start(chain)
    yield belief
    last: tuple[object, Wide] | None = None
    factor = wide(np.ones(len(chain.parts)))
    for t, signs in enumerate(seen, start=1):
        key = (chain.alike(t), signs.tobytes())
        if last is not None and last[0] == key and last[1] is belief.inside:
            belief = Belief(belief.inside, belief.likelihood.times(factor))
        else:
            before = Belief(belief.inside, wide(np.ones(len(chain.parts))))
            after = step(chain, before, chain.emission(t), chain.way(t), signs)
            factor = after.likelihood
            last = (key, belief.inside)  # what comes of it next time as well, if nothing has moved
            inside = belief.inside if after.inside == belief.inside else after.inside
            belief = Belief(inside, belief.likelihood.times(factor))
        yield belief


# --- many moments at once: the first axis of everything is the moment, [N] -------------------------------------------


def stacked(found: Sequence[Belief]) -> Belief:
    """Beliefs of several moments as one, with one more axis in front."""
    inside, likelihood = [belief.inside for belief in found], [belief.likelihood for belief in found]
    return Belief(
        *(
            Wide(np.array([row.mantissa for row in rows]), np.array([row.exponent for row in rows]))
            for rows in (inside, likelihood)
        )
    )


def shares(prior: Floats, likelihood: Wide) -> Floats:
    """`[N, C]`: posterior of the cohorts; NaN where all are ruled out, the prior itself where nothing tells them apart.

    Parameters
    ----------
    prior : array of float, [C]
    likelihood : Wide, [N, C]
    """
    weights = wide(prior).times(likelihood)
    there = weights.mantissa > 0
    top = np.where(there, weights.exponent, LOWEST).max(axis=1, keepdims=True)
    lowered = np.where(there, weights.exponent - top, 0)
    scaled = np.ldexp(weights.mantissa, np.maximum(lowered, NEGLIGIBLE).astype(np.int32))
    total = scaled.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        found = scaled / total
    possible = np.flatnonzero(prior > 0)
    told = [table[:, possible] != table[:, possible[:1]] for table in (likelihood.mantissa, likelihood.exponent)]
    untold = ~(told[0] | told[1]).any(axis=1) & (total[:, 0] > 0)
    return np.asarray(np.where(untold[:, None], prior, found))


def grouped(weights: Floats, numbers: Floats, starts: NDArray[np.int64]) -> Floats:
    """`[N, G]`: means of numbers over groups of neighbours; the very number where all that have weight share it.

    Parameters
    ----------
    weights : array of float, [N, S]
    numbers : array of float, [N, S] or [S]
    starts : array of int, [G]
        Where each group begins; none is empty. A group without weight has mean 0.
    """
    there = weights > 0
    low = np.minimum.reduceat(np.where(there, numbers, np.inf), starts, axis=1)
    high = np.maximum.reduceat(np.where(there, numbers, -np.inf), starts, axis=1)
    total = np.add.reduceat(weights, starts, axis=1)
    mean = np.add.reduceat(weights * numbers, starts, axis=1) / np.where(total > 0, total, 1.0)
    return np.asarray(np.where(total > 0, np.clip(mean, low, high), 0.0))


def expected(chain: Chain, inside: Floats, share: Floats, numbers: Floats) -> Floats:
    """`[N]`: mean of a number of states, within each cohort and then over these; NaN where everything is ruled out.

    Parameters
    ----------
    chain : Chain
    inside : array of float, [N, S]
    share : array of float, [N, C]
        As `shares` gives it.
    numbers : array of float, [N, S] or [S]
    """
    means = grouped(inside, numbers, chain.offsets)
    found = grouped(np.nan_to_num(share), means, np.zeros(1, np.int64))[:, 0]
    return np.where(np.isnan(share[:, 0]), np.nan, found)


def forecast(chain: Chain) -> Floats | None:
    """`[f, S]`: probability of a defection in the first deployment episode `f`, by state after episodes 0 to f - 1.

    None without a deployment episode.

    Raises
    ------
    InputError
        If that is too many numbers.
    """
    first = chain.scene.first_deployment
    if first is None:
        return None
    count = len(chain.cohort_of)
    if first * count > MOST_NUMBERS:
        rule = f"must have at most {MOST_NUMBERS} states times episodes before deployment for an observer"
        raise wrong("population", rule, first * count)
    ahead = np.zeros((first, count))
    ahead[first - 1] = mass(chain.emission(first), chain.defecting)
    last: object = None
    for t in range(first - 1, 0, -1):
        if last == chain.alike(t) and np.array_equal(ahead[t], ahead[t + 1]):
            ahead[t - 1] = ahead[t]
            continue
        way = chain.way(t)
        weights = chain.emission(t)[way.source, way.sign] * way.chance * ahead[t][way.goal]
        ahead[t - 1] = np.minimum(np.bincount(way.source, weights=weights, minlength=count), 1.0)
        last = chain.alike(t)
    return ahead
