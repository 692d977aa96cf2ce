"""What a lifetime of mazes is made of, and which numbers it may have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import InputError, Problem, nearest, quote, wrong
from deceptive_sim.core.exact import NotANumber, count, exact, member, probability, text_of
from deceptive_sim.core.frozen import FrozenMapping
from deceptive_sim.maze.objectives import NAMED
from deceptive_sim.maze.reading import anything, each, read
from deceptive_sim.maze.targets import FEATURES

MOST = 1_000_000
"""Mazes of each phase, and lifetimes."""

MOST_LEARNERS = 1_000

LARGEST = 1_000
"""Largest size of a weight, of a step cost and of a learning rate."""

COLDEST = Fraction(1, 1000)
"""Lowest temperature."""

Weighing = Mapping[str, Fraction]


APPLES: Weighing = FrozenMapping(NAMED["apple"])
EXITS: Weighing = FrozenMapping(NAMED["exit"])


class Updating(StrEnum):
    """What the base optimiser does to the weights of an objective."""

    REWRITE = "rewrite"
    GRADIENT = "gradient"


class Loss(StrEnum):
    """What the base optimiser minimises: minus the logarithm of the exit's probability, or 1 minus that probability."""

    LOG = "log"
    CHANCE = "chance"


class Memory(StrEnum):
    """What a learner remembers of the mazes of this lifetime, besides how many there were."""

    LIFE = "life"
    LAST = "last"
    NONE = "none"


class Backup(StrEnum):
    """From what a learner learns: from the next maze's value, or from what the rest of its life was worth."""

    STEP = "step"
    LIFE = "life"


@dataclass(frozen=True, kw_only=True)
class LifetimeSpec:
    """What is measured, played and learned. Numbers may be given as Python numbers or as text; they are read exactly.

    Attributes
    ----------
    measured : int
        Mazes of each phase in which payoffs and modification are measured, from 2.
    lifetimes : int
        Lifetimes that each planner lives, from 2.
    mesa, base : mapping
        Weights of the two objectives on features; the name of an objective (`exit`, `green`, `apple`, `place`) is read
        as its weights.
    step_cost : Fraction
        What a move costs the planner by its own judgement, from 0. The base objective pays for the exit alone.
    slip : Fraction
        Probability that a move is a random one instead.
    updating : Updating
        `rewrite`: the base objective's weights are put in place of the planner's, with the probability of modification
        that the game declares for the phase and the action. `gradient`: after a training maze whose exit was not taken
        in time the weights move one step down the gradient of the loss.
    learning_rate : Fraction
        Length of that step, above 0; used where `updating` is `gradient`.
    loss : Loss
    temperature : Fraction
        Of the softmax over targets in the loss.
    learning_rates : sequence of Fraction
        For each, gradient steps are solved as a lattice of objectives and really played; none: this is left out.
    learners : int
        Learners that know no rules, each with a seed of its own; 0: none.
    learner_lifetimes : int
        Lifetimes that each learner lives, from 1.
    learner_rate : Fraction
        How far a value moves towards what was found, in (0, 1].
    exploration : Fraction
        Probability that a learner does anything, each action alike.
    memories : sequence of Memory
        What learners remember; each is tried, in the same mazes.
    backup : Backup

    Raises
    ------
    InputError
        If a number breaks its rule, or a weight is on no feature.
    """

    measured: int = 10_000
    lifetimes: int = 10_000
    mesa: Weighing = APPLES
    base: Weighing = EXITS
    step_cost: Fraction = Fraction(0)
    slip: Fraction = Fraction(0)
    updating: Updating = Updating.REWRITE
    learning_rate: Fraction = Fraction(1, 4)
    loss: Loss = Loss.LOG
    temperature: Fraction = Fraction(1, 2)
    learning_rates: Sequence[Fraction] = (Fraction(1, 20), Fraction(1, 10), Fraction(1, 5), Fraction(2, 5))
    learners: int = 20
    learner_lifetimes: int = 2_000
    learner_rate: Fraction = Fraction(1, 5)
    exploration: Fraction = Fraction(3, 10)
    memories: Sequence[Memory] = (Memory.LIFE, Memory.LAST)
    backup: Backup = Backup.STEP

    def __post_init__(self) -> None:
        least = {"measured": 2, "lifetimes": 2, "learners": 0, "learner_lifetimes": 1}
        for name, fewest in least.items():
            most = MOST_LEARNERS if name == "learners" else MOST
            self._set(name, _whole(name, getattr(self, name), fewest, most))
        for name in ("mesa", "base"):
            self._set(name, weighing(name, getattr(self, name)))
        for name in ("slip", "exploration", "learner_rate"):
            self._set(name, _read(name, probability, getattr(self, name)))
        for name in ("step_cost", "learning_rate", "temperature"):
            self._set(name, _read(name, exact, getattr(self, name)))
        read(self, learning_rates=each(anything))
        if not isinstance(self.memories, str):
            read(self, memories=each(anything))
        rates = [_read(f"learning_rates.{place}", exact, rate) for place, rate in enumerate(self.learning_rates)]
        self._set("learning_rates", tuple(rates))
        self._set("updating", member(Updating, self.updating, "updating"))
        self._set("loss", member(Loss, self.loss, "loss"))
        self._set("backup", member(Backup, self.backup, "backup"))
        memories = [self.memories] if isinstance(self.memories, str) else self.memories
        self._set("memories", tuple(member(Memory, memory, "memories") for memory in memories))
        self._check()

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def _check(self) -> None:
        if not 0 <= self.step_cost <= LARGEST:
            raise wrong("step_cost", f"must be from 0 to {LARGEST}", text_of(self.step_cost))
        if not COLDEST <= self.temperature <= LARGEST:
            raise wrong("temperature", f"must be from {COLDEST} to {LARGEST}", text_of(self.temperature))
        steps = {f"learning_rates.{place}": rate for place, rate in enumerate(self.learning_rates)}
        for name, rate in {"learning_rate": self.learning_rate, **steps}.items():
            if not 0 < rate <= LARGEST:
                raise wrong(name, f"must be above 0 and at most {LARGEST}", text_of(rate))
        if len(set(self.learning_rates)) < len(self.learning_rates):
            raise wrong("learning_rates", "must differ from each other", self.learning_rates)
        if not self.learner_rate:
            raise wrong("learner_rate", "must be above 0", 0)
        if self.learners and not self.memories:
            raise wrong("memories", "must be at least one", self.memories)
        if len(set(self.memories)) < len(self.memories):
            raise wrong("memories", "must differ from each other", self.memories)

    @property
    def mesa_weights(self) -> NDArray[np.float64]:
        """Weights of the mesa-objective, [F]."""
        return as_array(self.mesa)

    @property
    def base_weights(self) -> NDArray[np.float64]:
        """Weights of the base objective, [F]."""
        return as_array(self.base)


