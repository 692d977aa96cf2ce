"""`deceptive-sim phase`: what it prints and writes, and how mistakes end."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cli.commands import invoke, real

from deceptive_sim.landscapes.dataset import read_landscape

X, Y = ("--x", "training.modification.A=0:1@21"), ("--y", "discount=1/2:1@21")
EARLY = ("phase", "early-defection")


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def answer(*words: object) -> dict[str, Any]:
    done = invoke(*words, "--json")
    assert (done.code, done.err) == (0, ""), done
    found = json.loads(done.out)
    assert isinstance(found, dict)
    return found


@pytest.mark.slow
def test_a_diagram_is_told_and_written() -> None:
    done = invoke(*EARLY, *X, *Y)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("early-defection: phase diagram of the impatient\n")
    assert "deception pays in 16% of the picture" in done.out
    assert "x  training.modification.A  0     1   21" in done.out
    for regime in ("open", "late-pretence", "deceptive"):
        assert f"\n  {regime} " in done.out
    assert "the premium of deception is 0 at (0.3333" in done.out
    assert "Borders are exact to 1e-06 of an axis; what is narrower than 0.05 along" in done.out
    folder = Path("reports/early-defection/phase")
    assert sorted(path.name for path in folder.iterdir()) == ["diagram.png", "landscape.csv"]
    assert f"file: {folder}/diagram.png" in done.out
    assert (folder / "diagram.png").read_bytes().startswith(b"\x89PNG")
    rows = (folder / "landscape.csv").read_text().splitlines()
    assert len(rows) == 1 + 21 * 21
    assert rows[0].startswith("training.modification.A,discount,value,")


def test_json_keeps_the_contract() -> None:
    found = answer(*EARLY, *X, *Y, "--no-picture")
    assert list(found)[:4] == ["contract", "command", "scenario", "seed"]
    assert (found["contract"], found["command"], found["scenario"]) == (1, "phase", "early-defection")
    assert found["x"]["path"] == "training.modification.A"
    assert found["shares"]["deceptive"] == found["deception_pays"] == pytest.approx(0.161, abs=0.003)
    (premium,) = [border for border in found["borders"] if border["of"] == "premium"]
    for p, g in premium["vertices"]:
        assert p * g**4 * (1 + g + g * g) == pytest.approx(1, abs=2e-5)
    assert found["tolerance"] == 1e-6
    assert found["spacing"] == {"x": pytest.approx(0.05), "y": pytest.approx(0.025)}
    assert found["written"] == ["reports/early-defection/phase/landscape.csv"]


@pytest.mark.slow
def test_many_points_are_kept_as_netcdf() -> None:
    words = ("--x", "training.modification.A=0:1@320", "--y", "discount=1/2:1@320", "--no-picture")
    found = answer(*EARLY, *words)
    assert found["written"] == ["reports/early-defection/phase/landscape.nc"]
    kept = read_landscape(found["written"][0])
    assert kept.shape == (320, 320)
    assert kept.arrays["value"].max() == pytest.approx(7)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "start"), [("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_pictures_in_vector_formats(kind: str, start: bytes) -> None:
    found = answer(*EARLY, *X, *Y, "--figures", kind, "--out", "elsewhere")
    assert found["written"][0] == f"elsewhere/early-defection/phase/diagram.{kind}"
    assert Path(found["written"][0]).read_bytes().startswith(start)


def test_axes_of_the_file_are_the_default() -> None:
    found = answer("phase", "phase-diagram", "--no-picture")
    assert (found["x"]["path"], found["y"]["path"]) == ("training.modification.A", "deployment.episodes")
    assert found["points"] == [101, 20]
    assert found["y"]["whole"] is True


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "paths"),
    [
        (["--x", "discount=1/2:1@11"], ["discount", "training.modification.A"]),
        (["--y", "discount=1/2:1@11"], ["training.modification.A", "discount"]),
        (["--y", "training.modification.A=0:1@11"], ["deployment.episodes", "training.modification.A"]),
        (["--x", "deployment.episodes=1:4"], ["deployment.episodes", "training.modification.A"]),
    ],
)
def test_one_axis_may_be_replaced(words: list[str], paths: list[str]) -> None:
    found = answer("phase", "phase-diagram", "--no-picture", *words)
    assert [found["x"]["path"], found["y"]["path"]] == paths


def test_settings_agent_points_and_tolerance_are_obeyed() -> None:
    found = answer(
        *EARLY, "--x", "training.modification.A=0:1", "--y", "deployment.episodes=1:3", "--points", 7, "--tolerance",
        0.001, "--agent", "patient", "--set", "training.episodes=1", "--no-picture",
    )  # fmt: skip
    assert found["points"] == [7, 3]
    assert found["tolerance"] == 0.001
    assert found["agent"] == "patient"
    assert found["shares"]["deceptive"] == pytest.approx((0 + 1 / 2 + 2 / 3) / 3, abs=0.01)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (EARLY, "--x is required: the scenario has no landscape: section (such as"),
        ((*EARLY, *X), "--y is required"),
        ((*EARLY, *X, "--y", "training.episods=1:5"), "did you mean training.episodes?"),
        ((*EARLY, *X, "--y", "discount=1:1/2"), "discount"),
        ((*EARLY, *X, "--y", "discount=1/2:1.5"), "discount must be a discount in [0, 1]"),
        ((*EARLY, *X, "--y", "training.episodes=1:2.5"), "whole"),
        ((*EARLY, *X, "--y", "discount=1/2:1:0"), "step"),
        ((*EARLY, *X, "--y", X[1]), "training.modification.A"),
        ((*EARLY, *X, *Y, "--agent", "impatiens"), "did you mean impatient?"),
        ((*EARLY, *X, *Y, "--tolerance", "0"), "tolerance"),
        ((*EARLY, *X, *Y, "--points", "1"), "points"),
        ((*EARLY, *X, *Y, "--figures", "gif"), "gif"),
        (("phase", "nothere", *X, *Y), "nothere"),
    ],
)
def test_mistakes_are_one_line_and_write_nothing(words: tuple[str, ...], said: str) -> None:
    for more in ((), ("--json",)):
        done = invoke(*words, *more)
        assert (done.code, done.out) == (2, "")
        assert said in done.err
        assert "Traceback" not in done.err
    assert not list(Path().iterdir())


def test_a_folder_that_cannot_be_written_is_named_and_left_alone() -> None:
    Path("reports").write_text("mine")
    done = invoke(*EARLY, *X, *Y, "--no-picture")
    assert done.code == 2
    assert "cannot write" in done.err
    assert Path("reports").read_text() == "mine"


@pytest.mark.slow
def test_neither_tables_nor_statistics_are_loaded_for_a_picture() -> None:
    code = (
        "import sys\n"
        "from deceptive_sim.cli import main\n"
        "try:\n"
        f"    main({[*EARLY, *X, *Y, '--json']!r})\n"
        "except SystemExit:\n"
        "    print('\\n@' + ' '.join(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.rpartition("@")[2].split())
    assert {"matplotlib.figure", "numpy"} <= loaded
    assert not {"seaborn", "pandas", "xarray", "h5py", "joblib", "dask", "scipy.stats", "matplotlib.pyplot"} & loaded


@pytest.mark.slow
def test_it_works_as_a_process_of_its_own(tmp_path: Path) -> None:
    done = real(*EARLY, *X, *Y, "--out", tmp_path / "reports")
    assert (done.code, done.err) == (0, "")
    assert (tmp_path / "reports/early-defection/phase/diagram.png").exists()
