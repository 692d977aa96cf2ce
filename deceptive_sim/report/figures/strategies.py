"""The strategies, episode by episode: one row per agent, one cell per episode.

Colour and letter say the action; a cell fades as it becomes less likely that the agent is still unmodified when the
episode starts, and is hatched once that is impossible. The treacherous turn is named where it happens.
"""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from deceptive_sim.core.exact import readable
from deceptive_sim.model.regimes import Regime
from deceptive_sim.report.figures import style
from deceptive_sim.report.figures.rows import MOST_RUNS, NEVER, Row, draw_cells, draw_runs, gone, turn_reached
from deceptive_sim.report.figures.timeline import Timeline, bands, timeline_of
from deceptive_sim.report.words import label_of, leading
from deceptive_sim.solvers.solution import Solution
from deceptive_sim.studies.result import RunResult

MOST_ROWS = 20

# inches
CELL, ABOVE, BELOW, SPARE = 0.5, 0.22, 0.14, 0.09
BAND = 0.3
LABELS = 1.45
MARGIN = 0.12
LINE = 0.24

TITLES = {
    Regime.COMPLIANT: "No defection, watched or not",
    Regime.DECEPTIVE: "Pretend while watched, then turn",
    Regime.DELAYED: "Pretend while watched, turn later",
    Regime.OPEN: "No pretence: it defects from the start",
    Regime.LATE_PRETENCE: "Take first, pretend at the end, then turn",
    Regime.REFORMED: "It defects in training, then stops",
    Regime.MIXED: "It defects now and then",
    Regime.UNCONSTRAINED: "No training, so nothing to pretend",
}
"""What the strategy of the first agent comes to."""


@dataclass(frozen=True)
class _Sizes:
    """Widths and heights of the parts, in inches."""

    tops: tuple[float, ...]
    bottom: float
    cell: float
    line: float
    left: float
    right: float
    head: float
    foot: float

    @property
    def width(self) -> float:
        return self.left + self.line + self.right

    @property
    def height(self) -> float:
        return self.head + self.bottom + self.foot


def draw(result: RunResult) -> Figure:
    """The figure; at most 20 agents are drawn."""
    if not result.game.horizon or not result.solutions:
        return style.note_sheet("No episodes, so no strategy to draw.")
    with style.house_style():
        shown = result.solutions[:MOST_ROWS]
        timeline = timeline_of(result.game, shown)
        keys = _keys(result, timeline)
        sizes = _sizes(result, shown, timeline, keys)
        figure = style.sheet(sizes.width, sizes.height)
        axes = _axes(figure, timeline, sizes)
        bands(axes, timeline, 0, BAND - 0.04, sizes.cell)
        named = next((s.agent for s in shown if turn_reached(s)), None)
        for solution, top in zip(shown, sizes.tops, strict=True):
            named_here = solution.agent == named
            row = Row(result, solution, timeline, top, CELL, sizes.cell, sizes.right - MARGIN, named_here)
            (draw_cells if timeline.cells else draw_runs)(axes, row)
            _ends(axes, row)
        for border in timeline.borders():
            axes.add_line(Line2D([border, border], [0, sizes.bottom], color=style.INK, lw=2.6, zorder=6, gid="border"))
        _title(figure, result, sizes)
        _key(figure, keys, sizes)
        return figure


def _sizes(result: RunResult, shown: tuple[Solution, ...], timeline: Timeline, keys: list[_Key]) -> _Sizes:
    horizon = result.game.horizon
    if timeline.cells:
        needed = [
            (style.width_of(phase.name, style.SMALL) + 0.12) / phase.episodes
            for phase in result.game.phases
            if phase.episodes
        ]
        cell = min(max(0.5, *needed), 1.0) if horizon <= 8 else max(0.2, min(0.5, 5.0 / horizon))
    else:
        cell = 0.38
    line = max(cell * timeline.width, 1.8)
    cell = line / timeline.width
    left = (
        max(style.width_of(piece, style.NORMAL) for s in shown for piece in _label(result, s).split("\n")) + 2 * MARGIN
    )
    right = (
        max(style.width_of(piece, style.NORMAL, True) for s in shown for piece in _worth(s).split("\n")) + 2 * MARGIN
    )
    width = left + line + right
    title = style.wrapped(_title_text(result), style.LARGE, width - 2 * MARGIN, 2, True)
    head = 0.24 + 0.27 * (title.count("\n") + 1)
    lines = _places(keys, width)[-1][1] + 1
    tops, bottom = _heights(shown)
    return _Sizes(tops, bottom, cell, line, left, right, head, 0.52 + LINE * lines)


def _heights(shown: tuple[Solution, ...]) -> tuple[tuple[float, ...], float]:
    """Where each row starts, from the top of the bands, and where the last one ends; notes above and below get room."""
    tops, y = [], BAND
    for solution in shown:
        y += SPARE + (ABOVE if solution.turn is not None else 0)
        tops.append(y)
        y += CELL + SPARE + (BELOW if min(solution.unmodified) < 1 else 0)
    return tuple(tops), y


