"""The button game: the rule that is stated, and all strings of presses tried."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from adapters import quick
from hypothesis import given
from hypothesis import strategies as st

from deceptive_sim.core.errors import InputError
from deceptive_sim.games.button import GAME

F = Fraction


def test_undiscounted_it_is_pressed_in_the_last_episode_only() -> None:
    for episodes in range(1, 8):
        answer = GAME.build(discount=F(1), episodes=episodes).answer()
        assert answer == {"strategy": "N" * (episodes - 1) + "P", "ties": [], "value": 1}


@pytest.mark.parametrize(
    ("discount", "strategy", "ties"),
    [
        (F(0), "PPPP", []),
        (F(99, 1000), "PPPP", []),
        (F(1, 10), "NNNP", [1, 2, 3]),
        (F(101, 1000), "NNNP", []),
        (F(9, 10), "NNNP", []),
    ],
)
def test_pressing_is_optimal_below_a_tenth_with_a_tie_there(discount: Fraction, strategy: str, ties: list[int]) -> None:
    answer = GAME.build(discount=discount, episodes=4).answer()
    assert (answer["strategy"], answer["ties"]) == (strategy, ties)


@given(st.one_of(st.just(F(1, 10)), st.fractions(0, 1, max_denominator=30)), st.integers(0, 6))
@quick(60)
def test_no_string_of_presses_is_better(discount: Fraction, episodes: int) -> None:
    def total(string: str) -> Fraction:
        paid = [F(letter == "P") for letter in string]
        for t in range(1, episodes):
            paid[t] -= 10 * (string[t - 1] == "P")
        return sum((discount**t * pay for t, pay in enumerate(paid)), F(0))

    totals = {string: total(string) for string in map("".join, itertools.product("NP", repeat=episodes))}
    best = sorted(string for string, worth in totals.items() if worth == max(totals.values()))
    answer = GAME.build(discount=discount, episodes=episodes).answer()
    if discount:  # else only the first episode counts, and the later selves are no matter to the first
        assert answer["strategy"] == best[0]
        branching = [t + 1 for t in range(episodes) if len({s[t] for s in best if s[:t] == best[0][:t]}) == 2]
        assert answer["ties"] == branching
    else:
        assert answer["strategy"] == "P" * episodes
    assert answer["value"] == max(totals.values())


def test_a_thousand_episodes_at_the_tie() -> None:
    answer = GAME.build(discount=F(1, 10), episodes=1000).answer()
    assert answer["strategy"] == "N" * 999 + "P"
    assert answer["ties"] == list(range(1, 1000))
    assert answer["value"] == F(1, 10) ** 999


def test_what_is_seen() -> None:
    view = GAME.build(discount=F(1, 10), episodes=3).view()
    assert (view.letters, dict(view.marks)) == ("NNP", {1: "tie", 2: "tie"})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"discount": F(11, 10)}, "discount must be a discount in"),
        ({"episodes": -1}, "episodes must be a whole number, 0 or more"),
        ({"episodes": 1001}, "episodes must be at most 1000, got 1001"),
    ],
)
def test_wrong_settings_are_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        GAME.build(**changes)
