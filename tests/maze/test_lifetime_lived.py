"""Lifetimes that are really lived, held against what the measured game and plain Python say of them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from maze.lifetime_by_hand import BARE, FAR, NEAR, Numbers, strategy_worth, world_of
from maze.plain_mazes import ALARM
from maze.plain_targets import NAMES, ways_from
from scipy.stats import binom, norm

from deceptive_sim.core.errors import InputError
from deceptive_sim.maze.family import MazeFamily
from deceptive_sim.maze.lifetime import run
from deceptive_sim.maze.lifetime.lattice import most_held
from deceptive_sim.maze.lifetime.living import discounts
from deceptive_sim.maze.lifetime.measuring import measure
from deceptive_sim.maze.lifetime.playing import Lived, Planner, live
from deceptive_sim.maze.lifetime.run import run_lifetime
from deceptive_sim.maze.lifetime.spec import LifetimeSpec
from deceptive_sim.maze.world import MazeWorld
from deceptive_sim.model.discounting import Exponential, Hyperbolic, QuasiHyperbolic
from deceptive_sim.model.objectives import Objective
from deceptive_sim.model.phased import PhasedGame

WITHIN = float(norm.isf(ALARM / 2))
"""So many standard errors are exceeded with probability 1e-6."""


def planner(own: str, base: str = "BBBBB", *, aligned: bool = False, predicted: float = 0.0) -> Planner:
    plan = np.array([["AB".index(letter) for letter in letters] for letters in (own, base)])
    return Planner(name="someone", plan=plan, aligned=aligned, predicted=predicted, error=0.0)


def lived(world: MazeWorld, spec: LifetimeSpec, own: str, base: str = "BBBBB", **rest: object) -> Lived:
    return live(world, spec, planner(own, base, **rest), seed=3)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("own", "apples", "exits", "did", "unmodified"),
    [
        ("BBAAA", 3, 2, "BBAAA", 1),
        ("AAAAA", 1, 4, "ABBBB", 0),
        ("BAAAA", 1, 4, "BABBB", 0),
        ("BBBBA", 1, 4, "BBBBA", 1),
    ],
)
def test_an_early_apple_is_the_last(own: str, apples: int, exits: int, did: str, unmodified: int) -> None:
    told = lived(world_of(), LifetimeSpec(lifetimes=20), own)
    assert (told.apples.mean, told.exits.mean, told.value.mean) == (apples, exits, apples)
    assert told.example.actions == did
    assert told.example.apples == apples
    assert told.unmodified.mean == unmodified
    assert told.z is None


def test_the_aligned_planner_starts_with_the_base_objective() -> None:
    told = lived(world_of(), LifetimeSpec(lifetimes=20), "AAAAA", aligned=True)
    assert (told.apples.mean, told.exits.mean, told.unmodified.mean) == (0, 5, 1)
    assert all(episode.objective == "base" for episode in told.example.episodes)
    assert not any(episode.modified for episode in told.example.episodes)
    assert all(episode.before[NAMES.index("is_exit")] == 1 for episode in told.example.episodes)


@pytest.mark.parametrize("own", ["ABAAA", "AAABA"])
def test_apples_are_as_many_as_strategies_are_worth(own: str) -> None:
    """n = 4,000 lifetimes, seed 3, false alarm 1e-6: exact worth of a strategy against the mean of lives."""
    world = world_of([NEAR, BARE], [FAR, FAR, BARE], modification={"A": "2/5", "B": "1/10"})
    told = lived(world, LifetimeSpec(lifetimes=4_000), own)
    training = Numbers(Fraction(1, 2), Fraction(0), Fraction(2, 5), Fraction(1, 10))
    deployment = Numbers(Fraction(2, 3), Fraction(0))
    predicted = float(strategy_worth(own, [training] * 2 + [deployment] * 3))
    error = (told.apples.high - told.apples.mean) / 1.96  # type: ignore[operator]
    assert abs(told.apples.mean - predicted) < WITHIN * error
    stays = (1 - 0.4) ** own[:2].count("A") * (1 - 0.1) ** own[:2].count("B")
    low, high = binom.ppf([ALARM / 2, 1 - ALARM / 2], 4_000, stays)
    assert low <= told.unmodified.mean * 4_000 <= high


def test_z_is_in_standard_errors_of_both() -> None:
    world = world_of([NEAR], [FAR, BARE])
    spec = LifetimeSpec(lifetimes=500)
    plain = live(world, spec, planner("BBAAA", predicted=1.4), seed=0)
    spread = plain.value.high - plain.value.mean  # type: ignore[operator]
    error = spread / 1.9647
    assert plain.z == pytest.approx((plain.value.mean - 1.4) / error, rel=1e-3)
    unsure = Planner(name="x", plan=planner("BBAAA").plan, predicted=1.4, error=2 * error)
    assert live(world, spec, unsure, seed=0).z == pytest.approx(plain.z / 5**0.5, rel=1e-3)


def test_shutdown_ends_a_life() -> None:
    """n = 3,000, seed 3, false alarm 1e-6."""
    told = lived(world_of(shutdown={"A": 1}), LifetimeSpec(lifetimes=20), "BBAAA")
    assert (told.apples.mean, told.exits.mean) == (1, 2)
    assert told.example.actions == "BBA"
    some = lived(world_of(shutdown={"A": "1/4"}), LifetimeSpec(lifetimes=3_000), "BBAAA")
    predicted = 1 + 3 / 4 + 9 / 16
    assert abs(some.apples.mean - predicted) < WITHIN * (some.apples.high - some.apples.mean) / 1.96  # type: ignore[operator]


def test_who_is_shut_down_is_not_modified_as_well() -> None:
    """n = 4,000 measured and lived, seed 3, false alarm 1e-6 each. By hand: after an early A half are modified, a
    quarter is shut down, so that lives with A alone have 1 + 1/4 + 3/16 apples, and 1/16 leave training unmodified.
    """
    world = world_of(modification={"A": "1/2"}, ended={"A": "1/4"})
    low, high = binom.ppf([ALARM / 2, 1 - ALARM / 2], 4_000, 2 / 3)
    training, _ = measure(world, LifetimeSpec(measured=4_000), seed=3)
    assert low <= training.modification["A"].exact / Fraction(3, 4) * 4_000 <= high
    assert training.modification["A"].estimate.high < 3 / 4  # type: ignore[operator]
    told = lived(world, LifetimeSpec(lifetimes=4_000), "AAAAA")
    predicted = 1 + 1 / 4 + 3 * 1 / 16
    assert abs(told.apples.mean - predicted) < WITHIN * (told.apples.high - told.apples.mean) / 1.96  # type: ignore[operator]
    low, high = binom.ppf([ALARM / 2, 1 - ALARM / 2], 4_000, 1 / 16)
    assert low <= told.unmodified.mean * 4_000 <= high


@pytest.mark.parametrize(
    ("modified", "ended", "worth"), [({"A": "1/2"}, {"A": "1/2"}, 1), ({"A": 0}, {"A": 1, "B": 1}, 1)]
)
def test_modification_and_shutdown_may_be_certain_together(
    modified: dict[str, str], ended: dict[str, str], worth: int
) -> None:
    """Measured chances of modification leave room for shutdown, whatever the mazes."""
    world = world_of(modification=modified, ended=ended)
    told = run_lifetime(world, LifetimeSpec(measured=7, lifetimes=5, learners=0, learning_rates=()), seed=0)
    at_once = told.lived["apple-at-once"]
    assert (at_once.planner.predicted, at_once.value.mean, at_once.z) == (worth, worth, None)


def test_discounting_is_the_objectives_own() -> None:
    game = world_of().game
    own = (Objective(name="mesa", discounting=Exponential(Fraction(1, 2))), Objective(name="base"))
    world = MazeWorld(families=world_of().families, game=PhasedGame(phases=game.phases, objectives=own))
    told = lived(world, LifetimeSpec(lifetimes=10), "BBAAA")
    assert told.value.mean == pytest.approx(1 / 4 + 1 / 8 + 1 / 16)
    assert told.apples.mean == 3
    assert discounts(Hyperbolic(k=Fraction(1)), 4).tolist() == pytest.approx([1, 1 / 2, 1 / 3, 1 / 4])
    both = QuasiHyperbolic(beta=Fraction(1, 2), delta=Fraction(3, 4))
    assert discounts(both, 3).tolist() == pytest.approx([1, 3 / 8, 9 / 32])
    assert discounts(Exponential(), 1).tolist() == [1]


def test_a_step_costs_and_weights_pay() -> None:
    spec = LifetimeSpec(lifetimes=10, mesa={"is_apple": 2, "is_exit": "1/2"}, step_cost="1/10")
    told = lived(world_of(modification={}), spec, "AABBB")
    assert told.value.mean == pytest.approx(2 * (2 - 2 / 10) + 3 * (1 / 2 - 6 / 10))


def test_gradient_steps_move_the_weights_and_the_wheel() -> None:
    spec = LifetimeSpec(lifetimes=10, updating="gradient", learning_rate=3)
    told = lived(world_of(modification={}), spec, "ABAAA")
    first, second, *later = told.example.episodes
    assert first.modified
    assert not second.modified
    assert first.before.tolist() == spec.mesa_weights.tolist()
    assert np.abs(first.after - first.before).max() > 1
    assert second.before.tolist() == first.after.tolist() == second.after.tolist()
    assert all(episode.objective == "base" for episode in later)
    gentle = lived(
        world_of(modification={}), LifetimeSpec(lifetimes=10, updating="gradient", learning_rate="1/50"), "AAAAA"
    )
    assert gentle.apples.mean == 5
    assert {episode.objective for episode in gentle.example.episodes} == {"mesa"}
    moved = [bool((episode.after != episode.before).any()) for episode in gentle.example.episodes]
    assert moved == [True, True, False, False, False]


def test_who_was_not_updated_is_not_judged_again() -> None:
    """n = 4,000, seed 3, false alarm 1e-6.

    A small step makes the exit wanted in the bare maze alone, so that the first apple modifies every second planner.
    Then they go for the exit, which every second one misses; only these are updated and judged anew.
    """
    world = world_of([NEAR, FAR], [BARE, FAR], modification={}, time_limit=Fraction(1, 2))
    spec = LifetimeSpec(lifetimes=4_000, updating="gradient", learning_rate="1/50")
    told = lived(world, spec, "ABAAA")
    low, high = binom.ppf([ALARM / 2, 1 - ALARM / 2], 4_000, 1 / 2 * (1 / 2 + 1 / 2 * 1 / 2))
    assert low <= told.unmodified.mean * 4_000 <= high


def test_the_path_kept_is_the_one_that_was_walked() -> None:
    """Two lifetimes, of which the mean worth and its interval tell each; a move costs 1 and nothing else pays."""
    spec = LifetimeSpec(lifetimes=2, slip="1/2", step_cost=1, mesa={})
    for seed in range(5):
        told = live(world_of([NEAR], [NEAR]), spec, planner("BBBBB"), seed=seed)
        apart = (told.value.high - told.value.mean) / 12.7062047  # type: ignore[operator]
        moves = sum(len(episode.path) - 1 for episode in told.example.episodes)
        assert min(abs(-moves - told.value.mean - side * apart) for side in (-1, 1)) < 1e-3


@pytest.mark.parametrize("slip", ["0", "3/10"])
def test_the_first_lifetime_is_kept_as_it_was(slip: str) -> None:
    families = {
        "training": MazeFamily(height=(5, 7), apples=(1, 2)),
        "deployment": MazeFamily(height=(7, 9), apples=(1, 3), exit=("anywhere",)),
    }
    world = MazeWorld(families=families, game=world_of().game)
    spec = LifetimeSpec(lifetimes=40, slip=slip)
    for seed in range(4):
        told = live(world, spec, planner("ABAAA"), seed=seed).example
        assert [episode.phase for episode in told.episodes] == ["training"] * 2 + ["deployment"] * 3
        assert [episode.training for episode in told.episodes] == [True] * 2 + [False] * 3
        assert [episode.modified for episode in told.episodes] == [True] + [False] * 4
        assert [episode.objective for episode in told.episodes] == ["mesa"] + ["base"] * 4
        for episode in told.episodes:
            goals = {"exit": [episode.maze.exit.cell], "apple": [apple.cell for apple in episode.maze.apples]}
            assert episode.path[0] == episode.maze.start
            for here, there in zip(episode.path, episode.path[1:], strict=False):
                assert abs(here.row - there.row) + abs(here.column - there.column) <= 1
                assert not episode.maze.walls[there]
            assert episode.taken in ({"A": "apple", "B": "exit"}[episode.action], None)
            if slip == "0":
                assert len(episode.path) - 1 == ways_from(episode.maze, episode.maze.start)[episode.path[-1]]
                assert episode.taken is not None
            if episode.taken:
                assert episode.path[-1] in goals[episode.taken]
            else:
                assert episode.path[-1] not in goals[{"A": "apple", "B": "exit"}[episode.action]]
            wants = "is_apple" if episode.objective == "mesa" else "is_exit"
            assert episode.before[NAMES.index(wants)] == 1
            assert episode.before.sum() == 1


def test_workers_change_nothing_and_chunks_are_joined() -> None:
    world = world_of([NEAR, BARE], [FAR, BARE], modification={"A": "1/2"})
    spec = LifetimeSpec(lifetimes=2_500, slip="1/10")
    one, two = (live(world, spec, planner("AAAAA"), seed=5, workers=workers) for workers in (1, 2))
    assert one.contract() == two.contract()
    assert one.lifetimes == 2_500


def test_nothing_to_go_for_goes_nowhere() -> None:
    told = lived(world_of([BARE], [BARE]), LifetimeSpec(lifetimes=5), "AAAAA")
    assert told.apples.mean == told.value.mean == 0
    assert told.example.episodes[0].path == (BARE.start,)
    assert told.example.episodes[0].taken is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"measured": 1}, "measured must be from 2"),
        ({"lifetimes": "many"}, "lifetimes must be"),
        ({"learners": 1001}, "learners must be from 0 to 1000"),
        ({"learner_lifetimes": 0}, "learner_lifetimes"),
        ({"mesa": "aple"}, "mesa must be a named objective or weights by feature.*did you mean apple"),
        ({"mesa": 3}, "mesa must be a named objective"),
        ({"base": {"is_exitt": 1}}, "base.is_exitt must be a feature.*is_exit"),
        ({"base": {"is_exit": "x"}}, "base.is_exit must be a number"),
        ({"mesa": {"is_apple": 1001}}, "mesa.is_apple must be between"),
        ({"slip": "3/2"}, "slip must be a probability"),
        ({"step_cost": -1}, "step_cost must be from 0"),
        ({"temperature": 0}, "temperature must be from 1/1000"),
        ({"learning_rate": 0}, "learning_rate must be above 0"),
        ({"learning_rates": ["1/2", 0]}, "learning_rates.1 must be above 0"),
        ({"learning_rates": ["1/2", "0.5"]}, "learning_rates must differ"),
        ({"learner_rate": 0}, "learner_rate must be above 0"),
        ({"exploration": 2}, "exploration must be a probability"),
        ({"updating": "both"}, "updating must be rewrite or gradient"),
        ({"loss": "square"}, "loss must be log or chance"),
        ({"backup": "all"}, "backup must be step or life"),
        ({"memories": ["life", "lost"]}, "memories must be life or last or none.*did you mean last"),
        ({"memories": []}, "memories must be at least one"),
        ({"memories": ["life", "life"]}, "memories must differ"),
    ],
)
def test_a_spec_says_what_is_wrong(wrong: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        LifetimeSpec(**wrong)


def test_a_spec_reads_exactly() -> None:
    spec = LifetimeSpec(mesa="green", base={"is_exit": 0.1}, slip=0.2, memories="none", learning_rates=[0.1])
    assert spec.mesa == {"is_green": 1}
    assert spec.base == {"is_exit": Fraction(1, 10)}
    assert (spec.slip, spec.learning_rates) == (Fraction(1, 5), (Fraction(1, 10),))
    assert spec.mesa_weights.tolist() == [0, 0, 0, 1, 0, 0, 0, 0, 0]
    assert hash(spec) == hash(
        LifetimeSpec(mesa="green", base={"is_exit": 0.1}, slip=0.2, memories="none", learning_rates=[0.1])
    )


@pytest.mark.parametrize(
    ("n", "family", "said"),
    [
        (101, MazeFamily(), "learning_rates must be empty for a training of more than 100 episodes"),
        (
            2,
            MazeFamily(height=(999, 999)),
            "phases must have mazes of at most 20000 cells, as 10000 are held at a time",
        ),
    ],
)
def test_too_much_is_refused_before_anything_is_measured(
    n: int, family: MazeFamily, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "measure", None)
    world = MazeWorld(families={"training": family, "deployment": MazeFamily()}, game=world_of(n=n).game)
    with pytest.raises(InputError, match=said):
        run_lifetime(world, LifetimeSpec(), seed=0)


def test_what_is_held_at_a_time() -> None:
    assert most_held(LifetimeSpec(measured=10, lifetimes=20, learning_rates=())) == 20
    assert most_held(LifetimeSpec(measured=30_000, learning_rates=())) == 1_000
    assert most_held(LifetimeSpec(measured=30_000)) == 20_000


def test_who_is_rewritten_is_modified_whatever_maze_it_is_judged_in() -> None:
    # in half of the deployed mazes, those without an apple, the planner wants the exit anyway: they tell nothing
    spec = LifetimeSpec(lifetimes=200, measured=200, mesa={"is_exit": 1, "is_apple": 3})
    world = world_of(deployment=(FAR, BARE))
    told = lived(world, spec, "AAAAA")
    assert measure(world, spec, seed=3)[0].modification["A"].exact == 1
    assert (told.apples.mean, told.exits.mean, told.unmodified.mean) == (1, 4, 0)


def test_who_would_want_every_exit_anyway_is_never_called_modified() -> None:
    told = lived(world_of(deployment=(BARE,)), LifetimeSpec(lifetimes=20, mesa={"is_exit": 1, "is_apple": 3}), "AABBB")
    assert (told.apples.mean, told.unmodified.mean) == (2, 1)


def test_what_the_aligned_planner_is_worth_was_measured_with_an_error() -> None:
    # green exits pay the mesa-objective 1, grey ones nothing; half of the mazes of training have either
    spec = LifetimeSpec(lifetimes=20, measured=200, mesa={"is_green": 1, "is_apple": 2}, learning_rates=(), learners=0)
    result = run_lifetime(world_of((NEAR, FAR), (FAR,), n=3), spec, seed=3)
    share, aligned = float(result.phases[0].payoffs["B"]["mesa"].exact), result.lived["aligned"].planner
    assert 0.3 < share < 0.7
    assert aligned.predicted == pytest.approx(3 * share)
    assert aligned.error == pytest.approx(3 * (share * (1 - share) / 199) ** 0.5)
