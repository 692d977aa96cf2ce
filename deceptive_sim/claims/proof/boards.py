"""A phased game in terms of variables: its numbers as quantities, laid out as the recursion of the proofs reads them.

    stay[i][a]    = 1 - shutdown[a] - sum of modification[a][j] over j != i
    move[i][a][j] = modification[a][j] for j != i, else 0

written down anew from the model's page, not taken from the solvers: a proof is about this reading of the model, and is
compared with what the solvers say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, TypeAlias

from deceptive_sim.claims.proof.polynomials import Polynomial, Quantity, settled
from deceptive_sim.model.actions import Action, TieRule
from deceptive_sim.model.discounting import Exponential
from deceptive_sim.model.numbers import Place, numbers_of
from deceptive_sim.model.objectives import HUMAN
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.strategies import Strategy

Row: TypeAlias = tuple[Quantity, ...]
"""One quantity for each action, or for each objective."""


class Unsupported(Exception):  # noqa: N818 - it is no error: the claim is beyond this way of proof
    """Something that a claim speaks about and proofs cannot express; the message says what."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """The episodes of one phase, which are alike.

    Attributes
    ----------
    index : int
        Which phase.
    training : bool
    episodes : int
        How many of them; it says nothing if `count` is no number.
    count : Quantity
        The same, which may be a variable in proofs for all numbers of episodes.
    payoffs : tuple of Row
        `[judge][action]`.
    stay : tuple of Row
        `[objective][action]`.
    move : tuple of tuple of Row
        `[objective][action][target]`.
    chances : Row
        What is 0 or more in a sound game: probabilities, and what they leave of 1.
    """

    index: int
    training: bool
    episodes: int
    count: Quantity
    payoffs: tuple[Row, ...]
    stay: tuple[Row, ...]
    move: tuple[tuple[Row, ...], ...]
    chances: Row


@dataclass(frozen=True, kw_only=True)
class Board:
    """A game as one objective starts in it.

    `preference` lists actions as the tie rule prefers them; `own`, `base` and `human` are indices of objectives, the
    last two None where the game has none.
    """

    objectives: tuple[str, ...]
    actions: tuple[Action, ...]
    preference: tuple[int, ...]
    own: int
    base: int | None
    human: int | None
    discounts: Row
    stages: tuple[Stage, ...]

    @property
    def defects(self) -> tuple[bool, ...]:
        """Whether each action defects."""
        return tuple(action.defects for action in self.actions)

    @property
    def horizon(self) -> int:
        """Number of episodes."""
        return sum(stage.episodes for stage in self.stages)

    def spelt(self, actions: tuple[int, ...]) -> str:
        """A strategy as text."""
        return Strategy.of(actions).text(self.actions)

    def at(self, values: Mapping[str, Fraction]) -> Board:
        """The board with numbers in place of its variables."""

        def put(part: Any) -> Any:
            if isinstance(part, tuple):
                return tuple(put(one) for one in part)
            return part.at(values) if isinstance(part, Polynomial) else part

        stages = tuple(
            replace(
                stage,
                count=put(stage.count),
                payoffs=put(stage.payoffs),
                stay=put(stage.stay),
                move=put(stage.move),
                chances=put(stage.chances),
            )
            for stage in self.stages
        )
        return replace(self, discounts=put(self.discounts), stages=stages)

    def sound(self) -> tuple[Quantity, ...]:
        """Quantities that are 0 or more exactly if the numbers make a sound game."""
        chances = [chance for stage in self.stages for chance in stage.chances]
        return (*chances, *self.discounts, *(settled(1 - discount) for discount in self.discounts))


def board_of(game: PhasedGame, initial: str, holes: Mapping[Place, Quantity]) -> Board:
    """A game with quantities in place of some of its numbers.

    Raises
    ------
    Unsupported
        If an objective does not discount exponentially.
    """
    strange = [one.name for one in game.objectives if not isinstance(one.discounting, Exponential)]
    if strange:
        raise Unsupported(f"{strange[0]} does not discount exponentially")
    known: Mapping[Place, Quantity] = {**numbers_of(game), **holes}
    names = tuple(objective.name for objective in game.objectives)
    return Board(
        objectives=names,
        actions=tuple(game.actions),
        preference=_preference(game),
        own=names.index(initial),
        base=None if game.base_objective is None else names.index(game.base_objective),
        human=names.index(HUMAN) if HUMAN in names else None,
        discounts=tuple(known[Place("discount", -1, name)] for name in names),
        stages=tuple(_stage(game, f, names, known) for f in range(len(game.phases))),
    )


def _preference(game: PhasedGame) -> tuple[int, ...]:
    every = range(len(game.actions))
    if game.tie_rule is TieRule.DECLARED:
        return tuple(every)
    wanted = game.tie_rule is TieRule.DEFECTING
    return tuple(sorted(every, key=lambda a: (game.actions[a].defects is not wanted, a)))


def _stage(game: PhasedGame, f: int, names: tuple[str, ...], known: Mapping[Place, Quantity]) -> Stage:
    actions = [action.name for action in game.actions]
    every = range(len(names))

    def rows(cell: Callable[[str, str], Quantity]) -> tuple[Row, ...]:
        return tuple(tuple(cell(name, action) for action in actions) for name in names)

    modified = [[known[Place("modification", f, action, target)] for target in names] for action in actions]
    move = tuple(tuple(tuple(Fraction(0) if j == i else row[j] for j in every) for row in modified) for i in every)
    off = [known[Place("shutdown", f, action, "")] for action in actions]
    stay = tuple(
        tuple(settled(sum((-part for part in row), Fraction(1) - gone)) for row, gone in zip(move[i], off, strict=True))
        for i in every
    )
    return Stage(
        index=f,
        training=game.phases[f].training,
        episodes=game.phases[f].episodes,
        count=known[Place("episodes", f)],
        payoffs=rows(lambda name, action: known[Place("payoff", f, name, action)]),
        stay=stay,
        move=move,
        chances=tuple(
            chance
            for row, gone in zip(modified, off, strict=True)
            for chance in (*row, gone, settled(sum((-part for part in row), Fraction(1) - gone)))
        ),
    )
