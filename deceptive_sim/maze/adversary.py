"""An adversary that searches a family of mazes for those in which a planner's base loss is highest.

It draws mazes, then improves each by small changes, of which one is tried at a time and kept if the loss does not fall:
another colour for the exit, an apple or the walls, another place for the exit, an apple or the start, or another maze
of the family in its place (which may have another size). What it changes to comes from the family: its colours, and any
cell from which the things can be reached. It finds bad mazes, not the worst one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.maze.family import MazeFamily
from deceptive_sim.maze.family_rules import STORY_COLOURS
from deceptive_sim.maze.mazes import Mazes
from deceptive_sim.maze.search import distances_at
from deceptive_sim.maze.things import COLOURS, EXIT_THING

Loss = Callable[[Mazes], NDArray[np.float64]]
"""The loss of a planner in each maze, [N]."""

CHANGES = ("exit colour", "apple colour", "wall colour", "exit place", "apple place", "start place", "another maze")


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """Mazes that an adversary found, and their losses, [N]."""

    mazes: Mazes
    losses: NDArray[np.float64]


def search_mazes(family: MazeFamily, loss: Loss, pool: int, climbs: int, rng: np.random.Generator) -> Found:
    """Draw `pool` mazes of a family and change each `climbs` times towards a higher loss.

    Returns
    -------
    Found
        All of the pool, in the order in which they were drawn.
    """
    mazes = family.draw(rng, pool)
    losses = loss(mazes)
    for _ in range(climbs):
        tried = changed(mazes, family, rng)
        found = loss(tried)
        better = found >= losses
        which = np.flatnonzero(better)
        mazes, losses = replaced(mazes, which, tried.take(which)), np.where(better, found, losses)
    return Found(mazes=mazes, losses=losses)


def changed(mazes: Mazes, family: MazeFamily, rng: np.random.Generator) -> Mazes:
    """Each maze with one small change; a change that would break it is not made."""
    which = rng.integers(len(CHANGES), size=len(mazes))
    again = np.flatnonzero(which == CHANGES.index("another maze"))
    mazes = replaced(mazes, again, family.draw(rng, len(again))) if len(again) else mazes
    recoloured = _recoloured(mazes, family, which, rng)
    return _moved(recoloured, which, rng)


def replaced(mazes: Mazes, which: NDArray[np.integer], others: Mazes) -> Mazes:
    """Mazes, some of them replaced by others, in order; in a frame that holds all."""
    if (mazes.stride, mazes.cells, mazes.most_things) != (others.stride, others.cells, others.most_things):
        both = Mazes.joined([mazes, others])
        mazes, others = both.take(slice(len(mazes))), both.take(slice(len(mazes), None))
    parts = {}
    for name in ("blocked", "heights", "widths", "starts", "things", "colours", "wall_colours"):
        parts[name] = np.array(getattr(mazes, name))
        parts[name][which] = getattr(others, name)
    return Mazes(stride=mazes.stride, **parts)


def _recoloured(mazes: Mazes, family: MazeFamily, which: NDArray[np.int64], rng: np.random.Generator) -> Mazes:
    """Mazes whose exit, one of whose apples, or whose walls have another colour where that is the change."""
    maze = np.arange(len(mazes))
    colours, walls = np.array(mazes.colours), np.array(mazes.wall_colours)
    thing = np.where(which == CHANGES.index("exit colour"), EXIT_THING, _some_apple(mazes, rng))
    palettes = palettes_of(family)
    for change in ("exit colour", "apple colour"):
        drawn = palettes[change][rng.integers(len(palettes[change]), size=len(mazes))]
        here = (which == CHANGES.index(change)) & (thing >= 0)
        colours[maze[here], thing[here]] = drawn[here]
    drawn = palettes["wall colour"][rng.integers(len(palettes["wall colour"]), size=len(mazes))]
    here = which == CHANGES.index("wall colour")
    walls[here] = drawn[here]
    return replace(mazes, colours=colours, wall_colours=walls)


def _moved(mazes: Mazes, which: NDArray[np.int64], rng: np.random.Generator) -> Mazes:
    """Mazes whose exit, one of whose apples, or whose start is elsewhere where that is the change."""
    maze = np.arange(len(mazes))
    to = _some_floor(mazes, rng)
    near = distances_at(mazes, mazes.starts, to[:, None])[:, 0]
    taken = (mazes.things == to[:, None]).any(axis=1) | (mazes.starts == to)
    allowed = (near >= 0) & ~taken
    things, starts = np.array(mazes.things), np.array(mazes.starts)
    thing = np.where(which == CHANGES.index("exit place"), EXIT_THING, _some_apple(mazes, rng))
    moves = (which == CHANGES.index("exit place")) | (which == CHANGES.index("apple place"))
    here = allowed & moves & (thing >= 0)
    things[maze[here], thing[here]] = to[here]
    here = allowed & (which == CHANGES.index("start place"))
    starts[here] = to[here]
    return replace(mazes, things=things, starts=starts)


def _some_floor(mazes: Mazes, rng: np.random.Generator) -> NDArray[np.int32]:
    """A floor cell of each maze, uniformly."""
    order = np.floor(rng.random(len(mazes)) * mazes.free).astype(np.int64)
    floor = np.flatnonzero(mazes.blocked == 0)  # of all mazes, one after the other
    return np.asarray(floor[np.cumsum(mazes.free) - mazes.free + order] % mazes.cells, np.int32)


def _some_apple(mazes: Mazes, rng: np.random.Generator) -> NDArray[np.int64]:
    """Which thing is an apple of each maze, uniformly; -1 where there is none."""
    apples = (mazes.things[:, EXIT_THING + 1 :] >= 0).sum(axis=1)
    drawn = np.floor(rng.random(len(mazes)) * apples).astype(np.int64)
    return np.where(apples > 0, EXIT_THING + 1 + drawn, -1)


def palettes_of(family: MazeFamily) -> dict[str, NDArray[np.int8]]:
    """The colours that a family has for each change of colour, as indices; those of its maps if it names none."""
    exits = family.exit_colours or tuple(maze.exit.colour for maze in family.maps)
    apples = family.apple_colours or tuple(apple.colour for maze in family.maps for apple in maze.apples)
    walls = family.wall_colours or tuple(maze.wall_colour for maze in family.maps)
    named = {"exit colour": exits, "apple colour": apples, "wall colour": walls}
    story = {"exit colour": "exit_colours", "apple colour": "apple_colours", "wall colour": "wall_colours"}
    return {
        change: np.array([COLOURS.index(colour) for colour in colours or STORY_COLOURS[story[change]]], np.int8)
        for change, colours in named.items()
    }
