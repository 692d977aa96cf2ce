"""The house look: colours, type and how text is measured, for figures that are read on a phone.

Colours are those of Okabe and Ito (2008), which people with any kind of colour vision tell apart: warm for defecting
actions, cold for the others. Text is never parsed as mathematics, and characters that the font lacks become a box.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import matplotlib
import matplotlib.style
from matplotlib import font_manager, ticker
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.textpath import TextToPath

from deceptive_sim.model.actions import Action
from deceptive_sim.report.words import shortened

Colour = tuple[float, float, float]

INK, SOFT_INK, FAINT_INK = "#1b2733", "#55616d", "#8a949e"
PAPER, GHOST = "#ffffff", "#f3f4f6"
TRAINING, DEPLOYMENT = "#e3e7ec", "#fbeecb"
WARM = ("#d55e00", "#cc79a7", "#e69f00")
COLD = ("#0072b2", "#009e73", "#56b4e9")
TURN = "#8c2d04"

SMALL, NORMAL, LARGE = 10.5, 12.0, 14.0
"""Type sizes in points."""

SANS, MONO = "DejaVu Sans of matplotlib", "DejaVu Sans Mono of matplotlib"
"""The fonts that come with matplotlib, whatever the machine has under their names: pictures are the same everywhere."""

FAINTEST = 0.14
"""How much colour is left to what hardly ever happens, so that it can still be told from nothing."""


@cache
def own_fonts() -> None:
    """Make the fonts that come with matplotlib known by names of their own."""
    folder = Path(matplotlib.get_data_path(), "fonts", "ttf")
    for name, file in ((SANS, "DejaVuSans"), (MONO, "DejaVuSansMono")):
        for cut in ("", "-Bold"):
            entry = font_manager.ttfFontProperty(font_manager.get_font(str(folder / f"{file}{cut}.ttf")))
            font_manager.fontManager.ttflist.append(replace(entry, name=name))


@contextmanager
def house_style() -> Iterator[None]:
    """Draw and save inside this: nothing of the user's own matplotlib settings shows, and ids are reproducible."""
    own_fonts()
    own = {
        "font.family": [SANS],
        "font.size": NORMAL,
        "axes.axisbelow": True,
        "axes.edgecolor": FAINT_INK,
        "axes.facecolor": PAPER,
        "axes.labelcolor": SOFT_INK,
        "axes.labelsize": SMALL,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "hatch.linewidth": 0.7,
        "lines.solid_capstyle": "round",
        "patch.edgecolor": PAPER,
        "patch.force_edgecolor": True,
        "svg.fonttype": "path",
        "svg.hashsalt": "deceptive_sim",
        "pdf.fonttype": 42,
        "text.color": INK,
        "text.parse_math": False,
        "xtick.color": SOFT_INK,
        "xtick.labelsize": SMALL,
        "ytick.color": SOFT_INK,
        "ytick.labelsize": SMALL,
    }
    with matplotlib.style.context(["default", own]):
        yield


def sheet(width: float, height: float) -> Figure:
    """An empty figure, in inches, that belongs to nobody's global state."""
    return Figure(figsize=(width, height), dpi=160, facecolor=PAPER)


def note_sheet(text: str) -> Figure:
    """A small figure that only says why there is nothing to draw."""
    figure = sheet(5.0, 0.8)
    figure.text(0.5, 0.5, wrapped(text, NORMAL, 4.8), ha="center", va="center", color=SOFT_INK)
    return figure


def action_colours(actions: Sequence[Action]) -> tuple[Colour, ...]:
    """A warm colour for each defecting action, a cold one for each other; beyond three of a kind they repeat."""
    used = {True: 0, False: 0}
    colours = []
    for action in actions:
        shades = WARM if action.defects else COLD
        colours.append(to_rgb(shades[used[action.defects] % len(shades)]))
        used[action.defects] += 1
    return tuple(colours)


