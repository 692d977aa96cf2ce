"""Many copies of the maze environment at once: step by step what Gymnasium's vector of single ones does."""

from collections import deque
from collections.abc import Iterator
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from maze.same_answers import assert_same
from thinned import thinned

from deceptive_sim.core.errors import InputError
from deceptive_sim.maze.ascii_maps import read_map
from deceptive_sim.maze.environments.lots import Lot, Supply
from deceptive_sim.maze.environments.maze_env import MazeEnv, game_of
from deceptive_sim.maze.environments.maze_vector import MazeVectorEnv
from deceptive_sim.maze.environments.settings import read_objective
from deceptive_sim.maze.environments.streams import MazesAlone
from deceptive_sim.maze.family import MazeFamily

NAME = "deceptive_sim.maze.environments:DeceptiveSim/Maze-v0"
COPIES = 7

MIXED: dict[str, Any] = {
    "family": MazeFamily(height=(3, 7), width=(5, 9), square=False, exit=("anywhere",), apples=(0, 4)),
    "objective": {"is_exit": 1, "is_apple": "1/4", "position": "1/2"},
    "step_cost": 0.01,
    "time_limit": "1/2",
    "frame": (8, 9),
}


class Recorded(MazesAlone):
    """Mazes as they come, noted down."""

    handed: deque[tuple[Lot, int]]

    def some(self, phase: str, wanted: int) -> Iterator[tuple[Lot, slice]]:
        for lot, part in super().some(phase, wanted):
            self.handed += [(lot, place) for place in range(part.start, part.stop)]
            yield lot, part


class Noting(MazeVectorEnv):
    """Notes which maze each copy gets; lots are small, so that copies get theirs from several."""

    def _stream(self, rng: np.random.Generator, copies: int) -> Recorded:
        self.recorded = Recorded(Supply(self._game, rng, first=2))
        self.recorded.handed = deque()
        return self.recorded

    def _begin(self, which: np.ndarray) -> None:
        super()._begin(which)
        for copy in which:
            self.queues[copy].append(self.recorded.handed.popleft())


class Fed(MazeEnv):
    """Plays the mazes that it is fed."""

    queue: deque[tuple[Lot, int]]

    def _next(self) -> tuple[Lot, int]:
        return self.queue.popleft()


def pair(mode: AutoresetMode, **settings: Any) -> tuple[Noting, SyncVectorEnv]:
    many = Noting(COPIES, autoreset_mode=mode, **settings)
    singles = SyncVectorEnv([lambda: Fed(**settings)] * COPIES, autoreset_mode=mode)
    many.queues = [deque() for _ in range(COPIES)]
    for env, queue in zip(singles.envs, many.queues, strict=True):
        env.queue = queue  # type: ignore[attr-defined]
    return many, singles


@pytest.mark.parametrize("observation", thinned(["full", 1, 5], 3))
@pytest.mark.parametrize("mode", list(AutoresetMode))
def test_every_step_is_that_of_single_environments(mode: AutoresetMode, observation: Any) -> None:
    many, singles = pair(mode, observation=observation, **MIXED)
    assert many.observation_space == singles.observation_space
    assert many.action_space == singles.action_space
    assert many.single_observation_space == singles.single_observation_space
    assert many.metadata["autoreset_mode"] is singles.metadata["autoreset_mode"] is mode
    assert_same(many.reset(seed=3), singles.reset(seed=3))
    rng = np.random.default_rng(1)
    ends = np.zeros(2, int)
    for turn in range(150):
        chance = 0.3 if turn < 75 else 0.02
        actions = np.where(rng.random(COPIES) < chance, 4, rng.integers(4, size=COPIES))
        one, other = many.step(actions), singles.step(actions)
        assert_same(one, other)
        assert many.observation_space.contains(one[0])
        ended = other[2] | other[3]
        ends += other[2].sum(), other[3].sum()
        if mode is AutoresetMode.DISABLED and ended.any():
            again = many.reset(options={"reset_mask": ended}), singles.reset(options={"reset_mask": ended.copy()})
            assert_same(*again)
    assert (ends > 10).all()


