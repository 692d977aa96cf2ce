"""The `population:` section of a scenario file."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Field, Tag

from deceptive_sim.scenario.fields import Count, Exact, Name, Path, Probability, Text, Value
from deceptive_sim.scenario.sections import (
    AxisSetting,
    DiscountSetting,
    Section,
    SelvesSetting,
    StrategySetting,
    tagged,
)


class HistorySection(Section):
    """What agents have seen before the first episode: lines of phase, action, and whether modified."""

    file: Annotated[Text | None, Field(description="file with the lines, from the scenario file's own folder")] = None
    text: Annotated[Text | None, Field(description="the lines themselves: training, A, yes")] = None
    lines: Annotated[Count | None, Field(description="how many of them have been seen; by default all")] = None


HistorySetting: TypeAlias = Annotated[
    Annotated[Text, Tag("=text")] | Annotated[HistorySection, Tag("=history")], tagged("=text", "=history")
]


class CohortSection(Section):
    """Agents of one kind."""

    title: Text | None = None
    kind: Annotated[Name | None, Field(description="what `list agents` knows; by default the cohort's name")] = None
    share: Annotated[
        Probability | None, Field(description="part of the population; one cohort may leave it out and is the rest")
    ] = None
    settings: Annotated[dict[Path, Value], Field(description="parameters of the kind")] = {}
    error: Annotated[Probability, Field(description="probability of any action instead of the one meant")] = Field(
        default=0, validate_default=True
    )
    temperature: Annotated[Exact, Field(ge=0, description="of a softmax over what actions are worth")] = Field(
        default=0, validate_default=True
    )
    objective: Annotated[Name | None, Field(description="the initial objective")] = None
    discount: DiscountSetting | None = None
    selves: SelvesSetting | None = None
    beliefs: Annotated[dict[Path, Exact], Field(description="{path: number} where the believed game differs")] = {}
    strategy: Annotated[StrategySetting | None, Field(description="what it does until first modified")] = None
    history: Annotated[HistorySetting | None, Field(description="what it has seen before, or was told")] = None


class MutationSection(Section):
    """What may happen to fresh copies."""

    kind: Annotated[Probability, Field(description="probability of becoming an agent of another cohort")] = Field(
        default=0, validate_default=True
    )
    objective: Annotated[Probability, Field(description="probability of another objective at the wheel")] = Field(
        default=0, validate_default=True
    )


class OptimiserSection(Section):
    """One base optimiser."""

    kind: Annotated[
        Literal["rewriting", "gradient", "truncation", "proportional"] | None,
        Field(description="by default its own name"),
    ] = None
    phases: Annotated[
        list[Name] | None,
        Field(description="in which it acts; by default those of training, of rewriting all"),
    ] = None
    learning_rate: Annotated[Probability | None, Field(description="of gradient steps")] = None
    fraction: Annotated[Probability | None, Field(description="truncation: which part is replaced")] = None
    best: Annotated[Probability | None, Field(description="truncation: which part is copied")] = None
    strength: Annotated[Probability | None, Field(description="proportional: how much of fitness is score")] = None
    every: Annotated[Count | None, Field(ge=1, description="selection: after every so manieth episode")] = None
    mutation: MutationSection | None = None


class HoneypotsSection(Section):
    """Episodes of training that show the cues of deployment."""

    episodes: Annotated[list[Count], Field(min_length=1, max_length=10_000)]
    mistaken: Annotated[Probability, Field(description="probability that an agent takes one for deployment")] = Field(
        default=1, validate_default=True
    )


class ProbeSection(Section):
    """A honeypot that the observer thinks of, whether it takes place or not."""

    after: Annotated[Count, Field(description="how many clean episodes come before it")]
    mistaken: Annotated[Probability, Field(description="probability that the agent takes it for deployment")] = Field(
        default=1, validate_default=True
    )


class ObserverSection(Section):
    """Somebody who sees what one agent does, and nothing else."""

    prior: Annotated[dict[Name, Probability], Field(description="{cohort: probability}; by default the shares")] = {}
    sees: Annotated[Text | None, Field(description="what one agent is seen to do, such as BBBA")] = None
    clean: Annotated[Count | None, Field(description="how many clean episodes are followed; by default training")] = (
        None
    )
    honeypot: ProbeSection | None = None


class DiagramSection(Section):
    """One measurement as parameters change."""

    axes: Annotated[
        dict[Path, AxisSetting], Field(min_length=1, max_length=2, description="{path: lo:hi@N}, as of landscapes")
    ]
    measure: Annotated[Text, Field(description="such as share.deceptive, modified, actual_alignment")]
    after: Annotated[Name | None, Field(description="the phase at whose end; by default the last of training")] = None


class MeasurementSection(Section):
    """A measurement that the simulation is expected to give."""

    measure: Annotated[Text, Field(description="such as share.deceptive, modified, actual_alignment")]
    after: Annotated[Name | None, Field(description="the phase at whose end; by default the last one")] = None
    value: Exact
    tolerance: Annotated[Exact, Field(ge=0)] = Field(default=0, validate_default=True)


class LearnersSection(Section):
    """A population of inner learners in the unit test for hidden incentives (game krueger-2020)."""

    agents: Count | None = None
    steps: Count | None = None
    replicates: Count | None = None
    every: Annotated[Count | None, Field(description="selection acts after every so manieth step; 0 for never")] = None
    fraction: Annotated[Probability | None, Field(description="which part is replaced by as large a part")] = None
    rate_exponents: Annotated[
        list[Exact] | None, Field(description="learning rates start at 10 to a power between these two")
    ] = None
    rate_factors: Annotated[list[Exact] | None, Field(description="what a copy's learning rate is times")] = None
    swapping: Annotated[
        Literal["none", "rotation", "permutation"] | None,
        BeforeValidator(lambda value: {True: "rotation", False: "none"}[value] if isinstance(value, bool) else value),
        Field(description="which environment an agent is in at the next step; true is rotation"),
    ] = None
    copies: Literal["drawn", "paired"] | None = None
    baseline: Annotated[Probability | None, Field(description="weight of the newest reward in the baseline")] = None
    theta_mean: Exact | None = None
    theta_spread: Exact | None = None
    record: Annotated[Count | None, Field(description="written down after every so manieth step")] = None


class PopulationSection(Section):
    """Many agents, base optimisers that select and modify, and what is measured."""

    size: Annotated[Count, Field(ge=1, description="agents in each replicate")] = Field(
        default=1000, validate_default=True
    )
    replicates: Annotated[Count, Field(ge=1, description="independent runs")] = Field(default=20, validate_default=True)
    cohorts: Annotated[dict[Name, CohortSection], Field(max_length=50)] = {}
    base_optimisers: Annotated[
        dict[Name, OptimiserSection], Field(max_length=20, description="in the order in which they act")
    ] = Field(default={"rewriting": {}}, validate_default=True)
    honeypots: HoneypotsSection | None = None
    observer: ObserverSection | None = None
    diagram: DiagramSection | None = None
    expect: Annotated[list[MeasurementSection], Field(max_length=200)] = []
    learners: LearnersSection | None = None
