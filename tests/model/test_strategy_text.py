"""Strategies as text: every form is read, what is printed is read back, what is wrong is named."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deceptive_sim.core.errors import InputError
from deceptive_sim.model.actions import DEFAULT_ACTIONS, Action
from deceptive_sim.model.strategies import LONGEST_SPELT_OUT, Strategy, parse_strategy, spelling

PRESS = (Action(name="press", defects=True), Action(name="wait", defects=False))
PUSH = (Action(name="push", defects=True), Action(name="press", defects=True), Action(name="wait", defects=False))


@pytest.mark.parametrize(
    ("text", "episodes", "spelt"),
    [
        ("BBAAA", 5, "BBAAA"),
        ("B2 A3", 5, "BBAAA"),
        ("B2A3", 5, None),
        ("B*2 A*3", 5, "BBAAA"),
        ("B×2 A×3", 5, "BBAAA"),
        ("B,B,A,A,A", 5, "BBAAA"),
        ("B B A A A", 5, "BBAAA"),
        ("  BB, AAA ", 5, "BBAAA"),
        ("A*", 4, "AAAA"),
        ("BBA*", 6, "BBAAAA"),
        ("BBA*", 3, "BBA"),
        ("BBA*", 2, "BB"),
        ("B2 A*", 4, "BBAA"),
        ("BA2", 3, "BAA"),
        ("A0 B3", 3, "BBB"),
        ("", 0, ""),
        ("A*", 0, ""),
    ],
)
def test_every_form_is_read(text: str, episodes: int, spelt: str | None) -> None:
    if spelt is None:
        with pytest.raises(InputError, match=r"must be made of the game's actions"):
            parse_strategy(text, DEFAULT_ACTIONS, episodes)
        return
    found = parse_strategy(text, DEFAULT_ACTIONS, episodes)
    assert found.text(DEFAULT_ACTIONS) == spelt
    assert len(found) == episodes
    assert [*found] == ["AB".index(letter) for letter in spelt]


@pytest.mark.parametrize(
    ("text", "actions", "spelt"),
    [
        ("press,wait,press", PRESS, "pwp"),
        ("press*2 wait*3", PRESS, "ppwww"),
        ("ppwww", PRESS, "ppwww"),
        ("press,wait*", PRESS, "pww"),
        ("push,press,wait", PUSH, "push,press,wait"),
        ("push*2 wait*1", PUSH, "push,push,wait"),
        ("wait*", PUSH, "wait,wait,wait"),
    ],
)
def test_names_and_first_letters_where_they_are_unique(text: str, actions: tuple[Action, ...], spelt: str) -> None:
    episodes = 3 if "," in spelt else len(spelt)
    assert parse_strategy(text, actions, episodes).text(actions) == spelt


def test_first_letters_stand_for_actions_only_if_they_differ() -> None:
    assert spelling(PRESS) == ("p", "w")
    assert spelling(PUSH) == ("push", "press", "wait")
    with pytest.raises(InputError, match="must be made of the game's actions"):
        parse_strategy("p,w", PUSH, 2)


@given(st.lists(st.integers(0, 2), max_size=LONGEST_SPELT_OUT + 60), st.sampled_from([PUSH, PRESS, DEFAULT_ACTIONS]))
@example([0] * LONGEST_SPELT_OUT + [1], DEFAULT_ACTIONS)
@example([0, 1] * 150, PUSH)
def test_what_is_printed_is_read_back(choices: list[int], actions: tuple[Action, ...]) -> None:
    choices = [choice % len(actions) for choice in choices]
    strategy = Strategy.of(choices)
    assert [*strategy] == choices
    assert parse_strategy(strategy.text(actions), actions, len(choices)) == strategy


def test_long_strategies_print_as_runs() -> None:
    at_most = Strategy(((1, 100), (0, LONGEST_SPELT_OUT - 100)))
    assert at_most.text(DEFAULT_ACTIONS) == "B" * 100 + "A" * 100
    beyond = Strategy(((1, 100), (0, LONGEST_SPELT_OUT - 99)))
    assert beyond.text(DEFAULT_ACTIONS) == "B100 A101"
    assert beyond.text(PUSH) == "press*100 push*101"
    assert parse_strategy("B1000000 A*", DEFAULT_ACTIONS, 10**12).runs == ((1, 10**6), (0, 10**12 - 10**6))


def test_runs_are_joined() -> None:
    assert Strategy.joined([(0, 2), (1, 0), (0, 3), (1, 1)]) == Strategy.of([0, 0, 0, 0, 0, 1])
    assert parse_strategy("A2 A3 B", DEFAULT_ACTIONS, 6).runs == ((0, 5), (1, 1))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("BBC", 'strategy must be made of the game\'s actions, got "C" (one of A, B)'),
        (
            "BB",
            'strategy must have one action for each of the 3 episodes, got "2 in BB" (end it with * to go on to',
        ),
        ("BBBB", 'strategy must have one action for each of the 3 episodes, got "4 in BBBB"'),
        ("", 'strategy must have one action for each of the 3 episodes, got "0 in "'),
        ("A* B", 'strategy must end with the action marked *, which goes on to the end, got "A* B"'),
        ("BBBBA*", 'strategy must have one action for each of the 3 episodes, got "5 in BBBBA*"'),
        ("A99999999999999999999", "strategy must have one action for each of the 3 episodes"),
        ("*", "strategy must be made"),
        ("A-B", "strategy must be made of the game's actions"),
    ],
)
def test_what_is_wrong_is_named(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_strategy(text, DEFAULT_ACTIONS, 3)
    assert str(caught.value).startswith(message)


def test_errors_call_the_strategy_by_its_place() -> None:
    with pytest.raises(InputError, match=r"^agents\.honest\.strategy must have one action for each of the 2 episodes"):
        parse_strategy("A", DEFAULT_ACTIONS, 2, "agents.honest.strategy")


@given(st.text(max_size=20), st.integers(0, 6))
def test_any_text_is_read_or_refused(text: str, episodes: int) -> None:
    try:
        found = parse_strategy(text, DEFAULT_ACTIONS, episodes)
    except InputError:
        return
    assert len(found) == episodes


def test_names_that_end_in_digits_or_look_like_letters_in_a_row_are_read_as_names() -> None:
    numbered = (Action(name="act1", defects=True), Action(name="act2", defects=False))
    assert list(parse_strategy("act2,act2,act1*", numbered, 5)) == [1, 1, 0, 0, 0]
    assert list(parse_strategy("act2*2 act1*3", numbered, 5)) == [1, 1, 0, 0, 0]
    alike = (Action(name="ab", defects=True), Action(name="b", defects=False))
    for choices in ([0, 1, 0], [1, 1, 0], [0, 0, 1]):
        strategy = Strategy.of(choices)
        assert parse_strategy(strategy.text(alike), alike, 3) == strategy


def test_a_text_may_be_as_long_as_it_is() -> None:
    assert len(parse_strategy("A3 B2", DEFAULT_ACTIONS, None)) == 5
