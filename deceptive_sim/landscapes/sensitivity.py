"""Sensitivity: what moves a number most, one parameter at a time (tornado) and all at once (Sobol's indices).

A tornado moves one parameter to the ends of its range while the others stay at the base: it tells about that base, and
misses what lies between the ends. Shares of variance (`shares`) look at the ranges as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from deceptive_sim.core.errors import wrong
from deceptive_sim.landscapes.axes import Axis, Spacing
from deceptive_sim.landscapes.shares import Share, Sobol, sobol
from deceptive_sim.landscapes.sweep import Sweep
from deceptive_sim.landscapes.variation import Range, check_question, exactly

__all__ = ["Bar", "Range", "Share", "Sobol", "Tornado", "sobol", "tornado"]


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One parameter of a tornado.

    Attributes
    ----------
    path : str
    low, high : Fraction
        The ends of its range.
    at_low, at_high : float
        The variable there, all other parameters at the base; nan where there is none.
    """

    path: str
    low: Fraction
    high: Fraction
    at_low: float
    at_high: float

    @property
    def swing(self) -> float:
        """Distance of the variable's values at the two ends; nan if one of them is missing."""
        return abs(self.at_high - self.at_low)


@dataclass(frozen=True, kw_only=True)
class Tornado:
    """What each parameter alone does to a variable.

    Attributes
    ----------
    variable : str
    base : mapping
        Path to the exact value at which the other parameters stay.
    at_base : float
        The variable there; nan if there is none.
    bars : tuple of Bar
        Largest swing first; those without a swing last.
    """

    variable: str
    base: Mapping[str, Fraction]
    at_base: float
    bars: tuple[Bar, ...]


def tornado(sweep: Sweep, ranges: Sequence[Range], base: Mapping[str, object], variable: str) -> Tornado:
    """Move one parameter at a time to the ends of its range.

    Parameters
    ----------
    sweep : Sweep
    ranges : sequence of Range
    base : mapping
        Path of every range to the value at which it stays meanwhile; it may lie outside the range.
    variable : str
        A number, count, episode or flag (0 or 1).

    Raises
    ------
    InputError
        If the variable is unknown or a category, a range has no base or stands twice, or a base is no number.
    """
    check_question(sweep, ranges, variable)
    missing = [given.path for given in ranges if given.path not in base]
    if missing:
        raise wrong("base", "must have a value for every range", None, f"missing: {', '.join(missing)}")
    paths = tuple(given.path for given in ranges)
    middle = {path: exactly(f"base {path}", base[path]) for path in paths}
    rows = [tuple(middle.values())]
    for given in ranges:
        rows += [tuple({**middle, given.path: end}.values()) for end in (given.low, given.high)]
    values = sweep([Axis(paths=paths, rows=tuple(rows), spacing=Spacing.LISTED)])[variable].astype(float).tolist()
    bars = [
        Bar(path=given.path, low=given.low, high=given.high, at_low=low, at_high=high)
        for given, low, high in zip(ranges, values[1::2], values[2::2], strict=True)
    ]
    bars.sort(key=lambda bar: (bar.swing != bar.swing, -bar.swing if bar.swing == bar.swing else 0.0))
    return Tornado(variable=variable, base=middle, at_base=values[0], bars=tuple(bars))
