"""Small cases of a claim with everything that an induction meets on the way, to thin out what is tried."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from deceptive_sim.claims.claim import Case, Variable
from deceptive_sim.claims.proof.keeping import Moment
from deceptive_sim.claims.proof.polynomials import Quantity
from deceptive_sim.claims.proof.ranges import points
from deceptive_sim.claims.proof.readings import holds_at, of_parameters
from deceptive_sim.claims.proof.scenes import Scene
from deceptive_sim.claims.proof.steps import Exact
from deceptive_sim.claims.proof.walks import Leg, View, Walk

SAMPLED_COUNTS = 3
"""How many numbers of episodes are sampled, from the least on."""

SAMPLES = 12
"""Points that are sampled for each combination of numbers of episodes."""


@dataclass(frozen=True, eq=False)
class Sample:
    """A case with what was met on the way: moments by leg."""

    scene: Scene
    met: list[list[Moment]]


def examples_of(variables: Sequence[Variable], counts: frozenset[str], values: Mapping[str, Fraction]) -> list[Case]:
    """Small numbers of episodes, and points for each.

    Parameters
    ----------
    variables : sequence of Variable
        Those that range freely.
    counts : set of str
        Names of those that are numbers of episodes.
    values : mapping
        What the other variables of the claim are.
    """
    long = [one for one in variables if one.name in counts]
    tried = points([one for one in variables if one.name not in counts], SAMPLES)
    return [
        {**values, **dict(zip([one.name for one in long], combination, strict=True)), **point}
        for combination in itertools.product(*map(_first, long))
        for point in tried
    ]


def sampled(walk: Walk, legs: Sequence[Leg], example: Case) -> Sample | None:
    """Every moment of a case; None if it is no sound game or the assumptions do not hold.

    Parameters
    ----------
    walk : Walk
        With variables.
    legs : sequence of Leg
    example : Case
    """
    scene = _put(walk.scene, example)
    known = [number for cast in scene.casts.values() for number in cast.world.sound()]
    if any(isinstance(number, Fraction) and number < 0 for number in known):
        return None
    if not all(holds_at(node, scene) for node in scene.claim.assumptions if of_parameters(node)):
        return None
    own = walk.at(scene)
    state, stepped = own.start(), dict.fromkeys(own.casts, (False,) * own.phases.count)
    met: list[list[Moment]] = []
    for leg in legs:
        before, moments = state, []
        for episode in range(int(number_at(leg.count, example))):
            for name in leg.games:
                stepped = {**stepped, name: tuple(was or f == leg.stage for f, was in enumerate(stepped[name]))}
            state = own.step(state, leg, stepped, Exact(), "")
            moments.append(Moment(View(own, state, stepped), before.numbers, Fraction(episode + 1)))
        met.append(moments)
    return Sample(scene, met)


def _put(scene: Scene, case: Case) -> Scene:
    """A scene with the numbers of a case in place of variables."""
    casts = {}
    for name, cast in scene.casts.items():
        runs = tuple(replace(run, board=run.board.at(case)) for run in cast.runs)
        casts[name] = replace(cast, runs=runs)
    variants = {
        name: {path: number_at(number, case) for path, number in changed.items()}
        for name, changed in scene.set_by_variants.items()
    }
    variables = {name: number_at(number, case) for name, number in scene.variables.items()}
    return Scene(scene.claim, scene.situations, variables, variants, casts)


def number_at(count: Quantity, example: Case) -> Fraction:
    """A number of episodes in a case."""
    return count if isinstance(count, Fraction) else count.at(example)


def _first(variable: Variable) -> list[Fraction]:
    """The first few values of a number of episodes."""
    domain = variable.domain
    low = Fraction(0) if domain.low is None else -(-domain.low // 1)
    return [number for add in range(SAMPLED_COUNTS + 1) if (number := Fraction(low + add)) in domain][:SAMPLED_COUNTS]
