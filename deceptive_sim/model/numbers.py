"""The numbers of a phased game, each under a name of its place; what is left when they are taken away is its shape."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from deceptive_sim.model.discounting import Exponential
from deceptive_sim.model.phased import PhasedGame


class Place(NamedTuple):
    """Where a number stands in a phased game.

    `kind` is episodes, payoff, modification, shutdown or discount; `phase` is the phase's index (-1 for discounts).
    A payoff stands at (objective, action), a modification at (action, target), a shutdown at (action, ""), a discount
    at (objective, "").
    """

    kind: str
    phase: int = -1
    first: str = ""
    second: str = ""


def numbers_of(game: PhasedGame) -> dict[Place, Fraction]:
    """Every number of a game, zeros included; discounts where they are exponential."""
    names = [objective.name for objective in game.objectives]
    actions = [action.name for action in game.actions]
    zero = Fraction(0)
    numbers: dict[Place, Fraction] = {}
    for f, phase in enumerate(game.phases):
        numbers[Place("episodes", f)] = Fraction(phase.episodes)
        for action in actions:
            numbers[Place("shutdown", f, action)] = phase.shutdown.get(action, zero)
            targets = phase.modification.get(action, {})
            for name in names:
                numbers[Place("modification", f, action, name)] = targets.get(name, zero)
                numbers[Place("payoff", f, name, action)] = phase.payoffs.get(name, {}).get(action, zero)
    for objective in game.objectives:
        if isinstance(objective.discounting, Exponential):
            numbers[Place("discount", -1, objective.name)] = objective.discounting.discount
    return numbers


def shape_of(game: PhasedGame) -> tuple[object, ...]:
    """What two games must have in common to differ in their numbers only."""
    kinds = tuple((phase.name, phase.kind) for phase in game.phases)
    judges = tuple(
        (objective.name, Exponential if isinstance(objective.discounting, Exponential) else objective)
        for objective in game.objectives
    )
    return kinds, judges, tuple(game.actions), game.base_objective, game.tie_rule
