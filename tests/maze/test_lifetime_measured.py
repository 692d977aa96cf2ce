"""What actions pay and lead to in mazes, held against plain Python, and the game that is made of it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from maze.lifetime_by_hand import (
    BARE,
    FAR,
    NEAR,
    Numbers,
    best_strategy,
    gone,
    loss_of,
    slope,
    strategy_worth,
    world_of,
    worth,
)
from maze.plain_mazes import ALARM
from maze.plain_targets import NAMES
from scipy.stats import binom, norm

from deceptive_sim.core.errors import InputError
from deceptive_sim.core.seeds import generator
from deceptive_sim.maze.ascii_maps import read_map
from deceptive_sim.maze.lifetime.game import compare, game_of, plan_of, refuse_what_mazes_cannot_be, value_error
from deceptive_sim.maze.lifetime.going import draw, go, prefers_apple, wanted_target, wants_exit
from deceptive_sim.maze.lifetime.measuring import MeasuredPhase, measure, share
from deceptive_sim.maze.lifetime.spec import LifetimeSpec
from deceptive_sim.maze.lifetime.updating import pull, stepped
from deceptive_sim.maze.mazes import Maze
from deceptive_sim.model.actions import Action
from deceptive_sim.model.objectives import Objective
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase

TASTES = [
    {"is_apple": Fraction(1)},
    {"is_apple": Fraction(1), "is_green": Fraction(1, 2), "is_exit": Fraction(-1, 4)},
    {"is_red": Fraction(2, 3), "position": Fraction(1, 5), "is_exit": Fraction(1, 3)},
]


def numbers_of(told: MeasuredPhase) -> dict[tuple[str, ...], Fraction]:
    return {name: number.exact for name, number in told.numbers.items()}


@pytest.mark.parametrize("taste", TASTES)
@pytest.mark.parametrize("step_cost", [Fraction(0), Fraction(1, 8)])
@pytest.mark.parametrize("time_limit", [Fraction(1), Fraction(1, 2), Fraction(1, 5)])
def test_one_maze_pays_what_it_pays_by_hand(
    taste: dict[str, Fraction], step_cost: Fraction, time_limit: Fraction
) -> None:
    spec = LifetimeSpec(measured=3, mesa=taste, step_cost=step_cost)
    for maze in (NEAR, FAR, BARE):
        training, _ = measure(world_of([maze], [FAR], time_limit=time_limit), spec, seed=0)
        for action in "AB":
            ended = gone(maze, action, taste, step_cost, time_limit)
            found = training.payoffs[action]
            mesa = worth(ended.features, taste) - step_cost * ended.steps
            assert float(found["mesa"].exact) == pytest.approx(float(mesa), abs=1e-12)
            assert found["base"].exact == (ended.taken == "exit")
            assert np.allclose(found["mesa"].values, float(mesa))


def test_sums_are_exact_fractions() -> None:
    taste = {"is_apple": Fraction(1, 3), "position": Fraction(1, 7)}
    training, _ = measure(world_of([FAR]), LifetimeSpec(measured=5, mesa=taste, step_cost=Fraction(1, 11)), seed=0)
    assert training.payoffs["A"]["mesa"].exact == Fraction(1, 3) + Fraction(1, 7) / 2 - Fraction(2, 11)
    assert training.payoffs["B"]["mesa"].exact == Fraction(1, 7) - Fraction(6, 11)


def test_rates_are_those_of_the_mixture_of_mazes() -> None:
    """n = 4,000 mazes, seed 1; two of the three mazes have an apple; false alarm 1e-6 for each rate."""
    n = 4_000
    told, _ = measure(world_of([NEAR, FAR, BARE]), LifetimeSpec(measured=n), seed=1)
    had = told.payoffs["A"]["mesa"]
    low, high = binom.ppf([ALARM / 2, 1 - ALARM / 2], n, 2 / 3)
    assert low <= had.exact * n <= high
    assert had.estimate.mean == pytest.approx(float(had.exact))
    wide = norm.isf(0.025)
    share = float(had.exact)
    centre = (share + wide**2 / (2 * n)) / (1 + wide**2 / n)
    reach = wide / (1 + wide**2 / n) * (share * (1 - share) / n + wide**2 / (4 * n * n)) ** 0.5
    assert (had.estimate.low, had.estimate.high) == pytest.approx((centre - reach, centre + reach))


def test_intervals_of_fixed_sums_are_scaled_and_of_others_students() -> None:
    fixed, _ = measure(world_of([NEAR, BARE]), LifetimeSpec(measured=400, mesa={"is_apple": -3}), seed=0)
    paid = fixed.payoffs["A"]["mesa"].estimate
    assert paid.low is not None
    assert paid.high is not None
    assert -3 < paid.low < paid.mean < paid.high < 0
    varied, _ = measure(world_of([NEAR, FAR]), LifetimeSpec(measured=400, step_cost="1/10"), seed=0)
    told = varied.payoffs["B"]["mesa"]
    error = np.std(told.values, ddof=1) / 20
    assert told.estimate.high == pytest.approx(told.estimate.mean + 1.9659 * error, rel=1e-3)
    never = varied.payoffs["A"]["base"].estimate
    assert (never.low, never.mean, never.high) == (0, 0, 0)


def test_a_rewrite_modifies_as_often_as_declared() -> None:
    """n = 5,000, seed 2, false alarm 1e-6 for each of three rates."""
    n = 5_000
    world = world_of(modification={"A": "1/3", "B": "1/20"})
    training, deployment = measure(world, LifetimeSpec(measured=n), seed=2)
    for action, chance in {"A": 1 / 3, "B": 1 / 20}.items():
        low, high = binom.ppf([ALARM / 2, 1 - ALARM / 2], n, chance)
        assert low <= training.modification[action].exact * n <= high
        assert deployment.modification[action].exact == 0


def test_nobody_is_modified_who_wants_the_exit_anyway() -> None:
    """Half of the deployed mazes have no apple; with a step cost the exit, nearer than the corner, is wanted there."""
    told, _ = measure(
        world_of([NEAR], [BARE, FAR], modification={"A": 1}), LifetimeSpec(measured=500, step_cost="1/100"), seed=0
    )
    assert told.modification["A"].exact == 1
    assert told.modification["B"].exact == 0
    always, _ = measure(world_of([NEAR], [BARE]), LifetimeSpec(measured=50, step_cost="1/100"), seed=0)
    assert always.modification["A"].exact == 0
    assert always.modification["A"].estimate.high is None


@pytest.mark.parametrize("rate", ["1/100", "1/4", "3"])
def test_a_gradient_step_modifies_if_the_moved_weights_want_the_exit(rate: str) -> None:
    spec = LifetimeSpec(measured=4, updating="gradient", learning_rate=rate)
    training, deployment = measure(world_of([NEAR], [FAR]), spec, seed=0)
    start = [0.0, 1.0, *[0.0] * 7]
    moved = slope(lambda w: loss_of(NEAR, w, 0.5, 0, "log"), start)
    after = [w - float(Fraction(rate)) * g for w, g in zip(start, moved, strict=True)]
    exit_worth = after[NAMES.index("is_exit")] + after[NAMES.index("is_grey")] + after[NAMES.index("position")]
    apple_worth = after[NAMES.index("is_apple")] + after[NAMES.index("is_red")] + after[NAMES.index("position")] / 2
    assert training.modification["A"].exact == (exit_worth > apple_worth)
    assert training.modification["B"].exact == 0  # the exit was taken: nothing to learn
    assert deployment.modification["A"].exact == 0  # nobody trains there


def test_a_missed_exit_is_learnt_from_too() -> None:
    spec = LifetimeSpec(measured=4, updating="gradient", learning_rate=3)
    training, _ = measure(world_of([FAR], [FAR], time_limit=Fraction(1, 3)), spec, seed=0)
    assert training.payoffs["B"]["base"].exact == 0
    assert training.modification["B"].exact == 1


@pytest.mark.parametrize("loss", ["log", "chance"])
@pytest.mark.parametrize("step_cost", ["0", "1/10"])
@pytest.mark.parametrize("maze", [NEAR, FAR, BARE])
def test_the_pull_is_minus_the_gradient(loss: str, step_cost: str, maze: Maze) -> None:
    spec = LifetimeSpec(loss=loss, temperature="2/5", step_cost=step_cost)
    rng = np.random.default_rng(7)
    scene = draw(world_of([maze]), "training", rng, 3)
    weights = rng.normal(size=(3, 9))
    found = pull(scene, weights, spec)
    for row, own in zip(found, weights, strict=True):
        by_hand = slope(lambda w: loss_of(maze, w, 0.4, float(Fraction(step_cost)), loss), own.tolist())
        assert row == pytest.approx([-value for value in by_hand], abs=1e-7)


def test_an_exit_out_of_time_pulls_only_the_log() -> None:
    world = world_of([FAR], time_limit=Fraction(1, 3))
    scene = draw(world, "training", generator(0), 1)
    weights = LifetimeSpec().mesa_weights
    assert not pull(scene, weights, LifetimeSpec(loss="chance")).any()
    assert pull(scene, weights, LifetimeSpec(loss="log")).any()


def test_steps_are_taken_where_the_exit_was_not() -> None:
    spec, rng = LifetimeSpec(), generator(0)
    scene = draw(world_of([NEAR]), "training", rng, 2)
    ended = go(scene, wanted_target(scene, spec.mesa_weights, np.array([True, False]), 0.0), 0.0, rng)
    assert ended.apples.tolist() == [True, False]
    assert ended.exits.tolist() == [False, True]
    after = stepped(scene, ended, spec.mesa_weights, 0.5, spec)
    assert after[0] == pytest.approx(spec.mesa_weights + 0.5 * pull(scene, spec.mesa_weights, spec)[0])
    assert after[1].tolist() == spec.mesa_weights.tolist()


def test_wanting_is_strict() -> None:
    scene = draw(world_of([NEAR]), "training", generator(0), 1)
    weights = np.zeros(9)
    assert not wants_exit(scene, weights, 0.0)[0]
    assert not prefers_apple(scene, weights, 0.0)[0]
    weights[NAMES.index("is_exit")] = 0.1
    assert wants_exit(scene, weights, 0.0)[0]
    assert not prefers_apple(scene, weights, 0.0)[0]
    weights[NAMES.index("is_red")] = 0.2
    assert not wants_exit(scene, weights, 0.0)[0]
    assert prefers_apple(scene, weights, 0.0)[0]
    assert not prefers_apple(draw(world_of([BARE]), "training", generator(0), 1), weights, 0.0)[0]


def test_wanting_is_strict_although_floats_differ() -> None:
    """0.2 + 0.1 is more than 0.3 in floats."""
    scene = draw(world_of([FAR]), "training", generator(0), 1)
    for dear, cheap, colour in (("is_apple", "is_exit", "is_grey"), ("is_exit", "is_apple", "is_red")):
        weights = np.zeros(9)
        weights[[NAMES.index(name) for name in (dear, cheap, colour)]] = 0.3, 0.2, 0.1
        assert not wants_exit(scene, weights, 0.0)[0]
        assert not prefers_apple(scene, weights, 0.0)[0]


def test_the_best_apple_is_the_nearest_of_equals_although_floats_differ() -> None:
    """0.3 - 0.1 is less than 0.4 - 2 * 0.1 in floats."""
    scene = draw(world_of([read_map("rS.p\n###.\n###E")]), "training", generator(0), 1)
    weights = np.zeros(9)
    weights[[NAMES.index("is_red"), NAMES.index("is_purple")]] = 0.3, 0.4
    assert wanted_target(scene, weights, True, 0.1)[0] == 1
    assert not wants_exit(scene, weights, 0.1)[0]


def test_a_slip_makes_the_way_longer() -> None:
    """n = 500 mazes, seed 0: half of the moves are random; a walk that never strays takes 2 moves."""
    told, _ = measure(world_of([NEAR]), LifetimeSpec(measured=500, slip="1/2", step_cost=1, mesa={}), seed=0)
    moves = -told.payoffs["A"]["mesa"].values
    assert moves.min() >= 2
    assert 3 < moves.mean() < 9


def test_a_share_of_some_mazes_has_their_error() -> None:
    hits, among = np.zeros(100, bool), np.zeros(100, bool)
    among[:40], hits[:10] = True, True
    found = share(hits, among)
    assert found.exact == Fraction(1, 4)
    assert found.values.mean() == pytest.approx(1 / 4)
    assert found.values.std() / 10 == pytest.approx((1 / 4 * 3 / 4 / 40) ** 0.5)


# --- the game --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_the_measured_game_is_solved_as_all_strategies_are(seed: int) -> None:
    rng = np.random.default_rng(seed)
    world = world_of(
        [NEAR, FAR, BARE], [FAR, BARE, NEAR], n=3, m=2,
        modification={"A": f"{rng.integers(1, 10)}/10", "B": f"{rng.integers(0, 3)}/10"}, time_limit=Fraction(3, 5),
    )  # fmt: skip
    told = measure(world, LifetimeSpec(measured=60, step_cost="1/50"), seed=seed)
    found = compare(world.game, told).found
    episodes = []
    for place, count in ((0, 3), (1, 2)):
        own = numbers_of(told[place])
        episodes += [Numbers(own["A", "mesa"], own["B", "mesa"], own["A",], own["B",])] * count
    most, strategies = best_strategy(episodes)
    assert found.value == most
    assert found.strategy in strategies


def test_the_two_games_are_compared() -> None:
    world = world_of([NEAR], [FAR, BARE])
    told = measure(world, LifetimeSpec(measured=1_000), seed=0)
    both = compare(world.game, told)
    assert both.strategies_equal
    assert both.found.strategy == "BBAAA"
    assert both.predicted.value == 3
    share = float(told[1].payoffs["A"]["mesa"].exact)
    assert both.difference.mean == pytest.approx(3 * share - 3)
    error = 3 * (share * (1 - share) / 999) ** 0.5
    assert both.error == pytest.approx(error)
    assert both.value.low == pytest.approx(3 * share - 1.959964 * error)


def test_numbers_of_the_same_mazes_vary_together() -> None:
    """An apple and a modification come together here: V(A...) = s + 3 (1 - s), whose slope in s is -2."""
    world = world_of([NEAR, BARE], [FAR], n=1, modification={})
    spec = LifetimeSpec(measured=400, updating="gradient", learning_rate="1/2")
    told = measure(world, spec, seed=0)
    s = float(told[0].payoffs["A"]["mesa"].exact)
    assert 0.3 < s < 0.7
    assert float(told[0].modification["A"].exact) == s
    assert value_error(world.game, told, "AAAA") == pytest.approx(2 * (s * (1 - s) / 399) ** 0.5, rel=1e-3)


@pytest.mark.slow
def test_the_error_of_a_value_is_that_of_measuring_again() -> None:
    """200 measurements of 200 mazes, seeds 0 to 199; their spread against the error told.

    A spread of 200 values is within 25 % of the truth but for a false alarm below 1e-6 (chi square).
    """
    world = world_of([NEAR, BARE], [FAR, BARE], modification={"A": "1/2", "B": "1/10"})
    spec = LifetimeSpec(measured=200)
    values, errors = [], []
    for seed in range(200):
        told = measure(world, spec, seed=seed)
        training, deployment = (
            Numbers(own["A", "mesa"], own["B", "mesa"], own["A",], own["B",]) for own in map(numbers_of, told)
        )
        episodes = [training] * 2 + [deployment] * 3
        values.append(float(strategy_worth("ABAAA", episodes)))
        if seed < 5:
            errors.append(value_error(world.game, told, "ABAAA"))
    assert np.mean(errors) == pytest.approx(np.std(values, ddof=1), rel=0.25 + 0.05)


def test_a_plan_says_what_every_self_does() -> None:
    world = world_of()
    game = game_of(world.game, [numbers_of(told) for told in measure(world, LifetimeSpec(measured=2), seed=0)])
    assert plan_of(game).tolist() == [[1, 1, 0, 0, 0], [1, 1, 1, 1, 1]]
    assert plan_of(game, "ABABA").tolist() == [[0, 1, 0, 1, 0], [1, 1, 1, 1, 1]]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"actions": (Action(name="A", defects=True),)}, "game.actions must be two"),
        ({"actions": (Action(name="A", defects=False), Action(name="B", defects=False))}, "game.actions"),
        ({"base_objective": None}, "game.base_objective"),
        ({"objectives": (Objective(name="base"), Objective(name="mesa"))}, "game.base_objective"),
        ({"phases": (Phase(name="training", kind="training", episodes=0, payoffs={}),)}, "game.phases"),
        ({"phases": (Phase(name="training", kind="training", episodes=1001, payoffs={}),)}, "game.phases"),
        (
            {
                "phases": (
                    Phase(name="training", kind="training", episodes=1, payoffs={}, modification={"A": {"human": 1}}),
                ),
                "objectives": tuple(Objective(name=name) for name in ("mesa", "base", "human")),
            },
            "training.modification.A",
        ),
    ],
)
def test_games_that_mazes_cannot_be(changed: dict, said: str) -> None:
    phases = (Phase(name="training", kind="training", episodes=1, payoffs={}),)
    game = PhasedGame(**{"phases": phases, **changed})
    with pytest.raises(InputError, match=said):
        refuse_what_mazes_cannot_be(game)
