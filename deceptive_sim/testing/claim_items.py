"""Claims as test items of pytest: `scenarios/claims/two-phase.yaml::pays-iff-mp-above-one`."""

from __future__ import annotations

import shlex
from argparse import ArgumentTypeError
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from _pytest._code.code import ReprFileLocation, TerminalRepr

from deceptive_sim.core.errors import InputError, Problem
from deceptive_sim.testing.plugin import whole

if TYPE_CHECKING:
    from _pytest._io import TerminalWriter

    from deceptive_sim.claims.ladder import Effort
    from deceptive_sim.claims.verdict import Verdict
    from deceptive_sim.scenario.load import Scenario
    from deceptive_sim.studies.claim_reading import Question

BROKEN = "scenario"
"""What the one item of a file that cannot be loaded is called."""


class Contradicted(Exception):  # noqa: N818 - it is a verdict
    """A verdict that is not what the claim expects; the message says so in words."""


class ClaimsFile(pytest.File):
    """A scenario file with claims."""

    def collect(self) -> Iterator[pytest.Item]:
        """One item for each claim; one that fails if the file cannot be loaded."""
        from deceptive_sim.scenario.load import load_scenario

        try:
            scenario = load_scenario(self.path)
        except InputError as error:
            yield BrokenFile.from_parent(self, name=BROKEN, error=error)
            return
        for row, section in enumerate(scenario.claims):
            yield ClaimItem.from_parent(self, name=section.id, scenario=scenario, row=row)


class BrokenFile(pytest.Item):
    """A file that is clearly a scenario with claims, and cannot be loaded."""

    def __init__(self, *, error: InputError, **settings: Any) -> None:
        super().__init__(**settings)
        self.error = error

    def runtest(self) -> None:
        """Fail with what is wrong with the file."""
        raise self.error

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str | TerminalRepr:
        """The problems with their places, as the command line shows them."""
        return _failure(excinfo, self.path, 0) or super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the first problem is."""
        place = self.error.problems[0].position if self.error.problems else None
        return self.path, None if place is None else place.line - 1, str(self.name)


class ClaimItem(pytest.Item):
    """A claim of a scenario file."""

    def __init__(self, *, scenario: Scenario, row: int, **settings: Any) -> None:
        super().__init__(**settings)
        self.scenario, self.row = scenario, row
        place = scenario.document.place_of_key(("claims", row))
        self.line = None if place is None else place.line - 1

    def runtest(self) -> None:
        """Verify the claim; raises if the verdict is not what is expected, skips if there is none."""
        from deceptive_sim.claims.verdict import Answer
        from deceptive_sim.studies.claim_reading import questions_of
        from deceptive_sim.studies.claims import answers_to

        (question,) = questions_of(self.scenario, only=[self.name])
        effort, seed = effort_of(self.config)
        (verdict,) = answers_to([question], effort=effort, seed=seed)
        self.user_properties += [
            ("verdict", str(verdict.answer)),
            ("rung", str(verdict.rung)),
            ("tries", verdict.tries),
            ("seed", verdict.seed),
        ]
        if verdict.answer is Answer.UNKNOWN:
            reason = f"unknown: {verdict.reason}" if verdict.reason else "unknown"
            raise pytest.skip.Exception(reason, _use_item_location=True)
        if verdict.expected is False:
            raise Contradicted(in_words(question, verdict))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str | TerminalRepr:
        """The verdict or the problems of the claim in words; a traceback for mistakes of ours only."""
        return _failure(excinfo, self.path, self.line or 0) or super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the claim stands in its file."""
        return self.path, self.line, f"claim {self.name}"


def effort_of(config: pytest.Config) -> tuple[Effort, int]:
    """The effort and the seed that options and configuration ask for."""
    from deceptive_sim.claims.ladder import Effort
    from deceptive_sim.core.seeds import DEFAULT_SEED

    wanted = config.getoption("claims_proofs")
    proofs = config.getini("claims_proofs") if wanted is None else wanted
    tries, seed = (_whole(config, name) for name in ("claims_tries", "claims_seed"))
    effort = Effort(proofs=bool(proofs)) if tries is None else Effort(proofs=bool(proofs), tries=tries)
    return effort, DEFAULT_SEED if seed is None else seed


def _whole(config: pytest.Config, name: str) -> int | None:
    """A whole number from an option or else from the configuration; None if neither says one."""
    option: int | None = config.getoption(name)
    text = str(config.getini(name)).strip()
    if option is not None or not text:
        return option
    try:
        return whole(text)
    except ArgumentTypeError as error:
        raise InputError(Problem(name=f"{name} in the configuration", rule=str(error))) from None


# --- in words --------------------------------------------------------------------------------------------------------


def in_words(question: Question, verdict: Verdict) -> str:
    """A verdict that contradicts what is expected, with its counterexample and the command that replays it."""
    from deceptive_sim.core.exact import text_of

    claim = verdict.claim
    lines = [f"claim {claim.id} is {verdict.answer}, though its file says holds: {'true' if claim.holds else 'false'}"]
    lines += [f"    {line.strip()}" for line in (claim.text, claim.claim.text) if line.strip()]
    counterexample = verdict.counterexample
    if counterexample is None:
        lines.append(
            f"no counterexample was found in {verdict.tries} tries (rung: {verdict.rung}, seed {verdict.seed})"
        )
        lines += [f"    {said}" for said in (verdict.proof, verdict.reason) if said]
        return "\n".join(lines)
    case = ", ".join(f"{name} = {text_of(value)}" for name, value in counterexample.case.items())
    lines.append(f"counterexample: {case or 'the scenario as it is'}")
    lines += [f"    {name} is {found}" for name, found in counterexample.found.items()]
    situations = question.situations
    words = ["deceptive-sim", "verify", situations.source, *situations.set_words(), "--only", claim.id]
    for name, value in counterexample.case.items():
        words += ["--at", f"{name}={text_of(value)}"]
    lines += ["replay:", f"    {shlex.join(words)}", *(f"    {command}" for command in counterexample.replay)]
    return "\n".join(lines)


class _InWords(TerminalRepr):
    """A failure as text, with a first line for the summary."""

    def __init__(self, text: str, path: Path, line: int) -> None:
        self.text = text
        self.reprcrash = ReprFileLocation(str(path), line + 1, text.partition("\n")[0])

    def toterminal(self, tw: TerminalWriter) -> None:
        """Write the text as it is."""
        for line in self.text.splitlines():
            tw.line(line)


def _failure(excinfo: pytest.ExceptionInfo[BaseException], path: Path, line: int) -> TerminalRepr | None:
    """What is said of a failure that is no mistake of ours; None if it is one."""
    error = excinfo.value
    if isinstance(error, Contradicted):
        return _InWords(str(error), path, line)
    if isinstance(error, InputError):
        return _InWords("\n".join(problem.text() for problem in error.problems), path, line)
    return None
