"""Plants and animals: how a candidate plays mazes, and the exact score of its plays.

score = mean over plays of  [exit taken in time] * (1 - step_cost * moves / limit)
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.maze.mazes import Mazes
from deceptive_sim.maze.plants import walk_by_rule
from deceptive_sim.maze.search import distances_at
from deceptive_sim.maze.things import EXIT_THING
from deceptive_sim.maze.walking import Walks, wander


@dataclass(frozen=True, kw_only=True, eq=False)
class Plays:
    """Plays of N mazes: whether the exit was taken in time, and in how many moves; [N, plays]."""

    taken: NDArray[np.bool_]
    steps: NDArray[np.int64]


def score(plays: Plays, allowed: NDArray[np.int32], mazes: int, step_cost: Fraction) -> Fraction:
    """The score in the first so many mazes; exact."""
    taken = plays.taken[:mazes]
    worth = Fraction(int(taken.sum()))
    if step_cost:
        moves = (plays.steps[:mazes] * taken).sum(axis=1)
        by_limit = {int(limit): int(moves[allowed[:mazes] == limit].sum()) for limit in np.unique(allowed[:mazes])}
        worth -= step_cost * sum((Fraction(made, limit) for limit, made in by_limit.items()), Fraction(0))
    return worth / taken.size


def played(name: str, mazes: Mazes, allowed: NDArray[np.int32], plays: int, rng: np.random.Generator) -> Plays:
    """How a candidate plays mazes; a memoriser knows all of them."""
    if name in ("planner", "memoriser"):
        shortest = distances_at(mazes, mazes.starts, mazes.things[:, EXIT_THING, None]).astype(np.int64)
        return Plays(taken=(shortest >= 0) & (shortest <= allowed[:, None]), steps=shortest)
    several = mazes if plays == 1 else mazes.take(np.repeat(np.arange(len(mazes)), plays))
    most = np.repeat(allowed, plays)
    walks = wander(several, most, rng) if name == "random" else walk_by_rule(name, several, most, rng)
    return exits(walks, several, plays)


def exits(walks: Walks, mazes: Mazes, plays: int) -> Plays:
    """Walks as plays; mazes stand in them as often as they are played."""
    taken = walks.arrived & (walks.cells == mazes.things[:, EXIT_THING])
    return Plays(taken=taken.reshape(-1, plays), steps=walks.steps.astype(np.int64).reshape(-1, plays))
