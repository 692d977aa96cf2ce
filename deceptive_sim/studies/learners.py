"""Carry out the `learners:` of a scenario: the unit test for hidden incentives, played by a population."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.progress import Progress, silent
from deceptive_sim.core.seeds import DEFAULT_SEED
from deceptive_sim.populations.learners.run import Comparison, compare_learners
from deceptive_sim.scenario.load import Scenario
from deceptive_sim.studies.study_result import StudyResult, about


@dataclass(frozen=True, kw_only=True)
class LearnersResult(StudyResult):
    """A population of learners carried out, beside the same with other settings.

    Attributes
    ----------
    comparison : Comparison
    """

    comparison: Comparison

    def contract(self) -> dict[str, Any]:
        """The fields that other tools rely on, by their stable names."""
        return self.comparison.contract()


def simulate_learners(
    scenario: Scenario, *, seed: int = DEFAULT_SEED, workers: int = 1, progress: Progress = silent
) -> LearnersResult:
    """Run the learners of a scenario, and for comparison the same with and without selection and swapping.

    Parameters as for `studies.populations.simulate_scenario`.

    Raises
    ------
    InputError
        If the scenario has none.
    """
    if scenario.learners is None:
        raise wrong("population.learners", "is required: the scenario has no learners", None)
    start = time.perf_counter()
    comparison = compare_learners(scenario.learners, seed=seed, workers=workers, progress=progress)
    return LearnersResult(comparison=comparison, **about(scenario, seed=seed, start=start))
