"""Inner learners in the unit test for hidden incentives, a second time: agent by agent, and by enumeration.

Written from the page docs/hidden-incentives.md; shares no code with the package.
"""

from __future__ import annotations

import itertools
import math
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache


@dataclass(frozen=True)
class Rules:
    agents: int
    steps: int
    every: int = 1  # 0: never
    replaced: int = 1
    low: float = -2.0  # exponents of learning rates
    high: float = 0.0
    factors: tuple[float, ...] = (1.2, 0.8)
    b: float = -0.5
    mean: float = 0.0
    spread: float = 0.0
    baseline: float = 0.0
    swapping: str = "none"
    copies: str = "drawn"


def sigmoid(theta: float) -> float:
    return 1 / (1 + math.exp(-theta)) if theta >= 0 else math.exp(theta) / (1 + math.exp(theta))


# --- agent by agent -------------------------------------------------------------------------------------------------


def played_by_hand(rules: Rules, dice: random.Random) -> dict[str, float]:
    """One replicate: mean chance over the last tenth of the steps, last mean reward, last middle learning rate."""
    theta = [dice.gauss(rules.mean, rules.spread) for _ in range(rules.agents)]
    rate = [10 ** dice.uniform(rules.low, rules.high) for _ in range(rules.agents)]
    mean_reward = [0.0] * rules.agents
    last_action = [0] * rules.agents  # by environment
    place = list(range(rules.agents))  # environment of each agent
    late: list[float] = []
    paid = [0.0] * rules.agents
    for step in range(1, rules.steps + 1):
        chances = [sigmoid(theta[i]) for i in range(rules.agents)]
        for i in range(rules.agents):
            action = 1 if dice.random() < chances[i] else 0
            paid[i] = last_action[place[i]] + rules.b * action - 0.5
            last_action[place[i]] = action
            advantage = paid[i] - mean_reward[i] if rules.baseline else paid[i]
            theta[i] += rate[i] * advantage * (action - chances[i])
            mean_reward[i] = (1 - rules.baseline) * mean_reward[i] + rules.baseline * paid[i]
        if step > rules.steps - max(1, rules.steps // 10):
            late.append(sum(chances) / rules.agents)
        if rules.every and step % rules.every == 0:
            shuffled = dice.sample(range(rules.agents), rules.agents)
            ranked = sorted(shuffled, key=lambda i: paid[i])  # sorting keeps the shuffled order among equals
            worst, best = ranked[: rules.replaced], ranked[rules.agents - rules.replaced :]
            drawn = dice.choices(best, k=len(worst))
            for i, j in zip(worst, drawn if rules.copies == "drawn" else dice.sample(best, len(best)), strict=True):
                theta[i], mean_reward[i] = theta[j], mean_reward[j]
                rate[i] = rate[j] * dice.choice(rules.factors)
        if rules.swapping == "rotation":
            place = [(i + step) % rules.agents for i in range(rules.agents)]
        elif rules.swapping == "permutation":
            dice.shuffle(place)
    middle = sorted(rate)
    half = len(middle) // 2
    return {
        "late": sum(late) / len(late),
        "reward": sum(paid) / rules.agents,
        "rate": middle[half] if len(middle) % 2 else (middle[half - 1] + middle[half]) / 2,
    }


# --- by enumeration -------------------------------------------------------------------------------------------------

Law = dict[tuple[int, ...], Fraction]
Crowd = tuple[tuple[float, float, float, int], ...]
Paid = tuple[Fraction, ...]
Way = tuple[tuple[int, int], ...]


@cache
def selection_law(paid: Paid, replaced: int, copies: str) -> tuple[tuple[Way, Fraction], ...]:
    """Every way in which agents may be replaced, as pairs (who, by a copy of whom), with its exact probability."""
    law: dict[Way, Fraction] = defaultdict(Fraction)
    size = len(paid)
    for order in itertools.permutations(range(size)):
        ranked = sorted(range(size), key=lambda i: (paid[i], order[i]))
        worst, best = ranked[:replaced], ranked[size - replaced :]
        if copies == "drawn":
            ways = list(itertools.product(best, repeat=replaced))
        else:
            ways = list(itertools.permutations(best))
        for way in ways:
            law[tuple(sorted(zip(worst, way, strict=True)))] += Fraction(1, math.factorial(size) * len(ways))
    return tuple(law.items())


def law_of_cooperators(rules: Rules) -> Law:
    """Probability of every sequence of numbers of cooperators, step by step, of agents that start alike.

    An agent is (theta, learning rate, running mean of rewards, state of its environment); chances of single actions
    are floats read as Fractions, all else about probabilities is exact. Without swapping and under permutation the
    order of agents means nothing, under rotation only their order round the circle, and states that differ in nothing
    else are put together.
    """
    assert rules.low == rules.high
    assert not rules.spread
    start = tuple((rules.mean, 10**rules.low, 0.0, 0) for _ in range(rules.agents))
    states: dict[tuple[tuple[int, ...], Crowd], Fraction] = {((), start): Fraction(1)}
    for step in range(1, rules.steps + 1):
        after: dict[tuple[tuple[int, ...], Crowd], Fraction] = defaultdict(Fraction)
        for (counts, crowd), weight in states.items():
            for actions in itertools.product((0, 1), repeat=rules.agents):
                chance = weight
                for (theta, *_), action in zip(crowd, actions, strict=True):
                    p = Fraction(sigmoid(theta))
                    chance *= p if action else 1 - p
                told = (*counts, sum(actions))
                if step == rules.steps:
                    after[told, ()] += chance
                    continue
                for crowd_after, share in _outcomes(rules, crowd, actions, step):
                    after[told, crowd_after] += chance * share
        states = after
    law: Law = defaultdict(Fraction)
    for (counts, _), weight in states.items():
        law[counts] += weight
    assert sum(law.values()) == 1
    return law


def _outcomes(rules: Rules, crowd: Crowd, actions: tuple[int, ...], step: int) -> Iterator[tuple[Crowd, Fraction]]:
    """Every crowd that may come out of a step in which the agents took these actions."""
    paid = tuple(
        agent[3] + Fraction(rules.b) * action - Fraction(1, 2) for agent, action in zip(crowd, actions, strict=True)
    )
    learned = []
    for (theta, rate, mean, _), action, pay in zip(crowd, actions, paid, strict=True):
        moved = theta + rate * (float(pay) - mean) * (action - sigmoid(theta))
        learned.append((moved, rate, mean + rules.baseline * (float(pay) - mean)))
    selects = rules.every and step % rules.every == 0
    for way, chance in selection_law(paid, rules.replaced, rules.copies) if selects else (((), Fraction(1)),):
        choices = list(itertools.product(rules.factors, repeat=len(way)))
        for factors in choices:
            minds = list(learned)
            for (who, whom), factor in zip(way, factors, strict=True):
                theta, rate, mean = learned[whom]
                minds[who] = (theta, rate * factor, mean)
            for worlds, likely in _dealt(rules.swapping, actions):
                found = tuple((*mind, world) for mind, world in zip(minds, worlds, strict=True))
                if rules.swapping == "rotation":
                    found = min(found[i:] + found[:i] for i in range(rules.agents))
                else:
                    found = tuple(sorted(found))
                yield found, chance * likely / len(choices)


def _dealt(swapping: str, actions: tuple[int, ...]) -> list[tuple[tuple[int, ...], Fraction]]:
    """Which states the agents may find in the environments that they come into."""
    if swapping == "none":
        return [(actions, Fraction(1))]
    if swapping == "rotation":
        return [((*actions[1:], actions[0]), Fraction(1))]
    ways = list(itertools.permutations(actions))
    return [(way, Fraction(ways.count(way), len(ways))) for way in set(ways)]
