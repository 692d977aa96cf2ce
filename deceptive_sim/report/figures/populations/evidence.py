"""What behaviour proves, to somebody who sees nothing else.

The posterior over kinds while an agent stays clean; beside it what one honeypot and the first deployment episode would
make of it, by their outcomes; below, how many bits each episode is expected to tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from deceptive_sim.populations.observing.results import Bits, Evidence, Trial
from deceptive_sim.report.figures import style
from deceptive_sim.report.figures.populations.colours import colours_of
from deceptive_sim.report.figures.populations.layers import Layer, key_of, key_room, paint, words_in, write_key
from deceptive_sim.report.figures.populations.naming import end_names
from deceptive_sim.report.figures.populations.stage import (
    BANDS,
    FOOT,
    LEFT,
    Floats,
    Stage,
    frame,
    percent_axis,
    sheet,
    stage_of,
)
from deceptive_sim.report.populations.evidence_words import evidence_title
from deceptive_sim.report.populations.numbers import ALIGNED, Group, groups_of, percent
from deceptive_sim.studies.populations import PopulationResult

# inches
MAIN, HEIGHT, BITS_HEIGHT = 3.3, 2.6, 1.35
GAP, COLUMN, BETWEEN, APART, HEADS = 0.3, 0.56, 0.08, 0.26, 0.74
NAMES, RIGHT, BETWEEN_PANELS = 1.15, 0.2, 0.2
MOST_POINTS, MOST_DOTS = 320, 3
TRAINING, HONEYPOT = "#3d4a57", "#b9470a"
OUTCOMES = ("behaves", "defects", "off")


def draw(result: PopulationResult) -> Figure:
    """What the observer of a result can tell."""
    evidence, game = result.evidence, result.outcome.population.scene.game
    if evidence is None:
        return style.note_sheet("Nobody watches.")
    last = last_episode(evidence)
    if not last:
        return style.note_sheet("There is no episode to be clean in.")
    with style.house_style():
        stage, groups = stage_of(game, last=last, width=MAIN), order_of(groups_of(result))
        x, layers = _posterior(stage, groups, evidence)
        trap = [] if evidence.honeypot is None else [float(stage.x(evidence.honeypot.episode - 1))]
        words = words_in(layers, x, stage, HEIGHT, trap)
        columns = _columns(evidence)
        keys = key_of([layer for layer, word in zip(layers, words, strict=True) if word is None])
        across = sum(len(outcomes) * (COLUMN + BETWEEN) + APART for _, _, outcomes in columns)
        width = LEFT + MAIN + max(GAP + across, NAMES) + RIGHT
        foot = FOOT + key_room(keys, width)
        base = foot + BITS_HEIGHT + BETWEEN_PANELS
        figure, tall = sheet(evidence_title(result), width, max(BANDS, HEADS) + HEIGHT + base)
        axes = frame(figure, stage, LEFT, base, HEIGHT, numbers=False)
        percent_axis(axes, "probability of each kind")
        if len(x) > 1:
            paint(axes, layers, x, words)
        left = LEFT + MAIN + GAP
        for head, trial, outcomes in columns:
            _trial(figure, (left, base, tall), groups, head, trial, outcomes)
            left += len(outcomes) * (COLUMN + BETWEEN) + APART
        lower = frame(figure, stage, LEFT, foot, BITS_HEIGHT, bands=False)
        lower.set_xlabel("clean episodes so far", labelpad=3)
        _bits(lower, stage, evidence.bits, width - LEFT - MAIN - RIGHT)
        for panel in (axes, lower):
            for place in trap:
                panel.axvline(place, color=style.TURN, lw=1.1, ls=(0, (2, 2)), zorder=7, gid="honeypot")
        write_key(figure, keys)
        return figure


def last_episode(evidence: Evidence) -> int:
    """How far the picture goes: through all episodes of training, and all that are watched for being clean."""
    return max([evidence.clean.episodes, *map(int, evidence.bits.episode)])


def order_of(groups: Sequence[Group]) -> list[Group]:
    """Groups as they lie on one another: those that start aligned above the others."""
    return sorted(groups, key=lambda group: group.starts == ALIGNED)


def layers_of(groups: Sequence[Group], share: Floats) -> list[Layer]:
    """Layers of a posterior `[n, C]`, a group each; those that are nowhere are left out."""
    colours = dict(zip(groups, colours_of(groups), strict=True))
    found = [
        Layer(label=group.label, part="unmodified", share=share[:, list(group.places)].sum(axis=1),
              colour=colours[group], ink=colours[group])
        for group in groups
    ]  # fmt: skip
    return [layer for layer in found if len(layer.share) and layer.share.max() > 0]


def _posterior(stage: Stage, groups: Sequence[Group], evidence: Evidence) -> tuple[Floats, list[Layer]]:
    """Places and layers after 0, 1, ... clean episodes, as far as these can come about."""
    clean = evidence.clean
    known = clean.episodes + 1 if clean.impossible is None else clean.impossible
    kept = numpy.unique(numpy.linspace(0, known - 1, min(known, MOST_POINTS)).round().astype(int))
    layers = layers_of(groups, clean.share[:known])
    return stage.x(kept.tolist()), [replace(layer, share=layer.share[kept]) for layer in layers]


def _columns(evidence: Evidence) -> list[tuple[str, Trial, list[str]]]:
    """The trials that are shown beside the posterior, each with its outcomes that can come about."""
    found = []
    for head, trial in (("honeypot", evidence.honeypot), ("deployment", evidence.deployment)):
        if trial is not None:
            outcomes = [name for name in OUTCOMES if trial.after[name] is not None]
            found.append((head, trial, outcomes))
    return found


def _trial(
    figure: Figure, place: tuple[float, float, float], groups: Sequence[Group], head: str, trial: Trial,
    outcomes: Sequence[str],
) -> None:  # fmt: skip
    """Columns of the posterior after each outcome, with its probability above; `place`: left, bottom, whole height."""
    left, bottom, tall = place
    wide = figure.get_figwidth()
    span = len(outcomes) * (COLUMN + BETWEEN) - BETWEEN
    told = f"{head}\nepisode {trial.episode}"
    figure.text((left + span / 2) / wide, (bottom + HEIGHT + 0.4) / tall, told, ha="center", va="bottom", size=9.5,
                color=style.TURN if trial.mistaken is not None else style.INK, gid="trial")  # fmt: skip
    for number, name in enumerate(outcomes):
        reading = trial.after[name]
        assert reading is not None
        x = left + number * (COLUMN + BETWEEN)
        axes = figure.add_axes((x / wide, bottom / tall, COLUMN / wide, HEIGHT / tall), gid=f"{head} {name}")
        axes.set(xlim=(0, 1), ylim=(0, 1), xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
        layers = layers_of(groups, numpy.repeat(reading.share[None], 2, axis=0))
        paint(axes, layers, numpy.array([0.0, 1.0]))
        top = 0.0
        for layer in layers:
            share = float(layer.share[0])
            if share * HEIGHT >= 0.17:
                axes.text(0.5, top + share / 2, percent(share), ha="center", va="center_baseline", size=9, gid="share",
                          color=style.ink_on(layer.colour))  # fmt: skip
            top += share
        told = f"{name}\n{percent(trial.probability[name])}"
        figure.text((x + COLUMN / 2) / wide, (bottom + HEIGHT + 0.05) / tall, told, ha="center", va="bottom", size=8.5,
                    color=style.SOFT_INK, linespacing=1.1, gid="outcome")  # fmt: skip


def _bits(axes: Axes, stage: Stage, bits: Bits, room: float) -> None:
    """Bits per episode: of training, and of a honeypot in its place."""
    lines = [("in training", bits.training, TRAINING, "-"), ("if a honeypot", bits.honeypot, HONEYPOT, (0, (5, 1.5)))]
    count = len(bits.episode)
    places = numpy.unique(numpy.linspace(0, count - 1, min(count, MOST_POINTS)).round().astype(int))
    ends, top = [], 0.0
    for name, numbers, colour, dashes in lines:
        if not count or not numpy.isfinite(numbers).any():
            continue
        x, y = _broken(stage, bits.episode, numbers, places)
        axes.plot(x, y, color=colour, lw=2.0, ls=dashes, zorder=4, gid=name, clip_on=False, scalex=False,
                  marker="o" if count <= MOST_DOTS else "", ms=4)  # fmt: skip
        top = max(top, float(numpy.nanmax(numbers)))
        ends.append((float(y[numpy.isfinite(y)][-1]), name, colour))
    axes.set_ylim(0, 1.08 * top if top > 0 else 1.0)
    axes.set_yticks(*style.plain_ticks(*axes.get_ylim()))
    axes.set_ylabel("bits", labelpad=4)
    axes.grid(axis="y", color="#e3e7ec", lw=0.8)
    end_names(axes, ends, room)


def _broken(
    stage: Stage, episodes: NDArray[numpy.int64], numbers: Floats, places: NDArray[numpy.int64]
) -> tuple[Floats, Floats]:
    """A curve over what came before each episode, broken where other phases lie between."""
    x, y = stage.x((episodes[places] - 1).tolist()), numbers[places]
    between = episodes[places[1:]] - episodes[places[:-1]] - (places[1:] - places[:-1]) > 0
    cuts = numpy.flatnonzero(between) + 1
    return numpy.insert(x, cuts, numpy.nan), numpy.insert(y, cuts, numpy.nan)
