"""QuantEcon.py: `DiscreteDP` and `backward_induction`, deployment first, its value the terminal value of training.

State-action pairs are its faster form here. Both problems are made once; each cell sets discount and probabilities.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy

from benchmarks.work import Answer, Diagram

PACKAGE = "quantecon"
WHOLE = False


def prepare(diagram: Diagram) -> Callable[[], Answer]:
    """Both problems of a diagram."""
    from quantecon.markov import DiscreteDP, backward_induction

    # pairs: unmodified A, unmodified B, modified A, modified B
    rewards = numpy.array([1.0, 0.0, 0.0, 0.0])
    moves = numpy.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    states, actions = numpy.array([0, 0, 1, 1]), numpy.array([0, 1, 0, 1])
    training, deployment = (DiscreteDP(rewards, moves.copy(), 0.5, states, actions) for _ in range(2))
    deployment.Q[0] = 1 - diagram.modified_in_deployment, diagram.modified_in_deployment
    training.Q[1] = 1 - diagram.modified_after_b, diagram.modified_after_b
    nothing = numpy.zeros(2)

    def solve() -> Answer:
        value, count = numpy.empty(diagram.shape), numpy.empty(diagram.shape, numpy.int64)
        for row, g in enumerate(diagram.discounts):
            training.beta = deployment.beta = g
            for column, p in enumerate(diagram.modified_after_a):
                training.Q[0] = 1 - p, p
                after, _ = backward_induction(deployment, diagram.deployment, nothing)
                before, choices = backward_induction(training, diagram.training, after[0])
                value[row, column] = before[0, 0]
                count[row, column] = numpy.count_nonzero(choices[:, 0] == 0)
        return Answer(value=value, count=count)

    return solve
