"""Agents: an objective with beliefs and discounting, or a fixed strategy.

The three conditions for deceptive alignment (Hubinger et al. 2019, section 4.2) are settings of a planning agent: an
objective that spans episodes (discount > 0), a model of modification (believed probability > 0), and an expectation
that the threat ends (believed deployment > 0).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from deceptive_sim.core.errors import nearest, wrong
from deceptive_sim.core.exact import member
from deceptive_sim.model.discounting import Discounting
from deceptive_sim.model.objectives import Objective, Selves
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.protocols import Game
from deceptive_sim.model.strategies import Strategy, parse_strategy


@dataclass(frozen=True, kw_only=True)
class AgentSpec:
    """What an agent is made of.

    Attributes
    ----------
    name : str
    objective : str
        The initial objective: who is at the wheel, and who judges `value`.
    strategy : Strategy or str or None
        A fixed strategy ("BBAAA", "BBA*"), followed until first modified; from then on the objective at the wheel
        chooses. None: every self picks the action that is best by its present objective.
    discounting : Discounting or None
        In place of its objective's own.
    selves : Selves or None
        In place of its objective's own.
    believed : PhasedGame or None
        The game that it believes it is in: the phases of the true one, with numbers of its own. None: true beliefs.
        The beliefs stay when the objective is modified.
    """

    name: str = "agent"
    objective: str
    strategy: Strategy | str | None = None
    discounting: Discounting | None = None
    selves: Selves | None = None
    believed: PhasedGame | None = None

    def __post_init__(self) -> None:
        if self.selves is not None:
            object.__setattr__(self, "selves", member(Selves, self.selves, f"{self.name}.selves"))

    def judged(self, game: PhasedGame) -> PhasedGame:
        """The game with this agent's own discounting and selves in place of its objective's."""
        objectives = self._objectives(game)
        return game if objectives == game.objectives else replace(game, objectives=objectives)

    def judged_game(self, game: Game) -> Game:
        """As `judged`, for any finite game."""
        if isinstance(game, PhasedGame):
            return self.judged(game)
        return cast(Game, _JudgedGame(game, self._objectives(game)))

    def fitted(self, game: PhasedGame) -> AgentSpec:
        """The agent with its strategy read for a game; raises an `InputError` if it does not fit the game."""
        self._objectives(game)
        strategy = self.strategy
        if isinstance(strategy, str):
            strategy = parse_strategy(strategy, game.actions, game.horizon, f"{self.name}.strategy")
        if strategy is not None and len(strategy) != game.horizon:
            rule = f"must have one action for each of the {game.horizon} episodes"
            raise wrong(f"{self.name}.strategy", rule, len(strategy))
        if self.believed is not None:
            _same(f"{self.name}.believed", "phases", self.believed.phases, game.phases)
            _same(f"{self.name}.believed", "objectives", self.believed.objectives, game.objectives)
            _same(f"{self.name}.believed", "actions", self.believed.actions, game.actions)
        return self if strategy is self.strategy else replace(self, strategy=strategy)

    def _objectives(self, game: Game) -> tuple[Objective, ...]:
        names = [objective.name for objective in game.objectives]
        if self.objective not in names:
            hint = nearest(self.objective, names)
            raise wrong(f"{self.name}.objective", "must be one of the objectives", self.objective, hint)
        if self.discounting is None and self.selves is None:
            return tuple(game.objectives)
        return tuple(
            replace(
                objective,
                discounting=self.discounting or objective.discounting,
                selves=self.selves or objective.selves,
            )
            if objective.name == self.objective
            else objective
            for objective in game.objectives
        )


class _JudgedGame:
    """Another game with some objectives in place of its own."""

    def __init__(self, game: Game, objectives: tuple[Objective, ...]) -> None:
        self._game = game
        self.objectives = objectives

    def __getattr__(self, name: str) -> Any:
        return getattr(self._game, name)


def _same(name: str, what: str, believed: Sequence[Any], true: Sequence[Any]) -> None:
    ours, theirs = ([part.name for part in parts] for parts in (believed, true))
    if ours != theirs:
        raise wrong(
            name, f"must have the {what} of the true game in their order ({', '.join(theirs)})", ", ".join(ours)
        )
