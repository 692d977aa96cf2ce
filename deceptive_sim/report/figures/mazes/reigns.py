"""Plants and animals: which candidate the base optimiser chooses, by mazes in training and the price of a bit.

A picture for each size of maze. Columns are the numbers of mazes that were measured; within a column the borders
between candidates are exact for the scores and capacities that were measured, whatever the costs in the file.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from deceptive_sim.maze.selection import SelectionResult
from deceptive_sim.report.figures import style
from deceptive_sim.report.figures.canvas import Key
from deceptive_sim.report.figures.mazes.small import Floats, foot_height, heading, place, write_keys
from deceptive_sim.report.figures.populations.naming import roomiest
from deceptive_sim.report.figures.populations.stage import sheet

COLOURS = {
    "planner": "#d55e00", "memoriser": "#e9c62f", "wall-follower": "#0072b2", "down-and-right": "#009e73",
    "unvisited": "#7fc4ec", "random": "#c3cad1",
}  # fmt: skip
"""The optimiser is warm, plants are cold."""

SIZES = (style.SMALL, 9.5, 8.5)
LEFT, WIDE, GAP, RIGHT = 0.85, 2.55, 0.3, 0.25
HEIGHT, HEAD, FOOT = 2.1, 0.36, 0.3
NAMES = 0.3
BESIDE, MOST_SIZES = 2, 8


@dataclass(frozen=True, kw_only=True, eq=False)
class Field:
    """Where one candidate wins at one size: in each column from which cost to which; NaN where it does not."""

    winner: str
    low: Floats
    high: Floats


def draw(found: SelectionResult, title: str) -> Figure:
    """The pictures, two beside each other."""
    with style.house_style():
        sizes = found.spec.sizes[:MOST_SIZES]
        fields = {size: fields_of(found, size) for size in sizes}
        low, high = costs_shown(found)
        shown = [name for name in COLOURS if any(field.winner == name for some in fields.values() for field in some)]
        keys = [Key(sign="", meaning=name.replace("-", " "), colour=to_rgb(COLOURS[name])) for name in shown]
        beside = min(BESIDE, len(sizes))
        rows = -(-len(sizes) // beside)
        width = max(LEFT + beside * WIDE + (beside - 1) * GAP + RIGHT, 4.2)
        foot, block = foot_height(keys, width) + NAMES, HEAD + HEIGHT + FOOT
        figure, _ = sheet(title, width, rows * block + foot)
        for number, size in enumerate(sizes):
            row, column = divmod(number, beside)
            base = foot + (rows - row - 1) * block + FOOT
            axes = place(figure, LEFT + column * (WIDE + GAP), base, WIDE, HEIGHT, f"size-{size}")
            _field(axes, found, fields[size], low, high)
            heading(axes, f"mazes of {size} x {size}", WIDE)
            if column:
                axes.set_yticklabels([])
            else:
                axes.set_ylabel("cost of a bit of capacity", labelpad=3)
            if number + beside >= len(sizes):
                axes.set_xlabel("mazes in training", labelpad=2)
        write_keys(figure, keys)
    return figure


def fields_of(found: SelectionResult, size: int) -> list[Field]:
    """For each candidate that wins anywhere at a size, where it does; in the order of `COLOURS`."""
    columns = [
        {reign.winner: (float(reign.first), numpy.inf if reign.end is None else float(reign.end)) for reign in reigns}
        for reigns in (found.envelope(size, many) for many in found.spec.diversities)
    ]
    nowhere = (numpy.nan, numpy.nan)
    fields = []
    for name in COLOURS:
        if any(name in column for column in columns):
            low, high = numpy.array([column.get(name, nowhere) for column in columns]).T
            fields.append(Field(winner=name, low=low, high=high))
    return fields


def costs_shown(found: SelectionResult) -> tuple[float, float]:
    """From below the lowest border to above the highest one; the costs of the file if there is no border."""
    spec = found.spec
    met = [
        float(reign.end)
        for size in spec.sizes
        for many in spec.diversities
        for reign in found.envelope(size, many)
        if reign.end
    ] or [float(cost) for cost in spec.costs if cost]
    if not met:
        return 1e-4, 1.0
    return min(met) / 3, max(met) * 3


def edges_of(diversities: tuple[int, ...]) -> Floats:
    """Borders of columns, half way between the numbers by their logarithm."""
    logs = numpy.log2(numpy.array(sorted(diversities), float))
    if len(logs) == 1:
        return numpy.array([logs[0] - 0.5, logs[0] + 0.5])
    middles = (logs[1:] + logs[:-1]) / 2
    return numpy.concatenate([[2 * logs[0] - middles[0]], middles, [2 * logs[-1] - middles[-1]]])


def _field(axes: Axes, found: SelectionResult, fields: list[Field], low: float, high: float) -> None:
    order = numpy.argsort(found.spec.diversities)
    edges = edges_of(found.spec.diversities)
    span = numpy.log(high / low)

    def share(costs: Floats) -> Floats:
        """Costs as shares of the picture's height."""
        return numpy.asarray(numpy.log(numpy.clip(costs, low, high) / low) / span)

    axes.grid(visible=False)
    for field in fields:
        bottom, top = share(field.low[order]), share(field.high[order])
        bottom, top = (numpy.where(numpy.isnan(ends), 0.0, ends) for ends in (bottom, top))
        for column, (start, end) in enumerate(zip(bottom, top, strict=True)):
            if end > start:
                wide = edges[column + 1] - edges[column]
                axes.bar(edges[column], end - start, width=wide, bottom=start, align="edge", lw=0.4,
                         color=COLOURS[field.winner], edgecolor=COLOURS[field.winner], gid=field.winner)  # fmt: skip
        _name(axes, field.winner, edges, bottom, top)
    axes.set(xlim=(edges[0], edges[-1]), ylim=(0, 1))
    numbers = sorted(found.spec.diversities)
    step = -(-len(numbers) // 6)
    axes.set_xticks(numpy.log2(numbers[::step]), [str(number) for number in numbers[::step]])
    ticks = [tick for tick in LogLocator(numticks=7).tick_values(low, high) if low <= tick <= high]
    axes.set_yticks(share(numpy.array(ticks)).tolist(), [f"{tick:.4g}" for tick in ticks])


def _name(axes: Axes, winner: str, edges: Floats, bottom: Floats, top: Floats) -> None:
    """The name of a field, where it has room for it."""
    x = WIDE * (numpy.repeat(edges, 2)[1:-1] - edges[0]) / (edges[-1] - edges[0])
    text = winner.replace("-", " ")
    for size in SIZES:
        box = style.width_of(text, size) + 0.14, 1.25 * size / 72
        spot = roomiest(x, numpy.repeat(bottom, 2), numpy.repeat(top, 2), numpy.array([]), box, HEIGHT)
        if spot is not None:
            axes.text(spot[0] / WIDE, spot[1], text, size=size, ha="center", va="center_baseline", gid="name",
                      transform=axes.transAxes, color=style.ink_on(to_rgb(COLOURS[winner])))  # fmt: skip
            return
