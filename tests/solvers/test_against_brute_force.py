"""`solve_game`, in Fractions, against brute force on random phased games: every field of the result.

The oracle enumerates strategy strings and profiles and sums over what may happen; it backs up no value and shares no
code with the solver.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from adapters import deployment_defections, discounting_of, phased, price_of_being_base, quick, true_values
from hypothesis import given
from hypothesis import strategies as st
from oracle import beliefs, discounting
from oracle.chance import expected_by_occupation, occupation, trajectories
from oracle.measurements import (
    Report,
    expected_deployment_defections,
    honest_string_turns,
    reaches_deployment_unmodified,
    report,
    shape,
)
from oracle.plain import (
    Game,
    Policy,
    Weigh,
    action_names,
    exponential,
    n_episodes,
    payoff,
    successors,
    two_phase_game,
)
from oracle.profiles import option_values, solve, solve_by_exhaustion
from oracle.random_games import believed_games, discount_specs, phased_games, two_phase_games
from oracle.strings import (
    String,
    Worth,
    everything,
    premium,
    string_worth,
    subgame_choice,
    without_defection_in_training,
)

from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.discounting import Exponential
from deceptive_sim.model.objectives import Selves
from deceptive_sim.model.strategies import Strategy
from deceptive_sim.solvers.solution import Solution
from deceptive_sim.solvers.solve import LISTED, solve_game

F = Fraction


def exactly(game: Game, agent: AgentSpec | None = None, spec: discounting.Spec | None = None) -> Solution:
    return solve_game(phased(game, spec), agent or AgentSpec(objective="mesa"), exact=True)


def texts(strings: list[String] | tuple[String, ...]) -> tuple[str, ...]:
    return tuple("".join(string) for string in strings)


def best_strings(game: Game, worth: Worth) -> list[String]:
    strings = {string: worth(string, 1) for string in product(*everything(game))}
    return [string for string, value in strings.items() if value == max(strings.values())]


def gap(values: dict[tuple[str, str], Fraction], ideal: str, actor: str, judge: str) -> Fraction | None:
    names = {name for name, _ in values}
    return values[ideal, judge] - values[actor, judge] if {ideal, actor, judge} <= names else None


def assert_values(found: Solution, values: dict[tuple[str, str], Fraction]) -> None:
    """Every actor's play as judged by everybody, and the gaps that follow from it."""
    assert {(actor, judge): v for actor, row in found.values.items() for judge, v in row.items()} == values
    assert found.value == values[found.objective, found.objective]
    assert found.outer_gap == gap(values, "human", "base", "human")
    assert found.inner_gap == gap(values, "base", found.objective, "base")


def assert_commitment(found: Solution, game: Game, worth: Worth) -> None:
    """What the first self would get out of strategies that it could commit to."""
    best = best_strings(game, worth)
    assert (found.n_optimal, found.optimal) == (len(best), texts(best)[:LISTED])
    assert found.premium == premium(game, worth)


def assert_measured(found: Solution, expected: Report) -> None:
    """The measurements that are read off the best strings."""
    assert found.strategy == expected.text
    assert set(found.ties) == expected.ties
    assert (found.regime, found.turn) == (expected.regime, expected.turn)
    assert found.value == expected.value
    assert (found.n_optimal, found.optimal) == (len(expected.best), texts(expected.best)[:LISTED])
    assert (found.premium, found.deception_pays) == (expected.premium, expected.deception_pays)
    assert found.reaches_deployment_unmodified == expected.reaches_deployment_unmodified
    assert found.expected_deployment_defections == expected.expected_deployment_defections
    assert found.goal_preservation == expected.goal_preservation


# --- exponential discounting, true beliefs ----------------------------------------------------------------------------


@given(phased_games(min_total=2, max_total=4, any_flags=True), st.data())
@quick(60)
def test_every_measurement(game: Game, data: st.DataObject) -> None:
    initial = data.draw(st.sampled_from(game["objectives"]))
    profile = solve(game)
    found = exactly(game, AgentSpec(objective=initial))
    assert_measured(found, report(game, initial, others=profile.policy))
    assert_values(found, {(i, k): v for (t, i, k), v in profile.values.items() if t == 1})
    assert (found.mistaken, found.believed_value) == (False, found.value)


