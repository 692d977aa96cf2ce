"""`run.json`: what ran, when, with which versions and how long it took."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from deceptive_sim.core.json_text import dumps, plain
from deceptive_sim.studies.result import RunResult

if TYPE_CHECKING:
    from deceptive_sim.studies.maze import MazeResult
    from deceptive_sim.studies.populations import PopulationResult

PACKAGE = "deceptive-sim"
LIBRARIES = ("numpy", "scipy", "pandas", "matplotlib", "seaborn", "jinja2", "pydantic", "ruamel.yaml")


def run_json(result: RunResult, environment: Mapping[str, Any] | None = None) -> str:
    """The record of a run as JSON text.

    Parameters
    ----------
    result : RunResult
    environment : mapping, optional
        More about where it ran, written as it is under `environment`.
    """
    record = {
        "scenario": result.scenario_id,
        "title": result.title,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": versions(),
        "seed": result.seed,
        "digest": result.digest,
        "changed": result.changed,
        "holds": result.holds,
        "durations": result.durations,
        "environment": environment or {},
        **_landscape(result),
        **_claims(result),
        "resolved": result.resolved,
    }
    return dumps(record) + "\n"


def study_json(result: MazeResult | PopulationResult, more: Mapping[str, Any] | None = None) -> str:
    """The record of mazes or of a population as JSON text; `more` stands after what the result tells itself."""
    record = {
        "scenario": result.scenario_id,
        "title": result.title,
        "source": result.source,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": versions(),
        "seed": result.seed,
        "digest": result.digest,
        "changed": dict(result.changed),
        "seconds": result.seconds,
        **plain(result.contract()),
        **plain(more or {}),
        "resolved": result.resolved,
    }
    return dumps(record) + "\n"


def _landscape(result: RunResult) -> dict[str, Any]:
    if result.landscape is None:
        return {}
    from deceptive_sim.studies.phase_contract import landscape_contract

    return {"landscape": landscape_contract(result.landscape)}


def _claims(result: RunResult) -> dict[str, Any]:
    if not result.claims:
        return {}
    from deceptive_sim.report.claims_record import claim_record

    return {"claims": [claim_record(verdict) for verdict in result.claims]}


def package_version() -> str:
    """The version of this package, read from its installation."""
    return _version(PACKAGE)


def versions() -> dict[str, str]:
    """Versions of Python, of this package and of the main libraries, none of which is imported for it."""
    return {"python": platform.python_version(), **{name: _version(name) for name in (PACKAGE, *LIBRARIES)}}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
