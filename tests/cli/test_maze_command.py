"""`deceptive-sim maze`: what it prints and promises as JSON, and what it says to those who get something wrong."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from cli.commands import invoke

from deceptive_sim.cli.maze_words import percent
from deceptive_sim.populations.measures import Estimate

HEAD = """\
version: 1
id: s
title: Small mazes
game:
  phases:
    training: {episodes: 1, modification: {A: 1}}
    deployment: {episodes: 2}
"""
FAMILIES = """\
  families:
    training: {map: SrE}
    deployment:
      map: |
        E.S.g
        ##.##
      exit: {colours: grey}
"""
AGENTS = """\
  agents:
    exit-seeker: {objective: exit, title: seeks the exit}
    green-seeker: {objective: green}
    wall-follower: {}
"""
SHIFT = FAMILIES + AGENTS + "  shift: {mazes: 40}\n"
LIFE = """\
  lifetime: {measured: 30, lifetimes: 20, learners: 1, learner_lifetimes: 5, memories: [last], learning_rates: [1/2]}
"""


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(section: str = SHIFT, head: str = HEAD) -> None:
    Path("s.yaml").write_text(f"{head}maze:\n{section}", encoding="utf-8")


def answer(*words: object, code: int = 0) -> dict[str, Any]:
    """What `--json` says, without numbers that JSON does not know."""
    done = invoke("maze", "s.yaml", "--no-report", "--json", *words)
    assert (done.code, done.err) == (code, ""), done
    told = json.loads(done.out, parse_constant=lambda word: pytest.fail(f"{word} in JSON"))
    assert isinstance(told, dict)
    return told


def refused(*words: object) -> str:
    """What one mistake is told as; nothing is printed or written besides."""
    before = sorted(Path().rglob("*"))
    done = invoke(*words)
    assert (done.code, done.out) == (2, ""), done
    assert sorted(Path().rglob("*")) == before
    told, *source = done.err.splitlines()
    assert len(source) in (0, 2), done.err  # the line of the file, and a mark below
    return told


# --- what it tells ----------------------------------------------------------------------------------------------------


def test_rates_have_wilsons_intervals() -> None:
    write()
    told = answer()
    assert (told["contract"], told["command"], told["scenario"], told["seed"]) == (1, "maze", "s", 0)
    rates = told["rates"]
    assert list(rates) == ["exit-seeker", "green-seeker", "wall-follower"]
    assert list(rates["exit-seeker"]) == ["training", "deployment"]
    square = 1.959963984540054**2
    always = {"mean": 1.0, "low": pytest.approx(40 / (40 + square)), "high": 1.0}
    never = {"mean": 0.0, "low": 0.0, "high": pytest.approx(square / (40 + square))}
    for agent, family, outcome in [
        ("exit-seeker", "training", "generalises"),
        ("exit-seeker", "deployment", "generalises"),
        ("green-seeker", "training", "generalises"),  # there the exit is green
        ("green-seeker", "deployment", "misgeneralises"),
    ]:
        found = {name: rates[agent][family][name] for name in ("generalises", "misgeneralises", "fails")}
        assert found == {name: always if name == outcome else never for name in found}
        assert rates[agent][family]["mazes"] == 40
    assert rates["green-seeker"]["deployment"]["to_apple"] == always
    assert (told["shift"]["mazes"], "rates" in told["shift"]) == (40, False)
    assert told["holds"] is True
    assert told["written"] == []


def test_people_see_a_table_for_each_family() -> None:
    write()
    done = invoke("maze", "s.yaml", "--no-report")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == "s: Small mazes"
    start = lines.index("in 40 mazes of deployment, with 95 % intervals")
    head, exits, greens = (line.split("  ") for line in lines[start + 1 : start + 4])
    assert [word.strip() for word in head if word] == ["generalises", "misgeneralises", "fails"]
    assert [word.strip() for word in exits if word] == [
        "seeks the exit",
        "100.0 % (91.2 to 100.0)",
        "0.0 % (0.0 to 8.8)",
        "0.0 % (0.0 to 8.8)",
    ]
    assert [word.strip() for word in greens if word][:3] == [
        "green seeker",
        "0.0 % (0.0 to 8.8)",
        "100.0 % (91.2 to 100.0)",
    ]


def test_an_interval_that_ends_near_never_or_always_does_not_look_like_it() -> None:
    assert percent(Estimate(mean=0.5, low=0.0, high=1.0)) == "50.0 % (0.0 to 100.0)"
    assert percent(Estimate(mean=0.0, low=0.0, high=0.00038)) == "0.0 % (0.0 to 0.04)"
    assert percent(Estimate(mean=1.0, low=0.99962, high=1.0)) == "100.0 % (99.96 to 100.0)"
    assert percent(Estimate(mean=0.25, low=None, high=None)) == "25.0 %"
    assert percent(None) == ""


def test_the_same_seed_gives_the_same_answer_for_any_number_of_workers() -> None:
    write("  families: {training: {size: 5}}\n  agents: {random: {}}\n  shift: {mazes: 4100}\n")
    first = answer("--seed", 3)
    assert answer("--seed", 3, "--workers", 2) == first
    other = answer("--seed", 4)
    assert other["rates"] != first["rates"]
    assert other["seed"] == 4


def test_what_is_expected_is_held_against_what_was_found() -> None:
    expected = """\
  expect:
    - {measure: shift.generalises.green-seeker.training, value: 1}
    - {measure: shift.to_apple.green-seeker.deployment, value: 0.9, tolerance: 1/10}
    - {measure: shift.fails.green-seeker.deployment, value: 1/4, tolerance: 0.2}
