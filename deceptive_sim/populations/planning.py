"""What agents that plan do, whoever is at the wheel.

Where every wheel is a pure objective and no gradient steps are taken, the agent's game is a phased game: the solvers
plan in it, with all that they know of discounting and beliefs. Otherwise objectives are mixtures, and `mixtures` runs
the recursion over wheels. Both are exact: every decision is that of exact numbers, ties by the game's rule.

Selection is planned for as being shut down, with the probability that it would replace one agent that does so among
agents that behave (`Scene.threat`). Nobody plans for errors of its own, for honeypots, or for its habits: a wheel that
is part habit plans as if its objectives alone were to choose.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import wrong
from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.discounting import Discounting
from deceptive_sim.model.objectives import Selves
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.strategies import Strategy
from deceptive_sim.populations.mixtures import Decided, decide
from deceptive_sim.populations.scene import Scene
from deceptive_sim.populations.wheels import Wheels
from deceptive_sim.solvers.limits import refuse_too_long
from deceptive_sim.solvers.planning import plan


@dataclass(frozen=True, kw_only=True)
class Mind:
    """How an agent plans.

    Attributes
    ----------
    discounting : Discounting or None
        Of its own objective, in place of the game's.
    selves : Selves or None
        The same.
    believed : PhasedGame or None
        The numbers that it believes; None: the true ones. The beliefs stay when the objective is modified.
    expects_optimisers : bool
        Whether it knows of the base optimisers; if not, it expects neither modification nor selection.
    strategy : Strategy or None
        What it does until first modified, instead of planning.
    """

    discounting: Discounting | None = None
    selves: Selves | None = None
    believed: PhasedGame | None = None
    expects_optimisers: bool = True
    strategy: Strategy | None = None


@dataclass(frozen=True, kw_only=True)
class Plans:
    """What planners do.

    Attributes
    ----------
    choices : array of int, [T, W]
        Index of the action that each wheel takes in each episode; -1 for habit alone, which does not plan.
    values : array of float, [T, W, A], or None
        What each action is worth to the wheel as it sees it then; NaN where it does not go by worth: for habit alone,
        and while a strategy is followed. None if not asked for.
    """

    choices: NDArray[np.int64]
    values: NDArray[np.float64] | None


def plan_wheels(wheels: Wheels, mind: Mind | None = None, *, values: bool = False) -> Plans:
    """What every wheel of an agent does in every episode.

    Parameters
    ----------
    wheels : Wheels
        The first one is the agent's own. Wheels with habit are planned for as far as they have objectives.
    mind : Mind, optional
        Default: true beliefs, discounting as in the game.
    values : bool
        Whether action values are wanted as well.

    Raises
    ------
    InputError
        If the game is too long, has mixtures and inconsistent discounting, or does not fit what the mind holds.
    """
    mind = mind or Mind()
    _fits(wheels.scene, mind)
    plans = _mixed(wheels, mind) if _mixes(wheels, mind) else _pure(wheels, mind, values)
    if mind.strategy is not None:
        own = [place for place, wheel in enumerate(wheels.all) if wheel.unmodified and any(wheel.weights)]
        plans.choices[:, own] = np.array(tuple(mind.strategy), np.int64)[:, None]
        if plans.values is not None:
            plans.values[:, own] = np.nan
    return plans if values else replace(plans, values=None)


def _mixes(wheels: Wheels, mind: Mind) -> bool:
    """Whether there are mixtures to plan for: a lone wheel that gradient steps never move is none."""
    moves = len(wheels.all) > 1 or mind.believed is not None
    return (wheels.scene.has_gradient and moves) or any(any(w.weights) and w.pure() is None for w in wheels.all)


def _fits(scene: Scene, mind: Mind) -> None:
    game, strategy = scene.game, mind.strategy
    if strategy is not None and len(strategy) != game.horizon:
        raise wrong("strategy", f"must have one action for each of the {game.horizon} episodes", len(strategy))
    if strategy is not None and any(not 0 <= action < len(game.actions) for action, _ in strategy.runs):
        raise wrong("strategy", "must be made of the game's actions", max(action for action, _ in strategy.runs))
    AgentSpec(objective=scene.objectives[0], believed=mind.believed).fitted(game)


def _judged(scene: Scene, mind: Mind, own: int | None) -> Scene:
    """The scene with the agent's own discounting and selves in place of its objective's; nobody reckons with honeypots.

    As it is or, for a mind with beliefs, as it is believed to be.
    """
    if own is not None:
        agent = AgentSpec(objective=scene.objectives[own], discounting=mind.discounting, selves=mind.selves)
        return replace(scene, game=agent.judged(scene.game), honeypots=frozenset())
    return replace(scene, honeypots=frozenset())


def _believed(scene: Scene, mind: Mind) -> Scene:
    seen = scene if mind.expects_optimisers else scene.without_optimisers()
    return seen if mind.believed is None else replace(seen, game=mind.believed, honeypots=frozenset())


# --- pure objectives: the solvers ----------------------------------------------------------------------------------


def _pure(wheels: Wheels, mind: Mind, values: bool) -> Plans:
    scene, own = wheels.scene, wheels.all[0].pure()
    seen, held = _judged(scene, mind, own), _judged(_believed(scene, mind), mind, own)
    split = seen.partly_watched | held.partly_watched
    true = seen.as_seen_by_one(split)
    wrong_about_it = mind.believed is not None or not mind.expects_optimisers
    believed = held.as_seen_by_one(split) if wrong_about_it else None

    @cache
    def play(objective: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        return _play(true, believed, objective)

    choices = np.full((scene.game.horizon, len(wheels.all)), -1)
    worth = np.full((*choices.shape, len(scene.game.actions)), np.nan)
    for place, wheel in enumerate(wheels.all):
        objective = wheel.pure()
        if objective is not None:
            choices[:, place] = play(own or 0)[0][:, objective]
            if values:
                worth[:, place] = play(objective)[1]
    return Plans(choices=choices, values=worth)


def _play(
    game: PhasedGame, believed: PhasedGame | None, objective: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Choices of every objective `[T, K]`, and action values `[T, A]` of one of them."""
    count = len(game.objectives)
    agent = AgentSpec(objective=game.objectives[objective].name, believed=believed)
    refuse_too_long(game, agent)
    _, played = plan(game, agent)
    choices = [[int(choice) for choice in row[:count]] for row in played.choices]  # type: ignore[arg-type]
    values = np.array(played.action_values, np.float64).reshape(len(choices), len(game.actions))
    return np.array(choices, np.int64).reshape(-1, count), values


