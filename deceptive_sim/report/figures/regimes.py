"""One colour for each regime, the same in every picture.

The hues are those of Okabe and Ito (2008), moved apart in lightness as well, so that neighbours differ in every kind of
colour vision and on grey paper: warm where the agent pretends in training and turns, cold where it does not.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy
from matplotlib.colors import to_rgb
from numpy.typing import NDArray

from deceptive_sim.model.regimes import Regime
from deceptive_sim.report.figures.style import Colour
from deceptive_sim.solvers.measurements import REGIMES

COLOURS: Mapping[Regime, Colour] = {
    Regime.COMPLIANT: to_rgb("#2b8c72"),
    Regime.DECEPTIVE: to_rgb("#cf5a12"),
    Regime.DELAYED: to_rgb("#86376a"),
    Regime.OPEN: to_rgb("#c3e2f5"),
    Regime.LATE_PRETENCE: to_rgb("#f3b95a"),
    Regime.REFORMED: to_rgb("#175a92"),
    Regime.MIXED: to_rgb("#f4ee9b"),
    Regime.UNCONSTRAINED: to_rgb("#a9b1b8"),
}


def painted(codes: NDArray[numpy.integer]) -> NDArray[numpy.uint8]:
    """A map of regimes' codes `[y, x]` as colours `[y, x, 3]`, 0 to 255."""
    palette = numpy.array([COLOURS[regime] for regime in REGIMES])
    coloured: NDArray[numpy.uint8] = numpy.rint(255 * palette).astype(numpy.uint8)[codes]
    return coloured
