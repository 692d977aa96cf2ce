"""The results that claims speak of, each against the oracle's enumeration of strings on random phased games."""

from __future__ import annotations

from fractions import Fraction

import pytest
from adapters import phased, quick
from hypothesis import assume, given
from hypothesis import strategies as st
from oracle.measurements import report
from oracle.plain import Game, defecting, n_episodes, phase_of_each_episode, two_phase_game
from oracle.profiles import solve
from oracle.random_games import phased_games
from oracle.strings import everything, others_policy, string_worth, subgame_choice

from deceptive_sim.claims.facts import Facts, Missing
from deceptive_sim.claims.language.words import RESULTS
from deceptive_sim.claims.situations import Situation
from deceptive_sim.core.errors import InputError
from deceptive_sim.model.agents import AgentSpec

F = Fraction
GAMES = phased_games()


def facts_of(game: Game, **agent: object) -> Facts:
    initial = game["objectives"][0]
    return Facts(Situation(game=phased(game), agent=AgentSpec(objective=initial, **agent)))  # type: ignore[arg-type]


def parts(game: Game, string: tuple[str, ...]) -> tuple[list[str], list[str]]:
    training = [phase["training"] for phase in phase_of_each_episode(game)]
    apart = ([a for a, kind in zip(string, training, strict=True) if kind is which] for which in (True, False))
    return tuple(apart)  # type: ignore[return-value]


@pytest.mark.slow
@given(GAMES)
@quick(60)
def test_counts_texts_and_truths_are_those_of_the_chosen_string(game: Game) -> None:
    found, said = report(game, game["objectives"][0]), facts_of(game)
    defects = defecting(game)
    training, deployment = parts(game, found.chosen)
    short = all(len(name) == 1 for name, _ in game["actions"])
    assume(short)
    window = 0
    for action in reversed(training):
        if defects[action]:
            break
        window += 1
    assert said("strategy") == found.text
    assert said("training_strategy") == "".join(training)
    assert said("deployment_strategy") == "".join(deployment)
    assert said("training_defections") == sum(defects[a] for a in training)
    assert said("deployment_defections") == sum(defects[a] for a in deployment)
    assert said("play_along_window") == window
    assert said("turn") == (found.turn or 0)
    assert said("regime") == found.regime
    assert said("deception_pays") is found.deception_pays
    assert said("ties") == len(found.ties)
    assert said("optimal_strategies") == len(found.best)
    assert said("horizon") == n_episodes(game)
    for t, action in enumerate(found.chosen, 1):
        assert said("action", [F(t)]) == action
        assert said("defects", [F(t)]) is defects[action]


@pytest.mark.slow
@given(GAMES)
@quick(60)
def test_numbers_are_those_of_the_enumerated_strings(game: Game) -> None:
    initial = game["objectives"][0]
    found, said = report(game, initial), facts_of(game)
    assert said("value") == said("believed_value") == said("judged_by", [initial]) == found.value
    assert said("reaches_deployment_unmodified") == found.reaches_deployment_unmodified
    assert said("expected_deployment_defections") == found.expected_deployment_defections
    if found.premium is None:
        with pytest.raises(Missing, match="premium"):
            said("premium")
    else:
        assert said("premium") == found.premium
    if not found.goal_preservation:
        with pytest.raises(Missing):
            said("least_goal_preservation")
    else:
        assert said("least_goal_preservation") == min(found.goal_preservation)
        assert said("goal_preservation") == found.goal_preservation[0]
        for t, price in enumerate(found.goal_preservation, 1):
            assert said("goal_preservation", [F(t)]) == price


@pytest.mark.slow
@given(GAMES, st.data())
@quick(40)
def test_values_of_given_strategies_and_of_deployment(game: Game, data: st.DataObject) -> None:
    initial = game["objectives"][0]
    assume(all(len(name) == 1 for name, _ in game["actions"]))
    said, worth = facts_of(game), string_worth(game, initial, others_policy(game))
    string = tuple(data.draw(st.sampled_from([name for name, _ in game["actions"]])) for _ in range(n_episodes(game)))
    assert said("value_of", ["".join(string)]) == said("value_of", ["".join(string), initial]) == worth(string, 1)
    deployment = [t for t, phase in enumerate(phase_of_each_episode(game), 1) if not phase["training"]]
    values = subgame_choice(game, worth, everything(game))[2]
    assert said("deployment_value") == (values[deployment[0] - 1] if deployment else 0)


@given(GAMES)
@quick(30)
def test_judges_and_gaps_are_those_of_the_profile(game: Game) -> None:
    initial, base = game["objectives"][0], game["base"]
    assume(n_episodes(game) > 0 and base is not None)
    values, said = solve(game).values, facts_of(game)
    for judge in game["objectives"]:
        assert said("judged_by", [judge]) == values[1, initial, judge]
    assert said("base_value") == values[1, initial, base]
    assert said("inner_gap") == values[1, base, base] - values[1, initial, base]


def test_every_word_can_be_asked_for() -> None:
    said = facts_of(two_phase_game(n=2, m=3, p=F(1), q=F(0), d=F(0), g=F(1)))
    arguments = {"judged_by": ["base"], "value_of": ["BB.."], "action": [F(3)], "defects": [F(3)]}
    found = {}
    for name in RESULTS:
        if name != "outer_gap":
            found[name] = said(name, arguments.get(name, []))
    assert found["value_of"] == 0
    assert found["strategy"] == "BBAAA"
    assert (found["action"], found["defects"]) == ("A", True)
    with pytest.raises(Missing, match="objective"):
        said("outer_gap")


def test_what_does_not_exist_is_missing_and_what_is_no_word_is_an_error() -> None:
    said = facts_of(two_phase_game(n=2, m=3, p=F(1), q=F(0), d=F(0), g=F(1)))
    for episode in (F(0), F(6), F(1, 2)):
        with pytest.raises(Missing, match="no episode"):
            said("action", [episode])
    with pytest.raises(Missing, match="5 episodes"):
        said("value_of", ["BB"])
    with pytest.raises(InputError, match="actions"):
        said("value_of", ["BBXXX"])
    with pytest.raises(InputError, match="objectives"):
        said("judged_by", ["bass"])
    fixed = facts_of(two_phase_game(n=2, m=3, p=F(1), q=F(0), d=F(0), g=F(1)), strategy="A*")
    for name in ("ties", "optimal_strategies"):
        with pytest.raises(Missing, match="fixed"):
            fixed(name)
    assert fixed("strategy") == "AAAAA"
