"""Small landscapes as tables: one row per point, as a pandas frame or as CSV text."""

from __future__ import annotations

import csv
import io
import itertools
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from deceptive_sim.core.errors import wrong
from deceptive_sim.landscapes.landscape import Landscape
from deceptive_sim.landscapes.sweep import Kind, Variable

if TYPE_CHECKING:
    import pandas
    from numpy.typing import NDArray

MOST_ROWS = 1_000_000
"""Larger landscapes are refused as a table: they take more room and time than the arrays they come from."""


def to_frame(landscape: Landscape) -> pandas.DataFrame:
    """The landscape in long form: one row per point, the last axis fastest.

    Columns are the paths of all axes as floats, then the variables. Categories are spelled out (a pandas categorical),
    episodes that do not exist are `<NA>` (`Int64`), numbers that do not exist are NaN.

    Raises
    ------
    InputError
        If there are more than `MOST_ROWS` points.
    """
    import numpy
    import pandas

    _check_size(landscape)
    columns: dict[str, Any] = {}
    grid = numpy.indices(landscape.shape).reshape(len(landscape.shape), -1)
    for axis, places in zip(landscape.axes, grid, strict=True):
        columns |= {path: axis.floats[places, place] for place, path in enumerate(axis.paths)}
    for variable in landscape.variables:
        values: Any = landscape.arrays[variable.name].reshape(-1)
        if variable.kind is Kind.CATEGORY:
            columns[variable.name] = pandas.Categorical.from_codes(
                values.tolist(), categories=pandas.Index(list(variable.labels))
            )
        elif variable.kind is Kind.EPISODE:
            columns[variable.name] = pandas.array(values, dtype="Int64")
            columns[variable.name][values == 0] = pandas.NA
        else:
            columns[variable.name] = values
    return pandas.DataFrame(columns)


def csv_text(landscape: Landscape) -> str:
    """The landscape as CSV, the same rows and columns as `to_frame`.

    Numbers are written so that reading them gives the same float, truth is `true` or `false`, categories are their
    labels, what does not exist is empty.

    Raises
    ------
    InputError
        If there are more than `MOST_ROWS` points.
    """
    _check_size(landscape)
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    names = [path for axis in landscape.axes for path in axis.paths]
    table.writerow([*names, *(variable.name for variable in landscape.variables)])
    places = itertools.product(*(axis.floats.tolist() for axis in landscape.axes))
    columns = [_cells(variable, landscape.arrays[variable.name]) for variable in landscape.variables]
    table.writerows(
        [*(_number(value) for row in rows for value in row), *values]
        for rows, *values in zip(places, *columns, strict=True)
    )
    return stream.getvalue()


def _cells(variable: Variable, array: NDArray[Any]) -> Iterator[str]:
    values = array.reshape(-1).tolist()
    if variable.kind is Kind.CATEGORY:
        return (variable.labels[value] for value in values)
    if variable.kind is Kind.FLAG:
        return ("true" if value else "false" for value in values)
    if variable.kind is Kind.EPISODE:
        return (str(value or "") for value in values)
    if variable.kind is Kind.COUNT:
        return map(str, values)
    return map(_number, values)


def _number(value: float) -> str:
    if math.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _check_size(landscape: Landscape) -> None:
    points = math.prod(landscape.shape)
    if points > MOST_ROWS:
        raise wrong("landscape", f"must have at most {MOST_ROWS} points to be a table", points)