# --- mixtures ------------------------------------------------------------------------------------------------------


def _mixed(wheels: Wheels, mind: Mind) -> Plans:
    """An episode at a time, each in the rest of the believed game that its self sees before it."""
    scene, count = wheels.scene, len(wheels.all)
    believed = _judged(_believed(scene, mind), mind, wheels.all[0].pure())
    discounts = _discounts(believed)
    choices = np.full((scene.game.horizon, count), -1)
    worth = np.full((*choices.shape, len(scene.game.actions)), np.nan)

    @cache
    def rest(start: int) -> Decided:
        return decide(wheels.within(_rest(believed, start)), discounts)

    for t, index in enumerate(scene.phase_of):
        start, position = _standing(scene, believed, int(index), t)
        choices[t], worth[t] = rest(start).choices[position, :count], rest(start).values[position, :count]
    return Plans(choices=choices, values=worth)


def _standing(scene: Scene, believed: Scene, index: int, t: int) -> tuple[int, int]:
    """Where an episode stands in the believed game: the phase that its rest starts from, and the place in that rest."""
    position = t + 1 - scene.game.phase_starts()[index]
    episodes = believed.game.phases[index].episodes
    if not episodes:
        return index, 0
    return -1, believed.game.phase_starts()[index] - 1 + min(position, episodes - 1)


def _rest(believed: Scene, start: int) -> Scene:
    """The believed scene from a phase on that is believed to be empty, as one episode long; -1: all of it."""
    if start < 0:
        return believed
    phases = list(believed.game.phases)
    phases[:start] = [replace(phase, episodes=0) for phase in phases[:start]]  # kept, as optimisers may name them
    phases[start] = replace(phases[start], episodes=1)
    return replace(believed, game=replace(believed.game, phases=phases))


def _discounts(scene: Scene) -> list[Fraction]:
    for objective in scene.game.objectives:
        if not objective.discounting.consistent:
            rule = "must be exponential where objectives are mixtures: these have no other"
            raise wrong("discount", rule, objective.name)
    return [objective.discounting.factor(0) for objective in scene.game.objectives]
