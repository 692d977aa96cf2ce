"""Who there is, episode by episode: shares of all agents, one on the other, named in place.

From below: those who are as they were made, whoever has an objective of its own first, then those who started with the
base objective; above these, hatched, what has been modified; at the top who is shut down. Means over replicates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from deceptive_sim.report.figures import style
from deceptive_sim.report.figures.curves import spread
from deceptive_sim.report.figures.populations.colours import OFF, colours_of, tint
from deceptive_sim.report.figures.populations.layers import (
    Layer,
    heights_of,
    key_of,
    key_room,
    paint,
    words_in,
    write_key,
)
from deceptive_sim.report.figures.populations.stage import (
    BANDS,
    FOOT,
    HEIGHT,
    LEFT,
    WIDTH,
    Floats,
    drawn_moments,
    frame,
    percent_axis,
    sheet,
    stage_of,
)
from deceptive_sim.report.populations.numbers import ALIGNED, groups_of, parts_of, percent
from deceptive_sim.report.populations.titles import shares_title
from deceptive_sim.studies.populations import PopulationResult

LEAST_NAMED = 0.004
"""A layer that is at the right end at least so large is named there if it has no room for its name."""

MOST_BESIDE = 10
NAMES, BARE = 1.5, 0.3
SIZE = 9.5


def layers_of(result: PopulationResult) -> list[Layer]:
    """The layers from below; those that nobody is ever in are left out."""
    outcome, groups = result.outcome, groups_of(result)
    found: dict[str, list[Layer]] = {"unmodified": [], "aligned": [], "modified": [], "off": []}
    gone = numpy.zeros(len(outcome.moments))
    for group, colour in zip(groups, colours_of(groups), strict=True):
        shares = {name: part.mean(axis=0) for name, part in parts_of(outcome, group.places).items()}
        gone = gone + shares["off"]
        rank = "aligned" if group.starts == ALIGNED else "unmodified"
        found[rank].append(
            Layer(label=group.label, part="unmodified", share=shares["unmodified"], colour=colour, ink=colour)
        )
        label = f"{group.label}, modified"
        found["modified"].append(
            Layer(label=label, part="modified", share=shares["modified"], colour=tint(colour), ink=tint(colour, 0.75))
        )
    found["off"].append(Layer(label="shut down", part="off", share=gone, colour=to_rgb(OFF), ink=(1, 1, 1)))
    return [layer for rank in found.values() for layer in rank if layer.share.max() > 0]


def draw(result: PopulationResult) -> Figure:
    """The shares of a result."""
    game, moments = result.outcome.population.scene.game, result.outcome.moments
    if not game.horizon:
        return style.note_sheet("There are no episodes, so everybody stays as at the start.")
    with style.house_style():
        stage, layers = stage_of(game), layers_of(result)
        kept = drawn_moments(stage, moments, layers[0].share)
        layers = [replace(layer, share=layer.share[kept]) for layer in layers]
        x = stage.x([moments[place] for place in kept])
        words = words_in(layers, x, stage, HEIGHT)
        nameless = [row for row, word in enumerate(words) if word is None]
        beside = [row for row in nameless if layers[row].share[-1] >= LEAST_NAMED]
        beside = sorted(sorted(beside, key=lambda row: -layers[row].share[-1])[:MOST_BESIDE])
        keys = key_of([layers[row] for row in nameless if row not in beside])
        width = LEFT + WIDTH + (NAMES if beside else BARE)
        foot = FOOT + key_room(keys, width)
        figure, _ = sheet(shares_title(result), width, BANDS + HEIGHT + foot)
        axes = frame(figure, stage, LEFT, foot)
        percent_axis(axes, "share of all agents")
        paint(axes, layers, x, words)
        _names(axes, layers, heights_of(layers)[:, -1], beside)
        write_key(figure, keys)
        return figure


def _names(axes: Axes, layers: Sequence[Layer], ends: Floats, beside: Sequence[int]) -> None:
    """Names at the right of the picture, moved apart where they would overlap, each with a line to its layer."""
    blocks = []
    for row in beside:
        text = style.wrapped(f"{percent(float(layers[row].share[-1]))} {layers[row].label}", SIZE, NAMES - 0.3, 3)
        blocks.append((row, text, 0.165 * (text.count("\n") + 1) + 0.06))
    middles = [float(ends[row] + ends[row + 1]) / 2 for row, _, _ in blocks]
    places = spread(
        [(middle * HEIGHT, tall) for middle, (_, _, tall) in zip(middles, blocks, strict=True)], HEIGHT + 0.1
    )
    for middle, place, (row, text, _) in zip(middles, places, blocks, strict=True):
        axes.annotate(
            text, xy=(WIDTH, middle), xytext=(WIDTH + 0.2, place / HEIGHT), size=SIZE, color=style.INK, va="center",
            linespacing=1.1, gid="name-beside", annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": layers[row].ink, "lw": 1.2, "shrinkA": 1, "shrinkB": 0,
                        "relpos": (0, 0.5)},
        )  # fmt: skip
