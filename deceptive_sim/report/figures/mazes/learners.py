"""Learners that know no rules: how many of them play the best strategy, lifetime after lifetime."""

from __future__ import annotations

import numpy
from matplotlib.figure import Figure

from deceptive_sim.maze.lifetime.result import LifetimeResult
from deceptive_sim.report.figures import style
from deceptive_sim.report.figures.curves import COLOURS
from deceptive_sim.report.figures.mazes.small import place
from deceptive_sim.report.figures.populations.naming import end_names
from deceptive_sim.report.figures.populations.stage import sheet

LEFT, WIDTH, NAMES, HEIGHT, FOOT = 0.95, 4.1, 1.6, 2.6, 0.58
MEMORIES = {
    "life": "remembers its whole life",
    "last": "remembers the last maze",
    "none": "remembers nothing",
}


def draw(found: LifetimeResult, title: str) -> Figure:
    """A line for each kind of memory; ticks below are lifetimes after which single learners settled."""
    with style.house_style():
        figure, _ = sheet(title, LEFT + WIDTH + NAMES, HEIGHT + FOOT + 0.1)
        axes = place(figure, LEFT, FOOT, WIDTH, HEIGHT, "learners")
        lifetimes = max(len(learners.courses[0].best) for learners in found.learners.values())
        ends = []
        for number, (memory, learners) in enumerate(found.learners.items()):
            colour = COLOURS[number % len(COLOURS)]
            share = numpy.mean([course.best for course in learners.courses], axis=0)
            x = WIDTH * numpy.arange(1, len(share) + 1) / lifetimes
            axes.plot(x, share, color=colour, lw=2.0 if not number else 1.2, gid=f"best-{memory}")
            settled = [WIDTH * one / lifetimes for one in learners.lifetimes if one is not None]
            axes.plot(settled, [-0.045 - 0.05 * number] * len(settled), "|", color=colour, ms=7, mew=1.2,
                      gid=f"settled-{memory}")  # fmt: skip
            ends.append((float(share[-1]), MEMORIES.get(str(memory), str(memory)), colour))
        axes.set_xlim(0, WIDTH)
        axes.set_ylim(-0.05 * (len(found.learners) + 0.6), 1.03)
        ticks, texts = style.plain_ticks(0, lifetimes)
        axes.set_xticks([WIDTH * tick / lifetimes for tick in ticks], texts)
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
        axes.set_xlabel("lifetimes lived")
        goal = next(iter(found.learners.values())).goal
        axes.set_ylabel(style.fitting(style.drawable(f"learners that would play {goal}"), style.SMALL, HEIGHT + 0.4))
        end_names(axes, ends, NAMES)
    return figure
