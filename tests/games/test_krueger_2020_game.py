"""The unit test of hidden incentives: its rewards, its rule, and policies and strings of actions simply played."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from adapters import quick
from hypothesis import given
from hypothesis import strategies as st

from deceptive_sim.core.errors import InputError
from deceptive_sim.games.krueger_2020 import GAME, reward, worth

F = Fraction
ALL = ["DD", "DC", "CD", "CC"]
discounts = st.fractions(0, 1, max_denominator=12)
costs = st.fractions(-2, 1, max_denominator=12)


def test_rewards_as_printed() -> None:
    table = [reward(state, action, F(-1, 2)) for state in (0, 1) for action in (0, 1)]
    assert table == [F(-1, 2), -1, F(1, 2), 0]


@pytest.mark.parametrize(
    ("discount", "optimal", "ties", "value"),
    [
        (F(0), "D", [], F(-1, 2)),
        (F(499, 1000), "D", [], F(-500, 501)),
        (F(1, 2), "D", ALL, F(-1)),
        (F(501, 1000), "C", [], F(-1)),
        (F(9, 10), "C", [], F(-1)),
        (F(1), "C", [], F(0)),
    ],
)
def test_cooperating_is_optimal_above_one_half_with_a_tie_of_all_there(
    discount: Fraction, optimal: str, ties: list[str], value: Fraction
) -> None:
    answer = GAME.build(discount=discount, b=F(-1, 2)).answer()
    assert (answer["optimal"], answer["policy"], answer["ties"]) == (optimal, 2 * optimal, ties)
    assert answer["value"] == value
    assert answer["finite"] == optimal * 9 + "D"


def played(actions: list[int], state: int, b: Fraction) -> list[Fraction]:
    paid = []
    for action in actions:
        paid.append(state + b * action - F(1, 2))
        state = action
    return paid


@pytest.mark.slow
@given(discounts.map(lambda g: g * F(9, 10)), costs, st.sampled_from(ALL), st.integers(0, 1))
@quick(60)
def test_policies_are_worth_what_a_long_run_of_them_adds_up_to(g: Fraction, b: Fraction, policy: str, at: int) -> None:
    actions, state = [], at
    for _ in range(300):
        state = "DC".index(policy[state])
        actions.append(state)
    total = sum(float(g) ** t * float(pay) for t, pay in enumerate(played(actions, at, b)))
    assert float(worth(policy, at, g, b)) == pytest.approx(total, abs=1e-9)


@pytest.mark.slow
@given(costs, st.sampled_from(ALL), st.integers(0, 1))
@quick(30)
def test_undiscounted_policies_are_worth_what_they_pay_in_the_long_run(b: Fraction, policy: str, at: int) -> None:
    state, actions = at, []
    for _ in range(2002):
        state = "DC".index(policy[state])
        actions.append(state)
    assert worth(policy, at, F(1), b) == sum(played(actions, at, b)[2:], F(0)) / 2000


@pytest.mark.slow
@given(discounts, costs)
@quick(100)
def test_a_step_of_the_present_costs_b_and_gains_the_discount(g: Fraction, b: Fraction) -> None:
    answer = GAME.build(discount=g, b=b, episodes=0).answer()
    assert answer["optimal"] == ("C" if g + b > 0 else "D")
    assert answer["ties"] == (ALL if g + b == 0 else [])
    assert answer["finite"] == ""


@pytest.mark.slow
@given(discounts.filter(bool), costs, st.integers(1, 6))
@quick(60)
def test_no_string_of_actions_is_better_in_the_finite_game(g: Fraction, b: Fraction, episodes: int) -> None:
    totals = {
        string: sum((g**t * pay for t, pay in enumerate(played(list(string), 0, b))), F(0))
        for string in itertools.product((0, 1), repeat=episodes)
    }
    best = min(string for string, total in totals.items() if total == max(totals.values()))
    assert GAME.build(discount=g, b=b, episodes=episodes).answer()["finite"] == "".join("DC"[a] for a in best)


def test_what_is_seen() -> None:
    view = GAME.build().view()
    assert view.letters == "CCCCCCCCCD"
    assert set(view.curves) == set(ALL)
    assert view.curves["CC"][0] == -1  # cooperating after D, when nothing later counts
    assert view.curves["CC"][25] == view.curves["DD"][25] == -0.5  # at 1/2
    assert len(view.across) == len(view.curves["DD"])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"discount": F(-1, 10)}, "discount must be a discount in"),
        ({"b": "nan"}, "b must be finite"),
        ({"episodes": 1001}, "episodes must be at most 1000"),
    ],
)
def test_wrong_settings_are_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        GAME.build(**changes)
