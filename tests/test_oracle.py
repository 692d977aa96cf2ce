"""The oracle against what is known without it: model.md's tables and laws, published behaviour, sums done on paper."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import beliefs, discounting
from oracle.chance import expected_by_occupation, expected_by_trajectories, trajectories
from oracle.measurements import report
from oracle.plain import (
    Game,
    n_episodes,
    payoff,
    phase_of_each_episode,
    successors,
    two_phase_game,
)
from oracle.profiles import solve, solve_by_exhaustion, stable_profiles
from oracle.random_games import (
    believed_games,
    discount_specs,
    phased_games,
    two_phase_games,
    two_phase_parameters,
)
from oracle.regimes import regime, turn

F = Fraction
A_AND_B = [["A", True], ["B", False]]
APPLE_AND_EXIT = {"mesa": {"A": F(1), "B": F(0)}, "base": {"A": F(0), "B": F(1)}}


def quick(max_examples: int) -> settings:
    return settings(deadline=None, max_examples=max_examples, database=None)


def phase(name: str, episodes: int = 1, **fields: Any) -> dict[str, Any]:
    plain = {"payoffs": APPLE_AND_EXIT, "modification": {}, "shutdown": {}, "training": "training" in name}
    return {**plain, "name": name, "episodes": episodes, **fields}


def game_of(*phases: dict[str, Any], objectives: tuple[str, ...] = ("mesa", "base"), **fields: Any) -> Game:
    plain = {"objectives": list(objectives), "base": "base", "actions": A_AND_B, "prefer": "non-defecting"}
    return {**plain, "discount": {k: F(1) for k in objectives}, "phases": list(phases), **fields}


# --- model.md section 4 ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "m", "p", "q", "d", "g", "string", "value"),
    [
        (2, 3, "1", "0", "0", "1", "BBAAA", "3"),
        (2, 1, "1", "0", "0", "1", "BBA", "1"),
        (4, 3, "1/2", "0", "0", "9/10", "AABBAAA", "1.89450775"),
        (5, 4, "3/10", "0", "0", "1", "BBBBBAAAA", "4"),
        (5, 4, "1/5", "0", "0", "1", "AAAAAAAAA", "4.67232"),
        pytest.param(
            *(6, 4, "3/5", "0", "1/10", "4/5", "AAAABBAAAA", "224715343177/152587890625"), marks=pytest.mark.slow
        ),
        pytest.param(*(6, 5, "1/2", "1/10", "1/5", "9/10", "AAAAABAAAAA", "1.827683748826552"), marks=pytest.mark.slow),
    ],
)
def test_table_of_section_4(n: int, m: int, p: str, q: str, d: str, g: str, string: str, value: str) -> None:
    found = report(two_phase_game(n, m, F(p), F(q), F(d), F(g)), "mesa")
    assert (found.text, found.value) == (string, F(value))


def test_seven_strategies_tie_when_one_apple_is_all_there_is_to_gain() -> None:
    found = report(two_phase_game(2, 1), "mesa")
    assert {"".join(s) for s in found.best} == {"AAA", "AAB", "ABA", "ABB", "BAA", "BAB", "BBA"}
    assert (found.premium, found.deception_pays, found.ties) == (0, False, {1, 2})


def test_the_seed_game_in_every_measure() -> None:
    found = report(two_phase_game(2, 3), "mesa")
    # best with an A in training: one apple; so the premium is 3 - 1
    assert (found.premium, found.deception_pays, found.regime, found.turn) == (2, True, "deceptive", 3)
    assert (found.reaches_deployment_unmodified, found.expected_deployment_defections) == (1, 3)
    assert found.goal_preservation == (3, 3, 3, 2, 1)
    assert (found.ties, found.best) == (set(), (tuple("BBAAA"),))


@pytest.mark.slow
@given(two_phase_parameters(max_n=4, max_m=3))
@quick(60)
def test_play_along_window_and_survival(k: dict[str, Any]) -> None:
    n, m, p, q, d, g = (k[name] for name in "nmpqdg")
    found = report(two_phase_game(**k), "mesa")
    v0 = sum(((g * (1 - d)) ** j for j in range(m)), F(0))
    window = min(n, sum((p - q) * g**j * (1 - q) ** (j - 1) * v0 >= 1 for j in range(1, n + 1)))
    assert found.text[:n] == "A" * (n - window) + "B" * window
    assert found.reaches_deployment_unmodified == (1 - p) ** (n - window) * (1 - q) ** window
    if not g == d == 1:
        assert found.text[n:] == "A" * m
    assert min(found.goal_preservation or (0,)) >= 0
    if n:
        margin = (p - q) * g**n * (1 - q) ** (n - 1) * v0 - 1
        assert found.premium is not None
        assert (found.premium > 0, found.premium < 0) == (margin > 0, margin < 0)
        assert found.deception_pays == (margin > 0)
    else:
        assert (found.premium, found.deception_pays) == (None, False)


def test_certain_monitoring_without_discounting_ties_in_deployment() -> None:
    # d = g = 1: one apple now or later; preferring B, the string waits for the last episode
    found = report(two_phase_game(0, 3, d=F(1)), "mesa")
    assert (found.text, found.ties, found.regime, found.turn) == ("BBA", {1, 2}, "unconstrained", None)
    assert report(two_phase_game(0, 3, d=F(1), prefer="defecting"), "mesa").text == "AAA"


@pytest.mark.parametrize(("base_pays_b", "premium"), [("1/3", -1), ("1/2", 1), ("2/3", 1)])
def test_premium_jumps_where_the_modified_self_switches(base_pays_b: str, premium: int) -> None:
    # n=1, m=2, p=1: honest BAA = 2. A first: 1, then base plays; below 1/2 it plays A too (3 in all), above it B (1).
    found = report(two_phase_game(1, 2, base_pays=(F(1, 2), F(base_pays_b))), "mesa")
    assert (found.premium, found.deception_pays) == (premium, premium > 0)


# --- sums done on paper ---------------------------------------------------------------------------------------------


def test_shutdown_cuts_the_run_after_the_payoff() -> None:
    # T=2, A shuts down with 1/2. AA: 1 + 1/2 = 3/2; AB: 1; BA: 1; BB: 0. Unmodified and on at the end: 1/4.
    g = game_of(phase("training", 2, shutdown={"A": F(1, 2)}))
    found = report(g, "mesa")
    assert (found.text, found.value, found.premium) == ("AA", F(3, 2), F(-3, 2))
    assert (found.regime, found.reaches_deployment_unmodified) == ("open", F(1, 4))
    # base never plays A: BB = 2
    assert solve(g).values[1, "base", "base"] == 2


def test_base_itself_may_play_along_when_its_action_ends_the_run() -> None:
    # base: A pays 2 and shuts down, B pays 1. From the last episode back: 2; then B 1+2 = 3 > 2; then B 1+3 = 4.
    pays = {"mesa": {"A": F(1), "B": F(0)}, "base": {"A": F(2), "B": F(1)}}
    g = game_of(phase("training", 3, payoffs=pays, shutdown={"A": F(1)}))
    found = solve(g)
    assert [found.policy[t, "base"] for t in (1, 2, 3)] == ["B", "B", "A"]
    assert found.values[1, "base", "base"] == 4
    # mesa, one apple at whatever time: ties at 1 and 2, BBA; judged by base 1 + 1 + 2
    assert found.ties == {(1, "mesa"), (2, "mesa")}
    assert (found.values[1, "mesa", "mesa"], found.values[1, "mesa", "base"]) == (1, 4)


def returning_game(prefer: str) -> Game:
    """Episode 1: A leads to base. Episode 2: B leads to mesa. Episode 3: nothing. Apple and exit as ever."""
    return game_of(
        phase("training", modification={"A": {"base": F(1)}}),
        phase("later-training", modification={"B": {"mesa": F(1)}}),
        phase("deployment"),
        prefer=prefer,
    )


def test_a_returned_self_is_not_unmodified() -> None:
    # (3, .): mesa A, base B. (2, base): B gives 1, then mesa plays A: 1 in all. A gives 0, then 1: a tie, B preferred.
    # (2, mesa): A 1 + 1 = 2. (1, mesa): A 1, base B 0, the returned mesa A 1: 2; B: 0 + 2: a tie, B preferred.
    # (1, base): B 1 + 1 = 2 beats A 0 + 1.
    found = report(returning_game("non-defecting"), "mesa")
    assert solve_by_exhaustion(returning_game("non-defecting")).ties == {(1, "mesa"), (2, "base")}
    assert (found.text, found.value, found.ties) == ("BAA", 2, {1})
    # after A at 1 nobody is unmodified, so all four A** tie with BAA
    assert {"".join(s) for s in found.best} == {"AAA", "AAB", "ABA", "ABB", "BAA"}
    # honest: BBA = 1, against 2. Unmodified at deployment: BA never leaves mesa.
    assert (found.premium, found.reaches_deployment_unmodified, found.regime) == (-1, 1, "mixed")
    # V_t[base; mesa]: 1: B, B, then mesa A = 1; 2: B, then mesa A = 1; 3: B = 0
    assert found.goal_preservation == (1, 1, 1)


def test_the_tie_rule_of_other_selves_changes_what_a_defection_is_worth() -> None:
    # the last apple is worth 2 to mesa, so it matters to mesa how base breaks its tie at 2. Preferring B as above:
    # A at 1 is worth 1 + 0 + 2, B 0 + 1 + 2, a tie. Preferring A: base plays A, stays, and plays B at 3: 1 + 1 + 0 < 3.
    found = {}
    for prefer in ("non-defecting", "defecting"):
        g = returning_game(prefer)
        g["phases"][2]["payoffs"] = {**APPLE_AND_EXIT, "mesa": {"A": F(2), "B": F(0)}}
        found[prefer] = report(g, "mesa")
    assert [(r.text, r.value, r.ties, len(r.best)) for r in found.values()] == [
        ("BAA", 3, {1}, 5),
        ("BAA", 3, set(), 1),
    ]


def test_several_targets_and_a_third_objective() -> None:
    # A leads to base 1/4, to human 1/4. Human likes apples as well. A: 1 + 1/2 + 1/4 = 7/4; B: 0 + 1.
    pays = {**APPLE_AND_EXIT, "human": {"A": F(1), "B": F(0)}}
    g = game_of(
        phase("training", payoffs=pays, modification={"A": {"base": F(1, 4), "human": F(1, 4)}}),
        phase("deployment", payoffs=pays),
        objectives=("human", "mesa", "base"),
    )
    found = report(g, "mesa")
    assert (found.text, found.value, found.premium) == ("AA", F(7, 4), F(-3, 4))
    assert (found.reaches_deployment_unmodified, found.expected_deployment_defections) == (F(1, 2), F(3, 4))
    # human at 1: A moves it to base with 1/4 (to human = stays): 1 + 3/4 as well
    assert solve(g).values[1, "human", "human"] == F(7, 4)


def test_each_judge_discounts_with_its_own_rate() -> None:
    # BBA with mesa at 1/2 and base at 1/3: mesa 1/4; base 1 + 1/3 + 0
    g = two_phase_game(2, 1, q=F(0)) | {"discount": {"mesa": F(1, 2), "base": F(1, 3)}}
    values = solve(g | {"actions": [["A", False], ["B", False]], "prefer": "declared"}).values
    # g p V0 = 1/2 < 1: mesa does not pretend. A: 1, then base BB judged by base 0 + 1/3 + 1/9
    assert (values[1, "mesa", "mesa"], values[1, "mesa", "base"]) == (1, F(4, 9))
    assert (values[3, "mesa", "mesa"], values[1, "base", "base"]) == (1, F(13, 9))


@pytest.mark.parametrize(
    ("order", "non_defecting", "defecting", "declared"), [("ACB", "C", "A", "A"), ("CAB", "C", "A", "C")]
)
def test_declared_order_decides_what_the_criterion_leaves_open(
    order: str, non_defecting: str, defecting: str, declared: str
) -> None:
    pays = {k: {"A": F(1), "B": F(1), "C": F(1)} for k in ("mesa", "base")}
    g = game_of(phase("deployment", payoffs=pays), actions=[[a, a == "A"] for a in order])
    chosen = [report(g | {"prefer": rule}, "mesa").text for rule in ("non-defecting", "defecting", "declared")]
    assert chosen == [non_defecting, defecting, declared]


@pytest.mark.parametrize(
    ("deployed_a", "prefer", "text", "pays"),
    [(0, "defecting", "BB", False), (1, "non-defecting", "BB", False), (1, "defecting", "BA", True)],
)
def test_honest_training_that_leads_nowhere_is_no_deception(
    deployed_a: int, prefer: str, text: str, pays: bool
) -> None:
    # one episode each, B pays 1 and A 0 in training: the premium is 1 whatever deployment adds to both sides
    training = {k: {"A": F(0), "B": F(1)} for k in ("mesa", "base")}
    deployment = {k: {"A": F(deployed_a), "B": F(1)} for k in ("mesa", "base")}
    g = game_of(phase("training", payoffs=training), phase("deployment", payoffs=deployment), prefer=prefer)
    found = report(g, "mesa")
    assert (found.text, found.premium, found.deception_pays) == (text, 1, pays)


# --- regimes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("training", "deployment", "name", "turning"),
    [
        ("BB", "BB", "compliant", None),
        ("BB", "", "compliant", None),
        ("BB", "AB", "deceptive", 3),
        ("BB", "BA", "delayed", 4),
        ("AA", "BB", "open", None),
        ("AA", "", "open", None),
        ("AABB", "BA", "late-pretence", 6),
        ("AABB", "BB", "reformed", None),
        ("AB", "", "reformed", None),
        ("BAB", "A", "mixed", 4),
        ("BA", "A", "mixed", None),
        ("ABAB", "A", "mixed", 5),
        ("BA", "B", "reformed", None),
        ("", "BB", "compliant", None),
        ("", "BA", "unconstrained", None),
        ("", "", "compliant", None),
    ],
)
def test_regime_table(training: str, deployment: str, name: str, turning: int | None) -> None:
    trains = [True] * len(training) + [False] * len(deployment)
    assert regime([a == "A" for a in training], [a == "A" for a in deployment]) == name
    assert turn([a == "A" for a in training + deployment], trains) == turning


def test_parts_are_collected_wherever_the_phases_stand() -> None:
    # training, deployment, later-training: modification after A in training only; one apple each.
    # Last: A (nothing to lose). Deployment: A, free. First: A 1, then nothing; B 0 + 1 + 1. So B A A.
    certain = {"A": {"base": F(1)}}
    g = game_of(
        phase("training", modification=certain), phase("deployment"), phase("later-training", modification=certain)
    )
    found = report(g, "mesa")
    # training part B A, deployment part A: mixed, and no turn, since the last training action is A
    assert (found.text, found.regime, found.turn, found.reaches_deployment_unmodified) == ("BAA", "mixed", None, 1)
    # honest B A B = 1; best with a defection in training = 2
    assert (found.premium, found.deception_pays) == (-1, False)


# --- the oracle's own parts against each other ----------------------------------------------------------------------


@pytest.mark.slow
@given(phased_games(max_total=3))
@quick(40)
def test_growing_the_tail_finds_what_exhaustion_finds(g: Game) -> None:
    # stable profiles of 3 actions, 3 objectives and 3 episodes are up to 19683: keep those games to two episodes
    if len(g["actions"]) == len(g["objectives"]) == 3 and n_episodes(g) == 3:
        return
    assert solve(g) == solve_by_exhaustion(g)


@given(phased_games(max_total=4, n_actions=(2, 2), n_objectives=(2, 2)))
@quick(25)
def test_four_episodes_by_exhaustion(g: Game) -> None:
    assert solve(g) == solve_by_exhaustion(g)


def test_all_ties_leave_all_profiles_stable() -> None:
    nothing = {k: {"A": F(0), "B": F(0)} for k in ("mesa", "base")}
    g = game_of(phase("training", 2, payoffs=nothing))
    assert len(list(stable_profiles(g))) == 2**4
    assert solve(g).ties == {(t, i) for t in (1, 2) for i in ("mesa", "base")}


@given(phased_games(max_total=4), st.data())
@quick(40)
def test_two_ways_to_take_an_expectation(g: Game, data: st.DataObject) -> None:
    names = [a for a, _ in g["actions"]]
    selves = [(t, i) for t in range(1, n_episodes(g) + 1) for i in g["objectives"]]
    policy = {one: data.draw(st.sampled_from(names)) for one in selves}
    assert sum(p for p, _ in trajectories(g, policy, 1, "mesa")) == 1

    def reward(t: int, actor: str, action: str) -> Fraction:
        return t * payoff(g, t, actor, action)

    assert expected_by_trajectories(g, policy, 1, "mesa", reward) == expected_by_occupation(
        g, policy, 1, "mesa", reward
    )


@pytest.mark.slow
@given(phased_games(max_total=4, any_flags=True))
@quick(50)
def test_strings_agree_with_profiles(g: Game) -> None:
    profile = solve(g)
    found = report(g, "mesa")
    episodes = range(1, n_episodes(g) + 1)
    assert found.chosen == tuple(profile.policy[t, "mesa"] for t in episodes)
    assert found.chosen in found.best
    assert found.value == profile.values[1, "mesa", "mesa"]
    assert found.ties == {t for t in episodes if (t, "mesa") in profile.ties}
    assert found.goal_preservation == tuple(
        profile.values[t, "mesa", "mesa"] - profile.values[t, "base", "mesa"] for t in episodes
    )
    assert report(g, "mesa", others=profile.policy) == found


@given(phased_games(max_total=4))
@quick(60)
def test_no_self_gains_by_being_another(g: Game) -> None:
    # More than model.md promises, since modification leads to the same targets from every objective. Let i copy what k
    # does at t: the same payoff, and where neither moved nor shut down (probability s) i stays i and k stays k, so
    # V_t[i; i] - V_t[k; i] >= s g (V_{t+1}[i; i] - V_{t+1}[k; i]) >= 0, back from V_{T+1} = 0.
    values = solve(g).values
    assert all(values[t, i, i] >= values[t, k, i] for t, k, i in values)


def test_a_game_of_no_episodes_is_worth_nothing() -> None:
    found = report(two_phase_game(0, 0), "mesa")
    assert (found.value, found.best, found.premium, found.regime) == (0, ((),), None, "compliant")


# --- discounting ----------------------------------------------------------------------------------------------------


def do_it_once(amounts: tuple[int, ...], sign: int) -> Game:
    """Do the thing (A: paid now, the game is over) or wait; in the last week it is done whatever one chooses."""
    weeks = []
    for week, amount in enumerate(amounts, 1):
        wait = sign * amount if week == len(amounts) else 0
        table = {k: {"A": F(sign * amount), "B": F(wait)} for k in ("mesa", "base")}
        weeks.append(phase(f"week-{week}", payoffs=table, shutdown={"A": F(1)}))
    return game_of(*weeks)


@pytest.mark.parametrize(
    ("sign", "beta", "foresight", "week"),
    [
        (-1, "1", "sophisticated", 1),
        (-1, "1/2", "naive", 4),
        (-1, "1/2", "sophisticated", 2),
        (+1, "1", "naive", 4),
        (+1, "1/2", "naive", 3),
        (+1, "1/2", "sophisticated", 1),
    ],
)
def test_doing_it_now_or_later(sign: int, beta: str, foresight: str, week: int) -> None:
    # O'Donoghue & Rabin 1999; the constant delayed reward weighs beta whenever it comes, so it is left out
    one = {"kind": "quasi-hyperbolic", "beta": F(beta), "delta": F(1), "foresight": foresight}
    found = discounting.realised(do_it_once((3, 5, 8, 13), sign), {"mesa": one, "base": one}, "mesa")
    assert min((t for t, a in enumerate(found.string, 1) if a == "A"), default=4) == week


@pytest.mark.parametrize(
    ("foresight", "string", "value", "believed"),
    [("naive", "BAA", F(2), F(7, 3)), ("sophisticated", "AAA", F(13, 6), F(13, 6))],
)
def test_hyperbolic_reversal(foresight: str, string: str, value: Fraction, believed: Fraction) -> None:
    # A ends the game and pays 13/6, 4, 7; D = 1, 1/2, 1/3. Self 2: 4 > 7/2, so it takes. Seen from 1: 4/2 < 13/6 < 7/3:
    # the naive self 1 waits for the 7 and gets the 4, worth 2 to it; the sophisticated one takes 13/6.
    steps = [
        phase(f"step-{t}", payoffs={k: {"A": x, "B": F(0)} for k in ("mesa", "base")}, shutdown={"A": F(1)})
        for t, x in enumerate((F(13, 6), F(4), F(7)), 1)
    ]
    one = {"kind": "hyperbolic", "k": F(1), "foresight": foresight}
    found = discounting.realised(game_of(*steps), {"mesa": one, "base": one}, "mesa")
    assert ("".join(found.string), found.values["mesa"], found.believed_value) == (string, value, believed)


def test_a_present_biased_deceiver_would_like_to_commit() -> None:
    # n=1, m=3, p=1, beta=1/2: B now is worth 1/2 * 3 > 1; n=1, m=2: 1/2 * 2 = 1, a tie.
    biased = {"kind": "quasi-hyperbolic", "beta": F(1, 2), "delta": F(1), "foresight": "sophisticated"}
    spec = {"mesa": biased, "base": biased}
    found = discounting.realised(two_phase_game(1, 3), spec, "mesa")
    assert ("".join(found.string), found.commitment_premium) == ("BAAA", F(1, 2))
    found = discounting.realised(two_phase_game(1, 2), spec, "mesa")
    assert ("".join(found.string), found.commitment_premium, (1, "mesa") in found.ties) == ("BAA", 0, True)
    # n=2, m=2 seen from 1: B, A, then base: 1/2; B, B, A, A: 1; A: 1. Self 2 is indifferent and plays B.
    found = discounting.realised(two_phase_game(2, 2), spec, "mesa")
    assert ("".join(found.string), found.values["mesa"], found.commitment_premium) == ("BBAA", 1, 0)


@given(
    phased_games(max_total=3, n_actions=(2, 2), positive_discounts=True), st.sampled_from(["naive", "sophisticated"])
)
@quick(30)
def test_with_consistent_discounting_foresight_does_not_matter(g: Game, foresight: str) -> None:
    spec = {k: {"kind": "exponential", "g": g["discount"][k], "foresight": foresight} for k in g["objectives"]}
    found, profile = discounting.realised(g, spec, "mesa"), solve(g)
    assert (found.policy, found.ties) == (profile.policy, profile.ties)
    assert found.values == {k: profile.values[1, "mesa", k] for k in g["objectives"]}
    assert found.commitment_premium == report(g, "mesa").premium


@pytest.mark.slow
@given(phased_games(max_total=4, n_actions=(2, 2), n_objectives=(2, 2)), discount_specs(["mesa"]))
@quick(40)
def test_a_naive_self_that_is_never_modified_follows_the_best_plan_of_today(g: Game, spec: discounting.Spec) -> None:
    for ph in g["phases"]:
        ph["modification"] = {}
    mesa = {**spec["mesa"], "foresight": "naive"}
    found = discounting.realised(g, {"mesa": mesa, "base": mesa}, "mesa")
    episodes = phase_of_each_episode(g)
    for t in range(1, len(episodes) + 1):
        plans = {}
        for plan in product("AB", repeat=len(episodes) - t + 1):
            on, plans[plan] = F(1), F(0)
            for delay, (action, ph) in enumerate(zip(plan, episodes[t - 1 :], strict=True)):
                plans[plan] += on * discounting.discount_factor(mesa, delay) * ph["payoffs"]["mesa"][action]
                on *= 1 - ph["shutdown"][action]
        best = max(plans.values())
        assert best == max(v for plan, v in plans.items() if plan[0] == found.string[t - 1])


@given(two_phase_games(max_n=2, max_m=2), discount_specs(["mesa", "base"]))
@quick(25)
def test_a_forecast_that_is_true_is_fulfilled(g: Game, spec: discounting.Spec) -> None:
    found = discounting.realised(g, spec, "mesa")
    if all(one["foresight"] == "sophisticated" for one in spec.values()):
        assert found.believed_value == found.values["mesa"]
    if found.commitment_premium is not None:
        assert any(ph["training"] for ph in phase_of_each_episode(g))


# --- beliefs --------------------------------------------------------------------------------------------------------


def test_a_threat_never_expected_to_end_tempts_the_last_training_self() -> None:
    # Hubinger et al. 4.4 as read in published-games.md: t=1 ties and prefers B; t=2 believes to be in the last episode;
    # it is modified for real, so that base plays the deployment: one apple.
    found = beliefs.realised(two_phase_game(2, 3), two_phase_game(2, 0), "mesa")
    assert ("".join(found.string), found.values["mesa"], found.believed_value) == ("BAAAA", 1, 1)
    assert (found.values["base"], (1, "mesa") in found.ties, (2, "mesa") in found.ties) == (4, True, False)
    assert beliefs.realised(two_phase_game(2, 3), two_phase_game(2, 0, prefer="defecting"), "mesa").string[0] == "A"


def test_without_a_model_of_modification_it_always_defects() -> None:
    found = beliefs.realised(two_phase_game(2, 3), two_phase_game(2, 3, p=F(0)), "mesa")
    assert ("".join(found.string), found.values["mesa"], found.believed_value) == ("AAAAA", 1, 5)


def test_a_training_longer_than_believed_is_believed_to_end_now() -> None:
    # true 3 + 1, believed 1 + 2, p = 1: in each of the three training episodes A is 1 and B 0 + 2
    found = beliefs.realised(two_phase_game(3, 1), two_phase_game(1, 2), "mesa")
    assert ("".join(found.string), found.values["mesa"], found.believed_value) == ("BBBA", 1, 2)
    assert found.premium == 1
    # believed 2 + 2 and g = 2/3: at 1 the prize is 4/9 * 5/3 < 1, so A; at 2 and 3, 2/3 * 5/3 >= 1, so B
    short = two_phase_game(3, 1, g=F(2, 3))
    assert "".join(beliefs.realised(short, two_phase_game(2, 2, g=F(2, 3)), "mesa").string) == "ABBA"


@pytest.mark.slow
@given(phased_games(max_total=4, n_actions=(2, 2), n_objectives=(2, 2)), st.data())
@quick(30)
def test_true_beliefs_are_the_plain_game(g: Game, data: st.DataObject) -> None:
    found, profile = beliefs.realised(g, g, "mesa"), solve(g)
    assert (found.policy, found.ties) == (profile.policy, profile.ties)
    assert found.believed_value == found.values["mesa"] == profile.values[1, "mesa", "mesa"]
    assert found.premium == report(g, "mesa").premium
    wrong = beliefs.realised(g, data.draw(believed_games(g)), "mesa")
    if "base" not in {k for ph in g["phases"] for move in ph["modification"].values() for k, p in move.items() if p}:
        # nobody but mesa is ever at the wheel: one optimiser, which cannot gain by being wrong
        assert wrong.values["mesa"] <= found.values["mesa"]


# --- the random games -----------------------------------------------------------------------------------------------


@given(phased_games(max_total=5, any_flags=True) | two_phase_games())
@quick(60)
def test_random_games_are_games(g: Game) -> None:
    assert 1 <= n_episodes(g) <= 6
    assert len({ph["name"] for ph in g["phases"]}) == len(g["phases"])
    for t in range(1, n_episodes(g) + 1):
        for i in g["objectives"]:
            for a, _ in g["actions"]:
                after = successors(g, t, i, a)
                assert sum(p for _, p in after) == 1
                assert all(p.denominator <= 6 for _, p in after)
