"""`deceptive-sim landscape`: measure a scenario on a grid of parameters, of any size, and keep the result on disk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deceptive_sim.cli import options

if TYPE_CHECKING:
    from deceptive_sim.landscapes.fill import Filled
    from deceptive_sim.landscapes.summaries import Summary
    from deceptive_sim.scenario.load import Scenario

MOST_CELLS = 10**8
"""The same as `landscapes.estimates.MOST_POINTS`, which is not imported for a help text."""

TABLE_POINTS = 100_000
"""Landscapes of up to so many points are also written as CSV."""


@click.command("landscape")
@click.argument("file", type=options.SCENARIO)
@click.option(
    "--axis",
    "axes",
    multiple=True,
    metavar="PATH=RANGE",
    help="A parameter and its values, such as training.modification.A=0:1 (repeatable; default: those of FILE).",
)
@click.option("--points", type=click.IntRange(min=1), help="Points of an axis whose range does not say.")
@options.parameters
@click.option("--agent", help="Name of the agent to measure (default: that of FILE's landscape, or the first one).")
@options.out
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Processes that measure on this machine.",
)
@click.option("--dask", metavar="ADDRESS", help="Measure on the cluster of this dask scheduler instead.")
@click.option(
    "--max-cells",
    type=click.IntRange(min=1),
    default=MOST_CELLS,
    show_default=True,
    help="Refuse landscapes of more points.",
)
@options.as_json
@options.traceback_option
def command(
    file: str,
    axes: tuple[str, ...],
    points: int | None,
    parameters: tuple[str, ...],
    agent: str | None,
    out: Path,
    workers: int,
    dask: str | None,
    max_cells: int,
    as_json: bool,
) -> None:
    """Measure FILE at every point of a grid of parameters; keep the landscape in OUT/ID/landscape.

    The same command goes on where an earlier one was stopped, killed or ran out of disk. The file landscape.nc has the
    same bytes whatever happened in between and whoever measured.
    """
    from deceptive_sim.landscapes.fill import fill
    from deceptive_sim.landscapes.summaries import summarise
    from deceptive_sim.scenario.load import load_scenario
    from deceptive_sim.studies.landscapes import agent_for, axes_for
    from deceptive_sim.studies.sweeps import ScenarioSweep

    if dask is not None:
        _quieten_dask()
    scenario = load_scenario(file, parameters)
    name = agent_for(scenario, agent)
    given = {} if points is None else {"points": points}
    grid = axes_for(scenario, axes or None, agent=name, **given)
    folder = out / scenario.id / "landscape"
    with options.progress_bar() as progress:
        try:
            filled = fill(
                ScenarioSweep(scenario, name),
                grid,
                folder,
                workers=workers,
                dask=dask,
                most_points=max_cells,
                progress=progress,
            )
        except KeyboardInterrupt:
            click.echo(f"finished tiles stay in {folder}; the same command goes on from there", err=True)
            raise
    written = (filled.path, *_table(filled))
    summaries = summarise(filled.plan, filled.path)
    if as_json:
        _print_json(scenario, name, filled, summaries, written)
    else:
        _print(scenario, name, filled, summaries, written)


def _table(filled: Filled) -> tuple[Path, ...]:
    """Write a small landscape as CSV as well."""
    from deceptive_sim.core.files import write_together
    from deceptive_sim.landscapes.tables import csv_text

    if filled.plan.points > TABLE_POINTS:
        return ()
    return write_together(filled.path.parent, {"landscape.csv": csv_text(filled.landscape()).encode()})


def _quieten_dask() -> None:
    """Lost workers are no news to people at a terminal: their tiles are measured again."""
    import logging

    logging.getLogger("distributed").setLevel(logging.CRITICAL)


def _print(
    scenario: Scenario, agent: str, filled: Filled, summaries: tuple[Summary, ...], written: tuple[Path, ...]
) -> None:
    from deceptive_sim.cli.words import columns
    from deceptive_sim.core.exact import readable

    click.echo(f"{scenario.id}: landscape of {scenario.labels[agent]}\n")
    rows = [("axis", "points", "from", "to")]
    for axis in filled.plan.axes:
        for path, first, last in zip(axis.paths, axis.rows[0], axis.rows[len(axis) - 1], strict=True):
            rows.append((path, str(len(axis)), readable(first), readable(last)))
    click.echo(columns(rows))
    shape = " × ".join(str(length) for length in filled.plan.shape)
    total = f" = {filled.plan.points}" if len(filled.plan.shape) > 1 else ""
    kept = f"; {filled.kept} of {len(filled.plan)} tiles were there" if filled.kept else ""
    click.echo(f"\n  {shape}{total} points{kept}\n")
    for summary in summaries:
        if summary.variable.labels:
            shares = [(label, f"{share:.1%}") for label, share in summary.shares().items()]
            click.echo(columns([(summary.variable.title, "share of points"), *shares]) + "\n")
    click.echo(columns([("", "least", "most"), *(_range(summary) for summary in summaries if not summary.counts)]))
    click.echo()
    for file in written:
        click.echo(f"file: {file}")


def _range(summary: Summary) -> tuple[str, str, str]:
    from deceptive_sim.core.exact import readable

    least, most = ("none" if end is None else readable(end) for end in (summary.least, summary.most))
    return (summary.variable.title, least, most)


def _print_json(
    scenario: Scenario, agent: str, filled: Filled, summaries: tuple[Summary, ...], written: tuple[Path, ...]
) -> None:
    axes = [
        {"paths": axis.paths, "points": len(axis), "from": axis.rows[0], "to": axis.rows[len(axis) - 1]}
        for axis in filled.plan.axes
    ]
    answer: dict[str, Any] = {
        "agent": agent,
        "axes": axes,
        "shape": filled.plan.shape,
        "points": filled.plan.points,
        "tiles": {"measured": filled.computed, "kept": filled.kept},
        "variables": {summary.variable.name: _contract(summary) for summary in summaries},
        "written": [str(path) for path in written],
    }
    options.print_json(options.contract("landscape", scenario.id, **answer))


def _contract(summary: Summary) -> dict[str, object]:
    if summary.counts:
        return {"shares": summary.shares()}
    return {"least": summary.least, "most": summary.most, "missing": summary.missing}
