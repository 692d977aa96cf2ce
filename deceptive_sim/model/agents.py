"""Agents: an objective with beliefs and discounting, or a fixed strategy.

The three conditions for deceptive alignment (Hubinger et al. 2019, section 4.2) are settings of a planning agent: an
objective that spans episodes (discount > 0), a model of modification (believed probability > 0), and an expectation
that the threat ends (believed deployment > 0).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from deceptive_sim.core.errors import nearest, wrong
from deceptive_sim.model.discounting import Discounting
from deceptive_sim.model.objectives import Selves
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.strategies import Strategy


@dataclass(frozen=True, kw_only=True)
class AgentSpec:
    """What an agent is made of.

    Attributes
    ----------
    name : str
    objective : str
        The initial objective: who is at the wheel, and who judges `value`.
    strategy : Strategy or None
        A fixed strategy, followed until first modified; from then on the objective at the wheel chooses. None: every
        self picks the action that is best by its present objective.
    discounting : Discounting or None
        In place of its objective's own.
    selves : Selves or None
        In place of its objective's own.
    believed : PhasedGame or None
        The game that it believes it is in: the phases of the true one, with numbers of its own. None: true beliefs.
        The beliefs stay when the objective is modified.
    """

    name: str = "agent"
    objective: str
    strategy: Strategy | None = None
    discounting: Discounting | None = None
    selves: Selves | None = None
    believed: PhasedGame | None = None

    def judged(self, game: PhasedGame) -> PhasedGame:
        """The game with this agent's own discounting and selves in place of its objective's."""
        names = [objective.name for objective in game.objectives]
        if self.objective not in names:
            raise wrong(
                f"{self.name}.objective",
                "must be one of the objectives",
                self.objective,
                nearest(self.objective, names),
            )
        objectives = tuple(
            replace(
                objective,
                discounting=self.discounting or objective.discounting,
                selves=self.selves or objective.selves,
            )
            if objective.name == self.objective
            else objective
            for objective in game.objectives
        )
        return replace(game, objectives=objectives)
