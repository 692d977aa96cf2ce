"""`trajectories.csv`: a simulated population moment by moment, in long form.

One row per moment, cohort and measurement; without a cohort where all agents are meant. `low` and `high` are the ends
of the 95 % interval of the mean over replicates, `p5` and `p95` quantiles of replicates; empty with one replicate.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import numpy as np

from deceptive_sim.populations.measures import LEVEL
from deceptive_sim.populations.result import Outcome
from deceptive_sim.report.populations.numbers import Floats, parts_of, series_of
from deceptive_sim.studies.populations import PopulationResult

MOST_ROWS = 50_000
"""Of longer trajectories evenly spaced moments are written, and the ends of phases."""

HEAD = ("moment", "phase", "kind", "cohort", "measurement", "mean", "low", "high", "p5", "p95")


def trajectories_csv(result: PopulationResult) -> str:
    """The table as text; numbers are written so that reading them gives the same float."""
    outcome = result.outcome
    found = [(cohort, name, columns_of(values)) for cohort, name, values in measured(outcome)]
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(HEAD)
    for place in written_moments(outcome, len(found)):
        moment = outcome.moments[place]
        phase = _phase(outcome, moment)
        for cohort, name, columns in found:
            numbers = [_text(column[place]) for column in columns]
            if numbers[0]:
                table.writerow([moment, *phase, cohort, name, *numbers])
    return stream.getvalue()


def measured(outcome: Outcome) -> Iterator[tuple[str, str, Floats]]:
    """Cohort (empty: all agents), measurement, and values `[R, moments]`."""
    shares = outcome.shares()
    for place, cohort in enumerate(outcome.population.cohorts):
        parts = parts_of(outcome, (place,))
        yield cohort.name, "share", shares[:, :, place]
        for part in ("unmodified", "modified", "off"):
            yield cohort.name, part, parts[part]
    yield "", "modified", outcome.modified()
    yield "", "apparent_alignment", outcome.apparent_alignment()
    if outcome.population.scene.base is not None:
        yield "", "actual_alignment", outcome.actual_alignment()
        yield "", "base_weight", outcome.base_weight()
    yield "", "turns", outcome.turns()
    scores = outcome.scores()
    for place, judge in enumerate(outcome.population.scene.objectives):
        yield "", f"score.{judge}", scores[:, :, place]


def columns_of(values: Floats) -> tuple[Floats, ...]:
    """Mean, ends of its interval and of the band, `[moments]` each; NaN where there is none."""
    series = series_of(values)
    nothing = np.full(values.shape[1], np.nan)
    if series.low is None or series.high is None:
        return series.mean, nothing, nothing, nothing, nothing
    from scipy.special import stdtrit

    count = len(values)
    reach = float(stdtrit(count - 1, (1 + LEVEL) / 2)) * values.std(axis=0, ddof=1) / count**0.5
    return series.mean, series.mean - reach, series.mean + reach, series.low, series.high


def written_moments(outcome: Outcome, measurements: int) -> list[int]:
    """Places of the moments that are written: all, or so many that the table is not too long."""
    count, room = len(outcome.moments), max(2, MOST_ROWS // measurements)
    if count <= room:
        return list(range(count))
    game = outcome.population.scene.game
    ends = {start - 1 for start in game.phase_starts()}
    spread = set(np.linspace(0, count - 1, room).round().astype(int).tolist())
    return sorted(spread | {place for place, moment in enumerate(outcome.moments) if moment in ends})


def _phase(outcome: Outcome, moment: int) -> tuple[str, str]:
    if not moment:
        return "", "start"
    scene = outcome.population.scene
    phase = scene.game.phases[int(scene.phase_of[moment - 1])]
    return phase.name, phase.kind.value


def _text(number: float) -> str:
    return "" if np.isnan(number) else repr(float(number))
