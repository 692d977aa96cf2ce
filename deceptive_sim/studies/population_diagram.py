"""Phase diagrams of populations: one measurement at the end of a phase, as one or two parameters change.

Any number of the scenario may be an axis. Every point is a simulation of its own from the same seed, so that neither
the other points nor workers change it; what differs between points is then mostly the parameters' doing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from deceptive_sim.core import processes
from deceptive_sim.core.errors import InputError, wrong
from deceptive_sim.core.progress import Progress, silent
from deceptive_sim.landscapes.axes import Axis
from deceptive_sim.landscapes.landscape import Landscape
from deceptive_sim.landscapes.sweep import Kind, Variable
from deceptive_sim.populations.measures import estimate, is_share, measure_named
from deceptive_sim.populations.simulate import simulate
from deceptive_sim.scenario.load import Scenario
from deceptive_sim.studies.binding import at_point, scenario_at, settings_at
from deceptive_sim.studies.population_axes import DEFAULT_POINTS, diagram_axes
from deceptive_sim.studies.populations import as_in_file, phase_asked, plan_of, refuse_unknown

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class PopulationDiagram:
    """A measurement over parameters.

    Attributes
    ----------
    measure : str
        As `populations.measures` names it.
    after : str
        The phase at whose end it is taken.
    landscape : Landscape
        Variables `mean`, `low` and `high`: the mean over replicates and its 95 % interval; NaN where there is none.
    seed : int
    """

    measure: str
    after: str
    landscape: Landscape
    seed: int

    def contract(self) -> dict[str, Any]:
        """The same as plain data, by stable names."""
        landscape = self.landscape
        return {
            "measure": self.measure,
            "after": self.after,
            "axes": [
                {"path": axis.name, "paths": list(axis.paths), "values": [row[0] for row in axis.rows]}
                for axis in landscape.axes
            ],
            **{variable.name: landscape.arrays[variable.name] for variable in landscape.variables},
        }


@dataclass(frozen=True, kw_only=True)
class PopulationSweep:
    """A scenario's population as a function of its parameters; satisfies the `Sweep` protocol.

    Attributes
    ----------
    scenario : Scenario
    measure, after : str
    seed, workers : int
    """

    scenario: Scenario
    measure: str
    after: str
    seed: int
    workers: int = 1
    progress: Progress = silent

    @property
    def variables(self) -> Sequence[Variable]:
        """The mean over replicates and its interval."""
        unit = "share" if is_share(self.measure) else "payoff"
        told = {"mean": "mean over replicates", "low": "low end of its 95 % interval", "high": "high end of it"}
        return [
            Variable(name=name, title=f"{self.measure}, {text}", unit=unit, description=text, kind=Kind.NUMBER)
            for name, text in told.items()
        ]

    @property
    def identity(self) -> Mapping[str, Any]:
        """What determines the values."""
        return {
            "scenario": self.scenario.digest(),
            "measure": self.measure,
            "after": self.after,
            "seed": self.seed,
        }

    def __call__(self, axes: Sequence[Axis]) -> Mapping[str, NDArray[Any]]:
        """Simulate every point of a grid; arrays are shaped like it."""
        import numpy as np

        shape = [len(axis) for axis in axes]
        points = list(product(*(range(length) for length in shape)))
        found = np.full((len(points), 3), np.nan)
        for place, numbers in enumerate(self._measured([settings_at(axes, point) for point in points])):
            found[place] = numbers
            self.progress(place + 1, len(points), "simulating")
        return {name: found[:, column].reshape(shape) for column, name in enumerate(("mean", "low", "high"))}

    def _measured(self, points: Sequence[Mapping[str, object]]) -> Iterator[tuple[float, float, float]]:
        several = processes.useful(self.workers, len(points))
        if several == 1:
            yield from map(self.at, points)
            return
        alone = PopulationSweep(scenario=self.scenario, measure=self.measure, after=self.after, seed=self.seed)
        yield from processes.in_processes(alone.at, ((point,) for point in points), several)

    def at(self, settings: Mapping[str, object]) -> tuple[float, float, float]:
        """Mean and interval at one point; an `InputError` names the point."""
        plan = plan_of(scenario_at(self.scenario, settings))
        try:
            outcome = simulate(plan.population, seed=self.seed)
        except InputError as error:
            named = [as_in_file(problem, self.scenario) for problem in error.problems]
            raise InputError(at_point(problem, settings) for problem in named) from None
        measured = measure_named(self.measure, plan.population)(outcome, phase_asked(plan, self.after))
        found = estimate(measured, share=is_share(self.measure))
        nothing = float("nan")
        if found is None:
            return nothing, nothing, nothing
        return found.mean, nothing if found.low is None else found.low, nothing if found.high is None else found.high


def population_diagram(
    scenario: Scenario,
    texts: Sequence[str] = (),
    *,
    measure: str | None = None,
    after: str | None = None,
    points: int = DEFAULT_POINTS,
    seed: int,
    workers: int = 1,
    progress: Progress = silent,
) -> PopulationDiagram:
    """Measure a population over parameters.

    Parameters
    ----------
    scenario : Scenario
        With a population; its `diagram:` says what is not given here.
    texts : sequence of str
        Axes such as `training.episodes=0:20`, in place of those of the file; at most two.
    measure : str, optional
        As `populations.measures` names it.
    after : str, optional
        The phase at whose end it is measured; by default the last of training.
    points : int
        Of an axis that does not say how many it has.
    seed : int
        Of every point.
    workers : int
        Processes, from 1.
    progress : Progress

    Raises
    ------
    InputError
        If there is no population, no axis or no measurement, or a point breaks a rule of the scenario. Ends of axes
        and corners of the grid are looked at before anything is simulated.
    """
    plan = plan_of(scenario)
    refuse_unknown(scenario)
    section = plan.section.diagram
    if section is not None:
        measure = section.measure if measure is None else measure
        after = section.after if after is None else after
    elif not texts:
        raise wrong("axes", "are required: the population has no diagram: section")
    if measure is None:
        raise wrong("measure", "is required: the population has no diagram: section", None, "such as actual_alignment")
    measure_named(measure, plan.population)
    phases = [phase.name for phase in plan.population.scene.game.phases]
    if after is not None and after not in phases:
        raise wrong("after", "must be one of the phases", after, f"one of {', '.join(phases)}")
    after = phases[phase_asked(plan, None, training=True)] if after is None else after
    axes = diagram_axes(scenario, texts, points)
    sweep = PopulationSweep(
        scenario=scenario, measure=measure, after=after, seed=seed, workers=workers, progress=progress
    )
    arrays = dict(sweep(axes))
    for array in arrays.values():
        array.setflags(write=False)
    landscape = Landscape(axes=axes, variables=tuple(sweep.variables), arrays=arrays, identity=sweep.identity)
    return PopulationDiagram(measure=measure, after=after, landscape=landscape, seed=seed)
