"""Scenario sweeps: the compiled kernel and the reference solver say the same, and which games go which way."""

from __future__ import annotations

import itertools
import pickle
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy
import pytest
from numpy.typing import NDArray

from deceptive_sim.core.errors import InputError
from deceptive_sim.landscapes.axes import Axis, Spacing, listed
from deceptive_sim.landscapes.axes import points as zipped_points
from deceptive_sim.scenario.library import shipped_scenarios
from deceptive_sim.scenario.load import Scenario, load_scenario
from deceptive_sim.studies import sweeps
from deceptive_sim.studies.sweeps import ScenarioSweep

Arrays = Mapping[str, NDArray[Any]]

HEAD = "version: 1\nid: swept\n"
GAME = """\
game:
  phases:
    training: {episodes: 3, modification: {A: 1/2, B: 1/20}, shutdown: {B: 1/10}}
    deployment: {episodes: 4, modification: {A: {base: 1/10}}}
  discount: 9/10
"""
AGENTS = """\
agents:
  planner: {}
  mistaken: {beliefs: {deployment.episodes: 2}}
  scripted: {strategy: {training: B*, deployment: A*}}
  hyperbolic: {discount: {k: 1/2}}
"""
LIBRARY = "game: {name: two-phase, parameters: {n: 3, m: 4, p: 1/2, q: 1/20, d: 1/10, g: 9/10}}\n"


def scenario_of(folder: Path, *parts: str) -> Scenario:
    path = folder / "swept.yaml"
    path.write_text("".join((HEAD, *parts)))
    return load_scenario(path)


def together(*paths: str, rows: Sequence[Sequence[object]]) -> Axis:
    exact = tuple(tuple(Fraction(str(value)) for value in row) for row in rows)
    return Axis(paths=paths, rows=exact, spacing=Spacing.LISTED)


