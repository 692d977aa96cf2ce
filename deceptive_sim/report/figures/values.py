"""What each objective at the wheel is worth to each judge: one annotated table per agent."""

from __future__ import annotations

import numpy
import seaborn
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deceptive_sim.core.exact import readable, to_float
from deceptive_sim.report.figures import style
from deceptive_sim.report.words import label_of, leading
from deceptive_sim.solvers.solution import Solution
from deceptive_sim.studies.result import RunResult

MOST_TABLES = 4
MOST_OBJECTIVES = 12

# inches
ROW, MARGIN, TABLE_HEAD, NAME, FOOT = 0.52, 0.14, 0.58, 0.34, 0.62

CORNER = "at the wheel"
NOTE = "Colours compare within a column only: each judge counts in payoff units of its own."

RISING = LinearSegmentedColormap.from_list("rising", ["#f4f8fb", "#9cc4dd", "#0b5a8f"])
SIGNED = LinearSegmentedColormap.from_list("signed", ["#b9500a", "#f3c49f", "#f7f7f7", "#9cc4dd", "#0b5a8f"])


def draw(result: RunResult) -> Figure:
    """The figure: tables of up to 4 agents, of which several with the same numbers share one."""
    if not result.solutions:
        return style.note_sheet("No agents, so no values to draw.")
    with style.house_style():
        tables = _tables(result)
        names = [objective.name for objective in result.game.objectives][:MOST_OBJECTIVES]
        widest = max(style.width_of(name, style.NORMAL) for name in names)
        corner = style.width_of(CORNER, style.SMALL)
        left, column = max(min(widest, 1.8), corner) + 2 * MARGIN, min(max(0.95, widest + 0.15), 1.7)
        width = max(left + column * len(names) + MARGIN, 4.6)
        column = (width - left - MARGIN) / len(names)
        title = style.wrapped(title_of(result), style.LARGE, width - 2 * MARGIN, 3, True)
        head = 0.2 + 0.27 * (title.count("\n") + 1)
        several = len(result.solutions) > 1
        each = TABLE_HEAD + NAME * several + ROW * len(names)
        height = head + each * len(tables) + FOOT
        figure = style.sheet(width, height)
        top = 1 - 0.1 / height
        figure.text(
            MARGIN / width, top, title, size=style.LARGE, weight="bold", va="top", linespacing=1.15, gid="title"
        )
        for place, (label, solution) in enumerate(tables):
            bottom = height - head - each * (place + 1)
            box = (left / width, bottom / height, column * len(names) / width, ROW * len(names) / height)
            _table(figure.add_axes(box), solution, names, column)
            if several:
                label = style.fitting(style.drawable(label), style.NORMAL, width - 3 * MARGIN, True)
                y = (bottom + ROW * len(names) + TABLE_HEAD) / height
                figure.text(MARGIN / width, y, label, weight="bold", gid="agent")
        note = style.wrapped(NOTE, style.SMALL, width - 2 * MARGIN, 3)
        figure.text(MARGIN / width, 0.1 / height, note, size=style.SMALL, color=style.SOFT_INK, va="bottom", gid="note")
        return figure


def title_of(result: RunResult) -> str:
    """The finding: what the base objective gets with the first agent's objective at the wheel, and with itself."""
    lead, base = leading(result), result.game.base_objective
    if base is None or lead.objective == base:
        return "What each objective at the wheel is worth to each judge"
    gets, could = lead.values[lead.objective][base], lead.values[base][base]
    if readable(gets) == readable(could):
        return f"{base} gets {readable(gets)} with {lead.objective} at the wheel, as with itself"
    return f"With {lead.objective} at the wheel, {base} gets {readable(gets)} instead of {readable(could)}"


def _tables(result: RunResult) -> list[tuple[str, Solution]]:
    """Label and solution of each table: agents with the same numbers are named together."""
    tables: list[tuple[list[str], Solution]] = []
    for solution in result.solutions:
        for labels, other in tables:
            if other.values == solution.values:
                labels.append(label_of(result, solution, 40))
                break
        else:
            tables.append(([label_of(result, solution, 40)], solution))
    return [(", ".join(labels), solution) for labels, solution in tables[:MOST_TABLES]]


def strengths(values: NDArray[numpy.float64]) -> NDArray[numpy.float64]:
    """Values `[actor, judge]` on a scale of colour, column by column.

    Without negative payoffs from 0 (a judge's least) to 1 (its most); a column with negative ones from -1 to 1, with 0
    in the middle. Columns of equal values are in the middle of their scale.
    """
    low, high = values.min(axis=0), values.max(axis=0)
    if (values < 0).any():
        largest = numpy.abs(values).max(axis=0)
        return values / numpy.where(largest > 0, largest, 1.0)
    return numpy.where(high > low, (values - low) / numpy.where(high > low, high - low, 1.0), 0.5)


def _table(axes: Axes, solution: Solution, names: list[str], column: float) -> None:
    exact = [[solution.values[actor][judge] for judge in names] for actor in names]
    numbers = numpy.array([[to_float(value) for value in row] for row in exact])
    signed = bool((numbers < 0).any())
    seaborn.heatmap(
        strengths(numpy.nan_to_num(numbers)),
        ax=axes,
        annot=numpy.array([[readable(value) for value in row] for row in exact]),
        fmt="",
        annot_kws={"size": style.LARGE, "weight": "bold"},
        cbar=False,
        cmap=SIGNED if signed else RISING,
        vmin=-1 if signed else 0,
        vmax=1,
        linewidths=2,
        linecolor=style.PAPER,
    )
    for text in axes.texts:
        text.set_gid("value")
        sizes = (size for size in range(round(style.LARGE), 6, -1))
        text.set_fontsize(next((s for s in sizes if style.width_of(text.get_text(), s, True) <= column - 0.1), 6))
    across = [style.fitting(name, style.NORMAL, column - 0.08) for name in names]
    axes.set_xticks(numpy.arange(len(names)) + 0.5, across, rotation=0, size=style.NORMAL, color=style.INK)
    down = [style.fitting(name, style.NORMAL, 1.8) for name in names]
    axes.set_yticks(numpy.arange(len(names)) + 0.5, down, rotation=0, size=style.NORMAL, color=style.INK)
    axes.tick_params(length=0, top=False, bottom=False, labeltop=True, labelbottom=False, pad=3)
    axes.xaxis.set_label_position("top")
    axes.set_xlabel("judged by", labelpad=3)
    x, y = -0.08 / (column * len(names)), 1 + 0.08 / (ROW * len(names))
    corner = axes.text(x, y, CORNER, transform=axes.transAxes, ha="right", size=style.SMALL, gid="at-the-wheel")
    corner.set_color(style.SOFT_INK)
