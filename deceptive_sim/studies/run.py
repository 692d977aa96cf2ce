"""Carry out a scenario: solve every agent's game, check expectations and claims, simulate populations, walk mazes."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from deceptive_sim.core.errors import InputError, Problem
from deceptive_sim.core.paths import join_path
from deceptive_sim.core.progress import Progress, silent
from deceptive_sim.core.seeds import DEFAULT_SEED
from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.scenario.build import ENOUGH
from deceptive_sim.scenario.load import Scenario
from deceptive_sim.scenario.problems import in_order, locate
from deceptive_sim.scenario.schema import ExpectSection
from deceptive_sim.solvers.solution import Solution
from deceptive_sim.solvers.solve import refuse_too_long, solve_game
from deceptive_sim.studies.expectations import (
    compared,
    disputed_fields,
    held_fields,
    misfits,
    unknown_fields,
    unknown_words,
)
from deceptive_sim.studies.result import Check, RunResult

if TYPE_CHECKING:
    from deceptive_sim.claims.claim import Case
    from deceptive_sim.claims.ladder import Effort
    from deceptive_sim.claims.verdict import Verdict
    from deceptive_sim.studies.maze import MazeResult
    from deceptive_sim.studies.phase_results import LandscapeResult
    from deceptive_sim.studies.populations import PopulationResult

LONGEST_EXACT_CHECK = 400
"""Expectations about games of up to this many episodes are checked in Fractions, longer ones in floats."""

FLOAT_SLACK = Fraction(1, 10**9)


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
    return _solve(scenario, scenario.agent_named(agent), exact=exact)


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


def examine_claims(scenario: Scenario) -> None:
    """Read a scenario's claims, and raise with every problem of every one; nothing is verified."""
    if scenario.claims:
        from deceptive_sim.studies.claim_reading import claims_of

        claims_of(scenario)


def examine_crowd(scenario: Scenario) -> None:
    """Look for what is wrong with a scenario's population, if it has one; nothing is simulated."""
    if scenario.population is not None:
        from deceptive_sim.studies.populations import examine_population

        examine_population(scenario)


def examine_mazes(scenario: Scenario) -> None:
    """Look for what is wrong with a scenario's mazes, if it has any; none is drawn."""
    if scenario.maze is not None:
        from deceptive_sim.studies.maze import examine_maze

        examine_maze(scenario)


def _too_long(scenario: Scenario, agents: Iterable[AgentSpec], exact: bool) -> list[Problem]:
    for agent in agents:
        try:
            refuse_too_long(scenario.game, agent, exact=exact)
        except InputError as error:
            return [locate(problem, scenario.document) for problem in error.problems]
    return []


def _expected(scenario: Scenario, row: int, expectation: ExpectSection) -> Scenario:
    """The scenario as an expectation has it; problems are named after the expectation."""
    given = scenario.as_expected_by(row)
    problems = list(misfits(scenario, row, phased=given.model is None))
    if problems:
        raise InputError(problems)
    if given.model is not None:
        return given
    where = ("expect", row, "with" if expectation.given else "agent")
    try:
        agent = given.agent_named(expectation.agent)
    except InputError as error:
        place = scenario.document.place_of_value(("expect", row, "agent"))
        raise InputError(replace(p, name=f"expect.{row}.agent", position=place) for p in error.problems) from None
    problems = _too_long(given, [agent], _in_fractions(given)) if expectation.given else []
    if problems:
        place = scenario.document.place_of_value(where)
        raise InputError(replace(p, name=f"{join_path(where)}: {p.name}", position=place) for p in problems)
    problems = [
        replace(problem, position=scenario.document.place_of_value(steps))
        for steps, problem in unknown_words(("expect", row), expectation, given.game)
    ]
    if problems:
        raise InputError(problems)
    return given


