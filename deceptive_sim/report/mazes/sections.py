"""A study of mazes as a part of the page: headings, pictures, tables, and tables as files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deceptive_sim.populations.measures import Estimate
from deceptive_sim.report.populations.numbers import percent

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A figure: its name, what it shows for readers who do not see it, and what stands under it."""

    name: str
    figure: Figure
    alt: str
    caption: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table; the first column names its rows."""

    name: str
    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class WayShown:
    """A way through a maze, to look at.

    Attributes
    ----------
    svg, file : str
        The picture for the page, and the one with a key that stands alone.
    name : str
        What it is called as a file, without its ending.
    label, outcome, note : str
        Whose way, one of `outcomes.OUTCOMES`, and what else stands below.
    """

    svg: str
    file: str
    name: str
    label: str
    outcome: str
    note: str


@dataclass(frozen=True, kw_only=True)
class WaysShown:
    """Some ways side by side, under a heading and what is to be known of them (or nothing)."""

    heading: str
    caption: str
    ways: Sequence[WayShown]


@dataclass(frozen=True, kw_only=True)
class Section:
    """A study as a part of the page.

    Attributes
    ----------
    name, heading, finding : str
        The finding says in a sentence or two what came out.
    figures : sequence of Drawn
    mazes : sequence of WaysShown
    tables : sequence of Table
    files : mapping
        Tables as CSV, by file name.
    """

    name: str
    heading: str
    finding: str
    figures: Sequence[Drawn] = ()
    mazes: Sequence[WaysShown] = ()
    tables: Sequence[Table] = ()
    files: Mapping[str, str] = field(default_factory=dict)


def csv_text(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV; what does not exist is empty, floats are written so that reading gives the same float."""
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(head)
    table.writerows(rows)
    return stream.getvalue()


def ends(found: Estimate | None) -> tuple[float | None, float | None, float | None]:
    """Mean and ends of the interval, for a table as a file."""
    return (None, None, None) if found is None else (found.mean, found.low, found.high)


def share_told(found: Estimate | None) -> str:
    """A share with its interval: `97 % (96 to 98)`."""
    if found is None:
        return ""
    if found.low is None or found.high is None:
        return percent(found.mean)
    low, high = (percent(end).removesuffix(" %") for end in (found.low, found.high))
    return f"{percent(found.mean)} ({low} to {high})"


def number_told(found: Estimate | None) -> str:
    """A number with its interval: `2.98 (2.97 to 2.99)`."""
    if found is None:
        return ""
    if found.low is None or found.high is None:
        return short(found.mean)
    return f"{short(found.mean)} ({short(found.low)} to {short(found.high)})"


def short(value: float) -> str:
    """A number with three digits, or all digits before the point."""
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"
