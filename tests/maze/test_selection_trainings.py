"""What candidates score in trainings, against walkers in plain Python and networkx on the same mazes; who is chosen."""

from dataclasses import replace
from fractions import Fraction

import networkx as nx
import numpy as np
import pytest
from plain_mazes import ALARM
from plain_walks import Ground, down_and_right, graph_of, right_hand
from scipy.stats import binom

from deceptive_sim.core.errors import InputError
from deceptive_sim.core.seeds import generator
from deceptive_sim.games.two_phase import two_phase
from deceptive_sim.maze.capacity import capacity
from deceptive_sim.maze.family import MazeFamily
from deceptive_sim.maze.mazes import Mazes
from deceptive_sim.maze.selection import CANDIDATES, SelectionResult, SelectionSpec, run_selection
from deceptive_sim.maze.world import MazeWorld

SEED = 5
SPEC = SelectionSpec(
    sizes=(5, 9), diversities=(1, 4, 60), costs=(Fraction(0), Fraction(1, 1000)), replicates=3, plays=5, fresh=80,
    step_cost=Fraction(1, 3), rule_bits=7,
)  # fmt: skip
TIME = Fraction(4, 5)


def world(**family: object) -> MazeWorld:
    return MazeWorld(families={"training": MazeFamily(**family)}, game=two_phase(), time_limit=TIME)


@pytest.fixture(scope="module")
def result() -> SelectionResult:
    return run_selection(world(), SPEC, seed=SEED)


def drawn(size: int, replicate: int, which: int, n: int) -> Mazes:
    return MazeFamily(height=(size, size)).draw(generator(SEED, 3, size, replicate, which), n)


