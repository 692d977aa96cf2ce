"""The scenario file, version 1: what may stand where.

Structure, types and ranges are checked here; what depends on several values at once is checked by the model when the
game is built. `json_schema()` is the same for editors.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag

from deceptive_sim.scenario.fields import (
    AnswerValue,
    Count,
    DomainSetting,
    Exact,
    Expression,
    Expressions,
    Flag,
    Name,
    Path,
    Probability,
    Text,
    Value,
)
from deceptive_sim.scenario.maze_sections import MazeSection
from deceptive_sim.scenario.population_sections import PopulationSection
from deceptive_sim.scenario.sections import (
    AxisSetting,
    DiscountSetting,
    Section,
    SelvesSetting,
    StrategySetting,
    tagged,
)

SCHEMA_ID = "deceptive-sim-scenario-1"

MOST_AXES = 8

MOST_CLAIMS = 500

AXES_OF_FIGURE = {"diagram": 2, "value": 2, "premium": 2, "multiples": 3}
"""How many axes the figures of a landscape need that need more than one."""


class ActionSection(Section):
    """One action."""

    defects: Annotated[
        Flag | None, Field(description="whether doing it is a defection; A is one and B is not by default")
    ] = None


PayoffTable: TypeAlias = dict[Name, dict[Name, Exact]]
ModificationSetting: TypeAlias = Annotated[
    Annotated[Probability, Tag("=number")] | Annotated[dict[Name, Probability], Tag("=targets")],
    tagged("=number", "=targets"),
]


class PhaseSection(Section):
    """A run of alike episodes."""

    kind: Annotated[
        Literal["training", "deployment"] | None, Field(description="by default told by the words of the phase's name")
    ] = None
    episodes: Count
    payoffs: Annotated[PayoffTable, Field(description="where they differ from the game's payoffs")] = {}
    modification: Annotated[
        dict[Name, ModificationSetting],
        Field(description="per action: probability of modification to the base objective, or {target: probability}"),
    ] = {}
    shutdown: Annotated[dict[Name, Probability], Field(description="per action: probability that the run ends")] = {}


class ObjectiveSection(Section):
    """Settings of one objective that differ from the game's."""

    discount: DiscountSetting | None = None
    selves: SelvesSetting | None = None


class PhasedSection(Section):
    """A phased game."""

    phases: Annotated[dict[Name, PhaseSection], Field(min_length=1, max_length=1000)]
    payoffs: Annotated[
        PayoffTable, Field(description="{objective: {action: payoff}}; what is left out pays 0", min_length=1)
    ] = Field(default={"mesa": {"A": 1, "B": 0}, "base": {"A": 0, "B": 1}}, validate_default=True)
    actions: Annotated[dict[Name, ActionSection], Field(min_length=1)] = Field(
        default={"A": {}, "B": {}}, validate_default=True
    )
    discount: DiscountSetting = Field(default=1, validate_default=True)
    selves: SelvesSetting = "sophisticated"
    objectives: dict[Name, ObjectiveSection] = {}
    base_objective: Name | None = None
    ties: Literal["non-defecting", "defecting", "declared"] = "non-defecting"


class LibrarySection(Section):
    """A game of the library, by name."""

    name: Name
    parameters: dict[Path, Value] = {}


GameSection: TypeAlias = Annotated[
    Annotated[PhasedSection, Tag("=phased")] | Annotated[LibrarySection, Tag("=library")],
    Discriminator(
        lambda value: (
            "=library"
            if isinstance(value, LibrarySection)
            or (isinstance(value, dict) and "name" in value and "phases" not in value)
            else "=phased"
        )
    ),
]


class AgentSection(Section):
    """An objective with beliefs and discounting, or a fixed strategy."""

    title: Text | None = None
    objective: Annotated[Name | None, Field(description="the initial objective; by default the first one")] = None
    strategy: Annotated[
        StrategySetting | None,
        Field(description="a fixed strategy: BBAAA, B2 A3, BBA* (goes on), or one for each phase"),
    ] = None
    discount: DiscountSetting | None = None
    selves: SelvesSetting | None = None
    beliefs: Annotated[
        dict[Path, Exact],
        Field(description="{path: number} where the believed game differs, e.g. deployment.episodes: 0"),
    ] = {}


