"""Restaurants: the printed paths, and other discounts against selves that list every walk there is."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from thinned import thinned

from deceptive_sim.core.errors import InputError
from deceptive_sim.games.restaurant import GAME, Restaurant
from deceptive_sim.model.protocols import Game

F = Fraction

NAIVE = [[3, 1], [3, 2], [3, 3], [3, 4], [3, 5], [2, 5], [2, 5]]
LONG_WAY = [[3, 1], [3, 2], [3, 3], [4, 3], [5, 3], [5, 4], [5, 5], [5, 6], [4, 6], [4, 7], [4, 7]]
SHORT_WAY = [[3, 1], [3, 2], [3, 3], [3, 4], [3, 5], [3, 6], [4, 6], [4, 7], [4, 7]]


# --- the rules once more, as a tree of walks --------------------------------------------------------------------------

FREE = {(0, 1), (1, 1), (2, 1), (3, 0), (3, 1), (3, 2), (3, 3), (4, 3), (5, 3), (5, 4), (3, 4), (3, 5), (5, 5)}
FREE |= {(3, 6), (4, 6), (5, 6)}
DINNER = {(4, 7): (-10, 20), (2, 5): (10, -10), (0, 0): (10, -10), (5, 2): (0, 0)}

Walk = tuple[tuple[int, int], ...]


def longer(walk: Walk) -> list[Walk]:
    """The walks that go on from a walk: none if it is over."""
    here = walk[-1]
    if len(walk) == 11 or walk[-2:] == (here, here):
        return []
    if here in DINNER:
        return [(*walk, here)]
    x, y = here
    around = [cell for cell in ((x - 1, y), (x + 1, y), (x, y + 1), (x, y - 1)) if cell in FREE | set(DINNER)]
    ahead = [cell for cell in around if cell not in walk[-2:-1]]
    return [(*walk, cell) for cell in ahead or around]


def worth(walk: Walk, now: int, k: Fraction) -> Fraction:
    """What a walk is worth to the self of an entry, from there on."""
    total = F(0)
    for place in range(now, len(walk)):
        cell = walk[place]
        pays = F(-1, 100)
        if cell in DINNER:
            pays = F(DINNER[cell][int(place > 0 and walk[place - 1] == cell)])
        total += pays / (1 + k * (place - now))
    return total


def best(walks: list[Walk], now: int, k: Fraction) -> Walk:
    return max(walks, key=lambda walk: worth(walk, now, k))  # the first of equal ones


def complete(walk: Walk) -> list[Walk]:
    following = longer(walk)
    return [whole for step in following for whole in complete(step)] if following else [walk]


def sophisticated(walk: Walk, k: Fraction) -> Walk:
    """Where a walk ends if each self knows what the later ones will do."""
    following = longer(walk)
    return best([sophisticated(step, k) for step in following], len(walk) - 1, k) if following else walk


def naive(walk: Walk, k: Fraction) -> Walk:
    """Each self takes the first step of the walk it likes best of all."""
    while longer(walk):
        walk = best(complete(walk), len(walk) - 1, k)[: len(walk) + 1]
    return walk


FINDS: dict[str, Callable[[Walk, Fraction], Walk]] = {"naive": naive, "sophisticated": sophisticated}


def assert_as_the_tree_says(selves: str, k: Fraction) -> None:
    walk = FINDS[selves](((3, 1),), k)
    answer = Restaurant(selves=selves, discount_k=k).answer()
    assert answer["path"] == [list(cell) for cell in walk]
    assert answer["value"] == worth(walk, 0, k)


# --- what is printed --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("selves", "path", "ends"), [("naive", NAIVE, "Donut North"), ("sophisticated", LONG_WAY, "Veg")]
)
def test_the_printed_paths(selves: str, path: list[list[int]], ends: str) -> None:
    answer = Restaurant(selves=selves).answer()
    assert (answer["path"], answer["ends"]) == (path, ends)
    assert_as_the_tree_says(selves, F(1))


@pytest.mark.parametrize("selves", FINDS)
def test_without_discounting_all_selves_go_straight_to_the_best(selves: str) -> None:
    answer = Restaurant(selves=selves, discount_k=0).answer()
    assert (answer["path"], answer["ends"], answer["value"]) == (SHORT_WAY, "Veg", 10 - F(7, 100))


# --- other parameters -------------------------------------------------------------------------------------------------

DRAW = random.Random(5)
DISCOUNTS = [F(DRAW.randint(1, 60), DRAW.randint(1, 40)) for _ in range(12)] + [F(0), F(3, 5), F(5, 7), F(50), F(4000)]


@pytest.mark.parametrize("selves", FINDS)
@pytest.mark.parametrize("k", thinned(DISCOUNTS, 3), ids=str)
def test_other_discounts_against_the_tree_of_walks(selves: str, k: Fraction) -> None:
    assert_as_the_tree_says(selves, k)


# --- every rule of the grid -------------------------------------------------------------------------------------------


def ways(game: Restaurant, here: tuple[int, int], before: tuple[int, int]) -> set[str]:
    return {game.actions[way].name for way in game.available(1, "agent", (here, before))}


def test_one_turns_back_only_where_nothing_else_is_possible() -> None:
    game = Restaurant()
    assert ways(game, (3, 1), (3, 1)) == {"left", "up", "down"}
    assert ways(game, (3, 1), (3, 2)) == {"left", "down"}
    assert ways(game, (3, 0), (3, 1)) == {"up"}
    assert ways(game, (5, 6), (5, 5)) == {"left"}
    assert ways(game, (4, 7), (4, 6)) == {"stay"}


def test_every_walk_of_the_game_is_one_of_the_tree() -> None:
    game = Restaurant()

    def walks(t: int, world: Any, so_far: Walk) -> list[Walk]:
        if t > game.horizon:
            return [so_far]
        after = [then for way in game.available(t, "agent", world) for _, then in game.moves(t, world, way)]
        return [w for then in after for w in walks(t + 1, then, (*so_far, then[0]))] if after else [so_far]

    found = [walk[:11] for walk in walks(1, game.start, (game.start[0],))]
    assert set(found) == set(complete(((3, 1),)))


# --- as a game of the library -----------------------------------------------------------------------------------------


def test_what_is_seen_is_the_walk_in_its_grid() -> None:
    view = Restaurant(selves="naive").view()
    assert [list(frame.agent or ()) for frame in view.frames] == NAIVE
    assert [frame.told for frame in view.frames][-3:] == ["goes left", "Donut North pays 10", "Donut North pays -10"]
    assert view.frames[0].rows == view.frames[-1].rows
    assert set("".join(view.frames[0].rows)) == set(view.legend)
    assert "Donut North" in view.caption


def test_it_is_built_by_name_and_by_default() -> None:
    built = GAME.build(**{parameter.name: parameter.read(parameter.default) for parameter in GAME.parameters})
    assert built == Restaurant() == GAME.build()
    assert built.kind is GAME.kind
    game: Game = Restaurant()
    assert game.horizon == 11


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"selves": "wise"}, 'selves must be sophisticated or naive, got "wise"'),
        ({"discount_k": -1}, "discount_k must be 0 or more, got -1"),
        ({"discount_k": "often"}, "discount_k must be a number"),
    ],
)
def test_wrong_settings_are_named(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Restaurant(**settings)
