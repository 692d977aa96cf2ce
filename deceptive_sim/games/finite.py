"""Finite games with world states, solved and read: what a game of the library asks of the solvers.

A game is any object of the `Game` protocol; `FiniteGame` has defaults for most of it, so that a game is written in a
few lines: its horizon, its start, and what `available`, `payoff` and `moves` say of a world.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from deceptive_sim.core.exact import Number
from deceptive_sim.model.actions import Action, TieRule
from deceptive_sim.model.discounting import Discounting, Exponential
from deceptive_sim.model.objectives import Objective, Selves
from deceptive_sim.model.protocols import Game, Transition, World
from deceptive_sim.solvers.evaluation import values_at_start
from deceptive_sim.solvers.layers import Layers, lay_out
from deceptive_sim.solvers.selves import Play, realised_play

OWN = "agent"
"""The objective of games in which nobody modifies anybody."""


def named(*names: str) -> tuple[Action, ...]:
    """Actions none of which is a defection."""
    return tuple(Action(name=name, defects=False) for name in names)


def one_objective(discounting: Discounting | None = None, selves: Selves = Selves.SOPHISTICATED) -> tuple[Objective]:
    """The objectives of a game with a single one."""
    return (Objective(name=OWN, discounting=discounting or Exponential(Fraction(1)), selves=selves),)


class FiniteGame:
    """Defaults of the `Game` protocol: everybody sees everything, episodes differ, nobody is modified.

    A game sets `actions`, `objectives`, `horizon`, `start`, and overrides `payoff` and `moves`.
    """

    actions: Sequence[Action]
    objectives: Sequence[Objective] = one_objective()
    tie_rule: TieRule = TieRule.DECLARED
    horizon: int
    start: World

    def stage(self, t: int) -> Hashable:
        """Each episode is one of its own; return a constant if all are alike."""
        return t

    def available(self, t: int, objective: str, world: World) -> Sequence[int]:
        """All actions."""
        return range(len(self.actions))

    def payoff(self, t: int, world: World, action: int, judge: str) -> Number:
        """What the judge gets from an action."""
        raise NotImplementedError

    def moves(self, t: int, world: Any, action: int) -> Iterable[tuple[Number, World]]:
        """Where the world goes: pairs of a probability and a world; missing probability ends the game."""
        raise NotImplementedError

    def transitions(self, t: int, objective: str, world: World, action: int) -> Iterable[Transition]:
        """The same objective stays at the wheel."""
        return (Transition(chance, objective, then) for chance, then in self.moves(t, world, action))

    def observation(self, t: int, objective: str, world: World) -> Hashable:
        """Everything."""
        return world


class Taken(NamedTuple):
    """A step of a run: the episode, the world that it starts in, and the action."""

    episode: int
    world: Any
    action: str


@dataclass(frozen=True, eq=False)
class SolvedGame:
    """A finite game with what every self in it does; decisions and values are exact."""

    game: Game
    objective: str = OWN

    @cached_property
    def layers(self) -> Layers:
        """The game laid out."""
        return lay_out(self.game, self.objective)

    @cached_property
    def play(self) -> Play:
        """What every self does."""
        return realised_play(self.layers)

    def value(self, judge: str | None = None) -> Fraction:
        """What the game is worth from its start to a judge, by default the agent itself."""
        values = values_at_start(self.layers, self.play.choices)
        return values[self.layers.objectives.index(judge or self.objective)]

    def best(self, t: int, world: World) -> tuple[str, ...]:
        """The actions that the self of an episode finds best in a world, in declared order; () where it never is."""
        own = self._place(t, world)
        if own is None:
            return ()
        options = self.layers.layers[t - 1].options[own]
        return tuple(self.game.actions[options[place].action].name for place in self.play.tied[t - 1][own])

    def run(self, t: int = 1, world: World | None = None) -> tuple[Taken, ...]:
        """The likeliest run: at every step the likeliest world follows, of equal ones the first.

        It goes from the start, or from a world that the agent can be in in episode `t`; () if it never is.
        """
        steps: list[Taken] = []
        place = self.layers.initial if world is None else self._place(t, world)
        if place is None:
            return ()
        for episode, layer in enumerate(self.layers.layers[t - 1 :], start=t):
            choice = self.play.choices[episode - 1][place]
            assert isinstance(choice, int)
            option = layer.options[place][choice]
            steps.append(Taken(episode, layer.rows[place].world, self.game.actions[option.action].name))
            if not option.successors:
                break
            place = max(option.successors, key=lambda successor: successor[1])[0]
        return tuple(steps)

    def ties(self, run: Sequence[Taken]) -> list[int]:
        """The episodes of a run in which other actions are as good as the one taken."""
        return [step.episode for step in run if len(self.best(step.episode, step.world)) > 1]

    def _place(self, t: int, world: World) -> int | None:
        """The row of the agent in a world of an episode; None if it is never there."""
        for place, row in enumerate(self.layers.layers[t - 1].rows):
            if row.world == world and row.objective == self.layers.initial:
                return place
        return None
