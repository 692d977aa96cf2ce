"""Short paths in games of the library, and hints that lead somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from scenario.sound import SMALL

from deceptive_sim.core.errors import InputError
from deceptive_sim.scenario.load import load_scenario
from deceptive_sim.studies.run import solve

LIBRARY = "version: 1\nid: x\ngame: {name: two-phase, parameters: {m: 4}}\n"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "library.yaml"
    path.write_text(LIBRARY)
    return path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL)
    return path


def said(path: Path, *settings: str) -> str:
    with pytest.raises(InputError) as caught:
        load_scenario(path, settings)
    return str(caught.value)


# --- games of the library --------------------------------------------------------------------------------------------


def test_settings_of_the_first_agent_are_no_parameters_of_a_library_game(library: Path) -> None:
    assert solve(load_scenario(library, ["strategy=A*"])).strategy == "AAAAAA"
    assert solve(load_scenario(library, ["objective=base"])).strategy == "BBBBBB"
    assert solve(load_scenario(library, ["discount=0.5"])).value == 1
    assert solve(load_scenario(library, ["beliefs.m=0"])).strategy == "BAAAAA"
    assert solve(load_scenario(library, ["n=1", "p=0"])).strategy == "AAAAA"


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("parameter.m=3", "parameter.m is no parameter of this scenario (the game's parameters are n, m, p, q, d, g)"),
        ("strateg=A*", "strateg is no parameter of this scenario (did you mean strategy?)"),
        ("parameters.mm=3", "parameters.mm is no parameter of this scenario"),
        ("training.episodes=3", "training.episodes is no parameter of this scenario (the game's parameters"),
        ("k=3", "k is no parameter of this scenario"),
    ],
)
def test_what_a_library_game_does_not_declare_is_no_parameter(library: Path, setting: str, told: str) -> None:
    assert said(library, setting).startswith(told)


def test_a_parameter_of_a_game_that_is_not_known_leaves_the_game_to_be_named(tmp_path: Path) -> None:
    path = tmp_path / "unknown.yaml"
    for name in ("two-phas", "[1]", "3"):
        path.write_text(f"version: 1\nid: x\ngame: {{name: {name}}}\n")
        assert said(path, "parameters.m=3").startswith(("game.name must be", "name must be"))


# --- beliefs ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["deployment.kind", "discount", "ties", "base_objective", "game.selves"])
def test_beliefs_are_about_numbers_of_the_game(small: Path, path: str) -> None:
    rule = f"agents.planner.beliefs.{path} must be a number of a phase, a payoff or a game parameter"
    assert said(small, f"beliefs.{path}=1") == rule


def test_hints_for_beliefs_never_name_what_beliefs_refuse(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text(
        SMALL.replace("      episodes: 3", "      episodes: 3\n      kind: deployment\n  base_objective: base")
    )
    assert "base_objective" not in said(path, "beliefs.base_objectiv=1")
    assert "kind" not in said(path, "beliefs.deployment.kin=1").partition("(")[2]
    assert "did you mean base_objective?" in said(path, "base_objectiv=1")
    assert said(path, "beliefs.deployment.episods=1").endswith("(did you mean deployment.episodes?)")
