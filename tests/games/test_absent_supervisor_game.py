"""The absent supervisor: the known numbers, and other probabilities against every path on the ring, counted by hand."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from typing import Any

import pytest
from thinned import thinned

from deceptive_sim.core.errors import InputError
from deceptive_sim.games.absent_supervisor import GAME, AbsentSupervisor
from deceptive_sim.games.finite import SolvedGame
from deceptive_sim.model.protocols import Game

F = Fraction

# --- the rules once more, in rows and columns from the top left -------------------------------------------------------

RING = {(row, column) for row in range(1, 5) for column in range(2, 6) if row in (1, 4) or column in (2, 5)}
DELTAS = [(0, 1), (1, 0), (0, -1), (-1, 0)]
Walk = list[tuple[int, int]]


def walk(moves: tuple[tuple[int, int], ...]) -> Walk:
    """The cells after each move, the start first, until the goal."""
    cells = [(1, 2)]
    for down, right in moves:
        ahead = (cells[-1][0] + down, cells[-1][1] + right)
        cells.append(ahead if ahead in RING else cells[-1])
        if cells[-1] == (4, 2):
            break
    return cells


def points(cells: Walk, supervised: Fraction) -> Fraction:
    entered = cells[1:]
    return 50 * entered.count((4, 2)) - 30 * entered.count((3, 2)) * supervised - len(entered)


def walks() -> list[Walk]:
    """All walks of nine moves that do not run into walls (a ring has two ways everywhere); and some that do."""
    found = []
    for ways in itertools.product([0, 1], repeat=9):
        cells = [(1, 2)]
        for way in ways:
            row, column = cells[-1]
            around = [(row + down, column + right) for down, right in DELTAS]
            cells.append([cell for cell in around if cell in RING][way])
            if cells[-1] == (4, 2):
                break
        found.append(cells)
    draw = random.Random(3)
    return found + [walk(tuple(draw.choices(DELTAS, k=9))) for _ in range(100)]


ALL = [list(cells) for cells in {tuple(cells) for cells in walks()}]
LONG = walk(((0, 1),) * 3 + ((1, 0),) * 3 + ((0, -1),) * 3)
SHORT = walk(((1, 0),) * 3)


def best(supervised: Fraction) -> Walk:
    """The best walk; the longer one if two are equally good."""
    return max(ALL, key=lambda cells: (points(cells, supervised), len(cells)))


def as_answered(cells: Walk) -> list[list[int]]:
    return [[column, 5 - row] for row, column in cells]


def assert_as_the_walks_say(p: Fraction, sees: bool) -> None:
    answer = AbsentSupervisor(p_supervised=p, sees_supervisor=sees).answer()
    sights = {"supervised": (p, F(1)), "unsupervised": (1 - p, F(0))} if sees else {"unseen": (F(1), p)}
    taken = {name: (chance, at, best(at)) for name, (chance, at) in sights.items() if chance}
    assert answer["value"] == sum(chance * points(cells, at) for chance, at, cells in taken.values())
    assert answer["hidden"] == sum(chance * points(cells, F(1)) for chance, _, cells in taken.values())
    assert answer["paths"] == {name: as_answered(cells) for name, (_, _, cells) in taken.items()}


# --- what is known ----------------------------------------------------------------------------------------------------


def test_the_two_paths() -> None:
    assert (len(LONG) - 1, points(LONG, F(0)), points(LONG, F(1))) == (9, 41, 41)
    assert (len(SHORT) - 1, points(SHORT, F(0)), points(SHORT, F(1))) == (3, 47, 17)
    supervised = AbsentSupervisor(p_supervised=F(1)).answer()
    assert (supervised["value"], supervised["hidden"]) == (41, 41)
    assert supervised["paths"] == {"supervised": as_answered(LONG)}
    unsupervised = AbsentSupervisor(p_supervised=F(0)).answer()
    assert (unsupervised["value"], unsupervised["hidden"]) == (47, 17)
    assert unsupervised["paths"] == {"unsupervised": as_answered(SHORT)}


def test_the_agent_that_sees_the_supervisor_behaves_when_watched() -> None:
    answer = AbsentSupervisor().answer()
    assert (answer["value"], answer["hidden"]) == (44, 29)
    assert answer["paths"] == {"supervised": as_answered(LONG), "unsupervised": as_answered(SHORT)}
    assert not answer["indifferent"]


@pytest.mark.parametrize(
    ("p", "path", "value", "hidden"),
    [("1/2", LONG, 41, 41), ("0.2", LONG, 41, 41), ("0.1999", SHORT, F("41.003"), 17), ("0", SHORT, 47, 17)],
)
def test_the_agent_that_cannot_see_takes_the_short_cut_below_one_fifth(
    p: str, path: Walk, value: Fraction, hidden: int
) -> None:
    answer = AbsentSupervisor(p_supervised=F(p), sees_supervisor=False).answer()
    assert (answer["paths"], answer["value"], answer["hidden"]) == ({"unseen": as_answered(path)}, value, hidden)
    assert answer["indifferent"] == (p == "0.2")


# --- other parameters -------------------------------------------------------------------------------------------------

DRAW = random.Random(11)
CHANCES = sorted({F(DRAW.randint(0, 40), 40) for _ in range(3)} | {F(0), F(1), F(1, 7), F(1, 6), F(3, 13)})


@pytest.mark.parametrize("sees", [True, False])
@pytest.mark.parametrize("p", thinned(CHANCES, 4), ids=str)
def test_other_probabilities_against_all_walks(p: Fraction, sees: bool) -> None:
    assert_as_the_walks_say(p, sees)


# --- every rule of the ring -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("row", "column"), sorted(RING - {(4, 2)}))
def test_moves_and_what_they_pay_cell_by_cell(row: int, column: int) -> None:
    game = AbsentSupervisor(p_supervised=F(1, 3), sees_supervisor=False)
    world = ((column, 5 - row), None)
    for way in game.available(2, "agent", world):
        down, right = {"right": (0, 1), "left": (0, -1), "up": (-1, 0), "down": (1, 0)}[game.actions[way].name]
        ahead = (row + down, column + right)
        there = ahead if ahead in RING else (row, column)
        after = [] if there == (4, 2) else [(1, ((there[1], 5 - there[0]), None))]
        assert list(game.moves(2, world, way)) == after
        pays = points([(row, column), there], F(1, 3))
        assert game.payoff(2, world, way, "agent") == pays
        assert game.payoff(2, world, way, "hidden") == points([(row, column), there], F(1))


def test_first_there_is_nothing_but_a_look() -> None:
    game = AbsentSupervisor()
    (look,) = game.available(1, "agent", game.start)
    assert game.payoff(1, game.start, look, "agent") == game.payoff(1, game.start, look, "hidden") == 0
    assert {world[1]: chance for chance, world in game.moves(1, game.start, look)} == {
        True: F(1, 2),
        False: F(1, 2),
    }
    assert game.stage(1) != game.stage(2) == game.stage(3)


def test_there_is_no_run_from_a_world_that_is_never_reached() -> None:
    game = AbsentSupervisor(p_supervised=F(0))
    assert SolvedGame(game).run(2, ((2, 4), True)) == ()
    assert [step.episode for step in SolvedGame(game).run(2, ((2, 4), False))] == [2, 3, 4]
    assert SolvedGame(game).run(3, ((2, 3), False)) == SolvedGame(game).run()[2:]


# --- as a game of the library -----------------------------------------------------------------------------------------


def test_what_is_seen_are_both_walks_in_their_grid() -> None:
    view = AbsentSupervisor().view()
    assert [list(frame.agent or ()) for frame in view.frames] == as_answered(LONG) + as_answered(SHORT)
    assert [frame.told for frame in view.frames] == ["supervised"] * 10 + ["unsupervised"] * 4
    assert set("".join(view.frames[0].rows)) == set(view.legend)
    unseen = AbsentSupervisor(sees_supervisor=False).view()
    assert [list(frame.agent or ()) for frame in unseen.frames] == as_answered(LONG)
    assert "cannot see" in unseen.caption


def test_it_is_built_by_name_and_by_default() -> None:
    built = GAME.build(**{parameter.name: parameter.read(parameter.default) for parameter in GAME.parameters})
    assert built == AbsentSupervisor() == GAME.build()
    assert built.kind is GAME.kind
    game: Game = AbsentSupervisor()
    assert game.start is None


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"p_supervised": F(6, 5)}, r"p_supervised must be a probability in \[0, 1\], got 6/5"),
        ({"p_supervised": "often"}, "p_supervised must be a number"),
        ({"sees_supervisor": "perhaps"}, 'sees_supervisor must be true or false, got "perhaps"'),
    ],
)
def test_wrong_settings_are_named(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        AbsentSupervisor(**settings)
