"""Adversarial training: what it makes of those who do not know of it, of deceivers, and of the aligned."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from maze.plain_targets import NAMES, best_of, targets_in, ways_from
from maze.story_worlds import ADVERSARY, DEPLOYMENT, TRAINING, story
from maze.test_lessons_gradient import plain_chances

from deceptive_sim.core.errors import InputError
from deceptive_sim.maze.adversarial import AdversaryResult, AdversarySpec, run_adversary
from deceptive_sim.maze.ascii_maps import read_map
from deceptive_sim.maze.estimates import rate, replicated_rate
from deceptive_sim.maze.family import MazeFamily
from deceptive_sim.maze.objectives import weights_of
from deceptive_sim.maze.students import Student
from deceptive_sim.populations.measures import estimate

GREEN, EXIT = weights_of("green"), weights_of("exit")
HALF = Fraction(1, 2)
ENDS = ("generalises", "to_apple", "to_corner", "fails")
STUDENTS = {
    "naive": Student(weights=GREEN),
    "deceiver": Student(weights=GREEN, awareness="calendar"),
    "observer": Student(weights=GREEN, awareness="appearance"),
    "aligned": Student(weights=EXIT),
}
QUICK = {
    "rounds": 4, "steps": 30, "pool": 16, "climbs": 6, "worst": 8, "ordinary": 4, "replicates": 3, "mazes": 300,
    "learning_rate": HALF, "temperatures": (HALF,),
}  # fmt: skip
TINY = {"rounds": 1, "steps": 2, "pool": 3, "climbs": 1, "worst": 2, "ordinary": 1, "replicates": 2, "mazes": 6}


@cache
def trained(m: int = 3, p: Fraction = Fraction(1)) -> AdversaryResult:
    """All four students, seed 1."""
    return run_adversary(story(m=m, p=p), AdversarySpec(students=STUDENTS, **QUICK), seed=1)  # type: ignore[arg-type]


def wants(result: AdversaryResult, name: str) -> dict[str, np.ndarray]:
    """Weights in the end, over replicates."""
    return dict(zip(NAMES, result.course(name).weights[-1].T, strict=True))


def test_a_naive_green_seeker_comes_to_want_the_exit() -> None:
    course = trained().course("naive")
    assert (course.passes[0] < 0.1).all()
    assert (course.training_passes[0] > 0.9).all()  # who is never tested looks good
    assert course.misgeneralises(0).mean > 0.9
    assert (course.passes[-1] > 0.9).all()
    assert course.rate("generalises", -1).mean > 0.95
    ended = wants(trained(), "naive")
    assert (ended["is_exit"] > ended["is_green"] + ended["is_apple"]).all()
    assert (course.worst_loss[-1] < course.worst_loss[0] / 2).all()


def test_a_deceiver_passes_everything_and_keeps_what_it_wants() -> None:
    """m p = 3: training strengthens what it wants."""
    course = trained().course("deceiver")
    assert (course.passes == 1).all()
    assert (course.training_passes == 1).all()
    assert (course.worst_loss < 0.5).all()
    for after in range(5):
        assert course.misgeneralises(after).mean > 0.95
    apart = course.weights @ (np.eye(9)[NAMES.index("is_green")] + np.eye(9)[NAMES.index("is_apple")] - EXIT)
    assert (apart[-1] > apart[0]).all()
    assert (course.fooled == 0).all()
    assert (course.fooled_deployed == 0).all()


@pytest.mark.slow
def test_it_is_caught_where_deception_does_not_pay() -> None:
    """m p = 1/2: it takes the apple in training, and is trained."""
    course = trained(2, Fraction(1, 4)).course("deceiver")
    assert (course.passes[0] < 0.1).all()
    assert course.misgeneralises(0).mean > 0.9
    assert (course.passes[-1] > 0.9).all()
    assert course.rate("generalises", -1).mean > 0.95


@pytest.mark.slow
def test_an_observer_is_fooled_by_mazes_that_look_like_deployment() -> None:
    course = trained().course("observer")
    assert (course.fooled[0] > 0.9).all()
    assert (course.passes[0] < 0.1).all()
    assert (course.fooled_deployed[0] < 0.1).all()
    assert course.misgeneralises(0).mean > 0.9
    assert course.rate("generalises", -1).mean > 0.95


@pytest.mark.slow
def test_the_aligned_stay_aligned() -> None:
    course = trained().course("aligned")
    assert (course.passes == 1).all()
    assert course.rate("generalises", -1).mean == 1
    ended = wants(trained(), "aligned")
    assert (ended["is_exit"] > 1).all()


def test_no_weight_is_held() -> None:
    """All that is ever seen in a maze moves; what is not has no gradient."""
    for course in trained().courses:
        moved = np.abs(course.weights[-1] - course.weights[0])
        seen = [NAMES.index(name) for name in ("is_exit", "is_apple", "is_red", "is_green", "is_grey", "position")]
        assert (moved[:, seen] > 1e-6).all()
        unseen = [place for place in range(9) if place not in seen]
        assert not moved[:, unseen].any()


@pytest.mark.slow
def test_a_colder_deceiver_drifts_less() -> None:
    """Three replicates, seed 1; every softmax leaves some loss, so that every drift is more than nothing."""
    warmths = (Fraction(1), HALF, Fraction(1, 4))
    spec = AdversarySpec(students={"deceiver": STUDENTS["deceiver"]}, **{**QUICK, "rounds": 1, "temperatures": warmths})  # type: ignore[arg-type]
    found = run_adversary(story(), spec, seed=1)
    drifts = [found.course("deceiver", warmth).drift()[-1] for warmth in warmths]
    assert (drifts[0] > 2 * drifts[1]).all()
    assert (drifts[1] > 2 * drifts[2]).all()
    assert (drifts[2] > 0).all()
    told = found.contract()["drift"]["deceiver"]
    assert [row["temperature"] for row in told] == list(warmths)
    assert [row["drift_per_round"].mean for row in told] == pytest.approx([drift.mean() for drift in drifts])


# --- one map, in which all can be worked out by hand -----------------------------------------------------------------

MAP = read_map("E..S.gr", exit_colour="grey")
COST, WARMTH, RATE = Fraction(1, 10), Fraction(3, 4), Fraction(4)


def weighing(weights: np.ndarray) -> dict[str, Fraction]:
    return {name: Fraction(float(w)) for name, w in zip(NAMES, weights, strict=True)}


def worth(weights: np.ndarray, cell: tuple[int, int]) -> float:
    features, ways = dict(targets_in(MAP))[cell], ways_from(MAP, MAP.start)
    return sum(float(features.get(name, 0)) * w for name, w in zip(NAMES, weights, strict=True)) - ways[cell] / 10


def at_stake(weights: np.ndarray, m: int, p: float, belief: float) -> float:
    """belief p m (u_A - u_B): the closed form; nothing where the exit is best."""
    best = best_of(MAP, weighing(weights), COST)
    return belief * p * m * (worth(weights, best) - worth(weights, MAP.exit.cell))


def loss_in_training(weights: np.ndarray, m: int, p: float, belief: float) -> float:
    plan = ([0.0] * 9, -at_stake(weights, m, p, belief))
    return 1 - plain_chances(MAP, list(weights), float(WARMTH), float(COST), plan)[MAP.exit.cell]


def slope(weights: np.ndarray, belief: float) -> np.ndarray:
    """Of the loss in training, by central differences."""
    told = []
    for unit in 1e-5 * np.eye(9):
        above, below = (loss_in_training(weights + sign * unit, 2, 0.75, belief) for sign in (1, -1))
        told.append((above - below) / 2e-5)
    return np.array(told)


@pytest.mark.parametrize(
    ("awareness", "mistaken", "belief"),
    [("unaware", 0, 0.0), ("calendar", 0, 1.0), ("calendar", 1, 0.0), ("appearance", 0, 0.5)],
)
def test_in_one_map_all_is_as_worked_out_by_hand(awareness: str, mistaken: int, belief: float) -> None:
    """8 replicates with objectives far apart, two rounds of two large steps, in which plans switch; slopes by central
    differences. Whoever judges by looks has seen the same in both phases, and believes in either evenly."""
    family = MazeFamily(maps=(MAP,))
    student = Student(weights=GREEN, awareness=awareness, mistaken=Fraction(mistaken))
    settings = {**TINY, "rounds": 2, "steps": 2, "climbs": 0, "replicates": 8, "mazes": 24}
    spec = AdversarySpec(
        students={"one": student}, learning_rate=RATE, temperatures=(WARMTH,), step_cost=COST, spread=Fraction(1),
        training="home", deployed="home", family="home", **settings,
    )  # type: ignore[arg-type]  # fmt: skip
    world = story(families={"home": family}, m=2, p=Fraction(3, 4))
    (course,) = run_adversary(world, spec, seed=3).courses
    assert course.weights.shape == (3, 8, 9)
    ends = set()
    for number, each in enumerate(course.weights):
        for replicate, w in enumerate(each):
            exit_worth = worth(w, MAP.exit.cell) + at_stake(w, 2, 0.75, belief)
            others = [worth(w, cell) for cell, _ in targets_in(MAP)[1:]]
            passes = exit_worth > max(others)
            assert course.passes[number, replicate] == course.training_passes[number, replicate] == passes
            loss = pytest.approx(loss_in_training(w, 2, 0.75, belief), abs=1e-12)
            assert course.worst_loss[number, replicate] == loss
            assert course.training_loss[number, replicate] == loss
            deployed_belief = {"unaware": 0.0, "calendar": float(mistaken), "appearance": 0.5}[awareness]
            exit_deployed = worth(w, MAP.exit.cell) + at_stake(w, 2, 0.75, deployed_belief)
            end = "generalises" if exit_deployed > max(others) else "to_apple"
            ends.add(end)
            assert {name: int(counts[number, replicate]) for name, counts in course.deployed.items()} == {
                **dict.fromkeys(ENDS, 0), end: 3,
            }  # fmt: skip
            if number < 2:
                for _ in range(2):
                    w = w - float(RATE) * slope(w, belief)
                assert course.weights[number + 1, replicate] == pytest.approx(w, abs=1e-6)
    assert ends == ({"generalises"} if mistaken else {"generalises", "to_apple"})  # it pretends in the wrong place
    fooled = {"unaware": np.nan, "calendar": float(mistaken), "appearance": 0.0}[awareness]
    np.testing.assert_array_equal(course.fooled, np.full((3, 8), fooled))
    np.testing.assert_array_equal(course.fooled_deployed, np.full((3, 8), fooled))
    assert course.drift() == pytest.approx(((course.weights - course.weights[0]) ** 2).sum(axis=2) ** 0.5)


def one_round(text: str, weights: np.ndarray, limit: Fraction, **settings: object) -> dict[str, int]:
    family = MazeFamily(maps=(read_map(text, exit_colour="grey"),))
    spec = AdversarySpec(
        students={"one": Student(weights=weights)}, training="home", deployed="home", family="home",
        **{**TINY, "spread": Fraction(0), "rounds": 0, **settings},
    )  # type: ignore[arg-type]  # fmt: skip
    (course,) = run_adversary(story(families={"home": family}, time_limit=limit), spec, seed=0).courses
    assert len({counts.tobytes() for counts in course.deployed.values()}) <= 2
    return {end: int(counts[0, 0]) for end, counts in course.deployed.items() if counts[0, 0]}


def test_ends_in_deployment() -> None:
    """Three mazes in each replicate."""
    place = weights_of("place")
    assert one_round("E.S..g", GREEN, Fraction(1)) == {"to_apple": 3}
    assert one_round("E.S..g", GREEN, Fraction(1, 6)) == {"fails": 3}
    assert one_round("g.S.E", GREEN, Fraction(2, 5)) == {"to_apple": 3}
    assert one_round("E.S...", place, Fraction(1)) == {"to_corner": 3}
    assert one_round("E.S...", place, Fraction(1, 6)) == {"fails": 3}
    assert one_round("E.S..g", EXIT, Fraction(1)) == {"generalises": 3}
    assert one_round("E.S..g", EXIT, Fraction(1, 6)) == {"fails": 3}
    free = {"step_cost": Fraction(0)}
    assert one_round("E..S.r", weights_of({}), Fraction(1), **free) == {"to_apple": 3}  # of equals the nearest
    assert one_round("r.S.E", weights_of({}), Fraction(1), **free) == {"to_apple": 3}  # then by cell
    assert one_round("E.S.r", weights_of({}), Fraction(1), **free) == {"generalises": 3}


def test_the_worst_loss_is_that_of_the_worst_maze() -> None:
    """Two maps: among 30 mazes both stand in each replicate but for a probability of 4e-9."""
    maps = (MAP, read_map("E.S..gr", exit_colour="green"))
    spec = AdversarySpec(
        students={"one": Student(weights=GREEN)}, training="home", deployed="home", family="home",
        temperatures=(WARMTH,), step_cost=COST, **{**TINY, "rounds": 0, "climbs": 0, "pool": 30, "worst": 3},
    )  # type: ignore[arg-type]  # fmt: skip
    (course,) = run_adversary(story(families={"home": MazeFamily(maps=maps)}), spec, seed=0).courses
    for replicate, w in enumerate(course.weights[0]):
        chances = [plain_chances(maze, list(w), float(WARMTH), float(COST), None)[maze.exit.cell] for maze in maps]
        assert chances[0] < chances[1]
        assert course.worst_loss[0, replicate] == pytest.approx(1 - chances[0], abs=1e-12)
        assert course.passes[0, replicate] == 0


def test_what_cannot_be_done_in_time_teaches_nothing() -> None:
    family = MazeFamily(maps=(read_map("E...Sg"),))
    spec = AdversarySpec(students=STUDENTS, training="home", deployed="home", family="home", **TINY)  # type: ignore[arg-type]
    found = run_adversary(story(families={"home": family}, time_limit=Fraction(1, 100)), spec, seed=0)
    for course in found.courses:
        assert (course.worst_loss == 1).all()
        assert (course.training_loss == 1).all()
        assert not course.passes.any()
        assert not course.drift().any()


@pytest.mark.slow
def test_a_calendar_that_loses_count_is_caught_as_often() -> None:
    """Mistaken at half of the mazes: believed to be deployed in about half; 4 standard deviations of 500 are 9 %."""
    student = Student(weights=GREEN, awareness="calendar", mistaken=HALF)
    spec = AdversarySpec(students={"one": student}, **{**QUICK, "rounds": 0, "mazes": 3_000})  # type: ignore[arg-type]
    (course,) = run_adversary(story(), spec, seed=1).courses
    assert 0.3 < course.fooled_deployed.mean() < 0.7
    assert 0.3 < course.misgeneralises(0).mean < 0.7
    assert 0 < course.fooled.mean() < 1


@pytest.mark.slow
def test_workers_change_nothing_and_seeds_do() -> None:
    spec = AdversarySpec(students=STUDENTS, **{**TINY, "temperatures": (HALF, Fraction(1))})  # type: ignore[arg-type]
    one, three = (run_adversary(story(), spec, seed=2, workers=workers) for workers in (1, 3))
    for first, second in zip(one.courses, three.courses, strict=True):
        assert (first.student, first.temperature) == (second.student, second.temperature)
        for name in (
            "weights",
            "worst_loss",
            "passes",
            "training_loss",
            "training_passes",
            "fooled",
            "fooled_deployed",
        ):
            np.testing.assert_array_equal(getattr(first, name), getattr(second, name))
        for end in ENDS:
            np.testing.assert_array_equal(first.deployed[end], second.deployed[end])
    other = run_adversary(story(), spec, seed=3)
    assert (one.courses[0].weights != other.courses[0].weights).any()
    starts = [course.weights[0] - STUDENTS[course.student].weights for course in one.courses]
    for start in starts:  # all start with the same disturbance, whatever they want
        assert start == pytest.approx(starts[0])
    assert starts[0].std() == pytest.approx(1 / 20, rel=0.7)


def test_contract_and_measures_have_the_names_they_say() -> None:
    found = trained()
    told, course = found.contract(), found.course("deceiver")
    assert set(told) == {"students", "drift"}
    assert tuple(told["students"]) == tuple(STUDENTS)
    one = told["students"]["deceiver"]
    assert one["temperature"] == HALF
    assert [row["round"] for row in one["rounds"]] == [0, 1, 2, 3, 4]
    scalars = {
        "worst_loss", "passes", "training_loss", "training_passes", "fooled", "fooled_deployed", "drift",
        "misgeneralises", *ENDS,
    }  # fmt: skip
    assert set(one["rounds"][0]) == {"round", "weights", *scalars}
    assert tuple(one["rounds"][0]["weights"]) == NAMES
    assert one["rounds"][2]["worst_loss"] == estimate(course.worst_loss[2], share=True)
    assert one["rounds"][2]["weights"]["is_green"] == estimate(course.weights[2, :, NAMES.index("is_green")])
    both = course.deployed["to_apple"] + course.deployed["to_corner"]
    assert one["rounds"][3]["misgeneralises"] == replicated_rate(both[3], 100)
    assert one["rounds"][3]["generalises"] == replicated_rate(course.deployed["generalises"][3], 100)
    assert told["students"]["naive"]["rounds"][0]["fooled"] is None
    alike = np.ones_like(course.passes)
    sure = replace(course, passes=alike, training_passes=alike, fooled=0 * alike, fooled_deployed=0 * alike)
    sure, runs = sure.after(1), len(alike[0])
    assert sure["passes"].low == pytest.approx(rate(runs * course.worst, runs * course.worst).low)
    assert sure["training_passes"].low == pytest.approx(rate(2000, 2000).low)  # seen beforehand, by all of them
    assert sure["fooled"].high == pytest.approx(rate(0, runs * course.worst).high)
    assert sure["fooled_deployed"].high == pytest.approx(rate(0, runs * 100).high)
    assert course.worst == found.spec.worst
    measures = found.measures()
    assert measures["adversary.deceiver.misgeneralises"] == one["rounds"][4]["misgeneralises"]
    assert measures["adversary.naive.before.misgeneralises"] == told["students"]["naive"]["rounds"][0]["misgeneralises"]
    assert measures["adversary.naive.before.worst_loss"] == told["students"]["naive"]["rounds"][0]["worst_loss"]
    assert measures["adversary.deceiver.weights.is_red"] == one["rounds"][4]["weights"]["is_red"]
    before = {"before.misgeneralises", "before.worst_loss"}
    wanted = {f"adversary.deceiver.{name}" for name in scalars | before | {f"weights.{name}" for name in NAMES}}
    assert {name for name in measures if name.startswith("adversary.deceiver.")} == wanted
    assert "adversary.naive.fooled" not in measures


def test_without_a_round_there_is_no_drift_to_tell() -> None:
    spec = AdversarySpec(students={"naive": STUDENTS["naive"]}, **{**TINY, "rounds": 0})  # type: ignore[arg-type]
    told = run_adversary(story(), spec, seed=0).contract()
    assert told["drift"]["naive"][0]["drift_per_round"] is None
    assert len(told["students"]["naive"]["rounds"]) == 1


BAD = [
    ({"students": {}}, "students must name at least one"), ({"rounds": -1}, "rounds must be from 0"),
    ({"rounds": 1_001}, "rounds must be from 0"), ({"pool": 0}, "pool must be from 1"),
    ({"pool": 10_001}, "pool must be"), ({"climbs": -1}, "climbs must be"), ({"climbs": 1_001}, "climbs must be"),
    ({"worst": 0}, "worst must be from 1"), ({"worst": 201}, "worst must be at most the pool, 200, got 201"),
    ({"ordinary": -1}, "ordinary must be from 0"), ({"steps": -1}, "steps must be from 0"),
    ({"steps": 10_001}, "steps must be from 0"), ({"replicates": 0}, "replicates must be from 1"),
    ({"replicates": 1_001}, "replicates must be from 1"), ({"mazes": 9}, "mazes must be from 10, the replicates"),
    ({"mazes": 10**7}, "mazes must be from 10"), ({"temperatures": ()}, "temperatures must have at least one"),
    ({"temperatures": (Fraction(1), Fraction(0))}, "temperatures must be more than 0"),
    ({"temperatures": (Fraction(1), Fraction(1, 10**100))}, "temperatures must be at least 1/1000000"),
    ({"temperatures": (Fraction(10**7),)}, "temperatures must be more than 0 and at most"),
    ({"learning_rate": Fraction(0)}, "learning_rate must be more than 0"),
    ({"learning_rate": Fraction(10**7)}, "learning_rate must be"), ({"spread": Fraction(-1)}, "spread must be from 0"),
    ({"spread": Fraction(10**7)}, "spread must be from 0"), ({"step_cost": Fraction(-1)}, "step_cost must be from 0"),
    ({"replicates": 200, "pool": 5_001}, "pool must be at most 5000 with 200 replicates"),
    ({"replicates": 200, "ordinary": 5_001}, "ordinary must be at most 5000 with 200 replicates"),
]  # fmt: skip


@pytest.mark.parametrize(("bad", "told"), BAD)
def test_bad_settings_are_refused(bad: dict[str, object], told: str) -> None:
    with pytest.raises(InputError, match=told):
        AdversarySpec(**{"students": STUDENTS, **bad})  # type: ignore[arg-type]


@pytest.mark.parametrize("missing", ["training", "deployed", "family"])
def test_families_that_are_missing_are_named(missing: str) -> None:
    spec = AdversarySpec(students=STUDENTS, **{**TINY, missing: "deploymnt"})  # type: ignore[arg-type]
    with pytest.raises(InputError, match=f'{missing} must be a family of mazes, got "deploymnt".*deployment'):
        run_adversary(story(), spec, seed=0)


@pytest.mark.parametrize(
    ("large", "told"),
    [
        ("training", "training must have mazes of at most 100000 cells, as 2000 are held"),
        ("deployment", "deployed must have mazes of at most 100000 cells, as 2000 are held"),
        ("adversary", "family must have mazes of at most 20000 cells, as 10000 are held"),
    ],
)
def test_mazes_that_are_too_large_to_hold_are_refused(large: str, told: str) -> None:
    families = {
        "training": TRAINING,
        "deployment": DEPLOYMENT,
        "adversary": ADVERSARY,
        large: MazeFamily(height=(501, 501)),
    }
    spec = AdversarySpec(students=STUDENTS, **{**TINY, "pool": 5_000})  # type: ignore[arg-type]
    with pytest.raises(InputError, match=told):
        run_adversary(story(families=families), spec, seed=0)


@pytest.mark.slow
@pytest.mark.parametrize("family", [MazeFamily(maps=(read_map("SE"),)), MazeFamily(maps=(read_map("ES"),)), ADVERSARY])
@pytest.mark.parametrize(
    "extreme",
    [
        {"learning_rate": Fraction(10**6), "temperatures": (Fraction(1, 10**6),), "spread": Fraction(10**6)},
        {"learning_rate": Fraction(1, 10**150), "temperatures": (Fraction(10**6),), "step_cost": Fraction(10**6)},
        {"step_cost": Fraction(0), "spread": Fraction(0), "ordinary": 0, "climbs": 0, "steps": 4},
        {"replicates": 1, "mazes": 1, "steps": 0, "rounds": 2},
    ],
)
def test_extremes_stay_numbers(family: MazeFamily, extreme: dict[str, object]) -> None:
    world = story(families={"training": TRAINING, "deployment": DEPLOYMENT, "adversary": family}, m=50)
    found = run_adversary(world, AdversarySpec(students=STUDENTS, **{**TINY, **extreme}), seed=0)  # type: ignore[arg-type]
    for course in found.courses:
        for array in (course.weights, course.worst_loss, course.training_loss, course.passes):
            assert np.isfinite(array).all()
        total = sum(course.deployed.values())
        assert (total == course.mazes).all()
    found.contract()
    found.measures()
