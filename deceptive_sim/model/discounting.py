"""How much a self values what comes later.

A discounting gives the weight `D(d)` of a payoff that is `d` episodes away, with `D(0) = 1`:

    exponential          D(d) = g^d                             selves agree over time
    quasi-hyperbolic     D(0) = 1, D(d) = beta * delta^d        Laibson 1997; O'Donoghue and Rabin 1999
    hyperbolic           D(d) = 1 / (1 + k d)                   Ainslie 1975; Evans et al., agentmodels.org

Solvers use it as a chain of factors `D(d+1) / D(d)`: seen from one episode, any discounting is a discount that
changes from episode to episode. That keeps every recursion in the form `payoff + factor * continuation`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from fractions import Fraction

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.exact import NotANumber, discount_factor, exact


class Discounting(ABC):
    """The weights that a self gives to later episodes. Exact; weights never rise with the delay."""

    @property
    @abstractmethod
    def consistent(self) -> bool:
        """Whether later selves, who start to count anew, judge as the present one does."""

    @abstractmethod
    def factor(self, delay: int) -> Fraction:
        """`D(delay + 1) / D(delay)` for a delay of 0, 1, 2, ... episodes, in [0, 1]; 0 where `D(delay)` is 0."""


def _setting(name: str, value: object, *, upper_bounded: bool = True) -> Fraction:
    try:
        number = discount_factor(value) if upper_bounded else exact(value)
        if number < 0:
            raise NotANumber("must be 0 or more")
    except NotANumber as error:
        raise wrong(name, str(error), value) from None
    return number


@dataclass(frozen=True)
class Exponential(Discounting):
    """`D(d) = discount^d`, with discount in [0, 1]; 1 is no discounting, 0 cares for the present episode only."""

    discount: Fraction = Fraction(1)

    def __post_init__(self) -> None:
        object.__setattr__(self, "discount", _setting("discount", self.discount))

    @property
    def consistent(self) -> bool:
        """Always."""
        return True

    def factor(self, delay: int) -> Fraction:
        """The discount, whatever the delay."""
        return self.discount


@dataclass(frozen=True, kw_only=True)
class QuasiHyperbolic(Discounting):
    """`D(0) = 1`, then `beta * delta^d`: everything that is not now counts `beta` as much. Both in [0, 1]."""

    beta: Fraction
    delta: Fraction

    def __post_init__(self) -> None:
        object.__setattr__(self, "beta", _setting("discount.beta", self.beta))
        object.__setattr__(self, "delta", _setting("discount.delta", self.delta))

    @property
    def consistent(self) -> bool:
        """If beta is 1, or nothing later counts at all."""
        return self.beta == 1 or self.delta == 0 or self.beta == 0

    def factor(self, delay: int) -> Fraction:
        """`beta * delta` from now to the next episode, `delta` between later ones."""
        if delay == 0:
            return self.beta * self.delta
        return self.delta if self.beta else Fraction(0)


@dataclass(frozen=True, kw_only=True)
class Hyperbolic(Discounting):
    """`D(d) = 1 / (1 + k d)` with `k >= 0`."""

    k: Fraction

    def __post_init__(self) -> None:
        object.__setattr__(self, "k", _setting("discount.k", self.k, upper_bounded=False))

    @property
    def consistent(self) -> bool:
        """If k is 0: no discounting."""
        return self.k == 0

    def factor(self, delay: int) -> Fraction:
        """`(1 + k d) / (1 + k (d + 1))`."""
        return (1 + self.k * delay) / (1 + self.k * (delay + 1))