@given(phased_games(min_total=5, max_total=7, n_phases=(2, 4), n_actions=(2, 2), absorbing_base=True))
@quick(12)
def test_every_measurement_of_longer_games(game: Game) -> None:
    assert_measured(exactly(game), report(game, "mesa"))


@given(two_phase_games(max_n=3, max_m=3))
@quick(30)
def test_every_measurement_of_two_phase_games(game: Game) -> None:
    assert_measured(exactly(game), report(game, "mesa"))


@pytest.mark.slow
@given(phased_games(min_total=4, max_total=8, n_phases=(2, 4), n_actions=(2, 3), max_episodes=4))
@quick(150)
def test_every_measurement_of_many_longer_games(game: Game) -> None:
    if len(game["actions"]) ** n_episodes(game) <= 1000:
        assert_measured(exactly(game), report(game, "mesa", others=solve(game).policy))


@given(phased_games(max_total=4, n_actions=(2, 2), n_objectives=(2, 2)) | phased_games(max_total=2))
@quick(25)
def test_several_objectives_that_may_return_by_exhaustion_of_profiles(game: Game) -> None:
    # every profile of all selves; stable ones have no profitable one-step deviation
    profile = solve_by_exhaustion(game)
    found = exactly(game)
    assert found.strategy == "".join(profile.policy[t, "mesa"] for t in range(1, n_episodes(game) + 1))
    assert set(found.ties) == {t for t, i in profile.ties if i == "mesa"}
    assert_values(found, {(i, k): v for (t, i, k), v in profile.values.items() if t == 1})


@pytest.mark.slow
@given(phased_games(max_total=4, prefer=["non-defecting", "defecting"]))
@quick(70)
def test_the_best_pretence_is_what_the_tie_rule_picks_among_honest_trainings(game: Game) -> None:
    found, others = exactly(game), solve(game).policy
    allowed = without_defection_in_training(game)
    if not all(allowed):
        assert found.pretending is None
        return
    worth = string_worth(game, "mesa", others)
    honest, _, _ = subgame_choice(game, worth, allowed)
    assert found.pretending == "".join(honest)
    if found.deception_pays:
        assert honest_string_turns(game, worth)


@given(phased_games(max_total=4))
@quick(40)
def test_options_and_probabilities_of_every_episode(game: Game) -> None:
    found, profile = exactly(game), solve(game)
    at = occupation(game, profile.policy, 1, "mesa") if n_episodes(game) else {}
    unmodified = F(1)
    for t in range(1, n_episodes(game) + 1):
        worth = option_values(game, exponential(game), profile.policy, t, "mesa")
        assert found.action_values[t - 1] == pytest.approx([float(v) for v in worth.values()], abs=1e-12)
        assert found.at_wheel[t - 1] == pytest.approx([float(at.get((t, k), 0)) for k in game["objectives"]], abs=1e-12)
        assert found.unmodified[t - 1] == pytest.approx(float(unmodified), abs=1e-12)
        after = successors(game, t, "mesa", profile.policy[t, "mesa"])
        unmodified *= sum((p for state, p in after if state == "mesa"), F(0))


def test_a_game_of_no_episodes() -> None:
    found = exactly(two_phase_game(0, 0))
    assert (found.strategy, found.value, found.n_optimal, found.optimal, found.premium) == ("", 0, 1, ("",), None)
    assert (found.regime, found.turn, found.ties, found.reaches_deployment_unmodified) == ("compliant", None, (), 1)
    assert found.values == {"mesa": {"mesa": 0, "base": 0}, "base": {"mesa": 0, "base": 0}}
    assert_measured(found, report(two_phase_game(0, 0), "mesa"))


@pytest.mark.parametrize(("rule", "pretence"), [("non-defecting", "BB"), ("defecting", "BA"), ("declared", "BA")])
def test_the_best_pretence_ends_as_the_tie_rule_says(rule: str, pretence: str) -> None:
    # in deployment A and B both pay 1, so that a pretence may be followed by either; declared order is A, B
    game = two_phase_game(1, 1, prefer=rule)
    game["phases"][1]["payoffs"] = {k: {"A": F(1), "B": F(1)} for k in ("mesa", "base")}
    game["phases"][0]["payoffs"] = {k: {"A": F(0), "B": F(1)} for k in ("mesa", "base")}
    found = exactly(game)
    assert (found.pretending, found.premium, found.deception_pays) == (pretence, 1, pretence == "BA")


