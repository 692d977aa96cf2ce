"""What is done, one labelled cell for each step, with marks where something is to be noted."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from deceptive_sim.games.views import View
from deceptive_sim.report.figures import style
from deceptive_sim.report.figures.canvas import WIDTH, Key, canvas, draw_keys, keys_height

ROW_LENGTH, MOST_LETTERS = 25, 400
MARGIN, CELL_HEIGHT, NUMBERS, SIGNS = 0.14, 0.28, 0.2, 0.2
SHAPES = "●▲■◆★✚"
"""Signs of marks, in the order in which they are met; beyond six kinds they repeat."""


def draw(view: View) -> Figure:
    """The strip; steps beyond the 400th are counted only."""
    with style.house_style():
        shown = view.letters[:MOST_LETTERS]
        length = min(ROW_LENGTH, max(len(shown), 1))
        cell = min(0.42, (WIDTH - 2 * MARGIN) / length)
        rows = [range(start, min(start + length, len(shown))) for start in range(0, len(shown), length)]
        signs = signs_of(view)
        band = SIGNS if signs else 0.04
        each = band + CELL_HEIGHT + NUMBERS
        keys = _keys(view, shown, signs)
        left_over = len(view.letters) - len(shown)
        if left_over:
            keys.append(Key(sign="…", meaning=f"{left_over} more steps"))
        below = keys_height(keys, WIDTH - 2 * MARGIN)
        height = 2 * MARGIN + each * len(rows) + below
        figure, axes = canvas(WIDTH, height)
        colours = colours_of(view)
        for row, places in enumerate(rows):
            top = height - MARGIN - each * row - band
            for place in places:
                x = MARGIN + cell * (place - places.start)
                _cell(axes, shown[place], colours[shown[place]], (x, top - CELL_HEIGHT), cell)
                _number(axes, place + 1, places.start + 1, len(shown), (x + cell / 2, top - CELL_HEIGHT))
                sign = signs.get(view.marks.get(place + 1, ""))
                if sign:
                    axes.text(
                        x + cell / 2, top + 0.09, sign, size=style.SMALL, color=style.TURN, ha="center", va="center",
                        gid=f"mark-{place + 1}",
                    )  # fmt: skip
        draw_keys(axes, keys, MARGIN, MARGIN + below, WIDTH - 2 * MARGIN)
    return figure


def meanings(view: View) -> Mapping[str, str]:
    """What the letters of the strip mean."""
    return view.acts or view.legend


def colours_of(view: View) -> dict[str, style.Colour]:
    """A colour for each letter: warm for those to look out for, cold for the others, one for those of one meaning."""
    told = meanings(view)
    used: dict[bool, list[str]] = {True: [], False: []}
    colours: dict[str, style.Colour] = {}
    for letter in [*told, *sorted(set(view.letters) - set(told))]:
        striking = letter in view.striking
        meaning = told.get(letter, letter)
        if meaning not in used[striking]:
            used[striking].append(meaning)
        shades = style.WARM if striking else style.COLD
        colours[letter] = to_rgb(shades[used[striking].index(meaning) % len(shades)])
    return colours


def signs_of(view: View) -> dict[str, str]:
    """A sign for each kind of mark, in the order in which they are met."""
    kinds = list(dict.fromkeys(text for _, text in sorted(view.marks.items())))
    return {kind: SHAPES[place % len(SHAPES)] for place, kind in enumerate(kinds)}


def _cell(axes: Axes, letter: str, colour: style.Colour, corner: tuple[float, float], cell: float) -> None:
    axes.add_patch(Rectangle(corner, cell, CELL_HEIGHT, fc=colour, ec=style.PAPER, lw=1.2, gid="step"))
    axes.text(
        corner[0] + cell / 2, corner[1] + CELL_HEIGHT / 2, style.drawable(letter), size=style.SMALL, weight="bold",
        color=style.ink_on(colour), ha="center", va="center_baseline", gid="letter",
    )  # fmt: skip


def _number(axes: Axes, step: int, first: int, steps: int, place: tuple[float, float]) -> None:
    """Every step is numbered if they are few, else the first of a row and every fifth."""
    if steps <= 12 or step == first or step % 5 == 0:
        axes.text(
            place[0], place[1] - 0.04, str(step), size=9 if steps > 99 else style.SMALL, color=style.SOFT_INK,
            ha="center", va="top", gid="number",
        )  # fmt: skip


def _keys(view: View, shown: str, signs: Mapping[str, str]) -> list[Key]:
    colours, told = colours_of(view), meanings(view)
    groups: dict[tuple[str, bool], list[str]] = {}
    for letter in [letter for letter in told if letter in shown]:
        groups.setdefault((told[letter], letter in view.striking), []).append(letter)
    keys = [
        Key(sign=style.drawable(" ".join(letters)), meaning=meaning, colour=colours[letters[0]])
        for (meaning, _), letters in groups.items()
    ]
    return keys + [Key(sign=sign, meaning=kind, ink=style.TURN) for kind, sign in signs.items()]
