"""The loss of the base optimiser is that of a softmax worked out in plain Python, and its gradient is its slope."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import exp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from maze.plain_targets import NAMES, single_mazes, targets_in, ways_from
from maze.story_worlds import DEPLOYMENT

from deceptive_sim.maze.ascii_maps import read_map
from deceptive_sim.maze.lessons import Plan, chances, lessons_of, loss_and_gradient
from deceptive_sim.maze.mazes import Maze, Mazes
from deceptive_sim.maze.search import limits
from deceptive_sim.maze.targets import targets_of


def plain_chances(
    maze: Maze, weights: list[float], temperature: float, step_cost: float, plan: tuple[list[float], float] | None
) -> dict[tuple[int, int], float]:
    steps, logits = ways_from(maze, maze.start), {}
    for cell, features in targets_in(maze):
        if cell in steps:
            worth = sum(w * float(features.get(name, 0)) for name, w in zip(NAMES, weights, strict=True))
            if plan is not None and cell == maze.exit.cell:
                worth += sum(f * w for f, w in zip(plan[0], weights, strict=True)) - plan[1]
            logits[cell] = (worth - step_cost * steps[cell]) / temperature
    most = max(logits.values())
    total = sum(exp(logit - most) for logit in logits.values())
    return {cell: exp(logit - most) / total for cell, logit in logits.items()}


@settings(max_examples=30, deadline=None)
@given(
    those=st.lists(single_mazes(), min_size=1, max_size=3),
    seed=st.integers(0, 10**6),
    temperature=st.sampled_from([0.1, 1.0, 8.0]),
    step_cost=st.sampled_from([0.0, 0.25]),
    planned=st.booleans(),
    time=st.sampled_from([Fraction(1), Fraction(1, 4)]),
)
def test_loss_and_chances_are_those_of_a_softmax(
    those: list[Maze], seed: int, temperature: float, step_cost: float, planned: bool, time: Fraction
) -> None:
    rng, mazes = np.random.default_rng(seed), Mazes.of(those)
    weights, f, cost = rng.normal(size=9), rng.normal(size=9), float(rng.normal())
    plan = Plan(features=np.tile(f, (len(those), 1)), cost=np.full(len(those), cost)) if planned else None
    lessons = lessons_of(mazes, limits(mazes, time))
    settings_ = {"temperature": temperature, "step_cost": step_cost, "plan": plan}
    found = chances(lessons, weights, **settings_)
    loss, _ = loss_and_gradient(lessons, weights, **settings_)
    for which, maze in enumerate(those):
        wanted = plain_chances(maze, list(weights), temperature, step_cost, (list(f), cost) if planned else None)
        cells = [tuple(np.array(divmod(int(cell), mazes.stride)) - 1) for cell in targets_of(mazes).cells[which]]
        for cell, chance in zip(cells, found[which], strict=True):
            assert chance == pytest.approx(wanted.get(cell, 0.0), abs=1e-12)
        in_time = ways_from(maze, maze.start)[maze.exit.cell] <= -(-(~maze.walls).sum() * time // 1)
        assert loss[which] == pytest.approx(1 - wanted[maze.exit.cell] * in_time, abs=1e-12)


def slope(loss: Callable[[np.ndarray], np.ndarray], weights: np.ndarray) -> np.ndarray:
    """Central differences, to the fourth order: [..., F]."""
    h, columns = 1e-3, []
    for place in range(len(NAMES)):
        unit = np.eye(len(NAMES))[place]
        near = loss(weights + h * unit) - loss(weights - h * unit)
        far = loss(weights + 2 * h * unit) - loss(weights - 2 * h * unit)
        columns.append((8 * near - far) / (12 * h))
    return np.stack(columns, axis=-1)


@pytest.mark.parametrize("planned", [False, True])
@pytest.mark.parametrize("salient", [False, True])
@pytest.mark.parametrize("step_cost", [0.0, 0.01])
def test_the_gradient_is_the_slope_of_the_loss(planned: bool, salient: bool, step_cost: float) -> None:
    """30 mazes, seed 8: of saliences s the gradient in w is s times that in v = s w."""
    rng = np.random.default_rng(8)
    mazes = DEPLOYMENT.draw(rng, 30)
    lessons = lessons_of(mazes, limits(mazes, Fraction(1, 3)))
    assert 0 < lessons.in_time.sum() < 30
    weights, salience = rng.normal(size=9), np.abs(rng.normal(size=9)) if salient else np.ones(9)
    plan = Plan(features=rng.normal(size=(30, 9)), cost=rng.normal(size=30)) if planned else None
    settings_ = {"temperature": 0.7, "step_cost": step_cost, "plan": plan}
    _, gradient = loss_and_gradient(lessons, weights * salience, **settings_)
    wanted = slope(lambda w: loss_and_gradient(lessons, w * salience, **settings_)[0], weights)
    assert gradient.shape == (30, 9)
    assert np.abs(wanted).max() > 0.05
    assert gradient * salience == pytest.approx(wanted, abs=1e-9)


def test_weights_of_many_runs_meet_lessons_of_their_own() -> None:
    """[runs, batch] lessons give what each gives alone."""
    rng = np.random.default_rng(1)
    mazes = DEPLOYMENT.draw(rng, 6)
    pool = lessons_of(mazes, limits(mazes))
    which = np.array([[0, 3, 5], [2, 2, 1]])
    weights = rng.normal(size=(2, 9))
    plan = Plan(features=rng.normal(size=(2, 3, 9)), cost=rng.normal(size=(2, 3)))
    loss, gradient = loss_and_gradient(pool.take(which), weights[:, None], temperature=0.5, step_cost=0.01, plan=plan)
    assert (loss.shape, gradient.shape) == ((2, 3), (2, 3, 9))
    for run in range(2):
        for place in range(3):
            alone = Plan(features=plan.features[run, place], cost=plan.cost[run, place])
            one = loss_and_gradient(
                pool.take(which[run, place]), weights[run], temperature=0.5, step_cost=0.01, plan=alone
            )
            assert loss[run, place] == pytest.approx(float(one[0]), abs=1e-13)
            assert gradient[run, place] == pytest.approx(one[1], abs=1e-13)


def cut_off(*texts: str) -> Mazes:
    """Mazes of one row of 5 whose second cell is walled up afterwards."""
    mazes = Mazes.of([read_map(text) for text in texts])
    blocked = np.array(mazes.blocked)
    blocked[:, mazes.stride + 2] = 1
    return Mazes(
        blocked=blocked, stride=mazes.stride, heights=mazes.heights, widths=mazes.widths, starts=mazes.starts,
        things=mazes.things, colours=mazes.colours,
    )  # fmt: skip


@pytest.mark.parametrize("step_cost", [0.0, 0.1, 1e6])
@pytest.mark.parametrize("temperature", [1e-6, 1.0, 1e6])
def test_what_cannot_be_reached_has_no_chance_and_teaches_nothing(step_cost: float, temperature: float) -> None:
    mazes = cut_off("r.S.E", "E.S.r", "S.r.E")
    lessons = lessons_of(mazes, limits(mazes))
    assert lessons.in_time.tolist() == [True, False, False]
    assert np.isinf(lessons.steps[1, 0])
    found = chances(lessons, np.arange(9.0), temperature=temperature, step_cost=step_cost)
    assert found.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 0]]
    loss, gradient = loss_and_gradient(lessons, np.arange(9.0), temperature=temperature, step_cost=step_cost)
    assert loss.tolist() == [0, 1, 1]
    assert not gradient.any()


def test_the_limit_is_met_to_the_move() -> None:
    mazes = Mazes.of([read_map("S..E")] * 3)
    assert lessons_of(mazes, np.array([2, 3, 4], np.int32)).in_time.tolist() == [False, True, True]
