"""A result folder survives interruptions, damage, full disks, others' folders and two processes at once."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from cli.commands import ROOT, surroundings
from landscapes.toys import LEAST_POINTS, Waves, pair, thirds
from thinned import thorough

from deceptive_sim.core import files
from deceptive_sim.core.errors import InputError, OutputError
from deceptive_sim.landscapes import estimates, provenance, store, tiles
from deceptive_sim.landscapes.axes import Axis, listed
from deceptive_sim.landscapes.fill import Filled, fill
from deceptive_sim.landscapes.landscape import measure
from deceptive_sim.landscapes.netcdf import write_netcdf
from deceptive_sim.landscapes.summaries import summarise

AXES = (thirds("depth", 40), pair(64))
"""2560 points: five tiles of eight values of the first axis each."""

WHOLE = ["landscape.nc", "landscape.nc.sha256", "manifest.json"]


@pytest.fixture(autouse=True)
def five_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiles, "LEAST_POINTS", LEAST_POINTS)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file, made in memory."""
    path = tmp_path_factory.mktemp("expected") / "landscape.nc"
    write_netcdf(measure(Waves(), AXES), path)
    return path.read_bytes()


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def stopped_after(count: int) -> Any:
    """A progress that interrupts once so many points are done."""

    def progress(done: int, total: int, what: str) -> None:
        if what == "measuring" and done >= count:
            raise KeyboardInterrupt

    return progress


def begun(folder: Path, points: int = 1024, sweep: Any = None, axes: tuple[Axis, ...] = AXES) -> None:
    """Fill a folder in part."""
    with pytest.raises(KeyboardInterrupt):
        fill(sweep or Waves(), axes, folder, progress=stopped_after(points))


def test_a_landscape_filled_by_tiles_has_the_bytes_of_one_made_in_memory(tmp_path: Path, expected: bytes) -> None:
    filled = fill(Waves(), AXES, tmp_path / "a" / "b")
    assert (filled.computed, filled.kept, filled.path) == (5, 0, tmp_path / "a" / "b" / "landscape.nc")
    assert filled.path.read_bytes() == expected
    write_netcdf(filled.landscape(), tmp_path / "again.nc")
    assert (tmp_path / "again.nc").read_bytes() == expected
    assert names(tmp_path / "a" / "b") == WHOLE
    said = (tmp_path / "a" / "b" / "landscape.nc.sha256").read_text()
    assert said == f"{hashlib.sha256(expected).hexdigest()}  landscape.nc\n"


@pytest.mark.slow
def test_the_size_of_tiles_leaves_no_trace_in_the_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = set()
    for least in (7, 64, 100, 5000):
        monkeypatch.setattr(tiles, "LEAST_POINTS", least)
        monkeypatch.setattr(tiles, "MOST_POINTS", least)
        found.add(fill(Waves(), AXES, tmp_path / str(least)).path.read_bytes())
    assert len(found) == 1


def test_a_landscape_that_is_whole_is_not_measured_again(tmp_path: Path, expected: bytes) -> None:
    fill(Waves(), AXES, tmp_path)
    changed = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    filled = fill(Waves(log=tmp_path / "nothere"), AXES, tmp_path)  # a call would fail
    assert (filled.computed, filled.kept) == (0, 5)
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == changed


