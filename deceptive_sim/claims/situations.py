"""What claims are about: a function from parameters to a game and an agent.

`Situations` is all that claims know of scenarios. A `Template` says besides which numbers of a game the parameters
are, so that proofs can put symbols in their places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, Protocol

from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.numbers import Place
from deceptive_sim.model.phased import PhasedGame


@dataclass(frozen=True, kw_only=True)
class Situation:
    """One game and the agent that plays it."""

    game: PhasedGame
    agent: AgentSpec


class Spot(NamedTuple):
    """A number of a situation: a place in the game, or in the game that the agent believes in."""

    believed: bool
    place: Place


@dataclass(frozen=True, kw_only=True)
class Template:
    """A situation with named holes.

    Attributes
    ----------
    situation : Situation
        At some values of the parameters; its game is as the agent judges it (`AgentSpec.judged`).
    spots : mapping
        Path to the numbers that are copies of its value; every other number is what it is for all values.
    """

    situation: Situation
    spots: Mapping[str, tuple[Spot, ...]]


class Situations(Protocol):
    """Games and agents by parameters, which are named by dotted paths."""

    def canonical(self, path: str) -> str:
        """One name for all paths that mean the same parameter; an `InputError` says the nearest if there is none."""

    def number(self, path: str) -> Fraction:
        """What a parameter is if nobody sets it; an `InputError` if it is no number."""

    def whole(self, path: str) -> bool:
        """Whether a parameter takes whole numbers only."""

    def at(self, settings: Mapping[str, Fraction], agent: str | None = None) -> Situation:
        """The situation with some parameters set; an `InputError` if that is no sound game."""

    def template(self, settings: Mapping[str, Fraction], paths: Sequence[str], agent: str | None) -> Template | None:
        """The situation with holes for some paths, the others set; None if a hole is more than copies of a number."""

    def replay(self, settings: Mapping[str, Fraction], agent: str | None = None) -> str:
        """The command that shows the situation."""
