"""Counterexamples found earlier: kept beside a scenario's reports, and tried first the next time.

They are kept by the claim's id and a digest of what it says, so that a claim that was changed starts afresh. A
counterexample that no longer is one is dropped. A file that is damaged, or is another program's, is never read as ours
and never overwritten: it is moved aside.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from deceptive_sim.claims.claim import Case
from deceptive_sim.claims.verdict import Answer, Verdict
from deceptive_sim.core.errors import OutputError
from deceptive_sim.core.exact import NotANumber, exact
from deceptive_sim.core.files import write_together
from deceptive_sim.core.json_text import dumps
from deceptive_sim.scenario.load import Scenario
from deceptive_sim.scenario.schema import ClaimSection

FILE = "counterexamples.json"
FORMAT = "deceptive-sim-counterexamples-1"
MOST_BYTES = 10_000_000
SAYING = {"names", "given", "assume", "also", "agent", "claim"}
"""What a claim says; the rest is about it."""


@dataclass(frozen=True, kw_only=True)
class Remembered:
    """What a file of counterexamples holds.

    Attributes
    ----------
    cases : mapping
        Counterexample by the claim's id, of claims that still say the same.
    note : str
        What is wrong with the file; empty if nothing is, or there is none.
    """

    cases: Mapping[str, Sequence[Case]] = field(default_factory=dict)
    note: str = ""


def remembered(scenario: Scenario, folder: Path) -> Remembered:
    """What is kept of a scenario in a folder; a file that is not ours is noted, never an error."""
    path = folder / FILE
    try:
        if not path.exists():
            return Remembered()
        if not path.is_file():
            raise ValueError("it is no file")  # a folder, or a pipe, whose end would be waited for
        if path.stat().st_size > MOST_BYTES:
            raise ValueError("it is too large")
        entries = _entries(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else _first_line(error)
        return Remembered(note=f"{path} is not read: {reason}")
    said = {section.id: digest_of(section) for section in scenario.claims}
    return Remembered(cases={name: (case,) for name, (digest, case) in entries.items() if said.get(name) == digest})


def remember(scenario: Scenario, folder: Path, verdicts: Iterable[Verdict], earlier: Remembered) -> str:
    """Keep the counterexamples of some verdicts, and earlier ones of claims that were not asked about.

    Returns
    -------
    str
        What people should know: where a damaged file went, or why nothing could be kept; empty otherwise.
    """
    path = folder / FILE
    cases: dict[str, Case] = {name: known[0] for name, known in earlier.cases.items() if known}
    for verdict in verdicts:
        cases.pop(verdict.claim.id, None)
        if verdict.answer is Answer.FALSE and verdict.counterexample is not None:
            cases[verdict.claim.id] = verdict.counterexample.case
    try:
        if not cases and (earlier.note or not path.exists()):
            return ""
        moved = _moved_aside(path) if earlier.note else None
        entries = {
            section.id: {"says": digest_of(section), "case": dict(cases[section.id])}
            for section in scenario.claims
            if section.id in cases
        }
        content = dumps({"format": FORMAT, "scenario": scenario.id, "counterexamples": entries}) + "\n"
        if not path.is_file() or path.read_bytes() != content.encode():
            write_together(folder, {FILE: content.encode()})
    except (OSError, OutputError) as error:
        return f"counterexamples are not kept: {error}"
    return f"it is now {moved}" if moved else ""


def digest_of(section: ClaimSection) -> str:
    """SHA-256 of what a claim says, whatever it is called and expected to be."""
    said = section.model_dump(include=SAYING)
    return hashlib.sha256(dumps(said, indent=None).encode()).hexdigest()


def _entries(data: Any) -> dict[str, tuple[str, Case]]:
    """Digest and case by id; raises ValueError if the data is not what `remember` writes."""
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError("it is no file of counterexamples")
    entries = data.get("counterexamples")
    if not isinstance(entries, dict):
        raise ValueError("it lacks its counterexamples")
    return {name: _entry(name, entry) for name, entry in entries.items()}


def _entry(name: str, entry: Any) -> tuple[str, Case]:
    case = entry.get("case") if isinstance(entry, dict) else None
    if not isinstance(case, dict) or not isinstance(entry.get("says"), str):
        raise ValueError(f"the counterexample of {name[:64]} is damaged")
    return entry["says"], {variable: _number(value) for variable, value in case.items()}


def _number(value: Any) -> Fraction:
    if not isinstance(value, str):
        raise ValueError("a number is not written as text")
    try:
        return exact(value)
    except NotANumber as error:
        raise ValueError(f"a number {error}") from None


def _moved_aside(path: Path) -> Path:
    """Give a file that is not ours another name, one that is free."""
    for number in range(1, 10_000):
        aside = path.with_name(f"{path.stem}.unreadable-{number}{path.suffix}")
        if not aside.exists():
            path.rename(aside)
            return aside
    raise OSError(f"{path} is not moved aside: too many such files are there")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
