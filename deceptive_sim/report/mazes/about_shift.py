"""Distributional shift as a part of the page."""

from __future__ import annotations

from collections.abc import Mapping

from deceptive_sim.maze.outcomes import OUTCOMES
from deceptive_sim.maze.shift import COUNTED, ShiftResult
from deceptive_sim.report.mazes.sections import Drawn, Section, Table, csv_text, ends, share_told
from deceptive_sim.report.mazes.words import counted
from deceptive_sim.report.populations.numbers import percent


def section(found: ShiftResult, labels: Mapping[str, str]) -> Section:
    """What every agent does in mazes of every family."""
    from deceptive_sim.report.figures.mazes import outcomes

    finding = finding_of(found)
    figure = outcomes.draw(found, labels, finding)
    drawn = Drawn(name="outcomes", figure=figure, alt=_alt(found, labels), caption=_caption(found))
    return Section(
        name="shift",
        heading="In mazes that look different",
        finding=finding,
        figures=[drawn],
        tables=[_table(found, labels, family) for family in found.families],
        files={"shift.csv": shift_csv(found)},
    )


def finding_of(found: ShiftResult) -> str:
    """How many agents take the exit in most mazes of each family."""
    told = [f"{_mostly(found, family, 'generalises')} in {family}" for family in found.families]
    agents = counted(len(found.agents), "agent")
    return f"Of {agents}, {_joined(told)} take the exit in most mazes"


def shift_csv(found: ShiftResult) -> str:
    """The rates as a table: agent, family, outcome, how many mazes of how many, rate and its 95 % interval."""
    head = ("agent", "family", "outcome", "count", "mazes", "rate", "low", "high")
    rows = [
        (cell.agent, cell.family, outcome, cell.counts[outcome], cell.mazes, *ends(cell.rate(outcome)))
        for cell in found.cells
        for outcome in COUNTED
    ]
    return csv_text(head, rows)


def _mostly(found: ShiftResult, family: str, outcome: str) -> int:
    return sum(found.cell(agent, family).counts[outcome] * 2 > found.spec.mazes for agent in found.agents)


def _joined(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _caption(found: ShiftResult) -> str:
    return (
        f"Shares of {counted(found.spec.mazes, 'maze')} of each family, the same for all agents. To go elsewhere "
        "competently is to take another thing, or go to the bare corner, by a path at most 10 % longer than the "
        "shortest. Where parts meet, lines are 95 % intervals."
    )


def _alt(found: ShiftResult, labels: Mapping[str, str]) -> str:
    told = []
    for family in found.families:
        for agent in found.agents[:12]:
            cell = found.cell(agent, family)
            shares = ", ".join(f"{outcome} {percent(cell.counts[outcome] / cell.mazes)}" for outcome in OUTCOMES)
            told.append(f"{labels.get(agent, agent)} in {family}: {shares}")
    return f"Stacked bars. {'. '.join(told)}."


def _table(found: ShiftResult, labels: Mapping[str, str], family: str) -> Table:
    rows = []
    for agent in found.agents:
        cell = found.cell(agent, family)
        rows.append([labels.get(agent, agent), *(share_told(cell.rate(outcome)) for outcome in OUTCOMES)])
    caption = f"Mazes of {family}: rates with 95 % intervals"
    return Table(name=f"shift-{family}", caption=caption, head=("", *OUTCOMES), rows=rows)
