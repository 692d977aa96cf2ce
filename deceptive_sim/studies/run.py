"""Carry out a scenario: solve every agent's game, and hold the file's expectations against the results."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

from deceptive_sim.core.errors import InputError, Problem, nearest, wrong
from deceptive_sim.core.exact import Number, readable, text_of
from deceptive_sim.core.paths import join_path
from deceptive_sim.core.progress import Progress, silent
from deceptive_sim.core.seeds import DEFAULT_SEED
from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.strategies import Strategy, parse_strategy
from deceptive_sim.scenario.build import ENOUGH
from deceptive_sim.scenario.load import Scenario
from deceptive_sim.scenario.problems import in_order, locate
from deceptive_sim.scenario.schema import ExpectSection
from deceptive_sim.scenario.yaml_text import Steps
from deceptive_sim.solvers.solution import Solution
from deceptive_sim.solvers.solve import refuse_too_long, solve_game
from deceptive_sim.studies.result import Check, RunResult

LONGEST_EXACT_CHECK = 400
"""Expectations about games of up to this many episodes are checked in Fractions, longer ones in floats."""

FLOAT_SLACK = Fraction(1, 10**9)

MORE_DIGITS = (12, 25, 50, 100, 200, 400, 800)
"""How many digits are tried, one after another, to tell numbers apart that differ."""


def solve(scenario: Scenario, agent: str | None = None, *, exact: bool = False) -> Solution:
    """Solve a scenario for its first agent, or the one named.

    Parameters
    ----------
    scenario : Scenario
    agent : str, optional
    exact : bool
        Whether numbers are Fractions; decisions are exact either way.

    Raises
    ------
    InputError
        If there is no such agent, or the game is too long.
    """
    return _solve(scenario, _agent(scenario, agent), exact=exact)


def solve_all(scenario: Scenario, *, exact: bool = False, progress: Progress = silent) -> tuple[Solution, ...]:
    """Solve a scenario for each of its agents, in the order of the file."""
    solutions = []
    for done, agent in enumerate(scenario.agents):
        progress(done, len(scenario.agents), f"solving {agent.name}")
        solutions.append(_solve(scenario, agent, exact=exact))
    progress(len(scenario.agents), len(scenario.agents), "solved")
    return tuple(solutions)


def examine(scenario: Scenario, *, exact: bool = False) -> tuple[Scenario, ...]:
    """Look for what only shows when a scenario is put to work, without solving anything.

    Parameters
    ----------
    scenario : Scenario
    exact : bool
        Whether it is to be solved in Fractions, which takes longer.

    Returns
    -------
    tuple of Scenario
        The scenario as each of its expectations has it.

    Raises
    ------
    InputError
        With places in the file: games too long to be solved, expectations of unknown agents, actions or objectives,
        `with:` rows that make no sound scenario.
    """
    problems = _too_long(scenario, scenario.agents, exact)
    given = []
    for row, expectation in enumerate(scenario.expectations):
        try:
            given.append(_expected(scenario, row, expectation))
        except InputError as error:
            problems += error.problems
            if len(problems) >= ENOUGH:
                break
    if problems:
        raise InputError(in_order(problems))
    return tuple(given)


def _too_long(scenario: Scenario, agents: Iterable[AgentSpec], exact: bool) -> list[Problem]:
    for agent in agents:
        try:
            for game in (scenario.game, agent.believed):
                if game is not None:
                    refuse_too_long(agent.judged(game), exact=exact)
        except InputError as error:
            return [locate(problem, scenario.document) for problem in error.problems]
    return []


def _expected(scenario: Scenario, row: int, expectation: ExpectSection) -> Scenario:
    """The scenario as an expectation has it; problems are named after the expectation."""
    given = scenario.as_expected_by(row)
    where = ("expect", row, "with" if expectation.given else "agent")
    try:
        agent = _agent(given, expectation.agent)
    except InputError as error:
        place = scenario.document.place_of_value(("expect", row, "agent"))
        raise InputError(replace(p, name=f"expect.{row}.agent", position=place) for p in error.problems) from None
    problems = _too_long(given, [agent], _in_fractions(given)) if expectation.given else []
    if problems:
        place = scenario.document.place_of_value(where)
        raise InputError(replace(p, name=f"{join_path(where)}: {p.name}", position=place) for p in problems)
    problems = [
        replace(problem, position=scenario.document.place_of_value(steps))
        for steps, problem in _unknown_words(("expect", row), expectation, given.game)
    ]
    if problems:
        raise InputError(problems)
    return given


def _unknown_words(where: Steps, expectation: ExpectSection, game: PhasedGame) -> Iterator[tuple[Steps, Problem]]:
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


def run(scenario: Scenario, *, seed: int = DEFAULT_SEED, exact: bool = False, progress: Progress = silent) -> RunResult:
    """Carry out a scenario and check what it expects.

    Parameters
    ----------
    scenario : Scenario
    seed : int
        Recorded; nothing in this version of a scenario draws from it.
    exact : bool
        Whether the numbers of the result are Fractions.
    progress : Progress

    Raises
    ------
    InputError
        As `examine`.
    """
    start = time.perf_counter()
    given = examine(scenario, exact=exact)
    solutions = solve_all(scenario, exact=exact, progress=progress)
    solved = time.perf_counter()
    checks = tuple(_checks(scenario, given))
    checked = time.perf_counter()
    return RunResult(
        scenario_id=scenario.id,
        title=scenario.title,
        source=scenario.source,
        description=scenario.description,
        game=scenario.game,
        solutions=solutions,
        labels=scenario.labels,
        checks=checks,
        figures=scenario.figures,
        changed=scenario.changed,
        resolved=scenario.resolved(),
        digest=scenario.digest(),
        seed=seed,
        durations={"solve": solved - start, "check": checked - solved},
    )


def _solve(scenario: Scenario, agent: AgentSpec, *, exact: bool) -> Solution:
    try:
        return solve_game(scenario.game, agent, exact=exact)
    except InputError as error:
        raise InputError([locate(problem, scenario.document) for problem in error.problems]) from None


def _agent(scenario: Scenario, name: str | None) -> AgentSpec:
    if name is None:
        return scenario.agents[0]
    for agent in scenario.agents:
        if agent.name == name:
            return agent
    names = [agent.name for agent in scenario.agents]
    raise wrong("agent", "must be one of the scenario's agents", name, nearest(name, names))


def _in_fractions(scenario: Scenario) -> bool:
    return scenario.game.horizon <= LONGEST_EXACT_CHECK


def _checks(scenario: Scenario, given: Sequence[Scenario]) -> Iterator[Check]:
    solved: dict[str, Solution] = {}
    for expectation, situation in zip(scenario.expectations, given, strict=True):
        agent = _agent(situation, expectation.agent)
        exact = _in_fractions(situation)
        if expectation.given:
            solution = _solve(situation, agent, exact=exact)
        else:
            solution = solved.get(agent.name) or _solve(situation, agent, exact=exact)
            solved[agent.name] = solution
        slack = expectation.tolerance + (0 if exact else FLOAT_SLACK)
        yield from _compared(expectation, situation.game, solution, slack)


def _compared(expectation: ExpectSection, game: PhasedGame, solution: Solution, slack: Fraction) -> Iterator[Check]:
    contract = solution.contract()
    conditions = "".join(f", {path} = {_shown(value)}" for path, value in expectation.given.items())
    asked = [name for name in ExpectSection.model_fields if name in expectation.model_fields_set]
    for quantity in (name for name in asked if name not in {"agent", "given", "tolerance"}):
        wanted, found = getattr(expectation, quantity), contract.get(quantity)
        holds = _read(wanted, game) == solution.plan if quantity == "strategy" else _agrees(wanted, found, slack)
        digits = None if holds else _telling_digits(wanted, found)
        yield Check(
            agent=solution.agent,
            quantity=quantity + conditions,
            expected=_shown(wanted, digits),
            found=_shown(found, digits),
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
    if wanted == found or _shown(wanted) != _shown(found):
        return None
    return next((n for n in MORE_DIGITS if _shown(wanted, n) != _shown(found, n)), None)


def _agrees(wanted: Any, found: Any, slack: Fraction) -> bool:
    if isinstance(wanted, Mapping):
        return isinstance(found, Mapping) and all(
            key in found and _agrees(value, found[key], slack) for key, value in wanted.items()
        )
    if isinstance(wanted, list | tuple):
        return (
            isinstance(found, list | tuple)
            and len(wanted) == len(found)
            and all(_agrees(one, other, slack) for one, other in zip(wanted, found, strict=True))
        )
    if isinstance(wanted, bool) or isinstance(found, bool) or wanted is None or found is None:
        return wanted is found
    if isinstance(wanted, str) or isinstance(found, str):
        return str(wanted) == str(found)
    return abs(Fraction(wanted) - Fraction(found)) <= slack


def _shown(value: Any, digits: int | None = None) -> str:
    """A result as text; numbers as they are readable, or with so many digits."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_shown(entry, digits)}" for key, entry in value.items())
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_shown(entry, digits) for entry in value) + "]"
    number: Number = value
    if digits is not None:
        return _decimal(Fraction(number), digits)
    return text_of(number) if isinstance(number, int) else readable(number)


def _decimal(number: Fraction, digits: int) -> str:
    context = Context(prec=digits)
    shown = context.divide(Decimal(number.numerator), Decimal(number.denominator))
    return f"{shown.normalize(context):f}" if -20 < shown.adjusted() < digits else f"{shown.normalize(context)}"
