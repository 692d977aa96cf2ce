"""What a dotted path means, in `--set`, in beliefs and in `with:`; and that numbers are exact wherever they stand."""
# ruff: noqa: E501 - a table: a setting and what is said about it, one line each

from __future__ import annotations

import contextlib
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenario.sound import SMALL

from deceptive_sim.core.errors import InputError
from deceptive_sim.model.discounting import Hyperbolic, QuasiHyperbolic
from deceptive_sim.scenario.load import Scenario, load_scenario
from deceptive_sim.scenario.paths import resolve
from deceptive_sim.scenario.yaml_text import Numeric

F = Fraction


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL)
    return path


def set_to(path: Path, *settings: str) -> Scenario:
    return load_scenario(path, settings)


def said(path: Path, *settings: str) -> list[str]:
    """Every problem of some settings, as `column: sentence | source`."""
    with pytest.raises(InputError) as caught:
        load_scenario(path, settings)
    found = []
    for problem in caught.value.problems:
        where = problem.position
        assert where is not None
        assert (where.file, where.line) == ("--set", 1)
        found.append(f"{where.column}: {problem.sentence()} | {where.source}")
    return found


# --- what a path means -----------------------------------------------------------------------------------------------

DATA: dict[str, Any] = {
    "version": Numeric("1"),
    "id": "x",
    "title": "a title",
    "game": {
        "phases": {"training": {"episodes": Numeric("2")}, "deployment": {"episodes": Numeric("3")}},
        "payoffs": {"mesa": {"A": Numeric("1")}},
    },
    "agents": {"first": {"title": "one", "beliefs": {"training.episodes": Numeric("1")}}, "second": {}},
    "expect": [{"value": Numeric("1"), "with": {"training.episodes": Numeric("1")}}],
}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("id", ("id",)),
        ("game.phases.training.episodes", ("game", "phases", "training", "episodes")),
        ("phases.training.episodes", ("game", "phases", "training", "episodes")),
        ("training.episodes", ("game", "phases", "training", "episodes")),
        ("training", ("game", "phases", "training")),
        ("training.modification.A", ("game", "phases", "training", "modification", "A")),
        ("training.modification.A.human", ("game", "phases", "training", "modification", "A", "human")),
        ("payoffs.mesa.B", ("game", "payoffs", "mesa", "B")),
        ("discount", ("game", "discount")),
        ("discount.k", ("game", "discount", "k")),
        ("agents.second.objective", ("agents", "second", "objective")),
        ("objective", ("agents", "first", "objective")),
        ("strategy", ("agents", "first", "strategy")),
        ("beliefs.deployment.episodes", ("agents", "first", "beliefs", "deployment.episodes")),
        ("agents.second.beliefs.p.q", ("agents", "second", "beliefs", "p.q")),
        ("expect.0.value", ("expect", 0, "value")),
        ("expect.0.with.training.episodes", ("expect", 0, "with", "training.episodes")),
        ("report.figures", ("report", "figures")),
    ],
)
def test_a_path_means_the_first_place_the_format_has(text: str, place: tuple[object, ...]) -> None:
    assert resolve(DATA, text) == place


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("trainin.episodes", "did you mean training.episodes?"),
        ("training.epsodes", "did you mean training.episodes?"),
        ("agents.third.objective", None),
        ("expect.1.value", "did you mean expect.0.value?"),
        ("expect.first.value", "did you mean expect.0.value?"),
        ("nothing-like-it-at-all", None),
        ("5", None),
    ],
)
def test_an_unknown_path_names_the_nearest_one(text: str, hint: str | None) -> None:
    with pytest.raises(InputError) as caught:
        resolve(DATA, text)
    (problem,) = caught.value.problems
    assert (problem.name, problem.rule) == (text, "is no parameter of this scenario")
    if hint is not None:
        assert problem.hint == hint


def test_a_path_that_stands_at_two_places_is_ambiguous() -> None:
    with pytest.raises(InputError) as caught:
        resolve(DATA, "title")
    assert str(caught.value) == "title is ambiguous: write it from the root (title or agents.first.title)"


