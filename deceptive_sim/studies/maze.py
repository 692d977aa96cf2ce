"""Carry out the `maze:` section of a scenario: every study that it asks for, and hold its expectations against them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from deceptive_sim.core.errors import InputError, Problem, nearest, quote, wrong
from deceptive_sim.core.exact import text_of
from deceptive_sim.core.progress import Progress, silent
from deceptive_sim.core.seeds import DEFAULT_SEED, generator
from deceptive_sim.maze.mazes import Mazes
from deceptive_sim.maze.world import MazeWorld
from deceptive_sim.populations.measures import Estimate
from deceptive_sim.scenario.load import Scenario
from deceptive_sim.scenario.maze import STUDIES, MazePlan, named_in_file
from deceptive_sim.scenario.problems import locate
from deceptive_sim.studies.result import Check

if TYPE_CHECKING:
    from deceptive_sim.maze.shift import ShiftResult

DRAWN = 101
"""Where mazes that are only looked at stand under a seed."""

MOST_DRAWN = 1_000

SLACK = 1e-12

UNKNOWN = "must be a measurement of the study"


class Study(Protocol):
    """What one study of mazes found."""

    def contract(self) -> dict[str, Any]:
        """The fields that other tools rely on, by their stable names."""

    def measures(self) -> Mapping[str, Estimate]:
        """Its measurements by dotted names."""


@dataclass(frozen=True, kw_only=True)
class MazeResult:
    """Studies of mazes carried out.

    Attributes
    ----------
    scenario_id, title, source, description : str
    plan : MazePlan
    world : MazeWorld
    studies : mapping
        What each study found, by its name in the file (`scenario.maze.STUDIES`), in that order.
    checks : tuple of Check
        What the file expects, held against it.
    changed : mapping
        Parameters set on top of the file.
    resolved : mapping
        The scenario as plain data.
    digest : str
    seed : int
    seconds : float
    """

    scenario_id: str
    title: str
    source: str
    description: str
    plan: MazePlan
    world: MazeWorld
    studies: Mapping[str, Study]
    checks: tuple[Check, ...]
    changed: Mapping[str, str]
    resolved: Mapping[str, Any]
    digest: str
    seed: int
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether everything expected was found."""
        return all(check.holds for check in self.checks)

    @property
    def shift(self) -> ShiftResult | None:
        """What every agent does in mazes of every family, if the file asks for that."""
        return self.studies.get("shift")  # type: ignore[return-value]

    def measures(self) -> dict[str, Estimate]:
        """All measurements, by names that begin with that of their study."""
        return measures_of(self.studies)

    def contract(self) -> dict[str, Any]:
        """The fields that other tools rely on, by their stable names.

        What studies found stands under their names; the rates of distributional shift, and strategy, apples, payoffs
        and modification of a lifetime, at the top.
        """
        told = {name: study.contract() for name, study in self.studies.items()}
        top: dict[str, Any] = {}
        if "shift" in told:
            top["rates"] = told["shift"].pop("rates")
        if "lifetime" in told:
            top |= {word: told["lifetime"].pop(word) for word in OF_LIFETIME if word in told["lifetime"]}
        return {**top, **told, "holds": self.holds, "expectations": self.checks}


OF_LIFETIME = ("strategy", "apples", "payoffs", "modification")
"""What a lifetime tells at the top of the contract."""


def measures_of(studies: Mapping[str, Study]) -> dict[str, Estimate]:
    """The measurements of some studies, by names that begin with that of the study."""
    told = {}
    for study, found in studies.items():
        for name, measured in found.measures().items():
            told[name if name.startswith(f"{study}.") else f"{study}.{name}"] = measured
    return told


def plan_of(scenario: Scenario) -> MazePlan:
    """The mazes of a scenario; an `InputError` if it has none."""
    if scenario.maze is None:
        raise wrong("maze", "is required: the scenario has no maze: section", None)
    return scenario.maze


def examine_maze(scenario: Scenario) -> None:
    """Look for what is wrong with what a file asks of its mazes, without drawing any.

    Raises
    ------
    InputError
        With places in the file: measurements of studies that the file does not ask for.
    """
    if scenario.maze is not None:
        problems = [*_of_no_study(scenario), *_of_no_shift(scenario)]
        if problems:
            raise InputError(problems)


