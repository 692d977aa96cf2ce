"""Run the command line: in this process (fast), or as a real one."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from deceptive_sim.cli import main

ROOT = Path(__file__).resolve().parents[2]
"""What a real process imports the package from."""


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


def invoke(*words: object) -> Done:
    """Run a command in this process; an exception other than the exit is a bug and goes on."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    code, limit = None, sys.get_int_max_str_digits()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main([str(word) for word in words])
        except SystemExit as stopped:
            code = stopped.code
        finally:
            sys.set_int_max_str_digits(limit)  # which the command line lifts for its process
    assert isinstance(code, int)
    return Done(code, out.buffer.getvalue().decode("utf-8"), err.buffer.getvalue().decode("utf-8"))


def command(*words: object) -> list[str]:
    """The words that start a real process."""
    return [sys.executable, "-m", "deceptive_sim", *(str(word) for word in words)]


def surroundings(**more: str) -> dict[str, str]:
    """The environment of a real process."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **more}


def real(*words: object, environment: Mapping[str, str] | None = None, **settings: Any) -> Done:
    """Run a command as a process of its own."""
    done = subprocess.run(
        command(*words),
        capture_output=True,
        env=surroundings(**(environment or {})),
        timeout=settings.pop("timeout", 60),
        check=False,
        **settings,
    )
    return Done(done.returncode, done.stdout.decode("utf-8", "surrogateescape"), done.stderr.decode("utf-8", "replace"))
