"""The competitors' times, each from a process of its own, and how many times faster the product is per cell.

Each competitor is timed in turn with the C baseline. The baseline is the common measure: the product's time relative
to it comes from the product's own process, and the quotient of the two is the product's lead.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.competitors.__main__ import MODULES
from benchmarks.measurements import BASELINE, SHORT, Row, processors

ROOT = Path(__file__).resolve().parent.parent

TITLES = {
    "quantecon_induction": "QuantEcon.py, `backward_induction`",
    "pymdptoolbox_horizon": "pymdptoolbox, `FiniteHorizon`",
    "stormpy_instances": "stormpy, parametric MDP instantiated and checked",
    "jax_blocks": "JAX, compiled, in blocks",
    "blocked_numpy": "NumPy, in blocks",
}
TARGETS = {
    "quantecon_induction": 50_000,
    "pymdptoolbox_horizon": 80_000,
    "stormpy_instances": 6_000,
    "jax_blocks": 2,
    "blocked_numpy": 12,
}
"""How many times faster per cell the product is to be."""


@dataclass(frozen=True, kw_only=True)
class Contender:
    """One competitor measured.

    Attributes
    ----------
    title : str
    cores : int
    version : str
    cells : int
    seconds : float or None
        Per cell; None if it could not be measured, and `note` says why.
    to_baseline : float or None
        Times the C baseline's time per cell.
    lead : float or None
        How many times faster the product is per cell; None if one of the two could not be measured.
    target : float
    note : str
    """

    title: str
    cores: int
    target: float
    version: str = ""
    cells: int = 0
    seconds: float | None = None
    to_baseline: float | None = None
    lead: float | None = None
    note: str = ""


def contest(
    python: Path, library: Path, rows: Iterable[Row], *, rounds: int = 5, small: bool = False
) -> list[Contender]:
    """Measure all competitors with a Python that has them; JAX, which has threads, on two cores as well."""
    ours = _relative(rows)
    turns = [(module, 1) for module in MODULES]
    if processors() > 1:
        turns.insert(turns.index(("jax_blocks", 1)) + 1, ("jax_blocks", 2))
    return [
        judged(module, cores, _said([str(python), *_words(module, library, cores, rounds, small)]), ours)
        for module, cores in turns
    ]


def _words(module: str, library: Path, cores: int, rounds: int, small: bool) -> list[str]:
    words = ["-m", "benchmarks.competitors", module, "--baseline", str(library)]
    return [*words, "--cores", str(cores), "--rounds", str(rounds), *(["--small"] if small else [])]


def _said(command: Sequence[str]) -> Mapping[str, Any]:
    """What a competitor's process reports: the last line that is JSON, since packages may print as well."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    reports = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode or not reports:
        last = (done.stderr.strip() or "no report").splitlines()[-1]
        return {"error": f"the process ended with {done.returncode}: {last}"}
    return dict(json.loads(reports[-1]))


def judged(module: str, cores: int, said: Mapping[str, Any], ours: Mapping[int, float]) -> Contender:
    """A competitor's report beside the product; `ours` are times relative to the baseline's by number of threads."""
    titled = f"{TITLES[module]}{f', {cores} cores' if cores > 1 else ''}"
    if "error" in said:
        return Contender(title=titled, cores=cores, target=TARGETS[module], note=str(said["error"]))
    relative = said["seconds_per_cell"] / said["baseline_seconds_per_cell"]
    return Contender(
        title=titled,
        cores=cores,
        target=TARGETS[module],
        version=said["version"],
        cells=said["cells"],
        seconds=said["seconds_per_cell"],
        to_baseline=relative,
        lead=relative / ours[cores] if cores in ours else None,
    )


def _relative(rows: Iterable[Row]) -> dict[int, float]:
    """The product's time for value and count in times of the baseline's, by number of threads."""
    seconds = {(row.what, row.threads): row.seconds for row in rows}
    answer = {}
    for (what, threads), time in seconds.items():
        reference = seconds.get((BASELINE, threads))
        if what == SHORT and threads and time and reference:
            answer[threads] = time / reference
    return answer
