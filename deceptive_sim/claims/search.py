"""Property-based search: Hypothesis draws cases of exact rational numbers, simple ones and borders more often.

Every draw is a bit. Hypothesis would otherwise mix in constants that it reads off whichever modules happen to be
imported, and keep them in files: with bits the same seed gives the same cases wherever and whenever it runs, and
nothing is written. Bits that are off mean the simplest value, so its own shrinking already leads to simple cases.

A variable is one of its simplest values, or a coarse fraction of its interval; then, at times, one variable is moved
to where two sides of a comparison in the claim are equal.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from deceptive_sim.claims.borders import Roots
from deceptive_sim.claims.claim import Case, Variable
from deceptive_sim.claims.corners import LONGEST
from deceptive_sim.claims.deciding import Decider, Standing
from deceptive_sim.claims.domains import Domain
from deceptive_sim.claims.simple import values_of
from deceptive_sim.core.errors import InputError

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Draw: TypeAlias = "Callable[[SearchStrategy[bool]], bool]"

SIMPLE_BITS = 4
"""The first sixteen values of a variable may be drawn as such."""

FINE_BITS = 6
"""Coarse fractions have denominators up to 64."""

LONG = 24
"""Whole numbers go up to this, seldom."""


class _Found(Exception):  # noqa: N818 - it is no error
    def __init__(self, case: Case) -> None:
        super().__init__()
        self.case = case


def search(decider: Decider, *, tries: int, seed: int) -> Case | None:
    """Look for a counterexample.

    Parameters
    ----------
    decider : Decider
        Keeps what was decided, so that no case is solved twice.
    tries : int
        Cases that count and are decided, known ones included; 0 for none.
    seed : int

    Returns
    -------
    Case or None
        A counterexample as Hypothesis shrinks it, if there is one among the tries.

    Raises
    ------
    InputError
        If the claim needs a result that a case which counts does not have; the case is a simple one.
    """
    if tries <= 0 or not decider.claim.claim.variables:
        return None
    from hypothesis.errors import Unsatisfiable

    try:
        _falsify(decider, tries, seed)
    except _Found as found:
        return found.case
    except Unsatisfiable:
        return None
    except InputError as error:
        raise InputError(error.problems) from None  # without what Hypothesis noted on it
    return None


def _falsify(decider: Decider, tries: int, seed: int) -> None:
    """Raise `_Found` for a counterexample."""
    import hypothesis
    from hypothesis import HealthCheck, Phase, Verbosity

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=tries,
        derandomize=False,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
        report_multiple_bugs=False,
        print_blob=False,
    )
    @hypothesis.given(cases(decider))
    def holds(case: Case) -> None:
        standing = decider.standing(case)
        if standing is Standing.FALSE:
            raise _Found(case)
        if standing is not Standing.TRUE:
            hypothesis.reject()

    holds()


def cases(decider: Decider) -> SearchStrategy[Case]:
    """Cases of a claim within its domains; they may be excluded by assumptions."""
    from hypothesis import strategies as st

    claim = decider.claim
    simple = {one.name: list(islice(values_of(one.domain), 2**SIMPLE_BITS)) for one in claim.claim.variables}
    roots = Roots(decider)
    ways = roots.ways

    @st.composite
    def draw_case(draw: Draw) -> Case:
        bits = _Bits(lambda: draw(st.booleans()))
        case = {one.name: _value(bits, one, simple[one.name]) for one in claim.claim.variables}
        if ways and bits.one() and bits.one():
            sides, variable = ways[bits.below(len(ways))]
            worth_it = not sides.solved or (bits.one() and decider.standing(case) is Standing.TRUE)
            found = roots.near(case, variable, sides) if worth_it else []
            if found:
                case[variable.name] = found[bits.one() % len(found)]
        return case

    drawn: SearchStrategy[Case] = draw_case()
    return drawn


class _Bits:
    """Numbers out of bits."""

    def __init__(self, one: Callable[[], bool]) -> None:
        self.one = one

    def number(self, bits: int) -> int:
        """A number of so many bits, the highest first."""
        found = 0
        for _ in range(bits):
            found = 2 * found + self.one()
        return found

    def below(self, count: int) -> int:
        """A number below a count; not exactly uniform."""
        return self.number((count - 1).bit_length()) % count


def _value(bits: _Bits, variable: Variable, simple: list[Fraction]) -> Fraction:
    domain = variable.domain
    if domain.values is not None:
        return simple[bits.below(len(simple))]
    if domain.whole:
        low = simple[0]
        reach = LONG if bits.one() and bits.one() and bits.one() else LONGEST
        value = low + bits.below(reach)
        return value if value in domain else simple[bits.below(len(simple))]
    if bits.one():
        value = _within(domain, Fraction(bits.number(FINE_BITS), 1 + bits.number(FINE_BITS)))
        if value in domain:
            return value
    return simple[bits.below(len(simple))]


def _within(domain: Domain, share: Fraction) -> Fraction:
    """A fraction of an interval: from its low end on, or from 0, with either sign, where it has none."""
    if domain.low is not None and domain.high is not None:
        return domain.low + (domain.high - domain.low) * (share if share <= 1 else 1 / share)
    if domain.low is not None:
        return domain.low + share
    if domain.high is not None:
        return domain.high - share
    return share - 1
