"""Cases on the borders of a claim: where two sides of a comparison in it are equal, such as `m * p = 1`.

Ties sit there, and a claim that is wrong by a hair is wrong there. From a known case one variable is moved: where the
difference of the two sides is linear in it, exact values at three places give the root. Sides may hold results of the
game, as long as these are linear in the variable at those places; whether they are elsewhere does not matter, as every
case is decided exactly afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice, pairwise
from typing import NamedTuple

from deceptive_sim.claims.bound import BoundClaim
from deceptive_sim.claims.claim import Case, Variable
from deceptive_sim.claims.deciding import Decider
from deceptive_sim.claims.facts import Missing
from deceptive_sim.claims.language.exactly import Undecided, number
from deceptive_sim.claims.language.tree import (
    Arithmetic,
    Call,
    Comparison,
    Free,
    Negative,
    Node,
    Number,
    Of,
    Parameter,
    walk,
)
from deceptive_sim.claims.language.words import RESULTS, Kind
from deceptive_sim.claims.simple import count_of, values_of
from deceptive_sim.core.errors import InputError

MOST_BORDERS = 80

MOST_SOLVED = 60
"""How many games may be solved to find borders of results; borders of parameters cost nothing."""


class Sides(NamedTuple):
    """Two numbers that a claim compares, and whether games must be solved to know them."""

    left: Node
    right: Node
    solved: bool


def border_cases(decider: Decider, bases: Sequence[Case]) -> Iterator[Case]:
    """Cases in which two sides of a comparison are equal, each once.

    Parameters
    ----------
    decider : Decider
    bases : sequence of Case
        Cases to start from.
    """
    seen = set()
    for case in islice(_borders(Roots(decider, solving=MOST_SOLVED), bases), MOST_BORDERS):
        key = decider.key(case)
        if key not in seen:
            seen.add(key)
            yield case


def _borders(roots: Roots, bases: Sequence[Case]) -> Iterator[Case]:
    for base in bases:
        for sides, variable in roots.ways:
            root = roots.root(base, variable, sides)
            if root is not None and root in variable.domain:
                yield {**base, variable.name: root}


def compared(claim: BoundClaim) -> list[Sides]:
    """The numbers that a claim and its assumptions compare; those that need no game solved come first."""
    found = []
    for tree in (claim.tree, *claim.assumptions):
        for node in walk(tree):
            if isinstance(node, Comparison) and all(_is_number(operand) for operand in node.operands):
                for left, right in pairwise(node.operands):
                    parts = (*walk(left), *walk(right))
                    found.append(Sides(left, right, any(isinstance(part, Of) for part in parts)))
    return sorted(found, key=lambda sides: sides.solved)


def _is_number(node: Node) -> bool:
    if isinstance(node, Of):
        return RESULTS[node.result].kind is Kind.NUMBER
    return isinstance(node, Number | Negative | Arithmetic | Call | Free | Parameter)


class Roots:
    """Finds where two sides of a comparison are equal.

    Attributes
    ----------
    ways : list of (Sides, Variable)
        What may be made equal by which variable; without a budget for solving, sides of parameters only.
    """

    def __init__(self, decider: Decider, *, solving: int) -> None:
        self.decider = decider
        self.left = solving
        movable = [one for one in decider.claim.claim.variables if count_of(one.domain) != 1]
        self.ways = [
            (sides, variable)
            for sides in compared(decider.claim)
            for variable in movable
            if (solving or not sides.solved) and _may_move(decider.claim, sides, variable)
        ]

    def root(self, base: Case, variable: Variable, sides: Sides) -> Fraction | None:
        """Where two sides are equal along one variable, if their difference is linear in it."""
        heights: dict[Fraction, Fraction] = {}
        for place in islice(values_of(variable.domain), 3):
            height = self._difference({**base, variable.name: place}, sides)
            if height is None:
                return None
            heights[place] = height
        if len(heights) < 2:
            return None
        (x, at_x), (y, at_y), *third = heights.items()
        slope = (at_y - at_x) / (y - x)
        if not slope or any(at_z != at_x + slope * (z - x) for z, at_z in third):
            return None
        return x - at_x / slope

    def _difference(self, case: Case, sides: Sides) -> Fraction | None:
        if sides.solved:
            if not self.left:
                return None
            self.left -= 1
        games = self.decider.circumstances(case)
        try:
            return number(sides.left, games) - number(sides.right, games)
        except (Missing, Undecided, InputError):
            return None


def _may_move(claim: BoundClaim, sides: Sides, variable: Variable) -> bool:
    """Whether a side speaks of a variable; a result may depend on any of them."""
    path = claim.paths[variable.name]
    return sides.solved or any(
        (isinstance(part, Free) and part.name == variable.name)
        or (isinstance(part, Parameter) and (part.variant is not None or part.path == path))
        for side in (sides.left, sides.right)
        for part in walk(side)
    )
