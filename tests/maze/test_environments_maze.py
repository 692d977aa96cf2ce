"""`DeceptiveSim/Maze-v0`: Gymnasium's own checks, and every step against a game written anew in plain Python."""

from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from maze.environment_oracle import PlainEpisode

import deceptive_sim.maze.environments  # noqa: F401 - registers
from deceptive_sim.core.errors import InputError
from deceptive_sim.maze.ascii_maps import read_map
from deceptive_sim.maze.environments.maze_env import MazeEnv
from deceptive_sim.maze.environments.registering import register
from deceptive_sim.maze.family import MazeFamily
from deceptive_sim.maze.mazes import Maze
from deceptive_sim.maze.things import COLOURS

NAME = "deceptive_sim.maze.environments:DeceptiveSim/Maze-v0"

ANYTHING = MazeFamily(
    height=(1, 9),
    width=(5, 9),
    square=False,
    loops="1/5",  # type: ignore[arg-type]
    start=("anywhere", "top-left"),
    exit=("anywhere", "bottom-right"),
    apples=(1, 3),
    exit_colours=COLOURS,
    apple_colours=COLOURS,
    wall_colours=COLOURS,
)
PAYS = [
    ("exit", {"is_exit": 1.0}),
    ({"is_green": 1, "is_apple": "1/2", "position": -2}, {"is_green": 1.0, "is_apple": 0.5, "position": -2.0}),
    ("place", {"position": 1.0}),
]


def plain_mazes(count: int, seed: int = 5) -> list[Maze]:
    mazes = ANYTHING.draw(np.random.default_rng(seed), count)
    return [mazes.maze(place) for place in range(count)]


def test_to_register_again_does_no_harm() -> None:
    before = dict(gymnasium.registry)
    register()
    assert gymnasium.registry == before
    assert gymnasium.spec("DeceptiveSim/Maze-v0").vector_entry_point is not None
    assert str(gymnasium.spec("DeceptiveSim/Lifetime-v0").vector_entry_point).endswith("lifetime_env:make_lifetimes")


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"family": "deployment"},
        {"observation": 7},
        {"observation": 1, "objective": {"is_red": 2}, "step_cost": 0.25, "time_limit": "1/2"},
        {"family": {"height": [5, 9], "apples": [0, 0]}, "frame": (12, 10)},
        {"family": MazeFamily(maps=(read_map("S.E"),)), "objective": "place"},
        {"render_mode": "ansi"},
        {"render_mode": "rgb_array", "observation": 3},
    ],
)
def test_gymnasium_finds_nothing_to_warn_of(settings: dict[str, Any]) -> None:
    env = gymnasium.make(NAME, **settings)
    check_env(env.unwrapped)
    assert env.spec is not None
    assert env.spec.id == "DeceptiveSim/Maze-v0"
    env.close()


@pytest.mark.parametrize(
    ("objective", "pay", "observation", "view"),
    [(*PAYS[0], "full", None), (*PAYS[1], "full", None), (*PAYS[2], 1, 1), (*PAYS[0], 7, 7), (*PAYS[1], 21, 21)],
)
def test_every_step_is_as_described(objective: Any, pay: dict[str, float], observation: Any, view: int | None) -> None:
    frame = (11, 10)
    limits = {"step_cost": 0.125, "time_limit": 1.5}
    env = MazeEnv(family=ANYTHING, objective=objective, observation=observation, frame=frame, **limits)  # type: ignore[arg-type]
    rng = np.random.default_rng(9)
    endings = set()
    for number, maze in enumerate(plain_mazes(40 if objective == "exit" else 12)):
        plain = PlainEpisode(maze, pay, frame, view, **limits)
        seen, info = env.reset(seed=number, options={"maze": maze})
        name = objective if isinstance(objective, str) else "is_green: 1, is_apple: 1/2, position: -2"
        assert info == {"performance": 0.0, "objective": name, "taken": None}
        assert env.observation_space.contains(seen)
        chances = [0.24, 0.24, 0.24, 0.24, 0.04] if number % 4 == 1 else [0.25, 0.25, 0.25, 0.25, 0.0]
        wanted = [set(), set(), {tuple(thing.cell) for thing in maze.things}, {plain.corner()}][number % 4]
        ended = False
        while not ended:
            assert (seen == plain.seen()).all()
            action = rng.choice(5, p=chances)
            action = 4 if plain.at in wanted else action
            seen, reward, terminated, truncated, info = env.step(action)
            assert (*(reward, terminated, truncated), info["taken"]) == pytest.approx(plain.step(int(action)))
            assert info["performance"] == float(info["taken"] == "exit")
            assert type(reward) is float
            ended = terminated or truncated
        assert (seen == plain.seen()).all()
        endings.add(info["taken"])
        with pytest.raises(InputError, match="step must follow a reset"):
            env.step(0)
    assert endings == {None, "exit", "apple", "corner", "nothing"} or objective != "exit"


