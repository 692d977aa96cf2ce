"""What a planner values: weights on the features of targets, given, learned, or pointed at.

A *pointer* does not hold the base objective; it refers to its own world model of it, and wants whatever that says. The
world model is a distribution over hypotheses h, "the base objective is the feature h", which examples sharpen: in each
example somebody sees which target the base optimiser rewards, the exit. With a little noise e,

    P(rewarded = target j | h) = (1 - e) * [j has the most of h] / (number of targets that have as much)
                                 + e / (number of targets)
    weight of h = P(h | examples)

Examples from training do not tell exit, green and position apart where the exit is always green and bottom right; a few
from mazes that look different do. Source: the corrigible way to be aligned in Hubinger et al. 2019, section 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from numbers import Integral

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import InputError, Problem, nearest, quote, wrong
from deceptive_sim.core.exact import NotANumber, exact
from deceptive_sim.maze.reading import mapping, number, read
from deceptive_sim.maze.targets import FEATURES, Targets
from deceptive_sim.maze.things import EXIT_THING

Weights = NDArray[np.float64]
"""[F]: how much an objective values one unit of each feature."""

NAMED: Mapping[str, Mapping[str, Fraction]] = {
    "exit": {"is_exit": Fraction(1)},
    "green": {"is_green": Fraction(1)},
    "apple": {"is_apple": Fraction(1)},
    "place": {"position": Fraction(1)},
}
"""Objectives that have a name: the exit (the base objective), green things, apples, the bottom right."""

MOST_WEIGHT = 10**9
"""Largest weight of an objective that is given, in either direction."""

LEAST_NOISE = Fraction(1, 10**12)
"""Least noise of a pointer: with less, floats could not tell what is unlikely from what is impossible."""


def weights_of(objective: str | Mapping[str, Fraction]) -> Weights:
    """The weights of a named objective, or of a mapping from features; other features weigh nothing.

    Raises
    ------
    InputError
        If there is no such objective or feature, or a weight is larger than `MOST_WEIGHT`.
    """
    if isinstance(objective, str):
        if objective not in NAMED:
            raise wrong("objective", "must be a named objective or weights", objective, nearest(objective, NAMED))
        objective = NAMED[objective]
    if not isinstance(objective, Mapping):
        raise InputError(Problem(name="objective", rule="must be a named objective or weights", got=quote(objective)))
    unknown = [name for name in objective if name not in FEATURES]
    if unknown:
        raise InputError(
            Problem(name=f"objective.{name}", rule="must be a feature", got=quote(name), hint=nearest(name, FEATURES))
            for name in unknown
        )
    weights = {}
    for name, weight in objective.items():
        try:
            weights[name] = number(weight)
        except NotANumber as error:
            raise InputError(Problem(name=f"objective.{name}", rule=str(error), got=quote(weight))) from None
        if not -MOST_WEIGHT <= weights[name] <= MOST_WEIGHT:
            raise wrong(f"objective.{name}", f"must be from {-MOST_WEIGHT} to {MOST_WEIGHT}", weight)
    return np.array([weights.get(name, 0.0) for name in FEATURES])


def checked(weights: Weights) -> Weights:
    """The weights, read-only; an `InputError` unless each feature has a number that is at most `MOST_WEIGHT`."""
    try:
        array = np.array(weights, float)
    except (TypeError, ValueError, OverflowError):
        raise wrong("weights", f"must be a number for each of the {len(FEATURES)} features", weights) from None
    if array.shape != (len(FEATURES),):
        raise wrong("weights", f"must be a number for each of the {len(FEATURES)} features", str(array.shape))
    for name, weight in zip(FEATURES, array, strict=True):
        if not -MOST_WEIGHT <= weight <= MOST_WEIGHT:
            raise wrong(f"weights.{name}", f"must be from {-MOST_WEIGHT} to {MOST_WEIGHT}", float(weight))
    array.setflags(write=False)
    return array


@dataclass(frozen=True, kw_only=True)
class Pointer:
    """An objective that points at a world model of the base objective.

    Attributes
    ----------
    examples : mapping
        Family of mazes to how many examples of it were seen.
    noise : Fraction
        e above, from `LEAST_NOISE` to 1.
    """

    examples: Mapping[str, int]
    noise: Fraction = Fraction(1, 100)

    def __post_init__(self) -> None:
        read(self, noise=exact, examples=mapping)
        if not 0 < self.noise <= 1:
            raise wrong("noise", "must be more than 0 and at most 1", str(self.noise))
        if self.noise < LEAST_NOISE:
            raise wrong("noise", f"must be at least {LEAST_NOISE}", str(self.noise))
        for family, count in self.examples.items():
            if not isinstance(count, Integral) or not 0 <= count <= 1_000_000:
                raise wrong(f"examples.{family}", "must be a count from 0 to 1000000", count)


def pointed_at(targets: Targets, noise: Fraction) -> Weights:
    """The weights of a pointer that has seen one example in each of some mazes; uniform without any."""
    chances = _likelihoods(targets, float(noise))
    logs = np.log(chances).sum(axis=0)
    posterior = np.exp(logs - logs.max())
    return np.asarray(posterior / posterior.sum())


def _likelihoods(targets: Targets, noise: float) -> NDArray[np.float64]:
    """The probability that each hypothesis gives to the exit's being rewarded, [N, F]."""
    features = np.where(targets.present[:, :, None], targets.features, -1.0)
    most = features.max(axis=1, keepdims=True)
    best = features == most
    chosen = best[:, EXIT_THING] / best.sum(axis=1)
    return np.asarray((1 - noise) * chosen + noise / targets.present.sum(axis=1)[:, None])
