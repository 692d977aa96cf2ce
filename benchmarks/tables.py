"""Tables in Markdown, and their place in README.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.contest import Contender
from benchmarks.measurements import Row

README = Path(__file__).parent / "README.md"


def speed_table(rows: Iterable[Row]) -> str:
    """What was measured of the product, with targets."""
    head = ["what", "threads", "time", "ratio", "target", "met", "max \\|dV\\|", "counts that differ"]
    lines = []
    for row in rows:
        ratio = row.note if row.seconds is None else ""
        if row.ratio is not None:
            ratio = f"{row.ratio:.3g} {row.against}" + (f" ({row.note})" if row.note else "")
        threads = "" if row.threads is None else str(row.threads)
        found = ("", "") if row.found is None else (f"{row.found.value:.1g}", str(row.found.counts))
        lines.append([row.what, threads, duration(row.seconds), ratio, row.target, verdict(row.met), *found])
    return table(head, lines)


def contest_table(contenders: Iterable[Contender]) -> str:
    """The competitors, per cell."""
    head = [
        "solver",
        "version",
        "cells timed",
        "time per cell",
        "x C baseline",
        "product is faster by",
        "target",
        "met",
    ]
    lines = []
    for one in contenders:
        if one.seconds is None or one.to_baseline is None:
            lines.append([one.title, "", "", "", f"not measured: {one.note}", "", factor(one.target), ""])
            continue
        lead, met = ("", "") if one.lead is None else (factor(one.lead), verdict(one.lead >= one.target))
        cells = f"{one.cells:,}"
        lines.append(
            [
                one.title,
                one.version,
                cells,
                duration(one.seconds),
                factor(one.to_baseline),
                lead,
                factor(one.target),
                met,
            ]
        )
    return table(head, lines)


def table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def duration(seconds: float | None) -> str:
    """Three digits in a readable unit."""
    if seconds is None:
        return "not measured"
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def factor(times: float) -> str:
    """A factor, with one digit after the point where that says something."""
    return f"{times:.1f}" if times < 100 else f"{float(f'{times:.3g}'):,.0f}"


def verdict(met: bool | None) -> str:
    """Yes, no, or nothing."""
    return {True: "yes", False: "no", None: ""}[met]


def replaced(text: str, section: str, content: str) -> str:
    """The text with what stands between a section's markers replaced.

    Raises
    ------
    ValueError
        If the markers are not there, once each and in order.
    """
    begin, end = f"<!-- {section}: begin -->", f"<!-- {section}: end -->"
    before, found, rest = text.partition(begin)
    _, ended, after = rest.partition(end)
    if not found or not ended or begin in after or end in after:
        raise ValueError(f"the page must contain {begin} and {end} once each, in this order")
    return f"{before}{begin}\n{content}\n{end}{after}"
