"""From the text of an expression to its tree. Nothing is looked up and nothing is run.

    expression  = implied { "iff" implied }                          all alike: each true, or each false
    implied     = either [ "implies" implied ]
    either      = both { "or" both }
    both        = negated { "and" negated }
    negated     = "not" negated | comparison
    comparison  = sum { ( "<" | "<=" | "==" | "!=" | ">=" | ">" ) sum }
    sum         = product { ( "+" | "-" ) product }
    product     = signed { ( "*" | "/" ) signed }
    signed      = ( "-" | "+" ) signed | power
    power       = atom [ "**" signed ]
    atom        = number | name | text | "true" | "false" | name "(" expression { "," expression } ")"
                | "(" expression ")"

Apart from `implies` and `iff` this is Python's grammar. Reading takes time in proportion to the text and a bounded
stack; the limits stand in `tokens` and `caps`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, NoReturn, cast

from deceptive_sim.claims.language.caps import DEEPEST, keep_caps
from deceptive_sim.claims.language.source import Source
from deceptive_sim.claims.language.text import NEGATIVE, STRENGTH
from deceptive_sim.claims.language.tokens import Sort, Token, tokens
from deceptive_sim.claims.language.tree import (
    Arithmetic,
    Call,
    Comparison,
    Expression,
    Logic,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Span,
    Text,
    Truth,
)
from deceptive_sim.claims.language.words import FUNCTIONS, KEYWORDS, NOT_IN_THE_LANGUAGE, RESULTS
from deceptive_sim.core.errors import nearest, wrong
from deceptive_sim.core.exact import NotANumber, exact

_COMPARISONS = frozenset({"<", "<=", "==", "!=", ">=", ">"})
_TRUTHS = {"true": True, "True": True, "false": False, "False": False}
_INFIX_WORDS = ("and", "or", "implies", "iff")

_ArithmeticSign = Literal["+", "-", "*", "/", "**"]
_ComparisonSign = Literal["<", "<=", "==", "!=", ">=", ">"]


def parse(text: str, name: str = "claim") -> Expression:
    """Read an expression.

    Parameters
    ----------
    text : str
    name : str
        What errors call it.

    Raises
    ------
    InputError
        Naming the rule and the place, if the text is not of the language or larger than it allows.
    """
    if not isinstance(text, str):
        raise wrong(name, "must be an expression in text", text)
    source = Source(text, name)
    tree = _Reader(source).whole()
    keep_caps(tree, source)
    return Expression(text, tree)


class _Reader:
    """Goes through the tokens of a text once."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.tokens = tokens(source)
        self.at = 0
        self.nesting = 0

    @property
    def here(self) -> Token:
        return self.tokens[self.at]

    def ended(self) -> bool:
        """Whether the text is read to its end."""
        return self.here.sort is Sort.END

    def since(self, start: int) -> Span:
        """From a place to the end of what has been read."""
        return Span(start, self.tokens[self.at - 1].span.end)

    def next(self) -> Token:
        token = self.here
        self.at += 1
        return token

    def stands(self, *words: str) -> bool:
        """Whether one of some signs or keywords comes next."""
        token = self.here
        return (token.sort is Sort.SIGN or (token.sort is Sort.NAME and token.bare)) and token.text in words

    def whole(self) -> Node:
        """The tree of the whole text."""
        if self.ended():
            self.source.refuse(Span(0, 0), "must not be empty")
        tree = self.expression(0)
        if not self.ended():
            self._left_over(self.here)
        return tree

    def expression(self, least: int) -> Node:
        """What binds at least as strongly as `least`, as far as it goes."""
        self.nesting += 1
        if self.nesting > DEEPEST:
            hint = "give parts of it names under names:"
            self.source.refuse(self.here.span, f"must be nested at most {DEEPEST} deep", None, hint)
        start = self.here.span.start
        node = self._prefixed(least)
        while (strength := self._strength()) is not None and strength >= least:
            node = self._joined(node, strength, start)
        self.nesting -= 1
        return node

    def _strength(self) -> int | None:
        token = self.here
        if token.sort is Sort.SIGN:
            return STRENGTH.get("<" if token.text in _COMPARISONS else token.text)
        return STRENGTH[token.text] if token.sort is Sort.NAME and self.stands(*_INFIX_WORDS) else None

    def _prefixed(self, least: int) -> Node:
        token = self.here
        if self.stands("not"):
            if least > STRENGTH["not"]:
                self.source.refuse(token.span, "must have parentheses around not ... here")
            self.next()
            inner: Node = self.expression(STRENGTH["not"])
            return Not(inner, span=self.since(token.span.start))
        if self.stands("-", "+"):
            self.next()
            inner = self.expression(NEGATIVE)
            return Negative(inner, span=self.since(token.span.start)) if token.text == "-" else inner
        return self._atom()

    def _joined(self, left: Node, strength: int, start: int) -> Node:
        """A node and what the operators of one strength join to it."""
        if strength == STRENGTH["<"]:
            return self._comparison(left, start)
        sign = self.here.text
        if sign == "implies":
            self.next()
            right = self.expression(strength)
            return Logic("implies", (left, right), span=self.since(start))
        if sign in _INFIX_WORDS:
            return self._logic(left, sign, strength, start)
        self.next()
        right = self.expression(NEGATIVE if sign == "**" else strength + 1)
        return Arithmetic(cast(_ArithmeticSign, sign), left, right, span=self.since(start))

    def _comparison(self, left: Node, start: int) -> Node:
        operands, signs = [left], []
        while self.stands(*_COMPARISONS):
            signs.append(cast(_ComparisonSign, self.next().text))
            operands.append(self.expression(STRENGTH["<"] + 1))
        return Comparison(tuple(operands), tuple(signs), span=self.since(start))

    def _logic(self, left: Node, word: str, strength: int, start: int) -> Node:
        parts = [left]
        while self.stands(word):
            self.next()
            parts.append(self.expression(strength + 1))
        joined = cast(Literal["and", "or", "iff"], word)
        return Logic(joined, tuple(parts), span=self.since(start))

    def _atom(self) -> Node:
        token = self.next()
        if token.sort is Sort.NUMBER:
            return Number(self._number(token), span=token.span)
        if token.sort is Sort.QUOTED:
            return Text(token.text, span=token.span)
        if token.sort is Sort.NAME:
            return self._named(token)
        if token.sort is Sort.SIGN and token.text == "(":
            return self._bracketed(token)
        return self._nothing(token)

    def _number(self, token: Token) -> Fraction:
        try:
            return exact(token.text)
        except NotANumber as error:
            raise self.source.wrong(token.span, f"has a number that {error}", token.text) from None

    def _bracketed(self, opened: Token) -> Node:
        node = self.expression(0)
        if self.stands(","):
            self.source.refuse(self.here.span, "cannot have , here", None, "there are no lists")
        self._close(opened)
        return node

    def _close(self, opened: Token) -> None:
        if self.stands(")"):
            self.next()
            return
        if self.ended():
            self.source.refuse(opened.span, "must close the parenthesis opened here")
        self._left_over(self.here)

    def _named(self, token: Token) -> Node:
        if token.bare:
            if token.text in _TRUTHS:
                return Truth(_TRUTHS[token.text], span=token.span)
            if token.text in KEYWORDS:
                self._nothing(token)
            if token.text in NOT_IN_THE_LANGUAGE:
                self.source.refuse(token.span, f"cannot have {token.text} here", None, NOT_IN_THE_LANGUAGE[token.text])
        if self.stands("("):
            return self._call(token)
        if token.bare and token.text in FUNCTIONS:
            rule = f"must have parentheses after {token.text}"
            self.source.refuse(token.span, rule, None, f"{token.text}(...) is a function of numbers")
        return Name(token.text, span=token.span)

    def _call(self, token: Token) -> Node:
        least, most = self._how_many(token)
        opened, arguments = self.next(), []
        while not self.stands(")"):
            arguments.append(self.expression(0))
            if not self.stands(","):
                break
            self.next()
        closed = self.here
        self._close(opened)
        span = Span(token.span.start, closed.span.end)
        if not least <= len(arguments) <= most:
            takes = f"{least}" if least == most else f"{least} to {most}"
            rule = f"must give {token.text} {takes} argument{'s' if most > 1 else ''}"
            self.source.refuse(span, rule, str(len(arguments)))
        return Call(token.text, tuple(arguments), span=span)

    def _how_many(self, token: Token) -> tuple[int, int]:
        """How few and how many arguments a function or result takes; an error if it is neither."""
        if token.bare and token.text in FUNCTIONS:
            return FUNCTIONS[token.text]
        result = RESULTS.get(token.text.rpartition(".")[2])
        if result is None:
            known = (*FUNCTIONS, *(name for name, each in RESULTS.items() if each.arguments))
            hint = nearest(token.text, known) or f"the functions are {', '.join(FUNCTIONS)}"
            self.source.refuse(token.span, f"has no function {token.text[:60]}", None, hint)
        if not result.arguments:
            self.source.refuse(token.span, f"must not put parentheses after {token.text}", None, f"write {token.text}")
        return max(result.least, 1), len(result.arguments)

    def _nothing(self, token: Token) -> NoReturn:
        """There should have been a value."""
        before = self.tokens[self.at - 2] if self.at > 1 else None
        if token.sort is Sort.END:
            behind = f" after {before.text}" if before else ""
            self.source.refuse(token.span, f"must go on{behind}: a value is missing")
        if before is None:
            self.source.refuse(token.span, f"must have a value before {token.text}")
        self.source.refuse(token.span, f"must have a value between {before.text} and {token.text}")

    def _left_over(self, token: Token) -> NoReturn:
        """There should have been an operator, or the end."""
        if token.text == ")" and token.sort is Sort.SIGN:
            self.source.refuse(token.span, "closes a parenthesis that was not opened")
        if token.text == "," and token.sort is Sort.SIGN:
            self.source.refuse(token.span, "cannot have , here", None, "write one expression; truths are joined by and")
        hint = None
        if token.sort is Sort.NAME:
            hint = NOT_IN_THE_LANGUAGE.get(token.text) or nearest(token.text, (*_INFIX_WORDS, "not"))
        written = self.source.written(token.span)
        self.source.refuse(token.span, "must have an operator before what follows", written, hint)
