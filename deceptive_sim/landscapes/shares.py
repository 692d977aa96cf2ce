"""Shares of a variance: Sobol's indices, which say how much of what a number does comes from which parameter.

Parameters are drawn independently and evenly from their ranges. The first-order index of a parameter is the share of
the number's variance that goes away once it is known, its total index the share that stays as long as it alone is
unknown. Without interactions both agree.

Source: Saltelli, Annoni, Azzini, Campolongo, Ratto, Tarantola 2010, "Variance based sensitivity analysis of model
output. Design and estimator for the total sensitivity index", Computer Physics Communications 181(2), as carried out by
`scipy.stats.sobol_indices`. Confidence intervals are made here, since SciPy's own take no generator.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deceptive_sim.core.errors import wrong
from deceptive_sim.landscapes.axes import points
from deceptive_sim.landscapes.sweep import Sweep
from deceptive_sim.landscapes.variation import Range, check_question

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

RESAMPLES = 200
"""How often the sample is drawn anew for the confidence intervals."""


@dataclass(frozen=True, kw_only=True)
class Share:
    """Sobol's indices of one parameter.

    Attributes
    ----------
    path : str
    first, total : float
        Estimates; they may leave [0, 1] by their error.
    first_interval, total_interval : tuple of float
        Ends of their confidence intervals (percentiles of resampled estimates).
    """

    path: str
    first: float
    total: float
    first_interval: tuple[float, float]
    total_interval: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Sobol:
    """Which parameters a variable's variance comes from.

    Attributes
    ----------
    variable : str
    shares : tuple of Share
        Largest total index first.
    mean, variance : float
        Of the variable over the ranges. Without variance all indices are 0.
    samples : int
        Size of the sample; it took `samples * (ranges + 2)` points.
    confidence : float
        Of the intervals.
    """

    variable: str
    shares: tuple[Share, ...]
    mean: float
    variance: float
    samples: int
    confidence: float


def sobol(
    sweep: Sweep,
    ranges: Sequence[Range],
    variable: str,
    *,
    n: int = 1024,
    rng: numpy.random.Generator,
    confidence: float = 0.95,
) -> Sobol:
    """Estimate Sobol's indices of first and total order.

    Parameters
    ----------
    sweep : Sweep
    ranges : sequence of Range
        At least two. Parameters are independent and evenly distributed over them.
    variable : str
        A number, count, episode or flag (0 or 1); it must exist at every point drawn.
    n : int
        Size of the sample, a power of 2; errors shrink at least like `1 / sqrt(n)`.
    rng : numpy.random.Generator
        Scrambles the sample and draws the resamples; equal states give equal results.
    confidence : float
        Of the intervals, in (0, 1).

    Raises
    ------
    InputError
        If the variable is unknown, a category, or missing at a point drawn; if there are fewer than two ranges, or a
        number above is out of its range.
    """
    import numpy
    from scipy.stats import qmc

    check_question(sweep, ranges, variable)
    if len(ranges) < 2:
        raise wrong("ranges", "must be at least two to be compared", len(ranges))
    if n < 2 or n & (n - 1):
        raise wrong("n", "must be a power of 2, at least 2", n)
    if not 0 < confidence < 1:
        raise wrong("confidence", "must be in (0, 1)", confidence)
    count = len(ranges)
    shares = qmc.Sobol(2 * count, rng=rng).random(n)
    one = numpy.column_stack([given.at(shares[:, place]) for place, given in enumerate(ranges)])
    other = numpy.column_stack([given.at(shares[:, count + place]) for place, given in enumerate(ranges)])
    mixed = numpy.repeat(one[None], count, axis=0)
    for place in range(count):
        mixed[place, :, place] = other[:, place]
    drawn = numpy.concatenate([one, other, mixed.reshape(-1, count)])
    values = sweep([points([given.path for given in ranges], drawn)])[variable].astype(float)
    _check_all_there(values, drawn, ranges, variable)
    table = values.reshape(count + 2, n)
    estimates = _indices(table)
    resampled = numpy.array([_indices(table[:, rng.integers(n, size=n)]) for _ in range(RESAMPLES)])
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    low, high = numpy.quantile(resampled, tails, axis=0)
    found = [
        Share(
            path=given.path,
            first=float(estimates[0, place]),
            total=float(estimates[1, place]),
            first_interval=(float(low[0, place]), float(high[0, place])),
            total_interval=(float(low[1, place]), float(high[1, place])),
        )
        for place, given in enumerate(ranges)
    ]
    return Sobol(
        variable=variable,
        shares=tuple(sorted(found, key=lambda share: -share.total)),
        mean=float(table[:2].mean()),
        variance=float(table[:2].var()),
        samples=n,
        confidence=confidence,
    )


def _indices(table: NDArray[Any]) -> NDArray[Any]:
    """First and total indices, `[2, parameter]`, from values `[2 + parameter, sample]`."""
    import numpy
    from scipy.stats import sobol_indices

    one, other, mixed = table[:1], table[1:2], table[2:, None, :]
    if numpy.ptp(table[:2]) == 0:  # rounding of the mean would make shares of nothing
        return numpy.zeros((2, len(mixed)))
    found = sobol_indices(func={"f_A": one, "f_B": other, "f_AB": mixed}, n=table.shape[1])
    return numpy.stack([found.first_order, found.total_order])


def _check_all_there(values: NDArray[Any], drawn: NDArray[Any], ranges: Sequence[Range], variable: str) -> None:
    import numpy

    missing = numpy.flatnonzero(~numpy.isfinite(values))
    if len(missing):
        first = zip(ranges, drawn[missing[0]].tolist(), strict=True)
        where = ", ".join(f"{given.path} = {value:.6g}" for given, value in first)
        rule = f"must be a finite number all over the ranges, but is none at {len(missing)} of {len(values)} points"
        raise wrong(variable, f"{rule}, the first at {where}")
