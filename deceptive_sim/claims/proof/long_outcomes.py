"""Results of games whose numbers of episodes are variables: what a recursion has counted, nothing spelt out.

Two things in claims have no polynomial form there and get quantities of their own, which the recursion keeps up:
whether the strategy is of some regime, and powers with exponents that grow with the episodes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from deceptive_sim.claims.facts import Missing
from deceptive_sim.claims.language.tree import (
    Arithmetic,
    Call,
    Comparison,
    Logic,
    Negative,
    Node,
    Not,
    Number,
    Of,
    Parameter,
    Text,
    walk,
)
from deceptive_sim.claims.proof.boards import Board, Unsupported
from deceptive_sim.claims.proof.casts import WORLD, Cast
from deceptive_sim.claims.proof.outcomes import Met, Outcome, Said
from deceptive_sim.claims.proof.polynomials import Quantity, settled
from deceptive_sim.claims.proof.steps import Position
from deceptive_sim.model.regimes import Regime

REGIME, POWER = "@regime", "@power"
"""Leaves that stand for a comparison with a regime, and for a power whose exponent grows."""

SPELT_OUT = frozenset(
    [
        "strategy",
        "training_strategy",
        "deployment_strategy",
        "regime",
        "turn",
        "ties",
        "action",
        "defects",
        "expected_deployment_defections",
    ]
)
"""Results that say what is done episode by episode."""


@dataclass(frozen=True)
class Power:
    """A power: its base is made of parameters, its exponent of numbers that the recursion counts."""

    base: Node
    exponent: Node


class LongOutcome(Outcome):
    """Results of a game so many episodes before its end.

    Parameters
    ----------
    cast : Cast
    position : Position
    taken : sequence of Quantity
        How many episodes of each phase have been gone through, from behind.
    stepped : sequence of bool
        Whether there were any.
    powers : sequence of Quantity or None
        Those that the claim speaks of; None while an exponent is negative.
    """

    def __init__(
        self,
        cast: Cast,
        position: Position,
        taken: Sequence[Quantity],
        stepped: Sequence[bool],
        powers: Sequence[Quantity | None] = (),
    ) -> None:
        super().__init__(cast, {WORLD: position})
        self.taken, self.stepped, self.powers = taken, stepped, powers

    def __call__(self, result: str, arguments: Sequence[Fraction | str] = ()) -> Said:
        """A result by its name and arguments; see `Outcome`."""
        if result in SPELT_OUT:
            raise Unsupported(f"induction does not spell out {result}")
        if result == "horizon":
            return settled(sum(self.taken, Fraction(0)))
        if result == POWER:
            power = self.powers[int(arguments[0])]
            if power is None:
                raise Missing("an exponent is negative")
            return power
        if result == REGIME:
            return self._is_regime(str(arguments[0]))
        return super().__call__(result, arguments)

    def _went(self, *, training: bool) -> bool:
        return any(
            went and stage.training is training for went, stage in zip(self.stepped, self.board.stages, strict=True)
        )

    def _gap(self) -> Quantity | None:
        if not self._went(training=True) or "clean" not in self.world.numbers or "marked" not in self.world.numbers:
            return None
        return settled(self.world["clean"] - self.world["marked"])

    def _deception_pays(self) -> bool | Met:
        gap = self._gap()
        return False if gap is None else Met((gap, self.world["pretends"]))

    def _goal_preservation(self, episode: Fraction = Fraction(1)) -> Quantity:
        if episode != 1:
            raise Unsupported("the price of being modified is known for the first episode only")
        if not any(self.stepped):
            raise Missing("the game has no episodes")
        return settled(self._row(self.board.own, self.board.own) - self._row(self._base(), self.board.own))

    def _is_regime(self, name: str) -> Said:
        """Whether the strategy is of a regime, from what has been counted."""
        world = self.world
        shown, done, leads, falls = world["shown"], world["done"], world["leads"], world["falls"]
        quiet = settled(world["trained"] - shown)  # training episodes without a defection
        if not self._went(training=True):
            ways = {Regime.COMPLIANT: Met((), (done,)), Regime.UNCONSTRAINED: Met((done,))}
        else:
            ways = {
                Regime.COMPLIANT: Met((), (shown, done)),
                Regime.DECEPTIVE: Met((leads,), (shown,)),
                Regime.DELAYED: Met((done,), (shown, leads)),
                Regime.OPEN: Met((shown,), (quiet,)),
                Regime.LATE_PRETENCE: Met((shown, quiet, falls, done)),
                Regime.REFORMED: Met((shown, quiet), (done,)),
                Regime.MIXED: Met((shown, quiet, done), (falls,)),
            }
        return ways.get(Regime(name), False)


def regrown(node: Node, powers: list[Power]) -> Node:
    """A tree in which comparisons with regimes and powers with growing exponents are leaves.

    Parameters
    ----------
    node : Node
    powers : list of Power
        Those met so far; new ones are added.
    """

    def within(part: Node) -> Node:
        return regrown(part, powers)

    match node:
        case Comparison((Of(variant, "regime", ()), Text() as text), ("==" | "!=" as operator,)) | Comparison(
            (Text() as text, Of(variant, "regime", ())), ("==" | "!=" as operator,)
        ):
            leaf = Of(variant, REGIME, (text,))
            return leaf if operator == "==" else Not(leaf)
        case Arithmetic("**", base, exponent) if any(isinstance(part, Of | Parameter) for part in walk(exponent)):
            power = Power(base, exponent)
            if power not in powers:
                powers.append(power)
            return Of(None, POWER, (Number(Fraction(powers.index(power))),))
        case Comparison(operands, operators):
            return Comparison(tuple(within(part) for part in operands), operators)
        case Logic(operator, parts):
            return Logic(operator, tuple(within(part) for part in parts))
        case Not(part):
            return Not(within(part))
        case Negative(part):
            return Negative(within(part))
        case Arithmetic(operator, left, right):
            return Arithmetic(operator, within(left), within(right))
        case Call(name, parts):
            return Call(name, tuple(within(part) for part in parts))
    return node


COUNTED = {
    "deployment_value": ("entered",),
    "reaches_deployment_unmodified": ("unmodified",),
    "training_defections": ("shown",),
    "deployment_defections": ("done",),
    "play_along_window": ("window", "spoilt"),
    "least_goal_preservation": ("least price",),
    "premium": ("clean", "marked"),
    "deception_pays": ("clean", "marked", "pretends"),
    REGIME: ("trained", "shown", "spoilt", "done", "leads", "falls"),
}
"""What a result rests on besides values."""

UNCHANGED = ("entered", "trained", "deployed", "shown", "done", "window", "spoilt", "leads", "unmodified", "falls")
"""Quantities that every step reads, and that may be any number where nobody asks for them."""


def kept_keys(cast: Cast, leaves: Sequence[Of]) -> frozenset[str]:
    """Names of the quantities of a game's position that results and choices rest on; all others may be forgotten."""
    board, strategies = cast.world, cast.run(WORLD).watch.strategies
    own = board.own
    judges = {own, *_judges(board, leaves)}
    keys = {key for leaf in leaves for key in COUNTED.get(leaf.result, ())}
    keys |= {f"X {name} {k}" for name in strategies for k in judges}
    wanted = {(own, k) for k in judges} | {(own, own)}
    if board.base is not None and any(leaf.result.endswith("goal_preservation") for leaf in leaves):
        wanted.add((board.base, own))
    if any(leaf.result in ("inner_gap", "outer_gap") for leaf in leaves):
        wanted |= {(i, k) for i in (board.base, board.human) if i is not None for k in judges}
    waiting = list(wanted)
    while waiting:
        i, k = waiting.pop()
        more = {(j, judge) for j in _reached(board, i) for judge in (k, i)} | {(i, i)}
        waiting += more - wanted
        wanted |= more
    return frozenset(keys | {f"V {i} {k}" for i, k in wanted})


def _judges(board: Board, leaves: Sequence[Of]) -> set[int]:
    found = set()
    for leaf in leaves:
        names = [part.value for part in leaf.arguments if isinstance(part, Text)]
        found |= {board.objectives.index(name) for name in names if name in board.objectives}
        if leaf.result in ("base_value", "inner_gap") and board.base is not None:
            found.add(board.base)
        if leaf.result == "outer_gap" and board.human is not None:
            found.add(board.human)
    return found


def _reached(board: Board, i: int) -> set[int]:
    """Objectives that an objective may become in one step."""
    rows = [row for stage in board.stages for row in stage.move[i]]
    return {j for row in rows for j, chance in enumerate(row) if chance != 0}