def run(
    scenario: Scenario,
    *,
    seed: int = DEFAULT_SEED,
    exact: bool = False,
    proofs: bool = True,
    tries: int | None = None,
    workers: int | None = 1,
    memory: Mapping[str, Sequence[Case]] | None = None,
    progress: Progress = silent,
) -> RunResult:
    """Carry out a scenario: solve its game, check what it expects and claims, simulate its population, walk its mazes.

    Parameters
    ----------
    scenario : Scenario
    seed : int
        Of all that is drawn at random: the search for counterexamples, populations and mazes.
    exact : bool
        Whether the numbers of the result are Fractions.
    proofs : bool
        Whether proofs of claims are attempted.
    tries : int, optional
        Cases that the search decides exactly for each claim.
    workers : int or None
        Processes that verify claims and simulate, threads that walk mazes; None for one per core.
    memory : mapping, optional
        Counterexamples found earlier, by the claim's id.
    progress : Progress

    Raises
    ------
    InputError
        As `examine` and `examine_claims`.
    """
    start = time.perf_counter()
    given = examine(scenario, exact=exact)
    examine_claims(scenario)
    examine_crowd(scenario)
    examine_mazes(scenario)
    solutions = solve_all(scenario, exact=exact, progress=progress)
    solved = time.perf_counter()
    checks = tuple(_checks(scenario, given))
    checked = time.perf_counter()
    landscape = _landscape(scenario, seed, progress)
    measured = time.perf_counter()
    claims: tuple[Verdict, ...] = ()
    if scenario.claims:
        claims = _verdicts(scenario, _effort(proofs, tries), seed, workers, memory, progress)
    verified = time.perf_counter()
    population = _population(scenario, seed, workers, progress)
    simulated = time.perf_counter()
    maze = _maze(scenario, seed, workers, progress)
    durations = {"solve": solved - start, "check": checked - solved}
    durations |= {} if landscape is None else {"landscape": measured - checked}
    durations |= {"claims": verified - measured} if claims else {}
    durations |= {} if population is None else {"population": simulated - verified}
    durations |= {} if maze is None else {"maze": time.perf_counter() - simulated}
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
        durations=durations,
        landscape=landscape,
        claims=claims,
        population=population,
        maze=maze,
        disputed=tuple(row for expectation in scenario.expectations for row in disputed_fields(expectation)),
    )


def _effort(proofs: bool, tries: int | None) -> Effort:
    from deceptive_sim.claims.ladder import Effort

    return Effort(proofs=proofs) if tries is None else Effort(proofs=proofs, tries=tries)


def _verdicts(
    scenario: Scenario,
    effort: Effort,
    seed: int,
    workers: int | None,
    memory: Mapping[str, Sequence[Case]] | None,
    progress: Progress,
) -> tuple[Verdict, ...]:
    """What comes of the file's claims; nothing of what that needs is imported without any."""
    from deceptive_sim.studies.claims import verify_scenario

    return verify_scenario(scenario, effort=effort, seed=seed, workers=workers, memory=memory, progress=progress)


def _landscape(scenario: Scenario, seed: int, progress: Progress) -> LandscapeResult | None:
    """What the file's landscape shows; nothing of what that needs is imported without one."""
    if scenario.landscape is None:
        return None
    from deceptive_sim.studies.phase_results import landscape_results

    return landscape_results(scenario, seed=seed, progress=progress)


def _population(scenario: Scenario, seed: int, workers: int | None, progress: Progress) -> PopulationResult | None:
    """What becomes of the file's population; nothing of what that needs is imported without one."""
    if scenario.population is None:
        return None
    from deceptive_sim.studies.populations import simulate_scenario

    return simulate_scenario(scenario, seed=seed, workers=workers or os.cpu_count() or 1, progress=progress)


def _maze(scenario: Scenario, seed: int, workers: int | None, progress: Progress) -> MazeResult | None:
    """What the file's mazes show; nothing of what that needs is imported without any."""
    if scenario.maze is None:
        return None
    from deceptive_sim.studies.maze import run_maze

    return run_maze(scenario, seed=seed, workers=workers or os.cpu_count() or 1, progress=progress)


def _solve(scenario: Scenario, agent: AgentSpec, *, exact: bool) -> Solution:
    try:
        return solve_game(scenario.game, agent, exact=exact)
    except InputError as error:
        raise InputError([locate(problem, scenario.document) for problem in error.problems]) from None


def _in_fractions(scenario: Scenario) -> bool:
    return scenario.game.horizon <= LONGEST_EXACT_CHECK


def _checks(scenario: Scenario, given: Sequence[Scenario]) -> Iterator[Check]:
    solved: dict[str, Solution] = {}
    for row, (expectation, situation) in enumerate(zip(scenario.expectations, given, strict=True)):
        if situation.model is not None:
            answer = situation.model.answer()
            unknown = list(unknown_fields(scenario, row, answer))
            if unknown:
                raise InputError(unknown)
            yield from held_fields(expectation, answer)
            continue
        agent = situation.agent_named(expectation.agent)
        exact = _in_fractions(situation)
        if expectation.given:
            solution = _solve(situation, agent, exact=exact)
        else:
            solution = solved.get(agent.name) or _solve(situation, agent, exact=exact)
            solved[agent.name] = solution
        slack = expectation.tolerance + (0 if exact else FLOAT_SLACK)
        yield from compared(expectation, situation.game, solution, slack)
