"""Phase diagrams put together by hand, so that every place in a picture is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from deceptive_sim.landscapes.axes import Axis, Spacing
from deceptive_sim.landscapes.borders import Border, Borders
from deceptive_sim.landscapes.landscape import Landscape
from deceptive_sim.model.actions import DEFAULT_ACTIONS
from deceptive_sim.model.regimes import Regime
from deceptive_sim.model.strategies import Strategy
from deceptive_sim.solvers.measurements import REGIMES
from deceptive_sim.studies.phase import PhaseDiagram, Region
from deceptive_sim.studies.phase_regions import parts_of
from deceptive_sim.studies.phase_scale import Scale, scale_of
from deceptive_sim.studies.sweeps import VARIABLES

CODE = {regime: code for code, regime in enumerate(REGIMES)}
PLANS = {
    Regime.DECEPTIVE: Strategy.of([1, 1, 0, 0, 0]),
    Regime.OPEN: Strategy.of([0] * 5),
    Regime.LATE_PRETENCE: Strategy.of([0] * 97 + [1] * 3 + [0] * 5),
}


def side(path: str, values: Sequence[float], title: str = "", *, whole: bool = False, log: bool = False) -> Scale:
    rows = tuple((Fraction(str(value)),) for value in values)
    axis = Axis(paths=(path,), rows=rows, spacing=Spacing.LOG if log else Spacing.LINEAR)
    return scale_of(axis, title or path, whole=whole)


def diagram_from(
    scales: tuple[Scale, Scale],
    regime_at: Callable[[float, float], Regime],
    borders: Sequence[Border] = (),
    *,
    size: int = 120,
    premium: Callable[[Any, Any], Any] = lambda x, y: x - y,
    **more: Any,
) -> PhaseDiagram:
    """A diagram whose regime at each place (shares of the picture) is given; the premium is too."""
    places = (np.arange(size) + 0.5) / size
    fill = np.array([[CODE[regime_at(x, y)] for x in places] for y in places])
    regions = tuple(
        Region(
            regime=REGIMES[part.label], share=part.share, place=part.place, settings={"p": Fraction(1, 3)},
            plan=PLANS.get(REGIMES[part.label]),
        )
        for part in parts_of(fill)
    )  # fmt: skip
    x, y = np.meshgrid(scales[0].values, scales[1].values, indexing="ij")
    arrays = {"premium": premium(x, y), "value": 1 + x + y}
    return PhaseDiagram(
        scenario_id="by-hand",
        agent="planner",
        label="the planner",
        actions=DEFAULT_ACTIONS,
        landscape=Landscape(axes=tuple(map(axis_of, scales)), variables=VARIABLES, arrays=arrays),
        scales=scales,
        borders=Borders(borders=tuple(borders), tolerance=1e-6, spacing=(0.01, 0.0), evaluations=0),
        fill=fill,
        numbers={name: map_of(scales, array) for name, array in arrays.items()},
        pays=float((fill == CODE[Regime.DECEPTIVE]).mean()),
        regions=regions,
        **more,
    )


def axis_of(scale: Scale) -> Axis:
    return Axis(paths=(scale.path,), rows=tuple((Fraction(repr(float(value))),) for value in scale.values))


def map_of(scales: tuple[Scale, Scale], array: Any) -> Any:
    """The numbers of a grid as a map `[y, x]`: linear, but one row or column for each whole number."""
    for place, scale in enumerate(scales):
        if not scale.whole:
            fine = scale.middles(480)
            array = np.apply_along_axis(lambda row, s=scale, f=fine: np.interp(f, s.values, row), place, array)
    return array.T


P = "training.modification.A"
UNIT = (side(P, np.linspace(0, 1, 11).round(3), "probability of modification"), side("discount", [0.5, 0.75, 1]))


def halves(**more: Any) -> PhaseDiagram:
    """Open at the left, deceptive at the right of the line x = 0.4, at which the premium is 0."""
    lines = (
        Border(variable="premium", between=(-1, 1), vertices=np.array([[0.4, 0.5], [0.4, 0.7], [0.4, 1.0]])),
        Border(variable="regime", between=(1, 3), vertices=np.array([[0.4, 0.5], [0.4, 1.0]])),
    )
    return diagram_from(UNIT, lambda x, y: Regime.OPEN if x < 0.4 else Regime.DECEPTIVE, lines, **more)
