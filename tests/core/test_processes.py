"""Work in several processes: the same answers, ended by whoever asked, and Ctrl-C is nobody's traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from deceptive_sim.core.errors import InputError
from deceptive_sim.core.processes import MOST_PER_CORE, WorkerEndedError, cores, in_processes, read_workers, useful

ROOT = Path(__file__).parents[2]

SLOW_TO_START = """
import os, time

if "SLOW_START" in os.environ:
    open(os.path.join(os.environ["SLOW_START"], str(os.getpid())), "w").close()
    time.sleep(2)
"""

ASKS = """
import os, sys
from deceptive_sim.core.processes import in_processes

os.environ["SLOW_START"] = sys.argv[1]
try:
    print(*in_processes(divmod, [(17, number) for number in (1, 2, 3, 4)], 2))
except KeyboardInterrupt:
    sys.exit("interrupted")
"""

HOLDS = """
import signal, threading, time
from deceptive_sim.core.processes import _interruptions_held

other = threading.Thread(target=time.sleep, args=(0.5,))
other.start()
try:
    with _interruptions_held():
        signal.pthread_kill(other.ident, signal.SIGINT)
        time.sleep(0.1)
        print("held")
    print("lost")
except KeyboardInterrupt:
    print("interrupted", signal.getsignal(signal.SIGINT) is signal.default_int_handler)
    print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ()))
"""

INTERRUPTED_AT_THE_START = """
import joblib, signal, sys, threading, time
from deceptive_sim.core.processes import in_processes

def start(pool, jobs, begin=joblib.Parallel.__call__):
    answers = begin(pool, jobs)
    time.sleep(1)
    signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
    return answers

joblib.Parallel.__call__ = start
try:
    print(*in_processes(time.sleep, [(3,)] * 4, 2))
except KeyboardInterrupt:
    sys.exit("interrupted")
"""

SIGNALS = pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="sends signals to threads and processes")


def interruptible(code: str, *words: str, **variables: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        start_new_session=True,
    )


def die(number: int) -> int:
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def slowly(number: int) -> int:
    time.sleep(0.3 if number == 0 else 0)
    return number


@pytest.mark.parametrize(
    ("workers", "jobs", "expected"),
    [(1, 9, 1), (2, 9, 2), (2, 1, 1), (2, 0, 1), (10_000, 10_000, MOST_PER_CORE * cores())],
)
def test_never_more_processes_than_are_of_use(workers: int, jobs: int, expected: int) -> None:
    assert useful(workers, jobs) == expected


@pytest.mark.parametrize("workers", [None, 0, -1, 1.5, float("nan"), "2", True, [2]])
def test_workers_are_a_whole_number_from_1(workers: Any) -> None:
    for ask in (read_workers, partial(useful, jobs=3)):
        with pytest.raises(InputError, match=r"^workers must be 1 or more"):
            ask(workers)


@pytest.mark.slow
def test_answers_come_in_the_order_of_the_jobs_or_as_they_are_done() -> None:
    jobs = [(number,) for number in range(6)]
    assert list(in_processes(slowly, jobs, 2)) == list(range(6))
    as_done = list(in_processes(slowly, jobs, 2, ordered=False))
    assert sorted(as_done) == list(range(6))
    assert as_done[0] == 1


@pytest.mark.slow
def test_a_worker_that_is_killed_is_said_in_one_line() -> None:
    with pytest.raises(WorkerEndedError, match=r"^a worker process ended before its work was done") as caught:
        list(in_processes(die, [(number,) for number in range(4)], 2))
    assert "\n" not in str(caught.value)


@SIGNALS
def test_an_interruption_that_another_thread_is_sent_is_held_as_well() -> None:
    out, err = interruptible(HOLDS).communicate(timeout=60)
    assert (out.decode().split(), err) == (["held", "interrupted", "True", "False"], b"")


@pytest.mark.slow
@SIGNALS
def test_an_interruption_that_was_held_drops_the_work_without_a_warning() -> None:
    process = interruptible(INTERRUPTED_AT_THE_START)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err.strip()) == (1, b"", b"interrupted")


@pytest.mark.slow
@SIGNALS
def test_an_interruption_while_workers_start_is_one_word(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(SLOW_TO_START)
    (tmp_path / "started").mkdir()
    both = os.pathsep.join([str(tmp_path), str(ROOT)])
    process = interruptible(ASKS, str(tmp_path / "started"), PYTHONPATH=both)
    deadline = time.monotonic() + 60
    while len(list((tmp_path / "started").iterdir())) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C does: to all processes of the command
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err.strip()) == (1, b"", b"interrupted")
