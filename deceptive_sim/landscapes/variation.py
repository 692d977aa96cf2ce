"""Between what parameters move when one asks what moves a result most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deceptive_sim.core.errors import nearest, wrong
from deceptive_sim.core.exact import exact, text_of, to_float
from deceptive_sim.landscapes.sweep import Kind, Sweep

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class Range:
    """Between what a parameter moves.

    Attributes
    ----------
    path : str
        Dotted path of the parameter.
    low, high : Fraction
        Its ends, low below high; read exactly.
    whole : bool
        Whether it takes whole numbers only, both ends included.
    log : bool
        Whether its logarithm is drawn evenly; the ends are then positive, and it is not whole.
    """

    path: str
    low: Fraction
    high: Fraction
    whole: bool = False
    log: bool = False

    def __post_init__(self) -> None:
        """Read the ends and check them."""
        for name in ("low", "high"):
            object.__setattr__(self, name, exactly(f"range {self.path}", getattr(self, name)))
        if not self.low < self.high:
            raise wrong(f"range {self.path}", "must go from low to high", f"{text_of(self.low)}:{text_of(self.high)}")
        if self.whole and (self.low.denominator != 1 or self.high.denominator != 1):
            raise wrong(f"range {self.path}", "must have whole ends", f"{text_of(self.low)}:{text_of(self.high)}")
        if self.log and (self.whole or self.low <= 0):
            raise wrong(f"range {self.path}", "must be of positive real numbers to be logarithmic", text_of(self.low))

    def at(self, shares: NDArray[Any]) -> NDArray[Any]:
        """Values at shares of the range in [0, 1): quantiles."""
        import numpy

        low, high = to_float(self.low), to_float(self.high)
        if self.whole:
            return numpy.minimum(low + numpy.floor(shares * (high - low + 1)), high)
        if self.log:
            return numpy.clip(low * (high / low) ** shares, low, high)
        return numpy.clip(low + shares * (high - low), low, high)


def check_question(sweep: Sweep, ranges: Sequence[Range], variable: str) -> None:
    """Check that a variable has a size and that each range stands once.

    Raises
    ------
    InputError
    """
    known = {candidate.name: candidate for candidate in sweep.variables}
    if variable not in known:
        raise wrong("variable", "must be one that is measured", variable, nearest(variable, known))
    if known[variable].kind is Kind.CATEGORY:
        raise wrong("variable", "must be a number, a count or a flag", variable)
    if not ranges:
        raise wrong("ranges", "must be at least one")
    for place, given in enumerate(ranges):
        if given.path in [before.path for before in ranges[:place]]:
            raise wrong(f"range {given.path}", "must be given once")


def exactly(name: str, value: object) -> Fraction:
    """A number read exactly; an `InputError` that names the thing otherwise."""
    try:
        return exact(value)
    except ValueError as error:
        raise wrong(name, str(error), value) from None
