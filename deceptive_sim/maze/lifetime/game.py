"""The phased game that the mazes are: measured numbers in place of declared ones, solved, and compared.

The error of a value comes from the numbers that were measured, by the delta method: with the strategy fixed the value
is a smooth function of them, and those of one phase, measured in the same mazes, vary together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import InputError, Problem
from deceptive_sim.maze.lifetime.measuring import MeasuredPhase
from deceptive_sim.maze.lifetime.updating import runs_on
from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase
from deceptive_sim.model.strategies import Strategy
from deceptive_sim.populations.measures import NORMAL, Estimate
from deceptive_sim.solvers.layers import lay_out
from deceptive_sim.solvers.selves import realised_play
from deceptive_sim.solvers.solution import Solution
from deceptive_sim.solvers.solve import solve_game

MOST_EPISODES = 1_000
"""Longest lifetime."""

NUDGE = Fraction(1, 10**6)
"""How far a number is moved to see how the value moves with it."""

Numbers = Mapping[tuple[str, ...], Fraction]
"""Of one phase: payoffs by action and objective, modification by action."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What the mazes say of the game, beside what the scenario declares.

    Attributes
    ----------
    measured, declared : PhasedGame
    found, predicted : Solution
        Their solutions, exact.
    value : Estimate
        Of the measured game's best strategy to the mesa-objective, with a 95 % interval from measuring.
    error : float
        Standard error of that value.
    difference : Estimate
        Measured value minus declared value.
    """

    measured: PhasedGame
    declared: PhasedGame
    found: Solution
    predicted: Solution
    value: Estimate
    error: float
    difference: Estimate

    @property
    def strategies_equal(self) -> bool:
        """Whether both games have the same best strategy."""
        return self.found.strategy == self.predicted.strategy


def compare(declared: PhasedGame, phases: Sequence[MeasuredPhase]) -> Comparison:
    """Solve the measured game and the declared one."""
    numbers = [{name: number.exact for name, number in told.numbers.items()} for told in phases]
    measured = game_of(declared, numbers)
    found, predicted = (solve_game(game, exact=True) for game in (measured, declared))
    error = value_error(declared, phases, found.strategy)
    return Comparison(
        measured=measured,
        declared=declared,
        found=found,
        predicted=predicted,
        value=around(float(found.value), error),
        error=error,
        difference=around(float(found.value - predicted.value), error),
    )


def around(mean: float, error: float) -> Estimate:
    """A number with its 95 % interval by the normal distribution."""
    return Estimate(mean=mean, low=mean - NORMAL * error, high=mean + NORMAL * error)


def game_of(declared: PhasedGame, numbers: Sequence[Numbers]) -> PhasedGame:
    """The declared game with other payoffs and probabilities of modification, and only its two objectives."""
    base = str(declared.base_objective)
    phases = [_phase(phase, base, known) for phase, known in zip(declared.phases, numbers, strict=True)]
    pair = (declared.objectives[0], next(one for one in declared.objectives if one.name == base))
    return replace(declared, phases=tuple(phases), objectives=pair)


def _phase(phase: Phase, base: str, numbers: Numbers) -> Phase:
    payoffs: dict[str, dict[str, Fraction]] = {}
    modification: dict[str, dict[str, Fraction]] = {}
    for name, number in numbers.items():
        if len(name) == 2:
            payoffs.setdefault(name[1], {})[name[0]] = number
        elif number:
            modification[name[0]] = {base: number}
    return replace(phase, payoffs=payoffs, modification=modification)


def value_error(declared: PhasedGame, phases: Sequence[MeasuredPhase], strategy: str) -> float:
    """Standard error of the value of a strategy that comes from measuring the game's numbers."""
    numbers = [{name: number.exact for name, number in told.numbers.items()} for told in phases]
    variance = 0.0
    for place, told in enumerate(phases):
        names = list(told.numbers)
        slopes = np.array([_slope(declared, numbers, place, name, strategy) for name in names])
        values = np.array([told.numbers[name].values for name in names])
        each = slopes @ (values - values[:, :1])  # how much each maze moved the value; what never varies, by nothing
        variance += float(each.var(ddof=1)) / told.mazes
    return float(variance**0.5)


def _slope(declared: PhasedGame, numbers: Sequence[Numbers], place: int, name: tuple[str, ...], strategy: str) -> float:
    """How the value of a strategy moves with one number of one phase."""
    own = there = numbers[place][name]
    if len(name) == 1:  # a probability stays one, beside that of shutdown
        room = runs_on(declared.phases[place], name[0])
        nudge = min(NUDGE, room / 2)
        there += nudge if own + nudge <= room else -nudge
    else:
        there += NUDGE
    if there == own:
        return 0.0
    moved = [{**known, name: there} if index == place else known for index, known in enumerate(numbers)]
    worth = [value_of(game_of(declared, known), strategy) for known in (numbers, moved)]
    return float((worth[1] - worth[0]) / (there - own))


def value_of(game: PhasedGame, strategy: str) -> Fraction:
    """What a strategy is worth to the first objective, exactly; the selves that come after modification plan."""
    agent = AgentSpec(objective=game.objectives[0].name, strategy=strategy)
    return Fraction(solve_game(game, agent, exact=True).value)


def plan_of(game: PhasedGame, strategy: str | None = None) -> NDArray[np.int64]:
    """What every self does: `[objective, episode]` to an index into the game's actions.

    Parameters
    ----------
    game : PhasedGame
        With two objectives.
    strategy : str, optional
        What the unmodified agent does instead of its best.
    """
    agent = AgentSpec(objective=game.objectives[0].name, strategy=strategy).fitted(game)
    layers = lay_out(game, agent.objective, standing=True)
    forced = tuple(agent.strategy) if isinstance(agent.strategy, Strategy) else None
    play = realised_play(layers, forced=forced)
    plan = np.zeros((2, game.horizon), np.int64)
    for t, (layer, choices) in enumerate(zip(layers.layers, play.choices, strict=True)):
        for row, options, choice in zip(layer.rows, layer.options, choices, strict=True):
            assert isinstance(choice, int)
            plan[row.objective, t] = options[choice].action
    return plan


def refuse_what_mazes_cannot_be(game: PhasedGame) -> None:
    """An `InputError` unless mazes can be this game: the apple or the exit, and then perhaps the base objective."""
    problems = []
    if sorted(action.defects for action in game.actions) != [False, True]:
        rule = "must be two, one that defects (the apple) and one that does not (the exit)"
        problems.append(Problem(name="game.actions", rule=rule, got=", ".join(action.name for action in game.actions)))
    base = game.base_objective
    if base is None or base == game.objectives[0].name:
        rule = "must be another objective than the first, which the planner starts with"
        problems.append(Problem(name="game.base_objective", rule=rule, got=str(base)))
    if not 1 <= game.horizon <= MOST_EPISODES:
        rule = f"must have from 1 to {MOST_EPISODES} episodes together"
        problems.append(Problem(name="game.phases", rule=rule, got=str(game.horizon)))
    for phase in game.phases:
        for action, row in phase.modification.items():
            for target, chance in row.items():
                if chance and target != base:
                    rule = "must be to the base objective: in mazes nobody is made anything else"
                    problems.append(Problem(name=f"{phase.name}.modification.{action}", rule=rule, got=target))
    if problems:
        raise InputError(problems)
