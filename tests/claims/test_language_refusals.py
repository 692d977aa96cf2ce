"""What is not of the language is refused with its message at its place; nothing hangs, crashes or is run."""

import contextlib
import random
import subprocess
import sys
import time
from fractions import Fraction

import pytest
from thinned import thorough

from deceptive_sim.claims.language.parse import parse
from deceptive_sim.claims.language.text import tree_text
from deceptive_sim.claims.language.tokens import REFUSED, SIGNS
from deceptive_sim.claims.language.tree import Call, walk
from deceptive_sim.claims.language.words import FUNCTIONS, KEYWORDS, NOT_IN_THE_LANGUAGE, RESULTS
from deceptive_sim.core.errors import InputError

HOSTILE = [  # text, column of the mistake, what the message says after "claim "
    ("__import__('os').system('x')", 1, "cannot have _ here (names start with a letter)"),
    ("eval('1')", 1, "has no function eval ("),
    ("exec('x') or true", 1, "cannot have exec here"),
    ("open('/etc/passwd')", 1, "has no function open ("),
    ("os.system('x')", 1, "has no function os.system ("),
    ("().__class__", 3, "cannot have . here (names are joined by dots without spaces)"),
    ("() > 1", 2, "must have a value between ( and )"),
    ("x.__class__", 2, "cannot have . here (names are joined by dots without spaces)"),
    ("x.mro()", 1, "has no function x.mro ("),
    ("'a'.format(x)", 4, "cannot have . here"),
    ("(1).real", 4, "cannot have . here"),
    ("getattr(x, 'y')", 1, "has no function getattr ("),
    ("lambda x: x", 9, "cannot have : here"),
    ("lambda", 1, "cannot have lambda here"),
    ("[x for x in y]", 1, "cannot have [ here (there are no lists and no subscripts"),
    ("min(x for x in y)", 7, 'must have an operator before what follows, got "for" (ranges stand under given:)'),
    ("x[0]", 2, "cannot have [ here"),
    ("{1: 2}", 1, "cannot have { here (there are no sets and no mappings)"),
    ("x := 1", 3, "cannot have := here (names are defined under names:)"),
    ("x = 1", 3, "cannot have = here (did you mean ==?)"),
    ("min(x=1)", 6, "cannot have = here (did you mean ==?)"),
    ("x === 1", 3, "cannot have === here (did you mean ==?)"),
    ("x =< 1", 3, "cannot have =< here (did you mean <=?)"),
    ("x <> 1", 3, "cannot have <> here (did you mean !=?)"),
    ("x // 2", 3, "cannot have // here (write floor(a / b))"),
    ("x % 2", 3, "cannot have % here"),
    ("x @ y", 3, "cannot have @ here"),
    ("x ^ 2", 3, "cannot have ^ here (powers are written **)"),
    ("x & y", 3, "cannot have & here (write and)"),
    ("x || y", 3, "cannot have || here (write or)"),
    ("~x", 1, "cannot have ~ here (write not)"),
    ("!x", 1, "cannot have ! here (write not)"),
    ("x << 2", 3, "cannot have << here (did you mean <?)"),
    ("x => y", 3, "cannot have => here (write >= or implies)"),
    ("x -> y", 3, "cannot have -> here (write implies)"),
    ("x <=> y", 3, "cannot have <=> here (write iff)"),
    ("x ? y : z", 3, "cannot have ? here (write implies)"),
    ("x; y", 2, "cannot have ; here (write one expression"),
    ("x # y", 3, "cannot have # here (comments stand outside the text)"),
    ("x if y else z", 3, 'must have an operator before what follows, got "if" (write a implies b, or a iff b)'),
    ("x is y", 3, 'must have an operator before what follows, got "is" (did you mean ==?)'),
    ("x AND y", 3, 'must have an operator before what follows, got "AND" (write and)'),
    ("None", 1, "cannot have None here (there are only numbers, truths and texts)"),
    ("nan > 1", 1, "cannot have nan here"),
    ("f'{x}'", 1, 'must have nothing right before quotes, got "f\'"'),
    ("b'x'", 1, "must have nothing right before quotes"),
    ("'''x'''", 3, "must have an operator before what follows, got \"'x'\""),
    ("'\\x41'", 2, "must have plain characters between quotes"),
    ("'a\x00b'", 3, "must have plain characters between quotes"),
    ("'abc", 1, "must close the quotes opened here: '"),
    ("`a b`", 1, "must have a dotted path between backquotes"),
    ("`", 1, "must close the quotes opened here: `"),
    ("``", 1, "must have a dotted path between backquotes"),
    ("`__class__`", 1, "must have a dotted path between backquotes"),
    ("9**9**9", 4, "must have exponents of at most 64 in size, got 387420489"),
    ("x**65", 4, "must have exponents of at most 64 in size, got 65"),
    ("x**-65", 4, "must have exponents of at most 64 in size, got -65"),
    ("x**(1/2)", 5, "must have whole numbers as exponents, got 1/2"),
    ("2**0.5", 4, "must have whole numbers as exponents, got 1/2"),
    ("(x**9)**9", 1, "must have a degree of at most 64, got 81"),
    ("x**40 * x**40", 1, "must have a degree of at most 64, got 80"),
    ("((9**64)**64)**64", 2, "must have numbers that are 0 or between 1e-150 and 1e150 in size"),
    ("10**64 * 10**64 * 10**64", 1, "must have numbers that are 0 or between 1e-150 and 1e150 in size"),
    ("1e400", 1, "has a number that must be 0 or between 1e-150 and 1e150 in size, got 1e400"),
    ("1e-400", 1, "has a number that must be 0 or between 1e-150 and 1e150 in size, got 1e-400"),
    ("1e999999999999", 1, "has a number that must be 0 or between 1e-150 and 1e150 in size"),
    ("1" * 100, 1, "has a number that must be a number of at most 80 characters"),
    ("1/0", 1, "must not divide by zero, got 1/0"),
    ("x / (1 - 1)", 1, 'must not divide by zero, got "x / (1 - 1)"'),
    ("x + 0 ** -1", 5, 'must not divide by zero, got "0 ** -1"'),
    ("2n", 1, 'must have an operator between a number and what follows, got "2n" (2 * n)'),
    ("1_000", 1, "must have an operator between a number and what follows"),
    ("0x10", 1, "must have an operator between a number and what follows"),
    ("1j", 1, "must have an operator between a number and what follows"),
    ("1..6", 1, "must have numbers such as 1/3, 0.2 or 2, got 1."),
    ("...", 1, "cannot have ... here"),
    ("x y", 3, 'must have an operator before what follows, got "y"'),
    ("x (y)", 1, "has no function x ("),
    ("min (1, 2)(3)", 11, "must have an operator before what follows"),
    ("min", 1, "must have parentheses after min"),
    ("min()", 1, "must give min 1 to 20 arguments, got 0"),
    ("min(" + ",".join("x" * 21) + ")", 1, "must give min 1 to 20 arguments, got 21"),
    ("log(2, 3)", 1, "must give log 1 argument, got 2"),
    ("value(1)", 1, "must not put parentheses after value (write value)"),
    ("judged_by()", 1, "must give judged_by 1 argument, got 0"),
    ("goal_preservation()", 1, "must give goal_preservation 1 argument, got 0"),
    ("x, y", 2, "cannot have , here (write one expression; truths are joined by and)"),
    ("(x, y)", 3, "cannot have , here (there are no lists)"),
    ("x)", 2, "closes a parenthesis that was not opened"),
    ("((x)", 1, "must close the parenthesis opened here"),
    ("min(x", 4, "must close the parenthesis opened here"),
    ("x +", 4, "must go on after +: a value is missing"),
    ("and x", 1, "must have a value before and"),
    ("x * * y", 5, "must have a value between * and *"),
    ("x == not y", 6, "must have parentheses around not ... here"),
    ("- not y", 3, "must have parentheses around not ... here"),
    ("", 1, "must not be empty"),
    ("  \n\t ", 1, "must not be empty"),
    ("(" * 10_000, 1, "must have at most 4,000 characters, got 10000"),
    ("(" * 100 + "x" + ")" * 100, 51, "must be nested at most 50 deep"),
    ("-" * 3_000 + "x", 51, "must be nested at most 50 deep"),
    ("not " * 900 + "x", 201, "must be nested at most 50 deep"),
    ("x" + "**x" * 1_000, 151, "must be nested at most 50 deep"),
    ("true" + " implies true" * 200, 651, "must be nested at most 50 deep"),
    ("+".join("x" * 20_000), 1, "must have at most 4,000 characters, got 39999"),
    ("+".join("x" * 2_000), 1, "must have at most 1,000 parts"),
    ("+".join("x" * 400), 1, "must be nested at most 50 deep"),
    ("x" * 600, 1, "must have names of at most 500 characters"),
    ("'" + "A" * 401 + "'", 1, "must have at most 400 characters between quotes, got 401"),
    ("x ≤ 1", 3, "cannot have ≤ here (write <=)"),
    ("x − 1", 3, "cannot have − here (write -)"),
    ("“A”", 1, 'cannot have “ here (write ")'),
    ("x\u00a0+ 1", 2, "cannot have"),
    ("п > 1", 1, 'must have names of the letters a to z, A to Z, got "п"'),
    ("xп > 1", 2, 'must have names of the letters a to z, A to Z, got "п"'),
    ("１ > 0", 1, "has a character that is not in the language"),
    ("x > ٣", 5, "has a character that is not in the language"),
    ("x²", 2, "cannot have ² here (write ** 2)"),
    ("x\x00", 2, "has a character that is not in the language"),
    ("\ud800", 1, "has a character that is not in the language"),
    ("x\u202e > 1", 2, "has a character that is not in the language"),
    ("\ufeffx", 1, "has a character that is not in the language"),
    ("x\v+ y", 2, "has a character that is not in the language"),
    ("x.y.", 4, "cannot have . here"),
    (".x", 1, "cannot have . here"),
    ("x . y", 3, "cannot have . here"),
]


