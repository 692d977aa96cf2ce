"""What Python users may hand in: words for enumerations, strategies as text, agents for any game, games for workers."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Hashable, Iterable
from dataclasses import replace
from fractions import Fraction as F  # noqa: N817
from typing import Any

import pytest

from deceptive_sim import AgentSpec, InputError, Phase, PhasedGame, solve_game, two_phase
from deceptive_sim.model.discounting import Exponential
from deceptive_sim.model.objectives import Objective
from deceptive_sim.model.protocols import Transition
from deceptive_sim.solvers.evaluation import value_of_policy
from deceptive_sim.solvers.layers import lay_out
from deceptive_sim.solvers.planning import Planner

PAYOFFS = {"mesa": {"A": 1}, "base": {"B": 1}}


class Elsewhere:
    """A phased game behind a face that only speaks the protocol."""

    def __init__(self, game: PhasedGame) -> None:
        self._game = game

    def __getattr__(self, name: str) -> Any:
        return getattr(self._game, name)


def test_kinds_selves_and_tie_rules_may_be_words() -> None:
    phases = [
        Phase(name="first", kind="training", episodes=2, payoffs=PAYOFFS, modification={"A": {"base": 1}}),
        Phase(name="second", kind="deployment", episodes=3, payoffs=PAYOFFS),
    ]
    game = PhasedGame(phases=phases, tie_rule="defecting")
    assert (solve_game(game).regime, solve_game(game).premium) == ("deceptive", 2)
    with pytest.raises(InputError, match=r"first\.kind must be training or deployment"):
        replace(phases[0], kind="zzz")
    with pytest.raises(InputError, match="ties must be non-defecting or defecting or declared"):
        PhasedGame(phases=phases, tie_rule="never")
    with pytest.raises(InputError, match="selves must be sophisticated or naive"):
        Objective(name="mesa", selves="nave")
    with pytest.raises(InputError, match="selves must be sophisticated or naive"):
        AgentSpec(objective="mesa", selves="nave")


def test_an_agent_brings_its_discounting_to_games_of_any_kind() -> None:
    game = two_phase(n=4, m=3, p=F(1, 2))
    impatient = AgentSpec(objective="mesa", discounting=Exponential(F(9, 10)))
    policy = Planner(impatient)(Elsewhere(game))
    played = [policy(t, "mesa", "", None) for t in range(1, 8)]
    assert "".join(next(iter(taken)) for taken in played) == solve_game(game, impatient).strategy == "AABBAAA"


def test_a_fixed_strategy_may_be_text_and_does_not_plan() -> None:
    game = two_phase()
    assert solve_game(game, AgentSpec(objective="mesa", strategy="A*")).value == 1
    with pytest.raises(InputError, match="for each of the 5 episodes"):
        solve_game(game, AgentSpec(objective="mesa", strategy="AB"))
    with pytest.raises(InputError, match="does not plan"):
        Planner(AgentSpec(objective="mesa", strategy="A*"))


@pytest.mark.parametrize("part", ["phases", "objectives", "actions"])
def test_beliefs_must_be_about_the_same_game(part: str) -> None:
    game = two_phase()
    believed = replace(game, **{part: tuple(reversed(getattr(game, part)))})
    with pytest.raises(InputError, match=f"must have the {part} of the true game"):
        solve_game(game, AgentSpec(objective="mesa", believed=believed))


def test_unknown_objectives_are_named() -> None:
    game = two_phase()
    with pytest.raises(InputError, match="did you mean mesa"):
        value_of_policy(game, lambda *_: {"A": 1}, "messa")
    with pytest.raises(InputError, match="did you mean mesa"):
        solve_game(game, AgentSpec(objective="messa"))


class Drifting(Elsewhere):
    """Leads to one of several worlds, with probabilities in floats."""

    def __init__(self, chances: list[float]) -> None:
        super().__init__(two_phase(n=0, m=2))
        self.chances = chances

    def transitions(self, t: int, objective: str, world: Hashable, action: int) -> Iterable[Transition]:
        return [Transition(chance, objective, place) for place, chance in enumerate(self.chances)]


def test_float_probabilities_may_miss_1_by_their_rounding_only() -> None:
    for chances in ([1 / 11] * 11, [1 / 3] * 3):
        (option, *_), *_ = lay_out(Drifting(chances), "mesa").layers[0].options
        assert sum(chance for _, chance in option.successors) == 1
    with pytest.raises(InputError, match="summing to at most 1"):
        lay_out(Drifting([0.6, 0.6]), "mesa")


def test_games_and_solutions_can_be_sent_to_other_processes() -> None:
    game = two_phase(n=3, m=2, p=F(1, 2))
    solution = solve_game(game)
    assert pickle.loads(pickle.dumps(game)) == game == copy.deepcopy(game)
    assert hash(pickle.loads(pickle.dumps(game))) == hash(game)
    assert pickle.loads(pickle.dumps(solution)) == solution


@pytest.mark.slow
def test_more_objectives_than_a_byte_counts() -> None:
    import numpy as np

    from deceptive_sim import play

    names = ["mesa", "base", *(f"other{place}" for place in range(200))]
    phase = Phase(name="training", kind="training", episodes=1, payoffs={}, modification={"B": {names[-1]: 1}})
    game = PhasedGame(
        phases=[phase, replace(phase, name="later", modification={})],
        objectives=[Objective(name=name) for name in names],
    )
    sampled = play(game, lifetimes=10, rng=np.random.default_rng(1), keep=10)
    assert (sampled.at_wheel[:, 1] == len(names) - 1).all()


@pytest.mark.slow
def test_a_belief_about_a_thousand_phases_is_planned_with_once() -> None:
    # solved anew from each phase on, this takes minutes
    modified = {"A": {"base": F(1, 3)}}
    phases = [
        Phase(name=f"training-{i}", kind="training", episodes=1, payoffs=PAYOFFS, modification=modified)
        for i in range(900)
    ] + [Phase(name=f"deployment-{i}", kind="deployment", episodes=1, payoffs=PAYOFFS) for i in range(100)]
    game = PhasedGame(phases=phases)
    believed = replace(game, phases=[replace(phase, modification={}) for phase in phases])
    solution = solve_game(game, AgentSpec(objective="mesa", believed=believed))
    assert (solution.strategy, solution.believed_value) == ("A1000", 1000)
