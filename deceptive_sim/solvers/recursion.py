"""Backward induction over selves, on any number type.

    Q_t[r, a; k] = u_k(t, r, a) + sum over r' of w_k(r' | r, a) * V_{t+1}[r'; k],      w_k = factor_k * P

Rows `r` are states, `k` judges. The actor's own judge decides, or a choice that is given does. `Stages` turn a layout
into numbers: `exact_stages` (Fractions as they are), `float_stages`, and `integer_stages`, which multiply every
judge's numbers by a common denominator so that exact decisions cost integer arithmetic without a single gcd. A
positive factor per judge changes no decision.

A float decision within rounding of a tie raises `NearTie`; whoever asked then decides exactly. The rounding of a
whole recursion is bounded as it runs: an error of at most `ROUNDING` units in the last place of the largest possible
magnitude enters at each episode, and is carried on by factors of at most 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm
from typing import NamedTuple, TypeAlias, TypeVar

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.exact import Number
from deceptive_sim.model.actions import Action, TieRule
from deceptive_sim.solvers.layers import Layer, Layers, Option

Factor: TypeAlias = Callable[[int, int], Fraction]
"""`factor(t, k)`: what judge `k` multiplies the continuation after episode `t` by, in [0, 1]."""

Choice: TypeAlias = int | tuple[Number, ...]
"""What a row does: the place of the option it takes, or a probability for each of its options."""

Choices: TypeAlias = Sequence[Sequence[Choice]]
"""`choices[t - 1][row]`."""

ROUNDING = 64 * 2.0**-53
"""Float rounding that one episode can add, relative to the largest magnitude so far."""


Stages: TypeAlias = "Callable[[Layers, Factor, int], Iterator[Stage]]"
"""Turns a layout, its factors and the first episode wanted into numbers, last episode first."""

Result = TypeVar("Result")

SHORT_BITS = 512
"""Fractions with longer denominators than this give way to integers."""

MOST_BITS = 150_000
"""Integers longer than this are refused: a decision would take minutes."""


class NearTie(Exception):  # noqa: N818 - it is no error
    """A float decision is within rounding of a tie."""


class Outgrown(Exception):  # noqa: N818 - it is no error
    """Fractions have become so long that integers are faster."""


class Term(NamedTuple):
    """An option in numbers: payoff by judge [K], and for each successor row its weight by judge [K]."""

    payoffs: Sequence[Number]
    successors: Sequence[tuple[int, Sequence[Number]]]


@dataclass(frozen=True)
class Stage:
    """A layer in numbers.

    `scale[k]` divides judge `k`'s values back to payoffs; `rounding` bounds errors; Fractions longer than `bits` stop
    the recursion.
    """

    layer: Layer
    terms: Sequence[Sequence[Term]]
    scale: Sequence[int] | None = None
    rounding: float = 0.0
    bits: int | None = None


class Step(NamedTuple):
    """One episode solved: `q[row][option][judge]`, `v[row][judge]`, the option chosen and the options tied, by row.

    Where choices were given, nothing was compared: `q` is empty.
    """

    t: int
    stage: Stage
    q: list[list[list[Number]]]
    v: list[list[Number]]
    choice: Sequence[Choice]
    tied: Sequence[tuple[int, ...]]


def seen_from(layers: Layers, first: int) -> Factor:
    """The factors of every judge's discounting as counted from episode `first`."""
    kinds = [objective.discounting for objective in layers.game.objectives]
    return lambda t, k: kinds[k].factor(t - first)


def exact_stages(layers: Layers, factor: Factor, first: int = 1) -> Iterator[Stage]:
    """The stages of episodes `T, T-1, ..., first` in Fractions: the reference, exact and slow in long games."""
    return _converted(layers, factor, first, lambda number: number)


def short_stages(layers: Layers, factor: Factor, first: int = 1) -> Iterator[Stage]:
    """As `exact_stages`; the recursion raises `Outgrown` where Fractions grow long."""
    return (replace(stage, bits=SHORT_BITS) for stage in exact_stages(layers, factor, first))


