"""A landscape in a few numbers: shares of categories, ranges of numbers; read piece by piece from its file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deceptive_sim.landscapes.sweep import Kind, Variable
from deceptive_sim.landscapes.tiles import Plan

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What the points of a landscape have of one variable.

    Attributes
    ----------
    variable : Variable
    points : int
        Points in all.
    missing : int
        Points where it does not exist: numbers that are NaN, episodes that are 0.
    least, most : float or int, optional
        Of numbers, counts and episodes where they exist; None if they do nowhere.
    counts : mapping
        Of categories: label to number of points, most frequent first, without those that are nowhere; of flags the
        same with `yes` and `no`.
    """

    variable: Variable
    points: int
    missing: int = 0
    least: float | int | None = None
    most: float | int | None = None
    counts: Mapping[str, int] = field(default_factory=dict)

    def shares(self) -> dict[str, float]:
        """Of categories and flags: what share of the points has which label, in [0, 1]."""
        return {label: count / self.points for label, count in self.counts.items()}


def summarise(plan: Plan, path: Path) -> tuple[Summary, ...]:
    """Summarise the file of a landscape, variable by variable, one tile in memory at a time."""
    import h5py  # without xarray, which takes a second to load and a millisecond for every piece

    with h5py.File(path) as file:

        def pieces(name: str) -> Iterator[NDArray[Any]]:
            array = file[name]
            for tile in plan:
                yield array[tuple(slice(start, stop) for start, stop in zip(tile.starts, tile.stops, strict=True))]

        return tuple(_summary(variable, pieces(variable.name)) for variable in plan.variables)


def _summary(variable: Variable, pieces: Iterable[NDArray[Any]]) -> Summary:
    if variable.kind in (Kind.CATEGORY, Kind.FLAG):
        return _counted(variable, pieces)
    points, missing = 0, 0
    ends: list[Any] = []
    for piece in pieces:
        there = _existing(piece, variable.kind)
        points, missing = points + piece.size, missing + piece.size - there.size
        if there.size:
            found = [*ends, there.min().item(), there.max().item()]
            ends = [min(found), max(found)]
    least, most = ends or (None, None)
    return Summary(variable=variable, points=points, missing=missing, least=least, most=most)


def _existing(piece: NDArray[Any], kind: Kind) -> NDArray[Any]:
    import numpy

    if kind is Kind.NUMBER:
        return numpy.extract(~numpy.isnan(piece), piece)
    return numpy.extract(piece != 0, piece) if kind is Kind.EPISODE else piece.reshape(-1)


def _counted(variable: Variable, pieces: Iterable[NDArray[Any]]) -> Summary:
    import numpy

    labels = variable.labels if variable.kind is Kind.CATEGORY else ("no", "yes")
    counter: Counter[str] = Counter()
    for piece in pieces:
        counts = numpy.bincount(piece.reshape(-1).astype("int64"), minlength=len(labels))
        counter.update(dict(zip(labels, counts.tolist(), strict=True)))
    found = {label: count for label, count in counter.most_common() if count}
    return Summary(variable=variable, points=sum(found.values()), counts=found)
