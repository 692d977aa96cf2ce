"""The world that studies of mazes share: families of mazes, agents, a limit of time, and the game that it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from deceptive_sim.core.errors import InputError, Problem, nearest, quote, wrong
from deceptive_sim.core.exact import exact
from deceptive_sim.core.frozen import FrozenMapping
from deceptive_sim.maze.family import MazeFamily
from deceptive_sim.maze.planners import Walker
from deceptive_sim.maze.reading import mapping, read
from deceptive_sim.model.phased import PhasedGame

MOST_CELLS_AT_ONCE = 200_000_000
"""Cells of mazes that training holds at a time, their edges included."""


@dataclass(frozen=True, kw_only=True)
class MazeWorld:
    """Everything that studies of mazes have in common.

    Attributes
    ----------
    families : mapping
        Distributions over mazes, by name; a phase of the game plays mazes of the family of its name.
    agents : mapping
        Who walks, by name.
    time_limit : Fraction
        Moves per floor cell, more than 0.
    game : PhasedGame
        The game that the world is an instance of: its phases, and what modifies whom.
    """

    families: Mapping[str, MazeFamily]
    game: PhasedGame
    agents: Mapping[str, Walker] = field(default_factory=dict)
    time_limit: Fraction = Fraction(1)

    def __post_init__(self) -> None:
        read(self, families=mapping, agents=mapping, time_limit=exact)
        for name, family in self.families.items():
            if not isinstance(family, MazeFamily):
                raise InputError(Problem(name=f"families.{name}", rule="must be a MazeFamily", got=quote(family)))
        for name, agent in self.agents.items():
            if not callable(getattr(agent, "walk", None)):
                raise InputError(Problem(name=f"agents.{name}", rule="must be able to walk mazes", got=quote(agent)))
        if not isinstance(self.game, PhasedGame):
            raise InputError(Problem(name="game", rule="must be a PhasedGame", got=quote(self.game)))
        object.__setattr__(self, "families", FrozenMapping(self.families))
        object.__setattr__(self, "agents", FrozenMapping(self.agents))
        if not 0 < self.time_limit <= 1000:
            raise wrong("time_limit", "must be more than 0 and at most 1000 moves per cell", str(self.time_limit))

    def family(self, name: str, asked_by: str = "family") -> MazeFamily:
        """The family of that name; an `InputError` names the nearest if there is none."""
        if name not in self.families:
            raise wrong(asked_by, "must be a family of mazes", name, nearest(name, self.families))
        return self.families[name]

    def family_to_hold(self, name: str, asked_by: str, mazes: int) -> MazeFamily:
        """The family of that name; an `InputError` also if so many of its mazes are too much to hold at a time."""
        family = self.family(name, asked_by)
        if mazes * family.cells > MOST_CELLS_AT_ONCE:
            rule = f"must have mazes of at most {MOST_CELLS_AT_ONCE // mazes} cells, as {mazes} are held at a time"
            raise wrong(asked_by, rule, f"{name} with {family.cells} cells, their edge included")
        return family

    def agent(self, name: str, asked_by: str = "agents") -> Walker:
        """The agent of that name; an `InputError` names the nearest if there is none."""
        if name not in self.agents:
            raise wrong(asked_by, "must be one of the maze's agents", name, nearest(name, self.agents))
        return self.agents[name]
