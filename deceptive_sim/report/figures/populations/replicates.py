"""How much is chance: the share of the kind that differs most between replicates, a thin line for each replicate.

Means hide drift: where selection cannot tell kinds apart their mean shares stay, while in every single replicate one of
them takes over.
"""

from __future__ import annotations

from matplotlib.figure import Figure

from deceptive_sim.report.figures import style
from deceptive_sim.report.figures.populations.alignment import line
from deceptive_sim.report.figures.populations.colours import colours_of
from deceptive_sim.report.figures.populations.naming import end_names
from deceptive_sim.report.figures.populations.stage import (
    BANDS,
    FOOT,
    LEFT,
    WIDTH,
    drawn_moments,
    frame,
    path_of,
    percent_axis,
    sheet,
    stage_of,
)
from deceptive_sim.report.populations.captions import MOST_LINES
from deceptive_sim.report.populations.numbers import groups_of, most_spread, series_of
from deceptive_sim.report.populations.titles import replicates_title
from deceptive_sim.studies.populations import PopulationResult

HEIGHT, NAMES = 2.8, 1.25
DARKER = 0.78


def draw(result: PopulationResult) -> Figure:
    """The shares of one kind in single replicates, at most 40 of them, with the mean and the band of all."""
    outcome, shown = result.outcome, most_spread(result)
    if shown is None:
        return style.note_sheet("Replicates hardly differ.")
    group, everybody = shown, groups_of(result)
    with style.house_style():
        stage = stage_of(outcome.population.scene.game)
        values = outcome.shares()[:, :, list(group.places)].sum(axis=2)
        kept = drawn_moments(stage, outcome.moments, values.mean(axis=0))
        moments = [outcome.moments[place] for place in kept]
        figure, _ = sheet(replicates_title(result), LEFT + WIDTH + NAMES, BANDS + HEIGHT + FOOT)
        axes = frame(figure, stage, LEFT, FOOT, HEIGHT)
        percent_axis(axes, f"share of {style.fitting(style.drawable(group.label), style.SMALL, 1.8)}")
        axes.grid(axis="y", color="#e3e7ec", lw=0.8)
        colour = dict(zip(everybody, colours_of(everybody), strict=True))[group]
        for row in values[:: -(-len(values) // MOST_LINES)][:, kept]:
            x, y = path_of(stage, moments, row, within=False)
            axes.plot(x, y, color=colour, lw=0.6, alpha=0.6, zorder=3, gid="replicate", scalex=False, scaley=False,
                      clip_on=False)  # fmt: skip
        red, green, blue = (DARKER * part for part in colour)
        dark = red, green, blue
        end = line(axes, stage, moments, series_of(values).at(kept), dark, within=False, name="mean")
        end_names(axes, [(end, "mean", dark)], NAMES)
        return figure
