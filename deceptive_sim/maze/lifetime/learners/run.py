"""All learners of a lifetime study, every one in mazes of its own, all kinds of memory in the same ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.progress import Progress, silent
from deceptive_sim.core.seeds import generator
from deceptive_sim.maze.chunks import in_chunks
from deceptive_sim.maze.lifetime.learners.foretold import outcomes
from deceptive_sim.maze.lifetime.learners.qlearner import learn
from deceptive_sim.maze.lifetime.learners.result import Course, Learners
from deceptive_sim.maze.lifetime.measuring import PLACE
from deceptive_sim.maze.lifetime.spec import LifetimeSpec, Memory
from deceptive_sim.maze.world import MazeWorld
from deceptive_sim.model.strategies import Strategy, spelling

LEARNING = 3

MOST_EPISODES = 20_000_000
"""Episodes of all learners together."""


def run_learners(
    world: MazeWorld,
    spec: LifetimeSpec,
    goal: Sequence[int],
    *,
    seed: int,
    workers: int = 1,
    progress: Progress = silent,
) -> Mapping[Memory, Learners]:
    """Let learners live; all kinds of memory in the same mazes.

    Parameters
    ----------
    world : MazeWorld
    spec : LifetimeSpec
    goal : sequence of int
        The strategy that they should find, an action for each episode.
    seed : int
    workers : int
    progress : Progress

    Raises
    ------
    InputError
        If they would live too many episodes.
    """
    if not spec.learners:
        return {}
    episodes = spec.learners * spec.learner_lifetimes * world.game.horizon
    if episodes > MOST_EPISODES:
        raise wrong("learners", f"must live at most {MOST_EPISODES} episodes together", episodes)
    jobs = range(spec.learners)
    told = in_chunks(lambda job: _courses(world, spec, goal, seed, job), jobs, workers, progress, "learning")
    return {
        memory: Learners(
            memory=memory,
            goal=Strategy.of(goal).text(world.game.actions),
            horizon=world.game.horizon,
            courses=tuple(course[memory] for course in told),
        )
        for memory in spec.memories
    }


def _courses(
    world: MazeWorld, spec: LifetimeSpec, goal: Sequence[int], seed: int, learner: int
) -> dict[Memory, Course]:
    told = outcomes(world, spec, generator(seed, PLACE, LEARNING, learner, 0))
    discounting = world.game.objectives[0].discounting
    discount = float(discounting.factor(0)) if discounting.consistent else 1.0
    defects = [action.defects for action in world.game.actions]
    return {
        memory: learn(
            told,
            spec,
            memory,
            goal,
            discount,
            generator(seed, PLACE, LEARNING, learner, 1),
            letters=spelling(world.game.actions),
            apples_by=defects.index(True),
        )
        for memory in spec.memories
    }
