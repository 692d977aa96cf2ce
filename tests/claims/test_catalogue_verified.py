"""The catalogue by the real command: what comes of every claim is what the table in its folder says."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


def verified(*words: str, folder: Path) -> dict[str, Any]:
    command = [
        sys.executable,
        "-m",
        "deceptive_sim",
        "verify",
        "scenarios/claims",
        "--json",
        "--out",
        str(folder),
        *words,
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.mark.slow
def test_the_table_is_what_the_command_says(tmp_path: Path) -> None:
    pytest.importorskip("z3")
    place = importlib.util.spec_from_file_location("catalogue", ROOT / "tools" / "catalogue.py")
    assert place is not None
    assert place.loader is not None
    catalogue = importlib.util.module_from_spec(place)
    place.loader.exec_module(catalogue)
    answer = verified(folder=tmp_path)
    claims = answer["claims"]
    assert catalogue.page_of(answer) == (ROOT / "scenarios" / "claims" / "README.md").read_text(encoding="utf-8")
    proved = [claim for claim in claims if claim["verdict"] == "proved"]
    assert len([claim for claim in proved if claim["rung"] in ("induction", "unrolled")]) >= 12
    assert [claim for claim in proved if claim["rung"] == "induction"]
    assert all(claim["tries"] > 0 and claim["as_expected"] is not False for claim in claims)
    again = verified("--no-proofs", "--workers", "1", folder=tmp_path)["claims"]
    refuted = {claim["id"]: claim["counterexample"] for claim in claims if claim["verdict"] == "false"}
    for claim in again:  # from memory now, and made no smaller
        assert (claim["verdict"] == "false") is (claim["id"] in refuted)
        if claim["id"] in refuted:
            assert claim["rung"] == "memory"
            assert claim["counterexample"] == refuted[claim["id"]]