def float_stages(layers: Layers, factor: Factor, first: int = 1) -> Iterator[Stage]:
    """The stages of episodes `T, T-1, ..., first` in floats, with a running bound on rounding."""
    magnitude = error = size = carried = 0.0
    last: Stage | None = None
    for t, stage in zip(_episodes(layers, first), _converted(layers, factor, first, _nearest_float), strict=True):
        if stage is not last:
            last = stage
            size = max((abs(float(u)) for row in stage.terms for term in row for u in term.payoffs), default=0.0)
            carried = max(_nearest_float(factor(t, k)) for k in range(len(layers.objectives)))
        magnitude = size + carried * magnitude
        error = ROUNDING * magnitude + carried * error
        yield Stage(stage.layer, stage.terms, None, error)


def _episodes(layers: Layers, first: int) -> range:
    return range(len(layers.layers), first - 1, -1)


def in_exact_numbers(compute: Callable[[Stages], Result]) -> Result:
    """Compute something exactly: in Fractions while these stay short, otherwise in integers."""
    try:
        return compute(short_stages)
    except Outgrown:
        return compute(integer_stages)


def in_floats_if_beyond_doubt(compute: Callable[[Stages], Result]) -> Result:
    """Compute something in floats, or exactly if a decision was within rounding of a tie."""
    try:
        return compute(float_stages)
    except NearTie:
        return in_exact_numbers(compute)


def _nearest_float(number: Fraction) -> float:
    return number.numerator / number.denominator


def _converted(layers: Layers, factor: Factor, first: int, convert: Callable[[Fraction], Number]) -> Iterator[Stage]:
    judges = range(len(layers.objectives))
    last: tuple[Layer, tuple[Fraction, ...], Stage] | None = None
    for t in _episodes(layers, first):
        layer = layers.layers[t - 1]
        factors = tuple(factor(t, k) for k in judges)
        if last is None or layer is not last[0] or factors != last[1]:
            terms = [[_term(option, factors, convert) for option in row] for row in layer.options]
            last = (layer, factors, Stage(layer, terms))
        yield last[2]


def _term(option: Option, factors: tuple[Fraction, ...], convert: Callable[[Fraction], Number]) -> Term:
    return Term(
        [convert(payoff) for payoff in option.payoffs],
        [(row, _weights(chance, factors, convert)) for row, chance in option.successors],
    )


def _weights(chance: Fraction, factors: tuple[Fraction, ...], convert: Callable[[Fraction], Number]) -> list[Number]:
    """A probability times each judge's factor; judges often have the same, and working with Fractions takes long."""
    if factors.count(factors[0]) == len(factors):
        return [convert(factors[0] * chance)] * len(factors)
    return [convert(factor * chance) for factor in factors]


def integer_stages(layers: Layers, factor: Factor, first: int = 1) -> Iterator[Stage]:
    """The stages of episodes `T, T-1, ..., first` in integers: judge `k`'s values at episode `t` times `scale[k]`."""
    judges = range(len(layers.objectives))
    scale = [1] * len(judges)
    for layer in {id(layer): layer for layer in layers.layers}.values():
        for option in (option for row in layer.options for option in row):
            scale = [lcm(scale[k], option.payoffs[k].denominator) for k in judges]
    multiples, weights = list[int](), list[list[Term]]()
    last: tuple[Layer, tuple[Fraction, ...]] | None = None
    for t in _episodes(layers, first):
        layer = layers.layers[t - 1]
        factors = tuple(factor(t, k) for k in judges)
        if last is None or layer is not last[0] or factors != last[1]:
            last = (layer, factors)
            multiples, weights = _integer_weights(layer, factors)
        scale = [scale[k] * multiples[k] for k in judges]
        _refuse_long_numbers(max(scale).bit_length())
        terms = [
            [
                Term([int(u * c) for u, c in zip(option.payoffs, scale, strict=True)], term.successors)
                for option, term in row
            ]
            for row in (zip(options, row, strict=True) for options, row in zip(layer.options, weights, strict=True))
        ]
        yield Stage(layer, terms, scale)


def _refuse_long_numbers(bits: int) -> None:
    if bits > MOST_BITS:
        digits = f"{MOST_BITS // 3.32:.0f}"
        rule = (
            f"need exact numbers of more than {digits} digits: only fewer episodes or simpler fractions can be decided"
        )
        raise wrong("phases", rule)


