"""The right answers, in closed form: what every timed solver is held against.

With V0 = sum_{j<m} (g (1-d))^j, B is optimal at the j-th last training episode iff (p - q) g^j (1-q)^(j-1) V0 >= 1.
The left side falls with j, so the optimal training is A...AB...B with w B's at the end, and

    j <= 1 + ln((p - q) g V0) / -ln(g (1 - q))    for all j <= w
    V = sum_{j<n-w} (g (1-p))^j + (g (1-p))^(n-w) (g (1-q))^w V0

Source: docs/model.md, "What is known in closed form". Floats, exact to rounding; where the left side is 1 but for
rounding, for some j, the cell is a tie, and either count is right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy
from numpy.typing import NDArray

from benchmarks.work import Answer, Diagram, Floats

NEAR = 1e-9
"""How close to a whole number a window may end and still be called a tie, relative to its length."""


@dataclass(frozen=True, kw_only=True)
class Differences:
    """How an answer differs from the right one.

    Attributes
    ----------
    value : float
        Largest difference of values.
    counts : int
        Cells whose counts differ, ties left out.
    """

    value: float
    counts: int


def differences(answer: Answer, diagram: Diagram) -> Differences:
    """Hold an answer against the closed form."""
    right, tied = closed_form(diagram)
    return Differences(
        value=float(numpy.abs(answer.value - right.value).max()),
        counts=int(((answer.count != right.count) & ~tied).sum()),
    )


def closed_form(diagram: Diagram) -> tuple[Answer, NDArray[Any]]:
    """The right answer, and which cells are ties, `[row, column]`. A tied window may be one too short."""
    g = diagram.discounts[:, numpy.newaxis]
    p = diagram.modified_after_a[numpy.newaxis, :]
    n, q = diagram.training, diagram.modified_after_b
    deployment = _geometric(g * (1 - diagram.modified_in_deployment), diagram.deployment)
    last = (p - q) * g * deployment  # the left side at the last episode
    with numpy.errstate(divide="ignore", invalid="ignore"):
        longest = 1 + numpy.log(numpy.where(last > 0, last, 0)) / -numpy.log(g * (1 - q))
        ends_near = numpy.abs(longest - longest.round()) <= NEAR * numpy.maximum(1, numpy.abs(longest))
    longest = numpy.where(g * (1 - q) == 1, numpy.where(last >= 1, numpy.inf, -numpy.inf), longest)
    window = numpy.clip(numpy.floor(longest), 0, n)
    tied = ends_near & (longest > 0.5) & (longest < n + 0.5) | (g * (1 - q) == 1) & (numpy.abs(last - 1) < NEAR)
    kept = g * (1 - p)
    value = _geometric(kept, n - window) + kept ** (n - window) * (g * (1 - q)) ** window * deployment
    return Answer(value=value, count=(n - window).astype(numpy.int64)), tied


def _geometric(ratio: Floats, terms: Floats | int) -> Floats:
    """`sum_{j < terms} ratio^j`."""
    near_one = numpy.isclose(ratio, 1, rtol=0, atol=1e-15)
    rest = numpy.where(near_one, 1, 1 - ratio)
    power = numpy.where(ratio > 0, terms * numpy.log(numpy.where(ratio > 0, ratio, 1)), -numpy.inf)
    # -expm1 keeps the digits that 1 - ratio^terms loses where the ratio is close to 1
    return numpy.where(near_one, terms, numpy.where(terms == 0, 0, -numpy.expm1(power) / rest))
