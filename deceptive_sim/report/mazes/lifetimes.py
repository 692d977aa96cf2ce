"""A lifetime of mazes as it is shown: what happened in each, and the moments that an animation goes through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deceptive_sim.core.errors import quote, wrong
from deceptive_sim.maze.mazes import Maze
from deceptive_sim.maze.things import Cell

TAKEN = ("apple", "exit", "nothing")


@dataclass(frozen=True, kw_only=True)
class StripEpisode:
    """One maze of a lifetime.

    Attributes
    ----------
    maze : Maze
    phase : str
    training : bool
        Whether the phase is one of training.
    action : str
        What it did, by the letter of the game.
    defects : bool
        Whether that is what the mesa-objective wants.
    cells : tuple of Cell
        The way that it went.
    taken : str
        `apple`, `exit` or `nothing`.
    objective : str
        Which is at the wheel.
    modified : str
        The objective that the base optimiser puts in its place after this maze; empty if it leaves it alone.
    """

    maze: Maze
    phase: str
    training: bool
    action: str
    defects: bool
    cells: tuple[Cell, ...]
    taken: str
    objective: str
    modified: str = ""

    def __post_init__(self) -> None:
        if self.taken not in TAKEN:
            raise wrong("taken", "must be apple, exit or nothing", quote(self.taken))


@dataclass(frozen=True, kw_only=True)
class Strip:
    """A lifetime, with what it is called."""

    title: str
    episodes: tuple[StripEpisode, ...]

    @property
    def apples(self) -> int:
        """How many apples were taken in all."""
        return apples_until(self, len(self.episodes))

    @property
    def actions(self) -> str:
        """The letters of what was done, with commas."""
        return ",".join(episode.action for episode in self.episodes)


@dataclass(frozen=True, kw_only=True)
class Moment:
    """Where an animation of lifetimes is.

    Attributes
    ----------
    episode : int
        From 0; all before it are over, none after it has begun.
    share : float
        How much of its way has been walked, from 0 to 1.
    over : bool
        Whether it is over, and shows what was taken.
    modified : bool
        Whether it shows the modification after it, if there is one.
    """

    episode: int
    share: float = 1.0
    over: bool = True
    modified: bool = True


def apples_until(strip: Strip, count: int) -> int:
    """Apples taken in the first episodes, so many."""
    return sum(episode.taken == "apple" for episode in strip.episodes[:count])


def last_moment(strips: Sequence[Strip]) -> Moment:
    """When all is over."""
    return Moment(episode=max(len(strip.episodes) for strip in strips) - 1)


def moments(strips: Sequence[Strip], walking: int) -> Iterator[Moment]:
    """All moments in order: at most `walking` on the way through each maze, what was taken, and a modification."""
    for place in range(max(len(strip.episodes) for strip in strips)):
        here = [strip.episodes[place] for strip in strips if place < len(strip.episodes)]
        steps = min(walking, max(1, *(len(episode.cells) - 1 for episode in here)))
        for step in range(steps):
            yield Moment(episode=place, share=step / steps, over=False, modified=False)
        yield Moment(episode=place, modified=False)
        if any(episode.modified for episode in here):
            yield Moment(episode=place)
