"""Adversarial training: how students are trained; checked as soon as it is put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.exact import exact
from deceptive_sim.core.frozen import FrozenMapping
from deceptive_sim.maze.reading import each, mapping, read, whole, word
from deceptive_sim.maze.students import Student

SEEN, IMAGINED = 2_000, 500
"""Mazes of each phase that a student has seen beforehand, and mazes of deployment that it plans with."""

MOST = {"rounds": 1_000, "pool": 10_000, "climbs": 1_000, "worst": 10_000, "ordinary": 10_000, "steps": 10_000}
MOST_AT_ONCE = 1_000_000
"""Mazes of all replicates together that are worked on at a time."""

LEAST_TEMPERATURE = Fraction(1, 10**6)

LEAST = {"rounds": 0, "pool": 1, "climbs": 0, "worst": 1, "ordinary": 0, "steps": 0}


@dataclass(frozen=True, kw_only=True)
class AdversarySpec:
    """How students are trained.

    Attributes
    ----------
    students : mapping
        Name to `Student`.
    rounds : int
    pool, climbs, worst : int
        Mazes that the adversary searches in each round, changes it tries to each, and how many are trained on.
    ordinary : int
        Mazes of training that are trained on beside them.
    steps : int
        Steps of gradient descent in each round.
    learning_rate : Fraction
    temperatures : sequence of Fraction
        Of the softmax, from `LEAST_TEMPERATURE`; every student is trained at each, the first is the main one.
    step_cost : Fraction
    spread : Fraction
        Standard deviation of what is added to each weight at first, in each replicate.
    replicates : int
        Independent trainings.
    mazes : int
        Of deployment, for each round, over all replicates.
    training, deployed, family : str
        Families of ordinary mazes, of deployment, and the one that the adversary searches.
    """

    students: Mapping[str, Student]
    rounds: int = 10
    pool: int = 200
    climbs: int = 20
    worst: int = 32
    ordinary: int = 32
    steps: int = 20
    learning_rate: Fraction = Fraction(1, 10)
    temperatures: Sequence[Fraction] = (Fraction(1, 4),)
    step_cost: Fraction = Fraction(1, 200)
    spread: Fraction = Fraction(1, 20)
    replicates: int = 10
    mazes: int = 10_000
    training: str = "training"
    deployed: str = "deployment"
    family: str = "adversary"

    def __post_init__(self) -> None:
        read(self, students=mapping, temperatures=each(exact), training=word, deployed=word, family=word)
        read(self, **dict.fromkeys((*MOST, "replicates", "mazes"), whole))
        read(self, **dict.fromkeys(("learning_rate", "step_cost", "spread"), exact))
        if not self.students:
            raise wrong("students", "must name at least one student")
        object.__setattr__(self, "students", FrozenMapping(self.students))
        for name, student in self.students.items():
            if not isinstance(student, Student):
                raise wrong(f"students.{name}", "must be a Student", student)
        for name, most in MOST.items():
            if not LEAST[name] <= getattr(self, name) <= most:
                raise wrong(name, f"must be from {LEAST[name]} to {most}", getattr(self, name))
        if self.worst > self.pool:
            raise wrong("worst", f"must be at most the pool, {self.pool}", self.worst)
        if not 1 <= self.replicates <= 1_000:
            raise wrong("replicates", "must be from 1 to 1000", self.replicates)
        if not self.replicates <= self.mazes <= MOST_AT_ONCE:
            rule = f"must be from {self.replicates}, the replicates, to {MOST_AT_ONCE}"
            raise wrong("mazes", rule, self.mazes)
        for name in ("pool", "ordinary"):
            if self.replicates * getattr(self, name) > MOST_AT_ONCE:
                rule = f"must be at most {MOST_AT_ONCE // self.replicates} with {self.replicates} replicates"
                raise wrong(name, rule, getattr(self, name))
        if not self.temperatures:
            raise wrong("temperatures", "must have at least one temperature")
        if len(set(self.temperatures)) < len(self.temperatures):
            raise wrong("temperatures", "must differ from each other", self.temperatures)
        for name, values in (("temperatures", self.temperatures), ("learning_rate", (self.learning_rate,))):
            for value in values:
                if not 0 < value <= 10**6:
                    raise wrong(name, "must be more than 0 and at most 1000000", str(value))
        if min(self.temperatures) < LEAST_TEMPERATURE:
            rule = f"must be at least {LEAST_TEMPERATURE}"
            raise wrong("temperatures", rule, str(min(self.temperatures)))
        for name in ("step_cost", "spread"):
            if not 0 <= getattr(self, name) <= 10**6:
                raise wrong(name, "must be from 0 to 1000000", str(getattr(self, name)))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the students, in order."""
        return tuple(self.students)