def run_maze(
    scenario: Scenario, *, seed: int = DEFAULT_SEED, workers: int = 1, progress: Progress = silent
) -> MazeResult:
    """Carry out the studies of mazes that a scenario asks for.

    Parameters
    ----------
    scenario : Scenario
    seed : int
        From 0; the same seed gives the same result for any number of workers.
    workers : int
        From 1.
    progress : Progress

    Raises
    ------
    InputError
        As `examine_maze`; also if the scenario has no mazes, or expects a measurement that its studies do not have.
    """
    plan = plan_of(scenario)
    examine_maze(scenario)
    start = time.perf_counter()
    world = plan.world(seed)
    studies = {
        name: _carried_out(name, plan, world, scenario, seed=seed, workers=workers, progress=progress)
        for name in plan.specs
    }
    checks = tuple(_checks(scenario, measures_of(studies)))
    return MazeResult(
        scenario_id=scenario.id,
        title=scenario.title,
        source=scenario.source,
        description=scenario.description,
        plan=plan,
        world=world,
        studies=studies,
        checks=checks,
        changed=scenario.changed,
        resolved=scenario.resolved(),
        digest=scenario.digest(),
        seed=seed,
        seconds=time.perf_counter() - start,
    )


def draw_mazes(scenario: Scenario, family: str, count: int, *, seed: int = DEFAULT_SEED) -> Mazes:
    """Some mazes of a family.

    Raises
    ------
    InputError
        If the scenario has no such family, or more than `MOST_DRAWN` are asked for.
    """
    families = plan_of(scenario).families
    if family not in families:
        raise wrong("family", "must be a family of the scenario's mazes", family, nearest(family, families))
    if not 1 <= count <= MOST_DRAWN:
        raise wrong("count", f"must be from 1 to {MOST_DRAWN}", count)
    return families[family].draw(generator(seed, DRAWN), count)


def _carried_out(
    name: str, plan: MazePlan, world: MazeWorld, scenario: Scenario, *, seed: int, workers: int, progress: Progress
) -> Study:
    """One study; what is wrong with it has its place in the file."""
    module = import_module(STUDIES[name].module)
    try:
        found: Study = getattr(module, f"run_{name}")(
            world, plan.specs[name], seed=seed, workers=workers, progress=progress
        )
    except InputError as error:
        at = f"maze.{name}"
        raise InputError(
            locate(replace(named_in_file(at, problem), position=problem.position), scenario.document)
            for problem in error.problems
        ) from None
    return found


def _of_no_study(scenario: Scenario) -> Iterator[Problem]:
    """Expected measurements of studies that the file does not ask for."""
    plan = plan_of(scenario)
    for row, one in enumerate(plan.section.expect):
        study = one.measure.partition(".")[0]
        if study not in plan.specs:
            rule = "must be a measurement of a study in the file, and begin with its name"
            yield _expectation(scenario, row, rule, one.measure, nearest(study, plan.specs))


def _of_no_shift(scenario: Scenario) -> Iterator[Problem]:
    """Expected rates of agents, families or outcomes that there are not: these names are known beforehand."""
    plan = plan_of(scenario)
    if "shift" not in plan.specs:
        return
    from deceptive_sim.maze.shift import COUNTED

    families = plan.specs["shift"].families or tuple(plan.families)
    agents = plan.specs["shift"].agents or tuple(plan.agents)
    names = {f"shift.{rate}.{agent}.{family}" for rate in COUNTED for agent in agents for family in families}
    for row, one in enumerate(plan.section.expect):
        if one.measure.startswith("shift.") and one.measure not in names:
            yield _expectation(scenario, row, UNKNOWN, one.measure, nearest(one.measure, sorted(names)))


def _expectation(scenario: Scenario, row: int, rule: str, got: str, hint: str | None) -> Problem:
    place = scenario.document.place_of_value(("maze", "expect", row, "measure"))
    return Problem(name=f"maze.expect.{row}.measure", rule=rule, got=quote(got), hint=hint, position=place)


def _checks(scenario: Scenario, measures: Mapping[str, Estimate]) -> list[Check]:
    """Every expectation held against what was measured; an `InputError` names all that were not measured."""
    rows = list(enumerate(plan_of(scenario).section.expect))
    unknown = [(row, one.measure) for row, one in rows if one.measure not in measures]
    if unknown:
        raise InputError(_expectation(scenario, row, UNKNOWN, name, nearest(name, measures)) for row, name in unknown)
    checks = []
    for _, one in rows:
        found = measures[one.measure].mean
        expected = text_of(one.value) + (f" ± {text_of(one.tolerance)}" if one.tolerance else "")
        holds = abs(found - float(one.value)) <= float(one.tolerance) + SLACK
        checks.append(Check(agent="", quantity=one.measure, expected=expected, found=f"{found:.6g}", holds=holds))
    return checks
