"""Axes of scenarios: what may be varied is what can be set, and a grid is refused exactly if one of its points is."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deceptive_sim.core.errors import InputError
from deceptive_sim.landscapes.axes import Axis
from deceptive_sim.scenario.library import shipped_scenarios
from deceptive_sim.scenario.load import Scenario, load_scenario
from deceptive_sim.solvers.measurements import REGIMES
from deceptive_sim.studies.landscapes import agent_for, axes_for, sound_axes
from deceptive_sim.studies.run import solve
from deceptive_sim.studies.sweeps import ScenarioSweep

HEAD = "version: 1\nid: swept\n"
PHASED = """\
game:
  phases:
    training:
      episodes: 3
      modification: {A: 1/2, B: 1/20}
    deployment:
      episodes: 4
      modification: {A: {base: 1/10}}
  discount: 9/10
"""
AGENTS = """\
agents:
  planner: {}
  mistaken:
    beliefs: {deployment.episodes: 2, training.modification.B: 0}
  impulsive:
    discount: {beta: 3/4, delta: 1}
  hyperbolic:
    discount: {k: 1/2}
    selves: naive
"""
LIBRARY = "game: {name: two-phase, parameters: {n: 3, m: 4, p: 1/2, q: 1/20, d: 1/10, g: 9/10}}\n"
BELIEVES = "agents: {planner: {}, mistaken: {beliefs: {m: 2}}}\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("swept")
    (path / "phased.yaml").write_text(HEAD + PHASED + AGENTS)
    (path / "library.yaml").write_text(HEAD + LIBRARY + BELIEVES)
    return path


def points(axes: Sequence[Axis]) -> Iterator[tuple[tuple[int, ...], dict[str, Fraction]]]:
    for place in itertools.product(*(range(len(axis)) for axis in axes)):
        yield (
            place,
            {
                path: value
                for axis, row in zip(axes, place, strict=True)
                for path, value in zip(axis.paths, axis.rows[row], strict=True)
            },
        )


def assert_measured_alike(path: Path, agent: str, texts: Sequence[str]) -> None:
    """A sweep says at every point what the scenario says that is loaded with that point's parameters."""
    scenario = load_scenario(path)
    axes = axes_for(scenario, texts, agent=agent)
    found: Any = ScenarioSweep(scenario, agent)(axes)
    values = set()
    for place, cell in points(axes):
        solution = solve(load_scenario(path, [f"{name}={value}" for name, value in cell.items()]), agent, exact=True)
        assert found["value"][place] == pytest.approx(float(solution.value), rel=1e-12, abs=1e-12), cell
        assert REGIMES[found["regime"][place]] is solution.regime, cell
        assert found["turn"][place] == (solution.turn or 0), cell
        if solution.premium is not None:
            assert found["premium"][place] == pytest.approx(float(solution.premium), rel=1e-12, abs=1e-12), cell
        values.add(solution.value)
    assert len(values) > 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("agent", "texts"),
    [
        ("planner", ["training.modification.A=0:1@5", "deployment.episodes=1:4"]),
        ("planner", ["deployment.modification.A=0,1/3,1"]),
        ("planner", ["training.shutdown.A=0:0.5@4", "training.shutdown.B=0:0.95@3"]),
        ("planner", ["training.episodes=1:8@3:log"]),
        ("planner", ["discount=0:1@6"]),
        ("planner", ["payoffs.mesa.A=-1:3@5", "payoffs.base.B=0:1@3"]),
        ("planner", ["deployment.payoffs.mesa.A=0:2@3"]),
        ("planner", ["objectives.base.discount=0:1@3", "payoffs.mesa.B=0:2@3", "training.modification.A=0:1@2"]),
        ("planner", ["training.modification.A=0:0.4@5+training.shutdown.A=0.2:0"]),
        ("planner", ["training.modification.A+deployment.modification.A=0:1@5"]),
        ("planner", ["training.modification.A.mesa=0:1/4@2", "training.episodes=2:3"]),
        ("planner", ["agents.planner.discount=1/2:1@3", "agents.mistaken.beliefs.training.episodes=0:2"]),
        ("mistaken", ["agents.mistaken.beliefs.deployment.episodes=0:5"]),
        ("mistaken", ["agents.mistaken.beliefs.training.modification.A=0:1@5", "training.modification.A=0:1@3"]),
        ("mistaken", ["agents.mistaken.beliefs.payoffs.mesa.B=0:2@3"]),
        ("mistaken", ["agents.mistaken.discount=0:1@4"]),
        ("impulsive", ["agents.impulsive.discount.beta=0:1@4", "agents.impulsive.discount.delta=1/2:1@3"]),
        ("impulsive", ["agents.impulsive.discount=0:1@4"]),
        ("hyperbolic", ["agents.hyperbolic.discount.k=0,1/2,10"]),
    ],
)
def test_every_number_of_a_phased_game_can_be_swept(folder: Path, agent: str, texts: Sequence[str]) -> None:
    assert_measured_alike(folder / "phased.yaml", agent, texts)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("agent", "texts"),
    [
        ("planner", ["p=0:1@5", "m=1:4"]),
        ("planner", ["q=0:1@4", "d=0:1@3"]),
        ("planner", ["g=0:1@5", "n=1:4"]),
        ("planner", ["p=0:1@4+q=1:0"]),
        ("planner", ["game.parameters.p=0:1@4", "discount=0:1@3"]),
        ("mistaken", ["agents.mistaken.beliefs.m=0:5"]),
        ("mistaken", ["agents.mistaken.beliefs.p=0:1@5", "m=1:3"]),
    ],
)
def test_every_parameter_of_a_library_game_can_be_swept(folder: Path, agent: str, texts: Sequence[str]) -> None:
    assert_measured_alike(folder / "library.yaml", agent, texts)


