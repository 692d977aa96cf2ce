"""One agent's row in the figure of strategies: as cells, or as runs of a long game."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, groupby

import numpy
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from deceptive_sim.report.figures import style
from deceptive_sim.report.figures.timeline import Timeline, widest_part
from deceptive_sim.solvers.solution import Solution
from deceptive_sim.studies.result import RunResult

NEVER = 1e-9
"""A chance to be unmodified up to this is drawn as none."""

MOST_RUNS = 48
"""Up to this many runs are drawn and labelled one by one."""

GAP = 0.03


@dataclass(frozen=True)
class Row:
    """What a row shows, and where.

    In inches: `top` and `height`, from the top of the axes; `cell`, the width of a cell; `right`, the room to the right
    of the last one.
    """

    result: RunResult
    solution: Solution
    timeline: Timeline
    top: float
    height: float
    cell: float
    right: float
    names_turn: bool

    @property
    def colours(self) -> tuple[style.Colour, ...]:
        """The colour of each action."""
        return style.action_colours(self.result.game.actions)

    @property
    def gone(self) -> str:
        """What is written under hatched episodes."""
        return gone(self.result)

    @property
    def letters(self) -> tuple[str, ...]:
        """The letter of each action."""
        return style.letters(self.result.game.actions)


def gone(result: RunResult) -> str:
    """What has happened to an agent that cannot be unmodified any more."""
    shut = any(p for phase in result.game.phases for p in phase.shutdown.values())
    return "modified or shut down by then" if shut else "modified by then"


def turn_reached(solution: Solution) -> bool:
    """Whether the treacherous turn can really happen: the agent may still be unmodified then."""
    return solution.turn is not None and solution.unmodified[solution.turn - 1] > NEVER


def draw_cells(axes: Axes, row: Row) -> None:
    """A cell for every episode, with the letter of its action."""
    before = 1.0
    for t, action in enumerate(row.solution.plan, start=1):
        chance = row.solution.unmodified[t - 1]
        alive = chance > NEVER
        colour = style.faded(row.colours[action], chance)
        start = row.timeline.place(t - 1)
        if alive:
            _block(axes, row, start, 1.0, colour, f"cell-{t}")
        else:
            _ghost(axes, row, start, 1.0, action, f"cell-{t}")
        sizes = (style.LARGE, style.NORMAL, style.SMALL, 8.0)
        letter = row.letters[action]
        size = next((size for size in sizes if style.width_of(letter, size, True) <= row.cell - 0.05), 6.5)
        axes.text(
            start + 0.5,
            row.top + row.height / 2,
            letter,
            ha="center",
            va="center",
            size=size,
            weight="bold",
            color=style.ink_on(colour) if alive else style.FAINT_INK,
            gid="letter",
            zorder=4,
        )
        if NEVER < chance < 1 and chance != before and row.cell >= 0.45:
            _below(axes, row, start + 0.5, percent(chance))
        before = chance
    for first, last in _stretches([t for t, chance in enumerate(row.solution.unmodified, start=1) if chance <= NEVER]):
        _ghost_note(axes, row, first - 1, last)
    _turn(axes, row)


def draw_runs(axes: Axes, row: Row) -> None:
    """Bars for stretches of episodes: in height the share of each action, in strength the mean of the chances."""
    bins = row.timeline.bins
    places = numpy.interp(bins, row.timeline.edges, row.timeline.places)
    shares, chances = _means(row, bins)
    floor = numpy.full(len(chances), row.top + row.height)
    for action, colour in enumerate(row.colours):
        drawn = (shares[:, action] > 0) & (chances > NEVER)
        roof = floor - shares[:, action] * row.height
        corners = [(places[:-1], floor), (places[:-1], roof), (places[1:], roof), (places[1:], floor)]
        quads = numpy.stack([numpy.column_stack(corner)[drawn] for corner in corners], axis=1)
        colours = [style.faded(colour, chance) for chance in chances[drawn]]
        bars = PolyCollection(list(quads), facecolors=colours, edgecolors=colours, linewidths=0.3, zorder=3)
        bars.set_gid(f"runs-{row.letters[action]}")
        axes.add_collection(bars, autolim=False)
        floor = roof
    dead = [index + 1 for index, chance in enumerate(chances) if chance <= NEVER]
    ghosts = [(float(places[first - 1]), float(places[last])) for first, last in _stretches(dead)]
    if len(row.solution.plan.runs) <= MOST_RUNS:
        _draw_each_run(axes, row, ghosts)
    else:
        for start, end in ghosts:
            _ghost(axes, row, start, end - start, None, "runs")
    for start, end in ghosts:
        _ghost_note(axes, row, start, end)
    _turn(axes, row)


def _draw_each_run(axes: Axes, row: Row, ghosts: list[tuple[float, float]]) -> None:
    """What only fits if there are few runs: gaps between them, labels, and hatching in the colour of the action."""
    first = 0
    for action, times in row.solution.plan.runs:
        start, end = row.timeline.place(first), row.timeline.place(first + times)
        for left, right in ghosts:
            if min(right, end) > max(left, start):
                _ghost(axes, row, max(left, start), min(right, end) - max(left, start), action, "runs")
        if first:
            _block(axes, row, start - GAP / row.cell, 2 * GAP / row.cell, to_rgb(style.PAPER), "gap")
        _run_label(axes, row, first, action, times)
        first += times


def percent(chance: float) -> str:
    """A probability strictly between 0 and 1 in at most four characters, never shown as 0 or 100 %."""
    if chance < 0.01:
        return "<1%"
    return ">99%" if chance > 0.99 else f"{100 * chance:.0f}%"


def _means(row: Row, bins: NDArray[numpy.int64]) -> tuple[NDArray[numpy.float64], NDArray[numpy.float64]]:
    """By bin: the share of each action `[bins, actions]`, and the mean chance of being unmodified `[bins]`."""
    runs = row.solution.plan.runs
    ends = numpy.array([0, *accumulate(times for _, times in runs)])
    taken = numpy.zeros((len(runs) + 1, len(row.letters)))
    for index, (action, times) in enumerate(runs, start=1):
        taken[index, action] = times
    taken = taken.cumsum(axis=0)
    counts = numpy.column_stack([numpy.diff(numpy.interp(bins, ends, column)) for column in taken.T])
    chances = numpy.add.reduceat(numpy.array(row.solution.unmodified), bins[:-1])
    lengths = numpy.diff(bins)
    return counts / lengths[:, None], chances / lengths


def _stretches(numbers: list[int]) -> list[tuple[int, int]]:
    """Ascending numbers as unbroken stretches (first, last)."""
    grouped = groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])
    stretches = [[number for _, number in group] for _, group in grouped]
    return [(stretch[0], stretch[-1]) for stretch in stretches]


def _block(axes: Axes, row: Row, start: float, width: float, colour: style.Colour, gid: str) -> None:
    gap = min(GAP / row.cell, width / 4)
    axes.add_patch(
        Rectangle(
            (start + gap / 2, row.top),
            width - gap,
            row.height,
            facecolor=colour,
            edgecolor="none",
            lw=0,
            zorder=3,
            gid=gid,
        )
    )


def _ghost(axes: Axes, row: Row, start: float, width: float, action: int | None, gid: str) -> None:
    """A hatched block for what is never played, in a trace of the colour of its action."""
    _block(axes, row, start, width, to_rgb(style.GHOST), f"{gid}-never")
    block = axes.patches[-1]
    block.set_edgecolor("#c9ced4" if action is None else style.faded(row.colours[action], 0.3))
    block.set_hatch("////")


def _below(axes: Axes, row: Row, x: float, text: str) -> None:
    axes.text(x, row.top + row.height + 0.02, text, ha="center", va="top", size=9.5, color=style.SOFT_INK, gid="below")


def _ghost_note(axes: Axes, row: Row, start: float, end: float) -> None:
    """`modified by then` under a hatched stretch, in its widest part between borders, if it is long enough for that."""
    width, middle = widest_part(row.timeline, start, end)
    if style.width_of(row.gone, 9.5) + 0.06 <= width * row.cell:
        _below(axes, row, middle, row.gone)


def _run_label(axes: Axes, row: Row, first: int, action: int, times: int) -> None:
    width, middle = widest_part(row.timeline, row.timeline.place(first), row.timeline.place(first + times))
    chance = sum(row.solution.unmodified[first : first + times]) / times
    ink = style.SOFT_INK if chance <= NEVER else style.ink_on(style.faded(row.colours[action], chance))
    for label in (f"{row.letters[action]} ×{times}", row.letters[action]):
        if style.width_of(label, style.NORMAL, True) + 0.1 <= width * row.cell:
            y = row.top + row.height / 2
            axes.text(middle, y, label, ha="center", va="center", weight="bold", color=ink, gid="run", zorder=4)
            return


def _turn(axes: Axes, row: Row) -> None:
    """A pointer above the treacherous turn, with its name at the first agent that gets there."""
    turn = row.solution.turn
    if turn is None:
        return
    reached = turn_reached(row.solution)
    colour = style.TURN if reached else style.FAINT_INK
    x = row.timeline.middle(turn) if row.timeline.cells else row.timeline.place(turn - 1)
    y = row.top - 0.09
    axes.plot([x], [y], marker="v", color=colour, markersize=9, clip_on=False, zorder=7, gid="turn")
    text = "treacherous turn" if row.names_turn else "turn" if reached else "turn, never reached"
    weight = "bold" if row.names_turn else "normal"
    gap, room = 0.11 / row.cell, style.width_of(text, style.SMALL, row.names_turn) / row.cell
    right = x + gap + room <= row.timeline.width + row.right / row.cell
    axes.text(
        x + gap if right else x - gap, y - 0.005, text, ha="left" if right else "right", va="center", size=style.SMALL,
        weight=weight, color=colour, gid="turn-name", zorder=7,
    )  # fmt: skip
