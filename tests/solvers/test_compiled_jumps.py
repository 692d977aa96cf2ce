"""Phases worked off in closed form against the same phases episode by episode, and both against closed formulas."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy
import pytest
from adapters import phased
from compiled_games import AGENT, SHAPES, assert_true, chosen, drawn_rows, random_games
from compiled_truth import REGIMES, truth
from oracle.plain import two_phase_game
from thinned import thinned

from deceptive_sim.core.exact import exact
from deceptive_sim.games.two_phase import two_phase
from deceptive_sim.solvers.compiled.grids import games_on_grid, roles_in
from deceptive_sim.solvers.compiled.kernel import GameNumbers, Measurements, measure_games

TINY = 1e-60
"""Premiums below this are 0 to the recursion, which loses them to underflow, and of the right sign to jumps."""


def differing(jumped: Measurements, walked: Measurements, tolerance: float) -> dict[str, list[int]]:
    """The games on which two measurements disagree beyond the tolerance, apart from those in doubt."""
    found: dict[str, list[int]] = {}
    sure = ~(jumped.doubtful | walked.doubtful)
    for name, one in jumped.arrays.items():
        other = walked.arrays[name]
        if one.dtype == float:
            size = numpy.maximum(1.0, numpy.abs(numpy.nan_to_num(other)))
            if name == "premium":  # a difference of values
                size = numpy.maximum(size, numpy.abs(walked.arrays["value"]))
            away = numpy.abs(numpy.nan_to_num(one) - numpy.nan_to_num(other)) > tolerance * size
            away |= numpy.isnan(one) != numpy.isnan(other)
        else:
            away = one != other
        if name == "deception_pays":
            away &= numpy.abs(jumped.arrays["premium"]) > TINY
        if (away & sure).any():
            found[name] = numpy.flatnonzero(away & sure)[:5].tolist()
    return found


@pytest.mark.slow
@pytest.mark.parametrize("kinds", SHAPES)
@pytest.mark.parametrize("idle", [False, True], ids=["coupled", "idle"])
def test_thousands_of_games_agree(kinds: str, idle: bool) -> None:
    for prefers in (False, True):
        rng = numpy.random.default_rng([11, len(kinds), ord(kinds[0]), idle, prefers])
        games = drawn_rows(rng, 2500, kinds, episodes=(0, 300), idle=idle, prefers_defecting=prefers)
        jumped, walked = measure_games(games), measure_games(games, jump=False)
        assert differing(jumped, walked, 2e-12) == {}


@pytest.mark.slow
@pytest.mark.parametrize("steps", [4, 10])
@pytest.mark.parametrize("kinds", ["TD", "DT", "TDTD"])
def test_games_of_coarse_numbers_agree(kinds: str, steps: int) -> None:
    # zeros and ones, equal payoffs, absorbing phases
    games = random_games(numpy.random.default_rng([steps, len(kinds)]), 1500, kinds, episodes=60, steps=steps).rows()
    assert differing(measure_games(games), measure_games(games, jump=False), 2e-12) == {}


@pytest.mark.slow
@pytest.mark.parametrize("kinds", SHAPES)
def test_tens_of_thousands_of_games_agree(kinds: str) -> None:
    for seed in range(3):
        rng = numpy.random.default_rng([seed, len(kinds), ord(kinds[0])])
        games = drawn_rows(rng, 15_000, kinds, episodes=(0, 300))
        assert differing(measure_games(games), measure_games(games, jump=False), 2e-12) == {}


@pytest.mark.slow
@pytest.mark.parametrize("idle", [False, True], ids=["coupled", "idle"])
def test_long_phases_agree(idle: bool) -> None:
    for kinds, low, high in (("TDTD", 1000, 4000), ("TD", 10_000, 100_000)):
        games = drawn_rows(numpy.random.default_rng([5, low, idle]), 300, kinds, episodes=(low, high), idle=idle)
        if low > 5000:  # patient: otherwise length is of no consequence
            rng = numpy.random.default_rng(low)
            games.discount[:] = 1.0 - 10.0 ** rng.uniform(-7, -1, len(games.discount))
            games.discount_other[:] = 1.0 - 10.0 ** rng.uniform(-7, -1, len(games.discount))
        assert differing(measure_games(games), measure_games(games, jump=False), 1e-9) == {}


def test_patient_games_agree() -> None:
    # discounts close to 1 and small probabilities: values are large, and switches far from the ends of phases
    games = drawn_rows(numpy.random.default_rng(8), 3000, "TD", episodes=(100, 1000))
    rng = numpy.random.default_rng(9)
    for row in (games.discount, games.discount_other):
        row[:] = numpy.where(rng.random(len(row)) < 0.3, 1.0, 1.0 - 10.0 ** rng.uniform(-6, -1, len(row)))
    for phase in games.phases:
        _, _, _, _, _, stay_a, stay_b, leave_a, leave_b, keep_a, keep_b, _, _ = phase.numbers
        rare = 10.0 ** rng.uniform(-5, 0, (4, len(stay_a)))
        leave_a[:], leave_b[:] = rare[0], rare[1]
        stay_a[:], stay_b[:] = 1.0 - rare[0], (1.0 - rare[1]) * (1.0 - rare[2])
        keep_a[:], keep_b[:] = 1.0, 1.0 - (1.0 - rare[1]) * rare[2]
    assert differing(measure_games(games), measure_games(games, jump=False), 2e-12) == {}


# --- several switches within a phase ---------------------------------------------------------------------------------


SWITCHING = {0: [162, 185, 3940], 1: [1285, 3036, 3483, 3621, 3983], 2: [334], 4: [2729, 2792], 6: [693, 714, 815]}
"""Seeds, and the games drawn with them whose strategies change at least twice within a phase."""


def switches(string: str) -> int:
    return sum(a != b for a, b in pairwise(string))


@pytest.mark.slow
@pytest.mark.parametrize("seed", SWITCHING)
def test_games_whose_strategy_switches_often_within_a_phase_are_right(seed: int) -> None:
    games = random_games(numpy.random.default_rng([seed, 24]), 4000, "TD", episodes=60, steps=25)
    every = {jump: games.measure(jump=jump) for jump in (True, False)}
    for i in SWITCHING[seed]:
        game = games.game(i)
        known = truth(game)
        n = game.phases[0].episodes
        assert max(switches(known.string[:n]), switches(known.string[n:])) >= 2
        for one in every.values():
            assert not one.doubtful[i]
            row = {name: array[i] for name, array in one.arrays.items()}
            assert_true(row, known.measurements, known.largest)


# --- closed formulas -------------------------------------------------------------------------------------------------


def power(base: Fraction, exponent: int) -> Fraction:
    """A power to 60 digits: exact ones of a billion episodes have billions of digits."""
    result, square = Fraction(1), base
    while exponent:
        if exponent & 1:
            result = shortened(result * square)
        square, exponent = shortened(square * square), exponent >> 1
    return result


def shortened(number: Fraction) -> Fraction:
    scale = 10**60
    if not number:
        return number
    digits = max(0, len(str(number.denominator)) - len(str(number.numerator)))
    scale *= 10 ** min(digits, 2000)
    return Fraction(round(number * scale), scale)


def geometric(factor: Fraction, count: int) -> Fraction:
    """1 + factor + ... + factor^(count-1)."""
    return Fraction(count) if factor == 1 else (1 - power(factor, count)) / (1 - factor)


def window(n: int, p: Fraction, q: Fraction, g: Fraction, deployed: Fraction) -> int:
    """Statement 2: how many episodes at the end of training are B."""
    shrink = g * (1 - q)

    def protects(j: int) -> bool:
        return (p - q) * g * power(shrink, j - 1) * deployed >= 1

    if not protects(1):
        return 0
    low, high = 1, n  # it holds at low; once it fails it fails for all earlier ones
    if protects(n):
        return n
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if protects(middle) else (low, middle)
    return low


def by_formula(n: int, m: int, p: str, q: str = "0", d: str = "0", g: str = "1") -> dict[str, Any]:
    """Statements 1, 2, 4 and 6: everything that they say of a two-phase game with n, m >= 1."""
    p_, q_, d_, g_ = map(Fraction, (p, q, d, g))
    deployed = geometric(g_ * (1 - d_), m)
    w = window(n, p_, q_, g_, deployed)
    pretending, taking = g_ * (1 - q_), g_ * (1 - p_)
    value = geometric(taking, n - w) + power(taking, n - w) * power(pretending, w) * deployed
    reached = power(1 - p_, n - w) * power(1 - q_, w)
    found: dict[str, Any] = {
        "value": value,
        "regime": REGIMES.index("deceptive" if w == n else "open" if w == 0 else "late-pretence"),
        "training_defections": n - w,
        "turn": n + 1 if w else 0,
        "reaches_deployment_unmodified": reached,
        # base gets nothing, then 1 an episode, once it is at the wheel: it plays B throughout
        "expected_deployment_defections": reached * geometric(1 - d_, m),
        "base_value": base_value(n - w, w, m, p_, q_, d_, g_),
    }
    if w == n:
        found["deception_pays"] = (p_ - q_) * g_ * power(pretending, n - 1) * deployed > 1
    else:
        found["deception_pays"] = False
    return found


def base_value(a: int, b: int, m: int, p: Fraction, q: Fraction, d: Fraction, g: Fraction) -> Fraction:
    """Base pays B 1: what it gets of a A's, b B's in training and m A's in deployment, and then from itself."""
    value, always = Fraction(0), Fraction(0)  # from own at the wheel, from base at the wheel
    for count, leave, pays in ((m, d, 0), (b, q, 1), (a, p, 0)):
        # `always - value` shrinks by g (1 - leave) each episode and grows by 1 - pays
        apart = power(g * (1 - leave), count) * (always - value) + (1 - pays) * geometric(g * (1 - leave), count)
        always = power(g, count) * always + geometric(g, count)
        value = always - apart
    return value


