"""Claims from texts and numbers, as they stand in a file or in Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias, TypeVar

from deceptive_sim.claims.claim import Claim, Variable, Variant
from deceptive_sim.claims.domains import Written, parse_domain
from deceptive_sim.claims.language.parse import parse
from deceptive_sim.claims.language.text import number_text
from deceptive_sim.claims.language.tree import Expression
from deceptive_sim.claims.names import DEFAULT_ALIASES, IDENTIFIER
from deceptive_sim.claims.situations import Situations
from deceptive_sim.core.errors import InputError, Problem, wrong
from deceptive_sim.core.exact import NotANumber, exact

Formula: TypeAlias = str | int | float | Fraction
"""An expression, or a number."""

AGENT = "agent"
"""The key of a variant that is no parameter."""

Found = TypeVar("Found")


def make_claim(
    *,
    id: str,
    claim: str,
    text: str = "",
    names: Mapping[str, Formula] | None = None,
    given: Mapping[str, Written] | None = None,
    assume: Formula | Sequence[Formula] = (),
    also: Mapping[str, Mapping[str, Formula]] | None = None,
    agent: str | None = None,
    holds: bool = True,
    evidence: str = "",
    lemmas: Formula | Sequence[Formula] = (),
    situations: Situations,
    prefix: str | None = None,
) -> Claim:
    """A claim made of texts and numbers; `bind` checks what it says.

    Parameters
    ----------
    id : str
    claim : str
        What is claimed.
    text : str
        The claim in English.
    names : mapping
        Short names, for parameter paths or expressions.
    given : mapping
        What the claim ranges over: an alias, a path, or a free variable, to a domain (see `domains`).
    assume, lemmas : text or sequence of texts
    also : mapping
        Further games: parameters set to expressions; `agent` picks another agent.
    agent, holds, evidence
        See `Claim`.
    situations : Situations
        Tells parameters from other names.
    prefix : str or None
        What errors call the claim; None for `claims.ID`.

    Raises
    ------
    InputError
        With every text that cannot be read.
    """
    maker = _Maker(f"claims.{id}" if prefix is None else prefix, situations)
    aliases, definitions = maker.names(names or {})
    made = {
        "claim": maker.expression(claim, "claim"),
        "variables": maker.variables(given or {}, aliases, definitions),
        "assumptions": maker.expressions(assume, "assume"),
        "variants": maker.variants(also or {}),
        "lemmas": maker.expressions(lemmas, "lemmas"),
    }
    if maker.problems:
        raise InputError(maker.problems)
    return Claim(
        id=id,
        text=text,
        aliases=aliases,
        definitions=definitions,
        agent=agent,
        holds=holds,
        evidence=evidence,
        **made,  # type: ignore[arg-type]
    )


class _Maker:
    """Reads the parts of a claim and notes what is wrong with them."""

    def __init__(self, prefix: str, situations: Situations) -> None:
        self.prefix, self.situations = prefix, situations
        self.problems: list[Problem] = []

    def names(self, given: Mapping[str, Formula]) -> tuple[dict[str, str], dict[str, Expression]]:
        """Short names for paths, and for expressions."""
        aliases: dict[str, str] = {}
        definitions: dict[str, Expression] = {}
        for name, value in given.items():
            path = self._path(DEFAULT_ALIASES.get(value.strip(), value.strip())) if isinstance(value, str) else None
            if path is not None:
                aliases[name] = path
            elif (expression := self.expression(value, f"names.{name}")) is not None:
                definitions[name] = expression
        return aliases, definitions

    def variables(
        self, given: Mapping[str, Written], aliases: Mapping[str, str], definitions: Mapping[str, Expression]
    ) -> tuple[Variable, ...]:
        """What the claim ranges over."""
        found = (self._variable(name, value, aliases, definitions) for name, value in given.items())
        return tuple(variable for variable in found if variable is not None)

    def variants(self, also: Mapping[str, Mapping[str, Formula]]) -> dict[str, Variant]:
        """Further games."""
        found = {}
        for name, settings in also.items():
            if not isinstance(settings, Mapping):
                self._note(f"also.{name}", "must be parameters set to expressions, such as {n: n + 1}", settings)
                continue
            agent = settings.get(AGENT)
            if agent is not None and not isinstance(agent, str):
                self._note(f"also.{name}.agent", "must name an agent", agent)
            expressions = {
                path: expression
                for path, value in settings.items()
                if path != AGENT and (expression := self.expression(value, f"also.{name}.{path}")) is not None
            }
            found[name] = Variant(settings=expressions, agent=agent if isinstance(agent, str) else None)
        return found

    def expressions(self, texts: Formula | Sequence[Formula], place: str) -> tuple[Expression, ...]:
        """One text or several."""
        several = texts if isinstance(texts, list | tuple) else [texts]
        found = (self.expression(text, f"{place}.{k}") for k, text in enumerate(several))
        return tuple(expression for expression in found if expression is not None)

    def expression(self, value: object, place: str) -> Expression | None:
        """A text or a number as an expression; None if it is none, which is noted."""
        name = f"{self.prefix}.{place}"
        return self._tried(lambda: parse(_text(value, name), name))

    def _variable(
        self, name: str, value: Written, aliases: Mapping[str, str], definitions: Mapping[str, Expression]
    ) -> Variable | None:
        place = f"{self.prefix}.given.{name}"
        if name in definitions:
            rule = "stands for an expression under names, so that it cannot range"
            self._note(f"given.{name}", rule, definitions[name].text)
            return None
        path = aliases.get(name) or self._path(DEFAULT_ALIASES.get(name, name)) or self._path(name)
        if path is None and not IDENTIFIER.fullmatch(name):
            self._tried(lambda: self.situations.canonical(name))
            self.problems[-1] = _renamed(self.problems[-1], place)
            return None
        whole = path is not None and self.situations.whole(path)
        domain = self._tried(lambda: parse_domain(value, place, whole=whole))
        return None if domain is None else Variable(name=name, path=path, domain=domain)

    def _path(self, text: str) -> str | None:
        try:
            return self.situations.canonical(text)
        except InputError:
            return None

    def _tried(self, do: Callable[[], Found]) -> Found | None:
        try:
            return do()
        except InputError as error:
            self.problems += error.problems
            return None

    def _note(self, place: str, rule: str, got: object = None) -> None:
        self.problems += wrong(f"{self.prefix}.{place}", rule, got).problems


def _renamed(problem: Problem, name: str) -> Problem:
    """The same problem under the name that the thing has in the claim."""
    return Problem(name=name, rule=problem.rule, got=problem.got, hint=problem.hint)


def _text(value: object, name: str) -> str:
    """An expression as text; numbers as the language writes them."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    try:
        return number_text(exact(value))
    except NotANumber:
        raise wrong(name, "must be an expression in text, or a number", value) from None
