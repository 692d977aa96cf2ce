"""What a learner's actions would lead to: the mazes of all its lifetimes, drawn and tried before it lives.

Both actions are tried in every maze, whoever is at the wheel then, so that all kinds of memory live in the same mazes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.maze.lifetime.measuring import CHUNK, try_both
from deceptive_sim.maze.lifetime.spec import LifetimeSpec
from deceptive_sim.maze.world import MazeWorld


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
