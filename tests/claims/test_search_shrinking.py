"""Corners, borders, the drawing of cases, and the smallest counterexample, held against all simpler cases."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from claims.claims_of_toys import claim_of
from claims.toy_situations import ToySituations

from deceptive_sim.claims.borders import Roots, border_cases
from deceptive_sim.claims.corners import corner_and_grid_cases
from deceptive_sim.claims.deciding import Decider, Standing
from deceptive_sim.claims.search import Drawing, around, search
from deceptive_sim.claims.shrink import smallest
from deceptive_sim.core.errors import InputError

TOY = ToySituations()
RANGES = {"n": "1 to 6", "m": "1 to 6", "p": "over 0 up to 1"}


def decider_of(claim: str, given: dict[str, Any] = RANGES, **more: Any) -> Decider:
    return Decider(claim_of(claim, given, TOY, **more), TOY)


def case_of(**values: int | str) -> dict[str, Fraction]:
    return {name: Fraction(value) for name, value in values.items()}


# --- corners and borders ---------------------------------------------------------------------------------------------


def test_corners_are_ends_or_lie_near_ends_that_are_left_out() -> None:
    given = {"n": "1 to 6", "p": "over 0 below 1", "q": "0 to 1", "bonus": "over 2", "loss": "any number", "m": [2, 5]}
    claim = claim_of("value > bonus + loss + m + n + p + q", given, TOY)
    cases = list(corner_and_grid_cases(claim))
    assert all(case[one.name] in one.domain for case in cases for one in claim.claim.variables)
    tried = {name: {case[name] for case in cases} for name in given}
    assert {1, 6} <= tried["n"]
    assert {0, 1, Fraction(1, 2)} <= tried["q"]
    assert tried["m"] == {2, 5}
    assert 0 < min(tried["p"]) < Fraction(1, 100)
    assert Fraction(99, 100) < max(tried["p"]) < 1
    assert 2 < min(tried["bonus"]) < Fraction(21, 10)
    assert max(tried["bonus"]) > 10
    assert min(tried["loss"]) < 0 < max(tried["loss"])
    keys = [tuple(case.values()) for case in cases]
    assert len(keys) == len(set(keys))


def test_counts_without_end_stay_small() -> None:
    cases = list(corner_and_grid_cases(claim_of("value > n + m", {"n": "from 1", "m": "0 to 1000"}, TOY)))
    assert {1, 2} <= {case["n"] for case in cases}
    assert max(max(case.values()) for case in cases) <= 8


@pytest.mark.parametrize(
    ("claim", "base", "moved", "roots"),
    [
        ("deception_pays iff m * p > 1", case_of(n=2, m=3, p=1), "p", ["1/3"]),
        ("deception_pays iff m * p > 1", case_of(n=2, m=3, p="2/5"), "m", ["2", "3"]),  # on both sides of 5/2
        ("value > 2 + p", case_of(n=2, m=3, p="1/2"), "n", []),  # nothing to be found
        ("m * p ** 2 > 1/2", case_of(n=2, m=3, p=1), "p", ["13/32", "79/192"]),  # near 0.408, on both sides
        ("value == 3/2", case_of(n=1, m=1, p=1), "p", ["1/2"]),  # 1 + (1 - p) where p is below 1
    ],
)
def test_borders(claim: str, base: dict[str, Fraction], moved: str, roots: list[str]) -> None:
    finder = Roots(decider_of(claim))
    found = [
        value
        for sides, variable in finder.ways
        if variable.name == moved
        for value in finder.near(base, variable, sides)
    ]
    assert sorted(set(found)) == [Fraction(root) for root in roots]


def test_a_tie_of_results_is_met_exactly() -> None:
    decider = decider_of("premium != 0", {**RANGES, "g": "0 to 1"})
    cases = list(border_cases(decider, [case_of(n=1, m=2, p=1, g=1)]))
    assert any(decider.standing(case) is Standing.FALSE for case in cases)


@pytest.mark.parametrize(
    ("claim", "ends", "moved", "border"),
    [
        ("value == 3/2", ({"p": "1/4"}, {"p": 1}), "p", ["1/2"]),  # 2 - p, a line
        ("value ** 2 == 2", ({"p": "1/4"}, {"p": 1}), "p", ["37/64", "77/128"]),  # near 0.586, on both sides
        ("m * p > 5/2", ({"m": 1}, {"m": 6}), "m", ["2", "3"]),
        ("value == 3/2", ({"p": "1/4"}, {"p": "1/3"}), "p", []),  # 3/2 is passed later
    ],
)
def test_edges(claim: str, ends: tuple[dict[str, Any], ...], moved: str, border: list[str]) -> None:
    finder = Roots(decider_of(claim))
    known = [{**case_of(n=1, m=1, p=1), **case_of(**end)} for end in ends]
    others = [{**case, "n": Fraction(2)} for case in known[:1]]  # no neighbour of those
    sides, variable = next(way for way in finder.ways if way[1].name == moved)
    edges = finder.edges([*known, *others], variable, sides)
    assert [str(value) for edge in edges for value in finder.on(edge)] == border


def test_an_edge_between_known_cases_leads_to_a_strip() -> None:
    decider = decider_of("value ** 2 < 2 or p < 15/26", {"n": "1 to 2", "m": "1 to 2", "p": "1/4 to 1"})
    known = [case_of(n=1, m=1, p="1/4"), case_of(n=1, m=1, p=1)]
    found = [case for case in border_cases(decider, [], known=known) if decider.standing(case) is Standing.FALSE]
    assert found == [case_of(n=1, m=1, p="37/64")]
    assert list(border_cases(decider, [])) == []


# --- drawing ---------------------------------------------------------------------------------------------------------


def drawn(seed: int, tries: int = 40) -> list[tuple[Fraction, ...]]:
    decider = decider_of("value > 0 and m * p != 100")
    assert search(decider, tries=tries, seed=seed) is None
    return list(decider.known)


def test_the_seed_alone_says_what_is_drawn() -> None:
    first = drawn(1)
    import fractions

    fractions.A_LARGE_CONSTANT = 123_456_789  # type: ignore[attr-defined]
    assert drawn(1) == first
    assert drawn(2) != first
    assert len(first) > 20


def test_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert search(decider_of("p < 1/2"), tries=40, seed=0) is not None
    drawn(3)
    assert list(tmp_path.rglob("*")) == []
    assert capsys.readouterr() == ("", "")


def test_a_counterexample_off_the_grid_is_drawn() -> None:
    decider = decider_of("p <= 3/5 or p >= 2/3 or n < 2")
    case = search(decider, tries=200, seed=0)
    assert case is not None
    assert Fraction(3, 5) < case["p"] < Fraction(2, 3)


def test_cases_around_a_drawn_one() -> None:
    decider = decider_of("q * 3 > 1 or value > p", {"n": "1 to 6", "p": "0 to 1", "q": "0 to 1"})
    drawn, seeded = case_of(n=2, p="2/7", q="5/7"), case_of(n=3, p="1/9", q="4/9")
    roots = Roots(decider)
    way = next(place for place, (sides, moved) in enumerate(roots.ways) if not sides.solved and moved.name == "q")
    cases = list(around(decider, roots, Drawing(drawn, [seeded], way, (1, 2), 1)))
    assert cases == [
        drawn,
        seeded,
        {**drawn, "q": Fraction(1, 3)},  # where the two sides are equal
        {**drawn, "p": Fraction(5, 7)},
        {**drawn, "p": Fraction(5, 7), "q": Fraction(2, 7)},
        {**drawn, "p": Fraction(1)},
    ]
    swapped = list(around(decider, roots, Drawing(drawn, [], way, (0, 1), 0)))
    assert swapped[-1] == {**drawn, "n": Fraction(1)}
    assert all(case["n"].denominator == 1 for case in swapped)


def test_a_search_ends_where_nothing_new_is_left() -> None:
    decider = decider_of("n + m > 1", {"n": "1 to 3", "m": "1 to 3"})
    assert search(decider, tries=100_000, seed=0) is None
    assert decider.counted == 9


def test_a_search_is_as_long_as_was_asked_for() -> None:
    decider = decider_of("value > 0")
    assert search(decider, tries=60, seed=0) is None
    assert 60 <= decider.counted < 70


def test_mistakes_of_the_claim_are_said_plainly() -> None:
    with pytest.raises(InputError, match="premium without a training episode") as raised:
        search(decider_of("premium > -100", {"n": "0 to 3", "p": "0 to 1"}), tries=100, seed=0)
    assert "at n = 0" in str(raised.value)
    assert not getattr(raised.value, "__notes__", [])


def test_nothing_to_draw() -> None:
    assert search(decider_of("value > 0"), tries=0, seed=0) is None
    assert search(decider_of("value == 3", {}), tries=10, seed=0) is None
    assert search(decider_of("value > 0", assume="p > 2"), tries=10, seed=0) is None


# --- the smallest ----------------------------------------------------------------------------------------------------

HALVES = [Fraction(a, b) for b in range(1, 8) for a in range(b + 1)]


def plainly_least(decider: Decider) -> dict[str, Fraction]:
    """The least of all counterexamples with simple fractions, by looking at every one."""
    names = [one.name for one in decider.claim.claim.variables]
    counts = {"n", "m"}
    values = [range(1, 5) if name in counts else sorted(set(HALVES)) for name in names]

    def order(case: dict[str, Fraction]) -> Any:
        whole = sum(case[name] for name in names if name in counts)
        sizes = sum(case[name].numerator + case[name].denominator for name in names if name not in counts)
        return whole, sizes, [case[name] for name in names]

    cases = [dict(zip(names, map(Fraction, each), strict=True)) for each in product(*values)]
    for case in sorted(cases, key=order):
        within = all(case[one.name] in one.domain for one in decider.claim.claim.variables)
        if within and decider.standing(case) is Standing.FALSE:
            return case
    raise AssertionError("no counterexample")


@pytest.mark.parametrize(
    ("claim", "start"),
    [
        ("deception_pays iff m * p >= 1", case_of(n=5, m=4, p="1/4")),
        ("not deception_pays", case_of(n=5, m=6, p="7/9")),
        ("m * p < 5/2 or n < 2", case_of(n=6, m=6, p="59/64")),
        ("n + m < 5", case_of(n=6, m=5, p="1/64")),
        ("play_along_window == 0 or m * p > 3/2", case_of(n=4, m=3, p="3/7")),
    ],
)
def test_the_smallest_counterexample(claim: str, start: dict[str, Fraction]) -> None:
    decider = decider_of(claim)
    assert decider.standing(start) is Standing.FALSE
    found = smallest(decider, start)
    assert decider.standing(found) is Standing.FALSE
    assert found == plainly_least(decider)


def test_two_variables_go_down_together() -> None:
    decider = decider_of("x != y", {"x": "any number", "y": "any number", "n": "1 to 3"}, assume="n > 0")
    start = {"x": Fraction(-17, 5), "y": Fraction(-17, 5), "n": Fraction(3)}
    assert smallest(decider, start) == case_of(x=0, y=0, n=1)


def test_little_work_still_ends_in_a_counterexample() -> None:
    decider = decider_of("not deception_pays")
    start = case_of(n=5, m=6, p="7/9")
    for budget in (0, 1, 25):
        assert decider.standing(smallest(decider, start, budget=budget)) is Standing.FALSE
    assert smallest(decider, start, budget=0) == start


def test_cases_in_which_the_claim_makes_no_sense_are_stepped_over() -> None:
    decider = decider_of("premium < 1", {"n": "0 to 3", "m": "1 to 6", "p": "0 to 1"})
    found = smallest(decider, case_of(n=3, m=6, p=1))
    assert found == case_of(n=1, m=2, p=1)
