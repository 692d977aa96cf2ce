"""What each action is worth to the unmodified self of each episode, as it sees it then."""

from __future__ import annotations

import math
from itertools import accumulate, pairwise

import numpy
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deceptive_sim.report.figures import style
from deceptive_sim.report.figures.timeline import MOST_CELLS, Timeline, bands, timeline_of
from deceptive_sim.report.words import label_of, spelt
from deceptive_sim.solvers.solution import Solution
from deceptive_sim.studies.result import RunResult

MOST_PANELS = 4
MOST_POINTS = 300
MOST_TIES = 300

# inches
WIDTH, PANEL, FOOT, NAME, GAP, BAND = 5.6, 1.9, 0.95, 0.34, 0.5, 0.27


def planners(result: RunResult) -> tuple[Solution, ...]:
    """The agents that are drawn: the first four that choose."""
    return tuple(solution for solution in result.solutions if not solution.fixed)[:MOST_PANELS]


def draw(result: RunResult) -> Figure:
    """The figure: one panel per planning agent; fixed strategies leave nothing to choose."""
    shown = planners(result)
    if not result.game.horizon or not shown:
        return style.note_sheet("Nobody has a choice to make: no episodes, or fixed strategies only.")
    with style.house_style():
        timeline = timeline_of(result.game, shown)
        names = [style.fitting(action.name, style.NORMAL, 1.5, True) for action in result.game.actions]
        right = max(style.width_of(name, style.NORMAL, True) for name in names) + 0.3
        ticks = [text for s in shown for text in style.plain_ticks(*_limits(_values(s, len(names))))[1]]
        left = max(style.width_of(text, style.SMALL) for text in ticks) + 0.5
        line = max(WIDTH - left - right, 0.17 * timeline.width if timeline.cells else 4.0)
        width = left + line + right
        several = len(result.solutions) > 1
        title = style.wrapped(title_of(result), style.LARGE, width - 0.3, 3, True)
        head = 0.3 + 0.27 * (title.count("\n") + 1)
        panel = NAME * several + BAND + PANEL
        height = head + panel * len(shown) + GAP * (len(shown) - 1) + FOOT
        figure = style.sheet(width, height)
        top = 1 - 0.12 / height
        figure.text(0.15 / width, top, title, size=style.LARGE, weight="bold", va="top", linespacing=1.15, gid="title")
        for place, solution in enumerate(shown):
            bottom = height - head - panel * (place + 1) - GAP * place
            box = (left / width, bottom / height, line / width, (PANEL + BAND) / height)
            axes = figure.add_axes(box)
            _panel(axes, result, solution, timeline, line)
            if several:
                label = style.fitting(
                    style.drawable(label_of(result, solution)), style.NORMAL, width - left - 0.3, True
                )
                y = (bottom + PANEL + BAND + 0.09) / height
                figure.text(left / width, y, label, weight="bold", va="bottom", gid="agent")
        axes.set_xlabel("episode" if timeline.to_scale else "episode (not to scale)", labelpad=3)
        _note(figure, shown, width, height)
        return figure


def title_of(result: RunResult) -> str:
    """What the first agent that plans chooses when."""
    lead, actions = planners(result)[0], result.game.actions
    runs = [(actions[action].name, times) for action, times in lead.plan.runs]
    whose = f"{label_of(result, lead, 40)}: " if len(result.solutions) > 1 else ""
    if len(runs) == 1:
        return f"{whose}{runs[0][0]} is the choice in every episode"
    if len(runs) == 2:
        return f"{whose}{runs[0][0]} is the choice up to episode {runs[0][1]}, then {runs[1][0]}"
    if len(runs) <= 4:
        return f"{whose}the choice is {spelt(lead.plan, actions, 0)}"
    return f"{whose}what each action is worth, episode by episode"


def _note(figure: Figure, shown: tuple[Solution, ...], width: float, height: float) -> None:
    short = len(shown[0].action_values) <= MOST_CELLS
    text = "● chosen" if short else "bold: chosen"
    if any(solution.ties for solution in shown):
        text += "   ○ a tie: worth the same" if short else "   | a tie: worth the same"
    text += "\nWorth to the self of that episode, from then on."
    x, y = 0.15 / width, 0.1 / height
    figure.text(x, y, text, size=style.SMALL, color=style.SOFT_INK, linespacing=1.25, gid="note")


def _values(solution: Solution, actions: int) -> NDArray[numpy.float64]:
    """Values `[T, actions]`; nan where no unmodified self stands."""
    missing = (math.nan,) * actions
    return numpy.array([tuple(row) if len(row) == actions else missing for row in solution.action_values], dtype=float)


