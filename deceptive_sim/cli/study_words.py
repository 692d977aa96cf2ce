"""What commands that carry out a section say last: what was expected of it and found, and where the page is."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from deceptive_sim.studies.study_result import StudyResult


def tell_checks(result: StudyResult, written: Iterable[Path]) -> None:
    """Print how many expectations hold, each that does not, and the page if one was written."""
    if result.checks:
        click.echo(f"\n{sum(check.holds for check in result.checks)} of {len(result.checks)} expectations hold")
    false = [check for check in result.checks if not check.holds]
    for check in false:
        click.echo(f"  false: {check.quantity}: expected {check.expected}, found {check.found}")
    if false and result.changed:
        click.echo("  (expectations are about the file as it stands; --set changed it)")
    for path in written:
        if path.name == "report.html":
            click.echo(f"\nreport: {path}")
