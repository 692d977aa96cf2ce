"""What studies of a section of a scenario have in common: of which scenario they are, and what the section expects."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from deceptive_sim.core.exact import Number, text_of
from deceptive_sim.populations.measures import Estimate
from deceptive_sim.scenario.load import Scenario
from deceptive_sim.studies.result import Check

SLACK = 1e-12
"""By how much a float may miss the number that is expected without a tolerance."""

NOTHING = "nothing"
"""What is found of a measurement that does not exist."""


@dataclass(frozen=True, kw_only=True)
class StudyResult:
    """A section of a scenario carried out.

    Attributes
    ----------
    scenario_id, title, source, description : str
    checks : tuple of Check
        What the section expects, held against what was found.
    changed : mapping
        Parameters set on top of the file.
    resolved : mapping
        The scenario as plain data.
    digest : str
    seed : int
    seconds : float
    """

    scenario_id: str
    title: str
    source: str
    description: str
    checks: tuple[Check, ...] = ()
    changed: Mapping[str, str]
    resolved: Mapping[str, Any]
    digest: str
    seed: int
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether everything expected was found."""
        return all(check.holds for check in self.checks)


def about(scenario: Scenario, *, seed: int, start: float) -> dict[str, Any]:
    """The fields of a `StudyResult` but for its checks; the study began at `start` of `time.perf_counter`."""
    return {
        "scenario_id": scenario.id,
        "title": scenario.title,
        "source": scenario.source,
        "description": scenario.description,
        "changed": scenario.changed,
        "resolved": scenario.resolved(),
        "digest": scenario.digest(),
        "seed": seed,
        "seconds": time.perf_counter() - start,
    }


class Expected(Protocol):
    """A number that a section expects."""

    @property
    def value(self) -> Number:
        """The number."""

    @property
    def tolerance(self) -> Number:
        """By how much it may be missed."""


def held(quantity: str, one: Expected, found: Estimate | None) -> Check:
    """An expected number held against what was found; nothing is never what was expected."""
    return Check(
        agent="",
        quantity=quantity,
        expected=text_of(one.value) + (f" ± {text_of(one.tolerance)}" if one.tolerance else ""),
        found=NOTHING if found is None else f"{found.mean:.6g}",
        holds=found is not None and abs(found.mean - float(one.value)) <= float(one.tolerance) + SLACK,
    )
