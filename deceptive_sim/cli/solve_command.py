"""`deceptive-sim solve`: the optimal strategy of a scenario."""

from __future__ import annotations

import click

from deceptive_sim.cli import options


@click.command("solve")
@click.argument("file", type=options.SCENARIO)
@options.parameters
@options.exact
@options.as_json
@options.recorded_seed
@options.traceback_option
def command(file: str, parameters: tuple[str, ...], exact: bool, as_json: bool, seed: int) -> None:
    """Solve FILE, a scenario file or the id of one that ships with the package.

    Prints for every agent what the unmodified agent does episode by episode, what that is worth, and whether
    deception pays; of games of the library that are no phased games, their answer.
    """
    from deceptive_sim.cli.words import summary
    from deceptive_sim.scenario.load import load_scenario
    from deceptive_sim.studies.run import examine, solve_all

    scenario = load_scenario(file, parameters)
    if scenario.model is not None:
        from deceptive_sim.cli.model_words import tell_answer

        tell_answer(scenario, seed, as_json=as_json, exact=exact)
        return
    examine(scenario, exact=exact)
    with options.progress_bar() as progress:
        solutions = solve_all(scenario, exact=exact, progress=progress)
    if as_json:
        agents = [solution.contract() for solution in solutions]
        answer = {**agents[0], **({"agents": agents} if len(agents) > 1 else {})}
        options.print_json(options.contract("solve", scenario.id, seed, **answer))
        return
    click.echo(f"{scenario.id}: {scenario.title}" if scenario.title else scenario.id)
    for solution in solutions:
        click.echo(f"\n{scenario.labels[solution.agent]}")
        click.echo(summary(solution, scenario.game.actions, exact=exact))
