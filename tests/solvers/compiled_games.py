"""Random phased games for the compiled kernel, drawn as columns of numbers and built one by one as well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy

from deceptive_sim.model.actions import DEFAULT_ACTIONS, TieRule
from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.discounting import Exponential
from deceptive_sim.model.numbers import Place, numbers_of
from deceptive_sim.model.objectives import Objective
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase, PhaseKind
from deceptive_sim.solvers.compiled.grids import games_on_grid, roles_in
from deceptive_sim.solvers.compiled.kernel import Measurements, measure_games

AGENT = AgentSpec(objective="mesa")


@dataclass(frozen=True)
class Games:
    """Many games of one shape: the first one, and for each place that differs the numbers of all."""

    template: PhasedGame
    numbers: dict[Place, list[Fraction]]
    size: int

    def game(self, i: int) -> PhasedGame:
        return built(self.template, {place: column[i] for place, column in self.numbers.items()})

    def measure(self, jump: bool = True, threads: int | None = 1) -> Measurements:
        varying = {place: numpy.array([float(x) for x in column]) for place, column in self.numbers.items()}
        roles = roles_in(self.template, AGENT, varying)
        assert roles is not None
        return measure_games(games_on_grid(self.template, roles, varying, (self.size,)), jump=jump, threads=threads)


def built(template: PhasedGame, numbers: dict[Place, Fraction]) -> PhasedGame:
    every = {**numbers_of(template), **numbers}
    names = [objective.name for objective in template.objectives]
    phases = [
        Phase(
            name=phase.name,
            kind=phase.kind,
            episodes=int(every[Place("episodes", f)]),
            payoffs={name: {a: every[Place("payoff", f, name, a)] for a in "AB"} for name in names},
            modification={a: {name: every[Place("modification", f, a, name)] for name in names} for a in "AB"},
            shutdown={a: every[Place("shutdown", f, a)] for a in "AB"},
        )
        for f, phase in enumerate(template.phases)
    ]
    objectives = [Objective(name=name, discounting=Exponential(every[Place("discount", -1, name)])) for name in names]
    return PhasedGame(phases=phases, objectives=objectives, actions=DEFAULT_ACTIONS, tie_rule=template.tie_rule)


def random_games(
    rng: numpy.random.Generator,
    size: int,
    kinds: Sequence[str],
    *,
    episodes: int = 12,
    steps: int = 10,
    returns: bool = False,
    idle: bool = False,
    ties: TieRule = TieRule.NON_DEFECTING,
) -> Games:
    """Games with numbers that are multiples of 1/steps: coarse ones tie often, fine ones hardly ever.

    `idle`: mesa gets nothing from what base picks; `returns`: base may be modified back.
    """
    phases = [
        Phase(name=f"phase-{f}", kind=PhaseKind(kind), episodes=1, payoffs={"mesa": {}, "base": {}})
        for f, kind in enumerate(kinds)
    ]
    objectives = [Objective(name=name) for name in ("mesa", "base")]
    template = PhasedGame(phases=phases, objectives=objectives, tie_rule=ties)

    def draw(low: int, high: int) -> list[Fraction]:
        return [Fraction(int(x), steps) for x in rng.integers(low, high + 1, size)]

    numbers: dict[Place, list[Fraction]] = {}
    for f in range(len(phases)):
        numbers[Place("episodes", f)] = [Fraction(int(x)) for x in rng.integers(0, episodes + 1, size)]
        for action in "AB":
            for judge in ("mesa", "base"):
                numbers[Place("payoff", f, judge, action)] = draw(-steps // 2, steps)
            away, off = draw(0, steps), draw(0, steps)
            numbers[Place("modification", f, action, "base")] = away
            room = [1 - x for x in away]
            back = [min(x, y) for x, y in zip(draw(0, steps), room, strict=True)] if returns else [Fraction(0)] * size
            numbers[Place("modification", f, action, "mesa")] = back
            rare = rng.random(size) < 0.5
            numbers[Place("shutdown", f, action)] = [
                Fraction(0) if never else min(x, r - y) for x, r, y, never in zip(off, room, back, rare, strict=True)
            ]
        if idle:
            numbers[Place("payoff", f, "mesa", "A")] = [Fraction(1)] * size
            numbers[Place("payoff", f, "mesa", "B")] = [Fraction(0)] * size
            numbers[Place("payoff", f, "base", "A")] = [Fraction(0)] * size
            numbers[Place("payoff", f, "base", "B")] = [Fraction(1)] * size
            numbers[Place("shutdown", f, "A")] = numbers[Place("shutdown", f, "B")] = [Fraction(0)] * size
    for judge in ("mesa", "base"):
        numbers[Place("discount", -1, judge)] = [max(x, Fraction(0)) for x in draw(0, steps)]
    return Games(template, numbers, size)
