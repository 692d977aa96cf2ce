"""Where a variable of a claim ranges: an interval of numbers, open or closed at its ends, or a few values."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, kw_only=True)
class Domain:
    """The values that a variable may have.

    Attributes
    ----------
    values : tuple of Fraction or None
        A few values, ascending; then nothing else counts.
    low, high : Fraction or None
        Ends of an interval; None where it goes on for ever.
    low_open, high_open : bool
        Whether the end itself is left out.
    whole : bool
        Whether only whole numbers are meant.
    """

    values: tuple[Fraction, ...] | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False
    whole: bool = False

    def __contains__(self, number: Fraction) -> bool:
        if self.values is not None:
            return number in self.values
        if self.whole and number.denominator != 1:
            return False
        above = self.low is None or number > self.low or (number == self.low and not self.low_open)
        below = self.high is None or number < self.high or (number == self.high and not self.high_open)
        return above and below

    @property
    def bounded(self) -> bool:
        """Whether it ends on both sides."""
        return self.values is not None or (self.low is not None and self.high is not None)
