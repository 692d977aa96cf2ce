"""The search for borders as it is asked for: what is asked is checked, and the kind of plane decides who searches."""

from __future__ import annotations

from dataclasses import dataclass

from deceptive_sim.core.errors import nearest, wrong
from deceptive_sim.landscapes.axes import Axis
from deceptive_sim.landscapes.borders import Borders
from deceptive_sim.landscapes.boundaries.plane import Plane
from deceptive_sim.landscapes.boundaries.spans import Span
from deceptive_sim.landscapes.boundaries.steps import traced_steps
from deceptive_sim.landscapes.boundaries.tracing import Tracer
from deceptive_sim.landscapes.sweep import Sweep, Variable

COARSE = 257
"""Points of the coarse grid along a span that has only two knots."""

OWN = 513
"""An axis with more points than this does not give its own to the coarse grid."""


@dataclass(frozen=True, kw_only=True)
class Search:
    """How borders are looked for; see `find_borders`."""

    variables: tuple[str, ...]
    coarse: tuple[int, int] | None
    tolerance: float
    chord: float
    depth: int

    def __post_init__(self) -> None:
        """Check the ranges."""
        if not self.variables:
            raise wrong("variables", "must be at least one")
        if self.coarse is not None and min(self.coarse) < 2:
            raise wrong("coarse", "must be at least 2 points along each axis", min(self.coarse))
        for name, share in (("tolerance", self.tolerance), ("chord", self.chord)):
            if not (1e-12 <= share <= 0.1):
                raise wrong(name, "must be a share of the axis in [1e-12, 0.1]", share)
        if not 0 <= self.depth <= 6:
            raise wrong("depth", "must be in 0..6", self.depth)


def search(
    sweep: Sweep, sides: tuple[Span | Axis, Span | Axis], whole: tuple[bool, bool], how: Search, most_points: int
) -> Borders:
    """Carry a search out; see `find_borders`."""
    variables = [variable_named(sweep, name) for name in dict.fromkeys(how.variables)]
    x, y = (_sampled(Span.of(side, whole=whole[row]), how.coarse, row) for row, side in enumerate(sides))
    for path in x.paths:
        if path in y.paths:
            raise wrong(f"axis {path}", "must be given once")
    if (points := len(x.knots) * len(y.knots)) > most_points:
        raise wrong("coarse", f"must have at most {most_points} points in all", points)
    plane = Plane(sweep, (x, y), variables, nudge=how.tolerance / 4)
    if x.whole or y.whole:
        borders, unclear = traced_steps(plane, how.tolerance), 0
    else:
        tracer = Tracer(plane, tolerance=how.tolerance, chord=how.chord, depth=how.depth, most_points=most_points)
        traced = tracer.traced()
        borders, unclear = traced.borders, traced.unclear
    return Borders(
        borders=borders,
        tolerance=how.tolerance,
        spacing=(0.0 if x.whole else x.spacing, 0.0 if y.whole else y.spacing),
        evaluations=plane.evaluations,
        unclear=unclear,
    )


def variable_named(sweep: Sweep, name: str) -> Variable:
    """The variable of that name.

    Raises
    ------
    InputError
        If the sweep has none.
    """
    known = {variable.name: variable for variable in sweep.variables}
    if name not in known:
        raise wrong("variable", "must be one that is measured", name, nearest(name, known))
    return known[name]


def _sampled(span: Span, coarse: tuple[int, int] | None, row: int) -> Span:
    if coarse is not None:
        return span.resampled(coarse[row])
    return span.resampled(COARSE) if span.last == 1 or span.last >= OWN else span
