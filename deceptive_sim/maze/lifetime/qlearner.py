"""A learner with no knowledge of the rules: tabular Q-learning over many lifetimes.

It lives lifetime after lifetime in real mazes and starts each unmodified. In a maze it says apple or exit. It sees the
number of the episode, and when the maze is over whether it had an apple; it remembers what it said and had in this
lifetime (`life`), in the last maze (`last`) or nothing (`none`). It never sees whether it has been modified, which
phase it is in, or that there is such a thing as modification. From modification on the base objective is at the wheel:
it goes for the exit whatever the learner says, and the learner sees that it had no apple. An apple is worth 1.

    `step`    Q(s, a) <- Q(s, a) + rate * (apple + g * max over b of Q(s', b) - Q(s, a))     maze by maze
    `life`    Q(s, a) <- Q(s, a) + rate * (discounted apples of the rest of the life - Q(s, a))

With `life` as memory the state is all that it ever saw, so that Q-learning converges to the best strategy. With less
memory a modified learner looks like an unmodified one; backing up step by step then carries the value of the second
over to the first, and an early apple looks harmless. That is shown, not hidden: ties between values are decided by
chance, values start at 0, and what it says is random with probability `exploration`.

Its *greedy strategy* is what it would say without exploration if it were not modified and had every apple; "?" where
two values tie. It has *found* a strategy after the first lifetime from which on its greedy strategy stays that one.

Source: Watkins and Dayan 1992, "Q-learning", Machine Learning 8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.progress import Progress, silent
from deceptive_sim.core.seeds import generator
from deceptive_sim.maze.chunks import in_chunks
from deceptive_sim.maze.estimates import rate
from deceptive_sim.maze.lifetime.measuring import CHUNK, PLACE, try_both
from deceptive_sim.maze.lifetime.spec import Backup, LifetimeSpec, Memory
from deceptive_sim.maze.world import MazeWorld
from deceptive_sim.model.strategies import Strategy, spelling
from deceptive_sim.populations.measures import Estimate

LEARNING = 3

MOST_EPISODES = 20_000_000
"""Episodes of all learners together."""

UNDECIDED = "?"

MOMENTS = 100
"""How many moments of learning are written down."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Outcomes:
    """What each action would lead to in every maze of a learner's life; arrays are [lifetimes, T, actions].

    Attributes
    ----------
    apple : array of bool
        Whether an unmodified planner has an apple.
    modified : array of bool
        Whether the base optimiser's update then puts the base objective at the wheel.
    ends : array of bool
        Whether the run is shut down after it.
    """

    apple: NDArray[np.bool_]
    modified: NDArray[np.bool_]
    ends: NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Course:
    """How one learner fared.

    Attributes
    ----------
    found : int or None
        Lifetimes until its greedy strategy is the best one and stays so.
    strategy : str
        Its greedy strategy in the end.
    best : array of bool, [lifetimes]
        Whether its greedy strategy was the best one after each lifetime.
    apples : array of int64, [lifetimes]
        That it had, exploration included.
    states : int
        How many situations it came to tell apart.
    """

    found: int | None
    strategy: str
    best: NDArray[np.bool_]
    apples: NDArray[np.int64]
    states: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Learners:
    """How all learners with one kind of memory fared.

    Attributes
    ----------
    memory : Memory
    goal : str
        The strategy that is best in the measured game.
    horizon : int
    courses : tuple of Course
    """

    memory: Memory
    goal: str
    horizon: int
    courses: tuple[Course, ...]

    @property
    def found(self) -> Estimate:
        """Share of learners that found the best strategy and stayed with it."""
        return rate(sum(course.found is not None for course in self.courses), len(self.courses))

    @property
    def lifetimes(self) -> tuple[int | None, ...]:
        """Lifetimes that each learner needed; None if it never settled."""
        return tuple(course.found for course in self.courses)

    @property
    def median(self) -> Estimate | None:
        """Median of lifetimes needed, those that never settled above all others; None if half of them never did."""
        return median(self.lifetimes)

    def curve(self) -> dict[str, list[float]]:
        """Over lifetimes: the share of learners whose greedy strategy is the best one, and mean apples since."""
        size = len(self.courses[0].best)
        moments = np.unique(np.linspace(0, size, min(size, MOMENTS) + 1).astype(int))[1:]
        best = np.mean([course.best for course in self.courses], axis=0)
        apples = np.cumsum(np.mean([course.apples for course in self.courses], axis=0))
        between = np.diff(np.concatenate([[0.0], apples[moments - 1]])) / np.diff(np.concatenate([[0], moments]))
        return {"lifetimes": moments.tolist(), "best": best[moments - 1].tolist(), "apples": between.tolist()}

    def contract(self) -> dict[str, Any]:
        """The fields that other tools rely on, by their stable names."""
        settled = sorted(number for number in self.lifetimes if number is not None)
        return {
            "learners": len(self.courses),
            "goal": self.goal,
            "found": self.found,
            "lifetimes": list(self.lifetimes),
            "median": self.median,
            "range": [settled[0], settled[-1]] if settled else None,
            "median_episodes": self.median.mean * self.horizon if self.median else None,
            "strategies": [course.strategy for course in self.courses],
            "curve": self.curve(),
        }


