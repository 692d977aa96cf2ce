"""What agents that plan do, whoever is at the wheel.

Without gradient steps every wheel is a pure objective, and the agent's game is a phased game: the solvers plan in it,
with all that they know of discounting and beliefs. With gradient steps objectives are mixtures, and

    Q_t[w, a; k] = u_k(t, a) + g_k * sum over w' of P_t(w' | w, a) * V_{t+1}[w'; k]
    pi_t(w)      = argmax_a  sum over k of weight_k(w) * Q_t[w, a; k]

with wheels w, w' and pure judges k: what a mixture gets is the mixture of what its parts get, so that judges need not
be mixed. Decisions are exact: in floats where these are beyond doubt, else in Fractions.

Selection is planned for as being shut down, with the probability that it would replace one agent that does so among
agents that behave (`Scene.threat`). Nobody plans for errors of its own, nor for honeypots.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import wrong
from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.discounting import Discounting, Exponential
from deceptive_sim.model.objectives import Selves
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase
from deceptive_sim.model.strategies import Strategy
from deceptive_sim.populations.scene import Scene, payoff
from deceptive_sim.populations.wheels import Wheels
from deceptive_sim.solvers.limits import refuse_too_long
from deceptive_sim.solvers.planning import plan

MOST_STEPS = 3_000_000
"""Wheels times actions times episodes that are planned for in mixtures."""

NO_DOUBT = 1e-9
"""How far apart, relative to the largest value, two floats must be to be told apart."""


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
        The numbers that it believes; None: the true ones.
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
        Index of the action that each wheel takes in each episode; -1 for habit, which does not plan.
    values : array of float, [T, W, A], or None
        What each action is worth to the wheel as it sees it then; NaN for habit. None if not asked for.
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
        If the game is too long, or has mixtures and inconsistent discounting.
    """
    mind = mind or Mind()
    scene = wheels.scene
    planner = _mixed if scene.has_gradient else _pure
    return planner(wheels, mind, values)


# --- pure objectives: the solvers ----------------------------------------------------------------------------------


def _pure(wheels: Wheels, mind: Mind, values: bool) -> Plans:
    scene = wheels.scene
    horizon, actions = scene.game.horizon, len(scene.game.actions)
    own = wheels.all[0].pure()
    choices = np.full((horizon, len(wheels.all)), -1)
    worth = np.full((horizon, len(wheels.all), actions), np.nan)
    start = 0 if own is None else own
    plans = _play(scene, mind, start, forced=mind.strategy if own is not None else None)
    for place, wheel in enumerate(wheels.all):
        objective = wheel.pure()
        if objective is None:
            continue
        rows = plans
        if objective == start and not wheel.unmodified and mind.strategy is not None:
            rows = _play(scene, mind, start, forced=None)  # it came back to its objective, and now chooses
        choices[:, place] = rows[0][:, objective]
        if values:
            worth[:, place] = rows[1] if objective == start else _play(scene, mind, objective, forced=None)[1]
    return Plans(choices=choices, values=worth if values else None)


