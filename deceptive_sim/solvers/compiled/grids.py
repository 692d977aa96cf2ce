"""From phased games to the kernel's numbers: which games it can do, and what its rows are for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy

from deceptive_sim.model.actions import Action
from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.discounting import Exponential
from deceptive_sim.model.numbers import Place, numbers_of
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.solvers.compiled.kernel import Base, Floats, GameNumbers, PhaseNumbers

ALMOST = 1e-12
"""Probabilities of staying as small as this beside shutdown are rounding of 0."""


@dataclass(frozen=True, kw_only=True)
class Roles:
    """Who is who for the kernel: the agent's objective, the only other one that matters, and the two actions."""

    own: str
    other: str | None
    defecting: str
    honest: str
    base: Base


def roles_in(game: PhasedGame, agent: AgentSpec, varying: Mapping[Place, object]) -> Roles | None:
    """The roles of a game that the kernel can do for an agent, else None.

    It does planning agents with true beliefs and exponential discounting, two actions of which one defects, and games
    in which own can be modified to one other objective at most, which alone may be the base objective besides own.

    Parameters
    ----------
    game : PhasedGame
        As judged by the agent.
    agent : AgentSpec
    varying : mapping
        The places whose numbers differ from game to game.
    """
    if agent.strategy is not None or agent.believed is not None:
        return None
    if not all(isinstance(objective.discounting, Exponential) for objective in game.objectives):
        return None
    actions = _actions(game)
    if actions is None:
        return None
    own = agent.objective
    numbers = numbers_of(game)
    targets = {
        place.second
        for place, number in numbers.items()
        if place.kind == "modification" and place.second != own and (number or place in varying)
    }
    base = game.base_objective
    others = targets | ({base} if base is not None and base != own else set())
    if len(others) > 1:
        return None
    other = next(iter(others), None)
    whose = Base.NONE if base is None else Base.OWN if base == own else Base.OTHER
    return Roles(own=own, other=other, defecting=actions[0].name, honest=actions[1].name, base=whose)


def _actions(game: PhasedGame) -> tuple[Action, Action] | None:
    """The defecting and the other action, if there are just these two."""
    ordered = sorted(game.actions, key=lambda action: not action.defects)
    if [action.defects for action in ordered] != [True, False]:
        return None
    return ordered[0], ordered[1]


def games_on_grid(
    game: PhasedGame, roles: Roles, varying: Mapping[Place, Floats], shape: tuple[int, ...]
) -> GameNumbers:
    """The kernel's numbers for a game some of whose numbers vary over a grid.

    Parameters
    ----------
    game : PhasedGame
        As judged by the agent.
    roles : Roles
    varying : mapping
        Place to its numbers, broadcastable to the shape.
    shape : tuple of int
    """
    constant = numbers_of(game)

    def at(kind: str, phase: int = -1, first: str = "", second: str = "") -> Floats:
        place = Place(kind, phase, first, second)
        if place in varying:
            return numpy.asarray(varying[place], float)
        return numpy.full((1,) * len(shape), float(constant[place]))

    def phase_numbers(f: int) -> list[Floats]:
        nothing = numpy.zeros((1,) * len(shape))
        rows: list[Floats] = [at("episodes", f)]
        actions = (roles.defecting, roles.honest)
        for judge in (roles.own, roles.other):
            rows += [nothing if judge is None else at("payoff", f, judge, action) for action in actions]
        for actor, target in ((roles.own, roles.other), (roles.other, roles.own)):
            leave = [
                nothing if actor is None or target is None else at("modification", f, action, target)
                for action in actions
            ]
            rows += [_staying(p, at("shutdown", f, action)) for p, action in zip(leave, actions, strict=True)]
            rows += leave
        return rows

    discount = at("discount", -1, roles.own)
    return GameNumbers(
        shape=shape,
        phases=[PhaseNumbers(training=phase.training, numbers=phase_numbers(f)) for f, phase in enumerate(game.phases)],
        discount=discount,
        discount_other=discount if roles.other is None else at("discount", -1, roles.other),
        base=roles.base,
        prefers_defecting=_prefers_defecting(game),
    )


def _staying(leave: Floats, shutdown: Floats) -> Floats:
    """What is left to 1; where shutdown and modification fill it up, rounding must not leave less than nothing."""
    stay = (1.0 - leave) - shutdown
    return numpy.where((shutdown > 0.0) & (numpy.abs(stay) <= ALMOST), 0.0, stay)


def _prefers_defecting(game: PhasedGame) -> bool:
    every = range(len(game.actions))
    return game.actions[game.tie_rule.pick(list(every), game.actions)].defects
