"""What comes of holding a claim against the games it speaks about."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from deceptive_sim.claims.claim import Claim


class Answer(enum.StrEnum):
    """How far a claim could be settled."""

    PROVED = "proved"
    """For every case."""

    HELD = "held"
    """In every case that was tried."""

    FALSE = "false"
    """There is a counterexample, checked exactly."""

    UNKNOWN = "unknown"
    """Neither: no case could be decided."""


class Rung(enum.StrEnum):
    """What a verdict rests on, from the quickest to the strongest."""

    CASE = "case"
    """The one case that was asked for."""

    MEMORY = "memory"
    """A counterexample found earlier, replayed."""

    CORNERS = "corners"
    """Ends of ranges, and a grid of simple values."""

    MANY = "many"
    """Many cases at once in floats, those near a border decided exactly."""

    SEARCH = "search"
    """Property-based search with shrinking."""

    EXHAUSTED = "exhausted"
    """Every case there is."""

    UNROLLED = "unrolled"
    """Proved for all real parameters at each number of episodes in the given ranges."""

    INDUCTION = "induction"
    """Proved for all numbers of episodes."""


@dataclass(frozen=True, kw_only=True)
class Counterexample:
    """A case in which a claim is false.

    Attributes
    ----------
    case : mapping
        Value of every variable.
    settings : mapping
        Parameter path to value, as they are set.
    found : mapping
        What each name and result of the claim is in this case, as text, in the order of the claim.
    replay : tuple of str
        Commands that show it: one for the game, then one for each variant.
    """

    case: Mapping[str, Fraction]
    settings: Mapping[str, Fraction]
    found: Mapping[str, str]
    replay: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A claim and what came of it.

    Attributes
    ----------
    claim : Claim
    answer : Answer
    rung : Rung
        What the answer rests on.
    tries : int
        Cases that counted and were decided.
    tries_by_rung : mapping
    excluded : int
        Cases that did not count: no sound game, or an assumption did not hold.
    undecided : int
        Cases that could not be decided exactly (logarithms too close to a border).
    counterexample : Counterexample or None
    reason : str
        Why the answer is no better, in one sentence; empty if it is proved or false.
    proof : str
        What was proved, in one sentence; empty if nothing was.
    seconds : float
    seed : int
    z3_version : str or None
        Of the prover, if it was used.
    """

    claim: Claim
    answer: Answer
    rung: Rung
    tries: int
    tries_by_rung: Mapping[Rung, int] = field(default_factory=dict)
    excluded: int = 0
    undecided: int = 0
    counterexample: Counterexample | None = None
    reason: str = ""
    proof: str = ""
    seconds: float = 0.0
    seed: int = 0
    z3_version: str | None = None

    @property
    def expected(self) -> bool | None:
        """Whether the verdict is what the claim expects; None if it is unknown, or cannot tell.

        One case in which it is true says nothing against a claim that is expected to be false in another one.
        """
        one_true_case = self.rung is Rung.CASE and self.answer is Answer.HELD
        if self.answer is Answer.UNKNOWN or (one_true_case and not self.claim.holds):
            return None
        return (self.answer is not Answer.FALSE) is self.claim.holds
