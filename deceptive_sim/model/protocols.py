"""The three protocols that solvers, populations and mazes share.

A *game* has episodes `t = 1..horizon`. A state is `(i, s)`: the objective `i` at the wheel and the world state `s`.
Objective `k` pays `u_k(t, s, a)`; after action `a` the next state is drawn from `P_t(i', s' | i, s, a)`; probability
that is missing to 1 is shutdown, which is absorbing and pays nobody.

A *policy* says with what probability each action is taken, an *agent* makes a policy for the game it believes in.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeAlias

from deceptive_sim.core.exact import Number
from deceptive_sim.model.actions import Action, TieRule
from deceptive_sim.model.objectives import Objective

World: TypeAlias = Hashable
"""A world state; a phased game has one."""


class Transition(NamedTuple):
    """One way on: with `probability`, `objective` is at the wheel and the world is `world` in the next episode."""

    probability: Number
    objective: str
    world: World


class Game(Protocol):
    """A finite game of selves, as the solvers see it. All numbers exact (int or Fraction); floats are read exactly."""

    @property
    def objectives(self) -> Sequence[Objective]:
        """Actors and judges; the first is the initial objective unless an agent says otherwise."""

    @property
    def actions(self) -> Sequence[Action]:
        """Every action of the game, in declared order."""

    @property
    def tie_rule(self) -> TieRule:
        """What an indifferent self does."""

    @property
    def horizon(self) -> int:
        """Number of episodes, 0 or more."""

    @property
    def start(self) -> World:
        """The world state of episode 1."""

    def stage(self, t: int) -> Hashable:
        """A label; episodes with equal labels have the same actions, payoffs and transitions (1 <= t <= horizon)."""

    def available(self, t: int, objective: str, world: World) -> Sequence[int]:
        """The actions on offer: at least one index into `actions`, ascending."""

    def payoff(self, t: int, world: World, action: int, judge: str) -> Number:
        """`u_k(t, s, a)`: what the judging objective gets from the action, whoever took it."""

    def transitions(self, t: int, objective: str, world: World, action: int) -> Iterable[Transition]:
        """`P_t(i', s' | i, s, a)`; probabilities are at least 0 and sum to at most 1, the rest is shutdown."""

    def observation(self, t: int, objective: str, world: World) -> Hashable:
        """What the self at the wheel sees of where it is; handed to policies."""


class Policy(Protocol):
    """What is done: probabilities by action name, summing to 1; actions left out have probability 0."""

    def __call__(self, t: int, objective: str, world: World, observation: Hashable) -> Mapping[str, Number]:
        """What the self at the wheel in episode `t` does, given what it sees."""


class Agent(Protocol):
    """Makes a policy from the game that it believes it is in."""

    def __call__(self, game: Game) -> Policy:
        """The policy of this agent if it believes in this game."""
