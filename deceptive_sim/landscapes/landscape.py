"""A landscape: what a sweep measured on a grid, labelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from deceptive_sim.landscapes.axes import Axis
from deceptive_sim.landscapes.sweep import Sweep, Variable

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Landscape:
    """Measurements on a grid.

    Attributes
    ----------
    axes : tuple of Axis
    variables : tuple of Variable
    arrays : mapping
        Variable name to a read-only array of shape `[len(axis) for axis in axes]`.
    identity : mapping
        What was swept, as the sweep says.
    """

    axes: tuple[Axis, ...]
    variables: tuple[Variable, ...]
    arrays: Mapping[str, NDArray[Any]]
    identity: Mapping[str, Any] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of points of each axis."""
        return tuple(len(axis) for axis in self.axes)

    def variable(self, name: str) -> Variable:
        """The variable of that name."""
        return next(variable for variable in self.variables if variable.name == name)


def measure(sweep: Sweep, axes: Sequence[Axis]) -> Landscape:
    """Measure a whole grid at once, in memory."""
    arrays = dict(sweep(axes))
    for array in arrays.values():
        array.flags.writeable = False
    return Landscape(axes=tuple(axes), variables=tuple(sweep.variables), arrays=arrays, identity=sweep.identity)