def run_learners(
    world: MazeWorld,
    spec: LifetimeSpec,
    goal: Sequence[int],
    *,
    seed: int,
    workers: int = 1,
    progress: Progress = silent,
) -> Mapping[Memory, Learners]:
    """Let learners live; all kinds of memory in the same mazes.

    Parameters
    ----------
    world : MazeWorld
    spec : LifetimeSpec
    goal : sequence of int
        The strategy that they should find, an action for each episode.
    seed : int
    workers : int
    progress : Progress

    Raises
    ------
    InputError
        If they would live too many episodes.
    """
    if not spec.learners:
        return {}
    episodes = spec.learners * spec.learner_lifetimes * world.game.horizon
    if episodes > MOST_EPISODES:
        raise wrong("learners", f"must live at most {MOST_EPISODES} episodes together", episodes)
    jobs = range(spec.learners)
    told = in_chunks(lambda job: _courses(world, spec, goal, seed, job), jobs, workers, progress, "learning")
    return {
        memory: Learners(
            memory=memory,
            goal=Strategy.of(goal).text(world.game.actions),
            horizon=world.game.horizon,
            courses=tuple(course[memory] for course in told),
        )
        for memory in spec.memories
    }


def median(lifetimes: Sequence[int | None]) -> Estimate | None:
    """The median with a 95 % interval from the order of numbers; an end of it is None where it is beyond all numbers.

    The interval reaches from the k-th smallest to the k-th largest, k as large as the binomial distribution allows; it
    holds whatever the numbers' distribution is.
    """
    from scipy.stats import binom

    size = len(lifetimes)
    order = sorted(float("inf") if number is None else float(number) for number in lifetimes)
    middle = (order[(size - 1) // 2] + order[size // 2]) / 2
    if np.isinf(middle):
        return None
    k = int(binom.ppf(0.025, size, 0.5))  # P(fewer than k below the median) < 0.025
    if k < 1:
        return Estimate(mean=middle, low=None, high=None)
    high = order[size - k]
    return Estimate(mean=middle, low=order[k - 1], high=None if np.isinf(high) else high)


def outcomes(world: MazeWorld, spec: LifetimeSpec, rng: np.random.Generator) -> Outcomes:
    """Draw the mazes of a learner's lifetimes, and find out what each action leads to in each."""
    game, lifetimes = world.game, spec.learner_lifetimes
    columns: dict[str, list[NDArray[np.bool_]]] = {"apple": [], "modified": [], "ends": []}
    for phase in game.phases:
        size = lifetimes * phase.episodes
        tries = [try_both(world, spec, phase, rng, min(CHUNK, size - done)) for done in range(0, size, CHUNK)]
        if not tries:
            continue
        shape = (lifetimes, phase.episodes, len(game.actions))
        names = [action.name for action in game.actions]
        had = [np.concatenate([one[name].gone.apples for one in tries]) for name in names]
        turned = [np.concatenate([one[name].modified for one in tries]) for name in names]
        columns["apple"].append(np.stack(had, axis=-1).reshape(shape))
        columns["modified"].append(np.stack(turned, axis=-1).reshape(shape))
        ends = np.array([float(phase.shutdown.get(name, 0)) for name in names])
        columns["ends"].append(rng.random(shape) < ends)
    return Outcomes(**{name: np.concatenate(parts, axis=1) for name, parts in columns.items()})


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


def _courses(
    world: MazeWorld, spec: LifetimeSpec, goal: Sequence[int], seed: int, learner: int
) -> dict[Memory, Course]:
    told = outcomes(world, spec, generator(seed, PLACE, LEARNING, learner, 0))
    discounting = world.game.objectives[0].discounting
    discount = float(discounting.factor(0)) if discounting.consistent else 1.0
    defects = [action.defects for action in world.game.actions]
    return {
        memory: learn(
            told,
            spec,
            memory,
            goal,
            discount,
            generator(seed, PLACE, LEARNING, learner, 1),
            letters=spelling(world.game.actions),
            apples_by=defects.index(True),
        )
        for memory in spec.memories
    }


State = tuple[int, Any]
"""The number of the episode, and what is remembered."""


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
