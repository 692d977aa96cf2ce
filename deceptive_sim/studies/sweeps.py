"""A scenario as a function of its parameters: what landscapes sweep.

`ScenarioSweep` answers for one agent. Each point is the scenario with the axes' paths set to the point's exact values.
The compiled kernel does what it can; points that it finds too close to a tie are decided exactly by the reference
solver, which also does all games that the kernel cannot do: other agents than planners with true beliefs, other
discounting than exponential, more than two actions or objectives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any

from deceptive_sim.core.errors import InputError
from deceptive_sim.landscapes.axes import Axis
from deceptive_sim.landscapes.sweep import Kind, Variable
from deceptive_sim.scenario.load import Scenario
from deceptive_sim.solvers.measurements import REGIMES, Measured, measured
from deceptive_sim.solvers.solve import refuse_too_long, solve_game
from deceptive_sim.studies.binding import Binding, at_point, bind, settings_at

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
    Variable(
        name="undecided",
        title="undecided tie",
        unit="",
        description="A decision is within rounding of a tie in a game too long to be decided exactly.",
        kind=Kind.FLAG,
    ),
)
"""What is measured at each point: the fields of `Measured`, in order, and whether all decisions are certain."""


LONGEST_DECIDED = 10_000
"""Ties in longer games are not decided exactly but flagged as undecided: each would take seconds."""


@dataclass(frozen=True)
class ScenarioSweep:
    """One agent's measurements as a function of a scenario's parameters; satisfies the `Sweep` protocol.

    Attributes
    ----------
    scenario : Scenario
    agent : str
        Name of the agent that is measured.
    compiled : bool
        Whether the kernel may be used; without it every point is solved by itself.
    """

    scenario: Scenario
    agent: str
    compiled: bool = True
    _bindings: dict[tuple[str, ...], Binding | None] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        # other agents need not fit the points
        object.__setattr__(self, "scenario", self.scenario.measuring(self.agent))

    @property
    def variables(self) -> Sequence[Variable]:
        """The measurements."""
        return VARIABLES

    @property
    def identity(self) -> Mapping[str, Any]:
        """The scenario, the agent, and the digest of all that matters for it."""
        return {"scenario": self.scenario.id, "agent": self.agent, "digest": self.scenario.digest()}

    def __call__(self, axes: Sequence[Axis]) -> Mapping[str, NDArray[Any]]:
        """Measure every point of the grid."""
        binding = self._binding(axes) if self.compiled and all(len(axis) for axis in axes) else None
        if binding is not None:
            from deceptive_sim.studies.kernel import measured_by_kernel

            found = measured_by_kernel(binding, axes, self)
            if found is not None:
                return found
        return self._one_by_one(axes)

    def quick(self, axes: Sequence[Axis]) -> bool:
        """Whether the kernel measures these axes; otherwise each point is solved by itself, in milliseconds."""
        from deceptive_sim.studies.kernel import can_measure

        binding = self._binding(axes) if self.compiled else None
        return binding is not None and can_measure(binding, axes)

    def at(self, settings: Mapping[str, object]) -> Measured:
        """Measure one point by the reference solver; decisions are exact.

        Raises
        ------
        InputError
            Naming the point, if it is no sound scenario, or too long.
        """
        try:
            scenario = self.scenario.with_parameters(settings)
            return measured(solve_game(scenario.game, scenario.agent_named(self.agent)), scenario.game)
        except InputError as error:
            raise InputError(at_point(problem, settings) for problem in error.problems) from None

    def too_long(self, settings: Mapping[str, object]) -> bool:
        """Whether a point is too much work to be decided exactly beside many others."""
        scenario = self.scenario.with_parameters(settings)
        if scenario.game.horizon > LONGEST_DECIDED:
            return True
        try:
            refuse_too_long(scenario.game, scenario.agent_named(self.agent))
        except InputError:
            return True
        return False

    def _binding(self, axes: Sequence[Axis]) -> Binding | None:
        """How the axes bind; found out once for each set of paths."""
        paths = tuple(sorted(path for axis in axes for path in axis.paths))
        if paths not in self._bindings:
            found = bind(self.scenario, self.agent, axes)
            if any(len(axis) < 2 for axis in axes):
                return found  # what a single value moves is not known
            self._bindings[paths] = found
        return self._bindings[paths]

    def _one_by_one(self, axes: Sequence[Axis]) -> Mapping[str, NDArray[Any]]:
        import numpy

        shape = tuple(len(axis) for axis in axes)
        arrays = {variable.name: numpy.zeros(shape, variable.dtype) for variable in VARIABLES}
        for place in _points(axes):
            for name, value in asdict(self.at(settings_at(axes, place))).items():
                arrays[name][place] = value
        return arrays


def _points(axes: Sequence[Axis]) -> Iterator[tuple[int, ...]]:
    return product(*(range(len(axis)) for axis in axes))
