"""Joining: segments that share ends become long lines, in order, closed where they come back."""

from __future__ import annotations

from collections.abc import Iterator

import numpy
from numpy.typing import NDArray

from deceptive_sim.landscapes.boundaries.plane import Labels


def lines(starts: Labels, ends: Labels) -> Iterator[tuple[list[int], bool]]:
    """Lines of nodes, and whether each is closed (then its first node is not repeated at its end).

    A line ends at nodes with one segment or with more than two.

    Parameters
    ----------
    starts, ends : array of int, `[segment]`
        Nodes.
    """
    nodes, local = numpy.unique(numpy.concatenate([starts, ends]), return_inverse=True)
    count = len(starts)
    order = numpy.argsort(local, kind="stable")
    degree = numpy.bincount(local, minlength=len(nodes))
    first = numpy.concatenate([[0], degree.cumsum()]).tolist()
    at = (order % max(1, count)).tolist()
    one, other, names = local[:count].tolist(), local[count:].tolist(), nodes.tolist()
    unused = bytearray(b"\1") * count

    def walk(node: int, segment: int) -> list[int]:
        line = [names[node]]
        while segment >= 0:
            unused[segment] = 0
            node = one[segment] + other[segment] - node
            line.append(names[node])
            around = first[node]
            if first[node + 1] - around != 2:
                break
            segment = at[around] + at[around + 1] - segment
            if not unused[segment]:
                break
        return line

    for node in numpy.flatnonzero(degree != 2).tolist():
        for segment in at[first[node] : first[node + 1]]:
            if unused[segment]:
                yield walk(node, segment), False
    for segment in range(count):
        if unused[segment]:
            line = walk(one[segment], segment)
            yield line[:-1], True


def without_repeats(vertices: NDArray[numpy.float64], *, closed: bool) -> NDArray[numpy.float64]:
    """Vertices of a line, `[vertex, 2]`, each differing from the one before."""
    kept = numpy.ones(len(vertices), dtype=bool)
    kept[1:] = (vertices[1:] != vertices[:-1]).any(axis=1)
    if closed and len(vertices) > 1 and (vertices[-1] == vertices[0]).all():
        kept[-1] = False
    return vertices[kept]
