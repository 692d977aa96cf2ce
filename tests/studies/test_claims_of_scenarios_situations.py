"""Scenarios as claims see them: names of parameters, their numbers, and games that equal those read from the file."""

from __future__ import annotations

import json
import pickle
import shlex
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from cli.commands import invoke
from hypothesis import given, settings
from hypothesis import strategies as st

from deceptive_sim.claims.situations import Spot
from deceptive_sim.core.errors import InputError
from deceptive_sim.model.numbers import Place, numbers_of
from deceptive_sim.scenario.load import Scenario, load_scenario
from deceptive_sim.scenario.yaml_text import read_text
from deceptive_sim.studies.claim_situations import ScenarioSituations

F = Fraction

MANY_WAYS = """\
version: 1
id: many-ways
game:
  phases:
    training:
      episodes: 2
      modification: {A: 1/2, B: {human: 1/4}}
      payoffs: {base: {B: 3}}
    late-training: {episodes: 1, modification: {A: {base: 1/3}}}
    deployment: {episodes: 3, shutdown: {A: 1/10}}
  payoffs: {mesa: {A: 1, B: 0}, base: {A: 0, B: 1}, human: {B: 2}}
  discount: 0.9
  objectives: {human: {discount: {beta: 1/2, delta: 1}}}
agents:
  planner: {objective: mesa}
  impatient: {objective: mesa, discount: 1/2}
  mistaken: {objective: mesa, beliefs: {training.modification.A: 0, game.phases.deployment.episodes: 5}}
  fixed: {objective: mesa, strategy: BBAAAA}
  loyal: {objective: base}
"""

LIBRARY = "version: 1\nid: of-the-library\ngame: {name: two-phase, parameters: {n: 2, p: 1/2}}\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("situations")
    (made / "many-ways.yaml").write_text(MANY_WAYS)
    (made / "of-the-library.yaml").write_text(LIBRARY)
    return made


@pytest.fixture(scope="module")
def many_ways(folder: Path) -> ScenarioSituations:
    return ScenarioSituations(load_scenario(folder / "many-ways.yaml"))


@pytest.fixture(scope="module")
def asked(many_ways: ScenarioSituations) -> Callable[[], ScenarioSituations]:
    """The same behind a function, so that a failing example shows only what matters."""
    return lambda: many_ways


NAMES = {
    "training.episodes": "training.episodes",
    "game.phases.training.episodes": "training.episodes",
    "training.modification.A": "training.modification.A",
    "training.modification.A.base": "training.modification.A",
    "training.modification.B.human": "training.modification.B.human",
    "late-training.modification.A": "late-training.modification.A.base",
    "deployment.modification.A": "deployment.modification.A",
    "deployment.modification.A.base": "deployment.modification.A",
    "discount": "discount",
    "game.discount": "discount",
    "agents.planner.discount": "agents.planner.discount",
    "game.payoffs.mesa.A": "payoffs.mesa.A",
    "objectives.human.discount.beta": "objectives.human.discount.beta",
    "agents.mistaken.beliefs.training.modification.A": "agents.mistaken.beliefs.training.modification.A",
    "agents.mistaken.beliefs.deployment.episodes": "agents.mistaken.beliefs.game.phases.deployment.episodes",
    "beliefs.game.phases.training.episodes": "agents.planner.beliefs.training.episodes",
}


@pytest.mark.parametrize(("path", "name"), NAMES.items())
def test_one_name_for_all_paths_of_a_parameter(many_ways: ScenarioSituations, path: str, name: str) -> None:
    assert many_ways.canonical(path) == name
    assert many_ways.canonical(name) == name


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("training.epsodes", "did you mean training.episodes?"),
        ("training", "is no single number: name one of its parts"),
        ("training.modification", "is no single number"),
        ("objectives.human.discount", "is no single number"),
        ("ties", "takes no number"),
        ("agents.fixed.strategy", "takes no number"),
        ("version", "takes no number"),
        ("training..episodes", "must be names joined by dots"),
        ("beliefs.ties", "takes no number"),
        ("x y", "must be names joined by dots"),
    ],
)
def test_what_is_no_number_of_the_scenario_is_refused(many_ways: ScenarioSituations, path: str, said: str) -> None:
    with pytest.raises(InputError, match=said.replace("?", r"\?")):
        many_ways.canonical(path)


