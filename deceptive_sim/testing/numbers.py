"""Hypothesis strategies for exact numbers: fractions with small denominators, simple ones first.

Small denominators make equal values and ties common, which is where games are hardest to get right. Everything shrinks
to small denominators first, then towards 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor

from hypothesis import strategies as st

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.exact import Number, exact
from deceptive_sim.model.discounting import Discounting, Exponential, Hyperbolic, QuasiHyperbolic

MOST_LISTED = 2_000
"""Up to so many fractions are drawn from a list, which is quick to draw and to shrink."""

DISCOUNTINGS = ("exponential", "quasi-hyperbolic", "hyperbolic")


def fractions(low: Number = 0, high: Number = 1, *, denominator: int = 6) -> st.SearchStrategy[Fraction]:
    """Fractions of a closed range.

    Parameters
    ----------
    low, high : number
        Ends of the range; both are drawn where their denominators are small enough.
    denominator : int
        The largest denominator, 1 or more. The denominator is drawn first, so simple fractions are common.

    Returns
    -------
    SearchStrategy of Fraction
        Shrinks to the number of the least denominator that is nearest to 0.

    Raises
    ------
    InputError
        If the range has no fraction of such a denominator.
    """
    return _fractions(exact(low), exact(high), denominator)


@lru_cache(maxsize=256)  # to make a strategy takes longer than to draw from it
def _fractions(least: Fraction, most: Fraction, denominator: int) -> st.SearchStrategy[Fraction]:
    found = [d for d in range(1, denominator + 1) if ceil(least * d) <= floor(most * d)]
    if not found:
        rule = f"must have a fraction with a denominator from 1 to {denominator}"
        raise wrong("fractions", rule, f"{least} to {most}")
    if sum(floor(most * d) - ceil(least * d) + 1 for d in found) <= MOST_LISTED:
        return st.sampled_from([number for d in found for number in _over(d, least, most)])

    def drawn(d: int) -> st.SearchStrategy[Fraction]:
        return st.integers(ceil(least * d), floor(most * d)).map(lambda numerator: Fraction(numerator, d))

    return st.sampled_from(found).flatmap(drawn)


def _over(d: int, low: Fraction, high: Fraction) -> list[Fraction]:
    """The fractions with a denominator, those nearest to 0 first; simple ones come again with other denominators."""
    numerators = range(ceil(low * d), floor(high * d) + 1)
    return [Fraction(n, d) for n in sorted(numerators, key=lambda n: (abs(n), n < 0))]


def probabilities(*, denominator: int = 6) -> st.SearchStrategy[Fraction]:
    """Fractions from 0 to 1, both ends common; shrinks to 0."""
    return fractions(0, 1, denominator=denominator)


def shares(names: Sequence[str], *, denominator: int = 6) -> st.SearchStrategy[dict[str, Fraction]]:
    """A probability for each name, over a common denominator and together at most 1; shrinks to zeros.

    Parameters
    ----------
    names : sequence of str
        In the order of the result; which of them is served first is drawn, so that none is favoured.
    denominator : int
        The largest common denominator.
    """
    return _shares(tuple(names), denominator)


@lru_cache(maxsize=64)
def _shares(names: tuple[str, ...], denominator: int) -> st.SearchStrategy[dict[str, Fraction]]:
    whole = st.integers(0, denominator)
    draws = st.tuples(st.integers(1, denominator), st.integers(0, max(0, len(names) - 1)), *([whole] * len(names)))

    def given(drawn: tuple[int, ...]) -> dict[str, Fraction]:
        parts, first, *wanted = drawn
        served: dict[str, Fraction] = dict.fromkeys(names, Fraction(0))
        left = parts
        for name, want in zip((*names[first:], *names[:first]), wanted, strict=True):
            share = min(want, left)
            served[name] = Fraction(share, parts)
            left -= share
        return served

    return draws.map(given)


def discountings(kinds: Sequence[str] = DISCOUNTINGS, *, denominator: int = 6) -> st.SearchStrategy[Discounting]:
    """How a self weighs what comes later, of the kinds given; shrinks to the first kind, and to no discounting.

    Parameters
    ----------
    kinds : sequence of str
        Of "exponential", "quasi-hyperbolic" and "hyperbolic", at least one.
    denominator : int
        The largest denominator of discounts, which are drawn from 0 to 1; `k` is drawn from 0 to 3.
    """
    for kind in kinds:
        if kind not in DISCOUNTINGS:
            raise wrong("kinds", f"must be of {', '.join(DISCOUNTINGS)}", kind)
    return _discountings(tuple(kinds), denominator)


@lru_cache(maxsize=64)
def _discountings(kinds: tuple[str, ...], denominator: int) -> st.SearchStrategy[Discounting]:
    factors = probabilities(denominator=denominator).map(lambda share: 1 - share)
    made: dict[str, st.SearchStrategy[Discounting]] = {
        "exponential": st.builds(Exponential, factors),
        "quasi-hyperbolic": st.builds(lambda beta, delta: QuasiHyperbolic(beta=beta, delta=delta), factors, factors),
        "hyperbolic": st.builds(lambda k: Hyperbolic(k=k), fractions(0, 3, denominator=denominator)),
    }
    return st.one_of([made[kind] for kind in kinds])
