"""Whoever measures, the bytes are the same; workers that die cost only what they were at."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import psutil
import pytest
from landscapes.test_store import AXES, SCRIPT, environment
from landscapes.toys import LEAST_POINTS, Waves

from deceptive_sim.core.errors import InputError, OutputError
from deceptive_sim.landscapes import provenance, tiles
from deceptive_sim.landscapes import workers as workers_module
from deceptive_sim.landscapes.fill import fill
from deceptive_sim.landscapes.landscape import measure
from deceptive_sim.landscapes.netcdf import write_netcdf


class Deadly(Waves):
    """Kills the worker that measures the second tile, always."""

    def __call__(self, axes: Any) -> Any:
        if axes[0].rows[0][0] == AXES[0].rows[8][0]:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(axes)


@pytest.fixture(scope="module", autouse=True)
def fixed_code() -> Iterator[None]:
    """Somebody may edit the code while the tests run; and the worker processes end with the tests."""
    from joblib.externals.loky import get_reusable_executor

    with pytest.MonkeyPatch.context() as changed:
        changed.setenv("FIXED_CODE", "1")
        changed.setattr(provenance, "code_digest", lambda: "fixed")
        changed.setattr(tiles, "LEAST_POINTS", LEAST_POINTS)
        get_reusable_executor().shutdown(wait=True)
        yield
        get_reusable_executor().shutdown(wait=True)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("expected") / "landscape.nc"
    write_netcdf(measure(Waves(), AXES), path)
    return path.read_bytes()


def processes(log: Path) -> set[int]:
    """Who measured."""
    return {int(path.name.split("-")[0]) for path in log.iterdir()}


def test_one_worker_is_this_process(tmp_path: Path, expected: bytes) -> None:
    (tmp_path / "log").mkdir()
    assert fill(Waves(log=tmp_path / "log"), AXES, tmp_path / "out").path.read_bytes() == expected
    assert processes(tmp_path / "log") == {os.getpid()}


@pytest.mark.slow
def test_several_workers_are_other_processes_and_give_the_same_bytes(tmp_path: Path, expected: bytes) -> None:
    (tmp_path / "log").mkdir()
    sweep = Waves(log=tmp_path / "log", pause=0.3)
    assert fill(sweep, AXES, tmp_path / "out", workers=2).path.read_bytes() == expected
    assert len(processes(tmp_path / "log")) == 2
    assert os.getpid() not in processes(tmp_path / "log")


@pytest.mark.slow
def test_errors_in_points_come_back_from_other_processes(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        fill(Waves(bad=Fraction(13)), AXES, tmp_path, workers=2)
    assert [(problem.name, problem.got) for problem in caught.value.problems] == [("depth", "13.0")]
    assert not (tmp_path / "landscape.nc").exists()


@pytest.mark.slow
def test_a_worker_process_that_is_killed_costs_nothing(tmp_path: Path, expected: bytes) -> None:
    sweep = Waves(killed_at=Fraction(8), once=tmp_path / "once")
    filled = fill(sweep, AXES, tmp_path / "out", workers=2)
    assert (tmp_path / "once").exists()
    assert filled.path.read_bytes() == expected


@pytest.mark.slow
def test_workers_that_die_again_and_again_are_said(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"^worker processes ended 3 times before they finished a tile"):
        fill(Deadly(), AXES, tmp_path, workers=2)


def test_code_of_another_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = iter(["mine"] * 5 + ["theirs"])  # for the manifest and the names, then twice for every tile
    monkeypatch.setattr(provenance, "code_digest", lambda: next(codes, "mine"))
    with pytest.raises(InputError, match="workers must run the same code of deceptive-sim as this process"):
        fill(Waves(), AXES, tmp_path)
    assert len(list(tmp_path.glob("tiles/*.tile"))) == 1


@pytest.mark.parametrize("workers", [0, -1, 1.5, True])
def test_fewer_than_one_worker_is_refused(tmp_path: Path, workers: Any) -> None:
    with pytest.raises(InputError, match=f"workers must be 1 or more, got {str(workers).lower()}"):
        fill(Waves(), AXES, tmp_path / "out", workers=workers)
    assert not (tmp_path / "out").exists()


def test_two_threads_do_not_measure_at_the_same_time_in_one_process() -> None:
    running: list[int] = []
    most: list[int] = []

    class Watched(Waves):
        def __call__(self, axes: Any) -> Any:
            running.append(1)
            most.append(len(running))
            time.sleep(0.02)
            running.pop()
            return super().__call__(axes)

    threads = [threading.Thread(target=workers_module.measure_tile, args=(Watched(), AXES)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 4


@pytest.mark.slow
def test_worker_processes_end_with_the_process_that_is_killed(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    words = [sys.executable, str(tmp_path / "script.py"), str(tmp_path / "out"), "0.3", "2"]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())
    while not (tmp_path / "out" / "tiles").exists():
        time.sleep(0.01)
    children = psutil.Process(process.pid).children(recursive=True)
    assert len(children) >= 2
    process.kill()
    process.wait()
    _, alive = psutil.wait_procs(children, timeout=20)
    assert alive == []


# --- a cluster -------------------------------------------------------------------------------------------------------


def test_a_cluster_needs_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError) as caught:
        fill(Waves(), AXES, tmp_path, dask="tcp://127.0.0.1:1")
    assert str(caught.value) == "dask must be installed to use a cluster (pip install 'deceptive-sim[cluster]')"


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense", "foo://x", "127.0.0.1:99999999", ""])
def test_a_scheduler_that_cannot_be_reached_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(workers_module, "SECONDS_TO_CONNECT", 1)
    with pytest.raises(InputError, match="dask must be the address of a dask scheduler that can be reached"):
        fill(Waves(), AXES, tmp_path, dask=address)


@pytest.fixture
def cluster() -> Iterator[Any]:
    """A scheduler in this process, and two worker processes."""
    import distributed

    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=2, processes=True, dashboard_address=None, silence_logs=50
    ) as made:
        yield made


@pytest.mark.slow
def test_a_cluster_gives_the_same_bytes(tmp_path: Path, cluster: Any, expected: bytes) -> None:
    (tmp_path / "log").mkdir()
    sweep = Waves(log=tmp_path / "log", pause=0.2)
    filled = fill(sweep, AXES, tmp_path / "out", dask=cluster.scheduler_address)
    assert filled.path.read_bytes() == expected
    assert processes(tmp_path / "log") == {worker.process.pid for worker in cluster.workers.values()}
    deadline = time.monotonic() + 10
    while cluster.scheduler.tasks and time.monotonic() < deadline:  # results do not pile up on the cluster
        time.sleep(0.05)
    assert not cluster.scheduler.tasks


@pytest.mark.slow
def test_a_cluster_worker_that_is_killed_in_mid_sweep_costs_nothing(
    tmp_path: Path, cluster: Any, expected: bytes
) -> None:
    victims = [worker.process.pid for worker in cluster.workers.values()][:1]
    killed = []

    def progress(done: int, total: int, what: str) -> None:
        if what == "measuring" and done and victims:
            os.kill(victims[0], signal.SIGKILL)
            killed.append(victims.pop())

    (tmp_path / "log").mkdir()
    sweep = Waves(pause=0.5, log=tmp_path / "log")
    filled = fill(sweep, AXES, tmp_path / "out", dask=cluster.scheduler_address, progress=progress)
    assert killed
    assert filled.computed == 5
    assert filled.path.read_bytes() == expected


@pytest.mark.slow
def test_errors_in_points_come_back_from_a_cluster(tmp_path: Path, cluster: Any) -> None:
    with pytest.raises(InputError, match="depth must not be there, got 9"):
        fill(Waves(bad=Fraction(9)), AXES, tmp_path, dask=cluster.scheduler_address)


@pytest.mark.slow
def test_a_cluster_whose_workers_die_at_a_tile_gives_up(tmp_path: Path, cluster: Any) -> None:
    with pytest.raises(OutputError, match=r"^the cluster at .* gave up: .* \(finished tiles stay"):
        fill(Deadly(), AXES, tmp_path, dask=cluster.scheduler_address)


@pytest.mark.slow
def test_a_scheduler_without_workers_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import distributed

    monkeypatch.setattr(workers_module, "SECONDS_TO_CONNECT", 1)
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address=None, silence_logs=50) as made,
        pytest.raises(InputError, match="dask must be a scheduler that has workers"),
    ):
        fill(Waves(), AXES, tmp_path, dask=made.scheduler_address)


@pytest.mark.slow
def test_a_cluster_that_goes_away_is_said_and_finished_tiles_stay(tmp_path: Path, cluster: Any) -> None:
    def progress(done: int, total: int, what: str) -> None:
        if what == "measuring" and done:
            cluster.close()

    with pytest.raises(OutputError, match=r"^the cluster at .* gave up: .* \(finished tiles stay"):
        fill(Waves(pause=0.3), AXES, tmp_path, dask=cluster.scheduler_address, progress=progress)
    assert 1 <= fill(Waves(), AXES, tmp_path).kept < 5
