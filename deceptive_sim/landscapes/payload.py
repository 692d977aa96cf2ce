"""Measurements as bytes: the variables one behind the other, each in C order, little-endian."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from deceptive_sim.landscapes.sweep import Kind, Variable

if TYPE_CHECKING:
    from numpy.typing import NDArray


def encode(arrays: Mapping[str, NDArray[Any]], variables: Sequence[Variable], shape: Sequence[int]) -> bytes:
    """The bytes of what a sweep answered.

    Raises
    ------
    TypeError
        If the sweep broke its promise: a variable is missing, or has another shape or type.
    """
    import numpy

    pieces = []
    for variable in variables:
        array = numpy.asarray(arrays[variable.name]) if variable.name in arrays else None
        if array is None or array.shape != tuple(shape) or array.dtype != variable.dtype:
            found = "nothing" if array is None else f"{array.dtype} {list(array.shape)}"
            raise TypeError(f"the sweep must give {variable.name} as {variable.dtype} {list(shape)}, gave {found}")
        if variable.kind is Kind.NUMBER:
            array = numpy.where(numpy.isnan(array), numpy.nan, array)  # there is more than one NaN; bytes must not vary
        pieces.append(array.astype(variable.dtype.newbyteorder("<"), copy=False).tobytes())
    return b"".join(pieces)


def stretches(payload: bytes, variables: Sequence[Variable], points: int) -> Iterator[tuple[Variable, memoryview]]:
    """Each variable and its bytes."""
    view, start = memoryview(payload), 0
    for variable in variables:
        stop = start + points * variable.dtype.itemsize
        yield variable, view[start:stop]
        start = stop
