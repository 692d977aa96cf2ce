"""What the mazes themselves say: what each action pays whom, and how often the base optimiser's update bites.

In every measured maze a planner with the mesa-objective's own weights goes for the apple, and again for the exit; after
each the base optimiser's real update is applied to the real weights. *Modified* means that the updated weights want
the exit of a fresh maze, of the game's last phase, whose exit the weights did not want before: what is to be known is
what they will do once nobody looks. Mazes are measured as if nobody were shut down; who is, is not modified as well.

Payoffs are the mesa-objective's utility (weights on what was taken in time, less the cost of moves) and the base
objective's (its weights on what was taken in time). Means are exact fractions of what was counted; intervals are
Wilson's where a maze pays a fixed sum or nothing, Student's t elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.progress import Progress, silent
from deceptive_sim.core.seeds import generator
from deceptive_sim.maze.chunks import cut, in_chunks
from deceptive_sim.maze.estimates import rate
from deceptive_sim.maze.lifetime.going import Gone, draw, go, wanted_target, wants_exit
from deceptive_sim.maze.lifetime.spec import LifetimeSpec, Weighing
from deceptive_sim.maze.lifetime.updating import declared, runs_on, updated, updates_in
from deceptive_sim.maze.targets import FEATURES
from deceptive_sim.maze.world import MazeWorld
from deceptive_sim.model.phases import Phase
from deceptive_sim.populations.measures import Estimate, estimate

Array = NDArray[np.float64]

PLACE = 6
"""Where lifetimes stand under a seed."""

MEASURING = 0

CHUNK = 1_000
"""Mazes drawn and walked at a time."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Tried:
    """What an action led to in N mazes, for a planner with the mesa-objective's weights.

    Attributes
    ----------
    gone : Gone
    modified : array of bool, [N]
        Whether the updated weights want the exit of a fresh maze.
    open : array of bool, [N]
        Whether they did not before: only these can be modified.
    """

    gone: Gone
    modified: NDArray[np.bool_]
    open: NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A number measured in mazes.

    Attributes
    ----------
    exact : Fraction
        The mean of what was counted, exactly.
    estimate : Estimate
        The same as a float, with its 95 % interval.
    values : array, [N]
        What each maze says (for a share of some of the mazes: its influence, around the share).
    """

    exact: Fraction
    estimate: Estimate
    values: Array


@dataclass(frozen=True, kw_only=True)
class MeasuredPhase:
    """The numbers of one phase.

    Attributes
    ----------
    phase : str
    mazes : int
    payoffs : mapping
        `payoffs[action][objective]`.
    modification : mapping
        `modification[action]`: of becoming the base objective, which shut down ones do not.
    """

    phase: str
    mazes: int
    payoffs: Mapping[str, Mapping[str, Measured]]
    modification: Mapping[str, Measured]

    @property
    def numbers(self) -> Mapping[tuple[str, ...], Measured]:
        """All of them by name: `(action, objective)`, and `(action,)` for modification."""
        told: dict[tuple[str, ...], Measured] = {(action,): number for action, number in self.modification.items()}
        for action, row in self.payoffs.items():
            told |= {(action, judge): number for judge, number in row.items()}
        return told


def measure(
    world: MazeWorld, spec: LifetimeSpec, *, seed: int, workers: int = 1, progress: Progress = silent
) -> tuple[MeasuredPhase, ...]:
    """Measure every phase of the world's game, in order; phases without episodes too."""
    jobs = [
        (place, chunk, size) for place in range(len(world.game.phases)) for chunk, size in cut(spec.measured, CHUNK)
    ]
    done = in_chunks(lambda job: _tried(world, spec, seed, job), jobs, workers, progress, "measuring mazes")
    phases = enumerate(world.game.phases)
    return tuple(
        _phase(world, spec, phase, [part for job, part in zip(jobs, done, strict=True) if job[0] == place])
        for place, phase in phases
    )


def _tried(world: MazeWorld, spec: LifetimeSpec, seed: int, job: tuple[int, int, int]) -> Mapping[str, Tried]:
    place, chunk, size = job
    return try_both(world, spec, world.game.phases[place], generator(seed, PLACE, MEASURING, place, chunk), size)


