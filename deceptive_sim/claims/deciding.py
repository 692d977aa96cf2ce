"""One case of a claim, decided exactly.

A case is a value for each variable. It makes a game (`Situations.at`), and one more for each variant; their results
are `Facts`, in Fractions. The case *counts* if all of these games are sound and all assumptions hold; then the claim is
true or false in it. Nothing here rounds, and nothing is solved before it is asked for: assumptions that speak only of
parameters cost nothing.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache

from deceptive_sim.claims.bound import BoundClaim
from deceptive_sim.claims.claim import Case
from deceptive_sim.claims.facts import Fact, Facts, Missing
from deceptive_sim.claims.language.exactly import Undecided, decide, number
from deceptive_sim.claims.language.tree import Free, Leaf, Node, Number, Of, Parameter, Text, Truth
from deceptive_sim.claims.situations import Situations
from deceptive_sim.core.errors import InputError, Problem
from deceptive_sim.core.exact import readable

KEPT_FACTS = 256
"""How many solved games are kept: a shrinking counterexample and its neighbours share theirs."""


class Standing(enum.StrEnum):
    """How a claim stands in one case."""

    TRUE = "true"
    FALSE = "false"
    EXCLUDED = "excluded"
    """The case does not count: no sound game, or an assumption does not hold."""

    UNDECIDED = "undecided"
    """It could not be decided exactly: logarithms too close to a border, or a game too long."""


@dataclass(frozen=True)
class Decision:
    """How a claim stands in one case, and, where it is neither true nor false, why."""

    standing: Standing
    reason: str = ""


class Decider:
    """Decides cases of one claim, each once.

    Parameters
    ----------
    claim : BoundClaim
    situations : Situations
    """

    def __init__(self, claim: BoundClaim, situations: Situations) -> None:
        self.claim, self.situations = claim, situations
        self.known: dict[tuple[Fraction, ...], Decision] = {}
        self.counted = 0
        """How many cases were decided true or false."""
        self._solved = lru_cache(maxsize=KEPT_FACTS)(self._solve)

    def decide(self, case: Case) -> Decision:
        """How the claim stands in a case.

        Raises
        ------
        InputError
            If the case counts and the claim needs a result that it does not have; or if an argument of a result makes
            no sense in the game.
        """
        key = self.key(case)
        if key not in self.known:
            self.known[key] = self._decide(case)
            self.counted += self.known[key].standing in (Standing.TRUE, Standing.FALSE)
        return self.known[key]

    def standing(self, case: Case) -> Standing:
        """As `decide`, without the reason."""
        return self.decide(case).standing

    def key(self, case: Case) -> tuple[Fraction, ...]:
        """The values of a case, in the order of the claim's variables."""
        return tuple(case[variable.name] for variable in self.claim.claim.variables)

    def circumstances(self, case: Case) -> Circumstances:
        """The games of a case and what is so in them."""
        return Circumstances(self, case)

    @property
    def solved(self) -> int:
        """How many games were made so far, to be solved."""
        return self._solved.cache_info().misses

    def facts(self, settings: Mapping[str, Fraction], agent: str | None) -> Facts:
        """What is so in one game; an `InputError` if it is not sound."""
        return self._solved(tuple(sorted(settings.items())), agent)

    def _solve(self, settings: tuple[tuple[str, Fraction], ...], agent: str | None) -> Facts:
        situation = self.situations.at(dict(settings), agent)
        situation.agent.fitted(situation.game)  # a strategy that does not fit the game makes no sound case
        return Facts(situation)

    def _decide(self, case: Case) -> Decision:
        games = self.circumstances(case)
        try:
            reason = games.excluded()
            if reason:
                return Decision(Standing.EXCLUDED, reason)
            truth = decide(self.claim.tree, games)
        except Undecided as doubt:
            return Decision(Standing.UNDECIDED, str(doubt))
        except Missing as missing:
            raise self._needed(missing, case) from None
        except InputError as error:
            if _too_long(error):
                return Decision(Standing.UNDECIDED, str(error))
            raise
        return Decision(Standing.TRUE if truth else Standing.FALSE)

    def _needed(self, missing: Missing, case: Case) -> InputError:
        where = f" (at {case_text(case)})" if case else ""
        return InputError(
            Problem(
                name=f"claims.{self.claim.claim.id}.claim",
                rule=f"speaks of something that a case which counts does not have: {missing}{where}",
                hint="leave such cases out by `given` or `assume`, or write `... implies ...`",
            )
        )


class Circumstances:
    """One case: its games, and what every leaf of the claim is in it; readers call it with a leaf."""

    def __init__(self, decider: Decider, case: Case) -> None:
        self._decider, self._claim, self.case = decider, decider.claim, case

    @cached_property
    def settings(self) -> dict[str, Fraction]:
        """What the case sets in the claim's own game."""
        return self._claim.settings(self.case)

    @cached_property
    def variants(self) -> dict[str, dict[str, Fraction]]:
        """What the case sets in the game of each variant; `Missing` if an expression has no value."""
        return {
            name: {**self.settings, **{path: number(node, self) for path, node in variant.settings.items()}}
            for name, variant in self._claim.variants.items()
        }

    def facts(self, variant: str | None) -> Facts:
        """What is so in one of the games."""
        if variant is None:
            return self._decider.facts(self.settings, self._claim.claim.agent)
        agent = self._claim.variants[variant].agent
        return self._decider.facts(self.variants[variant], self._claim.claim.agent if agent is None else agent)

    def __call__(self, leaf: Leaf) -> Fact:
        """What a leaf is in this case."""
        match leaf:
            case Free(name=name):
                return self.case[name]
            case Parameter(variant=variant, path=path):
                return self._parameter(variant, path)
            case Of(variant=variant, result=result, arguments=arguments):
                return self.facts(variant)(result, [argument_of(node) for node in arguments])

    def _parameter(self, variant: str | None, path: str) -> Fraction:
        settings = self.settings if variant is None else self.variants[variant]
        if path in settings:
            return settings[path]
        constant = self._claim.constants.get(path)
        return self._decider.situations.number(path) if constant is None else constant

    def excluded(self) -> str:
        """Why the case does not count; empty if it does. `Undecided` if that cannot be told.

        Assumptions come first: they often speak of parameters alone, and say themselves which games are meant.
        """
        try:
            for node, assumption in zip(self._claim.assumptions, self._claim.claim.assumptions, strict=True):
                if not decide(node, self):
                    return f"it is assumed that {assumption.text}"
            for variant in (None, *self._claim.variants):
                self.facts(variant)
        except Missing as missing:
            return str(missing)
        except InputError as error:
            if _too_long(error) or _mistaken(error):
                raise
            return str(error)
        return ""


def _too_long(error: InputError) -> bool:
    """Whether a game is sound but more work than is taken on."""
    return any(problem.name == "phases" for problem in error.problems)


def _mistaken(error: InputError) -> bool:
    """Whether the claim itself is at fault: a result's argument makes no sense in the game."""
    return any(problem.name in {"claim", "strategy"} for problem in error.problems)


def argument_of(node: Node) -> Fact:
    """An argument of a result; readers have made a literal of it."""
    match node:
        case Number(value=value) | Truth(value=value) | Text(value=value):
            return value
    raise TypeError(node)


def case_text(case: Case) -> str:
    """A case in words, such as `n = 2, p = 1/2`."""
    return ", ".join(f"{name} = {readable(value)}" for name, value in case.items())
