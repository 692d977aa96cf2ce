"""Three readers and Python itself agree on random expressions; logarithms are decided as whole numbers decide them."""

import contextlib
import random
from collections.abc import Iterator
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from claims.language_cases import LETTERS, Writer, at, bound, freed, point, python_says
from thinned import thorough

from deceptive_sim.claims.facts import Missing
from deceptive_sim.claims.language.exactly import Undecided, decide, number, read
from deceptive_sim.claims.language.formulas import NoFormula, Side, formula
from deceptive_sim.claims.language.many import DOUBT, Many, decide_many, numbers_many
from deceptive_sim.claims.language.parse import parse
from deceptive_sim.claims.language.text import tree_text
from deceptive_sim.claims.language.tree import Comparison, Node, Number, Of, Text
from deceptive_sim.core.errors import InputError

HALF = Fraction(1, 2)
SEED = 4


def expressions(count: int, seed: int) -> Iterator[tuple[str, Node]]:
    """Random truths that are within the limits of the language, and their trees as they are read."""
    writer, found = Writer(random.Random(seed)), 0
    while found < count:
        text = writer.truth()
        with contextlib.suppress(InputError):
            yield text, parse(text).tree
            found += 1


def says(tree: Node, values: dict[str, Any]) -> bool | None:
    try:
        return decide(tree, at(values))
    except Missing:
        return None


MANY, MORE = (pytest.param(count, marks=pytest.mark.slow) for count in (thorough(3_000, 800), thorough(1_000, 400)))


@pytest.mark.parametrize("count", [150, MORE])
def test_exact_reading_is_what_python_says_of_the_same_text(count: int) -> None:
    rng, seen = random.Random(SEED), {True: 0, False: 0, None: 0}
    for text, written in expressions(count, seed=SEED):
        tree = freed(written)
        for _ in range(3):
            values = point(rng)
            expected = python_says(text, values)
            assert says(tree, values) == expected, (text, values)
            seen[expected] += 1
    assert min(seen.values()) > 20


@pytest.mark.parametrize("count", [100, MORE])
def test_the_text_of_a_tree_reads_as_the_same_tree(count: int) -> None:
    for text, tree in expressions(count, seed=5):
        assert parse(tree_text(tree)).tree == tree, text


@pytest.mark.parametrize(
    "text",
    [
        "(a implies b) implies c implies d",
        "(a iff b) iff c iff (d iff e)",
        "not (a iff b) or not (not c and d) and e",
        "a and (b and c) or (d or e)",
        "(a < b) == (c < d) != e",
        "(-x) ** 2 ** -y ** 2 - (-(-x) - (x - -1)) / (x / y) / z",
        "(x ** 2) ** 3 * (x * y) * z",
        "value_of('BB\"A', base) >= longer.value_of(\"B'A\")",
        "`late-training.episodes` + `and` + `min` + phases.0.episodes",
        "1e-9 + .5 + 1e140 + 123456789123456789.125e-40 + 1.0e0 + 0.1 + 100",
        "min(x, -y, max(z)) == abs(-1) and True or False",
    ],
)
def test_the_text_of_a_tree_keeps_every_form(text: str) -> None:
    tree = parse(text).tree
    assert parse(tree_text(tree)).tree == tree


def test_decimals_are_written_as_short_as_they_are_read() -> None:
    rng = random.Random(16)
    for _ in range(300):
        digits = str(rng.randint(1, 10 ** rng.randint(1, 40)))
        text = f"{digits}e{rng.randint(-60, 60)}"
        value = Fraction(Decimal(text))
        written = tree_text(Number(value))
        assert number(parse(written).tree, at({})) == value
        assert len(written) <= max(20, len(text) + 2)
    for written in ("0.2", "0.04", "1.25", "3.0625", "1e30", "15e-31", "0"):
        assert tree_text(Number(Fraction(Decimal(written)))) == written


def test_numbers_that_no_text_can_say_in_one_word_are_written_as_ratios() -> None:
    third = Comparison((Number(Fraction(1, 3)), Number(Fraction(-2))), ("<",))
    assert tree_text(third) == "(1/3) < (-2)" or decide(parse(tree_text(third)).tree, at({})) is False
    assert number(parse(tree_text(Number(Fraction(-7, 3)))).tree, at({})) == Fraction(-7, 3)


TRUTH_TABLE = [
    ("{} implies {}", [True, True, False, True]),  # for FF, FT, TF, TT
    ("{} iff {}", [True, False, False, True]),
    ("{} and {}", [False, False, False, True]),
    ("{} or {}", [False, True, True, True]),
    ("{} == {}", [True, False, False, True]),
    ("{} != {}", [False, True, True, False]),
]


