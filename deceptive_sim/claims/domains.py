"""Where a variable of a claim ranges: an interval of numbers, open or closed at its ends, or a few values.

As people write it, with exact numbers such as 3, 0.2 or 1/3:

    1 to 6       1..6       0:1          from one to the other, both included
    over 0 up to 1          (0, 1]       the low end left out
    from 0 below 1          [0, 1)       the high end left out
    over 0      from 1                   no end above
    below 1     up to 1                  no end below
    any number
    3            1, 2, 3                 one value, or a few
    0:1:1/4      0:1@5                   lo, lo + step, ... as far as it goes; N values in even steps

Where only whole numbers may stand, ranges mean every whole number in them, and values by number are rounded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from deceptive_sim.core.errors import nearest, wrong
from deceptive_sim.core.exact import NotANumber, exact, text_of

MOST_VALUES = 10_000
"""How many values a domain may list."""

LONGEST_RANGE = 4_000
"""Characters of a domain as text."""

SHOWN_VALUES = 12
"""How many values are listed in full when a domain is described."""

Written: TypeAlias = str | int | float | Fraction | Sequence[str | int | float | Fraction]
"""A domain as people write it: text, a number, or a list of numbers."""


@dataclass(frozen=True, kw_only=True)
class Domain:
    """The values that a variable may have.

    Attributes
    ----------
    values : tuple of Fraction or None
        A few values, ascending; then nothing else counts.
    low, high : Fraction or None
        Ends of an interval; None where it goes on for ever.
    low_open, high_open : bool
        Whether the end itself is left out.
    whole : bool
        Whether only whole numbers are meant.
    """

    values: tuple[Fraction, ...] | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False
    whole: bool = False

    def __contains__(self, number: Fraction) -> bool:
        if self.values is not None:
            return number in self.values
        if self.whole and number.denominator != 1:
            return False
        above = self.low is None or number > self.low or (number == self.low and not self.low_open)
        below = self.high is None or number < self.high or (number == self.high and not self.high_open)
        return above and below

    @property
    def bounded(self) -> bool:
        """Whether it ends on both sides."""
        return self.values is not None or (self.low is not None and self.high is not None)


def parse_domain(value: Written, name: str, *, whole: bool = False) -> Domain:
    """Read a domain; see the head of this module.

    Parameters
    ----------
    value : str, number or list of numbers
    name : str
        What errors call it.
    whole : bool
        Whether only whole numbers may stand there.

    Raises
    ------
    InputError
        If it is none, or there is nothing in it.
    """
    if isinstance(value, list | tuple):
        return _listed(value, name, whole)
    if not isinstance(value, str):
        return _listed([value], name, whole)
    text = " ".join(value[: LONGEST_RANGE + 1].split())
    if not text or len(text) > LONGEST_RANGE:
        raise wrong(name, f"must say where it ranges, in at most {LONGEST_RANGE} characters", text or "nothing", _FORMS)
    stepped = _STEPPED.fullmatch(text)
    if stepped:
        return _stepped(stepped, text, name, whole)
    for form, low_open, high_open in _RANGES:
        found = form.fullmatch(text)
        if found:
            ends = found.groupdict()
            return _interval(ends.get("low"), ends.get("high"), low_open, high_open, name, whole)
    return _other(text, name, whole)


def describe(domain: Domain) -> str:
    """A domain for people, as it can be written: `over 0 up to 1`."""
    if domain.values is not None:
        return _values_text([text_of(number) for number in domain.values])
    low = None if domain.low is None else text_of(domain.low)
    high = None if domain.high is None else text_of(domain.high)
    if low is not None and high is not None and not domain.low_open and not domain.high_open:
        return f"{low} to {high}" if low != high else low
    words = [] if low is None else [f"{'over' if domain.low_open else 'from'} {low}"]
    words += [] if high is None else [f"{'below' if domain.high_open else 'up to'} {high}"]
    return " ".join(words) or ("any whole number" if domain.whole else "any number")


_FORMS = "such as 1 to 6, over 0 up to 1, or a list of values"
_LOW, _HIGH = r"(?P<low>[^\s:@,()\[\]]+?)", r"(?P<high>[^\s:@,()\[\]]+)"

_STEPPED = re.compile(r"(?P<low>[^:@]+):(?P<high>[^:@]+)(?::(?P<step>[^:@]+)|@(?P<points>[^:@]+))?")

_RANGES = tuple(
    (re.compile(form.replace("LOW", _LOW).replace("HIGH", _HIGH)), low_open, high_open)
    for form, low_open, high_open in (
        (r"from LOW (?:up to|to) HIGH", False, False),
        (r"from LOW below HIGH", False, True),
        (r"over LOW (?:up to|to) HIGH", True, False),
        (r"over LOW below HIGH", True, True),
        (r"from LOW", False, False),
        (r"over LOW", True, False),
        (r"up to HIGH", False, False),
        (r"below HIGH", False, True),
        (r"\( ?LOW ?, ?HIGH ?\)", True, True),
        (r"\( ?LOW ?, ?HIGH ?\]", True, False),
        (r"\[ ?LOW ?, ?HIGH ?\)", False, True),
        (r"any(?: whole)? number", False, False),
        (r"LOW to HIGH", False, False),
        (r"LOW ?\.\.(?!\.) ?HIGH", False, False),
    )
)

_INSTEAD = {
    "above": "write over",
    "beyond": "write over",
    "after": "write over",
    "under": "write below",
    "until": "write up to",
    "till": "write up to",
    "through": "write to",
    "least": "write from",
    "most": "write up to",
    "between": "1 to 6 includes both ends, over 1 below 6 leaves them out",
    "infinity": "write from 1 for no end above",
    "inf": "write from 1 for no end above",
    "anything": "write any number",
    "all": "write any number",
    "log": "there are no ratios here: list the values",
}
"""Words that people may write, and what they stand for here."""


def _interval(low: str | None, high: str | None, low_open: bool, high_open: bool, name: str, whole: bool) -> Domain:
    least = None if low is None else _number(low, name)
    most = None if high is None else _number(high, name)
    if least is not None and most is not None:
        shown = f"{low} and {high}"
        if least > most:
            raise wrong(name, "must range from the lower number to the higher", shown)
        if least == most and (low_open or high_open):
            raise wrong(name, "must leave some number between its ends", shown)
        if least == most:
            return _listed([least], name, whole)
    if not whole:
        return Domain(low=least, high=most, low_open=low_open, high_open=high_open)
    if least is not None:
        least = Fraction(math.floor(least) + 1 if low_open else math.ceil(least))
    if most is not None:
        most = Fraction(math.ceil(most) - 1 if high_open else math.floor(most))
    if least is not None and most is not None and least > most:
        raise wrong(name, "must have a whole number between its ends", f"{low} and {high}")
    if least is not None and least == most:
        return _listed([least], name, whole)
    return Domain(low=least, high=most, whole=True)


def _stepped(found: re.Match[str], text: str, name: str, whole: bool) -> Domain:
    """`lo:hi`, with a step or a number of values behind it."""
    if found["step"] is None and found["points"] is None:
        return _interval(found["low"].strip(), found["high"].strip(), False, False, name, whole)
    low, high = _number(found["low"], name), _number(found["high"], name)
    if low > high:
        raise wrong(name, "must range from the lower number to the higher", text)
    if found["step"] is not None:
        step = _number(found["step"], name)
        if step <= 0:
            raise wrong(name, "must have a step above 0", text)
        times = (high - low) // step
        _few(times + 1, name)
        return _listed([low + step * k for k in range(times + 1)], name, whole)
    points = _number(found["points"], name)
    if points.denominator != 1 or points < 2:
        raise wrong(name, "must have a whole number of values, 2 or more", found["points"].strip())
    _few(points, name)
    values = [low + (high - low) * k / (points - 1) for k in range(int(points))]
    return _listed([Fraction(round(value)) for value in values] if whole else values, name, whole)


def _few(count: int | Fraction, name: str) -> None:
    if count > MOST_VALUES:
        raise wrong(name, f"must have at most {MOST_VALUES} values", text_of(Fraction(count)))


def _listed(values: Sequence[object], name: str, whole: bool) -> Domain:
    if not values:
        raise wrong(name, "must have at least one value", values)
    _few(len(values), name)
    numbers = [_number(value, name) for value in values]
    if whole:
        for number in numbers:
            if number.denominator != 1:
                raise wrong(name, "must have whole numbers", text_of(number))
    return Domain(values=tuple(sorted(set(numbers))), whole=whole)


def _other(text: str, name: str, whole: bool) -> Domain:
    """Single values, and what is none of the forms."""
    if re.fullmatch(r"\[.*\]", text):
        raise wrong(name, "could be a range or two values", text, "write 0 to 1, or 0, 1")
    words = re.findall(r"[a-z]+", text.lower())
    if set(text) & set("<>="):
        raise wrong(name, "must say in words where it ranges", text, _FORMS)
    if not words or re.fullmatch(r"[0-9.eE+/, -]+", text):
        return _listed(text.split(","), name, whole)
    for word in words:
        if word in _INSTEAD:
            raise wrong(name, f"cannot say {word}", text, _INSTEAD[word])
    known = ("to", "from", "over", "up", "below", "any", "number", "whole")
    odd = next((word for word in words if word not in known), words[0])
    hint = nearest(odd, known)
    near = odd not in known and hint is not None and hint.startswith("did you mean")
    raise wrong(name, "must say where it ranges", text, hint if near else _FORMS)


def _number(value: object, name: str) -> Fraction:
    try:
        return exact(value)
    except NotANumber as error:
        shown = "nothing" if value is None else value.strip() if isinstance(value, str) else value
        hint = _INSTEAD.get(str(shown).lower())
        raise wrong(name, f"ranges over numbers, each of which {error}", shown, hint) from None


def _values_text(texts: Sequence[str]) -> str:
    if len(texts) <= SHOWN_VALUES:
        return ", ".join(texts)
    return f"{', '.join(texts[: SHOWN_VALUES - 2])}, ..., {texts[-1]} ({len(texts)} values)"
