"""`deceptive-sim landscape`: what it prints, writes and refuses, and that it can be stopped and gone on with."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import xarray
from cli.commands import Done, command, invoke, real, surroundings
from scenario.sound import SMALL

from deceptive_sim import load_scenario, solve

SEED = "two-plus-three"
GRID = ("--axis", "training.modification.A=0:1@5", "--axis", "deployment.episodes=1:4")


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def contents() -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in Path().rglob("*") if path.is_file()}


def refused(*words: object) -> str:
    """The one line of a command that does nothing."""
    before = contents()
    done: Done = invoke("landscape", *words)
    assert (done.code, done.out) == (2, "")
    assert contents() == before
    line, *rest = done.err.splitlines()
    assert all(not extra.startswith("error") for extra in rest)
    return line


def test_it_measures_every_point_as_solving_it_alone_does() -> None:
    done = invoke("landscape", SEED, *GRID, "--out", "o")
    assert (done.code, done.err) == (0, "")
    with Path("o/two-plus-three/landscape/landscape.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 20
    for row in rows:
        settings = {path: row[path] for path in ("training.modification.A", "deployment.episodes")}
        found = solve(load_scenario(SEED, settings))
        assert float(row["value"]) == pytest.approx(float(found.value), abs=1e-12)
        assert float(row["premium"]) == pytest.approx(float(found.premium or 0), abs=1e-12)
        assert row["regime"] == str(found.regime)
        assert row["turn"] == ("" if found.turn is None else str(found.turn))
        assert row["deception_pays"] == str(found.deception_pays).lower()


def test_it_prints_axes_shares_ranges_and_files() -> None:
    out = invoke("landscape", SEED, *GRID).out
    assert "two-plus-three: landscape of the planner" in out
    assert "  training.modification.A  5       0     1\n" in out
    assert "  deployment.episodes      4       1     4\n" in out
    assert "\n  5 × 4 = 20 points\n" in out
    rows = [line.split() for line in out.splitlines()]
    with xarray.open_dataset("reports/two-plus-three/landscape/landscape.nc") as dataset:
        shares = {word: (dataset.regime == code).mean().item() for code, word in [(1, "deceptive"), (3, "open")]}
        premium = [f"{end:g}" for end in (dataset.premium.min().item(), dataset.premium.max().item())]
    for word, share in shares.items():
        assert [word, f"{share:.1%}"] in rows
    assert ["premium", "of", "deception", *premium] in rows
    assert out.endswith(
        "file: reports/two-plus-three/landscape/landscape.nc\nfile: reports/two-plus-three/landscape/landscape.csv\n"
    )


def test_json_says_the_same(tmp_path: Path) -> None:
    answer = json.loads(invoke("landscape", SEED, *GRID, "--json").out)
    assert (answer["contract"], answer["command"], answer["scenario"]) == (1, "landscape", SEED)
    assert answer["agent"] == "mesa-optimiser"
    assert answer["axes"][1] == {"paths": ["deployment.episodes"], "points": 4, "from": ["1"], "to": ["4"]}
    assert (answer["shape"], answer["points"], answer["tiles"]) == ([5, 4], 20, {"measured": 1, "kept": 0})
    assert sum(answer["variables"]["regime"]["shares"].values()) == pytest.approx(1)
    assert answer["variables"]["value"]["most"] == 6
    with Path("reports/two-plus-three/landscape/landscape.csv").open() as stream:
        assert answer["variables"]["turn"]["missing"] == sum(row["turn"] == "" for row in csv.DictReader(stream))
    assert all((tmp_path / path).exists() for path in answer["written"])
    again = json.loads(invoke("landscape", SEED, *GRID, "--json").out)
    assert again == {**answer, "tiles": {"measured": 0, "kept": 1}}


@pytest.mark.slow
def test_the_section_of_the_file_is_the_default() -> None:
    answer = json.loads(invoke("landscape", "phase-diagram", "--json", "--set", "training.episodes=1").out)
    section = load_scenario("phase-diagram").landscape
    assert section is not None
    assert [axis["paths"][0] for axis in answer["axes"]] == ["training.modification.A", "deployment.episodes"]


def test_another_agent_can_be_measured() -> None:
    answer = json.loads(invoke("landscape", SEED, *GRID, "--agent", "apple-at-once", "--json").out)
    assert answer["agent"] == "apple-at-once"
    assert answer["variables"]["regime"]["shares"] == {"open": 1}


def test_points_is_the_number_of_points_of_an_axis_that_does_not_say() -> None:
    answer = json.loads(invoke("landscape", SEED, "--axis", "training.modification.A=0:1", "--points", 7, "--json").out)
    assert answer["shape"] == [7]


@pytest.mark.slow
def test_several_workers_write_the_same_bytes() -> None:
    one, two = (real("landscape", SEED, *GRID, "--out", f"o{n}", "--workers", n, cwd=Path.cwd()) for n in (1, 2))
    assert (one.code, two.code, two.err) == (0, 0, "")
    first, second = (Path(f"o{n}/{SEED}/landscape/landscape.nc").read_bytes() for n in (1, 2))
    assert first == second


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((SEED,), "error: axes are required: the scenario has no landscape: section"),
        (
            (SEED, *GRID, "--max-cells", 19),
            "error: landscape must have at most 19 points, got 20 (estimate: 20 points: ",
        ),
        ((SEED, *GRID, "--agent", "mesa-optimizer"), "did you mean mesa-optimiser?"),
        (
            (SEED, "--axis", "training.modification.A=0:2@3"),
            "training.modification.A must be a probability in [0, 1], got 2",
        ),
        ((SEED, "--axis", "trainin.modification.A=0:1"), "did you mean"),
        (
            (SEED, *GRID, "--dask", "127.0.0.1:1"),
            "error: dask must be the address of a dask scheduler that can be reached",
        ),
    ],
)
def test_bad_input_is_one_line_and_nothing_is_written(words: tuple[object, ...], message: str) -> None:
    if "--dask" in words:  # the folder is begun before anybody is asked to work
        done = invoke("landscape", *words)
        assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
        assert done.err.startswith(message)
    else:
        assert message in refused(*words)


def test_a_folder_of_another_landscape_is_refused_and_kept() -> None:
    invoke("landscape", SEED, *GRID)
    told = "error: folder reports/two-plus-three/landscape must not hold another landscape: "
    assert refused(SEED, *GRID, "--set", "training.episodes=3").startswith(f"{told}its digest is not the same")
    assert refused(SEED, *GRID, "--agent", "apple-at-once").startswith(f"{told}its agent is not the same")
    assert refused(SEED, *GRID[:2], "--axis", "deployment.episodes=1:5").startswith(
        f"{told}its axis deployment.episodes is not the same (choose another folder, or remove it)"
    )
    assert refused(SEED, *GRID[:2]).startswith(f"{told}it has 2 axes, not 1")


def test_a_large_landscape_gets_no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    from deceptive_sim.cli import landscape_command

    monkeypatch.setattr(landscape_command, "TABLE_POINTS", 19)
    answer = json.loads(invoke("landscape", SEED, *GRID, "--json").out)
    assert [Path(path).name for path in answer["written"]] == ["landscape.nc"]


def test_the_default_of_max_cells_is_that_of_the_library() -> None:
    from deceptive_sim.cli.landscape_command import MOST_CELLS
    from deceptive_sim.landscapes.estimates import MOST_POINTS

    assert MOST_CELLS == MOST_POINTS


BUSY = SMALL.replace("episodes: 2", "episodes: 12").replace("A: 1", "A: 1/1000") + "  k: {discount: {k: 1/3}}\n"
"""An agent whose game the compiled kernel does not take: each point takes its time."""


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_an_interruption_says_how_to_go_on_and_the_same_command_does(workers: int) -> None:
    Path("busy.yaml").write_text(BUSY)
    words = (
        "landscape",
        "busy.yaml",
        "--axis",
        "training.modification.A=0:1@200",
        "--agent",
        "k",
        "--workers",
        workers,
    )
    process = subprocess.Popen(
        command(*words),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=surroundings(),
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        start_new_session=True,
    )
    (folder,) = [Path("reports") / load_scenario("busy.yaml").id / "landscape"]
    deadline = time.monotonic() + 60
    while not list(folder.glob("tiles/*.tile")) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C does: to all processes of the command
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, b"")
    assert [line for line in err.decode().splitlines() if line] == [
        f"finished tiles stay in {folder}; the same command goes on from there",
        "interrupted",
    ]
    done = real(*words, cwd=Path.cwd(), timeout=120)
    assert done.code == 0
    assert "tiles were there" in done.out
    assert (folder / "landscape.nc").exists()


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from deceptive_sim.cli import main\n"
        "try:\n    main(['landscape', '--help'])\nexcept SystemExit:\n    print('@', *sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=surroundings(), check=True)
    loaded: Any = {name.split(".")[0] for name in done.stdout.split("@")[1].split()}
    assert not loaded & {"numpy", "xarray", "h5py", "joblib", "distributed", "pydantic", "rich"}