@pytest.mark.parametrize(("form", "expected"), TRUTH_TABLE)
def test_truths_are_joined_as_the_table_says_by_every_reader(form: str, expected: list[bool]) -> None:
    z3 = pytest.importorskip("z3")
    tree = bound(form.format("(x > 0)", "(y > 0)"))
    rows = [(a, b) for a in (0, 1) for b in (0, 1)]
    assert [decide(tree, at({"x": Fraction(a), "y": Fraction(b)})) for a, b in rows] == expected
    columns = {"x": np.array([a for a, _ in rows]), "y": np.array([b for _, b in rows])}
    assert decide_many(tree, at(columns)).tolist() == [int(each) for each in expected]
    known = [formula(tree, at({"x": Fraction(a), "y": Fraction(b)}), Side()) for a, b in rows]
    assert [z3.is_true(each) for each in known] == expected
    left_open = formula(tree, at({"x": z3.Real("x"), "y": z3.Real("y")}), Side())
    for (a, b), holds in zip(rows, expected, strict=True):
        put = z3.substitute(left_open, (z3.Real("x"), z3.RealVal(a)), (z3.Real("y"), z3.RealVal(b)))
        assert z3.is_true(z3.simplify(put)) is holds


def test_a_chain_of_iff_holds_if_all_are_alike() -> None:
    assert decide(parse("false iff false iff false").tree, at({}))
    assert not decide(parse("true iff false iff false").tree, at({}))  # pairs from the left would make it true


def test_implies_groups_to_the_right_and_binds_less_than_or() -> None:
    assert decide(parse("false implies true implies false").tree, at({}))
    assert not decide(parse("true or true implies false").tree, at({}))
    assert not decide(parse("false implies false iff false").tree, at({}))  # iff binds least


@pytest.mark.parametrize(
    "text",
    ["x != 0 and 1 / x > 0", "x == 0 or 1 / x > 0", "x != 0 implies 1 / x > 0", "0 < x < 1 / x", "false and 1 / x > 0"],
)
def test_what_stands_behind_a_settled_part_may_not_exist(text: str) -> None:
    z3 = pytest.importorskip("z3")
    tree = bound(text)
    assert says(tree, {"x": Fraction(0)}) in (True, False)
    side, x = Side(), z3.Real("x")
    formula(tree, at({"x": x}), side)
    solver = z3.Solver()
    solver.add(z3.Not(z3.And(*side)) if list(side) else z3.BoolVal(False))
    assert solver.check() == z3.unsat


def test_what_is_needed_and_does_not_exist_is_missing() -> None:
    for text, why in [
        ("1 / x > 0", "1 / x divides by zero"),
        ("x ** (x - 1) > 0", "x ** (x - 1) divides by zero"),
        ("2 ** (x + 0.5) > 0", "2 ** (x + 0.5) has an exponent that is no whole number, which is 1/2"),
        ("log(x) > 0", "log(x) is the logarithm of a number that is not above 0"),
        ("log(x - 1) > 0", "log(x - 1) is the logarithm of a number that is not above 0"),
        ("1 / log(x + 1) > 0", "1 / log(x + 1) divides by zero"),
        ("2 ** log(x + 2) > 0", "2 ** log(x + 2) has an exponent that is no whole number"),
        ("1 / x > 0 and false", "1 / x divides by zero"),
    ]:
        with pytest.raises(Missing) as caught:
            decide(bound(text), at({"x": Fraction(0)}))
        assert str(caught.value) == why


def test_numbers_that_get_too_long_are_undecided() -> None:
    for text in ("x ** y > 1", "x ** -y > 1", "(x ** 60) ** (y - 1) > 1", "log(x ** (y - 9801)) > 1"):
        with pytest.raises(Undecided):
            decide(bound(text), at({"x": Fraction(3**500, 7), "y": Fraction(10_001)}))
    assert number(bound("x ** y > 0").operands[0], at({"x": Fraction(2), "y": Fraction(10_000)})) == 2**10_000
    with pytest.raises(Undecided):
        number(parse("log(2)").tree, at({}))
    with pytest.raises(Undecided):
        decide(parse("log(log(2) + 1) > 0").tree, at({}))


def test_arguments_of_results_are_read_before_they_are_looked_up() -> None:
    asked: list[Any] = []

    def lookup(leaf: Any) -> Any:
        asked.append(leaf)
        return True

    assert read(Of("v", "defects", (parse("1 + 2 * 3").tree,)), lookup) is True
    assert read(Of(None, "deception_pays"), lookup) is True
    assert asked == [Of("v", "defects", (Number(Fraction(7)),)), Of(None, "deception_pays")]