# --- fixed strategies -------------------------------------------------------------------------------------------------


@pytest.mark.slow
@given(phased_games(max_total=4), st.data())
@quick(40)
def test_a_fixed_strategy_is_worth_what_it_does_until_first_modified(game: Game, data: st.DataObject) -> None:
    names, policy = action_names(game), solve(game).policy
    string = tuple(data.draw(st.sampled_from(names)) for _ in range(n_episodes(game)))
    fixed = Strategy.of(names.index(action) for action in string)
    found = exactly(game, AgentSpec(objective="mesa", strategy=fixed))
    worth = string_worth(game, "mesa", policy)
    assert (found.fixed, found.strategy) == (True, "".join(string))
    assert (found.ties, found.n_optimal, found.optimal) == (None, None, ())
    assert found.value == found.believed_value == worth(string, 1)
    assert (found.regime, found.turn) == shape(game, string)
    assert found.premium == premium(game, worth)
    assert found.reaches_deployment_unmodified == reaches_deployment_unmodified(game, "mesa", string)
    assert found.expected_deployment_defections == expected_deployment_defections(game, "mesa", string, policy)
    if game["base"] is not None:
        base = [solve(game).values[t, "base", "mesa"] for t in range(1, n_episodes(game) + 1)]
        assert found.goal_preservation == tuple(worth(string[t - 1 :], t) - v for t, v in enumerate(base, 1))


# --- other discounting ------------------------------------------------------------------------------------------------


def foreseen_by_first(game: Game, spec: discounting.Spec, policy: Policy, initial: str) -> Policy:
    """What the first self believes that others will do."""
    naive = spec[initial]["foresight"] == "naive"
    return discounting.believed_by_naive(game, spec, 1).policy if naive else policy


def assert_realised(
    found: Solution, game: Game, policy: Policy, ties: frozenset[tuple[int, str]], weigh: Weigh, initial: str
) -> None:
    """True values of realised play, each judged by the first self, or by the self of the episode where it says so."""
    episodes = range(1, n_episodes(game) + 1)
    string = tuple(policy[t, initial] for t in episodes)
    assert found.strategy == "".join(string)
    assert set(found.ties) == {t for t, i in ties if i == initial}
    assert (found.regime, found.turn) == shape(game, string)
    assert_values(found, true_values(game, policy, weigh))
    assert found.reaches_deployment_unmodified == reaches_deployment_unmodified(game, initial, string)
    assert found.expected_deployment_defections == deployment_defections(game, policy, initial)
    if game["base"] is not None:
        assert found.goal_preservation == price_of_being_base(game, policy, weigh, initial)


@st.composite
def waiting_games(draw: st.DrawFn) -> Game:
    """Take it now (A, and the run is likely to be over) or wait for more, or do a costly thing before it costs more.

    What it is worth grows from episode to episode, so that selves disagree about when: naive ones wait too long or put
    off too long, which in a fifth of these games differs from what sophisticated ones do (O'Donoghue and Rabin 1999).
    """
    sign, ends = draw(st.sampled_from([1, 1, -1])), draw(st.sampled_from([F(1), F(1), F(1, 2)]))
    growth = st.sampled_from([F(5, 4), F(4, 3), F(3, 2), F(5, 3), F(2)])
    names = ("training", "deployment", "later-training", "later-deployment", "last")[: draw(st.integers(3, 5))]
    worth, phases = {"mesa": F(sign), "base": F(sign)}, []
    for name in names:
        last_chance = sign < 0 and name == names[-1]
        risk = draw(st.sampled_from([F(0), F(0), F(1, 3)]))
        phases.append(
            {
                "name": name,
                "training": "training" in name,
                "episodes": 1,
                "payoffs": {k: {"A": u, "B": u if last_chance else F(0)} for k, u in worth.items()},
                "modification": {"A": dict.fromkeys(worth, (1 - ends) / 2), "B": dict.fromkeys(worth, risk)},
                "shutdown": {"A": ends},
            }
        )
        worth = {k: u * draw(growth) for k, u in worth.items()}
    return {
        "objectives": ["mesa", "base"],
        "base": "base",
        "actions": [["A", True], ["B", False]],
        "discount": dict.fromkeys(worth, F(1)),
        "phases": phases,
        "prefer": draw(st.sampled_from(["non-defecting", "defecting"])),
    }


