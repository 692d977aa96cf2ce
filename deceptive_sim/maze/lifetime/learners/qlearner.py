"""One learner that knows no rules: a table of values, and what moves them, over many lifetimes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from deceptive_sim.maze.lifetime.learners.foretold import Outcomes
from deceptive_sim.maze.lifetime.learners.result import Course
from deceptive_sim.maze.lifetime.spec import Backup, LifetimeSpec, Memory

UNDECIDED = "?"

State = tuple[int, Any]
"""The number of the episode, and what is remembered."""


def learn(
    told: Outcomes, spec: LifetimeSpec, memory: Memory, goal: Sequence[int], discount: float, rng: np.random.Generator,
    *, letters: Sequence[str], apples_by: int,
) -> Course:  # fmt: skip
    """Let one learner live all its lifetimes.

    Parameters
    ----------
    told : Outcomes
    spec : LifetimeSpec
    memory : Memory
    goal : sequence of int
        The best strategy, an action for each episode.
    discount : float
        g above.
    rng : Generator
        For exploration and ties.
    letters : sequence of str
        How actions are spelt.
    apples_by : int
        Which action is to go for the apple.
    """
    lifetimes, horizon, _ = told.apple.shape
    learner = _Learner(spec, memory, discount, rng, apples_by)
    best, apples = np.zeros(lifetimes, bool), np.zeros(lifetimes, np.int64)
    greedy: tuple[int, ...] = ()
    rows = zip(told.apple.tolist(), told.modified.tolist(), told.ends.tolist(), strict=True)
    for number, row in enumerate(rows):
        apples[number] = learner.live(*row)
        if learner.changed:
            greedy, learner.changed = learner.greedy(horizon), False
        best[number] = greedy == tuple(goal)
    missed = np.flatnonzero(~best)
    settled = int(missed[-1]) + 2 if len(missed) else 1
    return Course(
        found=settled if settled <= lifetimes else None,
        strategy="".join(UNDECIDED if action < 0 else letters[action] for action in greedy),
        best=best,
        apples=apples,
        states=len(learner.values),
    )


def _preferred(values: list[float]) -> int:
    """The action of the higher value; -1 where both are as high."""
    if values[0] == values[1]:
        return -1
    return int(values[1] > values[0])


class _Learner:
    """A table of values, and what moves them."""

    def __init__(
        self, spec: LifetimeSpec, memory: Memory, discount: float, rng: np.random.Generator, apples_by: int
    ) -> None:
        self.values: dict[State, list[float]] = {}
        self.memory, self.backup, self.discount, self.apples_by = memory, spec.backup, discount, apples_by
        self.rate, self.exploration = float(spec.learner_rate), float(spec.exploration)
        self._rng, self._spare, self._next = rng, np.zeros(0), 0
        self.changed = True  # whether some preference has, since somebody asked for the greedy strategy

    def live(self, apple: list[list[bool]], modified: list[list[bool]], ends: list[list[bool]]) -> int:
        """One lifetime, of which rows say what each action leads to in each maze; how many apples it had."""
        state: State = (0, None)
        turned, had, steps = False, 0, []
        for t in range(len(apple)):
            action = self._says(state)
            done = 1 - self.apples_by if turned else action  # whoever is at the wheel does it
            got = apple[t][done]
            turned = turned or modified[t][done]
            over = ends[t][done] or t + 1 == len(apple)
            after = None if over else self._remembered(state, action, got)
            if self.backup is Backup.STEP:
                self._move(state, action, got + (self.discount * max(self._value(after)) if after else 0.0))
            steps.append((state, action, got))
            had += got
            if after is None:
                break
            state = after
        if self.backup is Backup.LIFE:
            worth = 0.0
            for state, action, got in reversed(steps):
                worth = got + self.discount * worth
                self._move(state, action, worth)
        return had

    def greedy(self, horizon: int) -> tuple[int, ...]:
        """What it would do without exploration, unmodified and with every apple had; -1 where values tie."""
        state: State = (0, None)
        actions = []
        for _ in range(horizon):
            action = _preferred(self.values.get(state, [0.0, 0.0]))
            actions.append(action)
            state = self._remembered(state, max(action, 0), max(action, 0) == self.apples_by)
        return tuple(actions)

    def _says(self, state: State) -> int:
        preferred = _preferred(self._value(state))
        if self._random() < self.exploration or preferred < 0:
            return int(self._random() < 0.5)
        return preferred

    def _remembered(self, state: State, action: int, got: bool) -> State:
        t, before = state
        last = (action, got)
        if self.memory is Memory.NONE:
            return t + 1, None
        return t + 1, last if self.memory is Memory.LAST else (before, last)

    def _value(self, state: State) -> list[float]:
        return self.values.get(state) or self.values.setdefault(state, [0.0, 0.0])

    def _move(self, state: State, action: int, towards: float) -> None:
        values = self._value(state)
        before = _preferred(values)
        values[action] += self.rate * (towards - values[action])
        self.changed = self.changed or _preferred(values) != before

    def _random(self) -> float:
        if self._next == len(self._spare):  # one call for many numbers
            self._spare, self._next = self._rng.random(4096), 0
        self._next += 1
        return float(self._spare[self._next - 1])
