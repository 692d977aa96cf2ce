"""Verifies every claim in scenarios/claims and writes what came of each into scenarios/claims/README.md.

    python tools/catalogue.py [ANSWER.json]

ANSWER.json is what `deceptive-sim verify scenarios/claims --json` printed; without it the command is run.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "scenarios" / "claims" / "README.md"

PATIENCE = "300"
"""Seconds for each proof, so that the table does not depend on how busy the machine is."""

HEAD = """# The catalogue of claims

What is known of deception games, what has been said of them, and what only sounds right. Each claim
stands in a file of this folder, with its reason or its source. `deceptive-sim verify scenarios/claims`
works all of this out anew, and [docs/claims.md](../../docs/claims.md) says what the verdicts mean.
This page is written by `make claims`.
"""


def verified() -> dict[str, Any]:
    """What the command says of the catalogue, without help from earlier runs."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "deceptive_sim", "verify", "scenarios/claims", "--json", "--out", folder]
        command += ["--proof-seconds", PATIENCE]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(done.returncode)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def page_of(answer: dict[str, Any]) -> str:
    """The page: a table for each file, and how many there are of each kind."""
    claims = answer["claims"]
    parts = [HEAD, _counted(claims)]
    for scenario in dict.fromkeys(claim["scenario"] for claim in claims):
        rows = [row_of(claim) for claim in claims if claim["scenario"] == scenario]
        table = ["| claim | verdict | for which cases, or in which not |", "|---|---|---|", *rows]
        parts.append("\n".join([f"## [{scenario}]({scenario}.yaml)", "", *table, ""]))
    return "\n".join(parts)


def _counted(claims: list[dict[str, Any]]) -> str:
    kinds = Counter(claim["verdict"] for claim in claims)
    endless = sum(claim["rung"] == "induction" and claim["verdict"] == "proved" for claim in claims)
    kinds_told = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    return f"{len(claims)} claims: {kinds_told}. {endless} of the proofs are by induction.\n"


def row_of(claim: dict[str, Any]) -> str:
    """The line of a claim in its table."""
    return f"| {claim['text']} (`{claim['claim']}`) | {claim['verdict']} | {_why(claim)} |"


def _why(claim: dict[str, Any]) -> str:
    counterexample = claim["counterexample"]
    if counterexample is not None:
        case = ", ".join(f"{name} = {value}" for name, value in counterexample["case"].items())
        return f"not at {case}"
    proof: str = claim["proof"].split(", by induction")[0]
    return f"{proof} ({claim['rung']})" if proof else "no proof was found"


if __name__ == "__main__":
    given = sys.argv[1:]
    found = json.loads(Path(given[0]).read_text(encoding="utf-8")) if given else verified()
    PAGE.write_text(page_of(found), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
