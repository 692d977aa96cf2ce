"""Iterating affine maps by squaring: what all closed forms share.

Level `k` is the map of 2^k episodes. Once squaring a lane's map changes nothing, its level is the last one it needs:
one application stands for all that are left. Each lane has its own level of rest, so that no lane's result depends on
its neighbours.
"""

from __future__ import annotations

from typing import Any

from deceptive_sim.solvers.compiled.layout import LANES, ON
from deceptive_sim.solvers.compiled.target import compiled, pick

TINY = 1e-100
NEGLIGIBLE = 2.0**-54

FIRST_LOOK = 8
"""Levels below this are not examined for whether anything still changes."""

NEVER = 99.0
"""The level of rest of a lane that has not come to rest."""


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


@compiled
def switch_on(w: Any, k: int, length: int, rest: int) -> None:
    """Mark the lanes to which level `k` is applied, for runs of the length in row `length` with rest in row `rest`."""
    lengths, rests, now = w[length : length + LANES], w[rest : rest + LANES], float(k)
    for c in range(LANES):
        bits = int(lengths[c]) >> k
        due = pick(now == rests[c], bits > 0, (bits & 1) > 0) & (now <= rests[c])
        w[ON + c] = pick(due, 1.0, 0.0)
