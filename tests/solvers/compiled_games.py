"""Random phased games for the compiled kernel, drawn as columns of numbers and built one by one as well."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy
from numpy.typing import NDArray

from deceptive_sim.model.actions import DEFAULT_ACTIONS, TieRule
from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.discounting import Exponential
from deceptive_sim.model.numbers import Place, numbers_of
from deceptive_sim.model.objectives import Objective
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase, PhaseKind
from deceptive_sim.solvers.compiled.grids import games_on_grid, roles_in
from deceptive_sim.solvers.compiled.kernel import Base, GameNumbers, Measurements, PhaseNumbers, measure_games

AGENT = AgentSpec(objective="mesa")
SHAPES = ("TD", "DT", "TDTD", "T", "D", "TTD", "DTD")
KINDS = {"T": "training", "D": "deployment"}


@dataclass(frozen=True)
class Games:
    """Many games of one shape: the first one, and for each place that differs the numbers of all."""

    template: PhasedGame
    numbers: dict[Place, list[Fraction]]
    size: int

    def game(self, i: int) -> PhasedGame:
        return built(self.template, {place: column[i] for place, column in self.numbers.items()})

    def rows(self) -> GameNumbers:
        varying = {place: numpy.array([float(x) for x in column]) for place, column in self.numbers.items()}
        roles = roles_in(self.template, AGENT, varying)
        assert roles is not None
        return games_on_grid(self.template, roles, varying, (self.size,))

    def measure(self, jump: bool = True, threads: int | None = 1) -> Measurements:
        return measure_games(self.rows(), jump=jump, threads=threads)


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
    kinds: str,
    *,
    episodes: int = 12,
    steps: int = 10,
    returns: bool = False,
    idle: bool = False,
    ties: TieRule = TieRule.NON_DEFECTING,
) -> Games:
    """Games with numbers that are multiples of 1/steps: coarse ones tie often, fine ones hardly ever.

    `kinds`: such as "TDT", training and deployment; `idle`: mesa gets nothing from what base picks; `returns`: base
    may be modified back.
    """
    phases = [
        Phase(name=f"phase-{f}", kind=PhaseKind(KINDS[kind]), episodes=1, payoffs={"mesa": {}, "base": {}})
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


def drawn_rows(
    rng: numpy.random.Generator,
    size: int,
    kinds: str,
    *,
    episodes: tuple[int, int],
    idle: bool = False,
    returns: bool = False,
    prefers_defecting: bool = False,
) -> GameNumbers:
    """As `random_games`, but many and long ones at once, with any floats, in the kernel's own rows."""

    def draw(low: float = 0.0, high: float = 1.0) -> NDArray[numpy.float64]:
        return rng.uniform(low, high, size)

    nothing = numpy.zeros(size)
    phases = []
    for kind in kinds:
        own_a, own_b, other_a, other_b = (draw(-0.5) for _ in range(4))
        if idle:
            own_a, own_b, other_a, other_b = nothing + 1, nothing, nothing, nothing + 1
        leave = [draw(), draw()]
        never = (rng.random(size) < 0.5) | idle
        off = [numpy.where(never, 0.0, draw() * (1.0 - p)) for p in leave]
        back = [draw() * (1.0 - p) if returns else nothing for p in off]
        stay = [1.0 - p - o for p, o in zip(leave, off, strict=True)]
        keep = [1.0 - p - o for p, o in zip(back, off, strict=True)]
        count = rng.integers(episodes[0], episodes[1], size, endpoint=True).astype(float)
        rows = [count, own_a, own_b, other_a, other_b, *stay, *leave, *keep, *back]
        phases.append(PhaseNumbers(training=kind == "T", numbers=rows))
    return GameNumbers(
        shape=(size,),
        phases=phases,
        discount=draw(),
        discount_other=draw(),
        base=Base.OTHER,
        prefers_defecting=prefers_defecting,
    )


def chosen(games: GameNumbers, which: Sequence[int] | NDArray[numpy.int64]) -> GameNumbers:
    """Some of the games of a list, in any order."""

    def take(row: NDArray[numpy.float64]) -> NDArray[numpy.float64]:
        return row if len(row) == 1 else numpy.ascontiguousarray(row[numpy.asarray(which)])

    return replace(
        games,
        shape=(len(which),),
        phases=[replace(phase, numbers=[take(row) for row in phase.numbers]) for phase in games.phases],
        discount=take(games.discount),
        discount_other=take(games.discount_other),
    )


def same_bytes(found: Measurements, other: Measurements, which: Sequence[int] | NDArray[numpy.int64]) -> list[str]:
    """The measurements in which some game of `found` differs from what `other` says of it, in any bit."""
    which = numpy.asarray(which)
    every = {**found.arrays, "doubtful": found.doubtful}
    others = {**other.arrays, "doubtful": other.doubtful}
    return [name for name in every if every[name].tobytes() != others[name].reshape(-1)[which].tobytes()]


def assert_true(found: Mapping[str, Any], known: Mapping[str, Any], largest: float, tolerance: float = 1e-12) -> None:
    """Hold one game's measurements against what is known: numbers within the tolerance times the largest value in
    play, decisions and counts exactly."""
    for name, value in known.items():
        measured = found[name]
        if value is None:
            assert math.isnan(measured), name
        elif isinstance(value, Fraction):
            assert abs(float(measured) - float(value)) <= tolerance * largest, (name, float(value), float(measured))
        else:
            assert measured == value, name
