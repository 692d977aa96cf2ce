"""What moves the premium of deception most, over the ranges of a landscape's axes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Driver:
    """One axis, and how it moves the premium.

    Attributes
    ----------
    title, path : str
        The first parameter of the axis, in words and by path.
    low, high : str
        Its ends, as people read them.
    at_low, at_high : float
        The premium with this axis at its ends and all other parameters as the file says; NaN where there is none.
    """

    title: str
    path: str
    low: str
    high: str
    at_low: float
    at_high: float


@dataclass(frozen=True, kw_only=True)
class Drivers:
    """All axes, and the premium that the file itself has; the axis that moves it most stands first."""

    base: float
    drivers: tuple[Driver, ...]
