"""The claims of a scenario, read: names looked up, every mistake with its place in the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from deceptive_sim.claims.bound import BoundClaim
from deceptive_sim.claims.claim import Case
from deceptive_sim.core.errors import InputError, Problem
from deceptive_sim.scenario.build import ENOUGH
from deceptive_sim.scenario.load import Scenario
from deceptive_sim.scenario.problems import from_validation
from deceptive_sim.scenario.schema import ClaimSection
from deceptive_sim.scenario.yaml_text import Document
from deceptive_sim.studies.claim_places import located
from deceptive_sim.studies.claim_situations import ScenarioSituations

Memory = Mapping[str, Sequence[Case]]
"""Counterexamples found earlier, by the claim's id."""

CALLED = "claim"
"""The id of a claim that is written in Python, and what errors call it."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A claim of a scenario that is to be verified: `row` is its place in the file, from 0, if it has one."""

    situations: ScenarioSituations
    claim: BoundClaim
    row: int | None
    memory: Sequence[Case] = ()


def claims_of(scenario: Scenario) -> tuple[BoundClaim, ...]:
    """A scenario's claims, with all names looked up.

    Raises
    ------
    InputError
        With every problem of every claim, each with its place in the file.
    """
    return tuple(question.claim for question in questions_of(scenario))


def questions_of(scenario: Scenario, *, only: Sequence[str] = (), memory: Memory | None = None) -> tuple[Question, ...]:
    """A scenario's claims as questions, in the order of the file.

    Parameters
    ----------
    scenario : Scenario
    only : sequence of str
        Ids of the claims that are meant; none means all. Ids that the scenario does not have are passed over.
    memory : mapping, optional
        Counterexamples found earlier, by id.

    Raises
    ------
    InputError
        As `claims_of`, for the claims that are meant.
    """
    situations = ScenarioSituations(scenario)
    questions: list[Question] = []
    problems: list[Problem] = []
    for row, section in enumerate(scenario.claims):
        if only and section.id not in only:
            continue
        known = (memory or {}).get(section.id, ())
        try:
            bound = _read(section, situations)
            questions.append(Question(situations=situations, claim=bound, row=row, memory=known))
        except InputError as error:
            problems += located(error.problems, row, section.id, scenario.document)
        if len(problems) >= ENOUGH:
            break
    if problems:
        raise InputError(problems)
    return tuple(questions)


def question_of(scenario: Scenario, data: Mapping[str, object]) -> Question:
    """A claim written in Python, as it would stand in a file; it is called `claim`.

    Raises
    ------
    InputError
        With what is wrong with it.
    """
    situations = ScenarioSituations(scenario)
    claim = _read(_section({"id": CALLED, **data}), situations, prefix=CALLED)
    return Question(situations=situations, claim=claim, row=None)


def _read(section: ClaimSection, situations: ScenarioSituations, prefix: str | None = None) -> BoundClaim:
    """A claim of the file with its names looked up; `prefix` is what errors call it, None for `claims.ID`."""
    from deceptive_sim.claims.bind import bind, make_claim

    claim = make_claim(
        id=section.id,
        text=section.text,
        claim=section.claim,
        names=section.names,
        given={name: list(domain) if isinstance(domain, tuple) else domain for name, domain in section.given.items()},
        assume=section.assume,
        also=section.also,
        agent=section.agent,
        holds=section.holds,
        evidence=section.evidence,
        lemmas=section.lemmas,
        situations=situations,
        prefix=prefix,
    )
    return bind(claim, situations, prefix=prefix)


def _section(data: Mapping[str, object]) -> ClaimSection:
    """A claim written in Python, checked as one of a file is."""
    from pydantic import ValidationError

    given = {name: value for name, value in data.items() if value is not None}
    try:
        return ClaimSection.model_validate(given)
    except ValidationError as error:
        problems = from_validation(error, Document(file="claim", data=given))
        rule = "must not contain None"
        found = [problem.within(CALLED) for problem in problems] or [Problem(name=CALLED, rule=rule)]
        raise InputError(found) from None
