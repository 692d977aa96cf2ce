"""The solution of a game for one agent: a named result whose fields are the words of the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from deceptive_sim.core.exact import Number
from deceptive_sim.model.regimes import Regime
from deceptive_sim.model.strategies import Strategy


@dataclass(frozen=True, kw_only=True)
class Solution:
    """What an agent does in a phased game, what that is worth to whom, and whether deception pays.

    Numbers are floats, or Fractions if asked for exactly; decisions (strategy, ties, regime, counts, signs) are exact
    either way. Episodes count from 1.

    Attributes
    ----------
    agent : str
    objective : str
        Its initial objective.
    fixed : bool
        Whether it follows a fixed strategy.
    mistaken : bool
        Whether it plans on beliefs of its own, or is naive about selves who will disagree with it.
    strategy : str
        What the unmodified agent does, episode by episode, unreached ones included ("BBAAA").
    plan : Strategy
        The same as runs of action indices.
    regime : Regime
    turn : int or None
        The treacherous turn: first defecting deployment episode after a training that ended without defection.
    value : Number
        True expected payoff under the play that really happens, judged by the first self.
    believed_value : Number
        What the first self expects.
    values : mapping
        `values[actor][judge]`: the same with that actor at the wheel in episode 1.
    premium : Number or None
        Premium of deception, under the first self's beliefs and commitment. None without a training episode, or if one
        of the two kinds of strategy is impossible.
    deception_pays : bool
        Premium positive, and the best strategy without a defection in training has one in deployment.
    pretending : str or None
        That best strategy.
    ties : tuple of int, or None
        Episodes in which the unmodified agent is indifferent; None for a fixed strategy.
    n_optimal : int or None
        How many strategies have the best value at the start, as the first self believes; None for a fixed strategy.
    optimal : tuple of str
        The first of them, in declared order of actions; empty beyond 200 episodes and for a fixed strategy.
    reaches_deployment_unmodified : Number
        Probability of never having left the initial objective, nor been shut down, when the first deployment episode
        starts; without one, at the end of the game.
    expected_deployment_defections : Number
        By whoever is at the wheel.
    goal_preservation : tuple of Number, or None
        By episode: what being the base objective from then on would cost, judged by the initial objective. None if the
        game has no base objective.
    outer_gap, inner_gap : Number or None
        `V[human; human] - V[base; human]` and `V[base; base] - V[initial; base]`; None without those objectives.
    at_wheel : tuple of tuple of float
        `[episode][objective]`: probability of being at the wheel; what is missing to 1 is off.
    unmodified : tuple of float
        `[episode]`: probability of being unmodified when the episode starts.
    action_values : tuple of tuple of float
        `[episode][action]`: worth of each action to the unmodified self of that episode, as it sees it then.
    """

    agent: str
    objective: str
    fixed: bool
    mistaken: bool
    strategy: str
    plan: Strategy
    regime: Regime
    turn: int | None
    value: Number
    believed_value: Number
    values: Mapping[str, Mapping[str, Number]]
    premium: Number | None
    deception_pays: bool
    pretending: str | None
    ties: tuple[int, ...] | None
    n_optimal: int | None
    optimal: tuple[str, ...]
    reaches_deployment_unmodified: Number
    expected_deployment_defections: Number
    goal_preservation: tuple[Number, ...] | None
    outer_gap: Number | None
    inner_gap: Number | None
    at_wheel: tuple[tuple[float, ...], ...]
    unmodified: tuple[float, ...]
    action_values: tuple[tuple[float, ...], ...]

    def contract(self) -> dict[str, Any]:
        """The fields that other tools rely on, by their stable names; many strategies are counted by log2."""
        from math import log2

        from deceptive_sim.model.strategies import LONGEST_SPELT_OUT

        hidden = {"plan", "n_optimal", "at_wheel", "unmodified", "action_values"}
        contract = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in hidden}
        if len(self.plan) <= LONGEST_SPELT_OUT:
            contract["optimal_strategies"] = self.n_optimal
        else:
            contract["log2_optimal_strategies"] = None if self.n_optimal is None else log2(self.n_optimal)
        return contract
