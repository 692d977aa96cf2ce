"""`results.csv`: one row per agent, one column per field of the solution's contract."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from deceptive_sim.core.json_text import plain
from deceptive_sim.report.words import episodes_text
from deceptive_sim.studies.result import RunResult

LONGEST_SERIES = 200
"""Values by episode are left out beyond this many episodes, and tied episodes are joined to stretches."""


def results_csv(result: RunResult) -> str:
    """The table as text.

    Nested values are named by dotted path (`values.mesa.base`: mesa at the wheel, judged by base). Fractions are text
    such as `3/2`, truth is `true` or `false`, what does not exist is empty. Values by episode and tied episodes are
    separated by blanks, listed strategies by `; `.
    """
    rows = [dict(_row(solution.contract())) for solution in result.solutions]
    names = dict.fromkeys(name for row in rows for name in row)
    stream = io.StringIO()
    table = csv.DictWriter(stream, names, restval="", lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return stream.getvalue()


def _row(contract: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in contract.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}.{inner}", text) for inner, text in _row(value))
        elif name == "goal_preservation" and value is not None and len(value) > LONGEST_SERIES:
            continue
        elif name == "ties" and value is not None and len(value) > LONGEST_SERIES:
            yield name, episodes_text(value, len(value)).replace(",", "")
        elif isinstance(value, tuple):
            yield name, ("; " if name == "optimal" else " ").join(_cell(entry) for entry in value)
        else:
            yield name, _cell(value)


def _cell(value: object) -> str:
    value = plain(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