def test_a_path_that_stands_at_one_of_two_places_means_that_one() -> None:
    data = {**DATA, "agents": {"first": {"discount": Numeric("1")}}}
    assert resolve(data, "discount") == ("agents", "first", "discount")
    assert resolve(DATA, "discount") == ("game", "discount")
    assert resolve({**data, "agents": {"first": {}}}, "agents.first.discount") == ("agents", "first", "discount")


def test_beliefs_mean_places_of_the_game_only() -> None:
    assert resolve(DATA, "training.episodes", within_game=True) == ("game", "phases", "training", "episodes")
    for text in ("id", "objective", "agents.first.objective", "expect.0.value"):
        with pytest.raises(InputError):
            resolve(DATA, text, within_game=True)


def test_parameters_of_a_library_game_go_by_their_own_names(tmp_path: Path) -> None:
    path = tmp_path / "library.yaml"
    path.write_text("version: 1\nid: x\ngame: {name: two-phase}\n")
    assert [set_to(path, text).game.horizon for text in ("n=7", "parameters.n=7", "game.parameters.n=7")] == [10] * 3
    assert said(path, "training.episodes=3")[0].startswith("1: training.episodes is no parameter of this scenario")


# --- setting parameters ----------------------------------------------------------------------------------------------


def test_what_is_set_is_what_is_loaded(small: Path) -> None:
    game = set_to(small, "training.episodes=7", "training.modification.A=1/3", "deployment.shutdown.B=0.2").game
    assert game.horizon == 10
    assert game.phases[0].modification["A"] == {"base": F(1, 3)}
    assert game.phases[1].shutdown["B"] == F(1, 5)


def test_the_last_of_several_settings_holds(small: Path) -> None:
    assert set_to(small, "training.episodes=7", "game.phases.training.episodes=1").game.horizon == 4


def test_whole_sections_can_be_set(small: Path) -> None:
    scenario = set_to(small, "agents={a: {strategy: A*}, b: {}}", "discount={beta: 1/2, delta: 0.9}")
    assert [agent.name for agent in scenario.agents] == ["a", "b"]
    assert scenario.game.objectives[0].discounting == QuasiHyperbolic(beta=F(1, 2), delta=F(9, 10))


def test_a_step_into_a_number_makes_a_mapping_of_it(small: Path) -> None:
    kept = set_to(small, "payoffs.human.A=0", "training.modification.A=1/2", "training.modification.A.human=1/4")
    assert kept.game.phases[0].modification["A"] == {"base": F(1, 2), "human": F(1, 4)}
    assert set_to(small, "discount=0.9", "discount.k=1").game.objectives[0].discounting == Hyperbolic(k=F(1))


@pytest.mark.parametrize("setting", ["payoffs.mesa.A=3", "game.payoffs.mesa.A=3"])
def test_setting_one_payoff_keeps_the_others(small: Path, setting: str) -> None:
    pays = set_to(small, setting).game.phases[0].payoffs
    assert pays == {"mesa": {"A": 3, "B": 0}, "base": {"A": 0, "B": 1}}


def test_setting_one_action_keeps_the_others(small: Path) -> None:
    actions = set_to(small, "actions.B.defects=true").game.actions
    assert [(action.name, action.defects) for action in actions] == [("A", True), ("B", True)]


def test_a_believed_payoff_keeps_the_others(small: Path) -> None:
    believed = set_to(small, "beliefs.payoffs.mesa.B=1/2").agents[0].believed
    assert believed is not None
    assert believed.phases[0].payoffs == {"mesa": {"A": 1, "B": F(1, 2)}, "base": {"A": 0, "B": 1}}


@pytest.mark.parametrize("text", ["phases: {training: {episodes: 2, modification: }}", "phases: {training: [1]}"])
def test_what_is_set_may_mend_a_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "holes.yaml"
    path.write_text(f"version: 1\nid: x\ngame: {{{text}}}\n")
    assert set_to(path, "training.episodes=2", "training.modification.A=1/2").game.horizon == 2


