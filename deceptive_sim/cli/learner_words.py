"""Populations of inner learners at the command line: who ends up cooperating, beside the same with other settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from deceptive_sim.cli import options
from deceptive_sim.core.errors import InputError, Problem

if TYPE_CHECKING:
    from deceptive_sim.populations.learners.run import LearnersOutcome
    from deceptive_sim.scenario.load import Scenario


def refuse_what_learners_lack(**options_given: str | None) -> None:
    """Raise an `InputError` for options that are about populations of planners alone."""
    problems = [
        Problem(name=f"--{name}", rule="is for populations of agents that plan: learners have no diagram and no report")
        for name, value in options_given.items()
        if value is not None
    ]
    if problems:
        raise InputError(problems)


def tell_learners(scenario: Scenario, seed: int, workers: int, *, as_json: bool) -> None:
    """Run the learners of a scenario and print what came of them."""
    from deceptive_sim.studies.learners import simulate_learners

    with options.progress_bar() as progress:
        result = simulate_learners(scenario, seed=seed, workers=workers, progress=progress)
    if as_json:
        options.print_json(options.contract("simulate", scenario.id, seed, **result.contract()))
        return
    from deceptive_sim.cli.words import columns

    comparison = result.comparison
    spec = comparison.outcome.spec
    click.echo(f"{scenario.id}: {scenario.title}" if scenario.title else scenario.id)
    click.echo(f"\n{spec.agents} learners, {spec.steps} steps, {spec.replicates} replicates, seed {seed}\n")
    rows = [("", "cooperation at the end", "replicates that fail the test")]
    rows += [_row(name, outcome) for name, outcome in {"as asked": comparison.outcome, **comparison.others}.items()]
    click.echo(columns(rows))


def _row(name: str, outcome: LearnersOutcome) -> tuple[str, str, str]:
    found = outcome.contract()
    cooperation, failed = found["cooperation"], found["failed"]
    told = f"{cooperation['mean']:.3f}"
    if cooperation["low"] is not None:
        told += f" ({cooperation['low']:.3f} to {cooperation['high']:.3f})"
    return name, told, f"{failed['mean']:.0%} ({failed['low']:.0%} to {failed['high']:.0%})"
