"""Sweeps that know no game: every kind of variable, in closed form, with what tests do to them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy

from deceptive_sim.core.errors import wrong
from deceptive_sim.landscapes import provenance, tiles
from deceptive_sim.landscapes.axes import Axis, Spacing, listed
from deceptive_sim.landscapes.sweep import Kind, Variable

LEAST_POINTS = 512
"""Of a tile, in tests that count tiles."""

if "FIXED_CODE" in os.environ:  # so that somebody may edit the code while a test with processes runs
    provenance.code_digest = lambda: "fixed"  # type: ignore[assignment]
    tiles.LEAST_POINTS = LEAST_POINTS

VARIABLES = (
    Variable(name="height", title="height of the wave", unit="m", description="May be missing.", kind=Kind.NUMBER),
    Variable(name="steps", title="steps", unit="steps", description="Whole.", kind=Kind.COUNT),
    Variable(name="first", title="first time", unit="episode", description="Or never.", kind=Kind.EPISODE),
    Variable(
        name="colour",
        title="colour",
        unit="",
        description="One of three.",
        kind=Kind.CATEGORY,
        labels=("red", "late-blue", "dark green"),
    ),
    Variable(name="high", title="is high", unit="", description="Yes or no.", kind=Kind.FLAG),
)


@dataclass(frozen=True, kw_only=True)
class Waves:
    """Waves over any axes.

    Attributes
    ----------
    pause : float
        Seconds that measuring takes, whatever is measured.
    bad : Fraction, optional
        A value of the first axis that is an error.
    killed_at : Fraction, optional
        A value of the first axis at which the measuring process is killed, as long as the file `once` is missing.
    log : Path, optional
        A folder in which every call leaves a file named by its process.
    """

    name: str = "waves"
    pause: float = 0
    bad: Fraction | None = None
    killed_at: Fraction | None = None
    once: Path | None = None
    log: Path | None = None

    @property
    def variables(self) -> Sequence[Variable]:
        return VARIABLES

    @property
    def identity(self) -> Mapping[str, Any]:
        return {"name": self.name}

    def __call__(self, axes: Sequence[Axis]) -> Mapping[str, Any]:
        time.sleep(self.pause)
        values = [row[0] for row in axes[0].rows]
        if self.log is not None:
            (self.log / f"{os.getpid()}-{values[0].numerator}-{time.time_ns()}").touch()
        if self.bad in values:
            raise wrong("depth", "must not be there", float(self.bad or 0))
        if self.killed_at in values and self.once is not None and not self.once.exists():
            self.once.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        grids = numpy.meshgrid(*(axis.floats.sum(axis=1) for axis in axes), indexing="ij")
        total = sum((place + 1) * grid for place, grid in enumerate(grids))
        height = numpy.sin(total)
        height[height > 0.9] = numpy.nan
        steps = numpy.floor(abs(total)).astype("int64")
        return {
            "height": height,
            "steps": steps,
            "first": steps % 4,
            "colour": (steps % 3).astype("int8"),
            "high": height > 0.5,
        }


def thirds(path: str, count: int) -> Axis:
    """An axis of exact values that are no floats."""
    return listed(path, [Fraction(place, 3) for place in range(count)])


def pair(count: int) -> Axis:
    """Two parameters that move together, on a logarithmic axis."""
    rows = tuple((Fraction(place**2 + 1), Fraction(-place, 7)) for place in range(count))
    return Axis(paths=("up", "down.by"), rows=rows, spacing=Spacing.LOG)
