"""Iterating affine maps by squaring: what all closed forms share."""

from __future__ import annotations

from typing import Any

from deceptive_sim.solvers.compiled.target import compiled, pick

TINY = 1e-100
NEGLIGIBLE = 2.0**-54

FIRST_LOOK = 8
"""Shorter runs (in powers of two) are not examined for whether anything still changes."""


@compiled
def squared(factor: Any) -> Any:
    """The square of a factor in [0, 1]; one far below rounding stays what it is, as subnormal numbers are slow."""
    return pick(factor < TINY, factor, factor * factor)


@compiled
def faint(factor: Any) -> Any:
    """A factor from 0 to 1, but never so small that it becomes subnormal or loses its sign; 0 stays 0."""
    return pick(factor < TINY, pick(factor > 0.0, TINY, 0.0), factor)


@compiled
def at_rest(factor: Any, added: Any) -> Any:
    """Whether iterating `factor x + added` further changes nothing beyond rounding."""
    return (factor < NEGLIGIBLE) | (factor == 1.0) & (added == 0.0)


@compiled
def passed(by_other: Any, by_self: Any, fading: Any) -> Any:
    """Whether the weight that another number has on x after many episodes no longer changes."""
    return (by_other < NEGLIGIBLE) | (fading == 1.0) & (by_self < NEGLIGIBLE)
