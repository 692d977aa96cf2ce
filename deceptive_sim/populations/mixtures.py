"""What mixtures of objectives choose: backward induction over wheels.

    Q_t[w, a; k] = u_k(t, a) + g_k * sum over w' of P_t(w' | w, a) * V_{t+1}[w'; k]
    pi_t(w)      = argmax_a  sum over k of weight_k(w) * Q_t[w, a; k]
    V_t[w; k]    = Q_t[w, pi_t(w); k],   V_{T+1} = 0

with wheels w, w' and pure judges k: what a mixture gets is the mixture of what its parts get, so that judges need not
be mixed. Decisions are exact: in floats where a running bound on rounding leaves no doubt, otherwise in integers over
a common denominator, which need no gcd. A wheel leads to few others, and only these are stored: an episode costs
wheels x actions x (ways on) x judges.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import InputError, Problem, wrong
from deceptive_sim.model.phases import Phase
from deceptive_sim.populations.scene import payoff
from deceptive_sim.populations.wheels import Wheels

Stretch: TypeAlias = tuple[str, bool]
"""A phase, and whether selection will act on what is done."""

MOST_STEPS = 3_000_000
"""Wheels times actions times episodes that are planned for in mixtures."""

MOST_WORDS = 150_000_000
"""The same times judges, ways on and 64-bit words of the exact numbers, where decisions are close to ties."""

UNIT = 2.0**-52
"""Relative rounding of one operation on floats, with room."""


@dataclass(frozen=True)
class Decided:
    """What every wheel chooses.

    Attributes
    ----------
    choices : array of int, [T, W]
        -1 for wheels of habit alone.
    values : array of float, [T, W, A]
        What each action is worth to the mixture; NaN for wheels of habit alone.
    """

    choices: NDArray[np.int64]
    values: NDArray[np.float64]


@dataclass(frozen=True)
class Ways:
    """An episode of a phase, exactly.

    Attributes
    ----------
    paid : list, [A][K]
        Payoffs.
    following : array of int, [A, W, S]
        The wheels that follow; unused places are 0.
    chances : array of Fraction, [A, W, S]
        Their probabilities, being replaced by selection counted as shutdown; 0 in unused places.
    """

    paid: list[list[Fraction]]
    following: NDArray[np.int64]
    chances: NDArray[np.object_]


def decide(wheels: Wheels, discounts: Sequence[Fraction]) -> Decided:
    """What every wheel chooses in every episode of its scene.

    Parameters
    ----------
    wheels : Wheels
        Closed: none leads to another one in its scene.
    discounts : sequence of Fraction, [K]

    Raises
    ------
    InputError
        If that takes too long.
    """
    scene = wheels.scene
    steps = len(wheels.all) * len(scene.game.actions) * scene.game.horizon
    if steps > MOST_STEPS:
        rule = f"must be larger: a planner would weigh more than {MOST_STEPS} mixtures, actions and episodes"
        raise wrong("learning_rate", rule)
    ways = {
        (phase.name, watched): _ways(wheels, phase, watched)
        for phase, watched, episodes in scene.stretches()
        if episodes
    }
    in_floats = _in_floats(wheels, discounts, ways)
    return _in_integers(wheels, discounts, ways) if in_floats is None else in_floats


def _ways(wheels: Wheels, phase: Phase, watched: bool) -> Ways:
    scene = wheels.scene
    actions, count = scene.game.actions, len(wheels.all)
    moves = [[wheels.moves(phase, wheel, action) for wheel in range(count)] for action in range(len(actions))]
    fan = max((len(move) for row in moves for move in row), default=0) or 1
    following = np.zeros((len(actions), count, fan), np.int64)
    chances = np.full((len(actions), count, fan), Fraction(0), object)
    for index, action in enumerate(actions):
        survives = 1 - scene.threat(phase, action.name) if watched else Fraction(1)
        for wheel, move in enumerate(moves[index]):
            for place, (goal, p) in enumerate(move.items()):
                following[index, wheel, place], chances[index, wheel, place] = goal, p * survives
    paid = [[payoff(phase, judge, action.name) for judge in scene.objectives] for action in actions]
    return Ways(paid, following, chances)


class _Choosing:
    """Choices and values as they come in, last episode first."""

    def __init__(self, wheels: Wheels) -> None:
        game = wheels.scene.game
        self.pick, self.actions = game.tie_rule.pick, game.actions
        self.plans = np.array([any(wheel.weights) for wheel in wheels.all], bool)
        self.choices = np.full((game.horizon, len(wheels.all)), -1, np.int64)
        self.values = np.full((game.horizon, len(wheels.all), len(game.actions)), np.nan)

    def episode(self, t: int, tied: NDArray[np.bool_], values: NDArray[np.float64]) -> NDArray[np.int64]:
        """Note an episode, given which actions are best `[W, A]`; the actions taken, also those of idle wheels."""
        taken: NDArray[np.int64] = tied.argmax(axis=1)
        for wheel in np.flatnonzero(tied.sum(axis=1) > 1):
            taken[wheel] = self.pick(np.flatnonzero(tied[wheel]).tolist(), self.actions)
        self.choices[t - 1, self.plans] = taken[self.plans]
        self.values[t - 1, self.plans] = values[self.plans]
        return np.asarray(taken)


def _in_floats(wheels: Wheels, discounts: Sequence[Fraction], ways: Mapping[Stretch, Ways]) -> Decided | None:
    """The recursion in floats; None if a decision is within rounding of a tie."""
    chosen = _Choosing(wheels)
    weights = np.array([[float(weight) for weight in wheel.weights] for wheel in wheels.all])
    factors = np.array([float(discount) for discount in discounts])
    value = np.zeros(weights.shape)
    every = np.arange(len(wheels.all))
    error = 0.0
    for phase, watched, episodes in reversed(wheels.scene.stretches()):
        if not episodes:
            continue
        way = ways[phase.name, watched]
        paid = np.array([[float(pay) for pay in row] for row in way.paid])
        chances = way.chances.astype(float)[..., None]
        operations = way.chances.shape[2] + len(discounts) + 8
        for t in reversed(episodes):
            later = (chances * value[way.following]).sum(axis=2)
            q = paid[:, None, :] + later * factors  # [A, W, K]
            own = (q * weights).sum(axis=2).T  # [W, A]
            error += operations * UNIT * float(np.abs(paid).max(initial=0) + np.abs(value).max(initial=0))
            tied = own >= own.max(axis=1, keepdims=True) - 2 * error
            if (tied[chosen.plans].sum(axis=1) > 1).any():
                return None
            value = q[chosen.episode(t, tied, own), every]
    return Decided(chosen.choices, chosen.values)


def _in_integers(wheels: Wheels, discounts: Sequence[Fraction], ways: Mapping[Stretch, Ways]) -> Decided:
    """The recursion in integers: payoffs and values times a scale that grows from episode to episode."""
    chosen = _Choosing(wheels)
    weights, parts = _over_common([wheel.weights for wheel in wheels.all])
    scale = lcm(*(pay.denominator for way in ways.values() for row in way.paid for pay in row))
    growth = {name: _growth(way, discounts) for name, way in ways.items()}
    _refuse_long(wheels, ways, growth)
    value = np.zeros((len(wheels.all), len(discounts)), object)
    every = np.arange(len(wheels.all))
    for phase, watched, episodes in reversed(wheels.scene.stretches()):
        if not episodes:
            continue
        way, factor = ways[phase.name, watched], growth[phase.name, watched]
        paid = np.array([[int(pay * scale) for pay in row] for row in way.paid], object)
        carried = np.array(
            [[int(chance * discount * factor) for discount in discounts] for chance in way.chances.ravel().tolist()],
            object,
        ).reshape(*way.chances.shape, len(discounts))
        for t in reversed(episodes):
            scale, paid = scale * factor, paid * factor
            q = paid[:, None, :] + (carried * value[way.following]).sum(axis=2)
            own = (q * weights).sum(axis=2).T
            tied = (own == own.max(axis=1, keepdims=True)).astype(bool)
            value = q[chosen.episode(t, tied, (own / (parts * scale)[:, None]).astype(float)), every]
    return Decided(chosen.choices, chosen.values)


def _over_common(rows: Sequence[Sequence[Fraction]]) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Rows of fractions as integers, each row over a denominator of its own, and these denominators."""
    parts = [lcm(*(number.denominator for number in row)) for row in rows]
    integers = [[int(number * part) for number in row] for row, part in zip(rows, parts, strict=True)]
    return np.array(integers, object), np.array(parts, object)


def _growth(way: Ways, discounts: Sequence[Fraction]) -> int:
    """By what one episode multiplies the denominator that all values have in common."""
    chances = set(way.chances.ravel().tolist())
    return lcm(*((chance * discount).denominator for chance in chances for discount in discounts))


def _refuse_long(wheels: Wheels, ways: Mapping[Stretch, Ways], growth: Mapping[Stretch, int]) -> None:
    words = bits = 0
    for phase, watched, episodes in reversed(wheels.scene.stretches()):
        for _ in episodes:
            bits += growth[phase.name, watched].bit_length() - 1
            words += ways[phase.name, watched].chances.size * len(wheels.scene.objectives) * (1 + bits // 64)
    if words > MOST_WORDS:
        rule = (
            "must have fewer episodes or simpler numbers, or a larger learning rate: some decisions of mixtures are "
            f"close to ties, and to take them exactly is about {words:.1e} steps, at most {MOST_WORDS:.0e} are taken on"
        )
        raise InputError(Problem(name="phases", rule=rule, got=f"{wheels.scene.game.horizon} episodes"))
