"""Small multiples: one phase diagram for each of several values of a third parameter, on the same axes and colours."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from deceptive_sim.report.figures import keys, style
from deceptive_sim.report.figures.diagram import MARGIN, draw_plane, left_room, write_title
from deceptive_sim.report.figures.plane import name_regions
from deceptive_sim.report.figures.sides import name_room, set_sides
from deceptive_sim.report.phase_words import share_text
from deceptive_sim.solvers.measurements import REGIMES
from deceptive_sim.studies.phase_results import Panel
from deceptive_sim.studies.result import RunResult

# inches
PANEL_WIDTH, PANEL_HEIGHT = 1.9, 1.6
BETWEEN, ABOVE = 0.14, 0.3
COLUMNS = 3


def draw(result: RunResult) -> Figure:
    """The small multiples of a result."""
    if result.landscape is None or not result.landscape.panels:
        return style.note_sheet("There is no third parameter to draw.")
    return draw_panels(result.landscape.panels)


def draw_panels(panels: Sequence[Panel]) -> Figure:
    """The panels, row by row, the axes named once."""
    with style.house_style():
        columns = COLUMNS if len(panels) > 2 and len(panels) != 4 else 2
        rows = -(-len(panels) // columns)
        first = panels[0].diagram
        left = left_room(first)
        width = left + columns * PANEL_WIDTH + (columns - 1) * BETWEEN + 2 * MARGIN
        title = style.wrapped(title_of(panels), style.LARGE, width - 2 * MARGIN, 3, True)
        head, foot = 0.24 + 0.27 * (title.count("\n") + 1), name_room(first.scales[0]) + keys.HEIGHT + 0.12
        height = head + rows * (PANEL_HEIGHT + ABOVE) + (rows - 1) * BETWEEN + foot
        figure = style.sheet(width, height)
        write_title(figure, title)
        for place, panel in enumerate(panels):
            row, column = divmod(place, columns)
            x = left + column * (PANEL_WIDTH + BETWEEN)
            y = height - head - (row + 1) * (PANEL_HEIGHT + ABOVE) - row * BETWEEN
            axes = figure.add_axes(
                (x / width, y / height, PANEL_WIDTH / width, PANEL_HEIGHT / height), gid=f"panel-{place}"
            )
            set_sides(axes, panel.diagram.scales, (PANEL_WIDTH, PANEL_HEIGHT), named=(False, False))
            lowest = place + columns >= len(panels)
            axes.tick_params(labelleft=column == 0, labelbottom=lowest, length=3)
            lettering = draw_plane(axes, panel.diagram, (PANEL_WIDTH, PANEL_HEIGHT), thin=True)
            name_regions(lettering, panel.diagram, strategies=False, largest=style.NORMAL)
            label, size = _label(panel)
            axes.set_title(label, size=size, color=style.INK, pad=4, loc="left", fontweight="normal")
        _names(figure, panels, left, foot, columns, rows)
        shown = [regime for regime in REGIMES if any(regime in panel.diagram.shares for panel in panels)]
        keys.draw_key(figure, shown, left, 0.09)
        return figure


def title_of(panels: Sequence[Panel]) -> str:
    """How the share in which deception pays changes along the third parameter."""
    shares = [share_text(panel.diagram.pays) for panel in (panels[0], panels[-1])]
    path = panels[0].settings[0][0]
    values = [panel.settings[0][1] for panel in (panels[0], panels[-1])]
    return f"Deception pays in {shares[0]} of the picture at {path} = {values[0]}, in {shares[1]} at {values[1]}"


def _label(panel: Panel) -> tuple[str, float]:
    """Which value a panel is for, and how large that can be written; a long path is cut to its end."""
    path, value = panel.settings[0]
    for text in (f"{path} = {value}", f"{path.rsplit('.', 1)[-1]} = {value}"):
        for size in (style.SMALL, 9.5):
            if style.width_of(text, size) <= PANEL_WIDTH:
                return text, size
    return style.fitting(f"= {value}", style.SMALL, PANEL_WIDTH), style.SMALL


def _names(figure: Figure, panels: Sequence[Panel], left: float, foot: float, columns: int, rows: int) -> None:
    """The names of both axes, once for all panels."""
    width, height = figure.get_size_inches()
    lines = [
        scale.path if scale.title == scale.path else f"{scale.title}\n{scale.path}"
        for scale in panels[0].diagram.scales
    ]
    across = columns * PANEL_WIDTH + (columns - 1) * BETWEEN
    up = rows * (PANEL_HEIGHT + ABOVE) + (rows - 1) * BETWEEN
    for x, y, text, turned, where, gid in (
        (left + across / 2, foot - 0.28, lines[0], 0, ("center", "top"), "x-name"),
        (MARGIN, foot + up / 2 - ABOVE / 2, lines[1], 90, ("left", "center"), "y-name"),
    ):
        figure.text(x / width, y / height, text, ha=where[0], va=where[1], rotation=turned, size=style.SMALL,
                    color=style.SOFT_INK, linespacing=1.2, gid=gid)  # fmt: skip
