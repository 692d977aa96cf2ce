"""`verify`: verdicts for people and for programs, exit codes, single cases, memory, folders."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from cli.commands import Done, invoke

from deceptive_sim.scenario.library import shipped_scenarios

GAME = """\
version: 1
id: {id}
title: Some claims
game:
  phases:
    training: {{episodes: 2, modification: {{A: 1, B: 0}}}}
    deployment: {{episodes: 3}}
agents:
  planner: {{objective: mesa}}
  aligned: {{objective: base}}
claims:
"""
TRUE = "  - {id: true-one, text: It pays., given: {m: [2, 3]}, claim: deception_pays}\n"
FALSE = "  - {id: false-one, given: {n: 1 to 2, m: 1 to 2}, claim: deception_pays, holds: false}\n"
WRONG = "  - {id: wrong-one, given: {m: 1 to 2}, claim: deception_pays}\n"
DENIED = "  - {id: denied-one, given: {m: [2, 3]}, claim: deception_pays, holds: false}\n"
EMPTY = "  - {id: empty-one, given: {m: 2 to 3}, assume: m > 5, claim: deception_pays}\n"


def written(folder: Path, *claims: str, name: str = "some") -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(GAME.format(id=name) + "".join(claims))
    return path


def verify(folder: Path, *words: object) -> Done:
    return invoke("verify", *words, "--workers", 1, "--no-proofs", "--tries", 5, "--out", folder / "out")


def answers(folder: Path, *words: object) -> dict[str, Any]:
    done = verify(folder, *words, "--json")
    answer = json.loads(done.out)
    assert answer["command"] == "verify"
    return {**{claim["id"]: claim for claim in answer["claims"]}, "code": done.code, "holds": answer["holds"]}


@pytest.mark.parametrize(
    ("claims", "code", "strict"),
    [
        ([TRUE], 0, 0),
        ([FALSE], 0, 0),
        ([TRUE, FALSE], 0, 0),
        ([WRONG], 1, 1),
        ([DENIED], 1, 1),
        ([TRUE, DENIED, FALSE], 1, 1),
        ([EMPTY], 0, 1),
        ([EMPTY, TRUE], 0, 1),
    ],
)
def test_the_exit_code_says_whether_a_verdict_contradicts_the_file(
    tmp_path: Path, claims: list[str], code: int, strict: int
) -> None:
    path = written(tmp_path, *claims)
    assert verify(tmp_path, path).code == code
    assert verify(tmp_path, path, "--strict").code == strict
    assert answers(tmp_path, path)["holds"] is (code == 0)


def test_verdicts_are_told_in_a_table(tmp_path: Path) -> None:
    done = verify(tmp_path, written(tmp_path, TRUE, FALSE, WRONG, DENIED, EMPTY))
    words = {line.split()[0]: line.split()[1:3] for line in done.out.splitlines() if "-one  " in line}
    assert words == {
        "true-one": ["proved", "yes"],
        "false-one": ["false", "yes"],
        "wrong-one": ["false", "NO"],
        "denied-one": ["proved", "NO"],
        "empty-one": ["unknown", "open"],
    }
    assert done.out.startswith("some: Some claims\n")
    last = "5 claims: 2 proved, 2 false, 1 unknown; contrary to what is expected: wrong-one, denied-one"
    assert done.out.splitlines()[-1] == last


def test_a_counterexample_is_told_with_the_commands_that_show_it(tmp_path: Path) -> None:
    path = written(tmp_path, WRONG)
    out = verify(tmp_path, path).out
    assert "wrong-one is false: deception_pays\n    at m = 1\n    deception_pays is false\n" in out
    commands = [shlex.split(line) for line in out.splitlines() if line.startswith("    deceptive-sim ")]
    assert [words[1] for words in commands] == ["verify", "solve"]
    again = invoke(*commands[0][1:])
    assert again.code == 1
    assert "wrong-one is false: deception_pays\n    at m = 1\n" in again.out
    (pays,) = (
        line for line in invoke(*commands[1][1:]).out.split("aligned")[0].splitlines() if "deception pays" in line
    )
    assert pays.split() == ["deception", "pays", "no"]


def test_the_answer_for_programs(tmp_path: Path) -> None:
    path = written(tmp_path, TRUE, FALSE)
    found = answers(tmp_path, path)
    claim = found["false-one"]
    assert claim["counterexample"]["case"] == {"n": "1", "m": "1"}
    assert claim["counterexample"]["settings"] == {"training.episodes": "1", "deployment.episodes": "1"}
    assert claim["counterexample"]["found"] == {"deception_pays": "false"}
    assert shlex.split(claim["replay"])[:2] == ["deceptive-sim", "verify"]
    assert {"verdict": "false", "expected": False, "as_expected": True}.items() <= claim.items()
    told = found["true-one"]
    assert {"verdict": "proved", "expected": True, "counterexample": None, "replay": None}.items() <= told.items()
    assert {
        "scenario": "some",
        "text": "It pays.",
        "claim": "deception_pays",
        "rung": "exhausted",
    }.items() <= told.items()
    assert told["tries"] == 2
    assert told["tries_by_rung"] == {"exhausted": 2}
    assert told["seconds"] >= 0
    assert {"proof", "reason", "seed", "z3_version", "excluded", "undecided", "replay_games"} <= set(told)


def test_the_replay_of_programs_finds_the_same(tmp_path: Path) -> None:
    path = written(tmp_path, FALSE)
    first = answers(tmp_path, path, "--set", "payoffs.mesa.A=1/2")["false-one"]
    words = shlex.split(first["replay"])[1:]
    assert "payoffs.mesa.A=1/2" in words
    done = invoke(*words, "--json")
    (again,) = json.loads(done.out)["claims"]
    assert again["rung"] == "case"
    assert {key: again[key] for key in ("verdict", "counterexample")} == {
        key: first[key] for key in ("verdict", "counterexample")
    }


def test_only_some_claims_are_verified(tmp_path: Path) -> None:
    path = written(tmp_path, TRUE, FALSE, WRONG)
    assert set(answers(tmp_path, path, "--only", "true-one", "--only", "false-one")) == {
        "true-one",
        "false-one",
        "code",
        "holds",
    }
    done = verify(tmp_path, path, "--only", "tru-one")
    assert done.code == 2
    assert "did you mean true-one?" in done.err


@pytest.mark.parametrize(
    ("values", "code", "said"),
    [
        (["n=1", "m=1"], 0, "false-one is false"),
        (["n=1", "m=2"], 0, "false-one is held: true in this case: deception_pays is true"),
        (["training.episodes=1", "m=2"], 0, "deception_pays is true"),
        (["n=1", "m=9"], 0, "m is outside what is given"),
        (["n=1/2", "m=1"], 0, "n is outside what is given"),
        (["n=1"], 2, "m must have a value"),
        (["n=1", "m=1", "k=1"], 2, "k is no variable of claim false-one"),
        (["n=1", "m=x"], 2, "m must be a number"),
        (["n=1", "m=1", "m=2"], 2, "must give each variable once"),
        (["n=1", "m=1", "deployment.episodes=2"], 2, "m is the same"),
        (["n"], 2, "must be name=value"),
        (["=1"], 2, "must be name=value"),
        (["n=1", "m=1e999"], 2, "m must be 0 or between"),
    ],
)
def test_one_case_can_be_asked_for(tmp_path: Path, values: list[str], code: int, said: str) -> None:
    path = written(tmp_path, TRUE, FALSE)
    words = [word for value in values for word in ("--at", value)]
    done = verify(tmp_path, path, "--only", "false-one", *words)
    assert done.code == code, done
    assert said in done.out + done.err
    assert not (tmp_path / "out").exists()


def test_one_case_is_of_one_claim(tmp_path: Path) -> None:
    done = verify(tmp_path, written(tmp_path, TRUE, FALSE), "--at", "m=1")
    assert done.code == 2
    assert "--at is about one claim, here are 2 (name it by --only ID)" in done.err


def test_a_case_outside_an_assumption_does_not_count(tmp_path: Path) -> None:
    done = verify(tmp_path, written(tmp_path, EMPTY), "--at", "m=2", "--strict")
    assert done.code == 1
    assert "it is assumed that m > 5" in done.out


# --- memory ----------------------------------------------------------------------------------------------------------


def kept(folder: Path) -> Path:
    return folder / "out" / "some" / "counterexamples.json"


def test_a_counterexample_is_tried_first_the_next_time(tmp_path: Path) -> None:
    path = written(tmp_path, FALSE, TRUE)
    assert answers(tmp_path, path)["false-one"]["rung"] != "memory"
    before = kept(tmp_path).read_bytes()
    assert answers(tmp_path, path)["false-one"]["rung"] == "memory"
    assert kept(tmp_path).read_bytes() == before
    assert answers(tmp_path, path, "--forget")["false-one"]["rung"] != "memory"
    assert answers(tmp_path, path)["false-one"]["rung"] == "memory"


def test_nothing_is_written_where_nothing_is_false(tmp_path: Path) -> None:
    verify(tmp_path, written(tmp_path, TRUE))
    assert not (tmp_path / "out").exists()


def test_what_is_no_counterexample_any_more_is_dropped(tmp_path: Path) -> None:
    verify(tmp_path, written(tmp_path, WRONG, FALSE))
    assert set(json.loads(kept(tmp_path).read_text())["counterexamples"]) == {"wrong-one", "false-one"}
    path = written(tmp_path, WRONG, FALSE)
    found = answers(tmp_path, path, "--set", "training.modification.B=1", "--set", "payoffs.mesa.B=5")
    assert found["wrong-one"]["verdict"] == "false"  # B is what it wants: nobody defects
    path.write_text(path.read_text().replace("A: 1, B: 0}}", "A: 1, B: 0}, payoffs: {mesa: {A: 1/8}}}"))
    assert answers(tmp_path, path)["wrong-one"]["verdict"] == "proved"
    assert set(json.loads(kept(tmp_path).read_text())["counterexamples"]) == set()


def test_a_claim_that_says_something_else_starts_afresh(tmp_path: Path) -> None:
    verify(tmp_path, written(tmp_path, FALSE))
    changed = written(tmp_path, FALSE.replace("claim: deception_pays", "claim: not deception_pays"))
    assert answers(tmp_path, changed)["false-one"]["rung"] != "memory"
    renamed = written(tmp_path, FALSE.replace("claim: deception", "text: x, claim: deception"))
    verify(tmp_path, renamed)
    assert answers(tmp_path, written(tmp_path, FALSE))["false-one"]["rung"] == "memory"


def test_claims_that_are_not_asked_about_keep_their_counterexamples(tmp_path: Path) -> None:
    path = written(tmp_path, FALSE, WRONG)
    verify(tmp_path, path)
    verify(tmp_path, path, "--only", "wrong-one")
    assert set(json.loads(kept(tmp_path).read_text())["counterexamples"]) == {"wrong-one", "false-one"}


DAMAGED = {
    "empty": b"",
    "no json": b"{",
    "no text": b"\xff\xfe\x00",
    "a list": b"[]",
    "foreign": b'{"format": "other"}',
    "no entries": b'{"format": "deceptive-sim-counterexamples-1"}',
    "no case": b'{"format": "deceptive-sim-counterexamples-1", "counterexamples": {"false-one": {"says": "x"}}}',
    "no number": b'{"format": "deceptive-sim-counterexamples-1", "counterexamples": {"false-one": {"says": "x", "case": {"n": "z"}}}}',  # noqa: E501
    "a float": b'{"format": "deceptive-sim-counterexamples-1", "counterexamples": {"false-one": {"says": "x", "case": {"n": 1.5}}}}',  # noqa: E501
    "deep": b"[" * 100_000,
    "digits": b'{"format": ' + b"9" * 10_000 + b"}",
}


@pytest.mark.slow
@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_memory_is_noted_and_kept_aside(tmp_path: Path, content: bytes) -> None:
    kept(tmp_path).parent.mkdir(parents=True)
    kept(tmp_path).write_bytes(content)
    done = verify(tmp_path, written(tmp_path, FALSE))
    assert done.code == 0
    assert f"note: {kept(tmp_path)} is not read: " in done.err
    aside = kept(tmp_path).with_name("counterexamples.unreadable-1.json")
    assert f"note: it is now {aside}" in done.err
    assert aside.read_bytes() == content
    assert answers(tmp_path, written(tmp_path, FALSE))["false-one"]["rung"] == "memory"


def test_a_damaged_memory_stays_if_there_is_nothing_to_keep(tmp_path: Path) -> None:
    kept(tmp_path).parent.mkdir(parents=True)
    kept(tmp_path).write_bytes(b"{")
    assert "is not read" in verify(tmp_path, written(tmp_path, TRUE)).err
    assert kept(tmp_path).read_bytes() == b"{"


def test_cases_of_other_variables_are_passed_over(tmp_path: Path) -> None:
    path = written(tmp_path, FALSE)
    verify(tmp_path, path)
    kept(tmp_path).write_text(kept(tmp_path).read_text().replace('"n"', '"k"'))
    found = answers(tmp_path, path)
    assert found["false-one"]["verdict"] == "false"
    assert found["false-one"]["rung"] != "memory"


def test_verdicts_are_told_even_if_nothing_can_be_kept(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file where a folder should be")
    done = verify(tmp_path, written(tmp_path, FALSE))
    assert done.code == 0
    assert "counterexamples are not kept" in done.err
    assert "false-one" in done.out


# --- files and folders -----------------------------------------------------------------------------------------------


def test_a_folder_means_its_files_with_claims(tmp_path: Path) -> None:
    inner = tmp_path / "files" / "inner"
    inner.mkdir(parents=True)
    written(tmp_path / "files", TRUE, name="one")
    written(inner, FALSE, name="two")
    (tmp_path / "files" / "plain.yaml").write_text(GAME.format(id="plain").removesuffix("claims:\n"))
    (tmp_path / "files" / "other.yml").write_text("- a list\n")
    (tmp_path / "files" / "notes.txt").write_text("no scenario: {{\n")
    answer = json.loads(verify(tmp_path, tmp_path / "files", "--json").out)
    assert [(claim["scenario"], claim["id"]) for claim in answer["claims"]] == [
        ("two", "false-one"),
        ("one", "true-one"),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["claims", "scenarios/claims", "scenarios/claims/"])
def test_the_shipped_claims_are_a_folder_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    shipped = [id_ for id_ in shipped_scenarios() if id_.startswith("claims/")]
    if not shipped:
        pytest.skip("no claims ship yet")
    done = verify(tmp_path, name, "--only", "no-such-claim")
    assert done.code == 2
    assert "--only must be the id of a claim" in done.err


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("two-plus-three", "two-plus-three has no claims: there is nothing to verify"),
        ("nowhere", "nowhere is neither a file nor a scenario that ships"),
        ("empty", "must hold at least one scenario file with claims"),
    ],
)
def test_where_there_is_nothing_to_verify_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str, said: str
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    done = verify(tmp_path, word)
    assert done.code == 2
    assert said in done.err


def test_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    one = written(tmp_path, "  - {id: a, claim: foo > 0}\n", name="one")
    two = written(tmp_path, "  - {id: a, claim: bar > 0}\n", name="two")
    done = verify(tmp_path, one, two)
    assert done.code == 2
    assert done.err.count("has a name that stands for nothing") == 2


def test_two_files_of_one_id_are_refused(tmp_path: Path) -> None:
    one = written(tmp_path, TRUE)
    (tmp_path / "b").mkdir()
    two = written(tmp_path / "b", TRUE)
    assert "id must differ from that of" in verify(tmp_path, one, two).err
    assert verify(tmp_path, one, one).code == 0


def test_a_claim_that_speaks_of_what_a_case_lacks_is_placed_in_its_file(tmp_path: Path) -> None:
    path = written(tmp_path, "  - {id: a, given: {n: 0 to 2}, claim: premium > 0}\n")
    done = verify(tmp_path, path)
    assert done.code == 2
    assert done.err.startswith(f"{path}:12:")
    assert "there is no premium without a training episode" in done.err


# --- other commands --------------------------------------------------------------------------------------------------


def test_run_verifies_claims(tmp_path: Path) -> None:
    path = written(tmp_path, TRUE, WRONG)
    words = ("run", path, "--no-report", "--no-proofs", "--workers", 1)
    done = invoke(*words)
    assert done.code == 1
    assert "2 claims: 1 proved, 1 false; contrary to what is expected: wrong-one" in done.out
    assert "false: wrong-one: deception_pays, at m = 1" in done.out
    answer = json.loads(invoke(*words, "--json").out)
    assert [claim["verdict"] for claim in answer["claims"]] == ["proved", "false"]
    assert answer["holds"] is False


@pytest.mark.slow
def test_reports_keep_counterexamples_too(tmp_path: Path) -> None:
    path = written(tmp_path, FALSE)
    words = ("run", path, "--no-proofs", "--workers", 1, "--out", tmp_path / "out", "--json")
    first, second = (json.loads(invoke(*words).out)["claims"][0] for _ in range(2))
    assert first["rung"] != "memory"
    assert second["rung"] == "memory"


def test_run_says_nothing_of_claims_where_there_are_none() -> None:
    assert "claims" not in json.loads(invoke("run", "two-plus-three", "--no-report", "--json").out)


def test_list_names_claims_and_words() -> None:
    words = {entry["id"]: entry["title"] for entry in json.loads(invoke("list", "words", "--json").out)["words"]}
    assert {"premium", "deception_pays", "iff", "floor", "value_of"} <= set(words)
    assert invoke("list", "claims").code == 0


@pytest.mark.slow
def test_verdicts_do_not_depend_on_how_many_work(tmp_path: Path) -> None:
    path = written(tmp_path, TRUE, FALSE, WRONG, "  - {id: d, given: {p: over 0 up to 1}, claim: value > 0}\n")
    told = []
    for workers in (1, 3):
        done = invoke("verify", path, "--workers", workers, "--tries", 30, "--out", tmp_path / str(workers), "--json")
        claims = json.loads(done.out)["claims"]
        told.append([{key: value for key, value in claim.items() if key != "seconds"} for claim in claims])
    assert told[0] == told[1]
