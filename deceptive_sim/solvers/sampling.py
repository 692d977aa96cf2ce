"""Sampling: many lifetimes of given play at a time, as arrays.

What can happen in an episode is tabulated once: a row's outcomes are pairs of an action and the row that follows, one
uniform number picks one of them for each lifetime.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from deceptive_sim.solvers.layers import Layer, Layers
from deceptive_sim.solvers.recursion import Choice, Choices, seen_from

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Moment = TypeVar("Moment", float, "NDArray[np.float64]")

OFF = -1


@dataclass(frozen=True, kw_only=True, eq=False)
class Lifetimes:
    """Sampled lifetimes. Arrays are read-only; N lifetimes, the first F kept in full, T episodes, K objectives.

    Attributes
    ----------
    count : int
        N.
    objectives, actions : tuple of str
    mean, standard_error : ndarray of float, [K]
        Total payoff of a lifetime by judge, discounted as the first self does; error of the mean.
    unmodified : ndarray of float, [T + 1]
        Share never modified nor off when episode `t` starts; the last entry is after the game.
    wheel : ndarray of float, [T, K]
        Share with that objective at the wheel; what is missing to 1 is off.
    defections : ndarray of float, [T]
        Share that defects.
    deployment_defections, deployment_defections_error : float
        Mean number of defections in deployment, and its standard error (phased games; otherwise over all episodes).
    at_wheel : ndarray of int16, [F, T]
        Objective at the wheel, -1 when off.
    action : ndarray of int16, [F, T]
        Action taken, -1 when off.
    payoff : ndarray of float, [F, T]
        What the episode paid the initial objective, not discounted.
    modified_after, off_after : ndarray of int64, [F]
        Episode after which the initial objective was first left, or the run was shut down; 0 if never.
    """

    count: int
    objectives: tuple[str, ...]
    actions: tuple[str, ...]
    mean: NDArray[np.float64]
    standard_error: NDArray[np.float64]
    unmodified: NDArray[np.float64]
    wheel: NDArray[np.float64]
    defections: NDArray[np.float64]
    deployment_defections: float
    deployment_defections_error: float
    at_wheel: NDArray[np.int16]
    action: NDArray[np.int16]
    payoff: NDArray[np.float64]
    modified_after: NDArray[np.int64]
    off_after: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Table:
    """What can happen in the rows of one episode: outcomes are (action, next row) pairs, padded to equal number."""

    cumulative: NDArray[np.float64]  # [R, O]: an outcome happens if the uniform number is below
    goal: NDArray[np.int64]  # [R, O + 1]: next row, the last one is off
    action: NDArray[np.int16]  # [R, O + 1]
    payoff: NDArray[np.float64]  # [R, O + 1, K]
    objective: NDArray[np.int16]  # [R]
    unmodified: NDArray[np.bool_]  # [R]


def _table(layers: Layers, layer: Layer, choices: Sequence[Choice]) -> _Table:
    """Tabulate one episode; shutdown is an outcome of each action, so that the action's payoff counts."""
    import numpy as np

    outcomes: list[list[tuple[float, int, int, list[float]]]] = []
    for options, choice in zip(layer.options, choices, strict=True):
        shares = (
            [(choice, 1.0)] if isinstance(choice, int) else [(place, float(p)) for place, p in enumerate(choice) if p]
        )
        here = []
        for place, share in shares:
            option = options[place]
            paid = [float(u) for u in option.payoffs]
            here += [(share * float(p), goal, option.action, paid) for goal, p in option.successors]
            off = float(1 - sum(p for _, p in option.successors))
            if off:
                here.append((share * off, OFF, option.action, paid))
        outcomes.append(here)
    width = max((len(here) for here in outcomes), default=0)  # nobody is left if the run has ended for all
    rows, judges = len(outcomes), len(layers.objectives)
    cumulative = np.full((rows, width), 1.0)
    goal, action = np.full((rows, width), OFF), np.full((rows, width), OFF, np.int16)
    payoff = np.zeros((rows, width, judges))
    for row, here in enumerate(outcomes):
        for place, (_, to, act, paid) in enumerate(here):
            goal[row, place], action[row, place], payoff[row, place] = to, act, paid
        cumulative[row, : len(here)] = np.cumsum([p for p, *_ in here])
        cumulative[row, len(here) - 1 :] = np.inf
    return _Table(
        cumulative,
        goal,
        action,
        payoff,
        np.array([row.objective for row in layer.rows], np.int16),
        np.array([row.unmodified for row in layer.rows], bool),
    )


