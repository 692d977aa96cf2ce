"""Files are written whole or not at all, and what was there stays if they are not."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from cli.commands import surroundings

from deceptive_sim.core import files
from deceptive_sim.core.errors import OutputError
from deceptive_sim.core.files import write_together


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*"))


def test_files_are_written_with_their_folders_and_replace_what_was_there(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    for content in (b"one", b"two"):
        written = write_together(folder, {"x.txt": content, "in/y.txt": content})
        assert written == (folder / "x.txt", folder / "in/y.txt")
        assert [path.read_bytes() for path in written] == [content] * 2
    assert names(folder) == ["in", "x.txt", "y.txt"]


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    write_together(tmp_path, {"x": b"x"})
    assert (tmp_path / "mine").read_text() == "mine"


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt(), MemoryError()])
def test_an_interruption_while_writing_leaves_every_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    write_together(tmp_path, {"a": b"old", "b": b"old"})
    calls = []

    def break_at_the_second(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise error

    monkeypatch.setattr(files.os, "fsync", break_at_the_second)
    with pytest.raises(OutputError if isinstance(error, OSError) else type(error)):
        write_together(tmp_path, {"a": b"new", "b": b"new"})
    assert [(tmp_path / name).read_bytes() for name in "ab"] == [b"old", b"old"]
    assert names(tmp_path) == ["a", "b"]


def test_a_folder_in_the_place_of_a_file_is_said_before_anything_is_replaced(tmp_path: Path) -> None:
    write_together(tmp_path, {"a": b"old"})
    (tmp_path / "b").mkdir()
    with pytest.raises(OutputError, match=r"^cannot write .*b: is a folder$"):
        write_together(tmp_path, {"a": b"new", "b": b"new"})
    assert (tmp_path / "a").read_bytes() == b"old"
    assert names(tmp_path) == ["a", "b"]


def test_a_file_in_the_place_of_the_folder_is_said_and_kept(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    for folder in (tmp_path / "out", tmp_path / "out" / "deeper"):
        with pytest.raises(OutputError, match=r"^cannot write "):
            write_together(folder, {"a": b"new"})
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_must_not_be_written_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match=r"^cannot write .*: Permission denied$"):
        write_together(tmp_path, {"a": b"new"})


def test_a_killed_process_leaves_the_old_file(tmp_path: Path) -> None:
    write_together(tmp_path, {"a": b"old"})
    code = (
        "import os, signal, pathlib, sys\n"
        "from deceptive_sim.core import files\n"
        "files.os.fsync = lambda handle: os.kill(os.getpid(), signal.SIGKILL)\n"
        "files.write_together(pathlib.Path(sys.argv[1]), {'a': b'new'})\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=surroundings(), check=False)
    assert done.returncode == -9
    assert (tmp_path / "a").read_bytes() == b"old"


def test_writers_at_the_same_time_leave_one_whole_file(tmp_path: Path) -> None:
    contents = [bytes([65 + n]) * 100_000 for n in range(8)]
    threads = [
        threading.Thread(target=lambda content=content: [write_together(tmp_path, {"a": content}) for _ in range(10)])
        for content in contents
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        if (tmp_path / "a").exists():
            assert (tmp_path / "a").read_bytes() in contents
    assert names(tmp_path) == ["a"]
