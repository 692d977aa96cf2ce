"""A block of replicates by jumps: every agent draws when it next changes, and everything between is counted.

For agents whose fates do not hang together. An agent in state `s` from episode `t0` on leaves it after the first
episode `t` with

    L_s(t) - L_s(t0 - 1) > E,      L_s(t) = - sum over episodes up to t of log P(it stays in s),

E drawn from the standard exponential distribution, or after the first episode in which leaving is certain: that is the
law of episode after episode, with one draw instead of one for each. In the episode of leaving, the outcome is drawn
among those that leave; in the others, the numbers of agents with each outcome that stays are drawn at once. Counts and
times have exactly the law that stepping gives them; the cost is that of the changes, not of the episodes.

Agents that start together draw the episode from a table of 65,536 cells, picked by 16 random bits each; where a cell
holds more than one answer, 53 more bits decide within it.
"""

from __future__ import annotations

from itertools import product
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.populations.blocks.hazards import Fates, Hazards, Times
from deceptive_sim.populations.blocks.ledger import Counts, Ledger
from deceptive_sim.populations.tables import Tables

AT_ONCE = 65_536
"""Agents that draw at once: what they need stays in the processor's cache."""

FEW_FATES = 12
"""Up to so many fates, passing over all agents once for each is the quickest way to count them."""

FEW_EDGES = 4
"""Up to so many, comparing with each is quicker than a table."""

MANY = 20_000
"""So many agents are worth a table of cells."""

RARE = 1 / 100
"""Where fewer agents leave, those are picked, and the others are not looked at."""

