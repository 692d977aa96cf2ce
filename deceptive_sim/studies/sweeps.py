"""A scenario as a function of its parameters: what landscapes sweep.

`ScenarioSweep` answers for one agent. Each point is the scenario with the axes' paths set to the point's exact values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any

from deceptive_sim.core.errors import InputError, Problem
from deceptive_sim.core.exact import text_of
from deceptive_sim.landscapes.axes import Axis
from deceptive_sim.landscapes.sweep import Kind, Variable
from deceptive_sim.scenario.load import Scenario
from deceptive_sim.solvers.measurements import REGIMES, Measured, measured
from deceptive_sim.solvers.solve import solve_game

if TYPE_CHECKING:
    from numpy.typing import NDArray

VARIABLES = (
    Variable(
        name="value",
        title="value",
        unit="payoff",
        description="Expected payoff of the agent, judged by its initial objective.",
        kind=Kind.NUMBER,
    ),
    Variable(
        name="base_value",
        title="value to the base objective",
        unit="payoff",
        description="Expected payoff that the base objective gets out of the agent.",
        kind=Kind.NUMBER,
    ),
    Variable(
        name="premium",
        title="premium of deception",
        unit="payoff",
        description="Best strategy without a defection in training minus best strategy with at least one.",
        kind=Kind.NUMBER,
    ),
    Variable(
        name="deception_pays",
        title="deception pays",
        unit="",
        description="Premium positive, and the best strategy without a defection in training has one in deployment.",
        kind=Kind.FLAG,
    ),
    Variable(
        name="regime",
        title="regime",
        unit="",
        description="What kind of behaviour the optimal strategy is.",
        kind=Kind.CATEGORY,
        labels=tuple(str(regime) for regime in REGIMES),
    ),
    Variable(
        name="training_defections",
        title="defections in training",
        unit="episodes",
        description="Training episodes in which the unmodified agent defects.",
        kind=Kind.COUNT,
    ),
    Variable(
        name="turn",
        title="treacherous turn",
        unit="episode",
        description="First defecting deployment episode after a training that ended without defection; 0 for none.",
        kind=Kind.EPISODE,
    ),
    Variable(
        name="reaches_deployment_unmodified",
        title="reaches deployment unmodified",
        unit="probability",
        description="Probability of never having left the initial objective when deployment starts.",
        kind=Kind.NUMBER,
    ),
    Variable(
        name="expected_deployment_defections",
        title="expected defections in deployment",
        unit="episodes",
        description="Expected number of deployment defections by whoever is at the wheel.",
        kind=Kind.NUMBER,
    ),
)
"""What is measured at each point: the fields of `Measured`, in order."""


@dataclass(frozen=True)
class ScenarioSweep:
    """One agent's measurements as a function of a scenario's parameters; satisfies the `Sweep` protocol.

    Attributes
    ----------
    scenario : Scenario
    agent : str
        Name of the agent that is measured.
    """

    scenario: Scenario
    agent: str

    @property
    def variables(self) -> Sequence[Variable]:
        """The measurements."""
        return VARIABLES

    @property
    def identity(self) -> Mapping[str, Any]:
        """The scenario's digest and the agent."""
        return {"scenario": self.scenario.id, "digest": self.scenario.digest(), "agent": self.agent}

    def __call__(self, axes: Sequence[Axis]) -> Mapping[str, NDArray[Any]]:
        """Measure every point of the grid, one by one."""
        import numpy

        shape = tuple(len(axis) for axis in axes)
        arrays = {variable.name: numpy.empty(shape, variable.dtype) for variable in VARIABLES}
        for place, settings in _points(axes):
            for name, value in asdict(self.at(settings)).items():
                arrays[name][place] = value
        return arrays

    def at(self, settings: Mapping[str, object]) -> Measured:
        """Measure one point by the reference solver."""
        try:
            scenario = self.scenario.with_parameters(settings)
            agent = next(agent for agent in scenario.agents if agent.name == self.agent)
            return measured(solve_game(scenario.game, agent), scenario.game)
        except InputError as error:
            raise InputError(_at_point(problem, settings) for problem in error.problems) from None


def _points(axes: Sequence[Axis]) -> Iterator[tuple[tuple[int, ...], dict[str, object]]]:
    for place in product(*(range(len(axis)) for axis in axes)):
        settings: dict[str, object] = {}
        for axis, row in zip(axes, place, strict=True):
            settings.update(zip(axis.paths, axis.rows[row], strict=True))
        yield place, settings


def _at_point(problem: Problem, settings: Mapping[str, object]) -> Problem:
    where = ", ".join(f"{path} = {text_of(value)}" for path, value in settings.items())  # type: ignore[arg-type]
    return replace(problem, rule=f"{problem.rule}, at {where}", position=None)
