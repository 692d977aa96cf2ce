"""The catalogue by the real command: what comes of every claim is what the table in its folder says."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from thinned import thorough

ROOT = Path(__file__).resolve().parents[2]


NAMES = ("goal-preservation", "sounds-right", "two-phase")[: thorough(3, 2)]
FILES = [f"scenarios/claims/{name}.yaml" for name in NAMES]
"""Those whose proofs take least; the model's statements are proved elsewhere as well, and `make claims` does all."""


def verified(*words: str, folder: Path) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "deceptive_sim", "verify", *FILES, "--json", "--out", str(folder), *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    claims: list[dict[str, Any]] = json.loads(done.stdout)["claims"]
    return claims


@pytest.mark.slow
def test_the_table_is_what_the_command_says(tmp_path: Path) -> None:
    pytest.importorskip("z3")
    place = importlib.util.spec_from_file_location("catalogue", ROOT / "tools" / "catalogue.py")
    assert place is not None
    assert place.loader is not None
    catalogue = importlib.util.module_from_spec(place)
    place.loader.exec_module(catalogue)
    claims = verified("--proof-seconds", catalogue.PATIENCE, folder=tmp_path)
    page = (ROOT / "scenarios" / "claims" / "README.md").read_text(encoding="utf-8").splitlines()
    assert [claim["id"] for claim in claims if catalogue.row_of(claim) not in page] == []
    proved = [claim for claim in claims if claim["verdict"] == "proved"]
    assert len([claim for claim in proved if claim["rung"] in ("induction", "unrolled")]) >= thorough(12, 3)
    assert [claim for claim in proved if claim["rung"] == "induction"]
    assert all(claim["tries"] > 0 and claim["as_expected"] is not False for claim in claims)
    refuted = {claim["id"]: claim["counterexample"] for claim in claims if claim["verdict"] == "false"}
    only = [word for name in refuted for word in ("--only", name)]
    again = verified("--no-proofs", "--workers", "1", *only, folder=tmp_path)
    assert len(again) == len(refuted)
    for claim in again:  # from memory now, and made no smaller
        assert (claim["verdict"], claim["rung"]) == ("false", "memory")
        assert claim["counterexample"] == refuted[claim["id"]]
