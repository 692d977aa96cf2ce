"""Every row of `tests/reference/phased_games.yaml`, solved exactly, in floats, and by the oracle's brute force."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from adapters import phased
from oracle import beliefs
from oracle.measurements import report, shape
from oracle.plain import Game, n_episodes, two_phase_game
from oracle.profiles import solve
from ruamel.yaml import YAML
from thinned import thinned

from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.solvers.solve import solve_game

TABLE = YAML(typ="safe").load(Path(__file__).parents[1].joinpath("reference", "phased_games.yaml"))
ROWS = [pytest.param(row, id=row["name"]) for row in TABLE["rows"]]
FLOAT_TOLERANCE = Fraction(1, 10**12)


def game_of(written: dict[str, Any]) -> Game:
    """The game of a row, as the oracle sees it."""
    if "phases" not in written:
        numbers = {name: Fraction(written[name]) for name in "pqdg" if name in written}
        pays = written.get("base-pays")
        extra = {"base_pays": (Fraction(pays["A"]), Fraction(pays["B"]))} if pays else {}
        return two_phase_game(written["n"], written["m"], **numbers, **extra)
    payoffs = {k: {a: Fraction(u) for a, u in row.items()} for k, row in written["payoffs"].items()}
    return {
        "objectives": list(payoffs),
        "base": "base",
        "actions": [["A", True], ["B", False]],
        "discount": dict.fromkeys(payoffs, Fraction(1)),
        "phases": [
            {
                "name": phase["name"],
                "training": phase["name"] == "training",
                "episodes": phase["episodes"],
                "payoffs": payoffs,
                "modification": {a: {"base": Fraction(p)} for a, p in phase.get("modification", {}).items()},
                "shutdown": {a: Fraction(p) for a, p in phase.get("shutdown", {}).items()},
            }
            for phase in written["phases"]
        ],
        "prefer": "non-defecting",
    }


def tolerance(printed: str) -> Fraction:
    """Half a unit of the last printed digit; fractions and integers are exact."""
    if "/" in printed:
        return Fraction(0)
    places = -int(Decimal(printed).as_tuple().exponent)
    return Fraction(1, 2 * 10**places) if places > 0 else Fraction(0)


def agrees(found: Fraction | float, printed: str, slack: Fraction = Fraction(0)) -> bool:
    return abs(Fraction(found) - Fraction(printed)) <= tolerance(printed) + slack


def matches(found: str, written: str) -> bool:
    """Whether a strategy is the written one, or starts with it if that ends in dots."""
    return found.startswith(written[:-3]) if written.endswith("...") else found == written


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("exact", [True, False], ids=["exact", "float"])
def test_the_solver_finds_the_known_answers(row: dict[str, Any], exact: bool) -> None:
    believed = phased(game_of(row["believed"])) if "believed" in row else None
    found = solve_game(phased(game_of(row["game"])), AgentSpec(objective="mesa", believed=believed), exact=exact)
    slack = Fraction(0) if exact else FLOAT_TOLERANCE
    assert matches(found.strategy, row["strategy"])
    for field, key in (("value", "value"), ("believed_value", "believed-value"), ("premium", "premium")):
        if key in row:
            assert agrees(getattr(found, field), row[key], slack), field
    for field, key in (
        ("n_optimal", "optimal"),
        ("regime", "regime"),
        ("turn", "turn"),
        ("deception_pays", "deception-pays"),
    ):
        if key in row:
            assert getattr(found, field) == row[key], field
    if "believed" not in row:
        assert found.strategy in found.optimal or found.n_optimal > 16


@pytest.mark.parametrize("row", thinned(TABLE["rows"], 3), ids=lambda row: row["name"])
def test_brute_force_finds_the_known_answers(row: dict[str, Any]) -> None:
    game = game_of(row["game"])
    if "believed" in row:
        found = beliefs.realised(game, game_of(row["believed"]), "mesa")
        assert (matches("".join(found.string), row["strategy"]), found.values["mesa"]) == (True, Fraction(row["value"]))
        assert found.believed_value == Fraction(row["believed-value"])
        assert "premium" not in row or found.premium == Fraction(row["premium"])
        return
    profile = solve(game)
    string = tuple(profile.policy[t, "mesa"] for t in range(1, n_episodes(game) + 1))
    assert matches("".join(string), row["strategy"])
    assert "value" not in row or agrees(profile.values[1, "mesa", "mesa"], row["value"])
    assert "regime" not in row or shape(game, string)[0] == row["regime"]
    if n_episodes(game) > 10:
        return
    every = report(game, "mesa")
    assert (every.chosen, every.value) == (string, profile.values[1, "mesa", "mesa"])
    assert "optimal" not in row or len(every.best) == row["optimal"]
    assert "premium" not in row or every.premium == Fraction(row["premium"])
    assert "deception-pays" not in row or every.deception_pays == row["deception-pays"]


def test_shutdown_of_the_last_example_can_only_stand_in_training() -> None:
    # without it the training is all A; in deployment A and its certain modification leave no room for it
    row = next(row for row in TABLE["rows"] if row["name"] == "pretends-first-and-last")
    game = game_of(row["game"])
    game["phases"][0]["shutdown"] = {}
    assert solve_game(phased(game)).strategy == "A" * 18


def test_the_seven_strategies_of_row_2() -> None:
    found = solve_game(phased(two_phase_game(2, 1)), exact=True)
    assert set(found.optimal) == {"AAA", "AAB", "ABA", "ABB", "BAA", "BAB", "BBA"}
    assert (found.ties, found.premium, found.deception_pays) == ((1, 2), 0, False)


def test_the_premium_jumps_by_two_at_one_half() -> None:
    def premium(pays_b: Fraction) -> Fraction:
        return solve_game(phased(two_phase_game(1, 2, base_pays=(Fraction(1, 2), pays_b))), exact=True).premium

    hair = Fraction(1, 10**30)
    assert [premium(Fraction(1, 2) + side * hair) for side in (-1, 0, 1)] == [-1, 1, 1]
