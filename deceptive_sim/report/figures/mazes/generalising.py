"""What candidates score in the mazes of their training, and in mazes that they have never seen."""

from __future__ import annotations

import numpy
from matplotlib.figure import Figure

from deceptive_sim.maze.selection import SelectionResult
from deceptive_sim.report.figures import style
from deceptive_sim.report.figures.mazes.small import place
from deceptive_sim.report.figures.populations.naming import end_names
from deceptive_sim.report.figures.populations.stage import sheet

LEFT, WIDTH, NAMES, HEIGHT, FOOT = 0.85, 4.1, 1.55, 2.7, 0.55
INKS = {
    "planner": "#c24f00", "memoriser": "#8a6d00", "wall-follower": "#0072b2", "down-and-right": "#007a59",
    "unvisited": "#2f86b8", "random": "#6b7680",
}  # fmt: skip
"""Dark enough for lines and type on white."""


def draw(found: SelectionResult, size: int, title: str) -> Figure:
    """Lines over the number of mazes in training, at one size: whole in fresh mazes, dashed in training."""
    with style.house_style():
        figure, _ = sheet(title, LEFT + WIDTH + NAMES, HEIGHT + FOOT + 0.1)
        axes = place(figure, LEFT, FOOT, WIDTH, HEIGHT, "scores")
        numbers = sorted(found.spec.diversities)
        logs = numpy.log2(numbers)
        span = (logs[-1] - logs[0]) or 1.0
        x = 0.12 + (WIDTH - 0.24) * (logs - logs[0]) / span  # inches
        ends = []
        for name in found.spec.candidates:
            for of, dashes in (("score", (0, (3, 2))), ("fresh", "-")):
                told = [found.estimate(of, size, many, name) for many in numbers]
                means = numpy.array([one.mean for one in told])
                axes.plot(x, means, color=INKS[name], lw=2.0 if of == "fresh" else 1.3, ls=dashes, gid=f"{of}-{name}")
                if of == "fresh":
                    for at, one in zip(x, told, strict=True):
                        if one.low is not None and one.high is not None:
                            axes.plot((at, at), (one.low, one.high), color=INKS[name], lw=0.9, gid=f"interval-{name}")
                    ends.append((float(means[-1]), name.replace("-", " "), INKS[name]))
        axes.set(xlim=(0, WIDTH), ylim=(-0.02, 1.04))
        step = -(-len(numbers) // 8)
        axes.set_xticks(x[::step], [str(number) for number in numbers[::step]])
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "0.25", "0.5", "0.75", "1"])
        axes.set_xlabel("mazes in training")
        axes.set_ylabel("score")
        end_names(axes, ends, NAMES)
    return figure
