"""Games of the library that are no phased games, carried out: their answer, held against what a scenario expects."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from deceptive_sim.core.errors import InputError, Problem
from deceptive_sim.games.models import Kind, Model
from deceptive_sim.games.views import View
from deceptive_sim.scenario.build import ENOUGH
from deceptive_sim.scenario.load import Scenario
from deceptive_sim.scenario.problems import in_order
from deceptive_sim.studies.expectations import disputed_fields, held_fields, misfits, shown, unknown_fields
from deceptive_sim.studies.result import Check, Disputed


@dataclass(frozen=True, kw_only=True)
class ModelResult:
    """A scenario of such a game, carried out.

    Attributes
    ----------
    scenario_id, title, source : str
    kind : Kind
    answer : mapping
        What is told of the game, by field.
    checks : tuple of Check
        What the scenario expects, held against it.
    disputed : tuple of Disputed
    view : View
        What there is to see of it.
    seconds : float
    description : str
    changed : mapping
        What was set on top of the file.
    """

    scenario_id: str
    title: str
    source: str
    kind: Kind
    answer: Mapping[str, Any]
    checks: tuple[Check, ...]
    disputed: tuple[Disputed, ...]
    view: View
    seconds: float
    description: str = ""
    changed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether everything expected was found."""
        return all(check.holds for check in self.checks)


def model_of(scenario: Scenario) -> Model:
    """The game of a scenario that has no phased game."""
    if scenario.model is None:
        raise TypeError(f"{scenario.id} has a phased game")
    return scenario.model


def examine_model(scenario: Scenario) -> tuple[Scenario, ...]:
    """The scenario as each of its expectations has it, without solving anything.

    Where parameters were set on top of the file, expectations of a game of another kind are no mistake: they fail.

    Raises
    ------
    InputError
        With places in the file: what `with:` sets makes no sound game.
    """
    given: list[Scenario] = []
    problems: list[Problem] = []
    for row in range(len(scenario.expectations)):
        try:
            one = scenario.as_expected_by(row)
            problems += () if scenario.changed else misfits(scenario, row, phased=one.model is None)
            if one.model is None:
                rule = "makes a phased game of one that is not: such expectations belong to the phased game's file"
                place = scenario.document.place_of_value(("expect", row, "with"))
                problems.append(Problem(name=f"expect.{row}.with", rule=rule, position=place))
            given.append(one)
        except InputError as error:
            problems += error.problems
            if len(problems) >= ENOUGH:
                break
    if problems:
        raise InputError(in_order(problems))
    return tuple(given)


def run_model(scenario: Scenario) -> ModelResult:
    """Carry out such a scenario: solve its game, check what it expects.

    Raises
    ------
    InputError
        As `examine_model`; also if an expectation names a field that the answer does not have.
    """
    start = time.perf_counter()
    given, model = examine_model(scenario), model_of(scenario)
    answer = model.answer()
    checks: list[Check] = []
    disputed: list[Disputed] = []
    problems: list[Problem] = []
    for row, (expectation, one) in enumerate(zip(scenario.expectations, given, strict=True)):
        found = model_of(one).answer() if expectation.given else answer
        checks += _of_another_kind(scenario, row, model.kind)
        problems += unknown_fields(scenario, row, found)
        checks += held_fields(expectation, found)
        disputed += disputed_fields(expectation)
    if problems:
        raise InputError(in_order(problems))
    return ModelResult(
        scenario_id=scenario.id,
        title=scenario.title,
        source=scenario.source,
        kind=model.kind,
        answer=answer,
        checks=tuple(checks),
        disputed=tuple(disputed),
        view=model.view(),
        seconds=time.perf_counter() - start,
        description=scenario.description,
        changed=scenario.changed,
    )


def _of_another_kind(scenario: Scenario, row: int, kind: Kind) -> Iterator[Check]:
    """What an expectation says of a phased game, which this one is not since parameters were set."""
    for problem in misfits(scenario, row, phased=False):
        word = problem.name.rsplit(".", 1)[-1]
        wanted = shown(getattr(scenario.expectations[row], word))
        yield Check(agent="", quantity=word, expected=wanted, found=f"nothing: the game is {kind}", holds=False)


__all__ = ["Disputed", "ModelResult", "examine_model", "model_of", "run_model"]
