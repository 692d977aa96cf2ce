"""`deceptive-sim list`: what ships with the package."""

from __future__ import annotations

from typing import Any

import click

from deceptive_sim.cli import options


@click.command("list")
@click.argument(
    "what", type=click.Choice(["scenarios", "games", "agents", "regimes", "claims", "words"]), default="scenarios"
)
@options.as_json
@options.traceback_option
def command(what: str, as_json: bool) -> None:
    """List what ships: scenarios, games of the library, kinds of agents, regimes, claims, and the words of claims."""
    rows: Any = {
        "scenarios": _scenarios,
        "games": _games,
        "agents": _agents,
        "regimes": _regimes,
        "claims": _claims,
        "words": _words,
    }[what]()
    if as_json:
        options.print_json(options.contract("list", None, **{what: rows}))
        return
    from deceptive_sim.cli.words import columns
    from deceptive_sim.studies.expectations import shown

    width = max((len(row["id"]) for row in rows), default=0)
    for row in rows:
        click.echo(f"{row['id']:{width}}  {row['title']}".rstrip())
        if what == "agents":
            click.echo(f"{'':{width}}  source: {row['source']}")
        if row.get("parameters"):
            known = [
                (p["name"], f"{p['meaning']} ({p['kind']}, default {shown(p['default'])})") for p in row["parameters"]
            ]
            click.echo(columns(known))


def _scenarios() -> list[dict[str, Any]]:
    from deceptive_sim.scenario.library import shipped_scenarios
    from deceptive_sim.scenario.yaml_text import read_file

    titles = {name: str(read_file(path).data.get("title", "")) for name, path in shipped_scenarios().items()}
    return [{"id": name, "title": title} for name, title in titles.items()]


def _games() -> list[dict[str, Any]]:
    from deceptive_sim.games.library import MODULES, library_game

    return [
        {
            "id": game.name,
            "title": game.title,
            "source": game.source,
            "kind": str(game.kind),
            "parameters": [
                {"name": p.name, "kind": p.takes, "default": p.default, "meaning": p.meaning} for p in game.parameters
            ],
        }
        for game in map(library_game, MODULES)
    ]


def _agents() -> list[dict[str, Any]]:
    from deceptive_sim.populations.kinds.library import MODULES, library_kind

    return [
        {
            "id": kind.name,
            "title": kind.title,
            "source": kind.source,
            "parameters": [
                {"name": p.name, "kind": p.takes, "default": p.default, "meaning": p.meaning} for p in kind.parameters
            ],
            "takes": list(kind.takes),
            "needs": list(kind.needs),
        }
        for kind in map(library_kind, MODULES)
    ]


def _regimes() -> list[dict[str, Any]]:
    from deceptive_sim.model.regimes import MEANINGS

    return [{"id": regime.value, "title": meaning} for regime, meaning in MEANINGS.items()]


def _claims() -> list[dict[str, Any]]:
    from deceptive_sim.scenario.library import shipped_scenarios
    from deceptive_sim.scenario.yaml_text import read_file

    return [
        {"id": f"{name}: {claim['id']}", "title": str(claim.get("text") or claim["claim"]).strip()}
        for name, path in shipped_scenarios().items()
        for claim in read_file(path).data.get("claims") or ()
    ]


def _words() -> list[dict[str, Any]]:
    from deceptive_sim.claims.language.words import FUNCTIONS, KEYWORDS, RESULTS

    return [
        *({"id": result.name, "title": f"{result.meaning} ({result.kind})"} for result in RESULTS.values()),
        *({"id": name, "title": "a function of numbers"} for name in FUNCTIONS),
        *({"id": name, "title": "joins what is true or false, or is it"} for name in sorted(KEYWORDS)),
    ]
