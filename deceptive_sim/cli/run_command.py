"""`deceptive-sim run`: carry out scenarios, check what they expect, write reports."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deceptive_sim.cli import options

if TYPE_CHECKING:
    from deceptive_sim.scenario.load import Scenario
    from deceptive_sim.studies.claim_memory import Remembered
    from deceptive_sim.studies.models import ModelResult
    from deceptive_sim.studies.result import Check, RunResult

    Answers = list[tuple[Scenario, RunResult | ModelResult, tuple[Path, ...]]]


@click.command("run")
@click.argument("files", type=options.SCENARIO, nargs=-1, required=True, metavar="FILE...")
@options.parameters
@options.exact
@options.as_json
@options.run_seed
@options.out
@click.option(
    "--figures", type=click.Choice(["png", "svg", "pdf"]), help="Write each figure as a file of its own as well."
)
@click.option("--no-report", is_flag=True, help="Check expectations only, write nothing.")
@click.option("--no-proofs", is_flag=True, help="Search for counterexamples to claims only.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    help="Processes that verify claims and simulate, threads that walk mazes (default: one for each core).",
)
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
    no_proofs: bool,
    workers: int | None,
) -> None:
    """Carry out each FILE: solve its agents, check its expectations, verify its claims, write a report into OUT/ID.

    Every file is read and checked before the first one is run. Exit code 1 if an expectation is false, or a verdict
    contradicts a claim.
    """
    from deceptive_sim.core.errors import InputError, Problem
    from deceptive_sim.scenario.load import load_scenario
    from deceptive_sim.studies.models import examine_model, run_model
    from deceptive_sim.studies.run import examine, examine_claims, run

    scenarios: list[Scenario] = []
    problems: list[Problem] = []
    for file in files:
        try:
            scenario = load_scenario(file, parameters)
            if scenario.model is None:
                examine(scenario, exact=exact)
                examine_claims(scenario)
            else:
                examine_model(scenario)
            if not no_report and scenario.id in {earlier.id for earlier in scenarios}:
                rule = "must differ from that of the other files, as reports go into a folder of that name"
                problems.append(Problem(name=f"{file}: id", rule=rule, got=scenario.id))
            scenarios.append(scenario)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    answers: Answers = []
    with options.progress_bar() as progress:
        for scenario in scenarios:
            if scenario.model is not None:
                answer = run_model(scenario)
                answers.append((scenario, answer, () if no_report else _report(answer, out / scenario.id, figures)))
                continue
            folder = out / scenario.id
            known = None if no_report else _remembered(scenario, folder)
            result = run(
                scenario,
                seed=seed,
                exact=exact,
                proofs=not no_proofs,
                workers=workers,
                memory=known.cases if known else None,
                progress=progress,
            )
            written = () if no_report else _report(result, folder, figures)
            if known:
                _remember(scenario, folder, result, known)
            answers.append((scenario, result, written))
    if as_json:
        _print_json(answers, seed, exact)
    else:
        for place, (asked, told, files_written) in enumerate(answers):
            click.echo("\n" * (place > 0), nl=False)
            _tell(asked, told, files_written, exact)
    if not all(result.holds for _, result, _ in answers):
        raise click.exceptions.Exit(1)


def _remembered(scenario: Scenario, folder: Path) -> Remembered | None:
    """Counterexamples found earlier, if there are claims that they could be of."""
    if not scenario.claims:
        return None
    from deceptive_sim.studies.claim_memory import remembered

    known = remembered(scenario, folder)
    if known.note:
        click.echo(f"note: {known.note}", err=True)
    return known


def _remember(scenario: Scenario, folder: Path, result: RunResult, known: Remembered) -> None:
    from deceptive_sim.studies.claim_memory import remember

    note = remember(scenario, folder, result.claims, known)
    if note:
        click.echo(f"note: {note}", err=True)


def _report(result: RunResult | ModelResult, folder: Path, figures: str | None) -> tuple[Path, ...]:
    from deceptive_sim.report import write_model_report, write_report
    from deceptive_sim.studies.models import ModelResult

    if isinstance(result, ModelResult):
        return write_model_report(result, folder, figures)
    written = write_report(result, folder, figures=figures)
    if result.population is not None:
        from deceptive_sim.report.populations.write import write_population_report

        written += write_population_report(result.population, folder / "population", figures)
    if result.maze is not None:
        from deceptive_sim.report.mazes.write import write_maze_report

        written += write_maze_report(result.maze, folder / "maze", figures)
    return written


def _tell(scenario: Scenario, result: RunResult | ModelResult, written: tuple[Path, ...], exact: bool) -> None:
    from deceptive_sim.cli.model_words import tell_result
    from deceptive_sim.studies.models import ModelResult

    if isinstance(result, ModelResult):
        tell_result(result, changed=bool(scenario.changed))
        _tell_report(written)
    else:
        _print(result, written, exact)


def _print(result: RunResult, written: tuple[Path, ...], exact: bool) -> None:
    from deceptive_sim.cli.model_words import tell_disputed
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
    tell_disputed(result.disputed)
    if false and result.changed:
        click.echo("  (expectations are about the file as it stands; --set changed it)")
    if result.claims:
        _print_claims(result)
    if result.population is not None:
        from deceptive_sim.report.populations.words import finding as finding_of_population

        click.echo(f"\n{finding_of_population(result.population)}")
        _print_false(result.population.checks)
    if result.maze is not None:
        from deceptive_sim.cli.maze_words import held

        click.echo(f"\n{held(result.maze)}")
        _print_false(result.maze.checks)
    _tell_report(written)


def _print_false(checks: Iterable[Check]) -> None:
    for check in checks:
        if not check.holds:
            click.echo(f"  false: {check.quantity}: expected {check.expected}, found {check.found}")


def _tell_report(written: tuple[Path, ...]) -> None:
    for path in written:
        if path.name == "report.html":
            click.echo(f"\nreport: {path}")


def _print_claims(result: RunResult) -> None:
    from deceptive_sim.cli.claim_words import case_text, counted

    click.echo(f"\n{counted(result.claims)}")
    for verdict in result.claims:
        if verdict.expected is False:
            found = f", at {case_text(verdict.counterexample)}" if verdict.counterexample else ""
            click.echo(f"  {verdict.answer}: {verdict.claim.id}: {verdict.claim.claim.text.strip()}{found}")


def _print_json(answers: Answers, seed: int, exact: bool) -> None:
    from deceptive_sim.cli.model_words import contract_of_model
    from deceptive_sim.core.json_text import plain
    from deceptive_sim.studies.models import ModelResult

    runs: list[dict[str, object]] = []
    for scenario, result, written in answers:
        if isinstance(result, ModelResult):
            runs.append({**contract_of_model(result, exact=exact), "written": [str(path) for path in written]})
            continue
        agents = [solution.contract() for solution in result.solutions]
        runs.append(
            {
                "scenario": result.scenario_id,
                **agents[0],
                **({"agents": agents} if len(agents) > 1 else {}),
                "holds": result.holds,
                "expectations": plain(result.checks),
                **({"disputed": plain(result.disputed)} if result.disputed else {}),
                **_contract_of_claims(scenario, result),
                **({} if result.population is None else {"population": plain(result.population.contract())}),
                **({} if result.maze is None else {"maze": plain(result.maze.contract())}),
                "written": [str(path) for path in written],
            }
        )
    first = dict(runs[0])
    name = str(first.pop("scenario"))
    rest = {"runs": runs} if len(runs) > 1 else {}
    holds = all(result.holds for _, result, _ in answers)
    options.print_json(options.contract("run", name, seed, **{**first, **rest, "holds": holds}))


def _contract_of_claims(scenario: Scenario, result: RunResult) -> dict[str, object]:
    if not result.claims:
        return {}
    from deceptive_sim.cli.claim_words import contract_of

    return {"claims": [contract_of(scenario, verdict) for verdict in result.claims]}
