"""`deceptive-sim check`: look for mistakes in scenario files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from deceptive_sim.cli import options

if TYPE_CHECKING:
    from deceptive_sim.core.errors import Problem
    from deceptive_sim.scenario.load import Scenario


@click.command("check")
@click.argument("files", type=options.SCENARIO, nargs=-1, required=True, metavar="FILE...")
@options.parameters
@options.as_json
@options.traceback_option
def command(files: tuple[str, ...], parameters: tuple[str, ...], as_json: bool) -> None:
    """Read each FILE and name every mistake with file, line and column; nothing is solved or written."""
    from deceptive_sim.core.errors import InputError
    from deceptive_sim.scenario.load import load_scenario

    problems: list[Problem] = []
    answers: list[dict[str, object]] = []
    for file in files:
        try:
            scenario = load_scenario(file, parameters)
            _examine(scenario)
            answers.append({"file": file, "scenario": scenario.id, "problems": []})
        except InputError as error:
            problems += error.problems
            answers.append({"file": file, "scenario": None, "problems": [problem.text() for problem in error.problems]})
    if as_json:
        options.print_json(options.contract("check", answers[0]["scenario"], files=answers))  # type: ignore[arg-type]
    else:
        for answer in answers:
            if not answer["problems"]:
                click.echo(f"{answer['file']}: fine")
    if problems:
        raise InputError(problems)


def _examine(scenario: Scenario) -> None:
    """Raise with what only shows when games and claims are put to work, all of it."""
    from deceptive_sim.core.errors import InputError
    from deceptive_sim.scenario.problems import in_order
    from deceptive_sim.studies.run import examine, examine_claims, examine_crowd, examine_mazes

    if scenario.model is not None:
        from deceptive_sim.studies.models import examine_model

        examine_model(scenario)
        return
    problems: list[Problem] = []
    for examination in (examine, examine_claims, examine_crowd, examine_mazes):
        try:
            examination(scenario)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(in_order(problems))
