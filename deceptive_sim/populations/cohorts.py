"""Cohorts: agents of one kind within a population, and what a population is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from deceptive_sim.core.errors import InputError, Problem, quote, wrong
from deceptive_sim.core.exact import NotANumber, count, exact, probability, text_of
from deceptive_sim.populations.kinds.kind import Kind
from deceptive_sim.populations.scene import Scene

LARGEST = 100_000_000
"""Agents of all replicates together."""

MOST_COHORTS = 50


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """Agents of one kind.

    Attributes
    ----------
    name : str
    kind : Kind
    share : Fraction
        Which part of the population it is at the start, in [0, 1].
    error : Fraction
        Probability that an agent trembles in an episode: it then takes any action, each alike. In [0, 1].
    temperature : Fraction
        Of a softmax over what the actions are worth to whoever is at the wheel, 0 or more; 0 takes the best. To agents
        that do not go by worth the action that they mean to take is worth 1 and the others nothing.
    """

    name: str
    kind: Kind
    share: Fraction
    error: Fraction = Fraction(0)
    temperature: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        for name, reader in {"share": probability, "error": probability, "temperature": exact}.items():
            try:
                object.__setattr__(self, name, reader(getattr(self, name)))
            except NotANumber as error:
                raise wrong(f"{self.name}.{name}", str(error), getattr(self, name)) from None
        if self.temperature < 0:
            raise wrong(f"{self.name}.temperature", "must be 0 or more", self.temperature)


@dataclass(frozen=True, kw_only=True)
class Population:
    """Agents in a scene, as they start.

    Attributes
    ----------
    scene : Scene
    cohorts : sequence of Cohort
        Their names differ and their shares sum to 1.
    size : int
        Agents in each replicate, from 1.
    replicates : int
        Independent runs, from 1.

    Raises
    ------
    InputError
        With every rule broken.
    """

    scene: Scene
    cohorts: Sequence[Cohort]
    size: int = 1000
    replicates: int = 20

    def __post_init__(self) -> None:
        object.__setattr__(self, "cohorts", tuple(self.cohorts))
        problems: list[Problem] = []
        names = [cohort.name for cohort in self.cohorts]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            problems.append(Problem(name="cohorts", rule="must have names of their own", got=quote(twice)))
        if not 1 <= len(names) <= MOST_COHORTS:
            problems.append(Problem(name="cohorts", rule=f"must be from 1 to {MOST_COHORTS}", got=str(len(names))))
        total = sum((cohort.share for cohort in self.cohorts), Fraction(0))
        if names and total != 1:
            problems.append(Problem(name="cohorts", rule="must have shares that sum to 1", got=text_of(total)))
        for name in ("size", "replicates"):
            given = getattr(self, name)
            try:
                object.__setattr__(self, name, count(given))
            except NotANumber as error:
                raise wrong(name, str(error), given) from None
            if getattr(self, name) < 1:
                problems += [Problem(name=name, rule="must be 1 or more", got=quote(given))]
        if self.size * self.replicates > LARGEST:
            rule = f"times replicates must be at most {LARGEST}"
            problems.append(Problem(name="size", rule=rule, got=str(self.size * self.replicates)))
        if problems:
            raise InputError(problems)
        object.__setattr__(self, "scene", replace(self.scene, size=self.size))

    def counts(self) -> tuple[int, ...]:
        """Agents of each cohort at the start: shares of the size, rounded by largest remainder."""
        exactly = [cohort.share * self.size for cohort in self.cohorts]
        counts = [int(part) for part in exactly]
        by_rest = sorted(range(len(counts)), key=lambda place: (counts[place] - exactly[place], place))
        for place in by_rest[: self.size - sum(counts)]:
            counts[place] += 1
        return tuple(counts)