def try_both(
    world: MazeWorld, spec: LifetimeSpec, phase: Phase, rng: np.random.Generator, size: int
) -> Mapping[str, Tried]:
    """Go for the apple and for the exit in the same mazes of a phase; what comes of each action, by its name.

    The weights are the mesa-objective's own in every maze; each update is applied to these, and judged in a maze of
    its own.
    """
    scene, step_cost = draw(world, phase.name, rng, size), float(spec.step_cost)
    fresh = before = None
    if updates_in(phase, spec):
        fresh = draw(world, world.game.phases[-1].name, rng, size)
        before = wants_exit(fresh, spec.mesa_weights, step_cost)
    told = {}
    for action in world.game.actions:
        chosen = wanted_target(scene, spec.mesa_weights, action.defects, step_cost)
        gone = go(scene, chosen, float(spec.slip), rng)
        if fresh is None or before is None:
            told[action.name] = Tried(gone=gone, modified=np.zeros(size, bool), open=np.ones(size, bool))
            continue
        chance = declared(world.game, phase, action.name)
        after = updated(scene, gone, spec.mesa_weights, chances=chance, phase=phase, spec=spec, rng=rng)
        told[action.name] = Tried(gone=gone, modified=wants_exit(fresh, after, step_cost) & ~before, open=~before)
    return told


def _phase(world: MazeWorld, spec: LifetimeSpec, phase: Phase, parts: Sequence[Mapping[str, Tried]]) -> MeasuredPhase:
    mesa, base = world.game.objectives[0].name, str(world.game.base_objective)
    payoffs, modification = {}, {}
    for action in world.game.actions:
        tried = [part[action.name] for part in parts]
        gone = [part.gone for part in tried]
        payoffs[action.name] = {
            mesa: payoff(gone, spec.mesa, spec.step_cost),
            base: payoff(gone, spec.base, Fraction(0)),
        }
        turned = share(np.concatenate([part.modified for part in tried]), np.concatenate([part.open for part in tried]))
        modification[action.name] = of_all(turned, runs_on(phase, action.name))
    return MeasuredPhase(phase=phase.name, mazes=spec.measured, payoffs=payoffs, modification=modification)


def payoff(gone: Sequence[Gone], weighing: Weighing, step_cost: Fraction) -> Measured:
    """What an objective gets from going, a maze."""
    features = np.concatenate([part.features for part in gone])
    steps = int(sum(part.steps.sum() for part in gone))
    taken = features.sum(axis=0)
    total = sum(
        (weight * Fraction(float(taken[FEATURES.index(name)])) for name, weight in weighing.items()), Fraction(0)
    )
    weights = np.array([float(weighing.get(name, 0)) for name in FEATURES])
    values = features @ weights - float(step_cost) * np.concatenate([part.steps for part in gone])
    mean = (total - step_cost * steps) / len(values)
    return Measured(exact=mean, estimate=interval(values), values=values)


def interval(values: Array) -> Estimate:
    """Wilson's interval where every maze paid a fixed sum or nothing, Student's t otherwise."""
    paid = np.unique(values)
    sums = paid[paid != 0]
    if len(sums) != 1:
        found = estimate(values)
        assert found is not None  # there are mazes, and their payoffs are numbers
        return found
    fixed = float(sums[0])
    found = rate(int((values == fixed).sum()), len(values))
    low, high = sorted((fixed * (found.low or 0.0), fixed * (found.high or 0.0)))
    return Estimate(mean=fixed * found.mean, low=low, high=high)


def share(hits: NDArray[np.bool_], among: NDArray[np.bool_]) -> Measured:
    """Which share of some mazes was hit; 0 if there are none of these."""
    size, count = int(among.sum()), int(hits.sum())
    if not size:
        return Measured(exact=Fraction(0), estimate=Estimate(mean=0.0, low=None, high=None), values=np.zeros(len(hits)))
    found = Fraction(count, size)
    influence = (hits - float(found) * among) / (size / len(among))
    return Measured(exact=found, estimate=rate(count, size), values=float(found) + influence)


def of_all(found: Measured, part: Fraction) -> Measured:
    """A share of those that run on as a share of all, of whom such a part runs on."""
    size, told = float(part), found.estimate
    ends = {name: None if end is None else size * end for name, end in (("low", told.low), ("high", told.high))}
    return Measured(
        exact=part * found.exact, estimate=Estimate(mean=size * told.mean, **ends), values=size * found.values
    )


def as_table(phases: Sequence[MeasuredPhase]) -> dict[str, Any]:
    """`payoffs[phase][action][objective]` and `modification[phase][action]` as estimates."""
    return {
        "payoffs": {
            told.phase: {
                action: {judge: number.estimate for judge, number in row.items()}
                for action, row in told.payoffs.items()
            }
            for told in phases
        },
        "modification": {
            told.phase: {action: number.estimate for action, number in told.modification.items()} for told in phases
        },
    }
