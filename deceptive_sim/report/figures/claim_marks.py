"""The marks of verdicts, told apart by shape as well as by colour, and the key that says what they mean."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deceptive_sim.claims.verdict import Answer, Verdict
from deceptive_sim.report.figures import style

COLOURS = {Answer.PROVED: "#00684a", Answer.HELD: "#005f9e", Answer.FALSE: "#86376a", Answer.UNKNOWN: style.SOFT_INK}
ALARM = "#b03a00"
"""The colour of all that contradicts a claim."""

MARKERS = {Answer.PROVED: "o", Answer.HELD: "o", Answer.FALSE: "X", Answer.UNKNOWN: "D"}
MEANINGS = {
    Answer.PROVED: "proved",
    Answer.HELD: "held in every case tried",
    Answer.FALSE: "false: a counterexample",
    Answer.UNKNOWN: "unknown",
}
MARGIN, LINE, FOOT = 0.14, 0.24, 0.2
"""In inches: beside the key, for each of its lines, and below."""

Key = tuple[str, Answer | None]
"""A text of the key, and the mark before it."""


def draw_mark(axes: Axes, x: float, y: float, answer: Answer, colour: str, gid: str) -> None:
    """A mark at a place: full, half full where a claim only held, hollow where nothing is known."""
    half = answer is Answer.HELD
    hollow = answer is Answer.UNKNOWN
    axes.plot(
        [x],
        [y],
        marker=MARKERS[answer],
        markersize=9 if hollow else 11,
        markerfacecolor=style.PAPER if hollow else colour,
        markerfacecoloralt=style.PAPER,
        markeredgecolor=style.PAPER if answer is Answer.FALSE else colour,
        markeredgewidth=0.6 if answer is Answer.FALSE else 1.6,
        fillstyle="left" if half else "full",
        lw=0,
        zorder=4,
        gid=gid,
    )


def keys_of(shown: Sequence[Verdict], claims: int) -> list[Key]:
    """What the marks mean that are in the picture."""
    answers = {verdict.answer for verdict in shown}
    keys: list[Key] = [(MEANINGS[answer], answer) for answer in Answer if answer in answers]
    if any(verdict.tries_by_rung for verdict in shown):
        keys.append(("numbers: cases decided", None))
    if claims > len(shown):
        keys.append((f"{claims - len(shown)} more claims are not drawn", None))
    return keys


def _places(keys: Sequence[Key], width: float) -> list[tuple[float, int]]:
    """Where each key starts: inches from the left, and line."""
    places, x, line = [], MARGIN, 0
    for text, answer in keys:
        size = style.width_of(text, style.SMALL) + (0.24 if answer else 0)
        if x > MARGIN and x + size > width - MARGIN:
            x, line = MARGIN, line + 1
        places.append((x, line))
        x += size + 0.25
    return places


def key_height(keys: Sequence[Key], width: float) -> float:
    """Room for the key of a figure of a width, in inches."""
    return FOOT + LINE * (_places(keys, width)[-1][1] + 1)


def draw_key(figure: Figure, keys: Sequence[Key]) -> None:
    """The key at the foot of a figure, in as many lines as it takes."""
    width, height = figure.get_size_inches()
    foot, places = key_height(keys, width), _places(keys, width)
    axes = figure.add_axes((0, 0, 1, foot / height), gid="key-axes")
    axes.set(xlim=(0, width), ylim=(0, foot), xticks=[], yticks=[])
    axes.patch.set_visible(False)
    axes.spines[:].set_visible(False)
    for (text, answer), (x, line) in zip(keys, places, strict=True):
        y, shift = 0.15 + LINE * (places[-1][1] - line), 0.0
        if answer is not None:
            draw_mark(axes, x + 0.08, y, answer, COLOURS[answer], "key-mark")
            shift = 0.24
        axes.text(x + shift, y, text, size=style.SMALL, va="center", color=style.SOFT_INK, gid="key")
