"""From a claim as it is written to one whose names are looked up: definitions in place, kinds and domains checked.

Everything that can be wrong with a claim apart from its truth is found here or in `making`, all mistakes at once, each
named by where it stands (`claims.ID.assume.0`) and placed within its text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from deceptive_sim.claims.bound import BoundClaim, BoundVariant
from deceptive_sim.claims.claim import Claim, Variable
from deceptive_sim.claims.domains import describe
from deceptive_sim.claims.ends import impossible_end
from deceptive_sim.claims.language.caps import WITH_DEFINITIONS, keep_caps
from deceptive_sim.claims.language.kinds import Words, checked
from deceptive_sim.claims.language.source import Source
from deceptive_sim.claims.language.tree import Expression, Free, Node, Of, Parameter, walk
from deceptive_sim.claims.language.words import Kind
from deceptive_sim.claims.making import make_claim
from deceptive_sim.claims.names import DEFAULT_ALIASES, IDENTIFIER, RESERVED, Names
from deceptive_sim.claims.situations import Situations
from deceptive_sim.core.errors import InputError, Problem, nearest, quote, wrong

__all__ = ["bind", "make_claim"]

Found = TypeVar("Found")


def bind(claim: Claim, situations: Situations, *, prefix: str | None = None) -> BoundClaim:
    """Look up every name of a claim.

    Parameters
    ----------
    claim : Claim
    situations : Situations
    prefix : str or None
        What errors call the claim; None for `claims.ID`.

    Raises
    ------
    InputError
        With every mistake found: names that stand for nothing, truths where numbers should be, parameters that are
        set twice, ranges that end where the parameter cannot be, ...
    """
    return _Binder(claim, situations, f"claims.{claim.id}" if prefix is None else prefix).whole()


class _Binder:
    def __init__(self, claim: Claim, situations: Situations, prefix: str) -> None:
        self.claim, self.situations, self.prefix = claim, situations, prefix
        self.problems: list[Problem] = []

    def tried(self, do: Callable[[], Found]) -> Found | None:
        """What it gives; None if it is mistaken, which is noted."""
        try:
            return do()
        except InputError as error:
            self.problems += error.problems
            return None

    def note(self, name: str, rule: str, got: object = None, hint: str | None = None) -> None:
        """Note a mistake."""
        self.problems += wrong(f"{self.prefix}.{name}", rule, got, hint).problems

    def sound_so_far(self) -> None:
        """Raise what has been noted."""
        if self.problems:
            raise InputError(self.problems)

    def whole(self) -> BoundClaim:
        """The claim, bound."""
        claim = self.claim
        self._names_are_free()
        words = self._words()
        paths = self._paths()
        aliases = {
            name: found
            for name, path in claim.aliases.items()
            if (found := self._canonical(f"names.{name}", path)) is not None
        }
        settings = self._settings(aliases, paths)
        self.sound_so_far()
        names = Names(
            claim=claim,
            situations=self.situations,
            words=words,
            variables=paths,
            aliases=aliases,
            settings={name: frozenset(setting) for name, setting in settings.items()},
        )
        for name, definition in claim.definitions.items():
            tree = self._read(definition, f"names.{name}", None, names)
            if tree is not None:
                names.definitions[name] = tree
        self.sound_so_far()
        main = self._read(claim.claim, "claim", Kind.TRUTH, names)
        assumptions = self._all("assume", claim.assumptions, names)
        lemmas = self._all("lemmas", claim.lemmas, names)
        variants = self._variants(settings, names)
        self.sound_so_far()
        assert main is not None
        trees = [main, *assumptions, *lemmas, *(tree for each in variants.values() for tree in each.settings.values())]
        self._all_used(trees, names)
        for variable in claim.variables:
            self._ends(variable, paths)
        self.sound_so_far()
        return BoundClaim(
            claim=claim,
            tree=main,
            assumptions=assumptions,
            variants=variants,
            lemmas=lemmas,
            paths=paths,
            constants=names.constants,
        )

    # --- what names stand for ------------------------------------------------------------------------------------

    def _names_are_free(self) -> None:
        """Every name has one meaning, and none that the language has already."""
        taken: dict[str, str] = {}
        for section, name in self._given_names():
            if name in RESERVED:
                self.note(f"{section}.{name}", "is a word of the language already: call it something else")
            elif not IDENTIFIER.fullmatch(name):
                self.note(f"{section}.{name}", "must be a name of letters, digits and _, a letter first", name)
            elif name in taken:
                self.note(f"{section}.{name}", f"has a meaning already, under {taken[name]}: call it something else")
            elif section == "also" and self._known(f"{name}.episodes"):
                self.note(f"{section}.{name}", "is the name of a phase: call it something else")
            taken.setdefault(name, section)

    def _given_names(self) -> Iterator[tuple[str, str]]:
        """Names that the claim makes; variables that are paths or aliases are none."""
        claim = self.claim
        for name in (*claim.aliases, *claim.definitions):
            yield "names", name
        for variable in claim.variables:
            if variable.path is None or variable.name in RESERVED:
                yield "given", variable.name
        for name in claim.variants:
            yield "also", name

    def _words(self) -> Words:
        """What actions and objectives are called."""
        self._agent("agent", self.claim.agent)
        try:
            game = self.situations.at({}, self.claim.agent).game
        except InputError:
            return Words()
        return Words(game.actions, tuple(objective.name for objective in game.objectives))

    def _agent(self, place: str, agent: str | None) -> None:
        """Note an agent that there is not; what is unsound apart from its name is another matter."""
        try:
            self.situations.at({}, agent)
        except InputError as error:
            for problem in error.problems:
                if agent is not None and problem.got == quote(agent):
                    self.problems.append(replace(problem, name=f"{self.prefix}.{place}"))

    def _known(self, path: str) -> bool:
        try:
            self.situations.canonical(path)
        except InputError:
            return False
        return True

    def _canonical(self, name: str, path: str) -> str | None:
        try:
            return self.situations.canonical(path)
        except InputError as error:
            problem = error.problems[0]
            self.note(name, f"names {path}, which {problem.rule}", problem.got, problem.hint)
            return None

    def _paths(self) -> dict[str, str | None]:
        """The canonical path of every variable; no two variables have the same."""
        paths: dict[str, str | None] = {}
        for variable in self.claim.variables:
            place = f"given.{variable.name}"
            path = None if variable.path is None else self._canonical(place, variable.path)
            if variable.name in paths:
                self.note(place, "must be given once")
            if path is not None and path in paths.values():
                other = next(name for name, each in paths.items() if each == path)
                self.note(place, f"is the same parameter as {other}, which is given already", path)
            paths[variable.name] = path
        return paths

    def _settings(
        self, aliases: Mapping[str, str], paths: Mapping[str, str | None]
    ) -> dict[str, dict[str, Expression]]:
        """What every variant sets, by canonical path."""
        found: dict[str, dict[str, Expression]] = {}
        for variant, given in self.claim.variants.items():
            settings = found[variant] = {}
            for name, expression in given.settings.items():
                short = aliases.get(name) or paths.get(name)
                default = DEFAULT_ALIASES.get(name)
                meant = short or (default if default and self._known(default) else name)
                path = self._canonical(f"also.{variant}.{name}", meant)
                if path is not None and path in settings:
                    self.note(f"also.{variant}.{name}", "is set twice in this variant", path)
                if path is not None:
                    settings[path] = expression
        return found

    # --- expressions ---------------------------------------------------------------------------------------------

    def _read(self, expression: Expression, place: str, kind: Kind | None, names: Names) -> Node | None:
        source = Source(expression.text, f"{self.prefix}.{place}")

        def read() -> Node:
            tree = names.bound(expression.tree, source)
            keep_caps(tree, source, WITH_DEFINITIONS)
            return checked(tree, kind, source, names.words)

        return self.tried(read)

    def _all(self, place: str, expressions: tuple[Expression, ...], names: Names) -> tuple[Node, ...]:
        trees = (self._read(each, f"{place}.{k}", Kind.TRUTH, names) for k, each in enumerate(expressions))
        return tuple(tree for tree in trees if tree is not None)

    def _variants(self, settings: Mapping[str, Mapping[str, Expression]], names: Names) -> dict[str, BoundVariant]:
        bound = {}
        for variant, given in self.claim.variants.items():
            trees = {}
            for (path, expression), name in zip(settings[variant].items(), given.settings, strict=True):
                place = f"also.{variant}.{name}"
                tree = self._read(expression, place, Kind.NUMBER, names)
                if tree is not None:
                    self._of_parameters(tree, place)
                    trees[path] = tree
            bound[variant] = BoundVariant(settings=trees, agent=given.agent)
            self._agent(f"also.{variant}.agent", given.agent)
        return bound

    def _of_parameters(self, tree: Node, place: str) -> None:
        """A setting speaks of variables and parameters of the claim's own game alone."""
        for node in walk(tree):
            if isinstance(node, Of) or (isinstance(node, Parameter) and node.variant is not None):
                what = node.result if isinstance(node, Of) else f"{node.variant}.{node.path}"
                self.note(place, "must speak of variables and parameters of the claim's own game alone", what)

    # --- variables -----------------------------------------------------------------------------------------------

    def _all_used(self, trees: list[Node], names: Names) -> None:
        used = {node.name for tree in trees for node in walk(tree) if isinstance(node, Free)}
        for variable in self.claim.variables:
            if variable.path is None and variable.name not in used:
                hint = self._parameter_like(variable.name)
                self.note(f"given.{variable.name}", "is no parameter, and the claim does not speak of it", None, hint)

    def _parameter_like(self, name: str) -> str | None:
        shorts = [*self.claim.aliases, *(short for short, path in DEFAULT_ALIASES.items() if self._known(path))]
        try:
            self.situations.canonical(name)
        except InputError as error:
            return error.problems[0].hint or nearest(name, shorts)
        return None

    def _ends(self, variable: Variable, paths: Mapping[str, str | None]) -> None:
        path = paths[variable.name]
        if path is None:
            return
        others = {
            other: one.domain
            for one in self.claim.variables
            if (other := paths[one.name]) is not None and other != path
        }
        broken = impossible_end(self.situations, path, variable.domain, others, self.claim.agent)
        if broken is not None:
            name = f"{self.prefix}.given.{variable.name}"
            self.problems += wrong(name, _about(path, variable, broken), describe(variable.domain)).problems


def _about(path: str, variable: Variable, problem: Problem) -> str:
    whose = "" if variable.name == path else f" ({path})"
    return f"ranges too far: it{whose} {problem.rule}"