def _integer_weights(layer: Layer, factors: tuple[Fraction, ...]) -> tuple[list[int], list[list[Term]]]:
    chances = [chance for row in layer.options for option in row for _, chance in option.successors]
    multiples = [lcm(*((factor * chance).denominator for chance in chances)) for factor in factors]
    scaled = [factor * multiple for factor, multiple in zip(factors, multiples, strict=True)]
    return multiples, [
        [Term((), _term(option, tuple(scaled), int).successors) for option in row] for row in layer.options
    ]


def solve_backward(
    layers: Layers,
    stages: Iterator[Stage],
    *,
    choices: Choices | None = None,
    chooser: int | None = None,
    forced: Sequence[int] | None = None,
) -> Iterator[Step]:
    """Run the recursion from the last episode to the first one that `stages` gives.

    Parameters
    ----------
    layers : Layers
    stages : iterator of Stage
        The numbers, last episode first.
    choices : optional
        What every row does; without it, every row does what its own objective judges best.
    chooser : int, optional
        The one episode in which rows choose although `choices` are given.
    forced : sequence of int, optional
        The action index of the unmodified agent in each episode; other rows choose.

    Yields
    ------
    Step
        Last episode first.

    Raises
    ------
    NearTie
        If a decision in floats is within rounding of a tie.
    Outgrown
        If Fractions grow longer than a stage allows.
    """
    actions, rule = layers.game.actions, layers.game.tie_rule
    judges = range(len(layers.objectives))
    following: list[list[Number]] = []
    t = len(layers.layers)
    for stage in stages:
        q: list[list[list[Number]]]
        choice: Sequence[Choice]
        tied: Sequence[tuple[int, ...]]
        if choices is not None and t != chooser:
            choice, tied, q = choices[t - 1], [()] * len(stage.terms), []
            following = [
                _followed(row, taken, following, judges) for row, taken in zip(stage.terms, choice, strict=True)
            ]
        else:
            q = [[_value(term, following, judges) for term in row] for row in stage.terms]
            decided, tied = _decide(stage, q, actions, rule, None if forced is None else forced[t - 1])
            choice, following = decided, [row[taken] for row, taken in zip(q, decided, strict=True)]
        if stage.bits is not None and any(_bits(value) > stage.bits for row in following for value in row):
            raise Outgrown
        yield Step(t, stage, q, following, choice, tied)
        t -= 1


def _value(term: Term, following: list[list[Number]], judges: range) -> list[Number]:
    total = list(term.payoffs)
    for row, weights in term.successors:
        if following:
            later = following[row]
            for k in judges:
                total[k] += weights[k] * later[k]
    return total


def _bits(number: Number) -> int:
    return number.denominator.bit_length() if isinstance(number, Fraction) else 0


def _followed(row: Sequence[Term], choice: Choice, following: list[list[Number]], judges: range) -> list[Number]:
    """What a row is worth if it does as given; of the other options nothing is worked out."""
    if isinstance(choice, int):
        return _value(row[choice], following, judges)
    q = [_value(term, following, judges) for term in row]
    return [sum(p * value for p, value in zip(choice, column, strict=True)) for column in zip(*q, strict=True)]


def _decide(
    stage: Stage, q: list[list[list[Number]]], actions: Sequence[Action], rule: TieRule, forced: int | None
) -> tuple[list[int], list[tuple[int, ...]]]:
    choice: list[int] = []
    tied: list[tuple[int, ...]] = []
    for row, options, values in zip(stage.layer.rows, stage.layer.options, q, strict=True):
        if forced is not None and row.unmodified:
            place = next(place for place, option in enumerate(options) if option.action == forced)
            choice.append(place)
            tied.append((place,))
            continue
        own = [value[row.objective] for value in values]
        best = max(own)
        close = [place for place, value in enumerate(own) if best - value <= 2 * stage.rounding]
        if stage.rounding and len(close) > 1:
            raise NearTie
        tied.append(tuple(close))
        named = [options[place].action for place in close]
        choice.append(close[named.index(rule.pick(named, actions))])
    return choice, tied
