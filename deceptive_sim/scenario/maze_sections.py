"""The `maze:` section of a scenario file."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias, get_args

from pydantic import BaseModel, BeforeValidator, Discriminator, Field, Tag, WithJsonSchema

from deceptive_sim.core.exact import NotANumber, count
from deceptive_sim.scenario.fields import Count, Exact, Flag, Name, Probability, Text
from deceptive_sim.scenario.maze_study_sections import (
    AdversarySection,
    LearningSection,
    LifetimeSection,
    SelectionSection,
    ShiftSection,
)
from deceptive_sim.scenario.sections import Section
from deceptive_sim.scenario.yaml_text import Numeric

SIDES_RULE = "must be a whole number, or two of them such as [5, 9] or 5 to 9"


def _span(value: object) -> tuple[int, int]:
    """Whole numbers from one to another: one number, a list of two, or text such as `5 to 9`."""
    parts: list[Any] = value.split(" to ") if isinstance(value, str) else value if isinstance(value, list) else [value]
    if len(parts) not in (1, 2) or any(isinstance(part, bool | dict | list) or part is None for part in parts):
        raise ValueError(SIDES_RULE)
    try:
        first, *rest = (count(part) for part in parts)
    except NotANumber as error:
        raise ValueError(SIDES_RULE if "whole number" in str(error) else str(error)) from None
    last = rest[0] if rest else first
    if first > last:
        raise ValueError("must be a number and then one that is not less")
    return first, last


def _map(value: object) -> object:
    if isinstance(value, Numeric) or not isinstance(value, str):
        raise ValueError("must be a map: lines of characters behind map: |")
    return value


def _several(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _one_or_more(description: str, words: tuple[str, ...]) -> WithJsonSchema:
    word = {"enum": list(words)}
    some = {"type": "array", "minItems": 1, "maxItems": 100, "items": word}
    return WithJsonSchema({"description": description, "anyOf": [word, some]})


Span: TypeAlias = Annotated[
    tuple[int, int],
    BeforeValidator(_span),
    WithJsonSchema(
        {
            "description": "a whole number, or a range of them: [5, 9] or 5 to 9",
            "anyOf": [
                {"type": "integer", "minimum": 0},
                {"type": "string", "pattern": r"^\s*\d+( to \d+)?\s*$"},
                {"type": "array", "minItems": 1, "maxItems": 2, "items": {"type": "integer", "minimum": 0}},
            ],
        }
    ),
]
Colour: TypeAlias = Literal["red", "green", "blue", "purple", "yellow", "grey"]
Colours: TypeAlias = Annotated[
    list[Colour],
    BeforeValidator(_several),
    Field(min_length=1, max_length=100),
    _one_or_more("a colour, or several that are drawn from; one named twice is twice as likely", get_args(Colour)),
]
Place: TypeAlias = Literal["top-left", "top-right", "bottom-left", "bottom-right", "anywhere"]
Places: TypeAlias = Annotated[
    list[Place],
    BeforeValidator(_several),
    Field(min_length=1, max_length=100),
    _one_or_more("a place, or several that are drawn from", get_args(Place)),
]
MapText: TypeAlias = Annotated[
    str,
    BeforeValidator(_map),
    Field(description="a maze: # wall, . floor, S start, E exit, a apple, r g b p y e apples of a colour"),
]


class ExitSection(Section):
    """The exit."""

    place: Places | None = None
    colours: Colours | None = None


class ApplesSection(Section):
    """The apples of a maze."""

    count: Annotated[Span | None, Field(description="how many there are")] = None
    colours: Colours | None = None
    place: Places | None = None


class FamilySection(Section):
    """A distribution over mazes: drawn by an algorithm, or maps."""

    generator: Literal["wilson", "depth-first", "rooms", "open"] | None = None
    size: Annotated[Span | None, Field(description="cells of a side, walls between passages included")] = None
    height: Span | None = None
    width: Span | None = None
    square: Annotated[Flag | None, Field(description="whether mazes are as high as they are wide")] = None
    loops: Annotated[Probability | None, Field(description="probability that a wall between passages is opened")] = None
    start: Places | None = None
    exit: ExitSection | None = None
    apples: ApplesSection | None = None
    walls: Annotated[Colours | None, Field(description="colours of walls")] = None
    map: Annotated[MapText | None, Field(description="one maze, drawn in characters")] = None
    maps: Annotated[list[MapText] | None, Field(min_length=1, max_length=1000, description="several of them")] = None


class PointerSection(Section):
    """A reference to the agent's own world model of the base objective."""

    examples: Annotated[dict[Name, Count], Field(description="{family: mazes seen with what is rewarded in them}")] = {}
    noise: Probability | None = None


class PointedSection(Section):
    """An objective that is a pointer."""

    pointer: PointerSection


def _objective_kind(value: object) -> str:
    if isinstance(value, str):
        return "=named"
    return (
        "=pointed" if isinstance(value, BaseModel) or (isinstance(value, dict) and "pointer" in value) else "=weights"
    )


MazeObjective: TypeAlias = Annotated[
    Annotated[Name, Tag("=named")]
    | Annotated[dict[Name, Exact], Tag("=weights")]
    | Annotated[PointedSection, Tag("=pointed")],
    Discriminator(_objective_kind),
]


class MazeAgentSection(Section):
    """Who walks mazes: a planner, a plant, or one who goes at random."""

    title: Text | None = None
    kind: Annotated[
        Literal["planner", "down-and-right", "unvisited", "wall-follower", "random"] | None,
        Field(description="by default its own name; a planner if that is no kind"),
    ] = None
    objective: Annotated[
        MazeObjective | None,
        Field(description="of a planner: exit, green, apple, place, {feature: weight}, or {pointer: {examples: ...}}"),
    ] = None
    step_cost: Annotated[Exact | None, Field(ge=0, description="of a planner: what each move costs it")] = None
    search: Annotated[
        Literal["breadth-first", "dijkstra", "a-star"] | None,
        Field(description="of a planner: how it searches, which decides what it finds before its effort is used up"),
    ] = None
    depth: Annotated[Count | None, Field(description="of a planner: it sees what is at most so many moves away")] = None
    effort: Annotated[
        Count | None,
        Field(description="of a planner: most cells of a maze that it expands before it decides; all it takes if none"),
    ] = None
    slip: Annotated[Probability | None, Field(description="of a planner: probability that a move is a random one")] = (
        None
    )


class MazeExpectSection(Section):
    """A measurement of a study of mazes, and what it is expected to be."""

    measure: Annotated[Text, Field(description="such as shift.generalises.AGENT.FAMILY")]
    value: Exact
    tolerance: Annotated[Exact, Field(ge=0)] = Field(default=0, validate_default=True)


class MazeSection(Section):
    """Families of mazes, who walks them, and what is measured."""

    families: Annotated[
        dict[Name, FamilySection],
        Field(max_length=50, description="{name: family}; a phase plays mazes of the family of its name"),
    ] = {}
    time_limit: Annotated[Exact | None, Field(description="moves for each floor cell of a maze; by default 1")] = None
    agents: Annotated[dict[Name, MazeAgentSection], Field(max_length=50)] = {}
    shift: ShiftSection | None = None
    selection: SelectionSection | None = None
    learning: LearningSection | None = None
    adversary: AdversarySection | None = None
    lifetime: LifetimeSection | None = None
    expect: Annotated[list[MazeExpectSection], Field(max_length=1000)] = []
