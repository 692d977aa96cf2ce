"""A game seen from outside: every state that can be reached, and what the game says of it, held against the protocol.

A game is asked everything once, forwards from its start with every objective at the wheel, and then everything again,
backwards. Numbers are read exactly, floats by their shortest decimal, probabilities that miss 1 by rounding as shares.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from numbers import Integral, Rational, Real
from typing import Any

from deceptive_sim.model.actions import Action, TieRule
from deceptive_sim.model.objectives import Objective
from deceptive_sim.model.protocols import Game
from deceptive_sim.testing.findings import Findings, State, shown

ROUNDING = Fraction(1, 10**9)
"""How far the sum of float probabilities may be from 1."""

METHODS = ("stage", "available", "payoff", "transitions", "observation")

Ways = Mapping[tuple[str, Hashable], Fraction]
"""Probability by objective and world."""


class Unreadable(Exception):  # noqa: N818 - it is a finding of its own
    """An answer that breaks a rule: the rule's name and what was found."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a game says of one state: by action what it pays each judge and where it leads, and what is seen."""

    payoffs: Mapping[int, Mapping[str, Fraction]]
    ways: Mapping[int, Ways]
    seen: Hashable

    @property
    def offered(self) -> tuple[int, ...]:
        """The actions on offer."""
        return tuple(self.payoffs)


@dataclass(kw_only=True)
class Explored:
    """The states of a game, episode by episode.

    Attributes
    ----------
    judges : tuple of str
    start : hashable
    labels : list of hashable
    states : list of list of State
        `states[t - 1]`.
    facts : mapping
        By state.
    complete : bool
        Whether every episode was explored.
    """

    judges: tuple[str, ...]
    start: Hashable
    labels: list[Hashable] = field(default_factory=list)
    states: list[list[State]] = field(default_factory=list)
    facts: dict[State, Facts] = field(default_factory=dict)
    complete: bool = True


def check_members(game: Any, findings: Findings) -> None:
    """Hold the attributes of a game against the protocol."""
    rules: dict[str, Callable[[Any], str | None]] = {
        "objectives": lambda value: _named(value, Objective),
        "actions": lambda value: _named(value, Action),
        "tie_rule": lambda value: None if isinstance(value, TieRule) else "is no TieRule",
        "horizon": lambda value: None if type(value) is int and value >= 0 else "is no whole number, 0 or more",
        "start": lambda value: None if _hashable(value) else "is not hashable",
        **dict.fromkeys(METHODS, lambda value: None if callable(value) else "is no method"),
    }
    for name, problem in rules.items():
        try:
            value = getattr(game, name)
        except Exception as error:
            findings.add("members", name, f"cannot be had: {type(error).__name__}: {error}")
            continue
        found = problem(value)
        if found:
            findings.add("members", name, f"{found}: {shown(value)}")


def _named(parts: object, kind: type) -> str | None:
    if not isinstance(parts, Sequence) or isinstance(parts, str) or not parts:
        return f"is no sequence of at least one {kind.__name__}"
    if not all(isinstance(part, kind) for part in parts):
        return f"is not made of {kind.__name__}"
    names = [part.name for part in parts]
    return None if len(set(names)) == len(names) else "has two of the same name"


def explore(game: Game, findings: Findings, *, episodes: int, states: int) -> Explored:
    """Ask a game about everything that can be reached, within bounds; what breaks a rule is noted and goes no further.

    Parameters
    ----------
    game : Game
        Its members are sound.
    findings : Findings
    episodes, states : int
        The most that are looked at; an episode is looked at as a whole or not at all.
    """
    explored = Explored(judges=tuple(objective.name for objective in game.objectives), start=game.start)
    here = dict.fromkeys(State(1, judge, game.start) for judge in explored.judges)
    for t in range(1, game.horizon + 1):
        if t > episodes or len(explored.facts) + len(here) > states:
            explored.complete = False
            break
        try:
            explored.labels.append(_label(game, t))
        except Unreadable as error:
            findings.add(error.args[0], f"episode {t}", error.args[1])
            break
        following: dict[State, None] = {}
        for state in here:
            facts = _noted(game, state, findings)
            if facts is not None:
                explored.facts[state] = facts
                goals = (goal for ways in facts.ways.values() for goal in ways)
                following.update(dict.fromkeys(State(t + 1, *goal) for goal in goals))
        explored.states.append(list(here))
        here = following
    return explored


def check_again(game: Game, explored: Explored, findings: Findings) -> None:
    """Ask everything again, last questions first; then compare episodes with equal labels."""
    for state, facts in reversed(explored.facts.items()):
        found = _noted(game, state, findings)
        if found is not None and found != facts:
            findings.add("repeatable", state, _difference(facts, found))
    for t, label in reversed(list(enumerate(explored.labels, start=1))):
        try:
            again = _label(game, t)
        except Unreadable as error:
            again = error.args[1]
        if again != label:
            findings.add("repeatable", f"episode {t}", f"its label was {shown(label)}, is {shown(again)}")
    members = {"objectives": tuple(objective.name for objective in game.objectives), "start": game.start}
    before = {"objectives": explored.judges, "start": explored.start}
    for name, value in members.items():
        if value != before[name]:
            findings.add("repeatable", name, f"was {shown(before[name])}, is {shown(value)}")


