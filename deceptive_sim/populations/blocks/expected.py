"""How often agents change on average, by which the cost of drawing them by jumps is told beforehand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.populations.tables import Tables

MOST_STATES = 100
"""With more states, agents are taken to change in every episode when engines are compared."""


def expected_changes(tables: Tables) -> NDArray[np.float64]:
    """`[C]`: how often an agent of each cohort changes its state on average (to float accuracy).

    Of a run of episodes with equal rows in one go: with the moves and, in one column more, the chances to leave.
    """
    states, starts = tables.states, tables.starts
    if states > MOST_STATES:
        return np.full(len(starts), float(tables.horizon))
    here = np.zeros((len(starts), states + 1))
    here[np.arange(len(starts)), starts] = 1.0
    borders = np.flatnonzero(np.diff(tables.row_of)) + 1
    for run in np.split(tables.row_of, borders):
        if not len(run):
            continue
        row = run[0]
        moves = np.zeros((states + 1, states + 1))
        moves[-1, -1] = 1.0
        from_state = np.repeat(np.arange(states), tables.action.shape[2])
        np.add.at(moves, (from_state, tables.following[row].ravel()), tables.chances[row].ravel())
        moves[:-1, -1] = 1 - np.diag(moves)[:-1]
        here = here @ np.linalg.matrix_power(moves, len(run))
    return np.asarray(here[:, -1])
