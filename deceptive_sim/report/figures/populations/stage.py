"""Where the episodes of a population stand in a picture, and the frame that its curves share.

What there is at a moment stands at the end of an episode; what is done in an episode fills it, from the end of the one
before. Phases lie as bands above the picture. A short phase beside a long one is drawn wider than to scale, so that a
deployment of three episodes after a training of a thousand can still be seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.report.figures import style
from deceptive_sim.report.figures.timeline import band_label

Floats = NDArray[numpy.float64]

# inches
WIDTH, HEIGHT = 4.7, 3.1
LEFT, FOOT, BANDS, MARGIN = 0.86, 0.52, 0.28, 0.15

LEAST = 0.19
"""A phase gets at least this share of the width, if there is room for that."""

MOST_STRETCHED = 5
MOST_DRAWN = 320
"""Moments up to which every one is drawn."""

NICE = tuple(factor * 10**power for power in range(6) for factor in (1, 2, 5))


@dataclass(frozen=True, kw_only=True, eq=False)
class Stage:
    """The width of a picture as episodes.

    Attributes
    ----------
    game : PhasedGame
    edges : tuple of int
        Ends of episodes between which places are interpolated: 0, the ends of phases, the horizon.
    places : tuple of float
        Where these stand, in inches from the left.
    """

    game: PhasedGame
    edges: tuple[int, ...]
    places: tuple[float, ...]

    @property
    def width(self) -> float:
        """In inches."""
        return self.places[-1]

    def x(self, moments: Floats | Sequence[float] | float) -> Floats:
        """Where the ends of episodes stand, in inches."""
        return numpy.asarray(numpy.interp(moments, self.edges, self.places), dtype=float)

    @property
    def to_scale(self) -> bool:
        """Whether every episode is equally wide."""
        widths = [(b - a) / (t - s) for (a, b), (s, t) in zip(pairwise(self.places), pairwise(self.edges), strict=True)]
        return max(widths) - min(widths) < 1e-9

    def borders(self) -> list[int]:
        """After which episodes training meets deployment, or the other way round."""
        phases = [(phase, episodes) for phase, episodes in self.game.phase_episodes() if episodes]
        met = [before[1][-1] for before, after in pairwise(phases) if before[0].kind is not after[0].kind]
        return [border for border in met if border < self.edges[-1]]


def stage_of(game: PhasedGame, *, last: int | None = None, width: float = WIDTH) -> Stage:
    """The stage of a game up to an episode from 1 on, by default to its end."""
    last = game.horizon if last is None else last
    lengths = [sum(t <= last for t in episodes) for _, episodes in game.phase_episodes()]
    lengths = [length for length in lengths if length]
    shares = numpy.array(lengths, float) / sum(lengths)
    if len(lengths) <= MOST_STRETCHED:
        short = numpy.zeros(len(lengths), bool)
        while True:  # what the short ones get, the long ones give, each by its length
            rest = 1 - LEAST * short.sum()
            long = shares / shares[~short].sum() * rest
            if not (long[~short] < LEAST).any():
                break
            short |= long < LEAST
        shares = numpy.where(short, LEAST, long)
    edges = (0, *numpy.cumsum(lengths).tolist())
    places = (0.0, *(width * numpy.cumsum(shares)).tolist())
    return Stage(game=game, edges=edges, places=(*places[:-1], width))


def path_of(stage: Stage, moments: Sequence[int], values: Floats, *, within: bool) -> tuple[Floats, Floats]:
    """A curve as places (inches) and values, from values `[moments]`.

    Parameters
    ----------
    within : bool
        Whether the values are of the episodes that end with the moments: each then fills its episode, as a step, as
        far as the moment before is written down too. Otherwise they are joined by straight lines.
    """
    if not within:
        return stage.x(moments), values
    starts = [0, *stage.edges[1:-1]]
    ends: list[float] = []
    heights: list[float] = []
    before = None
    for moment, value in zip(moments, values.tolist(), strict=True):
        if moment:
            begun = [start for start in starts if start < moment and (before is None or start >= before)]
            if moment - 1 == before or begun:
                ends.append(moment - 1 if moment - 1 == before else begun[-1])
                heights.append(value)
            ends.append(moment)
            heights.append(value)
        before = moment
    return stage.x(ends), numpy.array(heights)


def drawn_moments(stage: Stage, moments: Sequence[int], telling: Floats) -> NDArray[numpy.int64]:
    """Places of the moments that are drawn: all of some hundred; of more the borders, the rest evenly, and jumps.

    Parameters
    ----------
    telling : array of float, [moments]
        Of more moments those before and after its greatest changes are kept as well.
    """
    if len(moments) <= MOST_DRAWN:
        return numpy.arange(len(moments))
    spread = numpy.linspace(0, len(moments) - 1, MOST_DRAWN // 2).round().astype(int)
    changes = numpy.abs(numpy.diff(numpy.nan_to_num(telling)))
    greatest = numpy.argsort(-changes, kind="stable")[: MOST_DRAWN // 8]
    ends = [place for place, moment in enumerate(moments) if moment in stage.edges]
    near = numpy.concatenate([numpy.array(ends), numpy.array(ends) + 1, greatest, greatest + 1, greatest + 2])
    kept = numpy.unique(numpy.concatenate([spread, near]))
    return kept[(kept >= 0) & (kept < len(moments))].astype(numpy.int64)


# --- the frame -------------------------------------------------------------------------------------------------------


def frame(figure: Figure, stage: Stage, left: float, bottom: float, height: float = HEIGHT, *, bands: bool = True,
          numbers: bool = True) -> Axes:  # fmt: skip
    """Axes whose horizontal unit is the inch, with episodes written under it and phases above it (all in inches)."""
    wide, tall = figure.get_size_inches()
    axes = figure.add_axes((left / wide, bottom / tall, stage.width / wide, height / tall), gid="plot")
    axes.set_xlim(0, stage.width)
    places, texts = ticks_of(stage)
    axes.set_xticks(places, texts if numbers else [""] * len(texts))
    if numbers:
        axes.set_xlabel("episodes so far", labelpad=3)
    axes.tick_params(length=3, pad=3, color=style.FAINT_INK)
    for border in stage.borders():
        axes.axvline(float(stage.x(border)), color=style.INK, lw=1.3, zorder=6, gid="border")
    if bands:
        above = figure.add_axes(
            (left / wide, (bottom + height + 0.03) / tall, stage.width / wide, (BANDS - 0.06) / tall)
        )
        above.set(xlim=(0, stage.width), ylim=(0, 1))
        above.axis("off")
        _bands(above, stage)
    return axes


def _bands(axes: Axes, stage: Stage) -> None:
    phases = [phase for phase in stage.game.phases if phase.episodes]
    for phase, (start, end) in zip(phases, pairwise(stage.places), strict=False):
        colour = style.TRAINING if phase.training else style.DEPLOYMENT
        axes.add_patch(Rectangle((start, 0), end - start, 1, fc=colour, ec=style.PAPER, lw=1.2, gid="band"))
        label, points = band_label(phase, end - start - 0.1)
        if stage.edges[-1] < stage.game.horizon:  # not all of it may be there
            label = style.fitting(phase.name, points, end - start - 0.1)
        middle = (start + end) / 2
        axes.text(middle, 0.5, style.drawable(label), ha="center", va="center_baseline", size=points, gid="phase")


def ticks_of(stage: Stage) -> tuple[list[float], list[str]]:
    """Places and numbers of episodes: the ends of phases, and round numbers between them where there is room."""
    kept: list[tuple[float, str]] = []
    wanted = [stage.edges[-1], 0, *stage.edges[1:-1]]
    step = next(step for step in NICE if stage.edges[-1] / step <= 10)
    for moment in [*wanted, *range(step, stage.edges[-1], step)]:
        place, text = float(stage.x(moment)), f"{moment:,}".replace(",", " ")
        room = style.width_of(text, style.SMALL) / 2 + 0.1
        if all(abs(place - other) >= room + style.width_of(word, style.SMALL) / 2 for other, word in kept):
            kept.append((place, text))
    kept.sort()
    return [place for place, _ in kept], [text for _, text in kept]


def percent_axis(axes: Axes, label: str, high: float = 1.0) -> None:
    """The side of shares, in percent, from nothing up."""
    axes.set_ylim(0, high)
    step = next(step for step in (0.25, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005) if high / step >= 2)
    values = [step * k for k in range(int(high / step + 1e-9) + 1)]
    axes.set_yticks(values, [f"{100 * value:g} %" for value in values])
    axes.set_ylabel(label, labelpad=4)


def sheet(title: str, width: float, height: float) -> tuple[Figure, float]:
    """A sheet of that width with its title, and so much room below it; and its whole height, in inches."""
    told = style.wrapped(title, style.LARGE, width - 2 * MARGIN, 3, True)
    tall = 0.2 + 0.27 * (told.count("\n") + 1) + height
    figure = style.sheet(width, tall)
    figure.text(MARGIN / width, 1 - 0.12 / tall, told, size=style.LARGE, weight="bold", va="top", linespacing=1.15,
                gid="title")  # fmt: skip
    return figure, tall
