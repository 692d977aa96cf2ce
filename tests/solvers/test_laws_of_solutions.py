"""Laws that solutions obey whatever the numbers: renaming, scaling, splitting, shifting. No oracle needed.

Every law holds in exact arithmetic and with ties, under each of the tie rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from adapters import phased, quick
from hypothesis import assume, given
from hypothesis import strategies as st
from oracle.plain import Game, two_phase_game
from oracle.random_games import phased_games

from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.strategies import parse_strategy
from deceptive_sim.solvers.solution import Solution
from deceptive_sim.solvers.solve import solve_game

F = Fraction
MESA = AgentSpec(objective="mesa")
GAMES = phased_games(min_total=1, max_total=6, max_episodes=4, any_flags=True)


def solved(game: Game, agent: AgentSpec = MESA) -> Solution:
    return solve_game(phased(game), agent, exact=True)


def rename(value: Any, names: Mapping[str, str]) -> Any:
    """The same nested dicts and lists with words replaced, keys included."""
    if isinstance(value, dict):
        return {names.get(key, key): rename(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [rename(each, names) for each in value]
    return names.get(value, value) if isinstance(value, str) else value


def with_phases(game: Game, change: Any) -> Game:
    return {**game, "phases": [change(phase) for phase in game["phases"]]}


# --- renaming ---------------------------------------------------------------------------------------------------------


@given(GAMES)
@quick(30)
def test_names_of_actions_mean_nothing(game: Game) -> None:
    names = {"A": "X", "B": "Y", "C": "Z"}
    found, renamed = solved(game), solved(rename(game, names))
    spelt = str.maketrans(names)
    assert renamed.strategy == found.strategy.translate(spelt)
    assert renamed.optimal == tuple(strategy.translate(spelt) for strategy in found.optimal)
    same = {"strategy": "", "optimal": (), "pretending": None}
    assert replace(renamed, **same) == replace(found, **same)


@given(phased_games(max_total=5, n_actions=(2, 2), prefer=["non-defecting", "defecting"]))
@quick(30)
def test_the_order_of_actions_means_nothing_when_ties_go_by_role(game: Game) -> None:
    # A defects and B does not, so that the rule by role leaves nothing to the declared order
    turned = {**game, "actions": game["actions"][::-1]}
    found, other = solved(game), solved(turned)
    assert set(other.optimal) == set(found.optimal) or found.n_optimal > 16
    same = {"plan": found.plan, "optimal": (), "action_values": ()}
    assert replace(other, **same) == replace(found, **same)
    assert other.action_values == tuple(values[::-1] for values in found.action_values)


@given(GAMES)
@quick(30)
def test_names_and_order_of_objectives_mean_nothing(game: Game) -> None:
    names = {"mesa": "green", "base": "exit", "human": "people"}
    turned = {**game, "base": "exit", "objectives": rename(game["objectives"][::-1], names)}
    turned |= {key: rename(game[key], names) for key in ("discount", "phases")}
    found, other = solved(game), solved(turned, AgentSpec(objective="green"))
    back = {new: old for old, new in names.items()}
    assert rename({actor: dict(row) for actor, row in other.values.items()}, back) == {
        actor: dict(row) for actor, row in found.values.items()
    }
    same = {"objective": "", "values": {}, "at_wheel": (), "outer_gap": None}  # the outer gap goes by the name "human"
    assert replace(other, **same) == replace(found, **same)
    assert other.at_wheel == tuple(row[::-1] for row in found.at_wheel)


# --- units ------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@given(GAMES, st.sampled_from(["mesa", "base", "human"]), st.sampled_from([F(1, 7), F(3), F(10**9)]))
@quick(40)
def test_the_unit_of_one_judge_changes_its_values_and_nothing_else(game: Game, judge: str, factor: Fraction) -> None:
    assume(judge in game["objectives"])

    def scaled(phase: dict[str, Any]) -> dict[str, Any]:
        row = {action: factor * u for action, u in phase["payoffs"][judge].items()}
        return {**phase, "payoffs": {**phase["payoffs"], judge: row}}

    found, other = solved(game), solved(with_phases(game, scaled))
    assert other.values == {
        actor: {k: v * (factor if k == judge else 1) for k, v in row.items()} for actor, row in found.values.items()
    }
    own = factor if judge == "mesa" else F(1)
    same = dict.fromkeys(("values", "value", "believed_value", "premium", "goal_preservation", "action_values"))
    same |= {"outer_gap": None, "inner_gap": None}
    assert replace(other, **same) == replace(found, **same)
    assert (other.value, other.believed_value) == (found.value * own, found.believed_value * own)
    assert other.premium == (None if found.premium is None else found.premium * own)
    assert other.goal_preservation == tuple(price * own for price in found.goal_preservation)
    for gap, whose in (("outer_gap", "human"), ("inner_gap", "base")):
        scale = factor if judge == whose else F(1)
        expected = None if getattr(found, gap) is None else getattr(found, gap) * scale
        assert getattr(other, gap) == expected


@given(phased_games(max_total=5, shutdown=False), st.sampled_from([F(-2), F(1, 3), F(5)]))
@quick(30)
def test_a_wage_for_every_episode_is_added_to_values_where_nothing_ends_the_run(game: Game, wage: Fraction) -> None:
    def paid(phase: dict[str, Any]) -> dict[str, Any]:
        return {**phase, "payoffs": {k: {a: u + wage for a, u in row.items()} for k, row in phase["payoffs"].items()}}

    found, other = solved(game), solved(with_phases(game, paid))
    episodes = sum(phase["episodes"] for phase in game["phases"])
    total = {k: wage * sum((g**t for t in range(episodes)), F(0)) for k, g in game["discount"].items()}
    assert other.values == {i: {k: v + total[k] for k, v in row.items()} for i, row in found.values.items()}
    same = dict.fromkeys(("values", "value", "believed_value", "action_values"))
    assert replace(other, **same) == replace(found, **same)


@pytest.mark.slow
@given(phased_games(max_total=5, shutdown=False), st.sampled_from([F(1, 2), F(1, 5)]))
@quick(30)
def test_a_constant_hazard_is_a_discount(game: Game, hazard: Fraction) -> None:
    # the run ends after every episode with the same probability, modification otherwise as before; or all discount more
    def dangerous(phase: dict[str, Any]) -> dict[str, Any]:
        names = [name for name, _ in game["actions"]]
        moves = {a: {k: (1 - hazard) * p for k, p in row.items()} for a, row in phase["modification"].items()}
        return {**phase, "modification": moves, "shutdown": dict.fromkeys(names, hazard)}

    found = solved(with_phases(game, dangerous))
    other = solved({**game, "discount": {k: g * (1 - hazard) for k, g in game["discount"].items()}})
    for name in ("strategy", "ties", "values", "premium", "pretending", "goal_preservation", "deception_pays"):
        assert getattr(found, name) == getattr(other, name), name
    assert found.n_optimal == other.n_optimal
    assert found.reaches_deployment_unmodified <= other.reaches_deployment_unmodified


# --- phases -----------------------------------------------------------------------------------------------------------


@given(GAMES, st.data())
@quick(30)
def test_where_a_phase_is_cut_changes_nothing(game: Game, data: st.DataObject) -> None:
    phases: list[dict[str, Any]] = []
    for phase in game["phases"]:
        first = data.draw(st.integers(0, phase["episodes"]))
        phases += [{**phase, "episodes": first}]
        phases += [{**phase, "episodes": phase["episodes"] - first, "name": f"second-{phase['name']}"}]
    assert solved({**game, "phases": phases}) == solved(game)


@given(GAMES, st.integers(0, 3), st.booleans())
@quick(30)
def test_an_empty_phase_changes_nothing(game: Game, place: int, training: bool) -> None:
    odd = {k: {a: F(99) for a, _ in game["actions"]} for k in game["objectives"]}
    empty = {"name": "empty", "training": training, "episodes": 0, "payoffs": odd}
    empty |= {"modification": {a: {"base": F(1)} for a, _ in game["actions"]}, "shutdown": {}}
    phases = [*game["phases"][:place], empty, *game["phases"][place:]]
    assert solved({**game, "phases": phases}) == solved(game)


@given(GAMES)
@quick(30)
def test_values_are_those_of_the_game_that_starts_one_episode_later(game: Game) -> None:
    # one step by hand: what the chosen action pays now, and the solution of the rest of the game
    found = solved(game)
    first = next(phase for phase in game["phases"] if phase["episodes"])
    rest = solved(
        {**game, "phases": [{**p, "episodes": p["episodes"] - 1} if p is first else p for p in game["phases"]]}
    )
    action = found.strategy[0]
    moves = {k: p for k, p in first["modification"].get(action, {}).items() if k != "mesa"}
    stays = 1 - sum(moves.values()) - first["shutdown"].get(action, 0)
    for judge, g in game["discount"].items():
        later = stays * rest.values["mesa"][judge] + sum(p * rest.values[k][judge] for k, p in moves.items())
        assert found.values["mesa"][judge] == first["payoffs"][judge][action] + g * later
    assert found.strategy[1:] == rest.strategy


# --- strategies -------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@given(GAMES, st.data())
@quick(30)
def test_no_fixed_strategy_is_better_than_an_optimal_one(game: Game, data: st.DataObject) -> None:
    found, true = solved(game), phased(game)
    text = "".join(data.draw(st.sampled_from([a for a, _ in game["actions"]])) for _ in found.strategy)
    for written in (text, *found.optimal[:4]):
        plan = parse_strategy(written, true.actions, true.horizon)
        fixed = solved(game, AgentSpec(objective="mesa", strategy=plan))
        assert fixed.value == found.value if written in found.optimal else fixed.value <= found.value


@given(GAMES)
@quick(30)
def test_the_premium_is_what_the_best_of_each_kind_differ_by(game: Game) -> None:
    found, true = solved(game), phased(game)
    if found.pretending is None or found.premium is None:
        return
    plan = parse_strategy(found.pretending, true.actions, true.horizon)
    honest = solved(game, AgentSpec(objective="mesa", strategy=plan))
    assert found.value == max(honest.value, honest.value - found.premium)
    trained = [phase["training"] for phase in game["phases"] for _ in range(phase["episodes"])]
    flags = dict(map(tuple, game["actions"]))
    assert not any(flags[a] and training for a, training in zip(found.pretending, trained, strict=True))


@given(GAMES)
@quick(30)
def test_where_nobody_is_modified_ties_are_broken_at_no_cost(game: Game) -> None:
    alone = with_phases(game, lambda phase: {**phase, "modification": {}})
    found = [solved({**alone, "prefer": rule}) for rule in ("defecting", "non-defecting", "declared")]
    for name in ("value", "ties", "n_optimal", "optimal", "premium"):
        assert len({getattr(solution, name) for solution in found}) == 1, name
    if not found[0].ties:
        assert len({solution.strategy for solution in found}) == 1


# --- what a play-along window does ------------------------------------------------------------------------------------


CHANCES = st.fractions(0, 1, max_denominator=9)


@given(st.integers(1, 6), st.integers(1, 6), CHANCES, CHANCES)
@quick(30)
def test_longer_training_only_puts_more_in_front(n: int, m: int, p: Fraction, g: Fraction) -> None:
    short, long = (solved(two_phase_game(k, m, p, g=g)).strategy for k in (n, n + 1))
    assert long[1:] == short
    assert long[0] == "A" or "A" not in short[:n]
