"""Borders in a plane of two parameters: where the sign of a number or a label changes, as lines of exact vertices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Border:
    """One line along which something changes.

    Attributes
    ----------
    variable : str
        What changes: a number (its sign), a category or a flag (its value).
    between : tuple of int
        The two values on its sides, smaller first: codes of a category, 0 and 1 of a flag, -1 and 1 for signs.
    vertices : array of float, `[vertex, 2]`
        Places along the first (x) and the second (y) axis, in the units of the parameters, in order along the line.
        Each lies within the tolerance of a true change, measured along one of the axes.
    jump : bool
        Whether the number does not pass through 0 but jumps over it; False for categories and flags.
    steps : bool
        Whether an axis has whole numbers only: then each change on it lies between two neighbouring numbers, and the
        line is to be drawn as steps along the edges between them.
    closed : bool
        Whether the last vertex joins the first one.
    """

    variable: str
    between: tuple[int, int]
    vertices: NDArray[Any]
    jump: bool = False
    steps: bool = False
    closed: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Borders:
    """All borders found in a plane, and what is guaranteed of them.

    Attributes
    ----------
    borders : tuple of Border
    tolerance : float
        How far a vertex may lie from the change, as a share of the axis's length.
    spacing : tuple of float
        Distance of neighbouring points of the coarse grid along x and y, in the units of the parameters: regions that
        contain no point of the coarse grid, nor cross one of its lines so that a point of them differs, may be missed.
    evaluations : int
        How many points were measured.
    """

    borders: tuple[Border, ...]
    tolerance: float
    spacing: tuple[float, float]
    evaluations: int
