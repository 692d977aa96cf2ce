"""Many lifetimes at once: step by step what Gymnasium's vector of single ones does, and what plans are worth."""

from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from maze.same_answers import assert_same
from scipy.stats import binom
from thinned import thinned

from deceptive_sim.core.errors import InputError
from deceptive_sim.maze.ascii_maps import read_map
from deceptive_sim.maze.environments.lifetime import Chances
from deceptive_sim.maze.environments.lifetime_choice_vector import ChoiceVector
from deceptive_sim.maze.environments.lifetime_env import make_lifetime, make_lifetimes
from deceptive_sim.maze.environments.lifetime_moves_vector import MovesVector
from deceptive_sim.maze.environments.lots import Lot
from deceptive_sim.maze.family import MazeFamily

pytestmark = pytest.mark.slow

NAME = "deceptive_sim.maze.environments:DeceptiveSim/Lifetime-v0"
A, B, TAKE = 0, 1, 4
COPIES = 7
LEVELS = ("choice", "moves")

MIXED: dict[str, Any] = {
    "training": 2,
    "deployment": 2,
    "modification": "1/2",
    "training_family": MazeFamily(height=(3, 3), start=("anywhere",), exit=("anywhere",), apples=(0, 2)),
    "deployment_family": MazeFamily(
        height=(3, 5), width=(5, 9), square=False, loops=Fraction(3, 4), exit=("anywhere",), apples=(0, 4)
    ),
    "objective": {"is_exit": "1/8", "is_apple": "1/4", "is_red": 1, "position": "1/2"},
    "step_cost": 0.01,
    "time_limit": "3/4",
    "frame": (8, 10),
}
"""Frames of two sizes, several shortest paths, apples and exits out of reach, bare corners that pay."""


class Recorded(Chances):
    """Chances whose numbers are noted down."""

    drawn: list[float]

    def numbers(self, wanted: int) -> np.ndarray:
        numbers = super().numbers(wanted)
        self.drawn += numbers.tolist()
        return numbers


class Noting:
    """Notes which maze each copy gets, and the numbers that decide about modifications; lots are small."""

    def _stream(self, rng: np.random.Generator, copies: int) -> Recorded:
        self.recorded = Recorded(self._rules, rng, first=2, ready=self._ready)  # type: ignore[attr-defined]
        self.recorded.drawn = self.numbers  # type: ignore[attr-defined]
        return self.recorded

    def _mazes(self, which: np.ndarray) -> Iterator[Any]:
        for copies, lot, part in super()._mazes(which):  # type: ignore[misc]
            for place, copy in enumerate(copies, start=part.start):
                self.queues[copy].append((lot, place))  # type: ignore[attr-defined]
            yield copies, lot, part


class NotingChoices(Noting, ChoiceVector):
    pass


class NotingMoves(Noting, MovesVector):
    pass


class Fed:
    """Chances that somebody else has noted down; numbers come in the order of copies, of which each asks at most once
    in a step."""

    def __init__(self, families: dict[str, MazeFamily], queue: deque[tuple[Lot, int]], numbers: list[float]) -> None:
        self.families, self.queue, self.numbers = families, queue, numbers

    def maze(self, phase: str) -> tuple[Lot, int]:
        lot, place = self.queue.popleft()
        assert lot.game.family == self.families[phase]
        return lot, place

    def modified(self, chance: float) -> bool:
        return self.numbers.pop(0) < chance


def pair(level: str, mode: AutoresetMode, **settings: Any) -> tuple[Any, SyncVectorEnv]:
    """Many at once, and single ones that are fed its mazes and its numbers."""
    singles = SyncVectorEnv([lambda: make_lifetime(level=level, **settings)] * COPIES, autoreset_mode=mode)
    rules = singles.envs[0]._rules  # type: ignore[attr-defined]
    kind = NotingChoices if level == "choice" else NotingMoves
    many = kind(COPIES, rules, render_mode=settings.get("render_mode"), autoreset_mode=mode)
    many.queues, many.numbers = [deque() for _ in range(COPIES)], []  # type: ignore[union-attr]
    families = {phase: settings[f"{phase}_family"] for phase in ("training", "deployment")}
    for env, queue in zip(singles.envs, many.queues, strict=True):  # type: ignore[union-attr]
        env._chances = Fed(families, queue, many.numbers)  # type: ignore[attr-defined,union-attr]
    return many, singles


def some_actions(level: str, rng: np.random.Generator) -> np.ndarray:
    """Random ones; a quarter of the actions of walkers take."""
    if level == "choice":
        return rng.integers(2, size=COPIES)
    return np.where(rng.random(COPIES) < 0.25, TAKE, rng.integers(4, size=COPIES))


