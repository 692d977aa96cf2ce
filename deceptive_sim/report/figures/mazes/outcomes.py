"""What becomes of every agent in mazes of every family: stacked shares of mazes, with intervals where they meet."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from deceptive_sim.maze.shift import Cell, ShiftResult
from deceptive_sim.report.figures import style
from deceptive_sim.report.figures.canvas import Key, draw_keys, keys_height
from deceptive_sim.report.figures.populations.stage import MARGIN, sheet
from deceptive_sim.report.populations.numbers import percent

PARTS = {
    "generalises": ("#0072b2", "generalises: takes the exit"),
    "to_apple": ("#d55e00", "misgeneralises: competently to an apple"),
    "to_corner": ("#a8487f", "misgeneralises: competently to the bare corner"),
    "fails": ("#cdd3d9", "fails: out of time or astray"),
}
"""Parts of a bar from the left: their colours and what they mean."""

NAMES, BAR, GAP = 1.75, 2.45, 0.5
ROW, THICK, HEAD, FOOT = 0.36, 0.66, 0.3, 0.52
MOST_BESIDE = 2
MOST_LINES = 2


def draw(found: ShiftResult, labels: Mapping[str, str], title: str) -> Figure:
    """The bars; families side by side, in rows of two."""
    with style.house_style():
        families, agents = found.families, found.agents
        beside = min(MOST_BESIDE, len(families))
        rows = -(-len(families) // beside)
        width = NAMES + beside * BAR + (beside - 1) * GAP + 0.35
        block = HEAD + ROW * len(agents) + FOOT
        keys = [Key(sign="", meaning=meaning, colour=to_rgb(colour)) for colour, meaning in PARTS.values()]
        foot = keys_height(keys, width - 2 * MARGIN) + 0.1
        figure, tall = sheet(title, width, rows * block + foot)
        for place, family in enumerate(families):
            row, column = divmod(place, beside)
            left = NAMES + column * (BAR + GAP)
            base = foot + (rows - row - 1) * block + FOOT
            axes = figure.add_axes((left / width, base / tall, BAR / width, ROW * len(agents) / tall), gid=family)
            _bars(axes, [found.cell(agent, family) for agent in agents])
            axes.set_title(
                style.fitting(style.drawable(f"in {family}"), style.NORMAL, BAR, True), loc="left", size=style.NORMAL,
                weight="bold", pad=6,
            )  # fmt: skip
            names = [_name(labels.get(agent, agent)) for agent in agents] if not column else [""] * len(agents)
            axes.set_yticks(range(len(agents)), names, linespacing=1.05)
        paper = figure.add_axes((0, 0, 1, 1), gid="keys")
        paper.set(xlim=(0, width), ylim=(0, tall))
        paper.axis("off")
        draw_keys(paper, keys, MARGIN, foot, width - 2 * MARGIN)
    return figure


def _name(label: str) -> str:
    return style.wrapped(label, style.SMALL, NAMES - 0.25, MOST_LINES)


def _bars(axes: Axes, cells: list[Cell]) -> None:
    axes.set(xlim=(0, 1), ylim=(len(cells) - 0.5, -0.5))
    axes.set_xticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
    axes.set_xlabel("share of mazes", labelpad=2)
    axes.tick_params(axis="y", length=0, pad=5, labelcolor=style.INK)
    axes.tick_params(axis="x", length=3)
    axes.spines["left"].set_visible(False)
    for row, cell in enumerate(cells):
        left = 0.0
        for part, (colour, _) in PARTS.items():
            share = cell.counts[part] / cell.mazes
            axes.barh(row, share, left=left, height=THICK, color=colour, lw=0, gid=part)
            text = percent(share)
            if share * BAR > style.width_of(text, style.SMALL) + 0.1:
                axes.text(left + share / 2, row, text, ha="center", va="center_baseline", size=style.SMALL,
                          color=style.ink_on(to_rgb(colour)), gid=f"share-{part}")  # fmt: skip
            left += share
        _interval(axes, row, cell, "generalises", from_left=True)
        _interval(axes, row, cell, "fails", from_left=False)


def _interval(axes: Axes, row: int, cell: Cell, outcome: str, *, from_left: bool) -> None:
    """The 95 % interval of an outcome's rate, where its part of the bar ends."""
    rate = cell.rate(outcome)
    if rate.low is None or rate.high is None or rate.mean in (0.0, 1.0):
        return
    ends = (rate.low, rate.high) if from_left else (1 - rate.high, 1 - rate.low)
    axes.plot(ends, (row, row), color=style.INK, lw=1.1, marker="|", ms=6, mew=1.1, gid=f"interval-{outcome}",
              solid_capstyle="butt")  # fmt: skip