def _points(solution: Solution, horizon: int) -> NDArray[numpy.int64]:
    """The episodes that lines go through: all, or about 300 and both sides of every change of action."""
    if horizon <= MOST_POINTS:
        return numpy.arange(1, horizon + 1)
    ends = list(accumulate(times for _, times in solution.plan.runs[:MOST_POINTS]))
    kept = [numpy.rint(numpy.linspace(1, horizon, MOST_POINTS)), numpy.array(ends), numpy.array(ends) + 1]
    points = numpy.unique(numpy.concatenate(kept)).astype(numpy.int64)
    inside: NDArray[numpy.int64] = points[(points >= 1) & (points <= horizon)]
    return inside


def _panel(axes: Axes, result: RunResult, solution: Solution, timeline: Timeline, line: float) -> None:
    actions, horizon = result.game.actions, result.game.horizon
    colours = style.action_colours(actions)
    values = _values(solution, len(actions))
    points = _points(solution, horizon)
    middles = numpy.interp(points - 0.5, timeline.edges, timeline.places)
    plan = numpy.repeat(*numpy.array(solution.plan.runs).T)
    low, high = _limits(values)
    top = high + (high - low) * BAND / PANEL
    axes.set(xlim=(0, timeline.width), ylim=(low, top))
    for phase, start, end in timeline.phases():
        axes.axvspan(
            start, end, color=style.TRAINING if phase.training else style.DEPLOYMENT, alpha=0.35, lw=0, zorder=0
        )
    bands(axes, timeline, top, high, line / timeline.width)
    for border in timeline.borders():
        axes.axvline(border, color=style.INK, lw=2.0, zorder=2, gid="border")
    for index, action in enumerate(actions):
        at = values[points - 1, index]
        axes.plot(middles, at, color=colours[index], lw=1.8, gid=f"line-{action.name}", zorder=3)
        chosen = plan[points - 1] == index
        if timeline.cells:
            axes.plot(
                middles[chosen], at[chosen], "o", color=colours[index], ms=8, gid=f"chosen-{action.name}", zorder=5
            )
        else:
            axes.plot(
                middles,
                numpy.where(chosen, at, math.nan),
                color=colours[index],
                lw=4.5,
                gid=f"chosen-{action.name}",
                zorder=4,
            )
    _ties(axes, solution, values, timeline)
    _end_labels(axes, result, values, timeline)
    places, numbers = timeline.ticks(0.42 * timeline.width / line)
    axes.set_xticks(places, numbers)
    axes.set_yticks(*style.plain_ticks(low, high))
    axes.set_ylabel("payoff units", labelpad=3)


def _limits(values: NDArray[numpy.float64]) -> tuple[float, float]:
    finite = values[numpy.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    low, high = min(low, 0.0), max(high, 0.0)
    room = 0.09 * (high - low) or 1.0
    return low - room, high + room


def _ties(axes: Axes, solution: Solution, values: NDArray[numpy.float64], timeline: Timeline) -> None:
    """Rings around the tied points; ticks along the bottom in long games."""
    ties = numpy.array((solution.ties or ()), dtype=numpy.int64)
    if not ties.size:
        return
    if not timeline.cells:
        thinned = ties[:: max(1, len(ties) // MOST_TIES)]
        places = numpy.interp(thinned - 0.5, timeline.edges, timeline.places)
        low = axes.get_ylim()[0]
        axes.plot(places, numpy.full(len(places), low), "|", color=style.INK, ms=14, gid="ties", zorder=6)
        return
    places = numpy.interp(ties - 0.5, timeline.edges, timeline.places)
    best = numpy.nanmax(values[ties - 1], axis=1)
    axes.plot(places, best, "o", mfc="none", mec=style.INK, mew=1.6, ms=14, gid="ties", zorder=6)


def _end_labels(axes: Axes, result: RunResult, values: NDArray[numpy.float64], timeline: Timeline) -> None:
    """The name of each action at the end of its line, moved apart where lines end together."""
    colours = style.action_colours(result.game.actions)
    low, top = axes.get_ylim()
    least = 0.2 * (top - low) / (PANEL + BAND)
    ends = []
    for index in range(len(colours)):
        finite = numpy.flatnonzero(numpy.isfinite(values[:, index]))
        ends.append(float(values[finite[-1], index]) if finite.size else low)
    order = sorted(range(len(ends)), key=lambda index: (ends[index], -index))
    heights = dict(enumerate(ends))
    for below, above in pairwise(order):
        heights[above] = max(heights[above], heights[below] + least)
    for index, action in enumerate(result.game.actions):
        name = style.fitting(action.name, style.NORMAL, 1.5, True)
        x = timeline.width * 1.02
        axes.text(
            x, heights[index], name, va="center", weight="bold", color=_readable_ink(colours[index]), gid="line-label"
        )


def _readable_ink(colour: style.Colour) -> style.Colour:
    """The colour, dark enough for text on white paper."""
    red, green, blue = colour
    return (0.8 * red, 0.8 * green, 0.8 * blue)
