"""What people read at a terminal: strategies, exact numbers, help and several files at once."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from cli.commands import command, invoke, surroundings
from scenario.sound import SMALL

from deceptive_sim.games.library import MODULES, library_game
from deceptive_sim.model.regimes import MEANINGS

SEED = "two-plus-three"


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def file(name: str, text: str = SMALL) -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def line(out: str, start: str) -> str:
    """What stands behind the first words of a line."""
    (found,) = (row.strip() for row in out.splitlines() if row.strip().startswith(f"{start}  "))
    return found.removeprefix(start).strip()


# --- strategies ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["solve", "run", "play"])
@pytest.mark.parametrize(
    ("episodes", "told"),
    [("300", "B ×2, A ×300"), ("38", f"B,B{',A' * 38}"), ("39", "B ×2, A ×39")],
)
def test_a_strategy_is_spelt_out_or_told_as_runs_but_never_torn(command: str, episodes: str, told: str) -> None:
    more = {"run": ["--no-report"], "play": ["--lifetimes", "10"]}.get(command, [])
    done = invoke(command, file("small.yaml"), "--set", f"deployment.episodes={episodes}", *more)
    assert done.code == 0
    start = {"solve": "  strategy ", "run": "  planner ", "play": "small: planner plays "}[command]
    (row,) = (row for row in done.out.splitlines() if row.startswith(start))
    assert row.removeprefix(start).strip().startswith(told)


def test_an_action_that_is_written_in_full_is_not_torn_into_letters() -> None:
    game = """\
version: 1
id: fruit
game:
  actions: {apple: {defects: true}, abstain: {defects: false}}
  payoffs: {mesa: {apple: 1}, base: {abstain: 1}}
  phases: {deployment: {episodes: 1}}
"""
    assert line(invoke("solve", file("fruit.yaml", game)).out, "strategy") == "apple"


def test_neighbouring_episodes_of_indifference_are_joined() -> None:
    out = invoke("solve", file("small.yaml"), "--set", "training.modification.A=0", "--set", "payoffs.mesa.B=1").out
    assert line(out, "indifferent at") == "episodes 1-5"
    one = (
        "--set",
        "training.modification.A=0",
        "--set",
        "deployment.payoffs.mesa.B=1",
        "--set",
        "deployment.episodes=1",
    )
    out = invoke("solve", "small.yaml", *one).out
    assert line(out, "indifferent at") == "episode 3"


# --- exact numbers ---------------------------------------------------------------------------------------------------


def test_exact_numbers_are_fractions_as_far_as_a_line_goes() -> None:
    words = (file("small.yaml"), "--set", "discount=0.999", "--exact")
    exact = "2991009995001/1000000000000"
    assert line(invoke("solve", *words).out, "value") == exact
    assert f"  {exact}  " in invoke("run", *words, "--no-report").out
    assert line(invoke("solve", *words[:-1]).out, "value") == "2.99101"


def test_exact_numbers_too_long_for_a_line_say_that_they_are_rounded() -> None:
    words = ("small.yaml", "--set", "discount=0.99999", "--set", "deployment.episodes=30")
    file("small.yaml")
    assert line(invoke("solve", *words, "--exact").out, "value").startswith("about 29.99")
    assert line(invoke("solve", *words).out, "value").startswith("29.99")
    assert "  about 29.99" in invoke("run", *words, "--exact", "--no-report").out


# --- help ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("solve", "nothing here is drawn at random"),
        ("run", "of the search for counterexamples, of populations and of mazes; nothing else here is drawn at random"),
        ("verify", "Seed of the search for counterexamples; nothing else here is drawn at random"),
        ("play", "all randomness"),
        ("simulate", "all randomness"),
    ],
)
def test_the_seed_says_whether_it_matters(command: str, told: str) -> None:
    assert told in " ".join(invoke(command, "--help").out.split())


def test_the_line_for_editors_can_be_copied() -> None:
    assert "# yaml-language-server: $schema=scenario-1.json" in [
        row.strip() for row in invoke("schema", "--help").out.splitlines()
    ]


# --- several files ---------------------------------------------------------------------------------------------------


def test_check_tells_which_files_are_fine_beside_a_broken_one() -> None:
    done = invoke("check", file("good.yaml"), file("bad.yaml", "version: 1\n"))
    assert (done.code, done.out) == (2, "good.yaml: fine\n")
    assert "bad.yaml:1:1: error: id is required" in done.err


def test_results_of_several_files_stand_apart() -> None:
    done = invoke("run", SEED, file("small.yaml"), "--no-report")
    assert "\n\nsmall\n" in done.out
    assert not done.out.startswith("\n")
    assert "\n\n\n" not in done.out


# --- lists -----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_regimes_are_listed_with_their_meanings_also_where_python_drops_docstrings() -> None:
    words = command("list", "regimes")
    done = subprocess.run(
        [words[0], "-OO", *words[1:]], capture_output=True, env=surroundings(), timeout=60, check=True
    )
    rows = dict(row.split(maxsplit=1) for row in done.stdout.decode().splitlines())
    assert rows == {regime.value: meaning for regime, meaning in MEANINGS.items()}


def test_games_are_listed_with_what_can_be_set_and_what_that_means() -> None:
    rows = [row.strip() for row in invoke("list", "games").out.splitlines()]
    assert "m  deployment episodes (count, default 3)" in rows
    assert "selves  what a self expects of later ones (consistent or naive or sophisticated, default naive)" in rows
    games = json.loads(invoke("list", "games", "--json").out)["games"]
    assert games[0]["parameters"][0] == {"name": "n", "kind": "count", "default": 2, "meaning": "training episodes"}
    assert [len(game["parameters"]) for game in games] == [len(library_game(name).parameters) for name in MODULES]
    assert len(rows) == sum(1 + len(game["parameters"]) for game in games)