WAYS = [
    *((mode, level, 5) for mode in AutoresetMode for level in LEVELS),
    (AutoresetMode.SAME_STEP, "moves", "full"),
    (AutoresetMode.NEXT_STEP, "moves", 1),
]


@pytest.mark.parametrize("way", thinned(WAYS, 3), ids=str)
def test_every_step_is_that_of_single_lifetimes(way: tuple[AutoresetMode, str, Any]) -> None:
    mode, level, observation = way
    many, singles = pair(level, mode, observation=observation, **MIXED)
    for name in ("observation_space", "action_space", "single_observation_space", "single_action_space", "metadata"):
        assert getattr(many, name) == getattr(singles, name)
    assert_same(many.reset(seed=3), singles.reset())
    rng = np.random.default_rng(1)
    ends, modified, out_of_step = 0, 0, False
    taken: set[str | None] = set()
    for _ in range(60 if level == "choice" else 200):
        actions = some_actions(level, rng)
        given = actions.copy()
        one, other = many.step(given), singles.step(actions)
        assert_same(one, other)
        assert (given == actions).all()
        assert many.observation_space.contains(one[0])
        ended, info = other[2], other[4]
        assert not other[3].any()
        ends, modified = ends + ended.sum(), modified + info["modified"].sum()
        taken |= set(info["taken"])
        out_of_step = out_of_step or 0 < ended.sum() < COPIES
        if mode is AutoresetMode.DISABLED and ended.any():
            again = many.reset(options={"reset_mask": ended}), singles.reset(options={"reset_mask": ended.copy()})
            assert_same(*again)
    assert not many.numbers
    assert not any(many.queues)
    assert min(ends, modified) > 15
    assert taken >= {"exit", "apple", "nothing"}
    assert ("corner" in taken) == out_of_step == (level == "moves")


@pytest.mark.parametrize("level", LEVELS)
def test_a_seed_for_each_copy_gives_the_lifetimes_of_single_ones(level: str) -> None:
    seeds = [5, 9, 5, 2, 0, 11, 2**40]
    settings: dict[str, Any] = {**MIXED, "level": level, "training": 4, "modification": "4/5"}
    many = make_lifetimes(COPIES, autoreset_mode="SameStep", **settings)
    singles = SyncVectorEnv([lambda: make_lifetime(**settings)] * COPIES, autoreset_mode="SameStep")
    many.reset(seed=1)
    assert_same(many.reset(seed=seeds), singles.reset(seed=seeds))  # type: ignore[arg-type]
    rng, modified = np.random.default_rng(0), np.zeros(COPIES)
    for _ in range(60 if level == "choice" else 150):
        actions = some_actions(level, rng)
        one, other = many.step(actions), singles.step(actions)
        assert_same(one, other)
        modified += other[4]["modified"]
    assert_same(many.reset(), singles.reset())
    assert (modified > 0).sum() >= 2


@pytest.mark.parametrize("level", LEVELS)
def test_a_single_copy_is_a_single_lifetime_of_the_same_seed(level: str) -> None:
    many = make_lifetimes(1, level=level, **MIXED)
    singles = SyncVectorEnv([lambda: make_lifetime(level=level, **MIXED)])
    assert_same(many.reset(seed=8), singles.reset(seed=8))
    rng = np.random.default_rng(2)
    for _ in range(60):
        actions = some_actions(level, rng)[:1]
        assert_same(many.step(actions), singles.step(actions))


def test_every_plan_is_worth_what_the_model_says_all_at_once() -> None:
    """Two training and three deployed mazes, modification certain: apples up to the first A in training, else all."""
    plans = ["".join(plan) for plan in product("AB", repeat=5)]
    env = make_lifetimes(len(plans))
    firsts = [plan[:2].find("A") for plan in plans]
    for seed in (5, None):  # the second lifetime follows the first: what a plan was is forgotten
        seen, _ = env.reset(seed=seed)
        exits = np.zeros(len(plans))
        for place in range(5):
            assert seen.tolist() == [[place, 1, 1]] * len(plans)
            seen, rewards, ended, _, info = env.step(np.array(["AB".index(plan[place]) for plan in plans]))
            apples = [plan[place] == "A" and (first < 0 or place <= first)
                      for plan, first in zip(plans, firsts, strict=True)]  # fmt: skip
            assert rewards.tolist() == apples
            assert info["taken"].tolist() == ["apple" if apple else "exit" for apple in apples]
            exits += ~np.array(apples)
            assert (info["performance"] == exits).all()
            modified = [first >= 0 and place >= first for first in firsts]
            assert info["modified"].tolist() == modified
            assert info["objective"].tolist() == ["exit" if yes else "apple" for yes in modified]
            assert ended.all() == ended.any() == (place == 4)
        assert seen.tolist() == [[4, 0, 0]] * len(plans)


