"""Runs of inner learners: the same bytes from one seed, what is written down, what is asked for and must not be."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from deceptive_sim.core.errors import InputError
from deceptive_sim.populations.learners.run import (
    Copies,
    LearnersOutcome,
    LearnersSpec,
    Swapping,
    blocks_of,
    compare_learners,
    mean_interval,
    run_learners,
    share_interval,
)

SMALL = LearnersSpec(agents=10, steps=20, replicates=6)
IN_BLOCKS = LearnersSpec(agents=5_000, steps=6, replicates=10)


def arrays(outcome: LearnersOutcome) -> dict[str, np.ndarray]:
    found = {field.name: getattr(outcome, field.name) for field in dataclasses.fields(outcome)}
    return {name: value for name, value in found.items() if isinstance(value, np.ndarray)}


def same(one: LearnersOutcome, other: LearnersOutcome) -> bool:
    return all(array.tobytes() == arrays(other)[name].tobytes() for name, array in arrays(one).items())


@pytest.mark.parametrize("workers", [2, pytest.param(4, marks=pytest.mark.slow)])
def test_workers_change_nothing(workers: int) -> None:
    assert len(list(blocks_of(IN_BLOCKS))) == 4
    one = run_learners(IN_BLOCKS, seed=6, keep=True)
    other = run_learners(IN_BLOCKS, seed=6, workers=workers, keep=True)
    assert len(arrays(one)) == 7
    assert same(one, other)


def test_seeds_decide_everything_and_zero_is_one() -> None:
    runs = [run_learners(SMALL, seed=seed) for seed in (0, 0, 1)]
    assert same(runs[0], runs[1])
    assert not same(runs[0], runs[2])
    assert same(runs[0], run_learners(SMALL))


def test_blocks_are_whole_replicates_and_draw_different_numbers() -> None:
    assert list(blocks_of(IN_BLOCKS)) == [(0, 3), (1, 3), (2, 3), (3, 1)]
    assert list(blocks_of(dataclasses.replace(IN_BLOCKS, agents=100_000, replicates=2))) == [(0, 1), (1, 1)]
    late = run_learners(IN_BLOCKS, seed=6).late
    assert len(set(late.tolist())) == 10


def test_what_is_written_down_does_not_change_what_happens() -> None:
    often = run_learners(dataclasses.replace(SMALL, record=1), seed=6)
    seldom = run_learners(dataclasses.replace(SMALL, record=7), seed=6)
    assert often.moments == tuple(range(1, 21))
    assert seldom.moments == (7, 14, 20)
    for name in ("probability", "cooperated", "reward", "rate"):
        assert (getattr(often, name)[:, [6, 13, 19]] == getattr(seldom, name)).all()
    assert seldom.late == pytest.approx(often.probability[:, -2:].mean(axis=1))
    assert LearnersSpec(steps=1000).moments == tuple(range(10, 1001, 10))
    assert LearnersSpec(steps=3).moments == (1, 2, 3)


def test_arrays_have_their_shapes_and_are_read_only() -> None:
    outcome = run_learners(SMALL, seed=6, keep=True)
    shapes = {name: array.shape for name, array in arrays(outcome).items()}
    by_moment = dict.fromkeys(("probability", "cooperated", "reward", "rate"), (6, 20))
    assert shapes == {**by_moment, "late": (6,), "theta": (6, 7), "thetas": (6, 10)}
    assert not any(array.flags.writeable for array in arrays(outcome).values())
    assert outcome.theta[:, [0, 3, 6]] == pytest.approx(
        np.stack([f(outcome.thetas, axis=1) for f in (np.min, np.median, np.max)], axis=1)
    )
    assert run_learners(SMALL, seed=6).thetas is None


def test_rewards_are_those_of_what_was_done() -> None:
    """Without swapping the state is the agent's own last action, so mean rewards follow from shares of cooperators."""
    spec = LearnersSpec(agents=20, steps=15, b="-1/4", replicates=5, record=1)
    outcome = run_learners(spec, seed=6)
    before = np.concatenate([np.zeros((5, 1)), outcome.cooperated[:, :-1]], axis=1)
    assert outcome.reward == pytest.approx(before - outcome.cooperated / 4 - 0.5)


def test_runaway_learning_rates_stay_finite() -> None:
    fast = LearnersSpec(agents=10, steps=400, rate_factors=(1000,), rate_exponents=(100, 100), replicates=2)
    slow = dataclasses.replace(fast, rate_factors=("1/1000",), rate_exponents=(-100, -100))
    for spec, bound in ((fast, 1e300), (slow, 1e-300)):
        outcome = run_learners(spec, seed=6)
        assert np.isfinite(outcome.theta).all()
        assert (outcome.rate[:, -1] == bound).all()


def test_progress_is_told() -> None:
    told: list[tuple[int, int, str]] = []
    run_learners(IN_BLOCKS, seed=6, progress=lambda *step: told.append(step))
    assert told == [(done, 4, "learning") for done in (1, 2, 3, 4)]


# --- numbers for machines ---------------------------------------------------------------------------------------------


def test_the_contract_has_intervals_and_what_the_run_is_compared_with() -> None:
    told = compare_learners(SMALL, seed=6).contract()
    assert json.loads(json.dumps(told)) == told
    assert list(told["compared"]) == ["with swapping", "without selection"]
    asked = run_learners(SMALL, seed=6)
    spread = stats.t.interval(0.95, 5, asked.late.mean(), stats.sem(asked.late))
    assert told["cooperation"] == pytest.approx({"mean": asked.late.mean(), "low": spread[0], "high": spread[1]})
    assert told["failed"]["mean"] == np.mean([late > 0.5 for late in asked.late])
    for name, changed in {"with swapping": {"swapping": True}, "without selection": {"every": 0}}.items():
        alone = run_learners(dataclasses.replace(SMALL, **changed), seed=6)
        assert told["compared"][name] == alone.contract()


