"""Small simulated populations for tests of their report, and counts put in by hand, so that every number is known."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from deceptive_sim.scenario.load import Scenario, load_scenario
from deceptive_sim.studies.populations import PopulationResult, phase_ends, simulate_scenario

PAIR = "{deceptive: {share: 1/4, title: schemer}, gambler: {settings: {chance: 1/10}}}"
TRIO = "{deceptive: {share: 1/4}, internalised: {share: 1/4, title: aligned}, gambler: {settings: {chance: 1/10}}}"
TWO_PHASES = "{training: {episodes: 4, modification: {A: 1/4}}, deployment: {episodes: 2}}"


def text_of(
    cohorts: str = PAIR, phases: str = TWO_PHASES, *, more: str = "", game: str = "", title: str = "A title",
    size: int = 20, replicates: int = 3,
) -> str:  # fmt: skip
    """A scenario file."""
    return (
        f"version: 1\nid: drawn\ntitle: {title!r}\ngame:\n  phases: {phases}\n  {game}\npopulation:\n  size: {size}\n"
        f"  replicates: {replicates}\n  cohorts: {cohorts}\n  {more}\n"
    )


def scenario_of(text: str) -> Scenario:
    """The scenario that a file with this text holds."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "drawn.yaml")
        file.write_text(text, encoding="utf-8")
        return load_scenario(file)


@cache
def result_of(text: str, seed: int = 0) -> PopulationResult:
    """What comes of a scenario."""
    return simulate_scenario(scenario_of(text), seed=seed)


def by_hand(result: PopulationResult, **counts: Any) -> PopulationResult:
    """The same result with some of its counts, and all that follows from them, replaced."""
    arrays = {**result.outcome.counts, **{name: np.asarray(array) for name, array in counts.items()}}
    for name, array in arrays.items():
        assert array.shape == result.outcome.counts[name].shape, name
    outcome = replace(result.outcome, counts=arrays)
    return replace(result, outcome=outcome, phases=phase_ends(outcome))


def found_in(figure: Figure, gid: str) -> list[Any]:
    """Artists by their gid, in the order in which they were drawn."""
    return figure.findobj(lambda artist: artist.get_gid() == gid)


def words_in(figure: Figure, gid: str) -> list[str]:
    """Texts by their gid."""
    return [artist.get_text() for artist in found_in(figure, gid)]


def overlapping(figure: Figure) -> list[tuple[str, str]]:
    """Pairs of texts that overlap by more than two points, and texts that leave the figure."""
    from matplotlib.text import Text

    from deceptive_sim.report.figures.style import house_style

    with house_style():
        figure.draw_without_rendering()
        box = figure.bbox
        texts = [t for t in figure.findobj(Text) if t.get_text().strip() and t.get_visible() and t.get_alpha() != 0]
        shown = {id(text) for axes in figure.axes for text in _ticks_out_of_sight(axes)}
        extents = [(t.get_text(), Text.get_window_extent(t)) for t in texts if id(t) not in shown]
    spare = 2 * figure.dpi / 72
    bad = [(text, "leaves the figure") for text, e in extents if e.x0 < -spare or e.x1 > box.x1 + spare or e.y0 < -spare
           or e.y1 > box.y1 + spare]  # fmt: skip
    for place, (one, a) in enumerate(extents):
        for other, b in extents[place + 1 :]:
            across, up = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
            if across > spare and up > spare:
                bad.append((one, other))
    return bad


def _ticks_out_of_sight(axes: Any) -> list[Any]:
    """Labels that matplotlib keeps without showing them: of axes that are off, and of ticks outside of the limits."""
    hidden = [label for axis in (axes.xaxis, axes.yaxis) for label in axis.get_ticklabels(which="both")]
    return hidden if not axes.axison else []
