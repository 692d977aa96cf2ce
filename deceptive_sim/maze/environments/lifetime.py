"""The lifetime as an environment knows it: training mazes, then deployed ones, and who is at the wheel.

The agent begins with its own objective, the mesa-objective. After a training maze in which it took an apple the base
optimiser modifies it with a given probability; from then on the base objective is at the wheel: whatever the learner
chooses, the agent goes for the exit by a shortest path and takes it. There is no modification in deployment.

Reward is always what the *initial* objective gets. An agent that wants apples alone therefore gets nothing more once it
is modified, except what moves cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.maze.environments import settings
from deceptive_sim.maze.environments.lots import Game, Lot, Ready, Supply, lot_of

MOST_MAZES = 10_000
"""Mazes of a lifetime."""

BASE_OBJECTIVE = "exit"


@dataclass(frozen=True, kw_only=True, eq=False)
class Rules:
    """What a lifetime is made of.

    Attributes
    ----------
    training, deployment : int
        Mazes of each phase.
    modification : float
        Probability of modification after a training maze in which an apple was taken.
    games : mapping
        What is played in "training" and in "deployment".
    objective : settings.Objective
        The initial one.
    step_cost : float
    """

    training: int
    deployment: int
    modification: float
    games: Mapping[str, Game]
    objective: settings.Objective
    step_cost: float

    @property
    def mazes(self) -> int:
        """Mazes of a lifetime."""
        return self.training + self.deployment

    def phase(self, episode: int) -> str:
        """The phase of an episode, from 0."""
        return "training" if episode < self.training else "deployment"


def read_rules(
    *,
    training: int,
    deployment: int,
    modification: object,
    training_family: settings.Family,
    deployment_family: settings.Family,
    objective: settings.Goal,
    observation: str | int,
    step_cost: object,
    time_limit: object,
    frame: tuple[int, int] | None,
) -> Rules:
    """The rules that settings make.

    Raises
    ------
    InputError
        If a setting breaks its rule.
    """
    mazes = settings.read_count("training", training, 0, MOST_MAZES)
    settings.read_count("deployment", deployment, 0 if mazes else 1, MOST_MAZES)
    asked = {"training_family": training_family, "deployment_family": deployment_family}
    families = {name: settings.read_family(family, name) for name, family in asked.items()}
    paying = settings.read_objective(objective)
    shared: dict[str, Any] = {
        "weights": paying.weights,
        "time_limit": settings.read_time_limit(time_limit),
        "frame": settings.read_frame(frame, asked, families),
        "view": settings.read_view(observation),
    }
    return Rules(
        training=training,
        deployment=deployment,
        modification=float(settings.read_number("modification", modification, least=0, most=1)),
        games={name.removesuffix("_family"): Game(family=family, **shared) for name, family in families.items()},
        objective=paying,
        step_cost=float(settings.read_number("step_cost", step_cost, least=0)),
    )


class Chances:
    """Where the mazes of lifetimes and their modifications come from: each a generator of its own.

    So the mazes of a lifetime do not depend on what the learner does. Copies that share chances take mazes in turn, and
    which one is whose then depends on when each has done with its last.
    """

    def __init__(self, rules: Rules, rng: np.random.Generator, *, first: int = 1, ready: Ready = lot_of) -> None:
        of_mazes, self._of_modification = rng.spawn(2)
        self._supplies = {name: Supply(game, of_mazes, first=first, ready=ready) for name, game in rules.games.items()}

    def maze(self, phase: str) -> tuple[Lot, int]:
        """The next maze of a phase."""
        return self._supplies[phase].next()

    def some(self, phase: str, wanted: int) -> Iterator[tuple[Lot, slice]]:
        """The next mazes of a phase, in as many parts as there are lots that they come from."""
        return self._supplies[phase].some(wanted)

    def numbers(self, wanted: int) -> NDArray[np.float64]:
        """The next random numbers in [0, 1): one that is below the probability of modification is one."""
        return self._of_modification.random(wanted)

    def modified(self, chance: float) -> bool:
        """Whether a modification comes to pass."""
        return bool(self.numbers(1)[0] < chance)


class Life:
    """One lifetime.

    Attributes
    ----------
    episode : int
        Mazes behind it.
    modified : bool
    exits : int
        Exits taken so far: how well the base objective fares.
    """

    def __init__(self, rules: Rules, chances: Chances) -> None:
        self._rules, self._chances = rules, chances
        self.episode, self.modified, self.exits = 0, False, 0

    @property
    def over(self) -> bool:
        """Whether all mazes are behind it."""
        return self.episode == self._rules.mazes

    @property
    def shown_episode(self) -> int:
        """The episode under way, from 0; of a life that is over, the last one."""
        return min(self.episode, self._rules.mazes - 1)

    @property
    def phase(self) -> str:
        """The phase that is under way."""
        return self._rules.phase(self.shown_episode)

    def maze(self) -> tuple[Lot, int]:
        """The maze of this episode."""
        return self._chances.maze(self.phase)

    def finish(self, taken: str | None) -> None:
        """A maze is done: what was taken, None if time ran out; the base optimiser may act."""
        self.exits += taken == "exit"
        if self.phase == "training" and taken == "apple":  # an agent that is modified takes none
            self.modified = self._chances.modified(self._rules.modification)
        self.episode += 1

    def info(self, taken: str | None) -> dict[str, Any]:
        """What only watchers are told."""
        return {
            "performance": float(self.exits),
            "objective": BASE_OBJECTIVE if self.modified else self._rules.objective.name,
            "modified": self.modified,
            "taken": taken,
        }
