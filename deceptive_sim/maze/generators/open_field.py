"""No walls at all: one open field. Any sides."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.maze.generators.generator import Generator


def carve(
    blocked: NDArray[np.uint8],
    stride: int,
    heights: NDArray[np.int32],
    widths: NDArray[np.int32],
    rng: np.random.Generator,
) -> None:
    """See `generator.Carve`; draws nothing from `rng`."""
    frames = blocked.reshape(len(blocked), -1, stride)
    sizes, which = np.unique(np.stack([heights, widths], axis=1), axis=0, return_inverse=True)
    for number, (height, width) in enumerate(sizes):
        if len(sizes) == 1:
            frames[:, 1 : height + 1, 1 : width + 1] = 0
        else:
            for place in np.flatnonzero(which == number):
                frames[place, 1 : height + 1, 1 : width + 1] = 0


GENERATOR = Generator(
    name="open",
    title="no walls",
    source="an open field",
    carve=carve,
    odd=False,
    perfect=False,
)