@pytest.mark.parametrize("points", [0, 512, 1024, 2048, 2560])
def test_an_interrupted_landscape_goes_on_with_the_tiles_that_are_missing(
    tmp_path: Path, expected: bytes, points: int
) -> None:
    begun(tmp_path, points)
    assert len(list(tmp_path.glob("tiles/*.tile"))) == points // 512
    filled = fill(Waves(), AXES, tmp_path)
    assert (filled.computed, filled.kept) == (5 - points // 512, points // 512)
    assert filled.path.read_bytes() == expected
    assert names(tmp_path) == WHOLE


def damaged(content: bytes) -> Iterator[bytes]:
    yield b""
    yield content[:-1]
    yield content + b"\0"
    yield content[:200] + bytes([content[200] ^ 1]) + content[201:]
    yield content[:-1] + bytes([content[-1] ^ 128])
    yield content[:30] + bytes([content[30] ^ 1]) + content[31:]
    yield bytes(len(content))
    yield content.partition(b"\n")[0]


@pytest.mark.slow
def test_damaged_tiles_are_noticed_and_measured_again(tmp_path: Path, expected: bytes) -> None:
    begun(tmp_path / "begun")
    for place, _ in enumerate(damaged(bytes(300))):
        folder = tmp_path / str(place)
        shutil.copytree(tmp_path / "begun", folder)
        one = sorted(folder.glob("tiles/*.tile"))[0]
        one.write_bytes(list(damaged(one.read_bytes()))[place])
        filled = fill(Waves(), AXES, folder)
        assert (filled.computed, filled.kept) == (4, 1)
        assert filled.path.read_bytes() == expected


def test_tiles_under_each_others_names_are_measured_again(tmp_path: Path, expected: bytes) -> None:
    begun(tmp_path)
    one, other = sorted(tmp_path.glob("tiles/*.tile"))
    one.rename(tmp_path / "x")
    other.rename(one)
    (tmp_path / "x").rename(other)
    assert fill(Waves(), AXES, tmp_path).computed == 5
    assert (tmp_path / "landscape.nc").read_bytes() == expected


def test_a_tile_that_is_damaged_after_it_was_checked_is_measured_again(tmp_path: Path, expected: bytes) -> None:
    def progress(done: int, total: int, what: str) -> None:
        if (done, what) == (2560, "measuring"):
            for path in sorted(tmp_path.glob("tiles/*.tile"))[:2]:
                path.write_bytes(b"x")

    assert fill(Waves(), AXES, tmp_path, progress=progress).path.read_bytes() == expected


@pytest.mark.slow
@pytest.mark.parametrize("name", ["landscape.nc", "landscape.nc.sha256"])
def test_a_damaged_result_is_made_anew(tmp_path: Path, expected: bytes, name: str) -> None:
    fill(Waves(), AXES, tmp_path)
    for content in (b"", expected[:-1] + b"x", b"\xff"):
        (tmp_path / name).write_bytes(content)
        assert fill(Waves(), AXES, tmp_path).computed == 5
        assert (tmp_path / "landscape.nc").read_bytes() == expected


def test_an_interruption_while_the_result_is_written_costs_no_tile(tmp_path: Path, expected: bytes) -> None:
    def progress(done: int, total: int, what: str) -> None:
        if (done, what) == (1024, "writing"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill(Waves(), AXES, tmp_path, progress=progress)
    assert not (tmp_path / "landscape.nc").exists()
    assert list(tmp_path.rglob(".writing-*")) == []
    assert fill(Waves(), AXES, tmp_path).kept == 5
    assert (tmp_path / "landscape.nc").read_bytes() == expected


def test_what_a_killed_process_left_half_written_is_cleared_away(tmp_path: Path, expected: bytes) -> None:
    begun(tmp_path)
    for left in (tmp_path / ".writing-0123", tmp_path / "tiles" / ".writing-4567"):
        left.write_bytes(b"half")
    (tmp_path / "mine.txt").write_text("mine")
    fill(Waves(), AXES, tmp_path)
    assert names(tmp_path) == [*WHOLE, "mine.txt"]


OTHERS: list[tuple[Any, tuple[Axis, ...], str]] = [
    (Waves(name="other"), AXES, "its name is not the same"),
    (Waves(), (thirds("depth", 41), AXES[1]), "its axis depth is not the same"),
    (Waves(), (thirds("width", 40), AXES[1]), "its axis depth is not the same"),
    (Waves(), (listed("depth", [0, *range(2, 41)]), AXES[1]), "its axis depth is not the same"),
    (Waves(), (AXES[0], Axis(paths=AXES[1].paths, rows=AXES[1].rows)), "its axis up+down.by is not the same"),
    (Waves(), AXES[::-1], "its axis depth is not the same"),
    (Waves(), AXES[:1], "it has 2 axes, not 1"),
]


@pytest.mark.slow
@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize(("sweep", "axes", "told"), OTHERS, ids=[told for *_, told in OTHERS])
def test_a_folder_of_another_landscape_is_refused_and_kept(
    tmp_path: Path, sweep: Any, axes: tuple[Axis, ...], told: str, whole: bool
) -> None:
    if whole:
        fill(Waves(), AXES, tmp_path)
    else:
        begun(tmp_path)
    before = contents(tmp_path)
    with pytest.raises(InputError) as caught:
        fill(sweep, axes, tmp_path)
    assert str(caught.value) == (
        f"folder {tmp_path} must not hold another landscape: {told} (choose another folder, or remove it)"
    )
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    ("module", "name", "told"),
    [
        (tiles, "FORMAT", "format"),
        (provenance, "package_version", "version of deceptive-sim"),
        (provenance, "code_digest", "code of deceptive-sim"),
    ],
)
def test_a_folder_begun_by_other_code_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, told: str
) -> None:
    begun(tmp_path)
    monkeypatch.setattr(module, name, 99 if name.isupper() else lambda: "99")
    with pytest.raises(InputError, match=f"must not hold another landscape: it was begun with another {told} "):
        fill(Waves(), AXES, tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[]", b'{"what": "a game"}'])
def test_a_folder_whose_manifest_says_nothing_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "manifest.json").write_bytes(content)
    with pytest.raises(InputError, match=r"folder .* manifest"):
        fill(Waves(), AXES, tmp_path)
    assert contents(tmp_path) == {"manifest.json": content}


