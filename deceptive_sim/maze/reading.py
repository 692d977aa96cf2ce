"""What a specification is given, read: numbers exactly, whatever Python object or text says them, and sequences.

A study's ranges are its own affair; here is only refused what is no number, no sequence and no mapping at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from deceptive_sim.core.errors import InputError, Problem, quote
from deceptive_sim.core.exact import NotANumber, exact

Reader = Callable[[object], Any]


def whole(value: object) -> int:
    """A whole number, also one below 0; raises `NotANumber` otherwise."""
    number = exact(value)
    if number.denominator != 1:
        raise NotANumber("must be a whole number such as 3")
    return int(number)


def number(value: object) -> float:
    """A number as a float, which is what arrays are made of; raises `NotANumber` where `exact` does."""
    return float(exact(value))


def anything(value: object) -> Any:
    """Whatever it is: for entries that are read later, each by its own name."""
    return value


def word(value: object) -> str:
    """Text as it is; raises `NotANumber` otherwise."""
    if not isinstance(value, str):
        raise NotANumber("must be text")
    return value


def mapping(value: object) -> Mapping[Any, Any]:
    """A mapping as it is; raises `NotANumber` otherwise."""
    if not isinstance(value, Mapping):
        raise NotANumber("must be a mapping")
    return value


def each(reader: Reader) -> Reader:
    """A reader of whatever can be gone through to its end, each entry by a reader; text and mappings are no lists."""

    def read_all(value: object) -> tuple[Any, ...]:
        if isinstance(value, str | bytes | Mapping):
            raise NotANumber("must be a list")
        try:
            entries = iter(value)  # type: ignore[call-overload]
        except TypeError:  # an array without axes has the method all the same
            raise NotANumber("must be a list") from None
        return tuple(reader(entry) for entry in entries)

    return read_all


def read(spec: object, **readers: Reader) -> None:
    """Put what fields of a frozen specification mean in place of what was given.

    Raises
    ------
    InputError
        With every field that its reader refuses.
    """
    problems = []
    for name, reader in readers.items():
        given = getattr(spec, name)
        try:
            object.__setattr__(spec, name, reader(given))
        except NotANumber as error:
            problems.append(Problem(name=name, rule=str(error), got=quote(given)))
    if problems:
        raise InputError(problems)


def refuse_other_kinds(**given: tuple[object, type]) -> None:
    """An `InputError` for each argument that is not of the class beside it."""
    problems = [
        Problem(name=name, rule=f"must be a {kind.__name__}", got=quote(value))
        for name, (value, kind) in given.items()
        if not isinstance(value, kind)
    ]
    if problems:
        raise InputError(problems)
