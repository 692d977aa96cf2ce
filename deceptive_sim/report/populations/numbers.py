"""What a report shows of a simulated population: means over replicates with bands, cohorts joined to groups.

Bands go from the 5 % to the 95 % quantile of replicates; with one replicate there are none.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.populations.result import Outcome
from deceptive_sim.report.words import shortened
from deceptive_sim.studies.populations import PopulationResult

Floats = NDArray[np.float64]

BAND = (0.05, 0.95)
LONGEST_LABEL = 48
MOST_GROUPS = 8
"""So many cohorts are shown each by itself; of more the smallest are joined."""

LEAST_SPREAD = 0.1
"""Replicates differ so that it is worth showing if the band of a share is somewhere at least so wide."""

ALIGNED, OWN, HABIT, MIXED = "aligned", "own", "habit", "mixed"
"""What agents of a group start with: the base objective, another one, none, or several of these."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Series:
    """A measurement moment by moment.

    Attributes
    ----------
    mean : array of float, [moments]
    low, high : array of float, [moments], or None
        Ends of the band over replicates; None with one replicate.
    """

    mean: Floats
    low: Floats | None
    high: Floats | None

    def at(self, places: NDArray[np.int64]) -> Series:
        """The same at some of the moments."""
        low, high = (None if end is None else end[places] for end in (self.low, self.high))
        return Series(mean=self.mean[places], low=low, high=high)


def series_of(values: Floats) -> Series:
    """Mean and band of `[R, moments]`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # moments without a number
        if len(values) < 2:
            return Series(mean=values.mean(axis=0), low=None, high=None)
        low, high = np.quantile(values, BAND, axis=0)
        return Series(mean=values.mean(axis=0), low=low, high=high)


@dataclass(frozen=True, kw_only=True)
class Group:
    """Cohorts that are shown as one.

    Attributes
    ----------
    label : str
    places : tuple of int
        Which cohorts.
    starts : str
        One of `ALIGNED`, `OWN`, `HABIT`, `MIXED`.
    """

    label: str
    places: tuple[int, ...]
    starts: str


def labels_of(result: PopulationResult) -> dict[str, str]:
    """Cohort name to the label it is told under, on one line."""
    return {name: shortened(label, LONGEST_LABEL) or name for name, label in result.plan.labels.items()}


def groups_of(result: PopulationResult) -> tuple[Group, ...]:
    """The cohorts in the order of the file; of more than 8 the smallest ones joined, at the end."""
    population, labels = result.outcome.population, labels_of(result)
    peaks = result.outcome.shares().mean(axis=0).max(axis=0)
    order = sorted(range(len(peaks)), key=lambda place: (-peaks[place], place))
    kept = order if len(order) <= MOST_GROUPS else order[: MOST_GROUPS - 1]
    starts = [_starts(result.outcome, place) for place in range(len(peaks))]
    groups = [
        Group(label=labels[cohort.name], places=(place,), starts=starts[place])
        for place, cohort in enumerate(population.cohorts)
        if place in kept
    ]
    rest = tuple(sorted(set(order) - set(kept)))
    if rest:
        common = {starts[place] for place in rest}
        start = common.pop() if len(common) == 1 else MIXED
        groups.append(Group(label=f"{len(rest)} other kinds", places=rest, starts=start))
    return tuple(groups)


def _starts(outcome: Outcome, place: int) -> str:
    scene, kind = outcome.population.scene, outcome.population.cohorts[place].kind
    weights = kind.objective(scene)
    if not any(weights):
        return HABIT
    present, aligned = outcome.counts["present"][:, 0, place].sum(), outcome.counts["aligned"][:, 0, place].sum()
    if present:
        return ALIGNED if 2 * aligned > present else OWN
    return ALIGNED if scene.base is not None and weights[scene.base] == 1 else OWN


def most_spread(result: PopulationResult) -> Group | None:
    """The kind whose share differs most between replicates; None if all bands are narrower than 10 % throughout."""
    if result.outcome.population.replicates < 2:
        return None
    shares, widths = result.outcome.shares(), {}
    for group in groups_of(result):
        series = series_of(shares[:, :, list(group.places)].sum(axis=2))
        if series.low is not None and series.high is not None:
            widths[group] = float((series.high - series.low).max())
    widest = max(widths, key=lambda group: widths[group])
    return widest if widths[widest] >= LEAST_SPREAD else None


def parts_of(outcome: Outcome, places: tuple[int, ...]) -> dict[str, Floats]:
    """`[R, moments]` each: which part of all agents is of these cohorts and `unmodified`, `modified` or `off`."""
    counts = {name: outcome.counts[name][:, :, list(places)].sum(axis=2) for name in ("present", "modified", "off")}
    unmodified = counts["present"] - counts["modified"] - counts["off"]
    parts = {"unmodified": unmodified, "modified": counts["modified"], "off": counts["off"]}
    return {name: part / outcome.size for name, part in parts.items()}


def percent(share: float) -> str:
    """A share for people: whole percents, one more digit below 10 %; never rounded to nothing or to everything."""
    number = 100 * share
    if abs(number) < 1e-12 or abs(number - 100) < 1e-12:
        return f"{number:.0f} %"
    if number < 0.05:
        return "<0.1 %"
    if number > 99.95:
        return ">99.9 %"
    return f"{number:.1f} %" if number < 9.95 or number >= 99.5 else f"{number:.0f} %"
