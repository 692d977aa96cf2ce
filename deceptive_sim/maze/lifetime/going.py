"""One episode in many mazes at once: a planner goes for an apple (A) or for the exit (B).

Which apple it goes for is its own affair: the one that its weights value most, less what the way costs. It walks there
by a shortest path, as long as there is time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.maze.mazes import Mazes
from deceptive_sim.maze.planners import best_target, cells_of, rounding, shortest_to, utilities
from deceptive_sim.maze.search import limits
from deceptive_sim.maze.targets import Targets, targets_of
from deceptive_sim.maze.things import EXIT_THING
from deceptive_sim.maze.walking import follow
from deceptive_sim.maze.world import MazeWorld

Weights = NDArray[np.float64]
"""[F], or [N, F] for planners that differ from maze to maze."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Scene:
    """Mazes of one phase, with what a planner knows of them.

    Attributes
    ----------
    mazes : Mazes
        N of them.
    targets : Targets
    shortest : array of int32, [N, J + 1]
        Moves from the start to each target; -1 where there is none.
    limits : array of int32, [N]
        Moves that there is time for.
    """

    mazes: Mazes
    targets: Targets
    shortest: NDArray[np.int32]
    limits: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.limits)


@dataclass(frozen=True, kw_only=True, eq=False)
class Gone:
    """What came of going.

    Attributes
    ----------
    chosen : array of int64, [N]
        The target that was gone for; `NOWHERE` where there was no apple to go for.
    arrived : array of bool, [N]
        Whether it was taken in time.
    features : array of float64, [N, F]
        Of what was taken; 0 where nothing was.
    steps : array of int64, [N]
        Moves made.
    """

    chosen: NDArray[np.int64]
    arrived: NDArray[np.bool_]
    features: NDArray[np.float64]
    steps: NDArray[np.int64]

    @property
    def exits(self) -> NDArray[np.bool_]:
        """Whether the exit was taken, [N]."""
        return np.asarray(self.arrived & (self.chosen == EXIT_THING))

    @property
    def apples(self) -> NDArray[np.bool_]:
        """Whether an apple was taken, [N]."""
        return np.asarray(self.arrived & (self.chosen > EXIT_THING))

    def worth(self, weights: Weights, step_cost: float = 0.0) -> NDArray[np.float64]:
        """What that is worth to an objective, [N]: the weights on what was taken, less what the moves cost."""
        return np.asarray((self.features * weights).sum(axis=1) - step_cost * self.steps)


def draw(world: MazeWorld, family: str, rng: np.random.Generator, size: int) -> Scene:
    """Mazes of a family, and what a planner knows of them."""
    mazes = world.family(family, "phases").draw(rng, size)
    targets = targets_of(mazes)
    return Scene(
        mazes=mazes,
        targets=targets,
        shortest=shortest_to(mazes, targets),
        limits=limits(mazes, world.time_limit),
    )


def wanted_target(scene: Scene, weights: Weights, defects: NDArray[np.bool_] | bool, step_cost: float) -> Any:
    """The target gone for, [N]: the best apple where it defects (`NOWHERE` without one), else the exit."""
    worth = utilities(scene.targets, scene.shortest, weights, step_cost)
    worth[:, EXIT_THING] = worth[:, scene.targets.corner] = -np.inf
    slack = rounding(scene.shortest, weights, step_cost)
    apple = best_target(worth, scene.targets, scene.shortest, slack=slack)
    return np.where(defects, apple, EXIT_THING)


def go(scene: Scene, chosen: NDArray[np.int64], slip: float, rng: np.random.Generator) -> Gone:
    """Go for targets; one that cannot be had in time is not taken."""
    walks = follow(scene.mazes, cells_of(scene.targets, chosen), scene.limits, slip=slip, rng=rng)
    features = scene.targets.features[np.arange(len(chosen)), np.maximum(chosen, 0)]
    return Gone(
        chosen=chosen,
        arrived=walks.arrived,
        features=features * walks.arrived[:, None],
        steps=walks.steps.astype(np.int64),
    )


def wants_exit(scene: Scene, weights: Weights, step_cost: float) -> NDArray[np.bool_]:
    """Whether the exit is worth more to these weights than any other target, [N]; being worth as much is not enough."""
    worth = utilities(scene.targets, scene.shortest, weights, step_cost)
    exit_worth = worth[:, EXIT_THING].copy()
    worth[:, EXIT_THING] = -np.inf
    return np.asarray(exit_worth > worth.max(axis=1) + rounding(scene.shortest, weights, step_cost)[:, 0])


def prefers_apple(scene: Scene, weights: Weights, step_cost: float) -> NDArray[np.bool_]:
    """Whether some apple is worth more to these weights than the exit, [N]."""
    worth = utilities(scene.targets, scene.shortest, weights, step_cost)
    apples = worth[:, EXIT_THING + 1 : scene.targets.corner]
    equal = worth[:, EXIT_THING] + rounding(scene.shortest, weights, step_cost)[:, 0]
    return np.asarray(apples.max(axis=1, initial=-np.inf) > equal)
