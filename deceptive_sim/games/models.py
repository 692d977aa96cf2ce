"""Games of the library that are no phased games: what is asked of them.

Three kinds: *finite* games satisfy the `Game` protocol and are solved by the solvers (`FiniteModel`); in games of
*policy choice* the policy itself is what is chosen, among all of them or over a parameter; *continuous* ones have
outputs that are real numbers.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any, Protocol

from deceptive_sim.games.views import View


class Kind(enum.StrEnum):
    """How a game of the library is solved."""

    PHASED = "phased"
    FINITE = "finite"
    POLICY = "policy choice"
    CONTINUOUS = "continuous"


class Model(Protocol):
    """A game of the library that is no phased game, with its parameters set."""

    @property
    def kind(self) -> Kind:
        """How it is solved."""

    def answer(self) -> Mapping[str, Any]:
        """Everything that is told of it, by field: numbers (Fractions where they are exact), texts, lists, mappings."""

    def view(self) -> View:
        """What there is to see of its solution."""
