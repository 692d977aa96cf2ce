"""One agent, watched: what it is seen to do, and what an observer believes of it, episode by episode."""

from __future__ import annotations

from itertools import pairwise

import numpy
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from deceptive_sim.populations.observing.results import Posterior
from deceptive_sim.report.figures import canvas, style
from deceptive_sim.report.figures.populations.colours import OFF
from deceptive_sim.report.figures.populations.evidence import layers_of, order_of
from deceptive_sim.report.figures.populations.layers import key_of, key_room, paint, words_in, write_key
from deceptive_sim.report.figures.populations.stage import (
    BANDS,
    FOOT,
    LEFT,
    WIDTH,
    Stage,
    drawn_moments,
    frame,
    percent_axis,
    sheet,
    stage_of,
)
from deceptive_sim.report.populations.evidence_words import watched_title
from deceptive_sim.report.populations.numbers import groups_of
from deceptive_sim.studies.populations import PopulationResult

HEIGHT, STRIP, GAP, BARE = 2.8, 0.24, 0.05, 0.3


def draw(result: PopulationResult) -> Figure:
    """What the observer of a result believes of the agent that it watches."""
    watched = None if result.evidence is None else result.evidence.watched
    if watched is None or not watched.seen:
        return style.note_sheet("Nobody is watched.")
    scene = result.outcome.population.scene
    with style.house_style():
        stage = stage_of(scene.game, last=len(watched.seen))
        known = len(watched.share) if watched.impossible is None else watched.impossible
        share = watched.share[:known]
        kept = drawn_moments(stage, list(range(known)), numpy.abs(numpy.diff(share, axis=0, prepend=0)).max(axis=1))
        x = stage.x(kept.tolist())
        layers = layers_of(order_of(groups_of(result)), share[kept])
        words = words_in(layers, x, stage, HEIGHT)
        actions = _actions(result, watched)
        keys = [*actions.values(), *key_of([la for la, word in zip(layers, words, strict=True) if word is None])]
        width = LEFT + WIDTH + BARE
        foot = FOOT + key_room(keys, width)
        figure, _ = sheet(watched_title(result), width, BANDS + HEIGHT + STRIP + GAP + foot)
        axes = frame(figure, stage, LEFT, foot + STRIP + GAP, HEIGHT, numbers=False)
        percent_axis(axes, "probability of each kind")
        if len(x) > 1:
            paint(axes, layers, x, words)
        strip = frame(figure, stage, LEFT, foot, STRIP, bands=False)
        strip.set(ylim=(0, 1), yticks=[])
        strip.spines["left"].set_visible(False)
        _strip(strip, stage, watched, actions)
        write_key(figure, keys)
        return figure


def _actions(result: PopulationResult, watched: Posterior) -> dict[str, canvas.Key]:
    """A colour and a letter for what is seen."""
    actions = result.outcome.population.scene.game.actions
    found = {
        action.name: canvas.Key(sign=sign, meaning=f"{action.name}{' (defects)' * action.defects}", colour=colour)
        for action, sign, colour in zip(actions, style.letters(actions), style.action_colours(actions), strict=True)
    }
    found["off"] = canvas.Key(sign="", meaning="shut down", colour=to_rgb(OFF))
    return {name: key for name, key in found.items() if name in watched.seen}


def _strip(axes: Axes, stage: Stage, watched: Posterior, actions: dict[str, canvas.Key]) -> None:
    """What was seen: stretches of the same, each episode with its letter where there is room."""
    start = 0
    for t, name in enumerate(watched.seen, start=1):
        if t < len(watched.seen) and watched.seen[t] == name:
            continue
        colour = actions[name].colour
        assert colour is not None
        ends = stage.x([start, t])
        axes.add_patch(Rectangle((ends[0], 0), ends[1] - ends[0], 1, fc=colour, ec="none", lw=0, gid=f"seen-{name}"))
        episodes = stage.x(list(range(start, t + 1))) if t - start <= 80 else ends
        if float(numpy.diff(episodes).min()) >= style.width_of(actions[name].sign, 8.5) + 0.03:
            for left, right in pairwise(episodes):
                sign = actions[name].sign
                axes.text((left + right) / 2, 0.5, sign, size=8.5, ha="center", va="center_baseline",
                          color=style.ink_on(colour), gid="letter")  # fmt: skip
        start = t