# --- logarithms ------------------------------------------------------------------------------------------------------


def test_floors_of_quotients_of_logarithms_are_what_whole_numbers_say() -> None:
    """The greatest k with b**k <= a, found by multiplying; every third a is a power of b, where floats go wrong."""
    rng = random.Random(6)
    for _ in range(100):
        b = Fraction(rng.randint(2, 30), rng.choice((1, 1, 2, 3)))
        if b <= 1:
            continue
        a = b ** rng.randint(0, 40) if rng.random() < 0.33 else Fraction(rng.randint(1, 10**9), rng.randint(1, 9))
        if a < 1:
            continue
        k = 0
        while b ** (k + 1) <= a:
            k += 1
        values = {"x": a, "y": b}
        assert read(parse_number("floor(log(x) / log(y))"), at(values)) == k
        assert read(parse_number("floor(log(x) / -log(1 / y))"), at(values)) == k
        exactly = b**k == a
        assert read(parse_number("ceil(log(x) / log(y))"), at(values)) == k + (not exactly)
        assert decide(bound("log(x) / log(y) == floor(log(x) / log(y))"), at(values)) is exactly


def parse_number(text: str) -> Node:
    return bound(f"{text} > 0").operands[0]


@pytest.mark.slow
def test_sums_of_logarithms_are_compared_as_products_are() -> None:
    rng = random.Random(7)
    seen: set[tuple[str, bool]] = set()
    forms = ("2 * log(x) - 3 * log(y) {} log(z)", "(2 * log(x) - log(z)) / 7 {} log(y) * 3 / 7")
    trees = {(sign, form): bound(form.format(sign)) for sign in ("==", "<", ">=") for form in forms}
    for _ in range(100):
        x, y = Fraction(rng.randint(1, 40), rng.randint(1, 40)), Fraction(rng.randint(1, 40), rng.randint(1, 40))
        z = x**2 / y**3 if rng.random() < 0.4 else Fraction(rng.randint(1, 10**6), rng.randint(1, 10**6))
        values = {"x": x, "y": y, "z": z}
        truths = {"==": x**2 / y**3 == z, "<": x**2 / y**3 < z, ">=": x**2 / y**3 >= z}
        for (sign, _), tree in trees.items():
            assert decide(tree, at(values)) is truths[sign]
        seen |= set(truths.items())
    assert len(seen) == 6


def test_numbers_with_logarithms_lie_where_a_hundred_digits_say() -> None:
    """Against decimals at a precision that the package does not use; pi and the like cannot come out equal."""
    forms = {
        "log(x) + y": lambda x, y, ln: ln(x) + y,
        "log(x) * y - 1 / 3": lambda x, y, ln: ln(x) * y - Decimal(1) / 3,
        "log(x) / log(y)": lambda x, y, ln: ln(x) / ln(y),
        "1 / (log(x) + 1)": lambda x, y, ln: 1 / (ln(x) + 1),
        "2 - y / log(x)": lambda x, y, ln: 2 - y / ln(x),
        "log(x) * log(y)": lambda x, y, ln: ln(x) * ln(y),
        "log(x) ** 3 - log(y) ** -2": lambda x, y, ln: ln(x) ** 3 - ln(y) ** -2,
        "(log(x) + 1) / (log(y) - 3)": lambda x, y, ln: (ln(x) + 1) / (ln(y) - 3),
        "log(x) / log(y) + log(y) / log(x)": lambda x, y, ln: ln(x) / ln(y) + ln(y) / ln(x),
        "-(log(x) - log(y)) / (1 + log(x))": lambda x, y, ln: -(ln(x) - ln(y)) / (1 + ln(x)),
        "max(log(x), log(y), 1)": lambda x, y, ln: max(ln(x), ln(y), Decimal(1)),
        "min(log(x), log(y), 1)": lambda x, y, ln: min(ln(x), ln(y), Decimal(1)),
        "abs(log(x) - 2)": lambda x, y, ln: abs(ln(x) - 2),
    }
    rng = random.Random(8)
    with localcontext() as context:
        context.prec = 100
        for form, value in forms.items():
            for _ in range(4):
                x, y = rng.randint(2, 99), rng.randint(2, 99)
                if x == y:
                    continue
                middle = Fraction(value(Decimal(x), Decimal(y), lambda each: each.ln()))
                values = {"x": Fraction(x), "y": Fraction(y)}
                for shift, truth in [(Fraction(1, 10**50), True), (-Fraction(1, 10**50), False)]:
                    assert decide(bound(f"{form} < z"), at({**values, "z": middle + shift})) is truth, (form, x, y)