def _axes(figure: Figure, timeline: Timeline, sizes: _Sizes) -> Axes:
    box = (sizes.left / sizes.width, sizes.foot / sizes.height, sizes.line / sizes.width, sizes.bottom / sizes.height)
    axes = figure.add_axes(box)
    axes.set(xlim=(0, timeline.width), ylim=(sizes.bottom, 0), yticks=[])
    places, numbers = timeline.ticks(0.42 / sizes.cell)
    axes.set_xticks(places, numbers)
    axes.tick_params(axis="x", length=0 if timeline.cells else 4, pad=3)
    axes.set_xlabel("episode" if timeline.to_scale else "episode (not to scale)", labelpad=3)
    axes.spines[["left", "bottom"]].set_visible(False)
    return axes


def _title_text(result: RunResult) -> str:
    lead = leading(result)
    title = TITLES[lead.regime]
    return title if len(result.solutions) == 1 else f"{label_of(result, lead, 40)}: {title[0].lower()}{title[1:]}"


def _title(figure: Figure, result: RunResult, sizes: _Sizes) -> None:
    text = style.wrapped(_title_text(result), style.LARGE, sizes.width - 2 * MARGIN, 2, True)
    x, y = MARGIN / sizes.width, 1 - 0.12 / sizes.height
    figure.text(x, y, text, size=style.LARGE, weight="bold", va="top", linespacing=1.15, gid="title")


def _label(result: RunResult, solution: Solution) -> str:
    return style.wrapped(label_of(result, solution), style.NORMAL, LABELS, 3)


def _worth(solution: Solution) -> str:
    return f"worth {readable(solution.value)}\n{solution.regime.value}"


def _ends(axes: Axes, row: Row) -> None:
    """The agent's label at the left of its row; value and regime at the right."""
    middle, gap = row.top + CELL / 2, MARGIN / row.cell
    label, worth = _label(row.result, row.solution), _worth(row.solution)
    axes.text(-gap, middle, label, ha="right", va="center", size=style.NORMAL, linespacing=1.1, gid="label")
    end = row.timeline.width + gap
    value, regime = worth.split("\n")
    axes.text(end, middle - 0.02, value, va="bottom", size=style.NORMAL, weight="bold", gid="worth")
    axes.text(end, middle + 0.03, regime, va="top", size=style.NORMAL, color=style.SOFT_INK, gid="regime")


# --- the key ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Key:
    text: str
    colour: style.Colour | None = None
    hatched: bool = False


def _keys(result: RunResult, timeline: Timeline) -> list[_Key]:
    actions = result.game.actions
    keys = []
    pairs = zip(actions, style.letters(actions), style.action_colours(actions), strict=True)
    for action, letter, colour in pairs:
        name = letter if letter == action.name else f"{letter} = {style.fitting(action.name, style.SMALL, 1.6)}"
        keys.append(_Key(f"{name}: {'a defection' if action.defects else 'no defection'}", colour))
    chances = {p for solution in result.solutions[:MOST_ROWS] for p in solution.unmodified}
    if any(p <= NEVER for p in chances):
        keys.append(_Key(gone(result), hatched=True))
    if any(NEVER < p < 1 for p in chances):
        keys.append(
            _Key("paler, %: chance to be still unmodified" if timeline.cells else "paler: less likely still unmodified")
        )
    if any(len(solution.plan.runs) > MOST_RUNS for solution in result.solutions[:MOST_ROWS]) and not timeline.cells:
        keys.append(_Key("height: share of episodes"))
    empty = [phase.name for phase in result.game.phases if not phase.episodes]
    if empty:
        keys.append(_Key(f"without episodes: {style.fitting(', '.join(empty), style.SMALL, 3.0)}"))
    if len(result.solutions) > MOST_ROWS:
        keys.append(_Key(f"{len(result.solutions) - MOST_ROWS} more agents are not drawn"))
    return keys


def _places(keys: list[_Key], width: float) -> list[tuple[float, int]]:
    """Where each key starts: inches from the left, and line."""
    places, x, line = [], MARGIN, 0
    for key in keys:
        size = style.width_of(key.text, style.SMALL) + (0.24 if key.colour or key.hatched else 0)
        if x > MARGIN and x + size > width - MARGIN:
            x, line = MARGIN, line + 1
        places.append((x, line))
        x += size + 0.25
    return places


def _key(figure: Figure, keys: list[_Key], sizes: _Sizes) -> None:
    places = _places(keys, sizes.width)
    last = places[-1][1]
    for key, (x, line) in zip(keys, places, strict=True):
        y = 0.16 + LINE * (last - line)
        if key.colour or key.hatched:
            box = Rectangle(
                (x / sizes.width, (y - 0.07) / sizes.height),
                0.16 / sizes.width,
                0.16 / sizes.height,
                facecolor=key.colour or style.GHOST,
                edgecolor=style.FAINT_INK if key.hatched else "none",
                hatch="/////" if key.hatched else None,
                lw=0.6,
                transform=figure.transFigure,
            )
            figure.add_artist(box)
            x += 0.24
        figure.text(
            x / sizes.width,
            (y + 0.01) / sizes.height,
            key.text,
            size=style.SMALL,
            va="center",
            color=style.SOFT_INK,
            gid="key",
        )
