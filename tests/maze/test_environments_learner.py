"""A small learner trains on the environments in the loops that reinforcement-learning libraries use, and gets better.

It is tabular Q-learning on what is seen, in a few fixed mazes; the answers are exact returns of best play.
"""

from collections import defaultdict
from typing import Any

import gymnasium
import numpy as np
import pytest

import deceptive_sim.maze.environments  # noqa: F401 - registers
from deceptive_sim.maze.ascii_maps import read_map
from deceptive_sim.maze.family import MazeFamily

MAZES = MazeFamily(maps=(read_map("S.r\n.#.\nE.."), read_map("S#E\n...\nr.#"), read_map(".r.\nS#E\n...")))
SETTINGS: dict[str, Any] = {"family": MAZES, "objective": "green", "step_cost": 0.01}
BEST = 1 - 0.01 * (2 + 4 + 4) / 3
"""The exit is green; it is 2, 4 and 4 moves away."""


class TableOfValues:
    """What each action is worth by what is seen; hoped to be 1, the most there is, until it is tried."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.table: dict[bytes, np.ndarray] = defaultdict(lambda: np.ones(5))
        self._rng = rng

    def act(self, seen: np.ndarray, chance: float) -> int:
        if self._rng.random() < chance:
            return int(self._rng.integers(5))
        return int(self.table[seen.tobytes()].argmax())

    def learn(self, seen: np.ndarray, action: int, reward: float, after: np.ndarray, ended: bool) -> None:
        ahead = 0.0 if ended else self.table[after.tobytes()].max()
        values = self.table[seen.tobytes()]
        values[action] += 0.3 * (reward + ahead - values[action])


def mean_return(learner: TableOfValues, chance: float, episodes: int = 60) -> float:
    env = gymnasium.make("DeceptiveSim/Maze-v0", **SETTINGS)
    total = 0.0
    seen, _ = env.reset(seed=100)
    for _ in range(episodes):
        done = False
        while not done:
            seen, reward, terminated, truncated, _ = env.step(learner.act(seen, chance))
            total += float(reward)
            done = terminated or truncated
        seen, _ = env.reset()
    env.close()
    return total / episodes


def test_a_learner_with_one_environment_learns_the_way_to_the_exit() -> None:
    """4,000 steps, seed 0; random play gets about 0.1."""
    env = gymnasium.make("DeceptiveSim/Maze-v0", **SETTINGS)
    learner = TableOfValues(np.random.default_rng(0))
    before = mean_return(learner, chance=1, episodes=100)
    seen, _ = env.reset(seed=1)
    for step in range(4000):
        action = learner.act(seen, chance=max(0.1, 1 - step / 2000))
        after, reward, terminated, truncated, _ = env.step(action)
        learner.learn(seen, action, float(reward), after, bool(terminated))
        seen = env.reset()[0] if terminated or truncated else after
    env.close()
    assert before < 0.2
    assert mean_return(learner, chance=0) == pytest.approx(BEST, abs=0.01)


@pytest.mark.parametrize("mode", ["vector_entry_point", "sync"])
def test_a_learner_with_many_environments_at_once_learns_it_too(mode: str) -> None:
    """400 steps of 8 copies, seed 0; the step after an episode's end begins the next one and teaches nothing."""
    envs = gymnasium.make_vec("DeceptiveSim/Maze-v0", num_envs=8, vectorization_mode=mode, **SETTINGS)
    learner = TableOfValues(np.random.default_rng(0))
    seen, _ = envs.reset(seed=1)
    begins = np.zeros(8, bool)
    for step in range(400):
        actions = np.array([learner.act(one, chance=max(0.1, 1 - step / 200)) for one in seen])
        after, rewards, terminated, truncated, info = envs.step(actions)
        assert info["performance"].sum() <= terminated.sum()
        for copy in np.flatnonzero(~begins):
            learner.learn(seen[copy], actions[copy], rewards[copy], after[copy], bool(terminated[copy]))
        seen, begins = after, terminated | truncated
    envs.close()
    assert mean_return(learner, chance=0) == pytest.approx(BEST, abs=0.01)
