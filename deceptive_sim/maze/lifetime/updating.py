"""What the base optimiser does to real weights after a maze.

    rewrite     weights <- base weights, with the declared probability (`declared`: of those that are not shut down)
    gradient    weights <- weights - rate * dL/dweights     where the exit was not taken in time

    P = softmax(utility / temperature) over the targets of the maze
    L = -log P(exit)                 dL/dweights = -(features_exit - sum_j P_j features_j) / temperature
    L = 1 - P(exit) [in time]        P(exit) times that, and 0 in a maze whose exit cannot be had in time

The base optimiser looks at what happened: a maze whose exit was taken has cost nothing and moves nothing, although a
softmax is never quite sure. The second loss is that of `lessons`: it hardly moves a planner that is sure
of its apple.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.maze.lifetime.going import Gone, Scene, Weights
from deceptive_sim.maze.lifetime.spec import LifetimeSpec, Loss, Updating
from deceptive_sim.maze.planners import utilities
from deceptive_sim.maze.softmax import softmax, towards_exit
from deceptive_sim.maze.things import EXIT_THING
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase


def pull(scene: Scene, weights: Weights, spec: LifetimeSpec) -> NDArray[np.float64]:
    """Minus the gradient of the loss with respect to the weights, [N, F]."""
    temperature = float(spec.temperature)
    heat = utilities(scene.targets, scene.shortest, weights, float(spec.step_cost)) / temperature
    chances = softmax(heat - heat.max(axis=1, keepdims=True))
    away = towards_exit(chances, scene.targets.features) / temperature
    if spec.loss is Loss.LOG:
        return np.asarray(away)
    in_time = scene.shortest[:, EXIT_THING] <= scene.limits
    return np.asarray(away * (chances[:, EXIT_THING] * in_time)[:, None])


def declared(game: PhasedGame, phase: Phase, action: str) -> float:
    """The probability of becoming the base objective after an action, for who is not shut down after it.

    The game declares it for everybody, as something else than shutdown: of those that run on it is a larger share.
    """
    chance = phase.modification.get(action, {}).get(game.base_objective or "", 0)
    return float(chance / runs_on(phase, action)) if chance else 0.0


def runs_on(phase: Phase, action: str) -> Fraction:
    """The probability of not being shut down after an action."""
    return 1 - Fraction(phase.shutdown.get(action, 0))


def updates_in(phase: Phase, spec: LifetimeSpec) -> bool:
    """Whether the base optimiser can change any weights in a phase."""
    if spec.updating is Updating.GRADIENT:
        return phase.training
    return any(chance for row in phase.modification.values() for chance in row.values())


def updated(
    scene: Scene,
    gone: Gone,
    weights: Weights,
    *,
    chances: NDArray[np.float64] | float,
    phase: Phase,
    spec: LifetimeSpec,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """The weights after the base optimiser has seen a maze, [N, F].

    Parameters
    ----------
    scene : Scene
    gone : Gone
        What the planner did in it.
    weights : array, [F] or [N, F]
        Before.
    chances : array of float64, [N], or float
        Probability of modification after what was done, as `declared`; looked at by a full rewrite.
    phase : Phase
        Gradient steps are taken in training only.
    spec : LifetimeSpec
    rng : Generator
    """
    before = np.broadcast_to(weights, (len(scene), weights.shape[-1]))
    if spec.updating is Updating.REWRITE:
        rewritten = rng.random(len(scene)) < chances
        return np.where(rewritten[:, None], spec.base_weights, before)
    if not phase.training:
        return before.copy()
    return stepped(scene, gone, weights, float(spec.learning_rate), spec)


def stepped(
    scene: Scene, gone: Gone, weights: Weights, learning_rate: float, spec: LifetimeSpec
) -> NDArray[np.float64]:
    """The weights after one step down the gradient in each maze whose exit was not taken, [N, F]."""
    step = learning_rate * pull(scene, weights, spec)
    return np.asarray(weights + np.where(gone.exits[:, None], 0.0, step))
