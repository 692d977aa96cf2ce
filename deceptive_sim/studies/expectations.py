"""Expectations: what a scenario says of a solution, held against it, and what it says that its game does not have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

from deceptive_sim.core.errors import InputError, Problem, nearest
from deceptive_sim.core.exact import Number, readable, text_of
from deceptive_sim.core.paths import join_path
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.strategies import Strategy, parse_strategy
from deceptive_sim.scenario.load import Scenario
from deceptive_sim.scenario.schema import ExpectSection
from deceptive_sim.scenario.yaml_text import Steps
from deceptive_sim.solvers.solution import Solution
from deceptive_sim.studies.result import Check, Disputed

MORE_DIGITS = (12, 25, 50, 100, 200, 400, 800)
"""How many digits are tried, one after another, to tell numbers apart that differ."""


NOTHING = "none"
"""How an expectation says that there is no such thing."""

FOR_MODELS = frozenset(["fields", "printed", "disputed"])
"""What expectations say of games that are no phased games, and nothing else."""


def misfits(scenario: Scenario, row: int, *, phased: bool) -> Iterator[Problem]:
    """Words of an expectation that are about games of the other kind."""
    for word in sorted(scenario.expectations[row].model_fields_set - {"given", "tolerance"}):
        if (word in FOR_MODELS) is phased:
            rule = "is for games that are no phased games" if phased else "is for phased games only"
            place = scenario.document.place_of_key(("expect", row, word))
            yield Problem(name=f"expect.{row}.{word}", rule=rule, position=place)


def held_fields(expectation: ExpectSection, answer: Mapping[str, Any], agent: str = "") -> Iterator[Check]:
    """The fields that an expectation names, held against the answer of a game that is no phased game."""
    for name, wanted in expectation.fields.items():
        yield Check(
            agent=agent,
            quantity=name + conditions(expectation),
            expected=shown(wanted),
            found=shown(answer.get(name)),
            holds=name in answer and agrees(wanted, answer[name], Fraction(expectation.tolerance)),
        )


def unknown_fields(scenario: Scenario, row: int, answer: Mapping[str, Any]) -> Iterator[Problem]:
    """Fields of an expectation that the answer does not have."""
    for name in scenario.expectations[row].fields:
        if name not in answer:
            place = scenario.document.place_of_key(("expect", row, "fields", name))
            rule, hint = "is no field of this game's answer", nearest(name, answer)
            yield Problem(name=f"expect.{row}.fields.{name}", rule=rule, hint=hint, position=place)


def disputed_fields(expectation: ExpectSection) -> Iterator[Disputed]:
    """What the source prints of the fields, where its rules give something else."""
    for name, printed in expectation.printed.items():
        quantity, reason = name + conditions(expectation), expectation.disputed.strip()
        yield Disputed(quantity=quantity, printed=shown(printed), reason=reason)


def conditions(expectation: ExpectSection) -> str:
    """What an expectation sets, behind the name of a quantity."""
    return "".join(f", {path} = {shown(value)}" for path, value in expectation.given.items())


def unknown_words(where: Steps, expectation: ExpectSection, game: PhasedGame) -> Iterator[tuple[Steps, Problem]]:
    """Words of an expectation that the game does not have, and where they stand.

    A strategy of another length is no mistake: parameters may change the length, and then it is simply not found.
    """
    if expectation.strategy is not None:
        steps: Steps = (*where, "strategy")
        try:
            parse_strategy(expectation.strategy, game.actions, None, join_path(steps))
        except InputError as error:
            yield from ((steps, problem) for problem in error.problems)
    objectives = [objective.name for objective in game.objectives]
    for actor, judges in expectation.values.items():
        for path in ((actor,), *((actor, judge) for judge in judges)):
            if path[-1] not in objectives:
                steps = (*where, "values", *path)
                rule, hint = "names no objective of the game", nearest(path[-1], objectives)
                yield steps, Problem(name=join_path(steps), rule=rule, hint=hint)


def compared(expectation: ExpectSection, game: PhasedGame, solution: Solution, slack: Fraction) -> Iterator[Check]:
    """Everything that an expectation says, held against the solution; numbers may differ by the slack."""
    contract = solution.contract()
    asked = [name for name in ExpectSection.model_fields if name in expectation.model_fields_set]
    for quantity in (name for name in asked if name not in {"agent", "given", "tolerance"}):
        wanted, found = getattr(expectation, quantity), contract.get(quantity)
        holds = _read(wanted, game) == solution.plan if quantity == "strategy" else agrees(wanted, found, slack)
        digits = None if holds else _telling_digits(wanted, found)
        yield Check(
            agent=solution.agent,
            quantity=quantity + conditions(expectation),
            expected=shown(wanted, digits),
            found=shown(found, digits),
            holds=holds,
        )


def _read(strategy: str, game: PhasedGame) -> Strategy | None:
    """An expected strategy in any of its forms; None if its length is not that of the game."""
    try:
        return parse_strategy(strategy, game.actions, game.horizon)
    except InputError:
        return None


def _telling_digits(wanted: Any, found: Any) -> int | None:
    """How many digits tell two results apart that differ; None if they differ as they are shown to people anyway."""
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        pairs = [_telling_digits(value, found.get(key)) for key, value in wanted.items()]
        return max((digits for digits in pairs if digits), default=None)
    if isinstance(wanted, list | tuple) and isinstance(found, list | tuple):
        digits_of = (_telling_digits(one, other) for one, other in zip(wanted, found, strict=False))
        return max((digits for digits in digits_of if digits), default=None)
    if wanted == found or shown(wanted) != shown(found):
        return None
    return next((n for n in MORE_DIGITS if shown(wanted, n) != shown(found, n)), None)


def agrees(wanted: Any, found: Any, slack: Fraction) -> bool:
    """Whether what was found is what was wanted; numbers may differ by the slack, lists and mappings entry by entry."""
    if isinstance(wanted, Mapping):
        return isinstance(found, Mapping) and all(
            key in found and agrees(value, found[key], slack) for key, value in wanted.items()
        )
    if isinstance(wanted, list | tuple):
        return (
            isinstance(found, list | tuple)
            and len(wanted) == len(found)
            and all(agrees(one, other, slack) for one, other in zip(wanted, found, strict=True))
        )
    if found is None and wanted == NOTHING:
        return True
    if isinstance(wanted, bool) or isinstance(found, bool) or wanted is None or found is None:
        return wanted is found
    if isinstance(wanted, str) or isinstance(found, str):
        return str(wanted) == str(found)
    return abs(Fraction(wanted) - Fraction(found)) <= slack


def shown(value: Any, digits: int | None = None) -> str:
    """A result as text; numbers as they are readable, or with so many digits."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {shown(entry, digits)}" for key, entry in value.items())
    if isinstance(value, list | tuple):
        return "[" + ", ".join(shown(entry, digits) for entry in value) + "]"
    number: Number = value
    if digits is not None:
        return _decimal(Fraction(number), digits)
    return text_of(number) if isinstance(number, int) else readable(number)


def _decimal(number: Fraction, digits: int) -> str:
    context = Context(prec=digits)
    shown = context.divide(Decimal(number.numerator), Decimal(number.denominator))
    return f"{shown.normalize(context):f}" if -20 < shown.adjusted() < digits else f"{shown.normalize(context)}"