def test_moves_end_at_the_limit_and_what_is_reached_with_the_last_one_may_still_be_taken() -> None:
    env = MazeEnv(family={"maps": [read_map("S..E")]}, objective="exit", time_limit="3/4")
    env.reset()
    for _ in range(3):
        assert env.step(1)[1:4] == (0.0, False, False)
    assert env.step(4)[1:4] == (1.0, True, False)
    env.reset()
    for _ in range(3):
        env.step(1)
    seen, reward, terminated, truncated, info = env.step(3)
    assert (reward, terminated, truncated, info["taken"]) == (0.0, False, True, None)
    assert seen[0, 3, 2] == 1


def test_what_is_seen_tells_nothing_of_objective_performance_or_time() -> None:
    settings = {"family": "deployment", "observation": "full"}
    envs = [MazeEnv(objective=one, time_limit=limit, **settings) for one, limit in (("exit", 1), ("green", 9))]  # type: ignore[arg-type]
    first = [env.reset(seed=4)[0] for env in envs]
    assert (first[0] == first[1]).all()
    for action in np.random.default_rng(0).integers(4, size=20):
        there = [env.step(action)[0] for env in envs]
        assert (there[0] == there[1]).all()
    back_and_forth = [envs[0].reset(seed=4)[0], *(envs[0].step(0)[0] for _ in range(3))]
    assert all((seen == back_and_forth[0]).all() for seen in back_and_forth)  # the start is in the top row


def test_observations_are_the_callers_own() -> None:
    env = MazeEnv()
    for observation in (env.reset(seed=1)[0], env.step(2)[0]):
        observation[:] = 9
        assert env.step(0)[0].max() < 9


def test_a_seed_gives_the_same_mazes_and_they_are_of_the_family() -> None:
    envs = [MazeEnv(family="training") for _ in range(2)]
    mazes = [[env.reset(seed=12)[0], *(env.reset()[0] for _ in range(40))] for env in envs]
    assert all((one == other).all() for one, other in zip(*mazes, strict=True))
    assert len({seen.tobytes() for seen in mazes[0]}) == 41
    assert not (mazes[0][0] == envs[0].reset(seed=13)[0]).all()
    assert (envs[0].reset(seed=12)[0] == mazes[0][0]).all()
    for seen in mazes[0]:
        side = int((seen[0, :, 0] > 0).sum())
        assert side in {5, 7}
        assert seen[side - 1, side - 1].tolist() == [3, 2, 0]  # a green exit in the bottom right
        assert seen[0, 0].tolist() == [1, 0, 1]
        apples = seen[seen[..., 0] == 4]
        assert 1 <= len(apples) <= 3
        assert 2 not in apples[:, 1]
        assert seen.shape == (11, 11, 3)


