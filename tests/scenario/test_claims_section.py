"""The `claims:` section: what may stand in it, and what is said, and where, about what may not.

In the texts below ^ marks the place that the error must point at; it is taken out before the text is read.
"""
# ruff: noqa: E501 - tables: a text and what is said about it, one line each

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from cli.commands import invoke

from deceptive_sim.core.errors import InputError
from deceptive_sim.scenario.load import load_scenario
from deceptive_sim.scenario.paths import resolve
from deceptive_sim.studies.claim_reading import claims_of
from deceptive_sim.studies.run import examine, examine_claims

GAME = """\
version: 1
id: small
game:
  phases:
    training: {episodes: 2, modification: {A: 1, B: 0}}
    deployment: {episodes: 3}
agents:
  planner: {objective: mesa}
  aligned: {objective: base}
"""

FULL = (
    GAME
    + """\
claims:
  - id: everything
    text: All that can be said.
    names: {V0: deployment_value, late: deployment.episodes, two: 2}
    given:
      n: 1 to 3
      late: [1, 2, 3]
      training.modification.A: over 0 up to 1
      discount: 1/2
      x: (0, 1]
    assume: q < training.modification.A
    also:
      longer: {n: n + 1}
      honest: {agent: aligned, late: 3}
    agent: planner
    claim: >-
      premium > 0 and V0 > 1 implies
      longer.value >= value - x * two or honest.regime == "compliant"
    holds: false
    lemmas: [value >= 0, V0 >= 1]
    evidence: Somewhere.
"""
)


def written(folder: Path, text: str) -> Path:
    path = folder / "a.yaml"
    path.write_text(text, encoding="utf-8", newline="")
    return path


def test_everything_that_can_be_said_is_read(tmp_path: Path) -> None:
    scenario = load_scenario(written(tmp_path, FULL))
    (bound,) = claims_of(scenario)
    claim = bound.claim
    assert (claim.id, claim.text, claim.holds, claim.agent) == ("everything", "All that can be said.", False, "planner")
    assert dict(bound.paths) == {
        "n": "training.episodes",
        "late": "deployment.episodes",
        "training.modification.A": "training.modification.A",
        "discount": "discount",
        "x": None,
    }
    domains = {variable.name: variable.domain for variable in claim.variables}
    assert domains["late"].values == (1, 2, 3)
    assert domains["n"].whole
    assert (domains["x"].low, domains["x"].low_open, domains["x"].high_open) == (0, True, False)
    assert domains["discount"].values == (Fraction(1, 2),)
    assert bound.variants["honest"].agent == "aligned"
    assert set(bound.variants["longer"].settings) == {"training.episodes"}
    assert len(bound.assumptions) == 1
    assert len(bound.lemmas) == 2
    assert claim.evidence == "Somewhere."


def test_a_claim_may_be_a_line(tmp_path: Path) -> None:
    (bound,) = claims_of(load_scenario(written(tmp_path, GAME + "claims: [{id: short, claim: deception_pays}]\n")))
    assert bound.claim.holds
    assert bound.claim.variables == ()


def check(path: Path, *settings: str) -> list[str]:
    """Every problem that `check` names, as `line:column: sentence`."""
    done = invoke("check", path, *(word for text in settings for word in ("--set", text)))
    assert done.code == 2, done
    heads = [line for line in done.err.splitlines() if ": error: " in line or line.startswith("error: ")]
    assert heads, done.err
    return [head.removeprefix(f"{path}:").replace(" error: ", " ", 1) for head in heads]