@pytest.mark.parametrize("game", ["5", "text", "[1]", "", "{}"])
def test_setting_parameters_of_a_file_without_a_game_is_an_error_of_the_file(tmp_path: Path, game: str) -> None:
    path = tmp_path / "no-game.yaml"
    path.write_text(f"version: 1\nid: x\ngame: {game}\n")
    for setting in (
        "discount=1",
        "payoffs.mesa.A=1",
        "training.episodes=1",
        "agents.agent.objective=mesa",
        "ties=declared",
    ):
        with pytest.raises(InputError):
            set_to(path, setting)


@pytest.mark.parametrize(
    ("setting", "found"),
    [
        ("x", "1: setting must be path=value, such as training.modification.A=1/2 | x"),
        ("=3", "1: setting must be path=value, such as training.modification.A=1/2 | =3"),
        ("a b=3", '1: path must be names joined by dots, such as training.modification.A, got "a b" | a b=3'),
        ("training.epsodes=3", "1: training.epsodes is no parameter of this scenario (did you mean training.episodes?) | training.epsodes=3"),
        ("training.episodes=-1", "19: training.episodes must be a whole number, 0 or more, got -1 | training.episodes=-1"),
        ("training.episodes=", "1: training.episodes must have a value, got nothing | training.episodes="),
        ("training.episodes=two", '19: training.episodes must be a whole number such as 3, got "two" | training.episodes=two'),
        ("training.episodes=[1", "19: YAML cannot be read: while parsing a flow sequence, expected ',' or ']', but got '<stream end>' | training.episodes=[1"),
        ("training.episodes=&a 1", "19: anchor is not allowed: write the value out, got &a | training.episodes=&a 1"),
        ("payoffs.mesa.Z=1", "16: payoffs.mesa.Z names no action of the game (one of A, B) | payoffs.mesa.Z=1"),
        ("objective=messa", '11: agents.planner.objective must be one of the objectives, got "messa" (did you mean mesa?) | objective=messa'),
        ("strategy=X*", '10: agents.planner.strategy must be made of the game\'s actions, got "X" (one of A, B) | strategy=X*'),
        ("beliefs.training.epsodes=1", "26: agents.planner.beliefs.training.epsodes is no parameter of this scenario (did you mean training.episodes?) | beliefs.training.epsodes=1"),
        ("title=5", "7: title must be text: put it in quotes, got 5 | title=5"),
        ("agents={}", "8: agents must have at least 1 entry, got an empty mapping | agents={}"),
        ("version=2", "9: version must be 1, got 2 | version=2"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_setting_is_said_where_it_stands_in_it(small: Path, setting: str, found: str) -> None:
    assert said(small, setting) == [found]


def test_several_wrong_settings_are_said_together(small: Path) -> None:
    assert [text.split(" | ")[1] for text in said(small, "a=1", "training.episodes=3", "b.c=2")] == ["a=1", "b.c=2"]
    assert [text.split(" | ")[1] for text in said(small, "a", "b", "[=")] == ["a", "b", "[="][:2]


def test_a_setting_breaks_a_file_together_with_what_stands_there(small: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_scenario(small, ["training.shutdown.A=1/2"])
    (problem,) = caught.value.problems
    assert problem.position is not None
    assert (problem.position.file, problem.position.line) == (str(small), 7)


@pytest.mark.slow
@given(st.text(max_size=30), st.text(max_size=20))
@settings(max_examples=40)
def test_no_setting_is_an_internal_error(path: str, value: str) -> None:
    for setting in (f"{path}={value}", f"training.{path}={value}", f"training.episodes={value}", f"discount={value}"):
        with contextlib.suppress(InputError):
            load_scenario("two-plus-three", [setting])


# --- from Python -----------------------------------------------------------------------------------------------------


def test_values_from_python_are_taken_as_they_are(small: Path) -> None:
    scenario = load_scenario(small, {"training.episodes": 4, "training.modification.A": 0.2, "ties": "defecting"})
    assert scenario.game.horizon == 7
    assert scenario.game.phases[0].modification["A"]["base"] == F(1, 5)
    assert scenario.changed == {"training.episodes": "4", "training.modification.A": "0.2", "ties": "defecting"}
    again = scenario.with_parameters({"training.modification.A": F(1, 3), "title": "5"})
    assert (again.game.horizon, again.title) == (7, "5")
    assert again.game.phases[0].modification["A"]["base"] == F(1, 3)
    assert again.changed["training.modification.A"] == "1/3"
    assert scenario.title == ""


def test_small_exact_numbers_are_taken_from_python_however_long_their_text(small: Path) -> None:
    number = F(1, 3**200)
    game = load_scenario(small, {"training.modification.A": number}).game
    assert game.phases[0].modification["A"]["base"] == number


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**200, None, object()])
def test_values_from_python_that_are_no_numbers_are_input_errors(small: Path, value: object) -> None:
    with pytest.raises(InputError, match=r"^training\.modification\.A must be "):
        load_scenario(small, {"training.modification.A": value})


# --- exact numbers, text and other scalars ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("0.2", F(1, 5)),
        ("1/3", F(1, 3)),
        ('"1/3"', F(1, 3)),
        ("'0.2'", F(1, 5)),
        ("1e-3", F(1, 1000)),
        ("1E-3", F(1, 1000)),
        (".5", F(1, 2)),
        ("+0.5", F(1, 2)),
        ("2/6", F(1, 3)),
        ("0", F(0)),
        ("1e-150", F(1, 10**150)),
    ],
)
def test_numbers_in_a_file_are_exact(small: Path, written: str, number: Fraction) -> None:
    small.write_text(SMALL.replace("A: 1", f"A: {written}"))
    phase = load_scenario(small).game.phases[0]
    assert phase.modification["A"]["base"] == number
    assert type(phase.modification["A"]["base"]) is Fraction


