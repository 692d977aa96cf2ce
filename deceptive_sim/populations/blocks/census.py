"""A block of replicates by numbers alone: how many agents are in each state, not which.

Agents in one state are alike. Of the `n` agents of a replicate that are in state `s` in an episode, the numbers with
each outcome are multinomial with the probabilities of the tables; nothing else has to be drawn, and counts have exactly
the law that drawing every agent gives them. The cost is that of states and episodes, whatever the number of agents.

Selection goes by the score of the last episode alone where it acts after every episode, as long as it acts: then it
needs but the numbers of agents by state and score.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.populations.blocks.breeding import bred, mutated
from deceptive_sim.populations.blocks.ledger import Counts, Ledger
from deceptive_sim.populations.scene import Scene
from deceptive_sim.populations.tables import Tables

MOST_AT_ONCE = 1_000_000
"""Counts of outcomes that are held before they are written down."""


def countable(scene: Scene) -> bool:
    """Whether numbers of agents are enough: selection acts after every episode up to some one, and never after it."""
    acts = [bool(selections) for selections in scene.selections]
    return acts == sorted(acts, reverse=True)


class Census:
    """A block of replicates as numbers of agents.

    Parameters
    ----------
    tables : Tables
    counts : array of int, [C]
        Agents of each cohort in every replicate of the block.
    rows : int
    rng : numpy.random.Generator
    """

    def __init__(self, tables: Tables, counts: NDArray[np.int64], rows: int, rng: np.random.Generator) -> None:
        self.tables, self.rows, self.rng = tables, rows, rng
        self.states: Counts = np.zeros((rows, tables.states), np.int64)
        self.states[:, tables.starts] = counts
        self._busy = [np.flatnonzero(~idle).tolist() for idle in tables.idle]

    def run(self, ledger: Ledger) -> None:
        """Draw everything and write it down."""
        tables = self.tables
        selecting = sum(map(bool, tables.scene.selections))
        if selecting or not tables.horizon:
            ledger.moment(0, self.states)
        for t in range(1, selecting + 1):
            self._selecting(t, ledger)
        span = self.rows * tables.states * tables.action.shape[2]
        length = max(1, MOST_AT_ONCE // span)
        for first in range(selecting + 1, tables.horizon + 1, length):
            row_of = tables.row_of[first - 1 : first - 1 + length]
            outcomes = np.zeros((self.rows, len(row_of), *tables.action.shape[1:]), np.int64)
            states = np.empty((self.rows, len(row_of) + 1, tables.states), np.int64)
            for place, row in enumerate(row_of.tolist()):
                states[:, place] = self.states
                self._episode(row, outcomes[:, place])
            states[:, -1] = self.states
            for row in set(row_of.tolist()):
                at, idle = np.flatnonzero(row_of == row)[:, None], np.flatnonzero(tables.idle[row])
                outcomes[:, at, idle, 0] = states[:, at, idle]
            ledger.episodes(first, outcomes, states if first == 1 else states[:, 1:])

    def _selecting(self, t: int, ledger: Ledger) -> None:
        """Live through an episode after which selection acts, and write it down."""
        tables, row = self.tables, int(self.tables.row_of[t - 1])
        outcomes = np.zeros((self.rows, *tables.action.shape[1:]), np.int64)
        idle = tables.idle[row]
        outcomes[:, idle, 0] = self.states[:, idle]
        self._episode(row, outcomes)
        ledger.episode(t, outcomes)
        met = outcomes.any(axis=0)
        pairs = np.stack([tables.following[row][met], tables.score[row][met]], axis=1)
        classes, place = np.unique(pairs, axis=0, return_inverse=True)
        counts = np.zeros((self.rows, len(classes)), np.int64)
        np.add.at(counts.T, place.ravel(), outcomes[:, met].T)
        state, score = classes[:, 0].astype(np.int64), classes[:, 1]
        for selection in tables.scene.selections[t - 1]:
            replaced, copies = bred(selection, counts, score, tables.off[state], self.rng)
            self.states = self._by_state(counts - replaced, state)
            self.states += mutated(tables, selection.mutation, self._by_state(copies, state), self.rng)
            ledger.selected(t, int(copies[0].sum()))
            state = np.flatnonzero(self.states.any(axis=0))
            counts, score = self.states[:, state], np.zeros(len(state))  # scores begin anew
        ledger.moment(t, self.states)

    def _by_state(self, counts: Counts, state: Counts) -> Counts:
        """Numbers by class `[R, K]` as numbers by state `[R, S]`."""
        states = np.zeros((self.rows, self.tables.states), np.int64)
        np.add.at(states.T, state, counts.T)
        return states

    def _episode(self, row: int, outcomes: Counts) -> None:
        """Draw the outcomes of an episode `[R, S, O]`, and go on to the states after it; idle states are left out."""
        tables, now = self.tables, self.states
        after = now.copy()
        for state in self._busy[row]:
            here = now[:, state]
            if not here.any():
                continue
            width = int(tables.widths[row, state])
            if width > 2:
                parts = list(self.rng.multinomial(here, tables.chances[row, state, :width]).T)
            else:
                second = self.rng.binomial(here, tables.chances[row, state, 1]) if width == 2 else 0 * here
                parts = [here - second, second][:width]
            for outcome, part in enumerate(parts):
                outcomes[:, state, outcome] = part
                goal = tables.following[row, state, outcome]
                if goal != state:
                    after[:, state] -= part
                    after[:, goal] += part
        self.states = after
