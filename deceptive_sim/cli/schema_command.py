"""`deceptive-sim schema`: the JSON Schema of scenario files, for editors."""

from __future__ import annotations

import click

from deceptive_sim.cli import options


@click.command("schema")
@options.as_json
@options.traceback_option
def command(as_json: bool) -> None:
    """Print the JSON Schema of scenario files.

    Editors that know YAML schemas check a file that starts with the line

    \b
      # yaml-language-server: $schema=scenario-1.json
    """  # noqa: D301 - a real \b, by which click keeps lines as they are
    from deceptive_sim.core.json_text import dumps
    from deceptive_sim.scenario.schema import json_schema

    if as_json:
        options.print_json(options.contract("schema", None, schema=json_schema()))
    else:
        click.echo(dumps(json_schema()))
