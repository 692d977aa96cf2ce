"""What a kind of agent is: where its objective starts, and what it does with whom at the wheel and what in mind.

A kind never sees single agents. It says, as tables, with which probability an agent of it takes each action, given the
episode, who is at the wheel and what it remembers; and what it then remembers. Whoever simulates, draws or reasons
about agents goes by these tables, so that all see the same agents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import nearest, wrong
from deceptive_sim.games.library import setting
from deceptive_sim.model.phases import Phase
from deceptive_sim.populations.planning import Mind, Plans, plan_wheels
from deceptive_sim.populations.scene import Scene, payoff
from deceptive_sim.populations.wheels import Wheels, unit


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """What agents of a kind do.

    Attributes
    ----------
    chances : array of float, [T, W, M, A]
        Probability of each action in each episode, by wheel (`Wheels.all`) and memory; sums to 1 over actions. Agents
        start with memory 0.
    remembers : array of int, [T, W, M, A], or None
        The memory that follows an action after which the wheel is still the same one. A wheel that comes new starts
        with memory 0. None: nothing is remembered, M is 1.
    values : array of float, [T, W, M, A], or None
        What the actions are worth to those who choose by worth, all NaN for others; needed for a softmax. None: nobody
        does.
    """

    chances: NDArray[np.float64]
    remembers: NDArray[np.int64] | None = None
    values: NDArray[np.float64] | None = None


class Kind(Protocol):
    """A way to be an agent; a frozen dataclass of its settings, checked when it is made."""

    def objective(self, scene: Scene) -> tuple[Fraction, ...]:
        """The weights of the game's objectives that it starts with, `[K]`; what is missing to 1 is habit."""

    def behaviour(self, wheels: Wheels, *, values: bool) -> Behaviour:
        """What its agents do.

        Parameters
        ----------
        wheels : Wheels
            All that can be at the wheel, its own first.
        values : bool
            Whether values are wanted.
        """


# --- what kinds are made of ----------------------------------------------------------------------------------------


def mesa_objective(scene: Scene) -> tuple[Fraction, ...]:
    """The weights of the mesa-objective: the first that is not the base objective, or the only one."""
    first = next((index for index in range(len(scene.objectives)) if index != scene.base), 0)
    return unit(scene, first)


def named_objective(scene: Scene, name: str | None) -> tuple[Fraction, ...]:
    """The weights of the objective of that name; None: of the mesa-objective. An `InputError` names the nearest one."""
    if name is None:
        return mesa_objective(scene)
    if name not in scene.objectives:
        raise wrong("objective", "must be one of the objectives", name, nearest(name, scene.objectives))
    return unit(scene, scene.objectives.index(name))


def base_objective(scene: Scene) -> tuple[Fraction, ...]:
    """The weights of the base objective; of the first one, if the game has none."""
    return unit(scene, scene.base or 0)


def no_objective(scene: Scene) -> tuple[Fraction, ...]:
    """No weight anywhere: habit alone."""
    return (Fraction(0),) * len(scene.objectives)


def settle(kind: Kind, **settings: str) -> None:
    """Read settings of a kind in place, each as a sort of number of `games.library` ("probability", "count", ...).

    Raises
    ------
    InputError
        That names the first setting which is none, dots for underscores as parameters have them.
    """
    for name, sort in settings.items():
        object.__setattr__(kind, name, setting(name.replace("_", "."), sort, getattr(kind, name)))


def planned(wheels: Wheels, mind: Mind | None = None, *, values: bool = False) -> Behaviour:
    """The behaviour of agents that plan whoever is at the wheel, and remember nothing."""
    return as_behaviour(wheels, plan_wheels(wheels, mind, values=values))


def as_behaviour(wheels: Wheels, plans: Plans) -> Behaviour:
    """Plans as tables: the chosen action has probability 1. Habit alone has none: it is for the kind to fill in."""
    actions = len(wheels.scene.game.actions)
    chances = (plans.choices[:, :, None] == np.arange(actions)).astype(float)
    return Behaviour(
        chances=chances[:, :, None, :], values=None if plans.values is None else plans.values[:, :, None, :]
    )


