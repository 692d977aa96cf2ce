"""What planners come to want by gradient descent, and what they then do in mazes that look different.

Left, a dot for each start: the weights that training left it with, with a line from where they began. Right, all starts
side by side, those that generalise first: what each does in mazes of deployment.
"""

from __future__ import annotations

import numpy
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from deceptive_sim.maze.learning import Learned, LearningResult
from deceptive_sim.maze.targets import COLOUR_FEATURES, FEATURES
from deceptive_sim.report.figures import style
from deceptive_sim.report.figures.canvas import Key
from deceptive_sim.report.figures.mazes.small import ENDS, MEANINGS, foot_height, heading, place, write_keys
from deceptive_sim.report.figures.populations.stage import sheet

LEFT, DOTS, GAP, RUNS, RIGHT = 0.75, 2.1, 0.85, 3.0, 0.3
HEIGHT, HEAD, FOOT = 1.75, 0.36, 0.52
MOST_SETTINGS = 6
EXIT = FEATURES.index("is_exit")


def draw(found: LearningResult, title: str) -> Figure:
    """A row of two pictures for each setting of saliences."""
    with style.house_style():
        settings = list(found.settings.values())[:MOST_SETTINGS]
        keys = [Key(sign="", meaning=MEANINGS[end], colour=to_rgb(colour)) for end, colour in ENDS.items()]
        width = LEFT + DOTS + GAP + RUNS + RIGHT
        foot, row = foot_height(keys, width), HEAD + HEIGHT + FOOT
        figure, _ = sheet(title, width, len(settings) * row + foot)
        beside = rival_of(found)
        reach = 1.08 * max(float(abs(learned.ended[:, [EXIT, beside]]).max()) for learned in settings)
        for place_, learned in enumerate(settings):
            base = foot + (len(settings) - 1 - place_) * row + FOOT
            dots = place(figure, LEFT, base, DOTS, HEIGHT, f"weights-{learned.name}")
            _weights(dots, learned, beside, reach)
            heading(dots, name_of(found, learned), DOTS + GAP + RUNS)
            _runs(place(figure, LEFT + DOTS + GAP, base, RUNS, HEIGHT, f"runs-{learned.name}"), learned)
        write_keys(figure, keys)
    return figure


def name_of(found: LearningResult, learned: Learned) -> str:
    """A setting with the saliences that are not 1."""
    given = found.spec.saliences[learned.name]
    told = ", ".join(f"{feature} {float(salience):g}" for feature, salience in given.items() if salience != 1)
    return f"{learned.name}: salience of {told}" if told else f"{learned.name}: all features equally salient"


def rival_of(found: LearningResult) -> int:
    """The colour whose weight training raises most: the one that cannot be told from the exit there."""
    moved = sum(numpy.mean(learned.ended - learned.started, axis=0) for learned in found.settings.values())
    first = FEATURES.index(COLOUR_FEATURES[0])
    return first + int(numpy.argmax(numpy.asarray(moved)[first : first + len(COLOUR_FEATURES)]))


def mostly(learned: Learned) -> list[str]:
    """What each start does most often in mazes of deployment."""
    rates = numpy.array([learned.deployed[end] for end in ENDS])
    return [list(ENDS)[place] for place in rates.argmax(axis=0)]


def _weights(axes: Axes, learned: Learned, beside: int, reach: float) -> None:
    axes.grid(axis="x", color="#e3e7ec", lw=0.8)
    axes.axline((0, 0), slope=1, color=style.FAINT_INK, lw=0.9, ls=(0, (3, 2)), gid="equal")
    ends = mostly(learned)
    for run, end in enumerate(ends):
        (a, b), (c, d) = learned.started[run, [EXIT, beside]], learned.ended[run, [EXIT, beside]]
        axes.plot((a, c), (b, d), color=ENDS[end], lw=0.5, alpha=0.35, gid="moved")
    for end, colour in ENDS.items():
        runs = [run for run, other in enumerate(ends) if other == end]
        if runs:
            x, y = learned.ended[runs][:, [EXIT, beside]].T
            axes.plot(x, y, "o", ms=3.6, color=colour, mew=0.4, mec=style.PAPER, gid=f"ended-{end}")
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach))
    for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        axis.set_ticks(*style.plain_ticks(*limits))
    axes.set_xlabel("weight on is_exit", labelpad=2)
    axes.set_ylabel(f"weight on {FEATURES[beside]}", labelpad=2)


def _runs(axes: Axes, learned: Learned) -> None:
    order = numpy.lexsort([-learned.deployed[end] for end in reversed(ENDS)])
    edges = numpy.linspace(0, 1, learned.runs + 1)
    low = numpy.zeros(learned.runs)
    for end, colour in ENDS.items():
        high = low + learned.deployed[end][order]
        axes.fill_between(edges, [*low, low[-1]], [*high, high[-1]], step="post", color=colour, lw=0, gid=f"runs-{end}")
        low = high
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    axes.set_yticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
    axes.set_xlabel(f"{learned.runs} starts, side by side", labelpad=2)
    axes.set_ylabel("mazes of deployment", labelpad=2)