def _play(
    scene: Scene, mind: Mind, objective: int, *, forced: Strategy | None
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Choices of every objective `[T, K]`, and action values `[T, A]` of one of them."""
    seen = scene if mind.expects_optimisers else scene.without_optimisers()
    believed = mind.believed
    if believed is not None:
        believed = replace(seen, game=believed).as_seen_by_one()
    elif not mind.expects_optimisers:
        believed = seen.as_seen_by_one()
    agent = AgentSpec(
        name="agent",
        objective=scene.objectives[objective],
        discounting=mind.discounting,
        selves=mind.selves,
        believed=None if forced is not None else believed,
        strategy=forced,
    )
    game = scene.as_seen_by_one()
    refuse_too_long(game, agent)
    _, play = plan(game, agent)
    count = len(scene.objectives)
    choices = np.array([[int(c) for c in row[:count]] for row in play.choices], np.int64).reshape(-1, count)  # type: ignore[arg-type]
    return choices, np.array(play.action_values, np.float64).reshape(len(choices), len(scene.game.actions))


# --- mixtures: the same recursion over wheels ----------------------------------------------------------------------


def _mixed(wheels: Wheels, mind: Mind, values: bool) -> Plans:
    scene = wheels.scene
    horizon, actions = scene.game.horizon, len(scene.game.actions)
    if len(wheels.all) * actions * horizon > MOST_STEPS:
        rule = f"must be larger: a planner would weigh more than {MOST_STEPS} mixtures, actions and episodes"
        raise wrong("learning_rate", rule)
    seen = scene if mind.expects_optimisers else scene.without_optimisers()
    believed = replace(seen, game=mind.believed) if mind.believed is not None else seen
    choices = np.full((horizon, len(wheels.all)), -1)
    worth = np.full((horizon, len(wheels.all), actions), np.nan)
    rests: dict[int, tuple[NDArray[np.int64], NDArray[np.float64]]] = {}
    for t, index in enumerate(scene.phase_of):
        start, position = _standing(scene, believed, int(index), t)
        if start not in rests:
            rests[start] = _recursion(_rest(believed, start), wheels, mind)
        choices[t], worth[t] = (table[position] for table in rests[start])
    if mind.strategy is not None:
        own = [place for place, wheel in enumerate(wheels.all) if wheel.unmodified]
        choices[:, own] = np.array(tuple(mind.strategy), np.int64)[:, None]
    return Plans(choices=choices, values=worth if values else None)


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
    phases = list(believed.game.phases[start:])
    phases[0] = replace(phases[0], episodes=1)
    return replace(believed, game=replace(believed.game, phases=phases), honeypots=frozenset())


def _recursion(scene: Scene, wheels: Wheels, mind: Mind) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Choices `[T, W]` and action values `[T, W, A]` in a scene that an agent believes in."""
    floats = _backward(scene, wheels, mind, float)
    if floats is None:
        exact = _backward(scene, wheels, mind, lambda number: number)
        assert exact is not None
        return exact
    return floats


def _backward(
    scene: Scene, wheels: Wheels, mind: Mind, number: Callable[[Fraction], Any]
) -> tuple[NDArray[np.int64], NDArray[np.float64]] | None:
    """The recursion in floats, None if a decision is within rounding of a tie; or, told so, in Fractions."""
    kind = float if number is float else object
    game = scene.game
    weights = np.array([[number(weight) for weight in wheel.weights] for wheel in wheels.all], kind)
    value = np.array([[number(Fraction(0))] * len(scene.objectives) for _ in wheels.all], kind)
    discounts = np.array([number(discount) for discount in _discounts(scene, wheels, mind)], kind)
    choices = np.empty((game.horizon, len(wheels.all)), np.int64)
    worth = np.empty((game.horizon, len(wheels.all), len(game.actions)))
    for phase, episodes in reversed(list(game.phase_episodes())):
        tables = _tables(scene, wheels, phase, number) if episodes else []
        for t in reversed(episodes):
            q = np.array([paid[None, :] + (moves @ value) * discounts for paid, moves in tables], kind)  # [A, W, K]
            own = (q * weights).sum(axis=2).T  # [W, A]
            best = own.max(axis=1, keepdims=True)
            slack = 0 if kind is object else NO_DOUBT * max(1.0, float(np.abs(q).max()))
            tied = own >= best - slack
            if kind is float and (tied.sum(axis=1) > 1).any():
                return None
            choices[t - 1] = [game.tie_rule.pick(np.flatnonzero(row).tolist(), game.actions) for row in tied]
            worth[t - 1] = own.astype(float)
            value = q[choices[t - 1], np.arange(len(wheels.all))]
    return choices, worth


def _discounts(scene: Scene, wheels: Wheels, mind: Mind) -> list[Fraction]:
    own = wheels.all[0].pure()
    found = []
    for index, objective in enumerate(scene.game.objectives):
        discounting = mind.discounting if index == own and mind.discounting is not None else objective.discounting
        if not isinstance(discounting, Exponential):
            rule = "must be exponential where the base optimiser takes gradient steps: mixtures have no other"
            raise wrong("discount", rule)
        found.append(discounting.discount)
    return found


def _tables(
    scene: Scene, wheels: Wheels, phase: Phase, number: Callable[[Fraction], Any]
) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """By action: payoffs by judge [K], and where each wheel goes [W, W], selection counted as shutdown."""
    kind = float if number is float else object
    inside = Wheels(scene, wheels.all)
    tables = []
    for index, action in enumerate(scene.game.actions):
        paid = np.array([number(payoff(phase, judge, action.name)) for judge in scene.objectives], kind)
        moves = np.array([[number(Fraction(0))] * len(wheels.all) for _ in wheels.all], kind)
        survives = 1 - scene.threat(phase, action.name)
        for wheel in range(len(wheels.all)):
            for following, p in inside.moves(phase, wheel, index).items():
                moves[wheel, following] = number(p * survives)
        tables.append((paid, moves))
    return tables
