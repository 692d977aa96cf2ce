"""Claims on the page and in files: complete, in order, stable to the byte, and only text whatever they say."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from claims_to_draw import (
    ONE_TO_SIX,
    all_kinds,
    claim,
    claims_result,
    contradictory,
    counterexample,
    held,
    proved,
    refuted,
    says,
    verdict,
)
from report_games import ALL, seed_result
from test_report_files import HOSTILE, Page, page_of

from deceptive_sim.claims.claim import Variable, Variant
from deceptive_sim.claims.verdict import Answer, Rung, Verdict
from deceptive_sim.report import write_report
from deceptive_sim.report.claim_blocks import pieces, strip
from deceptive_sim.report.claims_csv import claims_csv
from deceptive_sim.report.page import page_html
from deceptive_sim.studies.result import RunResult


def blocks(text: str) -> list[str]:
    """What each block of the page says, without tags, on one line."""
    found = re.findall(r"<article class=\"claim.*?</article>", text, flags=re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", block).split()) for block in found]


def written(*verdicts: Verdict) -> str:
    """The page about some verdicts, without figures."""
    return page_html(claims_result(*verdicts), {})


def test_a_block_says_everything_in_order() -> None:
    first, second, third, *_ = blocks(written())
    assert first == (
        "Deception pays exactly when m p &gt; 1, however long training is. proved deception_pays iff m * p &gt; 1 "
        "for all n 1 to 6 (training.episodes) m 1, 2, 3 (deployment.episodes) p over 0 up to 1 "
        "(training.modification.A) rests on Proof: for all real p and g, at each n in 1..4 and m in 1..4: 37 plays. "
        "Searched as well: 1,240 cases, seed 0, no counterexample. 311 more cases do not count: no sound game, or an "
        "assumption fails. evidence Statement 3 of docs/model.md. pays-iff-mp-above-one"
    )
    assert "where V0 is deployment_value longer is the same game with n = n + 1" in second
    assert "with q &lt; p with g * p * V0 &gt;= 1" in third
    assert "left open No proof was tried: logarithms have no polynomial form." in third


def test_reasons_are_sentences() -> None:
    reasons = {"no proof was asked for": "No proof was asked for.", "z3: enough.": "Z3: enough.", "": "evidence"}
    for reason, told in reasons.items():
        (block,) = blocks(written(replace(held(), reason=reason)))
        assert told in block
        assert ("left open" in block) is bool(reason)


def test_who_plays_is_said_if_the_claim_says_it() -> None:
    named = replace(held(), claim=replace(held().claim, agent="always-defects"))
    (block,) = blocks(written(named))
    assert "the agent is Always defects" in block
    assert "the agent is" not in blocks(written(held()))[0]


def test_a_counterexample_is_a_table_with_its_command() -> None:
    text = written(proved(), refuted())
    page = Page(text)
    assert page.tables["counterexample-2"] == [
        ["n", "1"], ["m", "1"], ["p", "1"], ["deception_pays", "false"], ["premium", "0"], ["strategy", "BA"],
    ]  # fmt: skip
    assert "counterexample-1" not in page.tables
    (command,) = re.findall(r'<pre class="copy" tabindex="0"><code>(.*?)</code></pre>', text, flags=re.DOTALL)
    assert re.sub(r"<[^>]*>", "", command) == refuted().counterexample.replay[0]  # type: ignore[union-attr]


def test_commands_break_between_options_only() -> None:
    assert pieces("deceptive-sim solve a.yaml --set a=1 --set 'b c'=2") == [
        "deceptive-sim solve a.yaml", "--set a=1", "--set 'b c'=2",
    ]  # fmt: skip


def test_strategies_of_counterexamples_are_shown_episode_by_episode() -> None:
    result = seed_result()
    found = counterexample(settings={"training.episodes": Fraction(2), "deployment.episodes": Fraction(1)})
    cells = strip(result, found, "BBA")
    assert [(cell.letter, cell.defects, cell.turns) for cell in cells] == [
        ("B", False, False), ("B", False, False), ("A", True, True),
    ]  # fmt: skip
    assert not any(cell.turns for cell in strip(result, found, "BBAA")), "of another game: no place is known"
    assert not strip(result, found, "")
    assert not strip(result, found, "false")
    assert not strip(result, found, "A" * 41)
    huge = counterexample(settings={"training.episodes": Fraction(10**12)})
    assert not any(cell.turns for cell in strip(result, huge, "BBA"))


@pytest.mark.slow
def test_the_tally_stands_right_below_the_finding(tmp_path: Path) -> None:
    page = page_of(claims_result(figures=ALL), tmp_path)
    body = page.text[page.text.index("@media print") :]
    order = ["Deception pays: the best strategy", "7 claims: 3 proved", "Agents", "Claims", "What these verdicts mean",
             "Who gets what", "The game"]  # fmt: skip
    places = [body.index(piece) for piece in order]
    assert places == sorted(places)
    assert "alarm" not in [attributes.get("id") for _, attributes in page.tags]
    figures = [attributes["id"] for tag, attributes in page.tags if tag == "figure"]
    assert figures == ["figure-strategies", "figure-claims", "figure-values", "figure-actions"]


def test_a_contradiction_is_loud() -> None:
    text = written(*contradictory())
    (alarm,) = re.findall(r'<p class="alarm" id="alarm" role="alert">(.*?)</p>', text)
    assert alarm.startswith("2 verdicts contradict their claims: should-hold is false")
    classes = re.findall(r'<article class="claim ([a-z ]+)"', text)
    assert classes.count("false against") == 1
    assert classes.count("held against") == 1
    assert len(classes) == 9
    assert "false, but should hold" in blocks(text)[-2]


def test_links_go_to_the_blocks() -> None:
    odd = verdict(claim("an id with <blanks>", "", "value > 0"), Answer.HELD, Rung.SEARCH)
    page = Page(written(proved(), odd))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(set(ids)) == len(ids)
    links = [attributes["href"] for tag, attributes in page.tags if tag == "a"]
    assert links == ["#claims", "#claim-pays-iff-mp-above-one", "#claim-2"]
    assert {str(link)[1:] for link in links} <= set(ids)


def test_pages_without_claims_are_as_they_were(tmp_path: Path) -> None:
    text = write_report(seed_result(figures=()), tmp_path)[0].read_text(encoding="utf-8")
    assert "claim" not in text
    assert not (tmp_path / "claims.csv").exists()
    assert "claims" not in json.loads((tmp_path / "run.json").read_text())


def test_every_mark_has_its_own_shape_on_the_page() -> None:
    text = written()
    drawn = re.findall(r'<p class="badge"><svg class="mark"[^>]*>(.*?)</svg>\s*([^<]*)</p>', text, flags=re.DOTALL)
    shapes = {word.strip(): shape for shape, word in drawn}
    assert set(shapes) == {"proved", "held", "false, as expected", "unknown"}
    assert len(set(shapes.values())) == 4


# --- hostile ---------------------------------------------------------------------------------------------------------


def hostile() -> RunResult:
    long, bell = "endless" * 500, HOSTILE + "\x00\x07\ud800"
    wild = claim(
        HOSTILE, bell + long, bell * 3,
        evidence=bell,
        agent=HOSTILE,
        assumptions=(says(bell), says(long)),
        definitions={HOSTILE: says(bell)},
        variants={HOSTILE: Variant(settings={HOSTILE: says(bell)}, agent=HOSTILE)},
        variables=(Variable(name=long, path=HOSTILE, domain=ONE_TO_SIX),),
    )  # fmt: skip
    found = counterexample(case={HOSTILE: Fraction(10**5000 + 1, 3)}, found={bell: bell, "value": "9" * 9_000},
                           replay=(bell, long))  # fmt: skip
    return claims_result(
        verdict(wild, Answer.FALSE, Rung.SEARCH, counterexample=found),
        verdict(wild, Answer.HELD, Rung.SEARCH, reason=bell + long),
        verdict(wild, Answer.PROVED, Rung.UNROLLED, proof=bell + long, tries=10**30, tries_by_rung={Rung.MANY: 10**30}),
    )


@pytest.mark.slow
def test_hostile_claims_are_only_text(tmp_path: Path) -> None:
    paths = write_report(hostile(), tmp_path)
    assert all(path.stat().st_size < 1_000_000 for path in paths), "and nothing grows without end"
    page, clean = Page(paths[0].read_text(encoding="utf-8")), page_of(claims_result(), tmp_path / "clean")
    assert {tag for tag, _ in page.tags} <= {tag for tag, _ in clean.tags}
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert "{{ 7*7 }}" in page.text
    assert "<script>alert(1)</script>" in page.text
    assert not set("\x00\x07\u202e\ud800") & set(page.text)
    for tag, attributes in page.tags:
        if "href" in attributes:
            assert str(attributes["href"]).startswith("#"), tag
    assert "$x^2$" in (tmp_path / "claims.csv").read_text(encoding="utf-8")
    record = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert record["claims"][0]["evidence"] == HOSTILE + "\x00\x07\ud800", "exactly as it was"


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_same_verdicts_give_the_same_bytes(tmp_path: Path) -> None:
    later = tuple(replace(verdict, seconds=99.25, z3_version="5.6.7") for verdict in all_kinds())
    first = write_report(claims_result(), tmp_path / "1", figures="png")
    second = write_report(claims_result(*later), tmp_path / "2", figures="png")
    assert [path.name for path in first] == [
        "report.html", "results.csv", "run.json", "claims.csv", "claims.png",
    ]  # fmt: skip
    for one, other in zip(first, second, strict=True):
        if one.name != "run.json":
            assert one.read_bytes() == other.read_bytes(), one.name
            assert b"4.13.0" not in one.read_bytes()


def test_csv_has_a_row_for_every_claim() -> None:
    rows = list(csv.DictReader(io.StringIO(claims_csv(contradictory()))))
    assert [row["id"] for row in rows] == [verdict.claim.id for verdict in contradictory()]
    sure, false, unknown = rows[0], rows[4], rows[6]
    assert (sure["verdict"], sure["rung"], sure["expected"], sure["as_expected"]) == (
        "proved", "unrolled", "true", "true",
    )  # fmt: skip
    assert (sure["tries"], sure["tries.many"], sure["tries.memory"], sure["excluded"]) == ("1240", "1000", "", "311")
    assert sure["over"] == "n: 1 to 6; m: 1, 2, 3; p: over 0 up to 1"
    assert sure["proof"].startswith("for all real p and g")
    assert sure["evidence"] == "Statement 3 of docs/model.md."
    assert (false["expected"], false["as_expected"], false["counterexample"]) == (
        "false",
        "true",
        "n = 1, m = 1, p = 1",
    )
    assert false["found"] == "deception_pays = false, premium = 0, strategy = BA"
    assert false["replay"].startswith("deceptive-sim solve scenarios/claims/two-phase.yaml --set")
    assert (unknown["as_expected"], unknown["reason"]) == ("", "No case counts.")
    assert rows[7]["as_expected"] == "false"
    assert "seconds" not in sure
    assert "4.13.0" not in claims_csv([proved()])


def test_the_record_tells_times_and_the_prover(tmp_path: Path) -> None:
    result = claims_result(proved(), refuted(holds=True))
    record = json.loads(write_report(result, tmp_path)[2].read_text())
    assert record["holds"] is False
    sure, false = record["claims"]
    assert (sure["id"], sure["verdict"], sure["rung"], sure["seconds"], sure["z3_version"], sure["seed"]) == (
        "pays-iff-mp-above-one", "proved", "unrolled", 1.5, "4.13.0", 0,
    )  # fmt: skip
    assert sure["tries_by_rung"] == {"corners": 56, "many": 1000, "search": 184}
    assert sure["given"] == {"n": "1 to 6", "m": "1, 2, 3", "p": "over 0 up to 1"}
    assert (sure["counterexample"], sure["replay_games"]) == (None, [])
    assert false["counterexample"]["case"] == {"n": "1", "m": "1", "p": "1"}
    assert false["counterexample"]["found"]["strategy"] == "BA"
    assert (false["expected"], false["as_expected"]) == (True, False)
    assert false["replay_games"] == list(counterexample().replay)


@pytest.mark.parametrize("count", [1, 45])
def test_any_number_of_claims(count: int) -> None:
    text = written(*[replace(held(), claim=claim(f"c{place}", "", "value > 0")) for place in range(count)])
    assert len(blocks(text)) == count
    Page(text)
