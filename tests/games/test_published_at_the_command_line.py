"""Published games asked for at the command line: every parameter, and what is wrong, named with its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli.commands import ROOT, invoke

FOLDER = ROOT / "scenarios" / "published"
NAIVE = [[3, 1], [3, 2], [3, 3], [3, 4], [3, 5], [2, 5], [2, 5]]

ASKED: list[tuple[str, str, dict[str, Any]]] = [
    ("hubinger-2019", "", {"strategy": "BBAAA", "value": 3}),
    ("hubinger-2019", "training.episodes=4 deployment.episodes=1", {"value": 1, "deception_pays": False}),
    ("hubinger-2019", "memoryless=true", {"probability": 5 / 9}),
    ("hubinger-2019", "memoryless=true training.episodes=4 deployment.episodes=5", {"probability": 1 - 16 / 25}),
    ("hubinger-2019", "memoryless=false training.episodes=1", {"strategy": "BAAA"}),
    ("holtman-2020", "lobbying=0", {"trace": "pppppp#eeeeeeeeeeeeeeeeeee", "value": 139664}),
    ("holtman-2020", "lobbying=0.6 r_e=3.0", {"trace": "<<<<#eeeeeeeeeeeeeeeeeeeee"}),
    ("holtman-2020", "lobbying=1.0 corrected=true", {"trace": "pppppp#eeeeeeeeeeeeeeeeeee", "value": 185618}),
    ("holtman-2020", "steps=3", {"trace": "ppp"}),
    ("restaurant", "selves=naive", {"path": NAIVE}),
    ("restaurant", "selves=sophisticated", {"ends": "Veg"}),
    ("restaurant", "discount_k=0 selves=naive", {"ends": "Veg"}),
    ("odonoghue-rabin", "kind=costs selves=naive", {"period": 4}),
    ("odonoghue-rabin", "kind=rewards selves=sophisticated", {"period": 1}),
    ("odonoghue-rabin", "kind=costs selves=consistent", {"period": 1}),
    ("odonoghue-rabin", "beta=1 selves=naive", {"period": 1}),
    ("krueger-2020", "discount=0.51", {"optimal": "C", "ties": []}),
    ("krueger-2020", "discount=0.5", {"ties": ["DD", "DC", "CD", "CC"]}),
    ("krueger-2020", "discount=0.2 b=-0.1", {"optimal": "C"}),
    ("krueger-2020", "discount=0.2 b=-0.3", {"optimal": "D"}),
    ("button", "episodes=5", {"strategy": "NNNNP"}),
    ("button", "discount=0.09 episodes=3", {"strategy": "PPP"}),
    ("absent-supervisor", "", {"value": 44, "hidden": 29}),
    ("absent-supervisor", "p_supervised=0.25 sees_supervisor=true", {"value": 45.5, "hidden": 23}),
    ("absent-supervisor", "p_supervised=0.21 sees_supervisor=false", {"value": 41, "hidden": 41}),
    ("simulation-oversight", "", {"value": 2.7, "policy": {"Start": "Real", "Real": "exploit", "Sim": "complete"}}),
    ("simulation-oversight", "swap=0", {"value": 3}),
    ("simulation-oversight", "swap=1", {"value": 3, "policy": {"Start": "Sim", "Real": "exploit", "Sim": "complete"}}),
    ("treacherous-turn", "steps=6 bow_from=0", {"first_shot": 4}),
    ("treacherous-turn", "steps=6 bow_from=0 allow_kill=false", {"first_shot": None, "value": -0.6}),
    ("treacherous-turn", "steps=5 p_kill=0 bow_from=100", {"first_shot": None, "value": -0.5}),
    ("moe-2023", "training.episodes=1 gradient=y", {"coefficients": [1 / 1.8, *[1] * 80]}),
    ("moe-2023", "training.episodes=1 deployment.episodes=1 gradient=2y", {"coefficients": [1 / 1.04, 1]}),
    ("moe-2023", "training.episodes=1 deployment.episodes=2 learning_rate=0.5 theta=3", {"theta_end": 3 * (1 - 1 / 3)}),
    ("moe-2023", "gradient=2c2theta theta=0", {"theta_end": 0}),
]


@pytest.mark.parametrize(("name", "settings", "wanted"), ASKED, ids=[f"{name} {given}" for name, given, _ in ASKED])
def test_every_parameter_can_be_set(name: str, settings: str, wanted: dict[str, Any]) -> None:
    words = [word for setting in settings.split() for word in ("--set", setting)]
    done = invoke("solve", FOLDER / f"{name}.yaml", "--json", *words)
    assert (done.code, done.err) == (0, "")
    answer = json.loads(done.out)
    assert (answer["command"], answer["scenario"]) == ("solve", name)
    for field, value in wanted.items():
        numbers = isinstance(value, float) or (isinstance(value, list) and any(isinstance(v, float) for v in value))
        assert answer[field] == (pytest.approx(value, rel=1e-12) if numbers else value)


def test_fractions_stay_fractions_if_asked_for() -> None:
    answer = json.loads(invoke("solve", FOLDER / "absent-supervisor.yaml", "--json", "--exact").out)
    assert answer["value"] in (44, "44")
    answer = json.loads(invoke("solve", FOLDER / "simulation-oversight.yaml", "--json", "--exact").out)
    assert answer["value"] == "27/10"


WRONG = [
    ("treacherous-turn", "p_kill=2", "parameters.p_kill must be a probability in [0, 1], got 2"),
    ("treacherous-turn", "steps=1000000000", "parameters.steps must be at most 1000, got 1000000000"),
    ("treacherous-turn", "bow_from=-1", "parameters.bow_from must be a whole number, 0 or more, got -1"),
    ("treacherous-turn", "allow_kill=perhaps", 'parameters.allow_kill must be true or false, got "perhaps"'),
    ("holtman-2020", "steps=1000000000", "parameters.steps must be at most 100, got 1000000000"),
    ("holtman-2020", "lobbying=-1", "parameters.lobbying must be 0 or more, got -1"),
    ("restaurant", "selves=wise", 'parameters.selves must be one of naive, sophisticated, got "wise"'),
    ("restaurant", "discount_k=-1", "parameters.discount_k must be 0 or more, got -1"),
    ("odonoghue-rabin", "kind=taxes", 'parameters.kind must be one of costs, rewards, got "taxes"'),
    ("odonoghue-rabin", "beta=2", "parameters.beta must be a probability in [0, 1], got 2"),
    ("krueger-2020", "discount=1.5", "parameters.discount must be a discount in [0, 1], got 3/2"),
    ("button", "episodes=1000000000", "parameters.episodes must be at most 1000, got 1000000000"),
    ("button", "episodes=1/2", "parameters.episodes must be a whole number, 0 or more, got 1/2"),
    ("absent-supervisor", "p_supervised=-0.1", "parameters.p_supervised must be a probability in [0, 1], got -1/10"),
    ("simulation-oversight", "swap=2", "parameters.swap must be a probability in [0, 1], got 2"),
    ("moe-2023", "training.episodes=-1", "parameters.training.episodes must be a whole number, 0 or more, got -1"),
    ("moe-2023", "training.episodes=1000000000", "parameters.training.episodes must be at most 10000, got 1000000000"),
    ("moe-2023", "gradient=3y", 'parameters.gradient must be one of y, 2y, 2c2theta, got "3y"'),
]


@pytest.mark.parametrize(("name", "setting", "said"), WRONG, ids=[f"{name} {given}" for name, given, _ in WRONG])
def test_a_wrong_value_is_one_line_with_its_place(name: str, setting: str, said: str, tmp_path: Path) -> None:
    source = FOLDER / f"{name}.yaml"
    done = invoke("solve", source, "--set", setting)
    parameter, _, value = setting.partition("=")
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines()[0] == f"--set:1:{len(parameter) + 2}: error: {said}"
    path = tmp_path / f"{name}.yaml"
    lines = source.read_text(encoding="utf-8").splitlines()
    row = lines.index(f"  name: {name}") + 1
    path.write_text("\n".join([*lines[:row], "  parameters:", f"    {parameter}: {value}", *lines[row:]]))
    done = invoke("check", path)
    assert done.code == 2
    assert done.err.splitlines()[0] == f"{path}:{row + 2}:{len(parameter) + 7}: error: {said}"


def test_an_unknown_parameter_is_named_with_the_nearest() -> None:
    done = invoke("solve", FOLDER / "moe-2023.yaml", "--set", "training.episode=1")
    assert done.code == 2
    assert "training.episode is no parameter of this scenario (did you mean training.episodes?)" in done.err


@pytest.mark.parametrize(
    "words",
    [
        ("play", "--lifetimes", "3"),
        ("phase", "--x", "discount=0:1", "--y", "episodes=1:4"),
        ("landscape", "--axis", "discount=0:1@3"),
    ],
    ids=lambda words: words[0],
)
def test_commands_for_phased_games_say_so(words: tuple[str, ...], tmp_path: Path) -> None:
    path = FOLDER / "button.yaml"
    out = () if words[0] == "play" else ("--out", tmp_path)
    done = invoke(words[0], path, *words[1:], *out)
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines()[0] == (
        f"{path}:11:9: error: game.name must be a phased game here: "
        'games of other kinds can be solved, run and checked, got "button"'
    )
    assert not list(tmp_path.iterdir())


def test_there_is_nothing_to_verify() -> None:
    done = invoke("verify", FOLDER / "button.yaml")
    assert done.code == 2
    assert "has no claims: there is nothing to verify" in done.err


SMALL = "version: 1\nid: small\ngame:\n  name: button\n"


@pytest.mark.parametrize(
    ("more", "line", "column", "said"),
    [
        ("agents:\n  planner: {}\n", 5, 1, "agents is for phased games only, this one is finite"),
        ("claims:\n  - {id: one, claim: value > 0}\n", 5, 1, "claims is for phased games only, this one is finite"),
        (
            "landscape:\n  axes: {discount: 0 to 1}\n",
            5,
            1,
            "landscape is for phased games only, this one is finite",
        ),
        ("expect:\n  - strategy: NNNNP\n", 6, 5, "expect.0.strategy is for phased games only"),
        ("expect:\n  - with: {discount: 2}\n    fields: {value: 1}\n", 6, 22, "parameters.discount must be a discount"),
        ("expect:\n  - with: {episodes: 2000}\n    fields: {value: 1}\n", 6, 22, "must be at most 1000, got 2000"),
        ("expect:\n  - with: {discuont: 1}\n    fields: {value: 1}\n", 6, 12, "(did you mean discount?)"),
        ("expect:\n  - with: {game.name: two-phase}\n    strategy: BBAAA\n", 6, 11, "makes a phased game"),
    ],
)
def test_sections_and_expectations_that_do_not_fit_are_named(
    tmp_path: Path, more: str, line: int, column: int, said: str
) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL + more)
    done = invoke("check", path)
    assert done.code == 2
    place, _, rest = done.err.splitlines()[0].partition(": error: ")
    assert said in rest
    assert place == f"{path}:{line}:{column}"


def test_a_field_that_the_answer_does_not_have_is_named(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL + "expect:\n  - fields: {vlaue: 1}\n")
    done = invoke("run", path, "--no-report")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"{path}:6:14: error: expect.0.fields.vlaue is no field of this game's answer (did you")


def test_words_of_other_games_are_refused_in_a_phased_game(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL.replace("button", "two-phase") + "expect:\n  - fields: {value: 3}\n")
    done = invoke("check", path)
    assert done.code == 2
    assert done.err.startswith(f"{path}:6:5: error: expect.0.fields is for games that are no phased games")