class ExpectSection(Section):
    """Values that `run` checks, exactly unless a tolerance is given."""

    agent: Annotated[Name | None, Field(description="which agent; by default the first")] = None
    given: Annotated[
        dict[Path, Value],
        Field(alias="with", description="{path: value} set for this expectation only"),
    ] = {}
    tolerance: Annotated[Exact, Field(ge=0, description="how far numbers may differ")] = Field(
        default=0, validate_default=True
    )
    strategy: Text | None = None
    regime: (
        Literal["compliant", "deceptive", "delayed", "open", "late-pretence", "reformed", "mixed", "unconstrained"]
        | None
    ) = None
    turn: Count | None = None
    value: Exact | None = None
    believed_value: Exact | None = None
    values: PayoffTable = {}
    premium: Exact | None = None
    deception_pays: Flag | None = None
    ties: list[Count] | None = None
    optimal_strategies: Count | None = None
    reaches_deployment_unmodified: Probability | None = None
    expected_deployment_defections: Exact | None = None
    goal_preservation: list[Exact] | None = None
    outer_gap: Exact | None = None
    inner_gap: Exact | None = None
    fields: Annotated[
        dict[Name, AnswerValue], Field(description="of games that are no phased games: {field of the answer: value}")
    ] = {}
    printed: Annotated[
        dict[Name, AnswerValue], Field(description="what the source prints instead, shown and not checked")
    ] = {}
    disputed: Annotated[Text, Field(description="why what the source prints is not what is expected")] = ""


class LandscapeSection(Section):
    """Parameters that are varied together, and what is shown of the result."""

    agent: Annotated[Name | None, Field(description="which agent is measured; by default the first")] = None
    axes: Annotated[
        dict[Path, AxisSetting],
        Field(
            min_length=1,
            max_length=MOST_AXES,
            description="{path: lo:hi@N}, or lo:hi, lo:hi:step, lo:hi@N:log, a list or {from, to, points}",
        ),
    ]
    figures: Annotated[
        list[Literal["diagram", "value", "premium", "slices", "multiples", "sensitivity"]] | None,
        Field(description="which figures the report shows; by default those that fit the number of axes"),
    ] = None


class ClaimSection(Section):
    """A statement about all games and agents that some parameters range over."""

    id: Name
    text: Annotated[Text, Field(description="the claim in a sentence, for people")] = ""
    names: Annotated[
        dict[Name, Expression],
        Field(max_length=100, description="{short name: parameter path, or an expression that it stands for}"),
    ] = {}
    given: Annotated[
        dict[Path, DomainSetting],
        Field(max_length=50, description="{parameter: range} that the claim speaks of; all else is as the file says"),
    ] = {}
    assume: Annotated[Expressions, Field(description="which cases count: all those for which these are true")] = []
    also: Annotated[
        dict[Name, dict[Path, Expression]],
        Field(
            max_length=20,
            description="{name: {parameter: expression}} further games, as the claim's own but for these; "
            "`agent:` picks another agent",
        ),
    ] = {}
    agent: Annotated[Name | None, Field(description="whose game it is; by default the first agent's")] = None
    claim: Annotated[Expression, Field(description="what is to be true in every case")]
    holds: Annotated[
        Flag, Field(description="whether it is expected to hold; a claim that does not must have a counterexample")
    ] = True
    lemmas: Annotated[Expressions, Field(description="hints for a proof by induction")] = []
    evidence: Annotated[Text, Field(description="where the claim comes from, and why it should be so")] = ""


class ReportSection(Section):
    """What the report shows."""

    figures: list[Literal["strategies", "values", "actions"]] = ["strategies", "values", "actions"]


class ScenarioFile(Section):
    """A scenario file."""

    version: Literal["1"]
    id: Name
    title: Text = ""
    source: Text = ""
    description: Text = ""
    game: GameSection
    agents: Annotated[dict[Name, AgentSection], Field(min_length=1, max_length=50)] = Field(
        default={"agent": {}}, validate_default=True
    )
    expect: Annotated[list[ExpectSection], Field(max_length=1000)] = []
    landscape: Annotated[LandscapeSection | None, Field(description="a payoff landscape over some parameters")] = None
    population: Annotated[PopulationSection | None, Field(description="many agents at once, under base optimisers")] = (
        None
    )
    maze: Annotated[MazeSection | None, Field(description="mazes, who walks them, and what is measured there")] = None
    claims: Annotated[
        Annotated[list[ClaimSection], Field(max_length=MOST_CLAIMS)] | None,
        Field(description="statements that `verify` and `run` hold against the games they speak about"),
    ] = None
    report: ReportSection = ReportSection()


def json_schema() -> dict[str, Any]:
    """The JSON Schema of scenario files, for editors and other tools."""
    schema = ScenarioFile.model_json_schema(by_alias=True)
    schema["properties"]["version"] = {"const": 1, "description": "the version of the format"}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **schema}