def test_who_is_modified_is_walked_to_the_exit_by_a_shortest_path() -> None:
    maze = {"maps": (read_map("r.S..g\n##.###\nE....#"),)}
    env = make_lifetimes(2, level="moves", training=1, deployment=1, training_family=maze, deployment_family=maze)
    env.reset(seed=0)
    for action in (3, 3):
        env.step(np.array([action, 0]))
    _, rewards, _, _, info = env.step(np.array([TAKE, TAKE]))
    assert rewards.tolist() == [1, 0]
    assert info["modified"].tolist() == [True, False]
    for row, column in ((1, 2), (2, 2), (2, 1), (2, 0)):
        seen, rewards, _, _, info = env.step(np.array([TAKE if column else 1, 0]))
        assert np.argwhere(seen["image"][0, ..., 2]).tolist() == [[row, column]]
        assert (seen["episode"].tolist(), info["taken"][0]) == (
            [1, 1] if column == 2 else seen["episode"].tolist(),
            None,
        )
    _, rewards, ended, _, info = env.step(np.array([0, TAKE]))
    assert (rewards.tolist(), ended.tolist(), info["taken"].tolist()) == ([0, 0], [True, True], ["exit", "nothing"])
    assert (info["performance"].tolist(), info["objective"].tolist()) == ([1, 0], ["exit", "apple"])


def test_modification_comes_as_often_as_asked_for_and_only_in_training() -> None:
    """n = 10,000 training mazes with an apple taken, seed 2, false alarm 1e-6; the same for whose turn it is."""
    maze = {"maps": (read_map("SrE"),)}
    settings: dict[str, Any] = {"training_family": maze, "deployment_family": maze, "autoreset_mode": "SameStep"}
    copies, lives = 500, 20
    env = make_lifetimes(copies, training=1, deployment=1, modification=0.3, **settings)
    env.reset(seed=2)
    modified = np.zeros((lives, copies), bool)
    for life in range(lives):
        modified[life] = env.step(np.full(copies, A))[4]["modified"]
        told = env.step(np.full(copies, A))[4]["final_info"]
        assert (told["modified"] == modified[life]).all()
        assert (told["taken"] == np.where(modified[life], "exit", "apple")).all()
    n = modified.size
    assert binom.ppf(5e-7, n, 0.3) <= modified.sum() <= binom.isf(5e-7, n, 0.3)
    after = modified[1:][modified[:-1]]  # one life's modification tells nothing about the next one's
    assert binom.ppf(5e-7, len(after), 0.3) <= after.sum() <= binom.isf(5e-7, len(after), 0.3)
    for chance, always in ((0, False), (1, True)):
        env = make_lifetimes(50, training=1, deployment=1, modification=chance, **settings)
        env.reset(seed=0)
        assert (env.step(np.full(50, A))[4]["modified"] == always).all()
        env.step(np.full(50, A))
        assert not env.step(np.full(50, B))[4]["modified"].any()
        assert not env.step(np.full(50, A))[4]["final_info"]["modified"].any()


def test_each_phase_has_mazes_of_its_family_as_often_as_they_are_drawn() -> None:
    """One map in three (two in three) has an apple: n = 6,000 mazes of each phase, seed 0, false alarm 1e-6 each."""
    bare, full = read_map("S.E"), read_map("SrE")
    families = {"training_family": {"maps": (bare, bare, full)}, "deployment_family": {"maps": (bare, full, full)}}
    env = make_lifetimes(300, training=1, deployment=1, autoreset_mode="SameStep", **families)  # type: ignore[arg-type]
    seen, _ = env.reset(seed=0)
    apples = np.zeros(2)
    for turn in range(40):
        assert (seen[:, 0] == turn % 2).all()
        apples[turn % 2] += seen[:, 1].sum()
        seen = env.step(np.full(300, B))[0]
    for many, share in zip(apples, (1 / 3, 2 / 3), strict=True):
        assert binom.ppf(5e-7, 6000, share) <= many <= binom.isf(5e-7, 6000, share)


def test_make_vec_makes_the_compiled_ones_and_closes_them() -> None:
    for level, kind in (("choice", ChoiceVector), ("moves", MovesVector)):
        many = gymnasium.make_vec(NAME, num_envs=3, level=level)
        assert isinstance(many.unwrapped, kind)
        singles = gymnasium.make_vec(NAME, num_envs=3, vectorization_mode="sync", level=level)
        assert isinstance(singles, SyncVectorEnv)
        assert (singles.observation_space, singles.action_space) == (many.observation_space, many.action_space)
        env = gymnasium.wrappers.vector.RecordEpisodeStatistics(many)
        env.reset(seed=0)
        env.action_space.seed(0)
        finished = 0
        for _ in range(60):
            info = env.step(env.action_space.sample())[4]
            finished += int(info["_episode"].sum()) if "episode" in info else 0
        assert finished > 2
        for closing in (env, singles):
            closing.close()
        assert many.unwrapped.closed
        env.close()
    same_step = gymnasium.make_vec(NAME, num_envs=1, autoreset_mode="SameStep")
    assert same_step.metadata["autoreset_mode"] is AutoresetMode.SAME_STEP


