"""Field types of scenario files: exact numbers, names and text, each with its rule and its JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from numbers import Real
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, WithJsonSchema

from deceptive_sim.core.errors import InputError
from deceptive_sim.core.exact import NotANumber, count, discount_factor, exact, probability
from deceptive_sim.core.paths import NAME, NAME_RULE, parse_path
from deceptive_sim.scenario.yaml_text import Numeric

FRACTION_PATTERN = r"^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$|^\s*[+-]?\d+\s*/\s*\d+\s*$"

RANGE_RULE = "must be lo:hi, lo:hi:step, lo:hi@N, lo:hi@N:log, a list or {from, to, points}"

DOMAIN_RULE = "must be a range such as 1 to 6 or over 0 up to 1, a number, or a list of numbers"

MOST_LISTED = 1000
"""How many numbers a variable of a claim may list."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")


def _read(reader: Callable[[object], Any]) -> Callable[[object], Any]:
    def validate(value: object) -> Any:
        if isinstance(value, dict | list) or value is None or isinstance(value, bool):
            raise ValueError(_rule_of(reader))
        return reader(value)

    return validate


def _rule_of(reader: Callable[[object], Any]) -> str:
    try:
        reader("?")
    except NotANumber as error:
        return str(error)
    return "must be a number"


def _text(value: object) -> object:
    if isinstance(value, Numeric | bool) or value is None:
        raise ValueError("must be text: put it in quotes")
    if not isinstance(value, str):
        raise ValueError("must be text")
    return value


def _value(value: object) -> Fraction | bool | str:
    if isinstance(value, dict | list) or value is None:
        raise ValueError("must be a number, text, true or false")
    if isinstance(value, bool | Fraction):
        return value
    return exact(value) if isinstance(value, Numeric | Real) else str(value)


def _answer_value(value: object) -> object:
    """Something that a game tells: numbers exact, lists and mappings of such."""
    if isinstance(value, dict):
        return {str(key): _answer_value(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_answer_value(inner) for inner in value]
    return None if value is None else _value(value)


def _range_text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | Real):
        raise ValueError(RANGE_RULE)
    return str(value)


def _expression(value: object) -> object:
    """What is said in the language of claims; a number or `true` alone says something as well."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | Real) else value


def _expressions(value: object) -> object:
    return [value] if isinstance(value, str | Real) else value


def _domain(value: object) -> str | tuple[str, ...]:
    numbers = value if isinstance(value, list | tuple) else [value]
    if isinstance(value, dict) or any(
        isinstance(number, bool) or not isinstance(number, str | Real) for number in numbers
    ):
        raise ValueError(DOMAIN_RULE)
    if not numbers:
        raise ValueError("must have at least one number")
    if len(numbers) > MOST_LISTED:
        raise ValueError(f"must list at most {MOST_LISTED} numbers")
    return tuple(str(number) for number in numbers) if isinstance(value, list | tuple) else str(value)


def _no_control(value: str) -> str:
    if _CONTROL.search(value):
        raise ValueError("must not contain control characters")
    return value


def _name(value: str) -> str:
    if not NAME.fullmatch(value):
        raise ValueError(NAME_RULE)
    return value


def _path(value: str) -> str:
    try:
        parse_path(value)
    except InputError as error:
        raise ValueError(error.problems[0].rule) from None
    return value


def _number_schema(description: str, low: float | None = None, high: float | None = None) -> WithJsonSchema:
    number: dict[str, Any] = {"type": "number"}
    if low is not None:
        number["minimum"] = low
    if high is not None:
        number["maximum"] = high
    return WithJsonSchema(
        {"description": description, "anyOf": [number, {"type": "string", "pattern": FRACTION_PATTERN}]}
    )


Exact: TypeAlias = Annotated[
    Fraction, BeforeValidator(_read(exact)), _number_schema("an exact number: 2, 0.2 (one fifth) or 1/3")
]
Probability: TypeAlias = Annotated[
    Fraction, BeforeValidator(_read(probability)), _number_schema("an exact probability in [0, 1]", 0, 1)
]
Discount: TypeAlias = Annotated[
    Fraction, BeforeValidator(_read(discount_factor)), _number_schema("an exact discount in [0, 1]", 0, 1)
]
Count: TypeAlias = Annotated[
    int,
    BeforeValidator(_read(count)),
    WithJsonSchema({"description": "a whole number, 0 or more", "type": "integer", "minimum": 0}),
]
Text: TypeAlias = Annotated[str, BeforeValidator(_text), AfterValidator(_no_control), Field(max_length=20_000)]
RangeText: TypeAlias = Annotated[
    str, BeforeValidator(_range_text), AfterValidator(_no_control), Field(max_length=20_000, examples=["0:1@101"])
]
Name: TypeAlias = Annotated[
    str,
    BeforeValidator(_text),
    AfterValidator(_name),
    WithJsonSchema({"type": "string", "pattern": f"^{NAME.pattern}$"}),
]
Path: TypeAlias = Annotated[str, BeforeValidator(_text), AfterValidator(_path)]
Expression: TypeAlias = Annotated[
    str,
    BeforeValidator(_expression),
    AfterValidator(_no_control),
    Field(min_length=1, max_length=20_000),
    WithJsonSchema({"description": "an expression of the language of claims", "type": ["string", "number", "boolean"]}),
]
Expressions: TypeAlias = Annotated[list[Expression], BeforeValidator(_expressions), Field(max_length=100)]
DomainSetting: TypeAlias = Annotated[
    Any,
    AfterValidator(_domain),
    WithJsonSchema(
        {
            "description": "a range such as 1 to 6 or over 0 up to 1, a number, or a list of numbers",
            "anyOf": [
                {"type": ["string", "number"]},
                {"type": "array", "minItems": 1, "maxItems": MOST_LISTED, "items": {"type": ["string", "number"]}},
            ],
        }
    ),
]
Flag: TypeAlias = StrictBool
AnswerValue: TypeAlias = Annotated[
    Any,
    AfterValidator(_answer_value),
    WithJsonSchema({"description": "a number, text, true or false, or lists and mappings of such"}),
]
Value: TypeAlias = Annotated[
    Any,
    AfterValidator(_value),
    WithJsonSchema({"description": "a number, text, true or false", "type": ["number", "string", "boolean"]}),
]
