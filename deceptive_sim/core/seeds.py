"""Randomness: explicit generators, one independent child per chunk of work.

A child is addressed by its place, never by the order in which workers happen to reach it, so the same seed gives the
same bytes for any number of workers.
"""

from __future__ import annotations

from numbers import Integral
from typing import TYPE_CHECKING

from deceptive_sim.core.errors import InputError, Problem, quote

if TYPE_CHECKING:
    import numpy as np

DEFAULT_SEED = 0


def generator(seed: int, *place: int) -> np.random.Generator:
    """The generator of one place of work under a seed.

    Parameters
    ----------
    seed : int
        Any whole number from 0.
    *place : int
        Address of the chunk, cell or replicate; no address is the root.

    Raises
    ------
    InputError
        If the seed is no whole number from 0: without one every run would be another.
    """
    import numpy as np

    if isinstance(seed, bool) or not isinstance(seed, Integral) or seed < 0:
        raise InputError(Problem(name="seed", rule="must be a whole number from 0", got=quote(seed)))
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(int(seed), spawn_key=place)))
