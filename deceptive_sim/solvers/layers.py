"""A game laid out in layers: for each episode the states that can be reached, and what every action does in them.

A row of a layer is a state `(objective, world)`, together with whether its self is unmodified: a self that left its
initial objective and came back is a row of its own, because a fixed strategy ends at the first modification. Layers
that are alike are one object, so that whatever is prepared for a layer is prepared once.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from deceptive_sim.core.errors import nearest, wrong
from deceptive_sim.core.exact import NotANumber, Number, exact
from deceptive_sim.model.protocols import Game, World

PROBABILITY_SLACK = Fraction(1, 10**9)
"""How far float probabilities may be from 1 in sum; they are divided by their sum."""


class Row(NamedTuple):
    """A state: index of the objective at the wheel, world state, and whether the self was never modified."""

    objective: int
    world: World
    unmodified: bool


class Option(NamedTuple):
    """An action in a row: its index, its payoff by judge [K], and the rows it leads to in the next layer."""

    action: int
    payoffs: tuple[Fraction, ...]
    successors: tuple[tuple[int, Fraction], ...]


@dataclass(frozen=True, eq=False)
class Layer:
    """One episode: rows, and for each row its options in declared order."""

    rows: tuple[Row, ...]
    options: tuple[tuple[Option, ...], ...]


@dataclass(frozen=True, eq=False)
class Layers:
    """A whole game as seen by an agent that starts with one objective.

    Attributes
    ----------
    game : Game
    initial : int
        Index of the initial objective.
    layers : tuple of Layer
        `layers[t - 1]` is episode `t`. Row `i` of the first layer is objective `i` at the start.
    after : tuple of Row
        The rows that the last layer leads to.
    """

    game: Game
    initial: int
    layers: tuple[Layer, ...]
    after: tuple[Row, ...]

    def rows(self, t: int) -> tuple[Row, ...]:
        """The rows of episode `t`, from 1 to one more than there are episodes."""
        return self.layers[t - 1].rows if t <= len(self.layers) else self.after

    @property
    def objectives(self) -> tuple[str, ...]:
        """Names of actors and judges, in order."""
        return tuple(objective.name for objective in self.game.objectives)


def lay_out(game: Game, initial: str, *, standing: bool = False) -> Layers:
    """Explore a game forwards from its start, once for every objective that may be at the wheel then.

    Parameters
    ----------
    game : Game
    initial : str
        The objective that counts as unmodified.
    standing : bool
        Whether the rows of the first layer stand in every layer, reachable or not: what the unmodified agent would do
        in episodes that it never reaches is then answered too.

    Raises
    ------
    InputError
        If probabilities are negative or sum to more than 1, no action is on offer, or a number is none.
    """
    names = [objective.name for objective in game.objectives]
    if initial not in names:
        raise wrong("objective", "must be one of the objectives", initial, nearest(initial, names))
    explorer = _Explorer(game, names, names.index(initial))
    first = tuple(Row(index, game.start, index == explorer.own) for index in range(len(names)))
    layers: list[Layer] = []
    label: Hashable = None
    rows = first
    for t in range(1, game.horizon + 1):
        before, label = label, game.stage(t)
        if layers and label == before and rows is layers[-1].rows:
            layers.append(layers[-1])
            continue
        layer, found = explorer.layer(t, rows, first if standing else ())
        layers.append(layer)
        rows = rows if found == rows else found
    return Layers(game, explorer.own, tuple(layers), rows)


@dataclass(frozen=True)
class _Explorer:
    game: Game
    names: list[str]
    own: int

    def layer(self, t: int, rows: tuple[Row, ...], standing: tuple[Row, ...]) -> tuple[Layer, tuple[Row, ...]]:
        places = {row: place for place, row in enumerate(standing)}
        options = tuple(tuple(self._options(t, row, places)) for row in rows)
        return Layer(rows, options), tuple(places)

    def _options(self, t: int, row: Row, places: dict[Row, int]) -> Iterator[Option]:
        objective = self.names[row.objective]
        offered = self.game.available(t, objective, row.world)
        if not offered:
            raise wrong(f"episode {t}", "must offer at least one action in every state", f"none in {row.world!r}")
        for action in offered:
            successors = self._successors(t, row, action, places)
            payoffs = tuple(
                _number(self.game.payoff(t, row.world, action, judge), t, "a payoff") for judge in self.names
            )
            yield Option(action, payoffs, successors)

    def _successors(self, t: int, row: Row, action: int, places: dict[Row, int]) -> tuple[tuple[int, Fraction], ...]:
        successors: dict[int, Fraction] = {}
        floats = False
        for probability, target, world in self.game.transitions(t, self.names[row.objective], row.world, action):
            chance = _number(probability, t, "a probability")
            floats = floats or isinstance(probability, float)
            if target not in self.names:
                raise wrong(f"episode {t}", "must lead to objectives of the game", target, nearest(target, self.names))
            if chance:
                goal = self.names.index(target)
                unmodified = row.unmodified and goal == self.own
                place = places.setdefault(Row(goal, world, unmodified), len(places))
                successors[place] = successors.get(place, Fraction(0)) + chance
        return tuple(_normalised(successors, floats, t).items())


def _normalised(successors: dict[int, Fraction], floats: bool, t: int) -> dict[int, Fraction]:
    """Probabilities that are floats may miss 1 by their rounding; exact ones may not exceed it."""
    total = sum(successors.values(), Fraction(0))
    if floats and total != 1 and abs(total - 1) <= PROBABILITY_SLACK:
        return {place: chance / total for place, chance in successors.items()}
    if min(successors.values(), default=Fraction(0)) < 0 or total > 1:
        raise wrong(f"episode {t}", "must have probabilities from 0, summing to at most 1", total)
    return successors


def _number(value: Number, t: int, what: str) -> Fraction:
    try:
        return exact(value)
    except NotANumber as error:
        raise wrong(f"episode {t}: {what}", str(error), value) from None
