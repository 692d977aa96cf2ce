"""What is swept: a function that measures something at every point of a grid.

A `Sweep` is given axes and answers with one array per variable, shaped like the grid. Tiles give it parts of the
axes, boundaries give it single axes along which all parameters move together: it need not know which.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from deceptive_sim.landscapes.axes import Axis

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray


class Kind(enum.StrEnum):
    """What the values of a variable are, and how they are stored."""

    NUMBER = "number"
    """float64; NaN where there is none."""

    COUNT = "count"
    """int64, 0 or more."""

    EPISODE = "episode"
    """int64, from 1; 0 where there is none."""

    CATEGORY = "category"
    """int8, the place of a label in the variable's `labels`."""

    FLAG = "flag"
    """bool."""


DTYPES = {
    Kind.NUMBER: "float64",
    Kind.COUNT: "int64",
    Kind.EPISODE: "int64",
    Kind.CATEGORY: "int8",
    Kind.FLAG: "bool",
}


@dataclass(frozen=True, kw_only=True)
class Variable:
    """Something measured at every point.

    Attributes
    ----------
    name : str
        Short and stable, such as `premium`.
    title : str
        As people read it, such as "premium of deception".
    unit : str
        Such as "payoff", "episodes", "probability"; empty for categories and flags.
    description : str
        One sentence.
    kind : Kind
    labels : tuple of str
        Of a category: what its codes 0, 1, 2, ... mean.
    """

    name: str
    title: str
    unit: str
    description: str
    kind: Kind
    labels: tuple[str, ...] = ()

    @property
    def dtype(self) -> numpy.dtype[Any]:
        """How its values are stored."""
        import numpy

        return numpy.dtype(DTYPES[self.kind])


class Sweep(Protocol):
    """A function of parameters, measured on grids; it can be pickled."""

    @property
    def variables(self) -> Sequence[Variable]:
        """What it measures, in order."""

    @property
    def identity(self) -> Mapping[str, Any]:
        """Everything besides the axes that determines its values, as plain JSON data."""

    def __call__(self, axes: Sequence[Axis]) -> Mapping[str, NDArray[Any]]:
        """Measure every point of a grid.

        Parameters
        ----------
        axes : sequence of Axis
            At least one; the paths of different axes differ.

        Returns
        -------
        mapping
            Variable name to an array of shape `[len(axis) for axis in axes]`. A point's values do not depend on which
            other points are asked for with it, to the last bit.

        Raises
        ------
        InputError
            If a point is no sound set of parameters; the error names the point.
        """
