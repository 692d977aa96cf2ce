"""Writing a report: all of its files, or none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.files import write_together
from deceptive_sim.studies.result import RunResult

FORMATS = ("png", "svg", "pdf")

MOST_ROWS = 50_000
"""Landscapes of up to so many points are written as a table."""


def check_format(figures: str | None) -> None:
    """Raise an `InputError` unless figures are wanted in one of `FORMATS`, or not as files."""
    if figures is not None and figures not in FORMATS:
        raise wrong("figures", f"must be one of {', '.join(FORMATS)}", figures)


def write_report(
    result: RunResult,
    folder: Path,
    *,
    figures: str | None = None,
    environment: Mapping[str, Any] | None = None,
) -> tuple[Path, ...]:
    """Write the report of a result into a folder.

    `report.html`, `results.csv` and `claims.csv` hold no dates, durations or random names: the same result gives the
    same bytes. `run.json` says when and with which versions it ran.

    Parameters
    ----------
    result : RunResult
    folder : Path
        Made if missing. Reports that stand there are replaced, other files are left alone.
    figures : str, optional
        `png`, `svg` or `pdf`: write each figure as a file of its own too.
    environment : mapping, optional
        More for `run.json` about where it ran.

    Returns
    -------
    tuple of Path
        `report.html`, `results.csv`, `run.json`, `landscape.csv` if there is a small landscape, `claims.csv` if there
        are claims, then the figures.

    Raises
    ------
    InputError
        If a figure or a format is unknown.
    OutputError
        If anything could not be written; the report that stood there is then as it was.
    """
    check_format(figures)
    from deceptive_sim.report.csv_table import results_csv
    from deceptive_sim.report.figures import draw, names_of
    from deceptive_sim.report.figures.render import file_bytes
    from deceptive_sim.report.page import page_html
    from deceptive_sim.report.record import run_json

    drawn = {name: draw(result, name) for name in names_of(result)}
    files = {
        "report.html": page_html(result, drawn).encode(),
        "results.csv": results_csv(result).encode(),
        "run.json": run_json(result, environment).encode(
            errors="backslashreplace"
        ),  # lone surrogates, as JSON has them
    }
    files |= _landscape_table(result) | _claims_table(result)
    if figures is not None:
        files |= {f"{name}.{figures}": file_bytes(figure, figures) for name, figure in drawn.items()}
    return write_together(folder, files)


def _landscape_table(result: RunResult) -> dict[str, bytes]:
    """The plane of the phase diagram, or the only slice, as CSV, one row per point."""
    if result.landscape is None:
        return {}
    from math import prod

    from deceptive_sim.landscapes.tables import csv_text

    diagram, slices = result.landscape.diagram, result.landscape.slices
    found = diagram.landscape if diagram is not None else slices[0].landscape if len(slices) == 1 else None
    if found is None or prod(found.shape) > MOST_ROWS:
        return {}
    return {"landscape.csv": csv_text(found).encode()}


def _claims_table(result: RunResult) -> dict[str, bytes]:
    """The claims and their verdicts as CSV, one row each."""
    if not result.claims:
        return {}
    from deceptive_sim.report.claims_csv import claims_csv

    return {"claims.csv": claims_csv(result.claims).encode()}
