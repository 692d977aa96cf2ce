"""The play-along window as a curve over a picture with training episodes on one side.

In the two-phase game with q = 0 and a discount g < 1, `w = floor(ln(p V0) / -ln g)` B's end the training
(`solvers.closed_forms`): up to n = w training episodes there is no A among them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy

from deceptive_sim.core.errors import InputError
from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.discounting import Exponential
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase
from deceptive_sim.scenario.load import Scenario
from deceptive_sim.solvers.closed_forms import TwoPhase, deployment_value
from deceptive_sim.studies.phase_scale import Floats, Scale

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLES = 161
LABEL = "w = ⌊ln(p V0) / −ln g⌋"


@dataclass(frozen=True, kw_only=True, eq=False)
class Curve:
    """A closed form in a picture.

    Attributes
    ----------
    label : str
    vertices : array of float, `[vertex, 2]`
        Along x and y, in the units of the parameters.
    """

    label: str
    vertices: NDArray[numpy.float64]


def play_along_curve(scenario: Scenario, agent: AgentSpec, scales: tuple[Scale, Scale]) -> Curve | None:
    """The curve `n = ln(p V0) / -ln g`, if one side is n and the game is of that form; its floor is the window."""
    for up, (along, training) in enumerate((scales, scales[::-1])):
        if _is_training(scenario, agent, training) and not along.whole and not (along.others or training.others):
            found = _along(scenario, agent, along, training)
            return None if found is None else Curve(label=LABEL, vertices=found if up == 0 else found[:, ::-1])
    return None


def _is_training(scenario: Scenario, agent: AgentSpec, scale: Scale) -> bool:
    """Whether an axis counts the training episodes of a game of the right form."""
    if not scale.whole:
        return False
    try:
        sizes = [_game_of(scenario.with_parameters({scale.path: n}), agent.name) for n in (7, 11)]
    except InputError:
        return False
    return [size and size.n for size in sizes] == [7, 11]


def _along(scenario: Scenario, agent: AgentSpec, along: Scale, training: Scale) -> Floats | None:
    vertices = []
    for place in along.at(numpy.linspace(0, 1, SAMPLES)):
        try:
            there = scenario.with_parameters({along.path: Fraction(repr(float(place)))})
        except InputError:
            continue
        game = _game_of(there, agent.name)
        if game is None:
            return None
        worth = float(game.p * deployment_value(game))
        if game.q == 0 and 0 < game.g < 1 and worth > 0 and float(game.g) < 1:
            window = math.log(worth) / -math.log(game.g)
            if training.low <= window <= training.high:
                vertices.append((float(place), window))
    return numpy.array(vertices) if len(vertices) > 1 else None


def _game_of(scenario: Scenario, name: str) -> TwoPhase | None:
    """The game as its agent judges it; None for an agent with a fixed strategy or with beliefs of its own."""
    agent = next(agent for agent in scenario.agents if agent.name == name)
    if agent.strategy is not None or agent.believed is not None:
        return None
    return two_phase_of(agent.judged(scenario.game), agent.objective)


def two_phase_of(game: PhasedGame, initial: str) -> TwoPhase | None:
    """The parameters of a game that is of the two-phase form of the closed forms; None if it is not.

    The base objective's own discounting does not matter: it prefers B whatever comes later.
    """
    phases = [phase for phase in game.phases if phase.episodes]
    if len(phases) != 2 or not phases[0].training or phases[1].training or len(game.objectives) != 2:
        return None
    mesa, base = sorted(game.objectives, key=lambda objective: objective.name != initial)
    if mesa.name != initial or game.base_objective != base.name or not isinstance(mesa.discounting, Exponential):
        return None
    pays = all(_pays_as_usual(phase, mesa.name, base.name) for phase in phases)
    if [action.name for action in game.actions] != ["A", "B"] or not pays:
        return None
    training, deployment = phases
    p, q, d, e = (
        Fraction(phase.modification.get(action, {}).get(base.name, 0))
        for phase in (training, deployment)
        for action in "AB"
    )
    if e:
        return None
    g = Fraction(mesa.discounting.discount)
    return TwoPhase(n=training.episodes, m=deployment.episodes, p=p, q=q, d=d, g=g)


def _pays_as_usual(phase: Phase, mesa: str, base: str) -> bool:
    ours, theirs = phase.payoffs.get(mesa, {}), phase.payoffs.get(base, {})
    usual = ours.get("A") == 1 == theirs.get("B") and not ours.get("B") and not theirs.get("A")
    return usual and not any(phase.shutdown.values())
