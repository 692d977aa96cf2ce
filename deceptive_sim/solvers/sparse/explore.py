"""How a game with one objective becomes sparse arrays: forwards from its start, once for each label."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import groupby
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.exact import NotANumber, Number, exact
from deceptive_sim.model.discounting import Exponential
from deceptive_sim.model.protocols import Game, World
from deceptive_sim.solvers.layers import PROBABILITY_SLACK
from deceptive_sim.solvers.sparse.tables import Forks, Table, Tables

MOST_WORLDS = 2_000_000
LARGEST_SCALE = 10**6

Option: TypeAlias = tuple[int, Number, Sequence[tuple[Number, World]]]
"""An action, its payoff, and where it leads with what probability; missing probability ends the game."""


def explore(game: Game) -> Tables:
    """Write a game with one objective as arrays.

    Every world that can be reached is asked about once for each label of the episodes that it is met in (a world that
    a stretch of alike episodes meets at some time counts as met until its end). A game may have a method
    `options(t, world)` that lists `(action, payoff, ((probability, world), ...))`, which is faster than being asked.

    Raises
    ------
    InputError
        If there are several objectives, discounting is not exponential, no action is on offer, probabilities are
        negative or sum to more than 1, or there are too many worlds.
    """
    if len(game.objectives) != 1:
        raise wrong("objectives", "must be a single one to be solved as sparse arrays", len(game.objectives))
    if not isinstance(game.objectives[0].discounting, Exponential):
        raise wrong("discounting", "must be exponential to be solved as sparse arrays")
    explorer = _Explorer(game)
    explorer.explore()
    payoffs = [_number(payoff, "a payoff") for payoff in explorer.payoffs]
    scale = 1
    for payoff in payoffs:
        scale = math.lcm(scale, payoff.denominator)
        if scale > LARGEST_SCALE:
            scale = 1
            break
    units = np.array([float(payoff * scale) for payoff in payoffs] + [-np.inf])  # code -1: not on offer
    by_label = {}
    for label in list(explorer.drafts):  # one after the other, so that little is written down twice at a time
        by_label[label] = _table(explorer.drafts.pop(label), units)
    return Tables(game, tuple(explorer.worlds), by_label, scale)


class _Draft:
    """What is known of episodes with one label, row after row: code of the payoff and sure world of each action."""

    def __init__(self, t: int, n_actions: int) -> None:
        self.t, self.row, self.n_actions = t, dict[int, int](), n_actions
        self.payoffs, self.then = array("q"), array("q")
        self.forks: dict[tuple[int, int], tuple[tuple[int, float], ...]] = {}
        self.forked: dict[int, set[int]] = {}

    def add_goals(self, place: int, found: set[int]) -> None:
        """Add where the options of a world lead (and -1 if not all lead to one world for sure)."""
        start = self.row[place] * self.n_actions
        found.update(self.then[start : start + self.n_actions])
        if place in self.forked:
            found |= self.forked[place]


class _Explorer:
    def __init__(self, game: Game) -> None:
        self.game, self.objective = game, game.objectives[0].name
        self.places: dict[World, int] = {game.start: 0}
        self.worlds: list[World] = [game.start]
        self.codes: dict[int, int] = {}  # by identity: games hand out the same few numbers again and again
        self.payoffs: list[Number] = []  # kept, so that no identity is used twice
        self.drafts: dict[Hashable, _Draft] = {}
        self.listed: Callable[[int, World], Iterable[Option]] = getattr(game, "options", self._options)

    def _options(self, t: int, world: World) -> Iterator[Option]:
        for action in self.game.available(t, self.objective, world):
            ways = []
            for chance, objective, then in self.game.transitions(t, self.objective, world, action):
                if objective != self.objective:
                    raise wrong(f"episode {t}", "must lead to objectives of the game", objective)
                ways.append((chance, then))
            yield action, self.game.payoff(t, world, action, self.objective), ways

    def explore(self) -> None:
        at_hand = [0]
        for label, stretch in groupby(range(1, self.game.horizon + 1), key=self.game.stage):
            episodes = list(stretch)
            draft = self.drafts.setdefault(label, _Draft(episodes[0], len(self.game.actions)))
            met, fresh, exits = set(at_hand), at_hand, set[int]()
            for _ in episodes:
                found: set[int] = set()
                for place in fresh:
                    if place not in draft.row:
                        self._row(draft, place)
                    draft.add_goals(place, found)
                found.discard(-1)
                fresh = sorted(found - met)
                met |= found
                exits |= found
                if not fresh:
                    break
            at_hand = sorted(exits)

    def _row(self, draft: _Draft, place: int) -> None:
        payoffs, then = [-1] * draft.n_actions, [-1] * draft.n_actions
        codes, places = self.codes, self.places  # this is the inner loop of exploring
        for action, payoff, ways in self.listed(draft.t, self.worlds[place]):
            code = codes.get(id(payoff))
            if code is None:
                code = codes[id(payoff)] = len(self.payoffs)
                self.payoffs.append(payoff)
            payoffs[action] = code
            if len(ways) == 1 and ways[0][0] == 1:
                world = ways[0][1]
                goal = places.get(world)
                then[action] = self._new_place(world) if goal is None else goal
            else:
                fork = self._fork(draft.t, ways)
                draft.forks[action, place] = fork
                draft.forked.setdefault(place, set()).update(goal for goal, chance in fork if chance)
        if max(payoffs, default=-1) < 0:
            raise wrong(f"episode {draft.t}", "must offer at least one action in every state")
        draft.row[place] = len(draft.row)
        draft.payoffs.extend(payoffs)
        draft.then.extend(then)

    def _new_place(self, world: World) -> int:
        place = self.places[world] = len(self.worlds)
        if place == MOST_WORLDS:
            raise wrong("game", f"must have at most {MOST_WORLDS} world states to be solved as sparse arrays")
        self.worlds.append(world)
        return place

    def _place(self, world: World) -> int:
        place = self.places.get(world)
        return self._new_place(world) if place is None else place

    def _fork(self, t: int, ways: Iterable[tuple[Number, World]]) -> tuple[tuple[int, float], ...]:
        ways = list(ways)
        slack = PROBABILITY_SLACK if any(isinstance(chance, float) for chance, _ in ways) else 0
        ways = [(_number(chance, f"episode {t}: a probability"), world) for chance, world in ways]
        total = sum((chance for chance, _ in ways), Fraction(0))
        if total > 1 + slack or any(chance < 0 for chance, _ in ways):
            raise wrong(f"episode {t}", "must have probabilities from 0, summing to at most 1", total)
        return tuple((self._place(world), float(chance)) for chance, world in ways if chance) or ((0, 0.0),)


def _table(draft: _Draft, units: NDArray[np.float64]) -> Table:
    places = np.fromiter(draft.row, dtype=np.intp, count=len(draft.row))
    order = np.argsort(places)
    rows = places[order]
    codes = np.asarray(draft.payoffs).reshape(-1, draft.n_actions)[order].T
    then = np.maximum(np.asarray(draft.then, dtype=np.intp).reshape(-1, draft.n_actions)[order].T, 0, order="C")
    forks = []
    for action in range(draft.n_actions):
        own = sorted(place for a, place in draft.forks if a == action)
        ways = [draft.forks[action, place] for place in own]
        lengths = np.array([0, *(len(way) for way in ways)], dtype=np.intp)
        flat = [step for way in ways for step in way]
        forks.append(
            Forks(
                rows=np.searchsorted(rows, np.array(own, dtype=np.intp)),
                first=np.cumsum(lengths)[:-1],
                then=np.array([goal for goal, _ in flat], dtype=np.intp),
                chances=np.array([chance for _, chance in flat], dtype=np.float64),
            )
        )
    return Table(rows=rows, payoffs=np.ascontiguousarray(units[codes]), then=then, forks=tuple(forks))


def _number(value: Number, what: str) -> Fraction:
    try:
        return exact(value)
    except NotANumber as error:
        raise wrong(what, str(error), value) from None