def test_a_deployed_maze_is_larger_its_exit_grey_and_anywhere_its_apples_green() -> None:
    env = MazeEnv(family="deployment")
    mazes = [env.reset(seed=seed)[0] for seed in range(40)]
    assert {int((seen[0, :, 0] > 0).sum()) for seen in mazes} == {9, 11}
    assert {int(seen[seen[..., 0] == 3][0, 1]) for seen in mazes} == {6}
    assert {int(colour) for seen in mazes for colour in seen[seen[..., 0] == 4][:, 1]} == {2}
    assert {int((seen[..., 0] == 4).sum()) for seen in mazes} == {2, 3, 4, 5}
    assert len({tuple(np.argwhere(seen[..., 0] == 3)[0].tolist()) for seen in mazes}) > 20


def test_lots_of_mazes_that_are_given_leave_those_drawn_as_they_were() -> None:
    env = MazeEnv(family=ANYTHING)
    plain = [env.reset(seed=3)[0], env.reset()[0]]
    first, between, then = env.reset(seed=3)[0], env.reset(options={"maze": plain_mazes(1)[0]})[0], env.reset()[0]
    assert (first == plain[0]).all()
    assert (then == plain[1]).all()
    assert not (between == then).all()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"family": "trainin"}, 'family must be a family of mazes, got "trainin" (did you mean training?)'),
        ({"family": 3}, "family must be a family of mazes, its name or its fields, got 3"),
        ({"family": {"hight": (5, 5)}}, "family.hight is no field of a family (did you mean height?)"),
        ({"family": {"height": (4, 4)}}, "family.height must have an odd number in its range"),
        ({"objective": "gren"}, 'objective must be a named objective or weights, got "gren" (did you mean green?)'),
        ({"objective": {"is_gren": 1}}, 'objective.is_gren must be a feature, got "is_gren"'),
        ({"objective": {"is_green": "much"}}, "objective.is_green must be a number"),
        ({"objective": {}}, "objective must be one of exit, green, apple, place, or weights on features"),
        ({"observation": 4}, "observation must be an odd number of cells from 1 to 101, got 4"),
        ({"observation": 103}, "observation must be an odd number of cells from 1 to 101, got 103"),
        ({"observation": "all"}, 'observation must be "full" or an odd number of cells, got "all"'),
        ({"observation": True}, 'observation must be "full" or an odd number of cells'),
        ({"step_cost": -1}, "step_cost must be at least 0, got -1"),
        ({"step_cost": float("nan")}, "step_cost must be finite"),
        ({"time_limit": 0}, "time_limit must be more than 0, got 0"),
        ({"time_limit": 1001}, "time_limit must be at most 1000, got 1001"),
        ({"frame": (5, 11)}, 'frame must have room for mazes of 7 x 7, got "5 x 11"'),
        ({"frame": (11, 5)}, 'frame must have room for mazes of 7 x 7, got "11 x 5"'),
        ({"frame": 11}, "frame must be two whole numbers, rows and columns, got 11"),
        ({"frame": (11.5, 11)}, "frame must be two whole numbers"),
        ({"render_mode": "human"}, 'render_mode must be a way to draw, got "human" (one of ansi, rgb_array)'),
    ],
)
def test_a_wrong_setting_is_named(settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        MazeEnv(**settings)
    assert str(caught.value).startswith(sentence)


def test_wrong_actions_and_mazes_are_named() -> None:
    env = MazeEnv()
    with pytest.raises(InputError, match="step must follow a reset"):
        env.step(0)
    env.reset(seed=0)
    for action in (-1, 5):
        with pytest.raises(InputError, match=f"action must be a whole number from 0 to 4, got {action}"):
            env.step(action)
    with pytest.raises(InputError, match=r"options\.maze must be a maze"):
        env.reset(options={"maze": "S.E"})
    with pytest.raises(InputError, match=r"options\.maze must be at most 11 x 11"):
        env.reset(options={"maze": read_map("S..........E")})
    with pytest.raises(InputError, match=r"options\.maze must be at most 11 x 11"):
        env.reset(options={"maze": read_map("S" + "\n." * 10 + "\nE")})
    assert (env.reset(seed=0, options={})[0] == env.reset(seed=0)[0]).all()