def test_quotients_that_are_rational_are_recognised() -> None:
    for text in (
        "log(8) / log(2) == 3",
        "log(1/8) / log(4) == -3/2",
        "(log(2) + 1) / (log(4) + 2) == 1/2",
        "log(12) == log(4) + log(3)",
        "log(1) == 0",
        "(log(6) - log(2)) / log(9) * 2 == 1",
        "1 / log(2) * log(4) == 2",
        "log(8) - 3 * log(2) == 0",
        "log(4) / log(2) == log(9) / log(3)",
        "0 * log(5) == 0",
    ):
        assert decide(parse(text).tree, at({})), text


def test_what_enclosures_cannot_tell_is_undecided() -> None:
    with pytest.raises(Undecided, match="too close"):
        decide(parse("log(2) * log(3) == log(3) * log(2)").tree, at({}))


# --- many cases at once ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [80, MANY])
def test_what_is_sure_of_many_cases_is_so_exactly_and_little_is_in_doubt(count: int) -> None:
    rng, doubts, sure = random.Random(9), 0, 0
    for text, written in expressions(count, seed=10):
        points = [point(rng) for _ in range(8)]
        columns = {name: Many.of([each[name] for each in points]) for name in LETTERS}
        tree = freed(written)
        states = np.broadcast_to(decide_many(tree, at(columns)), len(points))
        for values, state in zip(points, states.tolist(), strict=True):
            if state == DOUBT:
                doubts += 1
            else:
                sure += 1
                assert says(tree, values) is bool(state), (text, values)
    assert sure > doubts


def test_what_does_not_exist_has_no_power_either() -> None:
    columns = {"x": np.array([0, 1, 2]), "y": np.array([np.nan, 1.0, 1.0])}
    for text in ("(1 / x) ** 0 == 1", "floor(1 / x) ** 0 == 1", "log(x) ** 0 == 1", "y ** 0 == 1", "y ** -1 * 0 == 0"):
        assert decide_many(bound(text), at(columns)).tolist()[0] == -1, text
    assert decide_many(bound("x ** 0 == 1"), at(columns)).tolist() == [1, 1, 1]


def test_plain_floats_within_a_billionth_are_in_doubt_at_borders_and_only_there() -> None:
    tree = bound("x * y < 1")
    x = np.array([0.5, 0.5 - 1e-8, 0.5 + 1e-8, np.nan, np.inf])
    assert decide_many(tree, at({"x": x, "y": np.full(5, 2.0)})).tolist() == [-1, 1, 0, -1, -1]


def test_whole_numbers_are_exact_and_tie() -> None:
    tree = bound("x * y + 1 == z and floor(z) == z and max(x, y) ** 1 <= z and abs(-x) == x")
    columns = {"x": np.array([2, 3, 2]), "y": np.array([3, 3, 3]), "z": np.array([7, 7, 8])}
    assert decide_many(tree, at(columns)).tolist() == [1, 0, 0]


def test_beyond_what_floats_hold_whole_numbers_do_not_tie() -> None:
    columns = {"x": np.array([2**53]), "y": np.array([1]), "z": np.array([2**53])}
    assert decide_many(bound("x + y == z"), at(columns)).tolist() == [-1]


def test_texts_truths_and_what_is_missing_of_many_cases() -> None:
    regime, pays = Of(None, "regime"), Of(None, "deception_pays")
    found: dict[Any, Any] = {
        regime: np.array(["open", "mixed", None], dtype=object),
        pays: np.array([1, 0, -1], dtype=np.int8),
        Of(None, "premium"): np.array([1.0, np.nan, 2.0]),
    }
    same = Comparison((regime, Text("open")), ("==",))
    assert decide_many(same, found.get).tolist() == [1, 0, -1]
    assert decide_many(Comparison((regime, Text("open")), ("!=",)), found.get).tolist() == [0, 1, -1]
    assert decide_many(Comparison((pays, same), ("==",)), found.get).tolist() == [1, 1, -1]
    assert decide_many(Comparison((Of(None, "premium"), Number(HALF)), (">",)), found.get).tolist() == [1, -1, 1]
    plain = {regime: np.array(["open", "mixed", "open"])}
    assert decide_many(same, plain.get).tolist() == [1, 0, 1]


