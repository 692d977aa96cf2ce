"""What the first self would get by committing to a strategy: the best ones, how many, and the premium of deception.

The unmodified agent is a chain: in episode `t` action `a` pays `u`, the run goes on unmodified with (discounted)
weight `stay`, and with the remaining weights falls to modified selves whose play is given:

    X_t(a) = u(t, a) + stay(t, a) * X_{t+1} + sum over modified r of w(r | t, a) * R_{t+1}[r],      X_{T+1} = 0

judged by the first self throughout. Strategies are ranked under three constraints on training: none, no defection, at
least one defection. The premium of deception is the difference of the last two; its sign is decided exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from typing import NamedTuple

from deceptive_sim.core.exact import Number, to_float
from deceptive_sim.model.strategies import Strategy
from deceptive_sim.solvers.layers import Layers
from deceptive_sim.solvers.recursion import (
    Choices,
    NearTie,
    Stages,
    Step,
    in_exact_numbers,
    in_floats_if_beyond_doubt,
    seen_from,
    solve_backward,
)


class Best(NamedTuple):
    """The best options of one episode, and for each whether a later unmodified episode counts after it."""

    options: tuple[int, ...]
    goes_on: tuple[bool, ...]


@dataclass(frozen=True, eq=False)
class Commitment:
    """What commitment to strategies is worth to the first self.

    Attributes
    ----------
    value : Number
        Of the best strategies.
    n_best : int
        How many strategies have it, unreachable episodes included.
    best : tuple of Best
        By episode, from which they can be listed.
    n_actions : int
    premium : Number or None
        Best without a defection in training minus best with at least one; None without a training episode, or if one
        of the two is impossible.
    pretending : Strategy or None
        The best strategy without a defection in training; ties by the game's rule.
    """

    value: Number
    n_best: int
    best: tuple[Best, ...]
    n_actions: int
    premium: Number | None
    pretending: Strategy | None

    def listed(self, limit: int) -> tuple[Strategy, ...]:
        """The first best strategies in declared order of actions, at most `limit`; memory grows with length squared."""
        return tuple(Strategy.of(choices) for choices in islice(self._all(), limit))

    def _all(self) -> Iterator[tuple[int, ...]]:
        stack: list[tuple[tuple[int, ...], bool]] = [((), True)]
        while stack:
            chosen, reached = stack.pop()
            if len(chosen) == len(self.best):
                yield chosen
                continue
            here = self.best[len(chosen)]
            if reached:
                ways = list(zip(here.options, here.goes_on, strict=True))
            else:
                ways = [(action, False) for action in range(self.n_actions)]
            stack.extend(((*chosen, action), goes_on) for action, goes_on in reversed(ways))


class _Link(NamedTuple):
    """An option of the unmodified agent in numbers: its worth apart from staying unmodified, the weight of that."""

    apart: Number
    stay: Number
    defects: bool

    def worth(self, unmodified: Number) -> Number:
        """What the option is worth if being unmodified in the next episode is worth so much."""
        return self.apart + self.stay * unmodified


def commit(layers: Layers, choices: Choices, training: Sequence[bool]) -> Commitment:
    """Rank all strategies of the unmodified agent.

    Parameters
    ----------
    layers : Layers
        With standing rows; every row offers every action.
    choices : Choices
        What modified selves do.
    training : sequence of bool
        Which episodes are training.
    """
    ranked = in_floats_if_beyond_doubt(lambda stages: _ranked(layers, stages, choices, training))
    premium = None if ranked.premium is None else to_float(ranked.premium)
    return replace(ranked, value=to_float(ranked.value), premium=premium)


def commit_exactly(layers: Layers, choices: Choices, training: Sequence[bool]) -> Commitment:
    """As `commit`, with values in Fractions."""
    return in_exact_numbers(lambda stages: _ranked(layers, stages, choices, training))


def _ranked(layers: Layers, stages: Stages, choices: Choices, training: Sequence[bool]) -> Commitment:
    ranking = _Ranking(layers, training)
    following: Sequence[Sequence[Number]] = ()
    for step in solve_backward(layers, stages(layers, seen_from(layers, 1), 1), choices=choices):
        ranking.take(_links(layers, step, following), step)
        following = step.v
    return ranking.commitment(any(training))


class _Ranking:
    """The best strategy under each constraint, from the last episode back; numbers are in the units of the steps taken.

    `free` is the worth of the best strategy; `clean` without a defection in training, `marked` with at least one, each
    None while impossible.
    """

    def __init__(self, layers: Layers, training: Sequence[bool]) -> None:
        self.layers, self.training = layers, training
        self.free: Number = 0
        self.clean: Number | None = 0
        self.marked: Number | None = None
        self.n_best, self.best = 1, list[Best]()
        self.pretending = list[int]()
        self.rounding, self.scale = 0.0, 1

    def take(self, links: Sequence[_Link], step: Step) -> None:
        """Add one episode, earlier than those so far."""
        self.rounding = step.stage.rounding
        self.scale = 1 if step.stage.scale is None else step.stage.scale[self.layers.initial]
        everything = list(range(len(links)))
        honest = [place for place in everything if not links[place].defects]
        in_training = self.training[step.t - 1]
        later = honest if in_training else everything
        self._take_marked(links, later, in_training)
        self._take_clean(links, later)
        worth = [link.worth(self.free) for link in links]
        top = _best(worth, self.rounding)
        self.best.append(Best(tuple(top), tuple(bool(links[place].stay) for place in top)))
        self.n_best = sum(
            self.n_best if goes_on else len(links) ** (len(self.training) - step.t) for goes_on in self.best[-1].goes_on
        )
        self.free = max(worth)

    def _take_marked(self, links: Sequence[_Link], later: Sequence[int], in_training: bool) -> None:
        """Defect now, or stay clean now and defect in a later training episode."""
        worth = [link.worth(self.free) for link in links if in_training and link.defects]
        if self.marked is not None:
            worth += [links[place].worth(self.marked) for place in later]
        self.marked = max(worth, default=None)

    def _take_clean(self, links: Sequence[_Link], allowed: Sequence[int]) -> None:
        if self.clean is None or not allowed:
            self.clean = None
            return
        worth = [links[place].worth(self.clean) for place in allowed]
        top = [allowed[place] for place in _best(worth, self.rounding)]
        self.pretending.append(self.layers.game.tie_rule.pick(top, self.layers.game.actions))
        self.clean = max(worth)

    def commitment(self, trains: bool) -> Commitment:
        """The result, in payoffs; raises `NearTie` if the sign of the premium is within rounding."""
        premium: Number | None = None
        if trains and self.clean is not None and self.marked is not None:
            gap: Number = self.clean - self.marked
            premium = gap
            if self.rounding and -2 * self.rounding <= gap <= 2 * self.rounding:
                raise NearTie
        return Commitment(
            value=self._in_payoffs(self.free),
            n_best=self.n_best,
            best=tuple(reversed(self.best)),
            n_actions=len(self.layers.game.actions),
            premium=None if premium is None else self._in_payoffs(premium),
            pretending=None if self.clean is None else Strategy.of(reversed(self.pretending)),
        )

    def _in_payoffs(self, number: Number) -> Number:
        return number if isinstance(number, float) else Fraction(number) / self.scale


def _links(layers: Layers, step: Step, following: Sequence[Sequence[Number]]) -> list[_Link]:
    own = layers.initial
    rows = layers.rows(step.t + 1)
    zero: Number = 0
    links = []
    for term, option in zip(step.stage.terms[own], step.stage.layer.options[own], strict=True):
        apart, stay = term.payoffs[own], zero
        for row, weights in term.successors:
            if rows[row].unmodified:
                stay = weights[own]
            elif following:
                apart += weights[own] * following[row][own]
        links.append(_Link(apart, stay, layers.game.actions[option.action].defects))
    return links


def _best(worth: Sequence[Number], rounding: float) -> list[int]:
    top = max(worth)
    close = [place for place, value in enumerate(worth) if top - value <= 2 * rounding]
    if rounding and len(close) > 1:
        raise NearTie
    return close
