"""What a verdict rests on, in a sentence or two: which cases were decided, what was proved, what was left out."""

from __future__ import annotations

from collections.abc import Iterator

from deceptive_sim.claims.verdict import Answer, Rung, Verdict
from deceptive_sim.report.claim_words import MEANINGS, cleaned, count

_TRIED = {
    Rung.CASE: "asked for",
    Rung.MEMORY: "found earlier",
    Rung.CORNERS: "at ends of ranges and simple values",
    Rung.MANY: "many at once",
    Rung.SEARCH: "by search",
    Rung.EXHAUSTED: "one by one",
}


def rests_on(verdict: Verdict) -> str:
    """What the verdict rests on, in a sentence or two."""
    return " ".join([_ground(verdict), *_left_out(verdict)])


def _ground(verdict: Verdict) -> str:
    match verdict.answer:
        case Answer.PROVED:
            return _proof(verdict)
        case Answer.FALSE:
            return _refutation(verdict)
        case Answer.HELD:
            if verdict.rung is Rung.CASE:
                return "The one case that was asked for."
            return f"No counterexample in {_tries(verdict)}{_by_rung(verdict)}."
    return f"Nothing is settled; decided: {_tries(verdict)}{_by_rung(verdict)}." if verdict.tries else "No case counts."


def _proof(verdict: Verdict) -> str:
    said = cleaned(verdict.proof).rstrip(".")
    match verdict.rung:
        case Rung.EXHAUSTED:
            return f"Every case there is, one by one: {count(verdict.tries, 'case')}."
        case Rung.INDUCTION:
            lead = "Proof by induction, for all numbers of episodes"
        case Rung.UNROLLED:
            lead = "Proof"
        case _:
            return f"{MEANINGS[verdict.rung].capitalize()}."
    return f"{lead}{': ' if said else ''}{said}. Searched as well: {_tries(verdict)}, no counterexample."


def _refutation(verdict: Verdict) -> str:
    if verdict.rung is Rung.CASE:
        return "The one case that was asked for, decided exactly."
    if verdict.rung is Rung.MEMORY:
        return "A counterexample found earlier, replayed and checked exactly."
    where = {
        Rung.CORNERS: "among ends of ranges and simple values",
        Rung.MANY: "among many cases at once",
        Rung.SEARCH: "by search",
        Rung.EXHAUSTED: "going through every case there is",
    }.get(verdict.rung, "where a proof failed")
    return f"A counterexample, found {where} and checked exactly ({_tries(verdict)})."


def _by_rung(verdict: Verdict) -> str:
    """`: 56 at ends of ranges and simple values, 1,000 many at once`, if there is more than one such number."""
    told = [
        f"{times:,} {_TRIED[rung]}" for rung in Rung if rung in _TRIED and (times := verdict.tries_by_rung.get(rung, 0))
    ]
    return f": {', '.join(told)}" if len(told) > 1 else ""


def _tries(verdict: Verdict) -> str:
    return f"{count(verdict.tries, 'case')}, seed {verdict.seed}"


def _left_out(verdict: Verdict) -> Iterator[str]:
    if verdict.excluded:
        left = count(verdict.excluded, "more case" if verdict.tries else "case")
        yield f"{left} {'does' if verdict.excluded == 1 else 'do'} not count: no sound game, or an assumption fails."
    if verdict.undecided:
        yield f"{count(verdict.undecided, 'case')} could not be decided exactly."