def test_behind_a_part_in_doubt_all_is_in_doubt() -> None:
    values = at({"x": np.array([np.nan]), "y": np.array([1.0])})
    for text in ("x > 0 and y > 2", "x > 0 or y > 0", "x > 0 implies y > 0", "x > 0 iff y > 0"):
        assert decide_many(bound(text), values).tolist() == [-1], text
    for text in ("y > 2 and x > 0", "y > 0 or x > 0", "y > 2 implies x > 0"):
        assert decide_many(bound(text), values).tolist() != [-1], text


@pytest.mark.parametrize("count", [300, MANY])
def test_bounds_on_errors_enclose_exact_values_of_shaken_inputs(count: int) -> None:
    """Inputs are moved by as much as their bounds allow; every exact result lies within the bounds of the reading."""
    rng, checked = random.Random(11), 0
    writer = Writer(rng)
    while checked < count:
        text = writer.number(2)
        try:
            tree = bound(f"{text} > 0").operands[0]
        except InputError:
            continue
        values = {name: Fraction(rng.uniform(-3, 3)) for name in LETTERS}
        columns = {name: Many(np.array([float(x)]), np.array([1.0001e-6])) for name, x in values.items()}
        found = numbers_many(tree, at(columns))
        middle, error = float(found.values.reshape(-1)[0]), float(found.errors.reshape(-1)[0])
        if not (np.isfinite(middle) and np.isfinite(error)):
            continue
        moved = {name: x + Fraction(rng.choice((-1, 1, rng.uniform(-1, 1)))) / 10**6 for name, x in values.items()}
        try:
            exact = number(tree, at(moved))
        except Missing:
            pytest.fail(f"{text} does not exist at {moved}, and was read as {middle}")
        assert abs(exact - Fraction(middle)) <= Fraction(error), (text, moved)
        checked += 1


# --- formulas --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [25, pytest.param(thorough(1_000, 400), marks=pytest.mark.slow)])
def test_formulas_say_what_exact_reading_says(count: int) -> None:
    """With everything open, then put in; and known from the start. Side conditions fail where something is missing."""
    z3 = pytest.importorskip("z3")
    symbols = {name: z3.Real(name) for name in LETTERS}
    rng, seen = random.Random(12), {True: 0, False: 0, None: 0}
    for text, written in expressions(count, seed=13):
        tree, side = freed(written), Side()
        holds = formula(tree, at(symbols), side)
        for _ in range(3):
            values = point(rng)
            put = [(symbols[name], z3.Q(x.numerator, x.denominator)) for name, x in values.items()]
            defined = all(z3.is_true(z3.simplify(z3.substitute(each, *put))) for each in side)
            expected = says(tree, values)
            seen[expected] += 1
            assert defined is (expected is not None), (text, values)
            if defined:
                assert z3.is_true(z3.simplify(z3.substitute(holds, *put))) is expected, (text, values)
            known = Side()
            folded = formula(tree, at(values), known)
            assert (not list(known)) is (expected is not None), (text, values)
            if expected is not None:
                assert z3.is_bool(folded)
                assert z3.is_true(folded) is expected
    assert min(seen.values()) >= 5


def test_what_z3_cannot_be_told_is_named() -> None:
    z3 = pytest.importorskip("z3")
    x = z3.Real("x")
    for text in ("log(x) > 0", "2 ** x > 1", "x ** (1 + y) > 1", "y ** (1 / 2 + 0 * y) > 1"):
        with pytest.raises(NoFormula):
            formula(bound(text), at({"x": x, "y": x}), Side())
    with pytest.raises(NoFormula, match="text"):
        formula(Comparison((Of(None, "regime"), Text("open")), ("==",)), lambda leaf: x, Side())
    with pytest.raises(NoFormula, match="degree"):
        formula(bound("x ** y > 1"), at({"x": x, "y": Fraction(65)}), Side())


def test_formulas_take_truths_and_whole_numbers_of_z3() -> None:
    z3 = pytest.importorskip("z3")
    pays, turn = Of(None, "deception_pays"), Of(None, "turn")
    found = {pays: z3.Bool("pays"), turn: z3.Int("turn")}
    half = Comparison((turn, Number(HALF)), (">",))
    holds = formula(Comparison((pays, half), ("==",)), found.get, Side())
    solver = z3.Solver()
    solver.add(holds, z3.Bool("pays"), z3.Int("turn") < 1)
    assert solver.check() == z3.unsat


def test_without_z3_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "z3", None)
    with pytest.raises(InputError, match=r"pip install deceptive-sim\[proof\]"):
        formula(parse("true").tree, at({}), Side())
