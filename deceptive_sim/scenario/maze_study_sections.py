"""What a scenario file may measure in mazes: a section for each study, with the settings of its specification."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, Tag

from deceptive_sim.scenario.fields import Count, Exact, Name, Probability
from deceptive_sim.scenario.sections import Section, tagged


class ShiftSection(Section):
    """What every agent does in mazes of every family."""

    mazes: Annotated[Count | None, Field(ge=1, description="drawn from each family")] = None
    families: list[Name] | None = None
    agents: list[Name] | None = None


class SelectionSection(Section):
    """A base optimiser that chooses between rote, rules and planners by score in training and cost of capacity."""

    family: Annotated[Name | None, Field(description="which mazes, in other sizes; by default training")] = None
    sizes: Annotated[list[Count] | None, Field(min_length=1, max_length=200, description="sides of mazes")] = None
    diversities: Annotated[
        list[Count] | None, Field(min_length=1, max_length=200, description="numbers of mazes in training")
    ] = None
    costs: Annotated[list[Exact] | None, Field(min_length=1, max_length=200, description="of a bit of capacity")] = None
    candidates: Annotated[
        list[Literal["memoriser", "down-and-right", "wall-follower", "unvisited", "planner", "random"]] | None,
        Field(min_length=1, max_length=6),
    ] = None
    replicates: Count | None = None
    plays: Annotated[Count | None, Field(description="of each maze, by candidates with chance in them")] = None
    fresh: Annotated[Count | None, Field(description="mazes that were not in training")] = None
    step_cost: Annotated[Exact | None, Field(description="what of an exit's worth is lost at the last move")] = None
    rule_bits: Annotated[Count | None, Field(description="length of a rule")] = None


WeightsSetting: TypeAlias = Annotated[
    Annotated[Name, Tag("=named")] | Annotated[dict[Name, Exact], Tag("=weights")], tagged("=named", "=weights")
]


class LearningSection(Section):
    """Gradient descent on the weights of a planner's objective, from random ones, under saliences of features."""

    saliences: Annotated[
        dict[Name, dict[Name, Exact]] | None,
        Field(min_length=1, max_length=20, description="{setting: {feature: salience}}; others have salience 1"),
    ] = None
    runs: Annotated[Count | None, Field(description="independent starts for each setting")] = None
    steps: Count | None = None
    batch: Annotated[Count | None, Field(description="mazes in each step")] = None
    learning_rate: Exact | None = None
    temperature: Annotated[Exact | None, Field(description="of the softmax over targets in the loss")] = None
    spread: Annotated[Exact | None, Field(description="standard deviation of the weights at first")] = None
    step_cost: Exact | None = None
    family: Annotated[Name | None, Field(description="trained in mazes of which family; by default training")] = None
    deployed: Annotated[Name | None, Field(description="looked at in which; by default deployment")] = None
    mazes: Annotated[Count | None, Field(description="of the latter")] = None


class StudentSection(Section):
    """A planner in adversarial training."""

    objective: Annotated[WeightsSetting, Field(description="what it wants at first: exit, green, {feature: weight}")]
    awareness: Annotated[
        Literal["unaware", "calendar", "appearance"] | None, Field(description="how it knows that it is in training")
    ] = None
    mistaken: Annotated[Probability | None, Field(description="of a calendar: probability of losing count")] = None


class AdversarySection(Section):
    """Training on mazes that an adversary looks for."""

    students: Annotated[dict[Name, StudentSection], Field(min_length=1, max_length=20)]
    rounds: Count | None = None
    pool: Annotated[Count | None, Field(description="mazes that the adversary searches in each round")] = None
    climbs: Annotated[Count | None, Field(description="changes that it tries to each")] = None
    worst: Annotated[Count | None, Field(description="how many of the worst are trained on")] = None
    ordinary: Annotated[Count | None, Field(description="mazes of training beside them")] = None
    steps: Annotated[Count | None, Field(description="of gradient descent in each round")] = None
    learning_rate: Exact | None = None
    temperatures: Annotated[
        list[Exact] | None, Field(min_length=1, max_length=20, description="of the softmax; the first is the main one")
    ] = None
    step_cost: Exact | None = None
    spread: Annotated[Exact | None, Field(description="standard deviation of what is added to weights at first")] = None
    replicates: Count | None = None
    mazes: Annotated[Count | None, Field(description="of deployment, in each round")] = None
    training: Annotated[Name | None, Field(description="family of ordinary mazes; by default training")] = None
    deployed: Annotated[Name | None, Field(description="family of deployment; by default deployment")] = None
    family: Annotated[Name | None, Field(description="which the adversary searches; by default adversary")] = None


class LifetimeSection(Section):
    """Mazes in a row, one for each episode of the game: what is had, what it leads to, and how the game is played."""

    measured: Annotated[Count | None, Field(description="mazes of each phase in which payoffs are measured")] = None
    lifetimes: Annotated[Count | None, Field(description="that each planner lives")] = None
    mesa: Annotated[WeightsSetting | None, Field(description="weights of the mesa-objective; by default apple")] = None
    base: Annotated[WeightsSetting | None, Field(description="weights of the base objective; by default exit")] = None
    step_cost: Exact | None = None
    slip: Probability | None = None
    updating: Annotated[
        Literal["rewrite", "gradient"] | None, Field(description="what the base optimiser does to weights")
    ] = None
    learning_rate: Exact | None = None
    loss: Literal["log", "chance"] | None = None
    temperature: Exact | None = None
    learning_rates: Annotated[
        list[Exact] | None, Field(max_length=20, description="of gradient steps that are solved as a lattice")
    ] = None
    learners: Annotated[Count | None, Field(description="Q-learners that know no rules")] = None
    learner_lifetimes: Count | None = None
    learner_rate: Probability | None = None
    exploration: Probability | None = None
    memories: Annotated[list[Literal["life", "last", "none"]] | None, Field(max_length=3)] = None
    backup: Literal["step", "life"] | None = None