def measured_two_phase(n: int, m: int, **numbers: str) -> tuple[dict[str, Any], bool]:
    game = two_phase(n=n, m=m, **{name: exact(text) for name, text in numbers.items()})
    roles = roles_in(game, AGENT, {})
    assert roles is not None
    found = measure_games(games_on_grid(game, roles, {}, (1,)), threads=1)
    return {name: array[0] for name, array in found.arrays.items()}, bool(found.doubtful[0])


LONG = 10**9
SMALL, HAIR = str(Fraction(1, 2**20)), str(Fraction(1, 2**30))
NUMBERS = [  # of few binary digits, so that they and what they leave to 1 are the same in floats
    {"p": "1"},
    {"p": "1", "g": "1023/1024"},
    {"p": "1/4", "q": "1/8"},
    {"p": "1/4", "q": "1/8", "d": HAIR},
    {"p": "3/8", "q": "3/8"},
    {"p": "1/4", "q": "3/4"},
    {"p": "1/2", "g": str(1 - Fraction(SMALL))},
    {"p": "1/2", "g": str(1 - Fraction(HAIR))},
    {"p": "1/2", "q": HAIR, "g": str(1 - Fraction(HAIR))},
    {"p": "5/8", "q": "1/8", "d": "1/4", "g": "127/128"},
    {"p": HAIR, "g": str(1 - Fraction(SMALL))},
    {"p": SMALL, "d": HAIR},
    {"p": "1", "q": "1"},
    {"p": "0"},
    {"p": "1/2", "g": "0"},
]


