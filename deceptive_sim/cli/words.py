"""Results in words and columns, for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from deceptive_sim.core.exact import Number, readable, text_of
from deceptive_sim.model.actions import Action
from deceptive_sim.report.words import episodes_text, spelt
from deceptive_sim.solvers.solution import Solution

LONGEST_STRATEGY = 40
"""Strategies over more episodes than this are told as runs."""

LONGEST_FRACTION = 60
"""Exact numbers of more characters than this are told as about so much."""

BITS_OF_A_DIGIT = 3.33


def strategy_text(solution: Solution, actions: Sequence[Action]) -> str:
    """What an agent does: `B,B,A,A,A`, or `B ×200, A ×100` if it is long."""
    return spelt(solution.plan, actions, longest=LONGEST_STRATEGY)


def number_text(number: Number, exact: bool) -> str:
    """A number for people; if asked for exactly, as a fraction of any denominator that a line has room for."""
    if not exact or isinstance(number, float):
        return readable(number)
    bits = number.numerator.bit_length() + number.denominator.bit_length()
    if bits > LONGEST_FRACTION * BITS_OF_A_DIGIT or len(text_of(number)) > LONGEST_FRACTION:
        return f"about {readable(number)}"
    return text_of(number)


def columns(rows: Iterable[Sequence[str]], indent: str = "  ") -> str:
    """Text in aligned columns; the first row is the head."""
    table = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[place]) for row in table) for place in range(len(table[0]))]
    return "\n".join(
        indent + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table
    )


def summary(solution: Solution, actions: Sequence[Action], *, exact: bool = False) -> str:
    """Everything about one agent, a line each."""

    def told(number: Number) -> str:
        return number_text(number, exact)

    lines = [
        ("strategy", strategy_text(solution, actions)),
        ("regime", str(solution.regime)),
        ("value", told(solution.value)),
    ]
    if solution.believed_value != solution.value:
        lines.append(("believed value", told(solution.believed_value)))
    if solution.turn is not None:
        lines.append(("treacherous turn", f"episode {solution.turn}"))
    premium = (
        "none (needs training episodes, and actions of both kinds)"
        if solution.premium is None
        else told(solution.premium)
    )
    lines += [
        ("premium of deception", premium),
        ("deception pays", "yes" if solution.deception_pays else "no"),
    ]
    if solution.ties:
        lines.append(("indifferent at", f"episode{'s' * (len(solution.ties) > 1)} {episodes_text(solution.ties)}"))
    if solution.n_optimal is not None and solution.n_optimal > 1:
        count = (
            f"{solution.n_optimal}"
            if solution.n_optimal < 10**9
            else f"2^{solution.n_optimal.bit_length() - 1} or more"
        )
        lines.append(("optimal strategies", count))
    lines += [
        ("reaches deployment unmodified", told(solution.reaches_deployment_unmodified)),
        ("expected deployment defections", told(solution.expected_deployment_defections)),
    ]
    if solution.outer_gap is not None:
        lines.append(("outer alignment gap", told(solution.outer_gap)))
    if solution.inner_gap is not None:
        lines.append(("inner alignment gap", told(solution.inner_gap)))
    return columns(lines)
