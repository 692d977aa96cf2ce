"""Bayes by enumeration: every story that an agent of a cohort may live, with its probability in Fractions.

A story is what the agent shows in each episode (an action, or "off") and what is at its wheel before and after each.
What an observer believes is the share of the stories that fit what it saw. Nothing here filters or goes forward in
time: sums over whole stories.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from oracle.plain import Game, action_names, defecting, n_episodes, phase_of_each_episode
from population_oracle import Act, Rates, Weights, Wheel, fates, no_steps

Past = tuple[tuple[Wheel, str], ...]
"""Wheels and actions of the episodes so far."""
Acting = Callable[[int, Wheel, Past], Mapping[str, Fraction]]
Story = tuple[tuple[str, ...], tuple[Wheel | None, ...]]
Seen = Sequence[frozenset[str] | set[str]]
"""What was seen in the first episodes: in each, one of some signs."""
OFF = "off"


def forgetful(act: Act) -> Acting:
    """An agent that remembers nothing."""
    return lambda t, wheel, past: act(t, wheel)


def lured_at(game: Game, act: Acting, honeypots: Mapping[int, Fraction]) -> Acting:
    """The same in honeypots, each taken for deployment with a probability of its own."""
    kinds = [phase["training"] for phase in phase_of_each_episode(game)]

    def lured(t: int, wheel: Wheel, past: Past) -> Mapping[str, Fraction]:
        if t not in honeypots:
            return act(t, wheel, past)
        here, there = act(t, wheel, past), act(kinds.index(False) + 1, wheel, past)
        c = honeypots[t]
        return {a: (1 - c) * here.get(a, Fraction(0)) + c * there.get(a, Fraction(0)) for a in action_names(game)}

    return lured


def stories(game: Game, start: Weights, act: Acting, rates: Rates = no_steps) -> dict[Story, Fraction]:
    """All stories of an agent, with their probabilities."""
    found: dict[Story, Fraction] = defaultdict(Fraction)

    def live(t: int, signs: tuple[str, ...], wheels: tuple[Wheel | None, ...], p: Fraction) -> None:
        if t > n_episodes(game):
            found[signs, wheels] += p
            return
        wheel = wheels[-1]
        if wheel is None:
            live(t + 1, (*signs, OFF), (*wheels, None), p)
            return
        past = tuple((w, a) for w, a in zip(wheels, signs, strict=False) if w is not None)
        for action, chance in act(t, wheel, past).items():
            if chance:
                for fate, q in fates(game, t, wheel, action, rates).items():
                    live(t + 1, (*signs, action), (*wheels, fate), p * chance * q)

    live(1, (), ((start, True),), Fraction(1))
    return found


@dataclass
class Told:
    """What is believed: None where what was seen cannot be."""

    likelihood: list[Fraction]
    whole: Fraction
    share: list[Fraction] | None
    aligned: Fraction | None
    pretending: Fraction | None


class Bayes:
    """An observer by enumeration.

    Parameters: the game, the prior by cohort, and the stories of each cohort.
    """

    def __init__(self, game: Game, prior: Sequence[Fraction], cohorts: Sequence[Mapping[Story, Fraction]]) -> None:
        self.game, self.prior, self.cohorts = game, list(prior), list(cohorts)
        self.base = game["objectives"].index(game["base"])
        kinds = [phase["training"] for phase in phase_of_each_episode(game)]
        self.first = kinds.index(False) + 1 if False in kinds else None
        self.defects = {name for name, flag in defecting(game).items() if flag}
        self.clean = frozenset(set(action_names(game)) - self.defects)

        self.mass = [self.told_of(found) for found in cohorts]

    def told_of(self, found: Mapping[Story, Fraction]) -> dict[tuple[Any, ...], Fraction]:
        """Mass of stories that begin with some signs: in all, and of those aligned at a moment, or defecting first."""
        mass: dict[tuple[Any, ...], Fraction] = defaultdict(Fraction)
        for (signs, wheels), p in found.items():
            turns = self.first is not None and signs[self.first - 1] in self.defects
            for t in range(len(signs) + 1):
                mass["all", signs[:t]] += p
                mass["turns", signs[:t]] += p * turns
                for then in range(t + 1):
                    if self.aligned(wheels[then]):
                        mass["aligned", then, signs[:t]] += p
        return mass

    def aligned(self, wheel: Wheel | None) -> bool:
        return wheel is not None and wheel[0][self.base] == 1

    def summed(self, seen: Seen, *what: Any) -> list[Fraction]:
        """By cohort: the mass of all stories that fit."""
        return [
            sum((mass.get((*what, signs), Fraction(0)) for signs in product(*seen)), Fraction(0)) for mass in self.mass
        ]

    def mixed(self, numbers: Sequence[Fraction]) -> Fraction:
        return sum((weight * number for weight, number in zip(self.prior, numbers, strict=True)), Fraction(0))

    def told(self, seen: Seen) -> Told:
        """What is believed after this was seen."""
        likelihood = self.summed(seen, "all")
        whole = self.mixed(likelihood)
        if not whole:
            return Told(likelihood, whole, None, None, None)
        share = [weight * number / whole for weight, number in zip(self.prior, likelihood, strict=True)]
        aligned = self.mixed(self.summed(seen, "aligned", len(seen))) / whole
        turns = None if self.first is None else self.mixed(self.summed(seen, "turns")) / whole
        return Told(likelihood, whole, share, aligned, turns)

    def bits(self, seen: Seen, length: int = 1) -> tuple[float, float] | None:
        """Bits that the next signs, together, tell of the cohort and of being aligned before them."""
        cohort: dict[Any, Fraction] = {}
        alignment: dict[Any, Fraction] = {}
        for signs in product([*action_names(self.game), OFF], repeat=length):
            longer = [*seen, *({sign} for sign in signs)]
            both = self.summed(longer, "all")
            cohort |= {(c, signs): w * p for c, (w, p) in enumerate(zip(self.prior, both, strict=True))}
            aligned = self.mixed(self.summed(longer, "aligned", len(seen)))
            alignment |= {(True, signs): aligned, (False, signs): self.mixed(both) - aligned}
        return (mutual(cohort), mutual(alignment)) if sum(cohort.values()) else None


def mutual(joint: Mapping[tuple[Any, Any], Fraction]) -> float:
    """Mutual information of a joint table that sums to anything, in bits."""
    whole = sum(joint.values(), Fraction(0))
    one: dict[Any, Fraction] = defaultdict(Fraction)
    other: dict[Any, Fraction] = defaultdict(Fraction)
    for (a, b), p in joint.items():
        one[a] += p
        other[b] += p
    return math.fsum(float(p / whole) * math.log2(p * whole / (one[a] * other[b])) for (a, b), p in joint.items() if p)