def with_habit(wheels: Wheels, habit: NDArray[np.float64], *, values: bool = False) -> Behaviour:
    """Agents that have a habit, and objectives only as far as training gave them some.

    With a wheel of which a part `h` is habit they do what the habit says with probability `h`, and otherwise what its
    objectives choose, as planners with true beliefs.

    Parameters
    ----------
    wheels : Wheels
    habit : array of float, [T, A]
        Probability of each action by habit alone.
    values : bool
        Whether values of those that plan are wanted.
    """
    plain = planned(wheels, values=values)
    share = np.array([float(wheel.habit) for wheel in wheels.all])
    chances = plain.chances * (1 - share)[:, None, None] + share[:, None, None] * habit[:, None, None, :]
    worth = plain.values
    if worth is not None:
        worth = np.where(share[:, None, None] > 0, np.nan, worth)
    return Behaviour(chances=chances, values=worth)


def until_modified(
    wheels: Wheels,
    own: NDArray[np.float64],
    *,
    remembers: NDArray[np.int64] | None = None,
    worth: NDArray[np.float64] | None = None,
    values: bool = False,
) -> Behaviour:
    """Agents with a way of their own until they are modified; from then on whoever is at the wheel plans.

    Parameters
    ----------
    wheels : Wheels
        The unmodified one is the first.
    own : array of float, [T, M, A]
        Probability of each action until then, by memory.
    remembers : array of int, [T, M, A], optional
        The memory that follows until then; afterwards nothing is remembered.
    worth : array of float, [T, M, A], optional
        What actions are worth until then, if it goes by that.
    values : bool
        Whether values are wanted.
    """
    plain = planned(wheels, values=values)
    chances = np.repeat(plain.chances, own.shape[1], axis=2)
    chances[:, 0] = own
    kept = None
    if remembers is not None:
        kept = np.zeros(chances.shape, np.int64)
        kept[:, 0] = remembers
    found = None if plain.values is None else np.repeat(plain.values, own.shape[1], axis=2)
    if found is not None:
        found[:, 0] = np.nan if worth is None else worth
    return Behaviour(chances=chances, remembers=kept, values=found)


def best_paid(scene: Scene, judge: int, among: Sequence[int] | None = None) -> NDArray[np.int64]:
    """By episode: the action that pays an objective best, ties as the game's tie rule has them. Exact.

    Parameters
    ----------
    scene : Scene
    judge : int
        Index of the objective.
    among : sequence of int, optional
        The actions to choose from, ascending, at least one; default: all.
    """
    picked = [best_in(scene, phase, judge, among) for phase in scene.game.phases]
    return np.array(picked, np.int64)[scene.phase_of]


def best_in(scene: Scene, phase: Phase, judge: int, among: Sequence[int] | None = None) -> int:
    """As `best_paid`, in one phase."""
    actions = scene.game.actions
    paid = {
        index: payoff(phase, scene.objectives[judge], actions[index].name)
        for index in (range(len(actions)) if among is None else among)
    }
    most = max(paid.values())
    return scene.game.tie_rule.pick([index for index, pay in paid.items() if pay == most], actions)


def best_for_base(scene: Scene) -> NDArray[np.int64]:
    """By episode: the action with the highest base payoff, ties as the game's tie rule has them. Exact.

    Without a base objective: the first action that is no defection, if there is one.
    """
    if scene.base is not None:
        return best_paid(scene, scene.base)
    first = next((index for index, action in enumerate(scene.game.actions) if not action.defects), 0)
    return np.full(scene.game.horizon, first, np.int64)


def mostly(scene: Scene, intended: NDArray[np.int64], chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """`[T, A]`: the intended action with some probability, by episode; otherwise any other one, each alike."""
    actions = len(scene.game.actions)
    if actions == 1:
        return np.ones((len(intended), 1))
    chances = np.repeat(((1 - chance) / (actions - 1))[:, None], actions, axis=1)
    chances[np.arange(len(intended)), intended] = chance
    return chances
