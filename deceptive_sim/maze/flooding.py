"""Breadth-first search as machine code: for many mazes, one after the other, with nothing allocated in between.

Two ways to search, with the same result:

    queue    of cells, layer by layer, and a mark for each cell that is still free. No branch depends on a wall: what
             a neighbour is decides only how far the end of the queue moves, so that winding corridors, whose turns no
             processor predicts, cost no more than others. About 2 ns a cell.
    ripple   a bit for each cell of the frame; a layer is shifted up, right, down and left as a whole, 64 cells at a
             time and more. The work is the number of layers times the words of the frame: little where all is near,
             as on open ground, much in corridors. It gives up after so many layers as the frame's sides twice.

All kernels that search are in this file, as numba keeps compiled code by the file of the function that is called.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.solvers.compiled.target import compiled, kept

UNREACHED = np.uint32(2**32 - 1)
"""What a flood writes where it did not come."""

EVERYTHING: NDArray[np.int32] = np.zeros(1, np.int32)
"""What to want of a flood so that it reaches all that it can."""

EVERYTHING.setflags(write=False)

MOST_RIPPLED = 8
"""More cells wanted than this are not looked for in every layer of a ripple."""

_ZERO, _ONE, _TOP = np.uint64(0), np.uint64(1), np.uint64(63)
# indices without a sign: numba need not look whether they count from the end


# --- the two searches ------------------------------------------------------------------------------------------------


@compiled
def _flood(blocked: Any, stride: int, source: Any, wanted: Any, distance: Any, free: Any, queue: Any) -> None:
    """Distances from a source to all cells that are nearer than the furthest one wanted, and to those wanted.

    `distance` is uint32 [cells], `UNREACHED` in walls and where the search did not come; `free`, uint8, and `queue`,
    uint32, are to work with. Wanted cells below 0 are passed over; with none wanted nothing is searched, with one
    that cannot be reached everything is. Cell 0, a corner of the ring, counts as such.
    """
    for place in range(len(distance)):
        distance[place] = UNREACHED
        free[place] = blocked[place] ^ 1
    if source < 0 or blocked[source]:
        return
    along, layer = np.uint64(stride), np.uint32(0)
    head, tail = _ZERO, _ONE
    queue[0] = source
    free[source] = 0
    free[0] = 1
    for goal in wanted:
        while goal >= 0 and free[goal] and head < tail:
            end = tail
            for place in range(head, end):
                cell = np.uint64(queue[place])
                distance[cell] = layer
                up, right, down, left = cell - along, cell + _ONE, cell + along, cell - _ONE
                after_up = tail + np.uint64(free[up])
                after_right = after_up + np.uint64(free[right])
                after_down = after_right + np.uint64(free[down])
                queue[tail], queue[after_up], queue[after_right], queue[after_down] = up, right, down, left
                tail = after_down + np.uint64(free[left])
                free[up], free[right], free[down], free[left] = 0, 0, 0, 0
            head = end
            layer = np.uint32(layer + _ONE)
    for place in range(head, tail):
        distance[queue[place]] = layer


@compiled
def _shifted(front: Any, after: Any, free: Any, low: int, high: int, stride: int) -> Any:
    """Put the free neighbours of a layer into `after`, in words `low` to `high`; 0 if there are none."""
    words, bits = np.uint64(stride >> 6), np.uint64(stride & 63)
    more, rest, reached = words + _ONE, _TOP - bits, _ZERO
    for word in range(np.uint64(low), np.uint64(high + 1)):
        at = word + more
        here = front[at]
        near = (here << _ONE) | (front[at - _ONE] >> _TOP) | (here >> _ONE) | (front[at + _ONE] << _TOP)
        near |= (front[at - words] << bits) | ((front[at - more] >> _ONE) >> rest)  # one row down
        near |= (front[at + words] >> bits) | ((front[at + more] << _ONE) << rest)  # one row up
        near &= free[word]
        after[at] = near
        free[word] ^= near
        reached |= near
    return reached


@compiled
def _bit(words: Any, cell: int, first: int) -> bool:
    return bool((words[first + (cell >> 6)] >> np.uint64(cell & 63)) & _ONE)


@compiled
def _ripple(
    walls: Any, stride: int, source: Any, wanted: Any, layers: int, out: Any, front: Any, after: Any, free: Any
) -> bool:
    """Distances to the cells wanted, -1 where there is no way; False if so many layers do not reach all of them.

    `walls` has a bit for each cell; `free` as many words, `front` and `after` as many and those
    by which a row is shifted, and one more, on both sides.
    """
    more, left = (stride >> 6) + 1, 0
    for word in range(len(walls)):
        free[word] = ~walls[word]
    for word in range(len(front)):
        front[word] = after[word] = _ZERO
    for place in range(len(wanted)):
        out[place] = -1
        if source >= 0 and wanted[place] >= 0 and _bit(free, source, 0) and _bit(free, wanted[place], 0):
            left += 1
    if left == 0:
        return True
    low = high = source >> 6
    free[low] ^= _ONE << np.uint64(source & 63)
    front[more + low] = _ONE << np.uint64(source & 63)
    for layer in range(layers):
        for place in range(len(wanted)):
            if out[place] < 0 and wanted[place] >= 0 and _bit(front, wanted[place], more):
                out[place] = layer
                left -= 1
        if left == 0:
            return True
        low, high = max(low - more, 0), min(high + more, len(free) - 1)
        if _shifted(front, after, free, low, high, stride) == _ZERO:
            return True
        front, after = after, front
    return False


# --- what is called from outside -------------------------------------------------------------------------------------


@kept
def at(
    blocked: Any, bits: Any, stride: int, sources: Any, cells: Any, out: Any,
    distance: Any, free: Any, queue: Any, front: Any, after: Any, free_bits: Any,
) -> None:  # fmt: skip
    """Distances from each maze's source to its cells, into `out`; -1 where there is no way or no cell.

    Mazes are tried by ripple if there are `bits` of them.
    """
    layers = 2 * (stride + blocked.shape[1] // stride)
    for maze in range(len(sources)):
        source, wanted = sources[maze], cells[maze]
        if len(bits) and _ripple(bits[maze], stride, source, wanted, layers, out[maze], front, after, free_bits):
            continue
        _flood(blocked[maze], stride, source, wanted, distance, free, queue)
        for place in range(len(wanted)):
            cell = wanted[place]
            out[maze, place] = distance[cell] if cell >= 0 and distance[cell] != UNREACHED else -1


@kept
def everywhere(
    blocked: Any, stride: int, sources: Any, out: Any, everything: Any, distance: Any, free: Any, queue: Any
) -> None:
    """Distances from each maze's source to all cells, into `out`; -1 where there is no way."""
    for maze in range(len(sources)):
        _flood(blocked[maze], stride, sources[maze], everything, distance, free, queue)
        for cell in range(len(distance)):
            out[maze, cell] = distance[cell] if distance[cell] != UNREACHED else -1


