"""Where the copies of a vector get their mazes and chances from: all from one stream, or each from its own.

One stream is fast: mazes are drawn and made ready for all copies at once. With a stream of its own each copy meets
what a single environment of the same seed meets, and pays for it: lots of mazes are as small as that one's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.maze.environments.lots import Lot, Supply

Copies = NDArray[np.int64]


class Stream(Protocol):
    """Mazes and chances that follow from a seed."""

    def some(self, phase: str, wanted: int) -> Iterator[tuple[Lot, slice]]:
        """The next mazes of a phase, in as many parts as there are lots that they come from."""
        ...

    def numbers(self, wanted: int) -> NDArray[np.float64]:
        """The next random numbers in [0, 1) that decide about modifications."""
        ...


class MazesAlone:
    """A stream of mazes of a single phase, without modifications."""

    def __init__(self, supply: Supply) -> None:
        self._supply = supply

    def some(self, phase: str, wanted: int) -> Iterator[tuple[Lot, slice]]:
        """See `Stream`; all phases are the same."""
        return self._supply.some(wanted)

    def numbers(self, wanted: int) -> NDArray[np.float64]:
        """None are ever wanted."""
        raise NotImplementedError


def handed_out(streams: Sequence[Stream], phase: str, which: Copies) -> Iterator[tuple[Copies, Lot, slice]]:
    """The next mazes for some copies: a part of them, a lot, and where in it their mazes are, until all have one."""
    if len(streams) > 1:
        for place in range(len(which)):
            ((lot, part),) = streams[which[place]].some(phase, 1)
            yield which[place : place + 1], lot, part
        return
    done = 0
    for lot, part in streams[0].some(phase, len(which)):
        many = part.stop - part.start
        yield which[done : done + many], lot, part
        done += many


def numbers_for(streams: Sequence[Stream], which: Copies) -> NDArray[np.float64]:
    """The next random number for each of some copies."""
    if len(streams) > 1:
        return np.array([streams[copy].numbers(1)[0] for copy in which])
    return streams[0].numbers(len(which))
