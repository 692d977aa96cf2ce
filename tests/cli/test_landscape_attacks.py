"""What people get wrong with `phase` and `landscape`: one clear line, exit code 2, and nothing lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli.commands import Done, invoke
from scenario.sound import SMALL

SEED = "two-plus-three"
PHASE = ("phase", SEED, "--no-picture")


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