def test_results_without_a_manifest_are_refused(tmp_path: Path) -> None:
    (tmp_path / "landscape.nc").write_bytes(b"mine")
    with pytest.raises(InputError, match=r"must not hold a landscape without its manifest\.json"):
        fill(Waves(), AXES, tmp_path)
    assert contents(tmp_path) == {"landscape.nc": b"mine"}


def test_a_file_in_the_place_of_the_folder_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(InputError, match=r"out must be a folder$"):
        fill(Waves(), AXES, tmp_path / "out")
    with pytest.raises((InputError, OutputError)):
        fill(Waves(), AXES, tmp_path / "out" / "deeper")
    assert (tmp_path / "out").read_text() == "mine"


def test_the_manifest_tells_people_what_is_computed(tmp_path: Path) -> None:
    fill(Waves(), AXES, tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["axes"][1]["paths"] == ["up", "down.by"]
    assert (manifest["axes"][0]["first"], manifest["axes"][0]["last"]) == ("0", "13")
    assert manifest["identity"] == {"name": "waves"}
    assert manifest["tiles"] == {"count": 5, "shape": [8, 64]}


def test_errors_in_points_name_them_and_finished_tiles_stay(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="depth must not be there, got 9"):
        fill(Waves(bad=Fraction(9)), AXES, tmp_path)
    assert len(list(tmp_path.glob("tiles/*.tile"))) == 3
    assert fill(Waves(), AXES, tmp_path).kept == 3


@pytest.mark.parametrize("broken", ["missing", "shape", "kind"])
def test_a_sweep_that_breaks_its_promise_is_told(tmp_path: Path, broken: str) -> None:
    class Broken(Waves):
        def __call__(self, axes: Any) -> Any:
            arrays = dict(super().__call__(axes))
            if broken == "missing":
                del arrays["steps"]
            else:
                arrays["steps"] = arrays["steps"][:-1] if broken == "shape" else arrays["steps"].astype("int32")
            return arrays

    with pytest.raises(TypeError, match="the sweep must give steps as int64"):
        fill(Broken(), AXES, tmp_path)


# --- estimates -------------------------------------------------------------------------------------------------------


def test_too_many_points_are_refused_with_an_estimate_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        fill(Waves(), AXES, tmp_path / "out", most_points=2559)
    message = str(caught.value)
    assert message.startswith("landscape must have at most 2559 points, got 2560 (estimate: 2560 points: about ")
    assert "of memory" in message
    assert "of disk" in message
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("available_memory", "must fit into 1000 bytes of memory"),
        ("available_disk", "must fit into 1000 bytes free on"),
    ],
)
def test_too_little_room_is_refused_with_an_estimate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, message: str
) -> None:
    monkeypatch.setattr(estimates, name, lambda *_: 1000)
    with pytest.raises(InputError, match=rf"landscape {message}.*\(estimate: 2560 points: about "):
        fill(Waves(), AXES, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_estimate_of_the_disk_is_close_and_what_is_there_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled = fill(Waves(), AXES, tmp_path / "a")
    told = estimates.estimate(filled.plan)
    assert told.points == 2560
    assert filled.path.stat().st_size * 0.7 < told.result < filled.path.stat().st_size * 1.3
    assert told.disk == 2 * told.result
    begun(tmp_path / "b")
    monkeypatch.setattr(estimates, "available_disk", lambda _: told.disk - 20_000)
    fill(Waves(), AXES, tmp_path / "b")  # two of the tiles are there
    monkeypatch.setattr(estimates, "available_disk", lambda _: 0)
    assert fill(Waves(), AXES, tmp_path / "b").computed == 0  # all is there


def test_sizes_read_well() -> None:
    told = [estimates.size_text(count) for count in (0, 1023, 1024, 1536, 150 * 2**20, 5 * 2**40, 2**80)]
    assert told == ["0 bytes", "1023 bytes", "1.0 KiB", "1.5 KiB", "150 MiB", "5.0 TiB", "1048576 EiB"]


# --- summaries -------------------------------------------------------------------------------------------------------


def test_a_summary_tells_shares_and_ranges(tmp_path: Path) -> None:
    filled: Filled = fill(Waves(), AXES, tmp_path)
    arrays = measure(Waves(), AXES).arrays
    height, steps, first, colour, high = summarise(filled.plan, filled.path)
    sound = arrays["height"][arrays["height"] == arrays["height"]]
    assert (height.least, height.most, height.missing) == (sound.min(), sound.max(), 2560 - sound.size)
    assert (steps.least, steps.most, steps.missing) == (arrays["steps"].min(), arrays["steps"].max(), 0)
    assert (first.least, first.most, first.missing) == (1, 3, (arrays["first"] == 0).sum())
    counts = {label: int((arrays["colour"] == code).sum()) for code, label in enumerate(colour.variable.labels)}
    assert colour.counts == counts
    assert list(colour.counts.values()) == sorted(counts.values(), reverse=True)
    assert sum(colour.shares().values()) == pytest.approx(1)
    assert high.counts["yes"] == arrays["high"].sum()


# --- full disks ------------------------------------------------------------------------------------------------------

SCRIPT = """
import sys
from pathlib import Path
from deceptive_sim.core.errors import DeceptiveSimError
from landscapes.toys import Waves, pair, thirds
from deceptive_sim.landscapes.fill import fill
if __name__ == "__main__":
    try:
        filled = fill(Waves(pause=float(sys.argv[2])), (thirds("depth", 40), pair(64)), Path(sys.argv[1]),
                      workers=int(sys.argv[3]))
        print(filled.computed, filled.kept)
    except DeceptiveSimError as error:
        print(f"{type(error).__name__}: {error}")
"""


@pytest.fixture
def script(tmp_path: Path) -> list[str]:
    (tmp_path / "script.py").write_text(SCRIPT)
    return [sys.executable, str(tmp_path / "script.py")]


def environment() -> dict[str, str]:
    return surroundings(PYTHONPATH=f"{ROOT}{os.pathsep}{ROOT / 'tests'}", FIXED_CODE="1")


def ran(words: list[str], folder: Path, pause: float = 0, workers: int = 1) -> str:
    told = [*words, str(folder), str(pause), str(workers)]
    done = subprocess.run(told, capture_output=True, text=True, env=environment(), timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


@pytest.fixture(scope="module")
def fixed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file that the script makes uninterrupted."""
    folder = tmp_path_factory.mktemp("fixed")
    (folder / "script.py").write_text(SCRIPT)
    assert ran([sys.executable, str(folder / "script.py")], folder / "out") == "5 0"
    return (folder / "out" / "landscape.nc").read_bytes()


@pytest.mark.parametrize("blocks", [pytest.param(blocks, marks=pytest.mark.slow) for blocks in (1, 8, 20, 40)])
def test_a_disk_that_fills_up_is_said_and_gone_on_from(
    tmp_path: Path, script: list[str], fixed: bytes, blocks: int
) -> None:
    """A limit on file sizes stands for the full disk: the manifest, a tile, the final file is too large for it."""
    line = subprocess.list2cmdline([*script, str(tmp_path / "out"), "0", "1"])
    limited = ["bash", "-c", f"ulimit -f {blocks}; trap '' XFSZ; exec {line}"]
    done = subprocess.run(limited, capture_output=True, text=True, env=environment(), timeout=60, check=False)
    assert done.stderr == ""
    assert done.stdout.startswith(f"OutputError: cannot write {tmp_path / 'out'}")
    assert ": File too large" in done.stdout
    if blocks > 1:
        assert "(finished tiles stay; the same command goes on from there)" in done.stdout
    assert list((tmp_path / "out").rglob(".writing-*")) == []
    kept = len(list(tmp_path.glob("out/tiles/*.tile")))
    assert kept == {1: 0, 8: 0, 20: 5, 40: 5}[blocks]
    assert ran(script, tmp_path / "out") == f"{5 - kept} {kept}"
    assert (tmp_path / "out" / "landscape.nc").read_bytes() == fixed


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 128 KiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=128k", "none", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("may not mount a disk")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_a_really_full_disk_is_said_and_gone_on_from(
    small_disk: Path, expected: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(estimates, "available_disk", lambda _: 10**12)  # as if the room had gone meanwhile
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(40_000))
    with pytest.raises(OutputError) as caught:
        fill(Waves(), AXES, small_disk / "out")
    assert "No space left on device" in str(caught.value)
    assert "(finished tiles stay; the same command goes on from there)" in str(caught.value)
    kept = len(list(small_disk.glob("out/tiles/*.tile")))
    assert kept > 0
    ballast.unlink()
    with pytest.raises(OutputError, match="No space left on device"):  # the tiles fit, the final file does not
        fill(Waves(), AXES, small_disk / "out")
    assert len(list(small_disk.glob("out/tiles/*.tile"))) == 5
    assert not (small_disk / "out" / "landscape.nc").exists()
    subprocess.run(["mount", "-o", "remount,size=10m", small_disk], check=True)
    assert fill(Waves(), AXES, small_disk / "out").kept == 5
    assert (small_disk / "out" / "landscape.nc").read_bytes() == expected


def test_a_disk_that_is_too_small_is_refused_beforehand(small_disk: Path) -> None:
    with pytest.raises(InputError, match=rf"landscape must fit into 128 KiB free on the disk of {small_disk}"):
        fill(Waves(), AXES, small_disk / "out")
    assert list(small_disk.iterdir()) == []


# --- processes -------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_folder_that_another_process_fills_is_refused_and_both_are_fine(
    tmp_path: Path, script: list[str], fixed: bytes
) -> None:
    first = subprocess.Popen(
        [*script, str(tmp_path / "out"), "0.5", "1"], stdout=subprocess.PIPE, text=True, env=environment()
    )
    while not (tmp_path / "out" / "tiles").exists():
        time.sleep(0.01)
    assert ran(script, tmp_path / "out") == (
        f"InputError: folder {tmp_path / 'out'} must not be in the hands of another process, which is filling it now "
        "(wait for it, or choose another folder)"
    )
    assert first.communicate(timeout=60)[0] == "5 0\n"
    assert (tmp_path / "out" / "landscape.nc").read_bytes() == fixed


def test_without_locks_two_processes_at_once_still_leave_whole_files(
    tmp_path: Path, expected: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)

    def other(done: int, total: int, what: str) -> None:
        if (done, what) == (1024, "measuring"):
            fill(Waves(), AXES, tmp_path)

    assert fill(Waves(), AXES, tmp_path, progress=other).path.read_bytes() == expected
    assert fill(Waves(), AXES, tmp_path).computed == 0


def killed_at(words: list[str], folder: Path, seconds: float, workers: int) -> bool:
    """Start filling and kill it; whether it was still running."""
    process = subprocess.Popen(
        [*words, str(folder), "0.3", str(workers)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    )
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    return process.returncode == -signal.SIGKILL


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_process_killed_at_random_moments_loses_only_tiles_in_flight(
    tmp_path: Path, script: list[str], fixed: bytes, workers: int
) -> None:
    rng = random.Random(workers)
    kills = 0
    for attempt in range(thorough(6, 3)):
        folder = tmp_path / str(attempt)
        for _ in range(4):
            kept = set(folder.glob("tiles/*.tile"))
            if not killed_at(script, folder, rng.uniform(0.2, 1.5), workers):
                break
            kills += 1
            assert kept <= set(folder.glob("tiles/*.tile")) or (folder / "landscape.nc").exists()
        ran(script, folder, workers=workers)
        assert (folder / "landscape.nc").read_bytes() == fixed
        assert names(folder) == WHOLE
    assert kills > thorough(6, 3)


KILLED_AT_A_CALL = """
import os, signal, sys
from deceptive_sim.core import files
calls, stop = 0, int(sys.argv.pop())
def counted(function):
    def call(*arguments, **settings):
        global calls
        calls += 1
        if calls == stop:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **settings)
    return call
import pathlib
os.fsync = counted(os.fsync)
pathlib.Path.replace = counted(pathlib.Path.replace)
pathlib.Path.unlink = counted(pathlib.Path.unlink)
"""


@pytest.mark.slow
def test_a_process_killed_at_any_step_of_writing_leaves_a_folder_to_go_on_from(
    tmp_path: Path, script: list[str], fixed: bytes
) -> None:
    """Killed before the n-th flush, move or removal of a file, for n = 1, 2, ... until it ends by itself."""
    (tmp_path / "killed.py").write_text(KILLED_AT_A_CALL + SCRIPT)
    folder, kills = tmp_path / "out", 0
    for stop in (1, 2, 3, 8, 13, 14, 15, 16, 18, 20):
        shutil.rmtree(folder, ignore_errors=True)
        words = [script[0], str(tmp_path / "killed.py"), str(folder), "0", "1", str(stop)]
        done = subprocess.run(words, capture_output=True, env=environment(), timeout=60, check=False)
        kills += done.returncode == -signal.SIGKILL
        if (folder / "landscape.nc").exists():
            assert (folder / "landscape.nc").read_bytes() == fixed
        ran(script, folder)
        assert (folder / "landscape.nc").read_bytes() == fixed
        assert names(folder) == WHOLE
    assert kills == 10


def test_everything_reaches_the_disk_before_it_is_moved_into_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    fsync, replace = os.fsync, Path.replace
    monkeypatch.setattr(files.os, "fsync", lambda handle: (done.append("flush"), fsync(handle))[1])

    def moved(path: Path, target: Path) -> Path:
        done.append("move")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", moved)
    fill(Waves(), AXES, tmp_path)
    assert done == ["flush", "move"] * (1 + 5 + 1 + 1)  # the manifest, the tiles, the result, its checksum


def test_the_digest_of_the_code_is_that_of_the_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def digest() -> str:
        return provenance.code_digest.__wrapped__()

    monkeypatch.setattr(provenance, "PACKAGE", tmp_path)
    found = []
    for name, content in [("a.py", "1"), ("a.py", "2"), ("in/b.py", ""), ("cli/c.py", "x"), ("a.txt", "x")]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
        found.append(digest())
    assert len(set(found[:3])) == 3
    assert found[2] == found[3] == found[4]
    assert store.RESULT == "landscape.nc"