"""
    write(SHIFT + expected)
    told = answer(code=1)
    assert told["holds"] is False
    assert [row["holds"] for row in told["expectations"]] == [True, True, False]
    assert told["expectations"][1] == {
        "agent": "",
        "quantity": "shift.to_apple.green-seeker.deployment",
        "expected": "9/10 ± 1/10",
        "found": "1",
        "holds": True,
    }
    done = invoke("maze", "s.yaml", "--no-report")
    assert done.code == 1
    assert "2 of 3 expectations hold" in done.out
    assert "  false: shift.fails.green-seeker.deployment: expected 1/4 ± 1/5, found 0\n" in done.out
    done = invoke("maze", "s.yaml", "--no-report", "--set", "maze.shift.mazes=3")
    assert "--set changed it" in done.out


@pytest.mark.slow
def test_learning_and_an_adversary_tell_what_came_of_them() -> None:
    more = """\
  learning: {runs: 3, steps: 2, mazes: 50}
  adversary:
    students: {naive: {objective: green}, sly: {objective: green, awareness: calendar}}
    family: deployment
    rounds: 2
    replicates: 2
    mazes: 20
    pool: 3
    worst: 2
    climbs: 1
    temperatures: [1/4, 1/8]
  expect:
    - {measure: learning.even.trained, value: 1/2, tolerance: 1/2}
    - {measure: adversary.naive.before.misgeneralises, value: 1}
    - {measure: adversary.sly.passes, value: 1}
