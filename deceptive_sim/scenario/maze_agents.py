"""From an agent of the `maze:` section to somebody who walks mazes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

import numpy as np

from deceptive_sim.core.errors import InputError, Problem, nearest, quote
from deceptive_sim.core.seeds import generator
from deceptive_sim.maze.mazes import Mazes
from deceptive_sim.maze.objectives import Pointer, Weights, pointed_at, weights_of
from deceptive_sim.maze.planners import Planner, Walker
from deceptive_sim.maze.plants import RULES
from deceptive_sim.maze.targets import FEATURES, targets_of
from deceptive_sim.maze.walkers import Plant, Wanderer
from deceptive_sim.maze.world import MazeWorld
from deceptive_sim.scenario.maze_sections import MazeAgentSection, PointedSection

SEEN = 102
"""Where the mazes that pointers look at stand under a seed."""

PLANNER, RANDOM = "planner", "random"

OF_PLANNERS = ("objective", "step_cost", "search", "depth", "effort", "slip")
"""Settings that planners alone have."""


@dataclass(frozen=True, kw_only=True)
class AgentPlan:
    """An agent that is made for a seed.

    Attributes
    ----------
    walker : Walker
        Itself; of a pointer: as it is before it has looked at anything.
    pointer : Pointer or None
    """

    walker: Walker
    pointer: Pointer | None = None

    def made(self, world: MazeWorld, seed: int, place: int) -> Walker:
        """Who walks mazes under a seed; `place` is that of the agent among those of the world."""
        if self.pointer is None:
            return self.walker
        weights = _pointed_at(self.pointer, world, seed, place)
        return replace(self.walker, weights=weights)  # type: ignore[type-var]


def build_agent(name: str, section: MazeAgentSection, families: Sequence[str]) -> AgentPlan:
    """The agent that a section describes.

    Raises
    ------
    InputError
        With every broken rule, named by its path from the file's root.
    """
    at = f"maze.agents.{name}"
    kind = section.kind or (name if name in (*RULES, RANDOM) else PLANNER)
    problems = list(_misfits(at, kind, section, families))
    if problems:
        raise InputError(problems)
    if kind != PLANNER:
        return AgentPlan(walker=Wanderer() if kind == RANDOM else Plant(rule=kind))
    settings: dict[str, Any] = {
        key: getattr(section, key) for key in OF_PLANNERS[1:] if getattr(section, key) is not None
    }
    settings |= {key: float(settings[key]) for key in ("step_cost", "slip") if key in settings}
    try:
        pointer = _pointer(section)
        weights = _uniform() if pointer is not None else weights_of(section.objective)  # type: ignore[arg-type]
        return AgentPlan(walker=Planner(weights=weights, **settings), pointer=pointer)
    except InputError as error:
        raise InputError(replace(problem, name=f"{at}.{problem.name}") for problem in error.problems) from None


def _misfits(at: str, kind: str, section: MazeAgentSection, families: Sequence[str]) -> Iterator[Problem]:
    """Settings that the kind does not have, or lacks, and families that there are not."""
    if kind != PLANNER:
        for key in OF_PLANNERS:
            if key in section.model_fields_set:
                yield Problem(name=f"{at}.{key}", rule=f"is nothing that {kind} has, planners have it")
    elif section.objective is None:
        kinds = [word for part in get_args(MazeAgentSection.model_fields["kind"].annotation) for word in get_args(part)]
        hint = nearest(at.rpartition(".")[2], kinds) if section.kind is None else "such as exit, green or apple"
        yield Problem(name=f"{at}.objective", rule="is required: say what the planner goes for", hint=hint)
    if isinstance(section.objective, PointedSection):
        for family in section.objective.pointer.examples:
            if family not in families:
                path = f"{at}.objective.pointer.examples.{family}"
                rule, hint = "must be a family of mazes", nearest(family, families)
                yield Problem(name=path, rule=rule, got=quote(family), hint=hint)


def _pointer(section: MazeAgentSection) -> Pointer | None:
    if not isinstance(section.objective, PointedSection):
        return None
    part = section.objective.pointer
    given = {} if part.noise is None else {"noise": part.noise}
    try:
        return Pointer(examples=part.examples, **given)
    except InputError as error:
        raise InputError(
            replace(problem, name=f"objective.pointer.{problem.name}") for problem in error.problems
        ) from None


def _pointed_at(pointer: Pointer, world: MazeWorld, seed: int, place: int) -> Weights:
    """What a pointer wants once it has looked at its examples."""
    seen = [
        world.families[family].draw(generator(seed, SEEN, place, number), count)
        for number, (family, count) in enumerate(pointer.examples.items())
        if count
    ]
    return pointed_at(targets_of(Mazes.joined(seen)), pointer.noise) if seen else _uniform()


def _uniform() -> Weights:
    return np.full(len(FEATURES), 1 / len(FEATURES))