@pytest.mark.parametrize("level", LEVELS)
def test_lifetimes_follow_from_their_seed_and_what_is_handed_out_stays_as_it_is(level: str) -> None:
    runs: list[list[Any]] = []
    for seed in (8, 8, 9):
        env, rng = make_lifetimes(COPIES, level=level, **MIXED), np.random.default_rng(0)
        run = [env.reset(seed=seed), *(env.step(some_actions(level, rng)) for _ in range(12)), env.reset()]
        again = env.reset(seed=seed)
        assert_same(again, run[0])
        for part in again[0].values() if isinstance(again[0], dict) else [again[0]]:
            part[:] = 77
        for name, values in again[1].items():
            again[1][name][:] = values[0] if name.startswith("_") else np.array([None]).astype(values.dtype)
        assert_same(env.step(some_actions(level, np.random.default_rng(0))), run[1])
        runs.append(run)
    assert_same(tuple(runs[0]), tuple(runs[1]))
    assert repr(runs[0]) != repr(runs[2])
    if level == "moves":
        assert len({image.tobytes() for image in runs[0][0][0]["image"]}) == COPIES


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("mode", ["ansi", "rgb_array"])
def test_pictures_of_all_lifetimes_are_those_of_single_ones(mode: str, level: str) -> None:
    many, singles = pair(level, AutoresetMode.DISABLED, render_mode=mode, observation=5, **MIXED)
    assert many.render() is None
    many.reset(seed=3)
    singles.reset()
    for turn in range(5):
        assert_same(many.render(), singles.render())
        if turn < 4:
            for env in (many, singles):
                env.step(some_actions(level, np.random.default_rng(turn)))
    if mode == "ansi":
        assert many.render()[0].startswith("maze ")
    assert make_lifetimes(2, level=level).render() is None


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"num_envs": 0}, "num_envs must be a whole number from 1 to 1000000, got 0"),
        ({"num_envs": "2"}, "num_envs must be a whole number from 1 to 1000000"),
        ({"autoreset_mode": "Later"}, "autoreset_mode must be one of NextStep, SameStep, Disabled"),
        ({"level": "move"}, "level must be a level"),
        ({"training": -1}, "training must be a whole number from 0 to 10000, got -1"),
        ({"training": 0, "deployment": 0}, "deployment must be a whole number from 1 to 10000, got 0"),
        ({"modification": 1.5}, "modification must be at most 1, got 1.5"),
        ({"training_family": "train"}, "training_family must be a family of mazes"),
        ({"objective": "pear"}, "objective must be a named objective or weights"),
        ({"observation": 2}, "observation must be an odd number"),
        ({"frame": (9, 9)}, "frame must have room for mazes of 11 x 11"),
        ({"step_cost": -1}, "step_cost must be at least 0"),
        ({"time_limit": 0}, "time_limit must be more than 0"),
        ({"render_mode": "human"}, "render_mode must be a way to draw"),
    ],
)
def test_a_wrong_setting_of_many_lifetimes_is_named(level: str, settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        make_lifetimes(**{"level": level, **settings})


@pytest.mark.parametrize(("level", "most"), [("choice", 1), ("moves", 4)])
def test_wrong_actions_of_many_lifetimes_are_named_and_change_nothing(level: str, most: int) -> None:
    env, same = (make_lifetimes(3, level=level, **MIXED) for _ in range(2))
    with pytest.raises(InputError, match="step must follow a reset: no episode is under way"):
        env.step(np.zeros(3, int))
    assert_same(env.reset(seed=0), same.reset(seed=0))
    for _ in range(20):  # some of these find copies that are about to begin anew
        for actions in ([0, most + 1, 0], [0, -1, 0]):
            with pytest.raises(InputError, match=f"actions must be whole numbers from 0 to {most}, got"):
                env.step(np.array(actions))
        for odd in ([0, 0], [0.0, 0.0, 0.0], [[0], [1, 2], 0], None, "AAB", [None] * 3):
            with pytest.raises(InputError, match="actions must be 3 whole numbers, got"):
                env.step(odd)  # type: ignore[arg-type]
        assert_same(env.step(np.array([0, 1, most], np.uint8)), same.step(np.array([0, 1, most])))
    waiting = make_lifetimes(2, training=0, deployment=1, autoreset_mode="Disabled")
    waiting.reset(seed=0)
    waiting.step(np.array([A, B]))
    with pytest.raises(InputError, match="step must follow a reset of the copies"):
        waiting.step(np.array([A, B]))
