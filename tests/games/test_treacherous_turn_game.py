"""The treacherous turn: its published behaviour and values, and a plain recursion written from the rules."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from deceptive_sim.core.errors import InputError
from deceptive_sim.games.finite import SolvedGame
from deceptive_sim.games.models import Kind
from deceptive_sim.games.treacherous_turn import GAME, TreacherousTurn

F = Fraction

# --- the rules once more, on a grid of numbers as printed -------------------------------------------------------------

PRINTED = ((7, 1, 5, 1, 8, 1), (6, 1, 0, 1, 1, 1), (4, 1, 0, 0, 0, 0), (1, 1, 0, 0, 0, 0))
BEGIN = (PRINTED, (3, 2), False)
DIRECTIONS = {"W": (0, -1), "E": (0, 1), "N": (-1, 0), "S": (1, 0)}
NAMES = [(verb, way) for verb in ("move", "shoot") for way in "WENS"]


def put(grid: tuple, place: tuple[int, int], number: int) -> tuple:
    rows = [list(row) for row in grid]
    rows[place[0]][place[1]] = number
    return tuple(tuple(row) for row in rows)


def inside(row: int, column: int) -> bool:
    return 0 <= row < 4 and 0 <= column < 6


def alive(grid: tuple) -> bool:
    return any(6 in row for row in grid)


def ways(state: tuple, name: tuple[str, str], kills: Fraction) -> tuple[list[tuple[Fraction, Fraction, tuple]], bool]:
    """Probability, reward and next state of everything that may happen; and whether the living shopkeeper is shot."""
    grid, (row, column), crystal = state
    down, right = DIRECTIONS[name[1]]
    if name[0] == "shoot":
        row, column = row + down, column + right
        while inside(row, column) and grid[row][column] == 0:
            row, column = row + down, column + right
        hit = grid[row][column] if inside(row, column) else None
        if hit == 1:
            return [(F(1), F("-0.1"), (put(grid, (row, column), 0), state[1], crystal))], False
        if hit == 6:
            killed = (put(grid, (row, column), 0), state[1], crystal)
            return [(kills, F("-0.1"), killed), (1 - kills, F(-10), state)], True
        return [(F(1), F(-1), state)], False
    row, column = row + down, column + right
    if not inside(row, column):
        return [(F(1), F(-1), state)], False
    cell = grid[row][column]
    if cell == 0:
        return [(F(1), F("-0.1"), (grid, (row, column), crystal))], False
    if cell == 8:
        return [(F(1), F("-0.1"), (put(grid, (row, column), 0), (row, column), True))], False
    if cell == 5 and crystal:
        return [(F(1), F("-0.1"), (put(put(grid, (row, column), 9), (3, 2), 3), state[1], False))], False
    if cell == 3:
        return [(F(1), F(1), BEGIN)], False
    if cell == 4:
        return [(F(1), F(-100) if alive(grid) else F("-0.1"), (put(grid, (3, 2), 3), state[1], crystal))], False
    return [(F(1), F("-0.1"), state)], False


def brute_force(
    *, steps: int, p_kill: Fraction, bow_from: int, allow_kill: bool, start: tuple = BEGIN
) -> dict[str, Any]:
    """Value, first shot and number of states by plain recursion in exact numbers."""

    def offered(state: tuple, t: int) -> list[list[tuple[Fraction, Fraction, tuple]]]:
        all_ways = [ways(state, name, F(1) if t > bow_from else p_kill) for name in NAMES]
        return [found for found, shot in all_ways if allow_kill or not shot]

    @cache
    def value(state: tuple, t: int) -> Fraction:
        return max(worth(found, t) for found in offered(state, t)) if t <= steps else F(0)

    def worth(found: list[tuple[Fraction, Fraction, tuple]], t: int) -> Fraction:
        return sum((p * (r + value(after, t + 1)) for p, r, after in found if p), F(0))

    total = value(start, 1)
    first, reached, best = None, {start}, {start}
    now = {start}
    for t in range(1, steps + 1):
        now = {after for state in now for found in offered(state, t) for p, _, after in found if p}
        reached |= now
        following = set()
        for state in best:
            for name in NAMES:
                found, shot = ways(state, name, F(1) if t > bow_from else p_kill)
                if worth(found, t) == value(state, t) and (allow_kill or not shot):
                    first = t if shot and first is None else first
                    following |= {after for p, _, after in found if p}
        best = following
    return {"value": total, "first_shot": first, "states": len(reached)}


# --- published --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_honest_until_the_bow() -> None:
    game = TreacherousTurn()
    assert game.answer() == {"value": F("-1.3"), "first_shot": 101, "states": 41_990}
    assert game.solved.near_ties == 0
    assert game.solved.value == pytest.approx(-1.3, abs=1e-12)
    view = game.view()
    assert len(view.letters) == 200
    assert len(view.frames) == 201
    # before the bow only crystals are brought, from then on the shopkeeper is shot before every heart
    told = sorted(view.marks.items())
    assert {what for t, what in told if t <= 100} == {"takes a heart"}
    after = [what for t, what in told if t > 100]
    assert after[::2] == ["shoots the shopkeeper"] * (len(after) // 2)
    assert after[1::2] == ["takes a heart"] * (len(after) // 2)
    without_killing = [frame for frame in view.frames[:101] if any("S" in row for row in frame.rows)]
    assert len(without_killing) == 101
    assert any("F" in row for frame in view.frames[:101] for row in frame.rows)
    assert not any("F" in row for frame in view.frames[101:] for row in frame.rows)


@pytest.mark.slow
def test_never_killing() -> None:
    answer = TreacherousTurn(allow_kill=False).answer()
    assert (answer["value"], answer["first_shot"]) == (F("-3.5"), None)


@pytest.mark.slow
def test_the_bow_from_the_start() -> None:
    answer = TreacherousTurn(bow_from=0).answer()
    assert answer["value"] == 2
    assert answer["first_shot"] == 4
    assert answer["states"] == 41_990


# --- against the plain recursion --------------------------------------------------------------------------------------

SMALL = [
    {"steps": 10, "p_kill": F(1, 2), "bow_from": 4, "allow_kill": True},
    {"steps": 7, "p_kill": F(1, 2), "bow_from": 0, "allow_kill": True},
    {"steps": 7, "p_kill": F(99, 100), "bow_from": 50, "allow_kill": True},
    {"steps": 7, "p_kill": F(1), "bow_from": 50, "allow_kill": False},
    {"steps": 7, "p_kill": F(1), "bow_from": 50, "allow_kill": True},
    {"steps": 6, "p_kill": F(0), "bow_from": 3, "allow_kill": True},
    {"steps": 1, "p_kill": F(1, 3), "bow_from": 1, "allow_kill": True},
    {"steps": 0, "p_kill": F(1, 3), "bow_from": 1, "allow_kill": True},
]


@pytest.mark.slow
@pytest.mark.parametrize("settings", SMALL)
def test_small_games_are_as_a_plain_recursion_finds(settings: dict[str, Any]) -> None:
    assert TreacherousTurn(**settings).answer() == brute_force(**settings)


@pytest.mark.slow
@pytest.mark.parametrize("settings", SMALL[1:6])
def test_the_exact_recursion_agrees(settings: dict[str, Any]) -> None:
    game = TreacherousTurn(**{**settings, "steps": 5})
    recursion = SolvedGame(game.village)
    assert game.answer()["value"] == recursion.value()
    assert game.answer()["states"] == len({row.world for t in range(1, 7) for row in recursion.layers.rows(t)})


@pytest.mark.slow
def test_every_outcome_is_as_the_rules_say() -> None:
    """In many worlds every action, before and after the bow."""
    game = TreacherousTurn(steps=200, bow_from=100, p_kill=F(1, 3))
    numbers = dict(zip(".BISOHMCF", (0, 7, 1, 6, 5, 3, 4, 8, 9), strict=True))

    def plain(world: tuple[int, bool, str]) -> tuple:
        link, crystal, cells = world
        rows = tuple(tuple(numbers[letter] for letter in cells[i : i + 6]) for i in range(0, 24, 6))
        return rows, divmod(link, 6), crystal

    seen = {game.village.start}
    front, met = [game.village.start], set()
    while front:
        world = front.pop()
        for t, kills in ((1, F(1, 3)), (100, F(1, 3)), (101, F(1))):
            for action, name in enumerate(NAMES):
                expected, _ = ways(plain(world), name, kills)
                chances = [(p, plain(then)) for p, then in game.village.moves(t, world, action)]
                assert chances == [(p, after) for p, _, after in expected if p]
                assert game.village.payoff(t, world, action, "agent") == sum(p * r for p, r, _ in expected)
                met.add((name[0], t, game.village.payoff(t, world, action, "agent")))
                for _, then in game.village.moves(t, world, action):
                    if then not in seen and len(seen) < 600:
                        seen.add(then)
                        front.append(then)
    # every kind of payoff was met
    assert {pays for _, _, pays in met} == {F("-0.1"), F(-1), F(1), F(-100), F(-10) * F(2, 3) + F("-0.1") * F(1, 3)}


def test_frames_show_what_happens() -> None:
    view = TreacherousTurn(steps=10, bow_from=0).view()
    assert view.frames[0].rows == ("BIOICI", "SI.III", "MI....", "II....")
    assert view.frames[0].agent == (2, 0)
    assert view.frames[0].told == "the start"
    assert set(view.legend) >= {letter for frame in view.frames for row in frame.rows for letter in row}
    words = {"w": "west", "e": "east", "n": "north", "s": "south"}
    assert [frame.told for frame in view.frames[1:]] == [
        f"{'move' if letter.isupper() else 'shoot'} {words[letter.lower()]}" for letter in view.letters
    ]
    # from the bottom left: two steps north are two rows up
    assert view.letters.startswith("NN")
    assert [frame.agent for frame in view.frames[:3]] == [(2, 0), (2, 1), (2, 2)]


# --- errors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"p_kill": F(3, 2)}, "p_kill must be a probability in [0, 1], got 3/2"),
        ({"steps": 1001}, "steps must be at most 1000, got 1001"),
        ({"steps": -1}, "steps must be a whole number, 0 or more, got -1"),
        ({"bow_from": F(1, 2)}, "bow_from must be a whole number, 0 or more, got 1/2"),
        ({"allow_kill": "maybe"}, 'allow_kill must be true or false, got "maybe"'),
    ],
)
def test_what_is_wrong_is_named(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as caught:
        TreacherousTurn(**settings)
    assert caught.value.problems[0].sentence() == said


def test_the_library_builds_it_by_default() -> None:
    built = GAME.build(**{parameter.name: parameter.default for parameter in GAME.parameters})
    assert built == TreacherousTurn()
    assert built.kind is GAME.kind is Kind.FINITE
