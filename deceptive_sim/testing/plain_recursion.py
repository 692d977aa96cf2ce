"""The game of selves solved in the plainest way, over every state that can be reached: slow, exact, second opinion.

    Q_t[i,s,a; k] = u_k(t,s,a) + f_k(t - since) * sum of P_t(i',s' | i,s,a) * V_{t+1}[i',s'; k]

`f_k(d) = D_k(d+1) / D_k(d)` are the judge's weights, counted from the self that asks. A sophisticated self takes later
choices as they will be; a naive one has every later self choose as if it weighed from today. Nothing is shared with
the solvers: no layers, no stages, no floats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import product

from deceptive_sim.model.actions import TieRule
from deceptive_sim.model.discounting import Exponential
from deceptive_sim.model.objectives import Selves
from deceptive_sim.model.protocols import Game
from deceptive_sim.testing.exploring import Explored
from deceptive_sim.testing.findings import State

Values = dict[State, dict[str, Fraction]]
"""What each state is worth to each judge."""

Choose = Callable[[State, dict[int, Fraction]], int]
"""Which action is taken, given what each of them is worth to the self at the wheel."""


@dataclass(frozen=True, kw_only=True)
class PlainPlay:
    """What every self really does, by state, and which actions it finds equally good."""

    choices: dict[State, int] = field(default_factory=dict)
    tied: dict[State, tuple[int, ...]] = field(default_factory=dict)


class PlainRecursion:
    """A game's selves, solved over the states that were explored."""

    def __init__(self, game: Game, explored: Explored) -> None:
        self.game, self.explored = game, explored
        self.objectives = {objective.name: objective for objective in game.objectives}
        self.defects = [action.defects for action in game.actions]
        self.horizon = len(explored.states)
        self.play = self._solved()

    @cached_property
    def values(self) -> Values:
        """What the play is worth from every state on, as the self of the first episode weighs it."""
        return self._backwards(1, 1, lambda state, _: self.play.choices[state])[0]

    def forwards(self, start: State) -> dict[str, Fraction]:
        """What the play is worth from the start, to every judge, by following where it leads; `""` counts episodes."""
        total = dict.fromkeys([*self.explored.judges, ""], Fraction(0))
        weight = dict.fromkeys(self.explored.judges, Fraction(1))
        here = {start: Fraction(1)}
        for t in range(1, self.horizon + 1):
            following: dict[State, Fraction] = {}
            for state, chance in here.items():
                facts, action = self.explored.facts[state], self.play.choices[state]
                total[""] += chance
                for judge, paid in facts.payoffs[action].items():
                    total[judge] += chance * weight[judge] * paid
                for (to, world), p in facts.ways[action].items():
                    goal = State(t + 1, to, world)
                    following[goal] = following.get(goal, Fraction(0)) + chance * p
            weight = {judge: w * self._factor(judge, t - 1) for judge, w in weight.items()}
            here = following
        return total

    def strategies(self, initial: str) -> Iterable[tuple[tuple[int, ...], Fraction]]:
        """Every fixed strategy with its value: followed until first modified, from then on by whoever is at the wheel.

        For games with one world in which all discount exponentially.
        """
        later = self.values
        world = self.game.start
        for strategy in product(range(len(self.game.actions)), repeat=self.horizon):
            worth = Fraction(0)
            for t in range(self.horizon, 0, -1):
                facts = self.explored.facts.get(State(t, initial, world))
                if facts is None:
                    continue  # nobody gets here
                on = Fraction(0)
                for (to, place), p in facts.ways[strategy[t - 1]].items():
                    after = worth if to == initial else later.get(State(t + 1, to, place), {}).get(initial, Fraction(0))
                    on += p * after
                worth = facts.payoffs[strategy[t - 1]][initial] + self._factor(initial, t - 1) * on
            yield strategy, worth

    # --- how -----------------------------------------------------------------------------------------------------

    def _factor(self, judge: str, delay: int) -> Fraction:
        return self.objectives[judge].discounting.factor(delay)

    def _backwards(self, since: int, first: int, choose: Choose) -> tuple[Values, PlainPlay]:
        """Values and choices from the last episode back to the first one wanted, weighed from episode `since`."""
        values: Values = {}
        play = PlainPlay()
        for t in range(self.horizon, first - 1, -1):
            factors = {judge: self._factor(judge, t - since) for judge in self.explored.judges}
            for state in self.explored.states[t - 1]:
                worth = {
                    action: self._worth(state, action, factors, values) for action in self.explored.facts[state].offered
                }
                own = {action: by_judge[state.objective] for action, by_judge in worth.items()}
                play.choices[state] = choose(state, own)
                play.tied[state] = tuple(action for action, value in own.items() if value == max(own.values()))
                values[state] = worth[play.choices[state]]
        return values, play

    def _worth(self, state: State, action: int, factors: dict[str, Fraction], values: Values) -> dict[str, Fraction]:
        facts = self.explored.facts[state]
        worth = dict(facts.payoffs[action])
        if state.t < self.horizon:
            for (to, world), p in facts.ways[action].items():
                for judge, value in values[State(state.t + 1, to, world)].items():
                    worth[judge] += factors[judge] * p * value
        return worth

    def _best(self, state: State, own: dict[int, Fraction]) -> int:
        """The best action by the game's tie rule."""
        tied = [action for action in sorted(own) if own[action] == max(own.values())]
        wanted = {TieRule.NON_DEFECTING: False, TieRule.DEFECTING: True}.get(self.game.tie_rule)
        preferred = [action for action in tied if self.defects[action] is wanted]
        return (preferred or tied)[0]

    def _solved(self) -> PlainPlay:
        if all(isinstance(objective.discounting, Exponential) for objective in self.objectives.values()):
            return self._backwards(1, 1, self._best)[1]
        real = PlainPlay()
        for t in range(self.horizon, 0, -1):

            def as_it_will_be(state: State, own: dict[int, Fraction], now: int = t) -> int:
                return self._best(state, own) if state.t == now else real.choices[state]

            sophisticated, naive = self._backwards(t, t, as_it_will_be)[1], self._backwards(t, t, self._best)[1]
            for state in self.explored.states[t - 1]:
                seen = naive if self.objectives[state.objective].selves is Selves.NAIVE else sophisticated
                real.choices[state], real.tied[state] = seen.choices[state], seen.tied[state]
        return real
