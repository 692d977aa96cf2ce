"""Environments that are handed something odd: an InputError that names it, and nothing has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np
import pytest

from deceptive_sim.core.errors import InputError
from deceptive_sim.maze.environments.lifetime_env import LEVELS, make_lifetime, make_lifetimes
from deceptive_sim.maze.environments.maze_env import MazeEnv
from deceptive_sim.maze.environments.maze_vector import MazeVectorEnv

SINGLE: dict[str, Callable[..., Any]] = {
    "maze": MazeEnv,
    "choice": make_lifetime,
    "moves": lambda **given: make_lifetime(level="moves", **given),
}
ALL: dict[str, Callable[..., Any]] = {**SINGLE, "vector": lambda **given: MazeVectorEnv(2, **given)}
ODD: list[Any] = [float("nan"), 1.5, "x", "1", [], [1], {}, 1j, len, np.array([1, 2]), np.zeros((2, 2)), np.float64(1)]


@pytest.mark.parametrize("kind", SINGLE)
@pytest.mark.parametrize("action", [None, *ODD, -1, 5, 10**30])
def test_an_action_that_is_none_is_refused_and_nothing_moves(kind: str, action: object) -> None:
    env, same = SINGLE[kind](), SINGLE[kind]()
    env.reset(seed=1)
    same.reset(seed=1)
    with pytest.raises(InputError, match=r"^action must be (a whole number from 0 to 4|0 \(A\) or 1 \(B\)), got ."):
        env.step(action)
    assert str(env.step(np.int64(1))) == str(same.step(1))


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("options", [0, 1, *ODD[:6], np.zeros((2, 2)), len])
def test_options_that_are_no_mapping_are_refused(kind: str, options: object) -> None:
    env = ALL[kind]()
    with pytest.raises(InputError, match=r"^options must be a mapping, got ."):
        env.reset(options=options)
    env.reset(options={})


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("mode", ["human", "", 1, True, [], ["ansi"], b"ansi", np.array(["ansi", "ansi"]), len])
def test_ways_to_draw_that_there_are_not_are_refused(kind: str, mode: object) -> None:
    with pytest.raises(InputError, match=r"^render_mode must be a way to draw, got ."):
        ALL[kind](render_mode=mode)


@pytest.mark.parametrize("kind", ALL)
def test_arrays_are_neither_ways_to_look_nor_levels(kind: str) -> None:
    with pytest.raises(InputError, match=r"^observation must be"):
        ALL[kind](observation=np.array([3, 5]))
    with pytest.raises(InputError, match=r"^level must be"):
        make_lifetime(level=np.array(["choice", "moves"]))  # type: ignore[arg-type]


@pytest.mark.parametrize("mask", [5, [True], [[True, False], [True]], "tf", [False, False]])
def test_a_mask_that_is_none_is_named(mask: object) -> None:
    env = MazeVectorEnv(2)
    with pytest.raises(InputError, match=r"^options\.reset_mask must be 2 of true or false"):
        env.reset(options={"reset_mask": mask})


@pytest.mark.parametrize("level", ["maze", *LEVELS])
def test_a_first_reset_leaves_nobody_out(level: str) -> None:
    env: Any = MazeVectorEnv(2) if level == "maze" else make_lifetimes(2, level=level)
    with pytest.raises(InputError, match=r"^options\.reset_mask must choose all copies at the first reset"):
        env.reset(seed=1, options={"reset_mask": np.array([True, False])})
    with pytest.raises(InputError, match=r"^step must follow a reset"):
        env.step(np.array([0, 0]))
    env.reset(seed=1, options={"reset_mask": np.array([True, True])})
    env.reset(options={"reset_mask": np.array([True, False])})
    env.step(np.array([0, 0]))


def test_seeds_are_gymnasiums_to_refuse() -> None:
    for make in SINGLE.values():
        with pytest.raises(gymnasium.error.Error, match="Seed must be"):
            make().reset(seed=-1)
