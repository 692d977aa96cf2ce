"""`deceptive-sim simulate`: a population through training and deployment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from deceptive_sim.cli import options

if TYPE_CHECKING:
    from deceptive_sim.populations.measures import Estimate
    from deceptive_sim.studies.populations import PopulationResult


@click.command("simulate")
@click.argument("file", type=options.SCENARIO)
@options.parameters
@options.as_json
@options.seed
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes.")
@options.traceback_option
def command(file: str, parameters: tuple[str, ...], as_json: bool, seed: int, workers: int) -> None:
    """Simulate the population of FILE: who is left, how aligned they look, and how aligned they are.

    Prints for the end of every phase the share of each kind of agent, of agents that were modified, that behave, and
    whose objective is the base objective, as means over replicates with 95 % intervals. Exit code 1 if an expectation
    of the file's population is false.
    """
    from deceptive_sim.scenario.load import load_scenario
    from deceptive_sim.studies.populations import simulate_scenario

    scenario = load_scenario(file, parameters)
    with options.progress_bar() as progress:
        result = simulate_scenario(scenario, seed=seed, workers=workers, progress=progress)
    if as_json:
        options.print_json(options.contract("simulate", scenario.id, seed, **result.contract()))
    else:
        _print(result, ())
    if not result.holds:
        raise click.exceptions.Exit(1)


def _print(result: PopulationResult, written: tuple[Path, ...]) -> None:
    from deceptive_sim.cli.words import columns

    population = result.plan.population
    click.echo(f"{result.scenario_id}: {result.title}" if result.title else result.scenario_id)
    click.echo(f"\n{population.size} agents, {population.replicates} replicates, seed {result.seed}\n")
    ends = result.phases
    labels = result.plan.labels
    rows = [
        ("share of all agents", *(f"after {end.phase}" for end in ends)),
        *((labels[name], *(_text(end.shares[name]) for end in ends)) for name in labels),
        *((f"{labels[name]}, unmodified", *(_text(end.unmodified[name]) for end in ends)) for name in labels),
        ("modified", *(_text(end.modified) for end in ends)),
        ("apparent alignment", *(_text(end.apparent_alignment) for end in ends)),
        ("actual alignment", *(_text(end.actual_alignment) for end in ends)),
        ("treacherous turns", *(_text(end.turns) for end in ends)),
    ]
    click.echo(columns(rows))
    for check in result.checks:
        if not check.holds:
            click.echo(f"  false: {check.quantity}: expected {check.expected}, found {check.found}")
    for path in written:
        if path.name == "report.html":
            click.echo(f"\nreport: {path}")


def _text(found: Estimate | None) -> str:
    if found is None:
        return ""
    if found.low is None or found.high is None:
        return f"{found.mean:.3f}"
    return f"{found.mean:.3f} ({found.low:.3f} to {found.high:.3f})"
