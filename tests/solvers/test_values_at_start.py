"""What play is worth from the start, also where the game is over before its last episode."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import pytest

from deceptive_sim.games.finite import FiniteGame, SolvedGame, named, one_objective
from deceptive_sim.model.discounting import Exponential, Hyperbolic


class Short(FiniteGame):
    """Waiting pays 1, ending the game 2; whoever has waited twice has to end it."""

    actions, start = named("wait", "end"), 0

    def __init__(self, horizon: int, hyperbolic: bool = False) -> None:
        self.horizon = horizon
        self.objectives = one_objective(Hyperbolic(k=Fraction(1)) if hyperbolic else Exponential(Fraction(1, 2)))

    def available(self, t: int, objective: str, world: Any) -> list[int]:
        return [0, 1] if world < 2 else [1]

    def payoff(self, t: int, world: Any, action: int, judge: str) -> int:
        return 1 + action

    def moves(self, t: int, world: Any, action: int) -> Iterable[tuple[int, Any]]:
        return [] if action else [(1, world + 1)]


@pytest.mark.parametrize(("horizon", "value"), [(0, 0), (1, 2), (2, 2), (3, 2), (6, 2)])
def test_a_game_may_be_over_before_its_last_episode(horizon: int, value: int) -> None:
    assert SolvedGame(Short(horizon)).value() == value


def test_the_first_self_judges() -> None:
    # 1/(1+d): waiting twice and ending is worth 1 + 1/2 + 2/3; the selves agree to wait, then they have to end
    assert SolvedGame(Short(5, hyperbolic=True)).value() == Fraction(13, 6)
