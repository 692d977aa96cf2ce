"""Claims as the page shows them: one block each, as plain data for the template."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from deceptive_sim.claims.verdict import Answer, Counterexample, Verdict
from deceptive_sim.core.exact import text_of
from deceptive_sim.model.strategies import spelling
from deceptive_sim.report.claim_grounds import rests_on
from deceptive_sim.report.claim_words import (
    LONGEST_VALUE,
    badge,
    cleaned,
    facts_of,
    ranges,
    title_of,
    variants,
)
from deceptive_sim.studies.result import RunResult

LONGEST_STRIP = 40
"""Strategies over more episodes than this are told as text only."""

LONGEST_COMMAND = 2_000


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One episode of a strategy strip; `turns` where deployment begins."""

    letter: str
    defects: bool
    turns: bool


def blocks(result: RunResult) -> list[dict[str, Any]]:
    """One block for every verdict, in the order of the file; the texts still have to be escaped."""
    return [_block(result, verdict, place) for place, verdict in enumerate(result.claims, start=1)]


def _block(result: RunResult, verdict: Verdict, place: int) -> dict[str, Any]:
    claim = verdict.claim
    return {
        "place": place,
        "anchor": anchor(verdict, place),
        "id": cleaned(claim.id, 80),
        "title": title_of(claim),
        "code": cleaned(claim.claim.text),
        "badge": badge(verdict),
        "mark": str(verdict.answer),
        "against": verdict.expected is False,
        "ranges": ranges(claim),
        "assuming": [cleaned(assumption.text) for assumption in claim.assumptions],
        "definitions": [(cleaned(name, 80), cleaned(said.text)) for name, said in claim.definitions.items()],
        "variants": variants(claim),
        "agent": None if claim.agent is None else cleaned(result.labels.get(claim.agent) or claim.agent, 60),
        "rests_on": rests_on(verdict),
        "reason": "" if verdict.answer in {Answer.PROVED, Answer.FALSE} else _sentence(cleaned(verdict.reason)),
        "evidence": cleaned(claim.evidence),
        "counterexample": None if verdict.counterexample is None else _case(result, verdict.counterexample),
    }


def _sentence(text: str) -> str:
    """Words as a sentence of their own."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?', '…')) else '.'}" if text else ""


def anchor(verdict: Verdict, place: int) -> str:
    """Where the block of a claim stands on the page: by its id if that can be linked to, else by its number."""
    plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9._-]{0,79}", verdict.claim.id)
    return f"claim-{verdict.claim.id if plain else place}"


def _case(result: RunResult, found: Counterexample) -> dict[str, Any]:
    return {
        "values": [(cleaned(name, 80), cleaned(text_of(value), LONGEST_VALUE)) for name, value in found.case.items()],
        "facts": [(name, cleaned(text, LONGEST_VALUE), strip(result, found, text)) for name, text in facts_of(found)],
        "replay": [pieces(cleaned(command, LONGEST_COMMAND)) for command in found.replay],
    }


def pieces(command: str) -> list[str]:
    """A command in the pieces that stay together on a line: each option with what follows it."""
    return re.split(r" (?=--)", command)


def strip(result: RunResult, found: Counterexample, text: str) -> Sequence[Cell]:
    """A text as the episodes of a strategy, if that is what it is; deployment is set off if its place is known."""
    actions = dict(zip(spelling(result.game.actions), result.game.actions, strict=True))
    if not 0 < len(text) <= LONGEST_STRIP or any(len(word) != 1 for word in actions) or not set(text) <= set(actions):
        return ()
    starts = _starts_of_deployment(result, found, len(text))
    return [
        Cell(letter=letter, defects=actions[letter].defects, turns=t in starts)
        for t, letter in enumerate(text, start=1)
    ]


def _starts_of_deployment(result: RunResult, found: Counterexample, episodes: int) -> set[int]:
    """The first episodes of stretches of deployment, if the phases of the counterexample have so many in all."""
    kinds: list[str] = []
    for phase in result.game.phases:
        times = found.settings.get(f"{phase.name}.episodes", phase.episodes)
        if times > episodes:
            return set()
        kinds += [phase.kind.value] * int(times)
    if len(kinds) != episodes:
        return set()
    return {t for t in range(2, episodes + 1) if kinds[t - 1] == "deployment" != kinds[t - 2]}
