"""How an error reads: one line whatever the user wrote, the caret under the right character, the nearest word."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deceptive_sim.core.errors import (
    LONGEST_SENTENCE,
    InputError,
    Position,
    Problem,
    nearest,
    printable,
    quote,
    wrong,
)
from deceptive_sim.core.paths import join_path, parse_path

MEANT = "did you mean training.episodes?"
NO_PATHS = ["", ".", "a.", ".a", "a..b", "a b", "-a", "a.-b", "ä", "a.٣", "1234567", "a." * 20 + "a", "a" * 501]


def place(column: int, source: str) -> Position:
    return Position(file="a.yaml", line=3, column=column, source=source)


def test_an_error_reads_name_rule_value_and_hint() -> None:
    problem = Problem(name="p", rule="must be small", got="9", hint="did you mean q?", position=place(4, "p: 9"))
    assert problem.text() == "a.yaml:3:4: error: p must be small, got 9 (did you mean q?)\n    p: 9\n       ^"
    assert Problem(name="p", rule="must be small").text() == "error: p must be small"


def test_several_errors_stand_together_in_one_exception() -> None:
    error = InputError(Problem(name=name, rule="is wrong") for name in "ab")
    assert [problem.name for problem in error.problems] == ["a", "b"]
    assert str(error) == "a is wrong\nb is wrong"
    assert isinstance(error, ValueError)


@pytest.mark.parametrize(
    ("source", "column", "pad"),
    [
        ("abc", 1, 0),
        ("abc", 4, 3),
        ("中文: x", 5, 6),
        ("😀: x", 4, 4),
        ("é: x", 4, 3),
        ("e\u0301: x", 5, 3),
        ("a\u2028\xa0b", 4, 3),
        ("\ta: x", 5, 4),
        ("x" * 300, 250, 80),
    ],
)
def test_the_caret_stands_under_the_column_also_behind_wide_characters(source: str, column: int, pad: int) -> None:
    shown, caret = place(column, source).caret().split("\n")
    assert caret == "    " + " " * pad + "^"
    assert shown.startswith("    ")
    assert len(shown) <= 164


def test_a_line_without_text_has_no_caret() -> None:
    assert place(1, "   ").caret() == ""
    assert "\n" not in Problem(name="a", rule="b", position=place(1, "")).text()


@given(st.text(), st.text(), st.text(), st.text(), st.integers(1, 400))
def test_an_error_is_one_printable_line_and_a_caret(name: str, rule: str, got: str, source: str, column: int) -> None:
    problem = Problem(name=name, rule=rule, got=quote(got), position=place(column, source))
    head, *rest = problem.text().split("\n")
    assert head.isprintable()
    assert len(rest) in {0, 2}
    assert all(line.isprintable() for line in rest)
    assert len(problem.sentence()) <= LONGEST_SENTENCE


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("text", '"text"'),
        ("1/2", "1/2"),
        ("-1e5", "-1e5"),
        ("", '""'),
        (3, "3"),
        (True, "true"),
        (False, "false"),
        ({}, "an empty mapping"),
        ({"a": 1}, "a mapping of 1"),
        ([], "an empty list"),
        ((1, 2), "a list of 2"),
        ("a\nb\x1b[2J", '"a\\u000ab\\u001b[2J"'),
        ("\u202eabc", '"\\u202eabc"'),
        ("x" * 100, '"' + "x" * 57 + '..."'),
    ],
)
def test_values_are_quoted_so_that_they_fit_a_line(value: object, shown: str) -> None:
    assert quote(value) == shown


def test_a_number_of_very_many_digits_is_not_spelt_out() -> None:
    assert quote(10**5000) == "a number too long to print"


def test_wrong_quotes_the_value() -> None:
    assert str(wrong("name", "must be short", "a\nb", "so it is")) == 'name must be short, got "a\\u000ab" (so it is)'


@given(st.text(), st.integers(3, 50))
def test_printable_text_is_never_longer_than_asked(text: str, longest: int) -> None:
    shown = printable(text, longest)
    assert shown.isprintable()
    assert len(shown) <= longest
    if text.isprintable() and len(text) <= longest:
        assert shown == text


@pytest.mark.parametrize(
    ("word", "valid", "hint"),
    [
        ("epsodes", ["episodes", "kind"], "did you mean episodes?"),
        ("EPISODES", ["episodes", "kind"], "did you mean episodes?"),
        ("zzz", ["episodes", "kind"], "one of episodes, kind"),
        ("zzz", [f"word{n}" for n in range(14)], None),
        ("zzz", [], None),
        ("a", ["A", "B"], "did you mean A?"),
        (
            "training.epsodes",
            [f"phase-{n}.episodes" for n in range(500)] + ["training.episodes"],
            "did you mean training.episodes?",
        ),
    ],
)
def test_the_nearest_word_or_the_few_valid_ones_are_named(word: str, valid: list[str], hint: str | None) -> None:
    assert nearest(word, valid) == hint


def test_the_nearest_of_many_long_words_is_found_fast() -> None:
    valid = [f"late-training-{n}.modification.action-{n % 7}" for n in range(5000)]
    start = time.process_time()
    assert nearest("late-training-4321.modificaton.action-2", valid) == f"did you mean {valid[4321]}?"
    nearest("x" * 100_000, valid)
    assert time.process_time() - start < 2


@pytest.mark.parametrize("text", ["a", "training.modification.A", "expect.0.value", "agents.mesa-optimiser.discount"])
def test_a_dotted_path_is_its_steps(text: str) -> None:
    assert join_path(parse_path(f" {text} ")) == text


@pytest.mark.parametrize("text", NO_PATHS)
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"^path must be names joined by dots, such as training\.modification\.A, got"):
        parse_path(text)
