"""Paths through a recursion whose comparisons are not known: what has been assumed, and what things have been named.

A path is a list of *steps*, each with the comparisons that it took; a quantity that is named gets a variable with a
defining equation and bounds. So terms stay short however long the game is, and a question can be asked with the last
few steps only: what is forgotten leaves variables free within their bounds, which makes a proof harder and never wrong.

Sample points go along: values of the variables at which the path is surely the one taken. A side of a comparison with
a sample on it need not be asked for. They are floats; a sample that is near the border counts on both sides, and
keeping a path that does not occur costs time only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, TypeAlias, TypeVar

from deceptive_sim.claims.proof.polynomials import Polynomial, Quantity, settled

Result = TypeVar("Result")

Bounds: TypeAlias = "Callable[[str], tuple[Fraction | None, Fraction | None]]"
"""Least and greatest value of a named quantity, by its name; None where it has none."""

NEAR = 1e-9
"""How near to a border a sample counts on both sides of it."""


@dataclass(frozen=True)
class Sign:
    """A comparison: a polynomial is greater than 0 (`strict`), or at least 0."""

    polynomial: Polynomial
    strict: bool


@dataclass(frozen=True)
class Definition:
    """What a name stands for: the greatest of some quantities, mostly of one. `step` is where it was given."""

    greatest: tuple[Quantity, ...]
    step: int
    low: Fraction | None
    high: Fraction | None


@dataclass(frozen=True, eq=False)
class Path:
    """A way through the recursion so far.

    Attributes
    ----------
    steps : tuple of tuple of Sign
        The comparisons of each step, in order.
    definitions : mapping
    decided : mapping
        Comparisons with 0 taken so far, by polynomial with leading coefficient 1 or -1.
    samples : mapping
        `[sample]` by name of variable.
    """

    steps: tuple[tuple[Sign, ...], ...] = ((),)
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    decided: Mapping[Polynomial, bool] = field(default_factory=dict)
    samples: Mapping[str, Any] = field(default_factory=dict)

    def opened(self) -> Path:
        """The path with a new step begun."""
        return replace(self, steps=(*self.steps, ()))

    def taken(self, polynomial: Polynomial, positive: bool) -> Path:
        """The path on which a polynomial is greater than 0, or is not."""
        sign = Sign(polynomial, True) if positive else Sign(-polynomial, False)
        here = self.value(sign.polynomial) >= -NEAR
        return replace(
            self,
            steps=(*self.steps[:-1], (*self.steps[-1], sign)),
            decided={**self.decided, scaled(polynomial): positive},
            samples={name: values[here] for name, values in self.samples.items()},
        )

    def learnt(self, sign: Sign) -> Path:
        """The path with a comparison noted that follows from the others."""
        return replace(self, steps=(*self.steps[:-1], (*self.steps[-1], sign)))

    def value(self, quantity: Quantity) -> Any:
        """A quantity at the samples, as an array `[sample]`."""
        import numpy as np

        size = len(next(iter(self.samples.values()), ()))
        if isinstance(quantity, Fraction):
            return np.full(size, float(quantity))
        return quantity.read(self.samples, float) if size else np.zeros(0)

    def defined(self, name: str, greatest: Sequence[Quantity], bounds: Bounds) -> Path:
        """The path with a name for the greatest of some quantities."""
        import numpy as np

        low, high = bounds(name)
        definition = Definition(tuple(greatest), len(self.steps) - 1, low, high)
        values = np.max([self.value(one) for one in greatest], axis=0)
        return replace(
            self,
            definitions={**self.definitions, name: definition},
            samples={**self.samples, name: values} if self.samples else self.samples,
        )


def scaled(polynomial: Polynomial) -> Polynomial:
    """The polynomial with its leading coefficient made 1 or -1: the same sign, and one form for all multiples."""
    leading = abs(next(iter(polynomial.terms.values())))
    return polynomial * (1 / leading)


Impossible: TypeAlias = "Callable[[Path], bool]"
"""Whether a path surely does not occur."""


class Forking:
    """Arithmetic that follows given decisions, and takes one side of each further one, noting that it had a choice."""

    def __init__(
        self, path: Path, decisions: Sequence[bool], impossible: Impossible, bounds: Bounds, *, split: bool = False
    ) -> None:
        self.path, self.impossible, self.bounds, self.split = path, impossible, bounds, split
        self.decisions = list(decisions)
        self.met = 0
        self.open: list[tuple[bool, ...]] = []

    def positive(self, quantity: Quantity) -> bool:
        """Whether it is greater than 0, on the path that is being taken."""
        if isinstance(quantity, Fraction):
            return quantity > 0
        form = scaled(quantity)
        if form in self.path.decided:
            return self.path.decided[form]
        if self.path.decided.get(-form):
            return False
        if self.met == len(self.decisions):
            self.decisions.append(self._first_side(quantity))
        taken = self.decisions[self.met]
        self.met += 1
        self.path = self.path.taken(quantity, taken)
        return taken

    def _first_side(self, quantity: Polynomial) -> bool:
        """The side to go on with; if the other may occur as well, it is noted."""
        sides = [self._occurs(quantity, side) for side in (True, False)]
        if all(sides):
            self.open.append((*self.decisions, False))
        return sides[0]

    def _occurs(self, quantity: Polynomial, side: bool) -> bool:
        path = self.path.taken(quantity, side)
        some = any(len(values) for values in path.samples.values())
        return some or not self.impossible(path)

    def named(self, name: str, quantity: Quantity) -> Quantity:
        """The quantity, or a variable that stands for it."""
        if isinstance(quantity, Fraction) or quantity.short:
            return quantity
        return self.greatest(name, [quantity])

    def greatest(self, name: str, quantities: Sequence[Quantity]) -> Quantity:
        """The greatest of some quantities, under a name unless there is one that surely is."""
        rest = list(dict.fromkeys(settled(one) for one in quantities))
        if len(rest) == 1 and (isinstance(rest[0], Fraction) or rest[0].short):
            return rest[0]
        if all(isinstance(one, Fraction) for one in rest):
            return max(one for one in rest if isinstance(one, Fraction))
        if self.split and len(rest) > 1:
            return self.named(name, self._best(rest))
        self.path = self.path.defined(name, rest, self.bounds)
        return Polynomial.variable(name)

    def _best(self, quantities: Sequence[Quantity]) -> Quantity:
        best = quantities[0]
        for other in quantities[1:]:
            if self.positive(settled(other - best)):
                best = other
        return best


def forks(
    path: Path, act: Callable[[Forking], Result], impossible: Impossible, bounds: Bounds, *, split: bool = False
) -> Iterator[tuple[Result, Path]]:
    """Everything that an action may come to on the paths that go on from one; what surely does not occur is left out.

    Parameters
    ----------
    path : Path
    act : callable
        Computes something by the arithmetic that it is given; it is called once for each outcome.
    impossible : callable
    bounds : callable
    split : bool
        Whether to fork by which of several quantities is greatest; otherwise the greatest is named, and all that is
        known is that it is one of them: fewer paths, harder questions.
    """
    waiting: list[tuple[bool, ...]] = [()]
    while waiting:
        arithmetic = Forking(path.opened(), waiting.pop(), impossible, bounds, split=split)
        result = act(arithmetic)
        waiting.extend(reversed(arithmetic.open))
        yield result, arithmetic.path
