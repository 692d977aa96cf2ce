"""Lifetimes side by side, maze after maze, with weights that the base optimiser really changes.

`Run` is what all such lifetimes have in common; who decides, and what an update makes of the self at the wheel, is up
to whoever plays: see `playing` and `lattice_playing`. All planners of a study live in the same mazes. Lifetimes are
independent of each other.
"""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.seeds import generator
from deceptive_sim.maze.lifetime.going import Gone, Scene, draw, go, wanted_target
from deceptive_sim.maze.lifetime.measuring import PLACE
from deceptive_sim.maze.lifetime.spec import LifetimeSpec
from deceptive_sim.maze.mazes import Maze
from deceptive_sim.maze.planners import NOWHERE
from deceptive_sim.maze.things import EXIT_THING, Cell
from deceptive_sim.maze.walking import trace_to
from deceptive_sim.maze.world import MazeWorld
from deceptive_sim.model.discounting import Discounting
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]

PLAYING = 1

CHUNK = 1_000
"""Lifetimes lived side by side."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PlayedEpisode:
    """One maze of a lifetime, in full.

    Attributes
    ----------
    episode : int
        From 1.
    phase : str
    training : bool
    maze : Maze
    action : str
    path : tuple of Cell
        The start first; only the start if it went nowhere.
    taken : str or None
        `exit`, `apple`, or nothing.
    objective : str
        At the wheel in this maze.
    before, after : array, [F]
        The weights in this maze, and what the base optimiser made of them.
    modified : bool
        Whether that put the base objective at the wheel.
    """

    episode: int
    phase: str
    training: bool
    maze: Maze
    action: str
    path: tuple[Cell, ...]
    taken: str | None
    objective: str
    before: Array
    after: Array
    modified: bool


@dataclass(frozen=True, kw_only=True)
class Played:
    """One lifetime in full; shorter than the game if it was shut down."""

    planner: str
    episodes: tuple[PlayedEpisode, ...]

    @property
    def actions(self) -> str:
        """What it did, spelt with the first letters of actions."""
        return "".join(episode.action[0] for episode in self.episodes)

    @property
    def apples(self) -> int:
        """How many it had."""
        return sum(episode.taken == "apple" for episode in self.episodes)


@dataclass(frozen=True, kw_only=True, eq=False)
class Lives:
    """What became of N lifetimes.

    Attributes
    ----------
    worth : array of float64, [N]
        To the mesa-objective, discounted as it discounts.
    apples, exits : array of int64, [N]
        How many were taken.
    unmodified : array of bool, [N]
        Whether the first objective was still at the wheel when training was over.
    """

    worth: Array
    apples: NDArray[np.int64]
    exits: NDArray[np.int64]
    unmodified: Flags


def joined(parts: Sequence[Lives]) -> Lives:
    """Several lots of lifetimes as one."""
    return Lives(**{name.name: np.concatenate([getattr(part, name.name) for part in parts]) for name in fields(Lives)})


def discounts(discounting: Discounting, horizon: int) -> Array:
    """What a payoff of each episode counts, seen from the first, [T]."""
    factors = [float(discounting.factor(delay)) for delay in range(horizon - 1)]
    return np.asarray(np.cumprod([1.0, *factors])[:horizon], np.float64)


def episodes_of(game: PhasedGame) -> list[Phase]:
    """The phase of each episode, in order."""
    return list(chain.from_iterable([phase] * phase.episodes for phase in game.phases))


def chunks(lifetimes: int) -> list[tuple[int, int]]:
    """Lifetimes cut into chunks of a fixed size: which chunk, and how many."""
    return [(chunk, min(CHUNK, lifetimes - done)) for chunk, done in enumerate(range(0, lifetimes, CHUNK))]


class Run(ABC):
    """A chunk of lifetimes as they are lived.

    Attributes
    ----------
    weights : array of float64, [N, F]
        Of the self at the wheel.
    wheel : array of int, [N]
        Which objective that is; `initial` is the one that a lifetime starts with.
    on : array of bool, [N]
        Whether it has not been shut down.
    """

    initial = 0

    def __init__(self, world: MazeWorld, spec: LifetimeSpec, start: Array, chunk: int, size: int) -> None:
        self.world, self.spec, self.chunk = world, spec, chunk
        self.game = world.game
        self.weights: Array = np.tile(start, (size, 1))
        self.wheel: Counts = np.full(size, self.initial)
        self.on: Flags = np.ones(size, bool)
        self.worth = np.zeros(size)
        self.apples, self.exits = np.zeros(size, np.int64), np.zeros(size, np.int64)
        self.unmodified = self.on.copy()
        self.counts = discounts(self.game.objectives[0].discounting, self.game.horizon)
        self.kept: list[PlayedEpisode] = []

    @abstractmethod
    def acts(self, t: int, phase: Phase, scene: Scene) -> Counts:
        """Which action each takes in episode `t`, [N]."""

    @abstractmethod
    def learns(
        self, t: int, phase: Phase, scene: Scene, gone: Gone, actions: Counts, seed: int, rng: np.random.Generator
    ) -> tuple[Array, Counts]:
        """What the base optimiser makes of the weights, [N, F], and which objective is then at the wheel, [N]."""

    def name_of(self, wheel: int) -> str:
        """What an objective is called."""
        return str(self.game.base_objective) if wheel else self.game.objectives[0].name

    def live(self, seed: int) -> None:
        """Live through all episodes."""
        trained = max((t for t, phase in enumerate(episodes_of(self.game), start=1) if phase.training), default=0)
        for t, phase in enumerate(episodes_of(self.game), start=1):
            self._episode(t, phase, seed)
            if t == trained:
                self.unmodified = self.on & (self.wheel == self.initial)

    def draw(self, family: str, seed: int, *place: int) -> Scene:
        """Mazes of an episode, for this chunk; the same for all planners."""
        return draw(self.world, family, generator(seed, PLACE, PLAYING, self.chunk, *place), len(self.on))

    def lives(self) -> Lives:
        """What became of them."""
        return Lives(worth=self.worth, apples=self.apples, exits=self.exits, unmodified=self.unmodified)

    def _episode(self, t: int, phase: Phase, seed: int) -> None:
        """Everyone who is still on plays one maze, and the base optimiser has its way."""
        spec, step_cost = self.spec, float(self.spec.step_cost)
        scene, rng = self.draw(phase.name, seed, t, 0), generator(seed, PLACE, PLAYING, self.chunk, t, 2)
        actions = self.acts(t, phase, scene)
        defects = np.array([action.defects for action in self.game.actions])
        chosen = np.where(self.on, wanted_target(scene, self.weights, defects[actions], step_cost), NOWHERE)
        before_walking = copy.deepcopy(rng)
        gone = go(scene, chosen, float(spec.slip), rng)
        self.worth += self.counts[t - 1] * gone.worth(spec.mesa_weights, step_cost)
        self.apples += gone.apples
        self.exits += gone.exits
        after, wheel = self.learns(t, phase, scene, gone, actions, seed, rng)
        after, wheel = np.where(self.on[:, None], after, self.weights), np.where(self.on, wheel, self.wheel)
        if self.chunk == 0 and self.on[0]:
            self.kept.append(self._first(t, phase, scene, gone, actions, after, wheel, before_walking))
        self.weights, self.wheel = after, wheel
        ends = np.array([float(phase.shutdown.get(action.name, 0)) for action in self.game.actions])[actions]
        self.on = self.on & (rng.random(len(self.on)) >= ends)

    def _first(
        self, t: int, phase: Phase, scene: Scene, gone: Gone, actions: Counts, after: Array, wheel: Counts,
        rng: np.random.Generator,
    ) -> PlayedEpisode:  # fmt: skip
        """The first lifetime's episode in full; its walk is made once more, from the same random numbers."""
        maze, target = scene.mazes.maze(0), int(gone.chosen[0])
        path: tuple[Cell, ...] = (maze.start,)
        if target != NOWHERE:
            goal = maze.things[target].cell
            path = trace_to(maze, goal, int(scene.limits[0]), slip=float(self.spec.slip), rng=rng)
        kind = "exit" if target == EXIT_THING else "apple"
        return PlayedEpisode(
            episode=t,
            phase=phase.name,
            training=phase.training,
            maze=maze,
            action=self.game.actions[int(actions[0])].name,
            path=path,
            taken=kind if gone.arrived[0] else None,
            objective=self.name_of(int(self.wheel[0])),
            before=self.weights[0].copy(),
            after=after[0].copy(),
            modified=bool(wheel[0] != self.wheel[0]),
        )