def one_by_one(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the points that are solved by themselves."""
    solved: list[int] = []
    really = ScenarioSweep.at

    def at(sweep: ScenarioSweep, settings: Mapping[str, object]) -> Any:
        solved.append(1)
        return really(sweep, settings)

    monkeypatch.setattr(ScenarioSweep, "at", at)
    return solved


def assert_alike(found: Arrays, known: Arrays) -> None:
    """Decisions are the same, numbers within 1e-12 of the largest one."""
    assert list(found) == list(known) == [variable.name for variable in sweeps.VARIABLES]
    for variable in sweeps.VARIABLES:
        one, other = found[variable.name], known[variable.name]
        assert one.dtype == other.dtype == variable.dtype, variable.name
        if one.dtype == float:
            largest = max(1.0, float(numpy.nanmax(numpy.abs(known["value"]), initial=1.0)))
            assert numpy.allclose(one, other, rtol=1e-12, atol=1e-12 * largest, equal_nan=True), variable.name
        else:
            assert (one == other).all(), variable.name


# --- both ways -------------------------------------------------------------------------------------------------------

EPISODES = listed("deployment.episodes", [0, 1, 2, 5])
CHANCES = listed("training.modification.A", ["0", "1/5", "1/3", "0.5", "1"])
DISCOUNTS = listed("discount", ["0", "1/2", "0.9", "1"])


def one_of_a_kind(name: str) -> Any:
    """Scenarios that hold claims are games like those of the others: they take the slow way."""
    return pytest.param(name, marks=pytest.mark.slow) if name.startswith("claims/") else name


@pytest.mark.slow
@pytest.mark.parametrize("name", map(one_of_a_kind, shipped_scenarios()))
def test_every_shipped_scenario_both_ways(name: str) -> None:
    scenario = load_scenario(name)
    for agent in scenario.agents:
        if agent.strategy is not None:
            continue  # of a fixed length
        for axes in ((CHANCES, EPISODES), (DISCOUNTS, listed("training.episodes", [0, 1, 3]))):
            if name == "outer-and-inner":
                axes = (listed("training.modification.apple.base", ["0", "1/4", "1"]), EPISODES)
            if name == "published/hubinger-2019":  # of the library: numbers of episodes are its only parameters
                axes = (listed("training.episodes", [0, 1, 3]), EPISODES)
            if name == "staged-deployment":
                axes = (axes[0], listed("full-deployment.episodes", [0, 1, 5]))
            if name == "shutdown":
                axes = (listed("training.shutdown.A", ["0", "1/3", "1"]), EPISODES)
            if (name, agent.name) == ("claims/goal-preservation", "mistaken") and axes[0] is CHANCES:
                axes = (CHANCES.part(0, 4), EPISODES)  # believes in shutdown 1/2, so that modification 1 is no chance
            quick = ScenarioSweep(scenario, agent.name)(axes)
            assert_alike(quick, ScenarioSweep(scenario, agent.name, compiled=False)(axes))


PAIRS = [
    (listed("payoffs.mesa.A", [-1, 0, 1, 3]), listed("payoffs.base.B", [-1, 0, 1])),
    (listed("objectives.base.discount", ["0", "1/2", 1]), listed("training.shutdown.A", ["0", "0.2", "1/2"])),
    (listed("deployment.modification.A", ["0", "0.3", "1"]), listed("training.episodes", [0, 1, 6])),
    (listed("training.modification.A.mesa", ["0", "0.1", "0.4"]), CHANCES.part(0, 3)),  # base may become mesa again
    (
        together("training.modification.A", "training.shutdown.A", rows=[("0.1", "0.9"), ("0.4", "0.6"), (0, 0)]),
        DISCOUNTS,
    ),
    (together("training.modification.A", "deployment.modification.A", rows=[(0, 1), ("1/2", "1/2"), (1, 0)]), EPISODES),
]


@pytest.mark.parametrize("axes", PAIRS, ids=lambda axes: "-".join(axis.name for axis in axes))
def test_numbers_of_a_phased_game_both_ways(
    axes: Sequence[Axis], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = scenario_of(tmp_path, GAME, AGENTS)
    known = ScenarioSweep(scenario, "planner", compiled=False)(axes)
    solved = one_by_one(monkeypatch)
    assert_alike(ScenarioSweep(scenario, "planner")(axes), known)
    assert len(solved) < known["value"].size / 2  # the kernel did most of them


@pytest.mark.parametrize(
    "axes",
    [
        (listed("p", ["0", "1/5", "1"]), listed("m", [0, 1, 5])),
        (listed("g", ["0", "0.9", "1"]), listed("q", ["0", "1/3", "1"])),
        (together("p", "q", rows=[("1/2", "1/2"), (1, 0), (0, 1)]), listed("n", [0, 1, 4])),
        (listed("game.parameters.d", ["0", "1/2", "1"]), listed("discount", ["1/2", "1"])),
    ],
    ids=lambda axes: "-".join(axis.name for axis in axes),
)
def test_parameters_of_a_library_game_both_ways(
    axes: Sequence[Axis], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = scenario_of(tmp_path, LIBRARY)
    agent = scenario.agents[0].name
    known = ScenarioSweep(scenario, agent, compiled=False)(axes)
    solved = one_by_one(monkeypatch)
    assert_alike(ScenarioSweep(scenario, agent)(axes), known)
    assert len(solved) < known["value"].size


@pytest.mark.parametrize(
    ("agent", "axes"),
    [
        pytest.param("mistaken", (CHANCES, EPISODES), marks=pytest.mark.slow),
        ("mistaken", (listed("agents.mistaken.beliefs.deployment.episodes", [0, 1, 5]), CHANCES)),
        ("scripted", (CHANCES, DISCOUNTS)),
        pytest.param("hyperbolic", (CHANCES, EPISODES), marks=pytest.mark.slow),
        ("hyperbolic", (listed("agents.hyperbolic.discount.k", ["0", "1/2", "3"]), CHANCES)),
    ],
)
def test_what_the_kernel_cannot_do_is_solved_one_by_one(
    agent: str, axes: Sequence[Axis], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = scenario_of(tmp_path, GAME, AGENTS)
    known = ScenarioSweep(scenario, agent, compiled=False)(axes)
    solved = one_by_one(monkeypatch)
    found = ScenarioSweep(scenario, agent)(axes)
    assert len(solved) == found["value"].size
    assert_alike(found, known)
    assert not found["undecided"].any()


def test_three_actions_or_objectives_are_solved_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    solved = one_by_one(monkeypatch)
    axes = (listed("training.modification.apple.base", ["0", "1/2"]), EPISODES)
    ScenarioSweep(load_scenario("outer-and-inner"), "mesa-optimiser")(axes)
    assert len(solved) == 8


def test_a_third_objective_that_is_reachable_is_solved_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    game = """\
game:
  phases:
    training: {episodes: 2, modification: {A: {base: 1/4, human: 1/4}}}
    deployment: {episodes: 3}
  payoffs: {mesa: {A: 1, B: 0}, base: {A: 0, B: 1}, human: {A: 1/2, B: 1}}
"""
    scenario = scenario_of(tmp_path, game, "agents: {mesa: {}}\n")
    axes = (listed("training.modification.A.human", ["0", "1/4", "3/4"]), EPISODES)
    known = ScenarioSweep(scenario, "mesa", compiled=False)(axes)
    solved = one_by_one(monkeypatch)
    assert_alike(ScenarioSweep(scenario, "mesa")(axes), known)
    assert len(solved) == 12


# --- ties ------------------------------------------------------------------------------------------------------------


def test_ties_of_every_length_are_decided_exactly(tmp_path: Path) -> None:
    # m p = 1: deception pays iff m p > 1, whatever n is (statement 3); the premium is 0 there
    game = "game: {name: two-phase, parameters: {n: 3, m: 4, p: 1/4}}\n"
    scenario = scenario_of(tmp_path, game)
    lengths = range(1, 13)
    axis = together("p", "m", rows=[(Fraction(1, m), m) for m in lengths])
    found = ScenarioSweep(scenario, scenario.agents[0].name)((axis, listed("n", [1, 2, 7])))
    assert (found["premium"] == 0).all()
    assert not found["deception_pays"].any()
    assert (found["training_defections"] == 0).all()  # ties prefer B
    assert not found["undecided"].any()


def test_decimals_of_a_grid_tie_as_they_are_written() -> None:
    scenario = load_scenario("phase-diagram")
    axes = (
        listed("training.modification.A", [f"{k / 20:.2f}" for k in range(21)]),
        listed("deployment.episodes", range(1, 21)),
    )
    found = ScenarioSweep(scenario.with_parameters({"discount": 1}), "planner")(axes)
    for (i, k), (j, m) in itertools.product(enumerate(range(21)), enumerate(range(1, 21))):
        product = Fraction(k, 20) * m
        assert found["deception_pays"][i, j] == (product > 1)
        assert (found["training_defections"][i, j] == 0) == (product >= 1)
        assert (found["premium"][i, j] == 0) == (product == 1)


def test_a_tie_in_a_game_too_long_to_decide_is_flagged() -> None:
    scenario = load_scenario("phase-diagram").with_parameters({"discount": 1})
    rows = [("1e-9", 10**9, 10**9), ("1e-9", 10**9, 1), ("1/4", 4, 10**9), ("1/4", 4, 3)]
    axis = together("training.modification.A", "deployment.episodes", "training.episodes", rows=rows)
    found = ScenarioSweep(scenario, "planner")((axis,))
    assert found["undecided"][:3].all()
    assert not found["undecided"][3]
    assert found["premium"][3] == 0


# --- points ----------------------------------------------------------------------------------------------------------


def every_byte(found: Arrays, place: Any = ...) -> list[bytes]:
    return [array[place].tobytes() for array in found.values()]


def test_a_point_is_the_same_in_every_company() -> None:
    scenario = load_scenario("phase-diagram")
    sweep = ScenarioSweep(scenario, "planner")
    first = listed("training.modification.A", [Fraction(k, 64) for k in range(65)])
    second = listed("deployment.episodes", [1, 2, 5, 40, 2000])
    third = listed("discount", ["0.25", "0.9375", "1"])
    grid = sweep((first, second, third))
    turned = sweep((third, first, second))
    axes_floats = numpy.array(
        [[*map(float, (*a, *b, *c))] for a, b, c in itertools.product(first.rows, second.rows, third.rows)]
    )
    paths = (first.name, second.name, third.name)
    line = sweep((zipped_points(paths, axes_floats),))
    for name, array in grid.items():
        assert turned[name].transpose(1, 2, 0).tobytes() == array.tobytes(), name
        assert line[name].tobytes() == array.tobytes(), name
    for place in ((0, 0, 0), (17, 3, 1), (64, 4, 2), (40, 2, 2)):
        alone = sweep(tuple(axis.part(i, i + 1) for axis, i in zip((first, second, third), place, strict=True)))
        assert every_byte(alone, (0, 0, 0)) == every_byte(grid, place)
    for start in range(0, 65, 13):
        tile = sweep((first.part(start, start + 13), second, third))
        assert every_byte(tile) == every_byte(grid, slice(start, start + 13))


def test_axes_that_move_nothing_and_single_points(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, GAME, AGENTS)
    sweep = ScenarioSweep(scenario, "planner")
    idle = listed("agents.mistaken.beliefs.deployment.episodes", [0, 3])
    plain = sweep((CHANCES,))
    wide = sweep((CHANCES, idle))
    for name, array in plain.items():
        assert wide[name][:, 0].tobytes() == wide[name][:, 1].tobytes() == array.tobytes(), name
    for i in range(len(CHANCES)):
        assert every_byte(sweep((CHANCES.part(i, i + 1),)), 0) == every_byte(plain, i)


def test_an_axis_without_points() -> None:
    sweep = ScenarioSweep(load_scenario("phase-diagram"), "planner")
    found = sweep((CHANCES.part(0, 0), EPISODES))
    assert {array.shape for array in found.values()} == {(0, 4)}


def test_a_sweep_can_be_pickled() -> None:
    sweep = ScenarioSweep(load_scenario("phase-diagram"), "planner")
    before = sweep((CHANCES, EPISODES))
    again: ScenarioSweep = pickle.loads(pickle.dumps(sweep))
    assert every_byte(again((CHANCES, EPISODES))) == every_byte(before)
    assert again.identity == sweep.identity


@pytest.mark.parametrize(
    ("axes", "words"),
    [
        (("training.modification.A", ["0", "1/2", "3/2", "1/4"]), "3/2"),
        (("training.episodes", ["1", "5/2", "3", "4"]), "5/2"),
        (("discount", ["0", "-1/2", "1/4"]), "-1/2"),
        (("training.shutdown.A", ["0", "1/8", "7/8", "1/4"]), "7/8"),
    ],
    ids=lambda part: part[0] if isinstance(part, tuple) else part,
)
def test_an_unsound_point_is_named(axes: tuple[str, list[str]], words: str, tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, GAME, AGENTS)
    path, values = axes
    for compiled in (True, False):
        with pytest.raises(InputError) as caught:
            ScenarioSweep(scenario, "planner", compiled=compiled)((listed(path, values), EPISODES))
        named = next(text for text in (words, str(float(Fraction(words)))) if text in str(caught.value))
        assert f"{path} = {named}" in str(caught.value)


def test_an_unsound_point_hidden_among_many_is_named(tmp_path: Path) -> None:
    # 40 points, of which one is wrong and none is tried when the axis is bound
    scenario = scenario_of(tmp_path, GAME, AGENTS)
    for place in range(40):
        values = [Fraction(k, 40) / 2 for k in range(40)]
        values[place] = Fraction(9, 8)
        with pytest.raises(InputError, match=r"training\.modification\.B = (9/8|1\.125)"):
            ScenarioSweep(scenario, "planner")((listed("training.modification.B", values),))
