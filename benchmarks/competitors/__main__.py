"""Time one competitor beside the C baseline, in a process of its own; prints a line of JSON.

    python -m benchmarks.competitors MODULE --baseline LIBRARY [--cores N] [--rounds N] [--small]

Any Python that has the competitor and NumPy will do. The process keeps to its number of processor cores.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

MODULES = ("quantecon_induction", "pymdptoolbox_horizon", "stormpy_instances", "jax_blocks", "blocked_numpy")


def main() -> None:
    """Measure what the command line asks for; a competitor that is not there or fails says so in `error`."""
    options = _options()
    keep_to(options.cores)
    try:
        result = measured(options.module, options.baseline, options.cores, options.rounds, options.small)
    except Exception as error:  # whatever another package may raise goes into the table
        result = {"error": f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"}
    sys.stdout.write(json.dumps({"module": options.module, "cores": options.cores, **result}) + "\n")


def keep_to(cores: int) -> None:
    """Stay on so many processor cores; before libraries start their threads."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    for library in ("OMP", "OPENBLAS", "MKL", "NUMBA"):
        os.environ[f"{library}_NUM_THREADS"] = str(cores)


def measured(module: str, library: Path, cores: int, rounds: int, small: bool = False) -> dict[str, Any]:
    """Check a competitor's answer, then time it and the baseline in turn.

    Returns
    -------
    dict
        Version, `cells`, seconds per cell of both, largest difference of values and number of differing counts from
        the closed form. Seconds are there only if the answer is right.
    """
    from benchmarks.baseline import load_baseline
    from benchmarks.closed_form import differences
    from benchmarks.timing import interleaved
    from benchmarks.work import sample, standard

    competitor = importlib.import_module(f"benchmarks.competitors.{module}")
    whole = standard(columns=100, rows=100) if small else standard()
    diagram = whole if competitor.WHOLE else sample(columns=4, rows=3) if small else sample()
    solve, baseline = competitor.prepare(diagram), load_baseline(library)
    answer = solve()
    if hasattr(solve, "read"):
        answer = solve.read(answer)
    found = differences(answer, diagram)
    result = {
        "package": competitor.PACKAGE,
        "version": version(competitor.PACKAGE),
        "cells": diagram.cells,
        "value_difference": found.value,
        "count_differences": found.counts,
    }
    if found.counts or found.value > 1e-9:
        return {**result, "error": "does not find the right answer"}
    seconds = interleaved({"competitor": solve, "baseline": lambda: baseline(whole, cores)}, rounds=rounds)
    return {
        **result,
        "seconds_per_cell": seconds["competitor"] / diagram.cells,
        "baseline_seconds_per_cell": seconds["baseline"] / whole.cells,
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.competitors", description=__doc__)
    parser.add_argument("module", choices=MODULES)
    parser.add_argument("--baseline", type=Path, required=True)
    parser.add_argument("--cores", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--small", action="store_true", help="few cells, to see that it works")
    return parser.parse_args()


if __name__ == "__main__":
    main()
