"""The worst mazes that an adversary found: what students do in them and at what loss, worked out anew."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from maze.plain_targets import best_of, targets_in, ways_from
from maze.story_worlds import story
from maze.test_lessons_gradient import plain_chances

from deceptive_sim.core.json_text import plain
from deceptive_sim.maze.adversarial import AdversaryResult, AdversarySpec, run_adversary
from deceptive_sim.maze.ascii_maps import read_map
from deceptive_sim.maze.objectives import weights_of
from deceptive_sim.maze.students import Student
from deceptive_sim.maze.targets import FEATURES

GREEN = weights_of("green")
STUDENTS = {
    "naive": Student(weights=GREEN),
    "counts": Student(weights=GREEN, awareness="calendar"),
    "loses-count": Student(weights=GREEN, awareness="calendar", mistaken=Fraction(1, 2)),
}
STEP_COST = Fraction(1, 200)


@cache
def trained(rounds: int = 2, time_limit: Fraction = Fraction(1)) -> AdversaryResult:
    spec = AdversarySpec(
        students=STUDENTS, rounds=rounds, steps=20, pool=6, climbs=3, worst=3, ordinary=2, replicates=2, mazes=4,
        learning_rate=Fraction(1, 2), temperatures=(Fraction(1, 2),), step_cost=STEP_COST,
    )  # fmt: skip
    return run_adversary(story(time_limit=time_limit), spec, seed=1)


@pytest.mark.parametrize("limit", [Fraction(1), Fraction(1, 8)])
def test_of_a_naive_student_path_end_and_loss_follow_from_its_weights(limit: Fraction) -> None:
    course = trained(time_limit=limit).course("naive")
    assert [one.round for one in course.worst_mazes] == [0, 2]
    for one in course.worst_mazes:
        weights = course.weights[one.round, 0].tolist()
        wanted = best_of(one.maze, dict(zip(FEATURES, map(Fraction, weights), strict=True)), STEP_COST)
        assert wanted is not None
        far = ways_from(one.maze, one.maze.start)
        allowed = int(-((~one.maze.walls).sum() * limit // -1))
        assert one.path[0] == one.maze.start
        assert len(one.path) - 1 == min(far[wanted], allowed)
        assert (one.path[-1] == wanted) is (far[wanted] <= allowed)
        for here, there in zip(one.path, one.path[1:], strict=False):
            assert abs(here.row - there.row) + abs(here.column - there.column) == 1
            assert not one.maze.walls[there]
        kinds = ["generalises"] + ["to_apple"] * len(one.maze.apples) + ["to_corner"]
        cells = [cell for cell, _ in targets_in(one.maze)]
        assert one.end == ("fails" if far[wanted] > allowed else kinds[cells.index(wanted)])
        chance = plain_chances(one.maze, weights, 0.5, float(STEP_COST), None)[tuple(one.maze.exit.cell)]
        loss = 1 - chance * (far[tuple(one.maze.exit.cell)] <= allowed)
        assert one.loss == pytest.approx(loss, abs=1e-9)
        assert one.loss == pytest.approx(course.worst_loss[one.round, 0], abs=1e-12)
        assert one.belief is None
    if limit == 1:
        assert [one.end for one in course.worst_mazes] == ["to_apple", "generalises"]


def test_who_counts_takes_the_exit_and_who_loses_count_says_what_it_believed() -> None:
    for one in trained().course("counts").worst_mazes:
        assert (one.belief, one.end, one.path[-1]) == (1.0, "generalises", one.maze.exit.cell)
        assert one.loss == pytest.approx(trained().course("counts").worst_loss[one.round, 0], abs=1e-12)
    first, _ = trained().course("loses-count").worst_mazes
    assert first.belief in (0.0, 1.0)
    assert (first.loss < 0.5) is (first.belief == 1.0)  # its loss is that of the belief which it is shown with


def test_without_rounds_there_is_one() -> None:
    (one,) = trained(rounds=0).course("naive").worst_mazes
    assert one.round == 0


def test_they_are_told_as_maps() -> None:
    course = trained().course("naive")
    first, last = plain(course.contract())["worst_mazes"]
    assert (first["round"], last["round"]) == (0, 2)
    one = course.worst_mazes[0]
    again = read_map("\n".join(first["map"]), exit_colour=first["exit"], wall_colour=first["walls"])
    assert np.array_equal(again.walls, one.maze.walls)
    assert again.exit == one.maze.exit
    assert first["path"][-1] == list(one.path[-1])
    assert (first["loss"], first["end"], first["belief"]) == (one.loss, one.end, None)
