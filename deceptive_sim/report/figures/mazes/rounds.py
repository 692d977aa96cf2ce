"""Adversarial training, round by round, student beside student.

Top: the highest loss that the adversary finds. Middle: what the student wants. Bottom: what it does in mazes of
deployment that nobody touched. Lines are means over replicates, bands reach from the lowest to the highest.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from deceptive_sim.maze.adversarial import AdversaryResult, Course
from deceptive_sim.maze.targets import FEATURES
from deceptive_sim.report.figures import style
from deceptive_sim.report.figures.canvas import Key
from deceptive_sim.report.figures.mazes.small import ENDS, band, foot_height, heading, place, write_keys
from deceptive_sim.report.figures.mazes.small import FEATURES as COLOURS
from deceptive_sim.report.figures.populations.stage import Floats, sheet

LEFT, WIDE, GAP, RIGHT = 0.85, 1.75, 0.22, 0.25
HEIGHT, BETWEEN, HEAD, FOOT = 1.25, 0.2, 0.36, 0.5
MOST_STUDENTS = 5
LEAST_WEIGHT = 0.08
"""Weights that never reach this share of the largest are left out."""

DEPLOYED = {"takes the exit": ("generalises",), "misgeneralises": ("to_apple", "to_corner"), "fails": ("fails",)}


def draw(found: AdversaryResult, title: str) -> Figure:
    """Three rows, a column for each student, at the main temperature."""
    with style.house_style():
        courses = [found.course(name) for name in found.spec.names[:MOST_STUDENTS]]
        shown = features_shown(courses)
        keys = [Key(sign="", meaning=f"weight on {FEATURES[f]}", colour=to_rgb(COLOURS[FEATURES[f]])) for f in shown]
        keys += [Key(sign="", meaning=f"in deployment: {told}", colour=to_rgb(ENDS[ends[0]]))
                 for told, ends in DEPLOYED.items()]  # fmt: skip
        width = LEFT + len(courses) * WIDE + (len(courses) - 1) * GAP + RIGHT
        width = max(width, 4.4)
        foot = foot_height(keys, width) + FOOT
        figure, _ = sheet(title, width, HEAD + 3 * HEIGHT + 2 * BETWEEN + foot)
        low, high = _reach([course.weights[:, :, shown] for course in courses])
        for column, course in enumerate(courses):
            left = LEFT + column * (WIDE + GAP)
            bases = [foot + row * (HEIGHT + BETWEEN) for row in (2, 1, 0)]
            loss, weights, deployed = (
                place(figure, left, base, WIDE, HEIGHT, f"{name}-{course.student}")
                for name, base in zip(("loss", "weights", "deployed"), bases, strict=True)
            )
            heading(loss, course.student.replace("-", " "), WIDE + GAP)
            _loss(loss, course)
            _weights(weights, course, shown, low, high)
            _deployed(deployed, course)
            for axes in (loss, weights, deployed):
                _rounds(axes, course, last=axes is deployed)
                if column:
                    axes.set_yticklabels([])
            if not column:
                for axes, text in ((loss, "worst loss"), (weights, "weights"), (deployed, "deployment")):
                    axes.set_ylabel(text)
                    axes.yaxis.set_label_coords(-0.68 / WIDE, 0.5)
        write_keys(figure, keys)
    return figure


def features_shown(courses: Sequence[Course]) -> list[int]:
    """Features whose mean weight is ever large."""
    means = numpy.array([abs(course.weights.mean(axis=1)).max(axis=0) for course in courses]).max(axis=0)
    return [place for place in range(len(FEATURES)) if means[place] >= LEAST_WEIGHT * means.max()]


def _reach(weights: Sequence[Floats]) -> tuple[float, float]:
    low = min(0.0, *(float(one.min()) for one in weights))
    high = max(0.1, *(float(one.max()) for one in weights))
    return low - 0.06 * (high - low), high + 0.06 * (high - low)


def _rounds(axes: Axes, course: Course, *, last: bool) -> None:
    rounds = max(course.rounds, 1)
    axes.set_xlim(0, rounds)
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500) if rounds / step <= 5)
    ticks = list(range(0, rounds + 1, step))
    axes.set_xticks(ticks, [str(tick) for tick in ticks] if last else [""] * len(ticks))
    if last:
        axes.set_xlabel("rounds of training", labelpad=2)


def _shares(axes: Axes) -> None:
    axes.set_ylim(-0.03, 1.03)
    axes.set_yticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])


def _loss(axes: Axes, course: Course) -> None:
    band(axes, numpy.arange(course.rounds + 1.0), course.worst_loss, style.INK, "worst-loss")
    axes.set_ylim(-0.03, 1.03)
    axes.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])


def _weights(axes: Axes, course: Course, shown: Sequence[int], low: float, high: float) -> None:
    axes.axhline(0, color=style.FAINT_INK, lw=0.8, gid="nought")
    for feature in shown:
        name = FEATURES[feature]
        band(axes, numpy.arange(course.rounds + 1.0), course.weights[:, :, feature], COLOURS[name], f"weight-{name}")
    axes.set_ylim(low, high)
    axes.set_yticks(*style.plain_ticks(low, high))


def _deployed(axes: Axes, course: Course) -> None:
    for told, ends in DEPLOYED.items():
        shares = sum(course.deployed[end] for end in ends) / course.mazes
        band(axes, numpy.arange(course.rounds + 1.0), numpy.asarray(shares), ENDS[ends[0]], f"deployed-{told}")
    _shares(axes)
