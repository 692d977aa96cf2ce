"""Carry out the `maze:` section of a scenario: every study that it asks for, and hold its expectations against them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from deceptive_sim.core.errors import InputError, Problem, nearest, quote, wrong
from deceptive_sim.core.progress import Progress, silent
from deceptive_sim.core.seeds import DEFAULT_SEED, generator
from deceptive_sim.maze.mazes import Mazes
from deceptive_sim.maze.world import MazeWorld
from deceptive_sim.populations.measures import Estimate
from deceptive_sim.scenario.load import Scenario
from deceptive_sim.scenario.maze import STUDIES, MazePlan, named_in_file
from deceptive_sim.scenario.problems import locate
from deceptive_sim.studies.maze_names import names_of
from deceptive_sim.studies.study_result import StudyResult, about, held

if TYPE_CHECKING:
    from deceptive_sim.maze.shift import ShiftResult

DRAWN = 101
"""Where mazes that are only looked at stand under a seed."""

MOST_DRAWN, MOST_CELLS_DRAWN = 1_000, 10_000_000
"""Mazes that are only looked at, and cells of these together."""

UNKNOWN = "must be a measurement of the study"


class Study(Protocol):
    """What one study of mazes found."""

    def contract(self) -> dict[str, Any]:
        """The fields that other tools rely on, by their stable names."""

    def measures(self) -> Mapping[str, Estimate]:
        """Its measurements by dotted names."""


@dataclass(frozen=True, kw_only=True)
class MazeResult(StudyResult):
    """Studies of mazes carried out.

    Attributes
    ----------
    plan : MazePlan
    world : MazeWorld
    studies : mapping
        What each study found, by its name in the file (`scenario.maze.STUDIES`), in that order.
    """

    plan: MazePlan
    world: MazeWorld
    studies: Mapping[str, Study]

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
        With places in the file: expected measurements that no study of the file has.
    """
    if scenario.maze is not None and (problems := list(_unknown(scenario))):
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
        As `examine_maze`; also if the scenario has no mazes.
    """
    plan = plan_of(scenario)
    examine_maze(scenario)
    start = time.perf_counter()
    world = plan.world(seed)
    studies = {
        name: _carried_out(name, plan, world, scenario, seed=seed, workers=workers, progress=progress)
        for name in plan.specs
    }
    found = measures_of(studies)
    return MazeResult(
        plan=plan,
        world=world,
        studies=studies,
        checks=tuple(held(one.measure, one, found.get(one.measure)) for one in plan.section.expect),
        **about(scenario, seed=seed, start=start),
    )


def draw_mazes(scenario: Scenario, family: str, count: int, *, seed: int = DEFAULT_SEED) -> Mazes:
    """Some mazes of a family.

    Raises
    ------
    InputError
        If the scenario has no such family, or more than `MOST_DRAWN` are asked for, or more than `MOST_CELLS_DRAWN`
        cells.
    """
    families = plan_of(scenario).families
    if family not in families:
        raise wrong("family", "must be a family of the scenario's mazes", family, nearest(family, families))
    if not 1 <= count <= MOST_DRAWN:
        raise wrong("count", f"must be from 1 to {MOST_DRAWN}", count)
    cells = families[family].cells
    if count * cells > MOST_CELLS_DRAWN and count > 1:
        rule = f"must be at most {max(1, MOST_CELLS_DRAWN // cells)} of such large mazes"
        raise wrong("count", rule, f"{count} of {cells} cells, their edge included")
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


def _unknown(scenario: Scenario) -> Iterator[Problem]:
    """Expected measurements that no study of the file has; a name begins with that of its study.

    Expectations are about the file as it stands: where parameters were changed, sizes say, what they name may be gone.
    """
    plan = plan_of(scenario)
    for row, one in enumerate(plan.section.expect):
        study = one.measure.partition(".")[0]
        if study not in plan.specs:
            rule = "must be a measurement of a study in the file, and begin with its name"
            yield _expectation(scenario, row, rule, one.measure, nearest(study, plan.specs))
            continue
        names = names_of(study, plan)
        if one.measure not in names and not scenario.changed:
            yield _expectation(scenario, row, UNKNOWN, one.measure, names.near(one.measure))


def _expectation(scenario: Scenario, row: int, rule: str, got: str, hint: str | None) -> Problem:
    place = scenario.document.place_of_value(("maze", "expect", row, "measure"))
    return Problem(name=f"maze.expect.{row}.measure", rule=rule, got=quote(got), hint=hint, position=place)
