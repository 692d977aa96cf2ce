"""Numbers that neither underflow nor lose digits: a float mantissa and an exponent of two of its own.

    number = mantissa * 2^exponent,      mantissa 0 or in [1/2, 1)

Probabilities of ten thousand episodes are as small as 2^-100000, and evidence may yet turn on them: what is left of a
kind that had become all but impossible is all there is once the others are ruled out. Logarithms would do as well, but
round: here multiplying by powers of two is exact, and so is comparing equals. Errors are relative, one float rounding
for each operation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LOWEST = -(2**60)
"""Below every exponent."""

NEGLIGIBLE = -1100
"""Parts this many powers of two below the largest do not reach a float's digits."""


@dataclass(frozen=True)
class Wide:
    """Numbers from 0 on, with a range of their own.

    Attributes
    ----------
    mantissa : array of float, [...]
        0 or in [1/2, 1).
    exponent : array of int, [...]
        0 where the mantissa is 0.
    """

    mantissa: NDArray[np.float64]
    exponent: NDArray[np.int64]

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Wide)
            and np.array_equal(self.mantissa, other.mantissa)
            and np.array_equal(self.exponent, other.exponent)
        )

    __hash__ = None  # type: ignore[assignment]

    def times(self, factor: Wide) -> Wide:
        """The products."""
        return wide(self.mantissa * factor.mantissa, self.exponent + factor.exponent)

    def over(self, divisor: Wide) -> Wide:
        """The quotients; 0 / 0 is 0. Nothing but 0 is divided by 0."""
        mantissa = self.mantissa / np.where(divisor.mantissa > 0, divisor.mantissa, 1.0)
        return wide(mantissa, self.exponent - divisor.exponent)

    def __getitem__(self, places: Any) -> Wide:
        """The numbers at some places, as arrays have them."""
        return Wide(self.mantissa[places], self.exponent[places])

    def floats(self) -> NDArray[np.float64]:
        """The nearest floats; what is too small is 0, what is too large infinite."""
        with np.errstate(over="ignore", under="ignore"):
            return np.asarray(np.ldexp(self.mantissa, np.clip(self.exponent, -5000, 5000).astype(np.int32)))

    def log2(self) -> NDArray[np.float64]:
        """Logarithms to the base 2; minus infinity for 0."""
        with np.errstate(divide="ignore"):
            return np.asarray(np.log2(self.mantissa) + self.exponent)


def wide(numbers: NDArray[np.float64], exponent: NDArray[np.int64] | int = 0) -> Wide:
    """`numbers * 2^exponent`."""
    mantissa, shift = np.frexp(numbers)
    return Wide(mantissa, np.where(mantissa > 0, shift + np.asarray(exponent, np.int64), 0))


def sums(numbers: Wide, group: NDArray[np.int64], groups: int) -> Wide:
    """`[groups]`: the sums of the numbers of each group."""
    there = np.flatnonzero(numbers.mantissa > 0)
    mantissa, exponent, group = numbers.mantissa[there], numbers.exponent[there], group[there]
    top = np.full(groups, LOWEST)
    np.maximum.at(top, group, exponent)
    lowered = np.ldexp(mantissa, np.maximum(exponent - top[group], NEGLIGIBLE).astype(np.int32))
    return wide(np.asarray(np.bincount(group, weights=lowered, minlength=groups), float), top)
