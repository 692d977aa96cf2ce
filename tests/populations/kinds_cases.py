"""What several tests of kinds and planning share: scenes and what agents do in them, as letters."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from deceptive_sim.games.two_phase import two_phase
from deceptive_sim.model.actions import DEFAULT_ACTIONS, Action
from deceptive_sim.model.objectives import Objective
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase, PhaseKind
from deceptive_sim.populations.kinds.kind import Behaviour
from deceptive_sim.populations.kinds.library import build_kind
from deceptive_sim.populations.optimisers import BaseOptimiser, Rewriting
from deceptive_sim.populations.scene import Scene
from deceptive_sim.populations.wheels import Wheels, wheels_from

F = Fraction


def scene(*optimisers: BaseOptimiser, **numbers: Any) -> Scene:
    """The two-phase game under base optimisers, rewriting alone if none are given."""
    return Scene(game=two_phase(**({"n": 2, "m": 3} | numbers)), optimisers=optimisers or (Rewriting(),))


def phase(
    name: str,
    episodes: int,
    payoffs: dict[str, dict[str, Any]],
    modification: dict[str, dict[str, Any]] | None = None,
    shutdown: dict[str, Any] | None = None,
) -> Phase:
    """A phase whose name tells its kind."""
    kind = PhaseKind.TRAINING if "training" in name else PhaseKind.DEPLOYMENT
    return Phase(
        name=name,
        kind=kind,
        episodes=episodes,
        payoffs={judge: {act: F(pay) for act, pay in row.items()} for judge, row in payoffs.items()},
        modification={act: {to: F(p) for to, p in row.items()} for act, row in (modification or {}).items()},
        shutdown={act: F(p) for act, p in (shutdown or {}).items()},
    )


def game(*phases: Phase, objectives: str = "mesa base", actions: tuple[Action, ...] = DEFAULT_ACTIONS) -> PhasedGame:
    """A game of phases; `base` is the base objective if it is among the objectives."""
    names = objectives.split()
    base = "base" if "base" in names else None
    return PhasedGame(
        phases=phases, objectives=[Objective(name=name) for name in names], actions=actions, base_objective=base
    )


def behaves(
    where: Scene, name: str, given: dict[str, object] | None = None, **settings: object
) -> tuple[Wheels, Behaviour]:
    """What a kind of the library does in a scene, values included; underscores of settings mean dots."""
    kind = build_kind(name, {key.replace("_", "."): value for key, value in settings.items()}, given)
    wheels = wheels_from(where, kind.objective(where))
    return wheels, kind.behaviour(wheels, values=True)


def letters(where: Scene, behaviour: Behaviour, wheel: int = 0, memory: int = 0) -> str:
    """What is done episode by episode, `?` where that is not certain."""
    rows = behaviour.chances[:, wheel, memory]
    names = [action.name for action in where.game.actions]
    return "".join(names[int(np.argmax(row))] if row.max() == 1 else "?" for row in rows)


def does(where: Scene, name: str, given: dict[str, object] | None = None, **settings: object) -> str:
    """What an unmodified agent of a kind does with nothing in mind."""
    return letters(where, behaves(where, name, given, **settings)[1])
