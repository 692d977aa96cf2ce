"""JAX: compiled by XLA for the processor, float64, blocks of cells one after the other, `fori_loop` over episodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy

from benchmarks.work import Answer, Diagram

PACKAGE = "jax"
WHOLE = True

BLOCK = 10_000
"""Cells in a block."""

UNROLLED = 2
"""Episodes per turn of the loop: 1 writes V to memory after each, and from 5 on XLA computes parts twice."""


def prepare(diagram: Diagram) -> Callable[[], Answer]:
    """A diagram compiled; the first call, not timed, compiles."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)

    def decide(value: Any, kept_after_a: Any, kept_after_b: Any) -> tuple[Any, Any]:
        defect, comply = kept_after_a * value + 1, kept_after_b * value
        return jnp.maximum(defect, comply), defect >= comply

    def solve_cells(cells: tuple[Any, Any]) -> tuple[Any, Any]:
        p, g = cells
        in_deployment, after_b = g * (1 - diagram.modified_in_deployment), g * (1 - diagram.modified_after_b)

        def deploy(_: int, value: Any) -> Any:
            return decide(value, in_deployment, g)[0]

        def train(_: int, state: tuple[Any, Any]) -> tuple[Any, Any]:
            value, chosen = decide(state[0], g * (1 - p), after_b)
            return value, state[1] + chosen

        value = jax.lax.fori_loop(0, diagram.deployment, deploy, jnp.zeros_like(p), unroll=UNROLLED)
        start = value, jnp.zeros(p.shape, jnp.int32)
        value, count = jax.lax.fori_loop(0, diagram.training, train, start, unroll=UNROLLED)
        return value, count

    def solve_all(modified_after_a: Any, discounts: Any) -> tuple[Any, Any]:
        cells = jnp.meshgrid(modified_after_a, discounts)
        if diagram.cells % BLOCK:
            return solve_cells((cells[0], cells[1]))
        value, count = jax.lax.map(solve_cells, tuple(grid.reshape(-1, BLOCK) for grid in cells))
        return value.reshape(diagram.shape), count.reshape(diagram.shape)

    compiled = jax.jit(solve_all)

    def solve() -> Answer:
        value, count = compiled(diagram.modified_after_a, diagram.discounts)
        return Answer(value=numpy.asarray(value), count=numpy.asarray(count))

    return solve
