"""Carry out the `population:` section of a scenario: simulate it, watch it, hold its expectations against it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from deceptive_sim.core.errors import InputError, Problem, nearest, quote, wrong
from deceptive_sim.core.progress import Progress, silent
from deceptive_sim.core.seeds import DEFAULT_SEED
from deceptive_sim.populations.measures import Estimate, estimate, is_share, measure_named, phase_end, phase_scores
from deceptive_sim.populations.optimisers import Gradient
from deceptive_sim.populations.result import Outcome
from deceptive_sim.populations.simulate import cast_of, simulate
from deceptive_sim.scenario.load import Scenario
from deceptive_sim.scenario.problems import locate
from deceptive_sim.studies.result import Check
from deceptive_sim.studies.study_result import StudyResult, about, held

if TYPE_CHECKING:
    from deceptive_sim.populations.observing.results import Evidence
    from deceptive_sim.scenario.population import PopulationPlan


@dataclass(frozen=True, kw_only=True)
class PopulationResult(StudyResult):
    """A population carried out.

    Attributes
    ----------
    plan : PopulationPlan
    outcome : Outcome
    phases : tuple of PhaseEnd
    evidence : Evidence or None
        What an observer can tell by behaviour; None if the file has no observer.
    """

    plan: PopulationPlan
    outcome: Outcome
    phases: tuple[PhaseEnd, ...]
    evidence: Evidence | None

    def contract(self) -> dict[str, Any]:
        """The fields that other tools rely on, by their stable names."""
        population = self.plan.population
        return {
            "size": population.size,
            "replicates": population.replicates,
            "episodes": population.scene.game.horizon,
            "phases": [phase.contract() for phase in self.phases],
            "values": {
                cohort.name: estimate(values)
                for cohort, values in zip(population.cohorts, self.outcome.value().T, strict=True)
            },
            **({} if self.evidence is None else {"observer": self.evidence.contract()}),
            "holds": self.holds,
            "expectations": self.checks,
        }


@dataclass(frozen=True, kw_only=True)
class PhaseEnd:
    """What there is at the end of a phase: means over replicates with their 95 % intervals.

    Attributes
    ----------
    phase : str
    kind : str
        Training or deployment.
    episode : int
        Its last episode; 0 before any.
    shares : mapping
        Cohort to its share of the population, copies of its agents included.
    unmodified : mapping
        Cohort to the part of the population that is of it, unmodified and not shut down.
    modified_of : mapping
        Cohort to the share of its agents that have been modified; None where none is left.
    modified, off, apparent_alignment, actual_alignment, base_weight, turns : Estimate or None
        Shares of all agents; `apparent_alignment` in the last episode, `turns` in the whole phase. None without an
        episode.
    scores : mapping
        Objective to the mean payoff per episode of the phase.
    """

    phase: str
    kind: str
    episode: int
    shares: Mapping[str, Estimate | None]
    unmodified: Mapping[str, Estimate | None]
    modified_of: Mapping[str, Estimate | None]
    modified: Estimate | None
    off: Estimate | None
    apparent_alignment: Estimate | None
    actual_alignment: Estimate | None
    base_weight: Estimate | None
    turns: Estimate | None
    scores: Mapping[str, Estimate | None]

    def contract(self) -> dict[str, Any]:
        """The same as plain data, by stable names."""
        kinds = {
            name: {"share": share, "unmodified": self.unmodified[name], "modified": self.modified_of[name]}
            for name, share in self.shares.items()
        }
        return {
            "phase": self.phase,
            "kind": self.kind,
            "episode": self.episode,
            "kinds": kinds,
            "modified": self.modified,
            "off": self.off,
            "apparent_alignment": self.apparent_alignment,
            "actual_alignment": self.actual_alignment,
            "base_weight": self.base_weight,
            "turns": self.turns,
            "scores": dict(self.scores),
        }


def plan_of(scenario: Scenario) -> PopulationPlan:
    """The population of a scenario; an `InputError` if it has none."""
    if scenario.population is None:
        raise wrong("population", "is required: the scenario has no population: section", None)
    return scenario.population


def examine_population(scenario: Scenario) -> None:
    """Look for what is wrong with what a file asks of its population, without simulating anything.

    Raises
    ------
    InputError
        With places in the file: unknown measurements and phases, kinds that do not fit the scene.
    """
    if scenario.population is None:
        return
    refuse_unknown(scenario)
    if scenario.population.section.diagram is not None:
        from deceptive_sim.studies.population_axes import diagram_axes

        diagram_axes(scenario)
    _evidence_of_sound(scenario)


def refuse_unknown(scenario: Scenario) -> None:
    """Raise an `InputError` with all measurements and phases that a file asks for and there are not."""
    problems = list(_unknown(scenario, plan_of(scenario)))
    if problems:
        raise InputError(problems)


def _evidence_of_sound(scenario: Scenario) -> Evidence | None:
    """What the observer can tell, if any, once it is sure that the population can be simulated."""
    try:
        cast_of(plan_of(scenario).population)
    except InputError as error:
        raise InputError(as_in_file(problem, scenario) for problem in error.problems) from None
    return evidence_in(scenario)


def as_in_file(problem: Problem, scenario: Scenario) -> Problem:
    """A problem of a population that cannot be simulated, by its path in the file and with a place."""
    name, document = problem.name, scenario.document
    if name == "learning_rate":
        rates = {
            given: optimiser.learning_rate
            for given, optimiser in zip(
                plan_of(scenario).section.base_optimisers, plan_of(scenario).population.scene.optimisers, strict=True
            )
            if isinstance(optimiser, Gradient)
        }
        name = f"base_optimisers.{min(rates, key=rates.__getitem__)}.learning_rate"
    elif name not in ("size", "replicates"):
        return replace(problem, position=problem.position or document.place_of_key(("population",)))
    return locate(replace(problem, name=f"population.{name}"), document)


def simulate_scenario(
    scenario: Scenario, *, seed: int = DEFAULT_SEED, workers: int = 1, progress: Progress = silent
) -> PopulationResult:
    """Simulate the population of a scenario.

    Parameters
    ----------
    scenario : Scenario
    seed : int
        From 0; the same seed gives the same result for any number of workers.
    workers : int
        Processes, from 1.
    progress : Progress

    Raises
    ------
    InputError
        As `examine_population`, which looks at the diagram as well; also if the scenario has no population.
    """
    plan = plan_of(scenario)
    start = time.perf_counter()
    refuse_unknown(scenario)
    evidence = _evidence_of_sound(scenario)
    outcome = simulate(plan.population, seed=seed, workers=workers, progress=progress)
    return PopulationResult(
        plan=plan,
        outcome=outcome,
        phases=phase_ends(outcome),
        evidence=evidence,
        checks=tuple(_checks(plan, outcome)),
        **about(scenario, seed=seed, start=start),
    )


def evidence_in(scenario: Scenario) -> Evidence | None:
    """What the observer of a scenario's population can tell; None if the file has none.

    Raises
    ------
    InputError
        With the place of what is wrong with the observer.
    """
    plan = plan_of(scenario)
    section = plan.section.observer
    if section is None:
        return None
    from deceptive_sim.populations.observing.observer import evidence_of

    probe = section.honeypot
    try:
        return evidence_of(
            plan.population,
            prior=section.prior or None,
            clean=section.clean,
            honeypot_at=None if probe is None else probe.after + 1,
            mistaken=None if probe is None else probe.mistaken,
            sees=section.sees,
        )
    except InputError as error:
        named = [replace(problem, name=f"population.observer.{problem.name}") for problem in error.problems]
        raise InputError(locate(problem, scenario.document) for problem in named) from None


def phase_ends(outcome: Outcome) -> tuple[PhaseEnd, ...]:
    """What there is at the end of each phase."""
    game = outcome.population.scene.game
    return tuple(_phase_end(outcome, index) for index in range(len(game.phases)))


def _phase_end(outcome: Outcome, index: int) -> PhaseEnd:
    population, scene = outcome.population, outcome.population.scene
    phase = scene.game.phases[index]
    end = phase_end(population, index)
    place = outcome.moments.index(end)
    counts = outcome.counts
    names = [cohort.name for cohort in population.cohorts]
    shares, aligned = outcome.shares()[:, place], outcome.actual_alignment()

    def named(text: str) -> Estimate | None:
        return estimate(measure_named(text, population)(outcome, index), share=is_share(text))

    modified_of, unmodified = {}, {}
    for column, name in enumerate(names):
        present, modified, off = (counts[count][:, place, column] for count in ("present", "modified", "off"))
        unmodified[name] = estimate((present - modified - off) / population.size, share=True)
        left = present > 0
        modified_of[name] = estimate(modified[left] / present[left], share=True)
    return PhaseEnd(
        phase=phase.name,
        kind=phase.kind.value,
        episode=end,
        shares={
            name: estimate(
                shares[:, column], share=True, fate=scene.selects and 0 < population.cohorts[column].share < 1
            )
            for column, name in enumerate(names)
        },
        unmodified=unmodified,
        modified_of=modified_of,
        modified=named("modified"),
        off=named("off"),
        apparent_alignment=named("apparent_alignment") if phase.episodes else None,
        actual_alignment=estimate(aligned[:, place], share=True, fate=scene.selects and 0 < aligned[0, 0] < 1),
        base_weight=named("base_weight"),
        turns=named("turns") if phase.episodes else None,
        scores={
            objective: estimate(phase_scores(outcome)[:, index, column])
            for column, objective in enumerate(scene.objectives)
        },
    )


# --- what a file asks ----------------------------------------------------------------------------------------------


def phase_asked(plan: PopulationPlan, name: str | None, *, training: bool = False) -> int:
    """The phase of that name; without one the last phase, or the last of training."""
    phases = plan.population.scene.game.phases
    if name is not None:
        return [phase.name for phase in phases].index(name)
    if training:
        return max((index for index, phase in enumerate(phases) if phase.training), default=len(phases) - 1)
    return len(phases) - 1


def _unknown(scenario: Scenario, plan: PopulationPlan) -> Iterator[Problem]:
    """Measurements and phases that there are not."""
    phases = [phase.name for phase in plan.population.scene.game.phases]
    asked: list[tuple[tuple[str | int, ...], str, str | None]] = [
        (("population", "expect", row), one.measure, one.after) for row, one in enumerate(plan.section.expect)
    ]
    if plan.section.diagram is not None:
        asked.append((("population", "diagram"), plan.section.diagram.measure, plan.section.diagram.after))
    for steps, text, after in asked:
        name = ".".join(map(str, steps))
        if after is not None and after not in phases:
            rule, place = "must be one of the phases", scenario.document.place_of_value((*steps, "after"))
            yield Problem(
                name=f"{name}.after", rule=rule, got=quote(after), hint=nearest(after, phases), position=place
            )
        try:
            measure_named(text, plan.population)
        except InputError as error:
            place = scenario.document.place_of_value((*steps, "measure"))
            yield from (replace(p, name=f"{name}.measure", position=place) for p in error.problems)


def _checks(plan: PopulationPlan, outcome: Outcome) -> Iterator[Check]:
    for one in plan.section.expect:
        phase = phase_asked(plan, one.after)
        found = estimate(measure_named(one.measure, plan.population)(outcome, phase))
        yield held(f"{one.measure} after {plan.population.scene.game.phases[phase].name}", one, found)
