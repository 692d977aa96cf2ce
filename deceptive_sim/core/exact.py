"""Exact numbers: `1/3` and `0.2` are fractions, never binary approximations.

Integers, decimals, scientific notation and fractions of integers are read as `fractions.Fraction`. Python floats are
read through their shortest decimal form, so `0.2` means one fifth wherever it is written. Sizes are bounded so that
every number also has a float and no input can stall the reader.
"""

from __future__ import annotations

import enum
import math
import re
from decimal import Decimal
from fractions import Fraction
from numbers import Rational, Real
from typing import TypeAlias, TypeVar

from deceptive_sim.core.errors import nearest, wrong

Word = TypeVar("Word", bound=enum.StrEnum)

Number: TypeAlias = int | float | Fraction
"""What the solvers compute with: Fractions for truth, floats for speed, integers inside the exact engine."""

MAX_CHARACTERS = 80
MAX_EXPONENT = 150
MAX_EPISODES = 10**12

_LARGEST = 10**MAX_EXPONENT
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_FRACTION = re.compile(r"([+-]?\d+)\s*/\s*(\d+)", re.ASCII)


class NotANumber(ValueError):  # noqa: N818 - reads as what it says
    """Text or value that is not an exact number; the message is the broken rule ("must be ...")."""


def exact(value: object) -> Fraction:
    """Read a number exactly.

    Parameters
    ----------
    value : str, int, float, Decimal or Fraction
        `"1/3"`, `"0.2"`, `"1e-3"`, `3`, `0.2` (read as 1/5). Booleans, NaN and infinities are refused.

    Returns
    -------
    Fraction
        The number, exactly as written. Its size is 0 or between 1e-150 and 1e150.

    Raises
    ------
    NotANumber
        If it is no number, or too long, too large or too close to 0.
    """
    if type(value) is Fraction and type(value.numerator) is int and type(value.denominator) is int:
        return _bounded(value)  # the commonest by far, and in lowest terms already
    if isinstance(value, bool):
        raise NotANumber("must be a number such as 1/3, 0.2 or 2")
    if isinstance(value, str):
        return _bounded(_from_text(value))
    if isinstance(value, Rational):  # of any library: NumPy's integers must not stay what they are, they overflow
        return _bounded(Fraction(int(value.numerator), int(value.denominator)))
    if isinstance(value, Decimal):
        return _bounded(_from_text(str(value)))
    if isinstance(value, Real):
        return _bounded(_from_text(repr(float(value))))
    raise NotANumber("must be a number such as 1/3, 0.2 or 2")


def _from_text(text: str) -> Fraction:
    text = text.strip()
    if text.lower().lstrip("+-.") in {"inf", "infinity", "nan"}:
        raise NotANumber("must be finite")
    if len(text) > MAX_CHARACTERS:
        raise NotANumber(f"must be a number of at most {MAX_CHARACTERS} characters")
    ratio = _FRACTION.fullmatch(text)
    if ratio:
        if int(ratio[2]) == 0:
            raise NotANumber("must not divide by zero")
        return Fraction(int(ratio[1]), int(ratio[2]))
    if not _NUMBER.fullmatch(text):
        raise NotANumber("must be a number such as 1/3, 0.2 or 2")
    exponent = re.search(r"[eE]([+-]?\d+)$", text)
    if exponent and abs(int(exponent[1])) > 2 * MAX_EXPONENT:
        raise NotANumber(f"must be 0 or between 1e-{MAX_EXPONENT} and 1e{MAX_EXPONENT} in size")
    return Fraction(text)


def _bounded(number: Fraction) -> Fraction:
    numerator, denominator = abs(number.numerator), number.denominator  # compared as integers, which is fast
    if numerator and not (denominator <= numerator * _LARGEST and numerator <= denominator * _LARGEST):
        raise NotANumber(f"must be 0 or between 1e-{MAX_EXPONENT} and 1e{MAX_EXPONENT} in size")
    return number


def probability(value: object) -> Fraction:
    """An exact number in [0, 1]; raises `NotANumber` otherwise."""
    number = exact(value)
    if not 0 <= number <= 1:
        raise NotANumber("must be a probability in [0, 1]")
    return number


def discount_factor(value: object) -> Fraction:
    """An exact number in [0, 1]; raises `NotANumber` otherwise."""
    number = exact(value)
    if not 0 <= number <= 1:
        raise NotANumber("must be a discount in [0, 1]")
    return number


def count(value: object) -> int:
    """A whole number from 0 up to `MAX_EPISODES`; raises `NotANumber` otherwise."""
    try:
        number = exact(value)
    except NotANumber as error:
        rule = str(error) if "number such as" not in str(error) else "must be a whole number such as 3"
        raise NotANumber(rule) from None
    if number.denominator != 1 or number < 0:
        raise NotANumber("must be a whole number, 0 or more")
    if number > MAX_EPISODES:
        raise NotANumber(f"must be at most {MAX_EPISODES}")
    return int(number)


def member(kind: type[Word], value: object, name: str) -> Word:
    """The member of a text enumeration that a value means; an `InputError` lists the valid words."""
    try:
        return kind(str(value))
    except ValueError:
        words = [str(word.value) for word in kind]
        raise wrong(name, f"must be {' or '.join(words)}", value, nearest(str(value), words)) from None


def text_of(number: Number) -> str:
    """A number as text: fractions as `3/2` in full, floats with 6 significant digits."""
    if isinstance(number, Fraction | int):
        return _ratio_text(Fraction(number))
    return f"{number:.6g}"


def readable(number: Number) -> str:
    """A number for people: short fractions as they are, everything else with 6 significant digits."""
    if isinstance(number, Fraction | int):
        ratio = Fraction(number)
        if ratio.denominator <= 999 and abs(ratio) < 10**6:
            return _ratio_text(ratio)
    return f"{to_float(number):.6g}"


def to_float(number: Number) -> float:
    """The nearest float; never raises for the numbers this package computes with."""
    if isinstance(number, Fraction | int):
        try:
            return number.numerator / number.denominator
        except OverflowError:
            return math.inf if number > 0 else -math.inf
    return float(number)


def _ratio_text(number: Fraction) -> str:
    try:
        return str(number)
    except ValueError:  # more digits than the interpreter converts by default
        return f"{_long_text(number.numerator)}/{_long_text(number.denominator)}"


def _long_text(integer: int) -> str:
    """Decimal digits of an integer of any length, in pieces that the interpreter's digit limit allows."""
    if integer < 0:
        return "-" + _long_text(-integer)
    if integer.bit_length() < 10_000:
        return str(integer)
    half = int(integer.bit_length() * 0.30103) // 2
    high, low = divmod(integer, 10**half)
    return _long_text(high) + _long_text(low).rjust(half, "0")
