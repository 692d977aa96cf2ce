"""The toy situations of these tests are what they say: the game of the library, and templates that name its numbers."""

from __future__ import annotations

from fractions import Fraction

import pytest
from claims.toy_situations import ToySituations

from deceptive_sim.core.errors import InputError
from deceptive_sim.games.two_phase import two_phase
from deceptive_sim.model.numbers import numbers_of
from deceptive_sim.solvers.solve import solve_game

HALF = Fraction(1, 2)


def test_the_game_is_that_of_the_library() -> None:
    settings = {"training.episodes": Fraction(4), "training.modification.A": HALF, "discount": Fraction(9, 10)}
    situation = ToySituations().at(settings)
    assert solve_game(situation.game, situation.agent, exact=True).value == Fraction("1.89450775")
    assert numbers_of(situation.game) == numbers_of(two_phase(n=4, m=3, p=HALF, g=Fraction(9, 10)))


def test_every_path_is_where_its_template_says() -> None:
    toy = ToySituations(objectives=("mesa", "base", "human"))
    for path in toy.paths():
        here, there = Fraction(1, 7), Fraction(1, 9)
        if toy.whole(path):
            here, there = Fraction(5), Fraction(7)
        base = {"training.modification.A": HALF}
        template = toy.template({**base, path: here}, [path], None)
        assert template is not None
        moved = toy.at({**base, path: there})
        for believed in (False, True):
            one, other = template.situation, moved
            if believed and one.agent.believed is None:
                continue
            before = numbers_of(one.agent.believed if believed else one.game)  # type: ignore[arg-type]
            after = numbers_of(other.agent.believed if believed else other.game)  # type: ignore[arg-type]
            differ = {place for place in before if before[place] != after[place]}
            assert differ == {spot.place for spot in template.spots[path] if spot.believed is believed}, path


def test_what_is_no_path_is_said() -> None:
    with pytest.raises(InputError, match=r"training.episode is no parameter .did you mean training.episodes"):
        ToySituations().canonical("training.episode")
    with pytest.raises(InputError, match="agent is no agent"):
        ToySituations().at({}, "nobody")
