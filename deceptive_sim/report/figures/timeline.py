"""Where episodes stand on paper.

Up to 40 episodes each gets a cell of its own. Longer games are drawn as runs: the axis is stretched, piece by piece, so
that a pretence of two episodes in a thousand can still be seen; if there are too many pieces for that, it is to scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

import numpy
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase
from deceptive_sim.report.figures import style
from deceptive_sim.solvers.solution import Solution

MOST_CELLS = 40
MOST_PIECES = 24
LONG_WIDTH = 14.0
"""Width of a long game, in cells."""
SHORTEST_PIECE = 1.6
BINS = 240


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """A place on paper for every border between episodes.

    Attributes
    ----------
    game : PhasedGame
    edges : tuple of int
        Borders `0..T` between which places are interpolated; border `t` is the end of episode `t`.
    places : tuple of float
        Where these stand, in cells from the left.
    cells : bool
        Whether every episode has a cell of its own.
    to_scale : bool
    """

    game: PhasedGame
    edges: tuple[int, ...]
    places: tuple[float, ...]
    cells: bool
    to_scale: bool

    @property
    def width(self) -> float:
        """Width of all episodes, in cells."""
        return self.places[-1]

    def place(self, border: float) -> float:
        """Where the end of an episode stands."""
        return float(numpy.interp(border, self.edges, self.places))

    def middle(self, t: int) -> float:
        """Where the middle of episode `t` stands."""
        return (self.place(t - 1) + self.place(t)) / 2

    @cached_property
    def bins(self) -> NDArray[numpy.int64]:
        """Borders `[n + 1]` of at most about 240 stretches of episodes that are of similar width on paper."""
        by_place = numpy.interp(numpy.linspace(0, self.width, BINS + 1), self.places, self.edges)
        inside = self.edges if len(self.edges) <= MOST_PIECES + 1 else ()
        return numpy.unique(numpy.concatenate([numpy.rint(by_place), numpy.array(inside)])).astype(numpy.int64)

    def phases(self) -> list[tuple[Phase, float, float]]:
        """The phases that have episodes, with where they start and end."""
        return [
            (phase, self.place(episodes[0] - 1), self.place(episodes[-1]))
            for phase, episodes in self.game.phase_episodes()
            if episodes
        ]

    def borders(self) -> list[float]:
        """Where training meets deployment."""
        phases = self.phases()
        pairs = pairwise(phases)
        return [start for (before, _, _), (after, start, _) in pairs if before.kind is not after.kind]

    def ticks(self, room: float) -> tuple[list[float], list[str]]:
        """Places and numbers of labelled episodes, as many as have `room` (in cells) each."""
        if self.cells:
            numbers = list(range(1, self.game.horizon + 1))
            step = next(step for step in (1, 2, 5, 10, 20, 50, 100) if step >= room)
            shown = numbers[::2] if step == 2 else [t for t in numbers if step == 1 or t == 1 or t % step == 0]
            return [self.middle(t) for t in shown], [str(t) for t in shown]
        if len(self.edges) == 2:
            wanted = [round(share * self.game.horizon) for share in (0, 0.25, 0.5, 0.75, 1)]
            return [self.place(t) for t in wanted], [str(max(1, t)) for t in wanted]
        spots: list[tuple[float, str]] = [(0.0, "1")]
        for border in self.edges[1:]:
            last = border == self.game.horizon
            spots.append((self.place(border), str(border if last else border + 1)))
        return _sparse(spots, room)


def _sparse(spots: Sequence[tuple[float, str]], room: float) -> tuple[list[float], list[str]]:
    kept = [spots[0]]
    for spot in spots[1:-1]:
        if spot[0] - kept[-1][0] >= room and spots[-1][0] - spot[0] >= room:
            kept.append(spot)
    kept.append(spots[-1])
    return [place for place, _ in kept], [text for _, text in kept]


def timeline_of(game: PhasedGame, solutions: Sequence[Solution]) -> Timeline:
    """The timeline on which all these solutions are drawn."""
    horizon = game.horizon
    if horizon <= MOST_CELLS:
        edges = tuple(range(horizon + 1))
        return Timeline(game=game, edges=edges, places=tuple(map(float, edges)), cells=True, to_scale=True)
    borders = {0, horizon, *(episodes[-1] for _, episodes in game.phase_episodes() if episodes)}
    for solution in solutions:
        if len(solution.plan.runs) > MOST_PIECES:
            break
        borders |= set(accumulate(times for _, times in solution.plan.runs))
    else:
        if len(borders) <= MOST_PIECES + 1:
            return _stretched(game, tuple(sorted(borders)))
    return Timeline(game=game, edges=(0, horizon), places=(0.0, LONG_WIDTH), cells=False, to_scale=True)


def _stretched(game: PhasedGame, edges: tuple[int, ...]) -> Timeline:
    pieces = len(edges) - 1
    least = min(SHORTEST_PIECE, 0.7 * LONG_WIDTH / pieces)
    spare = LONG_WIDTH - least * pieces
    widths = (least + spare * (end - start) / game.horizon for start, end in pairwise(edges))
    places = (0.0, *accumulate(widths))
    to_scale = len({end - start for start, end in pairwise(edges)}) == 1
    return Timeline(game=game, edges=edges, places=places, cells=False, to_scale=to_scale)


def bands(axes: Axes, timeline: Timeline, top: float, bottom: float, cell: float) -> None:
    """Phases as labelled bands between two heights (data units); `cell` is the width of a cell in inches."""
    for phase, start, end in timeline.phases():
        colour = style.TRAINING if phase.training else style.DEPLOYMENT
        size = end - start, bottom - top
        band = Rectangle((start, top), *size, facecolor=colour, edgecolor=style.PAPER, gid=f"band-{phase.name}")
        axes.add_patch(band)
        label, points = band_label(phase, size[0] * cell - 0.08)
        axes.text(
            (start + end) / 2, (top + bottom) / 2, label, ha="center", va="center_baseline", size=points, gid="phase"
        )


def band_label(phase: Phase, room: float) -> tuple[str, float]:
    """What a phase is called on its band, and in which size: name, kind if the name does not tell, episodes."""
    kind = "" if phase.kind.value in phase.name else f" ({phase.kind.value})"
    counted = f"{phase.episodes} episode{'' if phase.episodes == 1 else 's'}"
    for label in (f"{phase.name}{kind} · {counted}", f"{phase.name}{kind}", phase.name):
        if style.width_of(label, style.SMALL) <= room:
            return label, style.SMALL
    for size in (9.5, 8.5):
        if style.width_of(phase.name, size) <= room:
            return phase.name, size
    return style.fitting(phase.name, 8.5, room), 8.5


def widest_part(timeline: Timeline, start: float, end: float) -> tuple[float, float]:
    """Width and middle of the widest part between two places that no border between training and deployment cuts."""
    cuts = [start, *(border for border in timeline.borders() if start < border < end), end]
    return max((right - left, (left + right) / 2) for left, right in pairwise(cuts))
