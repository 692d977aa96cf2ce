"""What the benchmarks ran on: processor and versions, but neither names of machines nor paths."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.baseline import compiler
from benchmarks.measurements import processors

PACKAGES = ("deceptive-sim", "numpy", "numba", "llvmlite", "matplotlib")


def description() -> str:
    """One line: processor, cores, widest vectors, operating system, compiler, versions, and how busy it is now."""
    parts = [f"{_processor()}, {processors()} cores", f"{platform.system()} on {platform.machine()}"]
    parts += [f"g++ {_compiler_version()}", f"Python {platform.python_version()}"]
    parts += [f"{name} {found}" for name in PACKAGES if (found := _version(name))]
    # a busy machine spoils figures, above all those of several threads; who reads them should know
    busy = [f"load average before the run {os.getloadavg()[0]:.1f}"] if hasattr(os, "getloadavg") else []
    return "; ".join(parts + busy)


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    said = cpuinfo.read_text(encoding="utf-8") if cpuinfo.exists() else ""
    name = re.search(r"^model name\s*:\s*(.+)$", said, re.MULTILINE)
    wide = next((label for flag, label in (("avx512f", "AVX-512"), ("avx2", "AVX2")) if f" {flag} " in said), "")
    return " with ".join(filter(None, (name[1].strip() if name else platform.processor() or "processor unknown", wide)))


def _compiler_version() -> str:
    program = compiler()
    if program is None:
        return "not there"
    return subprocess.run([program, "-dumpfullversion"], capture_output=True, text=True, check=False).stdout.strip()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
