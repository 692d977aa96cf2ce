"""The catalogue of claims: every file loads, every claim can be read, and says what it is and where it is from.

What verification makes of them is tested elsewhere.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from deceptive_sim.scenario.library import shipped_scenarios
from deceptive_sim.scenario.load import load_scenario
from deceptive_sim.scenario.yaml_text import read_text
from deceptive_sim.studies.claim_reading import claims_of

ROOT = Path(__file__).resolve().parents[2]
FILES = {path.stem: path for path in sorted((ROOT / "scenarios" / "claims").glob("*.yaml"))}
WRITTEN = [
    (f"{name}::{claim['id']}", claim)
    for name, path in FILES.items()
    for claim in read_text(path.read_text(encoding="utf-8"), path.name).data["claims"]  # type: ignore[index]
]


def test_the_catalogue_is_large_and_holds_true_and_false_claims() -> None:
    assert len(WRITTEN) >= 25
    expected = Counter(str(claim.get("holds", "true")).lower() for _, claim in WRITTEN)
    assert set(expected) == {"true", "false"}
    assert min(expected.values()) >= 5


def test_every_file_ships() -> None:
    assert {f"claims/{name}" for name in FILES} == {name for name in shipped_scenarios() if name.startswith("claims/")}


@pytest.mark.parametrize("name", FILES)
def test_every_file_loads_and_all_its_claims_can_be_read(name: str) -> None:
    path = FILES[name]
    assert path.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=../schema/scenario-1.json\n")
    scenario = load_scenario(path)
    assert scenario.id == name
    ids = [claim["id"] for where, claim in WRITTEN if where.startswith(f"{name}::")]
    assert [bound.claim.id for bound in claims_of(scenario)] == ids


@pytest.mark.parametrize(("where", "claim"), WRITTEN, ids=[where for where, _ in WRITTEN])
def test_every_claim_says_what_it_is_and_where_it_is_from(where: str, claim: dict[str, str]) -> None:
    assert len(claim["text"].split()) >= 4, where
    assert claim["text"][0].isupper()
    assert len(claim["evidence"].split()) >= 2, where
    assert {claim["text"].rstrip()[-1], claim["evidence"].rstrip()[-1]} <= set(".)")


def test_no_claim_is_there_twice() -> None:
    for say in (lambda claim: claim["id"], lambda claim: " ".join(claim["text"].split())):
        often = Counter(map(say, (claim for _, claim in WRITTEN)))
        assert [said for said, times in often.items() if times > 1] == []


def test_every_statement_of_the_model_is_claimed_and_no_other_is_cited() -> None:
    page = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    numbers = re.findall(r"^([0-9])\. ", page, re.MULTILINE)
    cited = {
        number
        for _, claim in WRITTEN
        for places in re.findall(r"[Ss]tatements? ([0-9](?:(?:, | and | to )[0-9])*)", claim["evidence"])
        for number in re.findall("[0-9]", places)
    }
    assert cited == set(numbers) == set("1234567")