def limit(mazes: Mazes, which: int) -> int:
    floor = int((mazes.blocked[which] == 0).sum())
    return -(-4 * floor // 5)


def steps(name: str, mazes: Mazes, which: int) -> int | None:
    """Moves to the exit, None if time is up; by walkers that share no code with the package."""
    if name == "planner":
        made = nx.shortest_path_length(graph_of(mazes, which), int(mazes.starts[which]), int(mazes.things[which, 0]))
        return made if made <= limit(mazes, which) else None
    path = {"down-and-right": down_and_right, "wall-follower": right_hand}[name](
        Ground(mazes, which), limit(mazes, which)
    )
    return len(path) - 1 if path[-1] == Ground(mazes, which).exit else None


def worth(name: str, mazes: Mazes, n: int) -> Fraction:
    total = Fraction(0)
    for which in range(n):
        made = steps(name, mazes, which)
        total += 0 if made is None else 1 - Fraction(made, 3 * limit(mazes, which))
    return total / n


@pytest.mark.parametrize("name", ["planner", "down-and-right", "wall-follower"])
def test_scores_without_chance_are_exact(result: SelectionResult, name: str) -> None:
    at, short = CANDIDATES.index(name), 0
    for s, size in enumerate(SPEC.sizes):
        for replicate in range(SPEC.replicates):
            trained, others = drawn(size, replicate, 0, 60), drawn(size, replicate, 1, 80)
            fresh = worth(name, others, 80)
            for d, many in enumerate(SPEC.diversities):
                assert result.scores[s, d, at, replicate] == worth(name, trained, many)
                assert result.fresh[s, d, at, replicate] == fresh
                short += result.scores[s, d, at, replicate] < Fraction(2, 3)
    assert short or name == "planner"


def test_memorisers_score_as_planners_where_they_were_trained_and_fail_elsewhere(result: SelectionResult) -> None:
    memoriser, planner = CANDIDATES.index("memoriser"), CANDIDATES.index("planner")
    assert (result.scores[:, :, memoriser] == result.scores[:, :, planner]).all()
    assert result.estimate("fresh", 9, 60, "memoriser").mean < 0.2
    assert result.estimate("gap", 9, 60, "memoriser").mean > 0.5
    assert abs(result.estimate("gap", 9, 60, "planner").mean) < 0.1
    few, many = (result.estimate("fresh", 5, diversity, "memoriser").mean for diversity in (1, 60))
    assert many > few + 0.2


def test_where_all_replicates_are_alike_scores_are_as_sure_as_their_mazes(result: SelectionResult) -> None:
    """Wilson's interval of n of n: from n / (n + 3.84) on."""
    alike = replace(result, scores=np.full_like(result.scores, Fraction(1)), fresh=np.full_like(result.fresh, 1))
    for of, mazes in (("score", 60 * SPEC.replicates), ("fresh", SPEC.fresh * SPEC.replicates)):
        found = alike.estimate(of, 9, 60, "planner")
        assert (found.mean, found.low, found.high) == pytest.approx((1, mazes / (mazes + 1.959964**2), 1))
    assert result.estimate("score", 5, 1, "unvisited").low < result.estimate("score", 5, 1, "unvisited").mean


def test_capacities_grow_with_mazes_or_with_size(result: SelectionResult) -> None:
    for s, size in enumerate(SPEC.sizes):
        for replicate in range(SPEC.replicates):
            trained = drawn(size, replicate, 0, 60)
            for d, many in enumerate(SPEC.diversities):
                known = {trained.blocked[which].tobytes(): which for which in range(many)}
                assert result.different[s, d, replicate] == len(known)
                moves = 0
                for which in known.values():
                    ends = int(trained.starts[which]), int(trained.things[which, 0])
                    moves += min(nx.shortest_path_length(graph_of(trained, which), *ends), limit(trained, which))
                most = max(limit(trained, which) for which in range(many))
                for c, name in enumerate(CANDIDATES):
                    expected = capacity(name, cells=size * size, limit=most, rule_bits=7, mazes=len(known), moves=moves)
                    assert result.bits[s, d, c, replicate] == expected
    assert (result.different[0, 2] < 60).all()


def test_the_last_move_in_time_counts() -> None:
    """Four rooms in a tree: 7 floor cells, 4 moves from corner to corner, and as many allowed, or one less."""
    for moves, expected in ((4, 1), (3, 0)):
        tight = MazeWorld(families={"training": MazeFamily()}, game=two_phase(), time_limit=Fraction(moves, 7))
        spec = SelectionSpec(sizes=(3,), diversities=(4,), replicates=2, fresh=9, candidates=("memoriser", "planner"))
        told = run_selection(tight, spec, seed=1)
        assert set(told.scores.ravel()) == {expected}
        assert set(told.fresh[:, :, 1].ravel()) == {expected}


def test_counters_are_as_large_as_the_longest_limit_needs() -> None:
    """With loops the floor differs from maze to maze, and with it the limit."""
    spec = SelectionSpec(sizes=(7,), diversities=(30,), replicates=6, fresh=1, rule_bits=0, candidates=("unvisited",))
    told = run_selection(world(loops=Fraction(1, 2)), spec, seed=SEED)
    for replicate in range(6):
        trained = MazeFamily(height=(7, 7), loops=Fraction(1, 2)).draw(generator(SEED, 3, 7, replicate, 0), 30)
        most, least = (function(limit(trained, which) for which in range(30)) for function in (max, min))
        assert least < 31 - 1 <= most  # so that the bits of the shortest would not do
        assert told.bits[0, 0, 0, replicate] == 49 * (most + 1).bit_length()


@pytest.mark.parametrize("name", ["unvisited", "random"])
def test_scores_with_chance_are_of_plays(name: str) -> None:
    """Open ground of 2 x 2 cells, start and exit in opposite corners, 4 moves: `unvisited` always arrives, `random`
    with a probability known exactly. 100,000 fresh mazes, 1,000 plays of one; two-sided binomial bounds, false-alarm
    rate 1e-6 each."""
    field = MazeFamily(generator="open", apples=(0, 0))
    lane = MazeWorld(families={"training": field}, game=two_phase(), time_limit=Fraction(1))
    spec = SelectionSpec(sizes=(2,), diversities=(1,), replicates=1, plays=1_000, fresh=100_000, candidates=(name,))
    told = run_selection(lane, spec, seed=1)
    probability = chance_of_corner(4) if name == "random" else 1.0
    for score, n in ((told.fresh[0, 0, 0, 0], 100_000), (told.scores[0, 0, 0, 0], 1_000)):
        taken = score * n
        assert taken.denominator == 1
        assert binom.ppf(ALARM / 2, n, probability) <= taken <= binom.isf(ALARM / 2, n, probability)


def chance_of_corner(moves: int) -> float:
    """That a random walk on 2 x 2 cells, bumping half of the time, is in the opposite corner within so many moves."""
    start, middle, there = 1.0, 0.0, 0.0
    for _ in range(moves):
        start, middle, there = start / 2 + middle / 4, start / 2 + middle / 2, there + middle / 4
    return there


def test_workers_change_nothing(result: SelectionResult) -> None:
    again = run_selection(world(), SPEC, seed=SEED, workers=3)
    for name in ("scores", "fresh", "bits", "different"):
        np.testing.assert_array_equal(getattr(again, name), getattr(result, name))
    other = run_selection(world(), SPEC, seed=SEED + 1)
    assert (other.scores != result.scores).any()


def test_the_base_optimiser_chooses_the_highest_value(result: SelectionResult) -> None:
    for size in SPEC.sizes:
        for many in SPEC.diversities:
            at = SPEC.sizes.index(size), SPEC.diversities.index(many)
            for cost in SPEC.costs:
                votes = []
                for replicate in range(SPEC.replicates):
                    values = [
                        (cost * int(result.bits[at][c, replicate]) - result.scores[at][c, replicate],
                         int(result.bits[at][c, replicate]), c)
                        for c in range(len(CANDIDATES))
                    ]  # fmt: skip
                    votes.append(CANDIDATES[min(values)[2]])
                told = result.chosen(size, many, cost)
                assert {name: told[name].mean for name in CANDIDATES} == {
                    name: votes.count(name) / len(votes) for name in CANDIDATES
                }
                means = [
                    (cost * int(result.bits[at][c].sum()) - sum(result.scores[at][c]), int(result.bits[at][c].sum()), c)
                    for c in range(len(CANDIDATES))
                ]
                assert result.winner(size, many, cost) == CANDIDATES[min(means)[2]]


def test_names_of_measures_and_labels(result: SelectionResult) -> None:
    measures = result.measures()
    assert len(measures) == 2 * 3 * 6 * (4 + 2)
    assert measures["score.planner.9.60"].mean == pytest.approx(float(np.mean(result.scores[1, 2, 4])))
    assert measures["bits.memoriser.5.4"].mean == pytest.approx(float(np.mean(result.bits[0, 1, 0])))
    assert measures["chosen.planner.9.60.1/1000"] == result.chosen(9, 60, Fraction(1, 1000))["planner"]
    data = result.dataset()
    mean = float(data.score.sel(size=9, diversity=60, candidate="planner").mean())
    assert mean == pytest.approx(measures["score.planner.9.60"].mean, rel=1e-12)
    assert data.winner.sel(size=9, diversity=60, cost=0).item() == result.winner(9, 60, Fraction(0))
    told = result.contract()["trainings"][5]
    assert (told["size"], told["mazes"]) == (9, 60)
    assert [one["winner"] for one in told["winners"]] == [one.winner for one in result.envelope(9, 60)]


# --- the story -------------------------------------------------------------------------------------------------------


def test_diversity_produces_optimisers_and_capacity_costs_plants() -> None:
    """By shares of 8 trainings; what has to hold is far from chance: scores differ by tens of standard errors."""
    spec = SelectionSpec(sizes=(9,), diversities=(2, 256), replicates=8, fresh=50)
    told = run_selection(world(), spec, seed=2)
    assert told.optimisers(9, 2) is None
    assert told.envelope(9, 2)[0].winner == "memoriser"
    window = told.optimisers(9, 256)
    assert window is not None
    assert window.first == 0
    assert window.end is not None
    assert Fraction(1, 10_000) < window.end < Fraction(1, 1_000)
    assert told.chosen(9, 256, Fraction(1, 10_000))["planner"].mean == 1
    assert told.chosen(9, 2, Fraction(1, 10_000))["planner"].mean == 0
    dear = [reign.winner for reign in told.envelope(9, 256)]
    assert dear[0] == "planner"
    assert dear[-1] == "random"
    assert set(dear[1:-1]) <= {"down-and-right", "wall-follower"}


def test_where_mazes_are_simple_plants_are_enough() -> None:
    """On open ground down and right is as good as a plan and smaller: no planner at any cost, however many mazes."""
    spec = SelectionSpec(sizes=(9,), diversities=(1, 64), replicates=2, fresh=20)
    told = run_selection(world(generator="open"), spec, seed=2)
    for many in (1, 64):
        assert told.optimisers(9, many) is None
        assert told.envelope(9, many)[0].winner == "down-and-right"


# --- what cannot be --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("sizes", (), "sizes must be from 1 to 200 of them, got 0"),
        ("sizes", (9, 9), "sizes must all be different"),
        ("sizes", (0,), "sizes.0 must be from 1 to 301, got 0"),
        ("diversities", (1, 10**6), "diversities.1 must be from 1 to 100000, got 1000000"),
        ("diversities", (100_000,), "diversities must be so small"),
        ("costs", (Fraction(-1, 2),), "costs.0 must be 0 or more, got -1/2"),
        ("candidates", ("planer",), r'candidates.0 must be a candidate, got "planer" \(did you mean planner\?\)'),
        ("replicates", 0, "replicates must be from 1 to 10000, got 0"),
        ("plays", 0, "plays must be from 1"),
        ("fresh", 0, "fresh must be from 1"),
        ("step_cost", Fraction(3, 2), "step_cost must be from 0 to 1, got 3/2"),
        ("rule_bits", -1, "rule_bits must be from 0"),
    ],
)
def test_specs_that_cannot_be(field: str, value: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        SelectionSpec(**{field: value})  # type: ignore[arg-type]


def test_worlds_that_do_not_fit() -> None:
    with pytest.raises(InputError, match="family must be a family of mazes"):
        run_selection(world(), SelectionSpec(family="trainign"), seed=0)
    with pytest.raises(InputError, match=r"sizes of 6: height must"):
        run_selection(world(), SelectionSpec(sizes=(5, 6)), seed=0)
    drawn_maps = MazeFamily(maps=(MazeFamily().draw(np.random.default_rng(0), 1).maze(0),))
    fixed = MazeWorld(families={"training": drawn_maps}, game=two_phase())
    with pytest.raises(InputError, match="family must be a family whose mazes are drawn"):
        run_selection(fixed, SelectionSpec(), seed=0)
