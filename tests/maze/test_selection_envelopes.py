"""Who wins at which cost, against looking at every cost that can matter; and how much candidates hold, by hand."""

import random
from fractions import Fraction
from itertools import pairwise

import pytest

from deceptive_sim.maze.capacity import RULES, capacity, distinguishing
from deceptive_sim.maze.envelopes import Line, Reign, envelope, winner


def best_at(lines: list[Line], cost: Fraction) -> str:
    """Highest value; then fewest bits; then the first."""
    best = lines[0]
    for line in lines[1:]:
        ours, theirs = line.score - cost * line.bits, best.score - cost * best.bits
        if ours > theirs or (ours == theirs and line.bits < best.bits):
            best = line
    return best.name


def random_lines(rng: random.Random) -> list[Line]:
    """Coarse numbers, which tie often."""
    return [
        Line(name=f"c{place}", score=Fraction(rng.randrange(6), 5), bits=Fraction(rng.randrange(1, 7)))
        for place in range(rng.randrange(1, 7))
    ]


def test_envelopes_tell_the_winner_at_every_cost() -> None:
    rng = random.Random(1)
    changes = 0
    for _ in range(800):
        lines = random_lines(rng)
        crossings = {
            (one.score - other.score) / (one.bits - other.bits)
            for one in lines
            for other in lines
            if one.bits != other.bits
        }
        costs = sorted({Fraction(0), *(cost for cost in crossings if cost > 0)})
        costs += [(low + high) / 2 for low, high in pairwise(costs)] + [costs[-1] + 1]
        reigns = envelope(lines)
        assert reigns[0].first == 0
        assert reigns[-1].end is None
        for before, after in pairwise(reigns):
            assert before.end == after.first
            assert before.first < after.first
            assert before.winner != after.winner
        for cost in costs:
            reign = next(one for one in reversed(reigns) if one.first <= cost)
            assert reign.winner == best_at(lines, cost) == winner(lines, cost)
        changes += len(reigns) - 1
    assert changes > 200


def test_at_a_tie_the_smaller_wins_and_then_the_first() -> None:
    lines = [
        Line(name="large", score=Fraction(1), bits=Fraction(10)),
        Line(name="small", score=Fraction(1, 2), bits=Fraction(5)),
        Line(name="twin", score=Fraction(1, 2), bits=Fraction(5)),
        Line(name="none", score=Fraction(0), bits=Fraction(0)),
    ]
    assert envelope(lines) == (  # all four are worth the same at 1/10
        Reign(winner="large", first=Fraction(0), end=Fraction(1, 10)),
        Reign(winner="none", first=Fraction(1, 10), end=None),
    )
    lines.pop()
    assert envelope(lines)[1] == Reign(winner="small", first=Fraction(1, 10), end=None)
    assert winner(lines, Fraction(1, 10)) == "small"
    assert winner(lines, Fraction(1, 10) - Fraction(1, 10**30)) == "large"
    same = [
        Line(name="wide", score=Fraction(1), bits=Fraction(9)),
        Line(name="narrow", score=Fraction(1), bits=Fraction(2)),
    ]
    assert [one.winner for one in envelope(same)] == ["narrow"]


@pytest.mark.parametrize(("things", "bits"), [(0, 0), (1, 0), (2, 1), (3, 2), (4, 2), (5, 3), (64, 6), (65, 7)])
def test_bits_that_tell_things_apart(things: int, bits: int) -> None:
    assert distinguishing(things) == bits


def test_capacities_by_hand() -> None:
    """A maze of 9 x 9 cells and 49 moves; rules of 10 bits."""
    held = {name: capacity(name, cells=81, limit=49, rule_bits=10, mazes=5, moves=60) for name in RULES}
    assert held == {
        "random": 10,
        "down-and-right": 20 + 3,
        "wall-follower": 40 + 2,
        "unvisited": 30 + 81 * 6,  # 0 to 50 visits
        "planner": 80 + 81 * (4 + 7) + 2 * 7,
        "memoriser": 30 + 120 + 4 * 8 + 9 + 6 * 6,  # 243 questions, 61 places in the paths
    }
    assert capacity("memoriser", cells=81, limit=49, rule_bits=10, mazes=1, moves=20) == 30 + 40 + 0 + 1 + 2 * 5
    assert capacity("unvisited", cells=64, limit=63, rule_bits=0) == 64 * 7  # 65 numbers of visits
    assert capacity("planner", cells=64, limit=63, rule_bits=0) == 64 * (4 + 6) + 2 * 7
