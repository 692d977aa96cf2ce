"""What a population of inner learners is made of, and which numbers it may have.

See `learning` for the rules that these numbers set, and `run` for running them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.exact import NotANumber, count, exact, member, probability, text_of

MOST = 1_000_000
"""Agents, and steps."""

MOST_FACTORS = 100
MOST_RECORDED = 5_000_000
"""Replicates times recorded steps."""

LARGEST = 1000
"""Largest size of `b`, of where theta starts, and of exponents of learning rates 1/10 of it."""

USUAL_MOMENTS = 100


class Swapping(StrEnum):
    """Which environment an agent is in at the next step."""

    NONE = "none"
    ROTATION = "rotation"
    PERMUTATION = "permutation"


class Copies(StrEnum):
    """How the agents that are copied are shared out among those that are replaced."""

    DRAWN = "drawn"
    PAIRED = "paired"


@dataclass(frozen=True, kw_only=True)
class LearnersSpec:
    """Agents that learn in the unit test for hidden incentives, and the outer loop that selects among them.

    Numbers may be given as Python numbers or as text; they are read exactly.

    Attributes
    ----------
    agents : int
        In each replicate, from 1.
    steps : int
        From 1.
    every : int
        Selection acts after every so manieth step; 0 (or None): never.
    fraction : Fraction
        Which part is replaced by copies of as large a part, in (0, 1/2]; of N agents the whole number below.
    rate_exponents : pair of Fraction
        Learning rates start at 10 to a power drawn evenly between these two, each in [-100, 100].
    rate_factors : tuple of Fraction
        A copy's learning rate is multiplied by one of these, each alike; above 0.
    swapping : Swapping
        `none`; `rotation`: agent i is in environment i + t at step t, modulo the number of agents; `permutation`: the
        environments are dealt out anew at every step. True means rotation, False and None mean none.
    b : Fraction
        What cooperating pays at once; costs if negative. Between -1000 and 1000.
    theta_mean, theta_spread : Fraction
        Theta starts from a normal distribution with this mean and standard deviation.
    copies : Copies
        `drawn`: each replaced agent copies one of the best, each alike; `paired`: each of the best is copied once.
    baseline : Fraction
        Weight of the newest reward in the running mean of an agent's own rewards, which starts at 0 and is
        subtracted from the reward in the update. In [0, 1]; 0: nothing is subtracted.
    replicates : int
        From 1.
    record : int or None
        Measurements are written down after every so manieth step, and after the last. None: some hundred times.

    Raises
    ------
    InputError
        If a number breaks its rule, selection replaces nobody, or a single agent is to swap environments.
    """

    agents: int = 100
    steps: int = 1000
    every: int = 1
    fraction: Fraction = Fraction(1, 5)
    rate_exponents: tuple[Fraction, Fraction] = (Fraction(-2), Fraction(0))
    rate_factors: tuple[Fraction, ...] = (Fraction(6, 5), Fraction(4, 5))
    swapping: Swapping = Swapping.NONE
    b: Fraction = Fraction(-1, 2)
    theta_mean: Fraction = Fraction(0)
    theta_spread: Fraction = Fraction(1)
    copies: Copies = Copies.DRAWN
    baseline: Fraction = Fraction(0)
    replicates: int = 100
    record: int | None = None

    def __post_init__(self) -> None:
        for name, least in {"agents": 1, "steps": 1, "every": 0, "replicates": 1}.items():
            given = getattr(self, name)
            self._set(name, _whole(name, 0 if name == "every" and given is None else given, least))
        record = max(1, self.steps // USUAL_MOMENTS) if self.record is None else self.record
        self._set("record", _whole("record", record, 1))
        for name, reader in {"fraction": probability, "baseline": probability, "b": exact}.items():
            self._set(name, _read(name, reader, getattr(self, name)))
        for name in ("theta_mean", "theta_spread"):
            self._set(name, _read(name, exact, getattr(self, name)))
        self._set("rate_exponents", _several("rate_exponents", self.rate_exponents))
        self._set("rate_factors", _several("rate_factors", self.rate_factors))
        self._set("swapping", _swapping(self.swapping))
        self._set("copies", member(Copies, self.copies, "learners.copies"))
        self._check_numbers()
        self._check_together()

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def _check_numbers(self) -> None:
        for name in ("agents", "steps"):
            if getattr(self, name) > MOST:
                raise wrong(f"learners.{name}", f"must be at most {MOST}", getattr(self, name))
        if not 0 < self.fraction <= Fraction(1, 2):
            rule = "must be above 0 and at most 1/2: nobody is both replaced and copied"
            raise wrong("learners.fraction", rule, text_of(self.fraction))
        for name in ("b", "theta_mean", "theta_spread"):
            if abs(getattr(self, name)) > LARGEST:
                raise wrong(f"learners.{name}", f"must be between -{LARGEST} and {LARGEST}", getattr(self, name))
        if self.theta_spread < 0:
            raise wrong("learners.theta_spread", "must be 0 or more", text_of(self.theta_spread))
        if len(self.rate_exponents) != 2 or self.rate_exponents[0] > self.rate_exponents[1]:
            raise wrong("learners.rate_exponents", "must be two numbers, the lower one first", self.rate_exponents)
        if max(map(abs, self.rate_exponents)) > LARGEST // 10:
            rule = f"must be between -{LARGEST // 10} and {LARGEST // 10}"
            raise wrong("learners.rate_exponents", rule, self.rate_exponents)
        if not 1 <= len(self.rate_factors) <= MOST_FACTORS:
            raise wrong("learners.rate_factors", f"must be 1 to {MOST_FACTORS} numbers", self.rate_factors)
        for factor in self.rate_factors:
            if not 0 < factor <= LARGEST:
                raise wrong("learners.rate_factors", f"must be above 0 and at most {LARGEST}", text_of(factor))

    def _check_together(self) -> None:
        if self.every and not self.replaced:
            rule = f"of {self.agents} agents must be at least one agent"
            hint = "take more agents, or every: 0 for no selection"
            raise wrong("learners.fraction", rule, text_of(self.fraction), hint)
        if self.swapping != Swapping.NONE and self.agents < 2:
            raise wrong("learners.swapping", "needs two agents or more", self.swapping.value)
        if self.replicates * len(self.moments) > MOST_RECORDED:
            rule = f"times recorded steps ({len(self.moments)}) must be at most {MOST_RECORDED}"
            raise wrong("learners.replicates", rule, self.replicates * len(self.moments), "record fewer steps")

    @property
    def replaced(self) -> int:
        """How many agents are replaced, and how many are copied, when selection acts."""
        return int(self.fraction * self.agents)

    @property
    def moments(self) -> tuple[int, ...]:
        """Steps after which measurements are written down, in order; the last one is always there."""
        assert self.record is not None
        return (*range(self.record, self.steps, self.record), self.steps)

    @property
    def late(self) -> int:
        """How many steps the last tenth of them is; at least one."""
        return max(1, self.steps // 10)


def _read(name: str, reader: Callable[[object], Any], value: object) -> Any:
    try:
        return reader(value)
    except NotANumber as error:
        raise wrong(f"learners.{name}", str(error), value) from None


def _whole(name: str, value: object, least: int) -> int:
    found: int = _read(name, count, value)
    if found < least:
        raise wrong(f"learners.{name}", f"must be {least} or more", found)
    return found


def _several(name: str, values: object) -> tuple[Fraction, ...]:
    if isinstance(values, str) or not isinstance(values, Sequence):
        raise wrong(f"learners.{name}", "must be a list of numbers", values)
    return tuple(_read(name, exact, value) for value in values)


def _swapping(value: object) -> Swapping:
    if value is None or isinstance(value, bool):
        return Swapping.ROTATION if value else Swapping.NONE
    return member(Swapping, value, "learners.swapping")