BROKEN = [
    ("claims: ^{}", "claims must be a list, got an empty mapping"),
    ("claims: ^no", 'claims must be a list, got "no"'),
    ("^claims:", "claims must have a value, got nothing"),
    ("claims: [^5]", "claims.0 must be a mapping, got 5"),
    ("claims: [^{id: a}]", "claims.0.claim is required"),
    ("claims: [^{claim: premium > 0}]", "claims.0.id is required"),
    ("claims: [{id: ^a b, claim: premium > 0}]", 'claims.0.id must start with a letter and go on with letters, digits, _ or - (64 at most), got "a b"'),
    ("claims: [{id: ^5, claim: premium > 0}]", "claims.0.id must be text: put it in quotes, got 5"),
    ("claims: [{id: a, claim: ^[premium]}]", "claims.0.claim must be text, got a list of 1"),
    ("claims: [{id: a, ^claim: }]", "claims.0.claim must have a value, got nothing"),
    ("claims: [{id: a, claim: ^\"\"}]", 'claims.0.claim must have at least 1 entry, got ""'),
    ("claims: [{id: a, claim: premium > 0, ^asume: q < p}]", "claims.0.asume is not a key that is known here (did you mean assume?)"),
    ("claims: [{id: a, claim: premium > 0, holds: ^maybe}]", 'claims.0.holds must be true or false, got "maybe"'),
    ("claims: [{id: a, claim: premium > 0, given: {^p q: 1}}]", "claims.0.given.p q is not a good name: it must be names joined by dots, such as training.modification.A"),
    ("claims: [{id: a, claim: premium > 0, given: {p: ^{from: 1}}}]", "claims.0.given.p must be a range such as 1 to 6 or over 0 up to 1, a number, or a list of numbers, got a mapping of 1"),
    ("claims: [{id: a, claim: premium > 0, given: {p: ^[]}}]", "claims.0.given.p must have at least one number, got an empty list"),
    ("claims: [{id: a, claim: premium > 0, given: {p: ^true}}]", "claims.0.given.p must be a range such as 1 to 6 or over 0 up to 1, a number, or a list of numbers, got true"),
    ("claims: [{id: a, claim: premium > 0, also: {^1x: {n: 2}}}]", "claims.0.also.1x is not a good name: it must start with a letter and go on with letters, digits, _ or - (64 at most)"),
    ("claims: [{id: a, claim: premium > 0, also: {x: ^n}}]", 'claims.0.also.x must be a mapping, got "n"'),
    ("claims: [{id: a, claim: premium > 0}, {id: ^a, claim: value > 0}]", 'claims.1.id must be the id of one claim only, it is that of claims.0 already, got "a"'),
    ("claims: [{id: a, claim: ^foo > 0}]", 'claims.a.claim has a name that stands for nothing, got "foo" (did you mean floor?)'),
    ("claims: [{id: a, claim: value > 0, agent: ^nobody}]", 'claims.a.agent must be one of the scenario\'s agents, got "nobody" (one of planner, aligned)'),
    ("claims: [{id: a, claim: x.value > 0, also: {x: {agent: ^alined}}}]", 'claims.a.also.x.agent must be one of the scenario\'s agents, got "alined" (did you mean aligned?)'),
    ("claims: [{id: a, claim: value > 0, given: {^trainig.episodes: 1 to 3}}]", "claims.a.given.trainig.episodes is no parameter of this scenario (did you mean training.episodes?)"),
    ("claims: [{id: a, claim: value > 0, given: {n: ^3 to 1}}]", 'claims.a.given.n must range from the lower number to the higher, got "3 and 1"'),
    ("claims: [{id: a, claim: value > 0, assume: [q < p, p ^= 1]}]", "claims.a.assume.1 cannot have = here (did you mean ==?)"),
    ("claims: [{id: a, claim: value > 0, assume: q ^% p}]", "claims.a.assume.0 cannot have % here (write a - b * floor(a / b))"),
]  # fmt: skip


@pytest.mark.parametrize(("section", "sentence"), BROKEN)
def test_what_is_wrong_with_a_claim_is_said_where_it_stands(tmp_path: Path, section: str, sentence: str) -> None:
    before, after = section.split("^")
    text = GAME + before + after + "\n"
    place = f"{10 + before.count(chr(10))}:{len(before.rpartition(chr(10))[2]) + 1}"
    assert check(written(tmp_path, text)) == [f"{place}: {sentence}"]


FOLDED = [
    "claim: >-\n      premium > 0 and\n      value > ^foo",
    "claim: |\n      premium > 0 and\n\n      (value >\n         ^foo)",
    "claim: >-  # as the paper has it\n      ^foo > 0",
    "claim: premium > 0 and\n      ^foo > 0",
    "claim: 'premium > 0 and\n      ^foo > 0'",
    'claim: "^foo > 0"',
    "claim:\n      ^foo > 0",
    "claim:   ^foo > 0   # a comment",
    'claim: regime == "mixed" and ^foo > 0',
    "claim: premium > 0\n    assume:\n      - q <\n          ^foo",
    "claim: premium > 0\n    names: {x: 1 + ^foo}",
    "claim: x.value > 0\n    also: {x: {training.modification.A: 1 + ^foo}}",
]


@pytest.mark.parametrize("claim", FOLDED)
def test_a_place_in_an_expression_is_found_however_the_file_breaks_its_lines(tmp_path: Path, claim: str) -> None:
    text = GAME + f"claims:\n  - id: a\n    {claim}\n"
    before, after = text.split("^")
    place = f"{before.count(chr(10)) + 1}:{len(before.rpartition(chr(10))[2]) + 1}:"
    (problem,) = check(written(tmp_path, before + after))
    assert problem.startswith(place), problem
    assert "stands for nothing" in problem


@pytest.mark.parametrize("escape", ["\\u0020", "\\n", "\\t"])
def test_an_expression_with_escapes_is_placed_where_it_begins(tmp_path: Path, escape: str) -> None:
    (problem,) = check(written(tmp_path, GAME + f'claims:\n  - {{id: a, claim: "premium{escape}> foo"}}\n'))
    assert problem.startswith("11:20: claims.a.claim has a name that stands for nothing")


