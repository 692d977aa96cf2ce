"""What lifetimes of mazes came to, beside what the games that were measured say of them."""

from __future__ import annotations

from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from deceptive_sim.maze.lifetime.result import ALIGNED, AT_ONCE, PLANNER, LifetimeResult
from deceptive_sim.report.figures import style
from deceptive_sim.report.figures.canvas import Key
from deceptive_sim.report.figures.mazes.dots import LIVED, NAMES, PREDICTED, ROW, Row, draw_rows
from deceptive_sim.report.figures.mazes.small import foot_height, heading, place, write_keys
from deceptive_sim.report.figures.populations.stage import sheet

WIDTH, RIGHT, HEAD, FOOT = 4.4, 0.35, 0.36, 0.55
TITLES = {PLANNER: "plans over its lifetime", AT_ONCE: "takes apples at once", ALIGNED: "wants the exit from the start"}


def draw(found: LifetimeResult, title: str) -> Figure:
    """One picture for planners, one for gradient steps if there are any."""
    with style.house_style():
        blocks = [("planners", "worth of a lifetime to the mesa-objective", planner_rows(found))]
        if found.gradient:
            blocks.append(("gradient", "apples in a lifetime", gradient_rows(found)))
        keys = [
            Key(sign="●", meaning="lived, with 95 % interval", ink=LIVED),
            Key(sign="◇", meaning="what the measured game says", ink=PREDICTED),
        ]
        width = NAMES + WIDTH + RIGHT
        foot = foot_height(keys, width)
        heights = [ROW * len(rows) for _, _, rows in blocks]
        figure, _ = sheet(title, width, sum(heights) + len(blocks) * (HEAD + FOOT) + foot)
        top = foot + sum(heights) + len(blocks) * (HEAD + FOOT)
        heads = {"planners": "The objective is rewritten", "gradient": "The weights are moved by gradient steps"}
        heads["planners"] = heads["planners"] if str(found.spec.updating) == "rewrite" else "Planners"
        for (name, axis, rows), height in zip(blocks, heights, strict=True):
            top -= HEAD + height
            axes = place(figure, NAMES, top, WIDTH, height, name)
            draw_rows(axes, rows, axis)
            heading(axes, heads[name], WIDTH)
            axes.title.set_color(to_rgb(style.INK))
            top -= FOOT
        write_keys(figure, keys)
    return figure


def planner_rows(found: LifetimeResult) -> list[Row]:
    """What lifetimes were worth to the mesa-objective."""
    return [
        Row(
            label=f"{TITLES.get(name, name)} ({lived.example.actions})",
            lived=lived.value,
            predicted=lived.planner.predicted,
        )
        for name, lived in found.lived.items()
    ]


def gradient_rows(found: LifetimeResult) -> list[Row]:
    """Apples by learning rate."""
    return [
        Row(
            label=f"learning rate {one.solved.lattice.learning_rate} ({one.strategy})",
            lived=one.apples,
            predicted=float(one.solved.apples),
        )
        for one in found.gradient
    ]