@pytest.mark.parametrize(("text", "column", "message"), HOSTILE, ids=[repr(text)[:40] for text, _, _ in HOSTILE])
def test_hostile_expressions_are_refused_with_their_message_at_their_place(
    text: str, column: int, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        parse(text)
    (problem,) = caught.value.problems
    assert problem.sentence().startswith(f"claim {message}")
    assert problem.position is not None
    assert (problem.position.file, problem.position.column) == ("<claim>", column)
    assert len(problem.text()) < 2_000


def test_there_are_more_than_forty_of_them() -> None:
    assert len({text for text, _, _ in HOSTILE}) == len(HOSTILE) > 40


@pytest.mark.parametrize("value", [None, 3, b"x", ["x"], Fraction(1)])
def test_what_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(InputError, match="must be an expression in text"):
        parse(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_mistakes_on_later_lines_have_line_and_column(end: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(f"x > 1{end}{end}  and y = 2{end}or z", "claims.a.claim")
    (problem,) = caught.value.problems
    assert problem.position is not None
    assert (problem.position.line, problem.position.column) == (3, 9)
    assert problem.position.source == "  and y = 2"
    assert problem.text().splitlines()[1:] == ["      and y = 2", "            ^"]
    assert problem.text().startswith("<claims.a.claim>:3:9: error: claims.a.claim cannot have = here")


def test_limits_are_not_met_before_they_are_reached() -> None:
    parse("(" * 49 + "x" + ")" * 49)
    parse("x ** 64 * 1")
    parse(" and ".join(["x > 1"] * 200))
    parse("+".join("x" * 50))
    parse("'" + "A" * 400 + "'")
    parse("x" * 500)
    parse("x".ljust(4_000))
    parse(f"min({','.join('x' * 20)}) > 1e150 * 1e-150")


# --- random strings --------------------------------------------------------------------------------------------------

WORDS = [
    *FUNCTIONS,
    *RESULTS,
    *SIGNS,
    *REFUSED,
    *KEYWORDS,
    *NOT_IN_THE_LANGUAGE,
    *("x", "y", "longer.n", "training.episodes", "0", "1", "2.5", "1e-3", "1/3", "1e400", "9**9**9", "64", "__class__"),
    *"'\"`",
    "'BBA'",
    '"base"',
    "`late-training.episodes`",
    "\n",
    "\t",
    "≤",
    "п",
    "\x00",
    "\ud800",
    "",
]
GOOD = [
    "deception_pays iff m * p > 1",
    "regime == 'deceptive' implies judged_by(base) >= -value_of(\"BBA..\", human) ** 2",
    "0 < (p - q) * g ** n * (1 - q) ** (n - 1) * V0 <= 1 or not floor(log(p * V0) / -log(g)) == longer.n",
]


def random_string(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.4:
        return rng.choice(("", " ")).join(rng.choice(WORDS) for _ in range(rng.randint(0, 30)))
    if kind < 0.6:
        return "".join(chr(rng.randint(0, 127)) for _ in range(rng.randint(0, 60)))
    if kind < 0.7:
        return "".join(chr(int(rng.expovariate(1 / 3_000)) % 0x110000) for _ in range(rng.randint(0, 60)))
    if kind < 0.75:
        return rng.choice(WORDS) * rng.randint(0, 2_000)
    good = list(rng.choice(GOOD))
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(len(good) + 1)
        good[place : place + rng.randint(0, 3)] = rng.choice((rng.choice(WORDS), "", chr(rng.randint(32, 126))))
    return "".join(good)


@pytest.mark.parametrize("count", [3_000, pytest.param(thorough(100_000, 20_000), marks=pytest.mark.slow)])
def test_random_strings_are_read_or_refused_in_no_time(count: int) -> None:
    rng, read, allowed = random.Random(14), 0, FUNCTIONS.keys() | RESULTS.keys()
    for _ in range(count):
        text = random_string(rng)
        start = time.process_time()
        try:
            tree = parse(text).tree
        except InputError as error:
            (problem,) = error.problems
            assert problem.position is not None
            assert len(problem.text()) < 2_000
        else:
            read += 1
            assert parse(tree_text(tree)).tree == tree
            called = {node.name.rpartition(".")[2] for node in walk(tree) if isinstance(node, Call)}
            assert called <= allowed
        assert time.process_time() - start < 1, text
    assert read > count / 50


@pytest.mark.parametrize(
    "piece",
    ["x and ", "min(", "'a' == ", "1 + ", "a.b.c.d ", "((", "`a-b` > ", "1e1", "a\n", "-", "<", "1.", "\r", "'", "="],
)
def test_the_longest_texts_are_read_or_refused_in_no_time(piece: str) -> None:
    for text in ((piece * 4_000)[:4_000], (piece * 3_999)[:3_999] + "?", "?" + (piece * 3_999)[:3_999]):
        start = time.process_time()
        with contextlib.suppress(InputError):
            parse(text)
        assert time.process_time() - start < 1


AUDIT = """
import sys
from deceptive_sim.claims.language.parse import parse
from deceptive_sim.claims.language.text import tree_text
from deceptive_sim.core.errors import InputError
texts = [text.encode("ascii").decode("unicode_escape") for text in sys.stdin.read().split("\\n")]
for text in ("x + 1 > 2", "x ="):  # whatever is loaded late is loaded now
    try:
        tree_text(parse(text).tree)
    except InputError as error:
        error.problems[0].text()
seen = []
sys.addaudithook(lambda event, arguments: seen.append((event, arguments)))
outcomes = [0, 0]
for text in texts:
    try:
        tree_text(parse(text).tree)
        outcomes[0] += 1
    except InputError as error:
        error.problems[0].text()
        outcomes[1] += 1
happened = list(seen)
print(*outcomes, *sorted({event for event, _ in happened}))
compile("1", "x", "eval")
assert seen != happened, "the hook is deaf"
"""


@pytest.mark.slow
def test_reading_imports_opens_compiles_and_runs_nothing() -> None:
    """Nothing but identities of objects is audited while thousands of texts are read: no import, open or exec."""
    rng = random.Random(15)
    texts = [*GOOD, *(text for text, _, _ in HOSTILE), *(random_string(rng) for _ in range(2_000))]
    escaped = "\n".join(text.encode("unicode_escape").decode("ascii") for text in texts)
    done = subprocess.run(
        [sys.executable, "-c", AUDIT], input=escaped, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    read, refused, *events = done.stdout.split()
    assert int(read) + int(refused) == len(texts)
    assert int(read) > 30
    assert set(events) <= {"builtins.id"}
