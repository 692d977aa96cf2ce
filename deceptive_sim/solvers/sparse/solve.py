"""Backward induction over sparse arrays; see the package."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.model.protocols import Game
from deceptive_sim.solvers.sparse.explore import explore
from deceptive_sim.solvers.sparse.solved import Solved
from deceptive_sim.solvers.sparse.tables import Table, Tables, discount

TIED = 1e-12
"""Options this near to the best, relative to the largest value so far, count as equally good."""


def solve_sparse(game: Game | Tables, *, policy: bool = False) -> Solved:
    """The best play of a game with one objective.

    Parameters
    ----------
    game : Game or Tables
        A game, or one that is explored already.
    policy : bool
        Whether to keep which actions are best, in every world and episode.

    Returns
    -------
    Solved
        Cost: episodes times options. Float64.
    """
    tables = game if isinstance(game, Tables) else explore(game)
    horizon, factor = tables.game.horizon, float(discount(tables.game))
    values = np.zeros(len(tables.worlds))
    buffer = np.empty(max((table.payoffs.size for table in tables.by_label.values()), default=0))
    magnitude, near, tied = 0.0, 0, list[NDArray[np.uint8]]()
    for t in range(horizon, 0, -1):
        table = tables.table(t)
        q = buffer[: table.payoffs.size].reshape(table.payoffs.shape)
        _weigh(table, values, factor, q)
        best = q.max(axis=0)
        values[table.rows] = best
        if policy:
            # sums near the best one are of numbers at most twice as large as the best ones: so far reaches rounding
            magnitude = max(magnitude, float(np.abs(best).max(initial=0.0)))
            best -= max(TIED, 4 * np.finfo(float).eps * (horizon - t + 1)) * magnitude
            close = q >= best
            near += int(np.count_nonzero(close) - np.count_nonzero(q == values[table.rows]))
            tied.append(_packed(close))
    value = float(values[0]) / tables.scale
    return Solved(tables, value, near if policy else None, tuple(reversed(tied)))


def _weigh(table: Table, values: NDArray[np.float64], factor: float, q: NDArray[np.float64]) -> None:
    """What every option is worth, written into `q` [A, R]."""
    np.take(values, table.then, out=q, mode="clip")  # clipping never happens, but spares a copy
    for action, forks in enumerate(table.forks):
        if len(forks.rows):
            q[action, forks.rows] = np.add.reduceat(forks.chances * values[forks.then], forks.first)
    if factor != 1:
        q *= factor
    q += table.payoffs


def _packed(flags: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Bits of flags [A, R], as `numpy.packbits` along the first axis in little order, but faster."""
    bits = np.zeros((-(-len(flags) // 8), flags.shape[1]), dtype=np.uint8)
    for place, flag in enumerate(flags.view(np.uint8)):
        bits[place // 8] |= flag << place % 8
    return bits
