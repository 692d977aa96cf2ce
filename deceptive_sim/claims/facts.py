"""The results of one solved situation, exactly, each computed when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import TypeAlias

from deceptive_sim.claims.situations import Situation
from deceptive_sim.core.errors import InputError, nearest, wrong
from deceptive_sim.model.phases import PhaseKind
from deceptive_sim.model.strategies import Strategy, parse_strategy
from deceptive_sim.solvers.solving import Solving

Fact: TypeAlias = Fraction | bool | str
"""A number, a truth or a text."""


class Missing(Exception):  # noqa: N818 - it is no error of the program
    """A result that a situation does not have, such as the premium without training; the message says why."""


class Facts:
    """What is so in one situation; decisions and numbers are exact.

    Raises `InputError` if the game is too long to be solved exactly, or an argument makes no sense in the game.
    """

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self._known: dict[tuple[str, tuple[Fact, ...]], Fact] = {}

    def __call__(self, result: str, arguments: Sequence[Fact] = ()) -> Fact:
        """A result by its name (see `language.words`) and arguments.

        Raises
        ------
        Missing
            If this situation has no such thing.
        """
        key = (result, tuple(arguments))
        if key not in self._known:
            read: Callable[..., Fact | int] = getattr(self, f"_{result}")
            fact = read(*arguments)
            self._known[key] = fact if isinstance(fact, bool | str) else Fraction(fact)
        return self._known[key]

    @cached_property
    def decided(self) -> Solving:
        """The game being solved, as far as it is no number: decisions are exact in floats as well, and quicker."""
        return Solving(self.situation.game, self.situation.agent)

    @cached_property
    def solved(self) -> Solving:
        """The game being solved, in Fractions."""
        return Solving(self.situation.game, self.situation.agent, exact=True, like=self.decided)

    # --- numbers -------------------------------------------------------------------------------------------------

    def _value(self) -> Fraction:
        return Fraction(self.solved.value)

    def _believed_value(self) -> Fraction:
        return Fraction(self.solved.believed_value)

    def _base_value(self) -> Fraction:
        base = self.situation.game.base_objective
        if base is None:
            raise Missing("the game has no base objective")
        return self._judged_by(base)

    def _judged_by(self, judge: str) -> Fraction:
        return Fraction(self.solved.first[self.solved.agent.objective][self._objective(judge)])

    def _value_of(self, strategy: str, judge: str | None = None) -> Fraction:
        game, agent = self.situation.game, self.situation.agent
        fixed = self.strategy_named(strategy)
        solved = Solving(game, replace(agent, strategy=fixed), exact=True)
        return Fraction(solved.first[agent.objective][agent.objective if judge is None else self._objective(judge)])

    def _premium(self) -> Fraction:
        premium = self.solved.ranked.premium
        if premium is None:
            raise Missing("there is no premium without a training episode in which the agent could do either")
        return Fraction(premium)

    def _deployment_value(self) -> Fraction:
        deployment = self._episodes(PhaseKind.DEPLOYMENT)
        if not deployment:
            return Fraction(0)
        own = self.solved.layers.initial
        return Fraction(self.solved.values[deployment[0] - 1][own][own])

    def _goal_preservation(self, episode: Fraction = Fraction(1)) -> Fraction:
        return self._prices()[self._episode(episode) - 1]

    def _least_goal_preservation(self) -> Fraction:
        return min(self._prices())

    def _prices(self) -> list[Fraction]:
        prices = self.solved.goal_preservation
        if prices is None:
            raise Missing("the game has no base objective")
        if not prices:
            raise Missing("the game has no episodes")
        return [Fraction(price) for price in prices]

    def _outer_gap(self) -> Fraction:
        return self._gap(self.solved.outer_gap)

    def _inner_gap(self) -> Fraction:
        return self._gap(self.solved.inner_gap)

    @staticmethod
    def _gap(gap: float | Fraction | None) -> Fraction:
        if gap is None:
            raise Missing("the game lacks an objective that this gap compares")
        return Fraction(gap)

    def _reaches_deployment_unmodified(self) -> Fraction:
        return Fraction(self.solved.reaches_deployment_unmodified)

    def _expected_deployment_defections(self) -> Fraction:
        return Fraction(self.solved.expected_deployment_defections)

    # --- counts --------------------------------------------------------------------------------------------------

    def _horizon(self) -> int:
        return self.situation.game.horizon

    def _training_defections(self) -> int:
        return sum(self._defections(PhaseKind.TRAINING))

    def _deployment_defections(self) -> int:
        return sum(self._defections(PhaseKind.DEPLOYMENT))

    def _play_along_window(self) -> int:
        defections = self._defections(PhaseKind.TRAINING)
        return next((w for w, defects in enumerate(reversed(defections)) if defects), len(defections))

    def _turn(self) -> int:
        return self.decided.turn or 0

    def _ties(self) -> int:
        ties = self.decided.ties
        if ties is None:
            raise Missing("a fixed strategy has no ties")
        return len(ties)

    def _optimal_strategies(self) -> int:
        count = self.decided.n_optimal
        if count is None:
            raise Missing("a fixed strategy is not chosen among others")
        return count

    # --- texts and truths ----------------------------------------------------------------------------------------

    def _strategy(self) -> str:
        return Strategy.of(self._plan).text(self.situation.game.actions)

    def _training_strategy(self) -> str:
        return self._part(PhaseKind.TRAINING)

    def _deployment_strategy(self) -> str:
        return self._part(PhaseKind.DEPLOYMENT)

    def _regime(self) -> str:
        return self.decided.regime.value

    def _deception_pays(self) -> bool:
        return self.decided.deception_pays

    def _action(self, episode: Fraction) -> str:
        return self.situation.game.actions[self._plan[self._episode(episode) - 1]].name

    def _defects(self, episode: Fraction) -> bool:
        return self.situation.game.actions[self._plan[self._episode(episode) - 1]].defects

    # --- what these stand on -------------------------------------------------------------------------------------

    @cached_property
    def _plan(self) -> tuple[int, ...]:
        return tuple(self.decided.plan)

    def _episodes(self, kind: PhaseKind) -> tuple[int, ...]:
        return self.situation.game.episodes_of(kind)

    def _part(self, kind: PhaseKind) -> str:
        return Strategy.of(self._plan[t - 1] for t in self._episodes(kind)).text(self.situation.game.actions)

    def _defections(self, kind: PhaseKind) -> list[bool]:
        return [self.situation.game.actions[self._plan[t - 1]].defects for t in self._episodes(kind)]

    def _objective(self, name: str) -> str:
        names = [objective.name for objective in self.situation.game.objectives]
        if name not in names:
            raise wrong("claim", "must name objectives of the game", name, nearest(name, names))
        return name

    def _episode(self, number: Fraction) -> int:
        horizon = self.situation.game.horizon
        if number.denominator != 1 or not 1 <= number <= horizon:
            raise Missing(f"there is no episode {number} in a game of {horizon}")
        return int(number)

    def strategy_named(self, text: str) -> Strategy:
        """A strategy as a claim writes it: as everywhere, and `..` at the end for "and so on"."""
        text = text.removesuffix("..") + "*" if text.endswith("..") else text
        game = self.situation.game
        parse_strategy(text, game.actions, None, "strategy")  # words that are no actions are mistakes
        try:
            return parse_strategy(text, game.actions, game.horizon, "strategy")
        except InputError as error:
            raise Missing(str(error)) from None
