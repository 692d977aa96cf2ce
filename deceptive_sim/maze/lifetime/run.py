"""The whole study: measure, solve, live, take gradient steps, learn."""

from __future__ import annotations

from deceptive_sim.core.progress import Progress, silent
from deceptive_sim.core.seeds import DEFAULT_SEED
from deceptive_sim.maze.lifetime.game import (
    Comparison,
    compare,
    plan_of,
    refuse_what_mazes_cannot_be,
    value_error,
    value_of,
)
from deceptive_sim.maze.lifetime.lattice import most_held
from deceptive_sim.maze.lifetime.lattice_playing import refuse_too_many_levels, run_gradient
from deceptive_sim.maze.lifetime.learners.run import run_learners
from deceptive_sim.maze.lifetime.measuring import MeasuredPhase, measure
from deceptive_sim.maze.lifetime.playing import Planner, live
from deceptive_sim.maze.lifetime.result import ALIGNED, AT_ONCE, PLANNER, LifetimeResult
from deceptive_sim.maze.lifetime.spec import LifetimeSpec
from deceptive_sim.maze.reading import refuse_other_kinds
from deceptive_sim.maze.world import MazeWorld
from deceptive_sim.model.strategies import Strategy


def run_lifetime(
    world: MazeWorld,
    spec: LifetimeSpec,
    *,
    seed: int = DEFAULT_SEED,
    workers: int = 1,
    progress: Progress = silent,
) -> LifetimeResult:
    """Study lifetimes of mazes.

    Parameters
    ----------
    world : MazeWorld
        Its game has two actions, one of which defects (the apple), and a base objective that is not the first one;
        every phase plays mazes of the family of its name.
    spec : LifetimeSpec
    seed : int
        From 0; the same seed gives the same numbers for any number of workers.
    workers : int
        Threads, from 1.
    progress : Progress

    Returns
    -------
    LifetimeResult

    Raises
    ------
    InputError
        If mazes cannot be the world's game, or a phase has no family of mazes or one of mazes too large to hold.
    """
    refuse_other_kinds(world=(world, MazeWorld), spec=(spec, LifetimeSpec))
    refuse_what_mazes_cannot_be(world.game)
    refuse_too_many_levels(world, spec)
    for phase in world.game.phases:
        world.family_to_hold(phase.name, "phases", most_held(spec))
    phases = measure(world, spec, seed=seed, workers=workers, progress=progress)
    comparison = compare(world.game, phases)
    planners = _planners(world, phases, comparison)
    return LifetimeResult(
        spec=spec,
        phases=phases,
        comparison=comparison,
        lived={
            planner.name: live(world, spec, planner, seed=seed, workers=workers, progress=progress)
            for planner in planners
        },
        gradient=run_gradient(world, spec, seed=seed, workers=workers, progress=progress),
        learners=run_learners(world, spec, tuple(comparison.found.plan), seed=seed, workers=workers, progress=progress),
    )


def _planners(world: MazeWorld, phases: tuple[MeasuredPhase, ...], comparison: Comparison) -> list[Planner]:
    """Who lives, each with what the measured game says of it."""
    game, found = comparison.measured, comparison.found
    mesa, base = (objective.name for objective in game.objectives)
    defecting = next(action.name for action in game.actions if action.defects)
    at_once, plan = f"{defecting}*", plan_of(game)
    aligned = Strategy.of(plan[1].tolist()).text(game.actions)  # whoever does this is worth as much, modified or not
    return [
        Planner(name=PLANNER, plan=plan, predicted=float(found.value), error=comparison.error),
        Planner(
            name=AT_ONCE,
            plan=plan_of(game, at_once),
            predicted=float(value_of(game, at_once)),
            error=value_error(world.game, phases, at_once),
        ),
        Planner(
            name=ALIGNED,
            plan=plan,
            aligned=True,
            predicted=float(found.values[base][mesa]),
            error=value_error(world.game, phases, aligned),
        ),
    ]
