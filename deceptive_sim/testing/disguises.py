"""A game with something about it changed that must not matter, or matter in a known way."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from deceptive_sim.core.exact import Number, exact
from deceptive_sim.model.actions import Action
from deceptive_sim.model.discounting import Discounting
from deceptive_sim.model.objectives import Objective, Selves
from deceptive_sim.model.protocols import Game, Transition, World


class Disguise:
    """A game behind another face: everything is as the game says, except for what a subclass changes."""

    def __init__(self, game: Game) -> None:
        self._game = game

    def __getattr__(self, name: str) -> Any:
        return getattr(self._game, name)


class Shortened(Disguise):
    """The first episodes of a game."""

    def __init__(self, game: Game, horizon: int) -> None:
        super().__init__(game)
        self.horizon = horizon


class InAnotherUnit(Disguise):
    """One judge's payoffs times a factor."""

    def __init__(self, game: Game, judge: str, factor: Fraction) -> None:
        super().__init__(game)
        self._judge, self._factor = judge, factor

    def payoff(self, t: int, world: World, action: int, judge: str) -> Number:
        """The payoff, in the judge's unit."""
        paid = self._game.payoff(t, world, action, judge)
        return exact(paid) * self._factor if judge == self._judge else paid


class Watched(Disguise):
    """One objective more, which never gets to the wheel and is paid 1 in every episode."""

    def __init__(self, game: Game) -> None:
        super().__init__(game)
        names = [objective.name for objective in game.objectives]
        self.bystander = next(name for n in range(len(names) + 1) if (name := f"bystander-{n}") not in names)
        self._first = names[0]

    @property
    def objectives(self) -> Sequence[Objective]:
        """Those of the game, and the bystander."""
        return (*self._game.objectives, Objective(name=self.bystander))

    def available(self, t: int, objective: str, world: World) -> Sequence[int]:
        """What the game offers, to the bystander what it offers to the first."""
        return self._game.available(t, self._as(objective), world)

    def payoff(self, t: int, world: World, action: int, judge: str) -> Number:
        """The payoff; 1 to the bystander."""
        return 1 if judge == self.bystander else self._game.payoff(t, world, action, judge)

    def transitions(self, t: int, objective: str, world: World, action: int) -> Iterable[Transition]:
        """What the game says."""
        return self._game.transitions(t, self._as(objective), world, action)

    def _as(self, objective: str) -> str:
        return self._first if objective == self.bystander else objective


class Reordered(Disguise):
    """Actions under other names, in the opposite order."""

    def __init__(self, game: Game) -> None:
        super().__init__(game)
        self._last = len(game.actions) - 1

    @property
    def actions(self) -> Sequence[Action]:
        """Renamed, last one first."""
        return tuple(replace(action, name=f"{action.name}-renamed") for action in reversed(self._game.actions))

    def available(self, t: int, objective: str, world: World) -> Sequence[int]:
        """The same actions by their new indices."""
        return sorted(self._last - action for action in self._game.available(t, objective, world))

    def payoff(self, t: int, world: World, action: int, judge: str) -> Number:
        """What the action paid under its old index."""
        return self._game.payoff(t, world, self._last - action, judge)

    def transitions(self, t: int, objective: str, world: World, action: int) -> Iterable[Transition]:
        """Where the action led under its old index."""
        return self._game.transitions(t, objective, world, self._last - action)


@dataclass(frozen=True)
class Veil:
    """A world by another name."""

    world: World


class WorldsRenamed(Disguise):
    """Worlds under other names."""

    @property
    def start(self) -> World:
        """The same start, by its new name."""
        return Veil(self._game.start)

    def available(self, t: int, objective: str, world: Any) -> Sequence[int]:
        """What the game offers in the world behind the name."""
        return self._game.available(t, objective, world.world)

    def payoff(self, t: int, world: Any, action: int, judge: str) -> Number:
        """What it pays there."""
        return self._game.payoff(t, world.world, action, judge)

    def transitions(self, t: int, objective: str, world: Any, action: int) -> Iterable[Transition]:
        """Where it leads from there, by new names."""
        for chance, target, then in self._game.transitions(t, objective, world.world, action):
            yield Transition(chance, target, Veil(then))

    def observation(self, t: int, objective: str, world: Any) -> Hashable:
        """What is seen there."""
        return self._game.observation(t, objective, world.world)


@dataclass(frozen=True)
class Doubted(Discounting):
    """A discounting whose selves agree over time, and who do not know it."""

    kept: Discounting

    @property
    def consistent(self) -> bool:
        """Not that they knew."""
        return False

    def factor(self, delay: int) -> Fraction:
        """That of the discounting."""
        return self.kept.factor(delay)


class Doubting(Disguise):
    """Every self plans anew, naively or in knowledge of the others, whether or not that makes a difference."""

    def __init__(self, game: Game, selves: Selves) -> None:
        super().__init__(game)
        self.objectives = tuple(
            replace(objective, discounting=Doubted(objective.discounting), selves=selves)
            for objective in game.objectives
        )
