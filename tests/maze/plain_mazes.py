"""Mazes looked at in plain Python, cell by cell: what tests hold the package's mazes against."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from scipy.stats import chi2

ALARM = 1e-6
"""False-alarm rate of every statistical test that says no other."""


def floor_cells(blocked: Sequence[int], stride: int) -> set[tuple[int, int]]:
    return {divmod(cell, stride) for cell, wall in enumerate(blocked) if not wall}


def neighbours(cell: tuple[int, int]) -> list[tuple[int, int]]:
    row, column = cell
    return [(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)]


def component(floor: set[tuple[int, int]], start: tuple[int, int]) -> set[tuple[int, int]]:
    found, waiting = {start}, [start]
    while waiting:
        for near in neighbours(waiting.pop()):
            if near in floor and near not in found:
                found.add(near)
                waiting.append(near)
    return found


def adjacent_pairs(floor: set[tuple[int, int]]) -> int:
    return sum(near in floor for cell in floor for near in neighbours(cell)) // 2


def chi_square(observed: Iterable[int], expected: Sequence[float]) -> tuple[float, float]:
    """The statistic, and the bound that it exceeds with probability `ALARM` if what is expected is so."""
    statistic = sum((seen - mean) ** 2 / mean for seen, mean in zip(observed, expected, strict=True))
    return float(statistic), float(chi2.isf(ALARM, len(expected) - 1))


def counted(values: np.ndarray, possible: Sequence[object]) -> list[int]:
    """How often each possible value occurs; anything else is an error."""
    found = dict(zip(*np.unique(values, return_counts=True), strict=True))
    assert set(found) <= set(possible), set(found) - set(possible)
    return [int(found.get(value, 0)) for value in possible]
