"""Solve a phased game for an agent: everything that the model says about it, in one result."""

from __future__ import annotations

from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.solvers.limits import MOST_EXACT_STEPS, MOST_STEPS, refuse_too_long
from deceptive_sim.solvers.solution import Solution
from deceptive_sim.solvers.solving import LISTED, Solving

__all__ = ["LISTED", "MOST_EXACT_STEPS", "MOST_STEPS", "refuse_too_long", "solve_game"]


def solve_game(game: PhasedGame, agent: AgentSpec | None = None, *, exact: bool = False) -> Solution:
    """Solve a phased game for one agent.

    Parameters
    ----------
    game : PhasedGame
    agent : AgentSpec, optional
        Default: plans with true beliefs for the game's first objective.
    exact : bool
        Whether numbers are Fractions. Decisions are exact either way.

    Returns
    -------
    Solution

    Raises
    ------
    InputError
        If the game is too long to be solved here (the estimate is said), or the agent does not fit the game.
    """
    return Solving(game, agent or AgentSpec(objective=game.objectives[0].name), exact=exact).solution()
