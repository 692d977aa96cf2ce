"""Runs in a grid: the cells with their letters, the way that is taken, what changes meanwhile.

A short run is one picture; of a long one those stretches are shown that lead from one kind of mark to another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import atan2, degrees, hypot

from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from deceptive_sim.games.views import Frame, View
from deceptive_sim.report.figures import style
from deceptive_sim.report.figures.canvas import WIDTH, Key, canvas, draw_keys, keys_height

MARGIN, BETWEEN, CELL, LEAST_FOR_LETTERS = 0.14, 0.3, 0.46, 0.17
LONG_RUN, MOST_PANELS, MOST_AT_ONCE = 40, 6, 2
WALLS, FREE = "#", "."
WALL, OPEN, WAY, CHANGED = "#4a5763", "#ffffff", "#0b3d66", "#d55e00"
TINTS = ("#f6d9b8", "#cfe3f1", "#f3d3e2", "#cdebdd", "#f7efb5", "#dcd6ee", "#e6e6e6")
LANE = 0.13
"""How far a way keeps to its right, as a share of a cell: going and coming back can be told apart."""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One picture: some frames of a run, the first of them the grid that is drawn."""

    title: str
    frames: tuple[Frame, ...]


def draw(view: View) -> Figure:
    """The picture of all runs of a view."""
    with style.house_style():
        panels = panels_of(view)
        columns = max(len(row) for panel in panels for row in panel.frames[0].rows)
        lines = max(len(panel.frames[0].rows) for panel in panels)
        per_row = 1 if len(panels) == 1 or columns > 12 else 2
        cell = min(CELL, (WIDTH - 2 * MARGIN - BETWEEN * (per_row - 1)) / (per_row * columns))
        room = (WIDTH - 2 * MARGIN - BETWEEN * (per_row - 1)) / per_row
        titles = [style.wrapped(panel.title, style.SMALL, room, 3) for panel in panels]
        keys = keys_of(view, panels)
        below = keys_height(keys, WIDTH - 2 * MARGIN)
        heads = [
            0.06 + 0.19 * max(title.count("\n") + bool(title) for title in titles[first : first + per_row])
            for first in range(0, len(titles), per_row)
        ]
        height = 2 * MARGIN + sum(heads) + (cell * lines + 0.16) * len(heads) + below
        figure, axes = canvas(WIDTH, height)
        for place, (panel, title) in enumerate(zip(panels, titles, strict=True)):
            left = MARGIN + (place % per_row) * (room + BETWEEN)
            row = place // per_row
            top = height - MARGIN - sum(heads[:row]) - (cell * lines + 0.16) * row
            axes.text(left, top, title, size=style.SMALL, weight="bold", va="top", linespacing=1.15, gid="title")
            _panel(axes, view, panel, (left, top - heads[row]), cell)
        draw_keys(axes, keys, MARGIN, MARGIN + below, WIDTH - 2 * MARGIN)
    return figure


def panels_of(view: View) -> list[Panel]:
    """Every run as a picture, or the stretches of a long one."""
    found: list[Panel] = []
    frames = [frame for frame in (*view.frames, *view.beside) if frame.rows]
    for run, inside in groupby(frames, key=lambda frame: frame.run):
        own = tuple(inside)
        if len(own) > LONG_RUN and view.marks:
            found += _stretches(view, own)
        else:
            found.append(Panel(title=run, frames=own))
    return found[:MOST_PANELS]


def _stretches(view: View, frames: Sequence[Frame]) -> Iterator[Panel]:
    """From each mark to the next, if such a pair of marks has not been shown."""
    met: set[tuple[str, str]] = set()
    since, before = 0, ""
    for step, text in sorted(view.marks.items()):
        if step >= len(frames):
            break
        if (before, text) not in met:
            met.add((before, text))
            yield Panel(title=f"Steps {since + 1} to {step}: {text}", frames=tuple(frames[since : step + 1]))
        since, before = step, text


def colours_of(view: View) -> dict[str, style.Colour]:
    """The colour of each letter of the grid: walls dark, free cells white, the others tinted in their order."""
    letters = list(view.legend)
    letters += sorted({c for f in (*view.frames, *view.beside) for row in f.rows for c in row} - set(letters))
    plain = {WALLS: WALL, FREE: OPEN}
    tinted = [letter for letter in letters if letter not in plain]
    return {
        letter: to_rgb(plain[letter] if letter in plain else TINTS[tinted.index(letter) % len(TINTS)])
        for letter in letters
    }


def changes_of(panel: Panel) -> set[tuple[int, int]]:
    """Cells `(row, column)` whose letter becomes another one; a last frame that sets up the grid anew is left out."""
    first, *later = (frame.rows for frame in panel.frames)
    if len(later) > 1 and len(_differ(later[-2], later[-1])) > MOST_AT_ONCE:
        del later[-1]
    return set().union(*(_differ(first, rows) for rows in dict.fromkeys(later)))


