"""Ends of ranges at which a parameter cannot be, whatever the others are: `p` up to 2.

A claim speaks of sound games only, so such an end is harmless, but it is a mistake. It is told from a combination that
is unsound (`p + shutdown <= 1`) by the rule that is broken: it must be about this parameter alone, quote its value, and
be broken in the same way wherever the others are. In doubt nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from deceptive_sim.claims.domains import Domain
from deceptive_sim.claims.situations import Situations
from deceptive_sim.core.errors import InputError, Problem, quote

_CLOSE = Fraction(1, 1000)


def impossible_end(
    situations: Situations, path: str, domain: Domain, others: Mapping[str, Domain], agent: str | None
) -> Problem | None:
    """The rule that breaks at an end of a domain, where no game is sound; None if none is seen.

    Parameters
    ----------
    situations : Situations
    path : str
        The parameter.
    domain : Domain
    others : mapping
        The domains of all other parameters that vary.
    agent : str or None
    """
    for end in _ends(domain):
        problem = _own_rule(situations, path, end, {}, agent)
        for corner in _corners(others):
            if problem is None:
                break
            again = _own_rule(situations, path, end, corner, agent)
            problem = problem if again == problem else None
        if problem is not None:
            return problem
    return None


def _own_rule(
    situations: Situations, path: str, value: Fraction, corner: Mapping[str, Fraction], agent: str | None
) -> Problem | None:
    """The rule about the parameter's own value that a situation breaks."""
    try:
        situations.at({**corner, path: value}, agent)
    except InputError as error:
        own = (
            problem for problem in error.problems if problem.got == quote(value) and problem.rule.startswith("must be")
        )
        return next((Problem(name=each.name, rule=each.rule, got=each.got) for each in own), None)
    return None


def _ends(domain: Domain) -> Iterator[Fraction]:
    """The first and the last value, or one close to an end that is left out."""
    if domain.values is not None:
        yield from {domain.values[0]: None, domain.values[-1]: None}
        return
    low, high = domain.low, domain.high
    width = high - low if low is not None and high is not None else Fraction(1)
    if low is not None:
        yield low + width * _CLOSE if domain.low_open else low
    if high is not None:
        yield high - width * _CLOSE if domain.high_open else high


def _corners(others: Mapping[str, Domain]) -> Iterator[dict[str, Fraction]]:
    """All others at their low ends, all at their high ends, and between."""
    ends = {path: list(_ends(domain)) or [Fraction(0)] for path, domain in others.items()}
    yield {path: values[0] for path, values in ends.items()}
    yield {path: values[-1] for path, values in ends.items()}
    for path, values in ends.items():
        yield {path: values[0]}
        yield {path: values[-1]}
