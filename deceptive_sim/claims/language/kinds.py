"""Whether an expression makes sense: truths are joined, numbers are calculated with, like is compared with like.

Works on bound trees, in which every leaf has a kind. Texts in quotes stand only beside a text result or as an
argument, and only if they are words of the game: a strategy of other letters, or a regime that is none, is a mistake
and not merely false.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from deceptive_sim.claims.language.source import Source
from deceptive_sim.claims.language.tree import (
    Arithmetic,
    Call,
    Comparison,
    Free,
    Logic,
    Negative,
    Node,
    Not,
    Number,
    Of,
    Parameter,
    Text,
    Truth,
)
from deceptive_sim.claims.language.words import RESULTS, Kind
from deceptive_sim.core.errors import InputError, nearest
from deceptive_sim.model.actions import Action
from deceptive_sim.model.regimes import Regime
from deceptive_sim.model.strategies import parse_strategy

_ARTICLES = {Kind.NUMBER: "a number", Kind.TRUTH: "a truth", Kind.TEXT: "a text"}
_STRATEGIES = frozenset({"strategy", "training_strategy", "deployment_strategy"})


@dataclass(frozen=True)
class Words:
    """What a game's actions and objectives are called; None if that is not known."""

    actions: Sequence[Action] | None = None
    objectives: Sequence[str] | None = None


def checked(tree: Node, wanted: Kind | None, source: Source, words: Words) -> Node:
    """A tree in which everything makes sense, strategies that it compares written out in full.

    Raises
    ------
    InputError
        At the first place that makes no sense, or about the whole if it is of another kind than wanted.
    """
    checker = _Checker(source, words)
    tree = checker.tree(tree)
    if wanted is not None:
        hint = "compare it with a number" if wanted is Kind.TRUTH and kind_of(tree) is Kind.NUMBER else None
        checker.expect(tree, wanted, "must be {}, not {}", hint)
    return tree


def kind_of(node: Node) -> Kind:
    """The kind of a bound tree in which everything makes sense."""
    match node:
        case Truth() | Comparison() | Not() | Logic():
            return Kind.TRUTH
        case Text():
            return Kind.TEXT
        case Of(result=result):
            return RESULTS[result].kind
        case _:
            return Kind.NUMBER


class _Checker:
    def __init__(self, source: Source, words: Words) -> None:
        self.source, self.words = source, words

    def expect(self, node: Node, kind: Kind, rule: str, hint: str | None = None) -> None:
        """Refuse a node of another kind."""
        found = kind_of(node)
        if found is not kind:
            written = self.source.written(node.span)
            self.source.refuse(node.span, rule.format(_ARTICLES[kind], _ARTICLES[found]), written, hint)

    def tree(self, node: Node) -> Node:
        """The node with its parts checked."""
        match node:
            case Number() | Truth() | Text() | Free() | Parameter():
                return node
            case Of():
                return self._result(node)
            case Negative(operand):
                return replace(node, operand=self._number(operand, "-"))
            case Arithmetic(operator, left, right):
                return replace(node, left=self._number(left, operator), right=self._number(right, operator))
            case Call(name, arguments):
                return replace(node, arguments=tuple(self._number(argument, name) for argument in arguments))
            case Not(operand):
                return replace(node, operand=self._truth(operand, "not"))
            case Logic(operator, parts):
                return replace(node, parts=tuple(self._truth(part, operator) for part in parts))
            case Comparison():
                return self._comparison(node)
        raise AssertionError(node)

    def _number(self, node: Node, operator: str) -> Node:
        node = self.tree(node)
        self.expect(node, Kind.NUMBER, f"must have {{}} with {operator}, not {{}}")
        return node

    def _truth(self, node: Node, word: str) -> Node:
        node = self.tree(node)
        hint = "compare it with a number" if kind_of(node) is Kind.NUMBER else None
        self.expect(node, Kind.TRUTH, f"must have {{}} with {word}, not {{}}", hint)
        return node

    def _result(self, node: Of) -> Of:
        kinds = RESULTS[node.result].arguments
        arguments = tuple(self.tree(argument) for argument in node.arguments)
        for argument, kind in zip(arguments, kinds, strict=False):
            hint = None
            if kind is Kind.TEXT:
                hint = "put strategies in quotes" if node.result == "value_of" else None
            self.expect(argument, kind, f"must give {node.result} {{}}, not {{}}", hint)
        if node.result == "value_of" and isinstance(arguments[0], Text):
            self._strategy(arguments[0], arguments[0].value.removesuffix(".."))
        return replace(node, arguments=arguments)

    def _comparison(self, node: Comparison) -> Comparison:
        operands = [self.tree(operand) for operand in node.operands]
        for (left, right), operator in zip(pairwise(operands), node.operators, strict=True):
            kinds = kind_of(left), kind_of(right)
            if kinds[0] is not kinds[1]:
                both = f"{_ARTICLES[kinds[0]]} with {_ARTICLES[kinds[1]]}"
                self.source.refuse(right.span, f"cannot compare {both}", self.source.written(right.span))
            if operator not in {"==", "!="} and kinds[0] is not Kind.NUMBER:
                self.source.refuse(right.span, f"cannot order {kinds[0].value}s by {operator}", None, "write == or !=")
            if isinstance(left, Text) and isinstance(right, Text):
                self.source.refuse(right.span, "cannot compare two texts in quotes", right.value)
        for index, operand in enumerate(operands):
            beside = operands[max(index - 1, 0) : index + 2]
            if isinstance(operand, Text):
                operands[index] = self._word(operand, [each for each in beside if isinstance(each, Of)])
        return replace(node, operands=tuple(operands))

    def _word(self, text: Text, beside: Sequence[Of]) -> Text:
        """A text in quotes beside results."""
        for result in beside:
            if result.result == "regime" and text.value not in list(Regime):
                hint = nearest(text.value, [regime.value for regime in Regime])
                self.source.refuse(text.span, "must name a regime", text.value, hint)
            if result.result == "action" and self.words.actions is not None:
                names = [action.name for action in self.words.actions]
                if text.value not in names:
                    self.source.refuse(text.span, "must name an action", text.value, nearest(text.value, names))
            if result.result in _STRATEGIES:
                return self._compared(text)
        return text

    def _compared(self, text: Text) -> Text:
        """A strategy that another is compared with, as results write it."""
        if text.value.endswith(("*", "×", "..")):
            hint = "count the episodes: training_defections == 0, deployment_defections == 0"
            self.source.refuse(text.span, "cannot compare with an open-ended strategy", text.value, hint)
        return self._strategy(text, text.value)

    def _strategy(self, text: Text, written: str) -> Text:
        if self.words.actions is None:
            return text
        try:
            strategy = parse_strategy(written, self.words.actions, None)
        except InputError as error:
            problem = error.problems[0]
            raise self.source.wrong(text.span, problem.rule, text.value, problem.hint) from None
        if written != text.value or len(strategy) > LONGEST_STRATEGY or written.endswith(("*", "×")):
            return text
        return replace(text, value=strategy.text(self.words.actions))


LONGEST_STRATEGY = 100_000
"""Strategies over more episodes are left as they are written."""