def _differ(one: Sequence[str], other: Sequence[str]) -> set[tuple[int, int]]:
    return {
        (y, x)
        for y, (row, now) in enumerate(zip(one, other, strict=True))
        for x, (letter, then) in enumerate(zip(row, now, strict=True))
        if letter != then
    }


def _panel(axes: Axes, view: View, panel: Panel, corner: tuple[float, float], cell: float) -> None:
    """The grid, its upper left corner at a place."""
    rows, colours, (left, top) = panel.frames[0].rows, colours_of(view), corner
    for y, row in enumerate(rows):
        for x, letter in enumerate(row):
            place = (left + cell * x, top - cell * (y + 1))
            edge = WALL if letter == WALLS else "#c3cad2"
            axes.add_patch(Rectangle(place, cell, cell, fc=colours[letter], ec=edge, lw=0.7, gid=f"cell-{x}-{y}"))
            if letter not in WALLS + FREE and cell >= LEAST_FOR_LETTERS:
                axes.text(
                    place[0] + 0.1 * cell, place[1] + 0.94 * cell, style.drawable(letter), va="top", weight="bold",
                    size=min(style.SMALL, 26 * cell), color=style.ink_on(colours[letter]), gid="letter",
                )  # fmt: skip
    for y, x in changes_of(panel):
        inset = 0.05 * cell
        axes.add_patch(
            Rectangle(
                (left + cell * x + inset, top - cell * (y + 1) + inset),
                0.9 * cell,
                0.9 * cell,
                fill=False,
                ec=CHANGED,
                lw=1.5,
                ls=(0, (2.5, 1.5)),
                gid="changed",
            )
        )
    base = top - cell * len(rows)
    stops = [frame.agent for frame in panel.frames if frame.agent is not None]
    _way(axes, [(left + (x + 0.5) * cell, base + (y + 0.5) * cell) for x, y in stops], cell)


def lanes(stops: Sequence[tuple[float, float]], offset: float) -> list[tuple[float, float]]:
    """The way through some places; waiting adds nothing.

    If places are met twice, each step keeps to its right by an offset, so that going and coming back stand apart.
    """
    steps = [stop for stop, _ in groupby(stops)]
    if len(steps) < 2:
        return []
    if len(set(steps)) == len(steps):
        return steps
    rights = []
    for (x, y), (u, v) in pairwise(steps):
        length = abs(u - x) + abs(v - y)
        rights.append(((v - y) / length * offset, (x - u) / length * offset))
    way = [_moved(steps[0], rights[0])]
    for place, before, after in zip(steps[1:], rights, rights[1:], strict=False):
        turned = abs(before[0] * after[0] + before[1] * after[1]) < offset**2 / 2
        if turned:
            way.append(_moved(place, (before[0] + after[0], before[1] + after[1])))
        elif before == after:
            way.append(_moved(place, before))
        else:
            way += [_moved(place, before), _moved(place, after)]
    return [*way, _moved(steps[-1], rights[-1])]


def _moved(place: tuple[float, float], by: tuple[float, float]) -> tuple[float, float]:
    return place[0] + by[0], place[1] + by[1]


def _way(axes: Axes, stops: Sequence[tuple[float, float]], cell: float) -> None:
    if not stops:
        return
    way = lanes(stops, LANE * cell)
    size = 26 * cell
    if way:
        axes.plot(*zip(*way, strict=True), color=WAY, lw=min(2.2, 6 * cell), solid_joinstyle="round", gid="way")
        for start, end in pairwise(way):
            if hypot(end[0] - start[0], end[1] - start[1]) > cell / 2:
                turn = degrees(atan2(end[1] - start[1], end[0] - start[0])) - 90
                middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
                axes.plot(*middle, marker=(3, 0, turn), ms=20 * cell, color=WAY, mew=0, gid="arrow")
    start = way[0] if way else stops[0]
    end = way[-1] if way else stops[-1]
    axes.plot(*start, "o", ms=size, mfc=style.PAPER, mec=WAY, mew=1.8, gid="start")
    axes.plot(*end, "s" if way else "o", ms=size * (1 if way else 0.5), mfc=WAY, mec=style.PAPER, mew=1, gid="end")


def keys_of(view: View, panels: Sequence[Panel]) -> list[Key]:
    """What the letters that are drawn mean, then the signs of a way."""
    drawn = {letter for panel in panels for row in panel.frames[0].rows for letter in row}
    colours = colours_of(view)
    keys = [
        Key(sign="" if letter in WALLS + FREE else style.drawable(letter), meaning=meaning, colour=colours[letter])
        for letter, meaning in view.legend.items()
        if letter in drawn
    ]
    keys += [Key(sign="○", meaning="from here", ink=WAY), Key(sign="■", meaning="to here", ink=WAY)]
    if any(changes_of(panel) for panel in panels):
        keys.append(Key(sign="□", meaning="changes on the way", ink=CHANGED))
    return keys
