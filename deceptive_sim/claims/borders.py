"""Cases on the borders of a claim: where two sides of a comparison in it are equal, such as `m * p = 1`.

Ties sit there; a claim, or a solver, that is wrong by a hair is wrong there. From a known case one variable is moved.
Where the difference of the two sides is linear in it, exact values at three places give the root; where it is not, but
changes its sign between two of them, the place is narrowed down to two near values, one on each side. Of whole numbers
the two neighbours of the root are meant. Sides may hold results of the game; every case is decided exactly afterwards.

Where many cases are known, *edges* come first: two of them that differ in one variable, and in which one side is the
larger in one and not in the other. There is a border on every edge, and both its ends are paid for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain, islice, pairwise, zip_longest
from math import ceil, floor
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
from deceptive_sim.claims.simple import count_of, simplest
from deceptive_sim.core.errors import InputError

MOST_BORDERS = 80

MOST_SOLVED = 120
"""How many games may be solved to find borders of results; borders of parameters cost nothing."""

NARROWED = 5
"""How often an interval with a change of sign is divided."""

STRIDE = 7


class Sides(NamedTuple):
    """Two numbers that a claim compares, and whether games must be solved to know them."""

    left: Node
    right: Node
    solved: bool


EDGES = 0.6
"""Share of the games to be solved that goes into edges."""


def border_cases(
    decider: Decider, bases: Sequence[Case], *, known: Sequence[Case] = (), most: int = MOST_SOLVED
) -> Iterator[Case]:
    """Cases in which two sides of a comparison are equal, or nearly so, each once.

    Parameters
    ----------
    decider : Decider
    bases : sequence of Case
        Cases to start from.
    known : sequence of Case
        Cases decided already, whose facts may be at hand.
    most : int
        How many games may be solved on the way.
    """
    seen = set()
    roots = Roots(decider)
    edges = _on_edges(roots, known, int(EDGES * most))
    for case in chain(islice(edges, MOST_BORDERS), islice(_borders(roots, bases, most), MOST_BORDERS)):
        key = decider.key(case)
        if key not in seen:
            seen.add(key)
            yield case


def _borders(roots: Roots, bases: Sequence[Case], most: int) -> Iterator[Case]:
    spent = 0
    for base in bases:
        for sides, variable in roots.ways:
            if sides.solved and spent >= most:
                continue
            before = roots.decider.solved
            found = roots.near(base, variable, sides)
            spent += roots.decider.solved - before  # not what is solved to decide the cases found
            for root in found:
                yield {**base, variable.name: root}


def _on_edges(roots: Roots, known: Sequence[Case], most: int) -> Iterator[Case]:
    """Borders on edges, one of each kind in turn, as long as few games were solved."""
    spent = 0
    kinds = [edges for sides, variable in roots.ways if sides.solved for edges in [roots.edges(known, variable, sides)]]
    for edge in (edge for turn in zip_longest(*kinds) for edge in turn if edge is not None):
        if spent >= most:
            return
        before = roots.decider.solved
        found = roots.on(edge)
        spent += roots.decider.solved - before
        for value in found:
            yield {**edge.base, edge.variable.name: value}


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


class Edge(NamedTuple):
    """Two values of one variable, with the differences of two sides there, of unlike sign; the rest is as in a case."""

    base: Case
    variable: Variable
    sides: Sides
    low: tuple[Fraction, Fraction]
    high: tuple[Fraction, Fraction]


class Roots:
    """Finds where two sides of a comparison are equal.

    Attributes
    ----------
    ways : list of (Sides, Variable)
        What may be made equal by which variable.
    """

    def __init__(self, decider: Decider) -> None:
        self.decider = decider
        movable = [one for one in decider.claim.claim.variables if count_of(one.domain) != 1]
        self.ways = [
            (sides, variable)
            for sides in compared(decider.claim)
            for variable in movable
            if _may_move(decider.claim, sides, variable)
        ]

    def near(self, base: Case, variable: Variable, sides: Sides) -> list[Fraction]:
        """Values of a variable, within its domain, at which two sides are equal or nearly so; the rest as in a case."""
        places = simplest(variable.domain, 3)
        heights = [self._difference({**base, variable.name: place}, sides) for place in places]
        known = [(place, height) for place, height in zip(places, heights, strict=True) if height is not None]
        if len(known) < len(places) or len(known) < 2:
            return []
        root = _linear_root(known)
        if root is None:
            found = self._between(base, variable, sides, known)
        elif variable.domain.whole:
            found = sorted({Fraction(floor(root)), Fraction(ceil(root))})
        else:
            found = [root]
        return [value for value in found if value in variable.domain]

    def edges(self, known: Sequence[Case], variable: Variable, sides: Sides) -> list[Edge]:
        """Where two sides change their order between two known cases that are neighbours along one variable.

        Evenly picked ones come first, so that whoever stops early has seen something of all of them.
        """
        if variable.domain.values is not None:
            return []
        lines: dict[tuple[Fraction, ...], list[tuple[Fraction, Fraction]]] = {}
        bases: dict[tuple[Fraction, ...], Case] = {}
        for case in known:
            height = self._difference(case, sides)
            if height is not None:
                line = tuple(value for name, value in case.items() if name != variable.name)
                lines.setdefault(line, []).append((case[variable.name], height))
                bases.setdefault(line, case)
        found = [
            Edge(bases[line], variable, sides, low, high)
            for line, heights in lines.items()
            for low, high in pairwise(sorted(heights))
            if _sign(low[1]) != _sign(high[1])
        ]
        return [edge for start in range(STRIDE) for edge in found[start::STRIDE]]

    def on(self, edge: Edge) -> list[Fraction]:
        """The root on an edge if the difference is linear there, else two near values around it."""
        return self._narrowed(edge.base, edge.variable, edge.sides, edge.low, edge.high)

    def _between(
        self, base: Case, variable: Variable, sides: Sides, known: Sequence[tuple[Fraction, Fraction]]
    ) -> list[Fraction]:
        """Two near values between which the difference of two sides changes its sign."""
        ends = next(
            ((one, other) for one, other in pairwise(sorted(known)) if (one[1] > 0) is not (other[1] > 0)), None
        )
        if ends is None or variable.domain.values is not None:
            return []
        return self._narrowed(base, variable, sides, *ends)

    def _narrowed(
        self,
        base: Case,
        variable: Variable,
        sides: Sides,
        low: tuple[Fraction, Fraction],
        high: tuple[Fraction, Fraction],
    ) -> list[Fraction]:
        """The root between two values if three heights lie on a line, else two near values around it."""
        for turn in range(NARROWED):
            middle = (low[0] + high[0]) / 2
            if variable.domain.whole:
                middle = Fraction(floor(middle))
            height = self._difference({**base, variable.name: middle}, sides)
            if middle == low[0] or height is None:
                break
            if turn == 0 and not variable.domain.whole and 2 * height == low[1] + high[1] and low[1] != high[1]:
                return [low[0] - low[1] * (high[0] - low[0]) / (high[1] - low[1])]
            if _sign(height) == _sign(low[1]):
                low = middle, height
            else:
                high = middle, height
        return [low[0], high[0]]

    def _difference(self, case: Case, sides: Sides) -> Fraction | None:
        games = self.decider.circumstances(case)
        try:
            return number(sides.left, games) - number(sides.right, games)
        except (Missing, Undecided, InputError):
            return None


def _sign(number: Fraction) -> int:
    return (number > 0) - (number < 0)


def _linear_root(known: Sequence[tuple[Fraction, Fraction]]) -> Fraction | None:
    """Where a line through points meets 0; None if it does not, or they lie on none."""
    (x, at_x), (y, at_y), *third = known
    slope = (at_y - at_x) / (y - x)
    if not slope or any(at_z != at_x + slope * (z - x) for z, at_z in third):
        return None
    return x - at_x / slope


def _may_move(claim: BoundClaim, sides: Sides, variable: Variable) -> bool:
    """Whether a side speaks of a variable; a result may depend on any of them."""
    path = claim.paths[variable.name]
    return sides.solved or any(
        (isinstance(part, Free) and part.name == variable.name)
        or (isinstance(part, Parameter) and (part.variant is not None or part.path == path))
        for side in (sides.left, sides.right)
        for part in walk(side)
    )
