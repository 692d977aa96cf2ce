"""Work in chunks: one after the other, or in several threads, with the same result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from deceptive_sim.core.processes import read_workers
from deceptive_sim.core.progress import Progress

MOST_THREADS = 256
"""More side by side would wait for each other."""

Job = TypeVar("Job")
Done = TypeVar("Done")


def cut(total: int, size: int) -> Iterator[tuple[int, int]]:
    """A number of things cut into chunks of `size`, the last of which may be smaller: which chunk, and how many."""
    for chunk, done in enumerate(range(0, total, size)):
        yield chunk, min(size, total - done)


def in_chunks(
    work: Callable[[Job], Done], jobs: Sequence[Job], workers: int, progress: Progress, what: str
) -> list[Done]:
    """What comes of each job, in their order.

    Parameters
    ----------
    work : callable
        From a job to what comes of it; whatever it draws at random it draws from generators of the job's own.
    jobs : sequence
    workers : int
        Threads, from 1; no more than `MOST_THREADS` are used. Kernels let go of the interpreter while they run.
    progress : Progress
    what : str
        What is being done.

    Raises
    ------
    InputError
        If the workers are no whole number from 1.
    """
    allowed = read_workers(workers)
    done: list[Done] = []
    progress(0, len(jobs), what)
    if allowed == 1 or len(jobs) < 2:
        results = map(work, jobs)
        return _gathered(results, done, len(jobs), progress, what)
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(min(allowed, len(jobs), MOST_THREADS)) as threads:
        return _gathered(threads.map(work, jobs), done, len(jobs), progress, what)


def _gathered(results: Iterable[Done], done: list[Done], total: int, progress: Progress, what: str) -> list[Done]:
    for result in results:
        done.append(result)
        progress(len(done), total, what)
    return done
