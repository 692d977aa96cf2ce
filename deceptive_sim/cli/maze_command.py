"""`deceptive-sim maze`: agents in mazes, in training and where mazes look different."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deceptive_sim.cli import options

if TYPE_CHECKING:
    from deceptive_sim.scenario.load import Scenario
    from deceptive_sim.studies.maze import MazeResult


@click.command("maze")
@click.argument("file", type=options.SCENARIO)
@options.parameters
@click.option("--draw", "family", metavar="FAMILY", help="Draw some mazes of a family as characters, and do no more.")
@click.option(
    "--count", type=click.IntRange(1, 1000), default=3, show_default=True, help="How many mazes --draw draws."
)
@options.out
@options.figures
@options.no_report("Measure only, write nothing.")
@options.as_json
@options.seed
@options.workers("Mazes walked side by side.")
@options.traceback_option
def command(
    file: str,
    parameters: tuple[str, ...],
    family: str | None,
    count: int,
    out: Path,
    figures: str | None,
    no_report: bool,
    as_json: bool,
    seed: int,
    workers: int,
) -> None:
    """Carry out what FILE asks for in its maze section: who finds the exit, and who goes elsewhere.

    Prints rates with 95 % intervals for every agent in mazes of every family, what comes of learning, of adversarial
    training, of choosing between plants and animals, and of lifetimes, as far as FILE has these studies, and writes a
    report with pictures into OUT/ID/maze. Exit code 1 if an expectation of the section is false.
    """
    from deceptive_sim.scenario.load import load_scenario
    from deceptive_sim.studies.maze import run_maze

    scenario = load_scenario(file, parameters)
    if family is not None:
        _draw(scenario, family, count, seed, as_json=as_json)
        return
    with options.progress_bar() as progress:
        result = run_maze(scenario, seed=seed, workers=workers, progress=progress)
    written: tuple[Path, ...] = ()
    if not no_report:
        from deceptive_sim.report.mazes.write import write_maze_report

        written = write_maze_report(result, out / scenario.id / "maze", figures)
    if as_json:
        fields = {**result.contract(), "written": [str(path) for path in written]}
        options.print_json(options.contract("maze", scenario.id, seed, **fields))
    else:
        _print(result, written)
    if not result.holds:
        raise click.exceptions.Exit(1)


def _draw(scenario: Scenario, family: str, count: int, seed: int, *, as_json: bool) -> None:
    """Print some mazes of a family, with the colours that a map does not show."""
    from deceptive_sim.maze.ascii_maps import map_text
    from deceptive_sim.studies.maze import draw_mazes

    mazes = draw_mazes(scenario, family, count, seed=seed)
    told: list[dict[str, Any]] = []
    for place in range(len(mazes)):
        maze = mazes.maze(place)
        told.append({"map": map_text(maze).split("\n"), "exit": maze.exit.colour, "walls": maze.wall_colour})
    if as_json:
        options.print_json(options.contract("maze", scenario.id, seed, family=family, mazes=told))
        return
    for place, maze_told in enumerate(told):
        click.echo("\n" * (place > 0), nl=False)
        click.echo("\n".join(maze_told["map"]))
        click.echo(f"exit {maze_told['exit']}, walls {maze_told['walls']}")


def _print(result: MazeResult, written: tuple[Path, ...]) -> None:
    from deceptive_sim.cli.maze_words import blocks_of
    from deceptive_sim.cli.study_words import tell_checks

    click.echo(f"{result.scenario_id}: {result.title}" if result.title else result.scenario_id)
    for heading, lines in blocks_of(result):
        click.echo(f"\n{heading}")
        click.echo(lines)
    tell_checks(result, written)
