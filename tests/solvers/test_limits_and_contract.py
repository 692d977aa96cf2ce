"""What is refused, with the estimate said, and what other tools rely on."""

from __future__ import annotations

import dataclasses
import re
from fractions import Fraction
from math import log2

import pytest

from deceptive_sim.core.errors import InputError
from deceptive_sim.core.seeds import generator
from deceptive_sim.games.two_phase import two_phase
from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.discounting import Hyperbolic
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase
from deceptive_sim.model.strategies import Strategy
from deceptive_sim.solvers import recursion
from deceptive_sim.solvers.play import play
from deceptive_sim.solvers.solution import Solution
from deceptive_sim.solvers.solve import MOST_EXACT_STEPS, MOST_STEPS, solve_game

F = Fraction
HYPERBOLIC = AgentSpec(objective="mesa", discounting=Hyperbolic(k=1))


def refused(*arguments: object, **settings: bool) -> str:
    with pytest.raises(InputError) as caught:
        solve_game(*arguments, **settings)
    [problem] = caught.value.problems
    assert problem.name == "phases"
    return str(caught.value)


def test_a_game_too_long_is_refused_with_the_work_time_and_memory_it_would_take() -> None:
    # steps: episodes x actors x actions x judges = 10^9 x 2 x 2 x 2
    message = refused(two_phase(n=10**9, m=0))
    assert "about 8.0e+09 steps" in message
    assert "5e+06 steps are taken on" in message
    assert re.search(r"[\d.]+ (seconds|minutes|hours|days|years) and [\d.e+]+ GB", message)
    assert "1000000000 episodes" in message


def test_the_bound_is_where_it_is_said_to_be() -> None:
    # one episode more than the bound; one at the bound would be taken on, and take long, so it is not tried here
    longest = MOST_STEPS // 8
    assert str(longest + 1) in refused(two_phase(n=longest + 1, m=0))
    exact = next(n for n in range(1000, 10**6, 64) if n * 8 * (n // 64) > MOST_EXACT_STEPS)
    assert str(exact) in refused(two_phase(n=exact, m=0), exact=True)


def test_selves_that_disagree_over_time_cost_episodes_squared() -> None:
    n = 2000
    assert n * 8 < MOST_STEPS < n * n * 8
    assert f"{n} episodes" in refused(two_phase(n=n, m=0), HYPERBOLIC)


def test_a_believed_game_that_is_too_long_is_refused_too() -> None:
    believed = two_phase(n=10**9, m=1)
    assert "1000000001 episodes" in refused(two_phase(n=1, m=1), AgentSpec(objective="mesa", believed=believed))


def test_days_are_said_in_days_and_years_in_years() -> None:
    long = two_phase(n=10**12, m=0)
    assert "days" in refused(long)
    assert "years" in refused(long, exact=True)


def test_exact_numbers_too_long_to_finish_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    # 40 episodes of thirds and sevenths need more than 64 bits, however short a game that is
    monkeypatch.setattr(recursion, "SHORT_BITS", 0)
    monkeypatch.setattr(recursion, "MOST_BITS", 64)
    with pytest.raises(InputError, match="phases need exact numbers of more than 19 digits"):
        solve_game(two_phase(n=40, m=3, p=F(1, 3), g=F(6, 7)), exact=True)
    assert solve_game(two_phase(n=2, m=3, p=F(1, 3)), exact=True).value == 3


@pytest.mark.parametrize("episodes", [4, 6])
def test_a_strategy_must_cover_the_game(episodes: int) -> None:
    agent = AgentSpec(name="spy", objective="mesa", strategy=Strategy(((0, episodes),)))
    with pytest.raises(
        InputError, match=f"^spy.strategy must have one action for each of the 5 episodes, got {episodes}"
    ):
        solve_game(two_phase(n=2, m=3), agent)


# --- the contract -----------------------------------------------------------------------------------------------------

CONTRACT = {
    "agent",
    "objective",
    "fixed",
    "mistaken",
    "strategy",
    "regime",
    "turn",
    "value",
    "believed_value",
    "values",
    "premium",
    "deception_pays",
    "pretending",
    "ties",
    "optimal",
    "reaches_deployment_unmodified",
    "expected_deployment_defections",
    "goal_preservation",
    "outer_gap",
    "inner_gap",
}


def test_the_contract_has_stable_names() -> None:
    contract = solve_game(two_phase(n=2, m=1), exact=True).contract()
    assert set(contract) == CONTRACT | {"optimal_strategies"}
    assert (contract["strategy"], contract["value"], contract["optimal_strategies"]) == ("BBA", 1, 7)


def test_many_strategies_are_counted_by_their_logarithm() -> None:
    # p = 1/200 ties the last training self; in deployment only A; so 2^100 ways of training to be worth 200
    found = solve_game(two_phase(n=100, m=200, p=F(1, 200)))
    contract = found.contract()
    assert set(contract) == CONTRACT | {"log2_optimal_strategies"}
    assert contract["log2_optimal_strategies"] == log2(found.n_optimal)
    assert found.n_optimal == 2**100
    assert found.optimal == ()  # none is spelt out beyond 200 episodes
    shorter = solve_game(two_phase(n=100, m=100, p=F(1, 100)))
    assert (shorter.contract()["optimal_strategies"], len(shorter.optimal)) == (2**100, 16)


def test_a_fixed_strategy_has_no_count_of_optimal_strategies() -> None:
    agent = AgentSpec(objective="mesa", strategy=Strategy(((0, 5),)))
    found = solve_game(two_phase(n=2, m=3), agent)
    assert (found.contract()["optimal_strategies"], found.contract()["ties"], found.fixed) == (None, None, True)
    long = AgentSpec(objective="mesa", strategy=Strategy(((0, 300),)))
    assert solve_game(two_phase(n=0, m=300), long).contract()["log2_optimal_strategies"] is None


def test_a_solution_cannot_be_changed() -> None:
    found = solve_game(two_phase(n=2, m=3))
    assert isinstance(found, Solution)
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.value = 0


def test_phases_believed_to_be_empty_count_wherever_an_agent_is_looked_at() -> None:
    # each of them has a rest of its own to be planned: 200 x 10,000 episodes
    empty = [Phase(name=f"training-{i}", kind="training", episodes=0, payoffs={}) for i in range(200)]
    believed = PhasedGame(phases=[*empty, Phase(name="deployment", kind="deployment", episodes=10_000, payoffs={})])
    game = PhasedGame(phases=[*empty, Phase(name="deployment", kind="deployment", episodes=1, payoffs={})])
    agent = AgentSpec(objective="mesa", believed=believed)
    assert "10000 episodes" in refused(game, agent)
    with pytest.raises(InputError, match="must have few enough episodes"):
        play(game, agent, lifetimes=1, rng=generator(0))
    assert solve_game(game, AgentSpec(objective="mesa")).value == 0
