"""What an episode pays, per agent, as each objective judges it: means over replicates with bands."""

from __future__ import annotations

import numpy
from matplotlib.figure import Figure

from deceptive_sim.report.figures import style
from deceptive_sim.report.figures.curves import COLOURS, DASHES
from deceptive_sim.report.figures.populations.alignment import line
from deceptive_sim.report.figures.populations.naming import end_names
from deceptive_sim.report.figures.populations.stage import (
    BANDS,
    FOOT,
    LEFT,
    WIDTH,
    drawn_moments,
    frame,
    sheet,
    stage_of,
)
from deceptive_sim.report.populations.numbers import series_of
from deceptive_sim.report.populations.titles import scores_title
from deceptive_sim.report.words import shortened
from deceptive_sim.studies.populations import PopulationResult

HEIGHT, NAMES = 2.5, 1.25
MOST_JUDGES = 8


def draw(result: PopulationResult) -> Figure:
    """The scores of a result, a line for each judge; the base objective's is solid and comes first."""
    outcome = result.outcome
    scene = outcome.population.scene
    if not scene.game.horizon:
        return style.note_sheet("There are no episodes, so nothing is paid.")
    with style.house_style():
        stage, scores = stage_of(scene.game), outcome.scores()
        judges = sorted(range(len(scene.objectives)), key=lambda judge: (judge != scene.base, judge))[:MOST_JUDGES]
        all_series = {judge: series_of(scores[:, :, judge]) for judge in judges}
        kept = drawn_moments(stage, outcome.moments, all_series[judges[0]].mean)
        moments = [outcome.moments[place] for place in kept]
        figure, _ = sheet(scores_title(result), LEFT + WIDTH + NAMES, BANDS + HEIGHT + FOOT)
        axes = frame(figure, stage, LEFT, FOOT, HEIGHT)
        drawn = {judge: series.at(kept) for judge, series in all_series.items()}
        bottom = min(float(numpy.nanmin(one.mean if one.low is None else one.low)) for one in drawn.values())
        top = max(float(numpy.nanmax(one.mean if one.high is None else one.high)) for one in drawn.values())
        low, high = min(bottom, 0.0), max(top, 0.0)
        high = high if high > low else low + 1
        axes.set_ylim(low - 0.03 * (high - low) * (low < 0), high + 0.04 * (high - low))
        axes.set_yticks(*style.plain_ticks(*axes.get_ylim()))
        axes.set_ylabel("payoff per agent, episode", labelpad=4)
        axes.grid(axis="y", color="#e3e7ec", lw=0.8)
        ends = []
        for place, (judge, series) in enumerate(drawn.items()):
            colour, name = COLOURS[place % len(COLOURS)], scene.objectives[judge]
            end = line(axes, stage, moments, series, colour, within=True, name=f"score {name}",
                       dashes=DASHES[place % len(DASHES)])  # fmt: skip
            told = f"to {shortened(name, 24)}{' (base)' * (judge == scene.base and 'base' not in name)}"
            ends.append((end, told, colour))
        end_names(axes, ends, NAMES)
        return figure
