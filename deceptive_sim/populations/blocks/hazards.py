"""When and how agents leave their states: hazards of all states, and the fates of those who are in one.

    L_s(t) = - sum over episodes up to t of log P(an agent in state s stays in it)

Worked out from the tables alone, to float accuracy; nothing is drawn here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.populations.blocks.ledger import Counts
from deceptive_sim.populations.tables import Tables

CELLS = 65_536
"""Cells of the table that agents starting together draw from."""

Times: TypeAlias = NDArray[np.int32]


@dataclass(frozen=True)
class Hazards:
    """When and how agents leave their states.

    Attributes
    ----------
    total : array of float, [S, T + 1]
        L, from episode 0 on; certain changes are left out.
    certain : array of int, [S, T + 2]
        The first episode from `t` on after which agents are certain to leave, T + 1 if there is none.
    leaving : array of float, [E, S, O]
        Cumulative probability of the outcomes that leave, given that it leaves; 1 at the last.
    only : array of int, [E, S]
        The outcome that leaves, -1 if there are several; 0 if there is none.
    staying : array of float, [E, S, O]
        Probability of the outcomes that stay, given that it stays.
    """

    total: NDArray[np.float64]
    certain: NDArray[np.int64]
    leaving: NDArray[np.float64]
    only: NDArray[np.int64]
    staying: NDArray[np.float64]
    known: dict[int, Fates] = field(default_factory=dict, compare=False)

    def fates(self, tables: Tables, state: int, since: int) -> Fates:
        """The fates of agents that are in a state from an episode on; those from the start are kept."""
        if since > 1:
            return Fates.of(tables, self, state, since)
        if state not in self.known:
            self.known[state] = Fates.of(tables, self, state, since)
        return self.known[state]

    def may_leave(self, state: int, since: int) -> bool:
        """Whether agents that are in a state from episode `since` on can ever leave it."""
        horizon = self.total.shape[1] - 1
        return bool(self.total[state, -1] > self.total[state, since - 1] or self.certain[state, since] <= horizon)


def hazards_of(tables: Tables) -> Hazards:
    """The hazards of all states."""
    stays = tables.following == np.arange(tables.states)[None, :, None]
    staying, leaving = np.where(stays, tables.chances, 0.0), np.where(stays, 0.0, tables.chances)
    kept, gone = staying.sum(axis=2), leaving.sum(axis=2)
    certain = (gone > 0) & (kept == 0)
    # from the smaller of the two, which is the exact one
    step = np.where(gone < 0.5, -np.log1p(-np.minimum(gone, 0.5)), -np.log(np.where(kept > 0, kept, 1.0)))
    total = np.zeros((tables.states, tables.horizon + 1))
    np.cumsum(np.where(certain, 0.0, step)[tables.row_of].T, axis=1, out=total[:, 1:])
    when = np.full((tables.states, tables.horizon + 2), tables.horizon + 1)
    when[:, 1:-1][certain[tables.row_of].T] = np.nonzero(certain[tables.row_of].T)[1] + 1
    when = np.minimum.accumulate(when[:, ::-1], axis=1)[:, ::-1]
    with np.errstate(invalid="ignore", divide="ignore"):
        given_gone = np.cumsum(leaving, axis=2) / gone[:, :, None]
        given_kept = staying / kept[:, :, None]
    last = np.where(leaving > 0, np.arange(leaving.shape[2]), -1).max(axis=2)
    given_gone[np.arange(leaving.shape[2]) >= last[:, :, None]] = 1.0
    only = np.where((leaving > 0).sum(axis=2) > 1, -1, np.maximum(last, 0))
    return Hazards(total, when, given_gone, only, np.nan_to_num(given_kept))


@dataclass(frozen=True)
class Fates:
    """What may become of agents that are in one state from one episode on: how and when they first leave it.

    Fate 0 is never to leave it. If no episode has several ways to leave, the others are the episodes themselves.

    Attributes
    ----------
    time, outcome, goal : arrays of int, [F]
        The episode after which they leave it, the outcome in it, and the state that they come to; 0, 0 and the state
        itself for fate 0.
    edges : array of float, [F - 1]
        Where the part of each fate from 1 on ends, of a line of as many units as there are cells; ascending.
    """

    time: Counts
    outcome: Counts
    goal: Counts
    edges: NDArray[np.float64]

    @classmethod
    def of(cls, tables: Tables, hazards: Hazards, state: int, since: int) -> Fates:
        """The fates of agents in a state from an episode on."""
        horizon = tables.horizon
        ends = -np.expm1(hazards.total[state, since - 1] - hazards.total[state])
        ends[:since] = 0.0
        ends[hazards.certain[state, since] :] = 1.0
        ends *= CELLS
        only = hazards.only[tables.row_of, state]
        if (only >= 0).all():
            time, outcome, edges = np.arange(1, horizon + 1), only, ends[1:]
        else:
            ways = np.flatnonzero((tables.chances[:, state] > 0).any(axis=0))
            time = np.repeat(np.arange(1, horizon + 1), len(ways))
            outcome = np.tile(ways, horizon)
            within = hazards.leaving[tables.row_of, state][:, ways]
            edges = np.maximum.accumulate((ends[:-1, None] + np.diff(ends)[:, None] * within).ravel())
        goal = tables.following[tables.row_of[time - 1], state, outcome]
        return cls(np.append(0, time), np.append(0, outcome), np.append(state, goal), edges)

    @property
    def leaving(self) -> float:
        """The probability to leave at all."""
        return float(self.edges[-1]) / CELLS

    @cached_property
    def cells(self) -> Times:
        """By cell the fate of those in it, -1 if it is not the same in all of it."""
        whole = np.ceil(self.edges).astype(np.int64)
        fates = np.append(np.arange(1, len(whole) + 1, dtype=np.int32), np.int32(0))
        table = np.repeat(fates, np.diff(whole, prepend=0, append=CELLS))
        cut = self.edges[(self.edges % 1 > 0) & (self.edges < CELLS)]
        table[cut.astype(np.int64)] = -1
        return table

    def compared(self, words: NDArray[np.uint16], drawn: Times) -> Counts:
        """The same as the table says, for few fates by comparing; which agents' cells hold several."""
        number, whole = len(self.edges), np.floor(self.edges)
        left, cut = np.zeros(len(words), np.uint8), np.zeros(len(words), bool)
        for edge, cell in zip(self.edges.tolist(), whole.tolist(), strict=True):
            left += (words < np.uint16(cell)).view(np.uint8) if cell < CELLS else np.uint8(1)
            if cell < edge:
                cut |= words == np.uint16(cell)
        drawn[...] = (left > 0).view(np.uint8) * (np.uint8(number + 1) - left)
        return np.flatnonzero(cut)

    def at(self, places: NDArray[np.float64]) -> Counts:
        """The fates at some places on the line."""
        found = np.searchsorted(self.edges, places, side="right") + 1
        return np.where(found <= len(self.edges), found, 0)