def lasting(total: int, numbers: dict[str, str]) -> float:
    """How many episodes count: so often a factor's rounding adds up."""
    p, q, d, g = (Fraction(numbers.get(name, default)) for name, default in zip("pqdg", "1001", strict=True))
    factors = [g * (1 - x) for x in (0, p, q, d)]
    return max(float(min(total, 1 / (1 - f))) for f in [Fraction(0), *factors] if f < 1)


@pytest.mark.parametrize("numbers", thinned(NUMBERS, 3), ids=str)
@pytest.mark.parametrize("lengths", [(7, 5), (LONG, 5), (7, LONG), (LONG, LONG), (10**12, 10**12 - 1)], ids=str)
def test_games_of_any_length_are_what_the_closed_forms_say(lengths: tuple[int, int], numbers: dict[str, str]) -> None:
    known = by_formula(*lengths, **numbers)
    found, doubtful = measured_two_phase(*lengths, **numbers)
    counts = lasting(sum(lengths), numbers)
    if sum(lengths) < 100 or (Fraction(numbers.get("g", "1")) < 1 and counts < 10_000):
        assert not doubtful
    for name, value in known.items():
        if name == "value" or not doubtful:
            if isinstance(value, Fraction):
                largest = lengths[1] if name == "expected_deployment_defections" else 1
                rel = 1e-14 * max(1.0, counts)
                assert float(found[name]) == pytest.approx(float(value), rel=rel, abs=1e-15 * largest), name
            else:
                assert found[name] == value, name