@compiled
def _beside(cell: Any, move: int, stride: int) -> Any:
    """Where a move leads: up, right, down, left."""
    if move == 0:
        return cell - stride
    if move == 1:
        return cell + 1
    return cell + stride if move == 2 else cell - 1


@compiled
def _onward(distance: Any, cell: Any, stride: int) -> Any:
    """The first neighbour that is one nearer to the goal."""
    for move in range(4):
        near = _beside(cell, move, stride)
        if distance[near] == distance[cell] - 1:
            return near
    return cell


@kept
def follow(
    blocked: Any, stride: int, starts: Any, goals: Any, limits: Any, slip: float, rng: Any,
    cells: Any, arrived: Any, steps: Any, path: Any, everything: Any, distance: Any, free: Any, queue: Any,
) -> None:  # fmt: skip
    """Walk from each maze's start to its goal: see `walking.follow`. `path` takes the cells, if it has columns."""
    for maze in range(len(starts)):
        walls, cell, goal, made = blocked[maze], np.int64(starts[maze]), np.int64(goals[maze]), 0
        cells[maze], arrived[maze], steps[maze] = cell, False, 0
        if path.shape[1]:
            path[maze, 0] = cell
        if goal < 0:
            continue
        _flood(walls, stride, goal, everything if slip > 0.0 else starts[maze : maze + 1], distance, free, queue)
        if distance[cell] == UNREACHED:
            continue
        if slip == 0.0 and not path.shape[1] and distance[cell] <= limits[maze]:
            cells[maze], arrived[maze], steps[maze] = goal, True, distance[cell]
            continue
        while cell != goal and made < limits[maze]:
            chance = rng.random() if slip > 0.0 else 1.0
            if chance < slip:
                near = _beside(cell, int(chance / slip * 4.0), stride)
                cell = cell if walls[near] else near
            else:
                cell = _onward(distance, cell, stride)
            made += 1
            if path.shape[1]:
                path[maze, made] = cell
        cells[maze], arrived[maze], steps[maze] = cell, cell == goal, made