def test_all_mistakes_of_all_claims_are_told_at_once(tmp_path: Path) -> None:
    claims = "".join(f"  - {{id: c{k}, claim: value > foo{k}, assume: q < bar{k}}}\n" for k in range(8))
    problems = check(written(tmp_path, GAME + "claims:\n" + claims))
    assert [problem.split(":")[0] for problem in problems] == [str(11 + k // 2) for k in range(16)]


def test_mistakes_of_the_game_and_of_claims_are_told_together(tmp_path: Path) -> None:
    text = GAME + "expect: [{agent: nobody}]\nclaims: [{id: a, claim: foo > 0}]\n"
    assert [problem.split(":")[0] for problem in check(written(tmp_path, text))] == ["10", "11"]


def test_settings_of_claims_are_checked_too(tmp_path: Path) -> None:
    path = written(tmp_path, FULL)
    said = "claims.everything.claim has a name that stands for nothing"
    (problem,) = check(path, "claims.0.claim=premium > foo")
    assert problem.startswith(f"--set:1:26: {said}")


def test_domains_can_be_set_by_path(tmp_path: Path) -> None:
    path = written(tmp_path, FULL)
    scenario = load_scenario(path, ["claims.0.given.n=2 to 4", "claims.0.given.training.modification.A=1/2"])
    assert scenario.claims[0].given["n"] == "2 to 4"
    assert scenario.claims[0].given["training.modification.A"] == "1/2"
    place = ("claims", 0, "given", "training.modification.A")
    assert resolve(scenario.document.data, "claims.0.given.training.modification.A") == place


def test_solving_and_sweeping_go_on_whatever_is_claimed(tmp_path: Path) -> None:
    path = written(tmp_path, GAME + "claims: [{id: a, claim: foo > 0}]\n")
    scenario = load_scenario(path)
    examine(scenario)
    assert invoke("solve", path).code == 0
    assert scenario.measuring("planner").claims == ()
    with pytest.raises(InputError):
        examine_claims(scenario)


def test_the_digest_covers_claims_but_not_their_absence(tmp_path: Path) -> None:
    plain, claimed, other = (
        load_scenario(written(tmp_path, text)).digest()
        for text in (GAME, FULL, FULL.replace("longer.value >=", "longer.value >"))
    )
    assert len({plain, claimed, other}) == 3
    assert "claims" not in load_scenario(written(tmp_path, GAME)).resolved()


def test_the_resolved_claims_are_those_of_the_file(tmp_path: Path) -> None:
    resolved = load_scenario(written(tmp_path, FULL)).resolved()
    again = load_scenario(written(tmp_path, json.dumps(resolved, indent=1).replace('"1"', "1", 1)))
    assert again.claims == load_scenario(written(tmp_path, FULL)).claims


VALUES = ["", "5", "-1", "true", "null", "[]", "{}", "[1, a]", "{a: b}", "n", "n +", '"x', "1 to", "over", "to 3", "(((", "a.b.c", "agent",
          "~", "'\\'", "1e999", "0x1f", "1/0", "p: q", "- 1", "é", "\u202e", "lambda: 0", "__import__('os')", "9**9**9", "x" * 5000, "!!python/object x",
          "judged_by(base)", "value_of(\"BBQ\")", "longer.value", "n.episodes", "`a-b", "1 to 2 to 3", "any number", "from 5 below 5", "{n: {m: {p: 1}}}"]  # fmt: skip
KEYS = ["id", "text", "names", "given", "assume", "also", "agent", "claim", "holds", "lemmas", "evidence", "zzz"]


def attacks(seed: int, count: int) -> Iterator[str]:
    rng = random.Random(seed)
    for _ in range(count):
        lines = ["claims:"]
        for k in range(rng.randint(1, 3)):
            entries = {"id": f"c{k}", "claim": "premium > 0", "given": "{n: 1 to 3}", "also": "{longer: {n: n + 1}}"}
            for _ in range(rng.randint(1, 3)):
                key, value = rng.choice(KEYS), rng.choice(VALUES)
                if key in {"given", "names", "also"} and rng.random() < 0.8:
                    inner = rng.choice(
                        ["n", "p", "foo", "training.episodes", "longer", "premium", "a b", "value", "discount", "not"]
                    )
                    value = f"{{{inner}: {value}}}" if key != "also" else f"{{{inner}: {{n: {value}}}}}"
                entries[key] = value
            lines += [
                f"  {'- ' if place == 0 else '  '}{key}: {value}" for place, (key, value) in enumerate(entries.items())
            ]
        yield GAME + "\n".join(lines) + "\n"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_no_broken_section_ends_in_anything_but_clear_lines(tmp_path: Path, seed: int) -> None:
    sound = 0
    for text in attacks(seed, 60):
        path = written(tmp_path, text)
        try:
            examine_claims(load_scenario(path))
            sound += 1
        except InputError as error:
            for problem in error.problems:
                assert problem.position is not None, (problem, text)
                assert problem.position.file == str(path), (problem, text)
                assert 1 <= problem.position.line <= text.count("\n") + 1
                assert len(problem.text()) < 2500
    assert sound < 40
