"""What is timed of the product. The only module here that knows its insides: the kernel's rows, the sweep, borders.

A function raises `MissingError` where the product cannot yet do what is asked.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy

from benchmarks.work import Answer, Diagram

if TYPE_CHECKING:
    from deceptive_sim.landscapes.axes import Axis
    from deceptive_sim.landscapes.borders import Borders
    from deceptive_sim.studies.sweeps import ScenarioSweep

SCENARIO = Path(__file__).parent / "standard.yaml"
MODIFICATION, DISCOUNT = "training.modification.A", "discount"

VALUE_AND_COUNT = ("value", "training_defections")

SLOW = 5e-6
"""Seconds per cell that only the reference solver takes: such a sweep is not timed on a million cells."""

TILE = 1_000_000
"""Cells of a dense diagram that are measured at once: all its outputs together would not fit into memory."""


class MissingError(Exception):
    """The product cannot do this yet; the message says what is missing."""


# --- the kernel, as it is called ---------------------------------------------------------------


def kernel(diagram: Diagram, *, jump: bool, threads: int, wanted: Sequence[str] = VALUE_AND_COUNT) -> Answer:
    """Value and A count of a diagram by the compiled kernel.

    Parameters
    ----------
    jump : bool
        Whether phases are jumped over in closed form; if not, every episode is worked off.
    wanted : sequence of str
        What is measured; value and count at least.
    """
    try:
        from deceptive_sim.solvers.compiled.kernel import Base, GameNumbers, PhaseNumbers, measure_games
    except ImportError as error:
        raise MissingError(f"the kernel is not there ({error})") from None
    p, g = diagram.modified_after_a[numpy.newaxis, :], diagram.discounts[:, numpy.newaxis]
    games = GameNumbers(
        shape=diagram.shape,
        phases=(
            PhaseNumbers(training=True, numbers=_phase(diagram.training, p, diagram.modified_after_b)),
            PhaseNumbers(training=False, numbers=_phase(diagram.deployment, diagram.modified_in_deployment, 0)),
        ),
        discount=g,
        discount_other=g,
        base=Base.OTHER,
        prefers_defecting=True,
    )
    found = measure_games(games, wanted=tuple(wanted), jump=jump, threads=threads).arrays
    return Answer(value=found["value"], count=found["training_defections"])


def _phase(episodes: int, after_a: Any, after_b: Any) -> list[Any]:
    """A phase's numbers in the kernel's order; the modified agent stays modified."""
    one, nothing = 1.0, 0.0
    numbers = [episodes, one, nothing, nothing, one, one - after_a, one - after_b, after_a, after_b, one, one]
    return [numpy.atleast_2d(numpy.asarray(number, float)) for number in [*numbers, nothing, nothing]]


# --- the sweep, as landscapes use it -----------------------------------------------------------


def sweep(diagram: Diagram | None = None) -> ScenarioSweep:
    """The standard scenario as a sweep, with a diagram's numbers of episodes."""
    from deceptive_sim.scenario.load import load_scenario
    from deceptive_sim.studies.sweeps import ScenarioSweep

    episodes = {"training.episodes": diagram.training, "deployment.episodes": diagram.deployment} if diagram else {}
    return ScenarioSweep(scenario=load_scenario(SCENARIO, episodes), agent="planner")


def axes(diagram: Diagram) -> tuple[Axis, Axis]:
    """Discount and modification, as a diagram's rows and columns."""
    from deceptive_sim.landscapes.axes import points

    return (
        points((DISCOUNT,), diagram.discounts[:, numpy.newaxis]),
        points((MODIFICATION,), diagram.modified_after_a[:, numpy.newaxis]),
    )


def everything(diagram: Diagram, threads: int) -> Answer:
    """All that a landscape measures, as users get it."""
    with limited(threads):
        found = sweep(diagram)(axes(diagram))
    return Answer(value=found["value"], count=found["training_defections"])


def is_compiled() -> bool:
    """Whether the sweep of the standard scenario runs compiled; tried on a few cells, which also warms it up."""
    few = Diagram(modified_after_a=numpy.linspace(0.1, 0.9, 10), discounts=numpy.linspace(0.6, 0.9, 10))
    everything(few, threads=1)
    start = time.perf_counter()
    everything(few, threads=1)
    return time.perf_counter() - start < few.cells * SLOW + 0.02  # reading the scenario takes some milliseconds


@contextmanager
def limited(threads: int) -> Iterator[None]:
    """Let the product use so many threads."""
    before = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = str(threads)
    try:
        yield
    finally:
        del os.environ["OMP_NUM_THREADS"]
        if before is not None:
            os.environ["OMP_NUM_THREADS"] = before


# --- diagrams and commands ---------------------------------------------------------------------


def borders(threads: int, tolerance: float = 1e-6) -> Borders:
    """The borders of regimes and premium over the standard diagram's plane."""
    from deceptive_sim.landscapes.borders import find_borders
    from deceptive_sim.landscapes.boundaries.spans import Span

    with limited(threads):
        return find_borders(
            sweep(), Span.between(MODIFICATION, 0, 1), Span.between(DISCOUNT, "1/2", 1), tolerance=tolerance
        )


def dense(side: int, threads: int) -> None:
    """Measure the dense diagram of the same plane, `side` x `side` cells, strip by strip."""
    columns, rows = numpy.linspace(0, 1, side), numpy.linspace(0.5, 1, side)
    height = max(1, TILE // side)
    for start in range(0, side, height):
        everything(Diagram(modified_after_a=columns, discounts=rows[start : start + height]), threads)


def phase_command() -> None:
    """`deceptive-sim phase` on 100 x 100 points with the picture, as a process of its own.

    Raises
    ------
    MissingError
        If it fails.
    """
    program = Path(sys.executable).with_name("deceptive-sim")
    with TemporaryDirectory() as folder:
        command = [
            str(program),
            "phase",
            str(SCENARIO),
            "--x",
            f"{MODIFICATION}=0:1@100",
            "--y",
            f"{DISCOUNT}=1/2:1@100",
        ]
        done = subprocess.run([*command, "--out", folder], capture_output=True, text=True, check=False)
        pictures = [file for file in Path(folder).rglob("*") if file.suffix in {".png", ".svg", ".pdf"}]
    if done.returncode or not pictures:
        said = done.stderr.strip().splitlines()
        raise MissingError(f"`deceptive-sim phase` {'fails: ' + said[-1] if said else 'draws no picture'}")
