"""Claims and their verdicts in plain English: how many hold, what each ranges over, and what its verdict rests on.

Everything here is text without control characters and without markup; it holds no times and no versions, so that the
same verdicts give the same words.
"""

from __future__ import annotations

from collections.abc import Sequence

from deceptive_sim.claims.claim import Claim, Variant
from deceptive_sim.claims.domains import describe
from deceptive_sim.claims.verdict import Answer, Counterexample, Rung, Verdict
from deceptive_sim.core.exact import text_of
from deceptive_sim.report.words import shortened

LONGEST = 4_000
"""Texts of a claim are cut beyond this; the language takes no longer ones."""

LONGEST_VALUE = 120
MOST_NAMED = 5
MOST_IN_ALT = 12

NAMES = {
    Rung.CASE: "case",
    Rung.MEMORY: "memory",
    Rung.CORNERS: "corners",
    Rung.MANY: "many",
    Rung.SEARCH: "search",
    Rung.EXHAUSTED: "every case",
    Rung.UNROLLED: "unrolled",
    Rung.INDUCTION: "induction",
}
"""What each rung of the ladder is called where there is little room."""

MEANINGS = {
    Rung.CASE: "the one case that was asked for",
    Rung.MEMORY: "a counterexample found earlier, replayed",
    Rung.CORNERS: "ends of ranges and simple values",
    Rung.MANY: "many cases at once, those near a border decided exactly",
    Rung.SEARCH: "property-based search",
    Rung.EXHAUSTED: "every case there is",
    Rung.UNROLLED: "a proof for all real parameters, at each number of episodes in its range",
    Rung.INDUCTION: "a proof by induction, for all numbers of episodes",
}

ANSWERS = {
    Answer.PROVED: "true in every case that the claim speaks about: by a proof that was checked, or case by case",
    Answer.HELD: "true in every case that was tried; there may be others in which it is false",
    Answer.FALSE: "there is a counterexample, checked in exact arithmetic and made as small as could be found",
    Answer.UNKNOWN: "neither: no case could be decided, or what was found does not fit together",
}
"""What each answer promises."""


def cleaned(text: str, longest: int = LONGEST) -> str:
    """Text on one line, without control characters and marks that turn the direction of writing around."""
    return shortened(text, longest)


def contradicted(verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """The verdicts that are not what their claims expect."""
    return tuple(verdict for verdict in verdicts if verdict.expected is False)


def tally(verdicts: Sequence[Verdict]) -> str:
    """How many claims there are and what came of them, such as `12 claims: 7 proved, 3 held, 2 false as expected`."""
    words = [badge(verdict).replace(",", "") for verdict in verdicts]
    counted = {word: words.count(word) for word in sorted(set(words), key=lambda word: (_order(word), word))}
    if len(counted) == 1:
        return f"{count(len(verdicts), 'claim')}: {'all ' if len(verdicts) > 1 else ''}{words[0]}."
    return f"{count(len(verdicts), 'claim')}: {', '.join(f'{times} {word}' for word, times in counted.items())}."


def _order(word: str) -> int:
    starts = ("proved", "held", "false as expected", "unknown")
    return next((place for place, start in enumerate(starts) if word == start), len(starts))


def alarm(verdicts: Sequence[Verdict]) -> str:
    """Which verdicts contradict their claims, in one sentence; empty if none does."""
    against = contradicted(verdicts)
    if not against:
        return ""
    told = [f"{cleaned(verdict.claim.id, 60)} is {badge(verdict)}" for verdict in against[:MOST_NAMED]]
    if len(against) > MOST_NAMED:
        told.append(f"and {len(against) - MOST_NAMED} more")
    verb = "verdict contradicts its claim" if len(against) == 1 else "verdicts contradict their claims"
    return f"{len(against)} {verb}: {'; '.join(told)}."


def claims_alt(verdicts: Sequence[Verdict]) -> str:
    """What the figure of claims shows, for readers who do not see it."""
    told = [
        f"{title_of(verdict.claim).rstrip('.')}: {badge(verdict)} ({NAMES[verdict.rung]})"
        for verdict in verdicts[:MOST_IN_ALT]
    ]
    if len(verdicts) > MOST_IN_ALT:
        told.append(f"{len(verdicts) - MOST_IN_ALT} more")
    against = alarm(verdicts)
    return f"{tally(verdicts)} {against}{' ' if against else ''}How far each got: {'; '.join(told)}."


def badge(verdict: Verdict) -> str:
    """The answer in a word or two, and how it compares with what is expected."""
    if verdict.expected is False:
        return f"{verdict.answer}, but should {'hold' if verdict.claim.holds else 'be false'}"
    return "false, as expected" if verdict.answer is Answer.FALSE else str(verdict.answer)


def explained(verdicts: Sequence[Verdict]) -> tuple[tuple[str, str], ...]:
    """The answers and rungs that occur, each with its meaning."""
    answers = {verdict.answer for verdict in verdicts}
    rungs = {rung for verdict in verdicts for rung in (verdict.rung, *verdict.tries_by_rung)}
    return (
        *((str(answer), f"{ANSWERS[answer]}.") for answer in Answer if answer in answers),
        *((NAMES[rung], f"{MEANINGS[rung]}.") for rung in Rung if rung in rungs),
    )


def title_of(claim: Claim) -> str:
    """The claim in English, or its id if nothing is said."""
    return cleaned(claim.text) or cleaned(claim.id) or "A claim"


# --- what it ranges over ---------------------------------------------------------------------------------------------


def ranges(claim: Claim) -> tuple[tuple[str, str, str], ...]:
    """For each variable its name, the parameter that it is (empty if none, or of that name), and where it lies."""
    return tuple(
        (
            cleaned(variable.name, 80),
            "" if variable.path in (None, variable.name) else cleaned(str(variable.path), 120),
            cleaned(describe(variable.domain)),
        )
        for variable in claim.variables
    )


def variants(claim: Claim) -> tuple[tuple[str, str], ...]:
    """For each further game its name and how it differs."""
    return tuple((cleaned(name, 80), _variant(variant)) for name, variant in claim.variants.items())


def _variant(variant: Variant) -> str:
    settings = ", ".join(
        f"{cleaned(path, 80)} = {cleaned(expression.text)}" for path, expression in variant.settings.items()
    )
    told = f"the same game with {settings}" if settings else "the same game"
    return told if variant.agent is None else f"{told}, played by {cleaned(variant.agent, 60)}"


def over(claim: Claim) -> str:
    """All that the claim ranges over, on one line: `n: 1 to 6; p: over 0 up to 1; assuming q < p`."""
    told = [f"{name}: {domain}" for name, _, domain in ranges(claim)]
    told += [f"assuming {cleaned(assumption.text)}" for assumption in claim.assumptions]
    return "; ".join(told) or "the game as it stands"


# --- counterexamples ------------------------------------------------------------------------------------------------


def case_of(found: Counterexample) -> str:
    """The values of a counterexample on one line: `n = 1, p = 1/2`."""
    return ", ".join(f"{cleaned(name, 80)} = {text_of(value)}" for name, value in found.case.items()) or "the game"


def facts_of(found: Counterexample) -> tuple[tuple[str, str], ...]:
    """What was found in a counterexample, without what its values say already."""
    return tuple((cleaned(name, 200), cleaned(text)) for name, text in found.found.items() if name not in found.case)


def count(number: int, noun: str) -> str:
    """A number of things: `1 case`, `1,240 cases`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
