"""The C baseline: compiled for this machine, called with arrays. The recursion is in baseline.cc."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
from numpy.typing import NDArray

from benchmarks.work import Answer, Diagram

SOURCE = Path(__file__).parent / "baseline.cc"

# Infinities, NaN and signed zeros do not occur, and without them a comparison and a choice are one instruction.
FLAGS = [
    "-O3",
    "-march=native",
    "-fopenmp",
    "-ffp-contract=fast",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-fno-signed-zeros",
    "-ffinite-math-only",
    "-shared",
    "-fPIC",
]

Solve = Callable[[Diagram, int], Answer]


def compiler() -> str | None:
    """The C++ compiler to use, if there is one."""
    return shutil.which("g++")


def compile_baseline(folder: Path) -> Path:
    """Compile the baseline for this machine into a folder; returns the library.

    Raises
    ------
    RuntimeError
        If there is no compiler, or it fails; with what it said.
    """
    program = compiler()
    if program is None:
        raise RuntimeError("the baseline needs g++")
    library = folder / "baseline.so"
    command = [program, *FLAGS, str(SOURCE), "-o", str(library)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the baseline does not compile:\n{done.stderr}")
    return library


def load_baseline(library: Path) -> Solve:
    """The baseline as a function of a diagram and a number of threads."""
    # otherwise its threads go on turning for a while after they are done, on cores that what is timed next needs
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    call = ctypes.CDLL(str(library)).solve_diagram
    call.restype = None
    call.argtypes = [*[ctypes.c_int64] * 4, *[ctypes.c_double] * 2, *[ctypes.c_void_p] * 4, ctypes.c_int]

    def solve(diagram: Diagram, threads: int) -> Answer:
        columns = numpy.ascontiguousarray(diagram.modified_after_a, dtype=float)
        rows = numpy.ascontiguousarray(diagram.discounts, dtype=float)
        value = numpy.empty(diagram.shape)
        count = numpy.empty(diagram.shape, numpy.int32)
        call(
            *(columns.size, rows.size, diagram.training, diagram.deployment),
            *(diagram.modified_after_b, diagram.modified_in_deployment),
            *(_address(array) for array in (columns, rows, value, count)),
            threads,
        )
        return Answer(value=value, count=count)

    return solve


def _address(array: NDArray[Any]) -> int:
    return int(array.ctypes.data)
