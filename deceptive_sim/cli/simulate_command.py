"""`deceptive-sim simulate`: a population through training and deployment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from deceptive_sim.cli import options

if TYPE_CHECKING:
    from deceptive_sim.core.progress import Progress
    from deceptive_sim.scenario.load import Scenario
    from deceptive_sim.studies.population_diagram import PopulationDiagram
    from deceptive_sim.studies.populations import PopulationResult

POINTS = 21
"""Points of an axis whose range does not say."""

MOST_SHOWN = 12
"""Points of a curve that are printed."""


@click.command("simulate")
@click.argument("file", type=options.SCENARIO)
@options.parameters
@click.option("--x", "across", metavar="PATH=RANGE", help="Measure over a parameter, such as training.episodes=0:40.")
@click.option("--y", "up", metavar="PATH=RANGE", help="And over another one, such as training.modification.A=0:1.")
@click.option(
    "--measure",
    help="What is measured: actual_alignment, apparent_alignment, modified, turns, share.COHORT, value.COHORT, ...",
)
@click.option("--after", metavar="PHASE", help="At the end of which phase (default: the last of training).")
@click.option(
    "--points",
    type=click.IntRange(2, 10_000),
    default=POINTS,
    show_default=True,
    help="Points of an axis whose range does not say.",
)
@options.out
@options.figures
@options.no_report("Simulate only, write nothing.")
@options.as_json
@options.seed
@options.workers("Processes.")
@options.traceback_option
def command(
    file: str,
    parameters: tuple[str, ...],
    across: str | None,
    up: str | None,
    measure: str | None,
    after: str | None,
    points: int,
    out: Path,
    figures: str | None,
    no_report: bool,
    as_json: bool,
    seed: int,
    workers: int,
) -> None:
    """Simulate the population of FILE: who is left, how aligned they look, and how aligned they are.

    Prints for the end of every phase the share of each kind of agent, of agents that were modified, that behave, and
    whose objective is the base objective, as means over replicates with 95 % intervals, and writes a report with
    figures into OUT/ID/population. With --x and --measure, or a diagram section in FILE, one measurement is taken over
    one or two parameters as well. Of inner learners it prints how many end up cooperating. Exit code 1 if an
    expectation of the file's population is false.
    """
    from deceptive_sim.scenario.load import load_scenario
    from deceptive_sim.studies.populations import simulate_scenario

    scenario = load_scenario(file, parameters)
    if scenario.learners is not None:
        from deceptive_sim.cli.learner_words import refuse_what_learners_lack, tell_learners

        refuse_what_learners_lack(x=across, y=up, measure=measure, after=after, figures=figures)
        tell_learners(scenario, seed, workers, as_json=as_json)
        return
    texts = _axes(across, up)
    with options.progress_bar() as progress:
        asked = texts, measure, after, points  # first, as mistakes in it are told at once
        diagram = _diagram(scenario, asked, seed=seed, workers=workers, progress=progress)
        result = simulate_scenario(scenario, seed=seed, workers=workers, progress=progress)
    written: tuple[Path, ...] = ()
    if not no_report:
        from deceptive_sim.report.populations.write import write_population_report

        written = write_population_report(result, out / scenario.id / "population", figures, diagram)
    if as_json:
        told = {} if diagram is None else {"diagram": diagram.contract()}
        fields = {**result.contract(), **told, "written": [str(path) for path in written]}
        options.print_json(options.contract("simulate", scenario.id, seed, **fields))
    else:
        _print(result, diagram, written)
    if not result.holds:
        raise click.exceptions.Exit(1)


def _axes(across: str | None, up: str | None) -> list[str]:
    """The axes asked for, the one across first."""
    from deceptive_sim.core.errors import wrong

    if across is None and up is not None:
        raise wrong("--x", "is required besides --y", None, "such as --x training.episodes=0:40")
    return [text for text in (across, up) if text is not None]


def _diagram(
    scenario: Scenario,
    asked: tuple[list[str], str | None, str | None, int],
    *,
    seed: int,
    workers: int,
    progress: Progress,
) -> PopulationDiagram | None:
    """The measurement over parameters that was asked for here or in the file; None if there is none."""
    from deceptive_sim.studies.populations import plan_of

    texts, measure, after, points = asked
    if not texts and measure is None and after is None and plan_of(scenario).section.diagram is None:
        return None
    from deceptive_sim.studies.population_diagram import population_diagram

    return population_diagram(
        scenario, texts, measure=measure, after=after, points=points, seed=seed, workers=workers, progress=progress
    )


def _print(result: PopulationResult, diagram: PopulationDiagram | None, written: tuple[Path, ...]) -> None:
    from deceptive_sim.cli.study_words import tell_checks
    from deceptive_sim.cli.words import columns
    from deceptive_sim.report.populations.tables import ends_blocks
    from deceptive_sim.report.populations.words import finding, who_is_left

    population = result.plan.population
    replicates = f"{population.replicates} replicate{'s' * (population.replicates != 1)}"
    click.echo(f"{result.scenario_id}: {result.title}" if result.title else result.scenario_id)
    click.echo(f"\n{finding(result)}")
    if who_is_left(result):
        click.echo(who_is_left(result))
    click.echo(f"\n{population.size} agents, {replicates}, seed {result.seed}")
    for block in ends_blocks(result):
        if block.rows:
            rows = [(label, *(cell.text for cell in cells)) for label, cells in block.rows]
            click.echo(
                f"\n{columns([(block.heading.lower(), *(f'after {end.phase}' for end in result.phases)), *rows])}"
            )
    if diagram is not None:
        _print_diagram(result, diagram)
    tell_checks(result, written)


def _print_diagram(result: PopulationResult, diagram: PopulationDiagram) -> None:
    """What was measured; of a curve, some of its points."""
    from deceptive_sim.cli.words import columns
    from deceptive_sim.report.populations.diagram_words import diagram_title, points_of

    click.echo(f"\n{diagram_title(result, diagram)}")
    if len(diagram.landscape.axes) == 1:
        rows = points_of(diagram, MOST_SHOWN)
        click.echo(columns([(diagram.landscape.axes[0].name, diagram.measure), *rows]))
