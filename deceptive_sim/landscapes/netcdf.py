"""A landscape as a netCDF file whose bytes follow from its content, written piece by piece in any order.

Everything but the measurements is laid out in memory first. Measurements are stored without chunks and compression,
each variable one stretch of the file in C order, so that pieces go straight to their place: the file may be far larger
than memory, and a full disk shows as a plain error of the operating system.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from deceptive_sim.core.errors import wrong
from deceptive_sim.landscapes.labels import attributes, attributes_of, coordinates
from deceptive_sim.landscapes.payload import encode, stretches
from deceptive_sim.landscapes.sparse import SparseImage
from deceptive_sim.landscapes.sweep import Kind

if TYPE_CHECKING:
    import h5netcdf
    import xarray

    from deceptive_sim.landscapes.landscape import Landscape
    from deceptive_sim.landscapes.sweep import Variable
    from deceptive_sim.landscapes.tiles import Plan


@dataclass(frozen=True, kw_only=True, eq=False)
class Layout:
    """A file without its measurements.

    Attributes
    ----------
    image : SparseImage
        The file's bytes; the measurements are zeros that are not held.
    offsets : mapping
        Where in the file the first measurement of each variable stands.
    """

    image: SparseImage
    offsets: Mapping[str, int]

    def write(self, stream: IO[bytes]) -> None:
        """Give a new file its size, and everything but the measurements."""
        stream.truncate(self.image.size)
        for place, content in self.image.pieces():
            stream.seek(place)
            stream.write(content)


def layout(source: Plan | Landscape) -> Layout:
    """Lay the file of a landscape out.

    Raises
    ------
    InputError
        If an axis has a name that cannot stand in a netCDF file.
    """
    import h5netcdf
    import h5py

    image = SparseImage()
    along = coordinates(source)
    others = " ".join(coordinate.name for coordinate in along if coordinate.name != coordinate.dimension)
    with h5netcdf.File(image, "w") as file:
        file.attrs.update(attributes(source))
        file.dimensions = {axis.name: len(axis) for axis in source.axes}
        for coordinate in along:
            kind = h5py.string_dtype() if coordinate.values.dtype == object else "<f8"
            made = file.create_variable(coordinate.name, (coordinate.dimension,), kind, data=coordinate.values)
            made.attrs.update(coordinate.attributes)
        dimensions = tuple(axis.name for axis in source.axes)
        offsets = {
            variable.name: _place(file, variable, dimensions, {**attributes_of(variable), "coordinates": others})
            for variable in source.variables
        }
    return Layout(image=image, offsets=offsets)


def _place(file: h5netcdf.File, variable: Variable, dimensions: tuple[str, ...], told: Mapping[str, Any]) -> int:
    """Make room for a variable; where it is in the file."""
    import h5py

    room = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    room.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)  # now, not at the first write, which HDF5 never sees
    room.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    flag = variable.kind is Kind.FLAG  # netCDF has no truth values: they are bytes 0 and 1, as xarray writes them
    kind = "|i1" if flag else variable.dtype.newbyteorder("<")
    made = file.create_variable(variable.name, dimensions, kind, dcpl=room)
    made.attrs.update({**told, "dtype": "bool"} if flag else told)
    return int(file._h5file[variable.name].id.get_offset())


def write_netcdf(landscape: Landscape, path: Path) -> None:
    """Write a landscape that is in memory: the same bytes that filling it tile by tile gives.

    Raises
    ------
    OutputError
        If it cannot be written; what was there stays.
    """
    from deceptive_sim.core.files import write_together

    form = layout(landscape)
    content = bytearray(form.image.size)
    for place, piece in form.image.pieces():
        content[place : place + len(piece)] = piece
    payload = encode(landscape.arrays, landscape.variables, landscape.shape)
    for variable, values in stretches(payload, landscape.variables, math.prod(landscape.shape)):
        begin = form.offsets[variable.name]
        content[begin : begin + len(values)] = values
    write_together(path.parent, {path.name: bytes(content)})


def open_netcdf(path: str | Path) -> xarray.Dataset:
    """Open the file of a landscape; values are read when they are asked for. Close it, or use it in a `with`.

    Raises
    ------
    InputError
        If the file is missing or no landscape.
    """
    import xarray

    try:
        dataset = xarray.open_dataset(Path(path), engine="h5netcdf")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no netCDF file"
        raise wrong(str(path), f"must be the file of a landscape ({reason})") from None
    if not {"identity", "axes", "variables"} <= set(dataset.attrs):
        dataset.close()
        raise wrong(str(path), "must be the file of a landscape")
    return dataset
