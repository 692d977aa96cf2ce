"""`deceptive-sim simulate`: what it prints and writes, one measurement over parameters, and how mistakes end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli.commands import invoke

FILE = """\
version: 1
id: small
title: Who is left?
game:
  phases:
    training: {episodes: 3, modification: {A: 1}}
    deployment: {episodes: 2}
population:
  size: 8
  replicates: 2
  cohorts:
    deceptive: {share: 1/4, title: schemers}
    strategy: {strategy: A*}
"""
"""Without chance: six of eight play A and are modified after the first episode, the two others play along and turn."""


@pytest.fixture(autouse=True)
def in_a_folder_with_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.yaml").write_text(FILE)


def answer(*words: object, code: int = 0) -> dict[str, Any]:
    done = invoke("simulate", *words, "--json")
    assert (done.code, done.err) == (code, ""), done
    found = json.loads(done.out)
    assert isinstance(found, dict)
    return found


@pytest.mark.slow
def test_people_get_the_finding_the_table_and_the_place_of_the_report() -> None:
    done = invoke("simulate", "small.yaml")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == "small: Who is left?"
    assert lines[2] == (
        "After 3 episodes of training 100 % of all agents look aligned, 75 % are; in deployment 25 % make their "
        "treacherous turn."
    )
    assert lines[3] == (
        "Unmodified, from the start to the end of training: “strategy” 75 % → 0 %, “schemers” 25 % → 25 %."
    )
    assert lines[5] == "8 agents, 2 replicates, seed 0"
    assert "  apparent alignment              100.0 %         75.0 %" in lines
    assert "  actual alignment                75.0 %          75.0 %" in lines
    assert lines[-1] == "report: reports/small/population/report.html"
    folder = Path("reports/small/population")
    assert sorted(path.name for path in folder.iterdir()) == ["report.html", "simulation.json", "trajectories.csv"]


def test_json_keeps_the_contract() -> None:
    found = answer("small.yaml", "--seed", 5, "--out", "elsewhere", "--figures", "png")
    assert list(found)[:4] == ["contract", "command", "scenario", "seed"]
    assert (found["contract"], found["command"], found["scenario"], found["seed"]) == (1, "simulate", "small", 5)
    training, deployment = found["phases"]
    assert training["kinds"]["strategy"]["unmodified"] == {"mean": 0, "low": 0, "high": 0}
    assert training["actual_alignment"]["mean"] == 0.75
    assert deployment["apparent_alignment"]["mean"] == 0.75
    assert "diagram" not in found
    names = ["report.html", "trajectories.csv", "simulation.json", "alignment.png", "shares.png", "scores.png"]
    assert found["written"] == [f"elsewhere/small/population/{name}" for name in names]
    assert all(Path(path).stat().st_size for path in found["written"])


def test_a_measurement_over_one_parameter_and_over_two() -> None:
    words = ("small.yaml", "--no-report", "--measure", "actual_alignment", "--x", "training.episodes=0:2")
    diagram = answer(*words)["diagram"]
    assert (diagram["measure"], diagram["after"]) == ("actual_alignment", "training")
    assert diagram["axes"] == [{"path": "training.episodes", "paths": ["training.episodes"], "values": ["0", "1", "2"]}]
    assert diagram["mean"] == [0, 0.75, 0.75]
    done = invoke("simulate", *words)
    assert "Share that is aligned at the end of training: 0 % to 75 %" in done.out
    assert "\n  1                  75.0 %\n" in done.out
    both = answer(*words, "--y", "population.cohorts.deceptive.share=0:1", "--points", 3, "--after", "deployment")
    assert both["diagram"]["mean"] == [[0, 0, 0], [1, 0.5, 0], [1, 0.5, 0]]
    assert both["diagram"]["after"] == "deployment"
    assert not Path("reports").exists()


def test_the_diagram_of_the_file_is_made_without_being_asked() -> None:
    Path("small.yaml").write_text(FILE + "  diagram: {axes: {training.episodes: '0:1'}, measure: share.deceptive}\n")
    found = answer("small.yaml", "--no-report")
    assert found["diagram"]["mean"] == [0.25, 0.25]
    assert found["written"] == []
    other = answer("small.yaml", "--no-report", "--x", "training.modification.A=0,1")
    assert other["diagram"]["measure"] == "share.deceptive"  # that of the file
    assert other["diagram"]["axes"][0]["path"] == "training.modification.A"


def test_false_expectations_end_with_1_and_are_told() -> None:
    Path("small.yaml").write_text(
        FILE + "  expect: [{measure: actual_alignment, value: 1/2}, {measure: modified, value: 3/4}]\n"
    )
    done = invoke("simulate", "small.yaml", "--no-report")
    assert (done.code, done.err) == (1, "")
    assert "1 of 2 expectations hold\n  false: actual_alignment after deployment: expected 1/2, found 0.75" in done.out
    assert answer("small.yaml", "--no-report", code=1)["holds"] is False


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--y", "training.episodes=0:2"), "--x is required besides --y (such as --x training.episodes=0:40)"),
        (("--x", "training.episodes=0:2"), "measure is required: the population has no diagram: section"),
        (("--measure", "actual_alignment"), "axes are required: the population has no diagram: section"),
        (("--x", "training.episodes=0:2", "--measure", "algned"), 'measure must be a measurement, got "algned"'),
        (
            ("--x", "training.episode=0:2", "--measure", "actual_alignment"),
            "training.episode is no parameter of this scenario",
        ),
        (
            ("--x", "training.episodes=0:2", "--measure", "actual_alignment", "--after", "trainin"),
            "must be one of the phases",
        ),
    ],
)
def test_mistakes_end_in_one_clear_line_and_write_nothing(words: tuple[str, ...], told: str) -> None:
    done = invoke("simulate", "small.yaml", *words)
    assert done.code == 2
    assert told in done.err
    assert len(done.err.strip().splitlines()) == 1
    assert not Path("reports").exists()
