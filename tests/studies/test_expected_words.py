"""Expected strategies are read, not compared as text; false numbers look different; unknown words are mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli.commands import invoke
from scenario.sound import SMALL

from deceptive_sim.core.errors import InputError
from deceptive_sim.scenario.load import load_scenario
from deceptive_sim.studies.result import Check
from deceptive_sim.studies.run import examine, run


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "expecting.yaml"


def checks(path: Path, rows: str, *settings: str) -> list[Check]:
    path.write_text(SMALL + f"expect: [{rows}]\n")
    return list(run(load_scenario(path, settings)).checks)


def problems(path: Path, rows: str) -> list[tuple[str, int]]:
    """What is wrong with some expectations, and in which column."""
    path.write_text(SMALL + f"expect: [{rows}]\n")
    with pytest.raises(InputError) as caught:
        examine(load_scenario(path))
    found = []
    for problem in caught.value.problems:
        assert problem.position is not None
        assert problem.position.line == 13
        found.append((problem.sentence(), problem.position.column))
    return found


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("BBAAA", True),
        ("B2 A3", True),
        ("BBA*", True),
        ("B,B,A,A,A", True),
        ("BB AAA", True),
        ("BBAAB", False),
        ("B*", False),
        ("BBAA", False),
        ("BBAAAA", False),
        ("BBAAAAA*", False),
    ],
)
def test_an_expected_strategy_may_be_written_in_every_form(path: Path, text: str, holds: bool) -> None:
    (check,) = checks(path, f'{{strategy: "{text}"}}')
    assert (check.holds, check.expected, check.found) == (holds, text, "BBAAA")


def test_an_expected_strategy_may_go_on_to_the_end_of_any_game(path: Path) -> None:
    assert [
        check.holds for check in checks(path, "{strategy: BBA*}, {strategy: BBAAA}", "deployment.episodes=300")
    ] == [
        True,
        False,
    ]


def test_words_that_the_game_does_not_have_are_mistakes_of_the_file(path: Path) -> None:
    ((said, column),) = problems(path, "{strategy: BBAAX}")
    assert said.startswith("expect.0.strategy must be made of the game's actions")
    assert column == 21
    assert problems(path, "{value: 3}, {values: {messa: {mesa: 3}, base: {bse: 3}}}") == [
        ("expect.1.values.messa names no objective of the game (did you mean mesa?)", 39),
        ("expect.1.values.base.bse names no objective of the game (did you mean base?)", 62),
    ]
    assert invoke("check", path).code == 2
    assert invoke("run", path, "--no-report").code == 2


def test_what_an_expectation_sets_decides_which_words_it_may_use(path: Path) -> None:
    payoffs = "with: {payoffs.human.A: -1}"
    assert [check.holds for check in checks(path, f"{{{payoffs}, values: {{mesa: {{human: -3}}}}}}")] == [True]


@pytest.mark.parametrize(
    ("expected", "setting"),
    [
        ("2.99101", "discount=0.999"),
        ("{mesa: {mesa: 2.99101}}", "discount=0.999"),
        ("2.195100000000000000000000000001", "discount=0.9"),
        ("1.2000001e-30", "payoffs.mesa.A=4e-31"),
        ("1000000000001/1000000000000", "deployment.episodes=1"),
    ],
)
def test_a_false_number_looks_different_from_the_one_found(path: Path, expected: str, setting: str) -> None:
    quantity = "values" if expected.startswith("{") else "value"
    (check,) = checks(path, f"{{{quantity}: {expected}}}", setting)
    assert not check.holds
    assert check.expected not in check.found
    assert len(check.found) < 120


def test_as_many_digits_are_shown_as_it_takes(path: Path) -> None:
    (check,) = checks(path, "{value: 2.99101}", "discount=0.999")
    assert (check.expected, check.found) == ("2.99101", "2.991009995")
    (check,) = checks(path, "{goal_preservation: [3, 3, 3, 2, 1.0000001]}")
    assert (check.expected, check.found) == ("[3, 3, 3, 2, 1.0000001]", "[3, 3, 3, 2, 1]")