NUMBERS = {
    "training.episodes": F(2),
    "training.modification.A": F(1, 2),
    "training.modification.B.base": F(0),
    "training.modification.B.human": F(1, 4),
    "training.payoffs.base.B": F(3),
    "late-training.modification.A": F(1, 3),
    "training.shutdown.B": F(0),
    "deployment.shutdown.A": F(1, 10),
    "payoffs.human.A": F(0),
    "discount": F(9, 10),
    "agents.planner.discount": F(9, 10),
    "agents.impatient.discount": F(1, 2),
    "objectives.human.discount.beta": F(1, 2),
    "agents.mistaken.beliefs.deployment.episodes": F(5),
    "agents.mistaken.beliefs.late-training.episodes": F(1),
    "agents.planner.beliefs.training.modification.A": F(1, 2),
}


@pytest.mark.parametrize(("path", "number"), NUMBERS.items())
def test_a_parameter_that_nobody_sets_is_what_the_scenario_says(
    many_ways: ScenarioSituations, path: str, number: F
) -> None:
    assert many_ways.number(path) == number
    assert many_ways.whole(path) is path.endswith("episodes")


def test_parameters_of_library_games(folder: Path) -> None:
    library = ScenarioSituations(load_scenario(folder / "of-the-library.yaml"))
    assert [library.number(path) for path in ("n", "m", "p", "q", "d", "g")] == [2, 3, F(1, 2), 0, 0, 1]
    assert [library.whole(path) for path in ("n", "p")] == [True, False]
    assert library.canonical("parameters.n") == library.canonical("game.parameters.n") == "n"
    assert library.at({"n": F(4), "g": F(1, 3)}) == read(library.scenario, {"n": F(4), "g": F(1, 3)}, "agent")


def read(scenario: Scenario, values: dict[str, F], agent: str) -> object:
    """The situation as a reader of the changed file would see it."""
    from deceptive_sim.claims.situations import Situation

    changed = scenario.measuring(agent).with_parameters(values)
    return Situation(game=changed.game, agent=changed.agent_named(agent))


NUMERIC = st.sampled_from([F(0), F(1), F(1, 2), F(1, 3), F(2, 7), F(3), F(-1), F(11, 10)])
COUNTS = st.sampled_from([F(0), F(1), F(2), F(5), F(-1), F(1, 2)])
PATHS = {
    "training.episodes": COUNTS,
    "late-training.episodes": COUNTS,
    "training.modification.A": NUMERIC,
    "training.modification.B.human": NUMERIC,
    "late-training.modification.A.base": NUMERIC,
    "training.shutdown.A": NUMERIC,
    "payoffs.mesa.A": NUMERIC,
    "payoffs.base.B": NUMERIC,
    "training.payoffs.mesa.B": NUMERIC,
    "discount": NUMERIC,
    "objectives.human.discount.beta": NUMERIC,
    "agents.planner.discount": NUMERIC,
    "agents.impatient.discount": NUMERIC,
    "agents.mistaken.beliefs.training.modification.A": NUMERIC,
    "agents.mistaken.beliefs.deployment.episodes": COUNTS,
}


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(sorted(PATHS)), unique=True, max_size=4).flatmap(
        lambda paths: st.fixed_dictionaries({path: PATHS[path] for path in paths})
    ),
    st.sampled_from(["planner", "impatient", "mistaken", "fixed", "loyal"]),
)
def test_situations_are_those_of_the_file_read_anew(
    asked: Callable[[], ScenarioSituations], values: dict[str, F], agent: str
) -> None:
    many_ways = asked()
    # Other agents' beliefs are nobody's concern, so that they cannot make a situation unsound.
    own = {path: value for path, value in values.items() if ".beliefs." not in path or f".{agent}." in path}
    own = {path.replace("s.deployment", "s.game.phases.deployment"): value for path, value in own.items()}
    try:
        expected = read(many_ways.scenario, own, agent)
    except InputError as error:
        rules = {problem.rule for problem in error.problems}
        with pytest.raises(InputError) as raised:
            many_ways.at(values, agent)
        assert {problem.rule for problem in raised.value.problems} == rules
    else:
        assert many_ways.at(values, agent) == expected


