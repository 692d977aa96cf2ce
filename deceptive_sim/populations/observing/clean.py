"""What clean episodes prove: the posterior as long as no defection is seen, and where it ends.

An episode is clean if an action is taken that is no defection. Cohorts that show clean episodes with the same
probability are never told apart by them: their likelihood ratio is 1, exactly, however long training is. If the chances
of the last episode went on for ever, what is left of each cohort is

    L[c] = P(clean for ever | c) = L_n[c] * sum over s of f_n[s] * h(s)

where `h` is 1 in the states from which every way is clean for certain, and elsewhere the probability of ever coming to
one of these by clean episodes alone: the solution of h = K h, K being the clean part of the chain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import nearest, wrong
from deceptive_sim.core.exact import NotANumber, probability
from deceptive_sim.populations.observing.chain import Chain
from deceptive_sim.populations.observing.filter import Belief, Floats, means, shares

LARGEST_LIMIT = 20_000
"""States up to which limits are worked out."""


@dataclass(frozen=True, kw_only=True)
class Clean:
    """What clean episodes prove.

    Attributes
    ----------
    cohorts : tuple of str
    share : array of float, [n + 1, C]
        Posterior of each cohort after 0, 1, ... n clean episodes; NaN once no cohort can have been so clean.
    aligned : array of float, [n + 1]
        Probability that the agent's objective is the base objective.
    pretending : array of float, [n + 1]
        Probability that it defects in the first deployment episode; NaN without one.
    log2_likelihood : array of float, [n + 1, C]
        Of so many clean episodes, given the cohort; minus infinity where that is impossible.
    impossible : int or None
        The first episode that no cohort can keep clean after clean ones.
    limit : array of float, [C], or None
        Posterior if the chances of the last of these episodes went on for ever and all stayed clean. None if no cohort
        can stay clean for ever, no episode was watched, or the chains are too large to say.
    alike : array of bool, [C, C]
        Whether two cohorts are equally likely to be clean in every one of the episodes: their ratio is then exactly 1.
    """

    cohorts: tuple[str, ...]
    share: Floats
    aligned: Floats
    pretending: Floats
    log2_likelihood: Floats
    impossible: int | None
    limit: Floats | None
    alike: NDArray[np.bool_]

    @property
    def episodes(self) -> int:
        """How many clean episodes were looked at."""
        return len(self.share) - 1

    def bayes_factor(self, first: str, second: str) -> Floats:
        """`[n + 1]`: by how much clean episodes multiply the odds of one cohort against another.

        Infinite where only the first can have been so clean (or where it exceeds the floats), NaN where neither can.
        """
        one, other = self.log2_likelihood[:, self.place(first)], self.log2_likelihood[:, self.place(second)]
        with np.errstate(invalid="ignore", over="ignore", under="ignore"):
            return np.asarray(np.exp2(one - other))

    def episodes_until(self, cohort: str, level: object) -> int | None:
        """After how many clean episodes the posterior of a cohort is first below a level; None if it never is.

        Never means: not within the episodes looked at; `limit` says what would become of it.
        """
        try:
            bound = float(probability(level))
        except NotANumber as error:
            raise wrong("level", str(error), level) from None
        below = np.flatnonzero(self.share[:, self.place(cohort)] < bound)
        return int(below[0]) if len(below) else None

    def place(self, cohort: str) -> int:
        """The index of a cohort."""
        if cohort not in self.cohorts:
            raise wrong("cohort", "must be a cohort of the population", cohort, nearest(cohort, self.cohorts))
        return self.cohorts.index(cohort)

    def alike_with(self, cohort: str) -> tuple[str, ...]:
        """The other cohorts that these clean episodes cannot tell from it, in order."""
        here = self.place(cohort)
        return tuple(name for other, name in enumerate(self.cohorts) if other != here and self.alike[here, other])

    def contract(self) -> dict[str, Any]:
        """As plain data; traces of more than 200 episodes at some 200 of them."""
        after = thinned(self.episodes)
        return {
            "episodes": self.episodes,
            "after": after,
            "posterior": {name: plain(self.share[after, c]) for c, name in enumerate(self.cohorts)},
            "aligned": plain(self.aligned[after]),
            "pretending": plain(self.pretending[after]),
            "impossible": self.impossible,
            "limit": None if self.limit is None else dict(zip(self.cohorts, plain(self.limit), strict=True)),
            "alike": {name: list(self.alike_with(name)) for name in self.cohorts},
        }


def thinned(last: int, most: int = 200) -> list[int]:
    """Whole numbers from 0 to the last: all of them, or some 200 evenly spaced ones."""
    return sorted({round(number) for number in np.linspace(0, last, min(last, most) + 1).tolist()})


def plain(numbers: Floats | Sequence[float]) -> list[float | None]:
    """Floats as plain data; what is not finite is None."""
    return [float(number) if np.isfinite(number) else None for number in numbers]


def limit_of(chain: Chain, prior: Floats, belief: Belief, t: int) -> Floats | None:
    """`[C]`: the posterior if all stayed clean for ever after `belief`, episodes being as episode `t` is."""
    if len(chain.cohort_of) > LARGEST_LIMIT:
        return None
    likelihood = belief.likelihood.times(means(chain, belief.inside, _clean_for_ever(chain, t)))
    if not (likelihood.mantissa[prior > 0] > 0).any():
        return None
    return np.asarray(shares(prior, likelihood[None])[0])


def _clean_for_ever(chain: Chain, t: int) -> Floats:
    """`[S]`: probability of staying clean for ever if all episodes were as episode `t`."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order
    from scipy.sparse.linalg import spsolve

    emission, way = chain.emission(t), chain.way(t)
    count = len(chain.cohort_of)
    weights = emission[way.source, way.sign] * way.chance * chain.clean[way.sign]
    kept = np.flatnonzero(weights)
    source, goal, weights = way.source[kept], way.goal[kept], weights[kept]
    certain = np.array(~emission[:, ~chain.clean].any(axis=1))
    while True:  # only states from which every way leads to such states
        leaves = source[certain[source] & ~certain[goal]]
        if not len(leaves):
            break
        certain[leaves] = False
    ever = certain.astype(float)
    if not certain.any() or certain.all():
        return ever
    # those that can come to a certain state: found backwards from a node that stands for all of these
    back_from = np.where(certain[goal], count, goal)
    graph = csr_array((np.ones(len(source)), (back_from, source)), shape=(count + 1, count + 1))
    reached = breadth_first_order(graph, count, return_predecessors=False)
    open_states = np.sort(reached[reached < count])
    open_states = open_states[~certain[open_states]]
    if not len(open_states):
        return ever
    number = np.full(count, -1)
    number[open_states] = np.arange(len(open_states))
    within = (number[source] >= 0) & (number[goal] >= 0)
    into = (number[source] >= 0) & certain[goal]
    kernel = csr_array(
        (weights[within], (number[source[within]], number[goal[within]])), shape=(len(open_states), len(open_states))
    )
    identity = csr_array((np.ones(len(open_states)), (np.arange(len(open_states)), np.arange(len(open_states)))))
    reward = np.bincount(number[source[into]], weights=weights[into], minlength=len(open_states))
    solved = spsolve((identity - kernel).tocsc(), reward)
    ever[open_states] = np.clip(np.atleast_1d(solved), 0.0, 1.0)
    return ever
