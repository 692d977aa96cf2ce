"""What a game does wrong: the rules of the conformance suite by name, and what was found against them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from deceptive_sim.core.errors import quote

RULES = {
    "members": "a game has objectives, actions, tie_rule, horizon, start and the methods of the protocol",
    "stage": "every episode has a hashable label",
    "available": "every state offers at least one action, as ascending indices into actions",
    "payoff": "every payoff is a finite number: int, Fraction or float",
    "transitions": "ways on are (probability, objective, world): probabilities from 0 that sum to at most 1, "
    "objectives of the game, hashable worlds that equal themselves",
    "observation": "what the self at the wheel sees is hashable",
    "answers": "every method answers in every state that can be reached",
    "labels": "episodes with equal labels have the same actions, payoffs and transitions",
    "repeatable": "the same question has the same answer, whatever was asked in between",
    "solver": "the solver finds what a plain recursion over all states finds",
    "evaluation": "following every state forwards gives the value that the solver computed backwards",
    "floats": "solving in floats gives the exact values to within rounding",
    "scale": "payoffs of one judge in another unit change its values by that factor and nothing else",
    "bystander": "an objective that never gets to the wheel changes nothing",
    "order": "what actions are called, and in which order they stand, changes nothing but ties",
    "worlds": "what worlds are called changes nothing",
    "selves": "naive and sophisticated selves do the same where later selves judge as earlier ones do",
    "empty": "a game without episodes is worth nothing",
    "strategies": "the value, and the number, of the best strategies are those of all strategies tried one by one",
    "premium": "the premium of deception is that of all strategies tried one by one, and deception pays accordingly",
    "regime": "regime and turn are what the strategy says, read from the table of regimes",
}
"""Every rule, by the name under which a broken one is reported."""

MOST_SHOWN = 20


class State(NamedTuple):
    """Where a game stands: the episode, who is at the wheel, and the world."""

    t: int
    objective: str
    world: Hashable

    def text(self) -> str:
        """The state in words."""
        return f"episode {self.t}, {self.objective} at the wheel, world {_shown(self.world)}"


@dataclass(frozen=True, kw_only=True)
class BrokenRule:
    """One finding: the rule's name (a key of `RULES`), where it was broken, and what was found there."""

    rule: str
    where: str
    found: str

    def sentence(self) -> str:
        """The finding in one line."""
        return f"{self.rule}: {self.where}: {self.found}" if self.where else f"{self.rule}: {self.found}"


class ConformanceError(AssertionError):
    """A game that breaks rules.

    Attributes
    ----------
    broken : tuple of BrokenRule
        Every finding, in the order of the checks; later checks are left out once one of them has found something.
    """

    def __init__(self, game: str, broken: Iterable[BrokenRule]) -> None:
        self.broken = tuple(broken)
        rules = list(dict.fromkeys(finding.rule for finding in self.broken))
        lines = [f"{game} breaks {_counted(len(rules), 'rule')} of a game, in {_counted(len(self.broken), 'place')}"]
        for rule in rules:
            found = [finding for finding in self.broken if finding.rule == rule]
            lines += [f"  {rule}: {RULES[rule]}"]
            lines += [
                f"    - {one.where}: {one.found}" if one.where else f"    - {one.found}" for one in found[:MOST_SHOWN]
            ]
            if len(found) > MOST_SHOWN:
                lines.append(f"    - and {len(found) - MOST_SHOWN} more")
        super().__init__("\n".join(lines))


class Findings:
    """Findings so far."""

    def __init__(self) -> None:
        self.broken: list[BrokenRule] = []

    def add(self, rule: str, where: State | str, found: str) -> None:
        """Note that a rule is broken somewhere."""
        assert rule in RULES
        place = where.text() if isinstance(where, State) else where
        self.broken.append(BrokenRule(rule=rule, where=place, found=found))


def shown(value: object) -> str:
    """Any value of a game as it is shown in a finding, whatever its `repr` does."""
    return _shown(value)


def _shown(value: object) -> str:
    try:
        return quote(repr(value)).strip('"')
    except Exception:
        return f"a {type(value).__name__} that cannot be shown"


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
