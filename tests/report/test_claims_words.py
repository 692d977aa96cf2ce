"""Claims in words: tallies that add up, grounds that say what was done and no more."""

from __future__ import annotations

from dataclasses import replace

import pytest
from claims_to_draw import (
    all_kinds,
    claim,
    contradictory,
    counterexample,
    exhausted,
    held,
    inductive,
    proved,
    refuted,
    remembered,
    says,
    unknown,
    verdict,
)

from deceptive_sim.claims.verdict import Answer, Rung
from deceptive_sim.report import claim_words as words
from deceptive_sim.report.claim_grounds import rests_on


def test_a_tally_counts_what_is_as_expected_and_what_is_not() -> None:
    assert words.tally(all_kinds()) == "7 claims: 3 proved, 1 held, 2 false as expected, 1 unknown."
    assert words.tally(contradictory()) == (
        "9 claims: 3 proved, 1 held, 2 false as expected, 1 unknown, "
        "1 false but should hold, 1 held but should be false."
    )
    assert words.tally([proved()]) == "1 claim: proved."
    assert words.tally([refuted(), remembered()]) == "2 claims: all false as expected."


def test_only_contradictions_raise_the_alarm() -> None:
    assert words.alarm(all_kinds()) == ""
    assert words.alarm(contradictory()) == (
        "2 verdicts contradict their claims: should-hold is false, but should hold; survives is held, "
        "but should be false."
    )
    one = words.alarm([refuted(name="x", holds=True)])
    assert one == "1 verdict contradicts its claim: x is false, but should hold."
    assert words.alarm([refuted(name=f"x{place}", holds=True) for place in range(9)]).endswith("; and 4 more.")


def test_a_proof_of_what_should_be_false_contradicts_as_well() -> None:
    sure = replace(proved(), claim=replace(proved().claim, holds=False))
    assert words.badge(sure) == "proved, but should be false"
    assert words.contradicted([sure, unknown(), held()]) == (sure,)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            proved(),
            ("Proof: for all real p and g, at each n in 1..4 and m in 1..4: 37 plays. Searched as well: 1,240 cases, "
            "seed 0, no counterexample. 311 more cases do not count: no sound game, or an assumption fails."),
        ),
        (
            inductive(),
            ("Proof by induction, for all numbers of episodes: one-step lemmas over n and m, 14 plays. Searched as "
            "well: 1,240 cases, seed 0, no counterexample."),
        ),
        (exhausted(), "Every case there is, one by one: 6 cases."),
        (
            held(),
            ("No counterexample in 1,240 cases, seed 0: 56 at ends of ranges and simple values, 1,000 many at once, "
            "184 by search. 2 cases could not be decided exactly."),
        ),
        (
            refuted(),
            "A counterexample, found among ends of ranges and simple values and checked exactly (12 cases, seed 0).",
        ),
        (
            refuted(rung=Rung.MANY),
            "A counterexample, found among many cases at once and checked exactly (12 cases, seed 0).",
        ),
        (
            refuted(rung=Rung.UNROLLED),
            "A counterexample, found where a proof failed and checked exactly (12 cases, seed 0).",
        ),
        (refuted(rung=Rung.CASE), "The one case that was asked for, decided exactly."),
        (remembered(), "A counterexample found earlier, replayed and checked exactly."),
        (unknown(), "No case counts. 400 cases do not count: no sound game, or an assumption fails."),
        (
            verdict(held().claim, Answer.UNKNOWN, Rung.SEARCH, tries_by_rung={Rung.SEARCH: 3}, excluded=1, undecided=1),
            ("Nothing is settled; decided: 3 cases, seed 0. 1 more case does not count: no sound game, or an "
            "assumption fails. 1 case could not be decided exactly."),
        ),
        (replace(held(), rung=Rung.CASE, undecided=0), "The one case that was asked for."),
        (
            replace(proved(), proof="", tries=1, tries_by_rung={}, excluded=0, seed=7),
            "Proof. Searched as well: 1 case, seed 7, no counterexample.",
        ),
    ],
    ids=lambda value: value.rung if not isinstance(value, str) else "",
)  # fmt: skip
def test_what_a_verdict_rests_on(said, expected: str) -> None:  # type: ignore[no-untyped-def]
    assert rests_on(said) == expected


def test_what_a_claim_ranges_over() -> None:
    assert words.over(held().claim) == (
        "n: 1 to 6; m: 1, 2, 3; p: over 0 up to 1; assuming q < p; assuming g * p * V0 >= 1"
    )
    assert words.ranges(held().claim)[0] == ("n", "training.episodes", "1 to 6")
    assert words.over(claim("x", "", "value > 0", variables=())) == "the game as it stands"
    assert words.variants(inductive().claim) == (
        ("longer", "the same game with n = n + 1"),
        ("honest", "the same game, played by aligned"),
    )


def test_a_path_is_named_once() -> None:
    (variable, *_) = held().claim.variables
    itself = claim("x", "", "value > 0", variables=(replace(variable, name=str(variable.path)),))
    assert words.ranges(itself) == (("training.episodes", "", "1 to 6"),)
    free = claim("x", "", "value > 0", variables=(replace(variable, path=None),))
    assert words.ranges(free) == (("n", "", "1 to 6"),)


def test_a_counterexample_says_each_thing_once() -> None:
    assert words.case_of(counterexample()) == "n = 1, m = 1, p = 1"
    assert dict(words.facts_of(counterexample())) == {"deception_pays": "false", "premium": "0", "strategy": "BA"}
    assert words.case_of(counterexample(case={})) == "the game"


def test_only_what_occurs_is_explained() -> None:
    assert [word for word, _ in words.explained([exhausted()])] == ["proved", "corners", "every case"]
    assert [word for word, _ in words.explained([unknown()])] == ["unknown", "search"]
    everything = [
        verdict(held().claim, answer, rung, tries_by_rung={}) for answer in Answer for rung in Rung
    ]  # every word has a meaning
    assert len(words.explained(everything)) == len(Answer) + len(Rung)


def test_claims_without_english_go_by_their_id() -> None:
    assert words.title_of(claim("some-id", " \n ", "value > 0")) == "some-id"
    assert words.title_of(claim("", "", "value > 0")) == "A claim"


def test_the_picture_is_told_to_those_who_do_not_see_it() -> None:
    told = words.claims_alt(contradictory())
    assert told.startswith("9 claims: 3 proved")
    assert "2 verdicts contradict" in told
    assert "Deception pays exactly when m p > 1, however long training is: proved (unrolled)" in told
    assert words.claims_alt([held()] * 20).endswith("; 8 more.")


def test_texts_are_one_line_without_control_characters() -> None:
    wild = claim("a\x00b", "one\r\ntwo\u202e", "x\n==\t1", assumptions=(says("p\n<\u2066q"),))
    assert words.title_of(wild) == "one two"
    assert words.over(wild).endswith("assuming p < q")
    assert words.cleaned("\ud800x" + "y" * 9_000).startswith("x")
    assert len(words.cleaned("y" * 9_000)) == 4_000
