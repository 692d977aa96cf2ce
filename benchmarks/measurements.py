"""What is measured of the product, and what it is held against: rows of a table, each with its target.

All jobs on the standard work are timed in turn in one process, so that ratios are of the same moments.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from benchmarks import product
from benchmarks.baseline import Solve
from benchmarks.closed_form import Differences, differences
from benchmarks.product import MissingError
from benchmarks.timing import Job, interleaved
from benchmarks.work import Answer, Diagram, standard

FAR = 10**9
"""Episodes of a phase that nobody works off one by one."""

BASELINE = "C baseline, episode by episode"
RECURSION = "compiled recursion, episode by episode: value and A count"
DEFAULT = "product's default: all outputs"
SHORT = "product, value and A count alone"


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How much is measured."""

    side: int = 1000
    dense: int = 10_000
    rounds: int = 9
    few_rounds: int = 3


@dataclass(frozen=True, kw_only=True)
class Row:
    """One measurement.

    Attributes
    ----------
    what : str
    threads : int or None
    seconds : float or None
        Median; None if it could not be measured, and `note` says why.
    ratio : float or None
        What the target is about, as `against` says.
    against : str
    target : str
    met : bool or None
        Whether the target is met; None without one.
    found : Differences or None
        From the closed form.
    note : str
    """

    what: str
    threads: int | None = None
    seconds: float | None = None
    ratio: float | None = None
    against: str = ""
    target: str = ""
    met: bool | None = None
    found: Differences | None = None
    note: str = ""

    def compared(
        self, ratio: float, against: str, *, at_most: float | None = None, at_least: float | None = None
    ) -> Row:
        """The row with its ratio and target."""
        if at_most is not None:
            return replace(self, ratio=ratio, against=against, target=f"≤ {at_most:g}", met=ratio <= at_most)
        if at_least is not None:
            return replace(self, ratio=ratio, against=against, target=f"≥ {at_least:g}", met=ratio >= at_least)
        return replace(self, ratio=ratio, against=against)


Key = tuple[str, int]
"""What, and with how many threads."""


def measured(baseline: Solve, sizes: Sizes) -> list[Row]:
    """Measure everything; what the product cannot do yet is said in its row."""
    near = standard(columns=sizes.side, rows=sizes.side)
    far = standard(columns=sizes.side, rows=sizes.side, training=FAR, deployment=FAR)
    threads = [1, 2] if processors() > 1 else [1]
    compiled = product.is_compiled()
    jobs: dict[Key, tuple[Diagram, Callable[[], Answer]]] = {}
    for n in threads:
        jobs[BASELINE, n] = near, partial(baseline, near, n)
        jobs[RECURSION, n] = near, partial(product.kernel, near, jump=False, threads=n)
        jobs[DEFAULT, n] = near, partial(everything, near, n, compiled)
        jobs[SHORT, n] = near, partial(product.kernel, near, jump=True, threads=n)
    jobs[f"{DEFAULT}, n = m = 1e9", 1] = far, partial(everything, far, 1, compiled)
    jobs[f"{SHORT}, n = m = 1e9", 1] = far, partial(product.kernel, far, jump=True, threads=1)
    rows = timed(jobs, sizes.rounds)
    return [*judged(rows), *diagrams(sizes, max(threads), compiled), command(sizes)]


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def everything(diagram: Diagram, threads: int, compiled: bool) -> Answer:
    """The product's default, if it runs compiled: by the reference solver a million cells take minutes."""
    if not compiled:
        raise MissingError("the sweep does not run compiled")
    return product.everything(diagram, threads)


def timed(jobs: dict[Key, tuple[Diagram, Callable[[], Answer]]], rounds: int) -> dict[Key, Row]:
    """Check every job's answer against the closed form, then time all that gave one, in turn."""
    rows = {}
    for (what, threads), (diagram, job) in jobs.items():
        row = Row(what=what, threads=threads)
        try:
            row = replace(row, found=differences(job(), diagram))
        except MissingError as missing:
            row = replace(row, note=str(missing))
        rows[what, threads] = row
    runnable = {key: job for key, (_, job) in jobs.items() if rows[key].found is not None}
    for key, seconds in interleaved(runnable, rounds=rounds).items():
        rows[key] = replace(rows[key], seconds=seconds)
    return rows


LIMITS = {RECURSION: 1.6, DEFAULT: 1.5, SHORT: 1.0}
"""How many times the baseline's time each may take on one thread."""

SCALING = 0.9
"""How much of the baseline's own gain from two threads the recursion must have."""


def judged(rows: dict[Key, Row]) -> list[Row]:
    """The rows with ratios and targets."""
    answer = []
    for (what, threads), row in rows.items():
        whole = rows.get((what.removesuffix(", n = m = 1e9"), threads))
        reference = rows[BASELINE, threads].seconds
        if row.seconds is None or reference is None or what == BASELINE:
            answer.append(row)
        elif whole is not None and whole is not row:
            near = whole.seconds
            answer.append(
                row if near is None else row.compared(row.seconds / near, "of the same at n, m = 100, 200", at_most=2)
            )
        elif threads == 1:
            answer.append(row.compared(row.seconds / reference, "of the C baseline", at_most=LIMITS[what]))
        elif what == RECURSION and (alone := rows[what, 1].seconds) and (c_alone := rows[BASELINE, 1].seconds):
            gain = (alone / row.seconds) / (c_alone / reference)
            answer.append(row.compared(gain, "of the C baseline's gain from threads", at_least=SCALING))
        else:
            answer.append(row.compared(row.seconds / reference, "of the C baseline"))
    return answer


def diagrams(sizes: Sizes, threads: int, compiled: bool) -> list[Row]:
    """Borders of a large diagram against measuring all of it."""
    names = "borders of a large diagram, to 1e-6 of the axes", f"the {sizes.dense:,} x {sizes.dense:,} diagram itself"
    if not compiled:
        return [Row(what=name, threads=threads, note="the sweep does not run compiled") for name in names]
    try:
        evaluations = product.borders(threads).evaluations
    except ImportError as error:
        return [Row(what=names[0], threads=threads, note=f"borders are not there ({error})")]
    jobs: dict[str, Job] = {
        names[0]: partial(product.borders, threads),
        names[1]: partial(product.dense, sizes.dense, threads),
    }
    seconds = interleaved(jobs, rounds=sizes.few_rounds)
    traced, whole = (Row(what=name, threads=threads, seconds=seconds[name]) for name in names)
    traced = traced.compared(seconds[names[0]] / seconds[names[1]], "of the diagram itself", at_most=1 / 20)
    return [replace(traced, note=f"{evaluations:,} points measured"), whole]


def command(sizes: Sizes) -> Row:
    """The command as a whole process: the first run, not counted, compiles what is not compiled yet."""
    row = Row(what="`deceptive-sim phase`, 100 x 100 with the picture, warm, the whole process")
    try:
        product.phase_command()
    except MissingError as missing:
        return replace(row, note=str(missing))
    (seconds,) = interleaved({"phase": product.phase_command}, rounds=sizes.few_rounds).values()
    return replace(row, seconds=seconds, target="< 2.5 s", met=seconds < 2.5)
