"""What people get wrong with `phase` and `landscape`: one clear line, exit code 2, and nothing lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli.commands import Done, invoke, real
from scenario.sound import SMALL

SEED = "two-plus-three"
PHASE = ("phase", SEED, "--no-picture")
GRID = ("landscape", SEED, "--axis", "training.modification.A=0:1@5", "--axis", "deployment.episodes=1:4")
FOLDER = Path("reports", SEED, "landscape")


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def contents() -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(Path().rglob("*")) if path.is_file()}


def refused(*words: object) -> str:
    """The one line of a command that ends with exit code 2 and changes nothing."""
    before = contents()
    done: Done = invoke(*words)
    assert (done.code, done.out) == (2, ""), done
    assert contents() == before
    (line,) = done.err.splitlines()
    return line


SECTION = "landscape: {axes: {training.modification.A: '0:0.2@3', deployment.episodes: '1:3'}}\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("--x", "game.phases.training.modification.A=0:1@3"),
        ("--y", "game.phases.training.modification.A=0:1@3"),
        ("--y", "game.phases.training.modification.A.base=0:1@3"),
    ],
)
def test_an_axis_replaces_that_of_the_file_which_means_the_same_place(option: str, text: str) -> None:
    Path("s.yaml").write_text(SMALL + SECTION)
    done = invoke("phase", "s.yaml", "--no-picture", option, text)
    assert done.code == 0, done
    rows = [line.split() for line in done.out.splitlines() if line[2:3] in set("xy")]
    assert sorted(row[1] for row in rows) == ["deployment.episodes", text.partition("=")[0]]
    assert [row[1] for row in rows if f"--{row[0]}" == option] == [text.partition("=")[0]]


def test_the_axes_of_a_picture_are_held_against_the_rules_together() -> None:
    Path("s.yaml").write_text(SMALL + SECTION)
    axis = "training.shutdown.A=0:0.9@3"
    line = refused("phase", "s.yaml", "--no-picture", "--y", axis)
    assert "must sum to at most 1, got 1/5 + 9/10 (at training.modification.A = 0.2, training.shutdown.A = 0.9)" in line
    assert invoke("phase", "s.yaml", "--no-picture", "--y", axis.replace("0.9", "0.8")).code == 0
    assert "must mean another place" in refused(*PHASE, "--x", axis, "--y", "game.phases.training.shutdown.A=0:1@3")


def test_an_axis_of_a_picture_has_no_more_points_than_it_can_show() -> None:
    line = refused(*PHASE, "--x", "discount=0:1@3", "--y", "deployment.episodes=1:20000")
    assert line.startswith("error: axis deployment.episodes must have at most 10000 points to be drawn, got 20000")


def test_an_agent_without_a_name_is_none() -> None:
    for words in (GRID, (*PHASE, "--x", "discount=0:1@3", "--y", "deployment.episodes=1:3")):
        assert "agent must be one of the scenario's agents" in refused(*words, "--agent", "")


@pytest.mark.parametrize("address", ["", "x", "tcp://x:y", "http://127.0.0.1:1", "inproc://x", "ucx://127.0.0.1:1"])
def test_a_cluster_that_cannot_be_is_one_line(address: str) -> None:
    done = invoke(*GRID, "--dask", address)
    (line,) = done.err.splitlines()
    assert (done.code, done.out) == (2, "")
    assert line.startswith("error: dask must be the address of a dask scheduler that can be reached")


@pytest.mark.slow
def test_far_too_many_workers_are_no_harm() -> None:
    done = real(*GRID, "--workers", 10_000, cwd=Path.cwd())
    assert (done.code, done.err) == (0, "")


# --- damaged folders -------------------------------------------------------------------------------------------------

ODD = [None, 1, "x", True, [], {}, [1, 2], [{}, {}], [{"paths": 1}] * 2, [{"paths": [1]}] * 2, [["paths"]] * 2]


@pytest.mark.slow
def test_a_manifest_that_says_anything_else_is_refused_and_kept() -> None:
    assert invoke(*GRID).code == 0
    manifest = FOLDER / "manifest.json"
    whole = manifest.read_bytes()
    told = json.loads(whole)
    for key in told:
        for value in (value for value in ODD if value != told[key]):
            manifest.write_text(json.dumps({**told, key: value}))
            assert "must not hold another landscape" in refused(*GRID)
    for content in (b"", b"{", whole[:100], b"\xff\xfe\0", b"[" * 100_000, whole * 2):
        manifest.write_bytes(content)
        assert "must hold a manifest.json that can be read" in refused(*GRID)
    for content in (b"[]", b"null", b"9" * 10_000, b"NaN", b"{}"):
        manifest.write_bytes(content)
        assert "its manifest is none of a landscape" in refused(*GRID)
    manifest.unlink()
    assert "must not hold a landscape without its manifest.json" in refused(*GRID)


@pytest.mark.slow
@pytest.mark.parametrize("damaged", ["landscape.nc", "landscape.nc.sha256", "landscape.csv"])
@pytest.mark.parametrize("content", [None, b"", b"\x89garbage\xff" * 300])
def test_a_result_that_is_damaged_is_made_anew(damaged: str, content: bytes | None) -> None:
    assert invoke(*GRID).code == 0
    whole = contents()
    if content is None:
        (FOLDER / damaged).unlink()
    else:
        (FOLDER / damaged).write_bytes(content)
    assert invoke(*GRID).code == 0
    assert contents() == whole


@pytest.mark.parametrize("name", ["landscape.nc", "landscape.nc.sha256", "landscape.csv"])
def test_a_folder_where_a_file_belongs_is_named_and_left_alone(name: str) -> None:
    assert invoke(*GRID).code == 0
    (FOLDER / name).unlink()
    (FOLDER / name).mkdir()
    (FOLDER / name / "notes.txt").write_text("mine")
    done = invoke(*GRID)
    (line,) = done.err.splitlines()
    assert (done.code, done.out) == (2, "")
    assert line.startswith(f"error: cannot write {FOLDER / name}: ")
    assert (FOLDER / name / "notes.txt").read_text() == "mine"
