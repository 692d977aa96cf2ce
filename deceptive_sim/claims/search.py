"""Property-based search: Hypothesis draws cases of exact rational numbers, simple ones more often; each with its kin.

Every draw is a bit. Hypothesis would otherwise mix in constants that it reads off whichever modules happen to be
imported, and keep them in files: with bits the same seed gives the same cases wherever and whenever it runs, and
nothing is written. Bits that are off mean the simplest value, so its own shrinking already leads to simple cases.

In a drawn case a variable is one of its simplest values, or a coarse fraction of its interval. A bit costs more than
the arithmetic that it saves, so that every drawing also seeds a generator, which makes `MORE` cases alike. And as
claims break on borders, which drawing seldom meets, some cases *around* the drawn one are decided too: one variable
moved to where two sides of a comparison in the claim are equal, or to an end of its domain; two variables made equal,
or exchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from deceptive_sim.claims.borders import Roots
from deceptive_sim.claims.claim import Case, Variable
from deceptive_sim.claims.corners import LONGEST, ends_of
from deceptive_sim.claims.deciding import Decider, Standing
from deceptive_sim.claims.domains import Domain
from deceptive_sim.claims.simple import simplest
from deceptive_sim.core.errors import InputError
from deceptive_sim.core.seeds import generator

if TYPE_CHECKING:
    import numpy as np
    from hypothesis.strategies import SearchStrategy

Draw: TypeAlias = "Callable[[SearchStrategy[bool]], bool]"

SIMPLE_BITS = 4
"""The first sixteen values of a variable may be drawn as such."""

SIMPLEST = 3
"""Every other case that is seeded has only so many of these: ends and halves, where most rules change."""

FINE_BITS = 6
"""Coarse fractions have denominators up to 64."""

LONG = 24
"""Whole numbers go up to this, seldom."""

MORE = 4
"""Cases that a drawing seeds."""

STALE = 40
"""Draws in a row around which nothing new is decided, after which the search ends."""


class _Found(Exception):  # noqa: N818 - it is no error
    def __init__(self, case: Case) -> None:
        super().__init__()
        self.case = case


class _Enough(BaseException):
    """Enough was decided, or nothing new comes any more; Hypothesis would try to shrink an Exception."""


def search(decider: Decider, *, tries: int, seed: int) -> Case | None:
    """Look for a counterexample.

    Parameters
    ----------
    decider : Decider
        Keeps what was decided, so that no case is solved twice.
    tries : int
        Different cases that count, known ones included; 0 for none. The search ends before that if it only meets what
        is known, or what does not count: `STALE` draws in a row, of domains with few cases, say.
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
    except (Unsatisfiable, _Enough):
        return None
    except InputError as error:
        raise InputError(error.problems) from None  # without what Hypothesis noted on it
    return None


def _falsify(decider: Decider, tries: int, seed: int) -> None:
    """Raise `_Found` for a counterexample."""
    import hypothesis
    from hypothesis import HealthCheck, Phase, Verbosity

    stale, roots = 0, Roots(decider)
    met: set[tuple[Fraction, ...]] = set()

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
    @hypothesis.given(drawings(decider, roots))
    def holds(drawn: Drawing) -> None:
        nonlocal stale
        counted = decider.counted
        counts = False
        for case in around(decider, roots, drawn):
            standing = decider.standing(case)
            if standing is Standing.FALSE:
                raise _Found(case)
            if standing is Standing.TRUE:
                counts = True
                met.add(decider.key(case))
        stale = 0 if decider.counted > counted else stale + 1
        if stale >= STALE or len(met) >= tries:
            raise _Enough
        if not counts:
            hypothesis.reject()

    holds()


class Drawing(NamedTuple):
    """A drawn case, and which of the cases around it are meant: numbers of variables, of a way to move, of ends."""

    case: Case
    more: Sequence[Case]
    way: int
    pair: tuple[int, int]
    last: int


def drawings(decider: Decider, roots: Roots) -> SearchStrategy[Drawing]:
    """Cases of a claim within its domains; they may be excluded by assumptions."""
    from hypothesis import strategies as st

    variables = decider.claim.claim.variables
    simple = {one.name: simplest(one.domain, 2**SIMPLE_BITS) for one in variables}

    @st.composite
    def draw_case(draw: Draw) -> Drawing:
        bits = _Bits(lambda: draw(st.booleans()))

        def made(bits: _Bits, most: int | None = None) -> Case:
            return {one.name: _value(bits, one, simple[one.name][:most]) for one in variables}

        case = made(bits)
        cheap = _Bits(_bits_of(generator(bits.drawn)))
        more = [made(cheap, SIMPLEST if place % 2 else None) for place in range(MORE)]
        pair = bits.below(len(variables)), bits.below(len(variables))
        return Drawing(case, more, bits.below(len(roots.ways)), pair, bits.one())

    drawn: SearchStrategy[Drawing] = draw_case()
    return drawn


def around(decider: Decider, roots: Roots, drawn: Drawing) -> Iterator[Case]:
    """A drawn case, those that it seeds and those around it, within the domains."""
    case, variables = drawn.case, decider.claim.claim.variables
    yield from (case, *drawn.more)
    if roots.ways:
        sides, moved = roots.ways[drawn.way]
        if not sides.solved or decider.standing(case) is Standing.TRUE:
            yield from ({**case, moved.name: root} for root in roots.near(case, moved, sides))
    one, other = (variables[number] for number in drawn.pair)
    ends = ends_of(one.domain)
    for new in (
        {**case, one.name: case[other.name]},
        {**case, one.name: case[other.name], other.name: case[one.name]},
        {**case, one.name: ends[-drawn.last]},
    ):
        if all(new[variable.name] in variable.domain for variable in variables):
            yield new


def _bits_of(rng: np.random.Generator) -> Callable[[], bool]:
    """Bits of a generator, one at a time."""
    left: list[int] = []

    def one() -> bool:
        if not left:
            left.extend(rng.integers(2, size=256).tolist())
        return bool(left.pop())

    return one


class _Bits:
    """Numbers out of bits."""

    def __init__(self, draw: Callable[[], bool]) -> None:
        self._draw = draw
        self.drawn = 1
        """All bits so far as one number, led by 1."""

    def one(self) -> bool:
        """The next bit."""
        bit = self._draw()
        self.drawn = 2 * self.drawn + bit
        return bit

    def number(self, bits: int) -> int:
        """A number of so many bits, the highest first."""
        found = 0
        for _ in range(bits):
            found = 2 * found + self.one()
        return found

    def below(self, count: int) -> int:
        """A number below a count, 0 if that is 0; not exactly uniform."""
        return self.number((count - 1).bit_length()) % count if count else 0


def _value(bits: _Bits, variable: Variable, simple: Sequence[Fraction]) -> Fraction:
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
