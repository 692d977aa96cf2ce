"""The smallest counterexample.

Cases are compared by the sum of their whole numbers, then by the total size of their fractions, then by the values
themselves (`simple.order`). From a counterexample one goes down greedily, one variable at a time and two at a time, to
simpler values at which the claim is still false; then every case below the one reached is looked at in order, as far as
a budget of decisions goes. What comes out is an exact counterexample, the same for the same start; if the budget was
enough, none below it is one (of fractions up to its own size, or up to `MORE_SIZE` above the simplest ones where whole
numbers are smaller).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, islice, product, takewhile

from deceptive_sim.claims.claim import Case, Variable
from deceptive_sim.claims.deciding import Decider, Standing
from deceptive_sim.claims.simple import Order, order, values_of, weight
from deceptive_sim.core.errors import InputError

BUDGET = 4000
"""Work of one shrinking: `SOLVED` for a case whose games are solved, 1 for one that is excluded or known."""

SOLVED = 10

SINGLES = 40
"""Simpler values of one variable that are tried."""

PAIRED = 12
"""Simpler values of each of two variables that are tried together."""

MORE_SIZE = 8


def smallest(decider: Decider, case: Case, *, budget: int = BUDGET) -> Case:
    """The smallest counterexample that can be found from one.

    Parameters
    ----------
    decider : Decider
    case : Case
        A counterexample.
    budget : int
        How much work to do; half of it at most goes into the descent.
    """
    shrinker = _Shrinker(decider, budget // 2)
    reached = shrinker.descend(case)
    shrinker.left += budget - budget // 2
    return shrinker.least_below(reached)


@dataclass
class _Shrinker:
    decider: Decider
    left: int

    def __post_init__(self) -> None:
        self.variables = self.decider.claim.claim.variables

    def false_at(self, case: Case) -> bool:
        """Whether the claim is false in a case; cases that cannot be decided are no counterexamples."""
        known = self.decider.key(case) in self.decider.known
        try:
            standing = self.decider.standing(case)
        except InputError:  # the claim makes no sense there: the counterexample at hand comes first
            standing = Standing.UNDECIDED
        self.left -= 1 if known or standing is Standing.EXCLUDED else SOLVED
        return standing is Standing.FALSE

    def first_false(self, cases: Iterable[Case]) -> Case | None:
        """The first counterexample, as long as there is work left to do."""
        for case in cases:
            if self.left <= 0:
                return None
            if self.false_at(case):
                return case
        return None

    def order(self, case: Case) -> Order:
        return order(case, self.variables)

    # --- down from where one is ----------------------------------------------------------------------------------

    def descend(self, case: Case) -> Case:
        """Down to where no simpler value of one variable, or of two, keeps the claim false."""
        while True:
            found = self.first_false(self._singly(case)) or self.first_false(self._in_pairs(case))
            if found is None:
                return case
            case = found

    def _singly(self, case: Case) -> Iterator[Case]:
        for variable in sorted(self.variables, key=lambda one: not one.domain.whole):
            for value in self._simpler(variable, case[variable.name], SINGLES):
                yield {**case, variable.name: value}

    def _simpler(self, variable: Variable, value: Fraction, most: int) -> Iterator[Fraction]:
        """Values of a variable before the one it has."""
        here = (weight(value, variable.domain), value)
        before = takewhile(lambda other: (weight(other, variable.domain), other) < here, values_of(variable.domain))
        return islice(before, most)

    def _in_pairs(self, case: Case) -> Iterator[Case]:
        here = self.order(case)
        for one, other in combinations(self.variables, 2):
            values = [list(islice(values_of(variable.domain), PAIRED)) for variable in (one, other)]
            moved = [{**case, one.name: first, other.name: second} for first, second in product(*values)]
            yield from sorted((new for new in moved if self.order(new) < here), key=self.order)

    # --- everything below ----------------------------------------------------------------------------------------

    def least_below(self, case: Case) -> Case:
        """The least counterexample below one, or that one."""
        return self.first_false(_cases_below(self.variables, self.order(case))) or case


def _cases_below(variables: Sequence[Variable], top: Order) -> Iterator[Case]:
    """The cases below one, in order."""
    whole = [one for one in variables if one.domain.whole]
    others = [one for one in variables if not one.domain.whole]
    least = sum(weight(next(values_of(one.domain)), one.domain) for one in others)
    for total in range(top[0] + 1):
        counts = list(_of_weight(whole, total))
        most = top[1] if total == top[0] else max(top[1], least + MORE_SIZE)
        for sizes in range(least, most + 1) if counts else ():
            fractions = list(_of_weight(others, sizes))
            cases = [{**first, **second} for first, second in product(counts, fractions)]
            for case in sorted(cases, key=lambda one: order(one, tuple(variables))):
                if order(case, tuple(variables)) >= top:
                    return
                yield {one.name: case[one.name] for one in variables}


def _of_weight(variables: Sequence[Variable], total: int) -> Iterator[Case]:
    """Every way to give variables values of a total weight."""
    if not variables:
        if total == 0:
            yield {}
        return
    first, *rest = variables
    for value in values_of(first.domain):
        its = weight(value, first.domain)
        if its > total:
            break
        for others in _of_weight(rest, total - its):
            yield {first.name: value, **others}