"""
    write(FAMILIES + more)
    told = answer()
    assert told["learning"]["settings"]["even"]["runs"] == 3
    assert [row["round"] for row in told["adversary"]["students"]["sly"]["rounds"]] == [0, 1, 2]
    assert [row["temperature"] for row in told["adversary"]["drift"]["naive"]] == ["1/4", "1/8"]
    done = invoke("maze", "s.yaml", "--no-report")
    for heading in (
        "learned objectives, 3 runs for each setting, 2 steps; then in mazes of deployment",
        "adversarial training, 2 replicates",
        "drift of weights in a round",
        "3 of 3 expectations hold",
    ):
        assert f"\n{heading}\n" in f"{done.out}\n"


def test_a_lifetime_tells_strategy_apples_payoffs_and_modification_at_the_top() -> None:
    write(FAMILIES + LIFE + "  expect: [{measure: lifetime.apples, value: 2}]\n")
    told = answer()
    assert told["strategy"] == "BAA"
    assert told["apples"]["mean"] == 2
    assert told["payoffs"]["training"]["A"]["mesa"]["mean"] == 1
    assert told["payoffs"]["deployment"]["B"]["base"]["mean"] == 1
    assert told["modification"]["training"]["A"]["mean"] == 1
    assert told["modification"]["training"]["B"]["mean"] == 0
    assert told["lifetime"]["predicted"]["strategy"] == "BAA"
    assert not set(told["lifetime"]) & {"strategy", "apples", "payoffs", "modification"}
    done = invoke("maze", "s.yaml", "--no-report")
    assert "  best strategy  B,A,A, as in the game that the file declares\n" in done.out
    assert "gradient steps in place of rewriting" in done.out
    assert "1 learners that know no rules" in done.out


@pytest.mark.slow
def test_a_report_is_written_and_named() -> None:
    write()
    done = invoke("maze", "s.yaml", "--json")
    written = json.loads(done.out)["written"]
    assert "reports/s/maze/report.html" in written
    assert all(Path(name).is_file() for name in written)
    done = invoke("maze", "s.yaml", "--out", "elsewhere")
    assert done.out.endswith("\nreport: elsewhere/s/maze/report.html\n")


# --- mazes to look at -------------------------------------------------------------------------------------------------


def test_mazes_are_drawn() -> None:
    write("  families: {small: {size: 3 to 5, exit: {colours: [blue, red]}, apples: {count: 1}, walls: purple}}\n")
    told = answer("--draw", "small", "--count", 20)
    assert told["family"] == "small"
    assert len(told["mazes"]) == 20
    assert {maze["exit"] for maze in told["mazes"]} == {"blue", "red"}
    for maze in told["mazes"]:
        rows = maze["map"]
        assert maze["walls"] == "purple"
        assert len(rows) in (3, 5)
        assert {len(row) for row in rows} == {len(rows)}
        symbols = "".join(rows)
        assert (symbols.count("S"), symbols.count("E"), symbols.count("r")) == (1, 1, 1)
        assert set(symbols) <= set("#.SEr")
    done = invoke("maze", "s.yaml", "--draw", "small", "--count", 2)
    shown = [
        [*maze["map"], f"exit {maze['exit']}, walls purple"]
        for maze in answer("--draw", "small", "--count", 2)["mazes"]
    ]
    assert done.out.split("\n\n") == ["\n".join(shown[0]), "\n".join(shown[1]) + "\n"]
    assert answer("--draw", "small", "--seed", 1)["mazes"] != answer("--draw", "small")["mazes"]


def test_a_map_is_drawn_as_it_was_written() -> None:
    write()
    assert invoke("maze", "s.yaml", "--draw", "deployment", "--count", 1).out == "E.S.g\n##.##\nexit grey, walls grey\n"


# --- run and check know of mazes --------------------------------------------------------------------------------------


def test_run_carries_mazes_out_too() -> None:
    write(SHIFT + "  expect: [{measure: shift.fails.exit-seeker.training, value: 1}]\n")
    done = invoke("run", "s.yaml", "--no-report", "--json")
    assert done.code == 1
    told = json.loads(done.out)
    assert told["strategy"] == "BAA"
    assert told["maze"]["rates"]["exit-seeker"]["deployment"]["generalises"]["mean"] == 1
    assert (told["maze"]["holds"], told["holds"]) == (False, False)
    done = invoke("run", "s.yaml", "--no-report")
    assert "measured in mazes: shift; 0 of 1 expectations hold\n" in done.out
    assert "  false: shift.fails.exit-seeker.training: expected 1, found 0\n" in done.out


def test_check_looks_at_mazes_without_walking_them() -> None:
    write(SHIFT + "  expect: [{measure: shift.fails.exit-seeker.training, value: 1}]\n")
    assert invoke("check", "s.yaml").out == "s.yaml: fine\n"
    write(SHIFT + "  expect: [{measure: lifetime.apples, value: 1}]\n")
    assert refused("check", "s.yaml").startswith("s.yaml:21:22: error: maze.expect.0.measure must be a measurement of")


# --- what people get wrong --------------------------------------------------------------------------------------------


def test_a_file_without_mazes() -> None:
    Path("s.yaml").write_text(HEAD)
    told = "error: maze is required: the scenario has no maze: section"
    assert refused("maze", "s.yaml") == told
    assert refused("maze", "s.yaml", "--draw", "training") == told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ["--draw", "trainin"],
            'family must be a family of the scenario\'s mazes, got "trainin" (did you mean training?)',
        ),
        (["--set", "maze.families.training.loop=1"], "maze.families.training.loop is no parameter of this scenario"),
        (["--set", "maze.families.new.loops=1"], "maze.families.new.loops is no parameter of this scenario"),
        (["--set", "maze.shift.mazes=none"], 'maze.shift.mazes must be a whole number such as 3, got "none"'),
        (["--set", "maze.time_limit=-1"], "maze.time_limit must be more than 0"),
    ],
)
def test_mistakes_at_the_command_line(words: list[str], told: str) -> None:
    write()
    assert told in refused("maze", "s.yaml", *words)


@pytest.mark.parametrize(
    "words", [["--count", "0"], ["--count", "1001"], ["--workers", "0"], ["--seed", "-1"], ["--figures", "gif"]]
)
def test_bad_usage(words: list[str]) -> None:
    write()
    done = invoke("maze", "s.yaml", *words)
    assert (done.code, done.out) == (2, "")


def test_measurements_that_a_study_does_not_have_are_told_with_the_nearest() -> None:
    write(SHIFT + "  expect: [{measure: shift.generalizes.exit-seeker.training, value: 1}]\n")
    told = refused("maze", "s.yaml", "--no-report")
    assert told.startswith("s.yaml:21:22: error: maze.expect.0.measure must be a measurement of the study, got ")
    assert told.endswith("(did you mean shift.generalises.exit-seeker.training?)")
    assert refused("check", "s.yaml") == told  # what there is to measure is known beforehand
    more = "  learning: {runs: 2, steps: 0, mazes: 5}\n  expect: [{measure: learning.even.trainde, value: 1}]\n"
    write(FAMILIES + more)
    told = refused("maze", "s.yaml", "--no-report")
    assert refused("check", "s.yaml") == told
    assert told.startswith("s.yaml:17:22: error: maze.expect.0.measure must be a measurement of the study, got ")
    assert told.endswith("(did you mean learning.even.trained?)")


def test_mazes_that_no_memory_holds_are_refused_before_they_are_drawn() -> None:
    write("  families: {training: {size: 999}}\n  agents: {random: {}}\n  shift: {mazes: 1000000}\n")
    told = refused("maze", "s.yaml", "--no-report")
    assert told.startswith("s.yaml:11:18: error: maze.shift.mazes must together have at most ")


def test_a_planner_in_a_game_without_training_cannot_plan_for_it() -> None:
    sly = "students: {sly: {objective: green, awareness: calendar}}"
    section = f"  adversary: {{family: deployment, training: deployment, {sly}}}\n"
    head = HEAD.replace("    training: {episodes: 1, modification: {A: 1}}\n", "")
    write(FAMILIES + section, head)
    told = refused("maze", "s.yaml", "--no-report")
    assert told.startswith("s.yaml:5:3: error: game must have training")


def test_numbers_are_finite_where_nothing_varies() -> None:
    write()
    steps = answer()["rates"]["exit-seeker"]["training"]["steps"]
    assert all(math.isfinite(number) for number in steps.values())
    assert steps["mean"] == 2


def test_who_is_chosen_is_told_for_every_cost() -> None:
    section = """\
  families: {training: {}}
  selection:
    {sizes: [5], diversities: [1, 8], costs: [0, 1/2], replicates: 2, fresh: 20, candidates: [planner, random]}
  expect: [{measure: selection.chosen.planner.5.8.0, value: 1}]
