"""`deceptive-sim new`: start a scenario file."""

from __future__ import annotations

from pathlib import Path

import click

from deceptive_sim.cli import options


@click.command("new")
@click.argument("name")
@click.option(
    "--in",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Folder; by default this one.",
)
@options.as_json
@options.traceback_option
def command(name: str, folder: Path, as_json: bool) -> None:
    """Write NAME.yaml: a sound scenario with every section explained, to be changed. Never overwrites a file."""
    from deceptive_sim.scenario.template import write_template

    path = write_template(name, folder)
    if as_json:
        options.print_json(options.contract("new", name, file=str(path)))
    else:
        click.echo(f"{path} written; look at it, then: deceptive-sim run {path}")
