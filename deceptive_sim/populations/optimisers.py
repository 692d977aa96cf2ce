"""Base optimisers: what training does to a population after each episode.

Rewriting modifies with the probabilities of the game: after action `a` the objective becomes `j` with probability
`modification[a][j]`. Gradient steps move an agent's objective towards the base objective by a learning rate whenever
another action would have scored better. Selection replaces agents by copies of others, by base score. Several may act
in one run, each in the phases it is scheduled for; in an episode they act in the order given.

An agent's score is its mean base payoff over the episodes since selection last acted, of phases that it acts in.

Sources: rewriting: docs/model.md, "The phased game"; truncation with copies: exploit and explore of population based
training (Jaderberg et al. 2017, arXiv:1711.09846); proportional selection: the Wright-Fisher model, whose expectation
is the discrete replicator map (Taylor and Jonker 1978).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.exact import NotANumber, count, probability

Phases: TypeAlias = tuple[str, ...] | None
"""Names of the phases in which an optimiser acts; None: its usual ones."""


def _probability(name: str, value: object) -> Fraction:
    try:
        return probability(value)
    except NotANumber as error:
        raise wrong(name, str(error), value) from None


def _every(value: object) -> int:
    try:
        every = count(value)
        if not every:
            raise NotANumber("must be 1 or more")
    except NotANumber as error:
        raise wrong("every", str(error), value) from None
    return every


@dataclass(frozen=True, kw_only=True)
class Rewriting:
    """Modification with the probabilities that the game declares; usually in all phases."""

    phases: Phases = None


@dataclass(frozen=True, kw_only=True)
class Gradient:
    """Steps of the objective towards the base objective; usually in training.

    Attributes
    ----------
    learning_rate : Fraction
        By how much the weight of the base objective rises, up to 1, after an episode in which another action would
        have had a higher base payoff. In (0, 1].
    """

    learning_rate: Fraction
    phases: Phases = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "learning_rate", _probability("learning_rate", self.learning_rate))
        if not self.learning_rate:
            raise wrong("learning_rate", "must be more than 0", 0)


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """What may happen to an agent that is a fresh copy, independently: each a probability in [0, 1].

    Attributes
    ----------
    kind : Fraction
        It becomes a new agent of another cohort, each alike.
    objective : Fraction
        Another objective of the game takes the wheel, each alike, as if it had been modified.
    """

    kind: Fraction = Fraction(0)
    objective: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        for name in ("kind", "objective"):
            object.__setattr__(self, name, _probability(f"mutation.{name}", getattr(self, name)))


@dataclass(frozen=True, kw_only=True)
class Truncation:
    """The worst fraction is replaced by copies of the best, ties in score broken at random; usually in training.

    Attributes
    ----------
    fraction : Fraction
        Which part is replaced, in [0, 1]; of N agents the whole number below.
    best : Fraction or None
        Which part is copied, each agent of it as often as any other, give or take one; at least one agent. Together
        with `fraction` at most 1. None: as large a part as is replaced, if there are as many.
    every : int
        It acts after every so manieth episode of the phases it is scheduled for, from 1.
    mutation : Mutation
    """

    fraction: Fraction
    best: Fraction | None = None
    every: int = 1
    mutation: Mutation = Mutation()
    phases: Phases = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "fraction", _probability("fraction", self.fraction))
        object.__setattr__(self, "every", _every(self.every))
        if self.best is not None:
            object.__setattr__(self, "best", _probability("best", self.best))
            if not self.best:
                raise wrong("best", "must be more than 0: somebody has to be copied", self.best)
        if self.fraction == 1:
            raise wrong("fraction", "must be less than 1: somebody has to be left to be copied", self.fraction)
        if self.fraction + (self.best or 0) > 1:
            got = f"{self.fraction} and {self.best}"
            raise wrong("fraction", "and best must be at most 1 together: nobody is both replaced and copied", got)

    def counts(self, size: int) -> tuple[int, int]:
        """How many of a number of agents are replaced, and how many are copied."""
        replaced = int(self.fraction * size)
        best = self.fraction if self.best is None else self.best
        return replaced, max(1, min(int(best * size), size - replaced))


@dataclass(frozen=True, kw_only=True)
class Proportional:
    """Everybody is replaced by a copy of somebody, drawn in proportion to fitness; usually in training.

    Fitness is `1 - strength + strength * score`; scores must not be negative. If nobody has any fitness, all have the
    same.

    Attributes
    ----------
    strength : Fraction
        In [0, 1]; at 0 copies do not go by score.
    every, mutation : as for `Truncation`
    """

    strength: Fraction = Fraction(1)
    every: int = 1
    mutation: Mutation = Mutation()
    phases: Phases = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "strength", _probability("strength", self.strength))
        object.__setattr__(self, "every", _every(self.every))


Selection: TypeAlias = Truncation | Proportional
BaseOptimiser: TypeAlias = Rewriting | Gradient | Truncation | Proportional
