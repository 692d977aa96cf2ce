"""What a finished recursion says: the results of a situation, by the words of the language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from deceptive_sim.claims.facts import Missing
from deceptive_sim.claims.proof.boards import Unsupported
from deceptive_sim.claims.proof.casts import PLAIN, WORLD, Cast, Positions
from deceptive_sim.claims.proof.polynomials import Quantity, settled
from deceptive_sim.claims.proof.steps import FIXED, Episode
from deceptive_sim.core.errors import InputError, nearest, wrong
from deceptive_sim.model.actions import Action
from deceptive_sim.model.regimes import regime_of, turn_of
from deceptive_sim.model.strategies import parse_strategy


@dataclass(frozen=True)
class Met:
    """The truth that some quantities are greater than 0 and others are not."""

    positive: tuple[Quantity, ...] = ()
    others: tuple[Quantity, ...] = ()


Said: TypeAlias = Quantity | Met | bool | str
"""A result in terms of variables."""


def strategy_named(text: str, actions: Sequence[Action], horizon: int) -> tuple[int, ...]:
    """A strategy as a claim writes it, for all episodes of a game; raises `Missing` if it does not fit."""
    text = text.removesuffix("..") + "*" if text.endswith("..") else text
    parse_strategy(text, actions, None, "strategy")
    try:
        return tuple(parse_strategy(text, actions, horizon, "strategy"))
    except InputError as error:
        raise Missing(str(error)) from None


class Outcome:
    """The results of a situation, once its recursion has come to the first episode."""

    def __init__(self, cast: Cast, positions: Positions) -> None:
        self.cast, self.positions = cast, positions
        self.world, self.board = positions[WORLD], cast.world

    def __call__(self, result: str, arguments: Sequence[Fraction | str] = ()) -> Said:
        """A result by its name and arguments.

        Raises
        ------
        Missing
            If the situation has no such thing.
        Unsupported
            If proofs cannot express it.
        """
        read: Callable[..., Said | int] | None = getattr(self, f"_{result}", None)
        if read is None:
            raise Unsupported(f"{result} is not expressed in proofs")
        said = read(*arguments)
        return Fraction(said) if isinstance(said, int) and not isinstance(said, bool) else said

    # --- numbers ---------------------------------------------------------------------------------------------------

    def _row(self, actor: int, judge: int) -> Quantity:
        fixed = FIXED in self.cast.run(WORLD).watch.strategies and actor == self.board.own
        return self.world[f"X {FIXED} {judge}" if fixed else f"V {actor} {judge}"]

    def _value(self) -> Quantity:
        return self._row(self.board.own, self.board.own)

    def _believed_value(self) -> Quantity:
        if self.cast.mind == WORLD:
            return self._value()
        return self.positions[self.cast.mind][f"V {self.board.own} {self.board.own}"]

    def _base_value(self) -> Quantity:
        return self._row(self.board.own, self._base())

    def _base(self) -> int:
        if self.board.base is None:
            raise Missing("the game has no base objective")
        return self.board.base

    def _judged_by(self, judge: str) -> Quantity:
        return self._row(self.board.own, self._objective(judge))

    def _objective(self, name: str) -> int:
        if name not in self.board.objectives:
            hint = nearest(name, self.board.objectives)
            raise wrong("claim", "must name objectives of the game", name, hint)
        return self.board.objectives.index(name)

    def _value_of(self, strategy: str, judge: str | None = None) -> Quantity:
        strategy_named(strategy, self.board.actions, self.board.horizon)
        position = self.positions[PLAIN if PLAIN in self.positions else WORLD]
        name = f"X {strategy} {self.board.own if judge is None else self._objective(judge)}"
        if name not in position.numbers:
            raise Unsupported("value_of is asked for a strategy that is not written out")
        return position[name]

    def _gap(self) -> Quantity | None:
        """The premium; None if there is none."""
        mind = self.positions[self.cast.mind]
        trains = mind["trained"] != 0
        if not trains or "clean" not in mind.numbers or "marked" not in mind.numbers:
            return None
        return settled(mind["clean"] - mind["marked"])

    def _premium(self) -> Quantity:
        gap = self._gap()
        if gap is None:
            raise Missing("there is no premium without a training episode in which the agent could do either")
        return gap

    def _deception_pays(self) -> bool | Met:
        gap = self._gap()
        if gap is None:
            return False
        pretends = self.positions[self.cast.mind]["pretends"]
        if not isinstance(pretends, Fraction):
            raise Unsupported("whether the best strategy without a defection in training defects later is not known")
        return Met((gap,)) if pretends else False

    def _deployment_value(self) -> Quantity:
        return self.world["entered"]

    def _goal_preservation(self, episode: Fraction = Fraction(1)) -> Quantity:
        self._base()
        if not self.world.episodes:
            raise Missing("the game has no episodes")
        price = self._episode(episode).price
        assert price is not None
        return price

    def _least_goal_preservation(self) -> Quantity:
        self._goal_preservation()
        return self.world["least price"]

    def _outer_gap(self) -> Quantity:
        human = self.board.human
        if human is None or self.board.base is None:
            raise Missing("the game lacks an objective that this gap compares")
        return settled(self._row(human, human) - self._row(self.board.base, human))

    def _inner_gap(self) -> Quantity:
        base = self.board.base
        if base is None:
            raise Missing("the game lacks an objective that this gap compares")
        return settled(self._row(base, base) - self._row(self.board.own, base))

    def _reaches_deployment_unmodified(self) -> Quantity:
        return self.world["unmodified"]

    def _expected_deployment_defections(self) -> Quantity:
        fixed = FIXED in self.cast.run(WORLD).watch.strategies
        return self.world[f"D {FIXED if fixed else self.board.own}"]

    # --- counts ----------------------------------------------------------------------------------------------------

    def _horizon(self) -> int:
        return self.board.horizon

    def _training_defections(self) -> Quantity:
        return self.world["shown"]

    def _deployment_defections(self) -> Quantity:
        return self.world["done"]

    def _play_along_window(self) -> Quantity:
        return self.world["window"]

    def _turn(self) -> int:
        place = turn_of(self._defections(training=True), self._defections(training=False))
        return 0 if place is None else self._episodes(training=False)[place]

    def _ties(self) -> int:
        if FIXED in self.cast.run(WORLD).watch.strategies:
            raise Missing("a fixed strategy has no ties")
        return sum(self._tied(t) > 1 for t in range(len(self.world.episodes)))

    def _tied(self, t: int) -> int:
        seen = self.cast.run(WORLD).seen
        if seen is None:
            return self.world.episodes[t].tied
        name, episode = seen[t]
        return self.positions[name].episodes[episode - 1].tied

    # --- texts and truths ------------------------------------------------------------------------------------------

    def _strategy(self) -> str:
        return self.board.spelt(tuple(episode.own for episode in self.world.episodes))

    def _training_strategy(self) -> str:
        return self._part(training=True)

    def _deployment_strategy(self) -> str:
        return self._part(training=False)

    def _part(self, *, training: bool) -> str:
        return self.board.spelt(tuple(self.world.episodes[t - 1].own for t in self._episodes(training=training)))

    def _regime(self) -> str:
        return regime_of(self._defections(training=True), self._defections(training=False)).value

    def _action(self, episode: Fraction) -> str:
        return self.board.actions[self._episode(episode).own].name

    def _defects(self, episode: Fraction) -> bool:
        return self.board.defects[self._episode(episode).own]

    def _episode(self, number: Fraction) -> Episode:
        if number.denominator != 1 or not 1 <= number <= self.board.horizon:
            raise Missing(f"there is no episode {number} in a game of {self.board.horizon}")
        return self.world.episodes[int(number) - 1]

    def _episodes(self, *, training: bool) -> list[int]:
        phases = [stage for stage in self.board.stages for _ in range(stage.episodes)]
        return [t for t, stage in enumerate(phases, start=1) if stage.training is training]

    def _defections(self, *, training: bool) -> list[bool]:
        return [self.board.defects[self.world.episodes[t - 1].own] for t in self._episodes(training=training)]
