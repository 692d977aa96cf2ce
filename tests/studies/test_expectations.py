"""Expectations of every kind hold when they should and fail when they should, exactly or within their tolerance."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenario.sound import SMALL, TEXTS

from deceptive_sim.core.errors import InputError
from deceptive_sim.scenario.load import Scenario, load_scenario
from deceptive_sim.studies.models import run_model
from deceptive_sim.studies.result import Check, RunResult
from deceptive_sim.studies.run import examine, run, solve, solve_all

LEARNERS = [name for name, text in TEXTS.items() if "game: {name: krueger-2020}" in text]
PHASED = [name for name in TEXTS if not name.startswith("published/") and name not in LEARNERS]
"""What ships with a phased game; tests/games/test_published_rows.py runs the others; those of learners are below."""

AGENTS = "  taker: {strategy: A*}\n  mistaken: {beliefs: {deployment.episodes: 0}}\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "expecting.yaml"


def load(path: Path, rows: str, base: str = SMALL + AGENTS) -> Scenario:
    path.write_text(base + f"expect: [{rows}]\n")
    return load_scenario(path)


def carried_out(path: Path, rows: str, base: str = SMALL + AGENTS) -> RunResult:
    return run(load(path, rows, base))


def checks(path: Path, rows: str, base: str = SMALL + AGENTS) -> list[Check]:
    return list(carried_out(path, rows, base).checks)


RIGHT_AND_WRONG = [
    ("strategy", "BBAAA", "BAAAA"),
    ("regime", "deceptive", "open"),
    ("turn", "3", "4"),
    ("value", "3", "4"),
    ("believed_value", "3", "2.999"),
    ("values", "{mesa: {mesa: 3, base: 2}, base: {base: 5}}", "{mesa: {mesa: 3, base: 3}}"),
    ("premium", "2", "-2"),
    ("deception_pays", "true", "false"),
    ("ties", "[]", "[1]"),
    ("optimal_strategies", "1", "2"),
    ("reaches_deployment_unmodified", "1", "0.5"),
    ("expected_deployment_defections", "3", "2"),
    ("goal_preservation", "[3, 3, 3, 2, 1]", "[3, 3, 3, 2]"),
    ("inner_gap", "3", "0"),
]


@pytest.mark.parametrize(("quantity", "right", "wrong"), RIGHT_AND_WRONG)
def test_an_expectation_of_every_kind_holds_if_right_and_fails_if_wrong(
    path: Path, quantity: str, right: str, wrong: str
) -> None:
    holds, fails = checks(path, f"{{{quantity}: {right}}}, {{{quantity}: {wrong}}}")
    assert (holds.quantity, fails.quantity) == (quantity, quantity)
    assert (holds.holds, fails.holds) == (True, False), (holds, fails)
    assert holds.agent == "planner"
    assert fails.expected != fails.found


@pytest.mark.parametrize("quantity", ["turn", "premium", "goal_preservation", "outer_gap", "inner_gap"])
def test_null_is_expected_of_what_is_not_there_and_of_nothing_else(path: Path, quantity: str) -> None:
    game = "payoffs: {mesa: {A: 1}}\n  base_objective: ~\n".replace("\n  base_objective: ~", "")
    lonely = f"version: 1\nid: x\ngame:\n  phases: {{deployment: {{episodes: 2}}}}\n  {game}"
    assert [check.holds for check in checks(path, f"{{{quantity}: null}}", lonely)] == [True]
    if quantity != "outer_gap":
        assert [check.holds for check in checks(path, f"{{{quantity}: null}}")] == [False]
    value = "[1, 1]" if quantity == "goal_preservation" else "1"
    (check,) = checks(path, f"{{{quantity}: {value}}}", lonely)
    assert (check.holds, check.found) == (False, "none")


def test_a_tolerance_is_a_largest_difference_and_includes_it(path: Path) -> None:
    rows = [
        "{value: 3.1, tolerance: 0.1}",
        "{value: 3.1, tolerance: 0.09999}",
        "{value: 3.1}",
        "{values: {mesa: {base: 1.5}}, tolerance: 1/2}",
        "{goal_preservation: [3, 3, 3, 2, 1.5], tolerance: 1/2}",
        "{strategy: BBAA, tolerance: 9}",
    ]
    assert [check.holds for check in checks(path, ", ".join(rows))] == [True, False, False, True, True, False]


def test_expectations_are_exact(path: Path) -> None:
    sevenths = SMALL.replace("A: 1", "A: 2/7") + AGENTS
    exact = solve(load(path, "", sevenths), "taker", exact=True).value
    almost = f"{float(exact):.15f}"
    assert [check.holds for check in checks(path, f"{{agent: taker, value: {exact}}}", sevenths)] == [True]
    assert [check.holds for check in checks(path, f"{{agent: taker, value: {almost}}}", sevenths)] == [False]
    close = f"{{agent: taker, value: {almost}, tolerance: 1e-12}}"
    assert [check.holds for check in checks(path, close, sevenths)] == [True]


def test_an_expectation_is_about_the_agent_it_names(path: Path) -> None:
    rows = "{strategy: BBAAA}, {agent: taker, strategy: AAAAA}, {agent: taker, regime: open}, {value: 3}"
    found = checks(path, rows)
    assert [check.agent for check in found] == ["planner", "taker", "taker", "planner"]
    assert all(check.holds for check in found)
    assert carried_out(path, "{agent: mistaken, believed_value: 1, value: 1}").checks[0].agent == "mistaken"


def test_with_holds_for_its_own_expectation_only(path: Path) -> None:
    rows = [
        "{with: {deployment.episodes: 1}, value: 1}",
        "{value: 3}",
        "{with: {training.modification.A: 0, ties: defecting}, strategy: AAAAA}",
        "{with: {agents.planner.objective: base}, strategy: BBBBB}",
        "{with: {objective: base, deployment.episodes: 0}, strategy: BB}",
    ]
    result = carried_out(path, ", ".join(rows))
    assert result.holds
    assert result.checks[0].quantity == "value, deployment.episodes = 1"
    assert result.checks[2].quantity == "strategy, training.modification.A = 0, ties = defecting"
    assert result.game.horizon == 5


def test_a_scenario_holds_if_every_expectation_does(path: Path) -> None:
    assert carried_out(path, "").holds
    assert carried_out(path, "{value: 3}, {turn: 3}").holds
    assert not carried_out(path, "{value: 3}, {turn: 2}").holds


def test_long_games_are_checked_in_floats_with_a_little_slack(path: Path) -> None:
    long = SMALL.replace("episodes: 3", "episodes: 500").replace("game:\n", "game:\n  discount: 0.99\n")
    value = solve(load(path, "", long)).value
    assert carried_out(path, f"{{value: {value!r}}}", long).holds
    assert not carried_out(path, f"{{value: {value + 1e-6!r}}}", long).holds


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name.startswith("maze-") else ()) for name in sorted(PHASED)]
)
def test_what_ships_keeps_its_own_expectations(path: Path, name: str) -> None:
    path.write_text(TEXTS[name], encoding="utf-8")
    result = run(replace(load_scenario(path), claims=()))  # claims are verified by tests/claims/test_catalogue.py
    assert result.holds
    assert result.checks


@pytest.mark.parametrize("name", LEARNERS)
def test_games_of_learners_keep_their_own_expectations(path: Path, name: str) -> None:
    path.write_text(TEXTS[name], encoding="utf-8")
    result = run_model(load_scenario(path))
    assert result.holds
    assert result.checks


# --- looking before leaping ------------------------------------------------------------------------------------------


def test_examine_tells_how_each_expectation_has_the_scenario(path: Path) -> None:
    scenario = load(path, "{value: 3}, {with: {training.episodes: 4}, value: 3}")
    assert [given.game.horizon for given in examine(scenario)] == [5, 7]
    assert [given.changed for given in examine(scenario)] == [{}, {}]


def test_examine_finds_an_agent_that_the_expectation_s_own_parameters_lack(path: Path) -> None:
    scenario = load(path, "{with: {agents.taker.strategy: BBAAA}, agent: taker, value: 3}, {agent: nobody}")
    with pytest.raises(InputError, match=r"^expect\.1\.agent must be one of the scenario's agents"):
        examine(scenario)


def test_examine_weighs_fractions_heavier_than_floats(path: Path) -> None:
    scenario = load(path, "", SMALL.replace("episodes: 3", "episodes: 60000"))
    examine(scenario)
    with pytest.raises(InputError, match=r"must have few enough episodes"):
        examine(scenario, exact=True)


@pytest.mark.slow
def test_a_thousand_expectations_are_looked_at_in_time(path: Path) -> None:
    rows = [f"{{with: {{training.modification.A: {n}/1000}}, value: 3}}" for n in range(1000)]
    scenario = load(path, ", ".join(rows))
    start = time.process_time()
    assert len(examine(scenario)) == 1000
    assert time.process_time() - start < 5


def test_very_many_broken_expectations_are_not_all_looked_for(path: Path) -> None:
    scenario = load(path, ", ".join(["{agent: nobody}"] * 900))
    with pytest.raises(InputError) as caught:
        examine(scenario)
    assert len(caught.value.problems) == 100


# --- solving ---------------------------------------------------------------------------------------------------------


def test_solve_answers_for_the_first_agent_or_the_one_named(path: Path) -> None:
    scenario = load(path, "")
    assert [solve(scenario).agent, solve(scenario, "taker").agent] == ["planner", "taker"]
    assert [solution.agent for solution in solve_all(scenario)] == ["planner", "taker", "mistaken"]
    with pytest.raises(
        InputError, match=r"^agent must be one of the scenario's agents, got \"takr\" \(did you mean taker"
    ):
        solve(scenario, "takr")


def test_progress_is_said_for_every_agent(path: Path) -> None:
    said: list[tuple[int, int, str]] = []
    solve_all(load(path, ""), progress=lambda done, total, what: said.append((done, total, what)))
    assert said == [
        (0, 3, "solving planner"),
        (1, 3, "solving taker"),
        (2, 3, "solving mistaken"),
        (3, 3, "solved"),
    ]


def test_a_result_carries_what_was_run(path: Path) -> None:
    path.write_text(SMALL)
    result = run(load_scenario(path, ["training.episodes=1"]), seed=5)
    assert (result.scenario_id, result.seed, dict(result.changed)) == ("small", 5, {"training.episodes": "1"})
    assert result.resolved["game"]["phases"]["training"]["episodes"] == 1
    assert len(result.digest) == 64
    assert set(result.durations) == {"solve", "check"}


@pytest.mark.slow
@given(st.fractions(0, 1, max_denominator=12), st.fractions(0, 1, max_denominator=12), st.integers(1, 4))
@settings(max_examples=25, deadline=None)
def test_the_exact_value_is_always_met_and_its_neighbours_never(p: object, discount: object, episodes: int) -> None:
    settings_ = {"training.modification.A": p, "discount": discount, "deployment.episodes": episodes}
    scenario = load_scenario("two-plus-three", settings_)
    value = solve(scenario, exact=True).value
    given_ = {"agents.mesa-optimiser.title": "x"}
    for shift, holds in ((0, True), (1, False)):
        data = {**scenario.document.data, "expect": [{"value": value + shift, "with": given_}]}
        changed = scenario.with_parameters({"expect": data["expect"]})
        assert run(changed).holds is holds
