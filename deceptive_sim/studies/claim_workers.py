"""Many claims at once: in this process, or each in the next free one of several."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from deceptive_sim.core import processes

Answer = TypeVar("Answer")


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
        If the workers are no whole number from 1.
    OutputError
        If a worker process was killed.
    """
    several = processes.useful(processes.cores() if workers is None else workers, len(jobs))
    if several == 1:
        yield from ((number, work(*job)) for number, job in enumerate(jobs))
    else:
        numbered = ((work, number, job) for number, job in enumerate(jobs))
        yield from processes.in_processes(_numbered, numbered, several, ordered=False)


def _numbered(work: Callable[..., Answer], number: int, job: tuple[Any, ...]) -> tuple[int, Answer]:
    return number, work(*job)