def test_numbers_under_an_expectation_are_as_exact_as_those_of_the_file(small: Path) -> None:
    small.write_text(SMALL + "expect: [{with: {training.modification.A: 1e-120}, regime: open}]\n")
    scenario = load_scenario(small)
    assert scenario.as_expected_by(0).game.phases[0].modification["A"]["base"] == F(1, 10**120)


@pytest.mark.parametrize(
    "written", ["no", "yes", "on", "off", "y", "n", "12 monkeys", "1:30", "<<", "=", '"5"', "0x", "~a"]
)
def test_words_that_other_yaml_takes_for_something_else_are_text(small: Path, written: str) -> None:
    small.write_text(f"title: {written}\n" + SMALL)
    assert load_scenario(small).title == written.strip('"')


@pytest.mark.parametrize(
    "written", ["5", "-5", "0.5", "1e3", "0x10", "0o7", "1_000", ".inf", "-.INF", ".nan", "true", "False"]
)
def test_what_looks_like_a_number_or_a_flag_is_no_text(small: Path, written: str) -> None:
    small.write_text(f"title: {written}\n" + SMALL)
    with pytest.raises(InputError, match=r"^title must be text: put it in quotes, got"):
        load_scenario(small)


# --- what a loaded scenario is ---------------------------------------------------------------------------------------


def test_a_silent_file_has_one_planning_agent_and_the_usual_payoffs(tmp_path: Path) -> None:
    path = tmp_path / "least.yaml"
    path.write_text("version: 1\nid: least\ngame: {phases: {training: {episodes: 1}}}\n")
    scenario = load_scenario(path)
    assert [(agent.name, agent.objective, agent.strategy) for agent in scenario.agents] == [("agent", "mesa", None)]
    assert scenario.game.phases[0].payoffs == {"mesa": {"A": 1, "B": 0}, "base": {"A": 0, "B": 1}}
    assert scenario.game.base_objective == "base"


def test_the_digest_is_that_of_the_meaning_not_of_the_spelling(small: Path) -> None:
    one = load_scenario(small)
    small.write_text(
        "# a comment\n" + SMALL.replace("{A: 1, B: 0}", "{A: 1.0, B: 0/5}").replace("episodes: 2", "episodes: 2.0")
    )
    same = load_scenario(small)
    assert same.digest() == one.digest()
    assert load_scenario(small, ["training.episodes=3"]).digest() != one.digest()
    assert load_scenario(small, ["training.episodes=2"]).digest() == one.digest()
