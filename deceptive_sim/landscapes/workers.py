"""Who measures the tiles: this process, several processes on this machine, or a dask cluster.

Each way is a function from jobs to answers, in any order; answers come back to the process that asked, which alone
writes them, so that a cluster needs no shared disk.
"""

from __future__ import annotations

import contextlib
import functools
import socket
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deceptive_sim.core import processes
from deceptive_sim.core.errors import InputError, OutputError, Problem, wrong
from deceptive_sim.landscapes import provenance
from deceptive_sim.landscapes.payload import encode
from deceptive_sim.landscapes.sweep import Sweep
from deceptive_sim.landscapes.tiles import Plan, Tile

if TYPE_CHECKING:
    from deceptive_sim.landscapes.axes import Axis

ATTEMPTS = 3
"""How often in a row workers may die without one tile finished."""

SECONDS_TO_CONNECT = 10

SCHEMES = ("tcp", "tls", "ws", "wss")
"""How a cluster may be spoken to; the others that dask knows need its process or its hardware."""

IN_FLIGHT = 3
"""Tiles handed out per thread of a cluster: enough that none waits for the next one."""

Measured = Generator[tuple[Tile, bytes], None, None]
"""Tiles and what they hold; closing it ends the work."""

Ways = Callable[[Plan, Sweep, Sequence[Tile]], Measured]

_one_at_a_time = threading.Lock()
"""A sweep uses threads of its own, and its compiled code need not bear two callers in one process."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came of a tile: its bytes, or what is wrong with its points; and which code measured it."""

    payload: bytes
    problems: tuple[Problem, ...]
    code: str


def measure_tile(sweep: Sweep, axes: Sequence[Axis]) -> Answer:
    """Measure a tile, in whatever process. Errors in points are data, as they have to travel."""
    try:
        with _one_at_a_time:
            arrays = sweep(axes)
    except InputError as error:
        return Answer(payload=b"", problems=error.problems, code=provenance.code_digest())
    payload = encode(arrays, sweep.variables, [len(axis) for axis in axes])
    return Answer(payload=payload, problems=(), code=provenance.code_digest())


def ways(workers: int = 1, dask: str | None = None) -> Ways:
    """How tiles are measured.

    Parameters
    ----------
    workers : int
        Processes on this machine; 1 is this process itself. Never more are started than there are tiles, nor than
        four for each core.
    dask : str, optional
        Address of a dask scheduler, such as `tcp://127.0.0.1:8786`, which measures instead.

    Raises
    ------
    InputError
        If the workers are no whole number from 1.
    """
    several = processes.read_workers(workers)
    if dask is not None:
        return functools.partial(_on_cluster, dask)
    return _here if several == 1 else functools.partial(_in_processes, several)


def _here(plan: Plan, sweep: Sweep, tiles: Sequence[Tile]) -> Measured:
    for tile in tiles:
        yield tile, _payload(measure_tile(sweep, tile.axes_of(plan)))


def _in_processes(workers: int, plan: Plan, sweep: Sweep, tiles: Sequence[Tile]) -> Measured:
    """Measure in processes; when one is killed, what is not finished is measured by new ones."""
    waiting, failures = {tile.number: tile for tile in tiles}, 0
    several = max(2, processes.useful(workers, len(waiting)))  # one alone would be this process, and die with its tile
    while waiting:
        jobs = [(sweep, tile.number, tile.axes_of(plan)) for tile in waiting.values()]
        answers = processes.in_processes(_numbered, jobs, several, ordered=False)
        with contextlib.closing(answers):
            try:
                for number, answer in answers:
                    yield waiting.pop(number), _payload(answer)
                    failures = 0
            except processes.WorkerEndedError:
                failures += 1
                if failures == ATTEMPTS:
                    raise OutputError(
                        f"worker processes ended {ATTEMPTS} times before they finished a tile, perhaps for lack of "
                        "memory (finished tiles stay; the same command goes on from there, fewer --workers take less "
                        "memory)"
                    ) from None


def _numbered(sweep: Sweep, number: int, axes: Sequence[Axis]) -> tuple[int, Answer]:
    return number, measure_tile(sweep, axes)


def _on_cluster(address: str, plan: Plan, sweep: Sweep, tiles: Sequence[Tile]) -> Measured:
    """Measure on a dask cluster. It repeats by itself what was lost with a worker."""
    from concurrent.futures import CancelledError

    distributed = _distributed()
    with _connected(distributed, address) as client:
        threads = sum(client.nthreads().values())
        todo, tile_of = iter(tiles), {}
        running = distributed.as_completed(loop=client.loop)

        def hand_out() -> None:
            for tile in todo:
                job = client.submit(measure_tile, sweep, tile.axes_of(plan), key=f"landscape-{tile.name}", pure=False)
                tile_of[job.key] = tile
                running.add(job)
                return

        try:
            for _ in range(IN_FLIGHT * max(1, threads)):
                hand_out()
            for job in running:
                answer = job.result()
                hand_out()
                yield tile_of.pop(job.key), _payload(answer)
                job.release()
        except (
            CancelledError,
            OSError,
            TimeoutError,
            distributed.KilledWorker,
            distributed.scheduler.NoValidWorkerError,
        ) as error:
            raise OutputError(
                f"the cluster at {address} gave up: {_first_line(error)} "
                "(finished tiles stay; the same command goes on from there)"
            ) from error


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].removesuffix(".")


def _distributed() -> Any:
    try:
        import distributed
    except ImportError:
        hint = "pip install 'deceptive-sim[cluster]'"
        raise wrong("dask", "must be installed to use a cluster", hint=hint) from None
    return distributed


@contextlib.contextmanager
def _connected(distributed: Any, address: str) -> Iterator[Any]:
    """A client of the scheduler at an address, which must have workers."""
    try:
        _knock(distributed, address)
        client = distributed.Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError, OverflowError) as error:
        rule = "must be the address of a dask scheduler that can be reached, such as tcp://127.0.0.1:8786"
        raise wrong("dask", rule, address, str(error) or None) from None
    try:
        try:
            client.wait_for_workers(1, timeout=SECONDS_TO_CONNECT)
        except (OSError, TimeoutError):
            raise wrong("dask", "must be a scheduler that has workers", address) from None
        yield client
    finally:
        client.close()


def _knock(distributed: Any, address: str) -> None:
    """Raise if nobody listens at an address: a client that cannot connect would complain long after it was given up."""
    scheme, place = distributed.comm.parse_address(address)
    if scheme not in SCHEMES:
        raise ValueError(f"{scheme} is none of {', '.join(SCHEMES)}")
    if scheme in ("tcp", "tls"):
        host, port = distributed.comm.addressing.parse_host_port(place)
        with socket.create_connection((host, port), timeout=SECONDS_TO_CONNECT):
            pass


def _payload(answer: Answer) -> bytes:
    if answer.code != provenance.code_digest():
        raise wrong("workers", "must run the same code of deceptive-sim as this process")
    if answer.problems:
        raise InputError(answer.problems)
    return answer.payload
