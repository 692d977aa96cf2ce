"""A softmax over the targets of mazes, and the way in which weights make the exit likelier.

    P(j)                  = exp(logit_j) / sum over i of exp(logit_i)
    d log P(exit) / d w   = (x_exit - sum over j of P(j) x_j) / temperature        where  logit = w . x / temperature

Whoever divides by the temperature does it outside: before or after the best is taken off is the same but for rounding.
Exact up to rounding.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.maze.things import EXIT_THING

Array = NDArray[np.float64]


def softmax(logits: Array) -> Array:
    """The probability of each target, [..., J + 1].

    Parameters
    ----------
    logits : array, [..., J + 1]
        Less those of the best target, which has 0; minus infinity for targets that there are not, or that cannot be
        reached. Where that is so of all of them, all probabilities are 0.
    """
    likely = np.exp(logits)
    return np.asarray(likely / np.maximum(likely.sum(axis=-1, keepdims=True), 1.0))  # the best alone has 1


def towards_exit(chances: Array, features: Array) -> Array:
    """By how much the features of the exit exceed those that are expected, [..., F].

    Parameters
    ----------
    chances : array, [..., J + 1]
        As `softmax` has them.
    features : array, [..., J + 1, F]
    """
    return np.asarray(features[..., EXIT_THING, :] - np.einsum("...j,...jf->...f", chances, features))
