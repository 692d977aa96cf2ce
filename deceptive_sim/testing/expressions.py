"""Hypothesis strategies for claims: texts of the language of claims that can be read and are true or false.

Most of them are false of most games. They are for testing what reads and decides claims.
"""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from deceptive_sim.claims.language.words import RESULTS, Kind
from deceptive_sim.model.regimes import Regime
from deceptive_sim.testing.numbers import fractions

ALWAYS = {
    "value",
    "believed_value",
    "horizon",
    "deployment_value",
    "reaches_deployment_unmodified",
    "expected_deployment_defections",
    "training_defections",
    "deployment_defections",
    "play_along_window",
    "turn",
}
"""Results that are numbers, stand alone and exist in every situation."""

SHOWN = {"==", "!=", "<", "<=", ">", ">="}


def claim_texts(variables: Sequence[str] = ("n", "m", "p", "q"), *, results: bool = True) -> st.SearchStrategy[str]:
    """Texts of claims: comparisons of numbers and texts, joined by and, or, not, implies and iff.

    Numbers are exact and small, powers whole and small, and nothing is divided by what may be 0. Every part is in
    parentheses, so that the text does not rest on what binds closer.

    Parameters
    ----------
    variables : sequence of str
        Names of numbers, at least one.
    results : bool
        Whether claims speak of results (value, regime, ...) that exist in every situation.

    Returns
    -------
    SearchStrategy of str
        Shrinks to one comparison of simple numbers.
    """
    numbers = _numbers(variables, results)
    comparisons = st.builds(
        lambda first, rest: " ".join([first, *(f"{sign} {number}" for sign, number in rest)]),
        numbers,
        st.lists(st.tuples(st.sampled_from(sorted(SHOWN)), numbers), min_size=1, max_size=2),
    )
    plain = comparisons
    if results:
        regimes = st.sampled_from([regime.value for regime in Regime])
        plain |= st.builds(
            lambda sign, regime: f'regime {sign} "{regime}"', st.sampled_from(["==", "!="]), regimes
        ) | st.just("deception_pays")
    return st.recursive(plain, _joined, max_leaves=6)


def _numbers(variables: Sequence[str], results: bool) -> st.SearchStrategy[str]:
    words = [*variables, *(sorted(ALWAYS) if results else [])]
    assert all(RESULTS[word].kind is Kind.NUMBER for word in ALWAYS)
    simple = fractions(0, 9, denominator=4).map(str)
    leaves = simple.map(lambda text: f"({text})" if "/" in text else text) | st.sampled_from(words)

    def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.builds(lambda sign, a, b: f"({a} {sign} {b})", st.sampled_from("+-*"), inner, inner),
            st.builds(lambda a: f"(-{a})", inner),
            st.builds(lambda a, k: f"({a} ** {k})", inner, st.integers(0, 3)),
            st.builds(lambda a, b: f"({a} / (1 + abs({b})))", inner, inner),
            st.builds(lambda name, a, b: f"{name}({a}, {b})", st.sampled_from(["min", "max"]), inner, inner),
            st.builds(lambda name, a: f"{name}({a})", st.sampled_from(["abs", "floor", "ceil"]), inner),
        )

    return st.recursive(leaves, larger, max_leaves=4)


def _joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    words = st.sampled_from(["and", "or", "implies", "iff"])
    return st.builds(lambda a, word, b: f"({a}) {word} ({b})", inner, words, inner) | inner.map(lambda a: f"not ({a})")
