"""A block of replicates, episode by episode: every agent draws its own outcome, then selection acts.

This is the way for populations whose agents' fates hang together, and for those who watch single agents. What happens
is drawn from the tables alone; agents of a replicate stand side by side, and memory is a few numbers for each agent.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.populations.blocks.ledger import Counts, Ledger
from deceptive_sim.populations.blocks.selecting import drawn_copies
from deceptive_sim.populations.optimisers import Mutation, Selection
from deceptive_sim.populations.tables import Tables


class Stepper:
    """Agents of a block of replicates, and what becomes of them.

    Parameters
    ----------
    tables : Tables
    counts : array of int, [C]
        Agents of each cohort in every replicate.
    rows : int
        Replicates.
    rng : numpy.random.Generator

    Attributes
    ----------
    t : int
        Episodes lived through.
    state : array of int, [R * N]
    modified_after : array of int, [R * N]
        The episode after which each agent was first modified, 0 if never; a copy takes it over.
    action : array of int, [R * N]
        What each agent did in the last episode, -1 for those that are off. Only if `watched`.
    """

    def __init__(
        self, tables: Tables, counts: NDArray[np.int64], rows: int, rng: np.random.Generator, *, watched: bool = False
    ) -> None:
        self.tables, self.rows, self.rng, self.t, self.watched = tables, rows, rng, 0, watched
        self.size = int(counts.sum())
        self.state = np.tile(np.repeat(tables.starts, counts), rows).astype(np.int32)
        self.modified_after = np.zeros(rows * self.size, np.int32)
        self.score: NDArray[np.float64] | None = None  # what agents have above the level; None: nothing
        self.level, self.scored = 0.0, 0
        self.states: Counts = self._count()
        self.outcomes: Counts = np.zeros((rows, tables.states, tables.action.shape[2]), np.int64)
        self.replaced = 0
        self.action = np.full(rows * self.size if watched else 0, -1, np.int16)
        self.paid = np.zeros((rows * self.size if watched else 0, len(tables.scene.objectives)))
        self._shift = None if rows == 1 else np.repeat(np.arange(rows, dtype=np.int32), self.size)

    def run(self, ledger: Ledger) -> None:
        """Live through all episodes that are left, and write them down."""
        if not self.t:
            ledger.moment(0, self.states)
        while self.t < self.tables.horizon:
            self.step()
            ledger.episode(self.t, self.outcomes)
            if self.replaced:
                ledger.selected(self.t, self.replaced)
            ledger.moment(self.t, self.states)

    def step(self) -> None:
        """Live through the next episode."""
        self.t += 1
        row = int(self.tables.row_of[self.t - 1])
        key = self._draw(row)
        self._follow(row, key)
        self.replaced = 0
        for selection in self.tables.scene.selections[self.t - 1]:
            self._select(selection)
        if self.replaced:
            self.states = self._count()

    # --- one episode ---------------------------------------------------------------------------------------------

    def _draw(self, row: int) -> Counts | None:
        """The outcome of every agent as a place in the tables; None if every state has only one, its first."""
        cumulative = self.tables.cumulative[row]
        occupied = np.flatnonzero(self.states.any(axis=0))
        width = int((cumulative[occupied] < 1).sum(axis=1).max()) if len(occupied) else 0
        if not width:
            self.outcomes = np.zeros_like(self.outcomes)
            self.outcomes[:, :, 0] = self.states
            return None
        uniform = self.rng.random(len(self.state))
        outcome = (uniform >= np.take(cumulative[:, 0], self.state)).astype(np.int32)
        for place in range(1, width):
            outcome += uniform >= np.take(cumulative[:, place], self.state)
        width_of_all = self.tables.action.shape[2]
        key = self.state * np.int32(width_of_all) + outcome
        span = self.tables.states * width_of_all
        placed = key if self._shift is None else key + self._shift * np.int64(span)
        found = np.bincount(placed, minlength=self.rows * span)
        self.outcomes = found.reshape(self.rows, self.tables.states, width_of_all)
        return key

    def _follow(self, row: int, key: Counts | None) -> None:
        """Take note of scores and modifications, and go on to the next state."""
        tables = self.tables
        there = np.asarray(self.outcomes.any(axis=0))
        following = tables.following[row]
        moves = np.asarray(there & (following != np.arange(tables.states)[:, None]))
        if key is None and (self.watched or tables.scene.selects or moves.any()):
            key = self.state * np.int32(tables.action.shape[2])
        if self.watched and key is not None:
            self.action = tables.action[row].ravel()[key].astype(np.int16)
            self.paid = tables.paid[row].reshape(-1, tables.paid.shape[3])[key]
        if key is not None and tables.scene.scored[self.t - 1]:
            self._note_scores(tables.score[row], there, key)
        if moves.any() and key is not None:
            fresh = moves & tables.modified[following] & ~tables.modified[:, None]
            if fresh.any():
                self.modified_after[fresh.ravel()[key]] = self.t
            self.state = np.take(following.ravel().astype(np.int32), key)
            self.states = self._count()

    def _note_scores(self, score: NDArray[np.float64], there: NDArray[np.bool_], key: Counts) -> None:
        """Add an episode's scores to those since the last selection."""
        self.scored += 1
        found = score[there]
        if (found == found[0]).all():
            self.level += float(found[0])  # the same for all: nothing to tell them apart by
            return
        if self.score is None:
            self.score = np.zeros(len(self.state))
        self.score += np.take(score.ravel(), key)

    def _select(self, selection: Selection) -> None:
        """Replace agents by copies of others; then everybody's scores begin anew."""
        shape = (self.rows, self.size)
        off = self.tables.off[self.state].reshape(shape) if self.states[:, self.tables.off].any() else None
        score = None if self.score is None else self.score.reshape(shape)
        drawn = drawn_copies(selection, shape, score, self.level, max(1, self.scored), off, self.rng)
        if drawn is not None:
            copies, originals = drawn
            if copies is None:
                self.state, self.modified_after = self.state[originals], self.modified_after[originals]
                copies = np.arange(len(self.state))
            else:
                self.state[copies] = self.state[originals]
                self.modified_after[copies] = self.modified_after[originals]
            self._mutate(selection.mutation, copies)
            self.replaced += len(copies) // self.rows
        self.score, self.level, self.scored = None, 0.0, 0

    def _mutate(self, mutation: Mutation, copies: Counts) -> None:
        """Change the kind or the objective of some fresh copies."""
        tables, cohorts = self.tables, len(self.tables.parts)
        if mutation.kind and cohorts > 1:
            chosen = copies[self.rng.random(len(copies)) < float(mutation.kind)]
            here = tables.cohort_of[self.state[chosen]]
            other = self.rng.integers(0, cohorts - 1, len(chosen))
            self.state[chosen] = tables.newcomers[other + (other >= here)]
            self.modified_after[chosen] = 0
        objectives = len(tables.scene.objectives)
        if mutation.objective and objectives > 1:
            chosen = copies[self.rng.random(len(copies)) < float(mutation.objective)]
            weights = tables.weights[self.state[chosen]]
            here = np.where((weights == 1).any(axis=1), np.argmax(weights, axis=1), objectives)
            other = self.rng.integers(0, objectives - (here < objectives), len(chosen))
            goals = tables.mutated[self.state[chosen], other + (other >= here)]
            fresh = tables.modified[goals] & ~tables.modified[self.state[chosen]]
            self.state[chosen] = goals
            self.modified_after[chosen[fresh]] = self.t

    def _count(self) -> Counts:
        states = self.tables.states
        if self.rows == 1:
            return np.bincount(self.state, minlength=states)[None, :]
        placed = self.state.reshape(self.rows, self.size) + np.arange(self.rows)[:, None] * states
        return np.bincount(placed.ravel(), minlength=self.rows * states).reshape(self.rows, states)
