"""Many claims at once: in this process, or each in the next free one of several."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor
from typing import Any, TypeVar

from deceptive_sim.core.errors import OutputError, wrong

Answer = TypeVar("Answer")

MOST_PER_CORE = 4


def cores() -> int:
    """How many processes can really work at a time."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def each(
    work: Callable[..., Answer], jobs: Sequence[tuple[Any, ...]], workers: int | None = 1
) -> Iterator[tuple[int, Answer]]:
    """Do some jobs; yield the number of each (from 0) and its answer, in whatever order they are done.

    Parameters
    ----------
    work : callable
        A function of a module, for other processes to find.
    jobs : sequence of tuple
        The arguments of each call.
    workers : int or None
        Processes; None for one per core. With 1, or one job, all is done here.

    Raises
    ------
    InputError
        If the number of workers is below 1.
    OutputError
        If a worker process was killed.
    """
    if workers is not None and workers < 1:
        raise wrong("workers", "must be 1 or more", workers)
    processes = min(len(jobs), cores() if workers is None else min(workers, MOST_PER_CORE * cores()))
    if processes <= 1:
        yield from ((number, work(*job)) for number, job in enumerate(jobs))
    else:
        yield from _in_processes(work, jobs, processes)


def _in_processes(
    work: Callable[..., Answer], jobs: Sequence[tuple[Any, ...]], processes: int
) -> Iterator[tuple[int, Answer]]:
    import joblib

    from deceptive_sim.landscapes.workers import end_with

    # dispatched a few at a time: what waits in its queue when it is stopped, loky complains of on standard error
    pool = joblib.Parallel(
        n_jobs=processes,
        backend="loky",
        return_as="generator_unordered",
        batch_size=1,
        initializer=end_with,
        initargs=(os.getpid(),),
    )
    answers = pool(joblib.delayed(_numbered)(work, number, job) for number, job in enumerate(jobs))
    try:
        yield from answers
    except BrokenExecutor:
        raise OutputError(
            "a worker process ended before it had verified its claim, perhaps for lack of memory "
            "(fewer --workers take less)"
        ) from None
    finally:
        with warnings.catch_warnings():  # that unfinished work is dropped is what is meant
            warnings.simplefilter("ignore")
            answers.close()


def _numbered(work: Callable[..., Answer], number: int, job: tuple[Any, ...]) -> tuple[int, Answer]:
    return number, work(*job)
