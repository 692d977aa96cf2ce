"""`deceptive-sim phase`: when deception pays, as a picture of two parameters with exact borders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from deceptive_sim.cli import options

if TYPE_CHECKING:
    from deceptive_sim.landscapes.axes import Axis
    from deceptive_sim.scenario.load import Scenario
    from deceptive_sim.studies.phase import PhaseDiagram

POINTS = 101
FORMATS = ["png", "svg", "pdf"]
TABLE_POINTS = 100_000
"""Grids of up to so many points are written as CSV, larger ones as netCDF."""

MOST_SHOWN = 4
"""Points of a border that are printed."""


@click.command("phase")
@click.argument("file", type=options.SCENARIO)
@click.option("--x", "across", metavar="PATH=RANGE", help="The parameter across, such as training.modification.A=0:1.")
@click.option("--y", "up", metavar="PATH=RANGE", help="The parameter up, such as deployment.episodes=1:20.")
@click.option(
    "--points",
    type=click.IntRange(2, 10_000),
    default=POINTS,
    show_default=True,
    help="Points of an axis whose range does not say.",
)
@click.option(
    "--tolerance",
    type=click.FloatRange(1e-12, 0.1),
    default=1e-6,
    show_default=True,
    help="How far a border may be off, as a share of an axis.",
)
@options.parameters
@click.option("--agent", help="Name of the agent to measure (default: that of FILE's landscape, or the first one).")
@options.out
@click.option(
    "--figures",
    type=click.Choice(["png", "svg", "pdf"]),
    default="png",
    show_default=True,
    help="Format of the picture.",
)
@click.option("--no-picture", is_flag=True, help="Draw nothing; only measure, and write the numbers.")
@options.as_json
@options.traceback_option
def command(
    file: str,
    across: str | None,
    up: str | None,
    points: int,
    tolerance: float,
    parameters: tuple[str, ...],
    agent: str | None,
    out: Path,
    figures: str,
    no_picture: bool,
    as_json: bool,
) -> None:
    """Draw when deception pays in FILE as two parameters change, into OUT/ID/phase.

    A grid is measured, and the borders of regimes and the zero of the premium are found exactly between its points.
    Without --x and --y the picture has the first two axes of FILE's landscape section.
    """
    from deceptive_sim.scenario.load import load_scenario
    from deceptive_sim.studies.landscapes import agent_for
    from deceptive_sim.studies.phase import phase_diagram

    scenario = load_scenario(file, parameters)
    measured = agent_for(scenario, agent)
    x, y = _axes(scenario, across, up, points, measured)
    with options.progress_bar() as progress:
        diagram = phase_diagram(scenario, x, y, agent=measured, tolerance=tolerance, progress=progress)
    written = _write(diagram, out / scenario.id / "phase", None if no_picture else figures)
    if as_json:
        from deceptive_sim.studies.phase_contract import diagram_contract

        told = {**diagram_contract(diagram), "written": [str(path) for path in written]}
        options.print_json(options.contract("phase", scenario.id, **told))
    else:
        _print(scenario, diagram, written)


def _axes(scenario: Scenario, across: str | None, up: str | None, points: int, agent: str) -> tuple[Axis, Axis]:
    """The axes asked for; what is left out is taken from the file, in its order."""
    from deceptive_sim.core.errors import wrong
    from deceptive_sim.scenario.axes import axes_of_section, axes_of_texts
    from deceptive_sim.studies.landscapes import axes_besides, sound_axes

    given = [text for text in (across, up) if text is not None]
    chosen = list(axes_of_texts(scenario, given, points=points))
    if len(chosen) < 2 and scenario.landscape is None:
        missing = "--x" if across is None else "--y"
        raise wrong(missing, "is required: the scenario has no landscape: section", None, "such as discount=1/2:1")
    if len(chosen) < 2:
        rest = axes_besides(scenario, chosen, axes_of_section(scenario, points=points))
        chosen = [*rest[:1], *chosen] if up is not None else [*chosen, *rest[: 2 - len(chosen)]]
    if len(chosen) < 2:
        raise wrong("axes", "must be two for a picture", len(chosen), "add --x or --y")
    x, y = sound_axes(scenario, chosen, agent=agent)
    return x, y


def _write(diagram: PhaseDiagram, folder: Path, kind: str | None) -> tuple[Path, ...]:
    """Write picture and numbers: as a table, or as netCDF if there are too many for that."""
    from math import prod

    from deceptive_sim.core.files import write_together
    from deceptive_sim.landscapes.tables import csv_text

    files: dict[str, bytes] = {}
    if kind is not None:
        from deceptive_sim.report.figures.diagram import draw_diagram
        from deceptive_sim.report.figures.render import file_bytes

        files[f"diagram.{kind}"] = file_bytes(draw_diagram(diagram), kind)
    if prod(diagram.landscape.shape) <= TABLE_POINTS:
        files["landscape.csv"] = csv_text(diagram.landscape).encode()
        return write_together(folder, files)
    from deceptive_sim.landscapes.netcdf import write_netcdf

    write_netcdf(diagram.landscape, folder / "landscape.nc")
    return (*write_together(folder, files), folder / "landscape.nc")


def _print(scenario: Scenario, diagram: PhaseDiagram, written: tuple[Path, ...]) -> None:
    from deceptive_sim.cli.words import columns
    from deceptive_sim.report.phase_words import border_lines, guarantee, share_text

    click.echo(f"{scenario.id}: phase diagram of {diagram.label}\n")
    rows = [("", "parameter", "from", "to", "points")]
    for name, scale in zip("xy", diagram.scales, strict=True):
        ends = f"{scale.values[0]:.6g}", f"{scale.values[-1]:.6g}"
        rows.append((name, " + ".join((scale.path, *scale.others)), *ends, str(len(scale.values))))
    click.echo(columns(rows))
    click.echo(f"\n  deception pays in {share_text(diagram.pays)} of the picture\n")
    rows2 = [("regime", "share", "strategy, in its largest region")]
    for regime, share in diagram.shares.items():
        region = next(region for region in diagram.regions if region.regime is regime)
        rows2.append((str(regime), share_text(share), _plan(diagram, region)))
    click.echo(columns(rows2))
    for line in border_lines(diagram, MOST_SHOWN):
        click.echo(f"\n  {line}", nl=False)
    click.echo(f"\n\n  {guarantee(diagram)}\n")
    for path in written:
        click.echo(f"file: {path}")


def _plan(diagram: PhaseDiagram, region: object) -> str:
    from deceptive_sim.core.exact import to_float
    from deceptive_sim.report.words import spelt
    from deceptive_sim.studies.phase import Region

    assert isinstance(region, Region)
    if region.plan is None:
        return ""
    where = ", ".join(f"{path} = {to_float(value):.6g}" for path, value in region.settings.items())
    return f"{spelt(region.plan, diagram.actions)}  (at {where})"
