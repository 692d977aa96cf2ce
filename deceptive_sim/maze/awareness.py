"""How a planner knows that it is in training.

- It does not (`unaware`).
- By a calendar: it knows how many mazes of training there are and counts them. How a maze looks tells it nothing, so a
  shift of looks cannot fool it; `mistaken` is the probability that it loses count at a maze and takes it for the other
  phase.
- By appearance: it has seen mazes of both phases with their labels, and judges a new one by Bayes' rule from how it
  looks, as if what it looks at were independent given the phase (with one more example of everything imaginable, so
  that nothing is impossible). It is fooled by mazes of training that look like deployment.

Beliefs are probabilities of being in training.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.exact import exact
from deceptive_sim.core.frozen import FrozenMapping
from deceptive_sim.maze.mazes import Mazes
from deceptive_sim.maze.reading import read
from deceptive_sim.maze.things import COLOURS, EXIT_THING

Beliefs = NDArray[np.float64]
"""[N], from 0 to 1."""


class Awareness(Protocol):
    """Some way to tell training from deployment."""

    def training(self, mazes: Mazes, rng: np.random.Generator, *, really: bool) -> Beliefs:
        """The probability that it gives to being in training in each maze; `really` is whether it is."""


@dataclass(frozen=True, kw_only=True)
class Unaware:
    """Never thinks of training."""

    def training(self, mazes: Mazes, rng: np.random.Generator, *, really: bool) -> Beliefs:
        """0."""
        return np.zeros(len(mazes))


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """Counts mazes; at each it is mistaken with some probability."""

    mistaken: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        read(self, mistaken=exact)
        if not 0 <= self.mistaken <= 1:
            raise wrong("mistaken", "must be a probability in [0, 1]", str(self.mistaken))

    def training(self, mazes: Mazes, rng: np.random.Generator, *, really: bool) -> Beliefs:
        """1 or 0: what it counted to."""
        wrongly = rng.random(len(mazes)) < float(self.mistaken)
        return np.asarray(wrongly != really, np.float64)


LOOKS = {
    "exit_colour": len(COLOURS),
    "exit_in_corner": 2,
    "apples": 16,
    "green_apples": 16,
    "side": 64,
    "wall_colour": len(COLOURS),
}
"""What it looks at, and how many different things it tells apart; more count as the last."""


MOST_LOG_ODDS = 10**6


@dataclass(frozen=True, kw_only=True)
class Appearance:
    """Judges by looks.

    Attributes
    ----------
    log_odds : mapping
        For each of `LOOKS`, and each of its values, the logarithm of how much likelier it is in training.
    prior : float
        The logarithm of the odds of training before looking.

    Raises
    ------
    InputError
        If a look or one of its values has no number, or one beyond `MOST_LOG_ODDS`.
    """

    log_odds: Mapping[str, tuple[float, ...]]
    prior: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "log_odds", FrozenMapping(self.log_odds))
        if set(self.log_odds) != set(LOOKS):
            raise wrong("log_odds", f"must be of {', '.join(LOOKS)}", ", ".join(self.log_odds))
        for name, odds in {**self.log_odds, "prior": (self.prior,)}.items():
            if len(odds) != LOOKS.get(name, 1):
                raise wrong(name, f"must have {LOOKS[name]} values", len(odds))
            if not all(-MOST_LOG_ODDS <= value <= MOST_LOG_ODDS for value in odds):
                raise wrong(name, f"must be from {-MOST_LOG_ODDS} to {MOST_LOG_ODDS}")

    def training(self, mazes: Mazes, rng: np.random.Generator, *, really: bool) -> Beliefs:
        """By Bayes' rule from looks alone."""
        odds = np.full(len(mazes), float(self.prior))
        for name, seen in looks_of(mazes).items():
            odds += np.array(self.log_odds[name], float)[seen]
        return np.asarray(1 / (1 + np.exp(-np.clip(odds, -700, 700))))


def looks_of(mazes: Mazes) -> dict[str, NDArray[np.int64]]:
    """What mazes look like, each of `LOOKS` as a whole number [N]."""
    apples = mazes.things[:, EXIT_THING + 1 :] >= 0
    green = apples & (mazes.colours[:, EXIT_THING + 1 :] == COLOURS.index("green"))
    looks = {
        "exit_colour": mazes.colours[:, EXIT_THING],
        "exit_in_corner": mazes.things[:, EXIT_THING] == mazes.corners,
        "apples": apples.sum(axis=1),
        "green_apples": green.sum(axis=1),
        "side": np.maximum(mazes.heights, mazes.widths),
        "wall_colour": mazes.wall_colours,
    }
    return {name: np.minimum(seen.astype(np.int64), LOOKS[name] - 1) for name, seen in looks.items()}


def learn_looks(training: Mazes, deployment: Mazes) -> Appearance:
    """What looks say about the phase, from labelled mazes of both; before looking, both are equally likely."""
    seen = [looks_of(training), looks_of(deployment)]
    log_odds = {}
    for name, values in LOOKS.items():
        counts = [np.bincount(looks[name], minlength=values) + 1.0 for looks in seen]
        shares = [count / count.sum() for count in counts]
        log_odds[name] = tuple(float(odds) for odds in np.log(shares[0] / shares[1]))
    return Appearance(log_odds=log_odds)