"""
    write(section)
    told = answer()["selection"]
    assert (told["sizes"], told["diversities"], told["costs"]) == ([5], [1, 8], ["0", "1/2"])
    last = told["trainings"][-1]
    assert (last["mazes"], last["candidates"]["planner"]["score"]["mean"]) == (8, 1)
    assert [reign["winner"] for reign in last["winners"]] == ["planner", "random"]
    lines = [line.split() for line in invoke("maze", "s.yaml", "--no-report").out.splitlines()]
    start = lines.index(
        ["chosen", "in", "mazes", "of", "side", "5,", "by", "their", "number", "and", "the", "cost", "of", "a", "bit"]
    )
    rows = ["mazes 0 1/2", "1 planner random", "8 planner random"]
    assert [" ".join(line) for line in lines[start + 1 : start + 4]] == rows


def test_what_would_draw_for_nobody_or_for_ever_is_refused_at_once() -> None:
    write("  families: {training: {size: 999}}\n  shift: {}\n")
    assert refused("maze", "s.yaml", "--no-report").startswith(
        "s.yaml:10:10: error: maze.shift.agents must be at least one"
    )
    told = refused("maze", "s.yaml", "--draw", "training", "--count", "1000")
    assert (
        told == 'error: count must be at most 9 of such large mazes, got "1000 of 1002001 cells, their edge included"'
    )


def test_what_a_changed_parameter_takes_away_is_not_found_and_stops_nothing() -> None:
    """The file's expectations are about sizes that nobody asks for any more."""
    small = ("sizes=[3]", "diversities=[2]", "replicates=1", "fresh=2")
    settings = [word for one in small for word in ("--set", f"maze.selection.{one}")]
    done = invoke("maze", "maze-plants-and-animals", "--no-report", *settings)
    assert (done.code, done.err) == (1, "")
    assert "selection.score.planner.21.1024: expected 1, found nothing" in done.out
    assert "--set changed it" in done.out
