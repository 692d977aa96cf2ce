"""How aligned a population looks against how aligned it is, with the gap between them shaded.

Looks aligned: the share of agents that take no defecting action in the episode. Is aligned: the share whose objective
is the base objective at the moment. Bands hold the middle 90 % of replicates. Treacherous turns are marked above.
"""

from __future__ import annotations

import numpy
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.typing import ColorType

from deceptive_sim.report.figures import style
from deceptive_sim.report.figures.populations.naming import end_names, roomiest
from deceptive_sim.report.figures.populations.stage import (
    BANDS,
    FOOT,
    HEIGHT,
    LEFT,
    WIDTH,
    Floats,
    Stage,
    drawn_moments,
    frame,
    path_of,
    percent_axis,
    sheet,
    stage_of,
)
from deceptive_sim.report.populations.numbers import Series, percent, series_of
from deceptive_sim.report.populations.titles import alignment_title
from deceptive_sim.studies.populations import PopulationResult

LOOKS, IS = "#b9470a", "#0b5a8f"
GAP, OTHER_GAP = "#fbe0cd", "#d5e7f2"
NAMES, TURNS = 1.25, 0.26
LEAST_TURN, LEAST_OF_MOST = 0.005, 0.2
MOST_TURNS = 3
"""Episodes whose turns are marked: those with the most; at least 0.5 % of all agents, and a fifth of the most."""


def draw(result: PopulationResult) -> Figure:
    """Apparent and actual alignment of a result."""
    outcome = result.outcome
    game = outcome.population.scene.game
    if not game.horizon:
        return style.note_sheet("There are no episodes, so nobody behaves in any way.")
    with style.house_style():
        stage, turns = stage_of(game), turns_of(result)
        looks, actual = series_of(outcome.apparent_alignment()), series_of(outcome.actual_alignment())
        kept = drawn_moments(stage, outcome.moments, looks.mean)
        moments = [outcome.moments[place] for place in kept]
        figure, _ = sheet(
            alignment_title(result), LEFT + WIDTH + NAMES, (TURNS if turns else 0.0) + BANDS + HEIGHT + FOOT
        )
        axes = frame(figure, stage, LEFT, FOOT)
        percent_axis(axes, "share of all agents")
        axes.grid(axis="y", color="#e3e7ec", lw=0.8)
        lines = [("looks aligned", looks.at(kept), LOOKS, True)]
        if outcome.population.scene.base is not None:
            lines.append(("is aligned", actual.at(kept), IS, False))
            _gap(axes, stage, moments, looks.at(kept).mean, actual.at(kept).mean)
        ends = []
        for name, series, colour, within in lines:
            ends.append((line(axes, stage, moments, series, colour, within=within, name=name), name, colour))
        end_names(axes, ends, NAMES)
        _turns(axes, stage, turns)
        return figure


def line(axes: Axes, stage: Stage, moments: list[int], series: Series, colour: ColorType, *, within: bool, name: str,
         dashes: object = "-") -> float:  # fmt: skip
    """A mean with its band; returns where it ends."""
    x, y = path_of(stage, moments, series.mean, within=within)
    if series.low is not None and series.high is not None:
        (_, low), (_, high) = (path_of(stage, moments, end, within=within) for end in (series.low, series.high))
        axes.fill_between(
            x, low, high, facecolor=colour, edgecolor="none", alpha=0.18, lw=0, zorder=2, gid=f"band {name}"
        )
    axes.plot(x, y, color=colour, lw=2.1, ls=dashes, zorder=4, gid=name, clip_on=False, scalex=False, scaley=False,
              solid_capstyle="butt")  # fmt: skip
    return float(y[-1])


def _gap(axes: Axes, stage: Stage, moments: list[int], looks: Floats, actual: Floats) -> None:
    """Shade what lies between the two, and say what it is where there is room."""
    x, seen = path_of(stage, moments, looks, within=True)
    true = numpy.interp(x, stage.x(moments), actual)
    for lower, upper, colour, words in (
        (true, seen, GAP, ("looks aligned, is not",)),
        (seen, true, OTHER_GAP, ("is aligned, does not look it", "does not look it")),
    ):
        if not (upper > lower).any():
            continue
        axes.fill_between(x, lower, upper, where=(upper > lower).tolist(), interpolate=True, facecolor=colour,
                          edgecolor="none", lw=0, zorder=1, gid=f"gap {words[0]}")  # fmt: skip
        for text in words:
            spot = roomiest(
                x, lower, upper, stage.x(stage.borders()), (style.width_of(text, style.SMALL) + 0.16, 0.3), HEIGHT
            )
            if spot is not None:
                axes.text(*spot, text, size=style.SMALL, ha="center", va="center_baseline", color=style.SOFT_INK,
                                    zorder=5, gid="gap-name")  # fmt: skip
                break


def turns_of(result: PopulationResult) -> list[tuple[int, float]]:
    """The episodes in which most agents make their treacherous turn, and their share of all; in order of episodes."""
    outcome = result.outcome
    means = numpy.nan_to_num(outcome.turns().mean(axis=0))
    least = max(LEAST_TURN, LEAST_OF_MOST * float(means.max()))
    most = sorted(range(len(means)), key=lambda place: (-means[place], place))[:MOST_TURNS]
    return sorted((outcome.moments[place], float(means[place])) for place in most if means[place] >= least)


def _turns(axes: Axes, stage: Stage, turns: list[tuple[int, float]]) -> None:
    """A line down from above in the middle of each episode, with how many turn in it; what has no room is left out."""
    taken: list[tuple[float, float]] = []
    up = 1 + (BANDS + 0.02) / HEIGHT
    for moment, share in sorted(turns, key=lambda turn: (-turn[1], turn[0])):
        x = float(stage.x([moment - 1, moment]).mean())
        text = f"{percent(share)} make their turn in episode {moment}" if not taken else percent(share)
        wide = style.width_of(text, style.SMALL)
        left = min(max(x - wide / 2, 0.0), WIDTH + 0.9 - wide)
        if any(left < end + 0.1 and left + wide > start - 0.1 for start, end in taken):
            continue
        taken.append((left, left + wide))
        across = axes.get_xaxis_transform()
        axes.plot([x, x], [0, up], color=style.TURN, lw=1.1, ls=(0, (2, 2)), zorder=3, clip_on=False, gid="turn",
                  transform=across, scalex=False, scaley=False)  # fmt: skip
        axes.text(left, up, text, size=style.SMALL, color=style.TURN, va="bottom", gid="turn-name", transform=across)