@pytest.mark.slow
@given(waiting_games() | phased_games(max_total=4, n_actions=(2, 2)) | phased_games(max_total=3), st.data())
@quick(60)
def test_other_discounting_naive_or_sophisticated(game: Game, data: st.DataObject) -> None:
    spec = data.draw(discount_specs(game["objectives"]))
    initial = data.draw(st.sampled_from(game["objectives"]))
    expected = discounting.realised(game, spec, initial)
    found = exactly(game, AgentSpec(objective=initial), spec)
    weigh = discounting.seen_from_each_self(spec)
    assert_realised(found, game, expected.policy, expected.ties, weigh, initial)
    assert {k: found.values[initial][k] for k in game["objectives"]} == expected.values
    assert found.believed_value == expected.believed_value
    steady = all(discounting_of(one).consistent for one in spec.values())
    assert found.mistaken == (spec[initial]["foresight"] == "naive" and not steady)
    # the premium is what the first self would get by commitment, given what it believes that modified selves will do
    others = foreseen_by_first(game, spec, expected.policy, initial)
    worth = string_worth(game, initial, others, discounting.seen_from(spec, 1))
    assert_commitment(found, game, worth)
    assert found.premium == expected.commitment_premium


@pytest.mark.slow
@given(waiting_games() | phased_games(max_total=4, n_actions=(2, 2)), st.data())
@quick(30)
def test_some_objectives_exponential_and_some_not(game: Game, data: st.DataObject) -> None:
    spec = data.draw(discount_specs(game["objectives"]))
    steady = data.draw(st.sampled_from(game["objectives"]))
    foresight = data.draw(st.sampled_from(["naive", "sophisticated"]))
    spec[steady] = {"kind": "exponential", "g": data.draw(st.sampled_from([F(1), F(1, 2)])), "foresight": foresight}
    expected = discounting.realised(game, spec, "mesa")
    found = exactly(game, spec=spec)
    assert_realised(found, game, expected.policy, expected.ties, discounting.seen_from_each_self(spec), "mesa")
    assert found.believed_value == expected.believed_value
    assert found.premium == expected.commitment_premium


@given(phased_games(max_total=4, positive_discounts=True), st.sampled_from(list(Selves)))
@quick(25)
def test_an_agent_may_discount_in_its_own_way(game: Game, selves: Selves) -> None:
    own = AgentSpec(objective="mesa", discounting=Exponential(F(1, 3)), selves=selves)
    changed = {**game, "discount": {**game["discount"], "mesa": F(1, 3)}}
    assert_measured(exactly(game, own), report(changed, "mesa", others=solve(changed).policy))


@pytest.mark.slow
@given(waiting_games() | phased_games(max_total=4, n_actions=(2, 2)), st.data())
@quick(40)
def test_a_fixed_strategy_among_selves_that_disagree_over_time(game: Game, data: st.DataObject) -> None:
    spec = data.draw(discount_specs(game["objectives"]))
    names, policy = action_names(game), discounting.realised(game, spec, "mesa").policy
    string = tuple(data.draw(st.sampled_from(names)) for _ in range(n_episodes(game)))
    agent = AgentSpec(objective="mesa", strategy=Strategy.of(names.index(action) for action in string))
    found = exactly(game, agent, spec)
    worth = string_worth(game, "mesa", policy, discounting.seen_from(spec, 1))
    assert found.value == found.believed_value == worth(string, 1)
    assert found.premium == premium(game, worth)


# --- wrong beliefs ----------------------------------------------------------------------------------------------------


