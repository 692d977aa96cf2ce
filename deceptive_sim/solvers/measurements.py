"""What is measured of a game and an agent when many are compared: a row of numbers per game, in plain types.

`measured` reads them off a `Solution`; the compiled kernel computes the same ones for many games at once.
"""

from __future__ import annotations

from dataclasses import dataclass

from deceptive_sim.core.exact import to_float
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import PhaseKind
from deceptive_sim.model.regimes import Regime
from deceptive_sim.solvers.solution import Solution

REGIMES = tuple(Regime)
"""The code of a regime is its place here."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One game measured. `nan` stands for numbers that do not exist.

    Attributes
    ----------
    value : float
        The agent's value.
    base_value : float
        What the base objective gets out of the agent: `V_1[initial; base]`; nan without a base objective.
    premium : float
        Premium of deception; nan where there is none.
    deception_pays : bool
    regime : int
        Place in `REGIMES`.
    training_defections : int
        In how many training episodes the unmodified agent defects.
    turn : int
        The turn episode, 0 for none.
    reaches_deployment_unmodified : float
    expected_deployment_defections : float
    """

    value: float
    base_value: float
    premium: float
    deception_pays: bool
    regime: int
    training_defections: int
    turn: int
    reaches_deployment_unmodified: float
    expected_deployment_defections: float


def measured(solution: Solution, game: PhasedGame) -> Measured:
    """Read the measurements off a solution of a game."""
    base = game.base_objective
    return Measured(
        value=to_float(solution.value),
        base_value=float("nan") if base is None else to_float(solution.values[solution.objective][base]),
        premium=float("nan") if solution.premium is None else to_float(solution.premium),
        deception_pays=solution.deception_pays,
        regime=REGIMES.index(solution.regime),
        training_defections=_training_defections(solution, game),
        turn=solution.turn or 0,
        reaches_deployment_unmodified=to_float(solution.reaches_deployment_unmodified),
        expected_deployment_defections=to_float(solution.expected_deployment_defections),
    )


def _training_defections(solution: Solution, game: PhasedGame) -> int:
    defects = [game.actions[action].defects for action in solution.plan]
    return sum(defects[t - 1] for t in game.episodes_of(PhaseKind.TRAINING))
