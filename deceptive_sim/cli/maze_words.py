"""What studies of mazes found, in tables for people at a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from deceptive_sim.cli.words import columns

if TYPE_CHECKING:
    from deceptive_sim.maze.shift import ShiftResult
    from deceptive_sim.populations.measures import Estimate
    from deceptive_sim.studies.maze import MazeResult

Block = tuple[str, str]
"""A heading, and the lines below it."""


def blocks_of(result: MazeResult) -> Iterator[Block]:
    """A block for every table of every study, in order."""
    for name, found in result.studies.items():
        yield from BLOCKS[name](found, result.plan.labels)


def shift_blocks(found: ShiftResult, labels: Mapping[str, str]) -> Iterator[Block]:
    """Rates of the three outcomes, a table for each family."""
    from deceptive_sim.maze.outcomes import OUTCOMES

    for family in found.families:
        rows: list[tuple[str, ...]] = [("", *OUTCOMES)]
        for agent in found.agents:
            cell = found.cell(agent, family)
            rows.append((labels[agent], *(percent(cell.rate(outcome)) for outcome in OUTCOMES)))
        yield f"in {found.spec.mazes} mazes of {family}, with 95 % intervals", columns(rows)


BLOCKS: Mapping[str, Callable[[Any, Mapping[str, str]], Iterator[Block]]] = {
    "shift": shift_blocks,
}


def held(result: MazeResult) -> str:
    """What was measured in mazes, and how many expectations hold, in a line."""
    told = f"measured in mazes: {', '.join(result.studies) or 'nothing'}"
    if not result.checks:
        return told
    return f"{told}; {sum(check.holds for check in result.checks)} of {len(result.checks)} expectations hold"


def percent(rate: Estimate | None) -> str:
    """A rate with its interval: `97.3 % (96.9 to 97.6)`."""
    if rate is None:
        return ""
    text = f"{100 * rate.mean:.1f} %"
    return text if rate.low is None or rate.high is None else f"{text} ({_end(rate.low)} to {_end(rate.high)})"


def _end(share: float) -> str:
    """One end of an interval in percent; with a digit more where it would look like never or always, and is not."""
    text = f"{100 * share:.1f}"
    return f"{100 * share:.2f}" if share not in (0, 1) and text in ("0.0", "100.0") else text
