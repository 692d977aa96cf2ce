"""What is so in many games of one shape at once: the words of the language as arrays with one entry per game [N]."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.claims.facts import Fact, Facts, Missing
from deceptive_sim.claims.many_games import TOLERANCE, Floats, ManyGames, NotTogether, Truths, picked
from deceptive_sim.model.objectives import HUMAN
from deceptive_sim.model.phases import PhaseKind
from deceptive_sim.model.regimes import regime_of, turn_of
from deceptive_sim.model.strategies import Strategy


class ManyResults:
    """Results of many games, each computed when it is first asked for; entries of games in doubt mean nothing."""

    def __init__(self, games: ManyGames) -> None:
        self.games = games
        self._known: dict[tuple[str, tuple[Fact, ...]], NDArray[Any]] = {}

    def __call__(self, result: str, arguments: Sequence[Fact] = ()) -> NDArray[Any]:
        """A result by its name and arguments, as an array of floats, truths or texts [N].

        Raises
        ------
        NotTogether
            If there is no way to have it for many games at once.
        Missing
            If no game of this shape has it.
        """
        key = (result, tuple(arguments))
        if key not in self._known:
            read = getattr(self, f"_{result}", None)
            if read is None:
                raise NotTogether(f"{result} is found game by game")
            self._known[key] = read(*arguments)
        return self._known[key]

    # --- numbers -------------------------------------------------------------------------------------------------

    def _value(self) -> Floats:
        return self._at_start(self.games.own, self.games.own)

    _believed_value = _value

    def _base_value(self) -> Floats:
        return self._at_start(self.games.own, self._base())

    def _judged_by(self, judge: str) -> Floats:
        return self._at_start(self.games.own, self._index(judge))

    def _outer_gap(self) -> Floats:
        human, base = self._index(HUMAN), self._base()
        return self._at_start(human, human) - self._at_start(base, human)

    def _inner_gap(self) -> Floats:
        base = self._base()
        return self._at_start(base, base) - self._at_start(self.games.own, base)

    def _deployment_value(self) -> Floats:
        deployment, games = self.games.game.episodes_of(PhaseKind.DEPLOYMENT), self.games
        return games.value(deployment[0], games.unmodified, games.own) if deployment else games.all(0.0)

    def _goal_preservation(self, episode: Fraction = Fraction(1)) -> Floats:
        return self._price(self._episode(episode))

    def _least_goal_preservation(self) -> Floats:
        self._episode(Fraction(1))
        least: Floats = np.min([self._price(t) for t in range(1, self.games.game.horizon + 1)], axis=0)
        return least

    def _price(self, t: int) -> Floats:
        own, base = self.games.own, self._base()
        mine = self.games.unmodified
        return self.games.value(t, mine, own) - self.games.value(t, mine if base == own else base, own)

    def _reaches_deployment_unmodified(self) -> Floats:
        games = self.games
        deployment = games.game.episodes_of(PhaseKind.DEPLOYMENT)
        reached = games.all(1.0)
        for t in range(1, deployment[0] if deployment else games.game.horizon + 1):
            stays = [games.step(t).stays(games.own, action) for action in range(len(games.game.actions))]
            reached = reached * picked(games.choice(t), stays)
        return reached

    def _expected_deployment_defections(self) -> Floats:
        games = self.games
        deployment = set(games.game.episodes_of(PhaseKind.DEPLOYMENT))
        bad = [action.defects for action in games.game.actions]
        here = [games.all(float(row == games.unmodified)) for row in range(len(games.rows))]
        defections = games.all(0.0)
        for t in range(1, games.game.horizon + 1):
            there = [games.all(0.0) for _ in games.rows]
            for row, objective in enumerate(games.rows):
                for action, defects in enumerate(bad):
                    taken = np.where(games.choice(t, row) == action, here[row], 0.0)
                    if defects and t in deployment:
                        defections = defections + taken
                    there[row] = there[row] + taken * games.step(t).stays(objective, action)
                    for target, p in games.step(t).away(objective, action):
                        there[target] = there[target] + taken * p
            here = there
        return defections

    def _value_of(self, strategy: str, judge: str | None = None) -> Floats:
        plan = tuple(Facts(self.games.situation).strategy_named(strategy))
        index = self.games.own if judge is None else self._index(judge)
        worth = self.games.all(0.0)
        for t in range(self.games.game.horizon, 0, -1):
            apart, stay = self.games.link(t, plan[t - 1], index)
            worth = apart + stay * worth
        return worth

    # --- deception -----------------------------------------------------------------------------------------------

    def _premium(self) -> Floats:
        if self._committed is None:
            raise Missing("there is no premium without a training episode in which the agent could do either")
        return self._committed[0]

    def _deception_pays(self) -> Truths:
        if self._committed is None:
            return np.zeros(self.games.count, dtype=bool)
        premium, turns = self._committed
        self.games.doubt |= np.abs(premium) <= TOLERANCE * self.games.size
        pays: Truths = (premium > 0) & turns
        return pays

    @cached_property
    def _committed(self) -> tuple[Floats, Truths] | None:
        """The premium, and whether the best strategy without a defection in training has one in deployment.

        `free` is the worth of the best strategy, `clean` of the best without a defection in training, `marked` of the
        best with one (minus infinity while there is none), from the last episode back.
        """
        games, training = self.games, set(self.games.game.episodes_of(PhaseKind.TRAINING))
        defects = [action.defects for action in games.game.actions]
        if not training or not any(defects) or all(defects):
            return None
        free, clean, marked = games.all(0.0), games.all(0.0), games.all(-np.inf)
        turns = np.zeros(games.count, dtype=bool)
        for t in range(games.game.horizon, 0, -1):
            links = [games.link(t, action, games.own) for action in range(len(defects))]
            honest = [a for a, bad in enumerate(defects) if not bad or t not in training]
            spoilt = [links[a][0] + _weighted(links[a][1], marked) for a in honest]
            now = [apart + stay * free for (apart, stay), bad in zip(links, defects, strict=True) if bad]
            marked = np.max([*spoilt, *(now if t in training else ())], axis=0)
            worths = [links[a][0] + links[a][1] * clean for a in honest]
            chosen = games.best(worths)
            if t not in training:
                turns |= np.array(defects)[chosen]
            clean = np.max(worths, axis=0)
            free = np.max([apart + stay * free for apart, stay in links], axis=0)
        return clean - marked, turns

    # --- what the plan of the unmodified agent decides -----------------------------------------------------------

    def _horizon(self) -> NDArray[Any]:
        return np.full(self.games.count, self.games.game.horizon)

    def _training_defections(self) -> NDArray[Any]:
        return self._by_plan(lambda plan: sum(self._defects_in(plan, PhaseKind.TRAINING)))

    def _deployment_defections(self) -> NDArray[Any]:
        return self._by_plan(lambda plan: sum(self._defects_in(plan, PhaseKind.DEPLOYMENT)))

    def _play_along_window(self) -> NDArray[Any]:
        def window(plan: tuple[int, ...]) -> int:
            training = self._defects_in(plan, PhaseKind.TRAINING)
            return len(training) - max((t for t, defects in enumerate(training, 1) if defects), default=0)

        return self._by_plan(window)

    def _turn(self) -> NDArray[Any]:
        def turn(plan: tuple[int, ...]) -> int:
            place = turn_of(self._defects_in(plan, PhaseKind.TRAINING), self._defects_in(plan, PhaseKind.DEPLOYMENT))
            return 0 if place is None else self.games.game.episodes_of(PhaseKind.DEPLOYMENT)[place]

        return self._by_plan(turn)

    def _regime(self) -> NDArray[Any]:
        def regime(plan: tuple[int, ...]) -> str:
            kinds = (PhaseKind.TRAINING, PhaseKind.DEPLOYMENT)
            return regime_of(*(self._defects_in(plan, kind) for kind in kinds)).value

        return self._by_plan(regime)

    def _strategy(self) -> NDArray[Any]:
        return self._by_plan(lambda plan: Strategy.of(plan).text(self.games.game.actions))

    def _training_strategy(self) -> NDArray[Any]:
        return self._by_plan(lambda plan: self._part(plan, PhaseKind.TRAINING))

    def _deployment_strategy(self) -> NDArray[Any]:
        return self._by_plan(lambda plan: self._part(plan, PhaseKind.DEPLOYMENT))

    def _action(self, episode: Fraction) -> NDArray[Any]:
        t = self._episode(episode)
        return self._by_plan(lambda plan: self.games.game.actions[plan[t - 1]].name)

    def _defects(self, episode: Fraction) -> NDArray[Any]:
        t = self._episode(episode)
        return self._by_plan(lambda plan: self.games.game.actions[plan[t - 1]].defects)

    # --- what these stand on -------------------------------------------------------------------------------------

    def _at_start(self, actor: int, judge: int) -> Floats:
        return self.games.value(1, self.games.unmodified if actor == self.games.own else actor, judge)

    def _by_plan(self, read: Callable[[tuple[int, ...]], Fact | int]) -> NDArray[Any]:
        plans, which = self.games.plans
        read_off: NDArray[Any] = np.array([read(plan) for plan in plans])[which]
        return read_off

    def _part(self, plan: tuple[int, ...], kind: PhaseKind) -> str:
        return Strategy.of(plan[t - 1] for t in self.games.game.episodes_of(kind)).text(self.games.game.actions)

    def _defects_in(self, plan: tuple[int, ...], kind: PhaseKind) -> list[bool]:
        return [self.games.game.actions[plan[t - 1]].defects for t in self.games.game.episodes_of(kind)]

    def _base(self) -> int:
        if self.games.game.base_objective is None:
            raise Missing("the game has no base objective")
        return self._index(self.games.game.base_objective)

    def _index(self, objective: str) -> int:
        if objective not in self.games.names:
            raise Missing(f"the game has no objective {objective}")
        return self.games.names.index(objective)

    def _episode(self, number: Fraction) -> int:
        horizon = self.games.game.horizon
        if number.denominator != 1 or not 1 <= number <= horizon:
            raise Missing(f"there is no episode {number} in a game of {horizon}")
        return int(number)


def _weighted(weight: Floats, worth: Floats) -> Floats:
    """A weight times a worth that may be minus infinity, which it stays even if its weight is 0."""
    possible = np.isfinite(worth)
    return np.where(possible, weight * np.where(possible, worth, 0.0), -np.inf)
