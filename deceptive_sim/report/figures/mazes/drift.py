"""How far a round of adversarial training moves weights, on average, against the temperature of the softmax."""

from __future__ import annotations

import numpy
from matplotlib.figure import Figure

from deceptive_sim.maze.adversarial import AdversaryResult
from deceptive_sim.report.figures import style
from deceptive_sim.report.figures.curves import COLOURS, DASHES
from deceptive_sim.report.figures.mazes.small import place
from deceptive_sim.report.figures.populations.naming import end_names
from deceptive_sim.report.figures.populations.stage import sheet

LEFT, WIDTH, NAMES, HEIGHT, FOOT = 0.9, 3.9, 1.5, 2.6, 0.55
MOST_STUDENTS = 6


def draw(found: AdversaryResult, title: str) -> Figure:
    """A line for each student, with 95 % intervals over replicates; training must have had a round."""
    with style.house_style():
        figure, _ = sheet(title, LEFT + WIDTH + NAMES, HEIGHT + FOOT + 0.1)
        axes = place(figure, LEFT, FOOT, WIDTH, HEIGHT, "drift")
        temperatures = sorted(found.spec.temperatures)
        logs = numpy.log([float(temperature) for temperature in temperatures])
        x = 0.2 + (WIDTH - 0.4) * (logs - logs[0]) / (logs[-1] - logs[0])  # inches
        ends = []
        highest = 0.0
        for number, name in enumerate(found.spec.names[:MOST_STUDENTS]):
            told = [found.course(name, temperature).drift_per_round() for temperature in temperatures]
            drifts = [drift for drift in told if drift is not None]
            means = numpy.array([drift.mean for drift in drifts])
            colour = COLOURS[number % len(COLOURS)]
            axes.plot(x, means, color=colour, lw=2.0, ls=DASHES[number % len(DASHES)], marker="o", ms=5, gid=name)
            for at, drift in zip(x, drifts, strict=True):
                if drift.low is not None and drift.high is not None:
                    axes.plot((at, at), (drift.low, drift.high), color=colour, lw=1.2, gid=f"interval-{name}")
                    highest = max(highest, drift.high)
            highest = max(highest, float(means.max()))
            ends.append((float(means[-1]), name.replace("-", " "), colour))
        axes.set_xlim(0, WIDTH)
        axes.set_xticks(x, [str(temperature) for temperature in temperatures])
        axes.set_ylim(0, 1.08 * highest or 1.0)
        axes.set_yticks(*style.plain_ticks(*axes.get_ylim()))
        axes.set_xlabel("temperature of the softmax")
        axes.set_ylabel("move of the weights in a round")
        end_names(axes, ends, NAMES)
    return figure