def test_comparisons_change_what_was_asked_for() -> None:
    def names(**numbers: object) -> dict[str, tuple[int, str]]:
        others = compare_learners(dataclasses.replace(SMALL, steps=2, **numbers), seed=6).others  # type: ignore[arg-type]
        return {name: (other.spec.every, other.spec.swapping.value) for name, other in others.items()}

    assert names() == {"with swapping": (1, "rotation"), "without selection": (0, "none")}
    assert names(swapping="permutation", every=2) == {
        "without swapping": (2, "none"),
        "without selection": (0, "permutation"),
    }
    assert names(every=0) == {"with selection": (1, "none"), "with selection and swapping": (1, "rotation")}
    assert names(every=0, swapping="permutation")["with selection and swapping"] == (1, "permutation")
    assert names(every=0, agents=1) == {}


def test_intervals() -> None:
    assert mean_interval(np.array([0.25])) == {"mean": 0.25, "low": None, "high": None}
    found = stats.binomtest(3, 10).proportion_ci(0.95, method="wilson")
    assert share_interval(3, 10) == pytest.approx({"mean": 0.3, "low": found.low, "high": found.high})
    assert share_interval(0, 10)["low"] == 0
    assert share_interval(10, 10)["high"] == pytest.approx(1)


# --- what must not be asked for ---------------------------------------------------------------------------------------


def test_numbers_are_read_exactly() -> None:
    spec = LearnersSpec(fraction="0.2", b=-0.1, rate_factors=["6/5"], every=None, swapping=True, copies="paired")  # type: ignore[arg-type]
    assert (spec.fraction, spec.b, spec.rate_factors) == (Fraction(1, 5), Fraction(-1, 10), (Fraction(6, 5),))
    assert (spec.every, spec.swapping, spec.copies) == (0, Swapping.ROTATION, Copies.PAIRED)
    assert LearnersSpec(swapping=False).swapping == Swapping.NONE  # type: ignore[arg-type]
    assert LearnersSpec(agents=9).replaced == 1


@pytest.mark.parametrize(
    ("numbers", "line"),
    [
        ({"agents": 0}, "learners.agents must be 1 or more, got 0"),
        ({"agents": 1.5}, "learners.agents must be a whole number, 0 or more, got 1.5"),
        ({"agents": 10**9}, "learners.agents must be at most 1000000, got 1000000000"),
        ({"steps": 0}, "learners.steps must be 1 or more, got 0"),
        ({"steps": 10**7}, "learners.steps must be at most 1000000, got 10000000"),
        ({"replicates": 0}, "learners.replicates must be 1 or more, got 0"),
        ({"record": 0}, "learners.record must be 1 or more, got 0"),
        ({"every": -1}, "learners.every must be a whole number, 0 or more, got -1"),
        ({"fraction": 0}, "learners.fraction must be above 0 and at most 1/2: nobody is both replaced and copied, got"),
        ({"fraction": "3/5"}, "learners.fraction must be above 0 and at most 1/2: nobody is both"),
        ({"agents": 4}, "learners.fraction of 4 agents must be at least one agent, got 1/5 (take more agents"),
        ({"swapping": "shuffle"}, "learners.swapping must be none or rotation or permutation, got \"shuffle\""),
        ({"agents": 1, "every": 0, "swapping": True}, "learners.swapping needs two agents or more, got \"rotation\""),
        ({"copies": "pair"}, "learners.copies must be drawn or paired, got \"pair\" (did you mean paired?)"),
        ({"b": "x"}, "learners.b must be a number"),
        ({"b": 1001}, "learners.b must be between -1000 and 1000, got 1001"),
        ({"theta_spread": -1}, "learners.theta_spread must be 0 or more, got -1"),
        ({"baseline": 2}, "learners.baseline must be a probability in [0, 1], got 2"),
        ({"rate_exponents": (0, -2)}, "learners.rate_exponents must be two numbers, the lower one first, got"),
        ({"rate_exponents": (-2,)}, "learners.rate_exponents must be two numbers"),
        ({"rate_exponents": -2}, "learners.rate_exponents must be a list of numbers, got -2"),
        ({"rate_exponents": (-200, 0)}, "learners.rate_exponents must be between -100 and 100"),
        ({"rate_factors": ()}, "learners.rate_factors must be 1 to 100 numbers"),
        ({"rate_factors": (0, 1)}, "learners.rate_factors must be above 0 and at most 1000, got 0"),
        (
            {"replicates": 10**5, "record": 1},
            "learners.replicates times recorded steps (1000) must be at most 5000000, got 100000000",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_in_one_line(numbers: dict[str, object], line: str) -> None:
    with pytest.raises(InputError) as caught:
        LearnersSpec(**numbers)  # type: ignore[arg-type]
    assert str(caught.value).startswith(line)
    assert "\n" not in str(caught.value)


def test_workers_are_counted_from_one() -> None:
    for workers in (0, "two"):
        with pytest.raises(InputError, match=r"workers must be 1 or more, got ."):
            run_learners(SMALL, workers=workers)  # type: ignore[arg-type]


@pytest.mark.slow
def test_a_file_with_learners_is_read_without_arrays_and_what_runs_them_is_there_when_asked_for() -> None:
    code = """
import sys
from deceptive_sim import load_scenario
spec = load_scenario("krueger-population").learners
print(spec is not None, "numpy" in sys.modules)
from deceptive_sim.populations import learners
print(type(spec) is learners.LearnersSpec, learners.run_learners.__name__, hasattr(learners, "nothing"))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True False\nTrue run_learners False\n"
