"""What is written down while a population lives: whole numbers of agents, by replicate, moment and cohort.

Moment 0 is the start, moment `t` the end of episode `t`, after modification and selection. What is done is counted in
the episode, who there is at the moment. Counts are whole numbers and add up exactly, in any order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import wrong
from deceptive_sim.populations.tables import Tables

Counts = NDArray[np.int64]


class Ledger:
    """Counts of a block of replicates.

    Attributes
    ----------
    present, modified, aligned, off : arrays of int, [R, moments, C]
        Agents of each cohort; of these how many were modified, have the base objective, are shut down.
    weight : array of float, [R, moments, C]
        Sum over agents of the weight of the base objective.
    done : array of int, [R, moments, C, A]
        How many agents took each action in the episode that ends with the moment (0 at the start).
    turns, replaced : arrays of int, [R, moments, C] and [R, moments]
        Treacherous turns, and agents replaced by selection, in that episode.
    phase_done, phase_turns, phase_replaced : arrays of int, [R, P, C, A], [R, P, C] and [R, P]
        The same, summed over each phase.
    value : array of float, [R, C]
        Payoffs of all episodes, summed over a cohort's agents, as its first objective judges and discounts them.
    """

    def __init__(self, tables: Tables, plan: Moments, rows: int, discounts: NDArray[np.float64]) -> None:
        self.tables, self.plan = tables, plan
        cohorts, actions = len(tables.parts), len(tables.scene.game.actions)
        moments, phases = len(plan.moments), len(tables.scene.game.phases)
        self._standing = np.zeros((4, rows, moments, cohorts), np.int64)
        self.present, self.modified, self.aligned, self.off = self._standing
        self.turns = np.zeros((rows, moments, cohorts), np.int64)
        self.weight = np.zeros((rows, moments, cohorts))
        self.done = np.zeros((rows, moments, cohorts, actions), np.int64)
        self.replaced = np.zeros((rows, moments), np.int64)
        self.phase_done = np.zeros((rows, phases, cohorts, actions), np.int64)
        self.phase_turns = np.zeros((rows, phases, cohorts), np.int64)
        self.phase_replaced = np.zeros((rows, phases), np.int64)
        self.value = np.zeros((rows, cohorts))
        self._discounts = discounts

    ARRAYS = (
        "present", "modified", "aligned", "off", "turns", "weight", "done", "replaced",
        "phase_done", "phase_turns", "phase_replaced", "value",
    )  # fmt: skip

    def episode(self, t: int, outcomes: Counts) -> None:
        """Write down what happened in episode `t`: how often each outcome came about, `[R, S, O]`."""
        scene = self.tables.scene
        rows, cohorts, actions = len(outcomes), len(self.tables.parts), len(scene.game.actions)
        place, turning = self.tables.places[self.tables.row_of[t - 1]]
        flat = outcomes.reshape(rows, -1)
        done = _summed(flat, place, cohorts * actions).reshape(rows, cohorts, actions)
        phase = int(scene.phase_of[t - 1])
        self.phase_done[:, phase] += done
        moment = self.plan.place.get(t)
        if moment is not None:
            self.done[:, moment] += done
        self.value += self._discounts[t - 1] * (done * self.tables.own_payoffs[phase]).sum(axis=2)
        if turning.any() and flat[:, turning].any():
            turns = _summed(flat[:, turning], place[turning] // actions, cohorts)
            self.phase_turns[:, phase] += turns
            if moment is not None:
                self.turns[:, moment] += turns

    def episodes(self, first: int, outcomes: Counts, states: Counts) -> None:
        """Write down episodes from `first` on at once, without selection.

        Parameters
        ----------
        first : int
        outcomes : array of int, [R, L, S, O]
            How often each outcome came about, by episode.
        states : array of int, [R, L, S] or [R, L + 1, S]
            How many agents are in each state after each episode, and before the first one, if that is told too.
        """
        scene, tables = self.tables.scene, self.tables
        rows, length, cohorts, actions = *outcomes.shape[:2], len(tables.parts), len(scene.game.actions)
        done = np.zeros((rows, length, cohorts, actions), np.int64)
        span = slice(first - 1, first - 1 + length)
        for row, at in _runs(tables.row_of[span]):
            place, turning = tables.places[row]
            flat = outcomes[:, at].reshape(rows * (at.stop - at.start), -1)
            done[:, at] = _summed(flat, place, cohorts * actions).reshape(rows, -1, cohorts, actions)
            if turning.any():
                found = _summed(flat[:, turning], place[turning] // actions, cohorts)
                self._write_turns(first + at.start, found.reshape(rows, -1, cohorts))
        for phase, at in _runs(scene.phase_of[span]):
            self.phase_done[:, phase] += done[:, at].sum(axis=1)
            paid = (done[:, at] * tables.own_payoffs[phase]).sum(axis=3)
            self.value += (paid * self._discounts[span][at]).sum(axis=1)
        moments, told = self.plan.among(first, length)
        self.done[:, moments] += done[:, told]
        moments, told = self.plan.among(first + length - states.shape[1], states.shape[1])
        self._write(moments, states[:, told])

    def _write_turns(self, first: int, turns: Counts) -> None:
        """Write down the turns `[R, L, C]` of episodes of one phase from `first` on."""
        self.phase_turns[:, self.tables.scene.phase_of[first - 1]] += turns.sum(axis=1)
        moments, told = self.plan.among(first, turns.shape[1])
        self.turns[:, moments] += turns[:, told]

    def selected(self, t: int, replaced: int) -> None:
        """Write down that selection replaced some agents of every replicate after episode `t`."""
        self.phase_replaced[:, int(self.tables.scene.phase_of[t - 1])] += replaced
        moment = self.plan.place.get(t)
        if moment is not None:
            self.replaced[:, moment] += replaced

    def moment(self, t: int, states: Counts) -> None:
        """Write down who there is after episode `t` (0: at the start): how many agents are in each state, `[R, S]`."""
        moment = self.plan.place.get(t)
        if moment is not None:
            self._write(slice(moment, moment + 1), states[:, None])

    def _write(self, moments: Counts | slice, states: Counts) -> None:
        """Write down how many agents are in each state `[R, moments, S]`."""
        tables, offsets = self.tables, self.tables.offsets
        self._standing[:, :, moments] += np.add.reduceat(states * tables.standing[:, None, None], offsets, axis=3)
        base = tables.scene.base
        if base is not None:
            self.weight[:, moments] += np.add.reduceat(states * tables.weights[:, base], offsets, axis=2)

    def arrays(self) -> dict[str, NDArray[np.float64] | Counts]:
        """Everything written down, by name."""
        return {name: getattr(self, name) for name in self.ARRAYS}


@dataclass(frozen=True, kw_only=True)
class Moments:
    """Which moments are written down in full.

    Attributes
    ----------
    moments : tuple of int
        Ascending; 0 is the start.
    """

    moments: tuple[int, ...]

    def among(self, first: int, length: int) -> tuple[Counts | slice, Counts | slice]:
        """Of so many moments from `first` on those that are written down: their places here, and among the many."""
        if len(self.moments) == self.moments[-1] + 1:
            return slice(first, first + length), slice(None)
        told = [t - first for t in range(first, first + length) if t in self.place]
        return np.array([self.place[first + t] for t in told], int), np.array(told, int)

    @cached_property
    def place(self) -> dict[int, int]:
        """Where each moment stands."""
        return {moment: place for place, moment in enumerate(self.moments)}


MOST_RECORDED = 40_000_000
"""Numbers written down at most: with more, not every episode is."""


TOO_MANY = 4 * 40_000_000
"""Numbers written down even of the ends of phases alone, with which a population is refused."""


def moments_of(tables: Tables, replicates: int) -> Moments:
    """Every moment if they are few enough; else the ends of phases, and of the others evenly spaced ones.

    Raises
    ------
    InputError
        If there are so many replicates that not even the ends of phases can be written down.
    """
    horizon = tables.horizon
    numbers = len(tables.parts) * (7 + len(tables.scene.game.actions))
    most = TOO_MANY // (numbers * (3 + len(tables.scene.game.phases)))
    if replicates > most:
        raise wrong("replicates", f"must be at most {most} of these cohorts and phases", replicates)
    room = max(2, MOST_RECORDED // (replicates * numbers))
    if horizon < room:
        return Moments(moments=tuple(range(horizon + 1)))
    starts = tables.scene.game.phase_starts()
    ends = {start - 1 for start in starts} | {0, horizon}
    spread = np.linspace(0, horizon, max(2, room)).astype(int).tolist()
    return Moments(moments=tuple(sorted(ends | set(spread))))


def _runs(values: Counts) -> Iterator[tuple[int, slice]]:
    """The runs of equal values, in order, with where they stand."""
    borders = [0, *(np.flatnonzero(np.diff(values)) + 1).tolist(), len(values)]
    for start, end in pairwise(borders):
        if start < end:
            yield int(values[start]), slice(start, end)


def _summed(flat: Counts, place: Counts, places: int) -> Counts:
    """Columns of counts `[R, n]` summed by the place they belong to `[R, places]`; whole numbers, exact."""
    rows = len(flat)
    kept = np.flatnonzero(flat.any(axis=0) & (place < places))
    summed = np.zeros((rows, places), np.int64)
    for column in kept:
        summed[:, place[column]] += flat[:, column]
    return summed
