"""The rules that a phased game keeps: each broken one is named by its dotted path, with value and nearest word."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from adapters import phased, quick
from hypothesis import given
from hypothesis import strategies as st
from oracle.plain import n_episodes, payoff, phase_of_each_episode, successors
from oracle.random_games import phased_games

from deceptive_sim.core.errors import InputError
from deceptive_sim.model.actions import DEFAULT_ACTIONS, Action
from deceptive_sim.model.objectives import Objective
from deceptive_sim.model.phased import PhasedGame, Seen
from deceptive_sim.model.phases import Phase, PhaseKind, kind_from_name

F = Fraction
PAYS = {"mesa": {"A": F(1), "B": F(0)}, "base": {"A": F(0), "B": F(1)}}


def phase(**fields: Any) -> Phase:
    return Phase(**{"name": "training", "kind": PhaseKind.TRAINING, "episodes": 2, "payoffs": PAYS, **fields})


def problems(**fields: Any) -> list[str]:
    with pytest.raises(InputError) as caught:
        PhasedGame(**{"phases": [phase()], **fields})
    return [problem.sentence() for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"modification": {"A": {"base": 1.2}}}, "training.modification.A must be a probability in [0, 1], got 6/5"),
        (
            {"modification": {"A": {"base": F(-1, 2)}}},
            "training.modification.A must be a probability in [0, 1], got -1/2",
        ),
        (
            {"modification": {"A": {"base": F(2), "mesa": F(0)}}},
            "training.modification.A.base must be a probability in [0, 1], got 2",
        ),
        ({"modification": {"A": {"bose": F(1)}}}, "training.modification.A.bose names no objective of the game"),
        ({"modification": {"C": {"base": F(1)}}}, "training.modification.C names no action of the game (one of A, B)"),
        (
            {"modification": {"A": {"base": True}}},
            "training.modification.A must be a number such as 1/3, 0.2 or 2, got true",
        ),
        ({"shutdown": {"B": F(3, 2)}}, "training.shutdown.B must be a probability in [0, 1], got 3/2"),
        ({"shutdown": {"X": F(1)}}, "training.shutdown.X names no action of the game (one of A, B)"),
        ({"shutdown": {"A": "often"}}, 'training.shutdown.A must be a number such as 1/3, 0.2 or 2, got "often"'),
        ({"episodes": -1}, "training.episodes must be a whole number, 0 or more, got -1"),
        ({"episodes": F(5, 2)}, "training.episodes must be a whole number, 0 or more, got 5/2"),
        ({"episodes": 10**12 + 1}, "training.episodes must be at most 1000000000000, got 1000000000001"),
        ({"payoffs": {"mesa": {"A": float("nan")}}}, "training.payoffs.mesa.A must be finite, got nan"),
        ({"payoffs": {"mesa": {"A": float("inf")}}}, "training.payoffs.mesa.A must be finite, got inf"),
        ({"payoffs": {"mesa": {"A": "x"}}}, 'training.payoffs.mesa.A must be a number such as 1/3, 0.2 or 2, got "x"'),
        (
            {"payoffs": {"messa": {"A": F(1)}}},
            "training.payoffs.messa names no objective of the game (did you mean mesa?)",
        ),
        ({"payoffs": {"mesa": {"C": F(1)}}}, "training.payoffs.mesa.C names no action of the game (one of A, B)"),
        (
            {"name": "2nd"},
            "phases.2nd is not a name: the name of a phase must start with a letter",
        ),
    ],
)
def test_a_broken_rule_of_a_phase_is_named(fields: dict[str, Any], message: str) -> None:
    found = problems(phases=[phase(**fields)])
    assert len(found) == 1
    assert found[0].startswith(message)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"modification": {"A": {"base": F(3, 4)}}, "shutdown": {"A": F(1, 2)}},
            "training.modification.A and shutdown after the same action must sum to at most 1, got 3/4 + 1/2",
        ),
        (
            {"modification": {"B": {"base": F(3, 4), "mesa": F(1, 2)}}},
            "training.modification.B and shutdown after the same action must sum to at most 1, got 3/4 + 1/2 + 0",
        ),
    ],
)
def test_probabilities_after_one_action_sum_to_at_most_1(fields: dict[str, Any], message: str) -> None:
    assert problems(phases=[phase(**fields)]) == [message]


def test_a_sum_of_exactly_1_is_allowed() -> None:
    PhasedGame(phases=[phase(modification={"A": {"base": 0.7, "mesa": 0.1}}, shutdown={"A": 0.2})])


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"phases": []}, "phases must name at least one phase"),
        ({"actions": [], "phases": [phase(payoffs={})]}, "actions must name at least one action"),
        (
            {"objectives": [], "base_objective": None, "phases": [phase(payoffs={})]},
            "payoffs must name at least one objective",
        ),
        ({"phases": [phase(), phase()]}, "phases.training must be the name of one phase only, got 2 of them"),
        (
            {"actions": [*DEFAULT_ACTIONS, Action(name="A", defects=False)]},
            "actions.A must be the name of one action only, got 2 of them",
        ),
        (
            {"objectives": [Objective(name="mesa"), Objective(name="base"), Objective(name="mesa")]},
            "payoffs.mesa must be the name of one objective only, got 2 of them",
        ),
        (
            {"base_objective": "bass"},
            'base_objective must be one of the objectives, got "bass" (did you mean base?)',
        ),
    ],
)
def test_a_broken_rule_of_the_game_is_named(fields: dict[str, Any], message: str) -> None:
    assert problems(**fields) == [message]


def test_every_broken_rule_is_told_at_once_in_the_order_of_the_game() -> None:
    bad = [
        phase(shutdown={"A": 2}, payoffs={"mesa": {"A": "x"}}),
        phase(name="deployment", modification={"A": {"base": -1}, "B": {"base": 7}}),
    ]
    assert [message.split(" ")[0] for message in problems(phases=bad)] == [
        "training.payoffs.mesa.A",
        "training.shutdown.A",
        "deployment.modification.A",
        "deployment.modification.B",
    ]


def test_a_game_may_have_no_base_objective() -> None:
    game = PhasedGame(
        phases=[phase(payoffs={"mesa": {"A": F(1)}})], objectives=[Objective(name="mesa")], base_objective=None
    )
    assert game.base_objective is None


# --- what a sound game says of itself ---------------------------------------------------------------------------------


def test_numbers_may_be_fractions_text_or_floats() -> None:
    written = phase(
        episodes="3", payoffs={"mesa": {"A": "1/5"}}, modification={"A": {"base": 0.7}}, shutdown={"A": "0.1"}
    )
    exact = phase(
        episodes=3,
        payoffs={"mesa": {"A": F(1, 5)}},
        modification={"A": {"base": F(7, 10)}},
        shutdown={"A": F(1, 10)},
    )
    assert written == exact
    [stays, away] = PhasedGame(phases=[written]).transitions(1, "mesa", "", 0)
    assert (stays.probability, away.probability) == (F(1, 5), F(7, 10))


def test_tables_cannot_be_changed_afterwards() -> None:
    pays = {"mesa": {"A": F(1)}}
    one = phase(payoffs=pays)
    pays["mesa"]["A"] = F(99)
    assert one.payoffs["mesa"]["A"] == 1
    with pytest.raises(TypeError):
        one.payoffs["mesa"]["A"] = F(2)
    with pytest.raises(TypeError):
        one.shutdown["A"] = F(1)


@given(phased_games(max_total=7, max_episodes=4), st.data())
@quick(50)
def test_episodes_payoffs_and_transitions_are_those_of_the_phases(plain: Any, data: st.DataObject) -> None:
    game = phased(plain)
    phases = phase_of_each_episode(plain)
    assert game.horizon == n_episodes(plain) == len(phases)
    t = data.draw(st.integers(1, game.horizon))
    here = game.phases[game.phase_index(t)]
    assert here.name == phases[t - 1]["name"]
    assert game.stage(t) == game.phase_index(t)
    position = sum(p["name"] == here.name for p in phases[:t])
    assert game.observation(t, "mesa", "") == Seen(here.name, position)
    assert game.phase_starts()[game.phase_index(t)] == t - position + 1
    objective = data.draw(st.sampled_from(plain["objectives"]))
    for action, (name, _) in enumerate(plain["actions"]):
        assert game.payoff(t, "", action, objective) == payoff(plain, t, objective, name)
        ways = {way.objective: way.probability for way in game.transitions(t, objective, "", action)}
        assert ways == {k: p for k, p in successors(plain, t, objective, name) if k is not None}


@given(phased_games(max_total=7))
@quick(30)
def test_episodes_of_a_kind_are_collected_in_order_wherever_they_stand(plain: Any) -> None:
    game, phases = phased(plain), phase_of_each_episode(plain)
    for kind in PhaseKind:
        wanted = tuple(t for t, p in enumerate(phases, 1) if p["training"] == (kind is PhaseKind.TRAINING))
        assert game.episodes_of(kind) == wanted
    assert [t for _, episodes in game.phase_episodes() for t in episodes] == [*range(1, game.horizon + 1)]


def test_an_unnamed_payoff_is_0() -> None:
    game = PhasedGame(phases=[phase(payoffs={"mesa": {"A": F(1)}})])
    assert [game.payoff(1, "", action, judge) for judge in ("mesa", "base") for action in (0, 1)] == [1, 0, 0, 0]


def test_long_phases_cost_nothing_to_place() -> None:
    game = PhasedGame(phases=[phase(episodes=10**12), phase(name="deployment", kind=PhaseKind.DEPLOYMENT, episodes=1)])
    assert (game.horizon, game.phase_index(10**12), game.phase_index(10**12 + 1)) == (10**12 + 1, 0, 1)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("training", PhaseKind.TRAINING),
        ("late-training", PhaseKind.TRAINING),
        ("Training_2", PhaseKind.TRAINING),
        ("deployment", PhaseKind.DEPLOYMENT),
        ("first-deployment", PhaseKind.DEPLOYMENT),
        ("post-training-deployment", None),
        ("constraining", None),
        ("evaluation", None),
    ],
)
def test_a_name_tells_the_kind_if_it_tells_one(name: str, kind: PhaseKind | None) -> None:
    assert kind_from_name(name) is kind
