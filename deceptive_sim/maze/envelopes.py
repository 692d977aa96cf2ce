"""Who wins at which price: the upper envelope of lines score - cost * bits, exactly.

At every cost the candidate of highest value wins; of equals the one that holds fewer bits, then the one declared first.
So at the very cost at which two are worth the same the smaller one wins, and winners get smaller as the cost rises.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, kw_only=True)
class Line:
    """A candidate to choose: what it scores, and how many bits it holds."""

    name: str
    score: Fraction
    bits: Fraction


@dataclass(frozen=True, kw_only=True)
class Reign:
    """The costs at which a candidate wins.

    Attributes
    ----------
    winner : str
    first : Fraction
        It wins from this cost on.
    end : Fraction or None
        Up to this cost, which is no longer its own; None if it wins for ever.
    """

    winner: str
    first: Fraction
    end: Fraction | None


def winner(lines: Sequence[Line], cost: Fraction) -> str:
    """Who wins at a cost; exact, ties as the module's head says."""
    return min(lines, key=lambda line: (cost * line.bits - line.score, line.bits)).name


def envelope(lines: Sequence[Line]) -> tuple[Reign, ...]:
    """Who wins at every cost from 0 on, in order; exact.

    From each winner on, the next is the first smaller candidate to catch up with it; of those that catch up at the
    same cost the smallest, whose line falls least.
    """
    cost, named = Fraction(0), {line.name: line for line in lines}
    reigns: list[Reign] = []
    while True:
        now = named[winner(lines, cost)]
        catching = [
            ((now.score - line.score) / (now.bits - line.bits), line.bits) for line in lines if line.bits < now.bits
        ]
        if not catching:
            return (*reigns, Reign(winner=now.name, first=cost, end=None))
        end = min(catching)[0]
        reigns.append(Reign(winner=now.name, first=cost, end=end))
        cost = end
