"""Answers of games that are no phased games, for people at a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import click

from deceptive_sim.cli import options
from deceptive_sim.cli.words import columns
from deceptive_sim.core.exact import to_float
from deceptive_sim.core.json_text import plain
from deceptive_sim.scenario.load import Scenario
from deceptive_sim.studies.expectations import shown
from deceptive_sim.studies.models import ModelResult, model_of
from deceptive_sim.studies.result import Disputed


def tell_answer(scenario: Scenario, seed: int, *, as_json: bool, exact: bool) -> None:
    """Print the answer of a scenario's game."""
    answer = model_of(scenario).answer()
    if as_json:
        options.print_json(options.contract("solve", scenario.id, seed, **fields_of(answer, exact=exact)))
        return
    click.echo(f"{scenario.id}: {scenario.title}" if scenario.title else scenario.id)
    click.echo(f"\n{_table(answer)}")


def fields_of(answer: Mapping[str, Any], *, exact: bool) -> dict[str, Any]:
    """An answer as JSON has it: numbers as floats, or as the fractions that they are."""
    return {name: plain(value if exact else _floats(value)) for name, value in answer.items()}


def _floats(value: Any) -> Any:
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else to_float(value)
    if isinstance(value, Mapping):
        return {key: _floats(inner) for key, inner in value.items()}
    return [_floats(inner) for inner in value] if isinstance(value, list | tuple) else value


def _table(answer: Mapping[str, Any]) -> str:
    return columns([(name.replace("_", " "), shown(value)) for name, value in answer.items()])


def tell_result(result: ModelResult, *, changed: bool) -> None:
    """Print what came of a scenario of such a game."""
    click.echo(f"{result.scenario_id}: {result.title}" if result.title else result.scenario_id)
    click.echo(f"\n{_table(result.answer)}")
    false = [check for check in result.checks if not check.holds]
    if result.checks:
        click.echo(f"\n{len(result.checks) - len(false)} of {len(result.checks)} expectations hold")
    for check in false:
        click.echo(f"  false: {check.quantity}: expected {check.expected}, found {check.found}")
    tell_disputed(result.disputed)
    if false and changed:
        click.echo("  (expectations are about the file as it stands; --set changed it)")


def tell_disputed(rows: Iterable[Disputed]) -> None:
    """Print what a source prints and its rules do not give."""
    for row in rows:
        click.echo(f"  disputed: {row.quantity}: the source prints {row.printed}. {row.reason}")


def contract_of_model(result: ModelResult, *, exact: bool) -> dict[str, Any]:
    """What `run --json` tells of such a game."""
    return {
        "scenario": result.scenario_id,
        **fields_of(result.answer, exact=exact),
        "holds": result.holds,
        "expectations": plain(result.checks),
        "disputed": plain(result.disputed),
    }
