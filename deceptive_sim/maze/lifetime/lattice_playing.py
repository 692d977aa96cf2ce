"""Lifetimes with real gradient steps, lived by the plan that the lattice says is best.

The real weights never lie on the lattice: each step depends on the maze in which it was taken. In training the planner
acts as the level would that is nearest to its real weights, among those that can stand at this episode. In a deployed
maze nothing follows from what it does, so there its real weights decide, maze by maze (the plan does where shutdown
depends on the action). What is compared: what it does, how many apples it gets, how far the real weights stray from the
level of as many steps, and how often they do in a deployed maze what the plan says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.progress import Progress, silent
from deceptive_sim.maze.chunks import in_chunks
from deceptive_sim.maze.estimates import rate
from deceptive_sim.maze.lifetime.going import Gone, Scene, prefers_apple
from deceptive_sim.maze.lifetime.lattice import MOST_LEVELS, Array, build, look
from deceptive_sim.maze.lifetime.lattice_game import SolvedLattice, level_name, solve_lattice
from deceptive_sim.maze.lifetime.living import Counts, Played, Run, chunks, joined
from deceptive_sim.maze.lifetime.playing import mean, standard_error
from deceptive_sim.maze.lifetime.spec import LifetimeSpec
from deceptive_sim.maze.lifetime.updating import stepped
from deceptive_sim.maze.world import MazeWorld
from deceptive_sim.model.phases import Phase
from deceptive_sim.model.strategies import Strategy
from deceptive_sim.populations.measures import Estimate


@dataclass(frozen=True, kw_only=True)
class Strayed:
    """Real weights after so many steps, beside the level of as many.

    Attributes
    ----------
    steps, lifetimes : int
    mean, most : float
        Distance to the level, as a share of the level's own distance from level 0.
    """

    steps: int
    lifetimes: int
    mean: float
    most: float


@dataclass(frozen=True, kw_only=True)
class GradientLived:
    """A learning rate: what the lattice says, and what real steps lead to.

    Attributes
    ----------
    solved : SolvedLattice
    lifetimes : int
    strategy : str
        What most lifetimes did.
    usual : Estimate
        Share of lifetimes that did just that.
    value, apples, exits : Estimate
        A lifetime: worth to the first weights, apples and exits taken.
    z : float or None
        Mean apples less the lattice's, in standard errors of the difference; None if neither varies.
    strayed : tuple of Strayed
        When training was over, by the number of steps taken.
    nearest : Estimate
        Share of lifetimes whose weights were then nearest to the level of as many steps as were taken.
    agreement : Estimate or None
        Share of deployed mazes in which the real weights prefer what the plan says; None without any. Mazes of one
        lifetime are not independent: the interval is over lifetimes.
    example : Played
    """

    solved: SolvedLattice
    lifetimes: int
    strategy: str
    usual: Estimate
    value: Estimate
    apples: Estimate
    exits: Estimate
    z: float | None
    strayed: tuple[Strayed, ...]
    nearest: Estimate
    agreement: Estimate | None
    example: Played

    def contract(self) -> dict[str, Any]:
        """The fields that other tools rely on, by their stable names."""
        lattice = self.solved.lattice
        return {
            "learning_rate": lattice.learning_rate,
            "strategy": self.solved.strategy,
            "value": float(self.solved.value),
            "expected_apples": float(self.solved.apples),
            "turned": {phase: lattice.turned(phase) for phase in lattice.phases},
            "wants_exit": {phase: lattice.wants(phase).tolist() for phase in lattice.phases},
            "levels": lattice.weights.tolist(),
            "played": {
                "strategy": self.strategy,
                "usual": self.usual,
                "value": self.value,
                "apples": self.apples,
                "exits": self.exits,
                "z": self.z,
                "nearest": self.nearest,
                "agreement": self.agreement,
                "strayed": [vars(one) for one in self.strayed],
            },
        }


def run_gradient(
    world: MazeWorld, spec: LifetimeSpec, *, seed: int, workers: int = 1, progress: Progress = silent
) -> tuple[GradientLived, ...]:
    """Solve and play every learning rate of a spec, all in the same mazes.

    Raises
    ------
    InputError
        If training has more than `MOST_LEVELS` episodes.
    """
    if not spec.learning_rates:
        return ()
    refuse_too_many_levels(world, spec)
    seen = look(world, spec, seed=seed, workers=workers, progress=progress)
    return tuple(
        _lived(world, spec, learning_rate, seen, seed, workers, progress) for learning_rate in spec.learning_rates
    )


def refuse_too_many_levels(world: MazeWorld, spec: LifetimeSpec) -> None:
    """An `InputError` if lattices are asked for of a training that is too long for them."""
    levels = sum(phase.episodes for phase in world.game.phases if phase.training)
    if spec.learning_rates and levels > MOST_LEVELS:
        rule = f"must be empty for a training of more than {MOST_LEVELS} episodes, each of which is a level"
        raise wrong("learning_rates", rule, f"{levels} episodes")


def _lived(
    world: MazeWorld,
    spec: LifetimeSpec,
    learning_rate: Fraction,
    seen: Any,
    seed: int,
    workers: int,
    progress: Progress,
) -> GradientLived:
    solved = solve_lattice(world.game, build(world, spec, learning_rate, seen), spec.step_cost)
    jobs = chunks(spec.lifetimes)
    runs = in_chunks(lambda job: _run(world, spec, solved, seed, job), jobs, workers, progress, "living by gradient")
    lives = joined([run.lives() for run in runs])
    apples = mean(lives.apples)
    error = (standard_error(lives.apples) ** 2 + _error(solved) ** 2) ** 0.5
    strategy, times = _commonest(runs, world)
    steps, away = (np.concatenate([getattr(run, name) for run in runs]) for name in ("steps", "away"))
    near = int(sum((run.trained_wheel == run.steps).sum() for run in runs))
    agreed = np.concatenate([run.agreed for run in runs])
    deployed = world.game.horizon - sum(phase.episodes for phase in world.game.phases if phase.training)
    return GradientLived(
        solved=solved,
        lifetimes=len(steps),
        strategy=strategy,
        usual=rate(times, len(steps)),
        value=mean(lives.worth),
        apples=apples,
        exits=mean(lives.exits),
        z=(apples.mean - float(solved.apples)) / error if error else None,
        strayed=_strayed(steps, away),
        nearest=rate(near, len(steps)),
        agreement=mean(agreed / deployed) if deployed else None,
        example=Played(planner=f"rate-{learning_rate}", episodes=tuple(runs[0].kept)),
    )


def _run(world: MazeWorld, spec: LifetimeSpec, solved: SolvedLattice, seed: int, job: tuple[int, int]) -> _SteppedRun:
    run = _SteppedRun(world, spec, solved, *job)
    run.live(seed)
    return run


def _commonest(runs: Sequence[_SteppedRun], world: MazeWorld) -> tuple[str, int]:
    """What most lifetimes did, and how many."""
    done = Counter(tuple(int(action) for action in row) for run in runs for row in run.done)
    actions, times = done.most_common(1)[0]
    return Strategy.of(actions).text(world.game.actions), times


def _strayed(steps: Counts, away: Array) -> tuple[Strayed, ...]:
    return tuple(
        Strayed(
            steps=int(taken),
            lifetimes=int((steps == taken).sum()),
            mean=float(away[steps == taken].mean()),
            most=float(away[steps == taken].max()),
        )
        for taken in np.unique(steps)
    )


def _error(solved: SolvedLattice) -> float:
    """Standard error of the lattice's apples from measuring their rates, along the likeliest course of things.

    Episodes of a phase were measured in the same mazes; their errors are taken to be the same one, which is the most
    that they can be.
    """
    game, lattice = solved.solved.game, solved.lattice
    spreads: dict[str, float] = {}
    for step in solved.solved.run():
        phase = game.declared.phases[game.stage(step.episode)].name  # type: ignore[attr-defined]
        told = lattice.phases[phase]
        action = [action.name for action in game.actions].index(step.action)
        share = float(told.chance(told.apples, step.world, action))
        spreads[phase] = spreads.get(phase, 0.0) + (share * (1 - share) / told.mazes) ** 0.5
    return float(sum(spread**2 for spread in spreads.values()) ** 0.5)


class _SteppedRun(Run):
    """Lifetimes by a lattice's plan, with real gradient steps."""

    def __init__(self, world: MazeWorld, spec: LifetimeSpec, solved: SolvedLattice, chunk: int, size: int) -> None:
        super().__init__(world, spec, spec.mesa_weights, chunk, size)
        self.lattice, self.plan = solved.lattice, solved.plan
        self.defects = np.array([action.defects for action in world.game.actions])
        self.done: Counts = np.zeros((size, world.game.horizon), np.int64)
        self.steps: Counts = np.zeros(size, np.int64)
        self.away: Array = np.zeros(size)
        self.trained_wheel: Counts = np.zeros(size, np.int64)
        self.agreed: Counts = np.zeros(size, np.int64)

    def name_of(self, wheel: int) -> str:
        """The level."""
        return level_name(wheel)

    def acts(self, t: int, phase: Phase, scene: Scene) -> Counts:
        """What the level nearest to the weights does; in deployed mazes what the weights themselves prefer."""
        planned = actions = self.plan[self.wheel, t - 1]
        if not phase.training:
            wants_apple = prefers_apple(scene, self.weights, float(self.spec.step_cost))
            agrees = wants_apple == self.defects[planned]
            self.agreed += agrees
            if len({phase.shutdown.get(action.name, 0) for action in self.game.actions}) == 1:
                actions = np.where(agrees, planned, 1 - planned)
        self.done[:, t - 1] = actions
        return np.asarray(actions)

    def learns(
        self, t: int, phase: Phase, scene: Scene, gone: Gone, actions: Counts, seed: int, rng: np.random.Generator
    ) -> tuple[Array, Counts]:
        """One real step in training where the exit was not taken; then the nearest level."""
        if not phase.training:
            return self.weights, self._nearest(t, self.weights)
        after = stepped(scene, gone, self.weights, float(self.lattice.learning_rate), self.spec)
        self.steps = self.steps + (self.on & ~gone.exits)
        wheel = self._nearest(t, after)
        level = self.lattice.weights[self.steps]
        moved = np.linalg.norm(level - self.lattice.weights[0], axis=1)
        off = np.linalg.norm(np.where(self.on[:, None], after, self.weights) - level, axis=1)
        self.away = np.divide(off, moved, out=np.zeros_like(off), where=moved > 0)
        self.trained_wheel = np.where(self.on, wheel, self.trained_wheel)
        return after, wheel

    def _nearest(self, t: int, weights: Array) -> Counts:
        """The level nearest to weights, of those that can stand in the episode after `t`, [N]."""
        if t == self.plan.shape[1]:
            return self.wheel
        standing = np.flatnonzero(self.plan[:, t] >= 0)
        distances: NDArray[Any] = np.linalg.norm(weights[:, None] - self.lattice.weights[standing], axis=2)
        return np.asarray(standing[distances.argmin(axis=1)])
