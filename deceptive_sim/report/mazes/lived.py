"""The strips of a result: lifetimes that were really played, as they are shown."""

from __future__ import annotations

from deceptive_sim.report.mazes.lifetimes import Strip
from deceptive_sim.studies.maze import MazeResult


def strips_of(result: MazeResult) -> tuple[Strip, ...]:
    """The lifetimes of a result; none if it has no study of them."""
    return ()
