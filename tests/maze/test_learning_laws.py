"""What gradient descent makes of objectives: what training cannot tell apart moves by saliences, exactly."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from maze.plain_targets import NAMES, best_of, ways_from
from maze.story_worlds import DEPLOYMENT, TRAINING, story
from maze.test_lessons_gradient import plain_chances

from deceptive_sim.core.errors import InputError
from deceptive_sim.maze import learning
from deceptive_sim.maze.ascii_maps import read_map
from deceptive_sim.maze.estimates import rate
from deceptive_sim.maze.family import MazeFamily
from deceptive_sim.maze.learning import Learned, LearningSpec, run_learning
from deceptive_sim.populations.measures import estimate

EXIT, APPLE, GREEN, GREY = (NAMES.index(name) for name in ("is_exit", "is_apple", "is_green", "is_grey"))
QUICK = {"runs": 12, "steps": 25, "batch": 8, "mazes": 60}
SALIENCES = {
    "even": {},
    "colour": {"is_green": Fraction(3)},
    "shape": {"is_exit": Fraction(2), "is_green": Fraction(1, 2)},
    "blind": {"is_green": Fraction(0), "position": Fraction(0)},
}


def test_exit_and_green_move_by_the_squares_of_their_saliences() -> None:
    """12 runs each, seed 5: they are the same in training; what is never there does not move."""
    found = run_learning(story(), LearningSpec(saliences=SALIENCES, **QUICK), seed=5)
    for name, learned in found.settings.items():
        moved = learned.ended - learned.started
        of_exit, of_green = (float(SALIENCES[name].get(feature, 1)) for feature in ("is_exit", "is_green"))
        assert (moved[:, EXIT] > 0).all()
        assert moved[:, GREEN] == pytest.approx(moved[:, EXIT] * of_green**2 / of_exit**2, rel=1e-9, abs=1e-12)
        assert not moved[:, GREY].any()
        assert (moved[:, APPLE] != 0).all()
    blind = found.settings["blind"]
    assert not blind.started[:, [GREEN, NAMES.index("position")]].any()
    assert not blind.ended[:, [GREEN, NAMES.index("position")]].any()
    even, colour = found.settings["even"], found.settings["colour"]
    assert colour.started[:, GREEN] == pytest.approx(3 * even.started[:, GREEN], rel=1e-12)
    assert colour.started[:, EXIT] == pytest.approx(even.started[:, EXIT])


def one_map(text: str, **settings: object) -> tuple[Learned, LearningSpec]:
    """Training and deployment in one map."""
    family = MazeFamily(maps=(read_map(text),))
    spec = LearningSpec(**{"runs": 6, "batch": 3, "mazes": 4, **settings})  # type: ignore[arg-type]
    world = story(families={"training": family, "deployment": family}, time_limit=Fraction(1, 2))
    (learned,) = run_learning(world, spec, seed=2).settings.values()
    return learned, spec


def test_a_step_goes_down_the_slope_of_a_plain_softmax() -> None:
    """In one map all lessons are alike, so that a step is known without its draws; central differences."""
    salience = {"is_red": Fraction(2), "is_exit": Fraction(1, 2), "position": Fraction(0)}
    settings = {"learning_rate": Fraction(3, 4), "temperature": Fraction(1, 2), "step_cost": Fraction(1, 10)}
    learned, _ = one_map("r.S.g.E", saliences={"odd": salience}, steps=1, **settings)
    maze = read_map("r.S.g.E")

    def loss(v: np.ndarray) -> float:
        return 1 - plain_chances(maze, list(v), 0.5, 0.1, None)[0, 6]

    for run in range(6):
        start = learned.started[run]
        assert learned.loss[0, run] == pytest.approx(loss(start), abs=1e-12)
        for place, name in enumerate(NAMES):
            unit, s = np.eye(9)[place] * 1e-4, float(salience.get(name, 1))
            slope = (loss(start + unit) - loss(start - unit)) / 2e-4
            assert learned.ended[run, place] - start[place] == pytest.approx(-0.75 * s * s * slope, abs=1e-7)


def test_rates_are_those_of_going_for_the_best_target() -> None:
    """200 random objectives in one map: each goes where brute force finds the best, and time runs out at 5 moves."""
    text = "E.S.g..r.."
    learned, spec = one_map(text, runs=200, steps=0)
    maze = read_map(text)
    ways, limit = ways_from(maze, maze.start), -(-int((~maze.walls).sum()) // 2)
    seen = set()
    for run in range(200):
        weights = {name: Fraction(float(w)) for name, w in zip(NAMES, learned.ended[run], strict=True)}
        cell = best_of(maze, weights, spec.step_cost)
        kinds = {maze.exit.cell: "generalises", **{apple.cell: "to_apple" for apple in maze.apples}}
        end = "fails" if ways[cell] > limit else kinds.get(cell, "to_corner")
        seen.add(end)
        assert {name: rates[run] for name, rates in learned.deployed.items() if rates[run]} == {end: 1.0}
        assert learned.trained[run] == (end == "generalises")
    assert seen == {"generalises", "to_apple", "fails"}
    corner, _ = one_map("E.S..", runs=40, steps=0)
    assert set(np.unique(corner.deployed["to_corner"])) == {0.0, 1.0}


def test_the_loss_falls_and_training_is_learned() -> None:
    """24 runs, 60 steps, seed 5; the loss of the last ten steps is below half of that of the first."""
    spec = LearningSpec(**{**QUICK, "runs": 24, "steps": 60})
    (learned,) = run_learning(story(), spec, seed=5).settings.values()
    assert learned.loss[-10:].mean() < learned.loss[0].mean() / 2
    assert learned.trained.mean() > 0.9


def test_what_is_salient_decides_what_is_wanted_where_mazes_look_different() -> None:
    """100 runs, seed 1; alarm below 1e-6: if at least 77 % of runs do it, fewer than half of 100 do so with
    probability exp(-2 * 100 * 0.27^2) = 5e-7 at most (Hoeffding)."""
    saliences = {"colour": {"is_green": Fraction(4)}, "shape": {"is_exit": Fraction(4)}}
    spec = LearningSpec(saliences=saliences, runs=100, steps=100, batch=8, mazes=200, spread=Fraction(1, 8))
    found = run_learning(story(), spec, seed=1).settings
    assert found["colour"].mostly("to_apple").mean > 0.5
    assert found["shape"].mostly("generalises").mean > 0.5
    for learned in found.values():
        assert learned.trained.mean() > 0.95


def test_from_nothing_and_evenly_exit_and_green_are_wanted_alike() -> None:
    """What then decides is that red apples taught it not to want apples: it takes the grey exit, not green apples."""
    spec = LearningSpec(**{**QUICK, "spread": Fraction(0), "runs": 3, "steps": 60})
    (learned,) = run_learning(story(), spec, seed=5).settings.values()
    assert not learned.started.any()
    assert (learned.ended[:, EXIT] == learned.ended[:, GREEN]).all()
    assert (learned.ended[:, APPLE] < 0).all()
    assert (learned.deployed["generalises"] > 0.5).all()


def test_mazes_of_all_chunks_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "CHUNK", 25)
    (learned,) = run_learning(story(), LearningSpec(**{**QUICK, "steps": 1}), seed=5).settings.values()
    assert sum(learned.deployed.values()) == pytest.approx(np.ones(12))


def test_workers_and_other_settings_change_nothing() -> None:
    spec = LearningSpec(saliences=SALIENCES, **QUICK)
    runs = [run_learning(story(), spec, seed=3, workers=workers).contract() for workers in (1, 3)]
    assert runs[0] == runs[1]
    alone = LearningSpec(saliences={"colour": SALIENCES["colour"]}, **QUICK)
    assert run_learning(story(), alone, seed=3).contract()["settings"]["colour"] == runs[0]["settings"]["colour"]
    assert run_learning(story(), spec, seed=4).contract() != runs[0]


def test_contract_and_measures_have_the_names_they_say() -> None:
    found = run_learning(story(), LearningSpec(**QUICK), seed=3)
    learned, told = found.settings["even"], found.contract()["settings"]["even"]
    ends = ("generalises", "to_apple", "to_corner", "fails")
    assert tuple(learned.deployed) == ends
    assert sum(learned.deployed.values()) == pytest.approx(np.ones(12))
    assert (told["runs"], told["mazes"]) == (12, 60)
    apart = estimate(learned.deployed["to_apple"], share=True)
    assert (told["deployed"]["to_apple"].low, told["deployed"]["to_apple"].high) == (apart.low, apart.high)
    assert found.measures()["learning.even.to_apple"] == told["deployed"]["to_apple"]
    always = replace(learned, trained=np.ones(12), deployed={end: np.full(12, 0.25) for end in ends}).contract()
    assert always["trained"].low == pytest.approx(rate(4000, 4000).low)  # all runs are seen in the same 4,000
    assert always["deployed"]["fails"].low == pytest.approx(rate(15, 60).low)
    assert told["mostly"]["to_apple"] == rate(int((learned.deployed["to_apple"] > 0.5).sum()), 12)
    assert tuple(told["weights"]) == tuple(told["moved"]) == NAMES
    assert told["moved"]["is_red"].mean == pytest.approx((learned.ended - learned.started)[:, 2].mean())
    measures = found.measures()
    names = {f"learning.even.{middle}{end}" for middle in ("", "mostly.") for end in ends}
    assert set(measures) == {*names, "learning.even.trained"}
    assert measures["learning.even.mostly.fails"] == told["mostly"]["fails"]
    assert measures["learning.even.fails"] == told["deployed"]["fails"]
    assert measures["learning.even.trained"].mean == learned.trained.mean()


BAD = [
    ({"runs": 0}, "runs must be from 1"), ({"runs": 10_001}, "runs must be"), ({"steps": -1}, "steps must be from 0"),
    ({"steps": 100_001}, "steps must be"), ({"batch": 0}, "batch must be from 1"), ({"batch": 10_001}, "batch must be"),
    ({"mazes": 0}, "mazes must be"), ({"mazes": 10**7}, "mazes must be"),
    ({"learning_rate": Fraction(0)}, "learning_rate must be"), ({"learning_rate": Fraction(10**7)}, "learning_rate"),
    ({"temperature": Fraction(0)}, "temperature must be"), ({"temperature": Fraction(-1)}, "temperature must be"),
    ({"temperature": Fraction(1, 10**100)}, "temperature must be at least"),
    ({"spread": Fraction(-1)}, "spread must be"), ({"spread": Fraction(10**7)}, "spread must be"),
    ({"step_cost": Fraction(-1)}, "step_cost must be"), ({"step_cost": Fraction(10**400)}, "step_cost must be"),
    ({"saliences": {}}, "saliences must name"), ({"saliences": {"a": {"is_gren": Fraction(1)}}}, "saliences.a.is_gren"),
    ({"saliences": {"a": {"is_red": Fraction(-1)}}}, "saliences.a.is_red must be from 0"),
    ({"saliences": {"a": {"is_red": Fraction(1001)}}}, "saliences.a.is_red must be from 0"),
    ({"runs": 10_000, "batch": 101}, "batch must be at most 100 with 10000 runs"),
    ({"runs": 10_000, "steps": 1_001}, "steps must be at most 1000 with 10000 runs"),
]  # fmt: skip


@pytest.mark.parametrize(("bad", "told"), BAD)
def test_bad_settings_are_refused(bad: dict[str, object], told: str) -> None:
    with pytest.raises(InputError, match=told):
        LearningSpec(**bad)  # type: ignore[arg-type]


@pytest.mark.parametrize("missing", ["family", "deployed"])
def test_families_that_are_missing_are_named(missing: str) -> None:
    spec = LearningSpec(**{**QUICK, missing: "trainin"})
    with pytest.raises(InputError, match=f'{missing} must be a family of mazes, got "trainin".*training'):
        run_learning(story(), spec, seed=0)


@pytest.mark.parametrize("large", ["training", "deployment"])
def test_mazes_that_are_too_large_to_hold_are_refused(large: str) -> None:
    families = {"training": TRAINING, "deployment": DEPLOYMENT, large: MazeFamily(height=(501, 501))}
    with pytest.raises(InputError, match=r"(family|deployed) must have mazes of at most \d+ cells, as \d+ are held"):
        run_learning(story(families=families), LearningSpec(), seed=0)


@pytest.mark.slow
@pytest.mark.parametrize(
    "extreme",
    [
        {"learning_rate": Fraction(10**6), "temperature": Fraction(1, 10**6), "spread": Fraction(10**6)},
        {"learning_rate": Fraction(1, 10**150), "temperature": Fraction(10**6), "step_cost": Fraction(1, 10**150)},
        {"step_cost": Fraction(10**6), "spread": Fraction(0), "steps": 0},
        {"saliences": {"a": dict.fromkeys(NAMES, Fraction(1000))}, "learning_rate": Fraction(10**6)},
        {"saliences": {"a": dict.fromkeys(NAMES, Fraction(0))}},
    ],
)
def test_extremes_stay_numbers(extreme: dict[str, object]) -> None:
    maps = {"training": MazeFamily(maps=(read_map("SE"),)), "deployment": DEPLOYMENT, "other": TRAINING}
    for family in ("training", "other"):
        spec = LearningSpec(**{**QUICK, "runs": 2, "steps": 4, "family": family, **extreme})  # type: ignore[arg-type]
        (learned,) = run_learning(story(families=maps), spec, seed=0).settings.values()
        for array in (learned.ended, learned.loss, learned.trained, *learned.deployed.values()):
            assert np.isfinite(array).all()
