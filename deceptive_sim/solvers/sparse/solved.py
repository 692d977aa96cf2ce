"""Reading the solution of a game of sparse arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.exact import exact
from deceptive_sim.solvers.sparse.tables import Table, Tables, discount


@dataclass(frozen=True, eq=False)
class Solved:
    """A game with its best play.

    Attributes
    ----------
    tables : Tables
    value : float
        What the game is worth from its start.
    near_ties : int or None
        How many options count as equally good though their floats differ, over all episodes and worlds; None if the
        policy was not asked for. At 0 no rounding was in play.
    tied : tuple of uint8 array [ceil(A / 8), R]
        By episode: bit `a` of column `s` says whether action `a` is best in row `s`. Empty if not asked for.
    """

    tables: Tables
    value: float
    near_ties: int | None = None
    tied: tuple[NDArray[np.uint8], ...] = ()

    def best(self, t: int, place: int) -> list[int]:
        """All best actions in a world of an episode, ascending."""
        table = self.tables.table(t)
        column = self.tied[t - 1][:, np.searchsorted(table.rows, place)]
        bits = np.unpackbits(column, count=len(table.payoffs), bitorder="little")
        return [int(action) for action in np.flatnonzero(bits)]

    def choice(self, t: int, place: int) -> int:
        """The action taken: of the best ones the one that the game's tie rule picks."""
        game = self.tables.game
        return game.tie_rule.pick(self.best(t, place), game.actions)

    def run(self) -> list[tuple[Any, int | None]]:
        """The likeliest run: worlds with the action taken there, None in the world that is left at the end.

        At every step the likeliest world follows, of equal ones the first; it stops where the game ends for sure.
        """
        place, steps = 0, list[tuple[Any, int | None]]()
        for t in range(1, self.tables.game.horizon + 1):
            action = self.choice(t, place)
            steps.append((self.tables.worlds[place], action))
            ways = self._ways(t, place, action)
            if not ways:
                return steps
            place = max(ways, key=lambda way: way[1])[0]
        return [*steps, (self.tables.worlds[place], None)]

    def exact_value(self) -> Fraction:
        """What the play taken is worth, exactly, by following all that may happen from the start."""
        game, places = self.tables.game, {world: place for place, world in enumerate(self.tables.worlds)}
        name = game.objectives[0].name
        factor = discount(game)
        steps: list[dict[int, tuple[Fraction, list[tuple[int, Fraction]]]]] = []
        now = [0]
        for t in range(1, game.horizon + 1):
            steps.append({})
            for place in now:
                world, action = self.tables.worlds[place], self.choice(t, place)
                ways = [(places[w], exact(p)) for p, _, w in game.transitions(t, name, world, action) if p]
                steps[-1][place] = exact(game.payoff(t, world, action, name)), ways
            now = list(dict.fromkeys(goal for _, ways in steps[-1].values() for goal, _ in ways))
        worth = dict.fromkeys(now, Fraction(0))
        for step in reversed(steps):
            worth = {
                place: payoff + factor * sum((chance * worth[goal] for goal, chance in ways), Fraction(0))
                for place, (payoff, ways) in step.items()
            }
        return worth[0]

    def first_time(self, marked: Callable[[Any, int], bool]) -> int | None:
        """The first episode in which any best play takes a marked action; None if none ever does."""
        now = np.zeros(len(self.tables.worlds), dtype=bool)
        now[0] = True
        unmarked = np.zeros((len(self.tables.game.actions), len(now)), dtype=bool)
        for t in range(1, self.tables.game.horizon + 1):
            table = self.tables.table(t)
            rows = np.flatnonzero(now[table.rows])
            tied = np.unpackbits(self.tied[t - 1][:, rows], axis=0, count=len(table.payoffs), bitorder="little")
            unseen = np.argwhere(tied.astype(bool) & ~unmarked[:, table.rows[rows]])
            for action, column in unseen.tolist():
                place = table.rows[rows[column]]
                if marked(self.tables.worlds[place], action):
                    return t
                unmarked[action, place] = True
            now = _ahead(table, rows, tied.astype(bool), len(now))
        return None

    def _ways(self, t: int, place: int, action: int) -> list[tuple[int, float]]:
        table = self.tables.table(t)
        row, forks = np.searchsorted(table.rows, place), table.forks[action]
        found = np.searchsorted(forks.rows, row)
        if found == len(forks.rows) or forks.rows[found] != row:
            return [(int(table.then[action, row]), 1.0)]
        end = forks.first[found + 1] if found + 1 < len(forks.first) else len(forks.then)
        ways = slice(forks.first[found], end)
        return [(int(g), float(p)) for g, p in zip(forks.then[ways], forks.chances[ways], strict=True) if p]


def _ahead(table: Table, rows: NDArray[np.intp], taken: NDArray[np.bool_], n_worlds: int) -> NDArray[np.bool_]:
    """Whether each world may follow, if in `rows` the actions `taken` [A, len(rows)] may be taken."""
    ahead = np.zeros(n_worlds, dtype=bool)
    for action, forks in enumerate(table.forks):
        own = np.zeros(len(table.rows), dtype=bool)
        own[rows[taken[action]]] = True
        lengths = np.diff(forks.first, append=len(forks.then))
        ahead[forks.then[np.repeat(own[forks.rows], lengths) & (forks.chances > 0)]] = True
        own[forks.rows] = False
        ahead[table.then[action, own]] = True
    return ahead
