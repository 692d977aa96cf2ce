"""`deceptive-sim list`: what ships with the package."""

from __future__ import annotations

from typing import Any

import click

from deceptive_sim.cli import options


@click.command("list")
@click.argument("what", type=click.Choice(["scenarios", "games", "regimes"]), default="scenarios")
@options.as_json
@options.traceback_option
def command(what: str, as_json: bool) -> None:
    """List the scenarios that ship with the package, the games of the library, or the regimes."""
    rows = {"scenarios": _scenarios, "games": _games, "regimes": _regimes}[what]()
    if as_json:
        listed: dict[str, Any] = {what: [{"id": name, "title": title} for name, title in rows]}
        options.print_json(options.contract("list", None, **listed))
        return
    from deceptive_sim.cli.words import columns

    click.echo(columns(rows, indent=""))


def _scenarios() -> list[tuple[str, str]]:
    from deceptive_sim.scenario.library import shipped_scenarios
    from deceptive_sim.scenario.yaml_text import read_file

    return [(name, str(read_file(path).data.get("title", ""))) for name, path in shipped_scenarios().items()]


def _games() -> list[tuple[str, str]]:
    from deceptive_sim.games.library import MODULES, library_game

    games = [library_game(name) for name in MODULES]
    return [(game.name, f"{game.title} ({', '.join(p.name for p in game.parameters)})") for game in games]


def _regimes() -> list[tuple[str, str]]:
    from deceptive_sim.model import regimes

    lines = (regimes.__doc__ or "").splitlines()
    told = dict(line.strip().split(maxsplit=1) for line in lines if line.startswith("    "))
    return [(regime.value, told.get(regime.value, "no training episode, some A")) for regime in regimes.Regime]