def test_a_seed_for_each_copy_gives_what_single_environments_of_these_seeds_get() -> None:
    seeds = [5, 9, 5, 2, 0, 11, 2**40]
    many = MazeVectorEnv(COPIES, autoreset_mode="SameStep", **MIXED)
    singles = SyncVectorEnv([lambda: MazeEnv(**MIXED)] * COPIES, autoreset_mode="SameStep")
    many.reset(seed=3)
    assert_same(many.reset(seed=tuple(seeds)), singles.reset(seed=seeds))  # type: ignore[arg-type]
    rng = np.random.default_rng(0)
    for turn in range(60):
        actions = np.where(rng.random(COPIES) < 0.4, 4, rng.integers(4, size=COPIES))
        assert_same(many.step(actions), singles.step(actions))
        if turn == 30:  # those left out keep the mazes that they are drawing
            mask, others = np.arange(COPIES) % 2 == 0, np.arange(100, 100 + COPIES)
            again = {"reset_mask": mask}
            one = many.reset(seed=others, options=again)  # type: ignore[arg-type]
            assert_same(one, singles.reset(seed=others.tolist(), options=dict(again)))
    alone, single = MazeVectorEnv(1, **MIXED), SyncVectorEnv([lambda: MazeEnv(**MIXED)])
    assert_same(alone.reset(seed=4), single.reset(seed=4))


@pytest.mark.parametrize("first", [1, 3, 300])
def test_mazes_are_handed_out_once_each_in_lots_that_double(first: int) -> None:
    game = game_of(MIXED["family"], read_objective("exit"), "full", 1, None)
    supply = Supply(game, np.random.default_rng(4), first=first)
    handed = [(lot, place) for wanted in (2, 1, 5, 0, 700) for lot, part in supply.some(wanted)
              for place in range(part.start, part.stop)]  # fmt: skip
    rng = np.random.default_rng(4)
    sizes, expected = [first], [MIXED["family"].draw(rng, first)]
    while sum(sizes) < 708:
        sizes.append(min(max(first, 256), 2 * sizes[-1]))
        expected.append(MIXED["family"].draw(rng, sizes[-1]))
    walls = np.concatenate([mazes.blocked for mazes in expected])[:708]
    assert (np.array([lot.mazes.blocked[place] for lot, place in handed]) == walls).all()
    assert sorted({len(lot.mazes) for lot, _ in handed}) == sorted(set(sizes))


def test_lots_of_large_mazes_have_few() -> None:
    family = MazeFamily(generator="open", height=(799, 799))
    supply = Supply(game_of(family, read_objective("exit"), 1, 1, None), np.random.default_rng(0), first=50)
    assert {len(lot.mazes) for lot, _ in supply.some(13)} == {6}


def test_the_bare_corner_can_be_taken() -> None:
    env = MazeVectorEnv(2, family={"maps": [read_map("SE.")]}, objective="place")
    env.reset(seed=0)
    for actions in ([1, 1], [1, 0]):
        env.step(np.array(actions))
    _, rewards, terminated, _, info = env.step(np.array([4, 4]))
    assert (rewards.tolist(), terminated.all(), info["taken"].tolist()) == ([1.0, 0.75], True, ["corner", "exit"])


def test_make_vec_makes_the_compiled_one_and_single_ones_on_demand() -> None:
    many = gymnasium.make_vec(NAME, num_envs=3, observation=3)
    assert isinstance(many.unwrapped, MazeVectorEnv)
    seen, info = many.reset(seed=0)
    assert seen.shape == (3, 3, 3, 3)
    assert info["taken"].tolist() == [None] * 3
    singles = gymnasium.make_vec(NAME, num_envs=3, vectorization_mode="sync", observation=3)
    assert isinstance(singles, SyncVectorEnv)
    assert singles.observation_space == many.observation_space
    for env in (many, singles):
        env.close()
    same_step = gymnasium.make_vec(NAME, num_envs=1, autoreset_mode="SameStep")
    assert same_step.metadata["autoreset_mode"] is AutoresetMode.SAME_STEP


def test_wrappers_of_vectors_work_on_it() -> None:
    env = gymnasium.wrappers.vector.RecordEpisodeStatistics(gymnasium.make_vec(NAME, num_envs=4, objective="exit"))
    env.reset(seed=0)
    finished = 0
    for _ in range(60):
        info = env.step(env.action_space.sample())[4]
        finished += int(info["_episode"].sum()) if "episode" in info else 0
    assert finished > 10


