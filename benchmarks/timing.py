"""Timing side by side: every job once per round, in turn, so that a slow moment of the machine hits all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from statistics import median

Job = Callable[[], object]


def interleaved(jobs: Mapping[str, Job], *, rounds: int) -> dict[str, float]:
    """Seconds that each job takes, the median of its rounds; one more round goes first and is not counted.

    Parameters
    ----------
    jobs : mapping
        Name to what is timed.
    rounds : int
        At least 1.
    """
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for counted in [False] + [True] * rounds:
        for name, job in jobs.items():
            start = time.perf_counter()
            job()
            if counted:
                seconds[name].append(time.perf_counter() - start)
    return {name: median(times) for name, times in seconds.items()}
