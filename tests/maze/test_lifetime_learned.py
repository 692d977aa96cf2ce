"""Learners that know no rules: their moves by hand, where their values lead, and what they find."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest
from maze.lifetime_by_hand import BARE, FAR, NEAR, Numbers, best_strategy, world_of
from maze.plain_mazes import ALARM
from scipy.stats import binom

from deceptive_sim.core.errors import InputError
from deceptive_sim.core.seeds import generator
from deceptive_sim.maze.lifetime.learners.foretold import Outcomes, outcomes
from deceptive_sim.maze.lifetime.learners.qlearner import learn
from deceptive_sim.maze.lifetime.learners.result import Course, Learners, median
from deceptive_sim.maze.lifetime.learners.run import run_learners
from deceptive_sim.maze.lifetime.spec import LifetimeSpec, Memory
from deceptive_sim.maze.world import MazeWorld
from deceptive_sim.model.discounting import Exponential
from deceptive_sim.model.objectives import Objective
from deceptive_sim.model.phased import PhasedGame

BEST = (1, 1, 0, 0, 0)


def same_every_time(lifetimes: int, apple: list[bool], modified: list[bool]) -> Outcomes:
    """Mazes in which A has an apple, and modifies, as told for each episode; B neither."""

    def spread(row: list[bool]) -> np.ndarray:
        pairs = np.stack([np.array(row), np.zeros(len(row), bool)], axis=-1)
        return np.tile(pairs, (lifetimes, 1, 1))

    return Outcomes(apple=spread(apple), modified=spread(modified), ends=spread([False] * len(apple)))


def learned(
    told: Outcomes, goal: tuple[int, ...], memory: Memory, *, discount: float = 1.0, seed: int = 0, **rest: object
) -> Course:
    spec = LifetimeSpec(**rest)  # type: ignore[arg-type]
    return learn(told, spec, memory, goal, discount, generator(seed), letters="AB", apples_by=0)


STORY = ([True] * 5, [True, True, False, False, False])


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("discount", [1.0, 0.6])
def test_with_all_of_life_remembered_values_lead_to_the_best_strategy(seed: int, discount: float) -> None:
    """Random rules of what has apples and what modifies, three episodes; the best by enumeration, where it is alone."""
    rng = np.random.default_rng(seed)
    tried = 0
    while tried < 3:
        apple, modified = rng.random(3) < 0.8, rng.random(3) < 0.4
        episodes = [
            Numbers(Fraction(int(a)), Fraction(0), Fraction(int(p))) for a, p in zip(apple, modified, strict=True)
        ]
        _, strategies = best_strategy(episodes, Fraction(discount))
        if len(strategies) > 1:
            continue
        tried += 1
        goal = tuple("AB".index(letter) for letter in strategies.pop())
        told = same_every_time(1_500, apple.tolist(), modified.tolist())
        course = learned(told, goal, Memory.LIFE, discount=discount, seed=seed, exploration="1/2", learner_rate="1/2")
        assert course.found is not None
        assert course.best[course.found - 1 :].all()
        assert course.found == 1 or not course.best[course.found - 2]


def test_the_first_moves_are_those_by_hand() -> None:
    """Without exploration, at rate 1/4, one episode: A is worth 1 - (3/4)^k after k apples, and is said for ever."""
    told = same_every_time(50, [True], [False])
    course = learned(told, (0,), Memory.NONE, exploration=0, learner_rate="1/4")
    first = int(np.argmax(course.apples))  # until chance, the values being equal, says A
    assert course.apples[first:].all()
    assert course.found == first + 1
    assert course.best.tolist() == [False] * first + [True] * (50 - first)
    assert course.strategy == "A"


def test_without_apples_nothing_is_ever_preferred() -> None:
    course = learned(same_every_time(30, [False] * 2, [False] * 2), (1, 1), Memory.LIFE)
    assert course.strategy == "??"
    assert course.found is None
    assert course.apples.sum() == 0


@pytest.mark.parametrize("memory", list(Memory))
def test_random_talk_has_the_apples_that_chance_has(memory: Memory) -> None:
    """All exploration: n = 2,000 lifetimes; expectation over all 32 ways to talk, false alarm 1e-6 (Hoeffding)."""
    n = 2_000
    course = learned(same_every_time(n, *STORY), BEST, memory, exploration=1, seed=11)
    counts = [letters.count("A") if "A" not in letters[:2] else 1 for letters in itertools.product("AB", repeat=5)]
    margin = 3 * math.sqrt(math.log(2 / ALARM) / (2 * n))
    assert abs(course.apples.mean() - np.mean(counts)) < margin
    assert set(course.apples.tolist()) == set(counts)


@pytest.mark.parametrize(("memory", "states"), [(Memory.NONE, 5), (Memory.LAST, 12), (Memory.LIFE, 31)])
def test_what_is_remembered_is_what_was_said_and_had(memory: Memory, states: int) -> None:
    """A maze ends in one of two ways: the exit, or asking for an apple, which is had or not by what went before.

    So there are 2^t lives before episode t; of the last maze alone one remembers nothing (episode 0), the exit or an
    apple (episode 1), or also an apple that was not had.
    """
    assert states in (5, 1 + 2 + 3 * 3, sum(2**t for t in range(5)))
    course = learned(same_every_time(1_000, *STORY), BEST, memory, exploration=1)
    assert course.states == states


def test_modified_learners_go_for_the_exit_whatever_they_say() -> None:
    """B modifies as well: after any first action nothing is ever had."""
    told = same_every_time(400, [True] * 3, [True] + [False] * 2)
    modified = told.modified.copy()
    modified[:, 0, 1] = True
    course = learned(Outcomes(apple=told.apple, modified=modified, ends=told.ends), (0, 0, 0), Memory.LIFE)
    assert course.apples.max() == 1
    assert course.strategy[0] == "A"
    assert course.strategy[1:] == "??"


def test_a_life_that_ends_is_over() -> None:
    told = same_every_time(2_000, [True] * 3, [False] * 3)
    ends = told.ends.copy()
    ends[:, 0, 0] = True
    course = learned(Outcomes(apple=told.apple, modified=told.modified, ends=ends), (1, 0, 0), Memory.LIFE)
    assert course.strategy == "BAA"
    assert course.apples.max() == 2


@cache
def story(memory: Memory, backup: str) -> list[Course]:
    told = same_every_time(2_000, *STORY)
    return [learned(told, BEST, memory, backup=backup, seed=seed, learner_rate="1/10") for seed in range(10)]


def test_who_remembers_its_life_finds_the_best_strategy_step_by_step() -> None:
    told = same_every_time(2_000, *STORY)
    for seed in range(4):
        course = learned(told, BEST, Memory.LIFE, seed=seed)
        assert course.strategy == "BBAAA"
        assert course.found is not None


@pytest.mark.slow
def test_who_remembers_less_is_fooled_step_by_step_but_not_by_whole_lives() -> None:
    for memory in (Memory.LAST, Memory.NONE):
        fooled = story(memory, "step")
        assert sum(course.found is not None for course in fooled) <= 3
        assert Counter(course.strategy[:2] for course in fooled)["BB"] <= 3
        assert sum(course.strategy == "BBAAA" for course in story(memory, "life")) >= 8


def test_what_mazes_lead_to() -> None:
    """n = 1,500 lifetimes, seed 6, false alarm 1e-6 for each rate."""
    n = 1_500
    world = world_of([NEAR, BARE], [FAR], modification={"A": "1/4"}, shutdown={"A": "1/5", "B": 1})
    told = outcomes(world, LifetimeSpec(learner_lifetimes=n), generator(6))
    assert told.apple.shape == told.modified.shape == told.ends.shape == (n, 5, 2)
    assert told.apple[:, 2:, 0].all()
    assert not told.apple[:, :, 1].any()
    assert not told.modified[:, 2:].any()
    assert not told.modified[:, :, 1].any()
    assert not told.ends[:, :2].any()
    assert told.ends[:, 2:, 1].all()
    for found, of, chance in (
        (told.apple[:, :2, 0].sum(), 2 * n, 1 / 2),
        (told.modified[:, :2, 0].sum(), 2 * n, 1 / 4),
        (told.ends[:, 2:, 0].sum(), 3 * n, 1 / 5),
    ):
        low, high = binom.ppf([ALARM / 2, 1 - ALARM / 2], of, chance)
        assert low <= found <= high
    assert outcomes(world_of(n=0), LifetimeSpec(learner_lifetimes=2), generator(0)).apple.shape == (2, 3, 2)


@pytest.mark.slow
def test_learners_live_in_the_mazes_of_a_world() -> None:
    spec = LifetimeSpec(learners=3, learner_lifetimes=1_000, learner_rate="1/2", memories=["life", "last"])
    one, two = (run_learners(world_of(), spec, BEST, seed=0, workers=workers) for workers in (1, 2))
    assert list(one) == [Memory.LIFE, Memory.LAST]
    told = one[Memory.LIFE]
    assert told.contract() == two[Memory.LIFE].contract()
    assert told.goal == "BBAAA"
    assert told.found.mean == 1
    assert told.contract()["median_episodes"] == 5 * told.contract()["median"].mean
    assert len(set(told.lifetimes)) > 1  # each has a seed of its own
    curve = told.curve()
    assert curve["lifetimes"][-1] == 1_000
    assert curve["best"][-1] == 1
    total = sum(course.apples.sum() for course in told.courses)
    lengths = np.diff([0, *curve["lifetimes"]])
    assert np.dot(curve["apples"], lengths) * 3 == pytest.approx(total)
    assert run_learners(world_of(), LifetimeSpec(learners=0), BEST, seed=0) == {}


def test_every_learner_has_mazes_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def noted(*given: Any) -> Outcomes:
        seen.append(outcomes(*given))
        return seen[-1]

    monkeypatch.setattr("deceptive_sim.maze.lifetime.learners.run.outcomes", noted)
    spec = LifetimeSpec(learners=2, learner_lifetimes=20, memories=["none"])
    run_learners(world_of([NEAR, BARE]), spec, BEST, seed=0)
    assert (seen[0].apple != seen[1].apple).any()


def test_learners_discount_as_the_objective_does() -> None:
    """At discount 1/3 the three apples of deployment are worth less than the one of now: the best is to take it."""
    own = (Objective(name="mesa", discounting=Exponential(Fraction(1, 3))), Objective(name="base"))
    plain = world_of()
    world = MazeWorld(families=plain.families, game=PhasedGame(phases=plain.game.phases, objectives=own))
    spec = LifetimeSpec(learners=2, learner_lifetimes=1_500, memories=["life"])
    told = run_learners(world, spec, BEST, seed=0)[Memory.LIFE]
    assert all(course.strategy.startswith("A") for course in told.courses)


def test_too_much_learning_is_refused() -> None:
    with pytest.raises(InputError, match="learners must live at most"):
        run_learners(world_of(n=10), LifetimeSpec(learners=1000, learner_lifetimes=10_000), BEST, seed=0)


def test_the_median_and_its_interval() -> None:
    """The interval by enumeration of the binomial distribution: it misses the median in at most 5 % of samples."""
    numbers = [30, 10, 20, 40, 50, 60, 70, 80, 90, 100]
    found = median(numbers)
    assert found is not None
    assert found.mean == 55

    def misses(k: int) -> float:
        return 2 * sum(math.comb(10, i) for i in range(k)) / 2**10

    k = max(k for k in range(1, 6) if misses(k) <= 0.05)
    assert (found.low, found.high) == (sorted(numbers)[k - 1], sorted(numbers)[10 - k])
    some = median([1, 2, 3, 4, 5, 6, None, None, None])
    assert some is not None
    assert (some.mean, some.high) == (5, None)
    assert median([1, None, None]) is None
    alone = median([7])
    assert alone is not None
    assert (alone.mean, alone.low, alone.high) == (7, None, None)
    assert median([1, None]) is None


def test_learners_say_what_became_of_them() -> None:
    def course(found: int | None) -> Course:
        return Course(found=found, strategy="A", best=np.array([True]), apples=np.array([1]), states=1)

    told = Learners(memory=Memory.LIFE, goal="A", horizon=2, courses=(course(3), course(None), course(9)))
    contract = told.contract()
    assert contract["range"] == [3, 9]
    assert contract["lifetimes"] == [3, None, 9]
    assert contract["median"].mean == 9
    assert contract["found"].mean == pytest.approx(2 / 3)
    never = Learners(memory=Memory.LIFE, goal="A", horizon=2, courses=(course(None),)).contract()
    assert (never["range"], never["median"], never["median_episodes"]) == (None, None, None)