def test_a_seed_gives_the_same_mazes() -> None:
    envs = [MazeVectorEnv(5, **MIXED) for _ in range(2)]
    actions = np.random.default_rng(2).integers(5, size=(60, 5))
    runs = [[env.reset(seed=8)[0], *(env.step(action)[0] for action in actions), env.reset()[0]] for env in envs]
    assert all((one == other).all() for one, other in zip(*runs, strict=True))
    again = envs[0].reset(seed=8)[0]
    assert (again == runs[0][0]).all()
    assert not (envs[0].reset(seed=9)[0] == again).all()
    assert len({image.tobytes() for image in again}) == 5


def test_what_is_handed_out_stays_as_it_is() -> None:
    env = MazeVectorEnv(2, objective="exit", family="training")
    for observation in ("full", 3):
        env = MazeVectorEnv(2, observation=observation)
        kept, info = env.reset(seed=1)
        before = kept.copy()
        env.step(np.array([1, 2]))
        env.step(np.array([2, 1]))
        assert (kept == before).all()
        kept[:] = 9
        info["objective"][:] = "nothing"
        _, _, _, _, after = env.step(np.array([0, 0]))
        assert after["objective"].tolist() == ["green", "green"]
        assert env.step(np.array([0, 0]))[0].max() < 9


def test_pictures_of_all_copies_are_those_of_single_ones() -> None:
    for mode in ("ansi", "rgb_array"):
        many, singles = pair(AutoresetMode.NEXT_STEP, render_mode=mode, observation=5, **MIXED)
        assert many.render() is None
        many.reset(seed=3)
        singles.reset(seed=3)
        for one, other in zip(many.render() or (), singles.render(), strict=True):
            assert_same(one, other)
    assert MazeVectorEnv(2).render() is None


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"num_envs": 0}, "num_envs must be a whole number from 1 to 1000000, got 0"),
        ({"autoreset_mode": "Later"}, "autoreset_mode must be one of NextStep, SameStep, Disabled"),
        ({"observation": 2}, "observation must be an odd number"),
        ({"family": "test"}, "family must be a family of mazes"),
        ({"step_cost": -1}, "step_cost must be at least 0"),
        ({"render_mode": "human"}, "render_mode must be a way to draw"),
    ],
)
def test_a_wrong_setting_of_many_is_named(settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        MazeVectorEnv(**settings)


def test_wrong_actions_seeds_and_masks_are_named_and_change_nothing() -> None:
    env = MazeVectorEnv(3, **MIXED)
    with pytest.raises(InputError, match="step must follow a reset"):
        env.step(np.zeros(3, int))
    before = env.reset(seed=0)[0]
    for actions in ([0, 5, 0], [0, -1, 0], [0, 0], [0.0, 0.0, 0.0]):
        with pytest.raises(InputError, match="actions must be"):
            env.step(np.array(actions))
    assert (env.step(np.array([0, 0, 0], np.uint8))[0][..., :2] == before[..., :2]).all()
    for seed in ([1, 2], "123", 1.0, True, -1, [1, 2, -3], [[1], [2, 3], 4], np.zeros(3)):
        with pytest.raises(InputError, match=r"seed(\.\d)? must be (one|a) whole number"):
            env.reset(seed=seed)  # type: ignore[arg-type]
    for mask in ([True], [False] * 3, [1, 0, 0]):
        with pytest.raises(InputError, match=r"options\.reset_mask must be 3 of true or false"):
            env.reset(options={"reset_mask": np.array(mask)})
    two = MazeVectorEnv(2, autoreset_mode="Disabled")
    two.reset(seed=0)
    two.step(np.array([4, 4]))
    two.reset(options={"reset_mask": np.array([True, False])})
    with pytest.raises(InputError, match="step must follow a reset of the copies"):
        two.step(np.array([0, 0]))
    two.reset(options={"reset_mask": np.array([False, True])})
    two.step(np.array([0, 0]))
    alone = MazeVectorEnv(1, autoreset_mode="Disabled")
    alone.reset(seed=0)
    alone.step(np.array([4]))
    with pytest.raises(InputError, match="step must follow a reset of the copies"):
        alone.step(np.array([0]))
