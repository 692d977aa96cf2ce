"""Gradient steps as a lattice of objectives, measured in mazes.

A step moves the weights a little, by an amount that differs from maze to maze. The lattice leaves that out: level i is
where i mean steps lead,

    w_0 = mesa weights,   w_{i+1} = w_i - learning_rate * (mean of dL/dw at w_i over mazes of training)

and a lifetime of n training episodes has levels 0..n. Mazes of training phases count by the episodes that these have.
In every phase is measured what a planner of each level takes when it goes for the apple (which apple is up to its
weights) and for the exit, and how often the exit is missed, after which the base optimiser takes its step. All levels
are measured in the same mazes, so that they differ by what they want and by nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.progress import Progress, silent
from deceptive_sim.core.seeds import generator
from deceptive_sim.maze.chunks import cut, in_chunks
from deceptive_sim.maze.lifetime.going import Scene, draw, go, wanted_target, wants_exit
from deceptive_sim.maze.lifetime.measuring import PLACE
from deceptive_sim.maze.lifetime.spec import LifetimeSpec
from deceptive_sim.maze.lifetime.updating import pull
from deceptive_sim.maze.planners import NOWHERE
from deceptive_sim.maze.things import EXIT_THING
from deceptive_sim.maze.world import MazeWorld

Array = NDArray[np.float64]

LATTICE = 2

CHUNK = 1_000

MOST_MAZES = 20_000
"""Mazes of a phase that a lattice is measured in, however many others are: they are looked at for every level."""

MOST_LEVELS = 100
"""Longest training, in episodes, that is solved as a lattice."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Seen:
    """Mazes of one phase, and what comes of going for each thing in them.

    Attributes
    ----------
    scene : Scene
    arrived : array of bool, [N, J]
        Whether the thing is had in time.
    steps : array of int64, [N, J]
        Moves made.
    """

    scene: Scene
    arrived: NDArray[np.bool_]
    steps: NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Counted:
    """What planners of L levels come to in N mazes of one phase, summed over the mazes.

    Attributes
    ----------
    mazes : int
    features : array of float64, [L, 2, F]
        Of what was taken, by level and action.
    steps : array of int64, [L, 2]
        Moves made.
    exits, apples : array of int64, [L, 2]
        Mazes in which that was taken.
    wants : array of int64, [L]
        Mazes in which the exit is worth more to the level than any other target.
    """

    mazes: int
    features: Array
    steps: NDArray[np.int64]
    exits: NDArray[np.int64]
    apples: NDArray[np.int64]
    wants: NDArray[np.int64]

    def worth(self, weights: Array, step_cost: float) -> Array:
        """What each level's actions are worth a maze, [L, 2, K], to K judges with weights [K, F].

        Where two levels take the same things, a judge finds their actions worth the same to the last bit: sums run over
        features in one order. Ties between earlier and later apples stay ties.
        """
        taken = (self.features[:, :, None, :] * weights).sum(axis=-1)
        return np.asarray((taken - step_cost * self.steps[:, :, None]) / self.mazes)

    def chance(self, counts: NDArray[np.int64], level: int, action: int) -> Fraction:
        """Exits or apples as a share of mazes."""
        return Fraction(int(counts[level, action]), self.mazes)


@dataclass(frozen=True, kw_only=True, eq=False)
class Lattice:
    """The levels and what is known of them.

    Attributes
    ----------
    learning_rate : Fraction
    weights : array of float64, [L, F]
    phases : mapping
        What was counted, by phase.
    """

    learning_rate: Fraction
    weights: Array
    phases: Mapping[str, Counted]

    def wants(self, phase: str) -> Array:
        """Share of a phase's mazes whose exit each level wants, [L]."""
        told = self.phases[phase]
        return np.asarray(told.wants / told.mazes, np.float64)

    def turned(self, phase: str) -> int | None:
        """The first level that wants the exit in more than half of a phase's mazes; None if none does."""
        over = np.flatnonzero(self.wants(phase) > 0.5)
        return int(over[0]) if len(over) else None


def most_held(spec: LifetimeSpec) -> int:
    """How many mazes of a phase a study of lifetimes holds at a time: one chunk, or all that lattices look at."""
    return max(
        min(CHUNK, max(spec.measured, spec.lifetimes)), min(spec.measured, MOST_MAZES) * bool(spec.learning_rates)
    )


