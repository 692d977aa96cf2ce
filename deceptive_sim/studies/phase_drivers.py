"""What moves the premium of deception most, over the ranges of a landscape's axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy
from numpy.typing import NDArray

from deceptive_sim.core.errors import InputError
from deceptive_sim.core.exact import exact
from deceptive_sim.core.seeds import generator
from deceptive_sim.games.library import library_game
from deceptive_sim.landscapes.axes import Axis, points
from deceptive_sim.landscapes.sensitivity import Range, Sobol, Tornado, sobol, tornado
from deceptive_sim.landscapes.sweep import Sweep, Variable
from deceptive_sim.scenario.load import Scenario
from deceptive_sim.scenario.paths import resolve
from deceptive_sim.scenario.yaml_text import Data, Steps
from deceptive_sim.studies.phase_scale import Scale, other_values
from deceptive_sim.studies.sweeps import ScenarioSweep

SAMPLES = 512
"""Size of the sample behind Sobol's indices; it takes `SAMPLES * (axes + 2)` points."""


@dataclass(frozen=True, kw_only=True)
class Drivers:
    """What moves the premium.

    Attributes
    ----------
    titles : mapping
        The first path of each axis to the parameter in words.
    tornado : Tornado
        Each axis alone from end to end, all other parameters as the file says.
    sobol : Sobol or None
        All axes at once; None where the premium does not exist all over the ranges, and for a single axis.
    missing : str
        Why there is none, if so.
    """

    titles: Mapping[str, str]
    tornado: Tornado
    sobol: Sobol | None
    missing: str = ""


def premium_drivers(
    scenario: Scenario, agent: str, axes: Sequence[Axis], scales: Sequence[Scale], *, seed: int
) -> Drivers:
    """Ask what moves the premium most.

    Parameters
    ----------
    scenario : Scenario
    agent : str
    axes, scales : sequence
        The ranges, and how they are called.
    seed : int
        Of the sample behind Sobol's indices.
    """
    sweep = _AlongAxes(ScenarioSweep(scenario, agent), tuple(axes))
    ranges = [_range(axis, scale) for axis, scale in zip(axes, scales, strict=True)]
    base = {axis.name: base_value(scenario, axis.name, axis) for axis in axes}
    found, missing = None, "there is only one parameter"
    if len(axes) > 1:
        try:
            found = sobol(sweep, ranges, "premium", n=SAMPLES, rng=generator(seed))
        except InputError as error:
            missing = error.problems[0].rule
    return Drivers(
        titles={scale.path: scale.title for scale in scales},
        tornado=tornado(sweep, ranges, base, "premium"),
        sobol=found,
        missing="" if found else missing,
    )


def _range(axis: Axis, scale: Scale) -> Range:
    return Range(
        path=axis.name,
        low=axis.rows[0][0],
        high=axis.rows[len(axis) - 1][0],
        whole=scale.whole,
        log=scale.log and not scale.whole,
    )


@dataclass(frozen=True)
class _AlongAxes:
    """A sweep in the first parameters of some axes: those that move along with them follow."""

    sweep: ScenarioSweep
    along: tuple[Axis, ...]

    @property
    def variables(self) -> Sequence[Variable]:
        """Those of the sweep."""
        return self.sweep.variables

    @property
    def identity(self) -> Mapping[str, Any]:
        """That of the sweep."""
        return self.sweep.identity

    def __call__(self, axes: Sequence[Axis]) -> Mapping[str, NDArray[Any]]:
        """Measure, every axis with all of its paths."""
        return self.sweep([self._whole(axis) for axis in axes])

    def _whole(self, axis: Axis) -> Axis:
        known = {one.name: one for one in self.along}
        if all(len(known[path].paths) == 1 for path in axis.paths):
            return axis
        floats = numpy.asarray(axis.floats, dtype=numpy.float64)
        columns = [other_values(known[path], floats[:, place]) for place, path in enumerate(axis.paths)]
        return points([path for first in axis.paths for path in known[first].paths], numpy.hstack(columns))


_SATISFIES: type[Sweep] = _AlongAxes


# --- what the file says ----------------------------------------------------------------------------------------------


def base_value(scenario: Scenario, path: str, axis: Axis) -> Fraction:
    """The value that a parameter has in the file; in the middle of the axis if the file has no single number there."""
    value = _value(scenario.resolved(), scenario.document.data, resolve(scenario.document.data, path))
    try:
        return exact(value)
    except ValueError:
        return axis.rows[len(axis) // 2][0]


def _value(resolved: Data, data: Data, steps: Steps) -> object:
    """What stands at a place, defaults filled in."""
    here: Any = resolved
    for depth, step in enumerate(steps):
        if isinstance(here, dict) and step in here:
            here = here[step]
        elif steps[0] == "agents" and steps[2:3] == ("beliefs",):
            return _value(resolved, data, resolve(data, str(steps[3]), within_game=True))
        elif steps[0] == "agents":
            return _value(resolved, data, ("game", *steps[2:]))
        elif steps[:2] == ("game", "parameters"):
            parameters = library_game(str(resolved["game"]["name"])).parameters
            return next(parameter.default for parameter in parameters if parameter.name == step)
        elif steps[:2] == ("game", "phases") and steps[3:4] == ("payoffs",):
            return _value(resolved, data, ("game", "payoffs", *steps[4:]))
        elif not isinstance(here, dict) and depth + 1 == len(steps):  # `modification.A.base` where A has one number
            return here
        else:
            return 0
    return here
