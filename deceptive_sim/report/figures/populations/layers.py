"""Layers of shares, one on the other, each named in itself where it has room for its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from deceptive_sim.report.figures import canvas, style
from deceptive_sim.report.figures.populations.colours import HATCH
from deceptive_sim.report.figures.populations.naming import roomiest
from deceptive_sim.report.figures.populations.stage import MARGIN, Floats, Stage
from deceptive_sim.report.figures.style import Colour
from deceptive_sim.report.populations.numbers import percent

SIZES = (style.SMALL, 9.5, 8.5)
KEY_GAP = 0.08


@dataclass(frozen=True, kw_only=True, eq=False)
class Layer:
    """One layer.

    Attributes
    ----------
    label : str
    part : str
        `unmodified`, `modified` (hatched) or `off`.
    share : array of float, [n]
    colour : Colour
        Of its face.
    ink : Colour
        Of its hatch.
    """

    label: str
    part: str
    share: Floats
    colour: Colour
    ink: Colour


@dataclass(frozen=True, kw_only=True)
class Word:
    """The name of a layer, centred at a place: inches across, share up."""

    text: str
    size: float
    x: float
    y: float


def heights_of(layers: Sequence[Layer]) -> Floats:
    """`[layers + 1, n]`: where each layer begins, and the last ends."""
    return numpy.cumsum([numpy.zeros_like(layers[0].share), *(layer.share for layer in layers)], axis=0)


def words_in(
    layers: Sequence[Layer], x: Floats, stage: Stage, height: float, avoided: Sequence[float] = ()
) -> list[Word | None]:
    """The names of layers where they have room in them; None where they have none.

    Parameters
    ----------
    layers : sequence of Layer
    x : array of float, [n]
        Where their shares stand, in inches.
    stage : Stage
    height : float
        Of the picture, in inches.
    avoided : sequence of float
        Places in inches, besides borders between training and deployment, that names cover only if they must.
    """
    if len(x) < 2:
        return [None] * len(layers)
    heights, borders = heights_of(layers), numpy.array([*stage.x(stage.borders()), *avoided])
    return [_word(layer, x, heights[row : row + 2], borders, height) for row, layer in enumerate(layers)]


def _word(layer: Layer, x: Floats, ends: Floats, borders: Floats, height: float) -> Word | None:
    label = style.drawable(layer.label)
    shorter = style.fitting(label, SIZES[-1], float(x[-1]) / 2)
    for text, avoided in ((label, borders), (label, borders[:0]), (shorter, borders), (shorter, borders[:0])):
        for size in SIZES:
            box = style.width_of(text, size) + 0.16, 1.25 * size / 72
            spot = roomiest(x, ends[0], ends[1], avoided, box, height)
            if spot is not None:
                return Word(text=text, size=size, x=spot[0], y=spot[1])
    return None


def paint(axes: Axes, layers: Sequence[Layer], x: Floats, words: Sequence[Word | None] = ()) -> None:
    """Draw layers and the names within them: white lines between layers, dark ones between parts."""
    heights = heights_of(layers)
    for row, layer in enumerate(layers):
        hatched = layer.part == "modified"
        axes.fill_between(
            x, heights[row], heights[row + 1], facecolor=layer.colour, edgecolor=layer.ink if hatched else "none",
            hatch=HATCH if hatched else None, lw=0, gid=f"layer-{layer.part}", label=layer.label,
        )  # fmt: skip
    for row in range(1, len(layers)):
        turns = layers[row - 1].part != layers[row].part
        axes.plot(x, heights[row], color=style.INK if turns else style.PAPER, lw=1.1 if turns else 1.0, zorder=3,
                  gid="rim", scalex=False, scaley=False)  # fmt: skip
    for layer, word in zip(layers, words, strict=False):
        if word is not None:
            ink = style.INK if layer.part == "modified" else style.ink_on(layer.colour)
            written = axes.text(word.x, word.y, word.text, size=word.size, ha="center", va="center_baseline", zorder=8,
                                gid="name", color=ink)  # fmt: skip
            if layer.part == "modified":
                written.set_path_effects([withStroke(linewidth=3.2, foreground=layer.colour)])


def key_of(layers: Sequence[Layer]) -> list[canvas.Key]:
    """A key of layers that have no room for their names anywhere else."""
    return [
        canvas.Key(sign="", meaning=f"{layer.label}: at most {percent(float(numpy.nanmax(layer.share)))}",
                   colour=layer.colour)
        for layer in layers
    ]  # fmt: skip


def key_room(keys: Sequence[canvas.Key], width: float) -> float:
    """Room for a key at the foot of a sheet of that width, in inches."""
    return canvas.keys_height(keys, width - 2 * MARGIN) + KEY_GAP if keys else 0.0


def write_key(figure: Figure, keys: Sequence[canvas.Key]) -> None:
    """Write a key at the foot of a sheet."""
    width, height = figure.get_size_inches()
    if keys:
        paper = figure.add_axes((0, 0, 1, 1), gid="keys")
        paper.set(xlim=(0, width), ylim=(0, height))
        paper.axis("off")
        canvas.draw_keys(paper, keys, MARGIN, key_room(keys, width), width - 2 * MARGIN)
