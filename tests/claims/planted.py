"""Bugs to plant in the solver, each the kind that is easily made, by name."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from deceptive_sim.model.actions import TieRule
from deceptive_sim.model.discounting import Exponential
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.solvers import evaluation, recursion, selves

Plant = Callable[[pytest.MonkeyPatch], None]


def wrong_tie_rule(patch: pytest.MonkeyPatch) -> None:
    """Indifferent selves defect."""
    right = TieRule.pick
    patch.setattr(TieRule, "pick", lambda self, tied, actions: right(TieRule.DEFECTING, tied, actions))


def last_training_episode_lost(patch: pytest.MonkeyPatch) -> None:
    """Off by one: the last episode of a phase is taken for the first of the next."""

    def phase_index(self: PhasedGame, t: int) -> int:
        return min(bisect_right(self._ends, t), len(self.phases) - 1)

    patch.setattr(PhasedGame, "phase_index", phase_index)


def discount_counted_twice(patch: pytest.MonkeyPatch) -> None:
    """Off by one in the exponent: the first delay counts twice, `g^(d + 1)` for a delay of d."""

    def factor(self: Exponential, delay: int) -> Fraction:
        return self.discount ** (2 if delay == 0 else 1)

    patch.setattr(Exponential, "factor", factor)


def judged_by_another(patch: pytest.MonkeyPatch) -> None:
    """Selves choose what their neighbour's objective judges best."""
    right = recursion._decide

    def decide(stage: Any, q: Any, *others: Any) -> Any:
        return right(stage, [[values[::-1] for values in row] for row in q], *others)

    patch.setattr(recursion, "_decide", decide)


def valued_by_another(patch: pytest.MonkeyPatch) -> None:
    """Values are read off the wrong judge's column; play is right."""
    right = selves.value_at
    patch.setattr(evaluation, "value_at", lambda step, row, judge: right(step, row, len(step.v[row]) - 1 - judge))


BUGS: dict[str, Plant] = {
    plant.__name__: plant
    for plant in (
        wrong_tie_rule,
        last_training_episode_lost,
        discount_counted_twice,
        judged_by_another,
        valued_by_another,
    )
}
