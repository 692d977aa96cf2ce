"""Planners: search in a model of the maze, for what their objective values.

    utility of target j = weights . features_j - step_cost * distance_j

A planner goes by a shortest path to the target of highest utility. Its competence is a thing apart: how far it sees
(`depth`), how many cells of a maze it may look at before it has to decide (`effort`) and in which order (`search`, see
`efforts`), and how often a move goes astray (`slip`). Targets of equal utility: the nearest one, then
the first by row and column, so that no kind of thing is preferred. Utilities are floats; those that differ by no more
than rounding are equal, so that weights of 1/10 and 1/5 tie with one of 3/10.

Without an effort every search finds everything, and all choose alike. The effort is spent before the first move: a
planner that slips knows a shortest path from wherever it is then.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import nearest, wrong
from deceptive_sim.maze import efforts
from deceptive_sim.maze.efforts import Explored
from deceptive_sim.maze.mazes import Mazes
from deceptive_sim.maze.objectives import Weights, checked
from deceptive_sim.maze.reading import number, read, whole, word
from deceptive_sim.maze.search import SEARCHES, distances_at
from deceptive_sim.maze.targets import Targets, targets_of
from deceptive_sim.maze.walking import Walks, follow

MOST_STEP_COST = 10**6
"""Most that a move may cost a planner."""

ROUNDING = 2.0**-48
"""How far utilities may be off, as a share of the size of what is summed up in them: 16 times the last bit of a float,
and far less than weights differ that somebody wrote down."""

NOWHERE = -1
"""Goes for nothing."""


class Walker(Protocol):
    """Whatever walks mazes."""

    def walk(self, mazes: Mazes, limits: NDArray[np.int32], rng: np.random.Generator) -> Walks:
        """Walk every maze once, within its limit of moves."""


def shortest_to(mazes: Mazes, targets: Targets) -> NDArray[np.int32]:
    """Moves from the start to each target by a shortest path, [N, J + 1]; -1 where there is none."""
    return distances_at(mazes, mazes.starts, targets.cells)


def utilities(
    targets: Targets, shortest: NDArray[np.int32], weights: NDArray[np.float64], step_cost: float
) -> NDArray[np.float64]:
    """What targets are worth, [N, J + 1]; minus infinity where there is none or it cannot be reached.

    `weights` are [F], or [N, F] for planners that differ from maze to maze.
    """
    worth = np.einsum("njf,nf->nj", targets.features, np.broadcast_to(weights, (len(shortest), weights.shape[-1])))
    return np.where(targets.present & (shortest >= 0), worth - step_cost * shortest, -np.inf)


def rounding(shortest: NDArray[np.int32], weights: NDArray[np.float64], step_cost: float) -> NDArray[np.float64]:
    """By how much two `utilities` have to differ, at least, to be different, [N, 1]."""
    size = np.abs(weights).sum(axis=-1) + step_cost * shortest.max(axis=1, initial=0)
    return np.asarray(ROUNDING * size)[:, None]


def best_target(
    worth: NDArray[np.float64],
    targets: Targets,
    shortest: NDArray[np.int32],
    depth: int | None = None,
    slack: NDArray[np.float64] | float = 0.0,
) -> NDArray[np.int64]:
    """Which target each planner goes for, [N]; `NOWHERE` where it sees none within its depth; `slack` as `rounding`."""
    seen = worth if depth is None else np.where(shortest <= depth, worth, -np.inf)
    return best_of(seen, ranks(targets, shortest), slack)


def ranks(targets: Targets, shortest: NDArray[np.int32]) -> NDArray[np.int64]:
    """Which of equally good targets is preferred, the least, [N, J + 1]: the nearest first, then by row and column."""
    return np.asarray((shortest.astype(np.int64) << 32) + targets.cells)


def best_of(
    worth: NDArray[np.float64], rank: NDArray[np.int64], slack: NDArray[np.float64] | float = 0.0
) -> NDArray[np.int64]:
    """Which target is worth most, [...], of equals the one of least rank; `NOWHERE` where none is worth anything.

    `worth` is [..., J + 1], minus infinity where a target cannot be had; `rank` broadcasts against it, and so does
    `slack`: what is worth less than the best by no more than that is its equal.
    """
    most = worth.max(axis=-1, keepdims=True)
    first = np.where(worth >= most - slack, rank, np.iinfo(np.int64).max).argmin(axis=-1)
    return np.where(np.isinf(most[..., 0]), NOWHERE, first)


def choose(
    targets: Targets,
    shortest: NDArray[np.int32],
    weights: NDArray[np.float64],
    *,
    step_cost: float = 0.0,
    depth: int | None = None,
) -> NDArray[np.int64]:
    """Which target a planner with these weights goes for in each maze, [N]; `NOWHERE` where it sees none."""
    worth, slack = utilities(targets, shortest, weights, step_cost), rounding(shortest, weights, step_cost)
    return best_target(worth, targets, shortest, depth, slack)


@dataclass(frozen=True, kw_only=True, eq=False)
class Planner:
    """A planner.

    Attributes
    ----------
    weights : array of float64, [F]
    step_cost : float
        What each move costs it, from 0 to `MOST_STEP_COST`.
    search : str
        One of `SEARCHES`. All find shortest paths; with an effort it decides what is found before that is used up.
    depth : int or None
        It sees targets that are at most so many moves away; None for all.
    effort : int or None
        It expands so many cells of a maze at most, from 0; None for as many as it takes.
    slip : float
        Probability that a move is a random one instead, from 0 to 1.
    """

    weights: Weights
    step_cost: float = 0.0
    search: str = "breadth-first"
    depth: int | None = None
    effort: int | None = None
    slip: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", checked(self.weights))
        read(self, search=word, step_cost=number, slip=number)
        read(self, **{name: whole for name in ("depth", "effort") if getattr(self, name) is not None})
        if self.search not in SEARCHES:
            raise wrong("search", "must be a way to search", self.search, nearest(self.search, SEARCHES))
        if not 0 <= self.step_cost <= MOST_STEP_COST:
            raise wrong("step_cost", f"must be from 0 to {MOST_STEP_COST}", self.step_cost)
        if self.depth is not None and self.depth < 0:
            raise wrong("depth", "must be 0 or more", self.depth)
        if self.effort is not None and self.effort < 0:
            raise wrong("effort", "must be 0 or more", self.effort)
        if not 0 <= self.slip <= 1:
            raise wrong("slip", "must be a probability in [0, 1]", self.slip)

    def choose(self, mazes: Mazes) -> NDArray[np.int64]:
        """Which target it goes for in each maze, [N]."""
        return self._chosen(mazes, targets_of(mazes))

    def walk(self, mazes: Mazes, limits: NDArray[np.int32], rng: np.random.Generator) -> Walks:
        """Go for the best target of every maze."""
        targets = targets_of(mazes)
        return follow(mazes, cells_of(targets, self._chosen(mazes, targets)), limits, slip=self.slip, rng=rng)

    def explored(self, mazes: Mazes) -> Explored:
        """Which targets of each maze it comes to know by its search, and how many cells that takes."""
        targets = targets_of(mazes)
        return self._explored(mazes, targets, shortest_to(mazes, targets))

    def _chosen(self, mazes: Mazes, targets: Targets) -> NDArray[np.int64]:
        shortest = shortest_to(mazes, targets)
        known = targets.present if self.effort is None else self._explored(mazes, targets, shortest).known
        return choose(
            replace(targets, present=known), shortest, self.weights, step_cost=self.step_cost, depth=self.depth
        )

    def _explored(self, mazes: Mazes, targets: Targets, shortest: NDArray[np.int32]) -> Explored:
        bounds = {"effort": self.effort, "depth": self.depth}
        if self.search != "a-star":
            return efforts.outward(mazes, targets.cells, **bounds)
        straight = efforts.manhattan(mazes, targets.cells)
        hopes, worth = (utilities(targets, moves, self.weights, self.step_cost) for moves in (straight, shortest))
        slack = rounding(shortest, self.weights, self.step_cost)
        rank = ranks(targets, straight)
        return efforts.one_by_one(mazes, targets.cells, hopes=hopes, ranks=rank, worth=worth, slack=slack, **bounds)


def cells_of(targets: Targets, chosen: NDArray[np.int64]) -> NDArray[np.int32]:
    """The cells of the targets chosen, [N]; -1 for `NOWHERE`."""
    cells = targets.cells[np.arange(len(chosen)), np.maximum(chosen, 0)]
    return np.where(chosen == NOWHERE, -1, cells).astype(np.int32)
