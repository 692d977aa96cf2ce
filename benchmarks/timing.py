"""Timing side by side: every job once per round, in turn, so that a slow moment of the machine hits all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping
from statistics import median
from typing import TypeVar

Job = Callable[[], object]
Name = TypeVar("Name", bound=Hashable)


def interleaved(jobs: Mapping[Name, Job], *, rounds: int) -> dict[Name, float]:
    """Seconds that each job takes, the median of its rounds; one more round goes first and is not counted.

    Parameters
    ----------
    jobs : mapping
        Name to what is timed.
    rounds : int
        At least 1.
    """
    seconds: dict[Name, list[float]] = {name: [] for name in jobs}
    for counted in [False] + [True] * rounds:
        for name, job in jobs.items():
            start = time.perf_counter()
            job()
            if counted:
                seconds[name].append(time.perf_counter() - start)
    return {name: median(times) for name, times in seconds.items()}
