"""The command line as a process: pipes, signals, encodings, full disks, odd file names and shell completion."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from cli.commands import command, real, surroundings
from scenario.sound import SMALL

SEED = "two-plus-three"
FANCY = 'title: "Ünïcode 😀 中文"\n' + SMALL
FULL = Path("/dev/full")


def completions(words: str) -> list[str]:
    """What bash would be offered behind some words."""
    told = {"_DECEPTIVE_SIM_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    done = real(environment=told)
    assert (done.code, done.err) == (0, "")
    return done.out.split()


def test_completion_offers_commands_scenarios_files_and_options() -> None:
    assert completions("deceptive-sim s") == ["plain,solve", "plain,simulate", "plain,schema"]
    assert "plain,two-plus-three" in completions("deceptive-sim solve two")
    assert "file,two" in completions("deceptive-sim solve two")
    assert {"plain,--set", "plain,--json"} <= set(completions("deceptive-sim solve --"))


def test_completion_can_be_set_up() -> None:
    done = real(environment={"_DECEPTIVE_SIM_COMPLETE": "bash_source"})
    assert done.code == 0
    assert "_DECEPTIVE_SIM_COMPLETE=bash_complete" in done.out


def test_shipped_scenarios_are_found_from_anywhere(tmp_path: Path) -> None:
    done = real("check", SEED, f"{SEED}.yaml", f"scenarios/{SEED}.yaml", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")


@pytest.mark.slow
@pytest.mark.parametrize("words", [["schema"], ["--help"], ["list"], ["run", SEED, "--no-report"]])
def test_a_reader_that_goes_away_is_no_error(words: list[str]) -> None:
    process = subprocess.Popen(command(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=surroundings())
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert (process.wait(timeout=60), err) == (0, b"")


def test_errors_that_nobody_reads_keep_their_exit_code() -> None:
    process = subprocess.Popen(
        command("solve", "nothere"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=surroundings()
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stderr.close()
    assert process.stdout.read() == b""
    process.stdout.close()
    assert process.wait(timeout=60) == 2


@pytest.mark.slow
@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
@pytest.mark.parametrize("words", [["list"], ["solve", SEED, "--json"]])
def test_a_full_disk_behind_standard_output_is_one_line_and_two(words: list[str]) -> None:
    with FULL.open("wb") as full:
        done = subprocess.run(command(*words), stdout=full, stderr=subprocess.PIPE, env=surroundings(), check=False)
    assert done.returncode == 2
    assert done.stderr == b"error: cannot write the output: No space left on device\n"


@pytest.mark.slow
def test_closed_standard_streams_do_not_matter() -> None:
    for close, code in ((">&-", 0), ("2>&-", 0), (">&- 2>&-", 0)):
        line = f"exec {subprocess.list2cmdline(command('check', SEED))} {close}"
        done = subprocess.run(["sh", "-c", line], capture_output=True, env=surroundings(), check=False)
        assert (done.returncode, done.stderr) == (code, b"")


@pytest.mark.slow
@pytest.mark.parametrize("words", [["play", "--lifetimes", "1000000000"], ["run", "--out", "out"]])
def test_an_interruption_ends_in_130_with_one_word_and_leaves_no_files(tmp_path: Path, words: list[str]) -> None:
    long = SMALL.replace("episodes: 2", "episodes: 700").replace("A: 1", "A: 1/1000")
    agents = "".join(f"  a{n}: {{discount: {{k: 1/{n + 2}}}}}\n" for n in range(40))
    (tmp_path / "busy.yaml").write_text(long + agents)
    process = subprocess.Popen(
        command(*words, "busy.yaml"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=surroundings(),
        cwd=tmp_path,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # also where a shell ignores it
    )
    time.sleep(2)
    assert process.poll() is None, "was not busy"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err.strip()) == (130, b"", b"interrupted")
    assert [path.name for path in tmp_path.iterdir()] == ["busy.yaml"]


LOCALES = [
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"LC_ALL": "C.UTF-8"},
    {"PYTHONIOENCODING": "ascii"},
    {"PYTHONIOENCODING": "latin-1"},
    {"PYTHONIOENCODING": "utf-16"},
    {"PYTHONIOENCODING": "ascii:strict", "PYTHONUTF8": "0"},
]


@pytest.mark.slow
@pytest.mark.parametrize("environment", LOCALES, ids=lambda environment: " ".join(environment.values()))
def test_titles_in_any_script_print_in_any_locale(tmp_path: Path, environment: dict[str, str]) -> None:
    path = tmp_path / "fancy.yaml"
    path.write_text(FANCY, encoding="utf-8")
    done = real("solve", path, environment=environment)
    assert (done.code, done.err) == (0, "")


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8", "cp1252"])
def test_json_is_valid_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "😀 ö.yaml"
    path.write_text(FANCY, encoding="utf-8")
    done = real("check", "--json", path, environment={"PYTHONIOENCODING": encoding, "PYTHONUTF8": "1"})
    assert done.code == 0
    assert json.loads(done.out)["files"][0]["file"] == str(path)


def test_errors_about_any_script_print_in_plain_ascii(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text('"中文😀": 1\n' + SMALL, encoding="utf-8")
    done = real("check", path, environment=LOCALES[0])
    assert done.code == 2
    assert ":1:1: error: " in done.err


NAMES = ["with space.yaml", "ö 中文 😀.yaml", "a'b\"c.yaml", "new\nline.yaml", "$HOME;x.yaml", "a:1:2.yaml", "%s.yaml"]


@pytest.mark.slow
def test_files_of_any_name_are_read_and_errors_stay_one_line(tmp_path: Path) -> None:
    for name in NAMES:
        (tmp_path / name).write_text(SMALL)
    done = real("check", *NAMES, cwd=tmp_path)
    assert (done.code, done.out, done.err) == (0, "".join(f"{name}: fine\n" for name in NAMES), "")
    for name in NAMES:
        (tmp_path / name).write_text(SMALL + "zzz: 1\n")
    done = real("check", *NAMES, cwd=tmp_path)
    assert done.code == 2
    heads = [line for line in done.err.splitlines() if ":13:1: error: zzz is not a key" in line]
    assert [head.split(":13:1: ")[0] for head in heads] == [name.replace("\n", "\\u000a") for name in NAMES]


@pytest.mark.slow
def test_files_whose_name_is_no_text_are_read(tmp_path: Path) -> None:
    name = os.fsencode(str(tmp_path)) + b"/\xff.yaml"
    Path(os.fsdecode(name)).write_text(SMALL)
    for locale in ("C.UTF-8", "C"):
        done = subprocess.run(
            [*command("check", "--json"), name], capture_output=True, env=surroundings(LC_ALL=locale), check=False
        )
        assert (done.returncode, done.stderr) == (0, b"")
        assert json.loads(done.stdout)["files"][0]["problems"] == []


@pytest.mark.slow
def test_files_with_a_leading_dash_stand_behind_two_dashes(tmp_path: Path) -> None:
    (tmp_path / "-x.yaml").write_text(SMALL)
    assert real("check", "-x.yaml", cwd=tmp_path).code == 2
    assert real("check", "--", "-x.yaml", cwd=tmp_path).out == "-x.yaml: fine\n"


@pytest.mark.slow
def test_output_that_is_no_terminal_has_no_colours_and_no_progress() -> None:
    for environment in ({}, {"NO_COLOR": "1"}, {"FORCE_COLOR": "1"}, {"TERM": "dumb"}):
        done = real("run", SEED, "--no-report", environment=environment)
        assert (done.code, done.err) == (0, "")
        assert "\x1b" not in done.out


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    words = ("play", SEED, "--lifetimes", "300", "--set", "training.modification.A=1/2", "--seed", "9", "--json")
    runs = {real(*words, environment={"PYTHONHASHSEED": seed}).out for seed in ("0", "1", "random")}
    assert len(runs) == 1


@pytest.mark.slow
def test_an_old_report_survives_a_disk_that_fills_up(tmp_path: Path) -> None:
    """A limit on file sizes stands for the full disk: writing fails in the middle of a file."""
    old = dict.fromkeys(("report.html", "results.csv", "run.json"), b"old")
    folder = tmp_path / SEED
    folder.mkdir()
    for name, content in old.items():
        (folder / name).write_bytes(content)
    line = subprocess.list2cmdline(command("run", SEED, "--out", tmp_path))
    limited = ["bash", "-c", f"ulimit -f 4; trap '' XFSZ; exec {line}"]
    done = subprocess.run(limited, capture_output=True, env=surroundings(), timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: cannot write ")
    assert done.stderr.endswith(b": File too large\n")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == old
