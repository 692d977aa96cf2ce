"""Environments can be copied and pickled in the middle of an episode: searches try things out in copies of them."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np
import pytest

import deceptive_sim  # noqa: F401  # registers environments

MAZE, LIFETIME = "DeceptiveSim/Maze-v0", "DeceptiveSim/Lifetime-v0"

WAYS: dict[str, Callable[[Any], Any]] = {
    "pickled": lambda one: pickle.loads(pickle.dumps(one)),
    "copied": copy.deepcopy,
}


def course(env: Any, steps: int, seed: int) -> list[Any]:
    """What comes of random actions, over several episodes."""
    rng, told = np.random.default_rng(seed), []
    for _ in range(steps):
        seen, reward, terminated, truncated, info = env.step(int(rng.integers(env.action_space.n)))
        told.append((seen, reward, terminated, truncated, info))
        if terminated or truncated:
            told.append(env.reset())
    return told


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("name", "settings"),
    [(MAZE, {}), (MAZE, {"observation": 5}), (LIFETIME, {"modification": "1/2"}), (LIFETIME, {"level": "moves"})],
)
@pytest.mark.parametrize("begun", [False, True])
def test_a_copy_goes_on_as_the_original_does(name: str, settings: dict[str, Any], way: str, begun: bool) -> None:
    env = gymnasium.make(name, render_mode="ansi", **settings)
    if begun:
        env.reset(seed=4)
        course(env, 13, seed=0)
    other = WAYS[way](env)
    if not begun:
        env.reset(seed=4)
        other.reset(seed=4)
    before = env.render()
    ahead = course(other, 60, seed=1)
    assert env.render() == before  # what the copy does leaves the original alone
    np.testing.assert_equal(course(env, 60, seed=1), ahead)
    assert other.render() == env.render()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("name", "settings"), [(MAZE, {}), (LIFETIME, {}), (LIFETIME, {"level": "moves"})])
def test_a_copied_vector_goes_on_as_the_original_does(name: str, settings: dict[str, Any], way: str) -> None:
    envs = gymnasium.make_vec(name, num_envs=3, **settings)
    envs.reset(seed=4)
    other = WAYS[way](envs)
    for actions in np.random.default_rng(0).integers(2, size=(20, 3)):
        np.testing.assert_equal(other.step(actions), envs.step(actions))
