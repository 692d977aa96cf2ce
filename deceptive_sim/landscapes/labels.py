"""What a landscape's file and dataset say about themselves: coordinates, attributes and provenance, in one place."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.exact import text_of
from deceptive_sim.core.json_text import plain
from deceptive_sim.landscapes import provenance
from deceptive_sim.landscapes.sweep import Kind, Variable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deceptive_sim.landscapes.landscape import Landscape
    from deceptive_sim.landscapes.tiles import Plan

EXACT = "_exact"
"""Behind a path, names the coordinate that holds its exact values as text."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Coordinate:
    """Values along a dimension: floats, or text.

    Attributes
    ----------
    name, dimension : str
        The same for the first path of an axis, which names the dimension.
    values : array, `[point]`
        float64, or objects that are text.
    attributes : mapping
    """

    name: str
    dimension: str
    values: NDArray[Any]
    attributes: Mapping[str, Any]


def coordinates(source: Plan | Landscape) -> tuple[Coordinate, ...]:
    """The coordinates of a landscape: every path as floats, and every path's exact values as text.

    Raises
    ------
    InputError
        If a name cannot stand in a netCDF file, or two of them are the same.
    """
    found = tuple(_coordinates(source))
    taken = {variable.name for variable in source.variables}
    for coordinate in found:
        name = coordinate.name
        if not name.isprintable() or "/" in name or name != name.strip() or not name:
            raise wrong(f"axis {coordinate.dimension}", "must have a name without slashes and outer blanks", name)
        if name in taken:
            raise wrong(f"axis {coordinate.dimension}", "must not be called like something else in the result", name)
        taken.add(name)
    return found


def _coordinates(source: Plan | Landscape) -> Iterator[Coordinate]:
    import numpy

    for axis in source.axes:
        for place, path in enumerate(axis.paths):
            told = {"long_name": path, "axis_of": axis.name, "spacing": str(axis.spacing)}
            values = numpy.ascontiguousarray(axis.floats[:, place])
            yield Coordinate(name=path, dimension=axis.name, values=values, attributes=told)
        for place, path in enumerate(axis.paths):
            told = {"long_name": f"exact values of {path}"}
            texts = numpy.array([text_of(row[place]) for row in axis], dtype=object)
            yield Coordinate(name=f"{path}{EXACT}", dimension=axis.name, values=texts, attributes=told)


def attributes_of(variable: Variable) -> dict[str, Any]:
    """What the file says about a variable; labels also as CF's `flag_values` and `flag_meanings`."""
    import numpy

    told: dict[str, Any] = {
        "long_name": variable.title,
        "description": variable.description,
        "kind": str(variable.kind),
    }
    if variable.unit:
        told["units"] = variable.unit
    if variable.kind is Kind.CATEGORY:
        told["flag_values"] = numpy.arange(len(variable.labels), dtype=variable.dtype)
        told["flag_meanings"] = " ".join("_".join(label.split()) for label in variable.labels)
        told["labels"] = json.dumps(variable.labels)
    if variable.kind is Kind.EPISODE:
        told["comment"] = "0: none"
    return told


def attributes(source: Plan | Landscape) -> dict[str, Any]:
    """What the file says about itself. No dates and no places: equal content gives equal bytes."""
    axes = [{"paths": list(axis.paths), "spacing": str(axis.spacing)} for axis in source.axes]
    return {
        "Conventions": "CF-1.11",
        "title": "payoff landscape",
        "source": f"deceptive-sim {provenance.package_version()}",
        "code": provenance.code_digest(),
        "identity": json.dumps(plain(source.identity), sort_keys=True),
        "axes": json.dumps(axes),
        "variables": json.dumps([variable.name for variable in source.variables]),
    }
