"""What may be so in every episode of a leg: facts to try in proofs by induction.

They are of a few plain forms, each tried for all quantities that it fits. None is believed: those that fail in some
sample are dropped first, the others have to follow from one another episode by episode (`induction`).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from deceptive_sim.claims.facts import Fact, Missing
from deceptive_sim.claims.language.tree import Logic, Node, Of
from deceptive_sim.claims.proof.boards import Board, Stage, Unsupported
from deceptive_sim.claims.proof.polynomials import Quantity, settled
from deceptive_sim.claims.proof.predicted import fact_of
from deceptive_sim.claims.proof.prover import Prover
from deceptive_sim.claims.proof.readings import Reader, holds_at
from deceptive_sim.claims.proof.steps import worth
from deceptive_sim.claims.proof.walks import Leg, State, View, Walk

Key: TypeAlias = tuple[str, str]
"""A quantity: the game, and its name there."""

Term: TypeAlias = "Callable[[Moment], Quantity]"
"""A quantity at a moment; a `KeyError` if it is not there."""


@dataclass(frozen=True, eq=False)
class Moment:
    """A point in a leg: what holds there, what held when the leg began, how many of its episodes have been taken."""

    view: View
    before: Mapping[Key, Quantity]
    taken: Quantity

    def __getitem__(self, key: Key) -> Quantity:
        return self.view.state.numbers[key]

    def stage(self, name: str, place: int) -> Stage:
        """A phase of one of the games."""
        return self.view.walk.casts[name].world.stages[place]


@dataclass(frozen=True)
class Sided:
    """A comparison of a quantity with 0: `>`, `>=` or `==`."""

    quantity: Quantity
    sign: str


@dataclass(frozen=True, eq=False)
class Plain:
    """A fact that one of some comparisons holds; they are worked out at every moment anew.

    `weaker` facts follow from it, and are tried in its place if it fails.
    """

    sides: Callable[[Moment], tuple[Sided, ...]]
    weaker: tuple[Plain, ...] = ()

    def holds(self, moment: Moment) -> bool | None:
        """Whether it does where all is known; None if it makes no sense."""
        try:
            return any(_true(side) for side in self.sides(moment))
        except KeyError:
            return None

    def formula(self, prover: Prover, moment: Moment) -> Any:
        """The fact for z3; None if it makes no sense."""
        try:
            parts = [_written(prover, side) for side in self.sides(moment)]
        except KeyError:
            return None
        return parts[0] if len(parts) == 1 else prover.z3.Or(*parts)


@dataclass(frozen=True, eq=False)
class Stated:
    """A fact that a claim states, read of the games that begin at the moment."""

    node: Node
    weaker: tuple[Stated, ...] = ()

    def holds(self, moment: Moment) -> bool | None:
        """Whether it does where all is known; None if it makes no sense."""

        def result(leaf: Of) -> Fact:
            return fact_of(moment.view.said(leaf))

        try:
            return holds_at(self.node, moment.view.scene, result)
        except (Missing, Unsupported):
            return None

    def formula(self, prover: Prover, moment: Moment) -> Any:
        """The fact for z3; None if it makes no sense."""
        reader = Reader(prover, moment.view.scene, moment.view.outcomes)
        try:
            read = reader.read(self.node)
        except (Missing, Unsupported):
            return None
        return prover.z3.And(read.holds, *read.defined)


Candidate: TypeAlias = Plain | Stated


def _true(side: Sided) -> bool:
    if not isinstance(side.quantity, Fraction):
        raise TypeError("only what is known can be decided")
    return side.quantity == 0 if side.sign == "==" else side.quantity > 0 or (side.sign == ">=" and side.quantity == 0)


def _written(prover: Prover, side: Sided) -> Any:
    expression = prover.expression(side.quantity)
    return expression == 0 if side.sign == "==" else expression > 0 if side.sign == ">" else expression >= 0


# --- terms -----------------------------------------------------------------------------------------------------------


def _now(key: Key) -> Term:
    return lambda moment: moment[key]


def _was(key: Key) -> Term:
    return lambda moment: moment.before[key]


def _less(one: Term, other: Term) -> Term:
    return lambda moment: one(moment) - other(moment)


def _minus(one: Term) -> Term:
    return lambda moment: -one(moment)


def _known(number: int) -> Term:
    return lambda moment: Fraction(number)


def _episodes(moment: Moment) -> Quantity:
    return moment.taken


def _payoff(name: str, stage: int, judge: int, action: int) -> Term:
    return lambda moment: moment.stage(name, stage).payoffs[judge][action]


def _drained(key: Key, stage: int, judge: int, action: int, *, modified: bool) -> Term:
    """What a value loses in one episode by discounting, and by modification too, if that counts."""

    def term(moment: Moment) -> Quantity:
        board = moment.view.walk.casts[key[0]].world
        kept = board.stages[stage].stay[board.own][action] if modified else Fraction(1)
        return moment[key] * (1 - board.discounts[judge] * kept)

    return term


def _paid(name: str, stage: int, judge: int, action: int) -> Term:
    """A payoff as often as there were episodes."""
    return lambda moment: moment.stage(name, stage).payoffs[judge][action] * moment.taken


def _gap(name: str, stage: int, i: int, a: int, b: int) -> Term:
    """What an action is worth more than another one to an actor, one episode earlier."""

    def term(moment: Moment) -> Quantity:
        board = moment.view.walk.casts[name].world
        later = {key: number for (game, key), number in moment.view.state.numbers.items() if game == name}
        one, other = (worth(board, board.stages[stage], later, i, action, i) for action in (a, b))
        return one - other

    return term


def _power(place: int) -> Term:
    def term(moment: Moment) -> Quantity:
        found = moment.view.state.powers[place]
        if found is None:
            raise KeyError(place)
        return found

    return term


# --- forms -----------------------------------------------------------------------------------------------------------


def candidates(walk: Walk, leg: Leg, state: State) -> list[Candidate]:
    """Everything that is tried in a leg.

    Parameters
    ----------
    walk : Walk
    leg : Leg
    state : State
        After the first step: it says which quantities there are.
    """
    return [
        *map(_stated, walk.trees),
        *_lone(walk, leg, state),
        *_pairs(walk, state),
        *_bests(walk, state),
        *_gaps(walk, leg, state),
        *_powers(walk),
    ]


def _stated(node: Node) -> Stated:
    parts = node.parts if isinstance(node, Logic) and node.operator == "and" else ()
    return Stated(node, tuple(map(_stated, parts)))


def _fact(*sides: tuple[Term, str], weaker: Sequence[Plain] = ()) -> Plain:
    return Plain(lambda moment: tuple(Sided(settled(term(moment)), sign) for term, sign in sides), tuple(weaker))


def _beside_zero(term: Term) -> Plain:
    """That something is 0; failing that, that it is at least 0, or at most."""
    return _fact((term, "=="), weaker=[_fact((term, ">=")), _fact((_minus(term), ">="))])


def _over_zero(term: Term) -> Plain:
    """That something is greater than 0; failing that, that it is at least 0."""
    return _fact((term, ">"), weaker=[_fact((term, ">="))])


def _lone(walk: Walk, leg: Leg, state: State) -> Iterator[Plain]:
    """A quantity beside 0, beside 1, beside what it was, with and without a payoff, or 1, for every episode."""
    for key in state.numbers:
        yield _beside_zero(_now(key))
        yield from _beside_payoffs(walk, leg, key)
        grown = _less(_now(key), _was(key))
        yield _beside_zero(grown)
        for amount in _amounts(walk, leg, key):
            yield _beside_zero(_less(grown, amount))


def _beside_payoffs(walk: Walk, leg: Leg, key: Key) -> Iterator[Plain]:
    """A value beside that of one episode, and of the same episode for ever; a count beside 1."""
    judge = judge_of(walk.casts[key[0]].world, key[1])
    if judge is None:
        yield _fact((_less(_now(key), _known(1)), "=="))
        return
    for action in range(len(walk.casts[key[0]].world.actions)):
        payoff = _payoff(key[0], leg.stage, judge, action)
        yield _beside_zero(_less(_now(key), payoff))
        for modified in (False, True):
            drained = _drained(key, leg.stage, judge, action, modified=modified)
            yield _fact((_less(payoff, drained), ">="))
            yield _fact((_less(drained, payoff), ">="))


def _amounts(walk: Walk, leg: Leg, key: Key) -> Iterator[Term]:
    """What episodes may have added to a quantity."""
    judge = judge_of(walk.casts[key[0]].world, key[1])
    if judge is None:
        yield _episodes
        return
    payoffs = walk.casts[key[0]].world.stages[leg.stage].payoffs[judge]
    for action, payoff in enumerate(payoffs):
        if payoff != 0 and payoff not in payoffs[:action]:
            yield _paid(key[0], leg.stage, judge, action)


def judge_of(board: Board, key: str) -> int | None:
    """Whose payoffs a quantity is a sum of; None if it is none."""
    kind, *rest = key.split(" ")
    if kind in ("V", "X"):
        return int(rest[-1])
    return board.own if kind in ("clean", "marked", "entered") else None


def _pairs(walk: Walk, state: State) -> Iterator[Plain]:
    """Two sums of payoffs of the same judge, or the same count in two games."""
    for one, other in itertools.combinations(state.numbers, 2):
        judges = [judge_of(walk.casts[name].world, key) for name, key in (one, other)]
        if judges[0] == judges[1] and (judges[0] is not None or one[1] == other[1]):
            yield _beside_zero(_less(_now(one), _now(other)))


def _bests(walk: Walk, state: State) -> Iterator[Plain]:
    """The value of the best strategy is that of the best without, or of the best with a defection in training."""
    for name, cast in walk.casts.items():
        value, *rivals = ((name, key) for key in (f"V {cast.world.own} {cast.world.own}", "clean", "marked"))
        if all(key in state.numbers for key in (value, *rivals)):
            yield _fact(*((_less(_now(value), _now(key)), "==") for key in rivals))


def _gaps(walk: Walk, leg: Leg, state: State) -> Iterator[Plain]:
    """Which action will be better one episode earlier, for whoever is at the wheel; or that once training is spoilt."""
    for name in leg.games:
        board = walk.casts[name].world
        actors = sorted({int(key.split(" ")[1]) for game, key in state.numbers if game == name and key[:2] == "V "})
        for i, (a, b) in itertools.product(actors, itertools.permutations(range(len(board.actions)), 2)):
            gap = _gap(name, leg.stage, i, a, b)
            yield _over_zero(gap)
            for key in ((name, "spoilt"), (name, "shown")) if i == board.own else ():
                if key in state.numbers:
                    yield _fact((_now(key), "=="), (gap, ">"))


def _powers(walk: Walk) -> Iterator[Plain]:
    """Powers lie between 0 and 1."""
    for place in range(len(walk.power_list)):
        yield _over_zero(_power(place))
        yield _fact((_less(_known(1), _power(place)), ">="))
