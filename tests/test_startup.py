"""Start-up stays light: what each command imports, and how long it takes beside a bare interpreter."""

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

import pytest

HEAVY = {"numpy", "scipy", "pandas", "seaborn", "matplotlib", "xarray", "numba", "jinja2", "hypothesis", "rich"} | {
    "h5py",
    "joblib",
    "z3",
}
READING = {"pydantic", "ruamel"}


def imported_by(words: Sequence[str]) -> set[str]:
    """The top-level modules that a command has imported when it ends."""
    code = (
        "import sys\n"
        "from deceptive_sim.cli import main\n"
        "try:\n"
        f"    main({list(words)!r})\n"
        "except SystemExit:\n"
        "    print('\\n@' + ' '.join({name.split('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.rpartition("@")[2].split())


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        *(
            [name, "--help"]
            for name in ("solve", "run", "play", "phase", "landscape", "verify", "maze", "check", "list")
        ),
    ],
)
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    assert imported_by(words) & (HEAVY | READING) == set()


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ["solve", "two-plus-three"],
        ["check", "two-plus-three"],
        ["list"],
        ["solve", "claims/two-phase"],
        ["check", "claims/two-phase"],
    ],
)
def test_solving_and_checking_import_no_arrays_and_no_drawing(words: list[str]) -> None:
    assert imported_by(words) & HEAVY == set()


def test_the_package_itself_imports_nothing_but_what_waits_for_gymnasium() -> None:
    code = "import sys; before = set(sys.modules); import deceptive_sim; print(*(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    own = {name for name in done.stdout.split() if name.startswith("deceptive_sim")}
    assert own == {"deceptive_sim", "deceptive_sim.core", "deceptive_sim.core.importing"}
    assert {name.split(".")[0] for name in done.stdout.split()} & (HEAVY | READING | {"click"}) == set()


def median_seconds(*words: str, runs: int = 9) -> float:
    times = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        subprocess.run([sys.executable, *words], capture_output=True, check=True)
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])


@pytest.mark.slow
def test_help_and_solve_feel_instant() -> None:
    # Measured at about 5 and 21 times a bare interpreter; the bounds leave room for a busy machine.
    bare = median_seconds("-c", "pass")
    assert median_seconds("-m", "deceptive_sim", "--help") < 15 * bare
    assert median_seconds("-m", "deceptive_sim", "solve", "two-plus-three") < 60 * bare