def test_the_closed_formulas_agree_with_exact_recursion() -> None:
    # the formulas of the test above are themselves tried on short games
    for numbers in NUMBERS:
        plain = two_phase_game(5, 6, **{name: Fraction(text) for name, text in numbers.items()})
        known, said = truth(phased(plain)).measurements, by_formula(5, 6, **numbers)
        assert {name: pytest.approx(float(v), rel=1e-15) for name, v in said.items()} == {
            name: float(known[name] or 0) for name in said
        }


@pytest.mark.parametrize("n", [1, 2, 20, LONG, 10**12])
@pytest.mark.parametrize(("m", "p"), [(5, "1/5"), (LONG, "1e-9"), (3, "1/3"), (10**12, "1e-12")])
def test_a_tie_is_doubted_and_a_hair_off_it_is_decided(n: int, m: int, p: str) -> None:
    # deception pays iff m p > 1, whatever n is (statement 3)
    _, doubtful = measured_two_phase(n, m, p=p)
    assert doubtful
    for side, regime in ((-1, "open"), (1, "deceptive")):
        if n * m > 1000:
            continue  # within what rounding may leave of it
        found, doubtful = measured_two_phase(n, m, p=str(Fraction(p) * (1 + Fraction(side, 10**7))))
        assert not doubtful
        assert REGIMES[found["regime"]] == regime
        assert found["deception_pays"] == (side > 0)


def test_a_sum_of_a_billion_ones_leaves_no_doubt() -> None:
    found, doubtful = measured_two_phase(7, LONG, p="0")
    assert found["premium"] == pytest.approx(-7)
    assert not doubtful


# undiscounted, with B for free, the advantage of A goes to 0 as training gets longer: (1 - p)^j (1 - m p)
@pytest.mark.parametrize("n", [200, LONG])
def test_taking_what_it_can_is_certain_however_long_training_is(n: int) -> None:
    found, doubtful = measured_two_phase(n, 2, p="1/4")
    assert not doubtful
    assert REGIMES[found["regime"]] == "open"


@pytest.mark.parametrize(
    "back",
    [
        0,
        Fraction(1, 8),
    ],
    ids=["jumping", "episode-by-episode"],
)
def test_a_premium_too_small_for_floats_keeps_its_sign(back: Fraction) -> None:
    # only B pays in training, and own is left with 3/4 after either: defecting in the last of 600 costs 4^-599
    plain = two_phase_game(600, 3, Fraction(3, 4), Fraction(3, 4))
    for phase in plain["phases"]:
        phase["modification"]["A"]["mesa"] = back  # of base
    plain["phases"][0]["payoffs"] = {**plain["phases"][0]["payoffs"], "mesa": {"A": Fraction(0), "B": Fraction(1)}}
    game = phased(plain)
    known = truth(game)
    assert known.string == "B" * 600 + "A" * 3
    assert known.measurements["premium"] > 0
    assert known.measurements["deception_pays"]
    roles = roles_in(game, AGENT, {})
    assert roles is not None
    found = measure_games(games_on_grid(game, roles, {}, (1,)), threads=1)
    assert found.doubtful[0] or found.arrays["deception_pays"][0]


# --- grids of games, one by one and all at once ----------------------------------------------------------------------


def test_games_of_very_different_lengths_stand_side_by_side() -> None:
    rng = numpy.random.default_rng(2)
    games: GameNumbers = drawn_rows(rng, 640, "TDT", episodes=(0, 1))
    for phase in games.phases:
        phase.numbers[0][:] = numpy.floor(10.0 ** rng.uniform(-1, 3, 640))
    assert differing(measure_games(games), measure_games(games, jump=False), 2e-12) == {}
    few = chosen(games, range(0, 640, 64))
    assert differing(measure_games(few), measure_games(few, jump=False), 2e-12) == {}