@pytest.mark.parametrize("path", ["n", "m", "agents.mistaken.beliefs.m"])
def test_counts_of_a_library_game_are_whole(folder: Path, path: str) -> None:
    scenario = load_scenario(folder / "library.yaml")
    assert [row[0] for row in axes_for(scenario, [f"{path}=1:4"])[0].rows] == [1, 2, 3, 4]
    with pytest.raises(InputError, match=rf"^axis {path} must have whole numbers only, got 0.5$"):
        axes_for(scenario, [f"{path}=1:4:1/2"])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("p=0:1.5@4", "parameters.p must be a probability in [0, 1], got 1.5 (at p = 1.5)"),
        ("n=-2:3", "parameters.n must be a whole number, 0 or more, got -2 (at n = -2)"),
        ("g=1/3:4/3", "parameters.g must be a discount in [0, 1], got 4/3 (at g = 4/3)"),
        ("r=0:1", "r is no parameter of this scenario (the game's parameters are n, m, p, q, d, g)"),
        ("pp=0:1", "pp is no parameter of this scenario"),
        ("strategy=0:1", "axis strategy must be a number of the game or of an agent"),
        ("agents.mistaken.beliefs.mm=0:1", "mm is no parameter of this scenario"),
        ("name=0:1", "axis name must be a number of the game or of an agent"),
    ],
)
def test_wrong_axes_of_a_library_game(folder: Path, text: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        axes_for(load_scenario(folder / "library.yaml"), [text])
    (problem,) = caught.value.problems
    assert problem.sentence().startswith(sentence)


def test_without_section_and_texts_there_are_no_axes(folder: Path) -> None:
    with pytest.raises(InputError, match=r"^axes are required: the scenario has no landscape: section"):
        axes_for(load_scenario(folder / "phased.yaml"))
    with pytest.raises(InputError, match=r"^axes must be at least one"):
        axes_for(load_scenario("phase-diagram"), [])
    with pytest.raises(InputError, match=r"^axes must be at most 8, got 9$"):
        axes_for(load_scenario("phase-diagram"), [f"payoffs.mesa.a{n}=0:1" for n in range(9)])


def test_axes_that_were_read_apart_are_checked_together(folder: Path) -> None:
    scenario = load_scenario(folder / "phased.yaml")
    texts = ["training.modification.A=0:1", "training.shutdown.A=0:1/2", "game.phases.training.shutdown.A=0:1/2"]
    modification, shutdown, again = (axes_for(scenario, [text])[0] for text in texts)
    with pytest.raises(InputError, match="must sum to at most 1"):
        sound_axes(scenario, [modification, shutdown])
    with pytest.raises(InputError, match="must mean another place"):
        sound_axes(scenario, [shutdown, again])
    assert sound_axes(scenario, [modification]) == (modification,)


def test_every_wrong_text_is_told(folder: Path) -> None:
    with pytest.raises(InputError) as caught:
        axes_for(load_scenario(folder / "phased.yaml"), ["discount=1:0", "training.episodes=1:3", "x=0:1"])
    assert [problem.name for problem in caught.value.problems] == ["axis discount", "x"]


def test_texts_go_before_the_section_and_points_are_those_asked_for() -> None:
    scenario = load_scenario("phase-diagram")
    assert [(axis.name, len(axis)) for axis in axes_for(scenario)] == [
        ("training.modification.A", 101),
        ("deployment.episodes", 20),
    ]
    axes = axes_for(scenario, ["discount=0:1", "training.episodes=1:3"], points=7)
    assert [(axis.name, len(axis)) for axis in axes] == [("discount", 7), ("training.episodes", 3)]


def test_the_agent_is_the_one_named_or_that_of_the_section_or_the_first(folder: Path, tmp_path: Path) -> None:
    scenario = load_scenario(folder / "phased.yaml")
    assert (agent_for(scenario), agent_for(scenario, "impulsive")) == ("planner", "impulsive")
    path = tmp_path / "a.yaml"
    path.write_text(HEAD + PHASED + AGENTS + "landscape: {agent: mistaken, axes: {discount: 0:1}}\n")
    assert agent_for(load_scenario(path)) == "mistaken"
    assert agent_for(load_scenario(path), "hyperbolic") == "hyperbolic"
    with pytest.raises(InputError, match=r"^agent must be one of the scenario's agents, got \"plan\""):
        agent_for(scenario, "plan")


def test_a_strategy_of_fixed_length_matters_only_to_the_agent_that_is_measured() -> None:
    scenario = load_scenario("monitored-deployment")
    texts = ["deployment.episodes=1:4"]
    assert len(axes_for(scenario, texts, agent="deceiver")[0]) == 4
    with pytest.raises(InputError, match=r"^agents.waits.strategy must .* \(at deployment.episodes = 1\)$"):
        axes_for(scenario, texts, agent="waits")


# --- a grid is refused exactly if one of its points is ---------------------------------------------------------------

PATHS = [f"{phase}.{kind}.A" for phase in ("training", "deployment") for kind in ("modification", "shutdown")]
PATHS += ["training.modification.A.mesa", "training.modification.B", "discount"]
PATHS += ["agents.mistaken.beliefs.training.shutdown.A", "agents.mistaken.beliefs.training.modification.A"]
ends = st.sampled_from([Fraction(k, 8) for k in range(9)] * 2 + [Fraction(9, 8)])


@st.composite
def grids(draw: st.DrawFn) -> list[str]:
    """One to three axes, some of them of two paths, over numbers that must keep something together."""
    paths = draw(st.lists(st.sampled_from(PATHS), min_size=1, max_size=4, unique=True))
    if "training.modification.A" in paths and "training.modification.A.mesa" in paths:
        paths.remove("training.modification.A.mesa")
    texts = []
    while paths:
        low, high = sorted(draw(st.lists(ends, min_size=2, max_size=2, unique=True)))
        text = f"{paths.pop()}={low}:{high}@3"
        if paths and draw(st.booleans()):
            text += f"+{paths.pop()}=" + ",".join(str(draw(ends)) for _ in range(3))
        texts.append(text)
    return texts


def point_by_point(scenario: Scenario, axes: Sequence[Axis]) -> list[dict[str, Fraction]]:
    """The points of a grid that make no sound scenario."""
    broken = []
    for _, cell in points(axes):
        try:
            scenario.with_parameters(cell)
        except InputError:
            broken.append(cell)
    return broken


@pytest.mark.parametrize("count", [10, pytest.param(60, marks=pytest.mark.slow)])
def test_a_grid_is_refused_exactly_if_one_of_its_points_is(folder: Path, count: int) -> None:
    @given(grids())
    @settings(max_examples=count, deadline=None, database=None)
    def each(texts: list[str]) -> None:
        assert_refused_exactly_if_a_point_is(folder, texts)

    each()


def assert_refused_exactly_if_a_point_is(folder: Path, texts: list[str]) -> None:
    scenario = load_scenario(folder / "phased.yaml")
    free = scenario.with_parameters({"agents.mistaken.beliefs.training.modification.B": 0})
    axes = unchecked(free, texts)
    broken = point_by_point(free.measuring("mistaken"), axes)
    if not broken:
        axes_for(free, texts, agent="mistaken")
        return
    with pytest.raises(InputError) as caught:
        axes_for(free, texts, agent="mistaken")
    for problem in caught.value.problems:
        told = dict(part.split(" = ") for part in (problem.hint or "").removeprefix("at ").split(", "))
        assert any(all(cell[path] == Fraction(value) for path, value in told.items()) for cell in broken), problem


def unchecked(scenario: Scenario, texts: Sequence[str]) -> tuple[Axis, ...]:
    from deceptive_sim.scenario.axes import axes_of_texts

    return axes_of_texts(scenario, texts)


BELIEVED = "agents.mistaken.beliefs.training"


@pytest.mark.parametrize("own", ["", "training.modification.A.base: 0"])
def test_what_an_agent_believes_hides_what_is_true(tmp_path: Path, own: str) -> None:
    """Only the second point breaks the rule, in the believed game; nothing is extreme there but the sum of beliefs."""
    path = tmp_path / "a.yaml"
    path.write_text(HEAD + PHASED + f"agents:\n  mistaken:\n    beliefs: {{{own}}}\n")
    believed = "modification.A.mesa" if own else "modification.A.base"
    text = (
        f"training.modification.A.base=0,0.1,0.2,1+{BELIEVED}.{believed}=0,0.75,0,1+{BELIEVED}.shutdown.A=0,0.5,0.75,0"
    )
    scenario = load_scenario(path)
    assert len(point_by_point(scenario, unchecked(scenario, [text]))) == 1
    with pytest.raises(InputError, match=r"must sum to at most 1, got .* \(at .*shutdown.A = 0.5\)$"):
        axes_for(scenario, [text])


def test_of_a_sum_only_its_parts_are_told(folder: Path) -> None:
    texts = ["deployment.shutdown.A=0:1@2", "discount=0:1@2", "deployment.modification.A=0:1/2@2"]
    with pytest.raises(InputError) as caught:
        axes_for(load_scenario(folder / "phased.yaml"), texts)
    told = [(problem.name, problem.hint) for problem in caught.value.problems]
    assert ("at deployment.shutdown.A = 1, deployment.modification.A = 0.5") in [hint for _, hint in told]


def test_of_what_the_whole_point_breaks_all_is_told() -> None:
    texts = ["training.shutdown.A=0:1/4@2", "training.modification.A=0:1/2@2", "deployment.episodes=1:4"]
    with pytest.raises(InputError) as caught:
        axes_for(load_scenario("monitored-deployment"), texts, agent="waits")
    (problem,) = caught.value.problems
    assert problem.hint == "at training.shutdown.A = 0.25, training.modification.A = 0.5, deployment.episodes = 1"


@pytest.mark.parametrize(
    "texts",
    [
        ["discount=0:1", "discount.beta=0:1"],
        ["discount.beta=0:1", "discount=0:1"],
        ["discount=0:1+game.discount=0:1"],
        ["training.modification.A.mesa=0:1/4", "training.modification.A=0:1/4"],
    ],
)
def test_two_paths_to_one_place_are_refused(folder: Path, texts: list[str]) -> None:
    with pytest.raises(InputError, match="must mean another place than every other path"):
        axes_for(load_scenario(folder / "phased.yaml"), texts)


@pytest.mark.parametrize(
    "path", ["agents.mistaken.beliefs.discount", "agents.mistaken.beliefs.training.kind", "agents"]
)
def test_what_is_no_number_is_refused(folder: Path, path: str) -> None:
    with pytest.raises(InputError, match=rf"^axis {path} must be a number of the game or of an agent$"):
        axes_for(load_scenario(folder / "phased.yaml"), [f"{path}=0:1"])


def test_what_is_expected_cannot_vary() -> None:
    with pytest.raises(InputError, match=r"^axis expect.0.value must be a number of the game or of an agent$"):
        axes_for(load_scenario("two-plus-three"), ["expect.0.value=0:1"])


def test_hints_name_parameters_and_not_the_axes_of_the_file() -> None:
    with pytest.raises(InputError, match=r"\(did you mean training.modification.A\?\)$"):
        axes_for(load_scenario("phase-diagram"), ["scape.axes.training.modification.A=0:1"])


def test_expectations_are_held_without_the_landscape() -> None:
    scenario = load_scenario("phase-diagram")
    assert scenario.as_expected_by(1).landscape is None
    assert scenario.with_parameters({"discount": 1}).landscape == scenario.landscape


# --- the scenarios that ship -----------------------------------------------------------------------------------------

MAPPED = [name for name in shipped_scenarios() if load_scenario(name).landscape is not None]


def test_four_scenarios_are_mapped() -> None:
    assert {"phase-diagram", "discount-and-training", "monitoring", "spurious"} <= set(MAPPED)


@pytest.mark.parametrize("name", MAPPED)
def test_a_shipped_landscape_is_small_and_has_several_regimes(name: str) -> None:
    scenario = load_scenario(name)
    axes = axes_for(scenario)
    cells = 1
    for axis in axes:
        cells *= len(axis)
    assert cells <= 12_000
    thin = [Axis(paths=axis.paths, rows=axis.rows[:: max(1, len(axis) // 8)]) for axis in axes]
    regimes: Any = ScenarioSweep(scenario, agent_for(scenario))(thin)["regime"]
    assert {"deceptive", "late-pretence", "open"} <= {str(REGIMES[code]) for code in regimes.ravel()}


def test_discount_and_training_shows_the_play_along_window() -> None:
    scenario = load_scenario("discount-and-training")
    discounts, lengths = axes_for(scenario)
    thin = Axis(paths=discounts.paths, rows=discounts.rows[:-1:7])
    found: Any = ScenarioSweep(scenario, "planner")([thin, lengths])["training_defections"]
    for column, (g,) in enumerate(thin.rows):
        value = sum(g**j for j in range(10))
        window = 0  # floor(ln(p V0) / -ln g), without logarithms
        while g ** (window + 1) * value / 2 >= 1:
            window += 1
        for row, (n,) in enumerate(lengths.rows):
            assert found[column, row] == max(0, n - window)