@pytest.mark.parametrize(
    ("agent", "path", "spots"),
    [
        ("planner", "training.modification.A", [(False, Place("modification", 0, "A", "base"))]),
        ("mistaken", "training.modification.A", [(False, Place("modification", 0, "A", "base"))]),
        (
            "mistaken",
            "late-training.modification.A",
            [(False, Place("modification", 1, "A", "base")), (True, Place("modification", 1, "A", "base"))],
        ),
        (
            "mistaken",
            "agents.mistaken.beliefs.training.modification.A",
            [(True, Place("modification", 0, "A", "base"))],
        ),
        ("planner", "agents.impatient.discount", []),
        ("impatient", "discount", [(False, Place("discount", -1, "base"))]),
        ("impatient", "agents.impatient.discount", [(False, Place("discount", -1, "mesa"))]),
        (
            "mistaken",
            "agents.mistaken.discount",
            [(False, Place("discount", -1, "mesa")), (True, Place("discount", -1, "mesa"))],
        ),
        ("planner", "payoffs.base.B", [(False, Place("payoff", f, "base", "B")) for f in (1, 2)]),
        ("planner", "training.episodes", [(False, Place("episodes", 0))]),
    ],
)
def test_templates_know_where_a_parameter_stands(
    many_ways: ScenarioSituations, agent: str, path: str, spots: list[tuple[bool, Place]]
) -> None:
    template = many_ways.template({}, [path], agent)
    assert template is not None
    assert set(template.spots[many_ways.canonical(path)]) == {Spot(*spot) for spot in spots}


def test_the_other_numbers_of_a_template_are_those_of_the_game_as_it_is_judged(many_ways: ScenarioSituations) -> None:
    fixed = {"training.episodes": F(4), "training.shutdown.A": F(1, 7)}
    template = many_ways.template(fixed, ["training.modification.A"], "impatient")
    assert template is not None
    numbers = numbers_of(template.situation.game)
    assert numbers[Place("episodes", 0)] == 4
    assert numbers[Place("shutdown", 0, "A")] == F(1, 7)
    assert numbers[Place("discount", -1, "mesa")] == F(1, 2)  # the agent's own
    assert numbers[Place("discount", -1, "base")] == F(9, 10)
    assert template.situation.agent.discounting is None
    assert template.situation.agent.judged(template.situation.game) == template.situation.game


@pytest.mark.parametrize("path", ["objectives.human.discount.beta", "objectives.human.discount.delta"])
def test_what_is_no_copy_of_a_number_has_no_template(many_ways: ScenarioSituations, path: str) -> None:
    assert many_ways.template({}, [path], "planner") is None


def test_a_belief_stays_when_the_truth_is_moved(many_ways: ScenarioSituations) -> None:
    situation = many_ways.at({"training.modification.A": F(1, 5), "deployment.episodes": F(9)}, "mistaken")
    believed = situation.agent.believed
    assert believed is not None
    assert [phase.episodes for phase in believed.phases] == [2, 1, 5]
    assert believed.phases[0].modification["A"]["base"] == 0
    assert situation.game.phases[0].modification["A"]["base"] == F(1, 5)


def test_the_replay_command_shows_the_situation(folder: Path) -> None:
    path = folder / "of the library's.yaml"
    path.write_text(LIBRARY)
    situations = ScenarioSituations(load_scenario(path, ["m=2", "game.parameters.n=1"]))
    values = {"n": F(3), "p": F(2, 3)}
    command = situations.replay(values)
    assert command == f"""deceptive-sim solve {shlex.quote(str(path))} --set m=2 --set n=3 --set p=2/3"""
    answer = json.loads(invoke(*shlex.split(command)[1:], "--exact", "--json").out)
    assert answer["strategy"] == "BBBAA"
    assert F(answer["value"]) == 2


def test_shipped_scenarios_are_called_by_their_ids() -> None:
    assert ScenarioSituations(load_scenario("two-plus-three")).replay({}) == "deceptive-sim solve two-plus-three"


def test_situations_travel_to_other_processes(many_ways: ScenarioSituations) -> None:
    many_ways.at({"discount": F(1, 3)})
    again = pickle.loads(pickle.dumps(many_ways))
    assert again.at({"discount": F(1, 3)}) == many_ways.at({"discount": F(1, 3)})
    assert len(pickle.dumps(again)) < 20_000


def test_an_unknown_agent_is_refused(many_ways: ScenarioSituations) -> None:
    with pytest.raises(InputError, match="did you mean planner"):
        many_ways.at({}, "planer")


def test_the_text_is_what_it_seems() -> None:
    assert set(read_text(MANY_WAYS, "x").data["agents"]) == {"planner", "impatient", "mistaken", "fixed", "loyal"}
