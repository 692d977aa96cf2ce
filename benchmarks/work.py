"""The standard work: one phase diagram, p from 0 to 1 by discount from 1/2 to 1, of the game of model.md, section 4.

n = 100 training, m = 200 deployment episodes; q = 0.01 modification after B in training, d = 0.02 after A in
deployment; 1,000 x 1,000 cells: 3e8 episodes to decide, one by one
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy
from numpy.typing import NDArray

Floats = NDArray[numpy.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Diagram:
    """A grid of two-phase games; the mesa-objective pays A 1, B 0, and being modified leaves it 0.

    Attributes
    ----------
    modified_after_a : array of float, `[column]`
        p: probability of modification after A in training.
    discounts : array of float, `[row]`
        g, above 0.
    training, deployment : int
        n and m, at least 1.
    modified_after_b : float
        q: probability of modification after B in training.
    modified_in_deployment : float
        d: probability of modification after A in deployment.
    """

    modified_after_a: Floats
    discounts: Floats
    training: int = 100
    deployment: int = 200
    modified_after_b: float = 0.01
    modified_in_deployment: float = 0.02

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.discounts.size, self.modified_after_a.size

    @property
    def cells(self) -> int:
        """Number of games."""
        return self.discounts.size * self.modified_after_a.size


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """What every solver has to find.

    Attributes
    ----------
    value : array of float, `[row, column]`
        The agent's value.
    count : array of int, `[row, column]`
        Training episodes in which the unmodified agent plays A.
    """

    value: Floats
    count: NDArray[Any]


def standard(*, columns: int = 1000, rows: int = 1000, training: int = 100, deployment: int = 200) -> Diagram:
    """The standard work, or the same with other sizes."""
    return Diagram(
        modified_after_a=numpy.linspace(0, 1, columns),
        discounts=numpy.linspace(0.5, 1, rows),
        training=training,
        deployment=deployment,
    )


def sample(*, columns: int = 20, rows: int = 10) -> Diagram:
    """A few cells spread over the inside of the standard work, for solvers too slow for all of it."""
    whole = standard()
    return Diagram(modified_after_a=whole.modified_after_a[_spread(columns)], discounts=whole.discounts[_spread(rows)])


def _spread(count: int) -> NDArray[Any]:
    # The ends are left out: there p, 1 - p or 1 - g is 0, which a solver of parametric models may exclude.
    return numpy.linspace(0, 999, count + 2).round().astype(int)[1:-1]