@given(phased_games(max_total=4, positive_discounts=True), st.data())
@quick(20)
def test_wrong_beliefs(game: Game, data: st.DataObject) -> None:
    believed = data.draw(believed_games(game, payoffs=True))
    initial = data.draw(st.sampled_from(game["objectives"]))
    expected = beliefs.realised(game, believed, initial)
    found = exactly(game, AgentSpec(objective=initial, believed=phased(believed)))
    assert_realised(found, game, expected.policy, expected.ties, exponential(game), initial)
    assert {k: found.values[initial][k] for k in game["objectives"]} == expected.values
    assert (found.mistaken, found.believed_value) == (True, expected.believed_value)
    # what commitment is worth is a matter of the game that the first self believes in
    rest = beliefs.believed_remainder(game, believed, 1)
    inside = report(rest, initial, others=solve(rest).policy)
    assert found.premium == expected.premium == inside.premium
    assert (found.n_optimal, found.optimal) == (len(inside.best), texts(inside.best)[:LISTED])
    assert found.deception_pays == inside.deception_pays


@st.composite
def mistaken_deceivers(draw: st.DrawFn) -> tuple[Game, Game]:
    """A two-phase game and another one that the agent believes to be in; what it does depends on how long both last."""

    def parameters() -> dict[str, Any]:
        counts = {"n": draw(st.integers(0, 5)), "m": draw(st.integers(0, 4))}
        return counts | {"p": draw(st.sampled_from([F(1), F(1, 2), F(1, 3), F(2, 3)]))}

    g = draw(st.sampled_from([F(1), F(2, 3), F(4, 5)]))
    return two_phase_game(**parameters(), g=g), two_phase_game(**parameters(), g=g)


@pytest.mark.slow
@given(mistaken_deceivers())
@quick(30)
def test_wrong_beliefs_about_how_long_training_lasts(games: tuple[Game, Game]) -> None:
    game, believed = games
    expected = beliefs.realised(game, believed, "mesa")
    found = exactly(game, AgentSpec(objective="mesa", believed=phased(believed)))
    assert_realised(found, game, expected.policy, expected.ties, exponential(game), "mesa")
    if n_episodes(game):
        assert (found.believed_value, found.premium) == (expected.believed_value, expected.premium)


@pytest.mark.slow
@given(waiting_games() | phased_games(max_total=4, n_actions=(2, 2)), st.data())
@quick(30)
def test_wrong_beliefs_with_other_discounting(game: Game, data: st.DataObject) -> None:
    # each real episode anew: the realised play of the remainder that it believes in, then its first action
    believed = data.draw(believed_games(game))
    spec = data.draw(discount_specs(game["objectives"]))
    policy: Policy = {}
    ties: set[tuple[int, str]] = set()
    for t in range(1, n_episodes(game) + 1):
        rest = discounting.realised(beliefs.believed_remainder(game, believed, t), spec, "mesa")
        policy |= {(t, i): rest.policy[1, i] for i in game["objectives"]}
        ties |= {(t, i) for i in game["objectives"] if (1, i) in rest.ties}
    found = exactly(game, AgentSpec(objective="mesa", believed=phased(believed, spec)), spec)
    assert_realised(found, game, policy, frozenset(ties), discounting.seen_from_each_self(spec), "mesa")
    first = discounting.realised(beliefs.believed_remainder(game, believed, 1), spec, "mesa")
    assert (found.believed_value, found.premium) == (first.believed_value, first.commitment_premium)


@given(phased_games(max_total=4))
@quick(25)
def test_true_beliefs_change_nothing(game: Game) -> None:
    found = exactly(game, AgentSpec(objective="mesa", believed=phased(game)))
    plain = exactly(game)
    assert replace(found, mistaken=False, action_values=()) == replace(plain, action_values=())
    for own, other in zip(found.action_values, plain.action_values, strict=True):  # floats, rounded by different routes
        assert own == pytest.approx(other, abs=1e-12)


# --- the oracle's helpers used here -----------------------------------------------------------------------------------


@given(phased_games(max_total=3), st.data())
@quick(20)
def test_values_of_known_play_by_listing_every_trajectory(game: Game, data: st.DataObject) -> None:
    policy = solve(game).policy
    listed, weigh = F(0), exponential(game)
    for chance, steps in trajectories(game, policy, 1, "mesa"):
        listed += chance * sum(weigh("base", 1, t) * payoff(game, t, "base", a) for t, _, a in steps)
    assert true_values(game, policy, exponential(game))["mesa", "base"] == listed
    assert expected_by_occupation(game, policy, 1, "mesa", lambda *_: F(1)) >= 1
