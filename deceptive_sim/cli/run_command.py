"""`deceptive-sim run`: carry out scenarios, check what they expect, write reports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from deceptive_sim.cli import options

if TYPE_CHECKING:
    from deceptive_sim.scenario.load import Scenario
    from deceptive_sim.studies.result import RunResult


@click.command("run")
@click.argument("files", type=options.SCENARIO, nargs=-1, required=True, metavar="FILE...")
@options.parameters
@options.exact
@options.as_json
@options.recorded_seed
@options.out
@click.option(
    "--figures", type=click.Choice(["png", "svg", "pdf"]), help="Write each figure as a file of its own as well."
)
@click.option("--no-report", is_flag=True, help="Check expectations only, write nothing.")
@options.traceback_option
def command(
    files: tuple[str, ...],
    parameters: tuple[str, ...],
    exact: bool,
    as_json: bool,
    seed: int,
    out: Path,
    figures: str | None,
    no_report: bool,
) -> None:
    """Carry out each FILE: solve its agents, check its expectations, write a report into OUT/ID.

    Every file is read and checked before the first one is run. Exit code 1 if an expectation is false.
    """
    from deceptive_sim.core.errors import InputError, Problem
    from deceptive_sim.scenario.load import load_scenario
    from deceptive_sim.studies.run import examine, run

    scenarios: list[Scenario] = []
    problems: list[Problem] = []
    for file in files:
        try:
            scenario = load_scenario(file, parameters)
            examine(scenario, exact=exact)
            if not no_report and scenario.id in {earlier.id for earlier in scenarios}:
                rule = "must differ from that of the other files, as reports go into a folder of that name"
                problems.append(Problem(name=f"{file}: id", rule=rule, got=scenario.id))
            scenarios.append(scenario)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    answers = []
    with options.progress_bar() as progress:
        for scenario in scenarios:
            result = run(scenario, seed=seed, exact=exact, progress=progress)
            written = () if no_report else _report(result, out / scenario.id, figures)
            answers.append((result, written))
    if as_json:
        _print_json(answers, seed)
    else:
        for place, (result, written) in enumerate(answers):
            click.echo("\n" * (place > 0), nl=False)
            _print(result, written, exact)
    if not all(result.holds for result, _ in answers):
        raise click.exceptions.Exit(1)


def _report(result: RunResult, folder: Path, figures: str | None) -> tuple[Path, ...]:
    from deceptive_sim.report import write_report

    return write_report(result, folder, figures=figures)


def _print(result: RunResult, written: tuple[Path, ...], exact: bool) -> None:
    from deceptive_sim.cli.words import columns, number_text, strategy_text
    from deceptive_sim.report.words import finding

    click.echo(f"{result.scenario_id}: {result.title}" if result.title else result.scenario_id)
    click.echo(f"\n{finding(result)}\n")
    rows = [("agent", "strategy", "value", "regime", "premium")]
    for solution in result.solutions:
        premium = "" if solution.premium is None else number_text(solution.premium, exact)
        label, value = result.labels[solution.agent], number_text(solution.value, exact)
        rows.append((label, strategy_text(solution, result.game.actions), value, str(solution.regime), premium))
    click.echo(columns(rows))
    false = [check for check in result.checks if not check.holds]
    if result.checks:
        click.echo(f"\n{len(result.checks) - len(false)} of {len(result.checks)} expectations hold")
    for check in false:
        click.echo(f"  false: {check.agent}: {check.quantity}: expected {check.expected}, found {check.found}")
    if false and result.changed:
        click.echo("  (expectations are about the file as it stands; --set changed it)")
    for path in written:
        if path.name == "report.html":
            click.echo(f"\nreport: {path}")


def _print_json(answers: list[tuple[RunResult, tuple[Path, ...]]], seed: int) -> None:
    from deceptive_sim.core.json_text import plain

    runs: list[dict[str, object]] = []
    for result, written in answers:
        agents = [solution.contract() for solution in result.solutions]
        runs.append(
            {
                "scenario": result.scenario_id,
                **agents[0],
                **({"agents": agents} if len(agents) > 1 else {}),
                "holds": result.holds,
                "expectations": plain(result.checks),
                "written": [str(path) for path in written],
            }
        )
    first = dict(runs[0])
    scenario = str(first.pop("scenario"))
    rest = {"runs": runs} if len(runs) > 1 else {}
    holds = all(result.holds for result, _ in answers)
    options.print_json(options.contract("run", scenario, seed, **{**first, **rest, "holds": holds}))
