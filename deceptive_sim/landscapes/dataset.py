"""Landscapes as labelled arrays: xarray datasets with units, descriptions and provenance, and back again."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deceptive_sim.core.errors import wrong
from deceptive_sim.landscapes.axes import Axis, Spacing
from deceptive_sim.landscapes.labels import EXACT, attributes, attributes_of, coordinates
from deceptive_sim.landscapes.landscape import Landscape
from deceptive_sim.landscapes.netcdf import open_netcdf
from deceptive_sim.landscapes.sweep import Kind, Variable

if TYPE_CHECKING:
    import xarray


def to_dataset(landscape: Landscape) -> xarray.Dataset:
    """The landscape as a dataset; its arrays are shared, not copied.

    The first path of an axis names the dimension; every path is a coordinate along it, and so are the exact values as
    text (`PATH_exact`, such as `1/3`). Opening the landscape's file gives the same dataset.
    """
    import xarray

    dimensions = tuple(axis.name for axis in landscape.axes)
    return xarray.Dataset(
        data_vars={
            variable.name: (dimensions, landscape.arrays[variable.name], attributes_of(variable))
            for variable in landscape.variables
        },
        coords={
            coordinate.name: ((coordinate.dimension,), coordinate.values, dict(coordinate.attributes))
            for coordinate in coordinates(landscape)
        },
        attrs=attributes(landscape),
    )


def from_dataset(dataset: xarray.Dataset) -> Landscape:
    """The landscape of a dataset that `to_dataset` made or a landscape's file gave; reads it into memory."""
    arrays = {}
    variables = tuple(_variable(dataset[name]) for name in json.loads(dataset.attrs["variables"]))
    for variable in variables:
        array = dataset[variable.name].to_numpy().astype(variable.dtype)
        array.flags.writeable = False
        arrays[variable.name] = array
    return Landscape(
        axes=tuple(_axis(dataset, told) for told in json.loads(dataset.attrs["axes"])),
        variables=variables,
        arrays=arrays,
        identity=json.loads(dataset.attrs["identity"]),
    )


def read_landscape(path: str | Path) -> Landscape:
    """Read the file of a landscape into memory.

    Raises
    ------
    InputError
        If the file is missing or no landscape.
    """
    with open_netcdf(path) as dataset:
        try:
            return from_dataset(dataset)
        except (KeyError, ValueError, TypeError) as error:
            raise wrong(str(path), f"must be the file of a landscape ({error})") from None


def _variable(array: xarray.DataArray) -> Variable:
    told: dict[str, Any] = array.attrs
    return Variable(
        name=str(array.name),
        title=told["long_name"],
        unit=told.get("units", ""),
        description=told["description"],
        kind=Kind(told["kind"]),
        labels=tuple(json.loads(told.get("labels", "[]"))),
    )


def _axis(dataset: xarray.Dataset, told: dict[str, Any]) -> Axis:
    columns = [dataset[f"{path}{EXACT}"].to_numpy() for path in told["paths"]]
    rows = tuple(tuple(Fraction(str(text)) for text in row) for row in zip(*columns, strict=True))
    return Axis(paths=tuple(told["paths"]), rows=rows, spacing=Spacing(told["spacing"]))