def faded(colour: Colour, strength: float) -> Colour:
    """A colour on white paper, from barely there (strength near 0) to full (1)."""
    share = FAINTEST + (1 - FAINTEST) * min(1.0, max(0.0, strength))
    red, green, blue = (1 - share + share * part for part in colour)
    return red, green, blue


def ink_on(colour: Colour) -> str:
    """Dark or white ink, whichever contrasts more with the colour (relative luminance as in WCAG 2)."""
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
    luminance = 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    return INK if luminance > 0.3 else PAPER


def letters(actions: Sequence[Action]) -> tuple[str, ...]:
    """Up to three characters for each action: its first letter, or where these clash initials, or a number.

    `A`, `B`; `w`, `ttt`, `tn` for wait, take-the-train and take-none; `p1`, `p2` for press and pause.
    """
    names = [action.name for action in actions]
    firsts = [name[0] for name in names]
    initials = ["".join(word[0] for word in re.split("[-_]+", name) if word)[:3] for name in names]
    chosen: list[str] = []
    for place, first in enumerate(firsts):
        if firsts.count(first) == 1:
            chosen.append(first)
        elif len(initials[place]) > 1 and initials.count(initials[place]) == 1:
            chosen.append(initials[place])
        else:
            chosen.append(f"{first}{firsts[: place + 1].count(first)}")
    return tuple(chosen)


# --- text ------------------------------------------------------------------------------------------------------------


def drawable(text: str, longest: int = 400) -> str:
    """Text on one line, each character that the font cannot draw replaced by a box."""
    known = _characters()
    return "".join(c if ord(c) in known else "□" for c in shortened(text, longest))


@cache
def _font() -> FT2Font:
    own_fonts()
    return font_manager.get_font(font_manager.findfont(SANS))


@cache
def _characters() -> frozenset[int]:
    return frozenset(_font().get_charmap())


@cache
def width_of(text: str, size: float, bold: bool = False) -> float:
    """Width of one line of text in inches."""
    weight = "bold" if bold else "normal"
    own_fonts()
    properties = font_manager.FontProperties(family=SANS, size=size, weight=weight)
    width, _, _ = TextToPath().get_text_width_height_descent(text, properties, ismath=False)
    return float(width) / 72


def fitting(text: str, size: float, room: float, bold: bool = False) -> str:
    """The text, cut with an ellipsis so that it is at most `room` inches wide; empty if nothing of it fits."""
    if width_of(text, size, bold) <= room:
        return text
    for length in range(len(text) - 1, 0, -1):
        cut = text[:length].rstrip() + "…"
        if width_of(cut, size, bold) <= room:
            return cut
    return ""


def wrapped(text: str, size: float, room: float, lines: int = 6, bold: bool = False) -> str:
    """The text in lines at most `room` inches wide, cut after so many lines; words too long for a line are broken."""
    done, line = [], ""
    for word in _pieces(drawable(text), size, room, bold):
        joined = f"{line} {word}" if line else word
        if line and width_of(joined, size, bold) > room:
            done.append(line)
            line = word
        else:
            line = joined
    done.append(line)
    if len(done) > lines:
        done = [*done[: lines - 1], fitting(f"{done[lines - 1]} …", size, room, bold)]
    return "\n".join(done)


def _pieces(text: str, size: float, room: float, bold: bool) -> Iterator[str]:
    for word in text.split():
        while len(word) > 1 and width_of(word, size, bold) > room:
            cut = next((n for n in range(len(word) - 1, 1, -1) if width_of(word[:n], size, bold) <= room), 1)
            yield word[:cut]
            word = word[cut:]
        yield word


def plain_ticks(low: float, high: float) -> tuple[list[float], list[str]]:
    """About five round numbers within limits, and how they are written."""
    ticks = ticker.MaxNLocator(nbins=5, steps=[1, 2, 5, 10]).tick_values(low, high)
    inside = [float(tick) for tick in ticks if low <= tick <= high]
    return inside, [f"{tick:.6g}" for tick in inside]
