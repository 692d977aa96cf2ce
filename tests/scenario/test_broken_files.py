"""Broken files end in one line with file, line and column, whatever is broken; never in a traceback, never in a hang.

Files that are broken by construction go through `deceptive-sim check` in this process, and some through real ones: with
THOROUGH=1 10,000 and 100, else 3,000 and 20, others each time. Damaged files may have stayed sound: they end in 0 or 2.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli.commands import Done, invoke, real
from hypothesis import HealthCheck, given, settings
from scenario.broken import HEADS, KINDS, TRICKS, WHOLE, Broken, broken_files, damaged_files
from scenario.sound import FEWER_CLAIMS, SMALL, TEXTS, scenarios, write
from thinned import thorough

SLOWEST = 4.0
"""Seconds of computing for one file; a file takes some 10 ms, the largest ones about one second."""

FIRST = re.compile(r"(?P<file>[^\n]*?\.yaml):(?P<line>\d+):(?P<column>\d+): error: (?P<sentence>[^\n]+)\n")
THOROUGH = settings(
    deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck), print_blob=False
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("broken")


def checked(path: Path, raw: bytes) -> Done:
    """What `check` says about a file, in time."""
    path.write_bytes(raw)
    start = time.process_time()
    done = invoke("check", path)
    assert time.process_time() - start < SLOWEST
    assert "Traceback" not in done.err
    assert "internal error" not in done.err
    return done


def assert_points_into(done: Done, path: Path, raw: bytes) -> None:
    """The first error has a place, and the place is one in the file."""
    assert done.code == 2
    assert done.out == ""
    first = FIRST.match(done.err)
    assert first, done.err
    assert first["file"] == str(path)
    lines = re.split("\r\n|\r|\n", raw.decode("utf-8-sig", "replace"))
    line, column = int(first["line"]), int(first["column"])
    assert 1 <= line <= len(lines)
    assert 1 <= column <= len(lines[line - 1]) + 1
    assert len(first["sentence"]) <= 1100
    for said in done.err.splitlines():
        assert said.isprintable()


@pytest.mark.slow
@given(scenarios)
@settings(THOROUGH, max_examples=60)
def test_what_the_generator_starts_from_is_sound(folder: Path, data: dict[str, object]) -> None:
    assert checked(folder / "sound.yaml", write(data).encode()).code == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(TEXTS))
def test_shipped_scenarios_and_the_template_are_sound(folder: Path, name: str) -> None:
    assert checked(folder / "sound.yaml", TEXTS[name].encode()).code == 0


@pytest.mark.slow
@pytest.mark.parametrize("how", [*TRICKS, *HEADS, *WHOLE])
def test_every_trick_is_seen_through(folder: Path, how: str) -> None:
    text = SMALL + TRICKS[how] if how in TRICKS else HEADS[how] + SMALL if how in HEADS else WHOLE[how]
    path, raw = folder / "trick.yaml", text.encode()
    assert_points_into(checked(path, raw), path, raw)


def assert_broken(folder: Path, broken: Broken) -> None:
    path = folder / "broken.yaml"
    assert_points_into(checked(path, broken.raw), path, broken.raw)


def break_and_check(folder: Path, kind: str, how_many: int) -> None:
    @given(broken_files(kind))
    @settings(THOROUGH, max_examples=how_many, derandomize=False)
    def check_each(broken: Broken) -> None:
        assert_broken(folder, broken)

    check_each()


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_thousands_of_broken_files_each_end_in_a_place(folder: Path, kind: str) -> None:
    break_and_check(folder, kind, thorough(110, 30) if kind == "too many" else thorough(450, 135))


def assert_survived(folder: Path, damaged: Broken) -> None:
    path = folder / "damaged.yaml"
    done = checked(path, damaged.raw)
    assert done.code in {0, 2}
    if done.code == 2:
        assert_points_into(done, path, damaged.raw)


@pytest.mark.slow
@given(damaged_files())
@settings(THOROUGH, max_examples=thorough(400, 150), derandomize=False)
def test_many_damaged_files_are_sound_or_end_in_a_place(folder: Path, damaged: Broken) -> None:
    assert_survived(folder, damaged)


def cut_off() -> Iterator[bytes]:
    """A small file cut off after every byte."""
    raw = (SMALL + "title: “é😀”\n").encode()
    yield from (raw[:length] for length in range(len(raw)))


@pytest.mark.slow
def test_files_cut_off_at_every_byte_are_sound_or_end_in_a_place(folder: Path) -> None:
    for raw in cut_off():
        assert_survived(folder, Broken("cut off", raw))


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(FEWER_CLAIMS))
def test_shipped_files_cut_off_in_a_hundred_places_are_sound_or_end_in_a_place(folder: Path, name: str) -> None:
    raw = FEWER_CLAIMS[name].encode()
    for length in range(0, len(raw), len(raw) // 100):
        assert_survived(folder, Broken("cut off", raw[:length]))


def real_check(folder: Path, broken: Broken) -> None:
    path = folder / "real.yaml"
    path.write_bytes(broken.raw)
    done = real("check", path)
    assert_points_into(done, path, broken.raw)
    assert "Traceback" not in done.err


@pytest.mark.slow
@given(broken_files())
@settings(THOROUGH, max_examples=5)
def test_a_real_process_ends_in_a_place(folder: Path, broken: Broken) -> None:
    real_check(folder, broken)


@pytest.mark.slow
@given(broken_files())
@settings(THOROUGH, max_examples=thorough(100, 20), derandomize=False)
def test_many_real_processes_each_end_in_a_place(folder: Path, broken: Broken) -> None:
    real_check(folder, broken)
