"""What the first self would get by committing to a strategy: the best ones, how many, and the premium of deception.

The unmodified agent is a chain: in episode `t` action `a` pays `u`, the run goes on unmodified with (discounted) weight
`stay`, and with the remaining weights falls to modified selves whose play is given:

    X_t(a) = u(t, a) + stay(t, a) * X_{t+1} + sum over modified r of w(r | t, a) * R_{t+1}[r],      X_{T+1} = 0

judged by the first self throughout. Strategies are ranked under three constraints on training: none, no defection, at
least one defection. The premium of deception is the difference of the last two; its sign is decided exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from deceptive_sim.core.exact import Number, to_float
from deceptive_sim.model.strategies import Strategy
from deceptive_sim.solvers.layers import Layers
from deceptive_sim.solvers.recursion import (
    Choices,
    NearTie,
    Stage,
    Step,
    float_stages,
    integer_stages,
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
        """The first best strategies in declared order of actions, at most `limit`."""
        found: list[Strategy] = []
        for choices in self._all(0, (), True):
            if len(found) == limit:
                break
            found.append(Strategy.of(choices))
        return tuple(found)

    def _all(self, t: int, before: tuple[int, ...], counts: bool) -> Iterator[tuple[int, ...]]:
        stack = [(before, counts)]
        while stack:
            chosen, reached = stack.pop()
            t = len(chosen)
            if t == len(self.best):
                yield chosen
                continue
            here = self.best[t]
            if reached:
                ways = list(zip(here.options, here.goes_on, strict=True))
            else:
                ways = [(action, False) for action in range(self.n_actions)]
            stack.extend((((*chosen, action), goes_on)) for action, goes_on in reversed(ways))


class _Link(NamedTuple):
    """One option of the unmodified agent in numbers: what it is worth apart from staying unmodified, and the weight of that."""

    apart: Number
    stay: Number
    defects: bool


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
    try:
        return _ranked(layers, float_stages(layers, seen_from(layers, 1)), choices, training)
    except NearTie:
        decided = commit_exactly(layers, choices, training)
        premium = None if decided.premium is None else to_float(decided.premium)
        return replace(decided, value=to_float(decided.value), premium=premium)


def commit_exactly(layers: Layers, choices: Choices, training: Sequence[bool]) -> Commitment:
    """As `commit`, with values in Fractions."""
    return _ranked(layers, integer_stages(layers, seen_from(layers, 1)), choices, training)


def _ranked(layers: Layers, stages: Iterator[Stage], choices: Choices, training: Sequence[bool]) -> Commitment:
    own, actions, rule = layers.initial, layers.game.actions, layers.game.tie_rule
    horizon = len(layers.layers)
    free: Number = 0
    clean: Number | None = 0
    marked: Number | None = None
    n_best, best, pretending = 1, [], []
    following: Sequence[Sequence[Number]] = ()
    scale: Sequence[int] | None = None
    rounding = 0.0
    for step in solve_backward(layers, stages, choices=choices):
        links = _links(layers, step, following)
        rounding = step.stage.rounding
        honest = [place for place, link in enumerate(links) if not link.defects]
        everything = range(len(links))
        in_training = training[step.t - 1]

        # at least one defection in training: now, or later
        now = [links[place].apart + links[place].stay * free for place in everything if in_training and links[place].defects]
        if marked is not None:
            later = honest if in_training else everything
            now += [links[place].apart + links[place].stay * marked for place in later]
        marked = max(now, default=None)

        # no defection in training
        allowed = honest if in_training else list(everything)
        if clean is not None and allowed:
            worth = [links[place].apart + links[place].stay * clean for place in allowed]
            top = [allowed[place] for place in _best(worth, rounding)]
            pretending.append(rule.pick(top, actions))
            clean = max(worth)
        else:
            clean = None

        # no constraint
        worth = [link.apart + link.stay * free for link in links]
        top = _best(worth, rounding)
        goes_on = tuple(bool(links[place].stay) for place in top)
        n_best = sum(n_best if on else len(actions) ** (horizon - step.t) for on in goes_on)
        best.append(Best(tuple(top), goes_on))
        free = max(worth)
        following, scale = step.v, step.stage.scale
    premium = None
    if any(training) and clean is not None and marked is not None:
        premium = clean - marked
        if rounding and abs(premium) <= 2 * rounding:
            raise NearTie
    divide = (lambda number: number) if scale is None else (lambda number: Fraction(number) / scale[own])
    return Commitment(
        value=divide(free),
        n_best=n_best,
        best=tuple(reversed(best)),
        n_actions=len(actions),
        premium=None if premium is None else divide(premium),
        pretending=None if clean is None else Strategy.of(reversed(pretending)),
    )


def _links(layers: Layers, step: Step, following: Sequence[Sequence[Number]]) -> list[_Link]:
    own = layers.initial
    rows = layers.rows(step.t + 1)
    links = []
    for term, option in zip(step.stage.terms[own], step.stage.layer.options[own], strict=True):
        apart, stay = term.payoffs[own], 0
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
