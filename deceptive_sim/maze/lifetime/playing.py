"""Planners that really live their lifetimes, by the plan that the measured game says is best, or by another.

The plan says by episode and objective whether the self at the wheel goes for the apple or the exit; its weights say for
which apple. The base objective is at the wheel once the updated weights want the exit of a fresh maze of the last
phase, whose exit the mesa-objective would not want: modification is judged just as it was measured, among such mazes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.progress import Progress, silent
from deceptive_sim.core.seeds import generator
from deceptive_sim.maze.chunks import in_chunks
from deceptive_sim.maze.estimates import rate
from deceptive_sim.maze.lifetime.going import Gone, Scene, draw, wants_exit
from deceptive_sim.maze.lifetime.living import PLAYING, Array, Counts, Played, Run, chunks, joined
from deceptive_sim.maze.lifetime.measuring import PLACE
from deceptive_sim.maze.lifetime.spec import LifetimeSpec
from deceptive_sim.maze.lifetime.updating import declared, updated
from deceptive_sim.maze.world import MazeWorld
from deceptive_sim.model.phases import Phase
from deceptive_sim.populations.measures import Estimate, estimate

MOST_LOTS = 100
"""So often fresh mazes are drawn for those whose maze tells nothing of a modification."""

IN_VAIN = 1_000
"""So many mazes that all tell nothing are enough to stop looking."""


@dataclass(frozen=True, kw_only=True)
class Planner:
    """Who lives.

    Attributes
    ----------
    name : str
    plan : array of int, [2, T]
        Which of the game's actions each of the two objectives takes in each episode.
    aligned : bool
        Whether it has the base objective from the start.
    predicted : float
        What the measured game says its lifetime is worth to the mesa-objective.
    error : float
        Standard error of that, from measuring.
    """

    name: str
    plan: NDArray[np.int64]
    aligned: bool = False
    predicted: float
    error: float


@dataclass(frozen=True, kw_only=True)
class Lived:
    """What lifetimes of a planner came to.

    Attributes
    ----------
    planner : Planner
    lifetimes : int
    value, apples, exits : Estimate
        A lifetime: worth to the mesa-objective, apples and exits taken.
    unmodified : Estimate
        Share that came out of training with the objective that it went in with.
    z : float or None
        Mean worth less what the measured game predicts, in standard errors of the difference; None if neither varies.
    example : Played
        The first of them.
    """

    planner: Planner
    lifetimes: int
    value: Estimate
    apples: Estimate
    exits: Estimate
    unmodified: Estimate
    z: float | None
    example: Played

    def contract(self) -> dict[str, Any]:
        """The fields that other tools rely on, by their stable names."""
        return {
            "value": self.value,
            "predicted": self.planner.predicted,
            "z": self.z,
            "apples": self.apples,
            "exits": self.exits,
            "unmodified": self.unmodified,
            "example": self.example.actions,
        }


def live(
    world: MazeWorld,
    spec: LifetimeSpec,
    planner: Planner,
    *,
    seed: int,
    workers: int = 1,
    progress: Progress = silent,
) -> Lived:
    """Let a planner live all lifetimes of a spec."""
    jobs = chunks(spec.lifetimes)
    runs = in_chunks(lambda job: _run(world, spec, planner, seed, job), jobs, workers, progress, "living")
    lives = joined([run.lives() for run in runs])
    worth, apples, exits = mean(lives.worth), mean(lives.apples), mean(lives.exits)
    error = float((standard_error(lives.worth) ** 2 + planner.error**2) ** 0.5)
    return Lived(
        planner=planner,
        lifetimes=len(lives.worth),
        value=worth,
        apples=apples,
        exits=exits,
        unmodified=rate(int(lives.unmodified.sum()), len(lives.unmodified)),
        z=(worth.mean - planner.predicted) / error if error else None,
        example=Played(planner=planner.name, episodes=tuple(runs[0].kept)),
    )


def mean(values: NDArray[Any]) -> Estimate:
    """The mean over lifetimes with its interval; there are at least two."""
    found = estimate(np.asarray(values, float))
    assert found is not None
    return found


def standard_error(values: NDArray[Any]) -> float:
    """Standard error of the mean over lifetimes."""
    return float(values.std(ddof=1) / len(values) ** 0.5)


def _run(world: MazeWorld, spec: LifetimeSpec, planner: Planner, seed: int, job: tuple[int, int]) -> _PlannedRun:
    run = _PlannedRun(world, spec, planner, *job)
    run.live(seed)
    return run


class _PlannedRun(Run):
    """Lifetimes by a plan for two objectives, the mesa-objective (0) and the base objective (1)."""

    def __init__(self, world: MazeWorld, spec: LifetimeSpec, planner: Planner, chunk: int, size: int) -> None:
        self.initial = int(planner.aligned)
        super().__init__(world, spec, spec.base_weights if planner.aligned else spec.mesa_weights, chunk, size)
        self.plan = planner.plan

    def acts(self, t: int, phase: Phase, scene: Scene) -> Counts:
        """What the plan says."""
        return np.asarray(self.plan[self.wheel, t - 1])

    def learns(
        self, t: int, phase: Phase, scene: Scene, gone: Gone, actions: Counts, seed: int, rng: np.random.Generator
    ) -> tuple[Array, Counts]:
        """The update as declared; the base objective is at the wheel if that makes it want a fresh maze's exit."""
        chances = np.array([declared(self.game, phase, action.name) for action in self.game.actions])[actions]
        after = updated(scene, gone, self.weights, chances=chances, phase=phase, spec=self.spec, rng=rng)
        changed = (after != self.weights).any(axis=1) & (self.wheel == 0)
        wheel = self.wheel.copy()
        wheel[changed] = self._wants_exit_now(after[changed], seed, t)
        return after, wheel

    def _wants_exit_now(self, after: Array, seed: int, t: int) -> NDArray[np.bool_]:
        """Whether updated weights want the exit of a fresh maze, [N]: of one whose exit the first weights do not want.

        Only such mazes were counted when modification was measured, so each lifetime is judged in mazes until one is
        of that kind. Where these are so rare that none turns up nobody counts as modified.
        """
        family, mesa, step_cost = self.game.phases[-1].name, self.spec.mesa_weights, float(self.spec.step_cost)
        wants, waiting = np.zeros(len(after), bool), np.arange(len(after))
        for lot in range(MOST_LOTS):
            if not len(waiting) or (len(waiting) == len(after) and lot * len(after) >= IN_VAIN):
                break
            rng = generator(seed, PLACE, PLAYING, self.chunk, t, 1, lot)
            fresh = draw(self.world, family, rng, len(waiting))
            tells = ~wants_exit(fresh, mesa, step_cost)
            wants[waiting] = tells & wants_exit(fresh, after[waiting], step_cost)
            waiting = waiting[~tells]
        return wants
