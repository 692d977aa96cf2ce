"""Measurements by name, as scenarios ask for them, and what replicates say of them together.

    share.COHORT        share of a cohort's agents in the population, with copies of them
    modified            share of agents that have been modified
    unmodified          share of agents that have neither been modified nor shut down
    off                 share of agents that have been shut down
    actual_alignment    share of agents whose objective is the base objective, or points at it
    apparent_alignment  share of agents that took no defecting action
    base_weight         mean weight of the base objective at the wheel
    defections          defections per agent in the phase
    turns               share of agents that made their treacherous turn
    score.OBJECTIVE     mean payoff, judged by an objective
    value.COHORT        discounted payoff of the whole run to a cohort's first objective, that of copies included, per
                        agent at the start

At the end of a phase: who there is after its last episode, what is done in that episode; defections, turns and
scores are of the whole phase, scores per episode. Intervals are for the mean over replicates, at 95 % (Student's t);
none with one replicate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from deceptive_sim.core.errors import InputError, Problem, nearest, quote
from deceptive_sim.populations.cohorts import Population
from deceptive_sim.populations.result import Array, Outcome

LEVEL = 0.95
NORMAL = 1.959963984540054
"""The quantile of the normal distribution that belongs to it."""


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A mean over replicates with its interval; `low` and `high` are None with fewer than two replicates."""

    mean: float
    low: float | None
    high: float | None


def estimate(values: Array, *, share: bool = False, fate: bool = False) -> Estimate | None:
    """The mean of one value per replicate; None if there is no value.

    Parameters
    ----------
    values : array, [R]
    share : bool
        Whether values lie in [0, 1]; then the interval does too.
    fate : bool
        Whether chance can lead whole replicates to 0 or 1. If all came to the same end, the interval is that of a
        fate that so many replicates did not meet (Wilson's).
    """
    values = np.asarray(values, float)
    if not len(values) or np.isnan(values).any():
        return None
    mean = float(values.mean())
    if len(values) < 2:
        return Estimate(mean=mean, low=None, high=None)
    if fate and mean in (0.0, 1.0):
        missed = NORMAL**2 / (len(values) + NORMAL**2)
        return Estimate(mean=mean, low=(1 - missed) * mean, high=mean + missed * (1 - mean))
    from scipy.special import stdtrit

    power = int(np.frexp(np.abs(values).max())[1])  # squares of huge payoffs are no floats; a power of 2 is exact
    spread = float(np.ldexp(np.ldexp(values, -power).std(ddof=1), power))
    error = spread / len(values) ** 0.5
    reach = float(stdtrit(len(values) - 1, (1 + LEVEL) / 2)) * error
    low, high = mean - reach, mean + reach
    if share:
        low, high = max(0.0, low), min(1.0, high)
    return Estimate(mean=mean, low=low, high=high)


Measure = Callable[[Outcome, int], Array]
"""From an outcome and a phase to one value per replicate."""


def _at_end(array: Array, outcome: Outcome, phase: int) -> Array:
    """What an array `[R, moments, ...]` has at the end of a phase."""
    return np.asarray(array[:, outcome.moments.index(phase_end(outcome.population, phase))])


def phase_end(population: Population, phase: int) -> int:
    """The last episode of a phase, as a moment; of an empty phase the moment before it."""
    game = population.scene.game
    return game.phase_starts()[phase] + game.phases[phase].episodes - 1


PLAIN: dict[str, Measure] = {
    "modified": lambda outcome, phase: _at_end(outcome.modified(), outcome, phase),
    "actual_alignment": lambda outcome, phase: _at_end(outcome.actual_alignment(), outcome, phase),
    "apparent_alignment": lambda outcome, phase: _at_end(outcome.apparent_alignment(), outcome, phase),
    "base_weight": lambda outcome, phase: _at_end(outcome.base_weight(), outcome, phase),
    "defections": lambda outcome, phase: np.asarray(
        outcome.counts["phase_done"][:, phase][..., outcome.population.scene.defects].sum(axis=(1, 2)) / outcome.size
    ),
    "unmodified": lambda outcome, phase: (
        1 - (_at_end(outcome.modified(), outcome, phase) + _at_end(outcome.off(), outcome, phase))
    ),
    "off": lambda outcome, phase: _at_end(outcome.off(), outcome, phase),
    "turns": lambda outcome, phase: np.asarray(outcome.counts["phase_turns"][:, phase].sum(axis=1) / outcome.size),
}

FAMILIES = ("score.OBJECTIVE", "share.COHORT", "value.COHORT")

SHARES = {"share", "modified", "unmodified", "off", "actual_alignment", "apparent_alignment", "base_weight", "turns"}
"""Measurements that lie in [0, 1]."""


def measure_named(text: str, population: Population) -> Measure:
    """The measurement of that name; an `InputError` names the nearest one."""
    cohorts = [cohort.name for cohort in population.cohorts]
    families: Mapping[str, list[str]] = {
        "share": cohorts,
        "value": cohorts,
        "score": list(population.scene.objectives),
    }
    if text in PLAIN:
        return PLAIN[text]
    family, _, member = text.partition(".")
    if family not in families or member not in families[family]:
        known = [*PLAIN, *(f"{name}.{word}" for name, words in families.items() for word in words)]
        hint = nearest(text, known) or f"one of {', '.join([*PLAIN, *FAMILIES])}"
        raise InputError(Problem(name="measure", rule="must be a measurement", got=quote(text), hint=hint))
    place = families[family].index(member)
    if family == "share":
        return lambda outcome, phase: _at_end(outcome.shares(), outcome, phase)[:, place]
    if family == "value":
        return lambda outcome, phase: outcome.value()[:, place]
    return lambda outcome, phase: phase_scores(outcome)[:, phase, place]


def phase_scores(outcome: Outcome) -> Array:
    """`[R, P, K]`: mean payoff per agent and episode of each phase, by judging objective; NaN in an empty phase."""
    scene = outcome.population.scene
    done = outcome.counts["phase_done"].sum(axis=2)  # [R, P, A]
    episodes = np.array([phase.episodes for phase in scene.game.phases], float)
    with np.errstate(invalid="ignore", divide="ignore"):
        paid = (done[:, :, None, :] * scene.payoffs[None]).sum(axis=3)
        return np.asarray(paid / (outcome.size * episodes)[None, :, None])


def is_share(text: str) -> bool:
    """Whether a measurement lies in [0, 1]."""
    return text.partition(".")[0] in SHARES