Group: TypeAlias = tuple[int, Counts, Counts]
"""A state, agents that came to it, and the episodes from which on they are in it."""


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
        self.counts, self.size = counts, int(counts.sum())
        self.state = np.empty(rows * self.size, np.int32)
        self.modified_after = np.zeros(rows * self.size, np.int32)
        outcomes = tables.action.shape[2]
        self.outcomes: Counts = np.zeros((rows, tables.horizon, tables.states, outcomes), np.int64)

    def run(self, ledger: Ledger) -> None:
        """Draw everything and write it down."""
        waiting = self._started()
        while waiting:
            waiting = self._round(waiting)
        states = self._present()
        self._fill_stays(states)
        ledger.episodes(1, self.outcomes, states)

    # --- those that start together -------------------------------------------------------------------------------

    def _started(self) -> list[Group]:
        """Let every cohort leave the state that it starts in."""
        found: list[Group] = []
        ends = np.cumsum(self.counts)
        for start, state, end in zip(ends - self.counts, self.tables.starts.tolist(), ends, strict=True):
            if start < end:
                found += self._leave_start(state, int(start), int(end))
        return found

    def _leave_start(self, state: int, start: int, end: int) -> list[Group]:
        """When the agents of a cohort first change, and to what."""
        tables, mine = self.tables, (slice(None), slice(start, end))
        states, modified_after = (a.reshape(self.rows, self.size)[mine] for a in (self.state, self.modified_after))
        if not self.hazards.may_leave(state, 1):
            states[...] = state
            return []
        fates = self.hazards.fates(tables, state, 1)
        drawn = modified_after if self.rows == 1 else np.zeros(states.shape, np.int32)
        found = self._draw_fates(fates, drawn, states)
        met = np.flatnonzero(found[:, 1:].any(axis=0)) + 1
        self.outcomes[:, fates.time[met] - 1, state, fates.outcome[met]] += found[:, met]
        arrivals = self._arrivals(fates, met, drawn, start)
        fresh = tables.modified[fates.goal] & ~tables.modified[state]
        noted = np.where(fresh, fates.time, 0).astype(np.int32)
        if (noted[met] != met).any():
            modified_after[...] = noted[drawn]
        elif modified_after is not drawn:
            modified_after[...] = drawn
        return arrivals

    def _arrivals(self, fates: Fates, met: Counts, drawn: Times, start: int) -> list[Group]:
        """Those of a cohort that may change again, by where they came to."""
        found: list[Group] = []
        for goal in set(fates.goal[met].tolist()):
            mine = met[(fates.goal[met] == goal) & (fates.time[met] < self.tables.horizon)]
            if not len(mine) or not self.hazards.may_leave(goal, int(fates.time[mine].min()) + 1):
                continue
            meant = np.zeros(len(fates.time), bool)
            meant[mine] = True
            row, agent = np.nonzero(meant[drawn])
            found.append((goal, row * self.size + agent + start, fates.time[drawn[row, agent]] + 1))
        return found

    def _draw_fates(self, fates: Fates, drawn: Times, states: Times) -> Counts:
        """Draw which fate each agent of a cohort meets, into `drawn`, 0 so far, and where that leads, `[R, n]`.

        Returns `[R, F]`: how many agents met each fate.
        """
        width, goal_of = len(fates.time), fates.goal.astype(np.int32)
        found = np.zeros((self.rows, width), np.int64)
        if fates.leaving < RARE and drawn.shape[1] > 1:
            return self._pick_fates(fates, drawn, states, found)
        table, first, goal = fates.cells, goal_of[0], goal_of[1]
        alike = bool((goal_of[1:] == goal).all())
        for row, start in product(range(self.rows), range(0, drawn.shape[1], AT_ONCE)):
            part, state = drawn[row, start : start + AT_ONCE], states[row, start : start + AT_ONCE]
            self._draw(fates, table, part)
            if alike:
                np.multiply((part != 0).view(np.int8), goal - first, out=state)  # a cast of flags guesses and is slow
                state += first
            else:
                np.take(goal_of, part, out=state, mode="clip")
            if width <= FEW_FATES:
                found[row, 1:] += [np.count_nonzero(part == fate) for fate in range(1, width)]
            else:
                found[row] += np.bincount(part, minlength=width)
        found[:, 0] = drawn.shape[1] - found[:, 1:].sum(axis=1)
        return found

    def _pick_fates(self, fates: Fates, drawn: Times, states: Times, found: Counts) -> Counts:
        """The same where few leave: how many do, which ones, and what their fates are."""
        states[...] = fates.goal[0]
        for row in range(self.rows):
            number = int(self.rng.binomial(drawn.shape[1], fates.leaving))
            picked = self.rng.choice(drawn.shape[1], number, replace=False, shuffle=False)
            met = fates.at(self.rng.random(number) * fates.edges[-1])
            drawn[row, picked], states[row, picked] = met, fates.goal[met]
            found[row] = np.bincount(met, minlength=len(fates.time))
        found[:, 0] = drawn.shape[1] - found[:, 1:].sum(axis=1)
        return found

    def _draw(self, fates: Fates, table: Times, drawn: Times) -> None:
        """Draw which fate each agent `[n]` meets."""
        words = self.rng.bit_generator.random_raw(-(-len(drawn) // 4)).view(np.uint16)[: len(drawn)]
        if len(fates.edges) <= FEW_EDGES:
            open_ = fates.compared(words, drawn)
        else:
            np.take(table, words, out=drawn, mode="clip")
            open_ = np.flatnonzero(drawn < 0)
        if len(open_):
            drawn[open_] = fates.at(words[open_] + self.rng.random(len(open_)))

    # --- those that came to a state at different times -----------------------------------------------------------

    def _round(self, waiting: list[Group]) -> list[Group]:
        """Let groups of agents that came to a state leave it; the groups that come to other states."""
        by_state: dict[int, list[tuple[Counts, Counts]]] = {}
        for state, agents, since in waiting:
            by_state.setdefault(state, []).append((agents, since))
        found: list[Group] = []
        for state, parts in by_state.items():
            agents, since = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
            found += self._leave(state, agents, since)
        return found

    def _leave(self, state: int, agents: Counts, since: Counts) -> list[Group]:
        """When agents leave a state that they came to for episode `since`, and where they go."""
        if len(agents) >= MANY and since[0] == since[-1] and (since == since[0]).all():
            fates = self.hazards.fates(self.tables, state, int(since[0]))
            drawn = np.empty(len(agents), np.int32)
            self._draw(fates, fates.cells, drawn)
            gone = np.flatnonzero(drawn)
            met = drawn[gone]
            return self._changed(state, agents[gone], fates.time[met], fates.outcome[met])
        total, certain = self.hazards.total[state], self.hazards.certain[state]
        reached = self.rng.standard_exponential(len(agents)) + total[since - 1]
        left = np.minimum(np.searchsorted(total[1:], reached, side="right") + 1, certain[since])
        gone = np.flatnonzero(left <= self.tables.horizon)
        if not len(gone):
            return []
        times = left[gone]
        return self._changed(state, agents[gone], times, self._outcomes(state, times))

    def _outcomes(self, state: int, times: Counts) -> Counts:
        """Which of the outcomes that leave a state came about."""
        rows = self.tables.row_of[times - 1]
        only = self.hazards.only[:, state]
        if (only[np.unique(rows)] >= 0).all():
            return np.asarray(only[rows])
        uniform = self.rng.random(len(times))
        return np.asarray((uniform[:, None] >= self.hazards.leaving[:, state][rows]).sum(axis=1))

    def _changed(self, state: int, agents: Counts, times: Counts, outcome: Counts) -> list[Group]:
        """Note agents that left a state after some episodes with some outcomes; those that may change again."""
        tables, horizon, width = self.tables, self.tables.horizon, self.tables.action.shape[2]
        key = ((agents // self.size) * horizon + times - 1) * width + outcome
        found = np.bincount(key, minlength=self.rows * horizon * width)
        self.outcomes[:, :, state] += found.reshape(self.rows, horizon, width)
        goals = tables.following[tables.row_of[times - 1], state, outcome]
        arrivals = []
        for goal in np.flatnonzero(np.bincount(goals, minlength=tables.states)).tolist():
            here = np.flatnonzero(goals == goal)
            who, when = agents[here], times[here]
            self.state[who] = goal
            if tables.modified[goal] and not tables.modified[state]:
                self.modified_after[who] = when
            going_on = when < horizon
            if going_on.any() and self.hazards.may_leave(goal, int(when.min()) + 1):
                arrivals.append((goal, who[going_on], when[going_on] + 1))
        return arrivals

    # --- those that stay -----------------------------------------------------------------------------------------

    def _present(self) -> Counts:
        """`[R, T + 1, S]`: how many agents are in each state at each moment, by what left and came."""
        tables = self.tables
        states = np.zeros((self.rows, tables.horizon + 1, tables.states), np.int64)
        states[:, 0, tables.starts] = self.counts
        for state, outcome in np.argwhere(self.outcomes.any(axis=(0, 1))).tolist():
            gone = self.outcomes[:, :, state, outcome]
            states[:, 1:, state] -= gone
            goals = tables.following[:, state, outcome][tables.row_of]
            for goal in set(goals.tolist()):
                at = np.flatnonzero(goals == goal)
                states[:, at + 1, goal] += gone[:, at]
        return np.cumsum(states, axis=1)

    def _fill_stays(self, states: Counts) -> None:
        """Spread those who stay in a state over the outcomes that stay."""
        tables, staying = self.tables, self.hazards.staying
        for state in np.flatnonzero(states.any(axis=(0, 1))).tolist():
            kept = states[:, :-1, state] - self.outcomes[:, :, state].sum(axis=2)
            for row, times in enumerate(tables.episodes_of):
                chances = staying[row, state]
                possible = np.flatnonzero(chances)
                if len(possible) == 1:
                    self.outcomes[:, times, state, possible[0]] += kept[:, times]
                elif len(possible) and kept[:, times].any():
                    drawn = self.rng.multinomial(kept[:, times], chances[possible] / chances.sum())
                    self.outcomes[:, times[:, None], state, possible] += drawn