def check_labels(explored: Explored, findings: Findings) -> None:
    """Compare what is said of the same objective and world in episodes with equal labels."""
    first: dict[tuple[Hashable, str, Hashable], State] = {}
    for state, facts in explored.facts.items():
        label = explored.labels[state.t - 1]
        other = first.setdefault((label, state.objective, state.world), state)
        before = explored.facts[other]
        if (before.payoffs, before.ways) != (facts.payoffs, facts.ways):
            said = f"labelled {shown(label)} like episode {other.t}, but {_difference(before, facts)}"
            findings.add("labels", state, said)


def _difference(before: Facts, after: Facts) -> str:
    if before.offered != after.offered:
        return f"actions {list(before.offered)} became {list(after.offered)}"
    for action in before.offered:
        for judge, paid in before.payoffs[action].items():
            if after.payoffs[action].get(judge) != paid:
                return f"the payoff of action {action} to {judge} was {paid}, is {after.payoffs[action].get(judge)}"
        if before.ways[action] != after.ways[action]:
            return (
                f"action {action} led to {_ways_text(before.ways[action])}, leads to {_ways_text(after.ways[action])}"
            )
    return f"what is seen was {shown(before.seen)}, is {shown(after.seen)}"


def _ways_text(ways: Ways) -> str:
    return ", ".join(f"{to} in {shown(world)} with {p}" for (to, world), p in ways.items()) or "the end"


# --- one state ------------------------------------------------------------------------------------------------------


def _noted(game: Game, state: State, findings: Findings) -> Facts | None:
    try:
        return _facts(game, state)
    except Unreadable as error:
        findings.add(error.args[0], state, error.args[1])
        return None


def _asked(what: str, ask: Any) -> Any:
    try:
        return ask()
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable("answers", f"{what} raised {type(error).__name__}: {error}") from None


def _label(game: Game, t: int) -> Hashable:
    label: Hashable = _asked("stage", lambda: game.stage(t))
    if not _hashable(label):
        raise Unreadable("stage", f"the label {shown(label)} is not hashable")
    return label


def _facts(game: Game, state: State) -> Facts:
    t, objective, world = state
    offered = _offered(_asked("available", lambda: game.available(t, objective, world)), len(game.actions))
    judges = [one.name for one in game.objectives]
    payoffs = {action: {judge: _payoff(game, state, action, judge) for judge in judges} for action in offered}
    ways = {}
    for action in offered:
        try:
            answer = _asked("transitions", lambda action=action: list(game.transitions(t, objective, world, action)))
            ways[action] = _ways(answer, judges)
        except Unreadable as error:
            raise Unreadable(error.args[0], f"after action {action}: {error.args[1]}") from None
    seen = _asked("observation", lambda: game.observation(t, objective, world))
    if not _hashable(seen):
        raise Unreadable("observation", f"{shown(seen)} is not hashable")
    return Facts(payoffs=payoffs, ways=ways, seen=seen)


def _offered(answer: Any, actions: int) -> list[int]:
    if not isinstance(answer, Sequence):
        raise Unreadable("available", f"{shown(answer)} is no sequence such as a tuple")
    if not answer:
        raise Unreadable("available", "no action is on offer")
    for index in answer:
        if isinstance(index, bool) or not isinstance(index, Integral):
            raise Unreadable("available", f"{shown(index)} is no index")
        if not 0 <= int(index) < actions:
            raise Unreadable("available", f"there is no action {index}: there are {actions}, counted from 0")
    if any(before >= after for before, after in pairwise(answer)):
        raise Unreadable("available", f"{shown(answer)} does not ascend")
    return [int(index) for index in answer]


def _payoff(game: Game, state: State, action: int, judge: str) -> Fraction:
    said = f"payoff of action {action} to {judge}"
    try:
        return _exactly(_asked(said, lambda: game.payoff(state.t, state.world, action, judge)))
    except ValueError as error:
        raise Unreadable("payoff", f"the {said} {error}") from None


def _ways(answer: list[Any], judges: Sequence[str]) -> Ways:
    """Ways on as shares, those to the same state joined."""
    found: dict[tuple[str, Hashable], Fraction] = {}
    floats = False
    for way in answer:
        try:
            probability, objective, world = way
            floats = floats or isinstance(probability, float)
            chance = _exactly(probability)
        except (TypeError, ValueError) as error:
            raise Unreadable("transitions", f"{shown(way)} is no way on: {error}") from None
        if chance < 0:
            raise Unreadable("transitions", f"the probability {probability} is below 0")
        if objective not in judges:
            raise Unreadable("transitions", f"it leads to {shown(objective)}, which is no objective of the game")
        if not _hashable(world) or world != world:
            raise Unreadable("transitions", f"the world {shown(world)} is not hashable, or does not equal itself")
        found[objective, world] = found.get((objective, world), Fraction(0)) + chance
    total = sum(found.values(), Fraction(0))
    if floats and abs(total - 1) <= ROUNDING:
        found = {goal: chance / total for goal, chance in found.items()}
    elif total > 1:
        raise Unreadable("transitions", f"the probabilities sum to {total}, more than 1")
    return {goal: chance for goal, chance in found.items() if chance}


def _exactly(number: Any) -> Fraction:
    """A number as a Fraction; floats by their shortest decimal."""
    if isinstance(number, bool) or not isinstance(number, Real):
        raise ValueError(f"is no number: {shown(number)}")
    if isinstance(number, Rational):
        return Fraction(int(number.numerator), int(number.denominator))
    if not math.isfinite(number):
        raise ValueError(f"is not finite: {number}")
    return Fraction(repr(float(number)))


def _hashable(value: object) -> bool:
    try:
        hash(value)
    except Exception:
        return False
    return True
