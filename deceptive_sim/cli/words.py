"""Results in words and columns, for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from deceptive_sim.core.exact import readable
from deceptive_sim.solvers.solution import Solution


def dotted(strategy: str) -> str:
    """A spelt-out strategy with its episodes apart: `B,B,A,A,A`."""
    return strategy if " " in strategy or "," in strategy or len(strategy) > 40 else ",".join(strategy)


def columns(rows: Iterable[Sequence[str]], indent: str = "  ") -> str:
    """Text in aligned columns; the first row is the head."""
    table = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[place]) for row in table) for place in range(len(table[0]))]
    return "\n".join(
        indent + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table
    )


def summary(solution: Solution) -> str:
    """Everything about one agent, a line each."""
    lines = [
        ("strategy", dotted(solution.strategy)),
        ("regime", str(solution.regime)),
        ("value", readable(solution.value)),
    ]
    if solution.believed_value != solution.value:
        lines.append(("believed value", readable(solution.believed_value)))
    if solution.turn is not None:
        lines.append(("treacherous turn", f"episode {solution.turn}"))
    premium = (
        "none (needs training episodes, and actions of both kinds)"
        if solution.premium is None
        else readable(solution.premium)
    )
    lines += [
        ("premium of deception", premium),
        ("deception pays", "yes" if solution.deception_pays else "no"),
    ]
    if solution.ties:
        lines.append(("indifferent at", _episodes(solution.ties)))
    if solution.n_optimal is not None and solution.n_optimal > 1:
        count = (
            f"{solution.n_optimal}"
            if solution.n_optimal < 10**9
            else f"2^{solution.n_optimal.bit_length() - 1} or more"
        )
        lines.append(("optimal strategies", count))
    lines += [
        ("reaches deployment unmodified", readable(solution.reaches_deployment_unmodified)),
        ("expected deployment defections", readable(solution.expected_deployment_defections)),
    ]
    if solution.outer_gap is not None:
        lines.append(("outer alignment gap", readable(solution.outer_gap)))
    if solution.inner_gap is not None:
        lines.append(("inner alignment gap", readable(solution.inner_gap)))
    return columns(lines)


def _episodes(episodes: Sequence[int]) -> str:
    shown = ", ".join(str(t) for t in episodes[:12])
    return f"episode {shown}" if len(episodes) == 1 else f"episodes {shown}{', ...' if len(episodes) > 12 else ''}"
