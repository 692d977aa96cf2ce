"""A text of the language and how errors speak of it: by its name, with line, column and the line itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from deceptive_sim.claims.language.tree import Span
from deceptive_sim.core.errors import InputError, Position, Problem, quote

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Source:
    """A text and what errors call it (`claims.pays-iff.claim`)."""

    text: str
    name: str

    def problem(self, span: Span, rule: str, got: str | None = None, hint: str | None = None) -> Problem:
        """A broken rule at a place of the text; `got` is quoted as the user wrote it."""
        ends = [end.end() for end in _LINE_END.finditer(self.text, 0, span.start)]
        start = ends[-1] if ends else 0
        line_end = _LINE_END.search(self.text, start)
        position = Position(
            file=f"<{self.name}>",
            line=len(ends) + 1,
            column=span.start - start + 1,
            source=self.text[start : line_end.start() if line_end else len(self.text)],
        )
        shown = None if got is None else quote(got)
        return Problem(name=self.name, rule=rule, got=shown, hint=hint, position=position)

    def wrong(self, span: Span, rule: str, got: str | None = None, hint: str | None = None) -> InputError:
        """The same as an error."""
        return InputError(self.problem(span, rule, got, hint))

    def refuse(self, span: Span, rule: str, got: str | None = None, hint: str | None = None) -> NoReturn:
        """Raise the error."""
        raise self.wrong(span, rule, got, hint)

    def written(self, span: Span) -> str:
        """What stands at a place."""
        return self.text[span.start : span.end]
