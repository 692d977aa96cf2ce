"""Many agents, each in a maze of its own, moved by compiled loops."""

from __future__ import annotations

from typing import Any

import numpy as np

from deceptive_sim.maze.environments.body import TAKE
from deceptive_sim.maze.environments.lots import TAKEN
from deceptive_sim.solvers.compiled.target import kept

EXIT, APPLE, CORNER, NOTHING = range(len(TAKEN))
NOT_TAKEN = -1

_TAKE = TAKE


@kept
def move_all(
    actions: Any, resting: Any, steps: Any, stride: int, wide: int, offset: int, step_pay: float,
    blocked: Any, cells: Any, pays: Any, at: Any, left: Any, images: Any,
    rewards: Any, terminated: Any, truncated: Any, taken: Any,
) -> None:  # fmt: skip
    """Every agent that does not rest makes its move, or takes what it stands on; without moves left it is truncated.

    Parameters
    ----------
    actions : array of int64, [N]
        From 0 to `TAKE`; of those who rest as well.
    resting : array of bool, [N]
        Who is passed over; what is written for it is that nothing happened.
    steps : array of int64, [4]
        What each move adds to a cell.
    stride, wide, offset : int
        The agent's mark of a cell in an image is at row * wide + column * 3 + offset.
    step_pay : float
        Reward of a move.
    blocked : array of uint8, [N, cells]
    cells : array of int32, [N, J + 1]
        Cells of things and of the bare corner.
    pays : array of float64, [N, J + 1]
    at, left : array of int32, [N]
        Where agents are, and moves left; written.
    images : array of uint8, [N, rows * columns * 3]
        Written.
    rewards : array of float64, [N]
    terminated, truncated : array of bool, [N]
    taken : array of int8, [N]
        Written: index into `TAKEN`, or `NOT_TAKEN`.
    """
    corner = cells.shape[1] - 1
    for n in range(len(at)):
        rewards[n], terminated[n], truncated[n], taken[n] = 0.0, False, False, NOT_TAKEN
        if resting[n]:
            continue
        here = at[n]
        if actions[n] == _TAKE:
            terminated[n], taken[n] = True, NOTHING
            for target in range(corner + 1):
                if cells[n, target] == here:
                    rewards[n] = pays[n, target]
                    taken[n] = EXIT if target == 0 else CORNER if target == corner else APPLE
        elif left[n] == 0:
            truncated[n] = True
        else:
            left[n] -= 1
            rewards[n] = step_pay
            near = here + steps[actions[n]]
            if not blocked[n, near]:
                images[n, here // stride * wide + here % stride * 3 + offset] = 0
                images[n, near // stride * wide + near % stride * 3 + offset] = 1
                at[n] = near


@kept
def enter(
    copies: Any, first: int, stride: int, wide: int, offset: int,
    images: Any, blocked: Any, cells: Any, pays: Any, starts: Any, limits: Any,
    own_images: Any, own_blocked: Any, own_cells: Any, own_pays: Any, at: Any, left: Any,
) -> None:  # fmt: skip
    """Put some agents at the start of mazes of a lot, from the first one on; arrays as of `move_all`.

    Parameters
    ----------
    copies : array of int64, [K]
        Which agents.
    first : int
    stride, wide, offset : int
    images, blocked, cells, pays, starts, limits
        Of the lot, [M, ...].
    own_images, own_blocked, own_cells, own_pays, at, left
        Of the agents, [N, ...]; written.
    """
    for place in range(len(copies)):
        copy, maze = copies[place], first + place
        for byte in range(images.shape[1]):
            own_images[copy, byte] = images[maze, byte]
        for cell in range(blocked.shape[1]):
            own_blocked[copy, cell] = blocked[maze, cell]
        for target in range(cells.shape[1]):
            own_cells[copy, target] = cells[maze, target]
            own_pays[copy, target] = pays[maze, target]
        start = starts[maze]
        at[copy], left[copy] = start, limits[maze]
        own_images[copy, start // stride * wide + start % stride * 3 + offset] = 1


@kept
def lead(modified: Any, steps: Any, at: Any, ways: Any, actions: Any) -> None:
    """Lead those with the base objective at the wheel: the first move that leads nearer to the exit, or take at it.

    Parameters
    ----------
    modified : array of bool, [N]
    steps : array of int64, [4]
        What each move adds to a cell.
    at : array of int32, [N]
    ways : array of int32, [N, cells]
        How far from each cell to the exit, of those who are modified.
    actions : array of int64, [N]
        Written.
    """
    for n in range(len(at)):
        if modified[n]:
            way = ways[n, at[n]]
            actions[n] = _TAKE
            for move in range(_TAKE - 1, -1, -1):  # backwards, so that the first one stays
                if way and ways[n, at[n] + steps[move]] == way - 1:
                    actions[n] = move


@kept
def look_around(images: Any, wide: int, at: Any, stride: int, view: int, seen: Any) -> None:
    """The cells around every agent.

    Parameters
    ----------
    images : array of uint8, [N, rows * wide]
        With a border of half a view; a row of an image is `wide`, its columns times 3.
    wide : int
    at : array of int32, [N]
    stride, view : int
    seen : array of uint8, [N, view * view * 3]
        Written.
    """
    along, many = np.uint64(wide), np.uint64(3 * view)  # without a sign: no index needs a look whether it is negative
    for n in range(len(at)):
        whence, to = np.uint64((at[n] // stride - 1) * wide + 3 * (at[n] % stride - 1)), np.uint64(0)
        for _ in range(view):
            for place in range(many):
                seen[n, to + place] = images[n, whence + place]
            to += many
            whence += along
