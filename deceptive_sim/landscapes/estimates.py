"""What a landscape will take, and what is refused before anything is computed."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from deceptive_sim.core.errors import wrong
from deceptive_sim.landscapes.tiles import Plan

MOST_POINTS = 10**8
"""Most points that are computed unless asked for."""

TILES_PER_WORKER = 4
"""Tiles of one worker that may be in memory at the same time: computed, encoded, on their way, being written."""

AXIS_BYTES = 200
"""About what a point of an axis takes: its exact value, its text and its float."""


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What a landscape takes.

    Attributes
    ----------
    points : int
    memory : int
        Bytes at the same time, about; what the sweep itself takes is not known.
    disk : int
        Bytes at most: all tiles, and the final file that is made of them.
    result : int
        Bytes of the final file.
    """

    points: int
    memory: int
    disk: int
    result: int

    def text(self) -> str:
        """In one line, for people."""
        return (
            f"{self.points} points: about {size_text(self.memory)} of memory, "
            f"{size_text(self.disk)} of disk for a file of {size_text(self.result)}"
        )


def estimate(plan: Plan, *, workers: int = 1, in_memory: bool = False) -> Estimate:
    """What a plan takes when filled by some workers, or all at once in memory (then nothing on disk but the file)."""
    axes = AXIS_BYTES * sum(len(axis) * len(axis.paths) for axis in plan.axes)
    result = plan.points * plan.bytes_per_point + axes
    tile = min(plan.points, max(1, plan.most_points)) * plan.bytes_per_point
    memory = result if in_memory else workers * TILES_PER_WORKER * tile + axes
    return Estimate(points=plan.points, memory=memory, disk=result if in_memory else 2 * result, result=result)


def require_room(needed: Estimate, *, most: int = MOST_POINTS, folder: Path | None = None, there: int = 0) -> None:
    """Refuse what is too large.

    Parameters
    ----------
    needed : Estimate
    most : int
        Most points.
    folder : Path, optional
        Where it will be written; without, only points and memory count.
    there : int
        Bytes that earlier runs already wrote.

    Raises
    ------
    InputError
        If there are too many points, or too little memory or disk; says the estimate.
    """
    if needed.points > most:
        raise wrong("landscape", f"must have at most {most} points", needed.points, f"estimate: {needed.text()}")
    memory = available_memory()
    if memory is not None and needed.memory > memory:
        raise wrong("landscape", f"must fit into {size_text(memory)} of memory", hint=f"estimate: {needed.text()}")
    if folder is not None:
        disk = available_disk(folder)
        if needed.disk - there > disk:
            rule = f"must fit into {size_text(disk)} free on the disk of {folder}"
            raise wrong("landscape", rule, hint=f"estimate: {needed.text()}")


def available_memory() -> int | None:
    """Bytes of memory that are free or can be freed; None where the system does not say."""
    try:
        with Path("/proc/meminfo").open(encoding="ascii") as lines:
            return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError, IndexError):
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None


def available_disk(folder: Path) -> int:
    """Bytes free where a folder is or will be."""
    for place in (folder, *folder.absolute().parents):
        if place.exists():
            return shutil.disk_usage(place).free
    return shutil.disk_usage(Path.cwd()).free


def size_text(count: int) -> str:
    """A number of bytes for people."""
    size = float(count)
    units = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
    for unit in units:
        if size < 1024 or unit == units[-1]:
            return f"{size:.0f} {unit}" if unit == "bytes" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1024
    raise AssertionError
