"""Borders in a plane of two parameters: where the sign of a number or a label changes, as lines of exact vertices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deceptive_sim.landscapes.axes import Axis
    from deceptive_sim.landscapes.boundaries.spans import Span
    from deceptive_sim.landscapes.sweep import Sweep


@dataclass(frozen=True, kw_only=True, eq=False)
class Border:
    """One line along which something changes.

    Attributes
    ----------
    variable : str
        What changes: a number (its sign), a category or a flag (its value).
    between : tuple of int
        The two values on its sides, smaller first: codes of a category, 0 and 1 of a flag, -1 and 1 for signs. A sign 0
        stands only for a region on which the number is 0 throughout.
    vertices : array of float, `[vertex, 2]`
        Places along the first (x) and the second (y) axis, in the units of the parameters, in order along the line.
        Each lies within the tolerance of a true change, measured along one of the axes. Where three or more regions
        touch, their borders share a vertex.
    jump : bool
        Whether the number does not pass through 0 but jumps over it; False for categories and flags.
    steps : bool
        Whether an axis has whole numbers only. The line then is the outline of steps, corner by corner, to be drawn
        as it is: every whole number has a cell that ends halfway to its neighbours (by ratio on a logarithmic axis),
        changes along that axis lie on the cells' edges, and across a cell the line stays where the root for its
        whole number is.
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
        0 along an axis of which every value was measured.
    evaluations : int
        How many points were measured.
    unclear : int
        In how many cells of the smallest size the lines could not be made to fit what was measured; there they are
        one possibility among several. Not 0 where borders cross or bend sharply, or the budget of points ran out.
    """

    borders: tuple[Border, ...]
    tolerance: float
    spacing: tuple[float, float]
    evaluations: int
    unclear: int = 0


def find_borders(
    sweep: Sweep,
    x: Span | Axis,
    y: Span | Axis,
    *,
    variables: Sequence[str] = ("regime", "premium"),
    whole: tuple[bool, bool] = (False, False),
    coarse: tuple[int, int] | None = None,
    tolerance: float = 1e-6,
    chord: float = 5e-5,
    depth: int = 3,
    most_points: int = 20_000_000,
) -> Borders:
    """Find all borders of some variables in a plane.

    Parameters
    ----------
    sweep : Sweep
    x, y : Span or Axis
        The sides of the plane. The points of an axis are those of the coarse grid unless `coarse` is given; their
        first parameter must rise.
    variables : sequence of str
        Names of variables of the sweep: the sign of a number, the value of anything else.
    whole : pair of bool
        Whether an axis takes whole numbers only, so that nothing lies between its points. (A `Span` knows.)
    coarse : pair of int, optional
        Points of the coarse grid along x and y, at least 2; whole numbers are all measured. By default an axis's own
        points if they are 3 to 513, else 257.
    tolerance : float
        How far vertices may lie from the change, as a share of the axis's length, in [1e-12, 0.1].
    chord : float
        How far the middle of a straight piece may lie from the change, as a share of the axes' lengths.
    depth : int
        How many times a cell of the coarse grid may be split into 4 x 4 to make lines fit, 0 to 6.
    most_points : int
        When so many points have been measured, cells are no longer split.

    Returns
    -------
    Borders
        The same for the same call, to the last bit. Cost: the coarse grid, and about 30 points per vertex in 20 to 40
        calls of the sweep.

    Raises
    ------
    InputError
        If a variable is unknown, a side is empty or does not rise, the sides share a parameter, a number above is out
        of its range, or the coarse grid alone has more than `most_points`.
    """
    from deceptive_sim.landscapes.boundaries.search import Search, search

    how = Search(variables=tuple(variables), coarse=coarse, tolerance=tolerance, chord=chord, depth=depth)
    return search(sweep, (x, y), whole, how, most_points)
