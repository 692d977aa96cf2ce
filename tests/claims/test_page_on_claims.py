"""The page on claims: its code prints what it says, its sections load, its tables are those of the code."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from deceptive_sim.claims.language.words import FUNCTIONS, RESULTS
from deceptive_sim.claims.verdict import Answer, Rung
from deceptive_sim.scenario.load import load_scenario
from deceptive_sim.studies.claims import questions_of

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.slow
@pytest.mark.parametrize("code", blocks("python"), ids=range(len(blocks("python"))))
def test_code_prints_what_the_page_says(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    if "induction" in PAGE.split(code)[1][:60]:
        pytest.importorskip("z3")
    exec(compile(code, "claims.md", "exec"), {"__name__": "page"})
    printed = capsys.readouterr().out.strip()
    assert printed
    assert f"prints `{printed}`" in PAGE


def test_sections_are_claims_of_a_scenario(tmp_path: Path) -> None:
    first, second = blocks("yaml")
    text = (ROOT / "scenarios" / "two-plus-three.yaml").read_text(encoding="utf-8")
    file = tmp_path / "with-claims.yaml"
    file.write_text(f"{text}\n{first}{textwrap.indent(textwrap.dedent(second), '  ')}", encoding="utf-8")
    asked = questions_of(load_scenario(file))
    assert [question.claim.claim.holds for question in asked] == [True, False, True]
    assert len(asked[2].claim.lemmas) == 1


def test_every_word_every_verdict_and_every_rung_is_on_the_page() -> None:
    for word in (*RESULTS, *FUNCTIONS):
        assert re.search(rf"\b{word}\b", PAGE), word
    rows = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    assert rows[: len(Answer)] == [str(answer) for answer in Answer]
    assert set(rows[len(Answer) :]) | {"case"} == {str(rung) for rung in Rung}


@pytest.mark.slow
def test_commands_of_the_page_exist() -> None:
    for line in "".join(blocks("sh")).splitlines():
        words = line.split("#")[0].split()
        if words[0] != "deceptive-sim":
            continue
        command = [sys.executable, "-m", "deceptive_sim", words[1], "--help"]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert all(word in told for word in words if word.startswith("--")), line
