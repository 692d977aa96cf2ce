"""What the names in a claim's expressions stand for.

Looked for in this order: definitions, variables, aliases, results of the claim's game, what belongs to a variant
(`longer.value`, `longer.n`), the short names that everyone has (`n m p q d g`), and parameter paths.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import NoReturn

from deceptive_sim.claims.claim import Claim
from deceptive_sim.claims.language.kinds import Words
from deceptive_sim.claims.language.source import Source
from deceptive_sim.claims.language.tree import (
    Arithmetic,
    Call,
    Comparison,
    Free,
    Logic,
    Name,
    Negative,
    Node,
    Not,
    Of,
    Parameter,
    Span,
    Text,
)
from deceptive_sim.claims.language.words import FUNCTIONS, KEYWORDS, NOT_IN_THE_LANGUAGE, RESULTS, Kind
from deceptive_sim.claims.situations import Situations
from deceptive_sim.core.errors import InputError, nearest

DEFAULT_ALIASES = {
    "n": "training.episodes",
    "m": "deployment.episodes",
    "p": "training.modification.A",
    "q": "training.modification.B",
    "d": "deployment.modification.A",
    "g": "discount",
}
"""Short names that need not be declared, in scenarios that have these parameters."""

IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
RESERVED = KEYWORDS | FUNCTIONS.keys() | RESULTS.keys() | NOT_IN_THE_LANGUAGE.keys()

_OBJECTIVES = {("judged_by", 0), ("value_of", 1)}
"""Arguments that name objectives, which may stand without quotes."""


@dataclass(kw_only=True)
class Names:
    """The names of one claim.

    Attributes
    ----------
    claim : Claim
    situations : Situations
    words : Words
        Actions and objectives of the games.
    variables : mapping
        Canonical path of every variable, None for free ones.
    aliases : mapping
        Canonical path of every alias.
    definitions : dict
        Bound trees, entered one after another.
    constants : dict
        Parameters that no variable sets, entered as they are met.
    settings : dict
        What each variant sets, canonical, entered before anything is read.
    """

    claim: Claim
    situations: Situations
    words: Words
    variables: Mapping[str, str | None]
    aliases: Mapping[str, str]
    settings: Mapping[str, frozenset[str]]
    definitions: dict[str, Node] = field(default_factory=dict)
    constants: dict[str, Fraction] = field(default_factory=dict)

    def bound(self, node: Node, source: Source) -> Node:
        """The tree with every name looked up; an `InputError` at the first that stands for nothing."""
        match node:
            case Name(path):
                return self._named(path, node.span, source)
            case Call():
                return self._called(node, source)
            case Negative() | Not():
                return replace(node, operand=self.bound(node.operand, source))
            case Arithmetic(_, left, right):
                return replace(node, left=self.bound(left, source), right=self.bound(right, source))
            case Comparison(operands=parts):
                return replace(node, operands=tuple(self.bound(part, source) for part in parts))
            case Logic(parts=parts):
                return replace(node, parts=tuple(self.bound(part, source) for part in parts))
            case _:
                return node

    def path_of(self, name: str) -> str | None:
        """The parameter that a name alone stands for: an alias, a short name that everyone has, or a path."""
        if name in self.aliases:
            return self.aliases[name]
        for path in (DEFAULT_ALIASES.get(name), name):
            if path is not None:
                try:
                    return self.situations.canonical(path)
                except InputError:
                    continue
        return None

    # --- names ---------------------------------------------------------------------------------------------------

    def _named(self, path: str, span: Span, source: Source) -> Node:
        if path in self.definitions:
            return replace(self.definitions[path], span=span)
        if path in self.variables:
            varied = self.variables[path]
            if varied is None:
                return Free(path, span=span)
            return Parameter(None, varied, span=span)
        if path in self.aliases:
            return self._parameter(None, self.aliases[path], span, source)
        if path in RESULTS:
            return self._result(None, path, (), span, source)
        first, _, rest = path.partition(".")
        if first in self.settings:
            return self._of_variant(first, rest, span, source)
        meant = self.path_of(path)
        if meant is None:
            self._unknown(path, span, source)
        return self._parameter(None, meant, span, source)

    def _of_variant(self, variant: str, rest: str, span: Span, source: Source) -> Node:
        if not rest:
            source.refuse(span, f"must say what of {variant}", variant, f"write {variant}.value")
        if rest in RESULTS:
            return self._result(variant, rest, (), span, source)
        if rest in self.definitions:
            return replace(_within(self.definitions[rest], variant), span=span)
        found = self.variables.get(rest) or self.path_of(rest)
        if found is None:
            if rest in self.variables:
                source.refuse(span, "is the same in all games", f"{variant}.{rest}", f"write {rest}")
            known = [*RESULTS, *self.aliases, *self.definitions, *DEFAULT_ALIASES]
            hint = nearest(rest, known) or _path_hint(self.situations, rest)
            source.refuse(span, "must name a result or a parameter of the variant", f"{variant}.{rest}", hint)
        return self._parameter(variant, found, span, source)

    def _parameter(self, variant: str | None, path: str, span: Span, source: Source) -> Parameter:
        set_there = variant is not None and path in self.settings[variant]
        if path not in self.variables.values() and path not in self.constants and not set_there:
            try:
                self.constants[path] = self.situations.number(path)
            except InputError as error:
                problem = error.problems[0]
                source.refuse(span, f"speaks of {path}, which {problem.rule}", problem.got, problem.hint)
        return Parameter(variant, path, span=span)

    def _result(self, variant: str | None, name: str, arguments: tuple[Node, ...], span: Span, source: Source) -> Of:
        result = RESULTS[name]
        if len(arguments) < result.least:
            example = {Kind.TEXT: "base", Kind.NUMBER: "1"}[result.arguments[0]]
            source.refuse(span, f"must say {name} of what", None, f"such as {name}({example})")
        return Of(variant, name, arguments, span=span)

    # --- calls ---------------------------------------------------------------------------------------------------

    def _called(self, node: Call, source: Source) -> Node:
        if node.name in FUNCTIONS:
            return replace(node, arguments=tuple(self.bound(argument, source) for argument in node.arguments))
        variant, _, name = node.name.rpartition(".")
        if variant and variant not in self.settings:
            hint = nearest(variant, self.settings) or "further games are named under also:"
            source.refuse(node.span, f"has no variant {variant}", node.name, hint)
        arguments = tuple(
            self._objective(argument, source) if (name, place) in _OBJECTIVES else self.bound(argument, source)
            for place, argument in enumerate(node.arguments)
        )
        return self._result(variant or None, name, arguments, node.span, source)

    def _objective(self, node: Node, source: Source) -> Node:
        """An objective, with or without quotes."""
        if not isinstance(node, Name | Text):
            source.refuse(node.span, "must name an objective", source.written(node.span))
        name = node.path if isinstance(node, Name) else node.value
        if self.words.objectives is not None and name not in self.words.objectives:
            source.refuse(node.span, "must name an objective", name, nearest(name, self.words.objectives))
        return Text(name, span=node.span)

    # --- mistakes ------------------------------------------------------------------------------------------------

    def _unknown(self, path: str, span: Span, source: Source) -> NoReturn:
        if path in self.claim.definitions:
            source.refuse(span, "must not use a definition before it is made", path, "order definitions by use")
        hyphenated = _hyphenated(source, span)
        if hyphenated and self.path_of(hyphenated):
            source.refuse(span, "must have names with hyphens in backquotes", hyphenated, f"write `{hyphenated}`")
        hint = nearest(path, self._known()) if "." not in path else None
        hint = hint or _path_hint(self.situations, path) or nearest(path, self._known())
        objectives = self.words.objectives or ()
        letters = {letter for action in self.words.actions or () for letter in (action.name, action.name[0])}
        if path in objectives or path in letters or set(path) <= letters:
            hint = f'write "{path}" in quotes'
        source.refuse(span, "has a name that stands for nothing", path, hint)

    def _known(self) -> Iterator[str]:
        yield from (*self.variables, *self.aliases, *self.definitions, *RESULTS, *FUNCTIONS)
        yield from (name for name in DEFAULT_ALIASES if self.path_of(name))
        yield from (f"{variant}.value" for variant in self.settings)


def _within(node: Node, variant: str) -> Node:
    """What a tree says of the claim's own game, said of a variant."""
    match node:
        case Of(None, result, arguments):
            return Of(variant, result, tuple(_within(each, variant) for each in arguments), span=node.span)
        case Parameter(None, path):
            return Parameter(variant, path, span=node.span)
        case Call(arguments=parts):
            return replace(node, arguments=tuple(_within(part, variant) for part in parts))
        case Negative(operand=part) | Not(operand=part):
            return replace(node, operand=_within(part, variant))
        case Arithmetic(_, left, right):
            return replace(node, left=_within(left, variant), right=_within(right, variant))
        case Comparison(operands=parts):
            return replace(node, operands=tuple(_within(part, variant) for part in parts))
        case Logic(parts=parts):
            return replace(node, parts=tuple(_within(part, variant) for part in parts))
        case _:
            return node


def _path_hint(situations: Situations, path: str) -> str | None:
    try:
        situations.canonical(path)
    except InputError as error:
        return error.problems[0].hint
    return None


_JOINED = re.compile(r"[A-Za-z0-9_.-]+")


def _hyphenated(source: Source, span: Span) -> str | None:
    """A path with hyphens that someone wrote without backquotes; its name has been read as the first part."""
    start = span.start
    while start > 0 and (source.text[start - 1].isalnum() or source.text[start - 1] in "_.-"):
        start -= 1
    found = _JOINED.match(source.text, start)
    return found[0] if found and "-" in found[0] else None