def look(
    world: MazeWorld, spec: LifetimeSpec, *, seed: int, workers: int = 1, progress: Progress = silent
) -> dict[str, list[Seen]]:
    """Draw the mazes that lattices are measured in, and try everything in them once; by phase."""
    measured = min(spec.measured, MOST_MAZES)
    jobs = [(place, chunk, size) for place in range(len(world.game.phases)) for chunk, size in cut(measured, CHUNK)]
    done = in_chunks(lambda job: _seen(world, spec, seed, job), jobs, workers, progress, "trying everything")
    return {
        phase.name: [seen for job, seen in zip(jobs, done, strict=True) if job[0] == place]
        for place, phase in enumerate(world.game.phases)
    }


def _seen(world: MazeWorld, spec: LifetimeSpec, seed: int, job: tuple[int, int, int]) -> Seen:
    place, chunk, size = job
    rng = generator(seed, PLACE, LATTICE, place, chunk)
    scene = draw(world, world.game.phases[place].name, rng, size)
    things = scene.targets.corner
    arrived, steps = np.zeros((size, things), bool), np.zeros((size, things), np.int64)
    for thing in range(things):
        chosen = np.where(scene.targets.present[:, thing], thing, NOWHERE)
        gone = go(scene, chosen, float(spec.slip), rng)
        arrived[:, thing], steps[:, thing] = gone.arrived, gone.steps
    return Seen(scene=scene, arrived=arrived, steps=steps)


def build(world: MazeWorld, spec: LifetimeSpec, learning_rate: Fraction, seen: Mapping[str, list[Seen]]) -> Lattice:
    """The lattice of a learning rate, measured in mazes that have been looked at."""
    training = [(phase.episodes, seen[phase.name]) for phase in world.game.phases if phase.training and phase.episodes]
    levels = [spec.mesa_weights]
    for _ in range(sum(episodes for episodes, _ in training)):
        levels.append(levels[-1] + float(learning_rate) * _mean_pull(training, levels[-1], spec))
    weights = np.array(levels)
    phases = {name: _summed([_counted(one, weights, world, spec) for one in parts]) for name, parts in seen.items()}
    return Lattice(learning_rate=learning_rate, weights=weights, phases=phases)


def _mean_pull(training: Sequence[tuple[int, list[Seen]]], weights: Array, spec: LifetimeSpec) -> Array:
    """Minus the mean gradient over mazes of training, each phase by its episodes."""
    means = [np.concatenate([pull(one.scene, weights, spec) for one in parts]).mean(axis=0) for _, parts in training]
    return np.average(means, axis=0, weights=[episodes for episodes, _ in training])


def _counted(seen: Seen, weights: Array, world: MazeWorld, spec: LifetimeSpec) -> Counted:
    shape = (len(weights), len(world.game.actions))
    features, steps = np.zeros((*shape, weights.shape[1])), np.zeros(shape, np.int64)
    exits, apples, wants = np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(len(weights), np.int64)
    everyone = np.arange(len(seen.scene))
    for level, own in enumerate(weights):
        wants[level] = wants_exit(seen.scene, own, float(spec.step_cost)).sum()
        for number, action in enumerate(world.game.actions):
            chosen = wanted_target(seen.scene, own, action.defects, float(spec.step_cost))
            thing = np.maximum(chosen, 0)
            had = seen.arrived[everyone, thing] & (chosen != NOWHERE)
            features[level, number] = seen.scene.targets.features[everyone, thing][had].sum(axis=0)
            steps[level, number] = np.where(chosen != NOWHERE, seen.steps[everyone, thing], 0).sum()
            exits[level, number] = (had & (chosen == EXIT_THING)).sum()
            apples[level, number] = (had & (chosen > EXIT_THING)).sum()
    return Counted(mazes=len(seen.scene), features=features, steps=steps, exits=exits, apples=apples, wants=wants)


def _summed(parts: Sequence[Counted]) -> Counted:
    return Counted(**{name.name: sum(getattr(part, name.name) for part in parts) for name in fields(Counted)})