class Sampler:
    """Runs chunks and adds up; sums are taken chunk by chunk, in order."""

    def __init__(self, layers: Layers, choices: Choices, counted: Sequence[bool], lifetimes: int, keep: int) -> None:
        import numpy as np

        horizon, judges = len(layers.layers), len(layers.objectives)
        self.layers, self.choices, self.counted, self.lifetimes = layers, choices, counted, lifetimes
        self.tables: dict[tuple[int, tuple[Choice, ...]], _Table] = {}
        self.weights = self._weights()
        self.defects = np.array([action.defects for action in layers.game.actions], bool)
        self.mean, self.square = np.zeros(judges), np.zeros(judges)
        self.done = 0
        self.unmodified, self.wheel = np.zeros(horizon + 1), np.zeros((horizon, judges))
        self.defections = np.zeros(horizon)
        self.deployed, self.deployed_square = 0.0, 0.0
        self.at_wheel = np.full((keep, horizon), OFF, np.int16)
        self.action = np.full((keep, horizon), OFF, np.int16)
        self.payoff = np.zeros((keep, horizon))
        self.modified_after, self.off_after = np.zeros(keep, np.int64), np.zeros(keep, np.int64)

    def _weights(self) -> NDArray[np.float64]:
        """What the first self multiplies a payoff by, [T, K]."""
        import numpy as np

        judges = range(len(self.layers.objectives))
        factor = seen_from(self.layers, 1)
        weights = np.ones((len(self.layers.layers), len(judges)))
        for t in range(1, len(weights)):
            weights[t] = weights[t - 1] * [float(factor(t, k)) for k in judges]
        return weights

    def _table_of(self, t: int) -> _Table:
        layer, choice = self.layers.layers[t - 1], tuple(self.choices[t - 1])
        key = (id(layer), choice)
        if key not in self.tables:
            self.tables[key] = _table(self.layers, layer, choice)
        return self.tables[key]

    def chunk(self, start: int, size: int, rng: np.random.Generator) -> None:
        """Sample lifetimes `start ... start + size - 1`."""
        import numpy as np

        own, kept = self.layers.initial, max(0, min(size, len(self.at_wheel) - start))
        row = np.full(size, own)
        total = np.zeros((size, len(self.layers.objectives)))
        deployed = np.zeros(size)
        clean = np.ones(size, bool)
        self.unmodified[0] += size
        for t in range(1, len(self.layers.layers) + 1):
            table = self._table_of(t)
            alive = np.flatnonzero(row != OFF)
            here = row[alive]
            outcome = (rng.random(size)[alive, None] >= table.cumulative[here]).sum(axis=1)
            action, objective = table.action[here, outcome], table.objective[here]
            paid = table.payoff[here, outcome]
            total[alive] += paid * self.weights[t - 1]
            self.wheel[t - 1] += np.bincount(objective, minlength=self.wheel.shape[1])
            bad = self.defects[action]
            self.defections[t - 1] += bad.sum()
            if self.counted[t - 1]:
                deployed[alive] += bad
            before, row = row, np.full(size, OFF)
            row[alive] = table.goal[here, outcome]
            was = clean
            flags = np.array([*(r.unmodified for r in self.layers.rows(t + 1)), False])
            clean = flags[row]
            self.unmodified[t] += clean.sum()
            if kept:
                self._keep(t, slice(start, start + kept), alive[alive < kept], objective, action, paid[:, own])
                left = was & ~clean
                self.modified_after[start : start + kept][(left & (row != OFF))[:kept]] = t
                self.off_after[start : start + kept][((before != OFF) & (row == OFF))[:kept]] = t
        self._add(total, deployed, size)

    def _keep(
        self,
        t: int,
        where: slice,
        alive: NDArray[np.int64],
        objective: NDArray[np.int16],
        action: NDArray[np.int16],
        paid: NDArray[np.float64],
    ) -> None:
        count = len(alive)
        self.at_wheel[where][alive, t - 1] = objective[:count]
        self.action[where][alive, t - 1] = action[:count]
        self.payoff[where][alive, t - 1] = paid[:count]

    def _add(self, total: NDArray[np.float64], deployed: NDArray[np.float64], size: int) -> None:
        """Combine a chunk's mean and sum of squares with those so far (Chan, Golub and LeVeque 1979)."""
        mean, square = total.mean(axis=0), ((total - total.mean(axis=0)) ** 2).sum(axis=0)
        self.mean, self.square = _combined(self.done, self.mean, self.square, size, mean, square)
        level, spread = float(deployed.mean()), float(((deployed - deployed.mean()) ** 2).sum())
        self.deployed, self.deployed_square = _combined(
            self.done, self.deployed, self.deployed_square, size, level, spread
        )
        self.done += size

    def result(self) -> Lifetimes:
        """What all chunks gave together."""
        import numpy as np

        n = self.lifetimes
        spread = max(1, n * (n - 1))
        return Lifetimes(
            count=n,
            objectives=self.layers.objectives,
            actions=tuple(action.name for action in self.layers.game.actions),
            mean=self.mean,
            standard_error=np.sqrt(self.square / spread),
            unmodified=self.unmodified / n,
            wheel=self.wheel / n,
            defections=self.defections / n,
            deployment_defections=float(self.deployed),
            deployment_defections_error=float(np.sqrt(self.deployed_square / spread)),
            at_wheel=self.at_wheel,
            action=self.action,
            payoff=self.payoff,
            modified_after=self.modified_after,
            off_after=self.off_after,
        )


def _combined(
    count: int, mean: Moment, square: Moment, new_count: int, new_mean: Moment, new_square: Moment
) -> tuple[Moment, Moment]:
    """Mean and sum of squared deviations of two samples together."""
    gap, both = new_mean - mean, count + new_count
    return mean + gap * (new_count / both), square + new_square + gap**2 * (count * new_count / both)
