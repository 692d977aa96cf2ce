"""Plants and animals: what the base optimiser chooses from, and where; checked as soon as it is put together."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from deceptive_sim.core.errors import InputError, Problem, nearest, quote
from deceptive_sim.core.exact import exact
from deceptive_sim.maze.capacity import RULES
from deceptive_sim.maze.reading import each, read, whole, word

CANDIDATES = ("memoriser", "down-and-right", "wall-follower", "unvisited", "planner", "random")
"""All candidates; of equal ones the first is chosen."""

OPTIMISER = "planner"

MOST_CELLS_DRAWN, MOST_DIVERSITY, MOST_SIZE, MOST_POINTS = 200_000_000, 100_000, 301, 200


@dataclass(frozen=True, kw_only=True)
class SelectionSpec:
    """What is chosen from, and where.

    Attributes
    ----------
    family : str
        Mazes of which family, with their size replaced.
    sizes : tuple of int
        Sides of the mazes.
    diversities : tuple of int
        Numbers of mazes in training.
    costs : tuple of Fraction
        Costs of a bit of capacity, 0 or more, at which choices are told; envelopes tell the others.
    candidates : tuple of str
        Among `CANDIDATES`.
    replicates : int
        Trainings, each with mazes of its own. A training of fewer mazes has the first ones of a larger one.
    plays : int
        How often candidates with chance in them play each maze.
    fresh : int
        Mazes that were not in training, for each size and replicate.
    step_cost : Fraction
        From 0 to 1: how much of an exit's worth is lost at the last move in time.
    rule_bits : int
        How long a rule is.

    Raises
    ------
    InputError
        If a field breaks its rule.
    """

    family: str = "training"
    sizes: tuple[int, ...] = (5, 7, 9, 13, 17, 21)
    diversities: tuple[int, ...] = tuple(2**power for power in range(12))
    costs: tuple[Fraction, ...] = tuple(Fraction(1, 10**power * part) for power in (4, 3, 2, 1) for part in (10, 5, 2))
    candidates: tuple[str, ...] = CANDIDATES
    replicates: int = 20
    plays: int = 4
    fresh: int = 500
    step_cost: Fraction = Fraction(0)
    rule_bits: int = 32

    def __post_init__(self) -> None:
        read(self, sizes=each(whole), diversities=each(whole), costs=each(exact), candidates=each(word))
        read(self, family=word, step_cost=exact, **dict.fromkeys(("replicates", "plays", "fresh", "rule_bits"), whole))
        if problems := list(_broken(self)):
            raise InputError(problems)


def _broken(spec: SelectionSpec) -> list[Problem]:
    problems = []
    for name in ("sizes", "diversities", "costs", "candidates"):
        given = getattr(spec, name)
        if not 1 <= len(given) <= MOST_POINTS:
            problems.append(Problem(name=name, rule=f"must be from 1 to {MOST_POINTS} of them", got=str(len(given))))
        if len(set(given)) < len(given):
            problems.append(Problem(name=name, rule="must all be different", got=quote(str(list(map(str, given))))))
    for name, most in (("sizes", MOST_SIZE), ("diversities", MOST_DIVERSITY)):
        for place, number in enumerate(getattr(spec, name)):
            if not 1 <= number <= most:
                problems.append(Problem(name=f"{name}.{place}", rule=f"must be from 1 to {most}", got=quote(number)))
    for place, cost in enumerate(spec.costs):
        if cost < 0:
            problems.append(Problem(name=f"costs.{place}", rule="must be 0 or more", got=str(cost)))
    for place, name in enumerate(spec.candidates):
        if name not in CANDIDATES:
            hint = nearest(name, CANDIDATES)
            problems.append(Problem(name=f"candidates.{place}", rule="must be a candidate", got=quote(name), hint=hint))
    for name, least, most in (("replicates", 1, 10_000), ("plays", 1, 1_000), ("fresh", 1, MOST_DIVERSITY)):
        if not least <= getattr(spec, name) <= most:
            got = quote(getattr(spec, name))
            problems.append(Problem(name=name, rule=f"must be from {least} to {most}", got=got))
    if not 0 <= spec.step_cost <= 1:
        problems.append(Problem(name="step_cost", rule="must be from 0 to 1", got=str(spec.step_cost)))
    if not 0 <= spec.rule_bits <= 10**6:
        problems.append(Problem(name="rule_bits", rule="must be from 0 to 1000000", got=quote(spec.rule_bits)))
    if not problems:
        drawn = (max(spec.diversities) * spec.plays + spec.fresh) * (max(spec.sizes) + 2) ** 2
        if drawn > MOST_CELLS_DRAWN:
            rule = f"must be so small that plays of all mazes have at most {MOST_CELLS_DRAWN} cells"
            problems.append(Problem(name="diversities", rule=rule, got=str(drawn)))
    return problems


assert set(CANDIDATES) == set(RULES)
