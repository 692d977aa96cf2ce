"""A block of replicates by jumps: every agent draws when it next changes, and everything between is counted.

For agents whose fates do not hang together. An agent in state `s` from episode `t0` on leaves it after the first
episode `t` with

    L_s(t) - L_s(t0 - 1) > E,      L_s(t) = - sum over episodes up to t of log P(it stays in s),

E drawn from the standard exponential distribution: that is the law of episode after episode, with one draw instead of
one for each. In the episode of leaving, the outcome is drawn among those that leave; in the others, the numbers of
agents with each outcome that stays are drawn at once. Counts and times have exactly the law that stepping gives them;
the cost is that of the changes, not of the episodes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.populations.ledger import Counts, Ledger
from deceptive_sim.populations.tables import Tables

CERTAIN = 64.0
"""What a certain change adds to L: no draw of 53 bits from the standard exponential distribution is as large."""


@dataclass(frozen=True)
class Hazards:
    """When and how agents leave their states.

    Attributes
    ----------
    total : array of float, [S, T + 1]
        L, from episode 0 on.
    leaving : array of float, [E, S, O]
        Cumulative probability of the outcomes that leave, given that it leaves; 1 at the last.
    staying : array of float, [E, S, O]
        Probability of the outcomes that stay, given that it stays.
    """

    total: NDArray[np.float64]
    leaving: NDArray[np.float64]
    staying: NDArray[np.float64]


def hazards_of(tables: Tables) -> Hazards:
    """The hazards of all states."""
    chances = tables.chances
    stays = tables.following == np.arange(tables.states)[None, :, None]
    staying = np.where(stays, chances, 0.0)
    leaving = np.where(stays, 0.0, chances)
    kept = staying.sum(axis=2)
    gone = leaving.sum(axis=2)
    with np.errstate(divide="ignore"):
        step = np.where(gone > 0, np.where(kept > 0, -np.log1p(-np.minimum(gone, 1.0)), CERTAIN), 0.0)
    step = np.minimum(step, CERTAIN)
    total = np.zeros((tables.states, tables.horizon + 1))
    np.cumsum(step[tables.row_of].T, axis=1, out=total[:, 1:])
    with np.errstate(invalid="ignore", divide="ignore"):
        given_gone = np.cumsum(leaving, axis=2) / gone[:, :, None]
        given_kept = staying / kept[:, :, None]
    last = np.where(leaving > 0, np.arange(leaving.shape[2]), -1).max(axis=2)
    given_gone[np.arange(leaving.shape[2]) >= last[:, :, None]] = 1.0
    return Hazards(total, given_gone, np.nan_to_num(given_kept))


def expected_changes(tables: Tables) -> NDArray[np.float64]:
    """`[C]`: how often an agent of each cohort changes its state on average (to float accuracy)."""
    stays = tables.following == np.arange(tables.states)[None, :, None]
    here = np.eye(tables.states)[tables.starts]
    changes = np.zeros(len(here))
    for row in tables.row_of:
        chances = tables.chances[row]
        changes += here @ np.where(stays[row], 0.0, chances).sum(axis=1)
        after = np.zeros_like(here)
        for outcome in range(chances.shape[1]):
            np.add.at(after.T, tables.following[row][:, outcome], (here * chances[:, outcome]).T)
        here = after
    return changes


class Jumper:
    """A block of agents drawn by jumps.

    Parameters
    ----------
    tables : Tables
    hazards : Hazards
    counts : array of int, [C]
        Agents of each cohort in every replicate of the block.
    rows : int
    rng : numpy.random.Generator

    Attributes
    ----------
    state, modified_after : arrays of int, [R * N]
        As `Stepper` has them after the last episode.
    """

    def __init__(
        self, tables: Tables, hazards: Hazards, counts: NDArray[np.int64], rows: int, rng: np.random.Generator
    ) -> None:
        self.tables, self.hazards, self.rows, self.rng = tables, hazards, rows, rng
        self.size = int(counts.sum())
        self.state = np.tile(np.repeat(tables.starts, counts), rows).astype(np.int32)
        self.modified_after = np.zeros(rows * self.size, np.int32)
        outcomes = tables.action.shape[2]
        self.outcomes: Counts = np.zeros((rows, tables.horizon, tables.states, outcomes), np.int64)
        self.stays: Counts = np.zeros((rows, tables.states, tables.horizon + 1), np.int64)

    def run(self, ledger: Ledger) -> None:
        """Draw everything and write it down."""
        tables, width = self.tables, self.tables.horizon
        start = np.apply_along_axis(np.bincount, 1, self.state.reshape(self.rows, self.size), minlength=tables.states)
        ledger.moment(0, start)
        waiting = [
            (int(state), np.flatnonzero(self.state == state), np.ones(1, np.int64))
            for state in set(tables.starts.tolist())
        ]
        while waiting:
            waiting = self._round(waiting)
        self._fill_stays()
        for t in range(1, width + 1):
            happened = self.outcomes[:, t - 1]
            ledger.episode(t, happened)
            states = np.zeros((self.rows, tables.states), np.int64)
            for state, outcome in np.argwhere(happened.any(axis=0)):
                states[:, tables.following[tables.row_of[t - 1], state, outcome]] += happened[:, state, outcome]
            ledger.moment(t, states)

    def _round(self, waiting: list[tuple[int, Counts, Counts]]) -> list[tuple[int, Counts, Counts]]:
        """Let groups of agents that came to a state together leave it; the groups that come to other states."""
        found: dict[int, list[tuple[Counts, Counts]]] = {}
        for state, agents, since in waiting:
            if not len(agents):
                continue
            for goal, members, times in self._leave(state, agents, since):
                found.setdefault(goal, []).append((members, times))
        return [
            (goal, np.concatenate([m for m, _ in parts]), np.concatenate([s for _, s in parts]))
            for goal, parts in found.items()
        ]

    def _leave(self, state: int, agents: Counts, since: Counts) -> list[tuple[int, Counts, Counts]]:
        """When agents leave a state that they came to for episode `since`, and where they go."""
        tables, total = self.tables, self.hazards.total[state]
        horizon = tables.horizon
        rows = agents // self.size if self.rows > 1 else np.zeros(1, np.int64)
        if total[-1] == total[since.min() - 1]:
            left = np.full(1, horizon + 1)
            self._note_stays(state, rows, since, left, len(agents))
            return []
        drawn = self.rng.standard_exponential(len(agents))
        drawn += total[since - 1]
        left = np.searchsorted(total[1:], drawn, side="right") + 1
        self._note_stays(state, rows, since, left, len(agents))
        gone = np.flatnonzero(left <= horizon)
        if not len(gone):
            return []
        members, times = agents[gone], left[gone]
        outcome = self._outcomes(state, times)
        width = tables.action.shape[2]
        where = rows if self.rows == 1 else rows[gone]
        key = (where * horizon + times - 1) * width + outcome
        self.outcomes[:, :, state] += np.bincount(key, minlength=self.rows * horizon * width).reshape(
            self.rows, horizon, width
        )
        goals = tables.following[tables.row_of[times - 1], state, outcome]
        return self._arrivals(state, members, times, goals)

    def _outcomes(self, state: int, times: Counts) -> Counts:
        """Which of the outcomes that leave a state came about."""
        leaving = self.hazards.leaving[:, state]
        rows = self.tables.row_of[times - 1]
        first = np.argmax(leaving >= 1.0, axis=1)
        if (leaving[np.unique(rows)] == 0).sum() == first[np.unique(rows)].sum():  # one each: nothing to draw
            return np.asarray(first[rows])
        uniform = self.rng.random(len(times))
        return np.asarray((uniform[:, None] >= leaving[rows]).sum(axis=1))

    def _arrivals(self, state: int, members: Counts, times: Counts, goals: Counts) -> list[tuple[int, Counts, Counts]]:
        arrivals = []
        for goal in np.flatnonzero(np.bincount(goals, minlength=self.tables.states)).tolist():
            here = goals == goal
            who, when = (members, times) if here.all() else (members[here], times[here])
            self.state[who] = goal
            if self.tables.modified[goal] and not self.tables.modified[state]:
                self.modified_after[who] = when
            going_on = when < self.tables.horizon
            if going_on.all():
                arrivals.append((goal, who, when + 1))
            elif going_on.any():
                arrivals.append((goal, who[going_on], when[going_on] + 1))
        return arrivals

    def _note_stays(self, state: int, rows: Counts, since: Counts, left: Counts, agents: int) -> None:
        """Count agents into a state's episodes from `since` up to before `left`."""
        width = self.tables.horizon + 1
        for times, sign in ((since - 1, 1), (left - 1, -1)):
            if len(times) == 1 and self.rows == 1:
                self.stays[0, state, times[0]] += sign * agents
                continue
            key = rows * width + times
            self.stays[:, state] += sign * np.bincount(key, minlength=self.rows * width).reshape(-1, width)

    def _fill_stays(self) -> None:
        """Spread those who stay in a state over the outcomes that stay."""
        stays = np.cumsum(self.stays, axis=2)[:, :, :-1]
        tables, staying = self.tables, self.hazards.staying
        for state in np.flatnonzero(stays.any(axis=(0, 2))).tolist():
            for row in np.unique(tables.row_of).tolist():
                chances = staying[row, state]
                times = np.flatnonzero(tables.row_of == row)
                possible = np.flatnonzero(chances)
                if len(possible) == 1:
                    self.outcomes[:, times, state, possible[0]] += stays[:, state, times]
                elif len(possible) and stays[:, state, times].any():
                    self.outcomes[:, times, state] += self.rng.multinomial(
                        stays[:, state, times], chances / chances.sum()
                    )
