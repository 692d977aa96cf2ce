"""Holtman's lobbying: the printed traces, and others against plays simulated letter by letter from the rules."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from typing import Any

import pytest
from thinned import thinned

from deceptive_sim.core.errors import InputError
from deceptive_sim.games.holtman_2020 import GAME, Holtman
from deceptive_sim.model.protocols import Game

F = Fraction

PRINTED = [
    ("0.0", "1", "pppppp#eeeeeeeeeeeeeeeeeee"),
    ("0.6", "1", "p>>>>>>>>>>>>p#eeeeeeeeeee"),
    ("1.0", "1", "ppppp>>>>>>>>>>>>>>>>>>>p#"),
    ("2.0", "1", "ppppp>p>p>p>p>p>p>p>p>p>p"),
    ("0.6", "2.0", "pppppp#eeeeeeeeeeeeeeeeeee"),
    ("0.6", "3.0", "<<<<#eeeeeeeeeeeeeeeeeeeee"),
]


# --- the rules once more, as one play simulated -----------------------------------------------------------------------


def weights(steps: int) -> list[int]:
    return [int(10000 * 0.9**t) for t in range(steps)]


def simulate(letters: str, lobbying: Fraction, r_e: Fraction, corrected: bool) -> tuple[Fraction, str] | None:
    """What a play is worth and its trace with `#`; None if it lobbies after the switch."""
    mode, counter, total, trace = "N", F(7), F(0), ""
    for t, letter in enumerate([*letters, "end"]):
        counter -= 1
        rest = sum(weights(len(letters))[t:])
        if mode == "N" and counter <= 0:
            mode = "S"
            trace += "#"
            if corrected:
                total += max(2, 1, 0) * rest - max(F(-2), r_e, F(0)) * rest
        if letter == "end":
            break
        trace += letter
        weight = weights(len(letters))[t]
        if letter in "<>":
            if mode == "S":
                return None
            total += F(9, 10) * 2 * weight
            counter += lobbying if letter == ">" else -lobbying
        else:
            total += {"pN": F(2), "pS": F(-2), "eN": F(1), "eS": r_e}.get(letter + mode, F(0)) * weight
    return total, trace


def best_plays(steps: int, lobbying: Fraction, r_e: Fraction, corrected: bool) -> tuple[Fraction, set[str]]:
    """The best value and every trace that has it, of all plays there are."""
    plays = [
        simulate("".join(letters), lobbying, r_e, corrected) for letters in itertools.product("pe0<>", repeat=steps)
    ]
    found = [play for play in plays if play is not None]
    value = max(value for value, _ in found)
    return value, {trace for worth, trace in found if worth == value}


def best_prefixes(steps: int, lobbying: Fraction, r_e: Fraction, corrected: bool) -> tuple[Fraction, int]:
    """The best value and how many traces have it: the best ways to every (mode, counter), step after step."""
    here: dict[Any, tuple[Fraction, int]] = {("N", F(7)): (F(0), 1)}
    for t, weight in enumerate([*weights(steps), None]):
        rest = sum(weights(steps)[t:])
        after: dict[Any, tuple[Fraction, int]] = {}

        def note(state: Any, value: Fraction, ways: int, into: dict[Any, tuple[Fraction, int]] = after) -> None:
            known, count = into.get(state, (value, 0))
            into[state] = (value, ways + count * (known == value)) if value >= known else (known, count)

        for (mode, counter), (value, ways) in here.items():
            counter -= 1
            if mode == "N" and counter <= 0:
                mode = "S"
                value += (2 - max(r_e, F(0))) * rest * corrected
            if weight is None:
                note("end", value, ways)
            elif mode == "S":
                for gain in (F(-2), r_e, F(0)):
                    note(("S", F(0)), value + gain * weight, ways)
            else:
                for gain in (2, 1, 0):
                    note(("N", counter), value + gain * weight, ways)
                for push in (lobbying, -lobbying):
                    note(("N", counter + push), value + F(9, 5) * weight, ways)
        here = after
    return here["end"]


# --- what is printed, and what was derived from the rules -------------------------------------------------------------


@pytest.mark.parametrize(("lobbying", "r_e", "trace"), PRINTED)
def test_the_printed_traces_are_found_and_are_the_only_ones(lobbying: str, r_e: str, trace: str) -> None:
    answer = Holtman(lobbying=F(lobbying), r_e=F(r_e)).answer()
    assert (answer["trace"], answer["ties"]) == (trace, [])
    assert best_prefixes(25, F(lobbying), F(r_e), False) == (answer["value"], 1)


@pytest.mark.parametrize("lobbying", ["0.0", "0.6", "1.0", "2.0", "7/3"])
def test_the_corrected_agent_does_not_lobby(lobbying: str) -> None:
    answer = Holtman(lobbying=F(lobbying), corrected=True).answer()
    assert (answer["trace"], answer["value"], answer["ties"]) == ("pppppp#eeeeeeeeeeeeeeeeeee", F(185618), [])
    assert best_prefixes(25, F(lobbying), F(1), True) == (F(185618), 1)


def test_the_derived_values() -> None:
    assert Holtman(lobbying=F(0)).answer()["value"] == F(139664)
    assert Holtman(lobbying=F(3, 5)).answer()["value"] == F(1570116, 10)


def test_the_switch_is_told_by_the_step_it_comes_before() -> None:
    assert Holtman(lobbying=F(0)).answer()["switch"] == 7
    assert Holtman(lobbying=F(1)).answer()["switch"] == 26  # after the last
    assert Holtman(lobbying=F(2)).answer()["switch"] is None


# --- other parameters -------------------------------------------------------------------------------------------------


def random_settings(seed: int, steps: int) -> dict[str, Any]:
    draw = random.Random(seed)
    lobbying = F(draw.randint(0, 12), draw.choice([1, 2, 3, 5, 7]))
    r_e = F(draw.randint(-8, 20), draw.choice([2, 3, 4]))
    return {"lobbying": lobbying, "r_e": r_e, "corrected": draw.random() < 0.4, "steps": steps}


@pytest.mark.parametrize("seed", range(24))
def test_short_games_against_all_plays(seed: int) -> None:
    settings = {**random_settings(seed, seed % 5), "lobbying": F(seed, 4)}  # a large step of lobbying: switches in time
    answer = Holtman(**settings).answer()
    value, traces = best_plays(settings["steps"], settings["lobbying"], settings["r_e"], settings["corrected"])
    assert answer["value"] == value
    assert answer["trace"] in traces
    assert bool(answer["ties"]) == (len(traces) > 1)
    place = answer["trace"].find("#")
    assert answer["switch"] == (None if place < 0 else place + 1)


@pytest.mark.parametrize("seed", thinned(range(24), 3))
def test_longer_games_against_a_recursion_from_the_start(seed: int) -> None:
    settings = random_settings(seed, 6 + seed % 22)
    answer = Holtman(**settings).answer()
    lobbying, r_e, corrected = settings["lobbying"], settings["r_e"], settings["corrected"]
    value, ways = best_prefixes(settings["steps"], lobbying, r_e, corrected)
    assert answer["value"] == value
    assert simulate(answer["trace"].replace("#", ""), lobbying, r_e, corrected) == (value, answer["trace"])
    assert bool(answer["ties"]) == (ways > 1)


# --- as a game of the library -----------------------------------------------------------------------------------------


def test_what_is_seen_is_the_trace_with_the_switch_marked() -> None:
    view = Holtman(lobbying=F(0)).view()
    assert view.letters == "p" * 6 + "e" * 19
    assert dict(view.marks) == {7: "the mode becomes S"}
    assert set(view.letters) <= set(view.legend)
    assert view.curves["weight"][:3] == (10000.0, 9000.0, 8100.0)
    assert dict(Holtman(lobbying=F(1)).view().marks) == {25: "after this step the mode becomes S"}
    assert dict(Holtman(lobbying=F(2)).view().marks) == {}
    assert "10 of 25" in Holtman(lobbying=F(2)).view().caption


def test_no_steps_are_worth_nothing() -> None:
    assert Holtman(steps=0).answer() == {"trace": "", "value": 0, "switch": None, "ties": []}
    assert Holtman(steps=0).view().letters == ""


def test_it_is_built_by_name_and_by_default() -> None:
    built = GAME.build(**{parameter.name: parameter.read(parameter.default) for parameter in GAME.parameters})
    assert built == Holtman() == GAME.build()
    assert built.kind is GAME.kind
    game: Game = Holtman(steps=3)
    assert game.horizon == 3


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"lobbying": -1}, "lobbying must be 0 or more, got -1"),
        ({"steps": 101}, "steps must be at most 100, got 101"),
        ({"steps": -1}, "steps must be a whole number, 0 or more"),
        ({"r_e": "much"}, "r_e must be a number"),
        ({"corrected": 1}, "corrected must be true or false, got 1"),
    ],
)
def test_wrong_settings_are_named(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Holtman(**settings)
