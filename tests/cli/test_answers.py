"""What each command prints, as text and as --json, and the exit code it ends with; in this process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli.commands import invoke
from scenario.sound import SMALL, TEXTS

from deceptive_sim.cli.main import COMMANDS, MOST_PROBLEMS
from deceptive_sim.core.errors import OutputError
from deceptive_sim.games.library import MODULES

SEED = "two-plus-three"


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def file(name: str, text: str = SMALL) -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def answer(*words: object, code: int = 0) -> dict[str, Any]:
    """The one JSON object of a command."""
    done = invoke(*words, "--json")
    assert done.code == code, done
    found = json.loads(done.out)
    assert isinstance(found, dict)
    assert list(found)[:4] == ["contract", "command", "scenario", "seed"]
    assert (found["contract"], found["command"]) == (1, words[0])
    return found


# --- every command ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    for flag in ("--help", "-h"):
        done = invoke(name, flag)
        assert (done.code, done.err) == (0, "")
        assert done.out.startswith(f"Usage: deceptive-sim {name} [OPTIONS]")
        for option in ("--json", "--traceback", "--help"):
            assert option in done.out


def test_the_help_lists_the_commands_and_the_exit_codes() -> None:
    out = invoke("--help").out
    for name, told in COMMANDS.items():
        assert f"  {name} " in out
        assert told in out
    for code in (
        "0    fine",
        "1    an expectation or claim is false",
        "2    bad usage or bad input",
        "3    internal error",
    ):
        assert code in out
    assert "130  interrupted" in out


def test_a_command_is_needed_and_the_nearest_one_is_named() -> None:
    assert invoke().code == 2
    done = invoke("slove", SEED)
    assert (done.code, done.out) == (2, "")
    assert "no such command: slove (did you mean solve?)" in done.err


def test_the_version_is_said() -> None:
    done = invoke("--version")
    assert done.code == 0
    assert done.out.startswith("deceptive-sim ")


@pytest.mark.parametrize(
    "words",
    [
        ["solve"],
        ["run"],
        ["check"],
        ["new"],
        ["solve", SEED, "other"],
        ["solve", SEED, "--no-such-option"],
        ["solve", SEED, "--set"],
        ["solve", SEED, "--seed", "-1"],
        ["solve", SEED, "--seed", "1.5"],
        ["play", SEED, "--lifetimes", "0"],
        ["play", SEED, "--lifetimes", "many"],
        ["play", SEED, "--lifetimes", "1000000001"],
        ["play", SEED, "--agent", "nobody"],
        ["run", SEED, "--figures", "gif"],
        ["list", "nothing"],
        ["solve", "nothere"],
        ["solve", "."],
        ["solve", ""],
        ["solve", SEED, "--set", "training.epsodes=1"],
        ["play", SEED, "--set", "training.episodes=-1"],
        ["run", SEED, "--set", "x"],
        ["check", SEED, "--set", "x"],
        ["new", "a b"],
    ],
)
@pytest.mark.parametrize("more", [[], ["--json"]])
def test_bad_usage_and_bad_input_end_in_two_with_nothing_on_standard_output(words: list[str], more: list[str]) -> None:
    done = invoke(*words, *more)
    if words[0] != "check" or len(words) == 1 or not more:
        assert done.out == ""
    assert done.code == 2
    assert "rror: " in done.err
    assert "Traceback" not in done.err
    assert not list(Path().iterdir())


def test_traceback_shows_where_an_error_came_from() -> None:
    assert "Traceback" in invoke("solve", "nothere", "--traceback").err
    assert invoke("solve", "nothere", "--traceback").code == 2


def test_an_internal_error_is_one_line_and_ends_in_three(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("two\nlines \x1b[2J")

    monkeypatch.setattr("deceptive_sim.studies.run.solve_game", fail)
    done = invoke("solve", SEED)
    assert (done.code, done.out) == (3, "")
    assert done.err == (
        "internal error: RuntimeError: two\\u000alines \\u001b[2J (please report it; --traceback shows where)\n"
    )
    done = invoke("solve", SEED, "--traceback")
    assert done.code == 3
    assert "Traceback (most recent call last)" in done.err
    assert done.err.endswith("--traceback shows where)\n")


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "interrupted"),
        (OutputError("cannot write x: disk full"), 2, "error: cannot write x: disk full"),
        (OSError(28, "No space left on device"), 2, "error: cannot write the output: No space left on device"),
        (OSError(2, "No such file", "mine.txt"), 3, "internal error: FileNotFoundError"),
        (MemoryError(), 3, "internal error: MemoryError"),
        (RecursionError(), 3, "internal error: RecursionError"),
    ],
)
def test_what_goes_wrong_meanwhile_has_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, said: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("deceptive_sim.studies.run.solve_game", fail)
    done = invoke("solve", SEED)
    assert (done.code, done.out) == (code, "")
    assert said in done.err


# --- solve -----------------------------------------------------------------------------------------------------------


def test_solve_prints_the_strategy_and_its_worth() -> None:
    done = invoke("solve", SEED)
    assert (done.code, done.err) == (0, "")
    for line in ("strategy", "B,B,A,A,A", "deceptive", "treacherous turn", "episode 3", "deception pays", "yes"):
        assert line in done.out


def test_solve_answers_for_the_first_agent_and_lists_all() -> None:
    found = answer("solve", SEED)
    assert (found["scenario"], found["seed"], found["strategy"], found["value"]) == (SEED, 0, "BBAAA", 3.0)
    assert found["agents"][0]["agent"] == found["agent"]
    assert "agents" not in answer("solve", file("small.yaml"))


def test_exact_numbers_are_fractions() -> None:
    found = answer("solve", SEED, "--exact", "--set", "discount=9/10", "--seed", "7")
    assert (found["seed"], found["value"]) == (7, "21951/10000")
    assert answer("solve", SEED, "--set", "discount=9/10")["value"] == 2.1951


def test_solve_and_play_look_at_the_whole_file() -> None:
    broken = file("broken.yaml", SMALL + "expect: [{agent: nobody}]\n")
    for command in ("solve", "play", "check", "run"):
        done = invoke(command, broken)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("broken.yaml:13:18: error: expect.0.agent must be one of the scenario's agents")


def test_settings_of_the_command_line_count() -> None:
    assert answer("solve", SEED, "--set", "training.episodes=1", "--set", "deployment.episodes=1")["strategy"] == "BA"


# --- check -----------------------------------------------------------------------------------------------------------


def test_check_says_that_files_are_fine() -> None:
    done = invoke("check", SEED, file("small.yaml"))
    assert done == (0, f"{SEED}: fine\nsmall.yaml: fine\n", "")
    found = answer("check", SEED, "small.yaml")
    assert found["scenario"] == SEED
    assert [entry["problems"] for entry in found["files"]] == [[], []]


def test_check_says_every_problem_of_every_file() -> None:
    one, two = file("one.yaml", "version: 2\n"), file("two.yaml", SMALL + "zzz: 1\nyyy: 2\n")
    done = invoke("check", one, SEED, two, "nothere.yaml")
    assert (done.code, done.out) == (2, f"{SEED}: fine\n")
    heads = [line.split(" error: ")[0] for line in done.err.splitlines() if " error: " in line]
    assert heads == ["one.yaml:1:1:", "one.yaml:1:1:", "one.yaml:1:10:", "two.yaml:13:1:", "two.yaml:14:1:"]
    assert done.err.splitlines()[-1].startswith("error: nothere.yaml is neither a file nor a scenario")


def test_check_of_broken_files_is_one_object_and_ends_in_two() -> None:
    one, two = file("one.yaml", "version: 2\n"), file("two.yaml", SMALL + "zzz: 1\n")
    found = answer("check", one, SEED, two, code=2)
    assert [entry["scenario"] for entry in found["files"]] == [None, SEED, None]
    assert [len(entry["problems"]) for entry in found["files"]] == [3, 0, 1]
    assert found["files"][2]["problems"][0].startswith("two.yaml:13:1: error: zzz is not a key")


def test_very_many_problems_are_cut_short_in_text_only() -> None:
    many = file("many.yaml", SMALL + "".join(f"zz{n}: 1\n" for n in range(100)))
    done = invoke("check", many)
    assert done.err.count("error: ") == MOST_PROBLEMS
    assert done.err.endswith("... and 80 more\n")
    assert len(answer("check", many, code=2)["files"][0]["problems"]) == 100


# --- run -------------------------------------------------------------------------------------------------------------


def test_run_says_what_holds_and_writes_only_if_asked() -> None:
    done = invoke("run", SEED, "--no-report")
    assert (done.code, done.err) == (0, "")
    assert "expectations hold" in done.out
    assert not list(Path().iterdir())


def test_a_false_expectation_ends_in_one_and_is_named() -> None:
    false = file("false.yaml", SMALL + "expect: [{value: 4, strategy: BBAAA}]\n")
    done = invoke("run", false, "--no-report")
    assert (done.code, done.err) == (1, "")
    assert "1 of 2 expectations hold" in done.out
    assert "  false: planner: value: expected 4, found 3\n" in done.out
    found = answer("run", false, "--no-report", code=1)
    assert found["holds"] is False
    assert [check["holds"] for check in found["expectations"]] == [True, False]


def test_run_of_several_files_is_one_object_and_false_if_one_is() -> None:
    false = file("false.yaml", SMALL.replace("id: small", "id: false-one") + "expect: [{value: 4}]\n")
    found = answer("run", file("small.yaml"), false, "--no-report", code=1)
    assert [(run["scenario"], run["holds"]) for run in found["runs"]] == [("small", True), ("false-one", False)]
    assert (found["scenario"], found["holds"]) == ("small", False)


def test_settings_that_make_expectations_false_are_pointed_out() -> None:
    done = invoke("run", SEED, "--no-report", "--set", "deployment.episodes=1")
    assert done.code == 1
    assert "(expectations are about the file as it stands; --set changed it)" in done.out


def test_run_checks_every_file_before_it_runs_the_first() -> None:
    done = invoke("run", SEED, file("broken.yaml", SMALL + "zzz: 1\n"))
    assert (done.code, done.out) == (2, "")
    assert not Path("reports").exists()


def test_scenarios_of_one_id_would_overwrite_each_other() -> None:
    other = file("other.yaml")
    done = invoke("run", "nothere", file("small.yaml"), other)
    rule = "other.yaml: id must differ from that of the other files, as reports go into a folder of that name"
    assert done.code == 2
    assert rule in done.err
    assert invoke("run", "small.yaml", other, "--no-report").code == 0


def test_run_refuses_what_is_too_long_in_fractions_before_it_writes() -> None:
    long = file("long.yaml", SMALL.replace("episodes: 2", "episodes: 200000"))
    done = invoke("run", SEED, long, "--exact")
    assert (done.code, done.out) == (2, "")
    assert "must have few enough episodes" in done.err
    assert not Path("reports").exists()


def test_run_writes_a_report_into_a_folder_of_its_own() -> None:
    found = answer("run", SEED, "--out", "some where/ö")
    folder = Path("some where/ö") / SEED
    assert found["written"] == [str(folder / name) for name in ("report.html", "results.csv", "run.json")]
    assert all(Path(name).is_file() for name in found["written"])
    assert [path.name for path in Path().iterdir()] == ["some where"]


@pytest.mark.slow
@pytest.mark.parametrize("out", ["taken", "taken/deeper", "/proc/none", "/dev/null", "/dev/full"])
def test_what_cannot_be_written_is_said_and_loses_nothing(out: str) -> None:
    Path("taken").write_text("mine")
    done = invoke("run", SEED, "--out", out)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: cannot write ")
    assert done.err.count("\n") == 1
    assert Path("taken").read_text() == "mine"


def test_a_folder_in_the_place_of_a_report_leaves_the_old_report() -> None:
    assert invoke("run", SEED).code == 0
    page = Path("reports") / SEED / "report.html"
    before = page.read_bytes()
    (page.parent / "run.json").unlink()
    (page.parent / "run.json").mkdir()
    done = invoke("run", SEED, "--set", "title=other", "--set", "game.ties=declared")
    assert done.code == 2
    assert page.read_bytes() == before


# --- play ------------------------------------------------------------------------------------------------------------


def test_play_compares_samples_with_the_exact_values() -> None:
    done = invoke("play", SEED, "--lifetimes", "100")
    assert (done.code, done.err) == (0, "")
    assert "BBAAA    never modified" in done.out
    assert "means of 100 lifetimes" in done.out


def test_play_answers_for_the_agent_asked_for() -> None:
    found = answer("play", SEED, "--lifetimes", "50", "--agent", "apple-at-once", "--seed", "3")
    assert (found["agent"], found["seed"], found["lifetimes"], len(found["traces"])) == ("apple-at-once", 3, 50, 5)
    assert found["traces"][0]["modified_after"] == 1


def test_the_same_seed_gives_the_same_bytes_and_another_one_others() -> None:
    words = (
        "play",
        "--set",
        "training.modification.A=1/2",
        "--lifetimes",
        "500",
        "--json",
        SEED,
        "--agent",
        "apple-at-once",
    )
    assert invoke(*words, "--seed", "5") == invoke(*words, "--seed", "5")
    assert invoke(*words, "--seed", "5").out != invoke(*words, "--seed", "6").out


# --- new, list, schema -----------------------------------------------------------------------------------------------


def test_new_writes_a_sound_scenario_and_never_overwrites() -> None:
    done = invoke("new", "mine", "--in", "a/b")
    assert (done.code, done.err) == (0, "")
    path = Path("a/b/mine.yaml")
    assert str(path) in done.out
    assert invoke("run", path, "--no-report").code == 0
    path.write_text("changed")
    done = invoke("new", "mine", "--in", "a/b")
    assert (done.code, done.out) == (2, "")
    assert "is there already, and is left as it is" in done.err
    assert path.read_text() == "changed"
    assert answer("new", "other")["file"] == "other.yaml"


def test_new_does_not_overwrite_a_link_that_leads_nowhere() -> None:
    Path("mine.yaml").symlink_to("nowhere")
    assert invoke("new", "mine").code == 2
    assert Path("mine.yaml").is_symlink()


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["/proc", "/dev/null", "taken"])
def test_new_says_where_it_cannot_write(folder: str) -> None:
    Path("taken").write_text("mine")
    done = invoke("new", "mine", "--in", folder)
    assert (done.code, done.out) == (2, "")
    assert Path("taken").read_text() == "mine"


def test_list_names_what_ships() -> None:
    assert [entry["id"] for entry in answer("list")["scenarios"]] == [name for name in TEXTS if name != "template"]
    assert [entry["id"] for entry in answer("list", "games")["games"]] == list(MODULES)
    assert [entry["id"] for entry in answer("list", "regimes")["regimes"]][:2] == ["compliant", "deceptive"]
    for what in ("scenarios", "games", "regimes"):
        done = invoke("list", what)
        rows = [row for row in done.out.splitlines() if not row.startswith(" ")]
        assert len(rows) == len(answer("list", what)[what])
    assert "two-plus-three" in invoke("list").out


def test_the_schema_is_json_and_takes_every_shipped_scenario() -> None:
    done = invoke("schema")
    schema = json.loads(done.out)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert set(schema["required"]) == {"version", "id", "game"}
    assert answer("schema")["schema"] == schema
