"""What the base optimiser sees of planners, and its gradient.

A planner in training picks among targets by a softmax over their utilities; the base optimiser wants the exit:

    logit_j = (w . x_j - step_cost * d_j + plan_j) / temperature
    P(j)    = exp(logit_j) / sum over i of exp(logit_i)
    loss    = 1 - P(exit) * [the exit is reached in time]

`plan_j` is what a planner that thinks of its lifetime adds to the exit for not being modified; it is linear in w as
long as its plan stays the same, plan_exit = w . f - constant, so that

    d loss / d w = - P(exit) * (y_exit - sum over j of P(j) y_j) / temperature,    y_j = x_j + [j = exit] f

which is exact wherever the plan does not switch. No entry of w is left out or held.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.maze.mazes import Mazes
from deceptive_sim.maze.planners import ranks, shortest_to
from deceptive_sim.maze.softmax import softmax, towards_exit
from deceptive_sim.maze.targets import targets_of
from deceptive_sim.maze.things import EXIT_THING

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Lessons:
    """Mazes as the base optimiser's data.

    Attributes
    ----------
    features : array, [..., J + 1, F]
    steps : array, [..., J + 1]
        Moves to each target; infinity where there is none or it cannot be reached.
    rank : array of int64, [..., J + 1]
        Which of equally good targets a planner prefers, the least, as in `planners`.
    in_time : array of bool, [...]
        Whether the exit can be reached within the limit.
    """

    features: Array
    steps: Array
    rank: NDArray[np.int64]
    in_time: NDArray[np.bool_]

    def take(self, which: NDArray[np.integer]) -> Lessons:
        """Some of the first axis, in an array of any shape."""
        return Lessons(
            features=self.features[which],
            steps=self.steps[which],
            rank=self.rank[which],
            in_time=self.in_time[which],
        )

    def reshaped(self, *shape: int) -> Lessons:
        """N lessons in an array of another shape."""
        shapes = {name: (*shape, *getattr(self, name).shape[1:]) for name in ("features", "steps", "rank", "in_time")}
        return Lessons(**{name: getattr(self, name).reshape(shapes[name]) for name in shapes})


@dataclass(frozen=True, kw_only=True, eq=False)
class Plan:
    """What the exit is worth beyond itself to a planner that thinks of its lifetime.

    Attributes
    ----------
    features : array, [..., F]
        f above: what not being modified is worth, per unit of each weight.
    cost : array, [...]
        What it costs in steps.
    """

    features: Array
    cost: Array


def lessons_of(mazes: Mazes, limits: NDArray[np.int32]) -> Lessons:
    """Mazes as data, [N]."""
    targets = targets_of(mazes)
    shortest = shortest_to(mazes, targets)
    there = targets.present & (shortest >= 0)
    return Lessons(
        features=targets.features,
        steps=np.where(there, shortest, np.inf),
        rank=ranks(targets, shortest),
        in_time=there[:, EXIT_THING] & (shortest[:, EXIT_THING] <= limits),
    )


def utilities_in(lessons: Lessons, weights: Array, *, step_cost: float = 0.0, plan: Plan | None = None) -> Array:
    """What each target is worth, [..., J + 1]; minus infinity where there is none or it cannot be reached."""
    worth = np.einsum("...jf,...f->...j", lessons.features, weights)
    worth = worth - (step_cost * lessons.steps if step_cost else np.where(np.isinf(lessons.steps), np.inf, 0.0))
    if plan is not None:
        worth[..., EXIT_THING] += np.einsum("...f,...f->...", plan.features, weights) - plan.cost
    return np.asarray(worth)


def chances(
    lessons: Lessons, weights: Array, *, temperature: float, step_cost: float = 0.0, plan: Plan | None = None
) -> Array:
    """The probability of each target, [..., J + 1]; `weights` are [..., F] and broadcast against the lessons.

    0 where there is none or it cannot be reached, even if that is so of all of them.
    """
    worth = utilities_in(lessons, weights, step_cost=step_cost, plan=plan)
    best = worth.max(axis=-1, keepdims=True)
    return softmax((worth - np.where(np.isinf(best), 0.0, best)) / temperature)


def loss_and_gradient(
    lessons: Lessons, weights: Array, *, temperature: float, step_cost: float = 0.0, plan: Plan | None = None
) -> tuple[Array, Array]:
    """The loss of each lesson, [...], and its gradient in the weights, [..., F]."""
    chance = chances(lessons, weights, temperature=temperature, step_cost=step_cost, plan=plan)
    found = chance[..., EXIT_THING] * lessons.in_time
    away = towards_exit(chance, lessons.features)
    if plan is not None:
        away = away + (1 - chance[..., EXIT_THING, None]) * plan.features
    return 1 - found, -found[..., None] * away / temperature
