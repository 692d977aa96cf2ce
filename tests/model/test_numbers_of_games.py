"""The numbers of a game, each under its place: all of them, in exact form, and what is left is the shape."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from adapters import phased, quick
from hypothesis import given
from oracle.plain import Game, action_names, two_phase_game
from oracle.random_games import phased_games

from deceptive_sim.model.actions import TieRule
from deceptive_sim.model.discounting import Exponential, Hyperbolic
from deceptive_sim.model.numbers import Place, numbers_of, shape_of
from deceptive_sim.model.objectives import Objective, Selves


def expected(game: Game) -> dict[tuple[Any, ...], Fraction]:
    """Every number of a plain game by where it stands."""
    found: dict[tuple[Any, ...], Fraction] = {("discount", -1, k, ""): g for k, g in game["discount"].items()}
    for f, phase in enumerate(game["phases"]):
        found["episodes", f, "", ""] = Fraction(phase["episodes"])
        for a in action_names(game):
            found["shutdown", f, a, ""] = Fraction(phase["shutdown"].get(a, 0))
            for k in game["objectives"]:
                found["modification", f, a, k] = Fraction(phase["modification"].get(a, {}).get(k, 0))
                found["payoff", f, k, a] = Fraction(phase["payoffs"][k][a])
    return found


@given(phased_games(n_phases=(1, 4)))
@quick(60)
def test_every_number_stands_at_its_place(plain: Game) -> None:
    assert numbers_of(phased(plain)) == expected(plain)


def test_places_are_told_apart() -> None:
    game = phased(two_phase_game(2, 3, Fraction(1, 2), Fraction(1, 3), Fraction(1, 5), Fraction(7, 8)))
    numbers = numbers_of(game)
    assert numbers[Place("modification", 0, "A", "base")] == Fraction(1, 2)
    assert numbers[Place("modification", 0, "B", "base")] == Fraction(1, 3)
    assert numbers[Place("modification", 1, "A", "base")] == Fraction(1, 5)
    assert numbers[Place("modification", 1, "A", "mesa")] == 0
    assert numbers[Place("episodes", 0)] == 2
    assert numbers[Place("discount", -1, "mesa")] == Fraction(7, 8)
    assert numbers[Place("payoff", 1, "mesa", "A")] == 1


def test_discounts_that_are_not_exponential_have_no_number() -> None:
    game = phased(two_phase_game(1, 1))
    odd = replace(game, objectives=[Objective(name="mesa", discounting=Hyperbolic(k=2)), game.objectives[1]])
    places = {place for place in numbers_of(odd) if place.kind == "discount"}
    assert places == {Place("discount", -1, "base")}


def test_games_of_one_shape_differ_in_numbers_only() -> None:
    one = phased(two_phase_game(2, 3, Fraction(1, 2), g=Fraction(1, 2)))
    other = phased(
        two_phase_game(0, 7, Fraction(0), Fraction(1, 4), Fraction(1), base_pays=(Fraction(3), Fraction(-1)))
    )
    assert shape_of(one) == shape_of(other)
    assert numbers_of(one) != numbers_of(other)


def test_what_makes_another_shape() -> None:
    game = phased(two_phase_game(2, 3))
    mesa, base = game.objectives
    train, deploy = game.phases
    others = [
        replace(game, tie_rule=TieRule.DEFECTING),
        replace(game, base_objective=None),
        replace(game, base_objective="mesa"),
        replace(game, objectives=[base, mesa]),
        replace(game, objectives=[replace(mesa, discounting=Hyperbolic(k=1)), base]),
        replace(game, phases=[deploy, train]),
        replace(game, phases=[replace(train, name="drill"), deploy]),
        replace(game, phases=[replace(train, kind=deploy.kind), deploy]),
        replace(game, actions=game.actions[::-1]),
        replace(game, actions=[replace(game.actions[0], defects=False), game.actions[1]]),
    ]
    for other in others:
        assert shape_of(other) != shape_of(game)
    hyper = [replace(game, objectives=[replace(mesa, discounting=Hyperbolic(k=k)), base]) for k in (1, 2)]
    assert shape_of(hyper[0]) != shape_of(hyper[1])  # a number that has no place is part of the shape
    same = replace(game, objectives=[replace(mesa, discounting=Exponential(Fraction(1, 3)), selves=Selves.NAIVE), base])
    assert shape_of(same) == shape_of(game)  # consistent selves: nothing follows from their foresight
