"""Many games of one shape at once: the same objectives, actions and episodes, a float for every number of every game.

The recursion of the model, over arrays with one entry per game [N]:

    Q_t[i, a; k] = u_k(a) + g_k * ( sum over j != i of P(j | a) * V_{t+1}[j; k]  +  P(stays i | a) * V_{t+1}[i; k] )

for planners with true beliefs and exponential discounting, and for fixed strategies, whose unmodified self is a row of
its own. It shares no code with the solvers. Floats decide only what is beyond doubt: a game in which any self, or the
premium, is within `TOLERANCE` of a tie (relative to all that the game can pay) is *in doubt*, and nothing that is said
of it counts. Rounding is below 1e-12 of that size for games of up to a thousand episodes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.claims.situations import Situation
from deceptive_sim.core.exact import to_float
from deceptive_sim.model.discounting import Exponential
from deceptive_sim.model.numbers import Place, numbers_of
from deceptive_sim.model.strategies import Strategy

Floats: TypeAlias = NDArray[np.float64]
Truths: TypeAlias = NDArray[np.bool_]

TOLERANCE = 1e-9
MOST_EPISODES = 200


class NotTogether(Exception):  # noqa: N818 - it is no error
    """These games, or a result of them, cannot be worked out together; the message says why."""


@dataclass(frozen=True)
class Step:
    """One phase in numbers: payoffs [judge][action], modification [action][target] and shutdown [action]."""

    payoffs: Sequence[Sequence[Floats]]
    modification: Sequence[Sequence[Floats]]
    shutdown: Sequence[Floats]

    def away(self, objective: int, action: int) -> list[tuple[int, Floats]]:
        """Who may be at the wheel next instead, and how probably."""
        row = self.modification[action]
        return [(target, row[target]) for target in range(len(row)) if target != objective]

    def stays(self, objective: int, action: int) -> Floats:
        """The probability that nothing changes."""
        left = 1 - self.shutdown[action]
        for _, p in self.away(objective, action):
            left = left - p
        return left


class ManyGames:
    """Many games of one shape, solved.

    Parameters
    ----------
    situation : Situation
        One of the games, as its agent judges it, and the agent.
    columns : mapping of Place to array [N]
        What differs from game to game; all else is as in the situation.
    count : int
        N.

    Raises
    ------
    NotTogether
        If beliefs are wrong, a discounting is not exponential, or the game is long.
    """

    def __init__(self, situation: Situation, columns: Mapping[Place, Floats], count: int) -> None:
        self.situation, self.game, self.agent = situation, situation.game, situation.agent.fitted(situation.game)
        if self.agent.believed is not None:
            raise NotTogether("the agent has beliefs of its own")
        if not all(isinstance(objective.discounting, Exponential) for objective in self.game.objectives):
            raise NotTogether("an objective does not discount exponentially")
        if self.game.horizon > MOST_EPISODES:
            raise NotTogether("the game is long")
        self.count = count
        self._columns = columns
        self._constants = numbers_of(self.game)
        self.names = [objective.name for objective in self.game.objectives]
        self.own = self.names.index(self.agent.objective)
        self.unmodified = len(self.names) if self.agent.strategy is not None else self.own
        self.doubt: Truths = np.zeros(count, dtype=bool)
        """Games in doubt so far [N]; whatever is asked later may add to them."""

    # --- numbers of the games ------------------------------------------------------------------------------------

    def column(self, place: Place) -> Floats:
        """A number of every game [N]."""
        column = self._columns.get(place)
        return self.all(to_float(self._constants[place])) if column is None else column

    @cached_property
    def discounts(self) -> list[Floats]:
        """By judge."""
        return [self.column(Place("discount", -1, name)) for name in self.names]

    @cached_property
    def _phases(self) -> list[Step]:
        actions = [action.name for action in self.game.actions]
        return [
            Step(
                [[self.column(Place("payoff", f, name, action)) for action in actions] for name in self.names],
                [[self.column(Place("modification", f, action, name)) for name in self.names] for action in actions],
                [self.column(Place("shutdown", f, action)) for action in actions],
            )
            for f in range(len(self.game.phases))
        ]

    @cached_property
    def sound(self) -> NDArray[np.int8]:
        """Which games are sound [N]: 1 surely, 0 surely not, -1 in doubt by rounding."""
        worst = np.zeros(self.count)
        for discount in self.discounts:
            worst = np.maximum(worst, np.maximum(-discount, discount - 1))
        for step in self._phases:
            for shutdown, row in zip(step.shutdown, step.modification, strict=True):
                for p in (shutdown, *row):
                    worst = np.maximum(worst, -p)
                total = shutdown + np.sum(row, axis=0)
                several = np.sum([p != 0 for p in (shutdown, *row)], axis=0) > 1
                worst = np.maximum(worst, total - 1 + np.where(several, 1e-12, 0))
        return np.where(worst <= 0, 1, np.where(worst > 2e-12, 0, -1)).astype(np.int8)

    @cached_property
    def size(self) -> Floats:
        """What a game can pay at most, in size [N]: the scale of its rounding."""
        largest = np.zeros(self.count)
        for step in self._phases:
            for row in step.payoffs:
                for payoff in row:
                    largest = np.maximum(largest, np.abs(payoff))
        return largest * max(1, self.game.horizon)

    def all(self, number: float) -> Floats:
        """The same number for every game [N]."""
        return np.full(self.count, number)

    def step(self, t: int) -> Step:
        """The numbers of an episode."""
        return self._phases[self.game.phase_index(t)]

    # --- the recursion -------------------------------------------------------------------------------------------

    @cached_property
    def _solved(self) -> tuple[list[list[list[Floats]]], list[list[NDArray[np.intp]]]]:
        """`values[t - 1][row][judge]` (one entry more than episodes) and `choices[t - 1][row]`."""
        fixed = None if self.agent.strategy is None else tuple(cast(Strategy, self.agent.strategy))
        objectives = self.rows
        values = [[[np.zeros(self.count) for _ in self.names] for _ in objectives]]
        choices: list[list[NDArray[np.intp]]] = []
        for t in range(self.game.horizon, 0, -1):
            rows, taken = [], []
            for row, objective in enumerate(objectives):
                q = [self._worth(t, row, objective, action, values[-1]) for action in range(len(self.game.actions))]
                if fixed is not None and row == self.unmodified:
                    choice = np.full(self.count, fixed[t - 1])
                else:
                    choice = self.best([worths[objective] for worths in q])
                taken.append(choice)
                rows.append([picked(choice, [worths[k] for worths in q]) for k in range(len(self.names))])
            values.append(rows)
            choices.append(taken)
        return values[::-1], choices[::-1]

    def _worth(self, t: int, row: int, objective: int, action: int, later: list[list[Floats]]) -> list[Floats]:
        """What an action is worth to every judge."""
        step = self.step(t)
        worths = []
        for judge, discount in enumerate(self.discounts):
            on = step.stays(objective, action) * later[row][judge]
            for target, p in step.away(objective, action):
                on = on + p * later[target][judge]
            worths.append(step.payoffs[judge][action] + discount * on)
        return worths

    def best(self, worth: Sequence[Floats]) -> NDArray[np.intp]:
        """The best action in each game; games where two are near each other fall in doubt."""
        stacked = np.sort(np.stack(worth), axis=0)
        if len(worth) > 1:
            self.doubt |= stacked[-1] - stacked[-2] <= TOLERANCE * self.size
        choice: NDArray[np.intp] = np.argmax(np.stack(worth), axis=0)
        return choice

    def value(self, t: int, row: int, judge: int) -> Floats:
        """`V_t[row; judge]`, 0 after the last episode."""
        return self._solved[0][t - 1][row][judge]

    def choice(self, t: int, row: int | None = None) -> NDArray[np.intp]:
        """What a row does in episode `t` [N], by default the unmodified agent."""
        return self._solved[1][t - 1][self.unmodified if row is None else row]

    @property
    def rows(self) -> list[int]:
        """The objective of every row: one for each, and the unmodified agent that follows a fixed strategy."""
        return [*range(len(self.names)), *([self.own] if self.unmodified != self.own else [])]

    @cached_property
    def plans(self) -> tuple[list[tuple[int, ...]], NDArray[np.intp]]:
        """The different plans of the unmodified agent, and which of them each game has [N]."""
        if not self.game.horizon:
            return [()], np.zeros(self.count, dtype=np.intp)
        table = np.stack([self.choice(t) for t in range(1, self.game.horizon + 1)], axis=1)
        plans, which = np.unique(table, axis=0, return_inverse=True)
        return [tuple(int(action) for action in plan) for plan in plans], which.reshape(-1)

    def link(self, t: int, action: int, judge: int) -> tuple[Floats, Floats]:
        """What an action of the unmodified agent is worth apart from its staying so, and the weight of that."""
        step, discount = self.step(t), self.discounts[judge]
        apart = step.payoffs[judge][action]
        for target, p in step.away(self.own, action):
            apart = apart + discount * p * self.value(t + 1, target, judge)
        return apart, discount * step.stays(self.own, action)


def picked(choice: NDArray[np.intp], options: Sequence[Floats]) -> Floats:
    """Of each game, the number of the option that it takes."""
    taken: Floats = np.take_along_axis(np.stack(options), choice[None, :], axis=0)[0]
    return taken
