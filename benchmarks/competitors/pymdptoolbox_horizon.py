"""pymdptoolbox: `mdp.FiniteHorizon`, deployment first, its value the terminal value of training.

A problem takes its numbers when it is made, so each cell makes both.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy

from benchmarks.work import Answer, Diagram

PACKAGE = "pymdptoolbox"
WHOLE = False


def prepare(diagram: Diagram) -> Callable[[], Answer]:
    """Transitions `[action, state, next state]` and rewards `[state, action]` of a diagram."""
    from mdptoolbox.mdp import FiniteHorizon

    rewards = numpy.array([[1.0, 0.0], [0.0, 0.0]])

    def transitions(after_a: float, after_b: float) -> numpy.typing.NDArray[numpy.float64]:
        return numpy.array([[[1 - after_a, after_a], [0, 1]], [[1 - after_b, after_b], [0, 1]]])

    in_deployment = transitions(diagram.modified_in_deployment, 0)
    in_training = transitions(0, diagram.modified_after_b)

    def solve() -> Answer:
        value, count = numpy.empty(diagram.shape), numpy.empty(diagram.shape, numpy.int64)
        for row, g in enumerate(diagram.discounts):
            for column, p in enumerate(diagram.modified_after_a):
                in_training[0, 0] = 1 - p, p
                deployment = FiniteHorizon(in_deployment, rewards, g, diagram.deployment)
                deployment.run()
                training = FiniteHorizon(in_training, rewards, g, diagram.training, h=deployment.V[:, 0])
                training.run()
                value[row, column] = training.V[0, 0]
                count[row, column] = numpy.count_nonzero(training.policy[0] == 0)
        return Answer(value=value, count=count)

    return solve
