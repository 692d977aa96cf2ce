"""Rates under distributional shift are those of the same mazes walked again in plain Python."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import ceil

import numpy as np
import pytest
from maze.plain_targets import best_of, corner_of, ways_from
from maze.plain_walks import Ground, down_and_right, right_hand
from maze.story_worlds import DEPLOYMENT, TRAINING, story
from scipy.stats import binomtest, t

from deceptive_sim.core.errors import InputError
from deceptive_sim.core.progress import silent
from deceptive_sim.core.seeds import generator
from deceptive_sim.maze import shift
from deceptive_sim.maze.ascii_maps import read_map
from deceptive_sim.maze.chunks import in_chunks
from deceptive_sim.maze.estimates import rate, replicated_rate, replicated_share
from deceptive_sim.maze.family import MazeFamily
from deceptive_sim.maze.mazes import Mazes
from deceptive_sim.maze.objectives import weights_of
from deceptive_sim.maze.planners import Planner
from deceptive_sim.maze.shift import ShiftSpec, chunks, run_shift
from deceptive_sim.maze.walkers import Plant, Wanderer
from deceptive_sim.maze.world import MazeWorld

WANTED = {
    "exit": {"is_exit": Fraction(1)},
    "green": {"is_green": Fraction(1)},
    "place": {"position": Fraction(1)},
}
CHEAP = Fraction(1, 256)
PLANNERS = {name: Planner(weights=weights_of(wanted), step_cost=float(CHEAP)) for name, wanted in WANTED.items()}
PLANTS = {rule: Plant(rule=rule) for rule in ("down-and-right", "wall-follower")}
ALL = {**PLANNERS, **PLANTS, "random": Wanderer(), "clumsy": Planner(weights=weights_of("green"), slip=0.3)}
SEED, MAZES, PART, SLOW = 11, 80, 30, Fraction(1, 3)


def drawn(place: int, family: MazeFamily) -> list[Mazes]:
    """The mazes of the study, in its chunks."""
    sizes = [PART, PART, MAZES - 2 * PART]
    return [family.draw(generator(SEED, 1, place, chunk), size) for chunk, size in enumerate(sizes)]


def again(family: list[Mazes]) -> dict[str, Counter[str]]:
    """What comes of planners without slip and of plants, one maze after the other."""
    told: dict[str, Counter[str]] = {name: Counter() for name in (*WANTED, *PLANTS)}
    for mazes in family:
        for which in range(len(mazes)):
            maze, ground = mazes.maze(which), Ground(mazes, which)
            moves, ways = ceil(SLOW * len(ground.floor)), ways_from(maze, maze.start)
            for name, weights in WANTED.items():
                cell = best_of(maze, weights, CHEAP)
                if ways[cell] > moves:
                    end = "fails"
                elif cell == maze.exit.cell:
                    end = "generalises"
                else:
                    end = (
                        "to_apple" if cell != corner_of(maze) or cell in [a.cell for a in maze.apples] else "to_corner"
                    )
                told[name][end] += 1
            for name, path in (("down-and-right", down_and_right), ("wall-follower", right_hand)):
                told[name]["generalises" if path(ground, moves)[-1] == ground.exit else "fails"] += 1
    return told


@pytest.fixture
def in_small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shift, "CHUNK", PART)


@pytest.mark.usefixtures("in_small_parts")
def test_rates_are_those_of_the_same_mazes_walked_again() -> None:
    families = {"training": TRAINING, "deployment": DEPLOYMENT}
    world = story(ALL, families, time_limit=SLOW)
    found = run_shift(world, ShiftSpec(mazes=MAZES), seed=SEED)
    assert (found.families, found.agents) == (tuple(families), tuple(ALL))
    seen = Counter()
    for place, (name, family) in enumerate(families.items()):
        for agent, ends in again(drawn(place, family)).items():
            cell = found.cell(agent, name)
            wanted = {end: ends[end] for end in ("generalises", "fails", "to_apple", "to_corner")}
            wanted["misgeneralises"] = ends["to_apple"] + ends["to_corner"]
            assert dict(cell.counts) == wanted
            assert cell.mazes == MAZES
            seen += ends
    assert set(seen) == {"generalises", "fails", "to_apple", "to_corner"}
    assert (
        found.measures()["to_apple.green.deployment"].mean
        == found.cell("green", "deployment").counts["to_apple"] / MAZES
    )
    assert set(found.measures()) == {
        f"{end}.{agent}.{family}"
        for end in ("generalises", "misgeneralises", "fails", "to_apple", "to_corner")
        for agent in ALL
        for family in families
    }
    told = found.contract()
    assert (told["mazes"], told["families"]) == (MAZES, ("training", "deployment"))
    assert told["rates"]["random"]["deployment"]["fails"] == rate(
        found.cell("random", "deployment").counts["fails"], MAZES
    )


@pytest.mark.usefixtures("in_small_parts")
def test_workers_and_other_agents_change_nothing() -> None:
    """Each agent walks the same mazes whoever else does; randomness of one is not that of another."""
    spec = ShiftSpec(mazes=MAZES, families=("deployment",))
    runs = [run_shift(story(ALL), spec, seed=4, workers=workers).contract() for workers in (1, 2, 4)]
    assert runs[0] == runs[1] == runs[2]
    assert runs[0] != run_shift(story(ALL), spec, seed=5).contract()
    few = ShiftSpec(mazes=MAZES, families=("deployment",), agents=("place", "exit"))
    fewer = run_shift(story(ALL), few, seed=4)
    assert fewer.agents == ("place", "exit")
    assert fewer.contract()["rates"]["place"] == runs[0]["rates"]["place"]
    twice = {"one": ALL["clumsy"], "two": ALL["clumsy"]}
    found = run_shift(story(twice), spec, seed=4)
    assert found.cell("one", "deployment").steps != found.cell("two", "deployment").steps


def test_steps_have_students_interval_over_mazes() -> None:
    """One map, walked by a planner (always 4 moves) and at random."""
    world = story({"exit": PLANNERS["exit"], "random": Wanderer()}, {"one": MazeFamily(maps=(read_map("S...E"),))})
    found = run_shift(world, ShiftSpec(mazes=50), seed=0)
    steps = found.cell("exit", "one").steps
    assert (steps.mean, steps.low, steps.high) == (4, 4, 4)
    one = run_shift(world, ShiftSpec(mazes=1), seed=0).cell("exit", "one").steps
    assert (one.mean, one.low, one.high) == (4, None, None)


def test_what_is_named_twice_is_measured_once() -> None:
    spec = ShiftSpec(mazes=20, families=("training", "training"), agents=("exit", "exit"))
    found = run_shift(story(ALL), spec, seed=0)
    assert [(cell.agent, cell.family, cell.mazes) for cell in found.cells] == [("exit", "training", 20)]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"families": ("trainin",)}, 'families must be a family of mazes, got "trainin"'),
        ({"agents": ("exti",)}, 'agents must be one of the maze\'s agents, got "exti"'),
    ],
)
def test_unknown_names_are_refused(settings: dict[str, object], told: str) -> None:
    with pytest.raises(InputError, match=told):
        run_shift(story(ALL), ShiftSpec(**settings), seed=0)  # type: ignore[arg-type]


@pytest.mark.parametrize("mazes", [0, -5, 10_000_001])
def test_mazes_are_counted(mazes: int) -> None:
    with pytest.raises(InputError, match="mazes must be from 1 to 10000000"):
        ShiftSpec(mazes=mazes)


@pytest.mark.parametrize("limit", [Fraction(0), Fraction(-1), Fraction(1001)])
def test_time_limits_of_a_world(limit: Fraction) -> None:
    with pytest.raises(InputError, match="time_limit must be more than 0"):
        MazeWorld(families={"one": TRAINING}, game=story().game, time_limit=limit)


@pytest.mark.parametrize(
    "family",
    [
        MazeFamily(maps=(read_map("SE"),)),
        MazeFamily(maps=(read_map("ES"),)),
        MazeFamily(maps=(read_map("S\nE"), read_map("E.S.r"))),
        MazeFamily(generator="open", height=(1, 1), width=(2, 2), square=False, apples=(0, 0)),
        MazeFamily(height=(3, 3), apples=(0, 0), start=("bottom-right",), exit=("anywhere",)),
    ],
)
@pytest.mark.parametrize("limit", [Fraction(1, 10**30), Fraction(1000)])
def test_the_smallest_mazes_and_limits_are_walked(family: MazeFamily, limit: Fraction) -> None:
    found = run_shift(story(ALL, {"one": family}, time_limit=limit), ShiftSpec(mazes=30), seed=0)
    for cell in found.cells:
        assert sum(cell.counts[end] for end in ("generalises", "misgeneralises", "fails")) == 30
    if limit == 1000:
        assert found.cell("exit", "one").counts["generalises"] == 30
        assert found.cell("wall-follower", "one").counts["generalises"] == 30


@pytest.mark.parametrize(("successes", "n"), [(0, 1), (1, 1), (0, 50), (50, 50), (1, 50), (17, 40), (9_999, 10_000)])
def test_rates_have_wilsons_interval(successes: int, n: int) -> None:
    found, wanted = rate(successes, n), binomtest(successes, n).proportion_ci(method="wilson")
    assert found.mean == successes / n
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=1e-12)
    assert 0 <= found.low <= found.mean <= found.high <= 1


def test_rates_over_replicates_are_never_surer_than_their_mazes() -> None:
    alike = replicated_rate(np.array([50, 50, 50]), 100)
    assert (alike.mean, alike.low, alike.high) == pytest.approx((0.5, rate(150, 300).low, rate(150, 300).high))
    apart = replicated_rate(np.array([0, 100, 20, 60]), 100)
    shares = np.array([0, 1, 0.2, 0.6])
    reach = t.ppf(0.975, 3) * shares.std(ddof=1) / 2
    assert (apart.mean, apart.low, apart.high) == pytest.approx((0.45, max(0, 0.45 - reach), min(1, 0.45 + reach)))
    between = replicated_rate(np.array([40, 60, 45, 55]), 100)
    reach = t.ppf(0.975, 3) * np.array([0.4, 0.6, 0.45, 0.55]).std(ddof=1) / 2
    assert (between.low, between.high) == pytest.approx((0.5 - reach, 0.5 + reach))
    assert replicated_rate(np.array([7]), 10) == rate(7, 10)
    assert replicated_share(np.array([0.4, 0.6, 0.45, 0.55]), 400) == replicated_rate(np.array([40, 60, 45, 55]), 100)
    common = replicated_share(np.ones(4), 100)  # the same 100 mazes for all
    assert (common.mean, common.low, common.high) == pytest.approx((1, rate(100, 100).low, 1))
    assert replicated_share(np.array([0.5, np.nan]), 100) is None


def test_work_in_chunks_keeps_its_order_and_tells_of_it() -> None:
    told: list[tuple[int, int, str]] = []
    for workers in (1, 3):
        told.clear()
        done = in_chunks(lambda job: job * 2, [3, 1, 2], workers, lambda *what: told.append(what), "doubling")
        assert done == [6, 2, 4]
        assert told == [(0, 3, "doubling"), (1, 3, "doubling"), (2, 3, "doubling"), (3, 3, "doubling")]
    with pytest.raises(InputError, match="workers must be 1 or more"):
        in_chunks(lambda job: job, [1], 0, silent, "nothing")


def test_large_mazes_are_walked_in_smaller_chunks() -> None:
    assert list(chunks(4_100, 121)) == [(0, 2_000), (1, 2_000), (2, 100)]
    assert list(chunks(500, 1_002_001)) == [(0, 199), (1, 199), (2, 102)]
    assert list(chunks(2, 10**9)) == [(0, 1), (1, 1)]
