"""Gradient steps as a lattice of objectives: its weights by finite differences, its game by enumeration, its lives."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from maze.lifetime_by_hand import BARE, FAR, NEAR, Ended, gone, levels_solved, loss_of, slope, world_of, worth
from maze.plain_targets import NAMES

from deceptive_sim.core.errors import InputError
from deceptive_sim.core.json_text import plain
from deceptive_sim.maze.family import MazeFamily
from deceptive_sim.maze.lifetime.lattice import Counted, Lattice, build, look
from deceptive_sim.maze.lifetime.lattice_game import level_name, solve_lattice
from deceptive_sim.maze.lifetime.lattice_playing import GradientLived, run_gradient
from deceptive_sim.maze.lifetime.spec import LifetimeSpec
from deceptive_sim.maze.mazes import Maze
from deceptive_sim.maze.world import MazeWorld
from deceptive_sim.model.discounting import Exponential
from deceptive_sim.model.objectives import Objective
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase

START = [0.0, 1.0, *[0.0] * 7]


def lattice_of(world: MazeWorld, spec: LifetimeSpec, rate: Fraction) -> Lattice:
    return build(world, spec, rate, look(world, spec, seed=0))


def weights_by_hand(maze: Maze, steps: int, rate: float, temperature: float, loss: str) -> list[list[float]]:
    levels = [START]
    for _ in range(steps):
        moved = slope(lambda w: loss_of(maze, w, temperature, 0.0, loss), levels[-1])
        levels.append([w - rate * g for w, g in zip(levels[-1], moved, strict=True)])
    return levels


def by_name(weights: Sequence[float]) -> dict[str, Fraction]:
    return {name: Fraction(float(weight)) for name, weight in zip(NAMES, weights, strict=True)}


@pytest.mark.parametrize("loss", ["log", "chance"])
def test_levels_are_where_steps_lead(loss: str) -> None:
    spec = LifetimeSpec(measured=4, loss=loss, temperature="2/5")
    found = lattice_of(world_of([NEAR], n=4), spec, Fraction(1, 3))
    assert found.weights == pytest.approx(np.array(weights_by_hand(NEAR, 4, 1 / 3, 0.4, loss)), abs=1e-6)


def test_a_step_is_the_mean_over_mazes_of_training() -> None:
    """600 mazes, of which each is one of two: the first step is their mean, in the shares in which they came."""
    spec = LifetimeSpec(measured=600)
    world = world_of([NEAR, FAR], n=1)
    seen = look(world, spec, seed=1)
    near = np.concatenate([one.scene.targets.present.sum(axis=1) for one in seen["training"]]) == 3
    pulls = [[-g for g in slope(lambda w, maze=maze: loss_of(maze, w, 0.5, 0, "log"), START)] for maze in (NEAR, FAR)]
    share = near.mean()
    assert 0.3 < share < 0.7
    moved = np.array(START) + 0.2 * (share * np.array(pulls[0]) + (1 - share) * np.array(pulls[1]))
    assert build(world, spec, Fraction(1, 5), seen).weights[1] == pytest.approx(moved, abs=1e-6)


def test_training_phases_count_by_their_episodes() -> None:
    payoffs = {"mesa": {"A": 1}, "base": {"B": 1}}
    maps = {"early-training": (NEAR, 1), "late-training": (FAR, 3)}
    phases = [Phase(name=name, kind="training", episodes=n, payoffs=payoffs) for name, (_, n) in maps.items()]  # type: ignore[arg-type]
    families = {name: MazeFamily(maps=(maze,)) for name, (maze, _) in maps.items()}
    world = MazeWorld(families=families, game=PhasedGame(phases=phases))
    near, far = (np.array(weights_by_hand(maze, 1, 0.1, 0.5, "log")[1]) for maze in (NEAR, FAR))
    found = lattice_of(world, LifetimeSpec(measured=2), Fraction(1, 10))
    assert len(found.weights) == 5
    assert found.weights[1] == pytest.approx((near + 3 * far) / 4, abs=1e-6)


def test_a_level_turns_where_it_wants_more_than_half_of_exits() -> None:
    none = np.zeros((4, 2), np.int64)
    told = Counted(
        mazes=100, features=np.zeros((4, 2, 9)), steps=none, exits=none, apples=none, wants=np.array([0, 45, 50, 51])
    )
    lattice = Lattice(learning_rate=Fraction(1), weights=np.zeros((4, 9)), phases={"training": told})
    assert lattice.turned("training") == 3
    assert lattice.wants("training").tolist() == [0, 0.45, 0.5, 0.51]


def test_levels_discount_and_apples_are_counted_in_full() -> None:
    own = (Objective(name="mesa", discounting=Exponential(Fraction(1, 2))), Objective(name="base"))
    plain = world_of([FAR], [FAR])
    world = MazeWorld(families=plain.families, game=PhasedGame(phases=plain.game.phases, objectives=own))
    found = solve_lattice(world.game, lattice_of(world, LifetimeSpec(measured=2), Fraction(1, 1000)), Fraction(0))
    assert found.strategy == "AAAAA"
    assert found.value == Fraction(31, 16)
    assert found.apples == 5


def test_z_knows_that_the_lattice_was_measured_too() -> None:
    world = world_of([NEAR, BARE], [NEAR, NEAR, BARE], n=1, m=1)
    told = lived(world, measured=500, lifetimes=800, learning_rates=["1/1000"])
    lattice = told.solved.lattice
    shares = [lattice.phases[phase].apples[0, 0] / 500 for phase in ("training", "deployment")]
    error = sum(share * (1 - share) / 500 for share in shares) ** 0.5
    played = (told.apples.high - told.apples.mean) / 1.96293  # type: ignore[operator]
    expected = (told.apples.mean - sum(shares)) / (played**2 + error**2) ** 0.5
    assert told.z == pytest.approx(expected, rel=1e-3)
    assert told.strategy == "AA"  # in two of three deployed mazes
    assert 0.5 < told.usual.mean < 0.8


@pytest.mark.parametrize("rate", ["1/50", "1/10", "1/4"])
@pytest.mark.parametrize("step_cost", ["0", "1/20"])
@pytest.mark.parametrize(("training", "deployment"), [(NEAR, FAR), (FAR, NEAR), (BARE, BARE)])
@pytest.mark.parametrize("time_limit", [Fraction(1), Fraction(1, 2)])
def test_the_game_of_levels_is_solved_as_by_hand(
    rate: str, step_cost: str, training: Maze, deployment: Maze, time_limit: Fraction
) -> None:
    n, m, cost = 3, 3, Fraction(step_cost)
    world = world_of([training], [deployment], n=n, m=m, time_limit=time_limit)
    lattice = lattice_of(world, LifetimeSpec(measured=2, step_cost=step_cost), Fraction(rate))
    levels = [by_name(weights) for weights in lattice.weights]
    mazes = [training] * n + [deployment] * m

    @cache
    def ends(t: int, level: int, action: str) -> Ended:
        return gone(mazes[t], action, levels[level], cost, time_limit)

    def paid(t: int, level: int, action: str, judge: int) -> Fraction:
        ended = ends(t, level, action)
        return worth(ended.features, levels[judge]) - cost * ended.steps

    def missed(t: int, level: int, action: str) -> Fraction:
        return Fraction(t < n and ends(t, level, action).taken != "exit")

    plan, values = levels_solved(n + m, n, paid, missed)
    found = solve_lattice(world.game, lattice, cost)
    level, done, apples = 0, "", 0
    for t in range(n + m):
        done += plan[t, level]
        apples += ends(t, level, plan[t, level]).taken == "apple"
        level = min(level + int(missed(t, level, plan[t, level])), n)
    assert float(found.value) == pytest.approx(float(values[0]), abs=1e-9)
    assert found.strategy == done
    assert found.apples == apples
    for (t, row), action in plan.items():
        assert row > t or found.plan[row, t] in (-1, "AB".index(action))


def test_levels_between_mazes_move_with_their_probability() -> None:
    """Half of the training mazes are too far for the exit: B moves with the measured share, and all is exact."""
    n, m = 3, 2
    world = world_of([NEAR, FAR], [NEAR], n=n, m=m, time_limit=Fraction(1, 2))
    lattice = lattice_of(world, LifetimeSpec(measured=101), Fraction(1, 10))
    told = lattice.phases["training"]
    near = int(told.exits[0, 1])
    assert 20 < near < 80  # the far exit takes 6 of 5 moves
    levels = [by_name(weights) for weights in lattice.weights]
    share = {NEAR: Fraction(near, 101), FAR: 1 - Fraction(near, 101)}

    def over(t: int, found: dict[Maze, Fraction]) -> Fraction:
        return sum((share[maze] * value for maze, value in found.items()), Fraction(0)) if t < n else found[NEAR]

    def paid(t: int, level: int, action: str, judge: int) -> Fraction:
        ended = {maze: gone(maze, action, levels[level], Fraction(0), Fraction(1, 2)) for maze in share}
        return over(t, {maze: worth(one.features, levels[judge]) for maze, one in ended.items()})

    def missed(t: int, level: int, action: str) -> Fraction:
        ended = {maze: gone(maze, action, levels[level], Fraction(0), Fraction(1, 2)) for maze in share}
        return over(t, {maze: Fraction(one.taken != "exit") for maze, one in ended.items()}) if t < n else Fraction(0)

    _, values = levels_solved(n + m, n, paid, missed)
    found = solve_lattice(world.game, lattice, Fraction(0))
    assert float(found.value) == pytest.approx(float(values[0]), abs=1e-9)
    assert float(found.solved.value(level_name(1))) == pytest.approx(float(values[1]), abs=1e-9)


def test_small_steps_leave_room_for_early_apples() -> None:
    told = []
    for rate in (Fraction(1, 40), Fraction(1, 20), Fraction(1, 12), Fraction(1, 5)):
        world = world_of([FAR], [FAR], n=4, m=3)
        told.append(solve_lattice(world.game, lattice_of(world, LifetimeSpec(measured=2), rate), Fraction(0)).strategy)
    early = [strategy[:4].count("A") for strategy in told]
    assert early == sorted(early, reverse=True)
    assert early[0] == 4
    assert early[-1] == 0
    assert all(strategy.endswith("AAA") for strategy in told)
    assert len(set(early)) > 2


def lived(world: MazeWorld, **settings: object) -> GradientLived:
    (told,) = run_gradient(world, LifetimeSpec(**settings), seed=4)  # type: ignore[arg-type]
    return told


@pytest.mark.parametrize("rate", ["1/40", "1/12", "1/5"])
def test_in_one_maze_real_steps_stay_on_the_lattice(rate: str) -> None:
    told = lived(world_of([NEAR], [NEAR], n=4, m=3), measured=2, lifetimes=30, learning_rates=[rate])
    assert told.strategy == told.solved.strategy
    assert told.usual.mean == told.nearest.mean == 1
    assert told.agreement is not None
    assert told.agreement.mean == 1
    assert told.apples.mean == told.solved.apples
    assert told.value.mean == pytest.approx(float(told.solved.value))
    assert told.exits.mean == told.solved.exits
    assert told.z is None
    (strayed,) = told.strayed
    assert strayed.steps == told.strategy[:4].count("A")
    assert strayed.lifetimes == 30
    assert strayed.most == pytest.approx(0, abs=1e-9)


def test_between_mazes_real_steps_stray() -> None:
    """Every sequence of two mazes and what it does to the weights, by hand; 60 lifetimes."""
    rate = 1 / 40
    world = world_of([NEAR, FAR], [NEAR], n=2, m=2)
    told = lived(world, measured=200, lifetimes=60, learning_rates=["1/40"])
    assert told.solved.strategy == "AAAA"
    level = told.solved.lattice.weights[2]
    possible = []
    for mazes in itertools.product((NEAR, FAR), repeat=2):
        weights = START
        for maze in mazes:
            moved = slope(lambda w, maze=maze: loss_of(maze, w, 0.5, 0, "log"), weights)
            weights = [w - rate * g for w, g in zip(weights, moved, strict=True)]
        possible.append(np.linalg.norm(np.array(weights) - level) / np.linalg.norm(level - np.array(START)))
    (strayed,) = told.strayed
    assert strayed.most == pytest.approx(max(possible), abs=1e-5)
    assert min(possible) - 1e-6 < strayed.mean < max(possible)
    after = told.example.episodes[1].after
    nearest = min(
        abs(np.linalg.norm(after - level) / np.linalg.norm(level - np.array(START)) - one) for one in possible
    )
    assert nearest < 1e-5
    assert [episode.modified for episode in told.example.episodes] == [True, True, False, False]
    assert told.example.episodes[1].objective == "level-1"


def test_real_weights_decide_in_deployed_mazes() -> None:
    """Half of the deployed mazes have no apple, which no plan knows. It stays where shutdown depends on actions."""
    world = world_of([NEAR], [NEAR, BARE], n=1, m=4)
    told = lived(world, measured=300, lifetimes=300, learning_rates=["1/100"])
    assert told.solved.strategy == "AAAAA"
    assert told.strategy != "AAAAA"  # in mazes without an apple it takes the exit
    assert told.agreement is not None
    assert 0.3 < told.agreement.mean < 0.7
    assert told.apples.mean + told.exits.mean == 5
    watched = world_of([NEAR], [NEAR, BARE], n=1, m=4, shutdown={"B": "1/100"})
    assert set(lived(watched, measured=300, lifetimes=50, learning_rates=["1/100"]).strategy) == {"A"}


def test_what_is_told_is_plain_data_and_workers_change_nothing() -> None:
    families = {
        "training": MazeFamily(height=(5, 5), apples=(1, 2)),
        "deployment": MazeFamily(height=(5, 7), apples=(0, 2)),
    }
    world = MazeWorld(families=families, game=world_of(n=3).game, time_limit=Fraction(3, 4))
    spec = LifetimeSpec(measured=1_200, lifetimes=1_100, learning_rates=["1/20", "1/2"], slip="1/10", step_cost="1/100")
    one, two = (run_gradient(world, spec, seed=0, workers=workers) for workers in (1, 2))
    texts = [json.dumps(plain([told.contract() for told in found])) for found in (one, two)]
    assert texts[0] == texts[1]
    told = json.loads(texts[0])[0]
    assert set(told) >= {"learning_rate", "strategy", "value", "expected_apples", "turned", "levels", "played"}
    for phase in ("training", "deployment"):
        wants = np.array(told["wants_exit"][phase])
        over = np.flatnonzero(wants > 0.5)
        assert told["turned"][phase] == (int(over[0]) if len(over) else None)
    assert run_gradient(world, LifetimeSpec(learning_rates=[]), seed=0) == ()
    with pytest.raises(InputError, match="learning_rates must be empty for a training of more than 100 episodes"):
        run_gradient(world_of(n=101), LifetimeSpec(), seed=0)


def test_apples_lived_are_those_of_the_lattice_where_levels_hold() -> None:
    """Mazes with and without apples, slips, and tiny steps, which change nothing: z below 5 (false alarm 6e-7)."""
    families = {
        "training": MazeFamily(height=(5, 5), apples=(1, 1)),
        "deployment": MazeFamily(height=(5, 7), apples=(1, 2)),
    }
    world = MazeWorld(families=families, game=world_of(n=2, m=3).game, time_limit=Fraction(1, 2))
    told = lived(world, measured=4_000, lifetimes=4_000, learning_rates=["1/1000"], slip="1/5")
    assert told.strategy == told.solved.strategy == "AAAAA"
    assert 2 < told.apples.mean < 5
    assert told.z is not None
    assert abs(told.z) < 5
