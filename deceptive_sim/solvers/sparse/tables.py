"""A game with one objective as sparse arrays; see the package."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.model.protocols import Game, World


@dataclass(frozen=True, eq=False)
class Forks:
    """Options of one action that do not lead to one world for sure.

    Attributes
    ----------
    rows : int array [F]
        Places in the table's rows, ascending.
    first : int array [F]
        Where the ways of each begin.
    then, chances : int and float arrays [W]
        The ways: worlds and probabilities, at least one for each option.
    """

    rows: NDArray[np.intp]
    first: NDArray[np.intp]
    then: NDArray[np.intp]
    chances: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Table:
    """Episodes that are alike.

    Attributes
    ----------
    rows : int array [R]
        Worlds that may be met in them, ascending.
    payoffs : float array [A, R]
        In units of `1 / Tables.scale`; minus infinity where the action is not on offer.
    then : int array [A, R]
        The world that an option leads to for sure; 0 if there is none.
    forks : tuple of Forks
        By action.
    """

    rows: NDArray[np.intp]
    payoffs: NDArray[np.float64]
    then: NDArray[np.intp]
    forks: tuple[Forks, ...]


@dataclass(frozen=True, eq=False)
class Tables:
    """A game as arrays.

    Attributes
    ----------
    game : Game
    worlds : tuple
        All worlds that can be reached, the start first.
    by_label : mapping
        Table by label.
    scale : int
        What payoffs are multiplied by.
    """

    game: Game
    worlds: tuple[World, ...]
    by_label: Mapping[Hashable, Table]
    scale: int

    def table(self, t: int) -> Table:
        """The table of an episode."""
        return self.by_label[self.game.stage(t)]


def discount(game: Game) -> Fraction:
    """The discount of the game's only objective."""
    return game.objectives[0].discounting.factor(0)
