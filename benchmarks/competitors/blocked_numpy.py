"""NumPy, in blocks of cells that stay in the cache, without a temporary array in the loop."""

from __future__ import annotations

from collections.abc import Callable

import numpy

from benchmarks.work import Answer, Diagram, Floats

PACKAGE = "numpy"
WHOLE = True

BLOCK = 16_384
"""Cells in a block: fewer cost more calls per cell, more fall out of the second-level cache."""


def prepare(diagram: Diagram) -> Callable[[], Answer]:
    """Blocked NumPy on a diagram."""

    def solve() -> Answer:
        p, g = (grid.ravel() for grid in numpy.meshgrid(diagram.modified_after_a, diagram.discounts))
        value, count = numpy.empty(p.size), numpy.empty(p.size, numpy.int32)
        for start in range(0, p.size, BLOCK):
            block = slice(start, start + BLOCK)
            _solve_block(diagram, p[block], g[block], value[block], count[block])
        return Answer(value=value.reshape(diagram.shape), count=count.reshape(diagram.shape))

    return solve


def _solve_block(
    diagram: Diagram, p: Floats, g: Floats, value: Floats, count: numpy.typing.NDArray[numpy.int32]
) -> None:
    value.fill(0)
    defect, comply = numpy.empty_like(p), numpy.empty_like(p)
    kept_after_a = g * (1 - diagram.modified_in_deployment)
    for _ in range(diagram.deployment):
        numpy.multiply(kept_after_a, value, out=defect)
        numpy.add(defect, 1, out=defect)
        numpy.multiply(g, value, out=comply)
        numpy.maximum(defect, comply, out=value)
    kept_after_a, kept_after_b = g * (1 - p), g * (1 - diagram.modified_after_b)
    # bytes are added eight times as fast as doubles; they are carried over before they can overflow
    chosen, some = numpy.empty(p.size, bool), numpy.zeros(p.size, numpy.uint8)
    count.fill(0)
    for episode in range(diagram.training):
        numpy.multiply(kept_after_a, value, out=defect)
        numpy.add(defect, 1, out=defect)
        numpy.multiply(kept_after_b, value, out=comply)
        numpy.greater_equal(defect, comply, out=chosen)
        numpy.add(some, chosen.view(numpy.uint8), out=some)
        numpy.maximum(defect, comply, out=value)
        if episode % 255 == 254:
            count += some
            some.fill(0)
    count += some
