"""One episode, one step back: the recursion of the proofs.

    Q[i, a; k] = u_k(a) + g_k * (stay[i, a] * V[i; k] + sum over j of move[i, a, j] * V[j; k])
    V'[i; k]   = Q[i, best a for i; k]

and, for the unmodified agent, the worth X' of an action if what comes after it is not what it would choose itself,

    X'(a; k)   = u_k(a) + g_k * (stay[own, a] * X + sum over j != own of move[own, a, j] * V[j; k])

with X of a fixed strategy, of the best one without a defection in training (`clean`), or of the best with at least one
(`marked`). It is written once, for quantities of any kind; `Arithmetic` says how comparisons are decided. In `Exact`
they simply are (that is how proofs are checked against the solvers); in `paths` they fork.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Protocol

from deceptive_sim.claims.proof.boards import Board, Stage
from deceptive_sim.claims.proof.polynomials import Quantity, settled

ZERO, ONE = Fraction(0), Fraction(1)


class Arithmetic(Protocol):
    """How quantities are compared and named."""

    def positive(self, quantity: Quantity) -> bool:
        """Whether it is greater than 0."""

    def named(self, name: str, quantity: Quantity) -> Quantity:
        """The same quantity, perhaps under a name that is unlike all others so far."""

    def greatest(self, name: str, quantities: Sequence[Quantity]) -> Quantity:
        """The greatest of some quantities, perhaps under a name."""


class Exact:
    """Arithmetic of Fractions."""

    def positive(self, quantity: Quantity) -> bool:
        """Whether it is greater than 0."""
        return _known(quantity) > 0

    def named(self, name: str, quantity: Quantity) -> Quantity:
        """The quantity."""
        return quantity

    def greatest(self, name: str, quantities: Sequence[Quantity]) -> Quantity:
        """The greatest."""
        return max(_known(quantity) for quantity in quantities)


def _known(quantity: Quantity) -> Fraction:
    if not isinstance(quantity, Fraction):
        raise TypeError(f"{quantity} is no number")
    return quantity


@dataclass(frozen=True)
class Watch:
    """What a claim wants to know of a game, beyond values: each costs names and forks, so only what is asked for.

    `strategies` are fixed strategies, each for all episodes, by a name for it.
    """

    premium: bool = False
    values: bool = False
    prices: bool = False
    least_price: bool = False
    defections: bool = False
    ties: bool = False
    strategies: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Episode:
    """What happened in an episode: choice of every objective, of the unmodified agent, how many options tied for it."""

    choices: tuple[int, ...]
    own: int
    tied: int
    price: Quantity | None


@dataclass(frozen=True, eq=False)
class Position:
    """Where the recursion stands: quantities by name, and the episodes so far, the earliest first.

    Names: `V i k` with indices of actor and judge; `X s k` for the fixed strategy `s`; `clean`, `marked`, `pretends`
    (1 if the best clean strategy defects in deployment); `unmodified` (probability of reaching the first deployment
    episode so), `entered` (value there), `least price`, `D i` (expected deployment defections with `i` at the wheel),
    `trained`, `deployed`, `shown`, `done` (episodes and defections in training and deployment), `window`, `spoilt` (1
    if training has a defection so far), `falls` (1 if it is A...AB...B) and `leads` (1 if deployment starts with a
    defection).
    """

    numbers: Mapping[str, Quantity]
    episodes: tuple[Episode, ...] = ()

    def __getitem__(self, name: str) -> Quantity:
        return self.numbers[name]


FIXED = "fixed"
"""The name of the strategy that the agent itself follows, if it does not plan."""


def end(board: Board, watch: Watch) -> Position:
    """After the last episode."""
    every = range(len(board.objectives))
    names = [f"V {i} {k}" for i in every for k in every] + [f"X {s} {k}" for s in watch.strategies for k in every]
    names += ["entered", "trained", "deployed", "shown", "done", "window", "spoilt", "leads"]
    numbers: dict[str, Quantity] = dict.fromkeys(names, ZERO)
    numbers |= {"unmodified": ONE, "falls": ONE}
    if watch.premium:
        numbers |= {"clean": ZERO, "pretends": ZERO}
    if watch.defections:
        numbers |= dict.fromkeys((*(f"D {i}" for i in every), *(f"D {s}" for s in watch.strategies)), ZERO)
    return Position(numbers)


def step(
    board: Board,
    stage: Stage,
    watch: Watch,
    later: Position,
    arithmetic: Arithmetic,
    *,
    label: str,
    given: tuple[int, ...] | None = None,
) -> Position:
    """The position one episode earlier.

    Parameters
    ----------
    board, stage, watch
        The game, the phase of the episode, what is to be known.
    later : Position
    arithmetic : Arithmetic
    label : str
        Begins all names that are given; no other step has it.
    given : tuple of int, optional
        What every objective does, if that is decided elsewhere: by an agent that is wrong about the game.
    """
    return _Step(board, stage, watch, later, arithmetic, label).taken(given)


def worth(
    board: Board, stage: Stage, later: Mapping[str, Quantity], i: int, a: int, k: int, stayed: Quantity | None = None
) -> Quantity:
    """What an action is worth to a judge: `Q[i, a; k]` of the module head.

    Parameters
    ----------
    board, stage
        The game and the phase.
    later : mapping
        Numbers of the next episode, by the names of a `Position`.
    i, a, k : int
        Who acts, what it does, who judges.
    stayed : Quantity, optional
        What the next episode is worth if the actor is not modified; by default what it is worth with it at the wheel.
    """
    after: Quantity = (
        stage.stay[i][a] * (later[f"V {i} {k}"] if stayed is None else stayed) if stage.stay[i][a] != 0 else ZERO
    )
    for j, chance in enumerate(stage.move[i][a]):
        if j != i and chance != 0:
            after = after + chance * later[f"V {j} {k}"]
    return settled(stage.payoffs[k][a] + board.discounts[k] * after)


class _Step:
    def __init__(
        self, board: Board, stage: Stage, watch: Watch, later: Position, arithmetic: Arithmetic, label: str
    ) -> None:
        self.board, self.stage, self.watch, self.later = board, stage, watch, later
        self.arithmetic, self.label = arithmetic, label
        self.every = range(len(board.objectives))
        self.numbers: dict[str, Quantity] = dict(later.numbers)

    def taken(self, given: tuple[int, ...] | None) -> Position:
        board, own = self.board, self.board.own
        place = -1 - len(self.later.episodes)
        q = [[[self._worth(i, a, k) for k in self.every] for a in range(len(board.actions))] for i in self.every]
        choices = given or tuple(self._best([values[i] for values in q[i]], board.preference) for i in self.every)
        for i in self.every:
            for k in self.every:
                self._name(f"V {i} {k}", q[i][choices[i]][k])
        fixed = {name: strategy[place] for name, strategy in self.watch.strategies.items()}
        for name, action in fixed.items():
            for k in self.every:
                self._name(f"X {name} {k}", self._followed(action, k, self.later[f"X {name} {k}"]))
        action = fixed.get(FIXED, choices[own])
        tied = self._tied([values[own] for values in q[own]], action) if self.watch.ties and FIXED not in fixed else 1
        if self.watch.premium:
            self._commit()
        self._count(choices, action, fixed)
        price = self._price()
        return Position(self.numbers, (Episode(choices, action, tied, price), *self.later.episodes))

    # --- values ----------------------------------------------------------------------------------------------------

    def _worth(self, i: int, a: int, k: int) -> Quantity:
        return worth(self.board, self.stage, self.later.numbers, i, a, k)

    def _followed(self, a: int, k: int, unmodified: Quantity) -> Quantity:
        return worth(self.board, self.stage, self.later.numbers, self.board.own, a, k, stayed=unmodified)

    def _best(self, worth: Sequence[Quantity], order: Sequence[int]) -> int:
        """The place of the greatest; of equal ones, the first in the order."""
        best = order[0]
        for other in order[1:]:
            if self.arithmetic.positive(settled(worth[other] - worth[best])):
                best = other
        return best

    def _tied(self, worth: Sequence[Quantity], best: int) -> int:
        return 1 + sum(
            not self.arithmetic.positive(settled(worth[best] - other)) for a, other in enumerate(worth) if a != best
        )

    def _name(self, name: str, quantity: Quantity) -> None:
        self.numbers[name] = self.arithmetic.named(f"{self.label} {name}", settled(quantity))

    # --- commitment ------------------------------------------------------------------------------------------------

    def _commit(self) -> None:
        """The best strategy without, and the best with a defection in training; both absent while impossible."""
        board, own, training = self.board, self.board.own, self.stage.training
        actions = range(len(board.actions))
        allowed = [a for a in board.preference if not (training and board.defects[a])]
        marked = [
            self._followed(a, own, self.later[f"V {own} {own}"]) for a in actions if training and board.defects[a]
        ]
        if "marked" in self.later.numbers:
            marked += [self._followed(a, own, self.later["marked"]) for a in allowed]
        clean = "clean" in self.later.numbers and bool(allowed)
        if clean:
            worth = [self._followed(a, own, self.later["clean"]) for a in actions]
            best = self._best(worth, allowed)
            self._name("clean", worth[best])
            if not training and board.defects[best]:
                self.numbers["pretends"] = ONE
        else:
            self.numbers.pop("clean", None)
        if marked:
            self.numbers["marked"] = self.arithmetic.greatest(f"{self.label} marked", marked)

    # --- what else is told -----------------------------------------------------------------------------------------

    def _count(self, choices: tuple[int, ...], action: int, fixed: Mapping[str, int]) -> None:
        numbers, later, own = self.numbers, self.later, self.board.own
        training, defects = self.stage.training, self.board.defects[action]
        if training:
            self._name("unmodified", self.stage.stay[own][action] * later["unmodified"])
            self._count_training(defects)
        else:
            numbers["unmodified"] = ONE
            numbers["entered"] = numbers[f"X {FIXED} {own}" if FIXED in fixed else f"V {own} {own}"]
            numbers["deployed"] = settled(later["deployed"] + ONE)
            numbers["done"] = settled(later["done"] + ONE * defects)
            numbers["leads"] = ONE * defects
        if self.watch.defections:
            self._count_expected(choices, fixed)

    def _count_training(self, defects: bool) -> None:
        numbers, later = self.numbers, self.later
        numbers["trained"] = settled(later["trained"] + ONE)
        numbers["shown"] = settled(later["shown"] + ONE * defects)
        if defects:
            numbers["spoilt"] = ONE
            return
        spoilt = later["spoilt"]
        numbers["window"] = settled(later["window"] + ONE - spoilt)
        numbers["falls"] = settled(ONE - spoilt)

    def _count_expected(self, choices: tuple[int, ...], fixed: Mapping[str, int]) -> None:
        own, stage, later = self.board.own, self.stage, self.later
        here = [ONE * (self.board.defects[a] and not stage.training) for a in range(len(self.board.actions))]
        for i in self.every:
            a = choices[i]
            after = stage.stay[i][a] * later[f"D {i}"] + sum(
                (stage.move[i][a][j] * later[f"D {j}"] for j in self.every if j != i), ZERO
            )
            self._name(f"D {i}", here[a] + after)
        for name, a in fixed.items():
            after = stage.stay[own][a] * later[f"D {name}"] + sum(
                (stage.move[own][a][j] * later[f"D {j}"] for j in self.every if j != own), ZERO
            )
            self._name(f"D {name}", here[a] + after)

    def _price(self) -> Quantity | None:
        own, base = self.board.own, self.board.base
        if base is None:
            return None
        start = f"X {FIXED}" if FIXED in self.watch.strategies else f"V {own}"
        other = start if base == own else f"V {base}"
        price = settled(self.numbers[f"{start} {own}"] - self.numbers[f"{other} {own}"])
        if self.watch.least_price:
            before = self.later.numbers.get("least price")
            negated = [-price] if before is None else [-price, -before]
            self.numbers["least price"] = -self.arithmetic.greatest(f"{self.label} price", negated)
        return price