def weighing(name: str, given: Any) -> Weighing:
    """Weights by feature, read exactly; features that are not named weigh nothing."""
    if isinstance(given, str):
        if given not in NAMED:
            raise wrong(name, "must be a named objective or weights by feature", given, nearest(given, NAMED))
        given = NAMED[given]
    if not isinstance(given, Mapping):
        raise wrong(name, "must be a named objective or weights by feature", given)
    problems = [
        Problem(name=f"{name}.{feature}", rule="must be a feature", got=quote(feature), hint=_near(feature))
        for feature in given
        if feature not in FEATURES
    ]
    if problems:
        raise InputError(problems)
    weights = {feature: _read(f"{name}.{feature}", exact, weight) for feature, weight in given.items()}
    for feature, weight in weights.items():
        if abs(weight) > LARGEST:
            raise wrong(f"{name}.{feature}", f"must be between -{LARGEST} and {LARGEST}", text_of(weight))
    return FrozenMapping(weights)


def as_array(weights: Weighing) -> NDArray[np.float64]:
    """Weights in the order of `FEATURES`."""
    return np.array([float(weights.get(feature, 0)) for feature in FEATURES])


def _near(feature: object) -> str | None:
    return nearest(str(feature), FEATURES)


def _read(name: str, reader: Callable[[object], Fraction], value: object) -> Fraction:
    try:
        return reader(value)
    except NotANumber as error:
        raise wrong(name, str(error), value) from None


def _whole(name: str, value: object, least: int, most: int) -> int:
    try:
        number = count(value)
    except NotANumber as error:
        raise wrong(name, str(error), value) from None
    if not least <= number <= most:
        raise wrong(name, f"must be from {least} to {most}", number)
    return number
