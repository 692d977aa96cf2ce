"""Work in several processes: started out of reach of Ctrl-C, ended with the process that asked, answers as they come.

Whatever in the package starts processes comes here. Which process does a job never shows in its answer.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import BrokenExecutor
from numbers import Integral
from typing import Any, TypeVar

from deceptive_sim.core.errors import InputError, OutputError, Problem, quote

Answer = TypeVar("Answer")

MOST_PER_CORE = 4
"""Processes for each core of this machine: more would only wait for each other, and each takes memory."""


class WorkerEndedError(OutputError):
    """A worker process was killed, by the system or by somebody, before its work was done."""


def cores() -> int:
    """How many processes can really work at a time."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def read_workers(workers: object) -> int:
    """How many may work side by side, as it is asked for; an `InputError` if that is no whole number from 1."""
    if isinstance(workers, bool) or not isinstance(workers, Integral) or workers < 1:
        raise InputError(Problem(name="workers", rule="must be 1 or more", got=quote(workers)))
    return int(workers)


def useful(workers: int, jobs: int) -> int:
    """How many processes are worth starting for a number of jobs, of those that `read_workers` allows."""
    return max(1, min(read_workers(workers), jobs, MOST_PER_CORE * cores()))


def in_processes(
    work: Callable[..., Answer], jobs: Iterable[tuple[Any, ...]], processes: int, *, ordered: bool = True
) -> Generator[Answer, None, None]:
    """Do jobs in other processes; yield the answers. Closing the generator drops what is not done.

    Parameters
    ----------
    work : callable
        A function of a module, for other processes to find; it and what it is given and answers can be pickled.
    jobs : iterable of tuple
        The arguments of each call; taken a few at a time.
    processes : int
        2 or more.
    ordered : bool
        Answers in the order of the jobs, else in whatever order they are done.

    Raises
    ------
    WorkerEndedError
        If a worker process was killed.
    """
    import joblib

    # dispatched a few at a time: what waits in its queue when it is stopped, loky complains of on standard error
    pool = joblib.Parallel(
        n_jobs=processes,
        backend="loky",
        return_as="generator" if ordered else "generator_unordered",
        batch_size=1,
        initializer=_leave_to,
        initargs=(os.getpid(),),
    )
    answers: Generator[Answer, None, None] | None = None
    try:
        with _interruptions_held():
            answers = pool(joblib.delayed(work)(*job) for job in jobs)
        yield from answers
    except BrokenExecutor:
        raise WorkerEndedError(
            "a worker process ended before its work was done, perhaps for lack of memory (fewer --workers take less)"
        ) from None
    finally:
        if answers is not None:
            with warnings.catch_warnings():  # that unfinished work is dropped is what is meant
                warnings.simplefilter("ignore")
                answers.close()


@contextlib.contextmanager
def _interruptions_held() -> Iterator[None]:
    """Hold Ctrl-C back while processes start; here it arrives as soon as they have been started.

    They inherit that it is blocked, and so never die of it in the midst of an import. Without signal masks, workers
    are safe once `_leave_to` ran.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # each process has one; started in here, it would let Ctrl-C through again
    with _noted():
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _noted() -> Iterator[None]:
    """Note Ctrl-C, and pass it on in the end: threads of libraries do not block it, and would wake this one with it."""
    handler = signal.getsignal(signal.SIGINT)
    if handler is None or threading.current_thread() is not threading.main_thread():
        yield  # only the main thread is ever interrupted
        return
    noted: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: noted.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if noted:
            signal.raise_signal(signal.SIGINT)


def _leave_to(parent: int) -> None:
    """Have this worker process leave Ctrl-C to its parent, and end soon after that, should it be killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    if os.name == "posix":  # elsewhere a process keeps its parent's number, and workers end by themselves when idle
        threading.Thread(target=watch, daemon=True).start()
