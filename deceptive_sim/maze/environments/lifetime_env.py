"""`DeceptiveSim/Lifetime-v0`: training mazes and deployed mazes in a row, at two levels, one or many at once."""

from __future__ import annotations

from typing import Any

import gymnasium
from gymnasium.vector import AutoresetMode

from deceptive_sim.core.errors import nearest, wrong
from deceptive_sim.maze.environments import settings
from deceptive_sim.maze.environments.lifetime import read_rules
from deceptive_sim.maze.environments.lifetime_choice import ChoiceEnv
from deceptive_sim.maze.environments.lifetime_choice_vector import ChoiceVector
from deceptive_sim.maze.environments.lifetime_moves import MovesEnv
from deceptive_sim.maze.environments.lifetime_moves_vector import MovesVector
from deceptive_sim.maze.environments.lifetime_vector import LifetimeVector

LEVELS = ("choice", "moves")


def make_lifetime(
    *,
    level: str = "choice",
    training: int = 2,
    deployment: int = 3,
    modification: float = 1,
    training_family: settings.Family = "training",
    deployment_family: settings.Family = "deployment",
    objective: settings.Goal = "apple",
    observation: str | int = "full",
    step_cost: float = 0.0,
    time_limit: float = 1,
    frame: tuple[int, int] | None = None,
    render_mode: str | None = None,
) -> gymnasium.Env[Any, Any]:
    """A lifetime of mazes. See `lifetime` for who is at the wheel, and for what pays.

    Parameters
    ----------
    level : str
        "choice": each step is a maze, A or B; `ChoiceEnv`. "moves": each step is a move; `MovesEnv`.
    training, deployment : int
        Mazes of each phase; at least one altogether.
    modification : number
        Probability in [0, 1] that the base optimiser modifies the agent after a training maze with an apple taken.
    training_family, deployment_family : MazeFamily or mapping or str
        Which mazes, as in `MazeEnv`.
    objective : str or mapping
        The initial objective, as in `MazeEnv`; reward is what it gets, whoever is at the wheel.
    observation, frame
        As in `MazeEnv`; for moves alone.
    step_cost : number
        What each move costs.
    time_limit : number
        Moves per floor cell, rounded up, in each maze.
    render_mode : str, optional
        "ansi" or "rgb_array".

    Returns
    -------
    gymnasium.Env
        In `info`, besides `taken` (what a maze ended with, else None): `performance`, exits taken so far;
        `objective`, the one at the wheel; `modified`.

    Raises
    ------
    InputError
        If a setting breaks its rule.
    """
    _check_level(level)
    rules = read_rules(
        training=training,
        deployment=deployment,
        modification=modification,
        training_family=training_family,
        deployment_family=deployment_family,
        objective=objective,
        observation=observation,
        step_cost=step_cost,
        time_limit=time_limit,
        frame=frame,
    )
    if level == "choice":
        return ChoiceEnv(rules, render_mode=render_mode)
    return MovesEnv(rules, render_mode=render_mode)


def make_lifetimes(
    num_envs: int = 1,
    *,
    level: str = "choice",
    training: int = 2,
    deployment: int = 3,
    modification: float = 1,
    training_family: settings.Family = "training",
    deployment_family: settings.Family = "deployment",
    objective: settings.Goal = "apple",
    observation: str | int = "full",
    step_cost: float = 0.0,
    time_limit: float = 1,
    frame: tuple[int, int] | None = None,
    render_mode: str | None = None,
    autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
) -> LifetimeVector:
    """Many lifetimes at once, in compiled loops: what `gymnasium.make_vec` makes if not told otherwise.

    Parameters
    ----------
    num_envs : int
    autoreset_mode : AutoresetMode or str
        As in `MazeVectorEnv`.
    level, training, deployment, modification, training_family, deployment_family, objective, observation, step_cost
        As in `make_lifetime`.
    time_limit, frame, render_mode
        As in `make_lifetime`.

    Raises
    ------
    InputError
        If a setting breaks its rule.
    """
    _check_level(level)
    rules = read_rules(
        training=training,
        deployment=deployment,
        modification=modification,
        training_family=training_family,
        deployment_family=deployment_family,
        objective=objective,
        observation=observation,
        step_cost=step_cost,
        time_limit=time_limit,
        frame=frame,
    )
    made = ChoiceVector if level == "choice" else MovesVector
    return made(num_envs, rules, render_mode=render_mode, autoreset_mode=autoreset_mode)


def _check_level(level: object) -> None:
    if not (isinstance(level, str) and level in LEVELS):
        raise wrong("level", "must be a level", level, nearest(level, LEVELS))
